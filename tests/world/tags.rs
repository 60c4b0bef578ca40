//! Rules about tags: what people are told while the tags are known, and while they are not.

use jiff::SignedDuration;
use snapwarden::domain::ids::Group;
use snapwarden::domain::policy::{Rule, VerbPattern, VmPattern};

use super::harness::{LONG, World};

/// The demo with a deny for alice's group: no VM that is tagged `env/prod`.
async fn world() -> World {
    let world = World::with(|setup| {
        setup.config.rules.policy.denies.push(Rule {
            groups: vec![Group::new("team-web")],
            verbs: vec![VerbPattern::Any],
            vms: vec![VmPattern::parse("tag:env/prod").unwrap()],
            line: Some("[[deny]] at demo.toml:99".to_owned()),
        });
    })
    .await;
    world.until_tags("web-01", |tags| tags.is_some()).await;
    world
}

impl World {
    /// A VM's tags are as wanted in the live inventory.
    async fn until_tags(&self, name: &str, wanted: impl Fn(Option<String>) -> bool) {
        self.wait(&format!("the tags of {name} are read"), async || {
            let inventory = self.bot().handle.inventory();
            let vm = inventory.iter().find(|vm| vm.name == name)?;
            let tags = vm.tags.as_ref().map(|tags| tags.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "));
            wanted(tags).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tag_decides_from_the_minute_on_in_which_it_is_read() {
    let world = world().await;
    world.says("alice", "take web-01 first").await;
    world.until("done").await;
    world.sim.set_tag("web-01", "Env", "PROD");
    world.advance(SignedDuration::from_mins(1));
    world.until_tags("web-01", |tags| tags.is_some_and(|tags| tags.contains("PROD"))).await;
    world.says("alice", "take web-01 second").await.is(r#"
        You may not take a snapshot of "web-01": a rule forbids it to you ([[deny]], demo.toml:99).  failure
        That belongs to @administrators. Ask there, or see /snapshot explain take web-01.
    "#);
    world.says("carol", "take web-01 third").await;
    world.until("done").await;
    world.sim.clear_tag("web-01", "Env", "PROD");
    world.advance(SignedDuration::from_mins(1));
    world.until_tags("web-01", |tags| tags.is_some_and(|tags| !tags.contains("PROD"))).await;
    world.says("alice", "take web-01 fourth").await;
    world.until("done").await;
    world.end(&["CreateSnapshotEx_Task web-01"; 3]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_tags_are_unknown_nothing_is_done_that_depends_on_them() {
    let world = world().await;
    world.sim.serve_rest(false);
    world.advance(SignedDuration::from_mins(5));
    world.until_tags("web-01", |tags| tags.is_none()).await;
    world.says("alice", "take web-01").await.is(r#"
        You may not take a snapshot of "web-01" now: the tags of this VM cannot be read, and a rule depends on them ([[deny]], demo.toml:99).  failure
        Nothing was done. They are read every minute, so ask again shortly; if it stays so, the bot's log tells an administrator why.
    "#);
    world.says_in("ops", "alice", "explain take web-01", "fr").await.says(&["balises", "[[deny]], demo.toml:99"]);
    world.says("alice", "explain take web-01").await.is(r#"
        May @alice take a snapshot of "web-01"?  failure
        No: the tags of this VM cannot be read now, and a rule depends on them ([[deny]], demo.toml:99).
        Those who may: @administrators.
    "#);
    // No rule of carol's looks at tags.
    world.says("carol", "take web-01").await;
    world.until("done").await;
    world.sim.serve_rest(true);
    world.advance(SignedDuration::from_mins(1));
    world.until_tags("web-01", |tags| tags.is_some()).await;
    world.says("alice", "take web-01").await;
    world.until("done").await;
    world.end(&["CreateSnapshotEx_Task web-01"; 2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_to_a_running_request_goes_by_the_tags_of_now() {
    let world = world().await;
    world.sim.set_task_seconds(LONG);
    let asked = world.says("alice", "take web-01").await.id();
    world.until("running").await;
    world.sim.set_tag("web-01", "env", "prod");
    world.advance(SignedDuration::from_mins(1));
    world.until_tags("web-01", |tags| tags.is_some_and(|tags| tags.contains("env/prod"))).await;
    world.says("alice", &format!("cancel {asked}")).await.says(&["a rule forbids it to you ([[deny]], demo.toml:99)"]);
    world.says("carol", &format!("cancel {asked}")).await;
    world.until("cancelled").await;
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_rule_about_tags_nobody_asks_for_them() {
    let world = World::new().await;
    world.says("alice", "take web-01").await;
    world.until("done").await;
    world.advance(SignedDuration::from_mins(10));
    let vcenters = &world.bot().handle.parts().fleet;
    vcenters.iter().next().unwrap().about().await.unwrap();
    let asked = world.sim.calls().into_iter().filter(|call| call.method.starts_with("com.vmware.")).count();
    assert_eq!(asked, 0);
    world.end(&["CreateSnapshotEx_Task web-01"]).await;
}
