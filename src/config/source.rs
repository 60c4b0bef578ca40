//! The configuration file as text with line numbers, and what was noted about it.
//!
//! Nothing stops at the first mistake: what cannot be read is noted with its line and what was expected, and the reader goes on,
//! so that one start tells everything that has to be mended.

use std::cell::RefCell;
use std::fmt;
use std::path::{Path, PathBuf};

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
    /// The byte where each line begins.
    lines: Vec<usize>,
    pub env: &'a dyn Fn(&str) -> Option<String>,
    pub errors: RefCell<Vec<ConfigError>>,
    pub warnings: RefCell<Vec<ConfigError>>,
    /// Every table and key that the reader asked for, so that a test can compare them with the list of all keys.
    #[cfg(test)]
    pub asked: RefCell<std::collections::BTreeSet<(&'static str, &'static str)>>,
}

impl<'a> Source<'a> {
    pub(super) fn new(text: &'a str, file: &'a str, env: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            file,
            lines: std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect(),
            env,
            errors: RefCell::new(Vec::new()),
            warnings: RefCell::new(Vec::new()),
            #[cfg(test)]
            asked: RefCell::default(),
        }
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

    fn note(&self, at: Option<usize>, key: String, problem: String) -> ConfigError {
        ConfigError { file: self.file.to_owned(), line: at.map(|at| self.line(at)), key, problem }
    }

    /// A path as the file means it: relative to the folder that the file is in, so that it does not matter where the bot is started.
    pub(super) fn path(&self, text: &str) -> PathBuf {
        Path::new(self.file).parent().unwrap_or(Path::new("")).join(text)
    }
}
