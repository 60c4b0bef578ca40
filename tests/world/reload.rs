//! SIGHUP to the program itself: the configuration is read again, whole or not at all.

use serde_json::{Value, json};

use super::process::Process;

const ALICE: &str = "alice-0123456789abcdef";
const ERIN: &str = "erin-0123456789abcdef0";

/// A configuration whose vCenter is nowhere, with this in place of some part.
fn configuration(state: &str, more: &str) -> String {
    format!(
        r#"
        [[vcenter]]
        name = "nowhere"
        url = "http://127.0.0.1:9/sdk"
        username = "snapwarden"
        password = "secret"

        [store]
        path = "{state}"

        [console]
        listen = "127.0.0.1:0"

        [[console.channel]]
        id = "ops"

        [[person]]
        name = "alice"
        groups = ["team-web", "approvers"]
        console_token = "{ALICE}"

        [[grant]]
        groups = ["team-web"]
        verbs = ["take"]
        vms = ["*"]

        [[approval]]
        verbs = ["revert", "delete-with-children", "delete-all"]
        vms = ["*"]
        approvers = ["approvers"]
        {more}
        "#
    )
}

const MORE: &str = r#"
        [[person]]
        name = "erin"
        groups = ["approvers"]
        console_token = "erin-0123456789abcdef0"

        [administration]
        groups = ["approvers"]
        channel = "console:ops"
"#;

/// What somebody is answered, or the status where it is none.
async fn says(process: &Process, person: &str, token: &str, text: &str) -> Result<String, u16> {
    let body = json!({"person": person, "channel": "ops", "text": text}).to_string();
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let call = client.post(format!("{}/api/commands", process.url)).header("content-type", "application/json");
    let answer = call.header("authorization", format!("Bearer {token}")).body(body).send().await.unwrap();
    if !answer.status().is_success() {
        return Err(answer.status().as_u16());
    }
    let answer: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    Ok(answer["reply"]["title"].as_str().unwrap_or_default().to_owned())
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_configuration_is_taken_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("snapwarden.toml");
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    let (taken, kept) = ("was read again and holds", "everything stays as it was");
    write(&configuration("state", ""));
    let bot = Process::start_heard(&["run", "--config", file.to_str().unwrap()]);
    let no_administrators = "Nobody can freeze: the bot's configuration names no administrators.";
    assert_eq!(says(&bot, "alice", ALICE, "unfreeze").await.as_deref(), Ok(no_administrators));
    assert_eq!(says(&bot, "erin", ERIN, "unfreeze").await, Err(401));

    // Wrong in one place: nothing of it is taken, and the log says where it is wrong.
    write(&configuration("state", &MORE.replace("\"approvers\"]\n        channel", "\"aprovers\"]\n        channel")));
    let wrong = bot.reload(&["nobody is in the group \"aprovers\""]);
    assert!(wrong.contains("[administration] groups") && wrong.contains("snapwarden.toml:"), "{wrong}");
    bot.reload(&[kept]);
    assert_eq!(says(&bot, "erin", ERIN, "unfreeze").await, Err(401));

    // Right, but with something that only a restart can change.
    write(&configuration("elsewhere", MORE));
    bot.reload(&["[store] changed, which only a restart can take; nothing was taken"]);
    assert_eq!(says(&bot, "erin", ERIN, "unfreeze").await, Err(401));

    write(&configuration("state", MORE));
    bot.reload(&[taken]);
    assert_eq!(says(&bot, "erin", ERIN, "unfreeze").await.as_deref(), Ok("Nothing is frozen."));
    // Somebody who left cannot sign in any more.
    write(&configuration("state", ""));
    bot.reload(&[taken]);
    assert_eq!(says(&bot, "erin", ERIN, "unfreeze").await, Err(401));
    assert_eq!(says(&bot, "alice", ALICE, "unfreeze").await.as_deref(), Ok(no_administrators));
    bot.terminate().await;
}
