use super::*;
use crate::domain::ids::Account;

/// Twelve people of @approvers, of whom the last has no account, and @oncall, which the platform has.
fn policy() -> Policy {
    let person = |number: usize| Person {
        id: format!("p{number:02}").as_str().into(),
        name: String::new(),
        groups: vec!["approvers".into(), "oncall".into()],
        unknown_groups: Vec::new(),
        accounts: if number == 12 { Vec::new() } else { vec![Account::new("chat", format!("{number}"))] },
    };
    let expires = jiff::SignedDuration::from_mins(15);
    let oncall = PlatformGroup { name: "oncall".into(), ids: vec!["chat:role".into()], expires };
    Policy { people: (1..=12).map(person).collect(), platform_groups: vec![oncall], ..Policy::default() }
}

fn of(to: &[Addressee]) -> Called<String, String> {
    let ids = |all: &[Account]| all.iter().map(|one| one.id().to_owned()).collect();
    called(to, &policy(), |person| ids(&person.accounts), |group| ids(&group.ids))
}

fn group(name: &str, except: &[&str]) -> Addressee {
    Addressee::Group { group: name.into(), except: except.iter().map(|person| (*person).into()).collect() }
}

#[test]
fn the_people_of_a_group_are_called_up_to_ten_and_the_rest_is_counted() {
    let all = of(&[group("approvers", &[])]);
    assert_eq!((all.accounts.len(), all.more, all.groups.len()), (10, 1, 0), "who has no account is not counted");
    let others = of(&[group("approvers", &["p01", "p02"])]);
    assert_eq!((others.accounts.first().map(String::as_str), others.accounts.len(), others.more), (Some("3"), 9, 0));
}

#[test]
fn a_group_that_the_platform_has_is_called_by_its_own_name_and_nobody_twice() {
    let both = of(&[group("oncall", &["p01"]), group("oncall", &[]), Addressee::Person("p03".into())]);
    assert_eq!((both.groups, both.accounts, both.more), (vec!["role".to_owned()], vec!["3".to_owned()], 0));
    let twice = of(&[Addressee::Person("p03".into()), Addressee::Person("p03".into()), Addressee::Person("x".into())]);
    assert_eq!(twice.accounts, ["3"]);
}
