//! Which object changed when: a counter for the world, and for every object the count of its last change.
//!
//! A waiting client asks "what changed since I looked?", and gets exactly those objects, however many there are in all.
//! The world's file is written by the same count, less what is not worth a write: the steps of a percentage, and what belongs
//! to sessions.

use std::collections::{BTreeMap, HashMap};

use super::id::Id;

/// The changes so far.
#[derive(Debug, Default)]
pub(super) struct Changes {
    counter: u64,
    lasting: u64,
    latest: HashMap<Id, u64>,
    log: BTreeMap<u64, Id>,
}

impl Changes {
    /// Notes that something about this object is not as it was (also that it is gone).
    pub(super) fn touch(&mut self, id: Id) {
        if id.outlasts_sessions() {
            self.lasting += 1;
        }
        self.touch_in_passing(id);
    }

    /// Like [`Changes::touch`], for a percentage: it follows from the times, so that the file is not written for it.
    pub(super) fn touch_in_passing(&mut self, id: Id) {
        self.counter += 1;
        if let Some(before) = self.latest.insert(id, self.counter) {
            self.log.remove(&before);
        }
        self.log.insert(self.counter, id);
    }

    /// How many changes there were; it never goes back.
    pub(super) fn counter(&self) -> u64 {
        self.counter
    }

    /// How many changes there were that a restart must not lose; it never goes back.
    pub(super) fn lasting(&self) -> u64 {
        self.lasting
    }

    /// The objects that changed after that count, each once, by their last change.
    pub(super) fn since(&self, count: u64) -> impl Iterator<Item = Id> {
        self.log.range(count.saturating_add(1)..).map(|(_, id)| *id)
    }
}

#[cfg(test)]
mod tests;
