//! What comes to the bot's address for Slack and is none of Slack's: nothing is done for it, and it is answered as it deserves.

use serde_json::json;

use super::fake::SIGNING_SECRET;
use super::fake::events::{body_of, hmac_of::sign};
use super::fake::people::Way;
use super::front::user_of;
use crate::world::fronts::On;
use crate::world::harness::World;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_signed_by_slack_is_not_let_in() {
    let world = World::on(On::SlackHttp).await;
    let front = world.slack();
    let Way::Http(url) = front.way() else { unreachable!("by requests") };
    let shared = &front.slack.shared;
    let now = world.clock_second();
    let (payload, _) = shared.command(&user_of("alice"), "C-ops", "take web-01");
    let body = body_of("slash_commands", &payload);
    let send = async |stamp: String, signature: String, body: String| {
        shared.send(&url, &stamp, &signature, "slash_commands", body).await.0
    };
    let right = |stamp: &str, body: &str| sign(SIGNING_SECRET, stamp, body.as_bytes());
    let stamp = now.to_string();
    let forged = sign("another secret", &stamp, body.as_bytes());
    assert_eq!(send(stamp.clone(), forged, body.clone()).await, 401, "forged");
    assert_eq!(send(stamp.clone(), String::new(), body.clone()).await, 401, "not signed");
    assert_eq!(send(stamp.clone(), "v0=zz".to_owned(), body.clone()).await, 401, "no signature");
    assert_eq!(send(stamp.clone(), right(&stamp, &body), format!("{body}&x=1")).await, 401, "another body");
    for old in [now - 301, now + 301] {
        let stamp = old.to_string();
        assert_eq!(send(stamp.clone(), right(&stamp, &body), body.clone()).await, 401, "stale");
    }
    // One byte too many: of more, the last ones would still be on their way when the answer comes and the connection ends.
    let long = format!("payload={}", "a".repeat(1024 * 1024 + 1 - "payload=".len()));
    assert_eq!(send(stamp.clone(), right(&stamp, &long), long).await, 413, "oversized");
    for wrong in ["payload=%7B%22type%22%3A7%7D", "{\"type\":", "nothing=here", "payload=[]"] {
        assert_eq!(send(stamp.clone(), right(&stamp, wrong), wrong.to_owned()).await, 400, "{wrong}");
    }
    assert!(front.slack.with(|state| state.messages("C-ops")).is_empty(), "nothing was done");
    // The right one is let in, and once.
    assert_eq!(send(stamp.clone(), right(&stamp, &body), body.clone()).await, 200);
    assert_eq!(send(stamp.clone(), right(&stamp, &body), body.clone()).await, 400, "replayed");
    // The same event signed anew is Slack's own second try: it is acknowledged and taken in once.
    let later = (now + 1).to_string();
    assert_eq!(send(later.clone(), right(&later, &body), body.clone()).await, 200);
    front
        .slack
        .until("the snapshot is taken", |state| {
            let all = state.messages("C-ops");
            assert!(all.len() <= 1, "one command is one request");
            all.first().filter(|one| super::front::said(&one.said, &one.ts).state() == "done").map(|_| ())
        })
        .await;
    world.end_with_what_runs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slack_is_told_that_the_address_is_ours() {
    let world = World::on(On::SlackHttp).await;
    let front = world.slack();
    let Way::Http(url) = front.way() else { unreachable!("by requests") };
    let body = json!({"type": "url_verification", "challenge": "abc", "token": "x"}).to_string();
    let stamp = world.clock_second().to_string();
    let signature = sign(SIGNING_SECRET, &stamp, body.as_bytes());
    let answer = front.slack.shared.send(&url, &stamp, &signature, "events_api", body).await;
    assert_eq!(answer, (200, "abc".to_owned()));
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_again_within_a_second_is_offered_again() {
    let world = World::on(On::SlackHttp).await;
    let front = world.slack();
    let shared = &front.slack.shared;
    shared.types(&front.way(), &user_of("alice"), "C-ops", "").await;
    let view = shared.modal_of(&user_of("alice")).await;
    // The time that is shown stands, so the two are the same request to the last bit.
    let first = shared.types_into(&front.way(), &view, "vm", "web").await;
    assert!(!first.is_empty());
    assert_eq!(shared.types_into(&front.way(), &view, "vm", "web").await, first);
    world.end(&[]).await;
}
