//! What stands in a message's thread, over a restart as well.

use std::sync::Arc;
use std::time::Instant;

use snapwarden::chat::slack::{Delivery, Settings, Slack};
use snapwarden::domain::ids::{ChannelId, RequestId};
use snapwarden::engine::clock::SystemClock;
use snapwarden::engine::ports::Chat;
use snapwarden::message::model::{Block, Card, Tone};
use snapwarden::message::words::Locale;
use snapwarden::proxy::Proxies;

use super::fake::{BOT_TOKEN, FakeSlack, SIGNING_SECRET, State};

const CHANNEL: &str = "C-ops";

fn port(fake: &FakeSlack) -> Slack {
    let settings = Settings {
        api_url: fake.api_url().parse().unwrap(),
        bot_token: BOT_TOKEN.to_owned().into(),
        delivery: Delivery::Http(SIGNING_SECRET.to_owned().into()),
        team_id: None,
    };
    Slack::new(settings, Proxies::default(), Arc::new(SystemClock)).unwrap()
}

fn card(details: &str) -> Card {
    Card {
        locale: Locale::En,
        tone: Tone::Waiting,
        tone_word: "waiting".to_owned(),
        title: "a question".to_owned(),
        blocks: Vec::new(),
        buttons: Vec::new(),
        to: Vec::new(),
        details: vec![Block::Text { text: details.to_owned() }],
        files: Vec::new(),
        request: None,
        state: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn details_of_before_a_restart_are_kept_up_to_date_where_they_stand() {
    let fake = FakeSlack::start(&[CHANNEL]).await;
    let channel = ChannelId::new("slack", CHANNEL);
    let message = port(&fake).post(&channel, &RequestId::from_bits(1), false, &card("first")).await.unwrap();
    let (_, ts) = message.as_str().split_once(':').unwrap();
    let says = |says: &'static str| {
        let ts = ts.to_owned();
        move |state: &mut State| {
            let all = &state.channels[CHANNEL].messages;
            let below = all.iter().find(|one| one.thread.as_ref() == Some(&ts))?;
            below.said.to_string().contains(says).then(|| below.ts.clone())
        }
    };
    let there = fake.until("details", says("first")).await;
    let restarted = Instant::now();
    let next = port(&fake);
    for newer in ["second", "third"] {
        next.edit(&channel, &message, &card(newer)).await.unwrap();
    }
    assert_eq!(fake.until("newer details", says("third")).await, there, "it is the same message");
    let writes = fake.with(|state| state.writes.clone());
    let since = writes.iter().filter(|write| write.at > restarted && write.channel == CHANNEL && write.ts != ts);
    let since: Vec<_> = since.collect();
    assert!(!since.is_empty() && since.iter().all(|write| !write.is_new && write.ts == there), "{since:?}");
    assert!(since.last().unwrap().said.to_string().contains("third"), "{since:?}");
    assert_eq!(fake.with(|state| state.channels[CHANNEL].messages.len()), 2, "nothing was posted a second time");
    fake.assert_well_behaved();
}
