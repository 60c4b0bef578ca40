//! What really happened, beside what the process says: every request as it was written (`written` looks at that), every call as it
//! was sent, arrived, was done and was heard of; and what must hold when one is sent.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use snapwarden::domain::call::{Act, Call};
use snapwarden::domain::fingerprint::Fingerprint;
use snapwarden::domain::ids::{Moref, PersonId, RequestId};
use snapwarden::domain::marker::Marker;
use snapwarden::domain::policy::{ApproverVerdict, Decision, Policy, PolicyVerb};
use snapwarden::domain::preflight::Plan;
use snapwarden::domain::request::{Request, Safety, StartPhase, State, Wish};
use snapwarden::domain::snapshot_tree::Snapshot;
use snapwarden::domain::survey::Survey;

use super::calls::Heard;
use super::counts::Counts;
use super::hub::Ms;

/// Between the last read of a VM and the call lies the way of the answer, and nothing else: what changes in this time nobody can see.
const MOMENT: Ms = 200;

/// A take is called this often at most, refusals because of another task left aside.
const TAKES: usize = 3;

/// One request as it was written.
pub(super) struct Known {
    pub(super) request: Request,
    /// What was typed or pressed for it.
    pub(super) text: String,
    pub(super) posted: bool,
    /// The plan that people were asked about.
    pub(super) asked: Option<Plan>,
    /// Those whose yes was written.
    pub(super) said_yes: Vec<PersonId>,
    /// Who broke the glass, as it was written.
    pub(super) broke: Option<PersonId>,
    /// A commit with it was written, its answer lost, and the store could not be read: the process may have taken it back.
    pub(super) doubtful: bool,
    pub(super) calls: Vec<usize>,
    /// What a person said of a lost call.
    pub(super) said_ran: Option<bool>,
    /// How often somebody's yes was taken for a step of it.
    pub(super) approvals: usize,
    /// Snapshots that it made while another one of its own was there.
    pub(super) extra: u64,
}

/// One call.
pub(super) struct CallMade {
    pub(super) request: Option<RequestId>,
    pub(super) act: Act,
    vm: Moref,
    pub(super) heard: Option<Heard>,
    /// Whether it arrived, and was taken on.
    pub(super) taken_on: Option<bool>,
    pub(super) begun: bool,
    pub(super) changed: Option<Ms>,
    pub(super) ended_well: Option<bool>,
}

/// All of it.
#[derive(Default)]
pub(super) struct Truth {
    pub(super) requests: BTreeMap<RequestId, Known>,
    pub(super) calls: Vec<CallMade>,
    pub(super) violations: Vec<String>,
    pub(super) counts: Counts,
    reads: BTreeMap<Moref, (Ms, Survey)>,
    /// Calls without an answer, by their number.
    open: Vec<usize>,
    pub(super) last_written: Vec<RequestId>,
    /// Whether a freeze was written, and not its end.
    pub(super) frozen: bool,
}

impl Truth {
    pub(super) fn violated(&mut self, what: String) {
        self.violations.push(what);
    }

    /// A VM was read.
    pub(super) fn read(&mut self, vm: &Moref, at: Ms, survey: &Survey) {
        self.reads.insert(vm.clone(), (at, survey.clone()));
    }

    /// The process is gone, and with it what it was waiting for.
    pub(super) fn process_ended(&mut self) {
        self.open.clear();
        self.reads.clear();
    }

    /// The store could not be read: of what was written last, nobody knows.
    pub(super) fn blinded(&mut self) {
        for id in &self.last_written {
            if let Some(known) = self.requests.get_mut(id) {
                known.doubtful = true;
            }
        }
    }

