//! Plans that delete what is old on many VMs: asked, approved, worked through one VM at a time, in one message that counts up.

use std::cell::RefCell;
use std::sync::Arc;

use jiff::Timestamp;

use super::super::{Core, Turn};
use crate::domain::authority::{self, Claim, Refusal};
use crate::domain::bulletin::News;
use crate::domain::ids::RequestId;
use crate::domain::intent::{Intent, SweepScope};
use crate::domain::inventory::VmSummary;
use crate::domain::lookup::{self, VmLookup};
use crate::domain::notice::Notice;
use crate::domain::policy::{ApprovalRule, PolicyVerb};
use crate::domain::report::{Row, Scope};
use crate::domain::request::{Approval, ApprovalNeed, Origin, Request, State, Wish};
use crate::domain::sweep::{ItemState, Sweep, SweepState, Why, plan};
use crate::engine::Press;
use crate::engine::ask::tell;
use crate::engine::ports::Health;
use crate::engine::record::{self, Draft, Told};
use crate::engine::watch::look::{Look, SweepAsked};
use crate::engine::watch::target_of;
use crate::message::model::Action;

impl Core {
    /// Makes a plan and asks for a yes, or says why there is none.
    pub(super) async fn sweep_asked(&mut self, look: &Look, asked: SweepAsked, turn: &mut Turn) {
        let SweepAsked { asker, scope, age, ticket, text, reply } = asked;
        let (rules, now) = (self.parts.rules(), self.parts.clock.now());
        let policy = &rules.policy;
        let standing = rules.standing(now, self.freeze());
        let sees = |vm: &VmSummary| authority::may(&asker.person, PolicyVerb::List, &vm.target(), standing).is_ok();
        let chosen = match chosen(look, &scope, sees) {
            Ok(chosen) => chosen,
            Err(notice) => return tell(self, &asker, &notice, reply, turn),
        };
        if let Some(freeze) = self.freeze().cloned() {
            turn.audit(record::audit_refusal(&asker.person, &asker.account, &text, "frozen", now));
            return tell(self, &asker, &Notice::Frozen { freeze }, reply, turn);
        }
        let among = |vm: &VmSummary| chosen.iter().any(|known| known.vm == vm.vm);
        let listing = look.list(Scope { vms: None, exclude_names: &[], rules: &rules.preflight }, among);
        // One plan, one approval: what other people would have to say yes to stays.
        let first: RefCell<Option<ApprovalRule>> = RefCell::new(None);
        let may = |row: &Row| {
            let target = look.inventory.get(&row.vm).map_or_else(|| target_of(row), |vm| vm.target());
            if authority::may(&asker.person, PolicyVerb::DeleteOlder, &target, standing).is_err() {
                return Some(Why::NoRight);
            }
            let Some(rule) = policy.approval(PolicyVerb::DeleteOlder, &target) else {
                return Some(Why::OtherApprovers);
            };
            let mut first = first.borrow_mut();
            let same = first.get_or_insert_with(|| rule.clone()) == rule;
            (!same).then_some(Why::OtherApprovers)
        };
        let (goes, stays) = plan(&listing.rows, age, now, may);
        let Some(rule) = first.into_inner().filter(|_| !goes.is_empty()) else {
            let notice = Notice::NothingOlder { scope: scope.text().to_owned(), age, stays };
            return tell(self, &asker, &notice, reply, turn);
        };
        if !rule.accepts_ticket(ticket.as_deref()) {
            let id = match self.fresh_id().await {
                Ok(id) => id,
                Err(why) => return tell(self, &asker, &Notice::StoreDown { why }, reply, turn),
            };
            let pattern = rule.ticket_pattern.as_ref().map(ToString::to_string).unwrap_or_default();
            let notice = Notice::TicketNeeded {
                verb: PolicyVerb::DeleteOlder,
                vm: scope.text().to_owned(),
                pattern,
                given: ticket.clone(),
                draft: id.clone(),
            };
            turn.keep_draft(Draft {
                id,
                person: asker.person.clone(),
                account: asker.account.clone(),
                channel: asker.channel.clone(),
                locale: asker.locale.clone(),
                at: now,
                choices: vec![Intent::DeleteOlder { scope, age, ticket }],
                ticket: true,
            });
            return tell(self, &asker, &notice, reply, turn);
        }
        let sweep = Sweep {
            asker: asker.person.clone(),
            account: asker.account.clone(),
            scope: scope.text().to_owned(),
            age,
            ticket,
            goes,
            stays,
            until: now.saturating_add(rule.expires).unwrap_or(Timestamp::MAX),
            need: ApprovalNeed {
                self_approval: rule.self_approval && policy.is_in(&asker.person, &rule.approvers),
                approvers: rule.approvers,
                needed: rule.needed,
                expires: rule.expires,
                break_glass: Vec::new(),
            },
            approvals: Vec::new(),
            struck: Vec::new(),
            state: SweepState::Asked,
        };
        turn.audit(record::audit_sweep(None, &sweep, &text, now));
        let news = News::Sweep { sweep: Box::new(sweep) };
        match self.tell_channel(asker.channel.clone(), &asker.locale, news, turn).await {
            Ok(()) => turn.answer(reply, None, None, asker.reader()),
            Err(why) => tell(self, &asker, &Notice::StoreDown { why }, reply, turn),
        }
    }

