//! Twelve crash points, each with each of five troubles, twenty times: 1,200 runs of one request that has to come to its end.
//!
//! The request is of another kind every time, and always needs an approval, so that every point lies on its way. The process
//! dies at the point, the trouble meets the first call, or the moment of death; people say yes, look when they are asked to,
//! and ask again where they got no answer.

use super::calls::CallTrouble;
use super::campaign::{Run, campaign_of};
use super::crash::POINTS;
use super::hub::{Of, World, time};
use super::machines::Vm;
use super::people::policy;
use super::rng::Rng;
use super::vcenter::VCenterState;

/// How often each pair is run.
const TIMES: u64 = 20;

/// What goes wrong beside the death.
const TROUBLES: [&str; 5] = ["reply_lost", "request_lost", "reply_late", "vcenter_restarted", "tasks_rotated"];

/// One of each kind.
const COMMANDS: [&str; 10] = [
    "take db-01 kept",
    "revert db-01 #1 ticket:T",
    "delete db-01 #2 ticket:T",
    "delete-all db-01 ticket:T",
    "take db-01 kept mode:memory",
    "revert-latest db-01 ticket:T",
    "delete db-01 #1 children:yes ticket:T",
    "consolidate db-01 ticket:T",
    "edit db-01 #1 name:renamed",
    "power-on db-01",
];

fn world(number: u64) -> World {
    let time_of_pair = usize::try_from(number % TIMES).unwrap();
    let pair = usize::try_from(number / TIMES).unwrap();
    let (point, trouble) = (POINTS[pair / TROUBLES.len()], TROUBLES[pair % TROUBLES.len()]);
    let mut rng = Rng::new(0xC0FF_EE00 + number);
    let policy = policy(&mut rng, true);
    let command = COMMANDS[time_of_pair % COMMANDS.len()];
    let mut vm = Vm::new(2, "db-01", 3, time(0));
    vm.consolidation = command.starts_with("consolidate");
    if command.starts_with("power-on") {
        vm.power = snapwarden::domain::snapshot_tree::PowerState::Off;
    }
    if command.starts_with("revert-latest") {
        vm.current = Some(vm.nodes[1].moref.clone());
    }
    let mut vcenter = VCenterState::new(vec![vm]);
    vcenter.skew = *rng.pick(&[0, -40_000, 25_000, 18_000_000]);
    vcenter.real_kinds = rng.percent(50);
    vcenter.tells_users = rng.percent(70);
    let late = rng.between(1_000, 40_000);
    match trouble {
        "reply_lost" => vcenter.next_calls.push(CallTrouble::ReplyLost),
        "request_lost" => vcenter.next_calls.push(CallTrouble::RequestLost),
        "reply_late" => vcenter.next_calls.push(CallTrouble::ReplyLate(late)),
        "tasks_rotated" => vcenter.rotates = true,
        // Half of the time in the moment of death, half of the time after the call.
        _ if number % 2 == 1 => vcenter.next_calls.push(CallTrouble::Restart),
        _ => {}
    }
    let mut world = World::new(rng, policy, vcenter);
    world.crash.point = Some(point);
    world.crash.with_vcenter = trouble == "vcenter_restarted" && number.is_multiple_of(2);
    world.people.dutiful = true;
    world.deadline = 26 * 3_600_000;
    world.after(0, Of::World, move |world| world.ask("alice", command.to_owned()));
    if time_of_pair % 4 == 3 {
        // Somebody else wants the same VM.
        world.after(400, Of::World, |world| world.ask("adam", "take db-01 other".to_owned()));
    }
    world.after(1_000, Of::World, World::diligent);
    world
}

fn runs() -> Vec<Run> {
    let count = (POINTS.len() * TROUBLES.len()) as u64 * TIMES;
    let run = |seed: u64| {
        let pair = usize::try_from(seed / TIMES).unwrap();
        let (point, trouble) = (POINTS[pair / TROUBLES.len()].name, TROUBLES[pair % TROUBLES.len()]);
        Run { name: format!("{point}/{trouble}/{}", seed % TIMES), seed, again: String::new() }
    };
    (0..count).map(run).collect()
}

#[test]
fn wherever_it_dies_and_whatever_else_goes_wrong() {
    let counts = campaign_of("simulation::points", runs(), world);
    let all = if super::campaign::only().is_some() { 1 } else { 1_200 };
    assert_eq!((counts.runs, counts.points), (all, all), "every run came to its crash point");
}
