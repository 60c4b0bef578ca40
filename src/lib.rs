//! snapwarden: snapshots of vCenter VMs, asked for in chat.
//!
//! # The map of the house
//!
//! ```text
//! domain <- message <- engine (ports) <- vcenter, chat/*, store <- app <- main
//! ```
//!
//! Imports point one way, and a test holds it. From the inside out:
//!
//! - [`domain`] decides, and does nothing else: the command grammar, rights, preflight, the state machine of a request. Pure.
//! - [`message`] says it: one message model, every sentence in English and French; [`picture`] draws what it is given. Pure.
//! - [`engine`] is the shell: an inbox, one task that owns every request, one commit per turn, effects after it. It knows the
//!   world by four ports: a vCenter, a chat, a store, a clock.
//! - [`vcenter`], [`chat`] and [`store`] are those ports for real. They know neither each other nor who uses them.
//! - [`snapwarden_sim`] (`crates/sim`) is a simulated vCenter that speaks the same SOAP, for the demo, `snapwarden sim` and the
//!   tests. It is a crate of its own and shares no code with this one.
//! - [`config`] reads the file into the settings of all of these, [`proxy`] says which of the others are reached through a proxy, and
//!   [`telemetry`] names the figures. [`app`] wires it all; `main` is
//!   the command line.
//!
//! # What holds everywhere
//!
//! 1. No commit, no call: "calling" is on the disk before vCenter is called, and if it cannot be written nothing starts.
//! 2. A revert, a deletion or a consolidation is never called a second time by the bot itself.
//! 3. An approval is to one fingerprint. The VM is read again right before the call, and any difference voids it.
//! 4. A name is never an identity. What answers to a name twice is asked back.
//! 5. A message is a function of its request's state. It is reconciled, not sent: progress may be skipped, an end cannot be lost.
//! 6. Names come from strangers. They are cleaned where they become part of a sentence, and escaped where they are drawn.

// What is released has to be documented where others can reach it. Under `testing` everything can be reached, and `pub` that
// nobody can use is looked for instead; without it `pub` is how far a name goes inside this package.
#![cfg_attr(not(feature = "testing"), warn(missing_docs))]
#![cfg_attr(feature = "testing", warn(unreachable_pub))]

/// Says what is to be seen although the test passes: a count, or a peer that is not there. `println!` shows only failures.
#[cfg(test)]
macro_rules! told {
    ($($part:tt)*) => {
        $crate::told(&format!($($part)*))
    };
}

pub mod app;

#[cfg(feature = "testing")]
pub mod chat;
#[cfg(feature = "testing")]
pub mod config;
#[cfg(feature = "testing")]
pub mod domain;
#[cfg(feature = "testing")]
pub mod engine;
#[cfg(feature = "testing")]
pub mod message;
#[cfg(feature = "testing")]
pub mod picture;
#[cfg(feature = "testing")]
pub mod proxy;
#[cfg(feature = "testing")]
pub mod store;
#[cfg(feature = "testing")]
pub mod telemetry;
#[cfg(feature = "testing")]
pub mod vcenter;

#[cfg(not(feature = "testing"))]
mod chat;
#[cfg(not(feature = "testing"))]
mod config;
#[cfg(not(feature = "testing"))]
mod domain;
#[cfg(not(feature = "testing"))]
mod engine;
#[cfg(not(feature = "testing"))]
mod message;
#[cfg(not(feature = "testing"))]
mod picture;
#[cfg(not(feature = "testing"))]
mod proxy;
#[cfg(not(feature = "testing"))]
mod store;
#[cfg(not(feature = "testing"))]
mod telemetry;
#[cfg(not(feature = "testing"))]
mod vcenter;

#[cfg(test)]
fn told(text: &str) {
    use std::io::Write;
    // One write, so that no other test's line comes in between. If nobody reads it, nothing is lost.
    let _ = std::io::stderr().write_all(format!("{text}\n").as_bytes());
}
