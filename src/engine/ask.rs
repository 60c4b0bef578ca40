//! From what somebody typed to a request, or to an answer for them alone.
//!
//! In this order: is the person known, does the command read, which VM is meant, may they do that to it, which snapshot is
//! meant. Rights come before anything about the VM's snapshots is told.

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::core::{Core, Reader, Turn};
use super::effects::Command;
use super::record;
use super::watch::look::{Asked, BulkAsked};
use super::{Answer, Ask};
use crate::domain::act::Right;
use crate::domain::authority::{self, Claim, Demand, Refusal};
use crate::domain::bulk::Bulk;
use crate::domain::command;
use crate::domain::explain::explain;
use crate::domain::ids::{Account, ChannelId, PersonId, RequestId, Target, VmTitle};
use crate::domain::intent::{Intent, Verb, VmAct, VmSelector};
use crate::domain::inventory::VmSummary;
use crate::domain::machine::{Event, Unread};
use crate::domain::notice::Notice;
use crate::domain::policy::{ApproverVerdict, Policy};
use crate::domain::request::{Origin, Request, Requester, Safety, State, Subject, Wish};
use crate::domain::snapshot_tree::SnapshotTree;
use crate::message::cards::reply;
use crate::message::format::default_name;
use meaning::{Question, one_vm, resolved};

mod administration;
mod meaning;

/// So much of what a stranger typed is written down, in characters: enough to see what was tried.
const STRANGER_CHARS: usize = 300;

/// Who asks, where, in which language.
#[derive(Clone)]
pub(super) struct Asker {
    pub(super) person: PersonId,
    pub(super) account: Account,
    pub(super) channel: ChannelId,
    pub(super) locale: String,
    /// The button that they pressed, where it asks for something anew.
    pub(super) origin: Option<Origin>,
    /// Whether their platform is told that this arrived before it is decided. What it is not told of, it or the person sends again.
    pub(super) acknowledged: bool,
}

impl Asker {
    /// Who typed this.
    pub(super) fn of(ask: &Ask) -> Self {
        Self {
            person: ask.person.clone(),
            account: ask.account.clone(),
            channel: ask.channel.clone(),
            locale: ask.locale.clone().unwrap_or_else(|| "en".to_owned()),
            origin: None,
            acknowledged: ask.once.is_some(),
        }
    }

    pub(super) fn reader(&self) -> Reader {
        Reader { channel: self.channel.clone(), locale: self.locale.clone() }
    }

    /// Who asks, for a request whose message is in their channel's language.
    pub(super) fn requester(&self, core: &Core, now: Timestamp) -> Requester {
        Requester {
            person: self.person.clone(),
            account: self.account.clone(),
            channel: self.channel.clone(),
            locale: core.parts.posted_in(&self.channel, &self.locale),
            at: now,
        }
    }
}

pub(super) async fn typed(core: &mut Core, ask: Ask, reply: oneshot::Sender<Answer>, turn: &mut Turn) {
    let (asker, text) = (Asker::of(&ask), ask.text);
    if core.parts.rules().policy.person(&asker.person).is_none() {
        return stranger(core, &asker, &text, reply, turn);
    }
    match command::parse(&text) {
        Ok(intent) => meant(core, asker, intent, &text, reply, turn).await,
        Err(error) => tell(core, &asker, &Notice::Command { text, error }, reply, turn),
    }
}

/// Somebody whom the configuration does not know gets no help with the grammar either.
fn stranger(core: &mut Core, asker: &Asker, text: &str, reply: oneshot::Sender<Answer>, turn: &mut Turn) {
    let (now, why) = (core.parts.clock.now(), "unknown person");
    // What a stranger types goes into the trail, but not without end.
    let text: String = text.chars().take(STRANGER_CHARS).collect();
    turn.audit(record::audit_refusal(&asker.person, &asker.account, &text, why, now));
    tell(core, asker, &Notice::UnknownPerson, reply, turn);
}

