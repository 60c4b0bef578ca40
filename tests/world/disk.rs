//! A disk that is full or fails under the real store: whatever people ask for and approve, no change of a VM starts. What runs is followed to its
//! end, and the end is written down as soon as there is room for it.

use std::path::{Path, PathBuf};

use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::Value;
use snapwarden::engine::ports::Commit;
use snapwarden::store::journal;

use super::bad_disk::BadDisk;
use super::harness::World;
use super::people::Answer;
use crate::store::full_disk::SmallDisk;

/// Every verb that changes something, on VMs that nothing runs on.
const ASKED: [(&str, &str); 8] = [
    ("alice", "take cold-01"),
    ("alice", "revert deep-01 #3"),
    ("alice", "revert-latest deep-01"),
    ("alice", "delete deep-01 #2"),
    ("alice", "delete-all deep-01"),
    ("alice", "consolidate needs-consolidation-01"),
    ("alice", "edit deep-01 #1 name:renamed"),
    ("alice", "power-on cold-01"),
];

/// How long the tasks are that run when the trouble begins, in seconds.
const TASK: i64 = 600;

/// A world on a disk, where two tasks run and two approvals are asked for.
struct Scene {
    world: World,
    disk: BadDisk,
    home: tempfile::TempDir,
    running: Vec<String>,
    /// Tokens of Approve, and the requests that they are about.
    cards: Vec<(String, String)>,
    attempts: usize,
}

/// What vCenter was asked for before the trouble.
const BEFORE: [&str; 2] = ["RevertToSnapshot_Task db-01", "CreateSnapshotEx_Task web-01"];

/// Nothing was done, and why. Of the commit whose sync failed nobody knows whether it was written, and that is what is said.
fn says_why(answer: &Answer, why: &str) {
    let heads = ["I cannot write down what happens", "I do not know whether I could write this down"];
    let text = answer.text();
    assert!(heads.iter().any(|head| text.starts_with(head)) && text.contains(why), "{text}");
}

impl Scene {
    async fn new(ballast: u64) -> Self {
        let home = tempfile::tempdir().unwrap();
        let disk = BadDisk::default();
        let folder = home.path().join("store");
        Self::on(Some(disk.clone()), disk, folder, home, ballast).await
    }

    /// `put_between` is the disk that fails on demand, or nothing where the disk itself does.
    async fn on(
        put_between: Option<BadDisk>,
        disk: BadDisk,
        folder: PathBuf,
        home: tempfile::TempDir,
        ballast: u64,
    ) -> Self {
        let world = World::with(|setup| {
            setup.folder = Some(folder);
            setup.disk = put_between;
            setup.ballast = ballast;
        })
        .await;
        world.sim.set_task_seconds(TASK as f64);
        let (mut running, mut cards) = (Vec::new(), Vec::new());
        world.says("alice", "revert-latest db-01").await;
        world.press("bob", "Approve").await;
        world.until("running").await;
        running.push(world.last());
        world.says("alice", "take web-01").await;
        world.until("running").await;
        running.push(world.last());
        for text in ["revert-latest deep-01", "delete-all deep-01"] {
            world.says("alice", text).await;
            cards.push((world.button("bob", "Approve").await, world.last()));
        }
        posted(&world).await;
        // From here on what starts would be seen at once.
        world.sim.set_task_seconds(0.02);
        assert_eq!(world.changes(), BEFORE);
        Self { world, disk, home, running, cards, attempts: 0 }
    }

    fn store(&self) -> PathBuf {
        self.home.path().join("store")
    }

    /// Everybody asks for everything and approves what waits: each is told why nothing happens, and nothing does.
    async fn everybody_tries(&mut self, why: &str) {
        for (person, text) in ASKED {
            says_why(&self.world.says(person, text).await, why);
            self.attempts += 1;
        }
        for (approve, request) in &self.cards {
            for person in ["bob", "carol"] {
                let answer = self.world.press_token(person, approve).await;
                says_why(&answer, why);
                self.attempts += 1;
            }
            assert_eq!(self.world.request(request).await["state"], "awaiting_approval");
        }
        assert_eq!(self.world.changes(), BEFORE, "what vCenter was asked for");
    }

    /// What a supervisor is told about the store: whether it is ready, and in which words.
    async fn ready(&self) -> (bool, String) {
        let (status, ready) = self.world.ready().await;
        let checks = ready["checks"].as_array().unwrap();
        let store = checks.iter().find(|check| check["name"] == "store").unwrap();
        let ok = store["ok"].as_bool().unwrap();
        assert_eq!((status, ready["ready"].as_bool().unwrap()), (if ok { 200 } else { 503 }, ok), "{ready}");
        (ok, store["detail"].as_str().unwrap().to_owned())
    }

    /// The tasks that ran come to their end in vCenter.
    fn tasks_end(&self) {
        self.world.advance_tasks(SignedDuration::from_secs(TASK + 1));
    }

    async fn until_told_done(&self) {
        for request in &self.running {
            self.world.until_request(request, "done").await;
        }
    }

