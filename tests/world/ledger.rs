//! A store that can be told to fail, by what is to be written.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use serde_json::Value;
use snapwarden::engine::ports::{AuditHead, Commit, Rev, Store, StoreError};
use snapwarden::store::MemoryStore;
use tokio::sync::watch;

/// A store in memory, and what stands against it.
pub(crate) struct Ledger {
    store: MemoryStore,
    refusal: Mutex<Refusal>,
    /// Whether a lost answer makes it blind, and whether one was lost.
    blind: watch::Sender<bool>,
    lost: AtomicBool,
    /// Where the process comes to a stop.
    halt: Mutex<Option<(Halt, Moment)>>,
    halted: watch::Sender<bool>,
    /// How many commits were refused so far.
    refused: watch::Sender<usize>,
    /// The places that they were to write, one list for each.
    refused_places: Mutex<Vec<Vec<String>>>,
    /// How many were written.
    written: watch::Sender<usize>,
}

/// At which commit a process comes to a stop.
enum Halt {
    /// After so many.
    Count(usize),
    /// At the first with such an audit line.
    Line(fn(&Value) -> bool),
}

/// When a process comes to a stop, around a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// It is not written.
    Before,
    /// It is written, and nothing follows.
    After,
}

#[derive(Default)]
struct Refusal {
    left: usize,
    about: String,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self {
            store: MemoryStore::new(),
            refusal: Mutex::default(),
            blind: watch::Sender::new(false),
            lost: AtomicBool::new(false),
            halt: Mutex::default(),
            halted: watch::Sender::new(false),
            refused: watch::Sender::new(0),
            refused_places: Mutex::default(),
            written: watch::Sender::new(0),
        }
    }

    /// Refuses the next `n` commits whose audit lines hold this text.
    pub(crate) fn refuse(&self, n: usize, about: &str) {
        *self.refusal.lock().unwrap() = Refusal { left: n, about: about.to_owned() };
    }

    /// The next commit is written and its answer lost.
    pub(crate) fn lose_reply(&self) {
        self.store.lose_next_replies(1);
    }

    /// The next commit is written and its answer lost, and nobody can find that out: reads fail until another one is tried.
    pub(crate) fn lose_reply_and_sight(&self) {
        self.store.lose_next_replies(1);
        self.blind.send_replace(true);
    }

    /// Ends when rows can be read again.
    pub(crate) async fn until_sighted(&self) {
        let mut blind = self.blind.subscribe();
        blind.wait_for(|blind| !blind).await.unwrap();
    }

    /// The process comes to a stop at the `n`th commit from now on, counted from 1: right before it is written, or after it
    /// was written and before anything follows from it.
    pub(crate) fn halt_at(&self, n: usize, moment: Moment) {
        *self.halt.lock().unwrap() = Some((Halt::Count(n), moment));
        self.halted.send_replace(false);
    }

    /// The same at the first commit with such an audit line.
    pub(crate) fn halt_on(&self, line: fn(&Value) -> bool, moment: Moment) {
        *self.halt.lock().unwrap() = Some((Halt::Line(line), moment));
        self.halted.send_replace(false);
    }

    /// Ends when the process has come to a stop.
    pub(crate) async fn until_halted(&self) {
        let mut halted = self.halted.subscribe();
        halted.wait_for(|halted| *halted).await.unwrap();
    }

    /// The next process does not stop.
    pub(crate) fn go_on(&self) {
        *self.halt.lock().unwrap() = None;
    }

    /// Whether there is any request in it.
    pub(crate) async fn has_requests(&self) -> bool {
        !self.store.scan("request/", None, 1).await.unwrap().is_empty()
    }

    /// Nothing is refused any more.
    pub(crate) fn mend(&self) {
        *self.refusal.lock().unwrap() = Refusal::default();
    }

    /// How many commits were refused.
    pub(crate) fn refused(&self) -> usize {
        *self.refused.borrow()
    }

    /// How many refused commits were to write something at a place that begins like this.
    pub(crate) fn refused_at(&self, prefix: &str) -> usize {
        let refused = self.refused_places.lock().unwrap();
        refused.iter().filter(|places| places.iter().any(|place| place.starts_with(prefix))).count()
    }

    /// Ends when so many commits were refused in all.
    pub(crate) async fn until_refused(&self, count: usize) {
        let mut refused = self.refused.subscribe();
        refused.wait_for(|refused| *refused >= count).await.unwrap();
    }

    /// Looks again after every commit until there is something.
    pub(crate) async fn until_written<T>(&self, look: impl Fn() -> Option<T>) -> T {
        let mut written = self.written.subscribe();
        loop {
            written.borrow_and_update();
            if let Some(found) = look() {
                return found;
            }
            written.changed().await.unwrap();
        }
    }

    /// Every audit line so far.
    pub(crate) fn audit(&self) -> Vec<Value> {
        self.store.audit_lines()
    }

    /// Whether this commit is the one at which the process stops.
    fn stop_now(&self, commit: &Commit) -> Option<Moment> {
        let mut halt = self.halt.lock().unwrap();
        let (halt, moment) = halt.as_mut()?;
        let now = match halt {
            Halt::Count(left) => {
                *left = left.saturating_sub(1);
                *left == 0
            }
            Halt::Line(line) => commit.audit.iter().any(*line),
        };
        now.then_some(*moment)
    }

    fn refusal(&self, commit: &Commit) -> Option<StoreError> {
        let mut refusal = self.refusal.lock().unwrap();
        let text = serde_json::to_string(&commit.audit).unwrap();
        if refusal.left == 0 || !text.contains(&refusal.about) {
            return None;
        }
        refusal.left -= 1;
        let places = commit.puts.iter().map(|(place, _)| place.clone()).collect();
        self.refused_places.lock().unwrap().push(places);
        self.refused.send_modify(|count| *count += 1);
        Some(StoreError::Io("the disk is full".to_owned()))
    }

    fn readable(&self, key: &str) -> Result<(), StoreError> {
        if *self.blind.borrow() && self.lost.load(Ordering::SeqCst) {
            return Err(StoreError::Unknown(format!("{key} cannot be read: the line is cut")));
        }
        Ok(())
    }
}

#[async_trait]
impl Store for Ledger {
    async fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, StoreError> {
        self.readable(key)?;
        self.store.get(key).await
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Rev, Vec<u8>)>, StoreError> {
        self.readable(prefix)?;
        self.store.scan(prefix, after, limit).await
    }

    async fn commit(&self, commit: Commit) -> Result<Rev, StoreError> {
        let stop = self.stop_now(&commit);
        if let Some(moment) = stop {
            if moment == Moment::After {
                self.store.commit(commit).await?;
            }
            self.halted.send_replace(true);
            return std::future::pending().await;
        }
        match self.refusal(&commit) {
            Some(error) => Err(error),
            None => {
                // From a lost answer on nothing can be read, until the next commit gets through.
                let done = self.store.commit(commit).await;
                self.lost.store(done.is_err(), Ordering::SeqCst);
                if done.is_ok() {
                    self.blind.send_replace(false);
                    self.written.send_modify(|count| *count += 1);
                }
                done
            }
        }
    }

    async fn head(&self) -> Result<AuditHead, StoreError> {
        self.store.head().await
    }

    fn trouble(&self) -> Option<String> {
        self.store.trouble()
    }
}
