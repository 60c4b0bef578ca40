use super::*;

#[test]
fn an_account_is_a_workspace_and_a_user() {
    let read = |account: &str| {
        let account = Account::from(account);
        parts(&account).map(|(team, user)| (team.to_owned(), user.to_owned()))
    };
    let longest = format!("slack:T1/{}", "U".repeat(LONGEST_USER));
    assert_eq!(read("slack:T1/U1"), Some(("T1".to_owned(), "U1".to_owned())));
    assert!(read(&longest).is_some());
    for wrong in ["slack:T1/", "slack:T1", "slack:", "discord:T1/U1", "T1/U1", "", &format!("{longest}U")] {
        assert_eq!(read(wrong), None, "{wrong}");
    }
}
