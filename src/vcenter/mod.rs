//! The vCenter port over SOAP (vim25), for every vCenter from 6.5 on.
//!
//! `wire` turns what is asked into XML and answers into values; `transport` and `tls` carry it; `session` logs in and
//! notices when a session is gone; `inventory` (with `world`), `tasks` and `background` are what goes on by itself;
//! `operations`, `survey`, `history` and `fleet` are what is asked for. Tags are not in vim25: `rest` carries that other interface,
//! `tagging` reads it, `tags` keeps what was read. Two rules hold everywhere: a change is sent once,
//! and what was not answered whole was not answered.

mod background;
mod client;
mod config;
mod descriptor;
mod fleet;
mod guard;
mod history;
mod inventory;
mod line;
mod makers;
mod operations;
mod reading;
mod rest;
mod session;
mod sizes;
mod survey;
mod tagging;
mod tags;
mod tasks;
mod tls;
mod transport;
mod wire;
mod world;

pub use client::Client;
pub use config::{Address, Authorities, Password, Trust, VCenterConfig};
#[cfg(feature = "testing")]
pub use fleet::Fleet;
