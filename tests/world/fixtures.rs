//! A store that a released version wrote, opened by this one: everything in it is read, is shown as it was, and goes on.
//!
//! `tests/fixtures/0.1.0` holds that version's configuration and state, and the buttons that people had before them when it ended; its README.md says
//! how it was written and what is in it. These tests know the rows as that version wrote them, which is JSON that never changes, and look at what is
//! shown and done. They know none of this version's types.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use snapwarden::app::Bot;
use snapwarden::config::{self, Config, Needs};
use snapwarden::domain::token::TokenKey;
use snapwarden::engine::clock::ManualClock;
use snapwarden::engine::ports::{Commit, Store};
use snapwarden::store::{DiskStore, Limits, journal};
use tempfile::TempDir;

use super::harness::World;
use super::said::Said;
use crate::goldens::{Found, compare_at};

/// The journal of the fixture; one file is enough for it.
const JOURNAL: &str = "journal-000001.jsonl";

/// The row that a freeze is kept in.
const FREEZE: &str = "meta/freeze";

/// The channels of its configuration.
const CHANNELS: [&str; 2] = ["ops", "web-team"];

/// A copy of the fixture, to be opened.
struct Stored {
    folder: TempDir,
    /// When its version ended.
    at: Timestamp,
    /// Every row by its key, as that version wrote it.
    rows: BTreeMap<String, Value>,
    /// The messages with buttons that people had before them.
    buttons: Vec<Value>,
}

fn fixture(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/0.1.0").join(file)
}