/// It is known what somebody wants, by whatever way, and that the configuration knows them.
pub(super) async fn meant(
    core: &mut Core,
    asker: Asker,
    intent: Intent,
    text: &str,
    reply: oneshot::Sender<Answer>,
    turn: &mut Turn,
) {
    match intent {
        Intent::Help { verb } => {
            let notice = Notice::Help { verb, mine: granted(core, &asker.person) };
            tell(core, &asker, &notice, reply, turn);
        }
        Intent::Status { request: None } => {
            let notice = open_requests(core, &asker.person);
            tell(core, &asker, &notice, reply, turn);
        }
        Intent::Status { request: Some(id) } => status(core, &asker, id, reply, turn).await,
        Intent::Cancel { request } => {
            let notice = cancel(core, &asker.person, &request, turn);
            tell(core, &asker, &notice, reply, turn);
        }
        Intent::Withdraw { request } => {
            let notice = withdraw(core, &asker.person, &request, turn);
            tell(core, &asker, &notice, reply, turn);
        }
        Intent::Explain { verb, ref vm } => {
            let notice = match one_vm(core, &asker.person, &intent, vm) {
                Ok(vm) => match verb.spec().right {
                    Some(right) => {
                        Notice::Explained(explain(&core.parts.rules().policy, &asker.person, right, &vm.target()))
                    }
                    None => Notice::Help { verb: Some(verb), mine: granted(core, &asker.person) },
                },
                Err(question) => return ask_back(core, asker, question, reply, turn).await,
            };
            tell(core, &asker, &notice, reply, turn);
        }
        Intent::Report { ref name } => {
            let asked = Asked { name: name.clone(), asker, reply, pending: None };
            core.report_to(asked, &intent, text, turn);
        }
        Intent::DeleteOlder { ref scope, age, ref ticket } => {
            let (scope, ticket, text) = (scope.clone(), ticket.clone(), text.to_owned());
            core.bulk_for(BulkAsked { asker, scope, age, ticket, text, reply, pending: None }, &intent, turn);
        }
        Intent::Freeze { reason } => administration::freeze(core, &asker, reason, reply, turn).await,
        Intent::Unfreeze => administration::unfreeze(core, &asker, reply, turn).await,
        Intent::List { ref vm } => {
            let vm = match one_vm(core, &asker.person, &intent, vm) {
                Ok(vm) => vm,
                Err(question) => return ask_back(core, asker, question, reply, turn).await,
            };
            if let Some(notice) = without_right(core, &asker, Right::List, &vm.target(), text, turn) {
                return tell(core, &asker, &notice, reply, turn);
            }
            core.list(vm, reply, asker.reader(), turn);
        }
        Intent::Act(ref vm_act) => match one_vm(core, &asker.person, &intent, &vm_act.vm) {
            Ok(vm) => {
                on_vm(
                    core,
                    vm,
                    Command { asker, vm_act: vm_act.clone(), text: text.to_owned(), reply, pending: None },
                    turn,
                )
                .await
            }
            Err(question) => ask_back(core, asker, question, reply, turn).await,
        },
    }
}

/// Shows a request: as it is, or as the store has it where it ended long ago. Its buttons are gone by then.
async fn status(core: &mut Core, asker: &Asker, id: RequestId, reply: oneshot::Sender<Answer>, turn: &mut Turn) {
    let (request, is_old) = match core.request(&id) {
        Some(request) => (request.clone(), false),
        None => match core.stored(&id).await {
            Ok(Some(request)) => (request, true),
            Ok(None) => return tell(core, asker, &Notice::NoRequest { request: id }, reply, turn),
            Err(error) => return tell(core, asker, &Notice::StoreDown { why: error.to_string() }, reply, turn),
        },
    };
    // Whoever reads the channel that it was asked in has its message before them.
    if request.channel != asker.channel && !core.may_know(&asker.person, &request) {
        return tell(core, asker, &Notice::NoRequest { request: id }, reply, turn);
    }
    let mut card = core.request_for(&request, &asker.channel, &asker.locale, &asker.person);
    if is_old {
        card.buttons.clear();
    }
    turn.answer(reply, Some(card), Some(id), asker.reader());
}

/// What there is against taking a request back.
pub(super) fn may_withdraw(core: &Core, person: &PersonId, id: &RequestId) -> Option<Notice> {
    let Some(request) = core.request(id) else {
        return Some(Notice::NoRequest { request: id.clone() });
    };
    if request.asker != *person {
        return Some(Notice::NotYours { request: id.clone(), asker: request.asker.clone() });
    }
    (!request.state.is_pending()).then(|| Notice::NotWaiting { request: id.clone(), state: request.state.name() })
}

/// Takes a request back, if this person may.
pub(super) fn withdraw(core: &mut Core, person: &PersonId, id: &RequestId, turn: &mut Turn) -> Notice {
    if let Some(notice) = may_withdraw(core, person, id) {
        return notice;
    }
    core.apply(id, &Event::Withdrawn { person: person.clone() }, turn);
    Notice::Withdrawn { request: id.clone() }
}

