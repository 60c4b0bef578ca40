//! What is found out about a VM before anybody is asked: what refuses with its way out, and what stands on the card.

use snapwarden::domain::policy::VerbPattern;
use snapwarden::domain::preflight::Rules;
use snapwarden_sim::{OddDevice, Oddity, Power};

use super::fronts::On;
use super::harness::World;

everywhere! {
    tools_that_are_missing_are_not_tools_that_do_not_answer,
    a_vm_that_cannot_be_quiesced_is_taken_as_it_is_and_that_is_said,
    a_suspended_vm_is_taken_with_its_memory,
    a_vm_that_is_off_and_cannot_be_snapshotted_so,
    what_a_power_off_throws_away_is_said_on_the_card_and_in_the_result,
    a_non_persistent_disk_is_told_of_before_it_loses_everything,
    memory_that_has_no_room_is_left_out,
    a_full_datastore_is_named_before_anything_is_tried,
    a_vm_that_goes_out_of_hand_between_card_and_click_is_not_taken_for_another,
}

/// A gigabyte as disks count.
const GB: u64 = 1 << 30;

/// Leaves so much room on either datastore that the demo's VMs lie on.
fn leave(world: &World, bytes: u64) {
    for store in ["datastore-01", "datastore-02"] {
        assert!(world.sim.set_free_space(store, bytes));
    }
}

fn lacks(capability: &str) -> Oddity {
    Oddity::Lacks(capability.to_owned())
}

/// Every oddity that refuses: what is asked then, and what is answered. Nothing is called.
#[tokio::test(flavor = "multi_thread")]
async fn what_refuses_is_said_at_once_with_its_way_out() {
    let take = "take db-01";
    let rows = [
        (Oddity::Orphaned, take, "vCenter still lists \"db-01\", but its host does not know it any more"),
        (Oddity::Inaccessible, take, "The host cannot reach the files of \"db-01\"."),
        (Oddity::Invalid, "revert-latest db-01", "The configuration file of \"db-01\" is damaged"),
        (Oddity::FaultTolerance, take, "\"db-01\" is protected by Fault Tolerance"),
        (Oddity::FaultTolerance, "revert-latest db-01", "\"db-01\" is protected by Fault Tolerance"),
        (lacks("snapshotOperationsSupported"), "delete-all db-01", "\"db-01\" cannot have snapshots."),
        (lacks("multipleSnapshotsSupported"), take, "\"db-01\" can have one snapshot only, and has it."),
        (lacks("memorySnapshotsSupported"), "take db-01 mode:memory", "The memory of \"db-01\" cannot be captured."),
        (lacks("quiescedSnapshotsSupported"), "take db-01 mode:quiesce", "\"db-01\" cannot be quiesced. Leave out"),
        (lacks("revertToSnapshotSupported"), "revert-latest db-01", "\"db-01\" cannot be taken back to a snapshot."),
        (Oddity::Device(OddDevice::PhysicalRdm), take, "Disk 2 (\"raw.vmdk\") is a raw device in physical mode"),
        (Oddity::Device(OddDevice::SharedBus), take, "SCSI controller 1 shares its bus"),
        (Oddity::Device(OddDevice::Passthrough), take, "PCI device 0 is passed through"),
        (Oddity::Device(OddDevice::Sriov), take, "Network adapter 2 is passed through"),
        (Oddity::Device(OddDevice::VirtualGpu), take, "PCI device 0 is a virtual GPU"),
        (
            Oddity::Device(OddDevice::NonPersistentDisk),
            "take db-01 mode:memory",
            "Disk 2 (\"scratch.vmdk\") is independent, so memory cannot be captured",
        ),
        (
            Oddity::Disabled("CreateSnapshot_Task".to_owned()),
            take,
            "does not allow this on \"db-01\" now (CreateSnapshot_Task)",
        ),
        (Oddity::Disabled("RemoveSnapshot_Task".to_owned()), "delete db-01 #1", "now (RemoveSnapshot_Task)"),
        (Oddity::Disabled("RevertToSnapshot_Task".to_owned()), "revert db-01 #1", "now (RevertToSnapshot_Task)"),
        (Oddity::Disabled("RenameSnapshot".to_owned()), "edit db-01 #1 name:new", "now (RenameSnapshot)"),
        (Oddity::Hidden, take, "vCenter does not let me read all of \"db-01\""),
        (Oddity::Hidden, "revert-latest db-01", "so I cannot tell what would happen"),
        (Oddity::Hidden, "delete db-01 #1", "so I do not know its snapshots"),
        (Oddity::Hidden, "list db-01", "so I do not know its snapshots"),
    ];
    let world = World::new().await;
    for (oddity, command, says) in rows {
        assert!(world.sim.give("db-01", oddity.clone()));
        world.says("alice", command).await.says(&[says]);
        assert!(world.sim.take_away("db-01", &oddity));
    }
    world.end(&[]).await;
}

