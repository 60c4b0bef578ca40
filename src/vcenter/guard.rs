//! The guard before every login: a name and a password that were refused are not tried again for a while, by whatever command.
//!
//! vCenter locks an account after five wrong passwords in three minutes, and a directory behind it may be stricter. So a refusal is kept in a file
//! beside the store, one for each account, where `run`, `check`, `report` and the others find it; without a store it is kept in memory. The file is
//! locked while somebody logs in, so that several processes do not fail side by side. It holds a slow, salted digest of the refused
//! password, because another password may be tried at once.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::config::Address;
use super::session::lock;
use crate::domain::fault::{Fault, FaultKind};
use crate::engine::ports::Clock;

/// How long no login is tried after vCenter refused the user name or the password. Two in an hour lock no account.
const REFUSED_PAUSE: SignedDuration = SignedDuration::from_mins(30);

/// The same after a fault that may mean the same, or that vCenter is not ready: four in three minutes lock no account either.
const FAULT_PAUSE: SignedDuration = SignedDuration::from_secs(45);

/// How often the digest of a refused password is made of itself: some milliseconds for us, and a long time for who guesses many.
const ROUNDS: u32 = 20_000;

/// The largest file that is read.
const MAX_BYTES: u64 = 64 * 1024;

/// Which of a vCenter's interfaces is logged in to: one may refuse what the other takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Interface {
    Soap,
    Rest,
}

/// A refused login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusal {
    interface: Interface,
    /// Until when no other is tried.
    pub(crate) until: Timestamp,
    /// What tells the refused password from another.
    salt: String,
    digest: String,
    pub(crate) fault: Fault,
}

/// The guard of one account of one vCenter.
pub(crate) struct Guard {
    file: Option<PathBuf>,
    clock: Arc<dyn Clock>,
    memory: Mutex<Vec<Refusal>>,
}

impl Guard {
    /// Refusals are kept in this folder, or by this process alone.
    pub(crate) fn new(folder: Option<&Path>, address: &Address, user: &str, clock: Arc<dyn Clock>) -> Self {
        let account = hex::encode(Sha256::digest(format!("{}\n{user}", address.sdk())));
        let name = format!("login-{}.json", account.get(..16).unwrap_or_default());
        Self { file: folder.map(|folder| folder.join(name)), clock, memory: Mutex::default() }
    }

    /// Lets one login pass, or gives the refusal that stands against it. Nobody else logs in to this account before the pass is given back.
    pub(crate) async fn enter(&self, interface: Interface, password: &SecretString) -> Result<Pass<'_>, Box<Refusal>> {
        let file = match self.file.clone() {
            Some(path) => tokio::task::spawn_blocking(move || locked(&path)).await.unwrap_or_else(|_| Ok(None)),
            None => Ok(None),
        };
        let mut file = file.unwrap_or_else(|error| {
            tracing::warn!(%error, "refused logins cannot be kept beside the store: other commands do not know of them");
            None
        });
        let mut refusals = match &mut file {
            Some(file) => read(file),
            None => lock(&self.memory).clone(),
        };
        let now = self.clock.now();
        refusals.retain(|refusal| refusal.until > now);
        // A clock that was set back prolongs nothing.
        let latest = now.saturating_add(REFUSED_PAUSE).unwrap_or(Timestamp::MAX);
        refusals.iter_mut().for_each(|refusal| refusal.until = refusal.until.min(latest));
        let same = |refusal: &&Refusal| {
            refusal.interface == interface && refusal.digest == digest(&refusal.salt, password.expose_secret())
        };
        match refusals.iter().find(same).cloned() {
            Some(refusal) => Err(Box::new(refusal)),
            None => Ok(Pass { guard: self, interface, file, refusals }),
        }
    }
}

/// The right to try one login.
pub(crate) struct Pass<'a> {
    guard: &'a Guard,
    interface: Interface,
    file: Option<File>,
    refusals: Vec<Refusal>,
}

impl Pass<'_> {
    /// The login was taken: what was refused before is no matter any more.
    pub(crate) fn taken(mut self) {
        let before = self.refusals.len();
        let interface = self.interface;
        self.refusals.retain(|refusal| refusal.interface != interface);
        if self.refusals.len() < before {
            self.keep();
        }
    }

    /// It was answered with a fault; gives until when no other is tried.
    pub(crate) fn refused(mut self, password: &SecretString, fault: &Fault) -> Timestamp {
        let pause = if fault.kind == FaultKind::InvalidLogin { REFUSED_PAUSE } else { FAULT_PAUSE };
        let until = self.guard.clock.now().saturating_add(pause).unwrap_or(Timestamp::MAX);
        let mut salt = [0; 16];
        // Without randomness the digest is merely easier to guess.
        let _ = getrandom::fill(&mut salt);
        let salt = hex::encode(salt);
        let digest = digest(&salt, password.expose_secret());
        self.refusals.push(Refusal { interface: self.interface, until, salt, digest, fault: fault.clone() });
        self.keep();
        until
    }

    fn keep(&mut self) {
        *lock(&self.guard.memory) = self.refusals.clone();
        let Some(file) = &mut self.file else { return };
        let written = serde_json::to_vec(&self.refusals).map_err(io::Error::other).and_then(|bytes| {
            file.set_len(0)?;
            file.rewind()?;
            file.write_all(&bytes)
        });
        if let Err(error) = written {
            tracing::warn!(%error, "a refused login could not be kept beside the store");
        }
    }
}

/// Opens a file and waits until nobody else has it.
fn locked(path: &Path) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    file.lock()?;
    Ok(Some(file))
}

/// What a file holds. One that was written half holds nothing.
fn read(file: &mut File) -> Vec<Refusal> {
    let mut bytes = Vec::new();
    let read = file.take(MAX_BYTES).read_to_end(&mut bytes);
    read.ok().and_then(|_| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

fn digest(salt: &str, password: &str) -> String {
    let mut digest = Sha256::digest(format!("{salt}{password}"));
    for _ in 0..ROUNDS {
        digest = Sha256::digest(digest);
    }
    hex::encode(digest)
}

#[cfg(test)]
mod tests;
