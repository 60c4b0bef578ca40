//! Discord as the bot meets it: a fake that refuses what Discord refuses, and what happens between the two.

mod alone;
mod failures;
pub(crate) mod fake;
pub(crate) mod front;
mod gateway;
pub(crate) mod limits;
mod models;
mod port;
mod render;
mod strangers;
mod typing;
