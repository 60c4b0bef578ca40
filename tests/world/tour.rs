//! What everybody does on an ordinary day, once each.

use super::fronts::On;
use super::harness::World;

everywhere! {
    a_snapshot_is_taken_and_gone_back_to,
    a_mode_that_is_asked_for_is_taken,
    a_mode_that_cannot_be_is_refused_with_the_one_that_can,
    snapshots_are_listed_as_a_tree,
    one_asks_what_there_is_and_why,
    one_snapshot_goes_or_one_with_what_is_below_it,
    all_snapshots_go,
    a_vm_goes_back_to_its_latest_snapshot,
    a_vm_stays_off_where_that_is_asked_for,
    disks_are_consolidated,
    a_snapshot_is_renamed_and_keeps_its_marker,
}

async fn a_snapshot_is_taken_and_gone_back_to(on: On) {
    let world = World::on(on).await;
    world.says("alice", "/snapshot take web-01 \"before upgrade\"").await;
    world.until("done").await;
    shows! { world, r#"
        "web-01": snapshot "before upgrade" taken in < 1 s, quiesced.  success · R-…
        Asked by @alice.
    "# }
    world.says("alice", "/snapshot revert web-01 \"before upgrade\"").await;
    shows! { world, r#"
        Revert "web-01" to "before upgrade"?  waiting
        Asked by  @alice · R-…
        VM  DC1/web/web-01
        Snapshot  "before upgrade" · just now (Sun 22 Nov, 14:05 UTC) · the only one · by @alice · without memory
        Lost  everything written since then (≈ 1.0 MB)
        Power  on now → off afterwards (the snapshot holds no memory)
        Decides  one of @approvers, not @alice · until 14:35 UTC (30 min)
        [Approve] [Deny] [Break glass] [Withdraw]
    "# }
    world.press("bob", "Approve").await;
    world.until("done").await;
    shows! { world, r#"
        "web-01" is back at "before upgrade" (Sun 22 Nov, 14:05 UTC).  success · R-…
        It is powered off now: the snapshot held no memory.
        Asked by @alice, approved by @bob, 14:05 UTC, took < 1 s.
        [Power on]
    "# }
    let reverted = world.last();
    world.press("alice", "Power on").await;
    world.until("done").await;
    shows! { world, r#"
        "web-01" is powered on.  success · R-…
        Asked by @alice, took < 1 s.
    "# }
    // What is done is offered no more, and again when it would be of use.
    let offered = async |offered: bool| {
        let card = async || world.message(&reverted).await.filter(|card| card.token("Power on").is_some() == offered);
        world.wait(&format!("[Power on] offered: {offered}"), card).await;
    };
    offered(false).await;
    world.sim.set_power("web-01", snapwarden_sim::Power::Off);
    offered(true).await;
    world.sim.set_power("web-01", snapwarden_sim::Power::On);
    offered(false).await;
    let changes = ["CreateSnapshotEx_Task web-01", "RevertToSnapshot_Task web-01", "PowerOnVM_Task web-01"];
    world.end(&changes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn auto_takes_what_fits_and_names_it_in_the_channels_time() {
    let world = World::with(|setup| setup.zone("ops", "Europe/Paris")).await;
    world.says("alice", "take web-01").await;
    world.until("done").await;
    shows! { world, r#"
        "web-01": snapshot "2026-11-22 15:05" taken in < 1 s, quiesced.  success · R-…
        Asked by @alice.
    "# }
    world.says("alice", "take legacy-01 keep:3d description:\"to 8.0\"").await;
    world.until("done").await;
    shows! { world, r#"
        "legacy-01": snapshot "2026-11-22 15:05" taken in < 1 s.  success · R-…
        VMware Tools are not installed on this VM, so the disks were taken as they are: crash-consistent only.
        Meant to stay until Wed 25 Nov, 15:05 UTC+1.
        ⚠ Caution  Disk 2 ("data.vmdk") is independent: a revert will not roll it back.
        Asked by @alice.
        [Keep longer]
    "# }
    world.says("alice", "take cold-01 clean").await;
    world.until("done").await;
    shows! { world, r#"
        "cold-01": snapshot "clean" taken in < 1 s.  success · R-…
        The VM was off, so the snapshot is clean.
        Asked by @alice.
    "# }
    let taken = world.sim.vm("legacy-01").unwrap().snapshots.remove(0);
    let (words, marker) = taken.description.split_once('\n').unwrap();
    assert_eq!((words, taken.quiesced, taken.memory), ("to 8.0", false, false));
    assert!(marker.ends_with("/1 by=alice until=2026-11-25T14:05:30Z]"), "{marker}");
    let changes = ["web-01", "legacy-01", "cold-01"].map(|vm| format!("CreateSnapshotEx_Task {vm}"));
    world.end(&changes.each_ref().map(String::as_str)).await;
}

async fn a_mode_that_is_asked_for_is_taken(on: On) {
    let world = World::on(on).await;
    for (mode, quiesced, memory) in [("disk", false, false), ("quiesce", true, false), ("memory", false, true)] {
        world.says("alice", &format!("take web-01 {mode} mode:{mode}")).await;
        world.until("done").await;
        let taken = world.sim.vm("web-01").unwrap().snapshots.pop().unwrap();
        assert_eq!((taken.quiesced, taken.memory), (quiesced, memory), "{mode}");
    }
    shows! { world, r#"
        "web-01": snapshot "memory" taken in < 1 s, with memory.  success · R-…
        ⚠ Caution  The chain has 3 delta disks now; VMware recommends two or three.
        Asked by @alice.
    "# }
    world.end(&["CreateSnapshotEx_Task web-01"; 3]).await;
}

async fn a_mode_that_cannot_be_is_refused_with_the_one_that_can(on: On) {
    let world = World::on(on).await;
    let refused = world.says("alice", "take legacy-01 mode:quiesce").await;
    refused.is(r#"
        "legacy-01": no snapshot was taken.  failure · R-…
        "legacy-01" cannot be quiesced: VMware Tools are not installed in it. Install them, or leave out mode:quiesce.
        Asked by @alice.
        [Take without quiescing]
    "#);
    world.press_token("alice", &refused.token("Take without quiescing")).await;
    world.until("done").await;
    let refused = world.says("alice", "take legacy-01 mode:memory").await;
    refused.is(r#"
        "legacy-01": no snapshot was taken.  failure · R-…
        Disk 2 ("data.vmdk") is independent, so memory cannot be captured (MemorySnapshotOnIndependentDisk). Take it without memory instead.
        Asked by @alice.
        [Take without memory]
    "#);
    world.press_token("alice", &refused.token("Take without memory")).await;
    world.until("done").await;
    world.says("alice", "take cold-01 mode:quiesce").await.is(r#"
        "cold-01": no snapshot was taken.  failure · R-…
        "cold-01" is powered off, so there is nothing to quiesce. Leave out mode:quiesce: a snapshot of a VM that is off is the best kind.
        Asked by @alice.
        [Take without quiescing]
    "#);
    world.says("alice", "take cold-01 mode:memory").await.is(r#"
        "cold-01": no snapshot was taken.  failure · R-…
        "cold-01" is powered off, so there is no memory to capture. Leave out mode:memory: a snapshot of a VM that is off is the best kind.
        Asked by @alice.
        [Take without memory]
    "#);
    world.end(&["CreateSnapshotEx_Task legacy-01"; 2]).await;
}

async fn snapshots_are_listed_as_a_tree(on: On) {
    let world = World::on(on).await;
    world.says("alice", "list db-01").await.is(r#"
        Snapshots of "db-01" (DC1/db/db-01)  info
        on · 3 snapshots
        1  before schema change · 40 days old · frees ≈ 19 GB · "Ticket CHG-1042, keep until the release is signed off"
        └─ 2  after import · 12 days old · frees ≈ 6.4 GB
        └─ 3  before index rebuild · 1 day old · frees ≈ 1.3 GB
        └─ ◆ You are here
    "#);
    world.says("alice", "list cold-01").await.is(r#"
        Snapshots of "cold-01" (DC1/test/cold-01)  info
        off · no snapshots
        Take one:
        /snapshot take cold-01
    "#);
    world.says("bob", "list prod-01").await.is(r#"
        Snapshots of "prod-01" (DC1/prod/prod-01)  info
        on · 1 snapshot
        1  before kernel update · 2 days old · frees ≈ 20 GB · with memory
        └─ ◆ You are here
    "#);
    world.end(&[]).await;
}

async fn one_asks_what_there_is_and_why(on: On) {
    let world = World::on(on).await;
    world.says("alice", "help revert").await.is(r#"
        /snapshot revert  info
        Go back to a snapshot: everything written since is lost. Needs somebody's yes.
        Options, each as key:value: snapshot, stay-off, power, safety, ticket, vm and vcenter.
        Also written: "rollback", "restore", "restaurer" and "revenir".
        For example:
        /snapshot revert web-01 "before upgrade"
    "#);
    world.says("alice", "status").await.is(r#"
        You have no open request.  info
    "#);
    world.says("alice", "explain revert prod-01").await.is(r#"
        May @alice revert "prod-01"?  failure
        No: no rule lets @team-web do that.
        Those who may: @administrators.
    "#);
    world.says("alice", "explain revert web-01").await.is(r#"
        May @alice revert "web-01"?  info
        Yes: [[grant]], demo.toml:28.
        It needs the approval of one of @approvers ([[approval]], demo.toml:46).
        @administrators can do without the approval, for a reason that everybody is told.
    "#);
    world.says("alice", "revert-latest db-01").await;
    world.says("alice", "status").await.is(r#"
        Your open requests  info
        R-…  revert "db-01" · waiting for an approval
    "#);
    world.press("alice", "Withdraw").await;
    world.until("withdrawn").await;
    world.end(&[]).await;
}

async fn one_snapshot_goes_or_one_with_what_is_below_it(on: On) {
    let world = World::on(on).await;
    world.says("alice", "delete db-01 \"after import\"").await;
    world.until("done").await;
    shows! { world, r#"
        "db-01": snapshot "after import" deleted, ≈ 6.4 GB freed.  success · R-…
        Asked by @alice, took < 1 s.
    "# }
    world.says("alice", "delete db-01 #1 children:yes").await;
    shows! { world, r#"
        Delete "before schema change" of "db-01" and everything below it?  waiting
        Asked by  @alice · R-…
        VM  DC1/db/db-01
        Snapshot  "before schema change" · 40 days old (Tue 13 Oct, 14:05 UTC) · 1 of 2 in the chain · without memory
        Goes  2 snapshots, for good, the oldest 40 days old; the VM itself stays as it is
        Frees  ≈ 27 GB
        ⚠ Caution  Merging this much takes long, and the VM may be slow meanwhile.
        Decides  one of @approvers, not @alice · until 14:35 UTC (30 min)
        [Approve] [Deny] [Break glass] [Withdraw]
    "# }
    world.press("bob", "Approve").await;
    world.until("done").await;
    shows! { world, r#"
        "db-01": "before schema change" and everything below it deleted, 2 snapshots, ≈ 27 GB freed.  success · R-…
        Asked by @alice, approved by @bob, 14:05 UTC, took < 1 s.
    "# }
    assert!(world.sim.vm("db-01").unwrap().snapshots.is_empty());
    world.end(&["RemoveSnapshot_Task db-01"; 2]).await;
}

async fn all_snapshots_go(on: On) {
    let world = World::on(on).await;
    world.says("alice", "delete-all deep-01").await;
    shows! { world, r#"
        Delete all 30 snapshots of "deep-01"?  waiting
        Asked by  @alice · R-…
        VM  DC1/test/deep-01
        Goes  30 snapshots, for good, the oldest 7 days old; the VM itself stays as it is
        Frees  ≈ 6.3 GB
        Decides  one of @approvers, not @alice · until 14:35 UTC (30 min)
        [Approve] [Deny] [Break glass] [Withdraw]
    "# }
    world.press("carol", "Approve").await;
    world.until("done").await;
    shows! { world, r#"
        "deep-01": all 30 snapshots deleted, ≈ 6.3 GB freed.  success · R-…
        Asked by @alice, approved by @carol, 14:05 UTC, took < 1 s.
    "# }
    world.end(&["RemoveAllSnapshots_Task deep-01"]).await;
}

async fn a_vm_goes_back_to_its_latest_snapshot(on: On) {
    let world = World::on(on).await;
    world.says("alice", "revert-latest db-01 ticket:CHG0042117").await;
    shows! { world, r#"
        Revert "db-01" to "before index rebuild"?  waiting
        Asked by  @alice · R-… · CHG0042117
        VM  DC1/db/db-01
        Snapshot  "before index rebuild" · 1 day old (Sat 21 Nov, 08:05 UTC) · 3 of 3 in the chain · without memory
        Lost  everything written since then (≈ 1.3 GB)
        Power  on now → off afterwards (the snapshot holds no memory)
        Decides  one of @approvers, not @alice · until 14:35 UTC (30 min)
        [Approve] [Deny] [Break glass] [Withdraw]
    "# }
    world.press("bob", "Approve").await;
    world.until("done").await;
    shows! { world, r#"
        "db-01" is back at "before index rebuild" (Sat 21 Nov, 08:05 UTC).  success · R-…
        It is powered off now: the snapshot held no memory.
        Asked by @alice (CHG0042117), approved by @bob, 14:05 UTC, took < 1 s.
        [Power on]
    "# }
    // A snapshot with memory brings the VM back running.
    world.says("carol", "revert-latest prod-01").await;
    shows! { world, r#"
        Revert "prod-01" to "before kernel update"?  waiting
        Asked by  @carol · R-…
        VM  DC1/prod/prod-01
        Snapshot  "before kernel update" · 2 days old (Fri 20 Nov, 14:05 UTC) · the only one · with memory
        Lost  everything written since then (≈ 3.2 GB)
        Power  on, and stays so
        Decides  one of @approvers, not @carol · until 14:35 UTC (30 min)
        [Approve] [Deny] [Break glass] [Withdraw]
    "# }
    world.press("bob", "Approve").await;
    world.until("done").await;
    shows! { world, r#"
        "prod-01" is back at "before kernel update" (Fri 20 Nov, 14:05 UTC).  success · R-…
        It is powered on: the snapshot held its memory.
        Asked by @carol, approved by @bob, 14:05 UTC, took < 1 s.
    "# }
    world.end(&["RevertToSnapshot_Task db-01", "RevertToSnapshot_Task prod-01"]).await;
}

async fn a_vm_stays_off_where_that_is_asked_for(on: On) {
    let world = World::on(on).await;
    world.says("carol", "revert-latest prod-01 stay-off:yes").await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    shows! { world, r#"
        "prod-01" is back at "before kernel update" (Fri 20 Nov, 14:05 UTC).  success · R-…
        It is suspended now: it was to stay off, and the snapshot holds its memory.
        Asked by @carol, approved by @bob, 14:05 UTC, took < 1 s.
        [Power on]
    "# }
    world.end(&["RevertToSnapshot_Task prod-01"]).await;
}

async fn disks_are_consolidated(on: On) {
    let world = World::on(on).await;
    world.says("alice", "consolidate needs-consolidation-01").await;
    world.until("done").await;
    shows! { world, r#"
        "needs-consolidation-01": disks consolidated.  success · R-…
        Asked by @alice, took < 1 s.
    "# }
    world.says("alice", "consolidate web-01").await.is(r#"
        "web-01": nothing was consolidated.  failure · R-…
        The disks of "web-01" need no consolidation.
        Asked by @alice.
    "#);
    world.end(&["ConsolidateVMDisks_Task needs-consolidation-01"]).await;
}

async fn a_snapshot_is_renamed_and_keeps_its_marker(on: On) {
    let world = World::on(on).await;
    world.says("alice", "take web-01 first description:\"to 8.0\"").await;
    world.until("done").await;
    let edit = "edit web-01 first name:\"before 8.0.3\" description:\"to 8.0.3\"";
    world.says("alice", edit).await;
    world.until("done").await;
    shows! { world, r#"
        "web-01": snapshot "first" is called "before 8.0.3" now, and has a new description.  success · R-…
        Asked by @alice.
    "# }
    let renamed = world.sim.vm("web-01").unwrap().snapshots.remove(0);
    let (words, marker) = renamed.description.split_once('\n').unwrap();
    assert_eq!((renamed.name.as_str(), words), ("before 8.0.3", "to 8.0.3"));
    assert!(marker.starts_with("[snapwarden R-") && marker.ends_with("/1 by=alice]"), "{marker}");
    world.says("alice", "edit web-01 #1 name:\"before 8.0.3\"").await.is(r#"
        "web-01": nothing was changed.  failure · R-…
        The snapshot already has that name and description.
        Asked by @alice.
    "#);
    world.end(&["CreateSnapshotEx_Task web-01", "RenameSnapshot web-01"]).await;
}
