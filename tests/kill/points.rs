//! At every named point the bot is killed with SIGKILL, once while it takes a snapshot and once while it reverts; then it is
//! started again, and what it was asked for comes to its end.
//!
//! The points are asked of the program itself, so one that is added and not thought about here fails. What has to be known
//! after the restart is exactly what the point's name says was committed.

use std::path::Path;

use futures_util::StreamExt;
use futures_util::stream;
use serde_json::Value;
use snapwarden::store::journal;
use snapwarden_sim::{Sim, SimOptions};

use super::people::{People, Seen, button};
use super::process::{Process, configuration};

/// How long a task of the simulated vCenter takes, in seconds: long enough that the bot sees it run.
const TASK_SECONDS: f64 = 0.3;

/// How many VMs the simulated vCenter has: its first ten are the demo's, and each case has one of the others.
const VMS: usize = 60;

/// So many cases run at once. Two of them wait half a minute for traces that are not there; the others take turns beside them.
const AT_ONCE: usize = 6;

/// What a state looks like that nothing follows, and the one in which a person has to look.
const ENDS: [&str; 5] = ["done", "failed", "refused", "stale", "needs_human"];

/// One kill.
#[derive(Debug, Clone)]
struct Case {
    point: String,
    /// Where the point stands in the order in which a request comes by.
    place: usize,
    verb: &'static str,
    vm: String,
}

