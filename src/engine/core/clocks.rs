//! Clocks that somebody sets: ours, by which intervals do not go, and the vCenters', which are compared with ours.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::{Core, Turn};
use crate::domain::bulletin::News;
use crate::engine::clocks::SKEW_LIMIT;
use crate::engine::tables::rows::SkewRow;

/// A clock that is corrected by less was not set: it was kept.
const SET_BACK: SignedDuration = SignedDuration::from_secs(2);

/// What the clock showed when it was looked at last, and how long the process had lived.
pub(super) type Looked = Option<(Timestamp, Duration)>;

impl Core {
    /// Looks whether the clock was set back since the last turn. Moments that the engine keeps for intervals are moved along with it, so that
    /// nothing waits until the clock has come so far again; those that rows hold are judged by their intervals.
    pub(super) fn look_at_clock(&mut self) {
        let (now, elapsed) = (self.parts.clock.now(), self.parts.clock.elapsed());
        let Some((then, lived)) = self.looked.replace((now, elapsed)) else { return };
        let passed = SignedDuration::try_from(elapsed.saturating_sub(lived)).unwrap_or(SignedDuration::MAX);
        let back = then.saturating_add(passed).unwrap_or(Timestamp::MAX).duration_since(now);
        if back < SET_BACK {
            return;
        }
        tracing::warn!(seconds = back.as_secs(), "this machine's clock was set back; intervals go on as before");
        let moments = self.showing.moments().chain(self.intake.moment()).chain(&mut self.retry_at);
        moments.for_each(|at| *at = at.saturating_sub(back).unwrap_or(Timestamp::MIN));
        // What goes by the time of day is asked anew what is due.
        self.load_reconciling();
        self.load_watching();
    }

    /// Tells the administrators of vCenters whose clock is another than ours, and of those that agree again, with the turn.
    pub(super) async fn report_skews(&mut self, turn: &mut Turn) {
        if self.retry_at.is_some() {
            return;
        }
        let before = self.tables.skews.get(&()).cloned().unwrap_or_default().0;
        let (mut reported, mut news) = (before.clone(), Vec::new());
        reported.retain(|vcenter, _| self.parts.fleet.get(vcenter).is_some());
        for vcenter in self.parts.fleet.iter() {
            let (name, Some(ahead)) = (vcenter.name().clone(), vcenter.ahead()) else { continue };
            let told = reported.get(&name).copied();
            if ahead.abs() <= SKEW_LIMIT {
                news.extend(reported.remove(&name).map(|_| News::ClocksAgree { vcenter: name }));
            } else if told.is_none_or(|told| (ahead - told).abs() > SKEW_LIMIT) {
                tracing::warn!(vcenter = %name, seconds = ahead.as_secs(), "vCenter's clock is not ours: seconds ahead");
                reported.insert(name.clone(), ahead);
                news.push(News::ClockSkew { vcenter: name, ahead });
            }
        }
        if reported == before {
            return;
        }
        self.tables.skews.put((), SkewRow(reported));
        let Some(channel) = self.parts.rules().alarms.clone() else { return };
        for news in news {
            if let Err(why) = self.tell_channel(channel.clone(), "en", news, turn).await {
                // `/readyz` and the log say it all the same.
                tracing::warn!(why, "the administrators' channel could not be told of a clock");
            }
        }
    }
}
