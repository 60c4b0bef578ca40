//! A started client and everything that it tells, with waiting that ends: on the event, or at a limit for the whole wait.

use std::sync::Arc;
use std::time::Duration;

use snapwarden::domain::call::{Act, Call, CallError, Started, TaskState, TaskUpdate};
use snapwarden::domain::ids::{Moref, TaskRef, VmRef};
use snapwarden::domain::inventory::{Inventory, VmSummary};
use snapwarden::domain::snapshot_tree::SnapshotTree;
use snapwarden::domain::survey::Survey;
use snapwarden::engine::clock::SystemClock;
use snapwarden::engine::ports::{Clock, Gate, Health, VCenter, VCenterEvent};
use snapwarden::vcenter::{Address, Client, Trust, VCenterConfig};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::peer;

/// How long any wait may take before the test fails. Nothing here needs a second.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// A gate that is open whatever is seen.
pub(crate) struct AnyLook;

impl Gate for AnyLook {
    fn is_open(&self, _look: &Survey) -> bool {
        true
    }
}

/// How a peer with the tests' account is reached.
pub(crate) fn config(url: &str) -> VCenterConfig {
    VCenterConfig {
        name: "test".into(),
        url: Address::of(url.parse().unwrap()).unwrap(),
        username: peer::USER.to_owned(),
        password: peer::PASSWORD.into(),
        trust: Trust::SystemRoots,
        proxies: None,
    }
}

/// A client that is not started.
pub(crate) fn client(config: VCenterConfig) -> Client {
    client_by(config, Arc::new(SystemClock))
}

fn client_by(config: VCenterConfig, clock: Arc<dyn Clock>) -> Client {
    Client::new(config, clock).unwrap()
}

/// A started client and its events.
pub(crate) struct Live {
    pub(crate) client: Client,
    events: UnboundedReceiver<VCenterEvent>,
}

impl Live {
    /// Starts a client and waits until its inventory is complete.
    pub(crate) async fn start(config: VCenterConfig) -> Self {
        let mut live = Self::begin(config);
        live.until_health(|health| *health == Health::Live).await;
        live
    }

    /// The same with a clock that the test sets.
    pub(crate) async fn start_by(config: VCenterConfig, clock: Arc<dyn Clock>) -> Self {
        let mut live = Self::of(client_by(config, clock));
        live.until_health(|health| *health == Health::Live).await;
        live
    }

    /// Starts a client.
    pub(crate) fn begin(config: VCenterConfig) -> Self {
        Self::of(client(config))
    }

    fn of(client: Client) -> Self {
        let (sink, events) = unbounded_channel();
        client.start(sink);
        Self { client, events }
    }

    /// The next event.
    pub(crate) async fn next(&mut self) -> VCenterEvent {
        let next = tokio::time::timeout(LIMIT, self.events.recv()).await;
        next.expect("nothing happened for too long").expect("the client is gone")
    }

    /// Waits until the health is as wanted.
    pub(crate) async fn until_health(&mut self, wanted: impl Fn(&Health) -> bool) -> Health {
        loop {
            let health = self.client.health();
            if wanted(&health) {
                return health;
            }
            self.next().await;
        }
    }

    /// Waits until the live inventory is as wanted.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Inventory) -> bool) -> Arc<Inventory> {
        loop {
            let inventory = self.client.inventory();
            if wanted(&inventory) {
                return inventory;
            }
            self.next().await;
        }
    }

    /// Waits until the snapshots of one VM are as wanted.
    pub(crate) async fn until_tree(&mut self, vm: &VmRef, wanted: impl Fn(&SnapshotTree) -> bool) -> Arc<SnapshotTree> {
        let inventory = self.until(|inventory| inventory.get(vm).is_some_and(|vm| wanted(&vm.tree)));
        inventory.await.get(vm).unwrap().tree.clone()
    }

    /// The n-th VM of the inventory.
    pub(crate) fn vm(&self, n: usize) -> Arc<VmSummary> {
        self.client.inventory().iter().nth(n).expect("there are enough VMs").clone()
    }

    /// Calls, and follows the task to its end.
    pub(crate) async fn run(&mut self, vm: &VmRef, act: Act) -> Result<TaskState, CallError> {
        let task = self.call(vm, act).await?;
        self.client.follow(&task);
        Ok(self.end_of(&task).await.state)
    }

    /// Calls, and follows the task to its success.
    pub(crate) async fn succeed(&mut self, vm: &VmRef, act: Act) {
        let what = format!("{act:?}");
        let end = self.run(vm, act).await;
        assert!(matches!(end, Ok(TaskState::Success { .. })), "{what}: {end:?}");
    }

    /// Calls something that becomes a task.
    pub(crate) async fn call(&self, vm: &VmRef, act: Act) -> Result<TaskRef, CallError> {
        let call = Call { vm: vm.clone(), act };
        match self.client.call(&call, &AnyLook).await? {
            Started::Task(task) => Ok(task),
            Started::Immediate => panic!("{call:?} became no task"),
        }
    }

    /// Waits for the end of a followed task.
    pub(crate) async fn end_of(&mut self, task: &TaskRef) -> TaskUpdate {
        loop {
            match self.next().await {
                VCenterEvent::Task(update) if update.task == *task && ended(&update.state) => return update,
                VCenterEvent::Task(_)
                | VCenterEvent::Inventory(_)
                | VCenterEvent::Health(..)
                | VCenterEvent::Clock(_) => {}
            }
        }
    }

    /// Takes a snapshot and gives its reference.
    pub(crate) async fn take(&mut self, vm: &VmRef, name: &str) -> Moref {
        let act = Act::Take {
            name: name.to_owned(),
            description: format!("[snapwarden R-7KQ2/1] {name}"),
            mode: snapwarden::domain::call::SnapshotMode::Disk,
        };
        match self.run(vm, act).await {
            Ok(TaskState::Success { result: Some(snapshot) }) => snapshot,
            other => panic!("{other:?}"),
        }
    }
}

/// Whether a task is over.
pub(crate) fn ended(state: &TaskState) -> bool {
    match state {
        TaskState::Queued | TaskState::Running => false,
        TaskState::Success { .. } | TaskState::Error(_) | TaskState::Gone => true,
    }
}
