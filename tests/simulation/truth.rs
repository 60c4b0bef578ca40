//! What really happened, beside what the process says: every line and row as it was written, every call as it was sent, arrived,
//! was done and was heard of; and at each of these moments, what must hold.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use snapwarden::domain::call::{Act, Call};
use snapwarden::domain::fingerprint::Fingerprint;
use snapwarden::domain::ids::{Moref, PersonId, RequestId};
use snapwarden::domain::marker::Marker;
use snapwarden::domain::policy::{ApproverVerdict, Policy, PolicyVerb};
use snapwarden::domain::preflight::Plan;
use snapwarden::domain::request::{Request, StartPhase, State, Wish};
use snapwarden::domain::survey::Survey;
use snapwarden::engine::policy_verb;
use snapwarden::engine::ports::Commit;
use snapwarden::engine::record::{self, Row};

use super::calls::Heard;
use super::counts::Counts;
use super::hub::{Ms, World};

/// Between the last read of a VM and the call there is a commit, and nothing else: what changes in this time nobody can see.
const MOMENT: Ms = 1_000;

/// A take is called this often at most, refusals because of another task left aside.
const TAKES: usize = 3;

/// One request as it was written.
pub(super) struct Known {
    pub(super) request: Request,
    /// What was typed or pressed for it.
    pub(super) text: String,
    pub(super) posted: bool,
    /// The plan that people were asked about.
    asked: Option<Plan>,
    /// Those whose yes was written.
    said_yes: Vec<PersonId>,
    /// A commit with it was written, its answer lost, and the store could not be read: the process may have taken it back.
    pub(super) doubtful: bool,
    pub(super) calls: Vec<usize>,
    /// What a person said of a lost call.
    pub(super) said_ran: Option<bool>,
    /// How often somebody's yes was taken for a step of it.
    pub(super) approvals: usize,
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
    last_written: Vec<RequestId>,
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
    pub(super) fn call_sent(&mut self, call: &Call, now: Ms, vcenter_time: Timestamp, policy: &Policy) -> usize {
        self.counts.calls += 1;
        let number = self.calls.len();
        let calling = |known: &&Known| {
            let state = &known.request.state;
            matches!(state, State::Starting { phase: StartPhase::Calling { .. } })
                && known.request.target.vm == call.vm
                && known.request.plan.as_ref().is_some_and(|plan| is_act_of(&known.request, plan, &call.act))
        };
        let id = self.requests.values().find(calling).map(|known| known.request.id.clone());
        match &id {
            None => self.violated(format!("call {number} without \"calling\" written: {call:?}")),
            Some(id) => {
                let wrong = self.wrong_with_call(id, call, now, vcenter_time, policy);
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
        policy: &Policy,
    ) -> Vec<String> {
        let known = &self.requests[id];
        let request = &known.request;
        let mut wrong = Vec::new();
        if self.open.iter().any(|open| self.calls[*open].vm == call.vm.moref) {
            wrong.push("another call on this VM has no answer yet".to_owned());
        }
        let holds = |other: &&Known| {
            other.request.id != *id && other.request.target.vm == call.vm && other.request.state.holds_vm()
        };
        if let Some(other) = self.requests.values().filter(|known| !known.doubtful).find(holds) {
            wrong.push(format!("{} holds this VM: {}", other.request.id, other.request.state.name()));
        }
        // What vCenter refused because another task had the VM was no call.
        let before = known.calls.iter().filter(|call| self.calls[**call].heard != Some(Heard::Refused { busy: true }));
        let most = if matches!(call.act, Act::Take { .. }) { TAKES } else { 1 };
        if before.count() >= most {
            wrong.push("called once too often".to_owned());
        }
        wrong.extend(self.wrong_with_approval(known, policy));
        let Some((at, read)) = self.reads.get(&call.vm.moref) else {
            wrong.push("the VM was not read before".to_owned());
            return wrong;
        };
        if now - at > MOMENT {
            wrong.push(format!("the VM was read {} ms ago", now - at));
        }
        let Some(plan) = &request.plan else { return wrong };
        let seen = Fingerprint::of(&request.target, &plan.act, read);
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
        let rule = policy.approval(right(request)?, &request.target)?;
        let mut people: Vec<&PersonId> = Vec::new();
        for approval in &request.approvals {
            let may = policy.may_approve(&approval.person, rule, &request.asker) == ApproverVerdict::Yes;
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
        let done = known.calls.iter().filter(|call| self.calls[**call].taken_on == Some(true)).count();
        let take = matches!(self.calls[number].act, Act::Take { .. });
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

    /// A call's task has ended.
    pub(super) fn ended(&mut self, call: Option<usize>, well: bool) {
        if let Some(call) = call {
            self.calls[call].ended_well = Some(well);
        }
    }

    /// The snapshots that a request's takes have made.
    pub(super) fn made(&self, known: &Known) -> usize {
        let takes = known.calls.iter().map(|call| &self.calls[*call]);
        takes.filter(|call| matches!(call.act, Act::Take { .. }) && call.changed.is_some()).count()
    }
}

/// The right that a request's act needs.
pub(super) fn right(request: &Request) -> Option<PolicyVerb> {
    match request.wish {
        Wish::Delete { children: true, .. } => Some(PolicyVerb::DeleteWithChildren),
        _ => policy_verb(request.wish.verb()),
    }
}

/// Whether a call is the plan's, with this request's marker where it takes a snapshot.
fn is_act_of(request: &Request, plan: &Plan, act: &Act) -> bool {
    let (Act::Take { name, description, mode }, Act::Take { name: planned, description: words, mode: how }) =
        (act, &plan.act)
    else {
        return *act == plan.act;
    };
    let marker = Marker::find(description);
    let ours = marker.is_some_and(|marker| marker.request == request.id && marker.attempt == request.attempts);
    ours && name == planned && mode == how && Marker::strip(description) == words.trim()
}

impl World {
    /// A commit is written.
    pub(super) fn wrote(&mut self, commit: &Commit, unknown: bool) {
        let mut at: BTreeMap<RequestId, String> = BTreeMap::new();
        let mut texts: BTreeMap<RequestId, String> = BTreeMap::new();
        self.truth.last_written.clear();
        self.truth.counts.commits += 1;
        for line in &commit.audit {
            match line["kind"].as_str() {
                Some("asked") => {
                    let id = RequestId::parse(line["request"].as_str().unwrap()).unwrap();
                    at.insert(id.clone(), "asked".to_owned());
                    texts.insert(id, line["text"].as_str().unwrap_or_default().to_owned());
                }
                Some("request") => self.step_written(line, &mut at),
                _ => {}
            }
        }
        for (key, bytes) in commit.puts.iter().filter(|(key, _)| key.starts_with("request/")) {
            let row: Row = serde_json::from_slice(bytes).expect("a row reads back");
            if record::key(&row.request) != *key {
                self.truth.violated(format!("{} lies at {key}", row.request.id));
            }
            let id = row.request.id.clone();
            self.row_written(row, at.get(&id), texts.remove(&id));
            self.truth.last_written.push(id);
        }
        self.rows_deleted(commit);
        if unknown {
            self.tell(|_| "and the answer is lost".to_owned());
        }
    }

    /// A row goes only when it becomes another, or when the process took back what it could not be sure of.
    fn rows_deleted(&mut self, commit: &Commit) {
        let seq = |key: &str| key.rsplit('/').next().and_then(|digits| digits.parse::<u64>().ok());
        let put: Vec<_> =
            commit.puts.iter().filter(|(key, _)| key.starts_with("request/")).map(|(key, _)| seq(key)).collect();
        for gone in commit.deletes.iter().filter(|key| key.starts_with("request/")).map(|key| seq(key)) {
            let of = |known: &&Known| Some(known.request.seq) == gone;
            let Some(known) = self.truth.requests.values().find(of).filter(|_| !put.contains(&gone)) else { continue };
            let (id, doubtful) = (known.request.id.clone(), known.doubtful);
            if doubtful {
                self.truth.requests.remove(&id);
            } else {
                self.truth.violated(format!("{id} was deleted"));
            }
        }
    }

    fn step_written(&mut self, line: &Value, at: &mut BTreeMap<RequestId, String>) {
        let id = RequestId::parse(line["request"].as_str().unwrap()).unwrap();
        let (from, to) = (line["from"].as_str().unwrap(), line["to"].as_str().unwrap());
        self.tell(|_| format!("written: {id} {from} -> {to} {}", line["event"]));
        let known = self.truth.requests.get(&id);
        let doubtful = known.is_some_and(|known| known.doubtful);
        let stood = at.get(&id).cloned().or_else(|| known.map(|known| known.request.state.name().to_owned()));
        if stood.as_deref() != Some(from) && !doubtful {
            self.truth.violated(format!("a line of {id} says it was {from}, and it was {stood:?}"));
        }
        let Truth { requests, violations, .. } = &mut self.truth;
        if let Some(known) = requests.get_mut(&id) {
            if let Some(person) = line["event"]["approved"]["person"].as_str().filter(|_| to != "expired") {
                let person = PersonId::from(person);
                known.approvals += 1;
                // The line's fingerprint is of the plan that the button was about.
                let same = known.asked.as_ref().is_some_and(|plan| line["fingerprint"] == plan.fingerprint.as_str());
                if same && self.people.pressed.contains(&(person.clone(), id.clone())) {
                    known.said_yes.push(person);
                } else {
                    violations.push(format!("{person}'s yes to {id} was written and never said"));
                }
            }
            if let Some(ran) = line["event"]["resolved"]["ran"].as_bool() {
                known.said_ran = Some(ran);
            }
        }
        at.insert(id, to.to_owned());
    }

    fn row_written(&mut self, row: Row, at: Option<&String>, text: Option<String>) {
        let Row { request, posted } = row;
        let id = request.id.clone();
        let awaits = matches!(request.state, State::AwaitingApproval { .. });
        let Some(known) = self.truth.requests.get_mut(&id) else {
            self.truth.counts.requests += 1;
            let asked = request.plan.clone().filter(|_| awaits);
            let known = Known {
                request,
                text: text.unwrap_or_default(),
                posted: posted.is_some(),
                asked,
                said_yes: Vec::new(),
                doubtful: false,
                calls: Vec::new(),
                said_ran: None,
                approvals: 0,
            };
            self.truth.requests.insert(id, known);
            return;
        };
        let doubtful = std::mem::take(&mut known.doubtful);
        let was = std::mem::replace(&mut known.request, request);
        let now = &known.request;
        known.posted = posted.is_some();
        if awaits && (known.asked.is_none() || doubtful) {
            known.asked.clone_from(&now.plan);
        }
        if doubtful {
            return;
        }
        let mut wrong = Vec::new();
        if was.state.is_final() && was.state != now.state {
            wrong.push(format!("{id} had ended as {} and is {}", was.state.name(), now.state.name()));
        }
        let stands = at.map_or_else(|| was.state.name(), String::as_str);
        if stands != now.state.name() {
            wrong.push(format!("{id} is written as {}, and by its lines it is {stands}", now.state.name()));
        }
        if awaits
            && known.asked.as_ref().map(|plan| &plan.fingerprint) != now.plan.as_ref().map(|plan| &plan.fingerprint)
        {
            wrong.push(format!("the plan of {id} changed while people decide about it"));
        }
        for what in wrong {
            self.truth.violated(what);
        }
    }
}
