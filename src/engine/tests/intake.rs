//! What comes in: each event once, nothing lost that a platform was told had arrived.

use jiff::SignedDuration;

use super::bench::{Bench, said, typed};
use super::shelf::Mishap;
use crate::engine::ports::{Commit, Health};

#[tokio::test]
async fn an_event_that_comes_again_is_answered_with_nothing() {
    let mut bench = Bench::new().await;
    // Both in one turn, then one more, then one more after a restart.
    let twice =
        vec![typed("alice", "take web-01 x", Some("slack/Ev1")), typed("alice", "take web-01 x", Some("slack/Ev1"))];
    let mut handed = bench.turn(twice).await;
    bench.rest().await;
    assert!(handed[0].answer.try_recv().unwrap().request.is_some());
    assert_eq!(said(&handed[1].answer.try_recv().unwrap()), "");
    let again = |bench: &Bench| bench.store.keys("request/").len();
    bench.turn(vec![typed("alice", "take web-01 x", Some("slack/Ev1"))]).await;
    bench.rest().await;
    let mut bench = bench.restart().await;
    bench.turn(vec![typed("alice", "take web-01 x", Some("slack/Ev1"))]).await;
    bench.rest().await;
    assert_eq!(again(&bench), 1);
    bench.turn(vec![typed("alice", "take web-02 y", Some("slack/Ev2"))]).await;
    bench.rest().await;
    assert_eq!(again(&bench), 2);
}

#[tokio::test]
async fn an_event_whose_turn_failed_is_taken_in_when_it_comes_again() {
    let mut bench = Bench::new().await;
    bench.store.next_commits(&[Mishap::Fails]);
    let mut handed = bench.turn(vec![typed("alice", "take web-01 x", Some("slack/Ev1"))]).await.remove(0);
    assert!(handed.taken.try_recv().is_err(), "its platform does not hear that it arrived");
    let mut handed = bench.turn(vec![typed("alice", "take web-01 x", Some("slack/Ev1"))]).await.remove(0);
    assert!(handed.taken.try_recv().is_ok());
    assert_eq!(bench.store.keys("request/").len(), 1);
}

#[tokio::test]
async fn a_command_that_reads_a_vm_is_not_gone_on_with_where_it_could_not_be_written() {
    let mut bench = Bench::new().await;
    bench.taken("alice", "web-01", "before").await;
    for (once, text) in
        [("slack/Ev1", "revert web-01 before"), ("slack/Ev2", "report"), ("slack/Ev3", "delete-older all 1d")]
    {
        let before = bench.store.keys("request/").len();
        bench.store.next_commits(&[Mishap::Fails]);
        let mut handed = bench.turn(vec![typed("alice", text, Some(once))]).await.remove(0);
        bench.rest().await;
        assert!(handed.taken.try_recv().is_err(), "its platform does not hear that it arrived");
        let told = said(&handed.answer.try_recv().unwrap());
        assert!(told.contains("the disk is full"), "{text}: {told}");
        assert_eq!((bench.store.keys("request/").len(), bench.store.keys("inbox/").len()), (before, 0), "{text}");
    }
    // It comes again, and is one request.
    let mut handed = bench.turn(vec![typed("alice", "revert web-01 before", Some("slack/Ev1"))]).await.remove(0);
    bench.rest().await;
    assert!(handed.answer.try_recv().unwrap().request.is_some());
    assert_eq!(bench.store.keys("request/open/").len(), 1);
}

#[tokio::test]
async fn the_id_of_an_event_is_kept_for_an_hour_and_no_longer() {
    let mut bench = Bench::new().await;
    bench.turn(vec![typed("alice", "take web-01 x", Some("slack/Ev1"))]).await;
    bench.rest().await;
    assert_eq!(bench.store.keys("seen/"), ["seen/slack/Ev1"]);
    bench.pass(SignedDuration::from_mins(59)).await;
    bench.request("alice", "take web-02 y").await;
    assert_eq!(bench.store.keys("seen/"), ["seen/slack/Ev1"]);
    bench.pass(SignedDuration::from_mins(1)).await;
    bench.turn(vec![typed("alice", "take web-02 z", None)]).await;
    assert!(bench.store.keys("seen/").is_empty(), "at the full hour it goes, with a commit of something else");
}