    /// Somebody pressed a button of a plan, who may.
    pub(in crate::engine) fn sweep_pressed(
        &mut self,
        id: &RequestId,
        mut plan: Sweep,
        press: &Press,
        action: Action,
        turn: &mut Turn,
    ) {
        let now = self.parts.clock.now();
        if action == Action::Stop {
            plan.stop(press.person.clone());
        } else if action == Action::Deny {
            let reason = press.inputs.get("reason").and_then(|text| crate::domain::command::reason(text).ok());
            plan.state = SweepState::Denied { by: press.person.clone(), reason };
        } else {
            plan.approve(Approval { person: press.person.clone(), account: press.account.clone(), at: now });
        }
        let what = format!("{} by {} ({})", action.word(), press.person, press.account);
        turn.audit(record::audit_sweep(Some(id), &plan, &what, now));
        self.set_sweep(id, plan, turn);
    }

    /// Goes on with every plan: what ended is counted, and the next one begins.
    pub(in crate::engine::core) async fn sweeps_go_on(&mut self, turn: &mut Turn) {
        let now = self.parts.clock.now();
        for (id, mut sweep) in self.open_sweeps() {
            let before = sweep.clone();
            if sweep.state == SweepState::Asked && now >= sweep.until {
                sweep.state = SweepState::Expired;
            }
            if let Some((index, request)) = sweep.deleting().map(|(index, request)| (index, request.clone())) {
                let state = self.requests.get(&request).map(|held| &held.request.state);
                match state {
                    Some(State::Done { facts }) if facts.verified != Some(false) => sweep.ended(index, ItemState::Gone),
                    Some(state) if state.is_final() => sweep.ended(index, ItemState::Left(Some(request))),
                    // Its own message asks whether it ran; the others do not wait for the answer.
                    Some(State::NeedsHuman { .. }) => sweep.ended(index, ItemState::Unsure(request)),
                    Some(_) => {}
                    None => sweep.ended(index, ItemState::Left(Some(request))),
                }
            }
            for (index, request) in sweep.unsure() {
                match self.requests.get(&request).map(|held| &held.request.state) {
                    Some(State::Done { .. }) => sweep.ended(index, ItemState::Gone),
                    Some(state) if state.is_final() => sweep.ended(index, ItemState::Left(Some(request))),
                    Some(_) | None => {}
                }
            }
            // Nothing begins while everything is frozen, and nothing on a vCenter that cannot be read: what it has is not known.
            while self.freeze().is_none()
                && let Some(index) = sweep.next()
                && self.is_readable(&sweep, index)
                && self.settle_sweep(&mut sweep).is_none()
                && sweep.next().is_some()
            {
                let began = self.begin_part(&id, &sweep, index, now, turn).await;
                match began {
                    Ok(state) => sweep.ended(index, state),
                    Err(why) => {
                        tracing::error!(%id, why, "the next deletion of a plan could not begin");
                        break;
                    }
                }
            }
            if sweep != before {
                if sweep.state != before.state {
                    turn.audit(record::audit_sweep(Some(&id), &sweep, "by itself", now));
                }
                self.set_sweep(&id, sweep, turn);
            }
        }
    }

