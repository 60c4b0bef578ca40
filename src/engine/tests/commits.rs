//! A commit that fails: the turn did not happen, the people who asked are told, and facts that are reported only once are kept for the retry.

use jiff::SignedDuration;
use tokio::sync::oneshot;

use super::bench::{Bench, button, pressed, said, typed};
use super::shelf::Mishap;
use crate::domain::request::State;
use crate::engine::core::Incoming;
use crate::engine::ports::Commit;
use crate::engine::{Inbound, May};
use crate::message::model::Action;

const SECOND: SignedDuration = SignedDuration::from_secs(1);

#[tokio::test]
async fn nothing_is_begun_that_cannot_be_written() {
    let mut bench = Bench::new().await;
    bench.store.next_commits(&[Mishap::Fails]);
    let answer = bench.ask("alice", "take web-01 x").await;
    assert_eq!(answer.request, None);
    assert!(said(&answer).contains("the disk is full"), "{}", said(&answer));
    assert!(bench.lab.calls().is_empty() && bench.room.messages().is_empty());
    assert!(bench.store.keys("request/").is_empty() && bench.store.keys("id/").is_empty());
    assert_eq!(bench.core.tables.requests.len(), 0);
    bench.pass(SECOND).await;
    bench.taken("alice", "web-01", "x").await;
}

#[tokio::test]
async fn no_call_is_made_that_is_not_written_and_it_is_made_once_when_it_is() {
    let mut bench = Bench::new().await;
    // The request is written; the step that calls is not, three times.
    bench.store.next_commits_after(1, &[Mishap::Fails, Mishap::Fails, Mishap::Fails]);
    let mut handed = bench.turn(vec![typed("alice", "take web-01 x", None)]).await;
    bench.rest().await;
    assert!(bench.lab.calls().is_empty());
    for _ in 0..2 {
        bench.pass(SECOND).await;
        assert!(bench.lab.calls().is_empty());
    }
    bench.pass(SECOND).await;
    bench.pass(SECOND).await;
    assert_eq!(bench.lab.calls().len(), 1);
    let id = handed.remove(0).answer.try_recv().unwrap().request.unwrap();
    bench.task_ends().await;
    assert!(matches!(bench.state(&id), State::Done { .. }), "{:?}", bench.state(&id));
}

#[tokio::test]
async fn a_task_s_end_that_could_not_be_written_is_taken_in_again() {
    let mut bench = Bench::new().await;
    let id = bench.request("alice", "take web-01 x").await;
    bench.store.next_commits(&[Mishap::Fails, Mishap::Fails]);
    bench.task_ends().await;
    assert!(matches!(bench.state(&id), State::Running { ended: None, .. }), "{:?}", bench.state(&id));
    bench.pass(SECOND - SignedDuration::from_millis(1)).await;
    assert!(matches!(bench.state(&id), State::Running { ended: None, .. }), "not before its time");
    bench.pass(SignedDuration::from_millis(1)).await;
    assert!(matches!(bench.state(&id), State::Running { ended: None, .. }), "the second try failed too");
    bench.pass(SECOND).await;
    assert!(matches!(bench.state(&id), State::Done { .. }), "{:?}", bench.state(&id));
    assert_eq!(bench.message(&id).state.as_deref(), Some("done"));
}

