//! The configuration file as text with line numbers, and what was noted about it.
//!
//! Nothing stops at the first mistake: what cannot be read is noted with its line and what was expected, and the reader goes on,
//! so that one start tells everything that has to be mended.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::Needs;
use super::read::Names;
use super::table::{At, TableSpec};

/// One thing that is wrong with a configuration, or doubtful: `snapwarden.toml:12: [[vcenter]] url: expected …`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file as it was named.
    pub file: String,
    /// The line, from 1; none where the file as a whole is meant.
    pub line: Option<usize>,
    /// Table and key: `[[vcenter]] url`; empty where the file as a whole is meant.
    pub key: String,
    /// What is wrong, what is expected and what to try. Never a secret.
    pub problem: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if !self.key.is_empty() {
            write!(f, ": {}", self.key)?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for ConfigError {}

/// The file that is being read, and what was noted about it so far.
pub(super) struct Source<'a> {
    pub file: &'a str,
    pub needs: Needs,
    pub env: &'a dyn Fn(&str) -> Option<String>,
    /// What tables call each other by.
    pub names: Names,
    /// The byte where each line begins.
    lines: Vec<usize>,
    pub errors: RefCell<Vec<ConfigError>>,
    pub warnings: RefCell<Vec<ConfigError>>,
    /// Values that no second table may have, by table and key, with the byte of the first table. There are secrets among them.
    pub seen: RefCell<BTreeMap<(&'static str, &'static str, String), usize>>,
    fixed: RefCell<Fixed>,
}

/// What only a restart changes: a digest of each table, by its header. Secrets are in it as everything else.
pub(super) type Fixed = BTreeMap<&'static str, [u8; 32]>;

impl<'a> Source<'a> {
    pub(super) fn new(text: &str, file: &'a str, needs: Needs, env: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            file,
            needs,
            env,
            names: Names::default(),
            lines: std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect(),
            errors: RefCell::default(),
            warnings: RefCell::default(),
            seen: RefCell::default(),
            fixed: RefCell::default(),
        }
    }

    /// Adds a key of a table to what only a restart changes.
    pub(super) fn fix(&self, table: &TableSpec, name: &str, values: &[At<String>]) {
        let mut fixed = self.fixed.borrow_mut();
        let so_far = fixed.entry(table.header).or_default();
        let mut digest = Sha256::new();
        digest.update(*so_far);
        for text in std::iter::once(name).chain(values.iter().map(|value| value.value.as_str())) {
            digest.update(text.len().to_be_bytes());
            digest.update(text);
        }
        *so_far = digest.finalize().into();
    }

    /// What was noted, in the order of the file: errors, warnings, and what only a restart changes.
    pub(super) fn noted(self) -> (Vec<ConfigError>, Vec<ConfigError>, Fixed) {
        (in_order(self.errors.into_inner()), in_order(self.warnings.into_inner()), self.fixed.into_inner())
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at)
    }

    /// Notes what has to be mended before anything starts.
    pub(super) fn error(&self, at: Option<usize>, key: String, problem: String) {
        let error = self.note(at, key, problem);
        self.errors.borrow_mut().push(error);
    }

    /// Notes what is allowed but doubtful.
    pub(super) fn warning(&self, at: Option<usize>, key: String, problem: String) {
        let warning = self.note(at, key, problem);
        self.warnings.borrow_mut().push(warning);
    }

    /// A note, not yet among them.
    pub(super) fn note(&self, at: Option<usize>, key: String, problem: String) -> ConfigError {
        ConfigError { file: self.file.to_owned(), line: at.map(|at| self.line(at)), key, problem }
    }

    /// A path as the file means it: relative to the folder that the file is in, so that it does not matter where the bot is started.
    pub(super) fn path(&self, text: &str) -> PathBuf {
        Path::new(self.file).parent().unwrap_or(Path::new("")).join(text)
    }
}

fn in_order(mut errors: Vec<ConfigError>) -> Vec<ConfigError> {
    errors.sort_by_key(|error| error.line);
    errors.dedup();
    errors
}
