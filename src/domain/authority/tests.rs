//! Every act, whoever starts it, under rules that change after it was asked.

use jiff::SignedDuration;

use super::*;
use crate::domain::policy::{Person, Rule, VerbPattern};
use crate::domain::preflight::fixture;

const NOW: Timestamp = fixture::NOW;

/// Everything that becomes a request.
fn acts() -> impl Iterator<Item = Right> {
    Right::ALL.into_iter().filter(|right| right.becomes_request())
}

fn groups(names: &[&str]) -> Vec<Group> {
    names.iter().map(|name| Group::from(*name)).collect()
}

fn vms(patterns: &[&str]) -> Vec<VmPattern> {
    patterns.iter().map(|pattern| VmPattern::parse(pattern).unwrap()).collect()
}

fn person(id: &str, in_groups: &[&str]) -> Person {
    Person {
        id: id.into(),
        name: id.to_owned(),
        groups: groups(in_groups),
        unknown_groups: Vec::new(),
        accounts: Vec::new(),
    }
}

fn rule(in_groups: &[&str], patterns: &[&str], line: &str) -> Rule {
    let (groups, verbs, vms) = (groups(in_groups), vec![VerbPattern::Any], vms(patterns));
    Rule { groups, verbs, vms, line: Some(line.to_owned()) }
}

fn approval(needed: u8) -> ApprovalRule {
    ApprovalRule {
        verbs: vec![VerbPattern::Any],
        vms: vms(&["*"]),
        approvers: groups(&["approvers"]),
        needed,
        expires: SignedDuration::from_mins(30),
        self_approval: false,
        ticket_pattern: None,
        break_glass: groups(&["oncall"]),
        safety: false,
        line: Some("[[approval]] at snapwarden.toml:9".to_owned()),
    }
}

/// Alice asks, Bob and Carol approve, Dave is on call, Erin is nobody.
fn policy() -> Policy {
    Policy {
        people: vec![
            person("alice", &["team"]),
            person("bob", &["approvers"]),
            person("carol", &["approvers"]),
            person("dave", &["oncall"]),
            person("erin", &[]),
        ],
        grants: vec![rule(&["team"], &["*"], "[[grant]] at snapwarden.toml:3")],
        approvals: vec![approval(1)],
        ..Policy::default()
    }
}

fn yes(person: &str) -> Approval {
    Approval { person: person.into(), account: format!("console:{person}").into(), at: NOW }
}

/// An act and the rules that it is asked under.
struct Case {
    right: Right,
    requester: PersonId,
    policy: Policy,
    target: Target,
    auto_delete: Vec<VmPattern>,
    promised: Option<ApprovalNeed>,
    approvals: Vec<Approval>,
    glass: Option<BreakGlass>,
    lifts: Option<Hold>,
    ticket: Option<String>,
    freeze: Option<Freeze>,
}

impl Case {
    fn of(right: Right, requester: &str) -> Self {
        Self {
            right,
            requester: requester.into(),
            policy: policy(),
            target: fixture::target(),
            auto_delete: vms(&["*"]),
            promised: None,
            approvals: Vec::new(),
            glass: None,
            lifts: None,
            ticket: None,
            freeze: None,
        }
    }

    /// Asked, with a card that promises what the rules say, and approved by these.
    fn approved_by(right: Right, people: &[&str]) -> Self {
        let mut case = Self::of(right, "alice");
        case.promised = case.decide().unwrap().need;
        case.approvals = people.iter().map(|person| yes(person)).collect();
        case
    }

    fn claim(&self) -> Claim<'_> {
        Claim {
            requester: &self.requester,
            right: self.right,
            target: &self.target,
            lifts: self.lifts.as_ref(),
            ticket: self.ticket.as_deref(),
            takes_ticket: true,
            is_unsaved: true,
            promised: self.promised.as_ref(),
            approvals: &self.approvals,
            glass: self.glass.as_ref(),
        }
    }

    fn standing(&self) -> Standing<'_> {
        Standing { policy: &self.policy, auto_delete: &self.auto_delete, freeze: self.freeze.as_ref(), now: NOW }
    }

    fn decide(&self) -> Result<Ruling, Refusal> {
        decide(&self.claim(), self.standing())
    }

    fn changed(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn ruled(self, change: impl FnOnce(&mut Policy)) -> Self {
        self.changed(|case| change(&mut case.policy))
    }
}

