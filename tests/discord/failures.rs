//! What goes wrong between the bot and Discord, and what people see of it.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::json;
use snapwarden::domain::ids::Group;
use snapwarden::domain::policy::PlatformGroup;

use super::fake::{APPLICATION, By, Did, Fake, Mishap, gateway::Tug};
use super::front::{account_of, channel_id};
use crate::world::fronts::On;
use crate::world::harness::{LONG, World};

/// A world in which time runs, since what failed is tried again after a while.
async fn running(by: By) -> World {
    let mut world = World::on(On::Discord(by)).await;
    world.let_time_run();
    world
}

fn direct_of(fake: &Fake, person: &str) -> Vec<String> {
    let state = fake.state();
    let own = state.channels.values().filter(|channel| channel.direct.as_deref() == Some(account_of(person).as_str()));
    own.flat_map(|channel| &channel.messages)
        .map(|message| message["embeds"][0]["title"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_post_whose_answer_was_lost_has_no_twin() {
    let world = running(By::Requests).await;
    let fake = world.discord();
    fake.mishap("POST message", Mishap::AnswerLost);
    fake.mishap("POST message", Mishap::AnswerLost);
    world.says("alice", "take web-01 lost").await;
    world.until("done").await;
    assert_eq!(fake.messages(channel_id("ops")).len(), 1, "one request, one message");
    fake.was_content();
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outage_and_limits_delay_messages_and_lose_none() {
    let world = running(By::Gateway).await;
    let fake = world.discord();
    for mishap in [
        Mishap::Away,
        Mishap::Limited(Duration::from_millis(50)),
        Mishap::LimitedGlobally(Duration::from_millis(50)),
        Mishap::Away,
    ] {
        fake.mishap("POST message", mishap);
    }
    fake.mishap("PATCH message", Mishap::Away);
    world.says("alice", "take web-01 late").await;
    world.until("done").await;
    assert_eq!(fake.messages(channel_id("ops")).len(), 1);
    assert_eq!(fake.state().refused, [""; 0]);
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_takes_nothing_moves_to_its_asker_with_what_to_do() {
    for (status, code, words) in
        [(403, 50_013, "Missing Permissions"), (403, 50_001, "Missing Access"), (404, 10_003, "Unknown Channel")]
    {
        let world = World::on(On::Discord(By::Requests)).await;
        let fake = world.discord();
        fake.state().channels.get_mut(channel_id("ops")).unwrap().refuses = Some((status, code, words));
        let did = Did::Command {
            verb: "take".to_owned(),
            options: vec![("vm".to_owned(), json!("web-01")), ("name".to_owned(), json!("x"))],
        };
        let outcome = fake.did(&account_of("alice"), Some(channel_id("ops")), "en", did).await;
        assert_eq!(fake.original(&outcome).await, None);
        fake.until("alice is told directly how it ended", |state| {
            let own = state.channels.values().filter(|channel| channel.direct.is_some());
            let mut titles =
                own.flat_map(|channel| &channel.messages).map(|message| message["embeds"][0]["title"].to_string());
            titles.any(|title| title.contains("taken in")).then_some(())
        })
        .await;
        assert!(direct_of(&fake, "alice").len() >= 2, "and why: {:?}", direct_of(&fake, "alice"));
        world.end(&["CreateSnapshotEx_Task web-01"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_token_is_told_and_what_waited_is_shown_once_it_is_back() {
    let world = running(By::Requests).await;
    let fake = world.discord();
    fake.state().token = "another".to_owned();
    let did = Did::Command { verb: "take".to_owned(), options: vec![("vm".to_owned(), json!("web-01"))] };
    fake.did(&account_of("alice"), Some(channel_id("ops")), "en", did).await;
    fake.until("the bot was refused", |state| {
        state.refused.iter().any(|one| one.starts_with("POST message: 401")).then_some(())
    })
    .await;
    world
        .wait("it is told to whoever asks", async || {
            let (_, ready) = world.ready().await;
            ready.to_string().contains("refuses the bot's token").then_some(())
        })
        .await;
    assert!(fake.state().invalid < 50, "{} refusals", fake.state().invalid);
    fake.state().token = super::fake::TOKEN.to_owned();
    fake.until("the message", |state| (!state.channels[channel_id("ops")].messages.is_empty()).then_some(())).await;
    world.end_with_what_runs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_in_mid_progress_is_resumed_and_loses_no_click() {
    let world = World::on(On::Discord(By::Gateway)).await;
    let fake = world.discord();
    world.sim.set_task_seconds(LONG);
    world.says("alice", "take web-01 long").await;
    world.until("running").await;
    fake.state().socket.tug(Tug::Cut);
    // Pressed while the gateway is away: it arrives when the session is resumed.
    let cancel = world.button("alice", "Cancel").await;
    let pressed = world.press_token("alice", &cancel).await;
    assert!(pressed.reply.is_some(), "cancelling is answered");
    world.until("cancelled").await;
    {
        let state = fake.state();
        assert_eq!((state.socket.identified, state.socket.resumed), (1, 1));
        assert_eq!(state.socket.intents, Some(0), "no intent is asked for");
    }
    fake.was_content();
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_discord_does_to_the_gateway_the_bot_comes_back() {
    let world = World::on(On::Discord(By::Gateway)).await;
    let fake = world.discord();
    let mut done = Vec::new();
    for (what, tug) in [
        ("op 7", Tug::Reconnect),
        ("op 9, resumable", Tug::Invalid(true)),
        ("close 4000", Tug::Close(4000)),
        ("op 9", Tug::Invalid(false)),
    ] {
        let before = {
            let state = fake.state();
            state.socket.connections
        };
        fake.state().socket.tug(tug);
        fake.until(what, |state| (state.socket.connections > before && state.socket.is_live()).then_some(())).await;
        let answer = world.says("alice", "help").await;
        assert!(answer.reply.is_some(), "{what}");
        done.push(what);
    }
    let (identified, resumed) = {
        let state = fake.state();
        (state.socket.identified, state.socket.resumed)
    };
    told!("discord: back after {done:?}, {identified} sessions, {resumed} resumed");
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn heartbeats_that_nobody_answers_end_the_connection() {
    let by = By::Gateway;
    let world = World::on(On::Discord(by)).await;
    let fake = world.discord();
    let before = fake.state().socket.connections;
    {
        let mut state = fake.state();
        state.socket.heartbeat = 300;
        state.socket.deaf = true;
        // What a resumed session is told of heartbeats is what it was told first.
        state.socket.tug(Tug::Invalid(false));
    }
    fake.until("a connection that is deaf", |state| {
        (state.socket.connections > before && state.socket.heartbeats > 0).then_some(())
    })
    .await;
    let deaf = fake.state().socket.connections;
    fake.state().socket.deaf = false;
    fake.until("it is made anew", |state| (state.socket.connections > deaf && state.socket.is_live()).then_some(()))
        .await;
    assert!(world.says("alice", "help").await.reply.is_some());
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_makes_an_approver_for_as_long_as_it_is_held() {
    let role = "1700000000000000001";
    let mut world = World::with(|setup| {
        setup.on = On::Discord(By::Gateway);
        setup.config.rules.policy.platform_groups.push(PlatformGroup {
            name: Group::new("approvers"),
            ids: vec![snapwarden::chat::discord::role(role)],
            expires: SignedDuration::from_mins(15),
        });
    })
    .await;
    let fake = world.discord();
    let dave = account_of("dave");
    let asked = world.says("alice", "revert-latest db-01").await.id();
    let refused = world.press("dave", "Approve").await;
    assert!(refused.reply.is_some(), "{}", refused.text());
    fake.state().roles.insert(dave.clone(), vec![role.to_owned()]);
    assert_eq!(world.press("dave", "Approve").await.text(), "");
    world.until_request(&asked, "done").await;
    // Without it he is nobody special again, at once.
    fake.state().roles.insert(dave, Vec::new());
    world.says("alice", "revert-latest db-01").await;
    assert!(world.press("dave", "Approve").await.reply.is_some());
    world.press("alice", "Withdraw").await;
    world.let_time_stand();
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_outlives_its_interaction_ends_by_the_bots_own_token() {
    for by in [By::Gateway, By::Requests] {
        let world = World::on(On::Discord(by)).await;
        let fake = world.discord();
        world.sim.set_task_seconds(1_200.0);
        world.says("alice", "take web-01 long").await;
        let running = world.until("running").await;
        fake.passes(Duration::from_secs(16 * 60));
        let begun: Vec<String> = fake.state().begun.keys().cloned().collect();
        assert!(!begun.is_empty());
        for token in begun {
            let url = format!("{}/api/v10/webhooks/{APPLICATION}/{token}/messages/@original", fake.url);
            let late =
                reqwest::Client::builder().no_proxy().build().unwrap().patch(url).body("{}").send().await.unwrap();
            let (status, said) = (late.status().as_u16(), late.text().await.unwrap());
            assert!(status == 401 && said.contains("50027"), "{status} {said}");
        }
        let asked = {
            let mut state = fake.state();
            state.refused.clear();
            state.invalid = 0;
            state.asked.len()
        };
        world.advance_tasks(SignedDuration::from_mins(21));
        assert_eq!(world.until("done").await.id(), running.id());
        world.until_shown("taken in 19 min").await;
        {
            let state = fake.state();
            let ops = state.writes.iter().rfind(|write| write.channel == channel_id("ops")).unwrap();
            assert!(!ops.is_new && ops.message["id"] == running.id(), "an edit of the channel's message: {ops:?}");
            let by_token = ["POST follow-up", "PATCH original", "DELETE original"];
            let since = &state.asked[asked..];
            assert!(since.iter().all(|kind| !by_token.contains(&kind.as_str())), "{since:?}");
        }
        fake.was_content();
        world.end(&["CreateSnapshotEx_Task web-01"]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_too_old_to_be_changed_stops_no_other_and_is_changed_rarely() {
    let world = running(By::Gateway).await;
    let fake = world.discord();
    world.sim.set_task_seconds(LONG);
    world.says("alice", "take web-01 old").await;
    world.until("running").await;
    for _ in 0..50 {
        fake.mishap(
            "PATCH message",
            Mishap::Refused(
                429,
                30_046,
                "Maximum number of edits to messages older than 1 hour reached. Try again later.",
            ),
        );
    }
    fake.until("the old message is refused", |state| (state.mishaps.len() < 50).then_some(())).await;
    for vm in ["db-01", "cold-01"] {
        world.says("alice", &format!("take {vm} beside")).await;
    }
    assert!(world.says("alice", "help").await.reply.is_some());
    let posted = |state: &super::fake::State| state.channels[channel_id("ops")].messages.len();
    fake.until("the others are posted", |state| (posted(state) >= 3).then_some(())).await;
    assert!(fake.state().mishaps.len() >= 40, "each message is tried once: {} left", fake.state().mishaps.len());
    assert_eq!(fake.state().limited, 0);
    let (_, ready) = world.ready().await;
    assert!(ready.to_string().contains("\"connected\""), "{ready}");
    fake.state().mishaps.clear();
    world.end_with_what_runs().await;
}
