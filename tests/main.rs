//! The one integration binary: everything that needs more than one part of the house.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so and stops"
)]

/// Says what is to be seen although the test passes: a count, or a peer that is not there. `println!` shows only failures.
macro_rules! told {
    ($($part:tt)*) => {
        $crate::told(&format!($($part)*))
    };
}

mod browser;
mod conformance;
mod console;
mod discord;
mod goldens;
mod house;
mod kill;
mod sim;
mod simulation;
mod slack;
mod store;
mod tour;
mod world;

/// A button that no card has, for tests of what draws buttons. Those of cards are made by what they do.
pub(crate) fn drawn(look: snapwarden::message::model::Look) -> snapwarden::message::model::Button {
    serde_json::from_value(serde_json::to_value(look).unwrap()).unwrap()
}

fn told(text: &str) {
    use std::io::Write;
    // One write, so that no other test's line comes in between. If nobody reads it, nothing is lost.
    let _ = std::io::stderr().write_all(format!("{text}\n").as_bytes());
}