fn of<'a>(policy: &'a mut Policy, id: &str) -> &'a mut Person {
    policy.people.iter_mut().find(|person| person.id.as_str() == id).unwrap()
}

#[test]
fn what_is_asked_and_approved_by_the_rules_goes_on() {
    for right in acts() {
        let asked = Case::of(right, "alice").decide().unwrap();
        assert_eq!((asked.missing, asked.struck.len()), (1, 0), "{right}");
        let approved = Case::approved_by(right, &["bob"]).decide().unwrap();
        assert_eq!((approved.missing, approved.struck.len()), (0, 0), "{right}");
        assert_eq!(approved.need, asked.need, "{right}");
    }
}

#[test]
fn a_requester_who_lost_the_right_is_refused_with_the_rule() {
    for right in acts() {
        let approved = || Case::approved_by(right, &["bob"]);
        let deny = "[[deny]] at snapwarden.toml:41";
        let denied = approved().ruled(|policy| policy.denies.push(rule(&["team"], &["*"], deny))).decide();
        assert_eq!(denied, Err(Refusal::Denied { rule: Some(deny.to_owned()) }), "{right}");
        let moved = approved().changed(|case| case.target.path = "DC1/prod/db-01".to_owned());
        let denied = moved.ruled(|policy| policy.denies.push(rule(&["team"], &["DC1/prod/*"], deny))).decide();
        assert_eq!(denied, Err(Refusal::Denied { rule: Some(deny.to_owned()) }), "{right}: it was moved");
        let lost = approved().ruled(|policy| of(policy, "alice").groups.clear()).decide();
        assert_eq!(lost, Err(Refusal::NotGranted { holders: groups(&["team"]) }), "{right}");
        let gone = approved().ruled(|policy| policy.people.retain(|person| person.id.as_str() != "alice")).decide();
        assert_eq!(gone, Err(Refusal::UnknownPerson), "{right}");
        for refusal in [denied, lost, gone] {
            assert!(!refusal.unwrap_err().passes(), "{right}");
        }
    }
}

#[test]
fn what_is_not_known_allows_nothing_and_passes() {
    for right in acts() {
        let unknown = Case::approved_by(right, &["bob"]).ruled(|policy| {
            of(policy, "alice").groups.clear();
            policy.lose_members("team");
        });
        let refusal = unknown.decide().unwrap_err();
        assert_eq!(refusal, Refusal::MembersUnknown { groups: groups(&["team"]) }, "{right}");
        assert!(refusal.passes());
        // Whoever may be in a group that is denied is denied.
        let deny = Case::approved_by(right, &["bob"]).ruled(|policy| {
            policy.denies.push(rule(&["others"], &["*"], "d"));
            policy.lose_members("others");
        });
        assert_eq!(deny.decide().unwrap_err(), Refusal::MembersUnknown { groups: groups(&["others"]) }, "{right}");
        let tags =
            Case::approved_by(right, &["bob"]).ruled(|policy| policy.denies.push(rule(&["team"], &["tag:x"], "d")));
        let refusal = tags.decide().unwrap_err();
        assert_eq!(refusal, Refusal::TagsUnknown { rule: Some("d".to_owned()) }, "{right}");
        assert!(refusal.passes());
        // An approval that may count neither counts nor is struck.
        let approver = Case::approved_by(right, &["bob"]).ruled(|policy| {
            of(policy, "bob").groups.clear();
            policy.lose_members("approvers");
        });
        let ruling = approver.decide().unwrap();
        assert_eq!((ruling.missing, ruling.struck.len(), ruling.unknown), (1, 0, groups(&["approvers"])), "{right}");
    }
}

#[test]
fn approvals_of_those_who_are_no_approvers_any_more_are_struck() {
    let why = |case: Case| -> (usize, Vec<(String, StruckWhy)>) {
        let ruling = case.decide().unwrap();
        (ruling.missing, ruling.struck.into_iter().map(|one| (one.person.to_string(), one.why)).collect())
    };
    let not_approver = || StruckWhy::NotApprover { groups: groups(&["approvers"]) };
    for right in acts() {
        let both = || Case::approved_by(right, &["bob", "carol"]);
        let (missing, struck) = why(both().ruled(|policy| of(policy, "bob").groups.clear()));
        assert_eq!((missing, struck), (0, vec![("bob".to_owned(), not_approver())]), "{right}: Carol's is enough");
        let two = both().changed(|case| case.promised.as_mut().unwrap().needed = 2);
        let (missing, struck) = why(two.ruled(|policy| of(policy, "bob").groups.clear()));
        assert_eq!((missing, struck), (1, vec![("bob".to_owned(), not_approver())]), "{right}: two are promised");
        let (missing, struck) = why(both().ruled(|policy| policy.people.retain(|known| known.id.as_str() != "carol")));
        assert_eq!((missing, struck), (0, vec![("carol".to_owned(), StruckWhy::UnknownPerson)]), "{right}");
        let own = Case::approved_by(right, &["alice"]).ruled(|policy| {
            of(policy, "alice").groups = groups(&["team", "approvers"]);
        });
        assert_eq!(why(own), (1, vec![("alice".to_owned(), StruckWhy::OwnRequest)]), "{right}");
    }
}

