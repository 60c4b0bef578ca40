//! A simulated vCenter that outlives its process: when its file is written, and how it is read again.
//!
//! The file is written under the world's lock after every change that lasts, before anybody is told of that change. So a task
//! whose reference a client has is in the file, whenever the process is killed. Changes that come together are one write, and
//! a write replaces the file in one step.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use jiff::Timestamp;

use super::clock::Clock;
use super::saved::{Made, Saved};
use super::world::World;
use super::{Sim, SimOptions};

/// What the name of the file has behind it while the next one is being written.
const UNFINISHED: &str = ".new";

/// Why the file of a simulated vCenter could not be used: in one sentence with the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {reason}", file.display())]
pub struct SimFileError {
    /// Which file.
    pub file: PathBuf,
    /// What is wrong.
    pub reason: String,
}

impl Sim {
    /// A simulated vCenter whose world is in a file: read from it if it is there, else made by the options and written. Every
    /// later change is in the file before anybody is told of it.
    ///
    /// Time goes on while no process has it: a task of four seconds that had two to go has ended two seconds later. Sessions
    /// are forgotten, as by a vCenter that was started again; faults of a plan count anew. Where the options would make other
    /// VMs than the file has, the file wins and a warning is logged. Only one process may use a file at a time, which
    /// nothing here looks after.
    ///
    /// # Errors
    /// If the file is there and is not a world that this version wrote, or cannot be read or written.
    pub fn persistent(options: SimOptions, file: &Path) -> Result<Self, SimFileError> {
        Self::persistent_at(options, file, Timestamp::now(), Clock::resumed)
    }

    /// The same at a date on the wall, with a clock made of the date from which it counts and what has passed.
    pub(super) fn persistent_at(
        options: SimOptions,
        file: &Path,
        now: Timestamp,
        clock: impl FnOnce(Timestamp, std::time::Duration) -> Clock,
    ) -> Result<Self, SimFileError> {
        let wrong = |reason: String| SimFileError { file: file.to_owned(), reason };
        let world = match std::fs::read(file) {
            Ok(bytes) => {
                let saved = Saved::read(&bytes).map_err(wrong)?;
                warn_of_other_options(saved.made_with(), &options, file);
                let (base, passed) = saved.time(now);
                World::restored(saved, options, clock(base, passed)).map_err(wrong)?
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let (base, passed) = Clock::beginning(options.now);
                World::new(options, clock(base, passed))
            }
            Err(error) => return Err(wrong(format!("it cannot be read: {error}"))),
        };
        let keeper = Keeper::new(file);
        keeper.write(&world, now).map_err(|reason| wrong(format!("it cannot be written: {reason}")))?;
        Ok(Self::of(world, Some(keeper)))
    }
}

/// Keeps the file as the world is. All of it happens under the world's lock.
#[derive(Debug)]
pub(super) struct Keeper {
    file: PathBuf,
    unfinished: PathBuf,
    /// Up to which change the file has everything.
    written: AtomicU64,
    /// Whether the last write failed, so that a full disk is said once.
    failing: AtomicBool,
}

impl Keeper {
    fn new(file: &Path) -> Self {
        let mut unfinished = file.as_os_str().to_owned();
        unfinished.push(UNFINISHED);
        Self {
            file: file.to_owned(),
            unfinished: unfinished.into(),
            written: AtomicU64::new(0),
            failing: AtomicBool::new(false),
        }
    }

    /// Writes the world if something in it changed that lasts. If that fails it is logged, and tried again after the next
    /// look: a simulator is of use without its file too.
    pub(super) fn keep(&self, world: &World) {
        if self.written.load(Ordering::Relaxed) == world.changes.lasting() {
            return;
        }
        match self.write(world, Timestamp::now()) {
            Ok(()) => self.failing.store(false, Ordering::Relaxed),
            Err(reason) if !self.failing.swap(true, Ordering::Relaxed) => tracing::error!(
                file = %self.file.display(),
                reason,
                "the simulated vCenter's file cannot be written; a restart would lose what happens now"
            ),
            Err(_) => {}
        }
    }

    fn write(&self, world: &World, now: Timestamp) -> Result<(), String> {
        let bytes = world.save(now).to_bytes()?;
        self.replace(&bytes).map_err(|error| error.to_string())?;
        self.written.store(world.changes.lasting(), Ordering::Relaxed);
        Ok(())
    }

    /// The new content is on the disk before it takes the name, so that a power cut leaves the one or the other.
    fn replace(&self, bytes: &[u8]) -> std::io::Result<()> {
        let mut file = std::fs::File::create(&self.unfinished)?;
        file.write_all(bytes)?;
        file.sync_data()?;
        std::fs::rename(&self.unfinished, &self.file)
    }
}

fn warn_of_other_options(made: &Made, options: &SimOptions, file: &Path) {
    let asked = Made::with(options);
    if *made != asked {
        tracing::warn!(
            file = %file.display(),
            ?made,
            ?asked,
            "the simulated VMs are those of the file, which was made with other options"
        );
    }
}

#[cfg(test)]
mod tests;
