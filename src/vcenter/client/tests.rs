//! What is told of the connection's state, and when.

use jiff::SignedDuration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::super::config::{Address, Trust};
use super::*;
use crate::engine::clock::ManualClock;

/// A client that has sent nothing: what its parts share, its clock, and its events.
pub(crate) fn idle() -> (Arc<Shared>, Arc<ManualClock>, UnboundedReceiver<VCenterEvent>) {
    let clock = Arc::new(ManualClock::new("2026-03-01T12:00:00Z".parse().unwrap()));
    let config = VCenterConfig {
        name: "a".into(),
        // Nobody listens on it.
        url: Address::of("http://127.0.0.1:1".parse().unwrap()).unwrap(),
        username: "user".to_owned(),
        password: "pass".to_owned().into(),
        trust: Trust::Insecure,
        proxies: None,
    };
    let client = Client::new(config, clock.clone()).unwrap();
    let (sink, told) = unbounded_channel();
    client.shared.sink.set(sink).unwrap();
    (client.shared, clock, told)
}

/// The events so far.
pub(crate) fn events(told: &mut UnboundedReceiver<VCenterEvent>) -> Vec<VCenterEvent> {
    std::iter::from_fn(|| told.try_recv().ok()).collect()
}

#[test]
fn a_loss_keeps_the_time_at_which_it_began_and_each_reason_is_told_once() {
    let (shared, clock, mut told) = idle();
    let lost =
        |since: Timestamp, why: &str| VCenterEvent::Health("a".into(), Health::Lost { since, why: why.to_owned() });
    let began = clock.now();
    shared.lost("no connection".to_owned());
    clock.advance(SignedDuration::from_secs(5));
    shared.lost("no connection".to_owned());
    shared.lost("refused".to_owned());
    assert_eq!(events(&mut told), [lost(began, "no connection"), lost(began, "refused")]);
    assert!(!shared.is_live());
    shared.live();
    shared.live();
    assert_eq!(events(&mut told), [VCenterEvent::Health("a".into(), Health::Live)]);
    assert_eq!((shared.is_live(), shared.times_live()), (true, 2));
    clock.advance(SignedDuration::from_secs(5));
    shared.lost("no connection".to_owned());
    assert_eq!(events(&mut told), [lost(clock.now(), "no connection")], "another loss has its own beginning");
}

#[test]
fn an_inventory_that_is_held_does_not_change() {
    let (shared, ..) = idle();
    let before = shared.inventory();
    shared.edit_inventory(|inventory| inventory.upsert(super::super::inventory::tests::vm("vm-1", "web-01")));
    assert_eq!((before.len(), shared.inventory().len()), (0, 1));
}
