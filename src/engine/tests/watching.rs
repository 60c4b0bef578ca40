//! The watch: what is deleted on request and by itself, and what is remembered of what was told.

use jiff::SignedDuration;
use jiff::tz::TimeZone;

use super::bench::{Bench, button, said};
use super::shelf::Mishap;
use crate::domain::call::Act;
use crate::domain::policy::VmPattern;
use crate::domain::report::Thresholds;
use crate::domain::request::{Request, State};
use crate::domain::schedule::Schedule;
use crate::engine::Rules;
use crate::engine::watch::{MIN_FREE, ReportRule, RetentionRule};
use crate::message::model::Action;

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn report() -> ReportRule {
    ReportRule {
        name: "daily".to_owned(),
        channel: "console:ops".into(),
        schedule: Schedule::parse("0 9 * * *", TimeZone::UTC).unwrap(),
        zone: TimeZone::UTC,
        vms: vec![VmPattern::parse("*").unwrap()],
        thresholds: Thresholds { warn_age: DAY * 3, max_age: DAY * 14, max_depth: 6, max_size: None },
        min_free: MIN_FREE,
        exclude_names: Vec::new(),
        locale: None,
        silent: false,
        warnings: false,
        quiet_hours: None,
    }
}

/// Old snapshots on every VM, as people took them.
async fn old(change: impl FnOnce(&mut Rules)) -> Bench {
    let bench = Bench::with(change).await;
    for vm in ["web-01", "web-02", "prod-01"] {
        bench.lab.take(vm, &format!("old-{vm}"), bench.now() - DAY * 40, "");
    }
    bench
}

