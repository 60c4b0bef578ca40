//! The key that buttons' tokens are made under: kept beside the store, readable by the bot alone, and not in the journal, which auditors
//! read.
//!
//! It is written whole or not at all. A start on a full disk therefore leaves none, and the next one makes it.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::AppError;
use crate::domain::token::TokenKey;
use crate::store::{TOKEN_KEY, private, sync_dir};

/// Where a new key is written first. What an end in the middle leaves there is removed by the next start.
const UNFINISHED: &str = "token.key.new";

/// The key of a store's folder, which whoever calls has locked; a new one where there is none.
///
/// # Errors
/// [`AppError::Other`] if it cannot be read or written, or is no key.
pub(super) fn token_key(dir: &Path) -> Result<TokenKey, AppError> {
    let path = dir.join(TOKEN_KEY);
    let failed = |error: std::io::Error| AppError::Other(format!("{}: {error}", path.display()));
    let bytes = match fs::read(&path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return made(dir, &path).map(TokenKey::new),
        read => read.map_err(failed)?,
    };
    <[u8; 32]>::try_from(bytes.as_slice()).map(TokenKey::new).map_err(|_| {
        let found = match bytes.len() {
            0 => "is empty: an earlier version leaves it so where the disk was full at its first start".to_owned(),
            length => format!("holds {length} bytes and not 32: it is no key, or a damaged one"),
        };
        AppError::Other(format!(
            "{} {found}. Put it back from a backup, or remove it: the next start makes a new one, and the buttons of messages posted before \
             will be refused",
            path.display()
        ))
    })
}

fn made(dir: &Path, path: &Path) -> Result<[u8; 32], AppError> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| AppError::Other(format!("no random bytes: {error}")))?;
    let unfinished = dir.join(UNFINISHED);
    let write = || {
        // There mostly is none.
        let _none = fs::remove_file(&unfinished);
        let mut file = private().write(true).create_new(true).open(&unfinished)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs::rename(&unfinished, path)?;
        sync_dir(dir)
    };
    write().map_err(|error| {
        // It takes room on a disk that has none.
        let _left = fs::remove_file(&unfinished);
        AppError::Other(format!("{} cannot be written: {error}", path.display()))
    })?;
    Ok(bytes)
}

#[cfg(test)]
mod tests;
