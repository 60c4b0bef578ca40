//! A whole journal at once, for tests: is it whole, and what are its lines?

use std::path::Path;

use super::line::Line;
use super::reader::{Broken, Verified};
use super::walk::Walk;

/// Checks the whole journal in `dir`. It only reads, so that it can be run beside a running bot.
pub fn verify(dir: &Path) -> Result<Verified, Broken> {
    let mut walk = Walk::open(dir)?;
    while walk.step()? {}
    Ok(walk.verified())
}

/// The journal's lines in order, each verified. After a [`Broken`] nothing follows.
pub fn lines(dir: &Path) -> Result<Lines, Broken> {
    Ok(Lines { walk: Some(Walk::open(dir)?) })
}

/// See [`lines`].
#[derive(Debug)]
pub struct Lines {
    walk: Option<Walk>,
}

impl Iterator for Lines {
    type Item = Result<Line, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        let walk = self.walk.as_mut()?;
        let item = match walk.step() {
            Ok(true) => walk.line(),
            Ok(false) => {
                self.walk = None;
                return None;
            }
            Err(broken) => Err(broken),
        };
        if item.is_err() {
            self.walk = None;
        }
        Some(item)
    }
}
