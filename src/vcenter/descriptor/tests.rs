//! Descriptors are the whole process's, so it is a process of its own that runs out of them.

#![cfg(unix)]

use std::fs::File;
use std::process::Command;

use rustix::process::{Resource, Rlimit, setrlimit};

use super::*;

/// Tells the child what it is.
const CHILD: &str = "SNAPWARDEN_TEST_DESCRIPTORS";

#[test]
fn whoever_has_no_descriptor_waits_for_one() {
    if std::env::var(CHILD).is_ok() {
        return runs_out();
    }
    let name = "vcenter::descriptor::tests::whoever_has_no_descriptor_waits_for_one";
    let child =
        Command::new(std::env::current_exe().unwrap()).args(["--exact", name]).env(CHILD, "1").output().unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stdout));
    assert!(String::from_utf8_lossy(&child.stdout).contains("1 passed"));
}

fn runs_out() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        available().await;
        setrlimit(Resource::Nofile, Rlimit { current: Some(64), maximum: Some(64) }).unwrap();
        let mut all = Vec::new();
        let error = loop {
            match File::open("/dev/null") {
                Ok(file) => all.push(file),
                Err(error) => break error,
            }
        };
        assert!(NONE_LEFT.contains(&error.raw_os_error().unwrap()));
        let mut waits = Box::pin(available());
        assert!(tokio::time::timeout(AGAIN * 3, &mut waits).await.is_err(), "there is none");
        all.pop();
        waits.await;
    });
}
