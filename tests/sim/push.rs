//! `WaitForUpdatesEx`: it waits, it wakes, it says only what is new, and it survives lost answers.

use std::time::{Duration, Instant};

use snapwarden_sim::{Oddity, Power, SimOptions};

use super::wire::Wire;

/// How long a test lets a wait stand before it holds it for lost, in seconds.
const PATIENCE: u32 = 30;

#[tokio::test]
async fn the_first_look_tells_everything_and_the_next_only_what_changed() {
    let wire = Wire::quick(SimOptions { vms: 20, ..SimOptions::default() }).await;
    let spec = wire.fleet(&["name", "runtime.powerState", "snapshot"]).await;
    wire.filter(&spec).await;
    let first = wire.wait("", 0, "").await;
    assert_eq!(first.count("<kind>enter</kind>"), 20);
    let unset = "<changeSet><name>snapshot</name><op>assign</op></changeSet>";
    let without = wire.sim.machines().iter().filter(|vm| vm.snapshots.is_empty()).count();
    assert_eq!(first.count(unset), without, "what is unset is said on entering, too");
    let version = first.tag("version").unwrap().to_owned();
    assert!(!wire.wait(&version, 0, "").await.has("returnval"), "nothing is new");

    // It blocks until something happens elsewhere.
    let waiting = {
        let twin = wire.twin();
        let version = version.clone();
        tokio::spawn(async move { twin.wait(&version, PATIENCE, "").await })
    };
    assert!(wire.sim.set_power("web-01", Power::Off));
    let news = waiting.await.unwrap();
    assert_eq!(news.count("<objectSet>"), 1, "{}", news.text);
    assert_eq!(news.count("<changeSet>"), 1);
    assert!(news.has("<kind>modify</kind>") && news.has(">poweredOff</val>"));

    // A change of something that nobody asked for is no news.
    let version = news.tag("version").unwrap().to_owned();
    assert!(wire.sim.break_guest("db-01"));
    assert!(!wire.wait(&version, 0, "").await.has("returnval"));
}

#[tokio::test]
async fn vms_come_and_go_and_snapshots_are_unset() {
    let wire = Wire::quick(SimOptions { vms: 0, ..SimOptions::default() }).await;
    let spec = wire.fleet(&["name", "snapshot"]).await;
    wire.filter(&spec).await;
    let mut version = wire.wait("", 0, "").await.tag("version").unwrap().to_owned();
    let added = wire.sim.add("new-01", "web");
    let gone = wire.vm("backup-01");
    wire.sim.destroy("backup-01");
    let news = wire.wait(&version, 0, "").await;
    assert!(news.has(&format!("<kind>enter</kind><obj type=\"VirtualMachine\">{added}</obj>")));
    assert!(news.has(&format!("<kind>leave</kind><obj type=\"VirtualMachine\">{gone}</obj>")));
    assert_eq!(news.count("<objectSet>"), 2);
    version = news.tag("version").unwrap().to_owned();

    wire.sim.take_out_of_band("web-01", "by a colleague").unwrap();
    let news = wire.wait(&version, 0, "").await;
    assert!(news.has("<name>by a colleague</name>"));
    version = news.tag("version").unwrap().to_owned();
    let moref = wire.vm("web-01");
    let call =
        format!("<RemoveAllSnapshots_Task><_this type=\"VirtualMachine\">{moref}</_this></RemoveAllSnapshots_Task>");
    assert_eq!(wire.call(&call).await.status, 200);
    let news = wire.wait(&version, 0, "").await;
    assert!(news.has("<name>snapshot</name><op>assign</op></changeSet>"), "{}", news.text);
}

#[tokio::test]
async fn a_task_is_followed_from_queued_to_success() {
    let mut wire = Wire::start(SimOptions { task_seconds: 0.4, ..SimOptions::default() }).await;
    wire.login().await;
    let task = wire.take("web-01", "a").await.tag("returnval").unwrap().to_owned();
    let spec = super::wire::spec("Task", &["info"], &format!("<obj type=\"Task\">{task}</obj>"));
    wire.filter(&spec).await;
    let (mut version, mut states, mut percents) = (String::new(), Vec::new(), Vec::new());
    while states.last().map(String::as_str) != Some("success") {
        let news = wire.wait(&version, PATIENCE, "").await;
        version = news.tag("version").unwrap().to_owned();
        states.push(news.tag("state").unwrap().to_owned());
        percents.extend(news.tag("progress").and_then(|progress| progress.parse::<u8>().ok()));
    }
    states.dedup();
    assert_eq!(states.first().map(String::as_str), Some("queued"));
    assert_eq!(states.get(1).map(String::as_str), Some("running"));
    assert!(percents.is_sorted() && percents.len() > 3, "{percents:?}");
}

