//! Once a day vCenter's tasks of the bot's own account are compared with what the journal knows to have been called.
//!
//! How far that has come is kept for each vCenter, by vCenter's own clock, so that no task is looked at twice and none is left out,
//! however long the bot was away. The first comparison begins where the bot begins: what its account did before is not ours to judge.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Core, Turn};
use crate::domain::bulletin::News;
use crate::domain::ids::{RequestId, VCenterName};
use crate::domain::machine::Event;
use crate::domain::reconcile::{CallRow, LOST_CALL_WINDOW, OwnTask, unaccounted};
use crate::domain::request::Request;
use crate::engine::ports::OwnTasks;
use crate::engine::tables::rows::Progress;
use crate::engine::{effects, record};
use crate::telemetry::names;

/// After a comparison that could not be made, the next try comes this soon.
const RETRY: SignedDuration = SignedDuration::from_hours(1);

/// When it is each vCenter's turn.
#[derive(Default)]
pub(super) struct Reconciling {
    due: BTreeMap<VCenterName, Timestamp>,
}

impl Core {
    /// Goes on where it has come to.
    pub(super) fn load_reconciling(&mut self) {
        let now = self.parts.clock.now();
        for vcenter in self.parts.fleet.iter() {
            let progress = self.tables.reconciled.get(vcenter.name());
            let due = progress.map_or(now, |progress| self.next_slot(progress.at));
            self.reconciling.due.insert(vcenter.name().clone(), due);
        }
    }

    /// When there is something to compare next.
    pub(super) fn reconcile_at(&self) -> Option<Timestamp> {
        self.reconciling.due.values().min().copied()
    }

    /// Asks every vCenter whose turn it is.
    pub(super) fn reconcile_due(&mut self, now: Timestamp) {
        let due: Vec<VCenterName> =
            self.reconciling.due.iter().filter(|(_, at)| now >= **at).map(|(name, _)| name.clone()).collect();
        for name in due {
            // Should no answer ever come, it is asked again.
            self.reconciling.due.insert(name.clone(), now.saturating_add(RETRY).unwrap_or(Timestamp::MAX));
            let since = self.tables.reconciled.get(&name).map(|progress| progress.until);
            effects::own_tasks(&self.parts, &self.inbox, name, since);
        }
    }

    /// vCenter told of its tasks of our account.
    pub(super) async fn reconciled(
        &mut self,
        vcenter: VCenterName,
        since: Option<Timestamp>,
        told: Result<OwnTasks, String>,
        turn: &mut Turn,
    ) {
        let now = self.parts.clock.now();
        let OwnTasks { server_time, tasks } = match told {
            Ok(told) => told,
            Err(why) => return tracing::warn!(%vcenter, why, "its tasks could not be compared with the journal"),
        };
        let in_time = |task: &&OwnTask| task.queued < server_time && since.is_some_and(|since| task.queued >= since);
        let tasks: Vec<OwnTask> = tasks.iter().filter(in_time).cloned().collect();
        let of_vcenter = self.tables.calls.iter().filter(|(_, call)| call.vm.vcenter == vcenter);
        let calls: Vec<(String, CallRow)> = of_vcenter.map(|(key, call)| (key.clone(), call.clone())).collect();
        let rows: Vec<CallRow> = calls.iter().map(|(_, row)| row.clone()).collect();
        let unknown = unaccounted(&tasks, &rows);
        for task in &unknown {
            tracing::error!(%vcenter, task = %task.task, kind = task.kind, vm = task.vm, queued = %task.queued,
                "vCenter has a task of the bot's account that no line of the journal accounts for");
        }
        metrics::counter!(names::UNKNOWN_TASKS).increment(unknown.len() as u64);
        turn.audit(record::audit_reconciled(&vcenter, since, server_time, tasks.len(), &unknown, now));
        if let (false, Some(channel)) = (unknown.is_empty(), self.parts.rules().alarms.clone()) {
            let news = News::UnknownTasks { vcenter: vcenter.clone(), tasks: unknown };
            if let Err(why) = self.tell_channel(channel, "en", news, turn).await {
                // Without a message the comparison counts as not made, and is made again.
                return tracing::error!(%vcenter, why, "the alarm could not be told");
            }
        }
        let spent = server_time.saturating_sub(LOST_CALL_WINDOW).unwrap_or(Timestamp::MIN);
        for (key, _) in calls.into_iter().filter(|(_, row)| row.t0 < spent) {
            self.tables.calls.remove(&key);
        }
        self.tables.reconciled.put(vcenter, Progress { until: server_time, at: now });
    }

    /// The comparison is committed, so the next one is due at the next slot. After a failed commit it is made again within the hour.
    pub(super) fn compared(&mut self) {
        let compared: Vec<VCenterName> = self.tables.reconciled.changes().map(|(name, ..)| name.clone()).collect();
        for name in compared {
            let next = self.next_slot(self.parts.clock.now());
            self.reconciling.due.insert(name, next);
        }
    }

    /// Traces of a lost call, without the tasks that are known to be of other calls: where vCenter's clock was set back, an older one would
    /// look as if it had been queued after the call.
    pub(super) fn without_known_tasks(&self, id: &RequestId, mut event: Event) -> Event {
        if let Event::Evidence { evidence: Ok(evidence) } = &mut event
            && let Some(target) = self.request(id).and_then(Request::vm)
        {
            let of_vcenter = self.tables.calls.values().filter(|call| call.vm.vcenter == target.vm.vcenter);
            let others: Vec<&CallRow> = of_vcenter.filter(|call| call.request != *id).collect();
            evidence.tasks.retain(|seen| !others.iter().any(|call| call.task.as_ref() == Some(&seen.task)));
        }
        event
    }

    /// The first moment after this one at which the clock on the wall shows the configured time.
    fn next_slot(&self, after: Timestamp) -> Timestamp {
        let rules = self.parts.rules();
        let zone = rules.alarms.as_ref().map_or_else(|| rules.timezone.clone(), |channel| rules.zone(channel));
        next_slot(after, rules.reconcile, &zone)
    }
}

fn next_slot(after: Timestamp, at: jiff::civil::Time, zone: &TimeZone) -> Timestamp {
    let today = after.to_zoned(zone.clone()).date();
    let days = [Some(today), today.tomorrow().ok(), today.tomorrow().ok().and_then(|day| day.tomorrow().ok())];
    let slots = days.into_iter().flatten().filter_map(|day| day.to_datetime(at).to_zoned(zone.clone()).ok());
    slots.map(|slot| slot.timestamp()).find(|slot| *slot > after).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests;
