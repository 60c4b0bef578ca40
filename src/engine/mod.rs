//! The shell around the core: it receives, commits, calls and shows, and decides nothing.

pub mod ports;
