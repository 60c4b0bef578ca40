//! Rules that are read anew, and an engine that has stopped.

use std::time::Duration;

use super::bench::{Bench, rules};
use super::shelf::Mishap;
use crate::engine::{Handle, Inbound, Stopped};

#[tokio::test]
async fn rules_that_cannot_be_written_down_do_not_hold() {
    let mut bench = Bench::new().await;
    bench.store.next_commits(&[Mishap::Fails]);
    let refused = bench.reload(|rules| rules.policy.people.clear()).await;
    assert_eq!(refused, Err("the disk is full".to_owned()));
    bench.taken("alice", "web-01", "x").await;
    bench.reload(|rules| rules.policy.people.clear()).await.unwrap();
    assert_eq!(bench.ask("alice", "take web-01 y").await.request, None);
}

#[tokio::test]
async fn an_engine_that_has_stopped_says_so_at_once() {
    let bench = Bench::new().await;
    let handle: Handle = bench.handle();
    drop(bench);
    let patience = Duration::from_secs(5);
    let reloaded = tokio::time::timeout(patience, handle.take_rules(rules(), "digest".to_owned())).await;
    assert_eq!(reloaded.expect("it answers"), Err(Stopped.to_string()));
    let Inbound::Ask(ask) = super::bench::typed("alice", "help", None) else { unreachable!() };
    assert_eq!(handle.ask(ask).await, Err(Stopped));
    assert_eq!(handle.open_for(&"alice".into(), "en").await, None);
    assert_eq!(handle.request(&crate::domain::ids::RequestId::from_bits(1)).await, None);
    handle.stop().await;
}
