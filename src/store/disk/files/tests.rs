use super::*;

#[test]
fn a_lock_that_is_dropped_is_free_even_if_a_copy_of_its_file_is_still_open() {
    let dir = tempfile::tempdir().unwrap();
    let first = lock(dir.path()).unwrap().unwrap();
    let copy = first.file.try_clone().unwrap(); // as a process that is being started has it
    assert!(lock(dir.path()).unwrap().is_none());
    drop(first);
    assert!(lock(dir.path()).unwrap().is_some());
    drop(copy);
}

#[test]
fn directories_are_made_all_the_way() {
    let dir = tempfile::tempdir().unwrap();
    let deep = dir.path().join("a/b");
    make_dir(&deep).unwrap();
    make_dir(&deep).unwrap();
    assert!(deep.is_dir());
}

#[test]
fn a_lock_file_that_is_removed_lets_nobody_in() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("journal-000001.jsonl"), "").unwrap();
    let first = lock(dir.path()).unwrap().unwrap();
    fs::remove_file(dir.path().join(LOCK_FILE)).unwrap();
    assert!(lock(dir.path()).unwrap().is_none());
    drop(first);
    assert!(lock(dir.path()).unwrap().is_some());
}

#[test]
#[cfg(unix)]
fn what_was_readable_for_others_is_private_unless_the_folder_is_theirs() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let open_to_all = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (journal, notes) = (dir.path().join("journal-000001.jsonl"), dir.path().join("notes.txt"));
    fs::write(&notes, "mine").unwrap();
    open_to_all(dir.path(), 0o755);
    make_private(dir.path()).unwrap();
    assert_eq!(mode(dir.path()), 0o755, "there is no journal in it");

    fs::write(&journal, "").unwrap();
    open_to_all(&journal, 0o644);
    open_to_all(dir.path(), 0o2775);
    make_private(dir.path()).unwrap();
    assert_eq!((mode(dir.path()), mode(&journal)), (0o2700, 0o600));

    open_to_all(dir.path(), 0o1777);
    make_private(dir.path()).unwrap();
    assert_eq!(mode(dir.path()), 0o1777, "a folder like /tmp is everybody's");
}
