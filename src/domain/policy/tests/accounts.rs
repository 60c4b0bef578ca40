//! Chat accounts that are almost somebody's, and clicks under rules that nobody may approve.

use super::drawn::Dice;
use super::*;
use crate::domain::ids::Account;

/// How many near-misses, and how many clicks, are tried.
const CASES: u64 = 1_000;

fn people() -> Policy {
    let with = |name: &str, group: &str, accounts: &[&str]| Person {
        accounts: accounts.iter().map(|account| Account::from(*account)).collect(),
        ..person(name, &[group])
    };
    Policy {
        people: vec![
            with("alice", "team-web", &["a:T0123ABCD/U0456EFGH", "a:E0999XYZ/W0777AAA", "b:80351110224678912"]),
            with("bob", "approvers", &["a:T0123ABCD/U0888IJKL", "b:80351110224678913", "b:112233445566778899"]),
            // Somebody whose entry was left half empty, and somebody without an account.
            with("carol", "administrators", &["", "a:", ":U0456EFGH", "U0456EFGH", "b:"]),
            person("dave", &[]),
        ],
        ..Policy::default()
    }
}

fn accounts(policy: &Policy) -> Vec<Account> {
    let all = policy.people.iter().flat_map(|person| person.accounts.clone());
    all.filter(|account| !account.platform().is_empty() && !account.id().is_empty()).collect()
}

#[test]
fn an_account_is_its_persons() {
    let policy = people();
    for (account, name) in [
        ("a:T0123ABCD/U0456EFGH", "alice"),
        ("a:E0999XYZ/W0777AAA", "alice"),
        ("a:T0123ABCD/U0888IJKL", "bob"),
        ("b:80351110224678912", "alice"),
        ("b:80351110224678913", "bob"),
        ("b:112233445566778899", "bob"),
    ] {
        assert_eq!(policy.person_of(&account.into()).map(|person| person.name.as_str()), Some(name));
    }
}

#[test]
fn an_account_that_two_people_claim_is_nobodys() {
    let mut policy = people();
    for account in policy.people[0].accounts.clone() {
        policy.people[3].accounts.push(account.clone());
        assert_eq!(policy.person_of(&account), None);
    }
}

#[test]
fn half_an_account_is_nobodys() {
    let policy = people();
    for account in &policy.people[2].accounts {
        assert_eq!(policy.person_of(account), None, "{account}");
    }
}

/// Something that is not the id, and looks like it.
fn near(id: &str, dice: &mut Dice) -> Option<String> {
    let at = dice.below(id.len());
    let other = *dice.pick(&['0', '9', 'A', 'Z', 'a', 'é', ' ', '/', '\0', '\u{200b}']);
    let mut text: Vec<char> = id.chars().collect();
    match dice.below(8) {
        0 => return None,
        1 => text.clear(),
        2 => text[at] = other,
        3 => text.insert(at, other),
        4 => drop(text.remove(at)),
        5 => text.push(other),
        6 => text = id.to_lowercase().chars().collect(),
        _ => text.truncate(at),
    }
    Some(text.into_iter().collect())
}

#[test]
fn what_is_almost_an_account_is_nobodys() {
    let policy = people();
    let accounts = accounts(&policy);
    let (mut misses, mut number) = (0, 0);
    while misses < 2 * CASES {
        number += 1;
        let mut dice = Dice::new(number);
        let account = dice.pick(&accounts).clone();
        let mut part = |part: &str| near(part, &mut dice).unwrap_or_default();
        let near = match number % 4 {
            0 => Account::new(part(account.platform()), account.id()),
            1 => Account::new(account.platform(), part(account.id())),
            2 => Account::new(part(account.platform()), part(account.id())),
            // The right user of another platform.
            _ => Account::new(dice.pick(&accounts).platform(), account.id()),
        };
        if !accounts.contains(&near) {
            assert_eq!(policy.person_of(&near), None, "case {number}: {near:?}");
            misses += 1;
        }
    }
    told!("rights: {misses} near-misses of accounts, 0 pass");
}

#[test]
fn no_click_passes_where_nobody_may_approve() {
    let mut passed = 0;
    for number in 0..CASES {
        let mut dice = Dice::new(number);
        let policy = dice.rules().policy();
        let mut rule = dice.rule("approval".to_owned()).parsed_approval();
        rule.approvers.clear();
        rule.self_approval = dice.one_in(2);
        let who = ["me", "other", "stranger"].map(PersonId::new);
        let (clicks, asks) = (dice.pick(&who).clone(), dice.pick(&who).clone());
        passed += u32::from(may_approve(&policy, &clicks, &rule, &asks) == ApproverVerdict::Yes);
    }
    told!("rights: empty approver lists: {passed} of {CASES} clicks pass");
    assert_eq!(passed, 0);
}
