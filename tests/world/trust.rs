//! What stands above an approval, as people meet it: a freeze, a break-glass, a change number, a snapshot before a revert, rules read
//! anew, and vCenter's tasks compared with the journal.

use jiff::SignedDuration;
use snapwarden::domain::policy::TicketPattern;
use snapwarden::engine::Rules;
use snapwarden_sim::faults::Trouble;

use super::fronts::On;
use super::harness::World;

everywhere! {
    what_waits_behind_another_request_does_not_begin_in_a_freeze,
    a_revert_can_be_undone_by_the_snapshot_that_comes_first,
    rules_that_are_read_anew_hold_at_once_and_for_what_waits,
    a_cancel_that_vcenter_refuses_is_told_and_can_be_asked_again,
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_stops_what_is_new_and_lets_go_on_what_runs() {
    let mut world = World::new().await;
    world.sim.set_task_seconds(600.0);
    let runs = world.says("alice", "take web-01 before").await.id();
    world.button("alice", "Cancel").await;
    let waits = world.says("alice", "revert-latest db-01").await.id();
    let approve = world.button("bob", "Approve").await;
    world
        .says("alice", "freeze \"the storage is being moved\"")
        .await
        .is("Only @administrators can freeze and unfreeze.  failure");
    world.says("carol", "freeze \"the storage is being moved\"").await.is(r#"
        Everything is frozen. What runs goes on to its end; nothing new begins until you say:  info
        /snapshot unfreeze
    "#);
    world.told(r#"
        Everything is frozen by @carol  warning
        Reason  "the storage is being moved"
        Nothing is changed until an administrator unfreezes. What runs goes on to its end; what waits for a decision goes on waiting.
    "#).await;
    let frozen = r#"
        Everything is frozen by @carol: "the storage is being moved".  failure
        Nothing is changed until an administrator unfreezes. What runs goes on, and you can still look.
    "#;
    for change in ["take cold-01", "delete db-01 #1", "edit db-01 #1 name:x", "power-on cold-01", "revert-latest db-01"]
    {
        world.says("alice", change).await.is(frozen);
    }
    world.press_token("bob", &approve).await.is(frozen);
    world.says("alice", "list db-01").await.says(&["before index rebuild"]);
    world.crash().await;
    world.press_token("bob", &approve).await.is(frozen);
    world.advance_tasks(SignedDuration::from_secs(601));
    world.until_request(&runs, "done").await;
    assert_eq!(world.request(&waits).await["state"], "awaiting_approval");
    world.says("bob", "unfreeze").await.is("Only @administrators can freeze and unfreeze.  failure");
    world.says("carol", "unfreeze").await.is("Changes can begin again.  info");
    world.says("carol", "unfreeze").await.is("Nothing is frozen.  info");
    world.sim.set_task_seconds(0.0);
    world.press_token("bob", &approve).await.is("");
    world.until_request(&waits, "done").await;
    world.end(&["CreateSnapshotEx_Task web-01", "RevertToSnapshot_Task db-01"]).await;
}

async fn what_waits_behind_another_request_does_not_begin_in_a_freeze(on: On) {
    let world = World::on(on).await;
    world.sim.set_task_seconds(600.0);
    let first = world.says("alice", "take web-01 one").await.id();
    world.button("alice", "Cancel").await;
    let second = world.says("alice", "take web-01 two").await.id();
    world.until_request(&second, "queued").await;
    world.says("carol", "freeze maintenance").await;
    world.advance_tasks(SignedDuration::from_secs(601));
    world.until_request(&first, "done").await;
    world.until_request(&second, "refused").await;
    shows! { world, r#"
        "web-01": no snapshot was taken.  failure · R-…
        Everything is frozen by @carol: "maintenance". Nothing was done. Ask again when it is over.
        Asked by @alice.
        [Ask again]
    "# }
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_glass_is_broken_by_those_who_may_and_everybody_is_told() {
    let mut world = World::new().await;
    world.says("alice", "revert-latest db-01").await;
    let glass = world.button("carol", "Break glass").await;
    world.press_with("bob", &glass, &[("reason", "it burns")]).await.is(r#"
        You cannot do without the approval: that is for @administrators.  failure
    "#);
    world.press_with("alice", &glass, &[("reason", "it burns")]).await.is(r#"
        You cannot do without the approval: that is for @administrators.  failure
    "#);
    for reason in ["", "  ", "\u{202e}"] {
        world.press_with("carol", &glass, &[("reason", reason)]).await.is(r#"
            Say why, in 1 to 300 visible characters. Nothing was done.  failure
        "#);
    }
    world.press_with("carol", &glass, &[("reason", "the shop is down")]).await.is("");
    world.until("done").await;
    shows! { world, r#"
        "db-01" is back at "before index rebuild" (Sat 21 Nov, 08:05 UTC).  success · R-…
        It is powered off now: the snapshot held no memory.
        Asked by @alice, took < 1 s. No approval: @carol broke the glass, 14:05 UTC: "the shop is down".
        [Power on]
    "# }
    let told = r#"
        Break-glass: @carol let R-… go without its approval  warning
        Reason  "the shop is down"
        What  /snapshot revert-latest db-01
        Snapshot  "before index rebuild"
        Asked by  @alice
        This message, the card and the audit trail keep who did it and why.
    "#;
    world.told(told).await;
    world
        .press_with("carol", &glass, &[("reason", "again")])
        .await
        .is("R-… is done now, so your click changed nothing.  info");
    let audit = world.store.audit();
    let broken: Vec<_> = audit.iter().filter(|line| line["event"]["break_glass"]["person"] == "carol").collect();
    assert_eq!(broken.len(), 1);
    assert!(
        broken[0]["seen"].as_str().unwrap().contains("Revert \"db-01\" to \"before index rebuild\"?"),
        "{}",
        broken[0]
    );
    assert_eq!(broken[0]["event"]["break_glass"]["account"], "console:carol");
    // It is told once, whatever happens afterwards.
    world.restart().await;
    world.told(told).await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_number_is_asked_for_until_it_has_the_form_that_the_rule_wants() {
    let world = World::with(|setup| {
        setup.config.rules.policy.approvals[0].ticket_pattern = Some(TicketPattern::parse("CHG[0-9]*").unwrap());
    })
    .await;
    let asked = world.says("alice", "revert-latest db-01").await;
    asked.is(r#"
        A change number is needed to revert "db-01".  waiting
        It looks like CHG[0-9]*. Give it here, or put ticket: into the command.
        [Go on]
    "#);
    assert_eq!(asked.request, None);
    let wrong = world.press_with("alice", &asked.token("Go on"), &[("ticket", "INC0001")]).await;
    wrong.is(r#"
        A change number is needed to revert "db-01".  waiting
        "INC0001" does not look like CHG[0-9]*. Give another one here, or put ticket: into the command.
        [Go on]
    "#);
    world.press_with("bob", &wrong.token("Go on"), &[("ticket", "CHG0042117")]).await.says(&["only they can do that"]);
    let made = world.press_with("alice", &wrong.token("Go on"), &[("ticket", "chg0042117")]).await;
    assert_eq!(made.reply.as_ref().map(|reply| reply.text()), None);
    world.until("awaiting_approval").await;
    world.until_shown("@alice · R-… · chg0042117").await;
    world.press("alice", "Withdraw").await;
    world.until("withdrawn").await;
    world.says("alice", "revert-latest db-01 ticket:CHG1").await;
    world.until("awaiting_approval").await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    // What no approval rule is about wants none.
    world.says("alice", "take web-01").await;
    world.until("done").await;
    world.end(&["RevertToSnapshot_Task db-01", "CreateSnapshotEx_Task web-01"]).await;
}

async fn a_revert_can_be_undone_by_the_snapshot_that_comes_first(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert db-01 #1 safety:yes").await;
    world.until_shown("Before  a snapshot of how it is now is taken first (\"before revert 2026-11-22 14:05\")").await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    world.until_shown("To undo this, revert to \"before revert 2026-11-22 14:05\": it was taken right before.").await;
    let vm = world.sim.vm("db-01").unwrap();
    let made = vm.snapshots.iter().find(|snapshot| snapshot.name == "before revert 2026-11-22 14:05").unwrap();
    assert!(made.description.contains("by=alice ok=bob"), "{}", made.description);
    assert_eq!(vm.snapshots.len(), 4);
    world.end(&["CreateSnapshotEx_Task db-01", "RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_can_want_the_snapshot_before_every_revert() {
    let mut world = World::with(|setup| setup.config.rules.policy.approvals[0].safety = true).await;
    // Its answer is lost: found by its marker, and then the revert's too.
    world.plan([
        snapwarden_sim::faults::Rule::once("*", "CreateSnapshotEx_Task", Trouble::LostReply),
        snapwarden_sim::faults::Rule::once("*", "RevertToSnapshot_Task", Trouble::LostReply),
    ]);
    world.says("alice", "revert-latest db-01").await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    assert_eq!(world.sim.vm("db-01").unwrap().snapshots.len(), 4);
    // A chain that is full has no room for it.
    world
        .says("alice", "revert-latest deep-01")
        .await
        .says(&["The snapshot that is taken before a revert", "30 delta disks"]);
    world.says("alice", "delete db-01 #1").await;
    world.until("done").await;
    world.crash().await;
    let changes = ["CreateSnapshotEx_Task db-01", "RevertToSnapshot_Task db-01", "RemoveSnapshot_Task db-01"];
    world.end(&changes).await;
}

async fn rules_that_are_read_anew_hold_at_once_and_for_what_waits(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    let handle = &world.bot().handle;
    let change = |change: fn(&mut Rules)| {
        let mut rules = Rules::clone(&handle.parts().rules());
        change(&mut rules);
        handle.take_rules(rules, "d1ge57".to_owned())
    };
    change(|rules| rules.policy.people.iter_mut().find(|person| person.id.as_str() == "bob").unwrap().groups.clear())
        .await
        .unwrap();
    world.press_token("bob", &approve).await.is("You cannot decide this: it needs @approvers.  failure");
    change(|rules| rules.policy.grants.clear()).await.unwrap();
    world.until("refused").await;
    world.says("alice", "take web-01").await.says(&["no rule lets @team-web do that", "Nobody may."]);
    let audit = world.store.audit();
    let rules: Vec<_> = audit.iter().filter(|line| line["kind"] == "rules").collect();
    assert_eq!(rules.len(), 2);
    assert_eq!(rules[0]["sha256"], "d1ge57");
    // What cannot be written down does not hold.
    world.store.refuse(1, "\"rules\"");
    let refused = change(|rules| rules.policy.people.clear()).await;
    assert!(refused.unwrap_err().contains("the disk is full"));
    world.says("alice", "help").await.says(&["What you can ask for"]);
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_nobody_wrote_down_is_an_alarm_and_ours_are_none() {
    let mut world = World::new().await;
    world.until_audit("reconciled", 1).await;
    // Ours: one by its id, one whose answer was lost and that was found by its marker.
    world.says("alice", "take web-01 one").await;
    world.until("done").await;
    world.once("CreateSnapshotEx_Task", Trouble::LostReply);
    world.says("alice", "take web-01 two").await;
    world.until("done").await;
    world.advance(SignedDuration::from_hours(13));
    let night = world.until_audit("reconciled", 2).await;
    assert_eq!((night["tasks"].as_u64(), night["unknown"].as_array().map(Vec::len)), (Some(2), Some(0)), "{night}");
    // Somebody who has the bot's password.
    world.foreign_take("cold-01").await.cancel().await;
    world.restart().await;
    world.advance(SignedDuration::from_hours(24));
    let night = world.until_audit("reconciled", 3).await;
    assert_eq!(night["unknown"][0]["vm"], "cold-01", "{night}");
    let alarm = format!(
        "\"lab\" has a task of my account that I did not start  failure\n\
         Mon 23 Nov, 03:05 UTC  VirtualMachine.createSnapshot · \"cold-01\" · {}\n\
         No line of the audit trail accounts for this. Somebody else may be using my account: change its password and look at \
         what was done.",
        night["unknown"][0]["task"].as_str().unwrap()
    );
    world.told(&alarm).await;
    world.end(&["CreateSnapshotEx_Task web-01", "CreateSnapshotEx_Task web-01", "CreateSnapshotEx_Task cold-01"]).await;
}

async fn a_cancel_that_vcenter_refuses_is_told_and_can_be_asked_again(on: On) {
    let world = World::on(on).await;
    world.sim.set_task_seconds(600.0);
    world.says("alice", "take web-01 before").await;
    let cancel = world.button("alice", "Cancel").await;
    world.once(
        "CancelTask",
        Trouble::Fault { name: "InvalidState".to_owned(), message: "It is too late.".to_owned(), at_end: false },
    );
    world.press_token("alice", &cancel).await;
    world.until_shown("vCenter would not cancel it, so it goes on.").await;
    world.press("alice", "Cancel").await;
    world.until("cancelled").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_yes_counts_only_where_the_rule_says_so_and_only_of_an_approver() {
    let world = World::with(|setup| setup.config.rules.policy.approvals[0].self_approval = true).await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    world.press_token("alice", &approve).await.is("You cannot decide this: it needs @approvers.  failure");
    world.until_shown("one of @approvers, not @alice").await;
    world.press("alice", "Withdraw").await;
    world.until("withdrawn").await;
    world.says("carol", "revert-latest db-01").await;
    world.until_shown("one of @approvers, @carol too").await;
    world.press("carol", "Confirm").await.is("");
    world.until("done").await;
    world.until_shown("Asked by @carol, approved by @carol, 14:05 UTC").await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_who_have_to_say_yes_are_two_people() {
    let mut world = World::with(|setup| setup.config.rules.policy.approvals[0].needed = 2).await;
    world.says("alice", "revert-latest db-01").await;
    world.until_shown("2 of @approvers, not @alice").await;
    let approve = world.button("bob", "Approve").await;
    world.press_token("bob", &approve).await.is("");
    world.until_shown("one more of @approvers, not @alice").await;
    world.button("bob", "Deny").await;
    let card = world.sees("bob", "ops").await.pop().unwrap();
    assert_eq!(card.labels(), ["Deny"], "{}", card.text());
    assert!(card.text().contains("You have approved this; somebody else has to as well."), "{}", card.text());
    world.crash().await;
    world.press_token("bob", &approve).await.is("You have approved this already; it needs somebody else too.  info");
    assert!(world.changes().is_empty());
    world.press("carol", "Approve").await.is("");
    world.until("done").await;
    world.until_shown("approved by @bob, 14:05 UTC and @carol, 14:05 UTC").await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}
