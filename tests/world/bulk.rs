//! Deleting what is old by one plan: stopped in the middle, died over, drifted away from, and failed at, on every front.

use jiff::SignedDuration;
use snapwarden_sim::faults::{Rule, Trouble};

use super::fronts::On;
use super::harness::World;
use super::rights::People as _;
use super::said::Said;

everywhere!(
    a_plan_is_stopped_in_the_middle,
    a_plan_goes_on_over_the_death_of_the_bot,
    what_drifted_between_the_card_and_the_yes_is_left_and_named,
    what_fails_is_named_and_the_rest_goes_on,
    what_nobody_knows_of_is_asked_and_the_rest_goes_on,
    a_plan_waits_for_its_vcenter,
    a_plan_stops_when_its_requester_loses_the_right,
    a_plan_loses_the_approval_of_one_who_left,
    a_plan_has_an_id_by_which_it_is_found_and_taken_back,
    a_plan_is_stopped_by_its_id_and_asked_for_again,
);

/// How long a deletion takes that something happens during, in seconds: less than a session of vCenter stays good without a call.
const SLOW: f64 = 600.0;

/// After this it has ended.
const SLOW_IS_OVER: SignedDuration = SignedDuration::from_secs(601);

/// What the demo has that is older than ten days, that alice may delete, and that nobody holds: the oldest first.
const OLD: [(&str, &str); 5] = [
    ("print-01", "fresh installation"),
    ("db-01", "before schema change"),
    ("files-01", "before storage migration"),
    ("shop-01", "before release 4.2"),
    ("db-01", "after import"),
];

/// The calls that delete these, by their places in [`OLD`].
fn removals(places: &[usize]) -> Vec<String> {
    places.iter().map(|place| format!("RemoveSnapshot_Task {}", OLD[*place].0)).collect()
}

/// The id that a message names first.
fn request_of(said: &Said) -> String {
    let text = said.0["plain"].as_str().unwrap();
    let (_, rest) = text.split_once("R-").unwrap_or_else(|| panic!("no id in:\n{text}"));
    format!("R-{}", rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>())
}

/// A world of the demo's named VMs, with alice's plan waiting for a yes.
async fn asked(on: On) -> (World, Said) {
    let world = World::with(|setup| {
        setup.on = on;
        setup.sim.vms = 0;
    })
    .await;
    world.says("alice", "delete-older all 10d").await;
    let plan = world.until_plan("Delete 5 snapshots older than 10 d?").await;
    for (vm, snapshot) in OLD {
        assert!(plan.text().contains(&format!("\"{vm}\" · \"{snapshot}\"")), "{}", plan.text());
    }
    assert!(plan.text().contains("1 is on hold and stays."), "{}", plan.text());
    (world, plan)
}

impl World {
    /// The one message whose title begins so, and that says this.
    async fn until_plan(&self, title: &str) -> Said {
        self.wait(&format!("a plan says {title:?}"), async || {
            let messages = self.channel("ops").await;
            messages.into_iter().find(|message| message.0["title"].as_str().is_some_and(|own| own.starts_with(title)))
        })
        .await
    }

    /// vCenter is deleting something of this VM.
    async fn until_busy(&self, vm: &str) {
        self.wait_polling(&format!("{vm} is busy"), async || self.sim.vm(vm).and_then(|vm| vm.busy)).await;
    }

    /// Which of the old snapshots are still there, by their places.
    fn still_there(&self) -> Vec<usize> {
        let there = |(vm, name): &(&str, &str)| {
            self.sim.vm(vm).is_some_and(|vm| vm.snapshots.iter().any(|snapshot| snapshot.name == *name))
        };
        (0..OLD.len()).filter(|place| there(&OLD[*place])).collect()
    }

    /// Ends with exactly these deletions asked for, in this order.
    async fn end_with_removals(self, places: &[usize]) {
        let wanted = removals(places);
        self.end(&wanted.iter().map(String::as_str).collect::<Vec<_>>()).await;
    }
}

