//! Slack, as the scenes ask it.

use std::sync::Mutex;

use async_trait::async_trait;
use snapwarden::chat::slack::{Delivery, Settings, inbound};
use snapwarden::config::Config;
use snapwarden::domain::command::quote;

#[path = "../../tests/slack/check.rs"]
pub(crate) mod check;
#[path = "../../tests/slack/fake/mod.rs"]
pub(crate) mod fake;

use std::time::Duration;

use crate::platform::{Harm, Platform, Rate, Rates, Write};
use fake::people::Way;
use fake::{APP_TOKEN, BOT_TOKEN, FakeSlack, SIGNING_SECRET, TEAM};

const USER: &str = "UALICE";
const CHANNEL: &str = "C-ops";

/// The states that nothing follows.
const ENDS: [&str; 4] = ["done", "failed", "refused", "cancelled"];

pub(crate) struct Slack {
    fake: FakeSlack,
    by_http: bool,
    url: Mutex<String>,
    view: Mutex<String>,
}

impl Slack {
    pub(crate) async fn start(by_http: bool) -> Self {
        let fake = FakeSlack::start(&[CHANNEL]).await;
        Self { fake, by_http, url: Mutex::default(), view: Mutex::default() }
    }

    fn way(&self) -> Way {
        if self.by_http { Way::Http(self.url.lock().unwrap().clone()) } else { Way::Socket }
    }
}

#[async_trait]
impl Platform for Slack {
    fn configure(&self, config: &mut Config) {
        for person in &mut config.rules.policy.people {
            let user = format!("U{}", person.id.as_str().to_uppercase());
            person.accounts.push(inbound::account(TEAM, &user));
        }
        let delivery = if self.by_http {
            Delivery::Http(SIGNING_SECRET.to_owned().into())
        } else {
            Delivery::Socket(APP_TOKEN.to_owned().into())
        };
        let (api_url, bot_token) = (self.fake.api_url().parse().unwrap(), BOT_TOKEN.to_owned().into());
        config.slack = Some(Settings { api_url, bot_token, delivery, team_id: None });
    }

    async fn connected(&self, url: &str) {
        url.clone_into(&mut self.url.lock().unwrap());
        if !self.by_http {
            self.fake.until("two connections", |state| (state.connected() == 2).then_some(())).await;
        }
    }

    async fn sends(&self, verb: &str, path: &str) {
        self.fake.shared.types(&self.way(), USER, CHANNEL, &format!("{verb} {}", quote(path))).await;
    }

    async fn opens(&self) {
        self.fake.shared.types(&self.way(), USER, CHANNEL, "").await;
        *self.view.lock().unwrap() = self.fake.shared.modal_of(USER).await;
    }

    async fn types(&self, typed: &str) -> usize {
        let view = self.view.lock().unwrap().clone();
        self.fake.shared.types_into(&self.way(), &view, "vm", typed).await.len()
    }

    fn writes(&self) -> Vec<Write> {
        let all = self.fake.with(|state| state.writes.clone());
        let of_channel = all.iter().filter(|write| write.channel == CHANNEL && write.said["thread_ts"].is_null());
        let write = |write: &fake::Write| {
            let payload = &write.said["metadata"]["event_payload"];
            let text = |key: &str| payload[key].as_str().unwrap_or_default().to_owned();
            let is_end = ENDS.contains(&text("state").as_str());
            Write { at: write.at, is_new: write.is_new, request: text("id"), is_end }
        };
        of_channel.map(write).collect()
    }

    /// "One message per second per channel, short bursts allowed" of `chat.postMessage`; tier 3 of `chat.update`: 50 a minute.
    fn rates(&self) -> Rates {
        Rates {
            posts: Rate { count: 1, over: Duration::from_secs(1), burst: 3 },
            edits: Rate { count: 50, over: Duration::from_secs(60), burst: 0 },
        }
    }

    fn harm(&self) -> Harm {
        self.fake.with(|state| Harm {
            limited: usize::try_from(state.limited).unwrap(),
            invalid: 0,
            others: state.violations.clone(),
        })
    }
}
