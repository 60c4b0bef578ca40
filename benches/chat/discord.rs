//! Discord, as the scenes ask it.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use snapwarden::chat::discord::{Delivery, PLATFORM, Settings};
use snapwarden::config::Config;
use snapwarden::domain::command::quote;
use snapwarden::domain::ids::Account;

#[path = "../../tests/discord/fake/mod.rs"]
pub(crate) mod fake;
#[path = "../../tests/discord/limits.rs"]
pub(crate) mod limits;

use crate::platform::{Harm, Platform, Rate, Rates, Write};
use fake::{APPLICATION, By, Did, Fake, GUILD, Outcome, TOKEN};

const ALICE: &str = "1600000000000000000";
const CHANNEL: &str = "1500000000000000001";

/// What Discord's headers say of a channel today, for new messages and for changes each.
const BUCKET: (u32, Duration) = (5, Duration::from_secs(5));

/// The tones of a message that nothing follows.
const ENDS: [&str; 3] = ["success", "warning", "failure"];

pub(crate) struct Discord(Arc<Fake>);

impl Discord {
    pub(crate) async fn start(by: By) -> Self {
        let fake = Fake::start(by).await;
        fake.channel(CHANNEL);
        fake.state().bucket = Some(BUCKET);
        Self(fake)
    }
}

#[async_trait]
impl Platform for Discord {
    fn configure(&self, config: &mut Config) {
        for person in config.rules.policy.people.iter_mut().filter(|person| person.id.as_str() == "alice") {
            person.accounts.push(Account::new(PLATFORM, ALICE));
        }
        config.discord = Some(Settings {
            delivery: match self.0.by {
                By::Gateway => Delivery::Gateway(Some(self.0.gateway.parse().unwrap())),
                By::Requests => Delivery::Http(self.0.key.verifying_key()),
            },
            api_url: self.0.url.parse().unwrap(),
            application_id: APPLICATION.to_owned(),
            token: TOKEN.to_owned().into(),
            guild_id: Some(GUILD.to_owned()),
            direct_messages: false,
        });
    }

    async fn connected(&self, url: &str) {
        *self.0.endpoint.lock().unwrap() = Some(format!("{url}/discord/interactions"));
        if self.0.by == By::Gateway {
            self.0.until("the gateway is connected", |state| state.socket.is_live().then_some(())).await;
        }
    }

    async fn sends(&self, verb: &str, path: &str) {
        let options = vec![("vm".to_owned(), json!(quote(path)))];
        let did = Did::Command { verb: verb.to_owned(), options };
        let Outcome { first, .. } = self.0.did(ALICE, Some(CHANNEL), "en", did).await;
        assert!(matches!(first["type"].as_u64(), Some(4 | 5)), "{first}");
    }

    async fn opens(&self) {}

    async fn types(&self, typed: &str) -> usize {
        let options = vec![("vm".to_owned(), json!(typed))];
        let did = Did::Typing { verb: "take".to_owned(), options, option: "vm".to_owned() };
        let outcome = self.0.did(ALICE, Some(CHANNEL), "en", did).await;
        assert_eq!(outcome.first["type"], 8, "{outcome:?}");
        outcome.first["data"]["choices"].as_array().map_or(0, Vec::len)
    }

    fn writes(&self) -> Vec<Write> {
        let state = self.0.state();
        let of_channel = state.writes.iter().filter(|write| write.channel == CHANNEL);
        let write = |write: &fake::Write| {
            let foot = write.message["embeds"][0]["footer"]["text"].as_str().unwrap_or_default();
            let is_end = foot.split(" · ").next().is_some_and(|tone| ENDS.contains(&tone));
            Write { at: write.at, is_new: write.is_new, request: request_of(&write.message), is_end }
        };
        of_channel.map(write).collect()
    }

    fn rates(&self) -> Rates {
        let (count, over) = BUCKET;
        let rate = || Rate { count, over, burst: 0 };
        Rates { posts: rate(), edits: rate() }
    }

    fn harm(&self) -> Harm {
        let state = self.0.state();
        Harm { limited: state.limited, invalid: state.invalid, others: state.refused.clone() }
    }
}

/// The request that a message was posted for.
fn request_of(message: &Value) -> String {
    let nonce = message["nonce"].as_str().unwrap_or_default();
    nonce.split('.').next().unwrap_or_default().to_owned()
}