    /// What could not be written is tried again as time passes.
    async fn until_retried(&mut self) {
        self.world.let_time_run();
        self.until_told_done().await;
        self.world.let_time_stand();
        assert_eq!(self.written_done(), 2);
        // The reserve is tried again some seconds after it was tried in vain.
        self.world.advance(SignedDuration::from_secs(10));
    }

    /// How many requests are written down as done.
    fn written_done(&self) -> usize {
        done_lines(&self.store()).len()
    }

    /// The disk works again: so does the bot, and what was refused did not come to life.
    async fn goes_on(self, how: &str) -> String {
        self.world.says("alice", "take cold-01").await.is("");
        self.world.until("done").await;
        self.world.press_token("bob", &self.cards[0].0).await.is("");
        self.world.until_request(&self.cards[0].1, "done").await;
        let (ok, detail) = self.ready().await;
        assert!(ok, "{detail}");
        self.world.press_token("bob", &self.cards[1].0).await;
        let last = self.world.until_request(&self.cards[1].1, "stale").await;
        assert!(!last.text().is_empty());
        let store = self.store();
        let changes = [BEFORE[0], BEFORE[1], "CreateSnapshotEx_Task cold-01", "RevertToSnapshot_Task deep-01"];
        self.world.end(&changes).await;
        journal::verify(&store).unwrap();
        format!("{how}: 0 of {} attempts changed a VM; 2 of 2 running tasks were followed to their end", self.attempts)
    }
}

