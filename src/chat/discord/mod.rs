//! Discord: the same messages and the same buttons as everywhere, in Discord's words.
//!
//! `inbound` reads what Discord sends and `render` writes what it is sent; both are pure. `commands` is the tree of `/snapshot`,
//! `limits` every number that Discord refuses to see exceeded.

pub mod commands;
mod custom_id;
mod escape;
pub mod inbound;
pub mod limits;
pub mod manifest;
pub mod render;

/// The platform's name, the part of a [`crate::domain::ids::ChannelId`] before the colon.
pub const PLATFORM: &str = "discord";
