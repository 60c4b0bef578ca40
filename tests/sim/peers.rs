//! Clients that other people wrote, against the simulator: VMware's govc (Go) and pyvmomi (Python), Ansible's collections, and
//! check-vmware, a monitoring plugin.
//!
//! A client that is not there is skipped with a line that says how to get it; with `SNAPWARDEN_REQUIRE_PEERS=1` that fails.
//! `SNAPWARDEN_GOVC` names the govc program (default `$HOME/.cache/snapwarden/govc`, built from tests/clients/govc),
//! `SNAPWARDEN_PYTHON` a Python that has pyvmomi and Ansible (default `python3`), `SNAPWARDEN_COLLECTIONS` the folder with Ansible's
//! collections (default `$HOME/.cache/snapwarden/collections`).

use std::path::PathBuf;
use std::process::{Command, Output};

use snapwarden_sim::{Power, Secured, Sim, SimOptions};
use tokio::net::TcpListener;

use super::wire::Wire;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn govc_works() {
    let Some(program) = built("SNAPWARDEN_GOVC", "govc", "govc") else { return };
    let wire = Wire::start(SimOptions { task_seconds: 0.2, ..SimOptions::default() }).await;
    let url = wire.url.replace("http://", "http://user:pass@") + "/sdk";
    let run = |arguments: &[&str]| {
        let output = Command::new(&program)
            .args(arguments)
            .env("GOVC_URL", &url)
            .env("GOVC_INSECURE", "1")
            .env("GOVC_PERSIST_SESSION", "false")
            .output()
            .unwrap();
        (output.status.success(), both(&output))
    };
    let ok = |arguments: &[&str]| {
        let (success, text) = run(arguments);
        assert!(success, "govc {arguments:?}: {text}");
        text
    };
    assert!(ok(&["about"]).contains("API version:  8.0.3.0"));
    assert_eq!(ok(&["ls"]).lines().count(), 4);
    assert_eq!(ok(&["find", "/", "-type", "m"]).lines().count(), 40);
    assert!(ok(&["find", "/", "-type", "m", "-runtime.powerState", "poweredOff"]).contains("/DC1/vm/test/cold-01"));
    assert!(ok(&["vm.info", "-r", "/DC1/vm/web/web-02"]).contains("Network:              VM Network"));
    assert!(ok(&["datastore.info"]).contains("Type:      VMFS"));
    let tree = ok(&["snapshot.tree", "-vm", "db-01", "-s"]);
    assert!(tree.contains("[18.0GB]  after import") && tree.contains("[7.2GB]  ."), "{tree}");

    ok(&["snapshot.create", "-vm", "web-01", "-m=false", "-q=true", "-d", "a <b>", "first"]);
    ok(&["snapshot.create", "-vm", "web-01", "-m=true", "second"]);
    assert_eq!(ok(&["snapshot.tree", "-vm", "web-01"]), "first\n  second\n  .\n");
    let view = wire.sim.vm("web-01").unwrap();
    assert!(view.snapshots[0].quiesced && view.snapshots[1].memory);
    assert_eq!(view.snapshots[0].description, "a <b>");
    ok(&["snapshot.revert", "-vm", "web-01", "first"]);
    assert_eq!(wire.sim.vm("web-01").unwrap().power, Power::Off);
    ok(&["vm.power", "-on", "web-01"]);
    assert_eq!(wire.sim.vm("web-01").unwrap().power, Power::On);
    // The current one is left where it is not to become unset: govc 0.56 crashes where a tree has no current snapshot.
    ok(&["snapshot.revert", "-vm", "web-01", "second"]);
    ok(&["snapshot.remove", "-vm", "web-01", "first"]);
    assert_eq!(ok(&["snapshot.tree", "-vm", "web-01"]), "second\n.\n");
    ok(&["snapshot.remove", "-vm", "web-01", "*"]);
    assert!(wire.sim.vm("web-01").unwrap().snapshots.is_empty());
    ok(&["vm.power", "-off", "-force", "web-01"]);

    for (arguments, words) in [
        (["snapshot.create", "-vm", "legacy-01", "-m=true", "x"].as_slice(), "independent disks"),
        (&["snapshot.create", "-vm", "legacy-01", "-m=false", "-q=true", "x"], "quiescing"),
        (&["vm.power", "-off", "-force", "cold-01"], "current state"),
        (&["snapshot.revert", "-vm", "cold-01"], "could not be found"),
    ] {
        let (success, text) = run(arguments);
        assert!(!success && text.contains(words), "govc {arguments:?}: {text}");
    }
    govc_tags(&run);
    let tasks = ok(&["tasks", "-l", "-b", "1h"]);
    assert!(tasks.contains("Revert snapshot") && tasks.contains("Remove all snapshots"), "{tasks}");
    let events = ok(&["events", "/DC1/vm/web/web-01"]);
    assert!(events.contains("[info] Task: VirtualMachine.createSnapshot"), "{events}");
    let keyed = |path: &str| run(&["object.collect", "-s", "/DC1/vm/web/web-01", path]).0;
    assert!(keyed("config.hardware.device[2000]") && !keyed("config.hardware.device[\"2000\"]"));
    let wrong = Command::new(&program)
        .args(["about", "-u"])
        .arg(url.replace("pass@", "wrong@"))
        .env("GOVC_PERSIST_SESSION", "false")
        .output()
        .unwrap();
    assert!(both(&wrong).contains("incorrect user name or password"));
}