    /// vCenter is being called.
    pub(super) fn call_sent(&mut self, call: &Call, now: Ms, vcenter_time: Timestamp, policies: &[Policy]) -> usize {
        self.counts.calls += 1;
        let number = self.calls.len();
        let calling = |known: &&Known| {
            let state = &known.request.state;
            matches!(state, State::Starting { phase: StartPhase::Calling { .. } })
                && known.request.vm().is_some_and(|target| target.vm == call.vm)
                && is_act_of(&known.request, &call.act)
        };
        let id = self.requests.values().find(calling).map(|known| known.request.id.clone());
        match &id {
            None => self.violated(format!("call {number} without \"calling\" written: {call:?}")),
            Some(id) => {
                let wrong = self.wrong_with_call(id, call, now, vcenter_time, policies);
                for what in wrong {
                    self.violated(format!("call {number} of {id}: {what}"));
                }
                if let Some(known) = self.requests.get_mut(id) {
                    known.calls.push(number);
                }
            }
        }
        self.open.push(number);
        self.calls.push(CallMade {
            request: id,
            act: call.act.clone(),
            vm: call.vm.moref.clone(),
            heard: None,
            taken_on: None,
            begun: false,
            changed: None,
            ended_well: None,
        });
        number
    }

    fn wrong_with_call(
        &self,
        id: &RequestId,
        call: &Call,
        now: Ms,
        vcenter_time: Timestamp,
        policies: &[Policy],
    ) -> Vec<String> {
        let known = &self.requests[id];
        let request = &known.request;
        let mut wrong = Vec::new();
        if self.open.iter().any(|open| self.calls[*open].vm == call.vm.moref) {
            wrong.push("another call on this VM has no answer yet".to_owned());
        }
        let holds = |other: &&Known| {
            other.request.id != *id
                && other.request.vm().is_some_and(|target| target.vm == call.vm)
                && other.request.state.holds_vm()
        };
        if let Some(other) = self.requests.values().filter(|known| !known.doubtful).find(holds) {
            wrong.push(format!("{} holds this VM: {}", other.request.id, other.request.state.name()));
        }
        // What vCenter refused because another task had the VM was no call.
        let is_take = |act: &Act| matches!(act, Act::Take { .. });
        // A revert's safety snapshot is counted as the take that it is.
        let before = known.calls.iter().map(|call| &self.calls[*call]).filter(|made| {
            made.heard != Some(Heard::Refused { busy: true }) && is_take(&made.act) == is_take(&call.act)
        });
        let most = if is_take(&call.act) { TAKES } else { 1 };
        if before.count() >= most {
            wrong.push("called once too often".to_owned());
        }
        let unlawful =
            |policy: &Policy| wrong_with_right(known, policy).or_else(|| self.wrong_with_approval(known, policy));
        let each: Vec<Option<String>> = policies.iter().map(unlawful).collect();
        if each.iter().all(Option::is_some) {
            wrong.extend(each.into_iter().flatten().take(1));
        }
        let Some((at, read)) = self.reads.get(&call.vm.moref) else {
            wrong.push("the VM was not read before".to_owned());
            return wrong;
        };
        if now - at > MOMENT {
            wrong.push(format!("the VM was read {} ms ago", now - at));
        }
        let Some(plan) = &request.plan else { return wrong };
        let read = match &request.safety {
            Some(Safety::Taken { snapshot, .. }) if !is_take(&call.act) => {
                if read.tree.get(snapshot).is_none() {
                    wrong.push("its safety snapshot is not there".to_owned());
                }
                read.without(snapshot)
            }
            Some(Safety::Taken { .. }) => {
                wrong.push("a second safety snapshot".to_owned());
                read.clone()
            }
            Some(Safety::Wanted { .. }) if !is_take(&call.act) => {
                wrong.push("without its safety snapshot".to_owned());
                read.clone()
            }
            Some(Safety::Wanted { .. }) | None => read.clone(),
        };
        let seen = Fingerprint::of(request.vm().unwrap(), &plan.act, &read);
        if seen != plan.fingerprint {
            wrong.push("not the plan of what was read".to_owned());
        }
        if known.asked.as_ref().is_some_and(|asked| asked.fingerprint != seen) {
            wrong.push("not the plan that was approved".to_owned());
        }
        if vcenter_time.duration_since(plan.server_time) > SignedDuration::from_secs(60) {
            wrong.push("its t0 is old".to_owned());
        }
        wrong
    }