/// Ends when it is written down where each of the open requests' messages is: nothing that was begun has anything left to be written.
async fn posted(world: &World) {
    let store = world.bot().handle.parts().store.clone();
    loop {
        let rows = store.scan("request/open/", None, 100).await.unwrap();
        let rows: Vec<Value> = rows.iter().map(|(_, _, row)| serde_json::from_slice(row).unwrap()).collect();
        if rows.len() == 4 && rows.iter().all(|row| row["row"]["posted"].is_object()) {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// The requests that the journal in this folder says are done.
fn done_lines(folder: &Path) -> Vec<Value> {
    let lines = journal::lines(folder).unwrap().flat_map(|line| line.unwrap().change.audit);
    lines.filter(|audit| audit["kind"] == "request" && audit["to"] == "done").collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_nothing_begins_and_the_reserve_takes_the_ends() {
    let mut scene = Scene::new(200_000).await;
    let ballast = scene.store().join("ballast.bin");
    assert_eq!(scene.ready().await, (true, "can be written".to_owned()));
    scene.disk.fill_up();
    scene.everybody_tries("No space left on device").await;
    assert!(ballast.exists(), "who begins something gets nothing of the reserve");
    let (ok, why) = scene.ready().await;
    assert!(!ok && why.contains("No space left on device"), "{why}");

    scene.tasks_end();
    scene.until_told_done().await;
    assert_eq!(scene.written_done(), 2, "the ends are in the journal, although the disk is full");
    assert!(!ballast.exists(), "the reserve was given up for them");
    scene.everybody_tries("the disk is full").await;
    let (ok, why) = scene.ready().await;
    assert!(!ok && why.contains("the disk is full"), "{why}");

    scene.disk.mend();
    scene.world.advance(SignedDuration::from_secs(10));
    told!("{}", scene.goes_on("a full disk with a reserve").await);
    // The folder is gone with the scene; that the reserve was taken again is what `ready` has told.
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_the_ends_get_through_a_crowd() {
    let mut scene = Scene::new(200_000).await;
    scene.disk.fill_up();
    scene.tasks_end();
    scene.world.let_time_run();
    let told = std::sync::atomic::AtomicBool::new(false);
    // What people ask for comes in the same turns as the ends, and is refused in them.
    let crowd = async {
        let mut asked = 0;
        while !told.load(std::sync::atomic::Ordering::SeqCst) {
            let answers = join_all(ASKED.map(|(person, text)| scene.world.says(person, text))).await;
            answers.iter().for_each(|answer| answer.says(&["I cannot write down what happens"]));
            asked += answers.len();
        }
        asked
    };
    let ends = async {
        scene.until_told_done().await;
        told.store(true, std::sync::atomic::Ordering::SeqCst);
    };
    let (asked, ()) = tokio::join!(crowd, ends);
    scene.world.let_time_stand();
    assert_eq!((scene.written_done(), scene.world.changes()), (2, BEFORE.map(str::to_owned).to_vec()));
    scene.attempts += asked;
    scene.disk.mend();
    scene.world.advance(SignedDuration::from_secs(10));
    told!("{}", scene.goes_on("a full disk and a crowd").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_without_a_reserve_the_ends_wait_for_room() {
    let mut scene = Scene::new(0).await;
    scene.disk.fill_up();
    scene.everybody_tries("No space left on device").await;
    scene.tasks_end();
    let failures = scene.disk.failures();
    scene.disk.until_failed(failures + 1).await;
    assert_eq!(scene.written_done(), 0);
    scene.everybody_tries("the disk is full").await;
    scene.disk.mend();
    scene.until_retried().await;
    told!("{}", scene.goes_on("a full disk without a reserve").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_writes_fail_nothing_begins_and_the_ends_wait() {
    let mut scene = Scene::new(200_000).await;
    scene.disk.fail_writes();
    scene.everybody_tries("Input/output error").await;
    let (ok, why) = scene.ready().await;
    assert!(!ok && why.contains("Input/output error"), "{why}");
    scene.tasks_end();
    let failures = scene.disk.failures();
    scene.disk.until_failed(failures + 1).await;
    scene.everybody_tries("Input/output error").await;
    assert_eq!(scene.written_done(), 0);
    assert!(scene.store().join("ballast.bin").exists(), "an error is not a full disk");

    scene.disk.mend();
    // Asking makes it look again; the commit that waits its turn behind that look tells when it is over.
    scene.ready().await;
    scene.world.bot().handle.parts().store.commit(Commit::default()).await.unwrap();
    assert_eq!(
        scene.ready().await,
        (true, "can be written".to_owned()),
        "it is seen without anybody asking for a change"
    );
    scene.until_retried().await;
    told!("{}", scene.goes_on("EIO from write").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_failed_sync_nothing_begins_until_it_is_started_again() {
    for approval_first in [false, true] {
        let mut scene = Scene::new(200_000).await;
        scene.disk.fail_syncs();
        if approval_first {
            // The line that may or may not be there is somebody's yes.
            let answer = scene.world.press_token("bob", &scene.cards[0].0).await;
            says_why(&answer, "Input/output error");
            scene.attempts += 1;
        }
        scene.everybody_tries("Input/output error").await;
        scene.disk.mend();
        scene.everybody_tries("read-only").await;
        let (ok, why) = scene.ready().await;
        assert!(!ok && why.contains("read-only until it is opened again"), "{why}");
        scene.tasks_end();
        scene.everybody_tries("read-only").await;
        assert_eq!(scene.written_done(), 0);

        scene.world.crash().await;
        scene.until_told_done().await;
        assert_eq!(scene.written_done(), 2);
        for (_, request) in &scene.cards {
            assert_eq!(
                scene.world.request(request).await["state"],
                "awaiting_approval",
                "what was told not to count does not"
            );
        }
        let first = if approval_first { "an approval" } else { "a command" };
        told!("{}", scene.goes_on(&format!("EIO from the fdatasync of {first}, then a restart")).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_broken_chain_nothing_begins_and_the_line_is_named() {
    let mut scene = Scene::new(0).await;
    scene.world.die().await;
    let file = scene.store().join("journal-000001.jsonl");
    let text = std::fs::read_to_string(&file).unwrap();
    let lines = text.lines().count();
    // Somebody would rather have had another one approve it.
    std::fs::write(&file, text.replacen("console:bob", "console:eve", 1)).unwrap();
    let broken = journal::verify(&scene.store()).unwrap_err();
    let damaged = std::fs::read(&file).unwrap();
    let named = format!("journal line {} (journal-000001.jsonl)", broken.line);
    scene.world.begin().await;
    // What was committed from the broken line on is not believed, the tasks with it; asking is all that is left, and the first card.
    for (person, text) in ASKED {
        scene.world.says(person, text).await.says(&["I cannot write down what happens", &named]);
        scene.attempts += 1;
    }
    let approve = scene.world.button_of(&scene.running[0], "bob", "Approve").await;
    scene.world.press_token("bob", &approve).await.says(&["I cannot write down what happens", &named]);
    scene.attempts += 1;
    let (ok, why) = scene.ready().await;
    assert!(!ok && why.contains(&named), "{why}");
    assert_eq!(std::fs::read(&file).unwrap(), damaged, "it is left as it is");
    told!("a chain that is broken in line {} of {lines}: 0 of {} attempts changed a VM", broken.line, scene.attempts);
    scene.world.end_as_it_is(&BEFORE).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_disk_that_is_really_full_nothing_begins_and_the_reserve_takes_the_ends() {
    let Some(small) = SmallDisk::get().await else {
        told!("skipped: on_a_disk_that_is_really_full… (no SNAPWARDEN_SMALL_DISK, and none can be mounted)");
        return;
    };
    let home = tempfile::tempdir_in(small.path()).unwrap();
    let folder = home.path().join("store");
    let mut scene = Scene::on(None, BadDisk::default(), folder, home, 2_000_000).await;
    let filler = small.fill_up();
    // The journal's last block has some room left: refusals of somebody without rights take that, and start nothing.
    for round in 0.. {
        let told = scene.world.says("dave", "take cold-01").await.text();
        if told.contains("I cannot write down what happens") {
            break;
        }
        assert!(round < 100, "the disk does not fill up: {told}");
    }
    scene.everybody_tries("No space left on device").await;
    assert!(scene.store().join("ballast.bin").exists());
    scene.tasks_end();
    scene.until_told_done().await;
    assert_eq!(scene.written_done(), 2);
    assert!(!scene.store().join("ballast.bin").exists());
    scene.everybody_tries("the disk is full").await;
    assert!(!scene.ready().await.0);
    std::fs::remove_file(filler).unwrap();
    scene.world.advance(SignedDuration::from_secs(10));
    told!("{}", scene.goes_on("a disk that is really full").await);
}