    /// Looks at every plan by the rules as they are now.
    pub(in crate::engine::core) fn review_sweeps(&mut self, turn: &mut Turn) {
        let now = self.parts.clock.now();
        for (id, before) in self.open_sweeps() {
            let mut sweep = before.clone();
            self.settle_sweep(&mut sweep);
            if sweep != before {
                turn.audit(record::audit_sweep(Some(&id), &sweep, "reviewed", now));
                self.set_sweep(&id, sweep, turn);
            }
        }
    }

    /// Brings a plan to what the rules say now of everything in it that waits. What is not known changes nothing, and is told, with the name
    /// of the VM.
    pub(in crate::engine) fn settle_sweep(&self, sweep: &mut Sweep) -> Option<(Refusal, String)> {
        if !matches!(sweep.state, SweepState::Asked | SweepState::Running) {
            return None;
        }
        let (rules, now) = (self.parts.rules(), self.parts.clock.now());
        let inventory = self.parts.fleet.inventory();
        let waiting: Vec<Row> = sweep.waiting().map(|item| item.row.clone()).collect();
        for row in waiting {
            // Of a VM that is gone there is nothing to delete.
            let Some(target) = inventory.get(&row.vm).map(|vm| vm.target()) else { continue };
            match authority::review(&Claim::of_plan(sweep, &target), rules.standing(now, None)) {
                Ok(ruling) if !ruling.unknown.is_empty() => {
                    return Some((Refusal::MembersUnknown { groups: ruling.unknown }, row.vm_name));
                }
                Ok(ruling) => sweep.settle(ruling, &row.vm_name),
                Err(refusal) if refusal.passes() => return Some((refusal, row.vm_name)),
                Err(refusal) => sweep.refuse(refusal, &row.vm_name),
            }
        }
        None
    }

    /// When a plan expires.
    pub(in crate::engine::core) fn sweep_wake(&self) -> Option<Timestamp> {
        let asked = |(_, sweep): (RequestId, Sweep)| (sweep.state == SweepState::Asked).then_some(sweep.until);
        self.open_sweeps().into_iter().filter_map(asked).min()
    }

    /// The turn did not happen.
    pub(in crate::engine::core) fn undo_sweeps(&mut self, turn: &mut Turn) {
        for (id, before) in std::mem::take(&mut turn.undo_sweeps) {
            if let Some(told) = self.bulletins.get_mut(&id) {
                told.bulletin.news = News::Sweep { sweep: before };
            }
        }
    }

    fn open_sweeps(&self) -> Vec<(RequestId, Sweep)> {
        let open = |told: &Told| {
            let News::Sweep { sweep } = &told.bulletin.news else { return None };
            sweep.is_open().then(|| (told.bulletin.id.clone(), sweep.as_ref().clone()))
        };
        self.bulletins.values().filter_map(open).collect()
    }

    fn set_sweep(&mut self, id: &RequestId, sweep: Sweep, turn: &mut Turn) {
        let Some(told) = self.bulletins.get_mut(id) else { return };
        let before = std::mem::replace(&mut told.bulletin.news, News::Sweep { sweep: Box::new(sweep) });
        if let News::Sweep { sweep } = before {
            turn.undo_sweeps.entry(id.clone()).or_insert(sweep);
        }
    }