fn configuration() -> Config {
    let file = fixture("snapwarden.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    config::parse(&text, &file.display().to_string(), Needs::Run, &|_| None).unwrap()
}

impl Stored {
    /// As it was when its version ended, in a freeze.
    fn frozen() -> Self {
        Self::of(std::fs::read_to_string(fixture("state").join(JOURNAL)).unwrap())
    }

    /// As it was right before that freeze.
    fn before_the_freeze() -> Self {
        let text = std::fs::read_to_string(fixture("state").join(JOURNAL)).unwrap();
        let lines: Vec<&str> = text.split_inclusive('\n').collect();
        let freezes = |line: &&str| line.contains(&format!("\"{FREEZE}\":{{"));
        let last = lines.iter().rposition(freezes).expect("it ends in a freeze");
        Self::of(lines[..last].concat())
    }

    fn of(journal: String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(JOURNAL), &journal).unwrap();
        std::fs::copy(fixture("state/token.key"), folder.path().join("token.key")).unwrap();
        let mut sim: Value = json(&fixture("state/simulated-vcenter.json"));
        // For the simulated vCenter, time goes on while nobody has its file: from now on, however old the fixture is.
        sim["written"] = Timestamp::now().to_string().into();
        // That version knew the account by the name that was typed; tasks name it as vCenter does.
        let sim = sim.to_string().replace("\"user\":\"user\"", "\"user\":\"VSPHERE.LOCAL\\\\user\"");
        std::fs::write(folder.path().join("simulated-vcenter.json"), sim).unwrap();
        let mut rows = BTreeMap::new();
        let mut at = None;
        for line in journal.lines() {
            let line: Value = serde_json::from_str(line).unwrap();
            at = Some(line["ts"].as_str().unwrap().parse().unwrap());
            for (key, row) in line["puts"].as_object().into_iter().flatten() {
                rows.insert(key.clone(), row.clone());
            }
            for key in line["deletes"].as_array().into_iter().flatten() {
                rows.remove(key.as_str().unwrap());
            }
        }
        let buttons = serde_json::from_value(json(&fixture("buttons.json"))).unwrap();
        Self { folder, at: at.expect("the journal has lines"), rows, buttons }
    }

    /// The same rows, of people who read French.
    async fn in_french(self) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rows = self.store().scan("", None, 100_000).await.unwrap();
        let french = |(key, _, row): (String, _, Vec<u8>)| {
            let row = String::from_utf8(row).unwrap().replace("\"locale\":\"en\"", "\"locale\":\"fr\"");
            (key, row.into_bytes())
        };
        let before = self.folder;
        let stored = Self { folder, ..self };
        let puts = rows.into_iter().map(french).collect();
        stored.store().commit(Commit { puts, ..Commit::default() }).await.unwrap();
        // Only now: a folder with a key and without a journal is refused.
        for file in ["token.key", "simulated-vcenter.json"] {
            std::fs::copy(before.path().join(file), stored.folder.path().join(file)).unwrap();
        }
        stored
    }

    fn store(&self) -> DiskStore {
        let limits = Limits { ballast_bytes: 4_096, ..Limits::default() };
        DiskStore::open_with(self.folder.path(), Arc::new(ManualClock::new(self.at)), limits).unwrap().0
    }

    /// Starts this version on it. Where its vCenter hangs, nothing goes on.
    async fn open(&self, hangs: bool) -> World {
        let mut config = configuration();
        config.vcenters.clear();
        let folder = self.folder.path().to_owned();
        World::with(|setup| {
            setup.config = config;
            setup.now = self.at;
            setup.sim_file = Some(folder.join("simulated-vcenter.json"));
            setup.sim.vms = 0;
            setup.folder = Some(folder);
            setup.vcenter_hangs = hangs;
        })
        .await
    }

    /// The open request on this VM, with this in its row.
    fn open_request(&self, vm: &str, part: &str) -> String {
        let on_it = |(key, row): &(&String, &Value)| {
            key.starts_with("request/open/")
                && row["request"]["target"]["name"] == vm
                && row["request"].to_string().contains(part)
        };
        let found: Vec<_> = self.rows.iter().filter(on_it).collect();
        assert_eq!(found.len(), 1, "open requests on {vm} with {part}");
        found[0].1["request"]["id"].as_str().unwrap().to_owned()
    }

    /// The token of a button that stands on a message of that time.
    fn token(&self, message: &str, label: &str) -> String {
        let of = |one: &&Value| one["request"] == message || one["title"].as_str().unwrap().starts_with(message);
        let found: Vec<&Value> = self.buttons.iter().filter(of).collect();
        let [message] = found[..] else { panic!("{} messages are {message}", found.len()) };
        let button = message["buttons"].as_array().unwrap().iter().find(|button| button["label"] == label);
        let button = button.unwrap_or_else(|| panic!("no [{label}] on {message}"));
        button["token"].as_str().unwrap().to_owned()
    }

    /// How many messages its rows stand for: requests that were shown or are to be, and what a channel was told.
    fn messages(&self) -> usize {
        let shown = |(key, row): &(&String, &Value)| match key.split('/').next() {
            Some("request") => !is_part(row) && !is_private_refusal(row) && !is_unseen(row),
            Some("bulletin") => row["private"] != true,
            _ => false,
        };
        self.rows.iter().filter(shown).count()
    }
}

/// A part of a plan has no message of its own until it asks people something.
fn is_part(row: &Value) -> bool {
    let action = row["request"]["origin"]["action"].as_str();
    action.is_some_and(|action| action.starts_with("sweep.")) && row["request"]["state"]["state"] != "needs_human"
}

/// A refusal at once was told to one person.
fn is_private_refusal(row: &Value) -> bool {
    row["request"]["state"]["state"] == "refused" && row["request"]["plan"].is_null() && row["posted"].is_null()
}

/// Nothing is shown before the VM was read.
fn is_unseen(row: &Value) -> bool {
    row["request"]["state"]["state"] == "asked" && row["posted"].is_null()
}

