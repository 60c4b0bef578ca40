//! The vCenter port: what the rest of the house sees of all this.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::domain::call::{Call, CallError, Started};
use crate::domain::evidence::Evidence;
use crate::domain::ids::{Moref, TaskRef, VCenterName};
use crate::domain::inventory::Inventory;
use crate::domain::storage::Storage;
use crate::domain::survey::Survey;
use crate::engine::ports::{About, Clock, Gate, Health, OwnTasks, ReadError, VCenter, VCenterEvent, VCenterSink};

use crate::telemetry::names;

use super::config::{Password, SetupError, VCenterConfig};
use super::fleet::{Fleet, fleet};
use super::guard::Guard;
use super::line::Line;
use super::session::{Session, Sessions, lock};
use super::tags::{self, Tags};
use super::tasks::Followed;
use super::transport::{Transport, WireError};
use super::wire::request;
use super::wire::service::nothing;
use super::{background, descriptor, history, makers, operations, survey};

/// A client of one vCenter. Clones share everything.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

/// What the parts of a client share.
pub(crate) struct Shared {
    pub(crate) name: VCenterName,
    pub(crate) sessions: Sessions,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) followed: Followed,
    pub(crate) tags: Tags,
    inventory: Mutex<Arc<Inventory>>,
    health: Mutex<Health>,
    times_live: AtomicU64,
    seen_at: Mutex<Option<Timestamp>>,
    sink: OnceLock<VCenterSink>,
    stop: watch::Sender<bool>,
    running: Mutex<Option<JoinHandle<()>>>,
}

impl Client {
    /// Sets a client up that remembers refused logins by itself. Nothing is sent yet.
    ///
    /// # Errors
    /// The system's certificates cannot be read, or HTTPS cannot be set up.
    #[cfg(feature = "testing")]
    pub fn new(config: VCenterConfig, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        Self::remembering(config, clock, None)
    }

