//! A bot that has Discord and nothing else.

use async_trait::async_trait;
use tokio::sync::watch;

use super::fake::{APPLICATION, By, GUILD, TOKEN};
use super::front::{DiscordFront, account_of};
use crate::world::alone::{Sole, plays};

#[async_trait]
impl Sole for DiscordFront {
    fn tables(&self) -> String {
        let elsewhere = self.fake.state().socket.url.starts_with("wss");
        let url = if elsewhere { "https://discord.com" } else { &self.fake.url };
        let own = format!(
            "[discord]\napi_url = \"{url}\"\napplication_id = \"{APPLICATION}\"\ntoken = \"{TOKEN}\"\nguild_id = \"{GUILD}\"\n"
        );
        match self.fake.by {
            By::Gateway if elsewhere => own,
            By::Gateway => format!("{own}mode = \"gateway\"\ngateway_url = \"{}\"\n", self.fake.gateway),
            By::Requests => {
                let key = hex::encode(self.fake.key.verifying_key().to_bytes());
                format!("{own}mode = \"http\"\npublic_key = \"{key}\"\n[http]\nlisten = \"127.0.0.1:0\"\n")
            }
        }
    }

    fn account(&self, person: &str) -> String {
        format!("discord = \"{}\"", account_of(person))
    }

    async fn found_at(&self, url: &str) {
        self.reached_at(url);
        if self.fake.by == By::Gateway {
            self.fake.until("the gateway is connected", |state| state.socket.is_live().then_some(())).await;
        }
    }

    fn news(&self) -> watch::Receiver<u64> {
        self.fake.changed.subscribe()
    }

    fn is_content(&self) {
        self.fake.was_content();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_by_the_gateway_is_enough() {
    plays(&*DiscordFront::new(By::Gateway).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn discord_by_requests_is_enough() {
    plays(&*DiscordFront::new(By::Requests).await).await;
}
