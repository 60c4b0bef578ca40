//! The whole bot under everything that can go wrong, by chance and the same way again for the same seed.
//!
//! The engine is the real one, on a runtime whose clock is virtual; vCenter, chat and store are in memory and outlive the
//! process (`hub` says how). A seed makes a world, a minute or two of commands, clicks, colleagues, lost answers, outages and
//! deaths of the process (`script`), and then calm, in which everybody does what they should until nothing is open. `truth` looks at
//! every line, row and call in the moment in which it happens; `verdict` looks at the end.
//!
//! What must hold, or the seed is printed with its story:
//! - no change but a take is called twice for one request, and a take is called three times at most;
//! - no call without "calling" written, and, where the policy demands it, the yes of so many of the right people written for
//!   exactly the plan that the VM still had when it was read right before;
//! - never two calls at the same time on one VM;
//! - every request that somebody was told of comes to a final state, which never changes, and its message says so;
//! - what is told as done was done or looks so, and what is told as not done was not;
//! - a take leaves one snapshot, or at most one more, which is told.
//!
//! `SNAPWARDEN_SEEDS=100000 cargo test --locked simulation::seeds -- --nocapture` runs more seeds than the default;
//! `SNAPWARDEN_SEED=17 …` runs one and prints its story. The twelve crash points are in `crash`, their matrix in `points`.

mod calls;
mod campaign;
mod chat;
mod clicks;
mod counts;
mod crash;
mod hub;
mod ledger;
mod life;
mod machines;
mod people;
mod points;
mod rng;
mod script;
mod tasks;
mod truth;
mod vcenter;
mod verdict;
mod written;
