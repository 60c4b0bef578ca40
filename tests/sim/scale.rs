//! Ten thousand VMs: made at once, read in one go, and watched without looking at all of them for every change.

use std::time::{Duration, Instant};

use snapwarden_sim::{Power, Sim, SimOptions};

use super::wire::Wire;

/// Generous, because tests run unoptimized and beside others; the figures of a release build are in docs/sim.md.
const SLACK: u32 = 10;

#[tokio::test]
async fn ten_thousand_vms_are_made_read_and_watched() {
    let options = SimOptions { vms: 10_000, ..SimOptions::default() };
    let start = Instant::now();
    assert_eq!(Sim::new(options.clone()).machines().len(), 10_000);
    assert!(start.elapsed() < Duration::from_secs(1) * SLACK, "made in {:?}", start.elapsed());

    let wire = Wire::quick(options).await;
    let spec = wire.fleet(&["name", "runtime.powerState", "snapshot"]).await;
    wire.filter(&spec).await;
    let start = Instant::now();
    let (mut version, mut seen) = (String::new(), 0);
    loop {
        let news = wire.wait(&version, 0, "").await;
        seen += news.count("<objectSet>");
        version = news.tag("version").unwrap().to_owned();
        if !news.has("<truncated>") {
            break;
        }
    }
    assert_eq!(seen, 10_000);
    let whole = start.elapsed();
    assert!(whole < Duration::from_secs(1) * SLACK, "read in {whole:?}");

    let start = Instant::now();
    for round in 0..20 {
        let power = if round % 2 == 0 { Power::Off } else { Power::On };
        wire.sim.set_power("web-01", power);
        let news = wire.wait(&version, 0, "").await;
        assert_eq!(news.count("<objectSet>"), 1);
        version = news.tag("version").unwrap().to_owned();
    }
    let each = start.elapsed() / 20;
    assert!(each < whole / 5, "one change took {each:?}, everything {whole:?}");
}
