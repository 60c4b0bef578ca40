//! What is Slack's own in a scenario: the modal's way, shortcuts, the App Home, what is ephemeral, what is told directly.

use serde_json::{Value, json};

use super::fake::people::Way;
use super::fake::{FakeSlack, State};
use super::front::{SlackFront, said, user_of};
use crate::world::fronts::On;
use crate::world::harness::World;

/// A scenario by each way that events come.
macro_rules! both_ways {
    ($($scenario:ident),+ $(,)?) => {
        $(
            mod $scenario {
                use crate::world::fronts::On;

                #[tokio::test(flavor = "multi_thread")]
                async fn by_socket() {
                    super::$scenario(On::SlackSocket).await;
                }

                #[tokio::test(flavor = "multi_thread")]
                async fn by_http() {
                    super::$scenario(On::SlackHttp).await;
                }
            }
        )+
    };
}

both_ways! {
    a_command_without_a_word_becomes_one_by_a_modal,
    a_field_that_is_wrong_is_told_at_the_field,
    a_shortcut_on_a_message_knows_the_vm,
    the_home_shows_what_waits_and_takes_the_answer,
    what_is_listed_is_seen_by_one_person,
    a_stranger_hears_who_can_help,
}

/// The Slack of a world.
fn slack(world: &World) -> (&SlackFront, Way) {
    let front = world.slack();
    (front, front.way())
}

/// The options of a select in an open modal whose values begin with this.
async fn option(fake: &FakeSlack, way: &Way, view: &str, action: &str, typed: &str) -> Value {
    let found = fake.shared.types_into(way, view, action, typed).await;
    found.into_iter().next().unwrap_or_else(|| panic!("nothing for {typed:?} in {action}"))
}

/// A modal's block ids.
fn blocks(state: &State, view: &str) -> Vec<String> {
    let all = state.views[view].view["blocks"].as_array().unwrap();
    all.iter()
        .map(|block| block["block_id"].as_str().unwrap_or_default().split(':').next().unwrap().to_owned())
        .collect()
}

async fn a_command_without_a_word_becomes_one_by_a_modal(on: On) {
    let world = World::on(on).await;
    let (front, way) = slack(&world);
    let alice = user_of("alice");
    front.slack.shared.types(&way, &alice, "C-ops", "").await;
    let view = front.slack.shared.modal_of(&alice).await;
    let asked = front.slack.with(|state| blocks(state, &view));
    assert_eq!(asked, ["what", "vm", "name", "description", "keep"]);
    // Reverting asks for a snapshot once there is a VM.
    let revert = json!({"value": "revert", "text": {"type": "plain_text", "text": "Revert"}});
    front.slack.shared.chooses(&way, &view, "what", &revert).await;
    front
        .slack
        .until("the modal is for reverting", |state| blocks(state, &view).contains(&"safety".to_owned()).then_some(()))
        .await;
    let vm = option(&front.slack, &way, &view, "vm", "db-01").await;
    assert_eq!(vm["value"], "db-01");
    front.slack.shared.chooses(&way, &view, "vm", &vm).await;
    front
        .slack
        .until("a snapshot is asked for", |state| blocks(state, &view).contains(&"snapshot".to_owned()).then_some(()))
        .await;
    let snapshots = front.slack.shared.types_into(&way, &view, "snapshot", "").await;
    assert_eq!(snapshots.len(), 3, "{snapshots:?}");
    let chosen = json!({"type": "external_select", "selected_option": snapshots[1]});
    let vm = json!({"type": "external_select", "selected_option": vm});
    let answer = front.slack.shared.submits(&way, &view, &[("vm", vm), ("snapshot", chosen)]).await;
    assert_eq!(answer, None, "the modal closes");
    let posted = front.slack.until("the request is posted", |state| state.messages("C-ops").into_iter().next()).await;
    let card = said(&posted.said, &posted.ts);
    assert!(card.text().starts_with("Revert \"db-01\" to "), "{}", card.text());
    let card = front.slack.until("it waits for a yes", |state| {
        let posted = state.messages("C-ops").into_iter().next()?;
        Some(said(&posted.said, &posted.ts)).filter(|card| card.token("Approve").is_some())
    });
    let token = card.await.token("Withdraw").unwrap();
    world.press_token("alice", &token).await;
    front
        .slack
        .until("it is withdrawn", |state| {
            let posted = state.messages("C-ops").into_iter().next()?;
            (said(&posted.said, &posted.ts).state() == "withdrawn").then_some(())
        })
        .await;
    front.slack.assert_well_behaved();
    world.end(&[]).await;
}