async fn a_plan_is_stopped_in_the_middle(on: On) {
    let (world, plan) = asked(on).await;
    // The first goes at once, the second takes its time.
    world.plan([Rule { after: 1, ..Rule::once("*", "RemoveSnapshot_Task", Trouble::SlowTask { seconds: SLOW }) }]);
    world.press_token("bob", &plan.token("Approve").unwrap()).await;
    world.until_busy("db-01").await;
    let running = world.until_plan("Deleting snapshots older than 10 d: 1 of 5").await;
    let stop = running.token("Stop").unwrap();
    world.press_token("dave", &stop).await.says(&["You cannot decide this: it needs @approvers."]);
    world.press_token("alice", &stop).await;
    let stopped = world.until_plan("Stopped by @alice: 1 of 5 snapshots older than 10 d is deleted.").await;
    for part in [
        "Deleted: \"print-01\" · \"fresh installation\".",
        "Still being deleted: \"db-01\" · \"before schema change\".",
        "Not started, and kept: \"files-01\" · \"before storage migration\", \"shop-01\" · \"before release 4.2\" and \
         \"db-01\" · \"after import\".",
        "Asked by @alice, approved by @bob, 14:05 UTC.",
    ] {
        assert!(stopped.text().contains(part), "no {part} in:\n{}", stopped.text());
    }
    assert!(stopped.labels().is_empty(), "{:?}", stopped.labels());
    // What runs comes to its end, and is counted.
    world.advance_tasks(SLOW_IS_OVER);
    let ended = world.until_plan("Stopped by @alice: 2 of 5 snapshots older than 10 d are deleted.").await;
    assert!(!ended.text().contains("Still being deleted"), "{}", ended.text());
    assert_eq!(ended.id(), plan.id(), "it is one message");
    assert_eq!(world.still_there(), [2, 3, 4]);
    world.end_with_removals(&[0, 1]).await;
}

async fn a_plan_stops_when_its_requester_loses_the_right(on: On) {
    let (world, plan) = asked(on).await;
    world.plan([Rule { after: 1, ..Rule::once("*", "RemoveSnapshot_Task", Trouble::SlowTask { seconds: SLOW }) }]);
    world.press_token("bob", &plan.token("Approve").unwrap()).await;
    world.until_busy("db-01").await;
    world.rules_become(|policy| policy.person_mut("alice").groups.clear()).await;
    let stopped = world.until_plan("Stopped by the rules: 1 of 5 snapshots older than 10 d is deleted.").await;
    for part in [
        "@alice may not delete old snapshots of \"files-01\" any more: only @team-web or @administrators may.",
        "Deleted: \"print-01\" · \"fresh installation\".",
        "Still being deleted: \"db-01\" · \"before schema change\".",
    ] {
        assert!(stopped.text().contains(part), "no {part} in:\n{}", stopped.text());
    }
    assert!(stopped.labels().is_empty(), "{:?}", stopped.labels());
    world.advance_tasks(SLOW_IS_OVER);
    world.until_plan("Stopped by the rules: 2 of 5 snapshots older than 10 d are deleted.").await;
    assert_eq!(world.still_there(), [2, 3, 4]);
    world.end_with_removals(&[0, 1]).await;
}

async fn a_plan_loses_the_approval_of_one_who_left(on: On) {
    let world = World::with(|setup| {
        setup.on = on;
        setup.sim.vms = 0;
        setup.config.rules.policy.approvals[0].needed = 2;
    })
    .await;
    world.says("alice", "delete-older all 10d").await;
    let plan = world.until_plan("Delete 5 snapshots older than 10 d?").await;
    let approve = plan.token("Approve").unwrap();
    world.press_token("bob", &approve).await;
    world.rules_become(|policy| policy.person_mut("bob").groups.clear()).await;
    let struck = "The approval of @bob (14:05 UTC) was struck: @bob is not in @approvers any more.";
    world
        .wait("the approval is struck", async || {
            let plan = world.until_plan("Delete 5 snapshots older than 10 d?").await;
            plan.text().contains(struck).then_some(())
        })
        .await;
    world.press_token("carol", &approve).await;
    let plan = world.until_plan("Delete 5 snapshots older than 10 d?").await;
    assert_eq!(world.still_there(), [0, 1, 2, 3, 4]);
    world.press_token("alice", &plan.token("Withdraw").unwrap()).await;
    world.until_plan("Withdrawn by @alice: snapshots older than 10 d are kept.").await;
    world.end_with_removals(&[]).await;
}

async fn a_plan_goes_on_over_the_death_of_the_bot(on: On) {
    let (mut world, plan) = asked(on).await;
    let slow = |after| Rule { after, ..Rule::once("*", "RemoveSnapshot_Task", Trouble::SlowTask { seconds: SLOW }) };
    world.plan([slow(1), slow(1)]);
    world.press_token("bob", &plan.token("Approve").unwrap()).await;
    for (vm, gone) in [("db-01", 1), ("files-01", 2)] {
        world.until_busy(vm).await;
        world.until_plan(&format!("Deleting snapshots older than 10 d: {gone} of 5")).await;
        world.die().await;
        // It ends while nobody looks, or goes on.
        if gone == 1 {
            world.advance_tasks(SLOW_IS_OVER);
        }
        world.begin().await;
    }
    world.advance_tasks(SLOW_IS_OVER);
    let done = world.until_plan("5 of 5 snapshots older than 10 d are deleted.").await;
    assert_eq!(done.id(), plan.id(), "it is one message");
    assert_eq!(world.still_there(), [0; 0]);
    world.end_with_removals(&[0, 1, 2, 3, 4]).await;
}

