//! Who is in which group by a platform: for as long as the answer counts, over a restart, and also where nothing can be written.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use super::bench::{Bench, rule};
use super::shelf::Mishap;
use crate::domain::policy::PlatformGroup;
use crate::domain::policy::memberships::{Answer, Finding};
use crate::engine::Rules;
use crate::engine::core::Incoming;

const EXPIRES: SignedDuration = SignedDuration::from_mins(15);

fn by_slack(rules: &mut Rules) {
    let group = PlatformGroup { name: "oncall".into(), ids: vec!["slack:S1".into()], expires: EXPIRES };
    rules.policy.platform_groups.push(group);
    rules.policy.grants.push(rule(&["oncall"], &["take"], &["prod-*"]));
    let dave = rules.policy.people.iter_mut().find(|person| person.name == "dave").unwrap();
    dave.accounts.push("slack:T1/U1".into());
    rules.alarms = Some("console:admins".into());
}

fn finding(is_in: bool) -> Finding {
    let members = BTreeMap::from([("slack:T1/U1".into(), is_in)]);
    Finding { subject: "slack:S1".into(), answer: Answer::Members(members) }
}

fn unread() -> Finding {
    Finding { subject: "slack:S1".into(), answer: Answer::Unread("missing_scope".to_owned()) }
}

async fn found(bench: &mut Bench, finding: Finding) {
    bench.core.turn(vec![Incoming::Memberships(vec![finding])]).await;
    bench.rest().await;
}

async fn may(bench: &mut Bench) -> bool {
    bench.ask("dave", "take prod-01 x").await.request.is_some()
}

#[tokio::test]
async fn a_member_may_until_the_answer_expires_or_says_otherwise() {
    let mut bench = Bench::with(by_slack).await;
    assert!(!may(&mut bench).await, "nobody has asked the platform");
    found(&mut bench, finding(true)).await;
    assert!(may(&mut bench).await);
    bench.pass(EXPIRES - SignedDuration::from_secs(1)).await;
    assert!(may(&mut bench).await);
    bench.pass(SignedDuration::from_secs(1)).await;
    assert!(!may(&mut bench).await, "it is as old as it may be");
    found(&mut bench, finding(true)).await;
    found(&mut bench, finding(false)).await;
    assert!(!may(&mut bench).await);
}

#[tokio::test]
async fn an_answer_that_still_counts_holds_over_a_restart() {
    for (minutes, counts) in [(14, true), (15, false)] {
        let mut bench = Bench::with(by_slack).await;
        found(&mut bench, finding(true)).await;
        assert_eq!(bench.store.keys("members/"), ["members/slack:S1"]);
        bench.clock.advance(SignedDuration::from_mins(minutes));
        let mut bench = bench.restart().await;
        assert_eq!(may(&mut bench).await, counts, "after {minutes} min");
    }
}

#[tokio::test]
async fn who_was_taken_out_may_nothing_although_that_cannot_be_written() {
    let mut bench = Bench::with(by_slack).await;
    found(&mut bench, finding(true)).await;
    bench.store.next_commits(&[Mishap::Fails]);
    found(&mut bench, finding(false)).await;
    assert!(!may(&mut bench).await);
    let row = |bench: &Bench| bench.store.row("members/slack:S1").unwrap();
    assert!(row(&bench).contains("true"), "{}", row(&bench));
    found(&mut bench, finding(false)).await;
    assert!(row(&bench).contains("false"), "with the next answer it is: {}", row(&bench));
}

#[tokio::test]
async fn an_answer_that_says_the_same_is_written_again_when_two_thirds_of_its_life_are_over() {
    let mut bench = Bench::with(by_slack).await;
    found(&mut bench, finding(true)).await;
    let first = bench.store.row("members/slack:S1");
    bench.clock.advance(SignedDuration::from_secs(599));
    found(&mut bench, finding(true)).await;
    assert_eq!(bench.store.row("members/slack:S1"), first);
    bench.clock.advance(SignedDuration::from_secs(1));
    found(&mut bench, finding(true)).await;
    assert_ne!(bench.store.row("members/slack:S1"), first);
}

#[tokio::test]
async fn rows_go_with_the_configuration_that_named_them() {
    let mut bench = Bench::with(by_slack).await;
    found(&mut bench, finding(true)).await;
    bench.store.put("members/slack:S9", &bench.store.row("members/slack:S1").unwrap().replace("S1", "S9"));
    let mut bench = bench.restart().await;
    assert_eq!(bench.store.keys("members/"), ["members/slack:S1"]);
    bench.reload(|_| {}).await.unwrap();
    assert!(bench.store.keys("members/").is_empty());
    assert!(!may(&mut bench).await);
}

#[tokio::test]
async fn a_group_that_cannot_be_read_is_reported_once_and_its_return_too() {
    let mut bench = Bench::with(by_slack).await;
    found(&mut bench, finding(true)).await;
    found(&mut bench, unread()).await;
    assert!(bench.room.messages().is_empty(), "not at once");
    assert_eq!(bench.core.parts.unread_groups.get().len(), 1);
    bench.store.next_commits(&[Mishap::Fails]);
    for _ in 0..3 {
        bench.pass(SignedDuration::from_mins(5)).await;
        found(&mut bench, unread()).await;
    }
    assert_eq!(bench.room.messages().len(), 1);
    assert!(bench.store.row("meta/unread-groups").is_some_and(|row| row.contains("missing_scope")));
    let mut bench = bench.restart().await;
    found(&mut bench, unread()).await;
    assert_eq!(bench.room.messages().len(), 1, "a restart alone tells nothing anew");
    bench.clock.advance(SignedDuration::from_secs(1));
    found(&mut bench, finding(true)).await;
    assert_eq!((bench.room.messages().len(), bench.core.parts.unread_groups.get().len()), (2, 0));
}
