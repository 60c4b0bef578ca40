//! Events as platforms deliver them: acknowledged when they are written down, sent again when they were not heard, taken in once.

use jiff::SignedDuration;
use snapwarden::engine::{Answer, Ask, Inbound};

use super::harness::World;
use super::said::Said;

/// What a survey reads a VM by.
const READ: &str = "RetrievePropertiesEx";

fn ask(once: &str, text: &str) -> Inbound {
    Inbound::Ask(Ask {
        person: "alice".into(),
        account: "console:alice".into(),
        channel: "console:ops".into(),
        text: text.to_owned(),
        locale: Some("en".to_owned()),
        once: Some(once.to_owned()),
    })
}

async fn only(world: &World) -> Said {
    world
        .wait("one message waits for a decision", async || {
            let mut messages = world.channel("ops").await;
            messages.retain(|message| message.state() == "awaiting_approval");
            assert!(messages.len() < 2, "one command became two requests");
            messages.pop()
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_is_taken_in_once_over_a_restart_too() {
    let mut world = World::new().await;
    for _ in 0..3 {
        let first = world.bot().handle.hand_in(ask("test/1", "take web-01 once")).unwrap();
        let second = world.bot().handle.hand_in(ask("test/1", "take web-01 once")).unwrap();
        let mut third = world.bot().handle.hand_in(ask("test/1", "take web-01 once")).unwrap();
        third.durable().await;
        let seen = Answer { seen_before: true, ..Answer::default() };
        assert_eq!(second.answer().await.unwrap(), seen);
        assert_eq!(third.answer().await.unwrap(), seen);
        first.answer().await.unwrap();
        let done = async || world.channel("ops").await.into_iter().find(|message| message.state() == "done");
        world.wait("it is done", done).await;
        world.restart().await;
    }
    // After an hour an id may be anybody's again.
    world.advance(SignedDuration::from_hours(1));
    world.says("alice", "take web-01 twice").await;
    world.until("done").await;
    let again = world.bot().handle.hand_in(ask("test/1", "take web-01 thrice")).unwrap();
    let answer = again.answer().await.unwrap();
    assert!(answer.request.is_some() && answer.reply.is_none(), "{answer:?}");
    world.wait("it is done", async || Some(()).filter(|()| world.changes().len() == 3)).await;
    world.end(&["CreateSnapshotEx_Task web-01"; 3]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_was_acknowledged_survives_the_process() {
    let mut world = World::new().await;
    world.answer_late(READ);
    let mut receipt = world.bot().handle.hand_in(ask("test/1", "revert db-01 #1")).unwrap();
    receipt.durable().await;
    world.die().await;
    world.plan([]);
    world.begin().await;
    // The platform did not hear the acknowledgement and sends it again.
    let again = world.bot().handle.hand_in(ask("test/1", "revert db-01 #1")).unwrap();
    assert_eq!(again.answer().await.unwrap(), Answer { seen_before: true, ..Answer::default() });
    let card = only(&world).await;
    world.press_token("bob", &card.token("Approve").unwrap()).await;
    world.wait("it is done", async || Some(()).filter(|()| world.changes().len() == 1)).await;
    world.restart().await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_has_waited_too_long_is_not_gone_on_with() {
    let mut world = World::new().await;
    world.answer_late(READ);
    let mut receipt = world.bot().handle.hand_in(ask("test/1", "revert db-01 #1")).unwrap();
    receipt.durable().await;
    world.die().await;
    world.plan([]);
    world.advance(SignedDuration::from_mins(6));
    world.begin().await;
    let refused = world.until_audit("refused", 1).await;
    assert_eq!(
        (refused["what"].as_str(), refused["why"].as_str()),
        (Some("revert db-01 #1"), Some("too old after a restart"))
    );
    assert!(world.channel("ops").await.is_empty());
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_about_many_that_was_acknowledged_survives_the_process() {
    let mut world = World::new().await;
    world.answer_late(READ);
    let mut receipt = world.bot().handle.hand_in(ask("test/1", "delete-older all 10d")).unwrap();
    receipt.durable().await;
    world.die().await;
    world.plan([]);
    world.begin().await;
    let again = world.bot().handle.hand_in(ask("test/1", "delete-older all 10d")).unwrap();
    assert_eq!(again.answer().await.unwrap(), Answer { seen_before: true, ..Answer::default() });
    let card = only(&world).await;
    world.press_token("bob", &card.token("Deny").unwrap()).await;
    world.restart().await;
    world.end(&[]).await;
}