fn json(file: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Every message of every channel, once all are back.
async fn shown(world: &World, stored: &Stored) -> String {
    let calling: Vec<String> =
        ["calling-01", "calling-02"].iter().map(|vm| stored.open_request(vm, "\"calling\"")).collect();
    let all = world
        .wait("every message is back", async || {
            let mut all = Vec::new();
            for channel in CHANNELS {
                all.push((channel, world.channel(channel).await));
            }
            let back = all.iter().map(|(_, messages)| messages.len()).sum::<usize>() >= stored.messages();
            let said = |request: &String| {
                let mut messages = all.iter().flat_map(|(_, messages)| messages);
                messages.any(|message| message.0["request"] == **request && message.state() == "unsure")
            };
            (back && calling.iter().all(said)).then_some(all)
        })
        .await;
    let mut text = String::new();
    for (channel, mut messages) in all {
        // Those of one moment stand in the order in which they came back, which is nobody's.
        let text_of = |message: &Said, field: &str| message.0[field].as_str().map(str::to_owned);
        messages.sort_by_key(|one| (text_of(one, "ts"), text_of(one, "request"), one.text()));
        text.push_str(&format!("════ {channel}\n"));
        for message in messages {
            text.push_str(&format!("\n{}\n", message.text()));
        }
        text.push('\n');
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn goldens_of_what_a_released_version_stored() {
    let mut found = Found::default();
    for (language, stored) in
        [("en", Stored::before_the_freeze()), ("fr", Stored::before_the_freeze().in_french().await)]
    {
        let world = stored.open(true).await;
        let text = shown(&world, &stored).await;
        compare_at(&fixture(&format!("shown.{language}.txt")).display().to_string(), &text, &mut found);
        world.end_as_it_is(&[]).await;
        journal::verify(stored.folder.path()).unwrap();
    }
    found.report("what a released version stored");
}

impl World {
    /// A request of the fixture comes to this state.
    async fn comes_to(&self, stored: &Stored, vm: &str, part: &str, state: &str) -> Said {
        self.until_request(&stored.open_request(vm, part), state).await
    }

    /// The bot knows that a VM has so many snapshots.
    async fn until_snapshots(&self, name: &str, count: usize) {
        self.wait_polling(&format!("{name} has {count} snapshots"), async || {
            let inventory = self.bot().handle.parts().fleet.inventory();
            inventory.iter().any(|vm| vm.name == name && vm.tree.len() == count).then_some(())
        })
        .await;
    }

    async fn until_text(&self, part: &str) -> Said {
        self.wait(&format!("somebody is told {part:?}"), async || {
            let mut messages = self.channel("ops").await;
            messages.extend(self.channel("web-team").await);
            messages.into_iter().find(|message| message.text().contains(part))
        })
        .await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_open_goes_on() {
    let stored = Stored::before_the_freeze();
    let mut world = stored.open(false).await;
    // What was on its way comes to its end, and no call is made twice.
    world.comes_to(&stored, "asked-01", "\"asked\"", "done").await;
    world.comes_to(&stored, "checking-01", "\"checking\"", "done").await;
    world.comes_to(&stored, "calling-01", "\"calling\"", "done").await;
    world.comes_to(&stored, "calling-02", "\"calling\"", "done").await;
    world.comes_to(&stored, "ended-01", "\"ended\"", "done").await;
    assert_eq!(world.sim.vm("calling-01").unwrap().snapshots.len(), 1);
    let card = world.until_text("Revert \"inbox-01\" to \"before\"?").await;
    world.press_token("bob", &card.token("Approve").unwrap()).await.is("");
    world.until_request(card.0["request"].as_str().unwrap(), "done").await;

    // The buttons that people had before them do what they say.
    let two = stored.open_request("two-01", "awaiting_approval");
    world.press_token("alice", &stored.token(&two, "Approve")).await.says(&["You cannot decide this"]);
    world.press_token("bob", &stored.token(&two, "Approve")).await.says(&["You have approved this already"]);
    let awaiting = stored.open_request("await-01", "awaiting_approval");
    world.press_token("bob", &stored.token(&awaiting, "Approve")).await.is("");
    world.until_request(&awaiting, "done").await;
    let french = stored.open_request("build-01", "awaiting_approval");
    world.press_token("bob", &stored.token(&french, "Approuver")).await.is("");
    world.until_request(&french, "done").await;
    let human = stored.open_request("human-01", "needs_human");
    world.press_token("alice", &stored.token(&human, "It did not run")).await.is("");
    world.until_request(&human, "failed").await;

    // With a snapshot before it, as the card said.
    let change = stored.open_request("change-01", "awaiting_approval");
    world.press_token("bob", &stored.token(&change, "Approve")).await.is("");
    world.until_request(&change, "done").await;

    // Questions back are still answered.
    let choice = stored.token("I know two VMs called \"web-02\"", "DC1 / test / web-02 · off");
    let answer = world.press_token("alice", &choice).await;
    world.until_request(&answer.id(), "done").await;
    for (question, label, inputs) in [
        ("Which snapshot of \"two-01\"?", "#1 \"one\" · 1 day old", &[][..]),
        ("A change number is needed to revert \"change-01\".", "Go on", &[("ticket", "CHG0042119")][..]),
    ] {
        let answer = world.press_with("alice", &stored.token(question, label), inputs).await;
        world.until_request(&answer.id(), "awaiting_approval").await;
        world.press("alice", "Withdraw").await;
        world.until("withdrawn").await;
    }
    // Rows of both versions lie side by side from now on, and are read together.
    world.restart().await;
    let two = stored.open_request("two-01", "awaiting_approval");
    world.press_token("carol", &stored.token(&two, "Approve")).await.is("");
    world.until_request(&two, "done").await;

    // A plan that waits for a yes; the other channel's is about the same snapshot.
    world.press_token("bob", &stored.token("Delete 1 snapshot older than", "Approve")).await.is("");
    world.until_snapshots("old-02", 0).await;
    world.press_token("bob", &stored.token("Supprimer 1 snapshot de plus", "Approuver")).await.is("");
    world.until_text("\"old-02\" · \"forgotten\" n'était déjà plus là").await;

    // Time passes: tasks end, what waits for them goes on, and a call without a trace is for people.
    for _ in 0..6 {
        world.advance_tasks(SignedDuration::from_secs(905));
        world.settled().await;
    }
    world.comes_to(&stored, "running-01", "before release", "done").await;
    world.comes_to(&stored, "running-01", "right after it", "done").await;
    world.let_time_run();
    world.comes_to(&stored, "busy-01", "after theirs", "done").await;
    let unsure = stored.open_request("unsure-01", "\"unsure\"");
    world.until_request(&unsure, "needs_human").await;
    world.let_time_stand();
    world.press_token("alice", &world.button_of(&unsure, "alice", "It did not run").await).await.is("");
    world.until_request(&unsure, "failed").await;
    world.until_text("3 of 7 snapshots older than 1 d are deleted.").await;
    let part = stored.open_request("part-unsure", "needs_human");
    world.press_token("alice", &stored.token(&part, "It did not run")).await.is("");
    world.until_request(&part, "failed").await;

    let mut changes = world.changes();
    changes.sort();
    let expected = [
        "CreateSnapshotEx_Task asked-01",
        "CreateSnapshotEx_Task busy-01",
        "CreateSnapshotEx_Task change-01",
        "CreateSnapshotEx_Task running-01",
        "CreateSnapshotEx_Task web-02",
        "RemoveAllSnapshots_Task two-01",
        "RemoveSnapshot_Task old-02",
        "RemoveSnapshot_Task part-waiting",
        "RevertToSnapshot_Task await-01",
        "RevertToSnapshot_Task build-01",
        "RevertToSnapshot_Task change-01",
        "RevertToSnapshot_Task checking-01",
        "RevertToSnapshot_Task inbox-01",
    ];
    assert_eq!(changes, expected, "what was called before is not called again");
    world.end_with_what_runs().await;
    journal::verify(stored.folder.path()).unwrap();
    let done = stored.store().scan("request/done/", None, 1_000).await.unwrap();
    let (versioned, released): (Vec<_>, Vec<_>) =
        done.iter().partition(|(_, _, row)| row.starts_with(b"{\"v\":1,\"row\":{"));
    assert!(!versioned.is_empty() && !released.is_empty(), "old rows stay as they are, new ones have their version");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_a_newer_version_is_named_and_nothing_starts() {
    let stored = Stored::frozen();
    let store = stored.store();
    let puts = vec![("meta/last-seq".to_owned(), b"{\"v\":9,\"row\":56}".to_vec())];
    store.commit(Commit { puts, ..Commit::default() }).await.unwrap();
    let clock = Arc::new(ManualClock::new(stored.at));
    let started = Bot::start(&configuration(), Arc::new(store), clock, TokenKey::new([7; 32])).await;
    let why = started.err().expect("it does not start").to_string();
    assert!(why.contains("row meta/last-seq has format 9, and this program reads formats up to"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_freeze_and_a_hold_that_were_stored_hold() {
    let stored = Stored::frozen();
    let world = stored.open(false).await;
    world.says("alice", "take web-01").await.says(&["Everything is frozen by @carol", "the storage is being moved"]);
    let awaiting = stored.open_request("await-01", "awaiting_approval");
    let approve = stored.token(&awaiting, "Approve");
    world.press_token("bob", &approve).await.says(&["Everything is frozen by @carol"]);
    // What was in vCenter comes to its end, what was not is not begun.
    world.comes_to(&stored, "calling-01", "\"calling\"", "done").await;
    world.comes_to(&stored, "calling-02", "\"calling\"", "done").await;
    world.comes_to(&stored, "asked-01", "\"asked\"", "refused").await;
    world.comes_to(&stored, "checking-01", "\"checking\"", "refused").await;
    world.says("carol", "unfreeze").await;
    world.press_token("bob", &approve).await.is("");
    world.until_request(&awaiting, "done").await;
    world.says("alice", "list part-stays").await.says(&["on hold by @carol", "the auditors"]);
    world.end_as_it_is(&["RevertToSnapshot_Task await-01"]).await;
}

/// Where something stands in the rows: what is at this path, in every row whose key begins so.
fn every(stored: &Stored, prefix: &str, path: &str) -> BTreeSet<String> {
    let rows = stored.rows.iter().filter(|(key, _)| key.starts_with(prefix));
    rows.flat_map(|(_, row)| at(row, path)).collect()
}

/// What is at a path: a word, or the name of a value's only or first variant.
fn at(row: &Value, path: &str) -> Vec<String> {
    let mut found = vec![row];
    for part in path.split('.') {
        found = match part {
            "*" => found.into_iter().filter_map(Value::as_array).flatten().collect(),
            part => found.iter().filter_map(|value| value.get(part)).collect(),
        };
    }
    let word = |value: &&Value| match value {
        Value::String(word) => Some(word.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Object(fields) => match fields.iter().next() {
            Some((name, Value::Null)) => Some(format!("{name} null")),
            Some((name, _)) => Some(name.clone()),
            None => None,
        },
        Value::Null | Value::Number(_) | Value::Array(_) => None,
    };
    found.iter().filter_map(word).collect()
}

#[test]
fn the_fixture_holds_everything_that_a_store_can() {
    let stored = Stored::frozen();
    let mut missing = Vec::new();
    let mut holds = |what: &str, found: &BTreeSet<String>, wanted: &[&str]| {
        for one in wanted.iter().filter(|one| !found.contains(**one)) {
            missing.push(format!("{what}: {one}"));
        }
    };
    let prefixes: BTreeSet<String> = stored.rows.keys().map(|key| key_kind(key)).collect();
    holds(
        "rows",
        &prefixes,
        &[
            "id",
            "request/open",
            "request/done",
            "draft",
            "bulletin",
            "call",
            "inbox",
            "seen",
            "watch/slot",
            "watch/day",
            "watch/told",
            "watch/glass",
            "watch/end",
            "watch/maker",
            "meta/freeze",
            "meta/last-seq",
            "meta/reconciled",
        ],
    );
    let wishes = every(&stored, "request/", "request.wish.wish");
    holds(
        "verbs",
        &wishes,
        &["take", "revert", "revert_latest", "delete", "delete_all", "consolidate", "edit", "stay", "power_on"],
    );
    holds("stays", &every(&stored, "request/", "request.wish.change.change"), &["until", "hold", "release"]);
    holds("deletions with children", &every(&stored, "request/", "request.wish.children"), &["true", "false"]);
    let modes = ["auto", "disk", "quiesce", "memory"];
    holds("modes that were asked for", &every(&stored, "request/", "request.wish.mode"), &modes);
    holds("modes", &every(&stored, "request/", "request.plan.act.mode"), &modes[1..]);
    holds(
        "acts",
        &every(&stored, "request/", "request.plan.act.act"),
        &["take", "revert", "delete", "delete_all", "consolidate", "edit", "power_on"],
    );
    holds(
        "states",
        &every(&stored, "request/", "request.state.state"),
        &[
            "asked",
            "refused",
            "queued",
            "awaiting_approval",
            "denied",
            "expired",
            "stale",
            "withdrawn",
            "starting",
            "running",
            "done",
            "failed",
            "cancelled",
            "unsure",
            "needs_human",
        ],
    );
    holds("queued behind", &every(&stored, "request/", "request.state.behind"), &["request", "foreign"]);
    holds("starting", &every(&stored, "request/", "request.state.phase"), &["checking", "calling"]);
    let running = |ended: bool| {
        let of = |row: &Value| {
            row["request"]["state"]["state"] == "running" && row["request"]["state"]["ended"].is_object() == ended
        };
        stored.rows.values().any(of)
    };
    assert!(running(false) && running(true), "running, with its task and after its end");
    let awaiting = |yes: usize, needed: u64| {
        let of = |row: &Value| {
            row["request"]["state"]["state"] == "awaiting_approval"
                && row["request"]["approvals"].as_array().is_some_and(|approvals| approvals.len() == yes)
                && row["request"]["approval"]["needed"] == needed
        };
        stored.rows.values().any(of)
    };
    assert!(awaiting(0, 1) && awaiting(1, 2), "waiting for a yes, and for the second of two");
    let has = |field: &str| stored.rows.values().any(|row| row["request"][field].is_object());
    assert!(has("break_glass") && has("safety") && has("origin"), "an override, a safety snapshot, a follow-up");
    assert!(stored.rows.values().any(|row| row["request"]["ticket"].is_string()), "a change number");
    holds("languages of requests", &every(&stored, "request/", "request.locale"), &["en", "fr"]);
    holds("languages of bulletins", &every(&stored, "bulletin/", "bulletin.locale"), &["en", "fr"]);
    holds(
        "bulletins",
        &every(&stored, "bulletin/", "bulletin.news.news"),
        &[
            "frozen",
            "unfrozen",
            "break_glass",
            "ended",
            "channel_lost",
            "report",
            "crossed",
            "ending",
            "sweep",
            "unknown_tasks",
        ],
    );
    holds(
        "plans",
        &every(&stored, "bulletin/", "bulletin.news.sweep.state.state"),
        &["asked", "running", "denied", "expired", "stopped", "done"],
    );
    holds(
        "parts of plans",
        &every(&stored, "bulletin/", "bulletin.news.sweep.goes.*.state"),
        &["waiting", "deleting", "gone", "gone_before", "left", "left null", "unsure"],
    );
    holds("what stays of plans", &every(&stored, "bulletin/", "bulletin.news.sweep.stays.*.why"), &["held"]);
    holds("drafts", &every(&stored, "draft/", "ticket"), &["true", "false"]);
    assert!(missing.is_empty(), "the fixture lacks:\n{}", missing.join("\n"));
    assert!(stored.rows.values().all(|row| row.get("v").is_none()), "rows of 0.1.0 have no version");
}

/// A key without what names one row: `request/open`, `watch/slot`, `id`.
fn key_kind(key: &str) -> String {
    let mut parts = key.split('/');
    let first = parts.next().unwrap_or_default();
    match (first, parts.next()) {
        ("request" | "watch" | "meta", Some(second)) => format!("{first}/{second}"),
        _ => first.to_owned(),
    }
}
