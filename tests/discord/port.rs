//! The engine's port on its own: details in threads, limits as the headers have them, a hundred messages at once.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use snapwarden::chat::discord::{Delivery, Discord, Port, Settings, check};
use snapwarden::domain::ids::{ChannelId, MessageId, RequestId};
use snapwarden::engine::clock::SystemClock;
use snapwarden::engine::ports::{Chat, Sending};
use snapwarden::message::model::{Block, Card, Tone};
use snapwarden::message::words::Locale;
use snapwarden::proxy::Proxies;

use super::fake::{APPLICATION, BOT, By, Fake, GUILD, TOKEN, user};

const CHANNEL: &str = "1500000000000000009";

async fn port(fake: &Fake) -> Arc<Port> {
    fake.channel(CHANNEL);
    Arc::new(Port::new(Discord::new(settings(fake, TOKEN), Proxies::default(), Arc::new(SystemClock)).unwrap()))
}

fn settings(fake: &Fake, token: &str) -> Settings {
    Settings {
        api_url: fake.url.parse().unwrap(),
        delivery: Delivery::Gateway(None),
        application_id: APPLICATION.to_owned(),
        token: token.to_owned().into(),
        guild_id: Some(GUILD.to_owned()),
        direct_messages: false,
    }
}

fn card(title: &str, details: &str) -> Card {
    let details = if details.is_empty() { Vec::new() } else { vec![Block::Text { text: details.to_owned() }] };
    Card {
        locale: Locale::En,
        tone: Tone::Running,
        tone_word: "running".to_owned(),
        title: title.to_owned(),
        blocks: Vec::new(),
        buttons: Vec::new(),
        to: Vec::new(),
        details,
        files: Vec::new(),
        request: None,
        state: None,
    }
}

fn channel() -> ChannelId {
    ChannelId::new("discord", CHANNEL)
}

#[tokio::test(flavor = "multi_thread")]
async fn details_stand_in_a_thread_and_are_kept_up_to_date_there() {
    let fake = Fake::start(By::Gateway).await;
    let port = port(&fake).await;
    let id = RequestId::from_bits(1);
    let message = port.post(&channel(), &id, false, &card("a", "first")).await.unwrap();
    let in_thread = |says: &'static str| {
        let message = message.to_string();
        move |state: &super::fake::State| {
            let thread = &state.channels.get(&message)?.messages;
            (thread.len() == 1 && thread[0]["embeds"][0]["description"] == says).then_some(())
        }
    };
    fake.until("details", in_thread("first")).await;
    port.edit(&channel(), &message, &card("b", "first")).await.unwrap();
    port.edit(&channel(), &message, &card("c", "second")).await.unwrap();
    fake.until("newer details", in_thread("second")).await;
    fake.was_content();
}

#[tokio::test(flavor = "multi_thread")]
async fn details_of_before_a_restart_are_kept_up_to_date_where_they_stand() {
    let fake = Fake::start(By::Requests).await;
    let id = RequestId::from_bits(1);
    let message = port(&fake).await.post(&channel(), &id, false, &card("a", "first")).await.unwrap();
    let says = |says: &'static str| {
        let message = message.to_string();
        move |state: &super::fake::State| {
            let thread = &state.channels.get(&message)?.messages;
            let ours = thread.iter().find(|one| one["author"]["id"] == BOT)?;
            (ours["embeds"][0]["description"] == says).then(|| ours["id"].clone())
        }
    };
    let there = fake.until("details", says("first")).await;
    {
        // Somebody was faster, and somebody answers.
        let mut state = fake.state();
        let (early, late) = (json!("7"), json!(state.id()));
        let said =
            |id| json!({ "id": id, "channel_id": message.as_str(), "author": user("1600000000000000004", false) });
        let thread = &mut state.channels.get_mut(message.as_str()).unwrap().messages;
        thread.insert(0, said(early));
        thread.push(said(late));
    }
    let restarted = Instant::now();
    let next = port(&fake).await;
    for newer in ["second", "third"] {
        next.edit(&channel(), &message, &card("b", newer)).await.unwrap();
    }
    assert_eq!(fake.until("newer details", says("third")).await, there, "it is the same message");
    let state = fake.state();
    assert_eq!(state.channels[message.as_str()].messages.len(), 3, "nothing was posted a second time");
    let in_thread = state.writes.iter().filter(|write| write.channel == message.as_str());
    let since: Vec<_> = in_thread.filter(|write| write.at > restarted).collect();
    assert!(!since.is_empty() && since.iter().all(|write| !write.is_new && write.message["id"] == there), "{since:?}");
    assert_eq!(state.refused.len(), 1, "asked once whether there is a thread: {:?}", state.refused);
    assert_eq!((state.limited, state.invalid), (0, 0));
}

