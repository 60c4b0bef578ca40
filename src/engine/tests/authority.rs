//! Nobody does what they have no right to: at the command, at the button, when the rules change, and right before the call.

use super::bench::{Bench, button, person, rule, said};
use crate::domain::call::Act;
use crate::domain::policy::Policy;
use crate::domain::request::State;
use crate::engine::May;
use crate::message::model::Action;

/// A request of alice's to go back, which waits for an approval.
async fn waiting(bench: &mut Bench) -> crate::domain::ids::RequestId {
    bench.taken("alice", "web-01", "before").await;
    let id = bench.request("alice", "revert web-01 before").await;
    assert!(matches!(bench.state(&id), State::AwaitingApproval { .. }), "{:?}", bench.state(&id));
    id
}

fn take_away(policy: &mut Policy, name: &str) {
    policy.people.iter_mut().filter(|one| one.name == name).for_each(|one| one.groups.clear());
}

#[tokio::test]
async fn a_command_needs_the_right_on_its_vm() {
    let mut bench = Bench::new().await;
    for (who, text) in [
        ("dave", "take web-01 x"),
        ("dave", "list web-01"),
        ("bob", "take web-01 x"),
        ("alice", "take prod-01 x"),
        ("alice", "delete-all prod-01"),
        ("alice", "power-on prod-01"),
    ] {
        let answer = bench.ask(who, text).await;
        assert_eq!(answer.request, None, "{who}: {text}");
        let refused = bench.store.audit("refused").pop().unwrap();
        assert_eq!((refused["person"].as_str(), refused["what"].as_str()), (Some(who), Some(text)));
        assert_eq!(refused["why"], "no right");
    }
    assert!(bench.lab.calls().is_empty() && bench.room.messages().is_empty());
    assert!(bench.request("carol", "take prod-01 x").await.as_str().starts_with("R-"));
}

#[tokio::test]
async fn somebody_whom_the_configuration_does_not_know_gets_no_help_and_a_line() {
    let mut bench = Bench::new().await;
    let told = bench.told("mallory", &"x".repeat(1_000)).await;
    assert!(!told.contains("take"), "{told}");
    let refused = bench.store.audit("refused").pop().unwrap();
    assert_eq!((refused["why"].as_str(), refused["what"].as_str().unwrap().len()), (Some("unknown person"), 300));
}

#[tokio::test]
async fn only_an_approver_approves_and_then_it_is_called_once() {
    let mut bench = Bench::new().await;
    let id = waiting(&mut bench).await;
    let approve = button(&bench.message(&id), Action::Approve);
    for who in ["alice", "dave", "mallory"] {
        assert!(matches!(bench.may(who, &approve).await, May::No(_)), "{who}");
        let answer = bench.press(who, &approve).await;
        assert!(answer.reply.is_some(), "{who} is told why");
        assert!(matches!(bench.state(&id), State::AwaitingApproval { .. }), "{who}");
    }
    assert!(matches!(bench.may("bob", &approve).await, May::Yes(_)));
    bench.press("bob", &approve).await;
    bench.press("bob", &approve).await;
    assert!(matches!(bench.lab.calls().as_slice(), [Act::Take { .. }, Act::Revert { .. }]));
    bench.task_ends().await;
    assert!(matches!(bench.state(&id), State::Done { .. }), "{:?}", bench.state(&id));
}

#[tokio::test]
async fn a_requester_who_loses_the_right_ends_the_request() {
    let mut bench = Bench::new().await;
    let id = waiting(&mut bench).await;
    let approve = button(&bench.message(&id), Action::Approve);
    bench.reload(|rules| take_away(&mut rules.policy, "alice")).await.unwrap();
    assert!(matches!(bench.state(&id), State::Refused { .. }), "{:?}", bench.state(&id));
    bench.press("bob", &approve).await;
    assert_eq!(bench.lab.calls().len(), 1, "the take alone");
}

#[tokio::test]
async fn an_approval_of_somebody_who_is_no_approver_any_more_does_not_count() {
    let two = |rules: &mut crate::engine::Rules| rules.policy.approvals[0].needed = 2;
    let mut bench = Bench::with(two).await;
    let id = waiting(&mut bench).await;
    let approve = button(&bench.message(&id), Action::Approve);
    bench.press("bob", &approve).await;
    assert_eq!(bench.known(&id).approvals.len(), 1);
    let without_bob = |rules: &mut crate::engine::Rules| {
        two(rules);
        take_away(&mut rules.policy, "bob");
    };
    bench.reload(without_bob).await.unwrap();
    assert_eq!((bench.known(&id).approvals.len(), bench.known(&id).struck.len()), (0, 1));
    let approve = button(&bench.message(&id), Action::Approve);
    bench.press("carol", &approve).await;
    assert!(matches!(bench.state(&id), State::AwaitingApproval { .. }), "one of two");
}

