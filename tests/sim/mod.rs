//! The simulated vCenter over its wire: by hand-written SOAP, and by clients that other people wrote.

mod bad_input;
mod kill;
mod peers;
mod push;
mod reading;
mod restart;
mod scale;
mod trouble;
pub(crate) mod wire;
