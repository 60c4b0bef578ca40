use super::*;

#[test]
fn a_lock_that_is_dropped_is_free_even_if_a_copy_of_its_file_is_still_open() {
    let dir = tempfile::tempdir().unwrap();
    let first = lock(dir.path()).unwrap().unwrap();
    let copy = first.0.try_clone().unwrap(); // as a process that is being started has it
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