    /// Whether the vCenter of one is being read.
    fn is_readable(&self, sweep: &Sweep, index: usize) -> bool {
        let name = sweep.goes.get(index).map(|item| &item.row.vm.vcenter);
        // One that is not configured any more has nothing, and says so.
        let vcenter = name.and_then(|name| self.parts.fleet.get(name));
        vcenter.is_none_or(|vcenter| vcenter.health() == Health::Live)
    }

    /// Asks for one deletion, if the snapshot is still as it was approved: there, unheld, and not kept longer meanwhile. Gives how
    /// far it is by that.
    async fn begin_part(
        &mut self,
        id: &RequestId,
        sweep: &Sweep,
        index: usize,
        now: Timestamp,
        turn: &mut Turn,
    ) -> Result<ItemState, String> {
        let (Some(item), Some(told)) = (sweep.goes.get(index), self.bulletins.get(id)) else {
            return Ok(ItemState::Left(None));
        };
        let (channel, locale) = (told.bulletin.channel.clone(), told.bulletin.locale.clone());
        let inventory = self.parts.fleet.inventory();
        let vm: Option<Arc<VmSummary>> = inventory.get(&item.row.vm).cloned();
        let node = vm.as_ref().and_then(|vm| vm.tree.get(&item.row.snapshot));
        let (Some(vm), Some(stay)) = (&vm, item.row.stay_now(node, now)) else { return Ok(ItemState::GoneBefore) };
        if stay != item.row.stay(now) {
            return Ok(ItemState::Left(None));
        }
        let request = self.fresh_id().await?;
        let part = Request {
            id: request.clone(),
            seq: self.next_seq(),
            asker: sweep.asker.clone(),
            account: sweep.account.clone(),
            channel,
            locale,
            target: vm.target(),
            wish: Wish::Delete { snapshot: item.row.snapshot.clone(), children: false },
            ticket: sweep.ticket.clone(),
            asked_at: now,
            approval: Some(sweep.need.clone()),
            approvals: sweep.approvals.clone(),
            break_glass: None,
            struck: Vec::new(),
            origin: Some(Origin::of_part(id.clone(), index)),
            safety: None,
            plan: None,
            waiting_since: None,
            attempts: 0,
            state: State::Asked,
        };
        self.begin(part, &format!("[delete-older] {id}, {} of {}", index + 1, sweep.goes.len()), turn);
        Ok(ItemState::Deleting(request))
    }
}

/// The VMs of a scope. A name that several answer to is asked back.
fn chosen(
    look: &Look,
    scope: &SweepScope,
    sees: impl Fn(&VmSummary) -> bool,
) -> Result<Vec<Arc<VmSummary>>, Box<Notice>> {
    let visible = || look.inventory.iter().filter(|vm| sees(vm)).cloned();
    let SweepScope::Named(text) = scope else { return Ok(visible().collect()) };
    let exact = crate::domain::command::vm_selector(&crate::domain::command::quote(text));
    if let Some(selector) = exact {
        match lookup::find_vm(&look.inventory, &selector) {
            VmLookup::One(vm) if sees(&vm) => return Ok(vec![vm]),
            VmLookup::Many(vms) => {
                let paths: Vec<String> = vms.iter().filter(|vm| sees(vm)).map(|vm| vm.path.clone()).collect();
                if !paths.is_empty() {
                    return Err(Box::new(Notice::ManyVms { text: text.clone(), paths }));
                }
            }
            VmLookup::One(_) | VmLookup::None { .. } => {}
        }
    }
    let folder = format!("{}/", text.to_lowercase());
    let inside: Vec<Arc<VmSummary>> = visible().filter(|vm| vm.path.to_lowercase().starts_with(&folder)).collect();
    if inside.is_empty() {
        return Err(Box::new(Notice::UnknownVm { text: text.clone(), nearest: Vec::new() }));
    }
    Ok(inside)
}
