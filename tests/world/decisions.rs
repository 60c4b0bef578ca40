//! Who may ask, who may say yes, and what a click is worth.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use jiff::SignedDuration;
use snapwarden::domain::ids::RequestId;
use snapwarden::engine::Ask;

use super::fronts::On;
use super::harness::{LONG, World};
use super::said::Said;

everywhere! {
    somebody_says_no_and_why,
    what_nobody_decides_expires,
    nobody_approves_their_own_request,
    what_no_rule_allows_is_refused_by_its_rule,
    a_stranger_is_told_so_whatever_they_say,
    a_token_is_good_for_its_own_button_and_card_alone,
    of_two_vms_with_one_name_somebody_picks_theirs,
    of_the_snapshots_of_a_vm_somebody_picks_one,
    a_snapshot_name_that_two_have_is_asked_back,
    a_choice_that_nobody_makes_goes,
    what_runs_is_cancelled_where_vcenter_allows_it,
    what_asking_anew_was_refused_can_be_asked_once_more,
    one_takes_back_ones_own_request_and_no_other,
    a_hundred_clicks_are_one,
    a_choice_pressed_twice_at_once_is_made_once,
    every_request_has_an_id_of_its_own,
}

async fn somebody_says_no_and_why(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    let deny = world.button("bob", "Deny").await;
    world.press_with("bob", &deny, &[("reason", "month-end closing")]).await;
    world.until("denied").await;
    shows! { world, r#"
        Revert "db-01" to "before index rebuild"?  failure
        Denied by @bob: "month-end closing" (14:05 UTC). Nothing was done.
        Asked by  @alice · R-…
        VM  DC1/db/db-01
        Snapshot  "before index rebuild" · 1 day old (Sat 21 Nov, 08:05 UTC) · 3 of 3 in the chain · without memory
        [Ask again]
    "# }
    world.press("alice", "Ask again").await;
    world.press("bob", "Deny").await;
    world.until("denied").await;
    shows! { world, r#"
        Revert "db-01" to "before index rebuild"?  failure
        Denied by @bob (14:05 UTC). Nothing was done.
        Asked by  @alice · R-…
        VM  DC1/db/db-01
        Snapshot  "before index rebuild" · 1 day old (Sat 21 Nov, 08:05 UTC) · 3 of 3 in the chain · without memory
        [Ask again]
    "# }
    world.end(&[]).await;
}

async fn one_takes_back_ones_own_request_and_no_other(on: On) {
    let world = World::on(on).await;
    let asked = world.says("alice", "revert-latest db-01").await.id();
    world.says("carol", &format!("withdraw {asked}")).await.is(r#"
        R-… was asked by @alice; only they can do that.  failure
    "#);
    let buttons: Vec<Vec<String>> = join_all(["alice", "bob", "carol", "dave"].map(|who| sees(&world, who))).await;
    if on.shows_everybody_their_own() {
        assert_eq!(
            buttons,
            [vec!["Withdraw"], vec!["Approve", "Deny"], vec!["Approve", "Deny", "Break glass"], vec![]]
        );
    } else {
        assert_eq!(buttons, [["Approve", "Deny", "Break glass", "Withdraw"]; 4]);
    }
    world.press("alice", "Withdraw").await.is("");
    world.until("withdrawn").await;
    shows! { world, r#"
        Revert "db-01" to "before index rebuild"?  info
        Withdrawn by @alice (14:05 UTC). Nothing was done.
        Asked by  @alice · R-…
        VM  DC1/db/db-01
        Snapshot  "before index rebuild" · 1 day old (Sat 21 Nov, 08:05 UTC) · 3 of 3 in the chain · without memory
    "# }
    world.says("alice", &format!("withdraw {asked}")).await.is(r#"
        R-… is withdrawn: it cannot be taken back any more.  info
    "#);
    world.says("alice", &format!("status {asked}")).await.is(r#"
        Revert "db-01" to "before index rebuild"?  info
        Withdrawn by @alice (14:05 UTC). Nothing was done.
        Asked by  @alice · R-…
        VM  DC1/db/db-01
        Snapshot  "before index rebuild" · 1 day old (Sat 21 Nov, 08:05 UTC) · 3 of 3 in the chain · without memory
    "#);
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_that_asks_anew_asks_once() {
    let mut world = World::new().await;
    let denied = world.says("alice", "revert-latest db-01").await.id();
    world.press("bob", "Deny").await;
    world.until("denied").await;
    let again = world.button("alice", "Ask again").await;
    let answers = join_all((0..20).map(|_| world.press_token("alice", &again))).await;
    let told = answers.iter().filter(|answer| answer.text().contains("That was asked")).count();
    assert_eq!(told, 19);
    let anew = world.last();
    assert_ne!(anew, denied);
    let told = "That was asked already: it became R-…, and your click changed nothing.  info";
    world.press_token("alice", &again).await.is(told);
    world.crash().await;
    world.press_token("alice", &again).await.is(told);
    world.press("bob", "Approve").await;
    world.until_request(&anew, "done").await;
    world.press_token("alice", &again).await.is(told);
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

async fn what_asking_anew_was_refused_can_be_asked_once_more(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    world.press("bob", "Deny").await;
    world.until("denied").await;
    let again = world.button("alice", "Ask again").await;
    world.says("carol", "freeze maintenance").await;
    world.press_token("alice", &again).await.says(&["Everything is frozen"]);
    world.says("carol", "unfreeze").await;
    world.press_token("alice", &again).await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

async fn sees(world: &World, person: &str) -> Vec<String> {
    let last = world.last();
    let message = world
        .wait("the card is shown", async || {
            let messages = world.sees(person, "ops").await;
            messages.into_iter().find(|message| message.0["request"] == *last)
        })
        .await;
    message.labels().into_iter().map(str::to_owned).collect()
}

async fn what_nobody_decides_expires(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    world.until("awaiting_approval").await;
    let approve = world.button("bob", "Approve").await;
    world.advance(SignedDuration::from_mins(29));
    world.until_shown("(1 min)").await;
    world.advance(SignedDuration::from_mins(1));
    world.until("expired").await;
    shows! { world, r#"
        Revert "db-01" to "before index rebuild"?  warning
        Expired: nobody decided by 14:35 UTC. Nothing was done.
        Asked by  @alice · R-…
        VM  DC1/db/db-01
        Snapshot  "before index rebuild" · 1 day old (Sat 21 Nov, 08:05 UTC) · 3 of 3 in the chain · without memory
        [Ask again]
    "# }
    world.press_token("bob", &approve).await.is(r#"
        R-… is expired now, so your click changed nothing.  info
    "#);
    world.press("alice", "Ask again").await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

async fn nobody_approves_their_own_request(on: On) {
    let world = World::on(on).await;
    world.says("carol", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    world.press_token("carol", &approve).await.is(r#"
        You asked for this yourself, so somebody else has to decide.  failure
    "#);
    world.press_token("alice", &approve).await.is(r#"
        You cannot decide this: it needs @approvers.  failure
    "#);
    world.press_token("dave", &approve).await.is(r#"
        You cannot decide this: it needs @approvers.  failure
    "#);
    assert_eq!(world.request(&world.last()).await["state"], "awaiting_approval");
    world.press_token("bob", &approve).await.is("");
    world.until("done").await;
    shows! { world, r#"
        "db-01" is back at "before index rebuild" (Sat 21 Nov, 08:05 UTC).  success · R-…
        It is powered off now: the snapshot held no memory.
        Asked by @carol, approved by @bob, 14:05 UTC, took < 1 s.
        [Power on]
    "# }
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

async fn what_no_rule_allows_is_refused_by_its_rule(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert prod-01 \"before kernel update\"").await.is(r#"
        You may not revert "prod-01": no rule lets @team-web do that.  failure
        That belongs to @administrators. Ask there, or see /snapshot explain revert prod-01.
    "#);
    world.says("alice", "take prod-01").await.is(r#"
        You may not take a snapshot of "prod-01": no rule lets @team-web do that.  failure
        That belongs to @administrators. Ask there, or see /snapshot explain take prod-01.
    "#);
    world.says("alice", "delete prod-01 #1 children:yes").await.is(r#"
        You may not delete a branch of snapshots of "prod-01": no rule lets @team-web do that.  failure
        That belongs to @administrators. Ask there, or see /snapshot explain delete prod-01.
    "#);
    world.says("dave", "take web-01").await.is(r#"
        You may not take a snapshot of "web-01": you are in no group, so no rule speaks for you.  failure
        That belongs to @team-web and @administrators. Ask there, or see /snapshot explain take web-01.
    "#);
    world.says("bob", "take web-01").await.is(r#"
        You may not take a snapshot of "web-01": no rule lets @approvers do that.  failure
        That belongs to @team-web and @administrators. Ask there, or see /snapshot explain take web-01.
    "#);
    world.says("dave", "list web-01").await.is(r#"
        You may not see the snapshots of "web-01": you are in no group, so no rule speaks for you.  failure
        That belongs to @team-web, @administrators and @approvers. Ask there, or see /snapshot explain list web-01.
    "#);
    let audit = world.store.audit();
    let of_people = audit.iter().filter(|line| line["kind"] == "refused");
    let refused: Vec<_> = of_people.map(|line| (line["person"].as_str(), line["why"].as_str())).collect();
    assert_eq!(refused.len(), 6, "{audit:?}");
    assert!(refused.iter().all(|(_, why)| *why == Some("no right")), "{audit:?}");
    world.end(&[]).await;
}

async fn a_stranger_is_told_so_whatever_they_say(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    for text in ["take web-01", "list web-01", "help", "tkae", "status"] {
        let ask = Ask {
            person: "mallory".into(),
            account: "console:mallory".into(),
            channel: "console:ops".into(),
            text: text.to_owned(),
            locale: None,
            once: None,
        };
        let answer = world.bot().handle.ask(ask).await.unwrap();
        let said = Said::of(&answer.reply.unwrap()).text();
        assert!(said.starts_with("I do not know you."), "{text}: {said}");
    }
    world.press_token("mallory", &approve).await.is(r#"
        I do not know you. An administrator has to add your account to the bot's configuration.  failure
    "#);
    world.press("alice", "Withdraw").await;
    world.until("withdrawn").await;
    world.end(&[]).await;
}

async fn a_hundred_clicks_are_one(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    let clicks = (0..100).map(|n| world.press_token(["bob", "carol"][n % 2], &approve));
    let answers = join_all(clicks).await;
    assert_eq!(answers.iter().filter(|answer| answer.reply.is_none()).count(), 1);
    world.until("done").await;
    for _ in 0..10 {
        world.press_token("bob", &approve).await.is(r#"
        R-… is done now, so your click changed nothing.  info
    "#);
    }
    let asked = world.last();
    let audit = world.store.audit();
    let approved = audit.iter().filter(|line| line["event"]["approved"].is_object()).count();
    assert_eq!(approved, 1, "{asked} was approved once");
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

async fn a_token_is_good_for_its_own_button_and_card_alone(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01").await;
    let approve = world.button("bob", "Approve").await;
    let id = world.last();
    let older = world.tokens.mint(&RequestId::parse(&id).unwrap(), "approve", 0, "0123456789abcdef");
    world.press_token("bob", &older).await.is(r#"
        This button belongs to an older card. Look at the newest message of R-….  info
    "#);
    let mut forged = approve.clone();
    forged.pop();
    forged.push(if approve.ends_with('0') { '1' } else { '0' });
    for token in [
        forged,
        approve.replace(".approve.", ".deny."),
        approve.replace(".0.", ".1."),
        approve.replace(".approve.", ".explode."),
        "R-2222.approve.0.000000000000000000000000".to_owned(),
        "x".repeat(100_000),
        "🦀".to_owned(),
        String::new(),
    ] {
        let said = world.press_token("bob", &token).await.text();
        let refused = said.starts_with("This button belongs to an older card")
            || said.starts_with("This button is not one of mine");
        assert!(refused, "{said}");
    }
    assert_eq!(world.request(&id).await["state"], "awaiting_approval");
    world.press("bob", "Deny").await;
    world.until("denied").await;
    world.end(&[]).await;
}

async fn of_two_vms_with_one_name_somebody_picks_theirs(on: On) {
    let world = World::on(on).await;
    let picker = world.says("alice", "take web-02 \"before upgrade\"").await;
    picker.is(r#"
        I know two VMs called "web-02": which one?  waiting
        [DC1 / test / web-02 · off] [DC1 / web / web-02 · on]
    "#);
    let (on, off) = (picker.token("DC1 / web / web-02 · on"), picker.token("DC1 / test / web-02 · off"));
    world.press_token("carol", &on).await.is(r#"
        R-… was asked by @alice; only they can do that.  failure
    "#);
    world.press_token("alice", &on).await.is("");
    world.until("done").await;
    world.press_token("alice", &on).await.is(r#"
        That choice is too old. Type the command again.  info
    "#);
    world.press_token("alice", &off).await.is(r#"
        That choice is too old. Type the command again.  info
    "#);
    assert_eq!(world.sim.vm("DC1/web/web-02").unwrap().snapshots.len(), 1);
    assert_eq!(world.sim.vm("DC1/test/web-02").unwrap().snapshots.len(), 0);
    world.end(&["CreateSnapshotEx_Task web-02"]).await;
}

async fn a_choice_pressed_twice_at_once_is_made_once(on: On) {
    let world = World::on(on).await;
    let picker = world.says("alice", "take web-02").await;
    let token = picker.token("DC1 / web / web-02 · on");
    let answers = join_all((0..20).map(|_| world.press_token("alice", &token))).await;
    // Where a click is not told what came of it, all see the one request that did.
    let made: BTreeSet<&String> = answers.iter().filter_map(|answer| answer.request.as_ref()).collect();
    assert_eq!(made.len(), 1, "{made:?}");
    world.until("done").await;
    world.end(&["CreateSnapshotEx_Task web-02"]).await;
}

async fn of_the_snapshots_of_a_vm_somebody_picks_one(on: On) {
    let world = World::on(on).await;
    let picker = world.says("alice", "revert db-01").await;
    picker.is(r#"
        Which snapshot of "db-01"?  waiting
        [#1 "before schema change" · 40 days old] [#2 "after import" · 12 days old] [#3 "before index rebuild" · 1 day old]
    "#);
    let label = picker.reply.as_ref().unwrap().labels()[1].to_owned();
    world.press_token("alice", &picker.token(&label)).await.is("");
    world.press("bob", "Approve").await;
    world.until("done").await;
    shows! { world, r#"
        "db-01" is back at "after import" (Tue 10 Nov, 14:05 UTC).  success · R-…
        It is powered off now: the snapshot held no memory.
        Asked by @alice, approved by @bob, 14:05 UTC, took < 1 s.
        [Power on]
    "# }
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

async fn a_snapshot_name_that_two_have_is_asked_back(on: On) {
    let world = World::on(on).await;
    for _ in 0..2 {
        world.sim.take_out_of_band("web-01", "twin").unwrap();
    }
    let picker = world.says("alice", "delete web-01 twin").await;
    picker.is(r#"
        "web-01" has two snapshots called "twin": which one?  waiting
        [#1 "twin" · just now] [#2 "twin" · just now]
    "#);
    let labels: Vec<String> = picker.reply.as_ref().unwrap().labels().into_iter().map(str::to_owned).collect();
    world.press_token("alice", &picker.token(&labels[1])).await.is("");
    world.until("done").await;
    assert_eq!(world.sim.vm("web-01").unwrap().snapshots.len(), 1);
    world.end(&["RemoveSnapshot_Task web-01"]).await;
}

async fn a_choice_that_nobody_makes_goes(on: On) {
    let world = World::on(on).await;
    let picker = world.says("alice", "take web-02").await;
    world.advance(SignedDuration::from_mins(61));
    // Anything that happens lets the old choice go.
    world.says("alice", "status").await;
    world.press_token("alice", &picker.token("DC1 / web / web-02 · on")).await.is(r#"
        That choice is too old. Type the command again.  info
    "#);
    world.end(&[]).await;
}

async fn what_runs_is_cancelled_where_vcenter_allows_it(on: On) {
    let world = World::on(on).await;
    world.sim.set_task_seconds(LONG);
    let asked = world.says("alice", "take web-01").await.id();
    let cancel = world.button("alice", "Cancel").await;
    world.press_token("dave", &cancel).await.is(r#"
        You may not cancel what runs on "web-01": you are in no group, so no rule speaks for you.  failure
        That belongs to @team-web and @administrators. Ask there, or see /snapshot explain cancel web-01.
    "#);
    world.press_token("alice", &cancel).await.is(r#"
        I asked vCenter to cancel R-….  info
    "#);
    world.until("cancelled").await;
    shows! { world, r#"
        Taking snapshot "2026-11-22 14:05" of "web-01": cancelled  warning · R-…
        There is no snapshot on the VM now.
        Asked by @alice.
        [Ask again]
    "# }
    world.says("alice", &format!("cancel {asked}")).await.is(r#"
        R-… is cancelled: there is nothing to cancel.  info
    "#);
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

async fn every_request_has_an_id_of_its_own(on: On) {
    let world = World::on(on).await;
    let asked = join_all((0..30).map(|_| world.says("alice", "revert-latest db-01"))).await;
    let mut ids: Vec<String> = asked.iter().map(super::people::Answer::id).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 30);
    for id in &ids {
        world.says("alice", &format!("withdraw {}", id.to_lowercase())).await.is(r#"
        R-… is withdrawn: nothing will be done for it.  info
    "#);
        world.until_request(id, "withdrawn").await;
    }
    world.end(&[]).await;
}