#[tokio::test]
async fn a_right_that_goes_between_the_commit_and_the_call_stops_the_call() {
    let mut bench = Bench::new().await;
    let id = waiting(&mut bench).await;
    let approve = button(&bench.message(&id), Action::Approve);
    let parts = bench.core.parts.clone();
    bench.lab.before_gate(move || {
        let mut rules = parts.rules().as_ref().clone();
        take_away(&mut rules.policy, "alice");
        parts.rules.set(rules);
    });
    bench.press("bob", &approve).await;
    assert_eq!(bench.lab.calls().len(), 1, "the take alone");
    assert!(matches!(bench.state(&id), State::Refused { .. }), "{:?}", bench.state(&id));
}

#[tokio::test]
async fn a_snapshot_that_comes_between_the_commit_and_the_call_stops_the_call() {
    let mut bench = Bench::new().await;
    let id = waiting(&mut bench).await;
    let approve = button(&bench.message(&id), Action::Approve);
    let (lab, now) = (bench.lab.clone(), bench.now());
    bench.lab.before_look(move || lab.take("web-01", "of-a-colleague", now, ""));
    bench.press("bob", &approve).await;
    assert_eq!(bench.lab.calls().len(), 1, "the take alone");
    assert!(matches!(bench.state(&id), State::Stale { .. }), "{:?}", bench.state(&id));
}

#[tokio::test]
async fn a_queued_request_whose_requester_left_does_not_run_when_its_vm_is_free() {
    let mut bench = Bench::new().await;
    let first = bench.request("alice", "take web-01 first").await;
    let second = bench.request("carol", "take web-01 second").await;
    assert!(matches!(bench.state(&second), State::Queued { .. }), "{:?}", bench.state(&second));
    bench.reload(|rules| take_away(&mut rules.policy, "carol")).await.unwrap();
    bench.task_ends().await;
    assert!(matches!(bench.state(&first), State::Done { .. }));
    assert!(matches!(bench.state(&second), State::Refused { .. }), "{:?}", bench.state(&second));
    assert_eq!(bench.lab.calls().len(), 1);
}

#[tokio::test]
async fn requests_for_one_vm_run_one_after_the_other_in_the_order_of_asking() {
    let mut bench = Bench::new().await;
    let mut ids = Vec::new();
    for name in ["first", "second", "third"] {
        ids.push(bench.request("alice", &format!("take web-01 {name}")).await);
    }
    let other = bench.request("alice", "take web-02 beside").await;
    assert!(matches!(bench.state(&other), State::Running { .. }), "another VM waits for nobody");
    let running = |bench: &Bench| ids.iter().position(|id| matches!(bench.state(id), State::Running { .. }));
    assert_eq!(running(&bench), Some(0));
    let update = bench.lab.end_of(1);
    bench.hear(update).await;
    assert_eq!(running(&bench), Some(1));
    let update = bench.lab.end_of(3);
    bench.hear(update).await;
    assert_eq!(running(&bench), Some(2));
    let name = |act: Act| if let Act::Take { name, .. } = act { Some(name) } else { None };
    let names: Vec<String> = bench.lab.calls().into_iter().filter_map(name).collect();
    assert_eq!(names, ["first", "beside", "second", "third"]);
}

#[tokio::test]
async fn only_who_asked_takes_back_and_only_who_may_cancels() {
    let mut bench = Bench::new().await;
    let id = waiting(&mut bench).await;
    bench.told("bob", &format!("withdraw {id}")).await;
    assert!(matches!(bench.state(&id), State::AwaitingApproval { .. }));
    bench.told("alice", &format!("withdraw {id}")).await;
    assert!(matches!(bench.state(&id), State::Withdrawn { .. }));
    let id = bench.request("carol", "take prod-01 x").await;
    let told = bench.told("alice", &format!("cancel {id}")).await;
    assert!(told.contains("cancel"), "{told}");
    assert!(matches!(bench.state(&id), State::Running { cancel_asked: None, .. }), "{:?}", bench.state(&id));
}

#[tokio::test]
async fn an_emergency_override_is_for_its_group_and_wants_a_reason() {
    let mut bench = Bench::new().await;
    let id = waiting(&mut bench).await;
    let glass = button(&bench.message(&id), Action::BreakGlass);
    assert!(matches!(bench.may("bob", &glass).await, May::No(_)));
    bench.press_with("carol", &glass, &[("reason", " ")]).await;
    assert!(matches!(bench.state(&id), State::AwaitingApproval { .. }));
    bench.press_with("carol", &glass, &[("reason", "production is down")]).await;
    assert_eq!(bench.lab.calls().len(), 2);
    assert_eq!(bench.store.keys("watch/glass/"), [format!("watch/glass/{id}")]);
}

