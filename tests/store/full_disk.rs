//! A disk that is really full: a small one in memory, which root can mount, or the one of `SNAPWARDEN_SMALL_DISK`
//! (`mount -t tmpfs -o size=16m tmpfs DIR`).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use snapwarden::engine::ports::{Commit, Store, StoreError};
use snapwarden::store::{DiskStore, Limits, journal};
use tokio::sync::{Mutex, MutexGuard};

use super::{clock, put, rows};

/// One test at a time fills the disk that the environment names.
static GIVEN: Mutex<()> = Mutex::const_new(());

/// A folder on a small disk. What was mounted for it goes with it.
pub(crate) struct SmallDisk {
    home: Option<tempfile::TempDir>,
    mounted: Option<tempfile::TempDir>,
    _alone: Option<MutexGuard<'static, ()>>,
}

impl SmallDisk {
    /// `None` where there is none and none can be mounted.
    pub(crate) async fn get() -> Option<Self> {
        if let Ok(given) = std::env::var("SNAPWARDEN_SMALL_DISK") {
            let alone = GIVEN.lock().await;
            return Some(Self { home: Some(tempfile::tempdir_in(given).unwrap()), mounted: None, _alone: Some(alone) });
        }
        let point = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(point.path()).stderr(Stdio::null());
        if !mount.status().is_ok_and(|status| status.success()) {
            return None;
        }
        let home = tempfile::tempdir_in(point.path()).unwrap();
        Some(Self { home: Some(home), mounted: Some(point), _alone: None })
    }

    pub(crate) fn path(&self) -> &Path {
        self.home.as_ref().unwrap().path()
    }

    /// Fills it to the last block. Removing the file makes room again.
    pub(crate) fn fill_up(&self) -> PathBuf {
        use std::io::Write;
        let filler = self.path().join("filler");
        let mut file = fs::File::create(&filler).unwrap();
        for chunk in [1_000_000, 4_096, 1] {
            while file.write_all(&vec![1; chunk]).is_ok() {}
        }
        filler
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(self.home.take());
        if let Some(point) = &self.mounted {
            let gone = Command::new("umount").arg(point.path()).status();
            assert!(
                gone.is_ok_and(|status| status.success()) || std::thread::panicking(),
                "the small disk is still in use"
            );
        }
    }
}

/// Commits of some kilobytes that fill any disk this test is meant for.
const ENOUGH: u64 = 20_000;

#[tokio::test]
async fn a_full_disk_refuses_and_forgets_nothing() {
    let Some(disk) = SmallDisk::get().await else {
        told!("skipped: a_full_disk_refuses_and_forgets_nothing (no SNAPWARDEN_SMALL_DISK, and none can be mounted)");
        return;
    };
    let filler = disk.path().join("filler");
    fs::write(&filler, vec![1; 1_000_000]).unwrap();
    let dir = disk.path().join("store");
    let limits = Limits { ballast_bytes: 500_000, ..Limits::default() };
    let (store, opened) = DiskStore::open_with(&dir, clock(), limits).unwrap();
    assert!(opened.ballast);
    let text = format!("\"{}\"", "x".repeat(3_000));
    let big = |n: u64| put(&format!("row/{}", n % 50), &text);
    let end = |n: u64| Commit { from_reserve: true, ..big(n) };
    let mut last = 0;
    let refused = loop {
        match store.commit(big(last + 1)).await {
            Ok(rev) => last = rev,
            Err(error) => break error,
        }
        assert!(last < ENOUGH, "this disk is not small");
    };
    let began = last;
    told!("nothing is begun after line {last}: {refused}; {:?}", store.condition());
    assert!(matches!(refused, StoreError::Io(_)) && store.condition().ballast);
    let refused = loop {
        match store.commit(end(last + 1)).await {
            Ok(rev) => last = rev,
            Err(error) => break error,
        }
        assert!(matches!(store.commit(big(last + 1)).await, Err(StoreError::Io(_))), "the reserve is not for that");
    };
    told!("{} ends in the reserve, then: {refused}; {:?}", last - began, store.condition());
    assert!(last > began + 20 && !store.condition().ballast);
    assert_eq!(store.head().await.unwrap().seq, last);
    let before = rows(&store).await.unwrap();
    drop(store);
    assert_eq!(journal::verify(&dir).unwrap().lines, last);

    let (store, opened) = DiskStore::open_with(&dir, clock(), limits).unwrap();
    told!("opened on the full disk: {opened:?}");
    assert_eq!((opened.head.seq, opened.read_only), (last, None));
    assert_eq!(rows(&store).await.unwrap(), before);
    assert!(store.trouble().is_some());
    fs::remove_file(filler).unwrap();
    let last = retaken(&store, last, &big).await;
    assert_eq!(store.commit(big(last + 1)).await, Ok(last + 1), "there is room again");
    drop(store);
    let (store, opened) = DiskStore::open_with(&dir, clock(), limits).unwrap();
    assert!(opened.ballast);
    told!("opened with room: {opened:?}");
    assert_eq!(opened.head.seq, last + 1);
    assert_eq!(store.commit(Commit { deletes: vec!["row/1".into()], ..Commit::default() }).await, Ok(last + 2));
}

/// The reserve is not tried at every commit: the first after some seconds of the clock takes it. Gives back the last line.
async fn retaken(store: &DiskStore, last: u64, big: &impl Fn(u64) -> Commit) -> u64 {
    for _ in 0..10 {
        if let Ok(rev) = store.commit(big(last + 1)).await {
            assert_eq!((rev, store.trouble(), store.condition().ballast), (last + 1, None, true));
            return rev;
        }
    }
    panic!("there is room and nothing is written: {:?}", store.condition());
}
