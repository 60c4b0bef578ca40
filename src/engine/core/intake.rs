//! What comes in from the chats, each event once, and commands that are on their way.
//!
//! A platform is told that an event arrived as soon as it is written down, long before it is answered. So whatever cannot be decided in the turn that
//! took it in (a command for which a VM or the fleet is read first) has a row until it is, and after a crash it is gone on with. A platform
//! that did not hear us sends the event again; its id is kept for an hour, so that one command is never two.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;

use super::{Core, Turn};
use crate::domain::intent::Intent;
use crate::engine::ask::{self, Asker};
use crate::engine::effects::{self, Command, Look};
use crate::engine::ports::{Health, StoreError};
use crate::engine::record::{self, Pending};
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
    seen: BTreeMap<String, Timestamp>,
    next: u64,
    /// On their way when the process started, until when they wait for the vCenters.
    left_over: BTreeMap<u64, Pending>,
    wait_until: Option<Timestamp>,
    /// Commands whose rows are written, and of those the ones that are answered already.
    written: BTreeSet<u64>,
    answered: Vec<u64>,
}

impl Core {
    /// Takes in what somebody typed or pressed.
    pub(super) async fn inbound(&mut self, inbound: Inbound, reply: oneshot::Sender<Answer>, turn: &mut Turn) {
        let once = match &inbound {
            Inbound::Ask(ask) => &ask.once,
            Inbound::Press(press) => &press.once,
        };
        if let Some(once) = once {
            if self.intake.seen.contains_key(once) {
                tracing::info!(once, "an event came again and is not taken in twice");
                // The first one has the answer.
                let _gone = reply.send(Answer::default());
                return;
            }
            let now = self.parts.clock.now();
            self.intake.seen.insert(once.clone(), now);
            turn.seen.push((once.clone(), now));
        }
        match inbound {
            Inbound::Ask(ask) => ask::typed(self, ask, reply, turn).await,
            Inbound::Press(press) => press::pressed(self, press, reply, turn).await,
        }
    }

    /// Reads the VM of a command first. If its platform hears that it arrived, it has a row until it is decided.
    pub(in crate::engine) fn look(&mut self, mut look: Look, turn: &mut Turn) {
        let Command { asker, intent, text, .. } = &look.command;
        look.command.pending = self.pend(asker, intent, text, turn);
        turn.looks.push(look);
    }

    /// The number of the row that an acknowledged command has until it is decided. One whose platform waits for the answer has none: it, or the
    /// person, sends it again.
    pub(in crate::engine) fn pend(
        &mut self,
        asker: &Asker,
        intent: &Intent,
        text: &str,
        turn: &mut Turn,
    ) -> Option<u64> {
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
        turn.pended.push((number, pending));
        Some(number)
    }

    /// A command is decided: its row goes with what became of it.
    pub(super) fn decided(&mut self, pending: Option<u64>, turn: &mut Turn) {
        if let Some(number) = pending {
            turn.delete(record::inbox_key(number));
            turn.decided.push(number);
        }
    }

    /// Reads what was taken in before the process started.
    pub(super) async fn load_intake(&mut self) -> Result<(), StoreError> {
        let store = self.parts.store.clone();
        for (key, bytes) in super::keeping::scan_all(store.as_ref(), record::INBOX, None).await? {
            let number = super::keeping::sequence(&key);
            self.intake.next = self.intake.next.max(number + 1);
            self.intake.written.insert(number);
            self.intake.left_over.insert(number, record::read(&key, &bytes)?);
        }
        for (key, bytes) in super::keeping::scan_all(store.as_ref(), record::SEEN, None).await? {
            let (once, at): (String, Timestamp) = record::read(&key, &bytes)?;
            self.intake.seen.insert(once, at);
        }
        if !self.intake.left_over.is_empty() {
            self.intake.wait_until = self.parts.clock.now().checked_add(FLEET_WAIT).ok();
        }
        Ok(())
    }

    /// Goes on with what was on its way, once the vCenters know their VMs or have had a while to come back.
    pub(super) async fn go_on(&mut self, turn: &mut Turn) {
        let now = self.parts.clock.now();
        let away = self.parts.fleet.iter().any(|vcenter| vcenter.health() != Health::Live);
        if away && self.intake.wait_until.is_some_and(|until| now < until) {
            return;
        }
        self.intake.wait_until = None;
        for (number, pending) in std::mem::take(&mut self.intake.left_over) {
            self.decided(Some(number), turn);
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

    /// Whether rows are there that should be gone.
    pub(super) fn intake_is_sure(&self) -> bool {
        self.intake.answered.is_empty()
    }

    /// Adds the rows of what a turn took in. Ids alone are no reason to write: what changed nothing may as well happen again.
    pub(super) fn write_intake(&mut self, turn: &mut Turn) -> Result<(), StoreError> {
        for (once, at) in &turn.seen {
            turn.commit.puts.push((record::seen_key(once), record::write(&(once, at))?));
        }
        let now = self.parts.clock.now();
        let old = self.intake.seen.iter().filter(|(_, at)| now.duration_since(**at) >= SEEN_LIFE);
        turn.gone_seen = old.map(|(once, _)| once.clone()).take(LET_GO).collect();
        turn.commit.deletes.extend(turn.gone_seen.iter().map(|once| record::seen_key(once)));
        turn.commit.deletes.extend(self.intake.answered.iter().map(|number| record::inbox_key(*number)));
        Ok(())
    }

    /// Rows that should be gone are.
    pub(super) fn intake_settled(&mut self) {
        for number in self.intake.answered.drain(..) {
            self.intake.written.remove(&number);
        }
    }

    /// The turn happened.
    pub(super) fn intake_written(&mut self, turn: &mut Turn) {
        for once in turn.gone_seen.drain(..) {
            self.intake.seen.remove(&once);
        }
        self.intake.written.extend(turn.pended.drain(..).map(|(number, _)| number));
        for number in turn.decided.drain(..) {
            self.intake.written.remove(&number);
        }
        for arrival in turn.taken.drain(..) {
            self.count_arrival(&arrival);
            // A platform that does not wait for it may have gone.
            let _gone = arrival.written.send(());
        }
    }

    /// The turn did not happen. Commands that it decided are answered all the same, so their rows have to go with the next one. Whether there are
    /// such rows: whoever asked hears that it is not sure until then.
    pub(super) fn undo_intake(&mut self, turn: &mut Turn) -> bool {
        for (once, _) in turn.seen.drain(..) {
            self.intake.seen.remove(&once);
        }
        turn.taken.clear();
        let before = self.intake.answered.len();
        let written = turn.decided.drain(..).filter(|number| self.intake.written.contains(number));
        self.intake.answered.extend(written);
        self.intake.answered.len() > before
    }
}
