//! A vCenter whose clock is another than ours, and our own clock set back.

use jiff::SignedDuration;

use super::bench::{Bench, said};
use super::shelf::Mishap;
use crate::domain::request::State;
use crate::engine::core::Incoming;
use crate::engine::ports::VCenterEvent;

const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// vCenter's clock is so far ahead, and its client has measured it.
async fn set_ahead(bench: &mut Bench, ahead: SignedDuration) {
    bench.lab.set_ahead(ahead);
    bench.core.turn(vec![Incoming::VCenter(VCenterEvent::Clock("lab".into()))]).await;
    bench.rest().await;
}

#[tokio::test]
async fn a_snapshot_is_as_old_as_vcenter_s_own_clock_says() {
    for days in [-3, 0, 3] {
        let mut bench = Bench::new().await;
        set_ahead(&mut bench, HOUR * 24 * days).await;
        bench.taken("alice", "web-01", "fresh").await;
        bench.pass(HOUR * 2).await;
        let answer = bench.ask("alice", "delete-older all 1d").await;
        assert_eq!(answer.request, None, "{days}: {}", said(&answer));
        let listed = bench.told("alice", "list web-01").await;
        assert!(listed.contains("2 hours old"), "{days}: {listed}");
        bench.pass(HOUR * 23).await;
        let old = bench.ask("alice", "delete-older all 1d").await;
        assert!(old.request.is_some(), "{days}: {}", said(&old));
    }
}

#[tokio::test]
async fn a_hold_ends_by_our_clock_by_which_it_was_written_down() {
    let mut bench = Bench::new().await;
    set_ahead(&mut bench, HOUR * 3).await;
    bench.taken("alice", "web-01", "kept").await;
    let held = bench.ask("alice", "hold web-01 kept audit until:2h").await;
    assert!(held.request.is_some(), "{}", said(&held));
    bench.pass(HOUR).await;
    let delete = bench.request("alice", "delete web-01 kept").await;
    assert!(matches!(bench.state(&delete), State::Refused { .. }), "{:?}", bench.state(&delete));
}

#[tokio::test]
async fn clocks_that_differ_are_told_once_and_told_again_when_they_agree() {
    let mut bench = Bench::with(|rules| rules.alarms = Some("console:admins".into())).await;
    set_ahead(&mut bench, SignedDuration::from_secs(60)).await;
    assert!(bench.room.messages().is_empty(), "a minute is no news");
    set_ahead(&mut bench, -HOUR).await;
    set_ahead(&mut bench, -HOUR - SignedDuration::from_secs(5)).await;
    let mut bench = bench.restart().await;
    bench.stir().await;
    let told: Vec<String> = bench.room.messages().into_iter().map(|card| card.title).collect();
    assert_eq!(told, ["The clock of vCenter lab is 1 h behind mine."]);
    bench.store.next_commits(&[Mishap::Fails]);
    set_ahead(&mut bench, SignedDuration::ZERO).await;
    bench.pass(SignedDuration::from_secs(5)).await;
    assert_eq!(bench.room.messages().last().unwrap().title, "The clock of vCenter lab and mine agree again.");
}

#[tokio::test]
async fn a_clock_that_is_set_back_delays_no_retry_of_the_store() {
    let mut bench = Bench::new().await;
    let id = bench.request("alice", "take web-01 x").await;
    bench.store.next_commits(&[Mishap::Fails]);
    bench.clock.set_back(HOUR);
    bench.task_ends().await;
    assert!(!bench.state(&id).is_final());
    bench.clock.set_back(HOUR);
    bench.clock.advance(SignedDuration::from_secs(2));
    bench.stir().await;
    assert!(bench.state(&id).is_final(), "{:?}", bench.state(&id));
}