#[test]
fn the_rule_of_now_counts_and_never_asks_for_less_than_the_card_promised() {
    for right in acts() {
        let need = |case: Case| case.decide().unwrap().need.unwrap();
        let stricter = Case::approved_by(right, &["bob"]).ruled(|policy| policy.approvals[0].needed = 2);
        assert_eq!(stricter.decide().unwrap().missing, 1, "{right}");
        let promised = Case::approved_by(right, &["bob"]).changed(|case| case.promised.as_mut().unwrap().needed = 2);
        assert_eq!(promised.decide().unwrap().missing, 1, "{right}: the card says two");
        // Without a rule the promise stands; a rule that is new is a promise that was not made.
        let gone = Case::approved_by(right, &[]).ruled(|policy| policy.approvals.clear());
        assert_eq!((gone.decide().unwrap().missing, need(gone).needed), (1, 1), "{right}");
        assert_eq!(Case::of(right, "alice").decide().unwrap().missing, 1, "{right}");
        let wider = Case::approved_by(right, &[]).ruled(|policy| {
            policy.approvals[0].approvers = groups(&["approvers", "team"]);
            policy.approvals[0].break_glass = groups(&["oncall", "team"]);
            policy.approvals[0].self_approval = true;
        });
        let wider = need(wider);
        assert_eq!((wider.approvers, wider.break_glass), (groups(&["approvers"]), groups(&["oncall"])), "{right}");
        assert!(!wider.self_approval, "{right}");
        let others =
            Case::approved_by(right, &["bob"]).ruled(|policy| policy.approvals[0].approvers = groups(&["team"]));
        let Err(Refusal::Terms { rule: Some(_), demand }) = others.decide() else { panic!("{right}") };
        assert_eq!(demand, Demand::OtherApprovers { groups: groups(&["team"]) }, "{right}");
    }
}

#[test]
fn a_rule_that_asks_for_more_than_the_request_has_refuses_it() {
    for right in acts() {
        let ticket = |policy: &mut Policy| {
            policy.approvals[0].ticket_pattern = Some(crate::domain::policy::TicketPattern::parse("CHG*").unwrap());
        };
        let asked = Case::approved_by(right, &["bob"]).ruled(ticket);
        let Err(Refusal::Terms { demand: Demand::Ticket { pattern }, .. }) = asked.decide() else { panic!("{right}") };
        assert_eq!(pattern, "CHG*");
        let given =
            Case::approved_by(right, &["bob"]).ruled(ticket).changed(|case| case.ticket = Some("CHG1".to_owned()));
        assert_eq!(given.decide().unwrap().missing, 0, "{right}");
        let unsaved = Case::approved_by(right, &["bob"]).ruled(|policy| policy.approvals[0].safety = true).decide();
        assert!(matches!(unsaved, Err(Refusal::Terms { demand: Demand::Safety, .. })), "{right}");
        let freely = Case::of(right, "alice").ruled(|policy| policy.approvals.clear()).decide();
        let destroys = right.is_destructive();
        assert_eq!(freely.map(|ruling| ruling.missing), if destroys { Err(Refusal::NoApprovalRule) } else { Ok(0) });
    }
}

