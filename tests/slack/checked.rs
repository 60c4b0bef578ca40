//! `snapwarden check` of a Slack that is right, and of one of which something is wrong.

use snapwarden::app::Format;
use snapwarden::app::check::run;
use snapwarden_sim::{Sim, SimOptions};

use super::fake::{APP_TOKEN, BOT_TOKEN, FakeSlack};

/// What `check` says as JSON, with what it exits with.
async fn checked(slack: &FakeSlack, bot_token: &str, app_token: &str) -> (String, u8) {
    let folder = tempfile::tempdir().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let vcenter = listener.local_addr().unwrap();
    let sim = Sim::new(SimOptions::default());
    let server = tokio::spawn(async move { sim.serve(listener, std::future::pending()).await.unwrap() });
    let file = folder.path().join("snapwarden.toml");
    let text = format!(
        "[slack]\napi_url = \"{}\"\nbot_token = \"{bot_token}\"\napp_token = \"{app_token}\"\n\n\
         [[vcenter]]\nname = \"lab\"\nurl = \"http://{vcenter}/sdk\"\nusername = \"user\"\npassword = \"pass\"\n\n\
         [[channel]]\nid = \"slack:C-ops\"\ntimezone = \"UTC\"\nlocale = \"en\"\n\n\
         [store]\npath = \"state\"\n\n\
         [[person]]\nname = \"alice\"\ngroups = [\"team-web\"]\nslack = \"T0/U0\"\n\n\
         [[grant]]\ngroups = [\"team-web\"]\nverbs = [\"take\"]\nvms = [\"*\"]\n",
        slack.api_url()
    );
    std::fs::write(&file, text).unwrap();
    let checked = run(&file, Format::Table).await.unwrap();
    server.abort();
    checked
}

#[tokio::test(flavor = "multi_thread")]
async fn check_says_what_is_right_and_what_to_do_about_the_rest() {
    let slack = FakeSlack::start(&["C-ops"]).await;
    let (said, code) = checked(&slack, BOT_TOKEN, APP_TOKEN).await;
    assert_eq!(code, 0, "{said}");
    for part in ["slack token", "all 8 that are needed", "a connection can be opened", "the bot is in it"] {
        assert!(said.contains(part), "no \"{part}\" in:\n{said}");
    }
    slack.with(|state| state.channels.get_mut("C-ops").unwrap().closed = true);
    let (said, code) = checked(&slack, BOT_TOKEN, "xapp-another").await;
    assert_eq!(code, 1, "{said}");
    for part in ["connections:write", "/invite @snapwarden"] {
        assert!(said.contains(part), "no \"{part}\" in:\n{said}");
    }
    let (said, code) = checked(&slack, "xoxb-another", APP_TOKEN).await;
    assert_eq!((code, said.contains("invalid_auth")), (1, true), "{said}");
    slack.with(|state| state.trouble.away = true);
    let (said, code) = checked(&slack, BOT_TOKEN, APP_TOKEN).await;
    assert_eq!(code, 3, "{said}");
    let calls = slack.with(|state| state.calls.keys().filter(|name| name.starts_with("chat.")).count());
    assert_eq!(calls, 0, "nothing is posted");
}