/// Sends as the board does: one at a time in a channel, when the limits allow it.
async fn send(port: &Port, what: Sending, edited: Option<&MessageId>, number: u32) -> MessageId {
    while let Some(wait) = port.slot(&channel(), what) {
        tokio::time::timeout(wait, std::future::pending::<()>()).await.unwrap_err();
    }
    let card = card(&format!("number {number}"), "");
    match edited {
        Some(message) => {
            port.edit(&channel(), message, &card).await.unwrap();
            message.clone()
        }
        None => port.post(&channel(), &RequestId::from_bits(number), false, &card).await.unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_messages_at_once_cause_no_429() {
    let fake = Fake::start(By::Gateway).await;
    // Discord's own five in five seconds, a hundred times as fast.
    fake.state().bucket = Some((5, Duration::from_millis(50)));
    let port = port(&fake).await;
    let began = Instant::now();
    let mut messages = Vec::new();
    for number in 0..100 {
        messages.push(send(&port, Sending::Post, None, number).await);
    }
    for (number, message) in (0..).zip(&messages) {
        send(&port, Sending::Edit, Some(message), number).await;
    }
    let count = NonZeroUsize::new(fake.messages(CHANNEL).len()).unwrap();
    assert_eq!(count.get(), 100);
    fake.was_content();
    told!("discord: 100 messages posted and edited in {} ms: 0 × 429, 0 invalid requests", began.elapsed().as_millis());
}

#[tokio::test]
async fn what_is_for_one_person_goes_directly_once_no_token_is_good() {
    let fake = Fake::start(By::Gateway).await;
    let port = port(&fake).await;
    let account = &"discord:1600000000000000005".into();
    port.whisper(&channel(), account, &card("for you", "all of it")).await.unwrap();
    let direct = port.direct(account).unwrap();
    port.post(&direct, &RequestId::from_bits(7), false, &card("and this", "")).await.unwrap();
    let titles: Vec<String> = {
        let state = fake.state();
        let own = state.channels.values().filter(|channel| channel.direct.as_deref() == Some("1600000000000000005"));
        own.flat_map(|channel| &channel.messages)
            .map(|one| one["embeds"][0]["title"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(titles, ["for you", "and this"]);
    assert!(fake.messages(CHANNEL).is_empty(), "nobody else sees it");
    assert!(port.whisper(&channel(), &"slack:U1".into(), &card("x", "")).await.is_err());
    fake.was_content();
}

#[tokio::test]
async fn check_says_what_is_wrong_and_what_to_do() {
    let fake = Fake::start(By::Gateway).await;
    fake.channel(CHANNEL);
    let look = async |token: &str| {
        let discord = Discord::new(settings(&fake, token), Proxies::default(), Arc::new(SystemClock)).unwrap();
        check::look(&discord, &[CHANNEL.to_owned(), "42".to_owned(), "x".to_owned()]).await
    };
    let well = look(TOKEN).await;
    let said: Vec<String> = well.iter().map(|(what, look)| format!("{what}: {look:?}")).collect();
    assert!(said[0].contains("Ok") && said[1].contains("Ok") && said[2].contains("1 shard"), "{said:#?}");
    assert!(said[3].contains("in \\\"Operations\\\"") && said[4].contains("everything that is needed"), "{said:#?}");
    assert!(said[5].contains("there is no such channel") && said[6].contains("no id of Discord's"), "{said:#?}");
    assert!(said[7].contains("not registered"), "{said:#?}");
    fake.state().socket.permissions = "0".to_owned();
    let poor = look(TOKEN).await;
    assert!(format!("{:?}", poor[4]).contains("lacks View Channels, Send Messages"), "{:?}", poor[4]);
    let wrong = look("none").await;
    assert_eq!(wrong.len(), 1);
    assert!(format!("{:?}", wrong[0]).contains("refuses the bot's token"), "{:?}", wrong[0]);
}
