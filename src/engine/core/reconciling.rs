//! Once a day vCenter's tasks of the bot's own account are compared with what the journal knows to have been called.
//!
//! How far that has come is kept for each vCenter, by vCenter's own clock, so that no task is looked at twice and none is left out,
//! however long the bot was away. The first comparison begins where the bot begins: what its account did before is not ours to judge.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{Core, Turn, keeping};
use crate::domain::bulletin::News;
use crate::domain::ids::{RequestId, VCenterName};
use crate::domain::machine::Event;
use crate::domain::reconcile::{CallRow, LOST_CALL_WINDOW, OwnTask, unaccounted};
use crate::engine::ports::{OwnTasks, StoreError};
use crate::engine::{calls, effects, record};
use crate::telemetry::names;

/// After a comparison that could not be made, the next try comes this soon.
const RETRY: SignedDuration = SignedDuration::from_hours(1);

/// How far the comparison has come with one vCenter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Progress {
    /// Tasks queued before this, by vCenter's clock, have been looked at.
    pub(super) until: Timestamp,
    /// When that was, by ours.
    pub(super) at: Timestamp,
}

/// What is known of each vCenter, and when it is its turn.
#[derive(Default)]
pub(super) struct Reconciling {
    progress: BTreeMap<VCenterName, Progress>,
    due: BTreeMap<VCenterName, Timestamp>,
}

impl Core {
    /// Reads how far it has come.
    pub(super) async fn load_reconciling(&mut self) -> Result<(), StoreError> {
        let names: Vec<VCenterName> = self.parts.fleet.iter().map(|vcenter| vcenter.name().clone()).collect();
        let now = self.parts.clock.now();
        for name in names {
            let key = record::reconciled_key(&name);
            let progress: Option<Progress> = match self.parts.store.get(&key).await? {
                Some((_, bytes)) => Some(record::read(&key, &bytes)?),
                None => None,
            };
            let due = progress.as_ref().map_or(now, |progress| self.next_slot(progress.at));
            self.reconciling.due.insert(name.clone(), due);
            if let Some(progress) = progress {
                self.reconciling.progress.insert(name, progress);
            }
        }
        Ok(())
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
            let since = self.reconciling.progress.get(&name).map(|progress| progress.until);
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
        let calls = match self.calls_of(&vcenter).await {
            Ok(calls) => calls,
            Err(error) => return tracing::warn!(%vcenter, %error, "the journal's calls could not be read"),
        };
        let in_time = |task: &&OwnTask| task.queued < server_time && since.is_some_and(|since| task.queued >= since);
        let tasks: Vec<OwnTask> = tasks.iter().filter(in_time).cloned().collect();
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
        let progress = Progress { until: server_time, at: now };
        let Ok(row) = record::write(&progress) else { return };
        turn.put(record::reconciled_key(&vcenter), row);
        let spent = server_time.saturating_sub(LOST_CALL_WINDOW).unwrap_or(Timestamp::MIN);
        for (key, _) in calls.into_iter().filter(|(_, row)| row.t0 < spent) {
            turn.delete(key);
        }
        self.reconciling.due.insert(vcenter.clone(), self.next_slot(now));
        self.reconciling.progress.insert(vcenter, progress);
    }

    /// Traces of a lost call, without the tasks that are known to be of other calls: where vCenter's clock was set back, an older one would
    /// look as if it had been queued after the call.
    pub(super) async fn without_known_tasks(&self, id: &RequestId, event: Event) -> Event {
        let Event::Evidence { evidence: Ok(mut evidence) } = event else { return event };
        let held = self.requests.get(id).filter(|_| !evidence.tasks.is_empty());
        let Some(target) = held.and_then(|held| held.request.vm()) else {
            return Event::Evidence { evidence: Ok(evidence) };
        };
        match self.calls_of(&target.vm.vcenter).await {
            Ok(calls) => {
                evidence.tasks.retain(|seen| {
                    let known =
                        |(_, call): &(String, CallRow)| call.request != *id && call.task.as_ref() == Some(&seen.task);
                    !calls.iter().any(known)
                });
                Event::Evidence { evidence: Ok(evidence) }
            }
            Err(error) => Event::Evidence { evidence: Err(format!("the journal's calls could not be read: {error}")) },
        }
    }

    async fn calls_of(&self, vcenter: &VCenterName) -> Result<Vec<(String, CallRow)>, StoreError> {
        let rows = keeping::scan_all(self.parts.store.as_ref(), &calls::prefix(vcenter), None).await?;
        rows.into_iter().map(|(key, bytes)| Ok((key.clone(), record::read(&key, &bytes)?))).collect()
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
