//! The people: who they are, what they may, what they see, and what they type and press.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use snapwarden::domain::ids::{ChannelId, PersonId, RequestId};
use snapwarden::domain::policy::{
    ApprovalRule, ApproverVerdict, Person, Policy, PolicyVerb, Rule, VerbPattern, VmPattern,
};
use snapwarden::domain::request::{Request, State};
use snapwarden::domain::token::Token;
use snapwarden::engine::{Answer, Open};
use snapwarden::message::model::{Action, Button, Card, ShownTo};

use super::hub::{Of, World};
use super::rng::Rng;
use super::verdict::has_run;

/// Everybody, and one whom the configuration does not know.
pub(super) const PEOPLE: [&str; 7] = ["alice", "adam", "bob", "bea", "carol", "dave", "zed"];

/// What was decided is written within this.
const MOMENT: i64 = 2_000;

/// Who decides and looks.
const APPROVERS: [&str; 3] = ["bob", "bea", "carol"];

/// Where everything is asked.
pub(super) const CHANNEL: &str = "sim:ops";

/// Something that somebody does.
#[derive(Debug, Clone)]
pub(super) enum Order {
    /// Types a command.
    Ask { number: usize, person: &'static str, text: String },
    /// Presses a button.
    Press { person: &'static str, token: String },
    /// Has the configuration read anew.
    Reload(Box<Policy>),
    /// Opens the page of what waits for them and what they asked for.
    Home { person: &'static str },
}

/// What somebody typed, and what they were answered.
pub(super) struct Asked {
    pub(super) text: String,
    /// None while there is no answer, and for ever if the process died before.
    pub(super) answer: Option<Answer>,
    pub(super) life: u32,
}

/// What people do and know.
#[derive(Default)]
pub(super) struct PeopleState {
    pub(super) orders: Vec<Order>,
    pub(super) asked: Vec<Asked>,
    /// Who pressed Approve for which request.
    pub(super) pressed: Vec<(PersonId, RequestId)>,
    /// Who pressed "Break glass".
    pub(super) broke: Vec<(PersonId, RequestId)>,
    /// Buttons that were in answers to somebody alone.
    choices: Vec<Button>,
    /// How many orders have no answer yet.
    pub(super) waiting: usize,
    /// How many of them have the configuration read anew.
    pub(super) ruling: usize,
    /// Everybody says yes and tells the truth, and who gets no answer asks again.
    pub(super) dutiful: bool,
    /// Nobody decides anything.
    pub(super) passive: bool,
}

/// The groups and rules of a seed: destructive acts always need somebody's yes, other acts sometimes.
pub(super) fn policy(rng: &mut Rng, all_need_approval: bool) -> Policy {
    let person = |id: &str, groups: &[&str]| Person {
        id: id.into(),
        name: id.to_owned(),
        groups: groups.iter().map(|group| (*group).into()).collect(),
        unknown_groups: Vec::new(),
        accounts: Vec::new(),
    };
    let everything = || vec![VmPattern::parse("*").unwrap()];
    let rule =
        |group: &str| Rule { groups: vec![group.into()], verbs: vec![VerbPattern::Any], vms: everything(), line: None };
    let mut verbs = vec![VerbPattern::One(PolicyVerb::Revert), VerbPattern::One(PolicyVerb::DeleteAll)];
    // Without this rule a deletion needs nobody's yes, unless it takes what lies below along.
    verbs.push(VerbPattern::One(if rng.percent(50) { PolicyVerb::Delete } else { PolicyVerb::DeleteWithChildren }));
    if all_need_approval {
        verbs = vec![VerbPattern::Any];
    }
    let needed = if rng.percent(25) { 2 } else { 1 };
    let expires = SignedDuration::from_secs(rng.between(40, 600));
    let mut approvals = vec![ApprovalRule {
        verbs,
        vms: everything(),
        approvers: vec!["approvers".into()],
        needed,
        expires,
        self_approval: rng.percent(10),
        ticket_pattern: None,
        break_glass: if rng.percent(40) { vec!["administrators".into()] } else { Vec::new() },
        safety: rng.percent(15),
        line: None,
    }];
    if rng.percent(30) {
        let verbs = [PolicyVerb::Take, PolicyVerb::Consolidate, PolicyVerb::Edit, PolicyVerb::PowerOn];
        let first = approvals[0].clone();
        approvals.push(ApprovalRule { verbs: verbs.map(VerbPattern::One).to_vec(), needed: 1, ..first });
    }
    Policy {
        people: vec![
            person("alice", &["team"]),
            person("adam", &["team"]),
            person("bob", &["approvers"]),
            person("bea", &["approvers"]),
            person("carol", &["administrators", "approvers"]),
            person("dave", &[]),
        ],
        grants: vec![rule("team"), rule("administrators")],
        denies: Vec::new(),
        approvals,
        administrators: vec!["administrators".into()],
        ..Policy::default()
    }
}

impl World {
    /// Somebody types.
    pub(super) fn ask(&mut self, person: &'static str, text: String) {
        let number = self.people.asked.len();
        self.tell(|_| format!("{person} types: {text}"));
        self.people.asked.push(Asked { text: text.clone(), answer: None, life: self.life });
        self.people.orders.push(Order::Ask { number, person, text });
        self.truth.counts.commands += 1;
    }

    /// Somebody presses.
    pub(super) fn press(&mut self, person: &'static str, token: &str) {
        self.tell(|_| format!("{person} presses {token}"));
        if let Some(read) = Token::parse(token)
            .filter(|token| [Action::Approve, Action::Confirm].iter().any(|action| token.action == action.word()))
        {
            self.people.pressed.push((person.into(), read.request));
        }
        if let Some(read) = Token::parse(token).filter(|token| token.action == Action::BreakGlass.word()) {
            self.people.broke.push((person.into(), read.request));
        }
        self.people.orders.push(Order::Press { person, token: token.to_owned() });
        self.truth.counts.clicks += 1;
    }

    /// Somebody is answered.
    pub(super) fn answered(&mut self, order: &Order, answer: Answer) {
        self.people.waiting -= 1;
        self.tell(|_| {
            let reply = answer.reply.as_ref().map(|card| card.title.clone());
            format!("answer: {:?} {reply:?}", answer.request)
        });
        if let Some(card) = &answer.reply {
            self.people.choices.extend(card.buttons.iter().cloned());
        }
        if let Order::Ask { number, .. } = order {
            self.people.asked[*number].answer = Some(answer);
        }
    }

    /// The configuration is changed on the disk, and read anew.
    pub(super) fn reload(&mut self, what: &str, policy: Policy) {
        self.tell(|_| format!("the rules change: {what}"));
        self.configured = policy.clone();
        self.people.ruling += 1;
        self.people.orders.push(Order::Reload(Box::new(policy)));
    }

    /// The engine has taken the rules, or could not write that down and goes on by those before.
    pub(super) fn ruled(&mut self, policy: Policy, taken: Result<(), String>) {
        self.people.waiting -= 1;
        self.people.ruling -= 1;
        self.tell(|_| format!("the rules are taken: {taken:?}"));
        match taken {
            Ok(()) => {
                self.truth.counts.reloads += 1;
                self.policy = policy;
            }
            // It is seen that they do not hold, and they are read again.
            Err(_) => self.after(2_000, Of::World, |world| {
                if world.people.ruling == 0 && world.configured != world.policy {
                    let again = world.configured.clone();
                    world.reload("again", again);
                }
            }),
        }
    }

    /// What is open for somebody by their page, against everything that is written: nothing that waits for them or that they asked for is missing.
    pub(super) fn at_home(&mut self, person: &PersonId, before: &BTreeMap<RequestId, State>, open: Option<Open>) {
        self.people.waiting -= 1;
        let Some(open) = open.filter(|_| self.people.ruling == 0) else { return };
        let shown = |cards: &[Card], id: &RequestId| cards.iter().any(|card| card.request.as_ref() == Some(id));
        let mut missing = Vec::new();
        for (id, state) in before {
            let known = self.truth.requests.get(id).filter(|known| !known.doubtful && known.request.state == *state);
            let Some(known) = known else { continue };
            if known.request.asker == *person && !shown(&open.mine, id) {
                missing.push((id.clone(), "which they asked for"));
            }
            if self.may_decide(&known.request, person) && !shown(&open.waiting, id) {
                missing.push((id.clone(), "which waits for them"));
            }
        }
        self.truth.counts.pages += 1;
        for (id, why) in missing {
            let (what, state) = (format!("{person}'s page does not have {id}, {why}"), before[&id].clone());
            // Somebody may have decided in that very moment, and it is about to be written.
            self.after(MOMENT, Of::World, move |world| {
                if world.truth.requests.get(&id).is_some_and(|known| known.request.state == state) {
                    world.truth.violated(what);
                }
            });
        }
    }

    /// Whether a request waits for somebody's yes.
    fn may_decide(&self, request: &Request, person: &PersonId) -> bool {
        let (State::AwaitingApproval { .. }, Some(target)) = (&request.state, request.vm()) else { return false };
        let rule = super::truth::right(request).and_then(|right| self.policy.approval(right, target));
        let Some(rule) = rule else { return false };
        let said = request.approvals.iter().any(|approval| approval.person == *person);
        let counts = self.policy.yes_counts(person, &rule.approvers, rule.self_approval, &request.asker);
        !said && counts == ApproverVerdict::Yes
    }

    /// Somebody leaves, a right goes, approvals are asked for otherwise, or all is as it was.
    pub(super) fn change_rules(&mut self) {
        if self.people.ruling > 0 {
            return;
        }
        let mut policy = self.configured.clone();
        let what = match self.rng.between(0, 9) {
            0..=2 => {
                let person = *self.rng.pick(&["alice", "adam", "bob", "bea"]);
                policy.people.retain(|known| known.id.as_str() != person);
                format!("{person} is gone")
            }
            3..=5 => {
                let right =
                    *self.rng.pick(&[PolicyVerb::Revert, PolicyVerb::Delete, PolicyVerb::DeleteAll, PolicyVerb::Take]);
                let vms = *self.rng.pick(&["*", "db-01", "web-*"]);
                policy.denies.push(Rule {
                    groups: vec!["team".into()],
                    verbs: vec![VerbPattern::One(right)],
                    vms: vec![VmPattern::parse(vms).unwrap()],
                    line: None,
                });
                format!("{right} on {vms} is denied")
            }
            6 => {
                policy.grants.retain(|rule| rule.groups != ["team".into()]);
                "the team may nothing".to_owned()
            }
            7 => {
                let needed = if policy.approvals[0].needed == 1 { 2 } else { 1 };
                policy.approvals[0].needed = needed;
                format!("{needed} approvals are needed")
            }
            _ => {
                policy = self.first.clone();
                "as they were".to_owned()
            }
        };
        self.reload(&what, policy);
    }

    /// Whether somebody is shown a button.
    pub(super) fn sees(&self, person: &str, shown_to: &ShownTo) -> bool {
        match shown_to {
            ShownTo::Anyone => true,
            ShownTo::Person(only) => only.as_str() == person,
            ShownTo::Groups { groups, except, approved: _ } => {
                let known = self.policy.person(&person.into());
                let member = known.is_some_and(|known| known.groups.iter().any(|group| groups.contains(group)));
                member && except.as_ref().is_none_or(|except| except.as_str() != person)
            }
        }
    }

    /// A button of this action on the message of a request.
    fn button(&self, request: &RequestId, action: Action) -> Option<Button> {
        let message = self.chat.messages.iter().find(|message| message.request == *request)?;
        message.card.buttons.iter().find(|button| button.action == action).cloned()
    }

    /// Somebody presses any button: mostly one that they see now, else one of any time, of a choice, or of somebody else.
    pub(super) fn press_anything(&mut self) {
        let now: Vec<Button> = self.chat.messages.iter().flat_map(|message| message.card.buttons.clone()).collect();
        let from = match self.rng.between(0, 9) {
            0 => self.chat.buttons.clone(),
            1..=3 => self.people.choices.clone(),
            _ => now,
        };
        if from.is_empty() {
            return;
        }
        let button = self.rng.pick(&from).clone();
        let seeing: Vec<&'static str> =
            PEOPLE.into_iter().filter(|person| self.sees(person, &button.shown_to)).collect();
        let anybody = self.rng.percent(15) || seeing.is_empty();
        let person = *self.rng.pick(if anybody { &PEOPLE } else { &seeing });
        let times = if self.rng.percent(15) { self.rng.between(2, 4) } else { 1 };
        for _ in 0..times {
            self.press(person, &button.token);
        }
    }

    /// Somebody decides about a card that waits, as they should: mostly with a yes.
    pub(super) fn decide_something(&mut self) {
        let waits = |message: &super::chat::Message| message.card.state.as_deref() == Some("awaiting_approval");
        let waiting: Vec<RequestId> =
            self.chat.messages.iter().filter(|message| waits(message)).map(|message| message.request.clone()).collect();
        if waiting.is_empty() {
            return;
        }
        let request = self.rng.pick(&waiting).clone();
        self.decide(&request, 80);
    }

    /// One of the approvers who has not yet said anything decides, with a yes so many times in a hundred.
    fn decide(&mut self, request: &RequestId, yes: i64) {
        let action = if self.rng.percent(yes) { Action::Approve } else { Action::Deny };
        let Some(button) = self.button(request, action) else { return };
        let said = |person: &&str| self.people.pressed.contains(&((*person).into(), request.clone()));
        let free: Vec<&'static str> =
            APPROVERS.into_iter().filter(|person| self.sees(person, &button.shown_to) && !said(person)).collect();
        // Who pressed and was not heard presses again.
        let person = *self.rng.pick(if free.is_empty() { &APPROVERS } else { &free });
        self.press(person, &button.token);
    }

    /// What is not over, and where it stands.
    pub(super) fn open(&self) -> BTreeMap<RequestId, State> {
        let open = self.truth.requests.iter().filter(|(_, known)| !known.request.state.is_final());
        open.map(|(id, known)| (id.clone(), known.request.state.clone())).collect()
    }

    /// Everybody does what is to be done, until nothing is open any more.
    pub(super) fn diligent(&mut self) {
        if self.truth.frozen {
            self.ask("carol", "unfreeze".to_owned());
        }
        for (id, state) in self.open() {
            if self.people.passive {
                continue;
            }
            // Some cards are left to expire.
            if matches!(state, State::AwaitingApproval { .. }) {
                if self.people.dutiful {
                    self.decide(&id, 100);
                } else if self.rng.percent(70) {
                    self.decide(&id, 90);
                }
            }
            if matches!(state, State::NeedsHuman { .. }) {
                let lies = !self.people.dutiful && self.rng.percent(15);
                let ran = has_run(&self.truth, &self.truth.requests[&id]) != lies;
                let action = if ran { Action::ItRan } else { Action::ItDidNotRun };
                if let Some(button) = self.button(&id, action) {
                    self.press("carol", &button.token);
                }
            }
        }
        self.ask_again();
        let (quiet, pause) = (self.is_settled(), if self.now < self.people_patience() { 3_000 } else { 30_000 });
        if quiet {
            self.finished = true;
        } else if self.now > self.deadline {
            self.finished = true;
            self.truth.violated("it never came to rest".to_owned());
        } else {
            self.after(pause, Of::World, Self::diligent);
        }
    }

    /// Whose command died with the process types it again.
    fn ask_again(&mut self) {
        let Some(last) = self.people.asked.last().filter(|_| self.people.dutiful) else { return };
        if last.answer.is_none() && last.life < self.life && self.alive {
            let text = last.text.clone();
            if !self.truth.requests.values().any(|known| known.text == text) {
                self.ask("alice", text);
            }
        }
    }

    fn people_patience(&self) -> i64 {
        self.calm_at + 120_000
    }
}

/// The channel's id.
pub(super) fn channel() -> ChannelId {
    CHANNEL.into()
}