#[tokio::test]
async fn so_many_old_ids_go_with_one_commit() {
    let mut bench = Bench::new().await;
    for number in 0..501 {
        let now = bench.now();
        let once = format!("slack/Ev{number}");
        bench.core.tables.seen.put(once.clone(), (once, now));
    }
    bench.turn(vec![typed("alice", "take web-01 x", None)]).await;
    assert_eq!(bench.store.keys("seen/").len(), 501);
    bench.clock.advance(SignedDuration::from_hours(1));
    bench.turn(vec![typed("alice", "take web-02 y", None)]).await;
    assert_eq!(bench.store.keys("seen/").len(), 1);
}

/// A command that names a snapshot, acknowledged, whose VM was not read before the process ended.
async fn on_its_way(text: &str) -> Bench {
    let mut bench = Bench::new().await;
    let now = bench.now();
    bench.lab.take("web-01", "old", now, "");
    let mut handed = bench.turn(vec![typed("alice", text, Some("slack/Ev1"))]).await.remove(0);
    assert!(handed.taken.try_recv().is_ok() && handed.answer.try_recv().is_err());
    assert_eq!(bench.store.keys("inbox/"), ["inbox/00000000000000000000"]);
    bench
}

#[tokio::test]
async fn a_command_that_was_acknowledged_is_gone_on_with_after_a_crash() {
    let mut bench = on_its_way("delete web-01 old").await.restart().await;
    bench.stir().await;
    assert!(bench.store.keys("inbox/").is_empty());
    assert_eq!(bench.store.keys("request/").len(), 1);
}

#[tokio::test]
async fn a_command_without_a_crash_has_no_row_once_it_is_decided() {
    let mut bench = on_its_way("delete web-01 old").await;
    bench.rest().await;
    assert!(bench.store.keys("inbox/").is_empty());
    assert_eq!(bench.store.keys("request/").len(), 1);
}

#[tokio::test]
async fn a_command_that_is_too_old_after_a_crash_is_not_gone_on_with() {
    for (minutes, requests) in [(5, 1), (6, 0)] {
        let bench = on_its_way("delete web-01 old").await;
        bench.clock.advance(SignedDuration::from_mins(minutes));
        let mut bench = bench.restart().await;
        bench.stir().await;
        assert_eq!(bench.store.keys("request/").len(), requests, "after {minutes} min");
        assert!(bench.store.keys("inbox/").is_empty());
    }
}

#[tokio::test]
async fn after_a_crash_vcenters_are_waited_for_for_a_minute() {
    let bench = on_its_way("delete web-01 nothing").await;
    bench.lab.set_health(Health::Starting);
    let mut bench = bench.restart().await;
    bench.pass(SignedDuration::from_secs(59)).await;
    assert_eq!(bench.store.keys("inbox/").len(), 1);
    bench.pass(SignedDuration::from_secs(1)).await;
    assert!(bench.store.keys("inbox/").is_empty());
    assert_eq!(bench.room.whispered().len(), 1, "whoever asked hears what became of it");
}

#[tokio::test]
async fn a_command_that_was_answered_is_not_gone_on_with_although_its_row_could_not_go() {
    let mut bench = on_its_way("delete web-01 old").await;
    bench.store.next_commits(&[Mishap::Fails]);
    bench.rest().await;
    assert_eq!(bench.store.keys("inbox/").len(), 1, "it was answered, and is still there");
    assert!(bench.store.keys("request/").is_empty());
    bench.pass(SignedDuration::from_secs(1)).await;
    assert!(bench.store.keys("inbox/").is_empty(), "it goes with the next commit that succeeds");
}

#[tokio::test]
async fn a_flood_is_taken_in_batches() {
    let bench = Bench::new().await;
    let flood: Vec<_> = (0..300).map(|number| typed("dave", &format!("take web-01 x{number}"), None)).collect();
    let receipts = bench.hand_in(flood);
    let bench = bench.run_until_stopped().await;
    assert_eq!(receipts.len(), 300);
    assert_eq!(bench.store.audit("refused").len(), 300);
    let commits = bench.store.commits();
    let refusals = |commit: &Commit| commit.audit.iter().filter(|line| line["kind"] == "refused").count();
    let sizes: Vec<usize> = commits.iter().map(refusals).filter(|refusals| *refusals > 0).collect();
    assert_eq!(sizes, [256, 44]);
}