async fn what_drifted_between_the_card_and_the_yes_is_left_and_named(on: On) {
    let (world, plan) = asked(on).await;
    // One is held, one is gone, and somebody took another one, which nobody was asked about.
    world.says("carol", "hold db-01 #1 audit").await;
    world.until("done").await;
    let files = world.sim.vm("files-01").unwrap().snapshots[0].moref.clone();
    assert!(world.sim.remove_out_of_band(&files));
    world.sim.take_out_of_band("shop-01", "meanwhile").unwrap();
    world
        .wait_polling("the bot has seen it", async || {
            let inventory = world.bot().handle.parts().fleet.inventory();
            let seen = |name: &str, count| inventory.iter().any(|vm| vm.name == name && vm.tree.len() == count);
            (seen("files-01", 0) && seen("shop-01", 2)).then_some(())
        })
        .await;
    world.press_token("bob", &plan.token("Approve").unwrap()).await;
    let done = world.until_plan("3 of 5 snapshots older than 10 d are deleted.").await;
    for part in [
        "\"db-01\" · \"before schema change\" has changed since it was approved, and is kept.",
        "\"files-01\" · \"before storage migration\" was gone already.",
    ] {
        assert!(done.text().contains(part), "no {part} in:\n{}", done.text());
    }
    assert_eq!(world.still_there(), [1]);
    let shop = world.sim.vm("shop-01").unwrap();
    assert_eq!(shop.snapshots.iter().map(|snapshot| snapshot.name.as_str()).collect::<Vec<_>>(), ["meanwhile"]);
    let mut changes = vec!["RenameSnapshot db-01".to_owned()];
    changes.extend(removals(&[0, 3, 4]));
    world.end(&changes.iter().map(String::as_str).collect::<Vec<_>>()).await;
}

async fn what_fails_is_named_and_the_rest_goes_on(on: On) {
    let (world, plan) = asked(on).await;
    let fault = |at_end| Trouble::Fault { name: "FileLocked".to_owned(), message: "locked".to_owned(), at_end };
    world.plan([
        Rule::once("db-01", "RemoveSnapshot_Task", fault(true)),
        Rule::once("shop-01", "RemoveSnapshot_Task", fault(false)),
    ]);
    world.press_token("bob", &plan.token("Approve").unwrap()).await;
    let done = world.until_plan("3 of 5 snapshots older than 10 d are deleted.").await;
    assert_eq!(world.still_there(), [1, 3]);
    for place in [1, 3] {
        let (vm, snapshot) = OLD[place];
        let named = format!("\"{vm}\" · \"{snapshot}\" was not deleted: R-");
        let text = done.0["plain"].as_str().unwrap();
        let (_, rest) = text.split_once(&named).unwrap_or_else(|| panic!("no {named} in:\n{text}"));
        let request: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
        world.says("alice", &format!("status R-{request}")).await.says(&["FileLocked"]);
    }
    world.end_with_removals(&[0, 1, 2, 3, 4]).await;
}

async fn what_nobody_knows_of_is_asked_and_the_rest_goes_on(on: On) {
    let (mut world, plan) = asked(on).await;
    world.once("RemoveSnapshot_Task", Trouble::LostRequest);
    world.press_token("bob", &plan.token("Approve").unwrap()).await;
    world.until_called("RemoveSnapshot_Task").await;
    world.let_time_run();
    let done = world.until_plan("4 of 5 snapshots older than 10 d are deleted.").await;
    world.let_time_stand();
    let text = done.0["plain"].as_str().unwrap().to_owned();
    let named = "It is not known whether \"print-01\" · \"fresh installation\" was deleted. R-";
    let (_, rest) = text.split_once(named).unwrap_or_else(|| panic!("no {named} in:\n{text}"));
    let request: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    let asks = world.button_of(&format!("R-{request}"), "alice", "It did not run").await;
    world.press_token("alice", &asks).await;
    let told = world
        .wait("the plan says what is known now", async || {
            let found = world.until_plan("4 of 5 snapshots older than 10 d are deleted.").await;
            found.text().contains("\"print-01\" · \"fresh installation\" was not deleted: R-").then_some(found)
        })
        .await;
    assert_eq!(told.id(), plan.id());
    assert_eq!(world.still_there(), [0]);
    world.end_with_removals(&[0, 1, 2, 3, 4]).await;
}