async fn a_field_that_is_wrong_is_told_at_the_field(on: On) {
    let world = World::on(on).await;
    let (front, way) = slack(&world);
    let alice = user_of("alice");
    front.slack.shared.types(&way, &alice, "C-ops", "take").await;
    let view = front.slack.shared.modal_of(&alice).await;
    let vm = option(&front.slack, &way, &view, "vm", "web-01").await;
    let vm = json!({"type": "external_select", "selected_option": vm});
    let keep = json!({"type": "plain_text_input", "value": "soon"});
    let answer = front.slack.shared.submits(&way, &view, &[("vm", vm.clone()), ("keep", keep)]).await.unwrap();
    assert!(answer["errors"]["keep"].as_str().is_some_and(|said| said.contains("\"soon\"")), "{answer}");
    assert!(front.slack.with(|state| state.messages("C-ops")).is_empty());
    let keep = json!({"type": "plain_text_input", "value": "3d"});
    let name = json!({"type": "plain_text_input", "value": "before <!channel>"});
    front.slack.shared.submits(&way, &view, &[("vm", vm), ("keep", keep), ("name", name)]).await;
    front
        .slack
        .until("it is done", |state| {
            let posted = state.messages("C-ops").into_iter().next()?;
            (said(&posted.said, &posted.ts).state() == "done").then_some(())
        })
        .await;
    front.slack.assert_well_behaved();
    world.end_with_what_runs().await;
}

async fn a_shortcut_on_a_message_knows_the_vm(on: On) {
    let world = World::on(on).await;
    let (front, way) = slack(&world);
    let alice = user_of("alice");
    let about = "could somebody look at web-01, please? it is slow";
    front.slack.shared.shortcut(&way, &alice, Some(("C-ops", about))).await;
    let view = front.slack.shared.modal_of(&alice).await;
    let shown = front.slack.with(|state| state.views[&view].view.clone());
    assert_eq!(shown["blocks"][1]["element"]["initial_option"]["value"], "web-01");
    // From nowhere, the modal asks for a channel as well.
    let bob = user_of("bob");
    front.slack.shared.shortcut(&way, &bob, None).await;
    let view = front.slack.shared.modal_of(&bob).await;
    assert_eq!(front.slack.with(|state| blocks(state, &view)).last().map(String::as_str), Some("channel"));
    front.slack.assert_well_behaved();
    world.end(&[]).await;
}

async fn the_home_shows_what_waits_and_takes_the_answer(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    world.until("awaiting_approval").await;
    let (front, way) = slack(&world);
    let bob = user_of("bob");
    front.slack.shared.opens_home(&way, &bob).await;
    let home = front.slack.until("the App Home is there", |state| state.homes.get(&bob).cloned()).await;
    let text = home.to_string();
    assert!(text.contains("Waiting for you") && text.contains("Revert \\\"db-01\\\""), "{home:#}");
    let buttons = home["blocks"].as_array().unwrap().iter().filter(|block| block["type"] == "actions");
    let approve =
        buttons.flat_map(|block| block["elements"].as_array().unwrap()).find(|one| one["text"]["text"] == "Approve");
    let element = approve.unwrap_or_else(|| panic!("no Approve on {home:#}")).clone();
    front.slack.shared.presses(&way, &bob, &super::fake::people::Button { element, message: None }).await;
    world.until("done").await;
    // Who asked sees their own, and no button to approve it with.
    front.slack.shared.opens_home(&way, &user_of("alice")).await;
    let own = front.slack.until("alice's App Home is there", |state| state.homes.get(&user_of("alice")).cloned()).await;
    assert!(!own.to_string().contains("\"Approve\""), "{own:#}");
    front.slack.assert_well_behaved();
    world.end_with_what_runs().await;
}

async fn what_is_listed_is_seen_by_one_person(on: On) {
    let world = World::on(on).await;
    let answer = world.says("alice", "list db-01").await;
    answer.says(&["\"db-01\"", "before index rebuild"]);
    let (front, _) = slack(&world);
    assert!(front.slack.with(|state| state.messages("C-ops")).is_empty(), "nothing is posted for everybody");
    front.slack.assert_well_behaved();
    world.end(&[]).await;
}

async fn a_stranger_hears_who_can_help(on: On) {
    let world = World::on(on).await;
    let answer = world.says("mallory", "take web-01").await;
    assert!(!answer.text().is_empty());
    let (front, _) = slack(&world);
    assert!(front.slack.with(|state| state.messages("C-ops")).is_empty());
    front.slack.assert_well_behaved();
    world.end(&[]).await;
}
