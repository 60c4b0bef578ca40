//! The configuration file, read once into the types of those who use it.
//!
//! Each table is defined once, in `tables`: its keys with what they are for, what is expected, how they are read, and a value to start
//! from; and the type that it is made into, which belongs to its user (`vcenter::VCenterConfig`, `slack::Settings`, `engine::Rules`).
//! The page docs/configuration.md, the JSON schema and the example are written from the same definitions. A new key is one line there,
//! and the field that it fills.
//!
//! Reading collects every mistake with file, line, key and what is expected, refuses keys that it does not know, and takes every secret
//! from the file itself, from the environment or from a file of its own. A command reads only the tables that it needs, so that
//! `audit verify` works on a machine that has no vCenter password.

mod key;
mod kinds;
mod read;
mod reference;
mod secret;
mod source;
mod table;
mod tables;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use reqwest::Url;
use secrecy::SecretString;

use crate::chat::console::Channel;
use crate::chat::{discord, slack};
use crate::domain::ids::PersonId;
use crate::domain::policy::VmPattern;
use crate::engine::Rules;
use crate::proxy::Proxies;
use crate::vcenter::VCenterConfig;

pub use reference::{example, schema};
pub use source::ConfigError;
use source::Fixed;
use table::Reading;

/// The largest configuration file, in bytes: 10,000 persons take about 1 MB.
const MAX_CONFIG_BYTES: u64 = 4 * 1024 * 1024;

/// A configuration, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `[[vcenter]]`, each name once.
    pub vcenters: Vec<VCenterConfig>,
    /// `[slack]`
    pub slack: Option<slack::Settings>,
    /// `[discord]`
    pub discord: Option<discord::Settings>,
    /// How the chats are reached: by `[proxy]`, else by what the environment says.
    pub proxies: Proxies,
    /// `[http]`
    pub http: Option<HttpConfig>,
    /// `[console]`; none also where it is switched off.
    pub console: Option<ConsoleConfig>,
    /// Everybody's `console_token`, each once.
    pub console_tokens: Vec<(PersonId, SecretString)>,
    /// `[store] path`
    pub store: Option<PathBuf>,
    /// Everything that may change while the bot runs.
    pub rules: Rules,
    /// What is allowed but doubtful, to be logged at the start and shown by `check`.
    pub warnings: Vec<ConfigError>,
    /// What `run` would miss. Only `check` goes on nevertheless, to look at what is there.
    pub incomplete: Vec<ConfigError>,
    /// What only a restart changes.
    fixed: Fixed,
}

/// The listener of health, metrics and the requests of the chats.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    pub listen: SocketAddr,
    /// The address under which others reach it.
    pub public_url: Option<Url>,
}

#[derive(Debug, Clone)]
pub struct ConsoleConfig {
    pub listen: SocketAddr,
    /// Its channels, each id once, at least one.
    pub channels: Vec<Channel>,
}

/// What a configuration is read for, which decides the tables that are read and the keys that have to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// `run`: everything.
    Run,
    /// `check`: everything that `run` needs; what is missing is told, and what is there is looked at.
    Check,
    /// `report`: vCenters, store, reports, channels.
    Report,
    /// `audit`: the store.
    Audit,
    /// `explain`: people and rules; vCenters where their passwords are at hand.
    Explain,
    /// `demo`: people, rules, reports and the console's channels.
    Demo,
}

/// Reads a configuration file. The error holds everything that is wrong with it, in the order of the file.
pub fn load(path: &Path, needs: Needs) -> Result<Config, Vec<ConfigError>> {
    let file = path.display().to_string();
    let whole_file =
        |problem: String| vec![ConfigError { file: file.clone(), line: None, key: String::new(), problem }];
    let unreadable = |error: std::io::Error| whole_file(format!("cannot be read: {error}"));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > MAX_CONFIG_BYTES {
        return Err(whole_file(format!("is larger than {MAX_CONFIG_BYTES} bytes, so it is no configuration")));
    }
    let bytes = std::fs::read(path).map_err(unreadable)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line =
            1 + error.as_bytes().iter().take(error.utf8_error().valid_up_to()).filter(|byte| **byte == b'\n').count();
        whole_file(format!("is not UTF-8: the first wrong byte is in line {line}"))
    })?;
    parse(&text, &file, needs, &|variable| std::env::var(variable).ok())
}

/// Reads a configuration that is at hand as text. `file` is its name in messages, and paths are relative to the folder in it.
/// Apart from the files of secrets and certificates it reads nothing else.
pub fn parse(
    text: &str,
    file: &str,
    needs: Needs,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, Vec<ConfigError>> {
    read::read(text, file, needs, env)
}

/// The people, rules, channels and reports of the demo. Store and vCenter are the caller's.
pub fn demo() -> Result<Config, Vec<ConfigError>> {
    parse(include_str!("../config/demo.toml"), "demo.toml", Needs::Demo, &|_| None)
}

impl Config {
    /// Whether a rule or a report looks at tags, so that the vCenters' tags have to be read.
    pub fn names_tags(&self) -> bool {
        let reports = self.rules.watch.reports.iter().flat_map(|report| &report.vms);
        self.rules.policy.names_tags() || reports.into_iter().any(VmPattern::is_tag)
    }

    /// The tables that differ and that only a restart can change, as the file writes them; empty where the new configuration
    /// can be taken as it is. A file that changes both is not taken at all: half a configuration is one that nobody has read.
    pub fn needs_restart(&self, new: &Config) -> Vec<&'static str> {
        let headers = tables::all().into_iter().map(|table| table.header);
        headers.filter(|header| self.fixed.get(header) != new.fixed.get(header)).collect()
    }
}

impl Needs {
    /// Whether the file has to be one that the bot can run by.
    fn runs(self) -> bool {
        matches!(self, Self::Run | Self::Check)
    }

    /// How much of a table a command for this reads.
    fn reading(self, table: &str) -> Reading {
        let people = matches!(table, "person" | "group" | "grant" | "deny" | "approval" | "administration");
        let read = match self {
            Self::Run | Self::Check => true,
            Self::Report => matches!(table, "vcenter" | "proxy" | "store" | "report" | "retention" | "channel"),
            Self::Audit => table == "store",
            Self::Explain => people,
            Self::Demo => people || matches!(table, "console" | "console.channel" | "channel" | "report"),
        };
        match (read, self) {
            (false, _) => Reading::Glance,
            (true, Self::Explain | Self::Demo) => Reading::NoSecrets,
            (true, Self::Run | Self::Check | Self::Report | Self::Audit) => Reading::Whole,
        }
    }

    /// The tables that a command for this cannot do without, each with what it is for.
    fn requires(self) -> &'static [(&'static str, &'static str)] {
        const VCENTER: (&str, &str) = ("[[vcenter]]", "without a vCenter there is nothing to work on");
        const STORE: (&str, &str) = ("[store]", "requests and the audit trail have to be kept somewhere");
        const PERSON: (&str, &str) = ("[[person]]", "a bot that knows nobody refuses everybody");
        const GRANT: (&str, &str) = ("[[grant]]", "what is not granted is denied, so nobody could do anything");
        match self {
            Self::Run => &[VCENTER, STORE, PERSON, GRANT],
            Self::Check => &[VCENTER],
            Self::Report => &[VCENTER, STORE],
            Self::Audit => &[STORE],
            Self::Explain => &[PERSON],
            Self::Demo => &[PERSON, GRANT],
        }
    }
}

#[cfg(test)]
mod tests;
