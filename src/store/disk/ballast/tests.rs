use std::io;

use super::super::device::RealDisk;
use super::*;
use crate::store::journal::Medium;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// A disk without room.
struct Full;

impl Disk for Full {
    fn journal(&self, _: &Path, _: u64) -> io::Result<Box<dyn Medium>> {
        Err(ErrorKind::StorageFull.into())
    }

    fn fill(&self, path: &Path, _: u64) -> io::Result<()> {
        fs::write(path, "a part of it")?;
        Err(ErrorKind::StorageFull.into())
    }
}

#[test]
fn it_takes_room_gives_it_up_once_and_takes_it_again() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(BALLAST_FILE);
    let mut ballast = Ballast::take(Arc::new(RealDisk), dir.path(), 100_000);
    assert_eq!(fs::metadata(&file).unwrap().len(), 100_000);
    assert!(ballast.held() && ballast.room(at(0)).is_ok());
    assert!(ballast.release("full".to_owned(), at(0)));
    assert!(!file.exists() && !ballast.held() && !ballast.release("full".to_owned(), at(0)));
    assert_eq!(ballast.room(at(4)), Err("full".to_owned()), "it is not tried at every click");
    assert_eq!(ballast.room(at(5)), Ok(()));
    assert!(ballast.held() && file.exists());
}

#[test]
fn without_room_nothing_is_begun_and_no_part_of_it_stays() {
    let dir = tempfile::tempdir().unwrap();
    let mut ballast = Ballast::take(Arc::new(Full), dir.path(), 10);
    assert!(!ballast.held() && ballast.no_room().is_some());
    assert!(ballast.room(at(100)).is_err());
    assert!(!dir.path().join(BALLAST_FILE).exists());
}

#[test]
fn what_is_not_about_room_stands_against_nothing() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(BALLAST_FILE)).unwrap();
    let mut ballast = Ballast::take(Arc::new(RealDisk), dir.path(), 10);
    assert!(!ballast.held() && ballast.room(at(0)).is_ok());
}
