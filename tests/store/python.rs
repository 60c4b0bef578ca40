//! The verifier that docs/store.md gives to an auditor does what the documentation says, on our journal.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use snapwarden::store::journal;

use super::{filled, journal_files};

/// The program in the documentation.
fn program() -> String {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/store.md")).unwrap();
    let (_, rest) = text.split_once("```python\n").unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

fn run(dir: &Path) -> Output {
    Command::new("python3").args(["-c", &program()]).args(journal_files(dir)).output().unwrap()
}

#[tokio::test]
async fn an_auditors_ten_lines_agree_with_the_bot() {
    if Command::new("python3").arg("--version").output().is_err() {
        assert!(std::env::var("SNAPWARDEN_REQUIRE_PEERS").is_err(), "python3 is required and not there");
        told!("skipped: an_auditors_ten_lines_agree_with_the_bot (no python3)");
        return;
    }
    assert!(program().lines().count() <= 12);
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path(), 25).await;
    let head = journal::verify(dir.path()).unwrap().head;
    let out = run(dir.path());
    assert_eq!(String::from_utf8(out.stdout).unwrap().trim(), format!("{} {}", head.seq, head.hash));
    assert!(out.status.success());

    let file = journal_files(dir.path())[1].clone();
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replacen("counted", "Counted", 1)).unwrap();
    let out = run(dir.path());
    let line = journal::verify(dir.path()).unwrap_err().line;
    assert!(!out.status.success());
    assert!(String::from_utf8(out.stderr).unwrap().contains(&format!("line {line} ")));
}
