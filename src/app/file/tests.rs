use std::io::Write;

use super::*;

fn failed(error: io::Error) -> AppError {
    AppError::Other(format!("cannot be written: {error}"))
}

fn names(dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn a_file_is_replaced_once_the_new_one_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("report.json");
    std::fs::write(&path, "old").unwrap();
    let seen = whole(&path, failed, |mut file| {
        file.write_all(b"new")?;
        std::fs::read_to_string(&path)
    });
    assert_eq!(seen.unwrap(), "old");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "new");
    assert_eq!(names(dir.path()), ["report.json"]);
}

#[test]
fn a_file_that_cannot_be_written_to_its_end_leaves_the_one_before() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("report.json");
    std::fs::write(&path, "old").unwrap();
    let refused = whole(&path, failed, |mut file| {
        file.write_all(b"ne")?;
        Err::<(), _>(io::ErrorKind::StorageFull.into())
    });
    assert_eq!(refused.unwrap_err().exit_code(), 1);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(names(dir.path()), ["report.json"]);
}

#[test]
fn a_folder_is_no_file() {
    let dir = tempfile::tempdir().unwrap();
    let refused = whole(dir.path(), failed, |_| Ok(())).unwrap_err();
    assert_eq!(refused.exit_code(), 2);
    assert!(refused.to_string().contains("name a file"), "{refused}");
}
