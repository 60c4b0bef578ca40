//! What comes in from the chats, each event once, and commands that are on their way.
//!
//! A platform is told that an event arrived as soon as it is written down, long before it is answered. So whatever cannot be decided in the turn that
//! took it in (a command for which a VM or the fleet is read first) has a row until it is, and after a crash it is gone on with. A platform
//! that did not hear us sends the event again; its id is kept for an hour, so that one command is never two.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;

use super::turn::Reading;
use super::{Core, Reader, Turn};
use crate::domain::intent::Intent;
use crate::domain::inventory::VmSummary;
use crate::engine::ask::{self, Asker};
use crate::engine::effects::{self, Command};
use crate::engine::ports::Health;
use crate::engine::record::{self, Pending};
use crate::engine::watch::look::{self, Asked, BulkAsked, Why};
use crate::engine::{Answer, Inbound, press};

/// So long an event's id is kept: Slack and Discord give up after minutes, and a signed request is accepted for five.
const SEEN_LIFE: SignedDuration = SignedDuration::from_hours(1);

/// A command that was on its way when the process ended is gone on with if it is no older than this; whoever asked has looked for another
/// way by then.
const GOES_ON: SignedDuration = SignedDuration::from_mins(5);

/// So long after the start the vCenters are waited for before such a command is looked at.
const FLEET_WAIT: SignedDuration = SignedDuration::from_secs(60);

/// At most so many old ids are let go with one commit.
const LET_GO: usize = 500;

#[derive(Default)]
pub(super) struct Intake {
    /// The number of the next command that is on its way.
    next: u64,
    /// On their way when the process started.
    left_over: Vec<u64>,
    /// Until when those wait for the vCenters.
    wait_until: Option<Timestamp>,
}

impl Intake {
    /// The moment that is kept, if one is.
    pub(super) fn moment(&mut self) -> Option<&mut Timestamp> {
        self.wait_until.as_mut()
    }
}

impl Core {
    /// Takes in what somebody typed or pressed.
    pub(super) async fn inbound(&mut self, inbound: Inbound, reply: oneshot::Sender<Answer>, turn: &mut Turn) {
        let (person, once) = match &inbound {
            Inbound::Ask(ask) => (&ask.person, &ask.once),
            Inbound::Press(press) => (&press.person, &press.once),
        };
        if let Some(once) = once {
            if self.tables.seen.contains(once) {
                tracing::info!(once, "an event came again and is not taken in twice");
                let _gone = reply.send(Answer { seen_before: true, ..Answer::default() });
                return;
            }
            self.tables.seen.put(once.clone(), (once.clone(), self.parts.clock.now()));
        }
        let person = person.clone();
        if let Some(notice) = self.too_fast(&person) {
            let asker = match &inbound {
                Inbound::Ask(ask) => Asker::of(ask),
                Inbound::Press(press) => press::nowhere(press),
            };
            return ask::tell(self, &asker, &notice, reply, turn);
        }
        match inbound {
            Inbound::Ask(ask) => ask::typed(self, ask, reply, turn).await,
            Inbound::Press(press) => press::pressed(self, press, reply, turn).await,
        }
    }

    /// Reads the VM of a command first. If its platform hears that it arrived, it has a row until it is decided.
    pub(in crate::engine) fn look(&mut self, vm: Arc<VmSummary>, mut command: Command, turn: &mut Turn) {
        let Command { asker, vm_act, text, .. } = &command;
        command.pending = self.pend(asker, &Intent::Act(vm_act.clone()), text);
        turn.readings.push(Reading::Vm(vm, command));
    }

    /// Looks at the fleet for a report.
    pub(in crate::engine) fn report_to(&mut self, mut asked: Asked, intent: &Intent, text: &str, turn: &mut Turn) {
        asked.pending = self.pend(&asked.asker, intent, text);
        turn.readings.push(Reading::Report(asked));
    }

    /// Looks at the fleet for a request about many snapshots.
    pub(in crate::engine) fn bulk_for(&mut self, mut asked: BulkAsked, intent: &Intent, turn: &mut Turn) {
        asked.pending = self.pend(&asked.asker, intent, &asked.text);
        turn.readings.push(Reading::Bulk(asked));
    }

    /// Begins to read.
    pub(super) fn read(&self, reading: Reading) {
        let of_fleet = |why| look::look(&self.parts, &self.inbox, self.sizes(), why);
        match reading {
            Reading::List(vm, reply, reader) => effects::list(&self.parts, vm, reply, reader),
            Reading::Vm(vm, command) => effects::look(&self.parts, &self.inbox, vm, command),
            Reading::Report(asked) => of_fleet(Why::Asked(Box::new(asked))),
            Reading::Bulk(asked) => of_fleet(Why::Bulk(Box::new(asked))),
        }
    }

