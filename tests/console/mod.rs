//! The console over its real router, with an engine of a few lines behind it.

mod api;
mod events;
pub(crate) mod fake;
pub(crate) mod fleet;
mod guard;
mod page;
mod samples;
pub(crate) mod snapshots;
