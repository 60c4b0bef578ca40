//! A call on its way: sent, arrived, refused or made a task of, answered; and each way in which that can go wrong.

use snapwarden::domain::call::{Act, Call, CallError, Started};
use snapwarden::domain::fault::Fault;
use snapwarden::domain::ids::TaskRef;

use super::crash::Touch;
use super::hub::{Ms, Of, Reply, World};
use super::tasks::{Failing, fault};

/// After so long without an answer the client gives up.
const PATIENCE: Ms = 60_000;

/// A request that is held up somewhere arrives within this, or never. Longer than that nobody could know of it.
const HELD_UP: Ms = 25_000;

/// What a task may fail with.
const ENDS: [&str; 3] = ["ApplicationQuiesceFault", "FileLocked", "NoDiskSpace"];

/// What goes wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CallTrouble {
    /// It cannot be sent.
    NotSent,
    /// It is sent and never arrives.
    RequestLost,
    /// It arrives after the client gave up.
    RequestLate,
    /// It arrives, and its answer does not.
    ReplyLost,
    /// Its answer comes after so long.
    ReplyLate(Ms),
    /// vCenter refuses it.
    Fault(&'static str),
    /// It becomes a task that fails.
    Fails(Failing),
    /// vCenter is restarted a moment after it arrived.
    Restart,
}

/// What became of a call, as the process heard it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    Started,
    Refused { busy: bool },
    NotSent,
    Lost,
}

impl World {
    /// vCenter is called.
    pub(super) fn called(&mut self, call: Call, reply: Reply<Result<Started, CallError>>) {
        self.touch(Touch::CallSent, &[]);
        if self.dead {
            return;
        }
        let vcenter_time = self.vcenter_time();
        let number = self.truth.call_sent(&call, self.now, vcenter_time, &self.policies());
        self.tell(|world| format!("call {number} of {:?}: {:?}", world.truth.calls[number].request, call.act));
        let trouble = self.call_trouble();
        if let Some(trouble) = trouble {
            self.tell(|_| format!("call {number} meets {trouble:?}"));
        }
        if self.vcenter.away || trouble == Some(CallTrouble::NotSent) {
            let patience = if self.rng.percent(80) { self.rng.between(1, 500) } else { 10_000 };
            return self.call_answered(patience, number, reply, Err(CallError::NotSent("no route".to_owned())));
        }
        let there = self.rng.between(1, 200);
        // A connection that breaks is seen at once; a silence only when the client has had enough.
        let gives_up = if self.rng.percent(70) { self.rng.between(there, 2_000) } else { PATIENCE };
        match trouble {
            Some(CallTrouble::RequestLost) => {
                self.truth.counts.requests_lost += 1;
                self.after(there, Of::Process, |world| world.touch(Touch::CallUnderWay, &[]));
                self.call_answered(gives_up, number, reply, lost());
            }
            Some(CallTrouble::RequestLate) => {
                self.truth.counts.requests_lost += 1;
                let late = self.rng.between(2_000, HELD_UP);
                self.after(late, Of::Call, move |world| {
                    // Its answer finds nobody.
                    let _answer = world.arrives(number, &call, None);
                });
                self.after(there, Of::Process, |world| world.touch(Touch::CallUnderWay, &[]));
                self.call_answered(self.now_or(gives_up), number, reply, lost());
            }
            Some(CallTrouble::Fault(name)) => {
                let refused = Err(CallError::Fault(fault(name)));
                self.call_answered(there + 20, number, reply, refused);
            }
            _ => {
                let epoch = self.vcenter.epoch;
                self.after(there, Of::Call, move |world| {
                    let answer = if world.vcenter.epoch == epoch {
                        world.arrives(number, &call, trouble).map_err(CallError::Fault)
                    } else {
                        lost()
                    };
                    world.touch(Touch::CallUnderWay, &[]);
                    if world.dead {
                        return;
                    }
                    world.call_answers(number, reply, answer, trouble, gives_up);
                });
            }
        }
    }

    fn now_or(&self, gives_up: Ms) -> Ms {
        gives_up.min(2_000)
    }

    /// The answer goes back, unless something becomes of it.
    fn call_answers(
        &mut self,
        number: usize,
        reply: Reply<Result<Started, CallError>>,
        answer: Result<Started, CallError>,
        trouble: Option<CallTrouble>,
        gives_up: Ms,
    ) {
        match trouble {
            Some(CallTrouble::ReplyLost) => {
                self.truth.counts.replies_lost += 1;
                self.call_answered(gives_up, number, reply, lost());
            }
            Some(CallTrouble::ReplyLate(ms)) => {
                self.truth.counts.replies_late += 1;
                self.call_answered(ms, number, reply, answer);
            }
            Some(CallTrouble::Restart) => {
                let wait = self.rng.between(0, 3_000);
                self.after(wait, Of::World, |world| {
                    let away = world.rng.between(3_000, 40_000);
                    world.goes_away(away, true);
                });
                let back = if self.rng.percent(50) { wait + 500 } else { self.rng.between(1, 200) };
                self.call_answered(back, number, reply, answer);
            }
            _ => {
                let back = self.rng.between(1, 200);
                self.call_answered(back, number, reply, answer);
            }
        }
    }

