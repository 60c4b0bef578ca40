//! The page in a real browser: headless Chromium, driven through chromedriver.
//!
//! Without chromedriver each test says by its name that it was skipped; `SNAPWARDEN_REQUIRE_PEERS=1` makes that a failure.
//! `SNAPWARDEN_SHOTS=DIR` keeps a picture of the interesting moments.

mod completion;
mod console;
mod driver;
mod meddling;
mod snapshots;
mod stream;
mod tour;

pub(crate) use driver::Browser;
