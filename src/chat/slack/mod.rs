//! Slack: what people type and press there becomes events of the engine, and cards become messages of Block Kit.
//!
//! `inbound` reads what Slack sends and `render` and `view` write what it is sent, all pure; `limits` holds the numbers of both. Events
//! come in by `socket` or `http`, and `desk` hands them to the engine; `client` is Slack as the engine sees it, over `api`.

mod api;
pub mod check;
mod client;
mod desk;
mod health;
mod http;
pub mod inbound;
pub mod limits;
pub mod manifest;
mod people;
pub mod render;
mod socket;
pub mod view;

pub use client::{Delivery, Settings, Slack};

/// The platform's name, the part of a channel's id before the colon.
pub const PLATFORM: &str = "slack";
