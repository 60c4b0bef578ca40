//! Rules that change while something waits, and the gap between the look at a VM and the call: what was allowed when it was asked is
//! not allowed for ever.

use snapwarden::domain::ids::Group;
use snapwarden::domain::policy::{Person, Policy, PolicyVerb, Rule, VerbPattern, VmPattern};
use snapwarden::engine::Rules;

use super::fronts::On;
use super::harness::{LONG, World};

everywhere! {
    a_deny_that_comes_later_refuses_what_waits,
    who_lost_their_group_is_refused_in_the_queue,
    who_left_approves_nothing_any_more,
    of_two_approvals_one_is_struck,
    a_rule_that_asks_for_more_holds_for_what_waits,
    a_snapshot_that_is_taken_in_the_gap_stops_the_revert,
    a_freeze_in_the_gap_stops_the_revert,
}

/// The question that the bot asks to see whether its session is still there, right before the last look at a VM.
const SESSION_CHECK: &str = "<CurrentTime ";

/// A look at a VM asks one like it.
const AFTER_THE_LOOK: usize = 1;

/// People as scenarios speak of them.
pub(crate) trait People {
    fn person_mut(&mut self, id: &str) -> &mut Person;
}

impl People for Policy {
    fn person_mut(&mut self, id: &str) -> &mut Person {
        self.people.iter_mut().find(|person| person.id.as_str() == id).expect("somebody of the demo")
    }
}

impl World {
    /// The configuration is read anew, and says something else.
    pub(crate) async fn rules_become(&self, change: impl FnOnce(&mut Policy)) {
        let handle = &self.bot().handle;
        let mut rules = Rules::clone(&handle.parts().rules());
        change(&mut rules.policy);
        handle.take_rules(rules, "d1ge57".to_owned()).await.unwrap();
    }
}

/// Nobody of the team reverts these any more.
fn deny_reverts(policy: &mut Policy) {
    policy.denies.push(Rule {
        groups: vec!["team-web".into()],
        verbs: vec![VerbPattern::One(PolicyVerb::Revert)],
        vms: vec![VmPattern::parse("db-*").unwrap()],
        line: Some("[[deny]] at snapwarden.toml:41".to_owned()),
    });
}

async fn a_deny_that_comes_later_refuses_what_waits(on: On) {
    let mut world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    world.rules_become(deny_reverts).await;
    world.until("refused").await;
    shows! { world, r#"
        "db-01" was not reverted.  failure · R-…
        @alice may not revert "db-01" any more: [[deny]], snapwarden.toml:41 forbids it.
        Asked by @alice.
    "# }
    world.press_token("bob", &approve).await.says(&["is refused now, so your click changed nothing."]);
    // The configuration of the next process has the deny too.
    deny_reverts(&mut world.config.rules.policy);
    world.crash().await;
    world.press_token("bob", &approve).await.says(&["is refused now, so your click changed nothing."]);
    world.end(&[]).await;
}

async fn who_lost_their_group_is_refused_in_the_queue(on: On) {
    let world = World::on(on).await;
    world.sim.set_task_seconds(LONG);
    let first = world.says("carol", "take web-01 one").await.id();
    let cancel = world.button("carol", "Cancel").await;
    let second = world.says("alice", "take web-01 two").await.id();
    world.until_request(&second, "queued").await;
    world.rules_become(|policy| policy.person_mut("alice").groups.clear()).await;
    world.until_request(&second, "refused").await;
    world.until_shown("any more: only @team-web or @administrators may.").await;
    world.press_token("carol", &cancel).await;
    world.until_request(&first, "cancelled").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

async fn who_left_approves_nothing_any_more(on: On) {
    let mut world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    world.rules_become(|policy| policy.person_mut("bob").groups.clear()).await;
    world.press_token("bob", &approve).await.is("You cannot decide this: it needs @approvers.  failure");
    // Somebody who left altogether while the bot was away.
    world.config.rules.policy.people.retain(|person| person.id.as_str() != "alice");
    world.crash().await;
    world.until("refused").await;
    world.until_shown("@alice is not in the bot's configuration any more.").await;
    world.end(&[]).await;
}

async fn of_two_approvals_one_is_struck(on: On) {
    let world = World::with(|setup| {
        setup.on = on;
        setup.config.rules.policy.approvals[0].needed = 2;
    })
    .await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    world.press_token("bob", &approve).await.is("");
    let own: Vec<Group> = vec!["approvers".into()];
    world.rules_become(|policy| policy.person_mut("bob").groups.clear()).await;
    world.until_shown("The approval of @bob (14:05 UTC) was struck: @bob is not in @approvers any more.").await;
    world.press("carol", "Approve").await.is("");
    world.until_shown("one more of @approvers, not @alice").await;
    assert!(world.changes().is_empty());
    world.rules_become(|policy| policy.person_mut("bob").groups = own).await;
    world.press_token("bob", &approve).await.is("");
    world.until("done").await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

async fn a_rule_that_asks_for_more_holds_for_what_waits(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    world.rules_become(|policy| policy.approvals[0].needed = 2).await;
    world.until_shown("2 of @approvers, not @alice").await;
    world.press_token("bob", &approve).await.is("");
    world.until_shown("one more of @approvers, not @alice").await;
    // It never asks for less than the card says.
    world.rules_become(|policy| policy.approvals[0].needed = 1).await;
    world.press("carol", "Approve").await.is("");
    world.until("done").await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

/// A world with an approved revert whose session check is being held up.
async fn in_the_gap(on: On) -> World {
    let world = World::with(|setup| (setup.on, setup.turnstile) = (on, true)).await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    world.turnstile.hold(SESSION_CHECK, AFTER_THE_LOOK);
    world.press_token("bob", &approve).await.is("");
    world.turnstile.until_held().await;
    world
}

async fn a_snapshot_that_is_taken_in_the_gap_stops_the_revert(on: On) {
    let world = in_the_gap(on).await;
    world.sim.take_out_of_band("db-01", "by a colleague").unwrap();
    world.turnstile.release();
    world.until("stale").await;
    world.until_shown("\"by a colleague\" was taken").await;
    world.end(&[]).await;
}

async fn a_freeze_in_the_gap_stops_the_revert(on: On) {
    let world = in_the_gap(on).await;
    world.says("carol", "freeze \"the storage is being moved\"").await;
    // Everybody is told so only when no call can be sent any more.
    world.until_told("Everything is frozen by @carol", 1).await;
    world.turnstile.release();
    world.until("refused").await;
    world.until_shown("Everything is frozen by @carol: \"the storage is being moved\". Nothing was done.").await;
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_waits_for_calls_under_way_and_names_those_without_an_answer() {
    let mut world = World::new().await;
    world.answer_late("RevertToSnapshot_Task");
    world.says("alice", "revert-latest db-01").await;
    world.press("bob", "Approve").await.is("");
    world.until_called("RevertToSnapshot_Task").await;
    world.let_time_run();
    let answer = world.says("carol", "freeze \"the storage is being moved\"").await;
    answer.says(&[
        "Everything is frozen.",
        "was sent before the freeze, and vCenter has not answered it yet: R-… (\"db-01\").",
    ]);
    world.end_as_it_is(&["RevertToSnapshot_Task db-01"]).await;
}
