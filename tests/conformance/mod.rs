//! What every vCenter must do for this bot, said once at the level of the port and run against every peer there is.
//!
//! `scenarios` knows nothing but a client and its events; `vcsim` runs it against govmomi's simulator and `simulated`
//! against our own, so that neither can lie alone; `tags` does the same for tags, which come by another interface; `watch` is the running bot
//! against vcsim; `replay` answers as recorded vCenters do, `liars` like what is no vCenter at all.

mod liars;
pub(crate) mod live;
pub(crate) mod peer;
mod replay;
mod scenarios;
mod simulated;
mod tagging;
mod tags;
mod vcsim;
mod watch;
