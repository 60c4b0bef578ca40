//! The store on disk: the journal, sled as its index, and one thread that writes.
//!
//! Commits go to that thread through a queue, so that they are serial and in order, and run to their end even when their caller is gone.
//! Reads do not wait for it: they look at the index, which is behind the disk, never ahead of it.

mod ballast;
mod committer;
mod device;
mod files;
mod open;
mod tour;
mod view;

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use tokio::sync::oneshot;

use crate::engine::ports::{AuditHead, Clock, Commit, Rev, Store, StoreError};
use crate::telemetry::names;

use committer::Committer;
use view::Shared;

pub use device::{Disk, RealDisk};
pub(crate) use files::{Place, private, sync_dir};
pub use open::{Limits, OpenError, Opened, TOKEN_KEY};

/// How often an idle store looks whether its files are still in their places, so that `/readyz` shows it without a commit.
const PLACE_LOOK: Duration = Duration::from_secs(1);

/// The store in a directory of its own. Dropping it finishes the commits that were already asked for and gives the directory free.
#[derive(Debug)]
pub struct DiskStore {
    shared: Arc<Shared>,
    /// `None` only while it is being dropped.
    orders: Option<mpsc::Sender<Order>>,
    writer: Option<JoinHandle<()>>,
}

/// How the store does, for health and `check`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Why nothing can be written; `None` if it can.
    pub read_only: Option<String>,
    /// Why the rows are held in memory and not in sled; `None` if they are in sled. Everything works meanwhile; the next opening repairs it.
    pub index_in_memory: Option<String>,
    /// Whether the reserve for a full disk is still there. Without it the disk was full, and still may be.
    pub ballast: bool,
    /// Why the last commit was not written; `None` if it was, or if it would be now as far as can be told.
    pub failing: Option<String>,
}

impl Condition {
    /// Why nothing new would be written now; `None` if it would.
    pub fn trouble(&self) -> Option<String> {
        match &self.read_only {
            Some(why) => Some(format!("read-only until it is opened again: {why}")),
            None => self.failing.clone(),
        }
    }
}

/// What the writer is asked for.
enum Order {
    Commit(Box<Commit>, oneshot::Sender<Result<Rev, StoreError>>),
    /// To look whether what has failed works again.
    Probe,
}

impl DiskStore {
    /// Opens the store in `dir`, which is made if it is not there, and brings it into order. It blocks: it reads the whole journal and proves
    /// the index. The lines' times are `clock`'s.
    pub fn open(dir: &Path, clock: Arc<dyn Clock>) -> Result<(DiskStore, Opened), OpenError> {
        DiskStore::open_with(dir, clock, Limits::default())
    }

    /// As [`DiskStore::open`], with other sizes.
    pub fn open_with(dir: &Path, clock: Arc<dyn Clock>, limits: Limits) -> Result<(DiskStore, Opened), OpenError> {
        DiskStore::open_on(dir, clock, limits, Arc::new(RealDisk))
    }

    /// As [`DiskStore::open_with`], on a disk that a test may have put in between.
    pub fn open_on(
        dir: &Path,
        clock: Arc<dyn Clock>,
        limits: Limits,
        disk: Arc<dyn Disk>,
    ) -> Result<(DiskStore, Opened), OpenError> {
        let (committer, opened) = open::open(dir, clock, limits, disk)?;
        committer.measure();
        let shared = committer.shared();
        let (orders, inbox) = mpsc::channel::<Order>();
        let writer = std::thread::Builder::new().name("store".to_owned()).spawn(move || serve(committer, &inbox));
        let writer = writer.map_err(|source| OpenError::Io {
            what: "start the writing thread for",
            path: dir.to_owned(),
            source,
        })?;
        Ok((DiskStore { shared, orders: Some(orders), writer: Some(writer) }, opened))
    }

    /// How it does now.
    #[cfg(feature = "testing")]
    pub fn condition(&self) -> Condition {
        self.shared.condition()
    }

    /// Runs a look at the index where it may wait for the disk.
    async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Shared) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let shared = Arc::clone(&self.shared);
        let done = tokio::task::spawn_blocking(move || look(&shared)).await;
        done.unwrap_or_else(|e| Err(StoreError::Io(format!("the read did not come to its end: {e}"))))
    }
}

impl Drop for DiskStore {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(writer) = self.writer.take()
            && writer.join().is_err()
        {
            tracing::error!("the store's writing thread had panicked");
        }
    }
}

#[async_trait]
impl Store for DiskStore {
    async fn get(&self, key: &str) -> Result<Option<(Rev, Vec<u8>)>, StoreError> {
        let key = key.to_owned();
        self.look(move |shared| shared.get(&key)).await
    }

    async fn scan(
        &self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<(String, Rev, Vec<u8>)>, StoreError> {
        let (prefix, after) = (prefix.to_owned(), after.map(str::to_owned));
        self.look(move |shared| shared.scan(&prefix, after.as_deref(), limit)).await
    }

    /// Dropping this after its first poll changes nothing: the commit is on its way and runs to its end.
    async fn commit(&self, commit: Commit) -> Result<Rev, StoreError> {
        let (answer, reply) = oneshot::channel();
        let sent =
            self.orders.as_ref().is_some_and(|orders| orders.send(Order::Commit(Box::new(commit), answer)).is_ok());
        if !sent {
            return Err(StoreError::Io("the store's writing thread has ended".to_owned()));
        }
        reply.await.unwrap_or_else(|_| Err(StoreError::Unknown("the store's writing thread ended over it".to_owned())))
    }

    async fn head(&self) -> Result<AuditHead, StoreError> {
        Ok(self.shared.head())
    }

    fn trouble(&self) -> Option<String> {
        let condition = self.shared.condition();
        if let (Some(_), Some(orders)) = (&condition.failing, &self.orders) {
            // Without a writer nothing will work again, which a commit tells.
            let _ended = orders.send(Order::Probe);
        }
        condition.trouble()
    }
}

/// Commits in order until the store is dropped and the queue is empty.
fn serve(mut committer: Committer, inbox: &mpsc::Receiver<Order>) {
    loop {
        match inbox.recv_timeout(PLACE_LOOK) {
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                // What it says is kept in the condition.
                let _told = committer.displaced();
            }
            Ok(Order::Commit(commit, answer)) => {
                let began = Instant::now();
                let done = committer.commit(*commit);
                metrics::histogram!(names::COMMIT_TIME).record(began.elapsed());
                // Nobody may be waiting any more: the commit stands all the same.
                let _ = answer.send(done);
            }
            Ok(Order::Probe) => committer.probe(),
        }
    }
}
