//! A bot that has Slack and nothing else.

use async_trait::async_trait;
use tokio::sync::watch;

use super::fake::{APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, TEAM};
use super::front::{SlackFront, user_of};
use crate::world::alone::{Sole, plays, plays_beside};

#[async_trait]
impl Sole for SlackFront {
    fn tables(&self) -> String {
        let own = match self.slack.shared.base.starts_with("https") {
            true => format!("[slack]\nbot_token = \"{BOT_TOKEN}\"\n"),
            false => format!("[slack]\napi_url = \"{}\"\nbot_token = \"{BOT_TOKEN}\"\n", self.slack.api_url()),
        };
        match self.by_http {
            true => {
                format!(
                    "{own}mode = \"http\"\nsigning_secret = \"{SIGNING_SECRET}\"\n[http]\nlisten = \"127.0.0.1:0\"\n"
                )
            }
            false => format!("{own}mode = \"socket\"\napp_token = \"{APP_TOKEN}\"\n"),
        }
    }

    fn account(&self, person: &str) -> String {
        format!("slack = \"{TEAM}/{}\"", user_of(person))
    }

    async fn found_at(&self, url: &str) {
        self.reached_at(url);
        if !self.by_http {
            self.slack.until("the bot's connections", |state| (state.connected() == 2).then_some(())).await;
        }
    }

    fn news(&self) -> watch::Receiver<u64> {
        self.slack.shared.changed.subscribe()
    }

    fn is_content(&self) {
        self.slack.assert_well_behaved();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slack_by_socket_is_enough() {
    plays(&SlackFront::start(false).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slack_by_requests_is_enough() {
    plays(&SlackFront::start(true).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_console_at_the_same_address_takes_nothing_from_slack() {
    let console = "[console]\nlisten = \"127.0.0.1:0\"\n[[console.channel]]\nid = \"ops\"\n";
    plays_beside(&SlackFront::start(true).await, console).await;
}