/// What became of one.
struct Outcome {
    /// Whether the asker had to ask again, because nothing was committed and nobody was told that it was.
    asked_again: bool,
    /// Whether the approver had to.
    pressed_again: bool,
    /// Whether the approver's first click had been answered with success.
    approved: bool,
    /// Whether a person had to look, because nobody else can know.
    looked: bool,
    /// Whether it ended in a message that had been shown before the kill.
    same_message: bool,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_every_point_everything_comes_to_its_end_once() {
    let points = points();
    let home = tempfile::tempdir().unwrap();
    let vcenter = blocking(|| Process::vcenter(VMS, TASK_SECONDS)).await;
    let mut vms = numbered(VMS).into_iter();
    let mut cases = Vec::new();
    for verb in ["take", "revert"] {
        for (place, point) in points.iter().enumerate() {
            let vm = vms.next().expect("enough VMs");
            cases.push(Case { point: point.clone(), place, verb, vm });
        }
    }
    // The ones that take longest begin first.
    cases.sort_by_key(|case| case.point != "calling-committed");
    let (points, vcenter, home) = (&points, &vcenter, home.path());
    let all = stream::iter(cases.clone()).map(async |case| {
        let folder = home.join(format!("{}-{}", case.verb, case.point));
        killed(&case, points, vcenter, &folder).await
    });
    let outcomes: Vec<Outcome> = all.buffer_unordered(AT_ONCE).collect().await;
    let calls = calls(&vcenter.url).await;
    let (mut twice, mut called) = (0, 0);
    for case in &cases {
        let method = if case.verb == "take" { "CreateSnapshotEx_Task" } else { "RevertToSnapshot_Task" };
        let count = calls.iter().filter(|(vm, of)| *vm == case.vm && of == method).count();
        let other = calls.iter().filter(|(vm, of)| *vm == case.vm && of != method).count();
        let lost = case.verb == "revert" && case.point == "calling-committed";
        assert_eq!((count, other), (usize::from(!lost), 0), "calls of {case:?}");
        called += count;
        twice += usize::from(count > 1);
    }
    let count = |what: fn(&Outcome) -> bool| outcomes.iter().filter(|outcome| what(outcome)).count();
    told!(
        "{} kills -9 at {} named points × take and revert: {called} changes in vCenter, {twice} made twice, 0 requests lost; \
         {} asked again after an ask that nobody had confirmed, {} clicked again after a click that nobody had confirmed, \
         {} confirmed clicks of which 0 were forgotten, {} looked at by a person, {} ended in the message that was shown \
         before the kill and {} in the only one there is",
        outcomes.len(),
        points.len(),
        count(|outcome| outcome.asked_again),
        count(|outcome| outcome.pressed_again),
        count(|outcome| outcome.approved),
        count(|outcome| outcome.looked),
        count(|outcome| outcome.same_message),
        count(|outcome| !outcome.same_message),
    );
    assert_eq!(outcomes.len(), 2 * points.len());
    assert!(points.len() >= 12, "{points:?}");
}

/// One case from the first word to the end.
async fn killed(case: &Case, points: &[String], vcenter: &Process, folder: &Path) -> Outcome {
    std::fs::create_dir_all(folder).unwrap();
    let store = folder.join("store");
    let file = folder.join("snapwarden.toml");
    std::fs::write(&file, configuration(vcenter, &store)).unwrap();
    let text = match case.verb {
        "take" => format!("/snapshot take {} \"once\"", case.vm),
        _ => format!("/snapshot revert {} #1", case.vm),
    };
    let seen = first_life(case, &file, &text).await;
    // What is known after the kill is what was committed before it, by the point's name.
    let before = |name: &str| case.place < points.iter().position(|point| point == name).expect("a point");
    let (asked, approved) = (!before("asked-committed"), !before("approval-committed"));
    assert!(asked || seen.request.is_none(), "{case:?}: an ask was confirmed that is not committed");
    assert!(approved || !seen.approved, "{case:?}: a click was confirmed that is not committed");

    let bot = {
        let file = file.clone();
        blocking(move || Process::bot(&file, None)).await
    };
    let people = People::at(&bot, seen.clone());
    let mut outcome = Outcome {
        asked_again: !asked,
        pressed_again: false,
        approved: seen.approved,
        looked: false,
        same_message: false,
    };
    people.until_ready().await.unwrap();
    if outcome.asked_again {
        let again = people.ask(&text).await.unwrap();
        assert!(again["request"].is_string(), "{again}");
    }
    let states = [&ENDS[..], &["awaiting_approval"]].concat();
    let mut message = people.until_shown(&states).await.unwrap();
    if let Some(request) = &seen.request {
        assert_eq!(message["request"], **request, "{case:?}: another request");
    }
    let request = message["request"].as_str().unwrap().to_owned();
    assert_eq!(message["state"] == "awaiting_approval", !approved, "{case:?}: {message}");
    if !approved {
        outcome.pressed_again = seen.approve.is_some();
        let approve = button(&message, "approve").unwrap();
        if let Some(before) = &seen.approve {
            assert_eq!(*before, approve, "{case:?}: the button of before still fits");
        }
        people.press("bob", &approve).await.unwrap();
        message = people.until_shown(&ENDS).await.unwrap();
    }
    if message["state"] == "needs_human" {
        outcome.looked = true;
        let denied = people.read("/api/channels/ops/messages").await.unwrap();
        let not = button(&denied[0], "it_did_not_run").unwrap_or_else(|| panic!("{denied}"));
        people.press("alice", &not).await.unwrap();
        message = people.until_shown(&["failed"]).await.unwrap();
    }
    let end = if outcome.looked { "failed" } else { "done" };
    assert_eq!(message["state"], end, "{case:?}: {message}\n{}", bot.words());
    let told = people.read(&format!("/api/requests/{request}")).await.unwrap();
    assert_eq!(told["approvals"].as_array().map(Vec::len), Some(1), "{case:?}: {told}");
    if let Some(before) = &seen.message {
        assert_eq!(message["id"], **before, "{case:?}: another message");
        outcome.same_message = true;
    }
    bot.kill();
    journal::verify(&store).unwrap_or_else(|broken| panic!("{case:?}: {broken}"));
    outcome
}

/// Up to the point and the kill. Gives what people had seen by then.
async fn first_life(case: &Case, file: &Path, text: &str) -> Seen {
    let (file, point) = (file.to_owned(), case.point.clone());
    let bot = blocking(move || Process::bot(&file, Some(&point))).await;
    let people = People::at(&bot, Seen::default());
    people.until_ready().await.unwrap();
    let halted = async {
        bot.until_halted(&case.point).await;
        bot.kill();
    };
    // After the kill answers that were on their way arrive; then there is silence.
    let (ended, ()) = tokio::join!(people.live(text), halted);
    assert!(ended.is_err(), "{case:?}: it went by");
    people.seen.lock().unwrap().clone()
}

/// Every point, as the program lists them for somebody who asked for one that is not there.
fn points() -> Vec<String> {
    let home = tempfile::tempdir().unwrap();
    let run = std::process::Command::new(env!("CARGO_BIN_EXE_snapwarden"))
        .args(["demo", "--listen", "127.0.0.1:0", "--state"])
        .arg(home.path())
        .env("SNAPWARDEN_HALT_AT", "nowhere")
        .output()
        .unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert_eq!(run.status.code(), Some(2), "{said}");
    let list = said.lines().last().and_then(|line| line.split_once("The points are: "));
    let (_, list) = list.unwrap_or_else(|| panic!("{said}"));
    list.split(", ").map(str::to_owned).collect()
}

#[test]
fn every_point_is_in_the_documentation() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/testing.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let documented: Vec<&str> =
        rows.map(|(name, _)| name).filter(|name| points().iter().any(|own| own == name)).collect();
    assert_eq!(documented, points(), "docs/testing.md lists the points in their order");
}

/// The VMs of a simulated vCenter that are not the demo's own, each with one snapshot: same seed, same VMs.
pub(crate) fn numbered(vms: usize) -> Vec<String> {
    let sim = Sim::new(SimOptions { vms, snapshots: Some(1), ..SimOptions::default() });
    let numbered = |name: &String| name.rsplit_once('-').is_some_and(|(_, number)| number.len() == 3);
    sim.machines().into_iter().map(|vm| vm.name).filter(numbered).collect()
}

/// The changes that the simulated vCenter was asked for: VM and method.
pub(super) async fn calls(url: &str) -> Vec<(String, String)> {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let calls = http.get(format!("{url}/calls")).send().await.unwrap().bytes().await.unwrap();
    let calls: Vec<Value> = serde_json::from_slice(&calls).unwrap();
    let of = |call: &Value, key: &str| call[key].as_str().unwrap().to_owned();
    let all = calls.iter().map(|call| (of(call, "entity"), of(call, "method")));
    all.filter(|(_, method)| method.ends_with("_Task") || method == "RenameSnapshot").collect()
}

/// Starts a process without standing in anybody's way.
pub(super) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|failed| std::panic::resume_unwind(failed.into_panic()))
}
