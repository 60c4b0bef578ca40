//! A simulated vCenter with a file, as its clients see it over a restart: tasks go on, references stay, sessions end.
//!
//! Being killed is to go on with what the file says at that moment, so a copy of it is what the next process gets.

use std::path::{Path, PathBuf};

use snapwarden_sim::{Sim, SimOptions};

use super::wire::{Wire, spec};

/// How long a wait for changes may stand, in seconds.
const PATIENCE: u32 = 30;

fn options(task_seconds: f64) -> SimOptions {
    SimOptions { task_seconds, ..SimOptions::default() }
}

/// The world that a kill at this moment would leave.
fn killed(file: &Path) -> PathBuf {
    let copy = file.with_extension("killed.json");
    std::fs::copy(file, &copy).unwrap();
    copy
}

#[tokio::test]
async fn a_running_task_ends_by_itself_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("world.json");
    let mut before = Wire::serve(Sim::persistent(options(1.0), &file).unwrap()).await;
    let cookie = before.login().await.cookie;
    let task = before.take("web-01", "a").await.tag("returnval").unwrap().to_owned();
    let info = before.read("Task", &task, &["info.queueTime", "info.entity"]).await;
    let sim = Sim::persistent(options(1.0), &killed(&file)).unwrap();
    drop(before);

    let mut after = Wire::serve(sim).await;
    let list = after.read("Task", &task, &["info"]).await;
    assert_eq!(list.fault(), Some("NotAuthenticated"), "{}", list.text);
    assert_ne!(after.login().await.cookie, cookie);
    let same = after.read("Task", &task, &["info.queueTime", "info.entity"]).await;
    assert_eq!(same.text, info.text);
    // Nobody does anything; the clients only wait.
    after.filter(&spec("Task", &["info"], &format!("<obj type=\"Task\">{task}</obj>"))).await;
    let (mut version, mut state) = (String::new(), String::new());
    while state != "success" {
        let news = after.wait(&version, PATIENCE, "").await;
        version = news.tag("version").expect("a task that runs has news").to_owned();
        state = news.tag("state").unwrap().to_owned();
        assert!(["queued", "running", "success"].contains(&state.as_str()), "{state}");
    }
    let vm = after.sim.vm("web-01").unwrap();
    assert_eq!(vm.snapshots.len(), 1);
    let result = after.read("Task", &task, &["info.result"]).await;
    assert!(result.has(&format!(">{}</val>", vm.snapshots[0].moref)), "{}", result.text);
}

#[tokio::test]
async fn a_task_whose_reference_was_answered_is_in_the_file() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("world.json");
    let mut wire = Wire::serve(Sim::persistent(options(3600.0), &file).unwrap()).await;
    wire.login().await;
    for name in ["web-01", "db-01", "deep-01", "prod-01", "backup-01"] {
        let task = wire.take(name, "a").await.tag("returnval").unwrap().to_owned();
        let sim = Sim::persistent(options(3600.0), &killed(&file)).unwrap();
        assert_eq!(sim.vm(name).unwrap().busy.as_deref(), Some("VirtualMachine.createSnapshot"));
        let mut after = Wire::serve(sim).await;
        after.login().await;
        assert_eq!(after.read("Task", &task, &["info.key"]).await.status, 200, "{task}");
    }
}

#[tokio::test]
async fn the_inventory_reads_the_same_after_a_restart() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("world.json");
    let mut before = Wire::serve(Sim::persistent(options(0.0), &file).unwrap()).await;
    before.login().await;
    assert_eq!(before.take("web-01", "50 %25 &lt;é&gt;").await.status, 200);
    before.sim.take_out_of_band("db-01", "by a colleague").unwrap();
    let mut after = Wire::serve(Sim::persistent(options(0.0), &killed(&file)).unwrap()).await;
    after.login().await;
    assert_eq!(after.sim.machines(), before.sim.machines());
    let paths = [
        "name",
        "parent",
        "config",
        "snapshot",
        "summary.storage.committed",
        "layoutEx.file",
        "layoutEx.snapshot",
        "recentTask",
    ];
    for vm in before.sim.machines() {
        let (one, two) = (
            before.read("VirtualMachine", &vm.moref, &paths).await,
            after.read("VirtualMachine", &vm.moref, &paths).await,
        );
        assert_eq!(one.text, two.text, "{}", vm.name);
    }
    let about = ["content.about.instanceUuid", "content.rootFolder"];
    let (one, two) = (
        before.read("ServiceInstance", "ServiceInstance", &about).await,
        after.read("ServiceInstance", "ServiceInstance", &about).await,
    );
    assert_eq!(one.text, two.text);
}