async fn a_plan_waits_for_its_vcenter(on: On) {
    let (mut world, plan) = asked(on).await;
    world.plan([Rule::once("*", "RemoveSnapshot_Task", Trouble::SlowTask { seconds: SLOW })]);
    world.press_token("bob", &plan.token("Approve").unwrap()).await;
    world.until_busy("print-01").await;
    world.says("carol", "freeze \"the storage is being moved\"").await;
    world.advance_tasks(SLOW_IS_OVER);
    world.until_plan("Deleting snapshots older than 10 d: 1 of 5").await;
    // The bot comes back and its vCenter does not: what was not read yet is not gone.
    world.die().await;
    world.always("*", Trouble::Html502);
    world.answers = false;
    world.begin().await;
    world.says("carol", "unfreeze").await;
    world.says("carol", "status").await;
    world.until_plan("Deleting snapshots older than 10 d: 1 of 5").await;
    world.plan([]);
    world.let_time_run();
    world.until_plan("5 of 5 snapshots older than 10 d are deleted.").await;
    world.let_time_stand();
    assert_eq!(world.still_there(), [0; 0]);
    world.end_with_removals(&[0, 1, 2, 3, 4]).await;
}

async fn a_plan_has_an_id_by_which_it_is_found_and_taken_back(on: On) {
    let (world, plan) = asked(on).await;
    let id = request_of(&plan);
    world.says("alice", "status").await.is(r#"
        Your open requests  info
        R-…  delete old snapshots of "all" · waiting for an approval
    "#);
    world.says("bob", &format!("status {id}")).await.says(&["Delete 5 snapshots older than 10 d?", "[Approve]"]);
    let open = |person: &str| {
        let (handle, person) = (world.bot().handle.clone(), person.into());
        async move { handle.open_for(&person, "en").await.unwrap() }
    };
    assert_eq!((open("bob").await.waiting.len(), open("bob").await.mine.len()), (1, 0));
    assert_eq!((open("alice").await.waiting.len(), open("alice").await.mine.len()), (0, 1));
    world.says("bob", &format!("withdraw {id}")).await.says(&["was asked by @alice; only they can do that."]);
    world.press_token("alice", &plan.token("Withdraw").unwrap()).await;
    let withdrawn = world.until_plan("Withdrawn by @alice: snapshots older than 10 d are kept.").await;
    assert_eq!((withdrawn.id(), withdrawn.state()), (plan.id(), "withdrawn"));
    assert_eq!((open("bob").await.waiting.len(), open("alice").await.mine.len()), (0, 0));
    world.end_with_removals(&[]).await;
}

async fn a_plan_is_stopped_by_its_id_and_asked_for_again(on: On) {
    let (world, plan) = asked(on).await;
    world.plan([Rule::once("*", "RemoveSnapshot_Task", Trouble::SlowTask { seconds: SLOW })]);
    world.press_token("bob", &plan.token("Approve").unwrap()).await;
    world.until_busy("print-01").await;
    let id = request_of(&plan);
    world.says("dave", &format!("cancel {id}")).await.says(&["You cannot decide this: it needs @approvers."]);
    world.says("alice", &format!("cancel {id}")).await.is(r#"
        R-… is stopped. A deletion that is running finishes, and no other one starts.  info
    "#);
    world.advance_tasks(SLOW_IS_OVER);
    world.until_plan("Stopped by @alice: 1 of 5 snapshots older than 10 d is deleted.").await;
    world.until_request(&id, "cancelled").await;
    // What was denied is asked for again with one press, and is looked at anew.
    world.says("alice", "delete-older all 10d").await;
    let next = world.until_plan("Delete 4 snapshots older than 10 d?").await;
    world.press_token("bob", &next.token("Deny").unwrap()).await;
    let denied = world.until_plan("Denied by @bob: snapshots older than 10 d are kept.").await;
    world.press_token("alice", &denied.token("Ask again").unwrap()).await;
    let again = world.until_plan("Delete 4 snapshots older than 10 d?").await;
    assert_ne!(again.id(), next.id());
    world.says("alice", &format!("withdraw {}", request_of(&again))).await.says(&["is withdrawn"]);
    world.end_with_removals(&[0]).await;
}
