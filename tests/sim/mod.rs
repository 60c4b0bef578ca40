//! The simulated vCenter over its wire: by hand-written SOAP, and by clients that other people wrote.

mod bad_input;
mod peers;
mod push;
mod reading;
mod scale;
mod trouble;
mod wire;
