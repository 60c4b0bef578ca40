//! The bot dies between a click and its commit, inside this process: its runtime is dropped at a random moment, with whatever it
//! was about to do, and the next one opens the store on the disk that the one before had. `kill::clicks` has the same with
//! real processes, and says what is counted.

use serde_json::json;

use super::harness::World;
use crate::kill::{Fate, Hunter, killed_after, numbered};

/// Crashes a bot so many times, each in the middle of another click.
pub(crate) async fn crashes(count: u64, seed: u64) -> Vec<Fate> {
    if count == 0 {
        return Vec::new();
    }
    let count = usize::try_from(count).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::with(|setup| {
        setup.folder = Some(folder.path().to_owned());
        setup.sim.vms = count + 20;
        setup.sim.snapshots = Some(1);
    })
    .await;
    let mut cards = Vec::new();
    for vm in numbered(count + 20).into_iter().take(count) {
        let asked = world.says("alice", &format!("revert {vm} #1")).await.id();
        cards.push((asked, world.button("bob", "Approve").await));
    }
    let mut hunter = Hunter::new(seed);
    for (request, approve) in &cards {
        let url = format!("{}/api/actions", world.life().url);
        let body = json!({"person": "bob", "token": approve}).to_string();
        let click = world.http.post(url).header("content-type", "application/json").body(body);
        // A connection that breaks is no answer, and neither is an error.
        let clicked = tokio::spawn(async move { click.send().await.is_ok_and(|answer| answer.status().is_success()) });
        let answered = killed_after(hunter.moment(), clicked, async || world.die().await).await;
        world.begin().await;
        hunter.learn(Fate::of(answered, &world.request(request).await));
    }
    // Who was told nothing clicks again, and that counts.
    for ((request, approve), fate) in cards.iter().zip(&hunter.fates) {
        if *fate == Fate::Waits {
            world.press_token("bob", approve).await.is("");
        }
        assert_eq!(world.request(request).await["approvals"].as_array().map(Vec::len), Some(1), "{request}");
    }
    let changes = world.changes();
    let mut once = changes.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), changes.len(), "a VM was changed twice: {changes:?}");
    let hunted = hunter.fates;
    world.end_with_what_runs().await;
    hunted
}