#[tokio::test]
async fn where_a_message_is_and_that_it_is_settled_is_not_lost() {
    let mut bench = Bench::new().await;
    let id = bench.request("alice", "take web-01 x").await;
    bench.task_ends().await;
    let row = |bench: &Bench| bench.store.row("request/done/00000000000000000001").unwrap();
    assert!(row(&bench).contains(r#""settled":true"#), "{}", row(&bench));
    // The same where the commits of these two facts fail.
    bench.store.next_commits_after(3, &[Mishap::Fails]);
    let second = bench.request("alice", "take web-01 y").await;
    assert_ne!(second, id);
    bench.pass(SECOND).await;
    bench.store.next_commits_after(2, &[Mishap::Fails]);
    bench.task_ends().await;
    bench.pass(SECOND).await;
    bench.pass(SECOND).await;
    let row = bench.store.row("request/done/00000000000000000002").unwrap();
    assert!(row.contains(r#""settled":true"#), "{row}");
}

#[tokio::test]
async fn an_approval_whose_answer_was_lost_counts_only_where_it_was_written() {
    for (mishap, is_written) in [(Mishap::AnswerLost, true), (Mishap::Lost, false)] {
        let mut bench = Bench::new().await;
        bench.taken("alice", "web-01", "x").await;
        let id = bench.request("alice", "delete web-01 x").await;
        let approve = button(&bench.message(&id), Action::Approve);
        bench.store.next_commits(&[mishap]);
        let answer = bench.press("bob", &approve).await;
        assert_eq!((answer.reply.is_none(), bench.lab.calls().len() == 2), (is_written, is_written));
        assert_eq!(matches!(bench.state(&id), State::AwaitingApproval { .. }), !is_written);
    }
}

#[tokio::test]
async fn where_nobody_knows_people_are_told_so_and_the_next_commit_puts_it_right() {
    let mut bench = Bench::new().await;
    bench.taken("alice", "web-01", "x").await;
    let id = bench.request("alice", "delete web-01 x").await;
    let approve = button(&bench.message(&id), Action::Approve);
    bench.store.next_commits(&[Mishap::AnswerLost]);
    bench.store.unreadable(true);
    let told = said(&bench.press("bob", &approve).await);
    assert!(told.contains("unknown whether it was written"), "{told}");
    assert!(matches!(bench.state(&id), State::AwaitingApproval { .. }));
    assert_eq!(bench.lab.calls().len(), 1, "the take alone");
    bench.store.unreadable(false);
    let row = |bench: &Bench| bench.store.row("request/open/00000000000000000002").unwrap();
    assert!(row(&bench).contains(r#""person":"bob""#), "{}", row(&bench));
    bench.pass(SECOND).await;
    assert!(row(&bench).contains(r#""approvals":[]"#), "{}", row(&bench));
    bench.press("bob", &approve).await;
    assert_eq!(bench.lab.calls().len(), 2);
}

#[tokio::test]
async fn a_request_that_may_have_been_written_is_gone_before_the_next_one() {
    let mut bench = Bench::new().await;
    bench.store.next_commits(&[Mishap::AnswerLost]);
    // The request's id is looked up in the store; after that nothing can be read any more.
    bench.store.unreadable_after(1);
    bench.ask("alice", "take web-01 x").await;
    assert_eq!(bench.store.keys("request/").len(), 1);
    bench.store.unreadable(false);
    bench.pass(SECOND).await;
    assert!(bench.store.keys("request/").is_empty() && bench.store.keys("id/").is_empty());
    let bench = bench.restart().await;
    assert!(bench.lab.calls().is_empty());
}

#[tokio::test]
async fn people_who_go_on_asking_do_not_put_the_next_try_off() {
    let mut bench = Bench::new().await;
    let id = bench.request("alice", "take web-01 x").await;
    bench.store.next_commits(&[Mishap::Fails, Mishap::Fails]);
    bench.task_ends().await;
    bench.clock.advance(SignedDuration::from_millis(900));
    bench.ask("alice", "take web-02 y").await;
    bench.pass(SignedDuration::from_millis(100)).await;
    assert!(matches!(bench.state(&id), State::Done { .. }), "{:?}", bench.state(&id));
}

#[tokio::test]
async fn what_may_take_the_room_that_is_kept_back() {
    let mut bench = Bench::new().await;
    let from_reserve = |bench: &Bench| bench.store.commits().last().unwrap().from_reserve;
    let id = bench.request("alice", "take web-01 x").await;
    let begins = |row: &(String, Vec<u8>)| {
        let text = String::from_utf8_lossy(&row.1);
        row.0.starts_with("id/") || (row.0.starts_with("call/") && text.contains(r#""task":null"#))
    };
    let new = bench.store.commits().into_iter().filter(|commit| commit.puts.iter().any(begins));
    let new: Vec<bool> = new.map(|commit| commit.from_reserve).collect();
    assert_eq!(new, [false, false], "a request and its call are something new");
    bench.task_ends().await;
    assert!(matches!(bench.state(&id), State::Done { .. }));
    let ended = bench
        .store
        .commits()
        .iter()
        .any(|commit| commit.from_reserve && commit.puts.iter().any(|(key, _)| key.starts_with("request/done/")));
    assert!(ended, "its end is not");
    let waits = bench.request("alice", "delete web-01 x").await;
    bench.press("bob", &button(&bench.message(&waits), Action::Deny)).await;
    assert!(!from_reserve(&bench), "nothing was on its way in vCenter");
}

#[tokio::test]
async fn an_end_may_take_that_room_where_its_requester_is_told_directly_too() {
    let mut bench = Bench::new().await;
    bench.room.set_direct();
    let id = bench.request("alice", "take web-01 x").await;
    bench.pass(SignedDuration::from_mins(2)).await;
    bench.task_ends().await;
    let ends = |commit: &Commit| commit.puts.iter().any(|(key, _)| key.starts_with("request/done/"));
    let ends: Vec<Commit> = bench.store.commits().into_iter().filter(ends).collect();
    assert!(ends[0].from_reserve && ends[0].puts.iter().any(|(key, _)| key.starts_with("bulletin/")), "{id}");
    assert_eq!(bench.room.messages().len(), 2, "the channel's message, and the requester's own");
}

#[tokio::test]
async fn a_turn_that_changes_nothing_is_no_commit() {
    let mut bench = Bench::new().await;
    let before = bench.store.commits().len();
    bench.ask("alice", "help").await;
    bench.ask("alice", "list web-01").await;
    bench.pass(SECOND).await;
    assert_eq!(bench.store.commits().len(), before);
}

#[tokio::test]
async fn progress_is_shown_and_not_written() {
    let mut bench = Bench::new().await;
    let id = bench.request("alice", "take web-01 x").await;
    let before = bench.store.commits().len();
    let update = crate::domain::call::TaskUpdate {
        state: crate::domain::call::TaskState::Running,
        percent: Some(48),
        cancelable: true,
        ..bench.lab.end_of(1)
    };
    bench.hear(update).await;
    assert!(matches!(bench.state(&id), State::Running { percent: Some(48), .. }), "{:?}", bench.state(&id));
    assert_eq!(bench.store.commits().len(), before);
}

#[tokio::test]
async fn what_is_open_goes_on_after_a_restart_and_is_called_once() {
    let mut bench = Bench::new().await;
    let id = bench.request("alice", "take web-01 x").await;
    assert!(matches!(bench.state(&id), State::Running { .. }));
    let mut bench = bench.restart().await;
    bench.task_ends().await;
    assert!(matches!(bench.state(&id), State::Done { .. }), "{:?}", bench.state(&id));
    assert_eq!((bench.lab.calls().len(), bench.room.messages().len(), bench.room.twins()), (1, 1, 0));
    assert_eq!(bench.store.keys("request/"), ["request/done/00000000000000000001"]);
}

#[tokio::test]
async fn a_comparison_that_could_not_be_written_is_made_again() {
    let mut bench = Bench::with(|rules| rules.alarms = Some("console:admins".into())).await;
    // The first one only notes where it begins, the second is at three in the morning.
    assert_eq!(bench.store.audit("reconciled").len(), 1);
    bench.pass(SignedDuration::from_hours(13)).await;
    assert_eq!(bench.store.audit("reconciled").len(), 2);
    let queued = bench.now();
    bench.lab.add_own_task(crate::domain::reconcile::OwnTask {
        task: "task-99".into(),
        kind: "VirtualMachine.removeSnapshot".to_owned(),
        vm: Some("vm-web-01".into()),
        vm_name: "web-01".to_owned(),
        queued,
    });
    bench.store.next_commits(&[Mishap::Fails]);
    bench.pass(SignedDuration::from_hours(24)).await;
    assert_eq!(bench.store.audit("reconciled").len(), 2);
    bench.pass(SignedDuration::from_hours(1)).await;
    let last = bench.store.audit("reconciled").pop().unwrap();
    assert_eq!((last["since"].as_str(), last["tasks"].as_u64()), (Some("2026-11-23T03:00:00Z"), Some(1)));
    assert_eq!(last["unknown"].as_array().map(Vec::len), Some(1));
    let alarms = bench.room.messages();
    assert_eq!(alarms.len(), 1, "it is told once");
}

#[tokio::test]
async fn a_page_that_is_opened_beside_a_decision_shows_what_is_written() {
    for fails in [true, false] {
        let mut bench = Bench::new().await;
        bench.taken("alice", "web-01", "before").await;
        let id = bench.request("alice", "revert web-01 before").await;
        let inbound = pressed("bob", &button(&bench.message(&id), Action::Deny), &[]);
        if fails {
            bench.store.next_commits(&[Mishap::Fails]);
        }
        let (denied, _handed) = bench.handed_in(inbound);
        let (reply, mut open) = oneshot::channel();
        let page = Incoming::Open("bob".into(), "en".to_owned(), reply);
        bench.core.turn(vec![denied, page]).await;
        let waiting = open.try_recv().unwrap().waiting;
        assert_eq!(waiting.iter().any(|card| card.request.as_ref() == Some(&id)), fails);
    }
}

#[tokio::test]
async fn whether_somebody_may_press_is_told_by_what_is_written() {
    for fails in [true, false] {
        let mut bench = Bench::new().await;
        bench.taken("alice", "web-01", "before").await;
        let id = bench.request("alice", "revert web-01 before").await;
        let Inbound::Press(press) = pressed("bob", &button(&bench.message(&id), Action::Approve), &[]) else {
            unreachable!()
        };
        if fails {
            bench.store.next_commits(&[Mishap::Fails]);
        }
        let (freeze, _handed) = bench.handed_in(typed("carol", "freeze maintenance", None));
        let (reply, mut may) = oneshot::channel();
        bench.core.turn(vec![freeze, Incoming::May(press, reply)]).await;
        assert_eq!(matches!(may.try_recv().unwrap(), May::Yes(_)), fails, "a freeze that was not written stops nobody");
        assert_eq!(bench.store.audit("refused").len(), usize::from(!fails), "a refusal is in the trail");
    }
}
