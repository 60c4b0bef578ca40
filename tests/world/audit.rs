//! `snapwarden audit`: what an auditor is told about a journal that the bot wrote, while the bot runs and after somebody meddled with it.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use snapwarden::app::Format;
use snapwarden::app::audit::{Place, verify};
use snapwarden::engine::ports::{AuditHead, Commit, Store};
use snapwarden::store::journal::{self, Published};
use snapwarden::store::{DiskStore, Limits, MemoryStore};
use tempfile::TempDir;

use super::harness::World;
use super::process::{Process, Run, run};
use crate::store::{clock, journal_files, nth};

/// Reads CSV as RFC 4180 has it.
fn read_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut field) = (Vec::new(), Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    let mut quoted = false;
    while let Some(c) = chars.next() {
        match (c, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => field.push(chars.next().unwrap()),
            ('"', _) => quoted = !quoted,
            (',', false) => row.push(std::mem::take(&mut field)),
            ('\r', false) => {
                assert_eq!(chars.next(), Some('\n'));
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            (c, _) => field.push(c),
        }
    }
    assert!(!quoted && field.is_empty() && row.is_empty(), "it ends with a whole row");
    rows
}

fn audit(arguments: &[&str]) -> Run {
    run(&[&["audit"], arguments].concat())
}

/// A folder with a journal of so many lines in several files, and its head.
async fn written(lines: u64) -> (TempDir, AuditHead) {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { file_bytes: 4_000, ballast_bytes: 0 };
    let (store, _) = DiskStore::open_with(dir.path(), clock(), limits).unwrap();
    for n in 1..=lines {
        store.commit(nth(n)).await.unwrap();
    }
    let head = store.head().await.unwrap();
    (dir, head)
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_of_a_revert_says_who_asked_who_approved_and_what_vcenter_answered() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("store");
    let world = World::with(|setup| setup.folder = Some(folder.clone())).await;
    world.says("alice", "revert-latest db-01").await;
    world.press("bob", "Approve").await;
    world.until("done").await;
    let id = world.last();
    world.says("dave", "take web-01").await;
    let moref = world.sim.vm("db-01").unwrap().moref;
    world.end(&["RevertToSnapshot_Task db-01"]).await;

    let exported = audit(&["export", "--journal", &text(&folder)]);
    exported.printed(&[]);
    let rows: Vec<Value> = exported.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |event: &str| {
        rows.iter().find(|row| row["event"] == event).unwrap_or_else(|| panic!("no {event} in {rows:#?}"))
    };
    let asked = rows.iter().find(|row| row["kind"] == "asked").unwrap();
    assert_eq!([&asked["person"], &asked["account"], &asked["request"]], ["alice", "console:alice", &id]);
    let approved = of("approved");
    assert_eq!([&approved["person"], &approved["account"], &approved["request"]], ["bob", "console:bob", &id]);
    assert_eq!(
        [&approved["verb"], &approved["vcenter"], &approved["vm"], &approved["name"]],
        ["revert-latest", "lab", &moref, "db-01"]
    );
    assert_eq!([&approved["from"], &approved["to"]], ["awaiting_approval", "starting"]);
    assert_eq!(approved["fingerprint"].as_str().unwrap().len(), 64);
    assert!(of("called")["answer"].to_string().contains("task-"), "{}", of("called"));
    assert!(rows.iter().any(|row| row["to"] == "done"));
    assert!(rows.iter().any(|row| row["kind"] == "refused" && row["person"] == "dave"));
    // Every audit line has its row, in its journal line, under that line's hash.
    let lines: Vec<_> = journal::lines(&folder).unwrap().map(Result::unwrap).collect();
    let expected: Vec<(u64, String)> =
        lines.iter().flat_map(|line| line.change.audit.iter().map(|_| (line.seq, line.hash.clone()))).collect();
    let found: Vec<(u64, String)> =
        rows.iter().map(|row| (row["seq"].as_u64().unwrap(), row["hash"].as_str().unwrap().to_owned())).collect();
    assert_eq!(found, expected);

    let csv = audit(&["export", "--journal", &text(&folder), "--format", "csv"]);
    let table = read_csv(&csv.stdout);
    assert_eq!(table.len(), rows.len() + 1);
    let column = |name: &str| table[0].iter().position(|column| column == name).unwrap();
    let line = table.iter().find(|row| row[column("event")] == "approved").unwrap();
    assert_eq!((line[column("person")].as_str(), line[column("account")].as_str()), ("bob", "console:bob"));
    assert!(table.iter().all(|row| row.len() == table[0].len()));
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_running_bot_it_is_whole_and_its_lock_is_left_alone() {
    let home = tempfile::tempdir().unwrap();
    let state = home.path().join("state");
    let demo = Process::start(&["demo", "--listen", "127.0.0.1:0", "--state", &text(&state)]);
    audit(&["verify", "--journal", &text(&state)]).printed(&["chain    whole"]);
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let get = async |path: &str| http.get(format!("{}{path}", demo.url)).send().await.unwrap().text().await.unwrap();
    let figures = get("/metrics").await;
    assert!(figures.lines().any(|line| line == "snapwarden_store_writable 1"), "{figures}");
    // What the bot looks at by itself when it begins (vCenter's tasks, the fleet, who made what) may have been written down already.
    let lines = figures.lines().find_map(|line| line.strip_prefix("snapwarden_journal_lines ")?.parse::<u32>().ok());
    assert!(lines.is_some_and(|lines| lines < 10), "{figures}");
    assert!(get("/readyz").await.contains(r#""name":"store","ok":true,"detail":"can be written""#));
    demo.terminate().await;
}

/// Verifying again and again beside a store that is being written, over many ends of files, with a head that was published before each.
#[tokio::test(flavor = "multi_thread")]
async fn a_journal_that_grows_is_never_taken_for_a_broken_one() {
    const LINES: u64 = 400;
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { file_bytes: 4_000, ballast_bytes: 0 };
    let store = DiskStore::open_with(dir.path(), clock(), limits).unwrap().0;
    store.commit(nth(1)).await.unwrap();
    let (heads, mut published) = tokio::sync::watch::channel(store.head().await.unwrap());
    let writing = tokio::spawn(async move {
        for n in 2..=LINES {
            store.commit(nth(n)).await.unwrap();
            heads.send_replace(store.head().await.unwrap());
        }
    });
    let (mut looks, mut seen) = (0, 0);
    while seen < LINES {
        let head = published.borrow_and_update().clone();
        let place = Place { journal: Some(dir.path().to_owned()), ..Place::default() };
        let (said, code) = tokio::task::spawn_blocking(move || verify(&place, &[Published(head)], Format::Json))
            .await
            .unwrap()
            .unwrap();
        assert_eq!(code, 0, "{said}");
        let said: Value = serde_json::from_str(&said).unwrap();
        assert!(said["lines"].as_u64().unwrap() >= seen);
        seen = said["lines"].as_u64().unwrap();
        looks += 1;
    }
    writing.await.unwrap();
    told!("{looks} looks at a journal that grew to {LINES} lines: 0 told broken");
}

#[tokio::test]
async fn an_unfinished_end_is_no_damage_and_a_damage_is_named() {
    let (dir, head) = written(30).await;
    let verify = |more: &[&str]| audit(&[&["verify", "--journal", &text(dir.path())], more].concat());
    let Published(AuditHead { seq, hash }) = Published(head);
    verify(&[]).printed(&["lines    30", &format!("head     30:{hash}"), "first    2026-07-", "chain    whole"]);
    let last = journal_files(dir.path()).pop().unwrap();
    let whole = std::fs::read(&last).unwrap();
    std::fs::write(&last, [&whole[..], b"{\"seq\":31,\"prev"].concat()).unwrap();
    verify(&[]).printed(&["unfinished  15 bytes", "whole"]);
    let said: Value = serde_json::from_str(&verify(&["--format", "json"]).stdout).unwrap();
    assert_eq!(
        (&said["whole"], &said["unfinished_bytes"], &said["head"]["seq"]),
        (&json!(true), &json!(15), &json!(seq))
    );

    std::fs::write(&last, &whole).unwrap();
    let second = journal_files(dir.path())[1].clone();
    let text_there = std::fs::read_to_string(&second).unwrap();
    std::fs::write(&second, text_there.replacen("counted", "Counted", 1)).unwrap();
    let line = journal::verify(dir.path()).unwrap_err().line;
    let broken = verify(&[]);
    assert_eq!(broken.code, 1, "{broken:?}");
    assert!(
        broken.stdout.contains(&format!("BROKEN at line {line} (journal-000002.jsonl): its hash does not match")),
        "{broken:?}"
    );
    let broken = verify(&["--format", "json"]);
    let said: Value = serde_json::from_str(&broken.stdout).unwrap();
    assert_eq!((broken.code, &said["whole"], &said["lines"]), (1, &json!(false), &json!(line - 1)));
    assert_eq!((&said["broken"]["line"], &said["broken"]["file"]), (&json!(line), &json!("journal-000002.jsonl")));

    let exported = audit(&["export", "--journal", &text(dir.path())]);
    exported.failed(1, &["the chain is broken", &format!("journal line {line} (journal-000002.jsonl)")]);
    assert_eq!(exported.stdout.lines().count() as u64, line - 1, "what stands before it");
}

#[tokio::test]
async fn a_published_head_shows_what_the_chain_alone_does_not() {
    let (dir, head) = written(30).await;
    let middle = journal::lines(dir.path()).unwrap().map(Result::unwrap).find(|line| line.seq == 12).unwrap();
    let (end, middle) = (format!("30:{}", head.hash), format!("12:{}", middle.hash));
    let verify = |heads: &[&str]| {
        let heads: Vec<&str> = heads.iter().flat_map(|head| ["--head", *head]).collect();
        audit(&[&["verify", "--journal", &text(dir.path())], &heads[..]].concat())
    };
    verify(&[&end, &middle, &format!("0:{}", "0".repeat(64))]).printed(&[&format!("{middle} is in the chain")]);

    // Its end is cut off between two lines: whole in itself.
    let last = journal_files(dir.path()).pop().unwrap();
    let whole = std::fs::read(&last).unwrap();
    let at = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    std::fs::write(&last, &whole[..at]).unwrap();
    verify(&[&middle]).printed(&["lines      29"]);
    let cut = verify(&[&middle, &end]);
    assert_eq!(cut.code, 1);
    assert!(cut.stdout.contains(&format!("{end} is NOT in the chain: the journal ends at line 29")), "{cut:?}");
    assert!(cut.stdout.contains("chain      whole"), "{cut:?}");

    // All of it is written anew, a little otherwise.
    let other = MemoryStore::with_clock(clock());
    for n in 1..=30 {
        other.commit(nth(n + 1)).await.unwrap();
    }
    for file in journal_files(dir.path()) {
        std::fs::remove_file(file).unwrap();
    }
    std::fs::write(dir.path().join("journal-000001.jsonl"), other.journal()).unwrap();
    verify(&[]).printed(&["lines    30"]);
    let anew = verify(&[&middle, &end]);
    assert_eq!(anew.code, 1);
    assert_eq!(anew.stdout.matches("is NOT in the chain: line ").count(), 2, "{anew:?}");
    verify(&["12:abc"]).failed(2, &["expected SEQ:HASH"]);
}

/// A journal of these audit lines, one commit each.
async fn trail(lines: Vec<Value>) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let store = MemoryStore::with_clock(clock());
    for line in lines {
        store.commit(Commit { audit: vec![line], ..Commit::default() }).await.unwrap();
    }
    std::fs::write(dir.path().join("journal-000001.jsonl"), store.journal()).unwrap();
    dir
}

#[tokio::test]
async fn a_name_that_is_a_formula_is_none_in_a_spreadsheet() {
    let names = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "a,b", "say \"hi\"", "two\nlines", "'quoted"];
    let dir = trail(names.iter().map(|name| json!({"kind": "asked", "name": name})).collect()).await;
    let exported = audit(&["export", "--journal", &text(dir.path()), "--format", "csv"]);
    let table = read_csv(&exported.stdout);
    let column = table[0].iter().position(|column| column == "name").unwrap();
    for (row, name) in table[1..].iter().zip(names) {
        let cell = &row[column];
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?}");
        assert_eq!(cell.strip_prefix('\'').unwrap_or(cell), name);
    }
    assert_eq!(table.len(), names.len() + 1);
}

#[tokio::test]
async fn from_a_day_or_a_moment_on_into_a_file() {
    let dir = trail((0..10).map(|n| json!({"kind": "counted", "n": n})).collect()).await;
    let times: Vec<String> = journal::lines(dir.path()).unwrap().map(|line| line.unwrap().ts.to_string()).collect();
    let export = |more: &[&str]| audit(&[&["export", "--journal", &text(dir.path())], more].concat());
    assert_eq!(export(&["--from", &times[7]]).stdout.lines().count(), 3);
    assert_eq!(export(&["--from", "2026-01-01"]).stdout.lines().count(), 10);
    assert_eq!(export(&["--from", "2099-01-01"]).stdout, "");
    export(&["--from", "last week"]).failed(2, &["expected a date such as 2026-08-01", "2026-08-01T14:30:00+02:00"]);

    let elsewhere = tempfile::tempdir().unwrap();
    let out = elsewhere.path().join("trail.jsonl");
    std::fs::write(&out, "an older export").unwrap();
    let exported = export(&["--out", &text(&out)]);
    assert_eq!((exported.code, exported.stdout.as_str()), (0, ""), "{exported:?}");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), export(&[]).stdout);
    let there: Vec<PathBuf> = std::fs::read_dir(elsewhere.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(there, [out], "nothing is left beside it");
    export(&["--out", &text(&elsewhere.path().join("none/x"))]).failed(1, &["cannot be written"]);
    export(&["--out", &text(elsewhere.path())]).failed(2, &["it is a folder"]);
    let journal = dir.path().join("journal-000001.jsonl");
    let before = std::fs::read(&journal).unwrap();
    export(&["--out", &text(&journal)]).failed(2, &["lies in the store's folder"]);
    assert_eq!(std::fs::read(&journal).unwrap(), before);
}

#[tokio::test]
async fn it_needs_the_store_alone_and_says_where_there_is_no_journal() {
    let (dir, _) = written(3).await;
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("bot.toml");
    std::fs::write(&file, format!("[store]\npath = {:?}\n", text(dir.path()))).unwrap();
    audit(&["verify", "--config", &text(&file)]).printed(&["lines    3"]);
    assert_eq!(audit(&["export", "--config", &text(&file)]).stdout.lines().count(), 3);
    std::fs::write(&file, "[store]\npath = \"nothing\"\n").unwrap();
    audit(&["verify", "--config", &text(&file)]).failed(3, &["nothing"]);
    audit(&["verify", "--journal", &text(home.path())]).failed(3, &["there is no journal here"]);
    audit(&["export", "--journal", &text(home.path())]).failed(3, &["there is no journal here"]);
    std::fs::write(&file, "[[person]]\nname = \"alice\"\n").unwrap();
    audit(&["verify", "--config", &text(&file)]).failed(2, &["[store]"]);
    audit(&["verify"]).failed(2, &["--config"]);
}
