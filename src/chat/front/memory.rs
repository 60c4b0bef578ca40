//! What an adapter remembers for a while and may forget: nothing here decides anything, and a restart costs a nicety at most.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};

/// Things by key, of which the oldest are forgotten.
pub(in crate::chat) struct Memory<K, V> {
    most: usize,
    kept: Mutex<Kept<K, V>>,
}

struct Kept<K, V> {
    things: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K: Hash + Eq + Clone, V: Clone> Memory<K, V> {
    /// Nothing yet, and never more than this.
    pub(in crate::chat) fn new(most: usize) -> Self {
        Self { most, kept: Mutex::new(Kept { things: HashMap::new(), order: VecDeque::new() }) }
    }

    /// Remembers a thing; what was there before.
    pub(in crate::chat) fn put(&self, key: K, thing: V) -> Option<V> {
        self.update(key, |_| Some(thing))
    }

    /// Looks at a thing and remembers another in its place, if there is to be one, with nothing in between; what was there before.
    pub(in crate::chat) fn update(&self, key: K, next: impl FnOnce(Option<&V>) -> Option<V>) -> Option<V> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(thing) = next(kept.things.get(&key)) else { return kept.things.get(&key).cloned() };
        let before = kept.things.insert(key.clone(), thing);
        if before.is_none() {
            kept.order.push_back(key);
        }
        while kept.order.len() > self.most {
            if let Some(oldest) = kept.order.pop_front() {
                kept.things.remove(&oldest);
            }
        }
        before
    }

    pub(in crate::chat) fn get(&self, key: &K) -> Option<V> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).things.get(key).cloned()
    }
}

#[cfg(test)]
mod tests;
