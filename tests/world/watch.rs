//! The watch as people meet it: reports by the clock and for whoever asks, buttons on their rows, warnings, and ends.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use snapwarden::domain::policy::{Rule, VmPattern};
use snapwarden::domain::report::Thresholds;
use snapwarden::domain::schedule::Schedule;
use snapwarden::domain::storage::MinFree;
use snapwarden::engine::ports::Store;
use snapwarden::engine::watch::{MIN_FREE, ReportRule, RetentionRule, usual_limits};
use snapwarden::message::words::Locale;
use snapwarden_sim::{Oddity, VmView};

use super::fronts::On;
use super::harness::{Setup, World};
use super::said::Said;

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A report of every VM for `ops`, every day at 16:00 UTC.
pub(crate) fn daily(setup: &mut Setup) -> &mut ReportRule {
    let reports = &mut setup.config.rules.watch.reports;
    reports.push(ReportRule {
        name: "daily".to_owned(),
        channel: "console:ops".into(),
        schedule: Schedule::parse("0 16 * * *", TimeZone::UTC).unwrap(),
        zone: TimeZone::UTC,
        vms: vec![VmPattern::parse("*").unwrap()],
        thresholds: usual_limits(),
        min_free: MIN_FREE,
        exclude_names: Vec::new(),
        locale: None,
        silent: false,
        warnings: false,
        quiet_hours: None,
    });
    reports.last_mut().unwrap()
}

fn retention(setup: &mut Setup, auto_delete: bool) {
    let everywhere = VmPattern::parse("*").unwrap();
    setup.config.rules.watch.retention = Some(RetentionRule {
        default_keep: DAY * 3,
        max_keep: DAY * 30,
        remind: vec![HOUR],
        deletes: if auto_delete { vec![everywhere] } else { Vec::new() },
    });
}

impl World {
    /// The messages of `ops` that begin so.
    pub(crate) async fn beginning(&self, title: &str) -> Vec<Said> {
        let mut messages = self.channel("ops").await;
        messages.retain(|message| message.0["title"].as_str().is_some_and(|text| text.starts_with(title)));
        messages
    }

    /// So many messages begin so, in the end and no more.
    pub(crate) async fn until_told(&self, title: &str, count: usize) -> Vec<Said> {
        self.wait(&format!("{count} messages begin with {title:?}"), async || {
            let found = self.beginning(title).await;
            assert!(found.len() <= count, "told too often: {}", found.last().unwrap().text());
            (found.len() == count).then_some(found)
        })
        .await
    }