#[tokio::test]
async fn a_lost_answer_is_given_again() {
    let wire = Wire::quick(SimOptions::default()).await;
    let spec = wire.fleet(&["runtime.powerState"]).await;
    wire.filter(&spec).await;
    let first = wire.wait("", 0, "").await.tag("version").unwrap().to_owned();
    wire.sim.set_power("web-01", Power::Off);
    let answer = wire.wait(&first, 0, "").await;
    wire.sim.set_power("db-01", Power::Off);
    let again = wire.wait(&first, 0, "").await;
    assert_eq!(answer.text, again.text);
    let later = wire.wait(again.tag("version").unwrap(), 0, "").await;
    assert_eq!(later.count("<objectSet>"), 1);
    let stale = wire.wait(&first, 0, "").await;
    assert_eq!(stale.fault(), Some("InvalidCollectorVersion"), "{}", stale.text);
    assert_eq!(wire.wait("nonsense", 0, "").await.fault(), Some("InvalidCollectorVersion"));
    assert!(wire.wait("", 0, "").await.count("<kind>enter</kind>") > 10, "the empty version begins anew");
}

#[tokio::test]
async fn updates_come_in_portions() {
    let wire = Wire::quick(SimOptions { vms: 25, ..SimOptions::default() }).await;
    let spec = wire.fleet(&["name"]).await;
    wire.filter(&spec).await;
    let (mut version, mut seen, mut portions) = (String::new(), 0, 0);
    loop {
        let news = wire.wait(&version, 0, "<maxObjectUpdates>10</maxObjectUpdates>").await;
        seen += news.count("<objectSet>");
        portions += 1;
        version = news.tag("version").unwrap().to_owned();
        if !news.has("<truncated>true</truncated>") {
            break;
        }
    }
    assert_eq!((seen, portions), (25, 3));
}

#[tokio::test]
async fn an_answer_holds_a_hundred_objects_at_the_most() {
    let wire = Wire::quick(SimOptions { vms: 250, ..SimOptions::default() }).await;
    let spec = wire.fleet(&["name"]).await;
    wire.filter(&spec).await;
    let (mut version, mut seen) = (String::new(), Vec::new());
    for _ in 0..3 {
        let news = wire.wait(&version, 0, "<maxObjectUpdates>5000</maxObjectUpdates>").await;
        version = news.tag("version").unwrap().to_owned();
        seen.push((version.clone(), news.count("<objectSet>"), news.has("<truncated>true</truncated>")));
    }
    let expected = [("0_1", 100, true), ("0_2", 100, true), ("1", 50, false)];
    assert_eq!(seen, expected.map(|(version, objects, more)| (version.to_owned(), objects, more)));
}

#[tokio::test]
async fn what_may_not_be_read_any_more_is_said_in_an_update() {
    let wire = Wire::quick(SimOptions::default()).await;
    wire.sim.give("web-01", Oddity::Hidden);
    let spec = wire.fleet(&["name", "snapshot"]).await;
    wire.filter(&spec).await;
    let first = wire.wait("", 0, "").await;
    assert_eq!(first.count("<missingSet><path>snapshot</path><fault>"), 1, "{}", first.text);
    wire.sim.give("db-01", Oddity::Hidden);
    wire.sim.take_away("web-01", &Oddity::Hidden);
    let news = wire.wait(first.tag("version").unwrap(), 0, "").await;
    assert_eq!((news.count("<objectSet>"), news.count("<missingSet>")), (2, 1), "{}", news.text);
    assert!(news.has("<name>snapshot</name><op>assign</op></changeSet>"), "{}", news.text);
}

#[tokio::test]
async fn a_wait_can_be_cancelled_and_ends_with_its_session() {
    let wire = Wire::quick(SimOptions::default()).await;
    let spec = wire.fleet(&["name"]).await;
    wire.filter(&spec).await;
    let version = wire.wait("", 0, "").await.tag("version").unwrap().to_owned();
    let wait = || {
        let (twin, version) = (wire.twin(), version.clone());
        tokio::spawn(async move { twin.wait(&version, PATIENCE, "").await })
    };
    let cancel =
        "<CancelWaitForUpdates><_this type=\"PropertyCollector\">propertyCollector</_this></CancelWaitForUpdates>";
    let waiting = wait();
    until(|| calls(&wire, "WaitForUpdatesEx") == 2).await;
    wire.call(cancel).await;
    assert_eq!(waiting.await.unwrap().fault(), Some("RequestCanceled"));
    let waiting = wait();
    until(|| calls(&wire, "WaitForUpdatesEx") == 3).await;
    wire.sim.forget_sessions();
    assert_eq!(waiting.await.unwrap().fault(), Some("NotAuthenticated"));
}

#[tokio::test]
async fn a_wait_ends_empty_when_its_time_is_over() {
    let wire = Wire::quick(SimOptions::default()).await;
    let spec = wire.fleet(&["name"]).await;
    wire.filter(&spec).await;
    let version = wire.wait("", 0, "").await.tag("version").unwrap().to_owned();
    let start = Instant::now();
    let reply = wire.wait(&version, 1, "").await;
    assert!(reply.status == 200 && !reply.has("returnval"));
    assert!(start.elapsed() >= Duration::from_millis(900));
}

fn calls(wire: &Wire, method: &str) -> usize {
    wire.sim.calls().iter().filter(|call| call.method == method).count()
}

/// Lets other tasks go on until something is so.
async fn until(so: impl Fn() -> bool) {
    while !so() {
        tokio::task::yield_now().await;
    }
}
