//! The bot that runs, with govmomi's simulator for a vCenter: its report, one warning for each crossing, and a deletion by a button of the report.

use jiff::{SignedDuration, Timestamp, Unit};
use snapwarden::vcenter::{Address, Trust, VCenterConfig};

use super::peer::{PASSWORD, USER, Vcsim};
use crate::world::harness::World;
use crate::world::watch::daily;

/// The one VM of a vcsim that has no hosts but its cluster's.
const VM: &str = "DC0_C0_RP0_VM0";

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The first four in the afternoon (UTC) that is so long after a moment, and a minute.
fn slot_after(moment: Timestamp) -> Timestamp {
    let midnight = Timestamp::from_second(moment.as_second() / 86_400 * 86_400).unwrap();
    let four = midnight + SignedDuration::from_hours(16);
    let slot = if four > moment { four } else { four + DAY };
    slot + SignedDuration::from_mins(1)
}

/// Moves the bot's clock to a moment. vcsim's own goes on as the machine's does.
fn move_to(world: &World, moment: Timestamp) {
    let now = Timestamp::from_second(world.clock_second()).unwrap();
    world.clock.advance(moment.duration_since(now));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_watch_on_vcsim_reports_and_what_it_shows_is_deleted() {
    let Some(peer) = Vcsim::start(&["-vms", "1"]) else { return };
    let began = Timestamp::now().round(Unit::Second).unwrap();
    let world = World::with(|setup| {
        let rule = daily(setup);
        // vcsim's clock cannot be set, and ages go by a vCenter's own clock: they are of seconds here.
        let instant = SignedDuration::from_millis(1);
        (rule.thresholds.warn_age, rule.thresholds.max_age) = (instant, instant);
        setup.now = began;
        setup.config.vcenters.push(VCenterConfig {
            name: "govmomi".into(),
            url: Address::of(peer.url.parse().unwrap()).unwrap(),
            username: USER.to_owned(),
            password: PASSWORD.into(),
            trust: Trust::SystemRoots,
            proxies: None,
        });
    })
    .await;
    for name in ["first", "second"] {
        world.says("carol", &format!("take {VM} {name} mode:disk")).await;
        world.until("done").await;
    }
    let names = || {
        let inventory = world.bot().handle.parts().fleet.inventory();
        let vm = inventory.iter().find(|vm| vm.name == VM).unwrap().clone();
        vm.tree.nodes().iter().map(|node| node.name.clone()).collect::<Vec<_>>()
    };
    // The live inventory hears of a snapshot a moment after its task has ended.
    world.wait_polling("the bot sees both", async || (names() == ["first", "second"]).then_some(())).await;
    world.settled().await;
    assert_eq!(world.beginning("Snapshots").await.len(), 0, "nothing is due");

    // Both are too old, and the report of the day comes.
    let first_slot = slot_after(began + DAY * 3 + SignedDuration::from_hours(1));
    move_to(&world, first_slot);
    let report = world.until_told("Snapshots", 1).await.remove(0);
    assert!(report.text().contains("2 over age of 2 on 1 VM"), "{}", report.text());
    // What a person is answered says the same, and what a row deletes is deleted on vcsim.
    world.says("alice", "report").await.says(&["2 over age of 2 on 1 VM"]);
    world.says("carol", &format!("delete {VM} \"second\"")).await;
    world.until("done").await;
    world.wait("the bot sees what is left", async || (names() == ["first"]).then_some(())).await;
    // The simulated vCenter of other scenarios was asked for nothing.
    world.end(&[]).await;
}
