//! Requests about many snapshots: asked, and once they are approved carried out one part at a time.
//!
//! Where such a request stands is the machine's ([`crate::domain::machine`]). Here is what it needs of the world: the list that it is made of,
//! the next part as a request of its own, and what became of the parts.

use std::cell::RefCell;
use std::sync::Arc;

use jiff::Timestamp;

use super::{Core, Turn};
use crate::domain::authority::{self, Claim, Demand, Refusal, Ruling};
use crate::domain::bulk::{Bulk, ItemState, Why, plan};
use crate::domain::ids::{RequestId, VmTitle};
use crate::domain::intent::{BulkScope, Intent};
use crate::domain::inventory::VmSummary;
use crate::domain::lookup::{self, VmLookup};
use crate::domain::machine::Event;
use crate::domain::notice::Notice;
use crate::domain::policy::PolicyVerb;
use crate::domain::report::{Row, Scope};
use crate::domain::request::{ApprovalNeed, Origin, Request, State, Subject, Wish};
use crate::engine::ask::tell;
use crate::engine::ports::Health;
use crate::engine::record;
use crate::engine::watch::look::{BulkAsked, Look};

impl Core {
    /// Asks for approval to delete what is old, or says why nothing is to be asked.
    pub(super) async fn bulk_asked(&mut self, look: &Look, asked: BulkAsked, turn: &mut Turn) {
        let BulkAsked { asker, scope, age, ticket, text, reply, pending } = asked;
        self.decided(pending);
        let (rules, now) = (self.parts.rules(), self.parts.clock.now());
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
        // One request, one approval: what other people would have to approve stays.
        let (need, wanted) = (RefCell::new(None::<ApprovalNeed>), RefCell::new(None::<String>));
        let may = |row: &Row| {
            let target = look.inventory.get(&row.vm).map_or_else(|| row.target(), |vm| vm.target());
            let claim = Claim::new(&asker.person, PolicyVerb::DeleteOlder, &target).with_ticket(ticket.as_deref());
            match authority::decide(&claim, standing) {
                Ok(Ruling { need: Some(its), .. }) => {
                    let mut need = need.borrow_mut();
                    (*need.get_or_insert_with(|| its.clone()) != its).then_some(Why::OtherApprovers)
                }
                Err(Refusal::Terms { demand: Demand::Ticket { pattern }, .. }) => {
                    wanted.borrow_mut().get_or_insert(pattern);
                    None
                }
                Ok(Ruling { need: None, .. }) | Err(Refusal::NoApprovalRule | Refusal::Terms { .. }) => {
                    Some(Why::OtherApprovers)
                }
                Err(refusal) if refusal.passes() => Some(Why::NotKnown),
                Err(_) => Some(Why::NoRight),
            }
        };
        let (goes, stays) = plan(&listing.rows, age, now, may);
        let (need, wanted) = (need.into_inner(), wanted.into_inner());
        if goes.is_empty() {
            let notice =
                Notice::NothingOlder { asker: asker.person.clone(), scope: scope.text().to_owned(), age, stays };
            return tell(self, &asker, &notice, reply, turn);
        }
        let Some(need) = need.filter(|_| wanted.is_none()) else {
            let id = match self.fresh_id().await {
                Ok(id) => id,
                Err(why) => return tell(self, &asker, &Notice::StoreDown { why }, reply, turn),
            };
            let (verb, vm, pattern) = (PolicyVerb::DeleteOlder, scope.text().into(), wanted.unwrap_or_default());
            let notice = Notice::TicketNeeded { verb, vm, pattern, given: ticket.clone(), draft: id.clone() };
            self.keep_draft(&asker, id, vec![Intent::DeleteOlder { scope, age, ticket }], true);
            return tell(self, &asker, &notice, reply, turn);
        };
        if let Some(notice) = self.too_many(&asker.person, None) {
            return tell(self, &asker, &notice, reply, turn);
        }
        let subject = Subject::Many(Box::new(Bulk { scope, goes, stays, halt: None }));
        let request = match self.asked(&asker, subject, Wish::DeleteOlder { age }).await {
            Ok(request) => request,
            Err(why) => return tell(self, &asker, &Notice::StoreDown { why }, reply, turn),
        };
        let id = request.id.clone();
        let request = Request {
            ticket,
            state: State::AwaitingApproval { until: now.saturating_add(need.expires).unwrap_or(Timestamp::MAX) },
            // Deleting what is old can wait for an approval: nothing is gained by going without.
            approval: Some(ApprovalNeed { break_glass: Vec::new(), ..need }),
            ..request
        };
        self.begin(request, &text, turn);
        turn.answer(reply, None, Some(id), asker.reader());
    }

    /// Goes on with every such request: what ended is counted, and the next part begins.
    pub(super) async fn go_on_in_parts(&mut self, turn: &mut Turn) {
        for id in self.in_order(|request| matches!(request.state, State::InParts { .. })) {
            for (place, state) in self.parts_ended(&id) {
                self.apply(&id, &Event::Part { place, state }, turn);
            }
            while let Some((place, item)) = self.next_part(&id, turn) {
                match self.begin_part(&id, place, &item, turn).await {
                    Ok(state) => self.apply(&id, &Event::Part { place, state }, turn),
                    Err(why) => {
                        tracing::error!(%id, why, "the next part of a request could not begin");
                        break;
                    }
                }
            }
        }
    }

