//! Which VMs' tags are known, and who is told when that changes.

use std::time::Duration;

use jiff::SignedDuration;

use super::super::client::tests::{events, idle};
use super::super::inventory::tests::vm;
use super::*;

fn book(shared: &Shared, seen: &[&str], tagged: &[&str]) -> State {
    let tags = BTreeSet::from([Tag::new("tier", "web")]);
    State::Read(Arc::new(Book {
        until: shared.clock.elapsed().saturating_add(GOOD_FOR),
        seen: seen.iter().map(|moref| Moref::from(*moref)).collect(),
        tags: tagged.iter().map(|moref| (Moref::from(*moref), tags.clone())).collect(),
    }))
}

#[test]
fn a_vm_without_tags_is_known_and_one_that_nobody_looked_at_is_not() {
    let (shared, ..) = idle();
    let of = |moref: &str| shared.tags.of(&moref.into());
    assert_eq!(of("vm-1"), None);
    publish(&shared, book(&shared, &["vm-1", "vm-2"], &["vm-1"]));
    assert_eq!(of("vm-1"), Some(BTreeSet::from([Tag::new("tier", "web")])));
    assert_eq!(of("vm-2"), Some(BTreeSet::new()));
    assert_eq!(of("vm-3"), None);
    assert_eq!(shared.tags.problem(), None);
    publish(&shared, State::Unreadable("no rights".to_owned()));
    assert_eq!(of("vm-1"), None);
    assert_eq!(shared.tags.problem().as_deref(), Some("no rights"));
}

#[test]
fn the_inventory_shows_what_is_known_and_only_what_differs_is_told() {
    let (shared, _, mut told) = idle();
    shared.edit_inventory(|inventory| {
        inventory.upsert(vm("vm-1", "web-01"));
        inventory.upsert(vm("vm-3", "new-01"));
    });
    let shown = |moref: &str| shared.inventory().get(&vm(moref, "").vm).and_then(|vm| vm.tags.clone());
    publish(&shared, book(&shared, &["vm-1"], &["vm-1"]));
    assert_eq!(events(&mut told), [VCenterEvent::Inventory(vec![vm("vm-1", "").vm])]);
    assert_eq!((shown("vm-1").map(|tags| tags.len()), shown("vm-3")), (Some(1), None));
    publish(&shared, book(&shared, &["vm-1"], &["vm-1"]));
    assert!(events(&mut told).is_empty(), "nothing is new in it");
    publish(&shared, State::Unread);
    assert_eq!(events(&mut told), [VCenterEvent::Inventory(vec![vm("vm-1", "").vm])]);
    assert_eq!(shown("vm-1"), None);
}

#[tokio::test]
async fn tags_settle_with_the_first_read_whether_it_went_well_or_not() {
    let (shared, ..) = idle();
    let settled = async || tokio::time::timeout(Duration::ZERO, shared.tags.settled()).await.is_ok();
    assert!(settled().await, "nobody wants them");
    shared.tags.want(true);
    assert!(!settled().await);
    publish(&shared, State::Unreadable("no rights".to_owned()));
    assert!(settled().await);
    publish(&shared, State::Unread);
    assert!(!settled().await);
}

#[tokio::test]
async fn tags_that_nobody_read_for_too_long_are_forgotten() {
    let (shared, clock, _told) = idle();
    publish(&shared, book(&shared, &["vm-1"], &["vm-1"]));
    let old = {
        let shared = shared.clone();
        tokio::spawn(async move { grow_old(&shared).await })
    };
    let mut state = shared.tags.state.subscribe();
    tokio::task::yield_now().await;
    let secs = SignedDuration::from_secs;
    clock.advance(secs(5 * 60 - 1));
    clock.set_back(secs(3_600));
    tokio::task::yield_now().await;
    assert!(shared.tags.of(&"vm-1".into()).is_some());
    clock.advance(secs(1));
    state.wait_for(|state| matches!(state, State::Unreadable(_))).await.unwrap();
    assert_eq!(shared.tags.problem().as_deref(), Some("they could not be read for 5 minutes"));
    old.abort();
}