/// What there is against cancelling a request's task: this person may not, or vCenter would not.
pub(super) fn may_cancel(core: &Core, person: &PersonId, id: &RequestId) -> Option<Notice> {
    let Some(request) = core.request(id) else {
        return Some(Notice::NoRequest { request: id.clone() });
    };
    let Some(target) = request.vm() else { return may_stop(core, person, request) };
    if let Some(notice) = forbidden(core, person, Right::Cancel, &core.parts.fleet.as_it_is(target)) {
        return Some(notice);
    }
    let state = &request.state;
    if matches!(state, State::Running { cancelable: true, ended: None, .. }) {
        return None;
    }
    if matches!(state, State::Running { .. } | State::Starting { .. }) {
        return Some(Notice::NotCancelable { request: id.clone() });
    }
    Some(Notice::NotRunning { request: id.clone(), state: state.name() })
}

/// What there is against stopping what runs in parts: whoever asked for it may, and whoever could have denied it.
fn may_stop(core: &Core, person: &PersonId, request: &Request) -> Option<Notice> {
    let (rules, need) = (core.parts.rules(), request.approval.as_ref());
    let approvers = need.map(|need| need.approvers.clone()).unwrap_or_default();
    let counts = rules.policy.yes_counts(person, &approvers, true, &request.asker);
    match counts {
        _ if *person == request.asker => {}
        ApproverVerdict::Yes | ApproverVerdict::OwnRequest => {}
        ApproverVerdict::GroupsUnknown { groups } => return Some(Notice::GroupsUnknown { groups }),
        ApproverVerdict::NotInGroup { groups } => return Some(Notice::NotApprover { groups }),
        ApproverVerdict::UnknownPerson => return Some(Notice::UnknownPerson),
    }
    let goes_on = matches!(request.state, State::InParts { .. }) && request.bulk().is_some_and(Bulk::can_be_stopped);
    (!goes_on).then(|| Notice::NotRunning { request: request.id.clone(), state: request.state.name() })
}

/// Asks vCenter to cancel a request's task, if this person may and vCenter would; or stops what runs in parts.
pub(super) fn cancel(core: &mut Core, person: &PersonId, id: &RequestId, turn: &mut Turn) -> Notice {
    if let Some(notice) = may_cancel(core, person, id) {
        return notice;
    }
    core.apply(id, &Event::CancelAsked { person: person.clone() }, turn);
    let request = id.clone();
    let runs_in_parts = core.request(id).is_some_and(|request| request.bulk().is_some());
    if runs_in_parts { Notice::Stopping { request } } else { Notice::Cancelling { request } }
}

/// What policy says against it, if anything.
pub(super) fn forbidden(core: &Core, person: &PersonId, right: Right, target: &Target) -> Option<Notice> {
    let rules = core.parts.rules();
    let standing = rules.standing(core.parts.clock.now(), core.freeze());
    let refusal = authority::may(person, right, target, standing).err()?;
    Some(refused(&rules.policy, person, right, target, refusal))
}

/// What somebody is told whose own act is refused.
fn refused(policy: &Policy, person: &PersonId, verb: Right, target: &Target, refusal: Refusal) -> Notice {
    let vm = VmTitle::from(target);
    let deny = match refusal {
        Refusal::UnknownPerson => return Notice::UnknownPerson,
        Refusal::TagsUnknown { rule } => return Notice::TagsUnknown { verb, vm, rule },
        Refusal::NoApprovalRule => return Notice::NoApproverRule { verb, vm },
        Refusal::Frozen { freeze } => return Notice::Frozen { freeze },
        Refusal::Denied { rule } => Some(rule.unwrap_or_default()),
        Refusal::NotGranted { .. } => None,
        Refusal::MembersUnknown { groups } => return Notice::GroupsUnknown { groups },
        refusal @ (Refusal::HoldOfOther { .. }
        | Refusal::Terms { .. }
        | Refusal::NotApproved
        | Refusal::AutoDeleteOff) => {
            return Notice::NotPermitted { person: person.clone(), verb, vm, refusal };
        }
    };
    Notice::Forbidden {
        verb,
        vm,
        groups: policy.person(person).map(|person| person.groups.clone()).unwrap_or_default(),
        deny,
        holders: policy.groups_that_may(verb, target),
    }
}

