//! The bot as people meet it: who types what, and what the channel shows then.
//!
//! Everything is real but the outside: the engine, the SOAP client, the console and its API, our simulator over HTTP, and a
//! store that can be made to fail. The engine's clock stands until a scenario lets time pass. `harness`, `people`, `sight`
//! and `mishaps` have the words that scenarios are written in; a scenario ends by saying which changes vCenter was asked
//! for, so that none goes unseen. `process` is for what needs the program itself.

/// The message of the last request says exactly this, but for ids and alignment.
macro_rules! shows {
    ($world:ident, $expected:expr) => {
        $world.shows($expected).await
    };
}

pub(crate) mod alone;
mod bad_disk;
mod foreign;
#[macro_use]
pub(crate) mod fronts;
pub(crate) mod harness;
pub(crate) mod ledger;
mod mishaps;
mod mortal;
pub(crate) mod people;
mod process;
pub(crate) mod said;
mod sight;
mod turnstile;

mod api;
mod audit;
mod bulk;
mod busy;
mod buttons;
mod clicks;
mod commands;
mod decisions;
mod disk;
mod ended;
mod figures;
mod fixtures;
mod groups;
mod holds;
mod identity;
mod input;
mod intake;
mod preflight;
mod proxy;
mod reload;
mod report;
mod restart;
mod rights;
mod storage;
mod tags;
mod tour;
mod trouble;
mod trust;
pub(crate) mod watch;
mod year;

pub(crate) use clicks::crashes;
