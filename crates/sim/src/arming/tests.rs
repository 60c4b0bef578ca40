use super::*;
use crate::SimOptions;
use crate::faults::{ActivePlan, FaultPlan};

#[test]
fn a_mishap_meets_the_next_change_of_its_vm_once() {
    let mut plan = ActivePlan::new(FaultPlan::default());
    plan.armed.push(Armed { vm: 7, mishap: Mishap::LoseAnswer });
    plan.armed.push(Armed { vm: 7, mishap: Mishap::SlowTask });
    assert_eq!(plan.strike(Some(8), "web-02", "CreateSnapshotEx_Task"), None, "another VM of that name");
    assert_eq!(plan.strike(Some(7), "web-02", "CreateCollectorForTasks"), None, "a read");
    assert_eq!(plan.strike(Some(7), "web-02", "EstimateStorageForConsolidateSnapshots_Task"), None);
    assert_eq!(plan.strike(Some(7), "web-02", "RenameSnapshot"), Some(Trouble::LostReply));
    assert_eq!(plan.strike(Some(7), "web-02", "RenameSnapshot"), None, "what has no task cannot be slow");
    let slow = Some(Trouble::SlowTask { seconds: SLOW_SECONDS });
    assert_eq!(plan.strike(Some(7), "web-02", "RevertToSnapshot_Task"), slow);
    assert_eq!(plan.strike(Some(7), "web-02", "RevertToSnapshot_Task"), None, "once");
}

#[test]
fn a_mishap_is_seen_until_it_is_taken_back() {
    let sim = Sim::new(SimOptions::default());
    assert!(sim.arm("DC1/test/web-02", Mishap::LoseRequest, true));
    assert!(sim.arm("DC1/test/web-02", Mishap::LoseRequest, true), "twice is once");
    assert_eq!(sim.vm("DC1/test/web-02").unwrap().armed, [Mishap::LoseRequest]);
    assert_eq!(sim.vm("DC1/web/web-02").unwrap().armed, []);
    assert!(sim.arm("DC1/test/web-02", Mishap::LoseRequest, false));
    assert_eq!(sim.vm("DC1/test/web-02").unwrap().armed, []);
    assert!(!sim.arm("nothing", Mishap::LoseRequest, true));
}
