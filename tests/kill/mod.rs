//! Real processes, really killed: the bot is ended with SIGKILL at named points and at random moments, while the vCenter and
//! the people stay. What is counted is what people live by: no destructive call twice, no request lost, no yes forgotten.
//!
//! Nothing sleeps here. A process that comes to a stop says so on stderr; what is waited for is looked at again whenever the
//! console's event stream says that something changed. Every process is ended by its own id, also when a test fails.

mod clicks;
mod people;
mod points;
mod process;

pub(crate) use clicks::{Fate, Hunter, killed_after};
pub(crate) use points::numbered;
