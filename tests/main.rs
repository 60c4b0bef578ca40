//! The one integration binary: everything that needs more than one part of the house.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says so and stops"
)]

mod browser;
mod conformance;
mod console;
mod goldens;
mod house;
mod kill;
mod sim;
mod simulation;
mod store;
mod tour;
mod world;