#[test]
fn an_override_counts_while_its_person_may_override() {
    let glass = |person: &str| BreakGlass {
        person: person.into(),
        account: format!("console:{person}").into(),
        reason: "it burns".to_owned(),
        at: NOW,
    };
    for right in acts() {
        let overridden = || Case::approved_by(right, &[]).changed(|case| case.glass = Some(glass("dave")));
        assert_eq!(overridden().decide().unwrap().missing, 0, "{right}");
        let lost = overridden().ruled(|policy| of(policy, "dave").groups.clear()).decide().unwrap();
        assert_eq!((lost.missing, lost.struck.len(), lost.struck[0].glass), (1, 1, true), "{right}");
        let ended = overridden().ruled(|policy| policy.approvals[0].break_glass.clear()).decide().unwrap();
        assert_eq!((ended.missing, ended.struck.len()), (1, 1), "{right}");
        let may = |case: &Case, person: &str| overrides(&case.claim(), &person.into(), case.standing());
        let asked = Case::approved_by(right, &[]);
        assert_eq!((may(&asked, "dave"), may(&asked, "bob")), (Ok(true), Ok(false)), "{right}");
        let lost = asked.ruled(|policy| of(policy, "alice").groups.clear());
        assert!(may(&lost, "dave").is_err(), "{right}: an override replaces an approval and no right");
    }
}

#[test]
fn a_freeze_refuses_after_everything_that_lasts() {
    let freeze = Freeze { by: "carol".into(), account: "c".into(), reason: "storage".to_owned(), at: NOW };
    for right in acts() {
        for person in ["alice", BOT] {
            let right = if person == BOT { Right::Delete } else { right };
            let frozen = || Case::of(right, person).changed(|case| case.freeze = Some(freeze.clone()));
            let refusal = frozen().decide().unwrap_err();
            assert_eq!(refusal, Refusal::Frozen { freeze: freeze.clone() });
            assert!(refusal.passes());
            assert!(review(&frozen().claim(), frozen().standing()).is_ok(), "what waits goes on waiting");
            let approves = |case: &Case| approves(&case.claim(), &"bob".into(), case.standing());
            assert_eq!(approves(&frozen()), Err(Refusal::Frozen { freeze: freeze.clone() }));
            assert_eq!(approves(&Case::of(right, person)), Ok(ApproverVerdict::Yes));
        }
        let lost = Case::of(right, "erin").changed(|case| case.freeze = Some(freeze.clone())).decide();
        assert!(matches!(lost, Err(Refusal::NotGranted { .. })), "{right}");
    }
}

#[test]
fn somebody_else_s_hold_is_ended_by_those_who_may_now() {
    let hold = |by: &str| Some(Hold { by: by.into(), reason: "audit".to_owned(), until: None });
    let lifts = |by: &str| Case::of(Right::Hold, "alice").changed(|case| case.lifts = hold(by));
    assert!(lifts("alice").decide().is_ok());
    assert_eq!(lifts("bob").decide(), Err(Refusal::HoldOfOther { hold: hold("bob").unwrap() }));
    let shares = |policy: &mut Policy| of(policy, "bob").groups.push("team".into());
    assert!(lifts("bob").ruled(shares).decide().is_ok());
}

#[test]
fn retention_deletes_where_it_is_told_to_and_somebody_may() {
    let ruling = Case::of(Right::Delete, BOT).decide().unwrap();
    let need = ruling.need.unwrap();
    assert_eq!(
        (ruling.missing, need.self_approval, need.break_glass.len()),
        (1, false, 0),
        "the rule asks for approval"
    );
    let freely = Case::of(Right::Delete, BOT).ruled(|policy| policy.approvals.clear());
    assert_eq!(freely.decide().unwrap().missing, 0);
    let off = Case::of(Right::Delete, BOT).changed(|case| case.auto_delete.clear());
    assert_eq!(off.decide(), Err(Refusal::AutoDeleteOff));
    let elsewhere = Case::of(Right::Delete, BOT).changed(|case| case.auto_delete = vms(&["*", "!db-*"]));
    assert_eq!(elsewhere.decide(), Err(Refusal::AutoDeleteOff), "{}", fixture::target().name);
    let denied = |policy: &mut Policy| policy.denies.push(rule(&["team"], &["*"], "d"));
    let denied = Case::of(Right::Delete, BOT).ruled(denied).decide();
    assert_eq!(denied, Err(Refusal::Denied { rule: Some("d".to_owned()) }), "nobody may delete there");
    let of_others = Case::of(Right::Delete, BOT).ruled(|policy| policy.denies.push(rule(&["oncall"], &["*"], "d")));
    assert!(of_others.decide().is_ok(), "a deny of some is not about the bot");
    let by_tags = Case::of(Right::Delete, BOT).ruled(|policy| policy.denies.push(rule(&["team"], &["tag:x"], "d")));
    assert!(by_tags.decide().is_err(), "what may be denied to everybody");
}