    fn call_answered(
        &mut self,
        ms: Ms,
        number: usize,
        reply: Reply<Result<Started, CallError>>,
        answer: Result<Started, CallError>,
    ) {
        let epoch = self.vcenter.epoch;
        self.after(ms, Of::Process, move |world| {
            let broken = world.vcenter.epoch != epoch && !matches!(answer, Err(CallError::NotSent(_)));
            let answer = if broken { lost() } else { answer };
            let heard = match &answer {
                Ok(_) => Heard::Started,
                Err(CallError::Fault(fault)) => {
                    Heard::Refused { busy: fault.kind == snapwarden::domain::fault::FaultKind::TaskInProgress }
                }
                // What the last gate holds back never comes this far.
                Err(CallError::NotSent(_) | CallError::NotCalled(_)) => Heard::NotSent,
                Err(CallError::Lost(_)) => Heard::Lost,
            };
            world.tell(|_| format!("call {number} is answered: {heard:?}"));
            world.truth.call_heard(number, heard);
            let _gone = reply.send(answer);
        });
    }

    /// A call is there: vCenter refuses it or does it.
    fn arrives(&mut self, number: usize, call: &Call, trouble: Option<CallTrouble>) -> Result<Started, Fault> {
        let done = self.takes_on(number, call, trouble);
        self.tell(|_| {
            format!(
                "call {number} arrives: {}",
                match &done {
                    Ok(started) => format!("{started:?}"),
                    Err(fault) => fault.name.clone(),
                }
            )
        });
        self.truth.call_arrived(number, done.is_ok());
        done
    }

    fn takes_on(&mut self, number: usize, call: &Call, trouble: Option<CallTrouble>) -> Result<Started, Fault> {
        let gone = || fault("ManagedObjectNotFound");
        let vm = self.vm(&call.vm.moref).ok_or_else(gone)?;
        if !self.vcenter.vms[vm].has_what_it_needs(&call.act) {
            return Err(gone());
        }
        if let Act::Edit { .. } = call.act {
            // Not a task: done when it answers.
            let at = self.vcenter_time();
            self.vcenter.vms[vm].change(&call.act, "".into(), false, at);
            self.truth.changed(Some(number), self.now);
            self.truth.ended(Some(number), true);
            self.inventory_changes();
            return Ok(Started::Immediate);
        }
        if self.held(vm) {
            return Err(fault("TaskInProgress"));
        }
        if call.act == Act::PowerOn && self.vcenter.vms[vm].power == snapwarden::domain::snapshot_tree::PowerState::On {
            return Err(fault("InvalidPowerState"));
        }
        let fails = match trouble {
            Some(CallTrouble::Fails(failing)) => Some(failing),
            _ => self.vcenter.fails.pop(),
        };
        let moref = self.start_task(vm, call.act.clone(), Some(number), fails);
        Ok(Started::Task(TaskRef { vcenter: call.vm.vcenter.clone(), moref }))
    }

    /// What goes wrong with this call, if anything.
    fn call_trouble(&mut self) -> Option<CallTrouble> {
        if !self.vcenter.next_calls.is_empty() {
            return Some(self.vcenter.next_calls.remove(0));
        }
        if !self.rng.percent(self.vcenter.call_failures) {
            return None;
        }
        let late = self.rng.between(1_000, 40_000);
        let fault = *self.rng.pick(&["NoPermission", "InvalidState", "TaskInProgress", "NoDiskSpace"]);
        let fails = Failing { fault: ENDS[self.rng.index(ENDS.len())], changes: false };
        let half = Failing { changes: true, ..fails };
        Some(*self.rng.pick(&[
            CallTrouble::NotSent,
            CallTrouble::RequestLost,
            CallTrouble::RequestLost,
            CallTrouble::RequestLate,
            CallTrouble::ReplyLost,
            CallTrouble::ReplyLost,
            CallTrouble::ReplyLost,
            CallTrouble::ReplyLate(late),
            CallTrouble::ReplyLate(late),
            CallTrouble::Fault(fault),
            CallTrouble::Fails(fails),
            CallTrouble::Fails(half),
            CallTrouble::Restart,
        ]))
    }
}

fn lost() -> Result<Started, CallError> {
    Err(CallError::Lost("the connection broke".to_owned()))
}
