//! Somebody else at the same vCenter, with a client of their own.

use std::sync::Arc;

use snapwarden::domain::call::{Act, Call, SnapshotMode, Started, TaskState};
use snapwarden::domain::ids::{TaskRef, VmRef};
use snapwarden::engine::clock::SystemClock;
use snapwarden::engine::ports::{VCenter, VCenterEvent};
use snapwarden::vcenter::{Client, VCenterConfig};
use tokio::sync::mpsc;

use crate::conformance::live::AnyLook;

/// A task that somebody else has begun.
pub(crate) struct Foreign {
    client: Client,
    events: mpsc::UnboundedReceiver<VCenterEvent>,
    task: TaskRef,
}

impl Foreign {
    /// Begins to take a snapshot.
    pub(crate) async fn take(vcenter: &VCenterConfig, vm: &str) -> Self {
        let client = Client::new(vcenter.clone(), Arc::new(SystemClock)).unwrap();
        let (sink, events) = mpsc::unbounded_channel();
        client.start(sink);
        let call = Call {
            vm: VmRef { vcenter: vcenter.name.clone(), moref: vm.into() },
            act: Act::Take { name: "theirs".to_owned(), description: String::new(), mode: SnapshotMode::Disk },
        };
        let Ok(Started::Task(task)) = client.call(&call, &AnyLook).await else { panic!("their task did not begin") };
        Self { client, events, task }
    }

    /// Cancels it, and comes back when it has ended.
    pub(crate) async fn cancel(mut self) {
        self.client.follow(&self.task);
        self.client.cancel(&self.task).await.unwrap();
        loop {
            match self.events.recv().await.expect("their client lives") {
                VCenterEvent::Task(update) if matches!(update.state, TaskState::Error(_)) => break,
                VCenterEvent::Task(_)
                | VCenterEvent::Inventory(_)
                | VCenterEvent::Health(..)
                | VCenterEvent::Clock(_) => {}
            }
        }
        self.client.stop().await;
    }
}
