use super::*;

#[test]
fn a_token_that_is_refused_stands_before_everything_else_and_goes_when_it_works() {
    let health = Health::default();
    assert_eq!(health.problem(None).as_deref(), Some("Slack has not answered yet"));
    health.bot_token_refused("token_revoked");
    assert!(health.problem(Some(0)).is_some_and(|said| said.contains("[slack] bot_token (token_revoked)")));
    health.bot_token_works();
    assert_eq!(health.problem(Some(0)).as_deref(), Some("no connection to Slack is open"));
    assert_eq!(health.problem(Some(1)), None);
}
