//! A second machine, much simpler than the real one, that says what each event may come to; both are led through the same
//! random lives and must agree on the state, on what is wanted of vCenter, and on when to wake.
//!
//! The reference knows no surveys, plans or fingerprints: it is told what a read finds in one word. It was written from the
//! `//!` of `machine`, not from its code. Events come in any state, also where they make no sense, twice and late.

use proptest::test_runner::{Config, TestRunner};
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};

use model::Model;
use real::{CALLS, ENDS, Real, STEPS};

mod model;
mod real;
mod words;

/// How many lives, and how many events in each at most: some seconds in a debug build.
const LIVES: u32 = 3_000;
const EVENTS: usize = 50;

#[test]
fn the_machine_does_what_the_reference_says() {
    let config = Config { cases: LIVES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config.clone());
    let lives = Model::sequential_strategy(1..EVENTS);
    let result = runner.run(&lives, |(model, happenings, seen)| {
        Real::test_sequential(config.clone(), model, happenings, seen);
        Ok(())
    });
    told!("{LIVES} lives, {} events, {} calls, {} ended, as the reference says", STEPS.get(), CALLS.get(), ENDS.get());
    result.unwrap();
    assert!(
        CALLS.get() > u64::from(LIVES) / 2 && ENDS.get() > u64::from(LIVES) / 2,
        "a life that gets nowhere shows nothing"
    );
}
