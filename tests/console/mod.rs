//! The console over its real router, on the real engine.

mod api;
pub(crate) mod cards;
mod events;
pub(crate) mod fleet;
mod guard;
mod page;
mod samples;
pub(crate) mod snapshots;
pub(crate) mod world;