    /// The parts of which more is known now than the request says.
    fn parts_ended(&self, id: &RequestId) -> Vec<(usize, ItemState)> {
        let Some(bulk) = self.request(id).and_then(Request::bulk) else { return Vec::new() };
        let state = |part: &RequestId| self.request(part).map(|request| &request.state);
        let deleting = bulk.deleting().and_then(|(place, part)| {
            let left = || ItemState::Left(Some(part.clone()));
            let became = match state(part) {
                Some(State::Done { facts }) if facts.verified != Some(false) => ItemState::Gone,
                Some(state) if state.is_final() => left(),
                // Its own message asks whether it ran; the others do not wait for the answer.
                Some(State::NeedsHuman { .. }) => ItemState::Unsure(part.clone()),
                Some(_) => return None,
                None => left(),
            };
            Some((place, became))
        });
        let asked = bulk.unsure().into_iter().filter_map(|(place, part)| match state(&part) {
            Some(State::Done { .. }) => Some((place, ItemState::Gone)),
            Some(state) if state.is_final() => Some((place, ItemState::Left(Some(part)))),
            Some(_) | None => None,
        });
        deleting.into_iter().chain(asked).collect()
    }

    /// The part that is next, if it may begin: nothing does while everything is frozen, on a vCenter that cannot be read, since what it has is
    /// not known, or where the rules do not let the rest go on, or may not.
    fn next_part(&mut self, id: &RequestId, turn: &mut Turn) -> Option<(usize, Row)> {
        self.freeze().is_none().then_some(())?;
        let bulk = self.request(id)?.bulk()?;
        let place = bulk.next()?;
        let row = bulk.goes.get(place)?.row.clone();
        // A vCenter that is not configured any more has nothing, and its parts say so.
        let readable = self.parts.fleet.get(&row.vm.vcenter).is_none_or(|vcenter| vcenter.health() == Health::Live);
        readable.then_some(())?;
        self.apply(id, &Event::Reviewed, turn);
        let request = self.request(id)?;
        let goes_on = matches!(request.state, State::InParts { .. }) && request.bulk()?.next() == Some(place);
        (goes_on && self.is_clear(request)).then_some((place, row))
    }

    /// Asks for one deletion, if the snapshot is still as it was approved: there, unheld, and not kept longer meanwhile. Gives how
    /// far it is by that.
    async fn begin_part(
        &mut self,
        id: &RequestId,
        place: usize,
        row: &Row,
        turn: &mut Turn,
    ) -> Result<ItemState, String> {
        let now = self.parts.clock.now();
        let inventory = self.parts.fleet.inventory();
        let vm: Option<Arc<VmSummary>> = inventory.get(&row.vm).cloned();
        let node = vm.as_ref().and_then(|vm| vm.tree.get(&row.snapshot));
        let (Some(vm), Some(stay)) = (&vm, row.stay_now(node, now)) else { return Ok(ItemState::GoneBefore) };
        if stay != row.stay(now) {
            return Ok(ItemState::Left(None));
        }
        let fresh = self.fresh_id().await?;
        let seq = self.next_seq;
        let Some(whole) = self.request(id).cloned() else { return Ok(ItemState::Left(None)) };
        let text = format!("[delete-older] {id}, {} of {}", place + 1, whole.bulk().map_or(0, |bulk| bulk.goes.len()));
        let part = Request {
            id: fresh.clone(),
            seq,
            subject: Subject::Vm(vm.target()),
            wish: Wish::Delete { snapshot: row.snapshot.clone(), children: false },
            asked_at: now,
            struck: Vec::new(),
            origin: Some(Origin::Part { of: id.clone(), place }),
            state: State::Asked,
            ..whole
        };
        self.begin(part, &text, turn);
        Ok(ItemState::Deleting(fresh))
    }
}

/// The VMs of a scope. A name that several answer to is asked back.
fn chosen(
    look: &Look,
    scope: &BulkScope,
    sees: impl Fn(&VmSummary) -> bool,
) -> Result<Vec<Arc<VmSummary>>, Box<Notice>> {
    let visible = || look.inventory.iter().filter(|vm| sees(vm)).cloned();
    let BulkScope::Named(text) = scope else { return Ok(visible().collect()) };
    let exact = crate::domain::command::vm_selector(&crate::domain::command::quote(text));
    if let Some(selector) = exact {
        match lookup::find_vm(&look.inventory, &selector) {
            VmLookup::One(vm) if sees(&vm) => return Ok(vec![vm]),
            VmLookup::Many(vms) => {
                let seen = vms.iter().filter(|vm| sees(vm));
                let paths: Vec<VmTitle> = seen.map(|vm| VmTitle::new(&vm.vm, &vm.path)).collect();
                if !paths.is_empty() {
                    return Err(Box::new(Notice::ManyVms { text: text.clone(), paths }));
                }
            }
            VmLookup::One(_) | VmLookup::None { .. } => {}
        }
    }
    let folder = format!("{}/", text.to_lowercase());
    let lies = |vm: &Arc<VmSummary>| {
        let path = vm.path.to_lowercase();
        path.starts_with(&folder) || format!("{}/{path}", vm.vm.vcenter.as_str().to_lowercase()).starts_with(&folder)
    };
    let inside: Vec<Arc<VmSummary>> = visible().filter(lies).collect();
    if inside.is_empty() {
        return Err(Box::new(Notice::UnknownVm { text: text.clone(), nearest: Vec::new() }));
    }
    Ok(inside)
}
