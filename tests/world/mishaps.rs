//! What goes wrong: vCenter's troubles, and somebody else at work.

use snapwarden_sim::faults::{FaultPlan, Rule, Trouble};

use super::foreign::Foreign;
use super::harness::{LONG, World};

impl World {
    /// Something goes wrong once with the next call of this method.
    pub(crate) fn once(&self, method: &str, trouble: Trouble) {
        self.plan([Rule::once("*", method, trouble)]);
    }

    /// Something goes wrong with every call.
    pub(crate) fn always(&self, method: &str, trouble: Trouble) {
        self.plan([Rule { times: 0, ..Rule::once("*", method, trouble) }]);
    }

    /// vCenter does what this method asks for, and does not answer while anybody waits for it.
    pub(crate) fn answer_late(&self, method: &str) {
        self.once(method, Trouble::LateReply { seconds: LONG });
    }

    /// vCenter has been asked for this.
    pub(crate) async fn until_called(&self, method: &str) {
        self.wait(&format!("{method} is called"), async || {
            self.sim.calls().iter().any(|call| call.method == method).then_some(())
        })
        .await;
    }

    /// Replaces what goes wrong.
    pub(crate) fn plan(&self, rules: impl IntoIterator<Item = Rule>) {
        self.sim.set_faults(FaultPlan::new(rules));
    }

    /// Somebody who is not the bot begins to take a snapshot.
    pub(crate) async fn foreign_take(&self, vm: &str) -> Foreign {
        let moref = self.sim.vm(vm).unwrap().moref;
        Foreign::take(&self.config.vcenters[0], &moref).await
    }
}