#[tokio::test]
async fn what_is_open_is_shown_with_the_buttons_that_one_may_press() {
    let mut bench = Bench::new().await;
    let id = waiting(&mut bench).await;
    let (alice, bob, dave) = (bench.open("alice").await, bench.open("bob").await, bench.open("dave").await);
    assert_eq!((alice.waiting.len(), alice.mine.len()), (0, 1));
    assert_eq!((bob.waiting.len(), bob.mine.len()), (1, 0));
    assert_eq!((dave.waiting.len(), dave.mine.len()), (0, 0));
    assert_eq!(bob.waiting[0].request.as_ref(), Some(&id));
    assert!(!alice.mine[0].buttons.iter().any(|button| button.action == Action::Approve));
}

#[tokio::test]
async fn a_question_back_is_for_its_asker_once_and_for_an_hour() {
    let mut bench = Bench::new().await;
    bench.lab.add_again("DC2/web", "web-01");
    let answer = bench.ask("alice", "take web-01 x").await;
    let pick = button(answer.reply.as_ref().unwrap(), Action::Pick);
    assert_eq!(answer.request, None);
    assert!(matches!(bench.may("carol", &pick).await, May::No(_)));
    assert_eq!(bench.store.keys("draft/").len(), 1);
    let picked = bench.press("alice", &pick).await;
    assert!(picked.request.is_some(), "{}", said(&picked));
    assert!(bench.store.keys("draft/").is_empty());
    assert_eq!(bench.press("alice", &pick).await.request, None, "one question is answered once");
    bench.ask("alice", "take web-01 y").await;
    bench.pass(jiff::SignedDuration::from_mins(59)).await;
    bench.ask("alice", "help").await;
    assert_eq!(bench.store.keys("draft/").len(), 1);
    bench.pass(jiff::SignedDuration::from_mins(1)).await;
    bench.ask("alice", "help").await;
    assert!(bench.store.keys("draft/").is_empty());
}

#[tokio::test]
async fn a_button_that_deletes_asks_for_what_a_command_asks_for() {
    let mut bench = Bench::new().await;
    let id = bench.taken("alice", "web-01", "x").await;
    let delete = button(&bench.message(&id), Action::Delete);
    assert!(matches!(bench.may("bob", &delete).await, May::No(_)));
    let began = bench.press("alice", &delete).await.request.unwrap();
    assert!(matches!(bench.state(&began), State::AwaitingApproval { .. }));
    assert_eq!(bench.press("alice", &delete).await.request, None, "one click is one request");
    // Nothing is forgotten by a restart.
    let mut bench = bench.restart().await;
    assert_eq!(bench.press("alice", &delete).await.request, None);
    assert_eq!(bench.store.keys("request/open/").len(), 1);
}

#[tokio::test]
async fn a_person_who_is_added_may_from_then_on() {
    let mut bench = Bench::new().await;
    bench
        .reload(|rules| {
            rules.policy.people.push(person("erin", &["ops"]));
            rules.policy.grants.push(rule(&["ops"], &["take"], &["prod-*"]));
        })
        .await
        .unwrap();
    bench.taken("erin", "prod-01", "x").await;
    assert_eq!(bench.ask("erin", "take web-01 x").await.request, None);
    assert_eq!(bench.store.audit("rules").len(), 1);
}

#[tokio::test]
async fn of_a_request_that_somebody_may_not_see_they_hear_nothing() {
    let mut bench = Bench::new().await;
    let id = waiting(&mut bench).await;
    // Whose it is, who decides and who administers, and nobody else.
    for (who, may) in [("alice", true), ("bob", true), ("carol", true), ("dave", false)] {
        let hidden = bench.core.hidden_from(&who.into(), vec![id.clone()]).await;
        assert_eq!(hidden.is_empty(), may, "{who}");
    }
}

#[tokio::test]
async fn which_one_is_asked_of_vms_that_somebody_may_see() {
    let mut bench = Bench::new().await;
    bench.lab.add_again("DC1/elsewhere", "prod-01");
    bench.lab.add_again("DC1/elsewhere", "web-02");
    for who in ["alice", "dave"] {
        let told = bench.told(who, "list prod-01").await;
        assert!(told.starts_with("You may not") && !told.contains("elsewhere"), "{told}");
    }
    assert!(bench.told("carol", "list prod-01").await.contains("which one"));
    bench.reload(|rules| rules.policy.grants[0] = rule(&["team-web"], &["*"], &["DC1/web/*"])).await.unwrap();
    let told = bench.told("alice", "list web-02").await;
    assert!(!told.contains("elsewhere"), "{told}");
    assert!(told.contains("is it this one?"), "she may have meant the other: {told}");
}