/// The tagging API as govc uses it.
fn govc_tags(run: &impl Fn(&[&str]) -> (bool, String)) {
    let ok = |arguments: &[&str]| {
        let (success, text) = run(arguments);
        assert!(success, "govc {arguments:?}: {text}");
        text
    };
    let listed = ok(&["tags.ls"]);
    assert!(
        ["db    tier\n", "prod  env\n", "web   tier\n", "test  env\n"].iter().all(|row| listed.contains(row)),
        "{listed}"
    );
    assert_eq!(ok(&["tags.attached.ls", "-r", "/DC1/vm/prod/prod-01"]), "prod\n");
    ok(&["tags.category.create", "-m=false", "-t", "VirtualMachine", "owner"]);
    ok(&["tags.create", "-c", "owner", "alice"]);
    ok(&["tags.create", "-c", "owner", "bob"]);
    ok(&["tags.attach", "-c", "owner", "alice", "/DC1/vm/web/web-01"]);
    assert!(ok(&["tags.attached.ls", "alice"]).starts_with("VirtualMachine:vm-"));
    for (arguments, words) in [
        (["tags.create", "-c", "owner", "alice"].as_slice(), "already_exists"),
        (&["tags.attach", "-c", "owner", "bob", "/DC1/vm/web/web-01"], "has a tag of owner already"),
        (&["tags.attach", "-c", "owner", "bob", "/DC1/datastore/datastore-01"], "go on other objects"),
    ] {
        let (success, text) = run(arguments);
        assert!(!success && text.contains(words), "govc {arguments:?}: {text}");
    }
    ok(&["tags.detach", "-c", "owner", "alice", "/DC1/vm/web/web-01"]);
    assert_eq!(ok(&["tags.attached.ls", "alice"]), "");
    ok(&["tags.rm", "-c", "owner", "alice"]);
    ok(&["tags.category.rm", "-f", "owner"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pyvmomi_works() {
    let Some(python) = python() else { return };
    let wire = Wire::start(SimOptions { task_seconds: 0.2, ..SimOptions::default() }).await;
    let script = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/clients/pyvmomi_tour.py");
    let output = Command::new(python).arg(script).args([wire.url.as_str(), "user", "pass"]).output().unwrap();
    assert!(output.status.success(), "{}", both(&output));
    assert!(both(&output).ends_with("logged out\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ansible_works() {
    let Some((program, collections)) = ansible() else { return };
    let (sim, port) = secured().await;
    let home = tempfile::tempdir().unwrap();
    let output = Command::new(program)
        .arg(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/clients/ansible/snapshots.yml"))
        .args(["-e", "vcenter=127.0.0.1", "-e"])
        .arg(format!("vcenter_port={port}"))
        .env("ANSIBLE_COLLECTIONS_PATH", collections)
        .env("ANSIBLE_HOME", home.path())
        .env("ANSIBLE_NOCOLOR", "1")
        .output()
        .unwrap();
    let told = both(&output);
    assert!(output.status.success() && told.contains("ok=17 "), "{told}");
    assert!(sim.vm("web-01").unwrap().snapshots.is_empty() && sim.vm("deep-01").unwrap().snapshots.is_empty());
}

/// A monitoring plugin that counts, dates and measures every snapshot below every resource pool.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn check_vmware_works() {
    let Some(program) = built("SNAPWARDEN_CHECK_VMWARE", "check_vmware_snapshots_size", "check_vmware") else { return };
    let (sim, port) = secured().await;
    let all: usize = sim.machines().iter().map(|vm| vm.snapshots.len()).sum();
    let output = Command::new(program)
        .args(["--server", "127.0.0.1", "--username", "user", "--password", "pass", "--trust-cert", "--port"])
        .arg(port.to_string())
        .output()
        .unwrap();
    let told = both(&output);
    assert!(told.contains(&format!("evaluated 40 VMs, {all} Snapshots, 1 Resource Pools")), "{told}");
    for row in [
        r#""db-01" [Age: 40.00 days, Size (item: 29.1KB, sum: 25.2GB), Name: "before schema change""#,
        r#""print-01" [Age: 410.00 days, Size (item: 22.0GB, sum: 22.0GB), Name: "fresh installation""#,
    ] {
        assert!(told.contains(row), "{row}\n{told}");
    }
}

/// The demo's simulator, and the port on which it speaks https.
async fn secured() -> (Sim, u16) {
    let sim = Sim::new(SimOptions { task_seconds: 0.2, ..SimOptions::default() });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (secured, serving) = (Secured::new(listener).unwrap(), sim.clone());
    tokio::spawn(async move { serving.serve_app(serving.router(), secured, std::future::pending()).await });
    (sim, port)
}

/// Ansible's program for playbooks, and the folder with the collections.
fn ansible() -> Option<(PathBuf, PathBuf)> {
    let program = python()?.parent()?.join("ansible-playbook");
    let named = std::env::var_os("SNAPWARDEN_COLLECTIONS").map(PathBuf::from);
    let usual = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/snapwarden/collections"));
    let collections = named.or(usual)?;
    let there = program.is_file() && collections.join("ansible_collections/community/vmware").is_dir();
    if !there {
        missing("Ansible beside SNAPWARDEN_PYTHON with its VMware collections (.ci/run fetches them)");
    }
    there.then_some((program, collections))
}

/// A program that is built from a folder of tests/clients.
fn built(variable: &str, program: &str, folder: &str) -> Option<PathBuf> {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let usual = std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/snapwarden").join(program));
    let found = named.or(usual).filter(|path| path.is_file());
    if found.is_none() {
        missing(&format!("{program}, which .ci/run builds from tests/clients/{folder}"));
    }
    found
}

fn python() -> Option<PathBuf> {
    let python = std::env::var_os("SNAPWARDEN_PYTHON").map_or_else(|| PathBuf::from("python3"), PathBuf::from);
    let has = Command::new(&python).args(["-c", "import pyVmomi"]).output().is_ok_and(|output| output.status.success());
    if !has {
        missing("pyvmomi (pip install pyvmomi, or SNAPWARDEN_PYTHON=a python that has it)");
    }
    has.then_some(python)
}

fn missing(what: &str) {
    assert!(
        std::env::var_os("SNAPWARDEN_REQUIRE_PEERS").is_none_or(|value| value != "1"),
        "SNAPWARDEN_REQUIRE_PEERS=1 and there is no {what}"
    );
    told!("skipped: {what}");
}

fn both(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
