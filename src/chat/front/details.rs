//! Details that most readers skip go into the message's thread, as one message that is kept up to date.
//!
//! Nothing waits for them and nothing fails with them. A restart forgets where they are, so they are looked for in the thread.

use std::hash::{DefaultHasher, Hash, Hasher};

use tokio::sync::{Mutex, MutexGuard};

use super::memory::Memory;
use crate::domain::ids::MessageId;

/// So many threads are remembered: one for each request that is open, with room for many.
const REMEMBERED: usize = 4_096;

/// What stands in the threads.
pub(in crate::chat) struct Details {
    shown: Memory<MessageId, Shown>,
    /// Held while a thread is updated, so that the next update finds what this one posted.
    turn: Mutex<()>,
}

/// What is to stand in a thread.
#[derive(Clone)]
struct Shown {
    says: u64,
    /// The message in the thread; none until it was posted, or found in a thread of before a restart.
    there: Option<String>,
}

/// The turn to bring a thread up to date.
pub(in crate::chat) struct Turn<'a> {
    /// The message with the details, where it is remembered.
    pub(in crate::chat) there: Option<String>,
    _held: MutexGuard<'a, ()>,
}

/// What details say, as a number.
pub(in crate::chat) fn digest(details: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    details.hash(&mut hasher);
    hasher.finish()
}

impl Details {
    pub(in crate::chat) fn new() -> Self {
        Self { shown: Memory::new(REMEMBERED), turn: Mutex::default() }
    }

    /// Whether this is new below that message; then it is what has to stand there.
    pub(in crate::chat) fn is_new(&self, message: &MessageId, says: u64) -> bool {
        let before = self.shown.update(message.clone(), |before| {
            let there = before.and_then(|before| before.there.clone());
            before.is_none_or(|before| before.says != says).then_some(Shown { says, there })
        });
        before.is_none_or(|before| before.says != says)
    }

    /// The turn to show this below that message; none if something newer is on its way.
    pub(in crate::chat) async fn turn(&self, message: &MessageId, says: u64) -> Option<Turn<'_>> {
        let held = self.turn.lock().await;
        match self.shown.get(message) {
            Some(newest) if newest.says != says => None,
            newest => Some(Turn { there: newest.and_then(|newest| newest.there), _held: held }),
        }
    }

    /// The details below that message stand in this one.
    pub(in crate::chat) fn stands_in(&self, message: &MessageId, says: u64, there: Option<String>) {
        self.shown
            .update(message.clone(), |newest| Some(Shown { says: newest.map_or(says, |newest| newest.says), there }));
    }
}

#[cfg(test)]
mod tests;
