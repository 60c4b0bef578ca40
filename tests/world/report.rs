//! `snapwarden report`: as a process, against our simulator and govmomi's, beside a running bot and without one.

use snapwarden::engine::ports::Clock;
use std::path::Path;
use std::process::Command;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tempfile::TempDir;

use super::harness::World;
use super::process::{Process, Run, run};
use super::watch::daily;
use crate::conformance::peer::{PASSWORD, USER, Vcsim};

/// A configuration for a vCenter, with whatever else is given.
fn configuration(dir: &TempDir, vcenters: &[(&str, &str, &str, &str)], more: &str) -> String {
    let mut text = String::new();
    for (name, url, user, password) in vcenters {
        text.push_str(&format!(
            "[[vcenter]]\nname = \"{name}\"\nurl = \"{url}\"\nusername = \"{user}\"\npassword = \"{password}\"\n\n"
        ));
    }
    let store = dir.path().join("store");
    text.push_str(&format!("[store]\nkind = \"sled\"\npath = \"{}\"\n\n{more}", store.display()));
    let file = dir.path().join("snapwarden.toml");
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

/// A simulator with its configuration.
fn simulated(more: &str) -> (Process, TempDir, String) {
    let sim = Process::start(&["sim", "--listen", "127.0.0.1:0", "--vms", "40", "--seed", "1"]);
    let dir = tempfile::tempdir().unwrap();
    let url = format!("{}/sdk", sim.url);
    let file = configuration(&dir, &[("lab", &url, "user", "pass")], more);
    (sim, dir, file)
}

async fn report(arguments: &[&str]) -> Run {
    let arguments: Vec<String> =
        std::iter::once("report").chain(arguments.iter().copied()).map(str::to_owned).collect();
    let run = move || run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(run).await.unwrap()
}

const REPORTS: &str = "[[report]]\nname = \"databases\"\nchannel = \"console:ops\"\nvms = [\"db-*\"]\nwarn_age = \"2d\"\nmax_age = \"10d\"\n\n\
                       [[report]]\nname = \"tout\"\nchannel = \"console:ops\"\nlocale = \"fr\"\nmax_age = \"1000d\"\nwarn_age = \"900d\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn every_format_tells_of_the_same_snapshots() {
    let (sim, _dir, file) = simulated("");
    let json = report(&["--config", &file, "--format", "json"]).await;
    json.printed(&[]);
    let told: Value = serde_json::from_str(&json.stdout).unwrap();
    let rows = told["rows"].as_array().unwrap();
    assert_eq!(told["summary"]["snapshots"], rows.len());
    assert!(rows.len() > 30, "{} snapshots", rows.len());
    assert!(rows.iter().all(|row| row["bytes"].is_u64()), "sizes are read in one go: {rows:#?}");
    let deep = rows.iter().filter(|row| row["vm"] == "deep-01").map(|row| row["depth"].as_u64().unwrap()).max();
    assert_eq!(deep, Some(30));
    assert!(json.stderr.contains("there is no journal yet"), "{json:?}");

    let csv = report(&["--config", &file, "--format", "csv"]).await;
    csv.printed(&["vcenter,vm,vm_path,", "lab,db-01,DC1/db/db-01,"]);
    assert_eq!(csv.stdout.lines().count(), rows.len() + 1);
    assert!(csv.stdout.starts_with("vcenter"), "what programs read has no byte order mark");

    let table = report(&["--config", &file]).await;
    table.printed(&["Snapshots \"all\"", "AGE", "before schema change #1", "max_age"]);
    told!("the table for terminals:\n{}", table.stdout.lines().take(12).collect::<Vec<_>>().join("\n"));
    sim.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reports_own_scope_limits_and_language_hold_and_decide_the_exit_code() {
    let (sim, dir, file) = simulated(REPORTS);
    let first = report(&["--config", &file, "--format", "json"]).await;
    let told: Value = serde_json::from_str(&first.stdout).unwrap();
    assert_eq!(
        (&told["report"], told["summary"]["limits"]["max_age_seconds"].as_i64()),
        (&"databases".into(), Some(864_000))
    );
    assert!(told["rows"].as_array().unwrap().iter().all(|row| row["vm"].as_str().unwrap().starts_with("db-")));
    report(&["--config", &file, "--fail-on", "max_age"]).await.failed(1, &[]);
    report(&["--config", &file, "--name", "tout", "--fail-on", "max_age", "--fail-on", "warn_age"]).await.printed(&[]);
    report(&["--config", &file, "--name", "tout", "--fail-on", "max_depth"]).await.failed(1, &[]);
    report(&["--config", &file, "--name", "nothing"]).await.failed(2, &["no [[report]] \"nothing\": databases, tout"]);
    report(&["--config", &file, "--fail-on", "age"]).await.failed(2, &["max_age"]);

    let picture = dir.path().join("ages.png");
    let out = picture.display().to_string();
    report(&["--config", &file, "--name", "tout", "--format", "png", "--out", &out]).await.printed(&[]);
    assert!(std::fs::read(&picture).unwrap().starts_with(b"\x89PNG"));
    let folder = dir.path().display().to_string();
    report(&["--config", &file, "--out", &folder]).await.failed(2, &["it is a folder"]);
    let nowhere = dir.path().join("no/such/folder.csv").display().to_string();
    report(&["--config", &file, "--out", &nowhere]).await.failed(1, &["cannot be written"]);
    sim.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vcenter_that_is_away_is_exit_3_with_what_to_do() {
    let (sim, dir, _) = simulated("");
    let away = ("away", "http://127.0.0.1:9/sdk", "bot", "secret");
    let file = configuration(&dir, &[away], "");
    let none = report(&["--config", &file]).await;
    none.failed(3, &["vCenter away", "no vCenter could be read", "snapwarden check"]);
    assert_eq!(none.stdout, "", "no figures are better than wrong ones");

    let url = format!("{}/sdk", sim.url);
    let both = [away, ("lab", url.as_str(), "user", "pass")];
    let file = configuration(&dir, &both, "");
    let part = report(&["--config", &file, "--format", "json"]).await;
    part.failed(3, &["vCenter away", "what it has is missing here"]);
    let told: Value = serde_json::from_str(&part.stdout).unwrap();
    assert_eq!(told["summary"]["away"][0]["vcenter"], "away");
    assert!(told["summary"]["snapshots"].as_u64().unwrap() > 30, "what can be told is told");

    let twins = [("paris", url.as_str(), "user", "pass"), ("lab", url.as_str(), "user", "pass")];
    let file = configuration(&dir, &twins, "");
    let table = report(&["--config", &file]).await.stdout;
    for place in ["paris/DC1/db/db-01", "lab/DC1/db/db-01"] {
        assert!(table.contains(place), "one path in two vCenters: {table}");
    }
    sim.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_runs_beside_a_bot_and_knows_its_requests() {
    let state = tempfile::tempdir().unwrap();
    let folder = state.path().display().to_string();
    let demo = Process::start(&["demo", "--listen", "127.0.0.1:0", "--speed", "100", "--state", &folder]);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let send = |text: &str| {
        let body = serde_json::json!({"person": "alice", "channel": "ops", "text": text}).to_string();
        client.post(format!("{}/api/commands", demo.url)).header("content-type", "application/json").body(body).send()
    };
    let told: Value =
        serde_json::from_slice(&send("/snapshot take web-01 \"for the report\"").await.unwrap().bytes().await.unwrap())
            .unwrap();
    let id = told["request"].as_str().unwrap().to_owned();
    loop {
        let request = client.get(format!("{}/api/requests/{id}", demo.url)).send().await.unwrap().text().await.unwrap();
        if request.contains("\"state\":\"done\"") {
            break;
        }
        assert!(!request.contains("failed"), "{request}");
        tokio::task::yield_now().await;
    }
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("snapwarden.toml");
    let text = format!(
        "[[vcenter]]\nname = \"demo\"\nurl = \"{}/sdk\"\nusername = \"user\"\npassword = \"pass\"\n[store]\nkind = \"sled\"\npath = \"{folder}\"\n",
        demo.url
    );
    std::fs::write(&file, text).unwrap();
    let made = report(&["--config", &file.display().to_string(), "--format", "json"]).await;
    made.printed(&[]);
    let told: Value = serde_json::from_str(&made.stdout).unwrap();
    let row = told["rows"].as_array().unwrap().iter().find(|row| row["snapshot"] == "for the report").unwrap();
    assert_eq!((&row["made_by"], &row["kind"]), (&"alice".into(), &"ordinary".into()), "the journal knows its request");
    assert_eq!(told["audit_head"].as_str().unwrap().len(), 64);
    demo.terminate().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_tells_of_yesterday_of_broken_glass_and_of_the_next_slot() {
    let dir = tempfile::tempdir().unwrap();
    let store = dir.path().join("store");
    let world = World::with(|setup| {
        // The command looks at the machine's clock, so the bot's yesterday has to be that one's, too.
        setup.now = Timestamp::now() - SignedDuration::from_hours(26);
        setup.sim.now = setup.now - SignedDuration::from_secs(30);
        setup.folder = Some(store.clone());
        daily(setup);
    })
    .await;
    world.settled().await;
    world.advance(SignedDuration::from_hours(2));
    world.settled().await;
    world.says("alice", "revert-latest db-01").await;
    let glass = world.button("carol", "Break glass").await;
    world.press_with("carol", &glass, &[("reason", "the shop is down")]).await;
    world.until("done").await;
    // Less than the time between two looks later, so that the bot has counted none of this yet.
    world.advance(SignedDuration::from_mins(5));
    world.sim.take_out_of_band("web-01", "since yesterday").unwrap();
    let gone = world.sim.vm("build-01").unwrap().snapshots[0].moref.clone();
    assert!(world.sim.remove_out_of_band(&gone));

    // The command compares vCenter's clock with the machine's.
    world.sim.set_clock_offset(Timestamp::now().duration_since(world.clock.now()));

    let vcenter = &world.config.vcenters[0];
    let more = "[[report]]\nname = \"daily\"\nchannel = \"console:ops\"\nschedule = \"0 16 * * *\"\ntimezone = \"UTC\"\n\n\
                [[report]]\nname = \"webs\"\nchannel = \"console:ops\"\nschedule = \"0 16 * * *\"\nvms = [\"web-*\"]\n";
    let file = configuration(&dir, &[("lab", &vcenter.url.to_string(), "user", "pass")], more);
    let made = report(&["--config", &file, "--format", "json"]).await;
    made.printed(&[]);
    let told: Value = serde_json::from_str(&made.stdout).unwrap();
    let changes = &told["summary"]["changes"];
    assert_eq!((&changes["taken"], &changes["gone"]), (&1.into(), &1.into()), "{changes}");
    assert!(changes["bytes"].as_i64().unwrap() < 0, "{changes}");
    let glasses = told["without_approval"].as_array().unwrap();
    assert_eq!((glasses.len(), &told["without_approval_count"]), (1, &1.into()));
    let glass = &glasses[0];
    assert_eq!(
        (&glass["by"], &glass["verb"], &glass["vm"], &glass["reason"]),
        (&"carol".into(), &"revert-latest".into(), &"db-01".into(), &"the shop is down".into())
    );
    let next: Timestamp = told["next"].as_str().unwrap().parse().unwrap();
    assert!(next > Timestamp::now() && next.to_string().ends_with("T16:00:00Z"), "{next}");
    let table = report(&["--config", &file]).await;
    table.printed(&[
        "since yesterday: 1 taken, 1 gone, - ≈",
        "revert-latest on db-01 by @carol",
        "the shop is down",
        "next report: ",
    ]);

    // A report that the bot has never made knows no yesterday, and of broken glass only what its VMs had.
    let other = report(&["--config", &file, "--name", "webs"]).await;
    other.printed(&["since yesterday: not known"]);
    assert!(!other.stdout.contains("without the approval"), "{}", other.stdout);
    world.end(&["RevertToSnapshot_Task db-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn govmomis_simulator_is_reported_on_too() {
    let Some(peer) = Vcsim::start(&["-vms", "110", "-snapshots", "2"]) else { return };
    let dir = tempfile::tempdir().unwrap();
    let file = configuration(&dir, &[("vcsim", &peer.url, USER, PASSWORD)], "");
    let made = report(&["--config", &file, "--format", "json", "--fail-on", "max_age"]).await;
    made.printed(&[]);
    let told: Value = serde_json::from_str(&made.stdout).unwrap();
    assert_eq!((&told["summary"]["snapshots"], &told["summary"]["vms"]), (&220.into(), &110.into()));
    let out = dir.path().join("all.csv");
    report(&["--config", &file, "--format", "csv", "--out", &out.display().to_string()]).await.printed(&[]);
    assert_eq!(lines_by_python(&out), Some(221).filter(|_| has_python()));
    told!("vcsim: 220 snapshots of 110 VMs reported");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_for_a_report_gets_the_whole_list_as_a_table() {
    let world = World::new().await;
    let said = world.says("alice", "report").await.reply.unwrap().0;
    let files = said["files"].as_array().unwrap();
    let kinds: Vec<&str> = files.iter().map(|file| file["media_type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["image/png", "text/csv"], "{said}");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let url = format!("{}{}", world.life().url, files[1]["url"].as_str().unwrap());
    let table = client.get(&url).send().await.unwrap().error_for_status().unwrap().text().await.unwrap();
    assert!(table.contains(",db-01,DC1/db/db-01,"), "{table}");
    assert!(!table.contains("prod-01"), "alice may not see it:\n{table}");
    let bob = client.get(url.replace("as=alice", "as=bob")).send().await.unwrap();
    assert_eq!(bob.status(), 404, "an answer's files are its person's");
    world.end(&[]).await;
}

fn has_python() -> bool {
    Command::new("python3").arg("--version").output().is_ok()
}

/// How many rows Python's csv module reads; none without Python.
fn lines_by_python(file: &Path) -> Option<usize> {
    if !has_python() {
        told!("skipped: reading the table with Python (no python3)");
        return None;
    }
    let program = "import csv,sys; print(sum(1 for _ in csv.reader(open(sys.argv[1], newline='', encoding='utf-8'), strict=True)))";
    let out = Command::new("python3").args(["-c", program]).arg(file).output().unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Some(String::from_utf8(out.stdout).unwrap().trim().parse().unwrap())
}
