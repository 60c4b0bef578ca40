//! A report in Slack: its picture in the message, its table in the thread, and what happens when Slack is not done with the picture.

use jiff::SignedDuration;
use serde_json::Value;

use crate::world::fronts::On;
use crate::world::harness::World;
use crate::world::watch::daily;

/// The report's message, once it is there.
async fn report(world: &World) -> (String, Value) {
    let posted = world
        .wait("a report is posted", async || {
            let messages = world.slack().slack.with(|state| state.messages("C-ops"));
            messages
                .into_iter()
                .find(|message| message.said["text"].as_str().is_some_and(|text| text.starts_with("Snapshots")))
        })
        .await;
    (posted.ts, posted.said)
}

async fn world() -> World {
    World::with(|setup| {
        setup.on = On::SlackHttp;
        daily(setup).channel = "slack:C-ops".into();
    })
    .await
}

fn pictures(message: &Value) -> usize {
    message["blocks"].as_array().unwrap().iter().filter(|block| block["slack_file"].is_object()).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_has_its_picture_and_its_table() {
    let world = world().await;
    world.advance(SignedDuration::from_hours(2));
    let (ts, message) = report(&world).await;
    assert_eq!(pictures(&message), 1);
    let at = ("C-ops".to_owned(), ts);
    world
        .wait("the table hangs on it", async || {
            let shared = |file: &crate::slack::fake::File| file.shared.as_ref() == Some(&at);
            world.slack().slack.with(|state| state.files.values().any(shared)).then_some(())
        })
        .await;
    world.slack().slack.assert_well_behaved();
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_that_slack_is_not_done_with_costs_the_picture_and_no_button() {
    let world = world().await;
    world.slack().slack.with(|state| state.trouble.looks_at_next_picture = true);
    world.advance(SignedDuration::from_hours(2));
    let (_, message) = report(&world).await;
    assert_eq!(pictures(&message), 0);
    let buttons = message["blocks"].as_array().unwrap().iter().filter(|block| block["type"] == "actions").count();
    assert!(buttons > 1, "{message}");
    world.slack().slack.assert_well_behaved();
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_reaches_nobody_is_told_to_the_administrators_and_posted_when_there_is_a_place_again() {
    let world = World::with(|setup| {
        setup.on = On::SlackHttp;
        setup.config.rules.alarms = Some("slack:C-web-team".into());
        daily(setup).channel = "slack:C-ops".into();
    })
    .await;
    let closed = |closed: bool| {
        world.slack().slack.with(|state| state.channels.get_mut("C-ops").unwrap().closed = closed);
    };
    let alarms = |about: &'static str| {
        let world = &world;
        async move {
            world
                .wait(about, async || {
                    let messages = world.slack().slack.with(|state| state.messages("C-web-team"));
                    let about = messages
                        .iter()
                        .filter(|one| one.said["text"].as_str().is_some_and(|text| text.contains(about)));
                    Some(about.count()).filter(|count| *count > 0)
                })
                .await
        }
    };
    closed(true);
    world.advance(SignedDuration::from_hours(2));
    assert_eq!(alarms("cannot be posted in").await, 1);
    let (_, ready) = world.ready().await;
    assert!(ready.to_string().contains("channel slack:C-ops"), "{ready}");
    // It is tried again, and nobody is told twice.
    world.advance(SignedDuration::from_mins(6));
    closed(false);
    world.advance(SignedDuration::from_mins(6));
    report(&world).await;
    assert_eq!((alarms("can be posted in").await, alarms("cannot be posted in").await), (1, 1));
    let (_, ready) = world.ready().await;
    assert!(!ready.to_string().contains("channel slack:C-ops"), "{ready}");
    world.slack().slack.assert_well_behaved();
    world.end(&[]).await;
}
