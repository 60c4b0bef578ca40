//! Slack, from outside: a fake Slack that enforces what the real one does, and what the bot is to it.

mod alone;
pub(crate) mod check;
mod checked;
pub(crate) mod fake;
pub(crate) mod front;
mod hostile;
mod reports;
mod requests;
mod scenarios;
mod thread;
mod trouble;
