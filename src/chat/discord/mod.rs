//! Discord: the same messages and the same buttons as everywhere, in Discord's words.
//!
//! `inbound` reads what Discord sends and `render` writes what it is sent; both are pure. `gateway` and `endpoint` are the two
//! ways in, and both lead to `desk`, which answers in time and hands the rest to the engine. `client` is the engine's port on
//! `api` and `rates`. `commands` is the tree of `/snapshot`, `limits` every number that Discord refuses to see exceeded.

mod api;
pub mod check;
mod client;
pub mod commands;
mod complete;
mod custom_id;
mod desk;
pub mod endpoint;
mod escape;
pub mod gateway;
pub mod inbound;
mod known;
pub mod limits;
pub mod manifest;
mod members;
mod notice;
mod rates;
mod register;
pub mod render;

use reqwest::Url;
use secrecy::SecretString;

pub use client::{Discord, Port, role};
pub use ed25519_dalek::VerifyingKey as PublicKey;

/// The platform's name, the part of a [`crate::domain::ids::ChannelId`] before the colon.
pub const PLATFORM: &str = "discord";

/// How the bot is known to Discord, and where Discord is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `https://discord.com`, or a local peer.
    pub api_url: Url,
    /// How interactions arrive.
    pub delivery: Delivery,
    /// The application's id.
    pub application_id: String,
    /// The bot's token.
    pub token: SecretString,
    /// The only server that is served, if it is limited.
    pub guild_id: Option<String>,
    /// Whether commands in direct messages are taken.
    pub direct_messages: bool,
}

/// How interactions arrive, with what that way needs.
#[derive(Debug, Clone)]
pub enum Delivery {
    /// Over the gateway; its address, if it is not to be asked of the API.
    Gateway(Option<Url>),
    /// By requests, which Discord signs for this key.
    Http(PublicKey),
}
