//! The watch within the engine: what has been told, when it looks next, and what follows from a look.
//!
//! Everything that is remembered is written in the commit of what it is about: a report with its slot, a warning with its crossing. So
//! whatever ends the process, nothing is told twice and nothing is left out.

mod ends;
mod memory;
mod reports;
mod warnings;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::{Core, Turn};
use crate::domain::ids::RequestId;
use crate::domain::report::{Listing, Scope};
use crate::engine::watch::look::{self, Look, Sizes, Why};
use crate::engine::watch::makers::{self, Makers};
use crate::message::model::Attachment;

/// How often the fleet is looked at: what crosses a limit is told within this time.
const LOOK_EVERY: SignedDuration = SignedDuration::from_mins(10);

/// A look that never came back is taken again after this.
const LOOK_LOST: SignedDuration = SignedDuration::from_mins(15);

/// So long after the start a vCenter is waited for that has not been read yet, before a report says that it is away.
const START_WAIT: SignedDuration = SignedDuration::from_mins(2);

/// How soon a vCenter that starts is looked at again.
const START_RETRY: SignedDuration = SignedDuration::from_secs(10);

/// What the watch knows.
#[derive(Default)]
pub(super) struct Watching {
    /// What the last look read.
    sizes: Arc<Sizes>,
    /// When it is to look next; none where there is nothing to watch.
    look_at: Option<Timestamp>,
    /// When the engine began.
    began: Option<Timestamp>,
    /// The whole lists of reports that are not posted yet. They are made of what was looked at and kept nowhere else: a report that is posted after
    /// a crash in between is posted without.
    tables: BTreeMap<RequestId, Attachment>,
    /// vCenters are being asked who made snapshots.
    asking: Option<tokio::task::JoinHandle<()>>,
}

impl Watching {
    /// The table that goes with a message.
    pub(super) fn table_of(&self, id: &RequestId) -> Option<Attachment> {
        self.tables.get(id).cloned()
    }

    /// The message is posted, or will not be.
    pub(super) fn forget_table(&mut self, id: &RequestId) {
        self.tables.remove(id);
    }
}

impl Core {
    /// Whether there is anything to watch.
    fn watches(&self) -> bool {
        let rules = self.parts.rules();
        !rules.watch.reports.is_empty() || rules.watch.retention.is_some()
    }

    /// Begins, and looks soon.
    pub(super) fn load_watching(&mut self) {
        self.watching.began = Some(self.parts.clock.now());
        self.watch_soon();
    }

    /// When there is something to look at next.
    pub(super) fn watch_at(&self) -> Option<Timestamp> {
        self.watching.look_at
    }

    /// Rules have changed, or a vCenter came: what is due may be due now.
    pub(super) fn watch_soon(&mut self) {
        let now = self.parts.clock.now();
        self.watching.look_at = self.watches().then_some(now);
    }

    /// Looks, if it is time.
    pub(super) fn watch_due(&mut self, now: Timestamp) {
        if self.watching.look_at.is_none_or(|at| now < at) {
            return;
        }
        self.watching.look_at = now.checked_add(LOOK_LOST).ok();
        look::look(&self.parts, &self.inbox, self.watching.sizes.clone(), Why::Time);
    }

    /// What snapshots hold, as it was read last.
    pub(super) fn sizes(&self) -> Arc<Sizes> {
        self.watching.sizes.clone()
    }

    /// The fleet was looked at.
    pub(super) async fn seen_fleet(&mut self, mut look: Look, why: Why, turn: &mut Turn) {
        tracing::debug!(vms = look.inventory.len(), sizes = look::told(&look.sizes), "the fleet was looked at");
        self.watching.sizes = look.sizes.clone();
        look.makers = Arc::new(self.tables.makers.values().collect());
        self.ask_makers(&look);
        match why {
            Why::Asked(asked) => self.report_asked(&look, *asked, turn).await,
            Why::Bulk(asked) => self.bulk_asked(&look, *asked, turn).await,
            Why::Time => {
                let now = self.parts.clock.now();
                let waited = self.watching.began.is_none_or(|began| now.duration_since(began) > START_WAIT);
                if look.starting && !waited {
                    self.watching.look_at = now.checked_add(START_RETRY).ok();
                    return;
                }
                turn.watched = true;
                self.forget_makers(&look);
                let whole = self.list_whole(&look);
                self.reports_due(&look, now, turn).await;
                self.warnings_due(&look, now, turn).await;
                self.ends_due(&look, &whole, now, turn).await;
                self.watching.look_at = self.next_look(&whole, now);
            }
        }
    }

    /// Asks the vCenters who made what nobody knows, unless they are being asked.
    fn ask_makers(&mut self, look: &Look) {
        if self.watching.asking.as_ref().is_some_and(|asking| !asking.is_finished()) {
            return;
        }
        let questions = look.makers.questions(&look.inventory, &look.live);
        if !questions.is_empty() {
            self.watching.asking = Some(makers::ask_all(&self.parts, &self.inbox, questions));
        }
    }

    /// A vCenter told who made snapshots.
    pub(super) fn makers_told(&mut self, told: Makers, turn: &mut Turn) {
        turn.watched = true;
        for row in told.into_rows() {
            self.tables.makers.put(row.place.clone(), row);
        }
    }

    fn list_whole(&self, look: &Look) -> Listing {
        let rules = self.parts.rules();
        look.list(Scope { vms: None, exclude_names: &[], rules: &rules.preflight }, |_| true)
    }

    /// The next moment at which something may be due: a slot, an end, a reminder; at the latest the next look.
    fn next_look(&self, whole: &Listing, now: Timestamp) -> Option<Timestamp> {
        if !self.watches() {
            return None;
        }
        let rules = self.parts.rules();
        let slots = rules.watch.reports.iter().filter_map(|report| report.schedule.next(now));
        let remind = rules.watch.retention.iter().flat_map(|retention| &retention.remind);
        let before: Vec<SignedDuration> = remind.copied().chain([SignedDuration::ZERO]).collect();
        let ends = whole.rows.iter().filter_map(|row| row.until);
        let ends = ends.flat_map(|until| before.iter().filter_map(move |before| until.checked_sub(*before).ok()));
        let regular = now.checked_add(LOOK_EVERY).ok();
        slots.chain(ends.filter(|at| *at > now)).chain(regular).min()
    }
}