pub(super) fn tell(core: &mut Core, asker: &Asker, notice: &Notice, reply: oneshot::Sender<Answer>, turn: &mut Turn) {
    core.unfollow(asker.origin.as_ref());
    let card = core.parts.view(&asker.channel, &asker.locale, |view| reply::card(notice, view));
    turn.answer(reply, Some(card), None, asker.reader());
}

/// The same, and a refusal is written to the audit trail.
fn without_right(
    core: &Core,
    asker: &Asker,
    right: Right,
    target: &Target,
    text: &str,
    turn: &mut Turn,
) -> Option<Notice> {
    let notice = forbidden(core, &asker.person, right, target)?;
    turn.audit(record::audit_refusal(&asker.person, &asker.account, text, "no right", core.parts.clock.now()));
    Some(notice)
}

async fn on_vm(core: &mut Core, vm: Arc<VmSummary>, command: Command, turn: &mut Turn) {
    let Command { asker, vm_act, text, .. } = &command;
    if let Some(notice) = without_right(core, asker, vm_act.act.right(), &vm.target(), text, turn) {
        let Command { asker, reply, .. } = command;
        return tell(core, &asker, &notice, reply, turn);
    }
    if let Some(freeze) = core.freeze().cloned() {
        turn.audit(record::audit_refusal(&asker.person, &asker.account, text, "frozen", core.parts.clock.now()));
        let Command { asker, reply, .. } = command;
        return tell(core, &asker, &Notice::Frozen { freeze }, reply, turn);
    }
    // Names are looked up in what vCenter says now.
    if vm_act.act.snapshot().is_some() {
        return core.look(vm, command, turn);
    }
    begin(core, &vm, command, turn).await;
}

/// The VM of a command that names one of its snapshots was read.
pub(super) async fn looked(
    core: &mut Core,
    vm: Arc<VmSummary>,
    tree: Result<Arc<SnapshotTree>, Unread>,
    command: Command,
    turn: &mut Turn,
) {
    let vm = match tree {
        Ok(tree) => VmSummary { tree, ..VmSummary::clone(&vm) },
        // Preflight says so in a moment.
        Err(Unread::Gone) => VmSummary::clone(&vm),
        Err(Unread::Unreachable(why)) => {
            let vcenter = vm.vm.vcenter.clone();
            let notice = Notice::VCenterAway { vcenter, why };
            return tell(core, &command.asker, &notice, command.reply, turn);
        }
        Err(Unread::NotReadable(why)) => {
            let notice = Notice::NotReadable { vm: vm.as_ref().into(), why };
            return tell(core, &command.asker, &notice, command.reply, turn);
        }
    };
    begin(core, &vm, command, turn).await;
}

/// Makes a request of a command, unless it leaves something open or nobody could say yes to it.
async fn begin(core: &mut Core, vm: &VmSummary, command: Command, turn: &mut Turn) {
    let Command { asker, vm_act, text, reply, pending: _ } = command;
    let (target, now) = (vm.target(), core.parts.clock.now());
    let vm_act = VmAct { vm: VmSelector::exactly(&vm.vm), ..vm_act };
    let wish = match resolved(core, &asker, vm, &vm_act, now) {
        Ok(wish) => wish,
        Err(question) => return ask_back(core, asker, question, reply, turn).await,
    };
    let (right, ticket) = (wish.right(), vm_act.ticket.clone());
    // Everything may be otherwise since the VM was read.
    let rules = core.parts.rules();
    // Where the rule wants a snapshot first, it is taken.
    let claim = Claim {
        lifts: wish.lifts(),
        ticket: ticket.as_deref(),
        takes_ticket: wish.takes_ticket(),
        ..Claim::new(&asker.person, right, &target)
    };
    let need = match authority::decide(&claim, rules.standing(now, core.freeze())) {
        Ok(ruling) => ruling.need,
        Err(Refusal::Terms { demand: Demand::Ticket { pattern }, .. }) => {
            let intent = Box::new(Intent::Act(vm_act));
            let question = Question::Ticket { right, vm: (&target).into(), pattern, given: ticket, intent };
            return ask_back(core, asker, question, reply, turn).await;
        }
        Err(refusal) => {
            turn.audit(record::audit_refusal(&asker.person, &asker.account, &text, refusal.word(), now));
            let notice = hold_of_other(&rules.policy, &refusal, &wish, vm, &target)
                .unwrap_or_else(|| refused(&rules.policy, &asker.person, right, &target, refusal));
            return tell(core, &asker, &notice, reply, turn);
        }
    };
    if let Some(notice) = core.too_many(&asker.person, Some(&target.vm)) {
        return tell(core, &asker, &notice, reply, turn);
    }
    let saves = rules.policy.approval(right, &target).is_some_and(|rule| rule.safety);
    let safety = wish.reverts() && (vm_act.safety || saves);
    let request = match core.asked(&asker, Subject::Vm(target), wish).await {
        Ok(request) => request,
        Err(why) => return tell(core, &asker, &Notice::StoreDown { why }, reply, turn),
    };
    let safety = safety
        .then(|| Safety::Wanted { name: safety_name(core, &asker.channel, now), until: meaning::usual_end(core, now) });
    let id = request.id.clone();
    core.begin(Request { ticket, approval: need, safety, ..request }, &text, turn);
    turn.wait_for(id, reply, asker.reader());
}

