//! Slack: what people type and press there becomes events of the engine, and cards become messages of Block Kit.
//!
//! `inbound` reads what Slack sends and `render` writes what it is sent, both pure; `limits` holds the numbers of both.

pub mod inbound;
pub mod limits;
pub mod manifest;
pub mod render;

/// The platform's name, the part of a channel's id before the colon.
pub const PLATFORM: &str = "slack";