    /// Waits for the answer to a harmless question, so that whatever came before it in the inbox is through.
    pub(crate) async fn settled(&self) {
        self.says("carol", "status").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_made_a_snapshot_is_read_off_vcenter_once_and_remembered() {
    let mut world = World::new().await;
    let told = world
        .wait_polling("vCenter told who made what", async || {
            let report = world.says("alice", "report").await.reply.unwrap().text();
            report.contains("by the vCenter account").then_some(report)
        })
        .await;
    // What is older than vCenter's own memory stays nobody's.
    let of = |name: &str| told.lines().skip_while(|line| !line.contains(name)).nth(1).unwrap().to_owned();
    assert!(of("before schema change").contains("nobody knows by whom"), "{told}");
    assert!(of("after import").contains("by the vCenter account EXAMPLE\\jsmith"), "{told}");
    let asked = |world: &World| world.sim.calls().iter().filter(|call| call.method == "QueryEvents").count();
    let before = asked(&world);
    assert!(before > 0);
    world.restart().await;
    world.says("alice", "report").await.says(&["by the vCenter account"]);
    world.says("alice", "report").await.says(&["by the vCenter account"]);
    assert_eq!(asked(&world), before, "asked again");
    // The console's page knows it too.
    let page = world.page_of_snapshots("alice").await;
    let row = page["rows"].as_array().unwrap().iter().find(|row| row["snapshot"] == "after import");
    assert_eq!(row.unwrap()["made_by_kind"], "account", "{page}");
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_is_answered_with_what_the_person_may_see_and_its_buttons_work() {
    let world = World::new().await;
    let answer = world.says("alice", "report").await;
    answer.says(&[
        "over age of",
        "1 · \"print-01\" · \"fresh installation\"",
        "2 · \"db-01\" · \"before schema change\"",
        "\"deep-01\": 30 in one chain",
        "[Keep longer] [Delete] [Hold]",
        "belongs to a backup and is left alone.",
        "\"needs-consolidation-01\" needs consolidation",
    ]);
    let report = answer.reply.unwrap();
    assert!(!report.text().contains("prod-01"), "alice may not see it:\n{}", report.text());
    // Hold, by the presser's own rights, with the reason that was typed.
    let hold = report.row_token("\"db-01\"", "Hold");
    world.press_with("alice", &hold, &[("reason", " ")]).await.says(&["Give a reason for the hold."]);
    world
        .press_with("bob", &hold, &[("reason", "audit")])
        .await
        .says(&["You may not put on hold snapshots of \"db-01\""]);
    world.press_with("alice", &hold, &[("reason", "the audit needs it")]).await;
    world.until("done").await;
    world.says("alice", "list db-01").await.says(&["on hold by @alice: \"the audit needs it\""]);
    world.says("alice", "report").await.says(&["On hold: \"crm-01\"", "On hold: \"db-01\""]);
    world.says("alice", "release db-01 #1").await;
    world.until("done").await;
    // Delete is an ordinary request, once by each button.
    let delete = report.row_token("\"db-01\"", "Delete");
    world.press_token("alice", &delete).await;
    world.until("done").await;
    let gone = world.press_token("alice", &delete).await;
    gone.says(&["is gone meanwhile. Nothing was done."]);
    let show = report.row_token("\"deep-01\"", "Show");
    world.press_token("alice", &show).await.says(&["You are here"]);
    world.says("dave", "report").await.says(&["There is no snapshot today."]);
    world.says("alice", "report weekly").await.says(&["There is no report \"weekly\", since none is configured."]);
    world.end(&["RenameSnapshot db-01", "RenameSnapshot db-01", "RemoveSnapshot_Task db-01"]).await;
}

everywhere!(the_demo_s_report_shows_what_can_become_of_snapshots_and_each_button_works_to_its_end);

async fn the_demo_s_report_shows_what_can_become_of_snapshots_and_each_button_works_to_its_end(on: On) {
    let world = World::with(|setup| {
        setup.on = on;
        // The named VMs alone, so that none of theirs is crowded out of the worst.
        setup.sim.vms = 0;
    })
    .await;
    let answer = world.says("carol", "report").await;
    answer.says(&[
        "\"print-01\" · \"fresh installation\"",
        "410 days old",
        "\"files-01\" · \"before storage migration\"",
        "≈ 687 GB",
        "\"deep-01\": 30 in one chain",
        "\"build-01\" · \"before toolchain update\"",
        "until Mon 23 Nov, 10:05 UTC",
        "nobody knows by whom",
        "On hold: \"crm-01\" · \"before the audit\"",
        "until Sat 12 Dec, 14:05 UTC by @carol, \"the auditors still look at it\"",
        "1 has my mark, and my journal does not know it: \"shop-01\" · \"before release 4.2\". I leave it alone.",
        "1 belongs to a backup and is left alone.",
        "\"needs-consolidation-01\" needs consolidation",
    ]);
    let report = answer.reply.unwrap();
    let press = async |row: &str, label: &str, inputs: &[(&str, &str)], done: &dyn Fn(&VmView) -> bool| {
        let token = report.row_token(row, label);
        world.press_with("carol", &token, inputs).await;
        let what = format!("[{label}] at {row} has done what it says");
        world.wait_polling(&what, async || world.sim.vm(row).filter(|vm| done(vm))).await;
    };
    let says = |description: &'static str| move |vm: &VmView| vm.snapshots[0].description == description;
    press("build-01", "Keep longer", &[], &says("[snapwarden - until=2026-11-25T14:05:30Z]")).await;
    let held = says("[snapwarden - hold=the%20migration%20is%20not%20over holder=carol]");
    // What is only an answer leaves the list where it is, for its next row.
    world.press_token("carol", &report.row_token("\"deep-01\"", "Show")).await.says(&["You are here"]);
    press("files-01", "Hold", &[("reason", "the migration is not over")], &held).await;
    press("crm-01", "Release", &[], &says("Taken for the audit")).await;
    press("print-01", "Delete", &[], &|vm| vm.snapshots.is_empty()).await;
    press("needs-consolidation-01", "Consolidate", &[], &|vm| !vm.consolidation_needed).await;
    // The next report is of what has become of them.
    let after = world.says("carol", "report").await;
    after.says(&["On hold: \"files-01\" · \"before storage migration\"", "\"crm-01\" · \"before the audit\""]);
    let text = after.text();
    for gone in ["print-01", "On hold: \"crm-01\"", "needs consolidation"] {
        assert!(!text.contains(gone), "{gone} still stands in:\n{text}");
    }
    world
        .end(&[
            "RenameSnapshot build-01",
            "RenameSnapshot files-01",
            "RenameSnapshot crm-01",
            "RemoveSnapshot_Task print-01",
            "ConsolidateVMDisks_Task needs-consolidation-01",
        ])
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_comes_once_for_each_slot_over_restarts_and_a_clock_that_jumps() {
    let mut world = World::with(|setup| {
        daily(setup);
    })
    .await;
    world.settled().await;
    assert_eq!(world.beginning("Snapshots").await.len(), 0, "it is not time yet");
    world.advance(HOUR * 2);
    let first = world.until_told("Snapshots", 1).await;
    assert!(first[0].text().contains("Next report Mon 23 Nov, 16:00 UTC"), "{}", first[0].text());
    world.until_audit("report", 1).await;
    world.restart().await;
    world.crash().await;
    world.settled().await;
    world.advance(HOUR * 23);
    world.settled().await;
    world.until_told("Snapshots", 1).await;
    // It was away over the slot and comes back within the hour: that one is made up for.
    world.die().await;
    world.advance(SignedDuration::from_mins(90));
    world.begin().await;
    let second = world.until_told("Snapshots", 2).await;
    assert!(second[1].text().contains("Since yesterday: 0 taken, 0 gone"), "{}", second[1].text());
    // It was away for longer: that one is not.
    world.die().await;
    world.advance(DAY + HOUR);
    world.begin().await;
    world.settled().await;
    world.until_told("Snapshots", 2).await;
    world.advance(HOUR * 23);
    world.until_told("Snapshots", 3).await;
    assert_eq!(world.store.audit().iter().filter(|line| line["kind"] == "report").count(), 3);
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_posted_report_has_the_whole_list_its_own_language_and_the_glass_that_was_broken() {
    let world = World::with(|setup| {
        daily(setup).locale = Some(Locale::Fr);
        let ops = setup.config.rules.channels.iter_mut().find(|channel| channel.id == "console:ops".into());
        ops.unwrap().locale = Some(Locale::En);
    })
    .await;
    world.says("alice", "revert-latest db-01").await;
    let glass = world.button("carol", "Break glass").await;
    world.press_with("carol", &glass, &[("reason", "the shop is down")]).await;
    world.until("done").await;
    let broken = world.last();
    world.advance(HOUR * 2);
    let report = &world.until_told("Snapshots", 1).await[0];
    let said = report.text();
    assert!(said.contains("\"the shop is down\"") && said.contains("@carol"), "{broken}: {said}");
    assert!(said.contains("Prochain rapport"), "the report's language comes before its channel's: {said}");
    let files = report.0["files"].as_array().unwrap();
    let names: Vec<&str> = files.iter().filter_map(|file| file["name"].as_str()).collect();
    assert!(
        names.iter().any(|name| name.ends_with(".csv")) && names.iter().any(|name| name.ends_with(".png")),
        "{names:?}"
    );
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vm_that_may_not_be_read_is_counted_and_named() {
    let world = World::with(|setup| {
        daily(setup);
    })
    .await;
    assert!(world.sim.give("web-01", Oddity::Hidden));
    let said = "1 VM could not be read, so its snapshots may be missing here: \"web-01\".";
    world.wait("it is told", async || world.says("alice", "report").await.text().contains(said).then_some(())).await;
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vcenter_that_is_away_is_told_of_and_the_report_comes_again() {
    let world = World::with(|setup| {
        daily(setup);
        setup.vcenter_answers = false;
    })
    .await;
    world.advance(HOUR * 2);
    let told = world.until_told("Snapshots", 1).await;
    assert!(told[0].text().contains("vCenter \"lab\" cannot be read"), "{}", told[0].text());
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_crosses_a_limit_is_told_once_and_not_in_quiet_hours() {
    let mut world = World::with(|setup| {
        let report = daily(setup);
        report.warnings = true;
        report.quiet_hours = Some("14:00-15:00".parse_hours());
    })
    .await;
    world.settled().await;
    world.advance(SignedDuration::from_mins(20));
    world.settled().await;
    let warned = async |world: &World| {
        let messages = world.channel("ops").await;
        messages.into_iter().filter(|message| message.text().contains("crossed a limit")).collect::<Vec<_>>()
    };
    assert_eq!(warned(&world).await.len(), 0, "it is quiet");
    world.advance(SignedDuration::from_mins(50));
    world
        .wait("many are told at once", async || {
            let told = warned(&world).await;
            (told.len() == 1).then(|| told[0].text().contains("\"db-01\"")).filter(|told| *told)
        })
        .await;
    world.crash().await;
    for _ in 0..6 {
        world.advance(SignedDuration::from_mins(20));
        world.settled().await;
    }
    assert_eq!(warned(&world).await.len(), 1, "once per crossing");
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_datastore_that_runs_low_because_of_snapshots_is_told_of_once() {
    const GB: u64 = 1 << 30;
    let mut world = World::with(|setup| {
        let report = daily(setup);
        report.warnings = true;
        report.min_free = MinFree::Bytes(50 * GB);
        // Nothing but the datastore is over a limit.
        report.thresholds = Thresholds { warn_age: DAY * 900, max_age: DAY * 900, max_depth: 32, max_size: None };
    })
    .await;
    world.settled().await;
    let look = async |world: &World| {
        world.advance(SignedDuration::from_mins(11));
        world.settled().await;
    };
    look(&world).await;
    let title = "\"datastore-01\" has";
    assert_eq!(world.beginning(title).await.len(), 0, "there is room");
    assert!(world.sim.set_free_space("datastore-01", 40 * GB));
    look(&world).await;
    let told = world.until_told(title, 1).await.remove(0);
    assert!(told.text().contains("its datastore is low on space"), "{}", told.text());
    assert!(told.text().contains("Keep it?"), "{}", told.text());
    world.says("alice", "report").await.says(&["\"datastore-01\" has", "The largest is"]);
    world.crash().await;
    for _ in 0..3 {
        look(&world).await;
    }
    assert_eq!(world.beginning(title).await.len(), 1, "once");
    // Its buttons are about the largest snapshot on it.
    let delete = told.row_token("\"datastore-01\"", "Delete");
    world.press_token("carol", &delete).await;
    world.until_one_of(&["done", "awaiting_approval"]).await;
    assert!(world.sim.set_free_space("datastore-01", 400 * GB));
    world.advance(SignedDuration::from_mins(11));
    world
        .wait_polling("it is forgotten", async || {
            let told = world.store.scan("watch/told/", None, 10).await.unwrap();
            told.is_empty().then_some(())
        })
        .await;
    assert!(world.sim.set_free_space("datastore-01", 40 * GB));
    look(&world).await;
    world.until_told(title, 2).await;
    world.end(&["RemoveSnapshot_Task prod-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_reminded_of_and_then_the_bot_deletes_where_it_may() {
    let world = World::with(|setup| {
        daily(setup);
        retention(setup, true);
    })
    .await;
    others_have_no_end(&world);
    world.says("alice", "take web-01 first keep:2h").await;
    let taken = world.until("done").await;
    assert!(taken.labels().contains(&"Keep longer"), "{}", taken.text());
    world.says("alice", "take web-01 toolong keep:31d").await.says(&["No snapshot may stay longer than 30 d"]);
    world.says("alice", "keep web-01 first 31d").await.says(&["No snapshot may stay longer than 30 d"]);
    world.advance(SignedDuration::from_mins(70));
    let reminder = world.until_told("\"first\" on \"web-01\" goes on Sun 22 Nov, 16:05 UTC", 1).await;
    world.advance(HOUR);
    let deleted = world
        .wait("it is deleted", async || {
            let messages = world.channel("ops").await;
            messages
                .into_iter()
                .find(|message| message.text().contains("Asked by @snapwarden") && message.state() == "done")
        })
        .await;
    assert!(deleted.text().contains("\"web-01\""), "{}", deleted.text());
    let late = reminder[0].row_token("\"web-01\"", "Keep longer");
    world.press_token("alice", &late).await.says(&["\"first\" on \"web-01\" is gone meanwhile."]);
    world.end(&["CreateSnapshotEx_Task web-01", "RemoveSnapshot_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bot_deletes_nothing_by_itself_in_a_freeze_or_where_nobody_may() {
    let world = World::with(|setup| {
        daily(setup);
        retention(setup, true);
    })
    .await;
    others_have_no_end(&world);
    world.says("alice", "take web-01 first keep:2h").await;
    world.until("done").await;
    world.says("carol", "freeze \"the storage is being moved\"").await;
    world.advance(HOUR * 3);
    world.settled().await;
    assert_eq!(world.changes(), ["CreateSnapshotEx_Task web-01"]);
    // Nobody may delete there: then the bot does not either, and who took it is asked.
    world
        .rules_become(|policy| {
            let rule = policy.grants[0].clone();
            let groups = vec!["team-web".into(), "administrators".into(), "approvers".into()];
            policy.denies.push(Rule { groups, vms: vec![VmPattern::parse("web-*").unwrap()], ..rule });
        })
        .await;
    world.says("carol", "unfreeze").await;
    world.advance(DAY);
    world.until_told("The time of \"first\" on \"web-01\" is up", 1).await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_auto_delete_the_owner_is_asked_every_day_until_somebody_decides() {
    let mut world = World::with(|setup| {
        daily(setup);
        retention(setup, false);
    })
    .await;
    others_have_no_end(&world);
    world.says("alice", "take web-01 first keep:2h").await;
    world.until("done").await;
    world.advance(HOUR * 3);
    world.until_told("The time of \"first\" on \"web-01\" is up", 1).await;
    world.advance(HOUR * 2);
    world.crash().await;
    world.settled().await;
    world.until_told("The time of \"first\" on \"web-01\" is up", 1).await;
    world.advance(DAY);
    let asked = world.until_told("The time of \"first\" on \"web-01\" is up", 2).await;
    let longer = asked[1].row_token("\"web-01\"", "Keep longer");
    world.press_token("alice", &longer).await;
    world.until("done").await;
    world
        .shows(
            r#"
        "web-01": "first" stays until Thu 26 Nov, 19:05 UTC.  success · R-…
        Asked by @alice.
    "#,
        )
        .await;
    world.advance(DAY);
    world.settled().await;
    world.until_told("The time of \"first\" on \"web-01\" is up", 2).await;
    world.end(&["CreateSnapshotEx_Task web-01", "RenameSnapshot web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_old_goes_by_one_plan_one_yes_and_one_vm_at_a_time() {
    let mut world = World::new().await;
    world.says("alice", "delete-older nowhere 30d").await.says(&["nowhere"]);
    world.says("alice", "delete-older web-02 30d").await.says(&["Several VMs answer to \"web-02\""]);
    world.says("alice", "delete-older db-01 300d").await.is("No snapshot of \"db-01\" is older than 300 d.  info");
    world.says("alice", "delete-older db-01 2d").await;
    let plan = world.until_told("Delete ", 1).await;
    assert!(plan[0].text().contains("\"db-01\" · \"before schema change\""), "{}", plan[0].text());
    let approve = plan[0].token("Approve").unwrap();
    world.press_token("alice", &approve).await.says(&["You cannot decide this: it needs @approvers."]);
    // Held meanwhile: it is not as it was approved any more.
    world.says("alice", "hold db-01 #1 audit").await;
    world.until("done").await;
    world.press_token("bob", &approve).await;
    let done = world
        .wait("the plan is through", async || {
            let messages = world.channel("ops").await;
            messages.into_iter().find(|message| message.text().contains("1 of 2 snapshots older than 2 d is deleted."))
        })
        .await;
    assert!(done.text().contains("has changed since it was approved, and is kept."), "{}", done.text());
    assert!(done.text().contains("Asked by @alice, approved by @bob, 14:05 UTC."), "{}", done.text());
    let vm = world.sim.vm("db-01").unwrap();
    assert!(vm.snapshots.iter().any(|snapshot| snapshot.name == "before schema change"));
    world.crash().await;
    assert_eq!(world.beginning("Deleting").await.len(), 0, "its parts have no messages of their own");
    world.press_token("bob", &approve).await.says(&["done"]);
    let removed = world.changes().iter().filter(|change| *change == "RemoveSnapshot_Task db-01").count();
    assert!(removed > 0 && vm.snapshots.len() == 3 - removed, "{:?}", world.changes());
    world.end_with_what_runs().await;
}

/// The demo has a snapshot that was kept until tomorrow: what is told of its end is not what a scenario about another's is about.
fn others_have_no_end(world: &World) {
    assert!(world.sim.destroy("build-01"));
}

/// Reads quiet hours in a scenario.
trait Hours {
    fn parse_hours(&self) -> snapwarden::domain::age::QuietHours;
}

impl Hours for str {
    fn parse_hours(&self) -> snapwarden::domain::age::QuietHours {
        snapwarden::domain::age::QuietHours::parse(self).unwrap()
    }
}
