//! The event stream, read byte by byte as a browser does.

use std::time::Duration;

use snapwarden::message::model::Tone;

use super::cards::{asked, card, running};
use super::world::World;

/// A reader of the stream. Nothing here sleeps: it waits for bytes, and far too long a wait fails the test.
struct Reader {
    response: reqwest::Response,
    text: String,
}

impl Reader {
    /// Connects, and returns when the server has said that it listens.
    async fn new(world: &World) -> Self {
        let response = world.get("/api/events").send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let mut reader = Self { response, text: String::new() };
        let hello = reader.any().await.unwrap();
        assert!(hello.contains(": listening") && hello.contains("retry: 1000"), "{hello}");
        reader
    }

    /// The next event that is about a message, or nothing when the stream has ended. The vCenter moves on meanwhile.
    async fn next(&mut self) -> Option<String> {
        loop {
            let event = self.any().await?;
            if !event.starts_with("event: inventory") {
                return Some(event);
            }
        }
    }

    /// The next event as it came, or nothing when the stream has ended.
    async fn any(&mut self) -> Option<String> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let event = event.to_owned();
                self.text = rest.to_owned();
                return Some(event);
            }
            let chunk = tokio::time::timeout(Duration::from_secs(10), self.response.chunk()).await;
            let bytes = chunk.expect("an event within 10 s").unwrap()?;
            self.text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

#[tokio::test]
async fn what_changes_is_told_in_order() {
    let world = World::new().await;
    let mut reader = Reader::new(&world).await;
    world.card("console:ops", "R-7KQ2", &running("web-01", Some(1))).await;
    world.change("ops", "R-7KQ2", &running("web-01", Some(2))).await;
    world.change("ops", "R-7KQ2", &running("web-01", Some(2))).await;
    world.card("web-team", "R-4BXN", &asked("web-01", "x")).await;
    let event = |name: &str, data: &str| format!("event: {name}\ndata: {data}");
    assert_eq!(reader.next().await.unwrap(), event("message", r#"{"channel":"ops","id":"m-R-7KQ2"}"#));
    assert_eq!(reader.next().await.unwrap(), event("edit", r#"{"channel":"ops","id":"m-R-7KQ2"}"#));
    let same_twice = "an edit that changes nothing is not told";
    assert_eq!(
        reader.next().await.unwrap(),
        event("message", r#"{"channel":"web-team","id":"m-R-4BXN"}"#),
        "{same_twice}"
    );
    world.console.inventory_changed();
    assert_eq!(reader.any().await.unwrap(), event("inventory", "{}"));
}

#[tokio::test]
async fn a_name_cannot_forge_an_event() {
    let world = World::new().await;
    let mut reader = Reader::new(&world).await;
    world.console.restore(
        &"ops".into(),
        &"m\n\nevent: inventory\ndata: {}".into(),
        "2026-11-20T09:12:00Z".parse().unwrap(),
        &card(Tone::Info, "x"),
    );
    let event = reader.next().await.unwrap();
    assert!(event.starts_with("event: message\ndata: {") && event.lines().count() == 2, "{event}");
}

#[tokio::test]
async fn closing_ends_every_stream() {
    let world = World::new().await;
    let mut reader = Reader::new(&world).await;
    world.console.close();
    assert_eq!(reader.next().await, None);
}
