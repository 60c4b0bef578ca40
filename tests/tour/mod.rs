//! The README's tour against the real binary, as somebody who has just built it takes it.
//!
//! `api` walks it with the JSON API alone, as one could with curl; the browser's tests walk it with mouse and keyboard.

mod api;
mod demo;
mod meddling;

pub(crate) use demo::Demo;
