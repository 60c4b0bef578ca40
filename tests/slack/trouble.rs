//! Slack goes away, comes back, loses answers, renews connections, takes a channel or a token away: what the bot makes of it.

use jiff::SignedDuration;
use serde_json::json;

use super::front::{said, user_of};
use crate::world::fronts::On;
use crate::world::harness::{LONG, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_answer_was_lost_is_not_posted_twice() {
    let mut world = World::on(On::SlackSocket).await;
    world.slack().slack.with(|state| state.trouble.lose_next_post = true);
    world.let_time_run();
    world.says("alice", "take web-01").await;
    world.until("done").await;
    let front = world.slack();
    assert_eq!(front.slack.with(|state| state.messages("C-ops")).len(), 1);
    assert!(front.slack.with(|state| state.calls.contains_key("conversations.history")), "it was looked for");
    front.slack.assert_well_behaved();
    world.let_time_stand();
    world.end_with_what_runs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_minutes_without_slack_lose_nothing() {
    let mut world = World::on(On::SlackSocket).await;
    world.says("alice", "revert-latest db-01").await;
    world.until("awaiting_approval").await;
    let request = world.last();
    world.slack().slack.with(|state| state.trouble.away = true);
    // Somebody decides elsewhere, and vCenter does it, while Slack is away.
    let token = world.slack_token("Approve").await;
    let press = snapwarden::engine::Press {
        person: "bob".into(),
        account: "console:bob".into(),
        token,
        inputs: Default::default(),
        locale: None,
        once: None,
    };
    world.bot().handle.press(press).await.unwrap();
    let id = snapwarden::domain::ids::RequestId::parse(&request).unwrap();
    for _ in 0..10 {
        world.advance(SignedDuration::from_mins(1));
    }
    world.let_time_run();
    let ended = async {
        loop {
            let request = world.bot().handle.request(&id).await.unwrap();
            if request.state.is_final() {
                return request.state.name();
            }
            tokio::task::yield_now().await;
        }
    };
    assert_eq!(ended.await, "done");
    world.slack().slack.with(|state| state.trouble.away = false);
    world.until("done").await;
    world.let_time_stand();
    world.end_with_what_runs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_renewed_in_the_middle_of_progress() {
    let world = World::with(|setup| {
        setup.on = On::SlackSocket;
        setup.sim.task_seconds = LONG;
    })
    .await;
    world.says("alice", "take web-01").await;
    world.until("running").await;
    let front = world.slack();
    for how in ["warning", "broken"] {
        front.slack.end_lines(how);
        // Commands find a connection, whichever is there.
        world.says("alice", "status").await;
    }
    world.advance_tasks(SignedDuration::from_secs(LONG as i64 + 1));
    world.until("done").await;
    assert_eq!(front.slack.with(|state| state.late_acks), 0);
    front.slack.assert_well_behaved();
    world.end_with_what_runs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_comes_twice_is_one() {
    let world = World::on(On::SlackSocket).await;
    let front = world.slack();
    let (payload, _) = front.slack.shared.command(&user_of("alice"), "C-ops", "take web-01");
    let (one, two) = tokio::join!(
        front.slack.shared.by_socket("slash_commands", &payload),
        front.slack.shared.by_socket("slash_commands", &payload)
    );
    assert!(one.0.is_none() && two.0.is_none());
    front
        .slack
        .until("it is done", |state| {
            let all = state.messages("C-ops");
            assert!(all.len() <= 1);
            all.first().filter(|one| said(&one.said, &one.ts).state() == "done").map(|_| ())
        })
        .await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_without_the_bot_is_told_to_the_asker_directly() {
    let world = World::on(On::SlackSocket).await;
    let front = world.slack();
    front.slack.with(|state| state.channels.get_mut("C-ops").unwrap().closed = true);
    front.slack.shared.types(&front.way(), &user_of("alice"), "C-ops", "take web-01").await;
    let direct = format!("D{}", user_of("alice"));
    front
        .slack
        .until("alice is told directly", |state| {
            let all = state.messages(&direct);
            all.iter().any(|one| said(&one.said, &one.ts).state() == "done").then_some(())
        })
        .await;
    front.slack.assert_well_behaved();
    world.end_with_what_runs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_red_and_the_rest_goes_on() {
    let mut world = World::on(On::SlackSocket).await;
    let front = world.slack();
    front.slack.until("the bot is connected", |state| (state.connected() == 2).then_some(())).await;
    world.wait("everything is ready", async || (world.ready().await.0 == 200).then_some(())).await;
    front.slack.with(|state| state.trouble.token = Some("token_revoked".to_owned()));
    world.let_time_run();
    world.slack().slack.shared.types(&front_way(&world), &user_of("alice"), "C-ops", "take web-01").await;
    world
        .wait_polling("it is red", async || {
            let (status, said) = world.ready().await;
            (status == 503 && said.to_string().contains("token_revoked")).then_some(())
        })
        .await;
    world.slack().slack.with(|state| state.trouble.token = None);
    world.wait_polling("it is green again", async || (world.ready().await.0 == 200).then_some(())).await;
    world.let_time_stand();
    world.end_with_what_runs().await;
}

fn front_way(world: &World) -> super::fake::people::Way {
    world.slack().way()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_acknowledged_and_answered() {
    let world = World::on(On::SlackSocket).await;
    let front = world.slack();
    let way = front.way();
    let (mut payload, response) = front.slack.shared.command(&user_of("alice"), "C-ops", "take web-01");
    payload["trigger_id"] = json!(7);
    front.slack.shared.deliver(&way, "slash_commands", &payload).await;
    let answer = front.slack.until("it is answered", |state| {
        state.ephemerals.iter().find(|one| one.by.as_deref() == Some(&response)).cloned()
    });
    assert!(answer.await.said["text"].as_str().is_some_and(|text| text.contains("could not read")));
    for (kind, payload) in [
        ("interactive", json!({"type": "block_actions", "user": {"id": "UALICE"}, "trigger_id": "t", "actions": []})),
        ("interactive", json!({"type": "view_submission", "user": {"id": "UALICE"}, "trigger_id": "t"})),
        ("interactive", json!([])),
        ("events_api", json!({"event": 7})),
        ("something_new", json!({})),
    ] {
        front.slack.shared.deliver(&way, kind, &payload).await;
    }
    assert_eq!(front.slack.with(|state| state.late_acks), 0);
    world.end(&[]).await;
}