fn goes(request: &Request) -> Vec<String> {
    let bulk = request.bulk().unwrap();
    let mut names: Vec<String> = bulk.goes.iter().map(|item| item.row.name.clone()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn delete_older_is_about_the_vms_of_a_folder_that_one_may_see() {
    let mut bench = old(|_| {}).await;
    for (who, scope, names) in [
        ("carol", "DC1/web", &["old-web-01", "old-web-02"][..]),
        ("carol", "dc1/WEB", &["old-web-01", "old-web-02"]),
        ("carol", "DC1", &["old-prod-01", "old-web-01", "old-web-02"]),
        ("carol", "all", &["old-prod-01", "old-web-01", "old-web-02"]),
        ("carol", "prod-01", &["old-prod-01"]),
        ("alice", "DC1", &["old-web-01", "old-web-02"]),
        ("alice", "all", &["old-web-01", "old-web-02"]),
    ] {
        let id = bench.request(who, &format!("delete-older {scope} 30d")).await;
        assert_eq!(goes(bench.known(&id)), names, "{who}: {scope}");
    }
    for (who, scope) in
        [("carol", "C1/web"), ("carol", "DC1/we"), ("carol", "web"), ("alice", "DC1/prod"), ("alice", "prod-01")]
    {
        let answer = bench.ask(who, &format!("delete-older {scope} 30d")).await;
        assert_eq!(answer.request, None, "{who}: {scope}: {}", said(&answer));
    }
}

#[tokio::test]
async fn what_is_exactly_so_old_is_not_older() {
    let mut bench = Bench::new().await;
    bench.lab.take("web-01", "exactly", bench.now() - DAY * 30, "");
    bench.lab.take("web-02", "older", bench.now() - DAY * 30 - SignedDuration::from_secs(1), "");
    let id = bench.request("alice", "delete-older all 30d").await;
    assert_eq!(goes(bench.known(&id)), ["older"]);
}

#[tokio::test]
async fn its_parts_run_one_after_the_other_once_it_is_approved() {
    let mut bench = old(|_| {}).await;
    let id = bench.request("alice", "delete-older DC1/web 30d").await;
    bench.press("bob", &button(&bench.message(&id), Action::Approve)).await;
    let deleted = |bench: &Bench| bench.lab.calls().iter().filter(|act| matches!(act, Act::Delete { .. })).count();
    assert_eq!(deleted(&bench), 1);
    bench.task_ends().await;
    assert_eq!(deleted(&bench), 2);
    bench.task_ends().await;
    assert!(bench.state(&id).is_final(), "{:?}", bench.state(&id));
    assert_eq!(bench.room.messages().len(), 1, "its parts have no messages of their own");
}

#[tokio::test]
async fn a_part_does_not_begin_while_everything_is_frozen_or_after_it_was_stopped() {
    let mut bench = old(|_| {}).await;
    let id = bench.request("alice", "delete-older DC1/web 30d").await;
    bench.press("bob", &button(&bench.message(&id), Action::Approve)).await;
    bench.told("carol", "freeze storage").await;
    bench.task_ends().await;
    assert_eq!(bench.lab.calls().len(), 1);
    bench.press("alice", &button(&bench.message(&id), Action::Stop)).await;
    bench.told("carol", "unfreeze").await;
    assert_eq!(bench.lab.calls().len(), 1);
    assert!(bench.state(&id).is_final(), "{:?}", bench.state(&id));
}

#[tokio::test]
async fn a_report_comes_once_for_each_slot_also_where_a_commit_failed() {
    let mut bench = old(|rules| rules.watch.reports.push(report())).await;
    assert!(bench.room.messages().is_empty(), "it is two in the afternoon");
    bench.pass(SignedDuration::from_hours(19) - SignedDuration::from_secs(1)).await;
    assert!(bench.room.messages().is_empty());
    bench.store.next_commits(&[Mishap::Fails]);
    bench.pass(SignedDuration::from_secs(1)).await;
    assert!(bench.room.messages().is_empty(), "it could not be written");
    bench.pass(SignedDuration::from_secs(1)).await;
    bench.pass(SignedDuration::from_secs(1)).await;
    assert_eq!(bench.room.messages().len(), 1);
    let mut bench = bench.restart().await;
    bench.pass(SignedDuration::from_mins(20)).await;
    assert_eq!(bench.room.messages().len(), 1);
    assert_eq!(bench.store.audit("report").len(), 1);
    assert_eq!(bench.store.keys("watch/slot/"), ["watch/slot/daily"]);
}

#[tokio::test]
async fn a_warning_comes_once_and_is_forgotten_with_its_snapshot() {
    let warns = |rules: &mut Rules| rules.watch.reports.push(ReportRule { warnings: true, ..report() });
    let mut bench = old(warns).await;
    bench.pass(SignedDuration::from_mins(10)).await;
    assert_eq!(bench.room.messages().len(), 1, "three in one message");
    let told = bench.store.keys("watch/told/");
    assert_eq!(told.len(), 6, "each is over two limits: {told:?}");
    let mut bench = bench.restart().await;
    bench.pass(SignedDuration::from_mins(10)).await;
    assert_eq!(bench.room.messages().len(), 1);
    let id = bench.request("alice", "delete web-01 old-web-01").await;
    bench.press("bob", &button(&bench.message(&id), Action::Approve)).await;
    bench.task_ends().await;
    bench.pass(SignedDuration::from_mins(10)).await;
    assert_eq!(bench.store.keys("watch/told/").len(), 4);
}

#[tokio::test]
async fn retention_asks_for_an_approval_and_deletes_only_what_the_bot_took() {
    let retains = |rules: &mut Rules| {
        rules.watch.reports.push(report());
        rules.watch.retention = Some(RetentionRule {
            default_keep: DAY,
            max_keep: DAY * 30,
            remind: Vec::new(),
            deletes: vec![VmPattern::parse("web-*").unwrap()],
        });
        rules.policy.approvals.clear();
    };
    let mut bench = Bench::with(retains).await;
    bench.taken("alice", "web-01", "ours").await;
    // A description can be written by whoever may rename snapshots.
    let marker = "[snapwarden R-2222/1 by=alice until=2026-11-23T14:00:00Z]";
    bench.lab.take("web-02", "forged", bench.now(), marker);
    bench.pass(DAY - SignedDuration::from_secs(1)).await;
    assert_eq!(bench.lab.calls().len(), 1);
    for _ in 0..3 {
        bench.pass(SignedDuration::from_mins(10)).await;
    }
    let deleted: Vec<Act> = bench.lab.calls().into_iter().filter(|act| matches!(act, Act::Delete { .. })).collect();
    assert_eq!(deleted, [Act::Delete { snapshot: "snapshot-1".into(), children: false }]);
    let by_bot = bench.core.tables.requests.values().find(|row| row.request.asker.as_str() == "snapwarden");
    assert!(by_bot.is_none_or(|row| matches!(row.request.state, State::Running { .. })));
}
