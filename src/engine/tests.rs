//! The engine in memory: its one task driven by hand, with a store, a vCenter and a chat that do what a test tells them.

mod authority;
mod bench;
mod clocks;
mod commits;
mod completion;
mod frozen;
mod intake;
mod lab;
mod limits;
mod memberships;
mod reloading;
mod room;
pub(super) mod shelf;
mod watching;
