//! snapwarden: snapshots of vCenter VMs, asked for in chat.

pub mod app;
pub mod chat;
pub mod config;
pub mod domain;
pub mod engine;
pub mod message;
pub mod sim;
pub mod store;
pub mod telemetry;
pub mod vcenter;
