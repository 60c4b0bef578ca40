use super::*;
use crate::domain::policy::Person;

#[test]
fn the_first_known_account_is_the_person_and_a_stranger_is_called_by_the_account() {
    let account = |text: &str| Account::from(text);
    let ann = Person {
        id: "ann".into(),
        name: "Ann".to_owned(),
        groups: Vec::new(),
        unknown_groups: Vec::new(),
        accounts: vec![account("a:E1/U1")],
    };
    let policy = Policy { people: vec![ann], ..Policy::default() };
    assert_eq!(person(&policy, [account("a:T1/U1"), account("a:E1/U1")]), Some("ann".into()));
    for near in ["a:T1/U1", "b:E1/U1", "E1/U1", "a:E1/", "a:"] {
        assert_eq!(person(&policy, [account(near)]), None, "{near}");
    }
    assert_eq!(stranger(&account("a:T1/U1")).as_str(), "a:T1/U1");
}