    /// Begins to read although the turn was not written, but not for an acknowledged command: its platform hears that it did not arrive, so it or
    /// the person sends it again. Gives whom that is to be told.
    pub(super) fn read_unwritten(&self, reading: Reading) -> Option<(oneshot::Sender<Answer>, Reader)> {
        let (pending, reply, reader) = match reading {
            Reading::Vm(_, Command { pending: Some(number), reply, asker, .. })
            | Reading::Report(Asked { pending: Some(number), reply, asker, .. })
            | Reading::Bulk(BulkAsked { pending: Some(number), reply, asker, .. }) => (number, reply, asker.reader()),
            other @ (Reading::List(..) | Reading::Vm(..) | Reading::Report(_) | Reading::Bulk(_)) => {
                self.read(other);
                return None;
            }
        };
        tracing::info!(pending, "a command could not be written down, so it is not gone on with");
        Some((reply, reader))
    }

    /// The number of the row that an acknowledged command has until it is decided. One whose platform waits for the answer has none: it, or the
    /// person, sends it again.
    fn pend(&mut self, asker: &Asker, intent: &Intent, text: &str) -> Option<u64> {
        if !asker.acknowledged {
            return None;
        }
        let number = self.intake.next;
        self.intake.next += 1;
        let pending = Pending {
            person: asker.person.clone(),
            account: asker.account.clone(),
            channel: asker.channel.clone(),
            locale: asker.locale.clone(),
            at: self.parts.clock.now(),
            text: text.to_owned(),
            intent: intent.clone(),
            origin: asker.origin.clone(),
        };
        self.tables.inbox.put(number, pending);
        Some(number)
    }

    /// Reads a VM and answers with its tree.
    pub(in crate::engine) fn list(
        &self,
        vm: Arc<VmSummary>,
        reply: oneshot::Sender<Answer>,
        reader: Reader,
        turn: &mut Turn,
    ) {
        turn.readings.push(Reading::List(vm, reply, reader));
    }

    /// A command is decided: its row goes with what became of it.
    pub(super) fn decided(&mut self, pending: Option<u64>) {
        if let Some(number) = pending {
            self.tables.inbox.remove(&number);
        }
    }

    /// Commands that were taken in before the process started are gone on with.
    pub(super) fn load_intake(&mut self) {
        self.intake.left_over = self.tables.inbox.keys().copied().collect();
        self.intake.next = self.intake.left_over.iter().max().map_or(0, |last| last + 1);
        if !self.intake.left_over.is_empty() {
            self.intake.wait_until = self.parts.clock.now().checked_add(FLEET_WAIT).ok();
        }
    }

    /// Goes on with what was on its way, once the vCenters know their VMs or have had a while to come back.
    pub(super) async fn go_on(&mut self, turn: &mut Turn) {
        let now = self.parts.clock.now();
        let away = self.parts.fleet.iter().any(|vcenter| vcenter.health() != Health::Live);
        if away && self.intake.wait_until.is_some_and(|until| now < until) {
            return;
        }
        self.intake.wait_until = None;
        for number in std::mem::take(&mut self.intake.left_over) {
            let Some(pending) = self.tables.inbox.get(&number).cloned() else { continue };
            self.decided(Some(number));
            let Pending { person, account, channel, locale, at, text, intent, origin } = pending;
            if now.duration_since(at) > GOES_ON {
                turn.audit(record::audit_refusal(&person, &account, &text, "too old after a restart", now));
                continue;
            }
            tracing::info!(%person, text, "a command that was on its way is gone on with");
            let (reply, answer) = oneshot::channel();
            effects::whisper(&self.parts, channel.clone(), account.clone(), answer);
            let asker = Asker { person, account, channel, locale, origin, acknowledged: true };
            ask::meant(self, asker, intent, &text, reply, turn).await;
        }
    }

    /// Until when those wait, if there are any.
    pub(super) fn intake_wake(&self) -> Option<Timestamp> {
        self.intake.wait_until
    }

    /// Lets ids go that are old, with a turn that is written anyway.
    pub(super) fn forget_seen(&mut self) {
        let now = self.parts.clock.now();
        let old = self.tables.seen.values().filter(|(_, at)| now.duration_since(*at) >= SEEN_LIFE);
        let old: Vec<String> = old.map(|(once, _)| once.clone()).take(LET_GO).collect();
        for once in old {
            self.tables.seen.remove(&once);
        }
    }

    /// Commands with rows that the turn decided.
    pub(super) fn answered_commands(&self) -> Vec<u64> {
        let changes = self.tables.inbox.changes();
        changes.filter(|(_, before, now)| before.is_some() && now.is_none()).map(|(number, ..)| *number).collect()
    }
}
