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

use std::sync::Arc;

use secrecy::SecretString;
use tokio::task::JoinHandle;

pub use client::{Discord, Port};

use crate::engine::Handle;

/// The platform's name, the part of a [`crate::domain::ids::ChannelId`] before the colon.
pub const PLATFORM: &str = "discord";

/// How the bot is known to Discord, and where Discord is.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `https://discord.com`, or a local peer.
    pub api_url: String,
    /// The gateway, if it is not to be asked of the API.
    pub gateway_url: Option<String>,
    /// The application's id.
    pub application_id: String,
    /// The bot's token.
    pub token: SecretString,
    /// The only server that is served, if it is limited.
    pub guild_id: Option<String>,
    /// Whether commands in direct messages are taken.
    pub direct_messages: bool,
}

/// Work in the background, which ends with this.
pub struct Background(Vec<JoinHandle<()>>);

impl Background {
    /// Registers the commands and keeps the roles known, beside whichever way interactions come in.
    pub fn start(discord: &Arc<Discord>, handle: &Handle) -> Self {
        // There is one engine to a process, and it is known before anything comes in.
        let _again = discord.handle.set(handle.clone());
        let register = tokio::spawn(register::keep(discord.clone()));
        let members = tokio::spawn(members::keep(discord.clone(), handle.clone()));
        Self(vec![register, members])
    }

    /// Adds the gateway.
    pub fn with_gateway(mut self, discord: &Arc<Discord>, handle: &Handle) -> Self {
        self.0.push(tokio::spawn(gateway::keep(discord.clone(), handle.clone())));
        self
    }

    /// Ends it.
    pub fn stop(&mut self) {
        for task in self.0.drain(..) {
            task.abort();
        }
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        self.stop();
    }
}
