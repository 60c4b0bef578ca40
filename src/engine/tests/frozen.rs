//! A freeze: nothing begins after it, and it is answered once no call can be sent any more.

use jiff::SignedDuration;

use super::bench::{Bench, button, said, typed};
use super::shelf::Mishap;
use crate::domain::request::{StartPhase, State};
use crate::engine::May;
use crate::message::model::Action;

#[tokio::test]
async fn only_an_administrator_freezes_and_then_nothing_begins() {
    let mut bench = Bench::new().await;
    bench.told("alice", "freeze maintenance").await;
    assert!(bench.core.freeze().is_none());
    bench.told("carol", "freeze maintenance").await;
    assert!(bench.core.freeze().is_some() && bench.core.parts.freeze.get().is_some());
    assert!(bench.store.row("meta/freeze").is_some_and(|row| row.contains("maintenance")));
    let answer = bench.ask("alice", "take web-01 x").await;
    assert!(answer.request.is_none() && said(&answer).contains("maintenance"), "{}", said(&answer));
    assert_eq!(bench.store.audit("refused").pop().unwrap()["why"], "frozen");
    assert!(!bench.told("alice", "list web-01").await.contains("maintenance"), "reading goes on");
    bench.told("alice", "unfreeze").await;
    assert!(bench.core.freeze().is_some());
    bench.told("carol", "unfreeze").await;
    assert!(bench.core.freeze().is_none() && bench.store.row("meta/freeze").is_none());
    bench.taken("alice", "web-01", "x").await;
}

#[tokio::test]
async fn what_waits_is_not_approved_while_it_holds_and_can_be_after_it() {
    let mut bench = Bench::new().await;
    bench.taken("alice", "web-01", "x").await;
    let id = bench.request("alice", "delete web-01 x").await;
    let approve = button(&bench.message(&id), Action::Approve);
    bench.told("carol", "freeze maintenance").await;
    assert!(matches!(bench.may("bob", &approve).await, May::No(_)));
    bench.press("bob", &approve).await;
    assert!(matches!(bench.state(&id), State::AwaitingApproval { .. }));
    let mut bench = bench.restart().await;
    bench.press("bob", &approve).await;
    assert_eq!(bench.lab.calls().len(), 1, "it holds over a restart");
    bench.told("carol", "unfreeze").await;
    let approve = button(&bench.message(&id), Action::Approve);
    bench.press("bob", &approve).await;
    assert_eq!(bench.lab.calls().len(), 2);
}

#[tokio::test]
async fn a_freeze_between_the_commit_and_the_call_stops_the_call() {
    let mut bench = Bench::new().await;
    // "Calling" is written, and the call is about to be made.
    bench.turn(vec![typed("alice", "take web-01 x", None)]).await;
    assert!(bench.step().await);
    assert!(matches!(bench.state_of("x"), State::Starting { phase: StartPhase::Calling { .. } }));
    bench.turn(vec![typed("carol", "freeze maintenance", None)]).await;
    bench.rest().await;
    assert!(bench.lab.calls().is_empty());
    bench.told("carol", "unfreeze").await;
    assert_eq!(bench.lab.calls().len(), 0, "{:?}", bench.state_of("x"));
}

#[tokio::test]
async fn a_freeze_that_cannot_be_written_does_not_hold() {
    let mut bench = Bench::new().await;
    bench.store.next_commits(&[Mishap::Fails]);
    let told = bench.told("carol", "freeze maintenance").await;
    assert!(told.contains("the disk is full"), "{told}");
    assert!(bench.core.freeze().is_none() && bench.core.parts.freeze.get().is_none());
    bench.taken("alice", "web-01", "x").await;
}

#[tokio::test]
async fn a_freeze_whose_answer_was_lost_is_taken_back_with_the_next_commit() {
    let mut bench = Bench::new().await;
    bench.store.next_commits(&[Mishap::AnswerLost]);
    bench.store.unreadable_after(1);
    bench.told("carol", "freeze maintenance").await;
    assert!(bench.core.freeze().is_none() && bench.store.row("meta/freeze").is_some());
    bench.store.unreadable(false);
    bench.pass(SignedDuration::from_secs(1)).await;
    assert!(bench.store.row("meta/freeze").is_none() && bench.store.keys("bulletin/").is_empty());
}

#[tokio::test]
async fn it_is_answered_when_what_was_sent_has_its_answer_or_after_five_seconds() {
    for answers in [true, false] {
        let mut bench = Bench::new().await;
        let outgoing = bench.core.outgoing.clone();
        let id = crate::domain::ids::RequestId::from_bits(5);
        let leaving = outgoing.leaving(&id);
        assert!(leaving.pass(&"web-01".into(), |_| true));
        let mut handed = bench.turn(vec![typed("carol", "freeze maintenance", None)]).await;
        bench.rest().await;
        let mut answer = handed.remove(0).answer;
        assert!(answer.try_recv().is_err(), "a call is on its way");
        assert!(bench.room.messages().is_empty(), "the channel is told when it is true");
        if answers {
            drop(leaving);
        } else {
            bench.pass(SignedDuration::from_millis(4_999)).await;
            assert!(answer.try_recv().is_err());
            bench.pass(SignedDuration::from_millis(1)).await;
        }
        bench.rest().await;
        let told = said(&answer.try_recv().unwrap());
        assert_eq!(told.contains("web-01"), !answers, "{told}");
        assert_eq!(bench.room.messages().len(), 1);
    }
}
