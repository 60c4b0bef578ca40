//! How much one person may ask for, and how many may wait for one VM: so that nobody's script slows the others or fills the disk.
//!
//! What is over it is answered and neither done nor written down: the trail of a flood would be the flood. What the bot asks for by itself (schedules,
//! retention, parts of a plan) has bounds of its own and is not counted.

use std::collections::HashMap;
use std::time::Duration;

use super::Core;
use crate::domain::ids::{PersonId, VmRef};
use crate::domain::notice::Notice;
use crate::domain::request::{Phase, Request};

/// Commands and clicks that a person may send at once: a script over a whole fleet.
const AT_ONCE: u32 = 1_000;

/// The time after which there is one more. Ten a second, with some 300 bytes in the trail for each that is refused, are 260 MB a day.
const ONE_MORE: Duration = Duration::from_millis(100);

/// People who are remembered before those are forgotten who have all of it again.
const REMEMBERED: usize = 1_000;

/// Requests of one person that are not at their end: each is a card that somebody follows.
const OPEN_OF_ONE: usize = 200;

/// Requests that wait for one VM, or have it. At a minute each, the last has waited for most of an hour.
const IN_LINE: usize = 50;

/// Questions back to one person that are not answered; the oldest makes room.
pub(super) const DRAFTS_OF_ONE: usize = 20;

/// What each person has used up.
#[derive(Default)]
pub(super) struct Allowances(HashMap<PersonId, Duration>);

impl Allowances {
    /// Whether a person may send one more now, by the clock's [`elapsed`](crate::engine::ports::Clock::elapsed) time. What is kept of each is when
    /// all of it is there again.
    fn take(&mut self, person: &PersonId, now: Duration) -> bool {
        if self.0.len() >= REMEMBERED {
            self.0.retain(|_, full| *full > now);
        }
        let full = self.0.get(person).copied().unwrap_or(now).max(now) + ONE_MORE;
        if full - now > ONE_MORE * AT_ONCE {
            return false;
        }
        self.0.insert(person.clone(), full);
        true
    }
}

impl Core {
    /// What a person is told who sends more than anybody types; nothing if they do not.
    pub(super) fn too_fast(&mut self, person: &PersonId) -> Option<Notice> {
        let taken = self.allowances.take(person, self.parts.clock.elapsed());
        (!taken).then_some(Notice::TooFast)
    }

    /// What stands against one more request of a person, on this VM if it is about one.
    pub(in crate::engine) fn too_many(&self, person: &PersonId, vm: Option<&VmRef>) -> Option<Notice> {
        let open = || self.tables.requests.values().map(|row| &row.request).filter(|request| !request.state.is_final());
        let asked = |request: &&Request| request.asker == *person && !request.is_part();
        if open().filter(asked).count() >= OPEN_OF_ONE {
            return Some(Notice::TooManyOpen { count: OPEN_OF_ONE });
        }
        let on_it = |request: &&Request| request.vm().is_some_and(|target| Some(&target.vm) == vm);
        let in_line: Vec<&Request> =
            open().filter(on_it).filter(|request| request.state.phase() != Phase::Undecided).collect();
        let first = in_line.first().filter(|_| in_line.len() >= IN_LINE)?;
        Some(Notice::LineFull { vm: first.title(), count: IN_LINE })
    }
}
