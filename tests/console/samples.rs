//! Every kind of card, to be looked at: `SNAPWARDEN_SAMPLES=127.0.0.1:8090 cargo test --test world serve_the_samples -- --ignored`
//! serves them until it is interrupted. Screenshots are made of it with `scripts/screenshot.sh`.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use snapwarden::chat::console::Identity;
use snapwarden::engine::clock::SystemClock;
use snapwarden::message::model::{Action, Block, ButtonStyle, Card, Input, ShownTo, Tone, TreeRow};

use super::cards::{asked, button, card, listed, running};
use super::world::World;

#[tokio::test]
#[ignore = "serves until it is interrupted"]
async fn serve_the_samples() {
    let Ok(listen) = std::env::var("SNAPWARDEN_SAMPLES") else {
        return;
    };
    let world = World::listen(&listen, Identity::Chosen, Arc::new(SystemClock)).await;
    put(&world);
    println!("ready {}", world.url);
    std::future::pending::<()>().await;
}

/// Puts the samples into `ops`, some minutes apart; `web-team` stays empty.
fn put(world: &World) {
    let cards = samples();
    let count = i64::try_from(cards.len()).unwrap();
    for (number, card) in (0..).zip(cards) {
        let ts = Timestamp::now() - SignedDuration::from_mins((count - number) * 9);
        world.console.restore(&"ops".into(), &format!("m-{number}").as_str().into(), ts, &card);
    }
}

/// One card of each kind.
fn samples() -> Vec<Card> {
    let text = |text: &str| Block::Text { text: text.to_owned() };
    let chain = (0..30).map(|depth| TreeRow {
        number: Some(depth + 1),
        depth,
        name: format!("step {}", depth + 1),
        detail: format!("{} days", 40 - depth),
        here: false,
    });
    let here = TreeRow { number: None, depth: 30, name: "You are here".to_owned(), detail: String::new(), here: true };
    let optional = Input { name: "note".to_owned(), label: "A note for the trail".to_owned(), optional: true };
    vec![
        super::snapshots::report_card(),
        Card { blocks: vec![Block::Tree { rows: chain.chain([here]).collect() }], ..listed("deep-01") },
        Card {
            blocks: vec![text(
                "It is powered off now: the snapshot held no memory. Asked by @alice, approved by @carol, took 2 min 03 s.",
            )],
            buttons: vec![button(Action::PowerOn, "on", "Power on", ButtonStyle::Primary, ShownTo::Anyone, None)],
            state: Some("done".to_owned()),
            request: snapwarden::domain::ids::RequestId::parse("R-9TWE"),
            ..card(Tone::Success, "\"web-01\" is back at \"before upgrade\" (Fri 20 Nov, 09:12).")
        },
        Card {
            blocks: vec![text("VMware Tools did not answer. It is crash-consistent only.")],
            buttons: vec![
                button(Action::Retry, "retry", "Try again", ButtonStyle::Primary, ShownTo::Anyone, None),
                button(Action::Delete, "delete", "Delete", ButtonStyle::Danger, ShownTo::Anyone, Some(optional)),
            ],
            ..card(Tone::Warning, "\"db-01\": snapshot taken, but NOT quiesced.")
        },
        Card {
            blocks: vec![
                text(
                    "Disk 2 is independent, so memory cannot be captured (MemorySnapshotOnIndependentDisk).\nTake it without memory instead.",
                ),
                Block::Code { text: "/snapshot take legacy-01 mode:disk".to_owned() },
            ],
            buttons: vec![button(
                Action::WithoutMemory,
                "wm",
                "Take without memory",
                ButtonStyle::Plain,
                ShownTo::Anyone,
                None,
            )],
            ..card(Tone::Failure, "\"legacy-01\": no snapshot was taken.")
        },
        card(
            Tone::Info,
            "<script>alert(1)</script> \u{202e}evil <img src=x onerror=alert(1)> שלום 🎛 averyveryveryveryveryveryveryveryveryveryveryverylongname",
        ),
        listed("db-01"),
        asked("web-01", "before upgrade"),
        Card {
            blocks: vec![
                Block::Progress { percent: None, text: "2 s".to_owned() },
                Block::Note { text: "vCenter tells no progress yet.".to_owned() },
            ],
            ..running("cold-01", None)
        },
        Card {
            blocks: vec![Block::Progress { percent: Some(48), text: "48 % · 1 min 12 s".to_owned() }],
            buttons: vec![button(Action::Cancel, "cancel", "Cancel", ButtonStyle::Plain, ShownTo::Anyone, None)],
            ..card(Tone::Running, "Reverting \"web-01\" to \"before upgrade\"")
        },
    ]
}