async fn tools_that_are_missing_are_not_tools_that_do_not_answer(on: On) {
    let world = World::on(on).await;
    world.sim.set_tools("web-01", false);
    world.says("alice", "take web-01 mode:quiesce").await.says(&["VMware Tools do not answer in it. Start them"]);
    world.sim.remove_tools("web-01");
    let refused = world.says("alice", "take web-01 mode:quiesce").await;
    refused.says(&["VMware Tools are not installed in it. Install them, or leave out mode:quiesce."]);
    world.press_token("alice", &refused.token("Take without quiescing")).await;
    world.until("done").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

async fn a_vm_that_cannot_be_quiesced_is_taken_as_it_is_and_that_is_said(on: On) {
    let world = World::on(on).await;
    world.sim.give("web-01", lacks("quiescedSnapshotsSupported"));
    world.says("alice", "take web-01 first").await;
    world.until("done").await;
    shows! { world, r#"
        "web-01": snapshot "first" taken in < 1 s.  success · R-…
        This VM cannot be quiesced, so the disks were taken as they are: crash-consistent only.
        Asked by @alice.
    "# }
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

async fn a_suspended_vm_is_taken_with_its_memory(on: On) {
    let world = World::on(on).await;
    world.sim.set_power("web-01", Power::Suspended);
    world.says("alice", "take web-01 mode:disk").await.says(&["vCenter always takes the memory of such a VM along"]);
    world.says("alice", "take web-01 mode:quiesce").await.says(&["is suspended, so there is nothing to quiesce"]);
    world.says("alice", "take web-01 asleep").await;
    world.until("done").await;
    shows! { world, r#"
        "web-01": snapshot "asleep" taken in < 1 s, with memory.  success · R-…
        The VM is suspended, so its memory was taken along.
        Asked by @alice.
    "# }
    world.sim.give("web-01", lacks("memorySnapshotsSupported"));
    world.says("alice", "take web-01").await.says(&["on this VM it cannot be captured. Power the VM on first:"]);
    world.sim.give("web-01", Oddity::SuspendedDiskOnly);
    world.says("alice", "take web-01 disks").await;
    world.until("done").await;
    world.until_shown("The VM is suspended and its memory cannot be captured").await;
    let taken = world.sim.vm("web-01").unwrap().snapshots;
    let (asleep, disks) = (&taken[0], &taken[1]);
    assert_eq!((asleep.memory, asleep.power, disks.memory, disks.power), (true, Power::Suspended, false, Power::Off));
    world.end(&["CreateSnapshotEx_Task web-01"; 2]).await;
}

async fn a_vm_that_is_off_and_cannot_be_snapshotted_so(on: On) {
    let world = World::on(on).await;
    world.sim.give("cold-01", lacks("poweredOffSnapshotsSupported"));
    world.says("alice", "take cold-01").await.is(r#"
        "cold-01": no snapshot was taken.  failure · R-…
        "cold-01" is powered off, and its snapshots cannot be changed in that state. Power it on first:
        /snapshot power-on cold-01
        Asked by @alice.
    "#);
    world.says("alice", "power-on cold-01").await;
    world.until("done").await;
    world.says("alice", "take cold-01").await;
    world.until("done").await;
    world.end(&["PowerOnVM_Task cold-01", "CreateSnapshotEx_Task cold-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_in_the_background_is_waited_for() {
    let mut world = World::new().await;
    world.sim.give("web-01", Oddity::SnapshotInBackground);
    world.says("alice", "take web-01").await;
    world.until("queued").await;
    world.until_shown("vCenter is busy with this VM (VirtualMachine.runtime.snapshotInBackground).").await;
    world.sim.take_away("web-01", &Oddity::SnapshotInBackground);
    world.let_time_run();
    world.until("done").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_in_the_background_takes_nobody_the_decision() {
    let mut world = World::new().await;
    world.sim.give("db-01", Oddity::SnapshotInBackground);
    world.says("alice", "revert-latest db-01").await;
    world.until("awaiting_approval").await;
    world.press("bob", "Approve").await;
    world.until("queued").await;
    world.sim.take_away("db-01", &Oddity::SnapshotInBackground);
    world.let_time_run();
    world.until("done").await;
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

async fn what_a_power_off_throws_away_is_said_on_the_card_and_in_the_result(on: On) {
    let world = World::on(on).await;
    world.sim.give("db-01", Oddity::RevertsAtPowerOff);
    world.says("alice", "revert-latest db-01").await;
    world.until_shown("Powering this VM off throws away everything since its snapshot.").await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    world.press("alice", "Power on").await;
    world.until("done").await;
    shows! { world, r#"
        "db-01" is powered on.  success · R-…
        ⚠ Caution  Powering this VM off throws away everything since its snapshot.
        Asked by @alice, took < 1 s.
    "# }
    world.says("alice", "take db-01 once").await;
    world.until("done").await;
    world.until_shown("Powering this VM off throws away everything since its snapshot.").await;
    world.end(&["RevertToSnapshot_Task db-01", "PowerOnVM_Task db-01", "CreateSnapshotEx_Task db-01"]).await;
}

async fn a_non_persistent_disk_is_told_of_before_it_loses_everything(on: On) {
    let world = World::on(on).await;
    world.sim.give("db-01", Oddity::Device(OddDevice::NonPersistentDisk));
    world.says("alice", "revert-latest db-01").await;
    let lost =
        "Disk 2 (\"scratch.vmdk\") is non-persistent: this powers the VM off, so everything written to that disk";
    world.until_shown(lost).await;
    world.press("alice", "Withdraw").await;
    world.until("withdrawn").await;
    world.says("alice", "take db-01").await;
    world.until("done").await;
    world.until_shown("Disk 2 (\"scratch.vmdk\") is non-persistent: no snapshot holds it").await;
    world.end(&["CreateSnapshotEx_Task db-01"]).await;
}

async fn memory_that_has_no_room_is_left_out(on: On) {
    let world = World::on(on).await;
    leave(&world, 2 * GB);
    let refused = world.says("alice", "take web-01 mode:memory").await;
    refused.says(&["has ≈ 2.1 GB free, and the memory of \"web-01\" needs ≈ 4.3 GB."]);
    world.press_token("alice", &refused.token("Take without memory")).await;
    world.until("done").await;
    // Room enough to begin, and not for long.
    world.until_shown("had ≈ 2.1 GB free before this, and ≈ 8.6 GB should be free while the snapshot stays.").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

async fn a_full_datastore_is_named_before_anything_is_tried(on: On) {
    let world = World::on(on).await;
    leave(&world, GB / 2048);
    world.says("alice", "take web-01").await.says(&["has ≈ 524 KB free, and a snapshot of \"web-01\" needs ≈ 1.0 MB"]);
    // It is the deletions that give room back.
    world.says("alice", "delete-all db-01").await;
    world.until_shown("free, and merging may need ≈").await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    world.end(&["RemoveAllSnapshots_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_room_that_goes_between_card_and_click_refuses() {
    let world = World::with(|setup| setup.config.rules.policy.approvals[0].verbs = vec![VerbPattern::Any]).await;
    world.says("alice", "take web-01 mode:memory").await;
    let approve = world.button("bob", "Approve").await;
    leave(&world, GB);
    world.press_token("bob", &approve).await;
    world.until("refused").await;
    world.until_shown("and the memory of \"web-01\" needs ≈ 4.3 GB.").await;
    world.end(&[]).await;
}

async fn a_vm_that_goes_out_of_hand_between_card_and_click_is_not_taken_for_another(on: On) {
    let world = World::on(on).await;
    for (oddity, says) in [
        (Oddity::Inaccessible, "The host cannot reach the files of \"db-01\"."),
        (Oddity::Invalid, "The configuration file of \"db-01\" is damaged"),
        (Oddity::Orphaned, "its host does not know it any more"),
    ] {
        world.says("alice", "revert-latest db-01").await;
        let approve = world.button("bob", "Approve").await;
        world.sim.give("db-01", oddity.clone());
        world.press_token("bob", &approve).await;
        world.until("refused").await;
        world.until_shown(says).await;
        world.sim.take_away("db-01", &oddity);
    }
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_snapshot_a_backups_is_stands_in_the_configuration() {
    let own = Rules { backup_names: vec![Rules::name("nightly*").unwrap()] };
    let world = World::with(|setup| setup.config.rules.preflight = own).await;
    world.says("alice", "delete backup-01 #1").await;
    world.until("done").await;
    world.sim.take_out_of_band("web-01", "Nightly 22/11").unwrap();
    world.says("alice", "revert web-01 #1").await.is(r#"
        "web-01" was not reverted.  failure · R-…
        "Nightly 22/11" on "web-01" belongs to a running backup. Ask again when the backup has ended. If none is running, it was left behind: ask the backup administrators.
        Asked by @alice.
    "#);
    world.says("alice", "take web-01 beside").await;
    world.until("done").await;
    world.until_shown("A backup is at work on this VM (\"Nightly 22/11\"). If this can wait, let it end first.").await;
    world.end(&["RemoveSnapshot_Task backup-01", "CreateSnapshotEx_Task web-01"]).await;
}
