//! The same click a hundred times, and clicks that were made for another plan: nothing happens twice, and nothing happens at all.

use jiff::SignedDuration;
use snapwarden::domain::ids::RequestId;
use snapwarden::domain::token::TokenKey;
use snapwarden::message::model::Action;

use super::campaign::{Run, campaign_of};
use super::crash::POINTS;
use super::hub::{Of, World, time};
use super::life;
use super::machines::Vm;
use super::people::policy;
use super::rng::Rng;
use super::vcenter::VCenterState;
use super::verdict::KEY;

/// How often a click is delivered.
const CLICKS: i64 = 100;

/// How many worlds there are in each order.
const WORLDS: u64 = 20;

/// After so long the next process lives for certain, in milliseconds.
const LATE: i64 = 1_000_000;

/// The orders in which they come.
const ORDERS: [&str; 3] = ["burst", "spread", "restart"];

/// Tokens of other plans, other buttons, other requests and other installations that are pressed on one card.
const FORGERIES: u64 = 500;

/// Alice wants db-01 to go back, and one approver has to say yes.
fn asked(seed: u64) -> World {
    let mut rng = Rng::new(seed);
    let mut policy = policy(&mut rng, true);
    policy.approvals.truncate(1);
    policy.approvals[0].needed = 1;
    // A snapshot before the revert would be a second call.
    policy.approvals[0].safety = false;
    policy.approvals[0].expires = SignedDuration::from_hours(1);
    let vcenter = VCenterState::new(vec![Vm::new(2, "db-01", 3, time(0))]);
    let mut world = World::new(rng, policy, vcenter);
    world.deadline = 26 * 3_600_000;
    world.people.passive = true;
    world.after(0, Of::World, |world| world.ask("alice", "revert db-01 #1 ticket:T".to_owned()));
    world
}

fn approve(world: &mut World) {
    let shown = world.chat.buttons.iter().find(|button| button.action == Action::Approve).cloned();
    let button = shown.expect("the card has been shown");
    world.press("bob", &button.token);
}

fn clicked(number: u64) -> World {
    let mut world = asked(0x000C_11C5 + number);
    let order = ORDERS[usize::try_from(number / WORLDS).unwrap()];
    let step = match order {
        "burst" => 0,
        // Through every state up to the end, and beyond.
        "spread" => world.rng.between(5, 90),
        _ => 0,
    };
    if order == "restart" {
        // Between the click and its end, at a point from which the call still goes out once.
        let points =
            ["approval_unwritten", "approval_written", "calling_unwritten", "answer_unwritten", "end_unwritten"];
        let name = points[usize::try_from(number).unwrap() % points.len()];
        world.crash.point = POINTS.into_iter().find(|point| point.name == name);
    }
    for click in 0..CLICKS {
        let late = if order == "restart" && click >= CLICKS / 2 { LATE } else { 1_000 };
        world.after(late + click * step, Of::World, approve);
    }
    world.after(LATE + 10_000, Of::World, World::diligent);
    world
}

#[test]
fn the_same_click_a_hundred_times_is_one_transition_and_one_call() {
    let count = ORDERS.len() as u64 * WORLDS;
    let name = |seed: u64| format!("{}/{}", ORDERS[usize::try_from(seed / WORLDS).unwrap()], seed % WORLDS);
    let runs = (0..count).map(|seed| Run { name: name(seed), seed, again: String::new() });
    let counts = campaign_of("simulation::clicks::the_same_click", runs.collect(), clicked);
    if super::campaign::only().is_none() {
        assert_eq!(counts.clicks, count * CLICKS.unsigned_abs());
        assert_eq!((counts.approvals, counts.calls), (count, count), "one transition and one call each");
    }
}

#[test]
fn a_click_for_another_plan_changes_nothing() {
    let mut world = asked(17);
    world.after(1_000, Of::World, |world| {
        let id = world.truth.requests.keys().next().expect("it was asked").clone();
        for number in 0..FORGERIES {
            let token = forged(world, &id, number);
            // The right person, and others.
            let person = if number % 4 == 3 { "alice" } else { "bob" };
            world.press(person, &token);
        }
    });
    world.after(60_000, Of::World, World::diligent);
    let world = life::run(17, world);
    assert_eq!(world.truth.violations, [""; 0]);
    let written: usize = world.truth.requests.values().map(|known| known.approvals).sum();
    told!("{} forged clicks: {written} approvals, {} calls", world.truth.counts.clicks, world.truth.calls.len());
    assert_eq!((world.truth.counts.clicks, written, world.truth.calls.len()), (FORGERIES, 0, 0));
    assert_eq!(world.truth.counts.ends.keys().collect::<Vec<_>>(), [&"expired"]);
}

/// A token that looks like the one on the card, and is not.
fn forged(world: &mut World, id: &RequestId, number: u64) -> String {
    let key = TokenKey::new(KEY);
    let shown = world.chat.buttons.iter().find(|button| button.action == Action::Approve).expect("it is shown").clone();
    let fingerprint = format!("{:064x}", world.rng.next());
    let other = RequestId::from_bits(u32::try_from(number).unwrap());
    match number % 6 {
        0 => key.mint(id, "approve", 0, &fingerprint),
        1 => key.mint(id, "approve", 0, ""),
        2 => shown.token.replace(id.as_str(), other.as_str()),
        3 => shown.token.replace(".0.", &format!(".{}.", number + 1)),
        4 => TokenKey::new([9; 32]).mint(id, "approve", 0, &fingerprint),
        // One digit is another one.
        _ => {
            let at = shown.token.len() - 1 - usize::try_from(number).unwrap() % 24;
            let digit = if shown.token.as_bytes()[at] == b'0' { "1" } else { "0" };
            let mut token = shown.token.clone();
            token.replace_range(at..=at, digit);
            token
        }
    }
}