    /// The same, with a folder where refused logins are kept for every process that logs in.
    ///
    /// # Errors
    /// As above.
    pub fn remembering(
        config: VCenterConfig,
        clock: Arc<dyn Clock>,
        folder: Option<&Path>,
    ) -> Result<Self, SetupError> {
        let transport = Transport::new(&config, Line::new(clock.clone()))?;
        let guard = Guard::new(folder, &config.url, &config.username, clock.clone());
        let name = config.name;
        let shared = Shared {
            sessions: Sessions::new(transport, config.username, config.password, guard),
            clock,
            followed: Followed::of(name.clone()),
            name,
            tags: Tags::default(),
            inventory: Mutex::default(),
            health: Mutex::new(Health::Starting),
            times_live: AtomicU64::new(0),
            seen_at: Mutex::default(),
            sink: OnceLock::new(),
            stop: watch::Sender::new(false),
            running: Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Starts what goes on by itself: login, live inventory, task following; events go into `sink`. Only the first start
    /// counts. To be called within a tokio runtime.
    pub fn start(&self, sink: VCenterSink) {
        if self.shared.sink.set(sink).is_err() {
            tracing::warn!(vcenter = %self.shared.name, "started twice; the first start counts");
            return;
        }
        let background = background::run(self.shared.clone(), self.shared.stop.subscribe());
        *lock(&self.shared.running) = Some(tokio::spawn(background));
    }

    /// Ends what goes on by itself and logs out. Cancelling it may leave the session to vCenter, which ends it when it has
    /// been idle long enough.
    pub async fn stop(&self) {
        self.shared.stop.send_replace(true);
        let running = lock(&self.shared.running).take();
        if let Some(running) = running {
            // It cannot fail but by a panic, and then there is nothing left to wait for.
            let _ = running.await;
        }
        tags::log_out(&self.shared).await;
        self.shared.sessions.log_out().await;
    }

    /// The configuration has another password, or takes it from another place.
    pub fn set_password(&self, password: Password) {
        self.shared.sessions.set_password(password);
    }

    /// Whether some rule looks at tags, so that the VMs' tags are to be read. It may be said at any time, and as long as it is not
    /// said nothing is asked of the REST interface, and no VM's tags are known.
    pub fn want_tags(&self, wanted: bool) {
        self.shared.tags.want(wanted);
    }

    /// Ends when the tags were read for the first time, or could not be, or nobody wants them. It needs a start.
    pub async fn tags_settled(&self) {
        self.shared.tags.settled().await;
    }

    /// Why the tags are not known, in words for an administrator; none while they are, or nobody wants them.
    pub fn tags_problem(&self) -> Option<String> {
        self.shared.tags.problem()
    }

    /// Reads every VM that the account sees, with power, snapshots and their sizes, and every datastore, page by page. It needs no start.
    ///
    /// # Errors
    /// A fault of vCenter, or no usable answer; it may be repeated.
    pub async fn fleet(&self) -> Result<Fleet, ReadError> {
        let name = &self.shared.name;
        self.read(|session| fleet(session, name)).await
    }

    /// Reads something, with a new session if vCenter does not know the old one any more; so it must be something that may be repeated.
    async fn read<T, Fut>(&self, work: impl Fn(Arc<Session>) -> Fut) -> Result<T, ReadError>
    where
        Fut: Future<Output = Result<T, WireError>>,
    {
        Ok(self.shared.sessions.with(work).await?)
    }
}

#[async_trait]
impl VCenter for Client {
    fn name(&self) -> &VCenterName {
        &self.shared.name
    }

    fn inventory(&self) -> Arc<Inventory> {
        self.shared.inventory()
    }

    fn health(&self) -> Health {
        lock(&self.shared.health).clone()
    }

    fn seen_at(&self) -> Option<Timestamp> {
        *lock(&self.shared.seen_at)
    }

    fn ahead(&self) -> Option<SignedDuration> {
        *self.shared.line().ahead().borrow()
    }

    async fn survey(&self, vm: &Moref) -> Result<Survey, ReadError> {
        descriptor::available().await;
        self.read(|session| async move { survey::survey(&session, vm).await }).await
    }

    async fn call(&self, call: &Call, gate: &dyn Gate) -> Result<Started, CallError> {
        operations::call(&self.shared.sessions, call, gate).await
    }

    fn follow(&self, task: &TaskRef) {
        self.shared.followed.add(&task.moref);
    }

    async fn cancel(&self, task: &TaskRef) -> Result<(), ReadError> {
        // Cancelling twice is cancelling once, so it may be repeated like a read.
        let cancel = &request::cancel_task(&task.moref);
        self.read(|session| async move { session.ask(cancel, nothing).await }).await
    }

    async fn investigate(&self, vm: &Moref, since: Timestamp) -> Result<Evidence, ReadError> {
        self.read(|session| async move { history::investigate(&session, vm, since).await }).await
    }

    async fn own_tasks(&self, since: Option<Timestamp>) -> Result<OwnTasks, ReadError> {
        self.read(|session| async move { history::own_tasks(&session, since).await }).await
    }

    async fn storage(&self) -> Result<Storage, ReadError> {
        Ok(self.fleet().await?.storage())
    }

    async fn makers(&self, vm: &Moref, snapshots: &[(Moref, Timestamp)]) -> Result<BTreeMap<Moref, String>, ReadError> {
        self.read(|session| async move { makers::makers(&session, vm, snapshots).await }).await
    }

    async fn privileges(&self, vm: &Moref, wanted: &[&str]) -> Result<Vec<bool>, ReadError> {
        self.read(|session| async move { survey::privileges(&session, vm, wanted).await }).await
    }

    async fn about(&self) -> Result<About, ReadError> {
        let about = |session: Arc<Session>| async move {
            Ok(About {
                server_time: session.time().await?,
                full_name: session.content.full_name.clone(),
                api_version: session.content.api_version.clone(),
                spoken_version: session.version.to_owned(),
                account: session.account.clone(),
            })
        };
        self.read(about).await
    }
}

impl Shared {
    pub(crate) fn inventory(&self) -> Arc<Inventory> {
        lock(&self.inventory).clone()
    }

    /// Changes the published inventory; whoever holds the former keeps it. It is copied only if somebody does.
    pub(crate) fn edit_inventory(&self, edit: impl FnOnce(&mut Inventory)) {
        let mut published = lock(&self.inventory);
        edit(Arc::make_mut(&mut published));
        let snapshots: usize = published.iter().map(|vm| vm.tree.len()).sum();
        self.measure(names::VMS, published.len());
        self.measure(names::SNAPSHOTS, snapshots);
    }

    /// Says how many there are of something in this vCenter.
    fn measure(&self, name: &'static str, count: usize) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        metrics::gauge!(name, "vcenter" => self.name.to_string()).set(count);
    }

    /// Waits so long, whatever becomes of the time of day.
    pub(crate) async fn sleep(&self, time: Duration) {
        self.clock.pause(time).await;
    }

    /// What is known of the line.
    pub(crate) fn line(&self) -> &Line {
        &self.sessions.transport().line
    }

    pub(crate) fn task_ref(&self, task: &Moref) -> TaskRef {
        TaskRef { vcenter: self.name.clone(), moref: task.clone() }
    }

    /// Puts an event into the engine's inbox; when nobody reads it any more, the house is closing.
    pub(crate) fn tell(&self, event: VCenterEvent) {
        if let Some(sink) = self.sink.get() {
            let _ = sink.send(event);
        }
    }

    /// vCenter has just told everything that changed, or that nothing did.
    pub(crate) fn seen(&self) {
        *lock(&self.seen_at) = Some(self.clock.now());
    }

    /// The inventory is complete and being kept.
    pub(crate) fn live(&self) {
        self.seen();
        self.times_live.fetch_add(1, Ordering::Relaxed);
        self.tags.inventory_complete();
        self.set_health(Health::Live);
    }

    /// How often the inventory was brought up to date.
    pub(crate) fn times_live(&self) -> u64 {
        self.times_live.load(Ordering::Relaxed)
    }

    pub(crate) fn is_live(&self) -> bool {
        *lock(&self.health) == Health::Live
    }

    /// The inventory is not being kept: says so once per reason, and keeps the time at which it began.
    pub(crate) fn lost(&self, why: String) {
        let before = lock(&self.health).clone();
        let since = match before {
            Health::Lost { since, .. } => since,
            Health::Starting | Health::Live => self.clock.now(),
        };
        self.set_health(Health::Lost { since, why });
    }

    fn set_health(&self, health: Health) {
        self.measure(names::VCENTER_LIVE, usize::from(health == Health::Live));
        {
            let mut known = lock(&self.health);
            if *known == health {
                return;
            }
            known.clone_from(&health);
        }
        match &health {
            Health::Lost { why, .. } => tracing::warn!(vcenter = %self.name, %why, "vCenter is not being followed"),
            Health::Live => tracing::info!(vcenter = %self.name, "vCenter is being followed"),
            Health::Starting => {}
        }
        self.tell(VCenterEvent::Health(self.name.clone(), health));
    }
}

#[cfg(test)]
pub(super) mod tests;