/// That the hold which this takes off is somebody else's, where that is why it is refused.
fn hold_of_other(policy: &Policy, refusal: &Refusal, wish: &Wish, vm: &VmSummary, target: &Target) -> Option<Notice> {
    let Refusal::HoldOfOther { hold } = refusal else { return None };
    let node = wish.snapshot().and_then(|snapshot| vm.tree.get(snapshot));
    Some(Notice::HoldOfOther {
        vm: target.into(),
        snapshot: node.map(|node| node.name.clone()).unwrap_or_default(),
        hold: hold.clone(),
        known: policy.person(&hold.by).is_some(),
        groups: policy.groups_that_release(&hold.by, target),
    })
}

/// What the snapshot before a revert is called: names need not be unique, and the marker in it says whose it is.
fn safety_name(core: &Core, channel: &ChannelId, now: Timestamp) -> String {
    format!("before revert {}", default_name(now, &core.parts.rules().zone(channel)))
}

async fn ask_back(core: &mut Core, asker: Asker, question: Question, reply: oneshot::Sender<Answer>, turn: &mut Turn) {
    if let Question::Tell(notice) = &question {
        return tell(core, &asker, notice, reply, turn);
    }
    let id = match core.fresh_id().await {
        Ok(id) => id,
        Err(why) => return tell(core, &asker, &Notice::StoreDown { why }, reply, turn),
    };
    let ticket = matches!(question, Question::Ticket { .. });
    let (notice, choices) = match question {
        Question::Tell(notice) => (*notice, Vec::new()),
        Question::Vms { text, intents, options } => (Notice::WhichVm { text, draft: id.clone(), options }, intents),
        Question::Snapshots { vm, text, intents, options } => {
            (Notice::WhichSnapshot { vm, text, draft: id.clone(), options }, intents)
        }
        Question::Ticket { right, vm, pattern, given, intent } => {
            (Notice::TicketNeeded { verb: right, vm, pattern, given, draft: id.clone() }, vec![*intent])
        }
    };
    core.keep_draft(&asker, id, choices, ticket);
    tell(core, &asker, &notice, reply, turn);
}

/// The verbs that some grant gives this person on some VM, and those that everybody has.
fn granted(core: &Core, person: &PersonId) -> Vec<Verb> {
    let rules = core.parts.rules();
    let policy = &rules.policy;
    let person = policy.person(person);
    let has = |verb: &Verb| match verb.spec().right {
        None => true,
        Some(right) => {
            let gives = |rule: &crate::domain::policy::Rule| {
                // Where it is not known, asking says so.
                let is_for = person.is_some_and(|person| rule.is_for(person).possibly());
                is_for && rule.verbs.iter().any(|pattern| pattern.covers(right))
            };
            policy.grants.iter().any(gives)
        }
    };
    Verb::ALL.into_iter().filter(has).collect()
}

fn open_requests(core: &Core, person: &PersonId) -> Notice {
    let mut mine: Vec<&Request> = core.tables.requests.values().map(|row| &row.request).collect();
    mine.retain(|request| request.asker == *person && !request.state.is_final());
    mine.sort_by_key(|request| request.seq);
    if mine.is_empty() {
        return Notice::NothingOpen;
    }
    let row = |request: &&Request| (request.id.clone(), request.wish.verb(), request.title(), request.state.name());
    Notice::Open { rows: mine.iter().map(row).collect() }
}