    fn wrong_with_approval(&self, known: &Known, policy: &Policy) -> Option<String> {
        let request = &known.request;
        let rule = policy.approval(right(request)?, request.vm()?)?;
        if let Some(glass) = &request.break_glass {
            let may = policy.is_in(&glass.person, &rule.break_glass) && known.asked.is_some();
            return (!may || known.broke.as_ref() != Some(&glass.person))
                .then(|| format!("{:?} broke a glass that is none", glass.person));
        }
        let mut people: Vec<&PersonId> = Vec::new();
        for approval in &request.approvals {
            let verdict = policy.yes_counts(&approval.person, &rule.approvers, rule.self_approval, &request.asker);
            let may = verdict == ApproverVerdict::Yes;
            if may && known.said_yes.contains(&approval.person) && !people.contains(&&approval.person) {
                people.push(&approval.person);
            }
        }
        let enough = people.len() >= usize::from(rule.needed);
        (!enough || known.asked.is_none()).then(|| format!("approved by {people:?} of {} needed", rule.needed))
    }

    /// A call has arrived.
    pub(super) fn call_arrived(&mut self, number: usize, taken_on: bool) {
        self.calls[number].taken_on = Some(taken_on);
        let Some(id) = self.calls[number].request.clone().filter(|_| taken_on) else { return };
        let known = &self.requests[&id];
        let is_take = |call: &usize| matches!(self.calls[*call].act, Act::Take { .. });
        let take = is_take(&number);
        let same = known.calls.iter().filter(|call| is_take(call) == take);
        let done = same.filter(|call| self.calls[**call].taken_on == Some(true)).count();
        if done > 1 && !take {
            self.violated(format!("{id} was done {done} times"));
        }
    }

    /// The process has heard of a call.
    pub(super) fn call_heard(&mut self, number: usize, heard: Heard) {
        self.open.retain(|open| *open != number);
        self.calls[number].heard = Some(heard);
    }

    /// A call's task has changed something.
    pub(super) fn begun(&mut self, call: Option<usize>) {
        if let Some(call) = call {
            self.calls[call].begun = true;
        }
    }

    /// A call's task has changed all that it is to change.
    pub(super) fn changed(&mut self, call: Option<usize>, now: Ms) {
        self.begun(call);
        if let Some(call) = call {
            self.calls[call].changed = Some(now);
        }
    }

    /// A call may have made a snapshot: is there another one of the same request?
    pub(super) fn made_another(&mut self, call: Option<usize>, nodes: &[Snapshot]) {
        let Some(made) = call.map(|call| &self.calls[call]).filter(|made| matches!(made.act, Act::Take { .. })) else {
            return;
        };
        let Some(known) = made.request.as_ref().and_then(|id| self.requests.get_mut(id)) else { return };
        let marked =
            |node: &&Snapshot| Marker::find(&node.description).is_some_and(|marker| marker.request == known.request.id);
        known.extra += u64::from(nodes.iter().filter(marked).count() > 1);
    }

    /// A call's task has ended.
    pub(super) fn ended(&mut self, call: Option<usize>, well: bool) {
        if let Some(call) = call {
            self.calls[call].ended_well = Some(well);
        }
    }
}

/// Whether its requester may not do it.
fn wrong_with_right(known: &Known, policy: &Policy) -> Option<String> {
    let request = &known.request;
    let decision = policy.decide(&request.asker, right(request)?, request.vm()?);
    let may = matches!(decision, Decision::Allowed { .. });
    (!may).then(|| format!("{} may not: {decision:?}", request.asker))
}

/// The right that a request's act needs.
pub(super) fn right(request: &Request) -> Option<PolicyVerb> {
    if let Wish::Delete { children: true, .. } = request.wish {
        return Some(PolicyVerb::DeleteWithChildren);
    }
    request.wish.verb().spec().right
}

/// Whether a call is the plan's, with this request's marker where it takes a snapshot.
fn is_act_of(request: &Request, act: &Act) -> bool {
    let Some(planned) = request.act() else { return false };
    let (Act::Take { name, description, mode }, Act::Take { name: planned, description: words, mode: how }) =
        (act, &planned)
    else {
        return *act == planned;
    };
    let marker = Marker::find(description);
    let ours = marker.is_some_and(|marker| marker.request == request.id && marker.attempt == request.attempts);
    ours && name == planned && mode == how && Marker::strip(description) == words.trim()
}
