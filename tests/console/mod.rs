//! The console over its real router, with an engine of a few lines behind it.

mod api;
mod events;
pub(crate) mod fake;
mod guard;
mod page;
mod samples;
