//! The configuration file, read once into types that need no second check.
//!
//! Reading collects every mistake with file, line, key and what is expected, refuses keys that it does not know, and takes every secret
//! from the file itself, from the environment or from a file of its own. A command reads only the tables that it needs, so that
//! `audit verify` works on a machine that has no vCenter password.

mod changes;
mod keys;
mod read;
mod reference;
mod secret;
mod source;
mod table;
mod values;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use reqwest::Url;
use secrecy::SecretString;

use crate::domain::age::QuietHours;
use crate::domain::ids::{ChannelId, Group, VCenterName};
use crate::domain::policy::glob::Glob;
use crate::domain::policy::{ApprovalRule, Person, PlatformGroup, Policy, Rule, VmPattern};
use crate::domain::preflight;
use crate::domain::storage::MinFree;

pub use reference::{reference, schema};
use table::Reading;

pub use source::ConfigError;
pub use values::LOCALES;

/// The largest configuration file, in bytes: 10,000 persons take about 1 MB.
const MAX_CONFIG_BYTES: u64 = 4 * 1024 * 1024;

/// A configuration, checked.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// `[[vcenter]]`, each name once.
    pub vcenters: Vec<VCenterConfig>,
    /// `[slack]`
    pub slack: Option<SlackConfig>,
    /// `[discord]`
    pub discord: Option<DiscordConfig>,
    /// `[http]`
    pub http: Option<HttpConfig>,
    /// `[console]`; none also where it is switched off.
    pub console: Option<ConsoleConfig>,
    /// `[store]`
    pub store: Option<StoreConfig>,
    /// `[[person]]`, each name and each account once.
    pub people: Vec<PersonConfig>,
    /// `[[group]]`, each name once.
    pub groups: Vec<PlatformGroup>,
    /// `[[grant]]`
    pub grants: Vec<Rule>,
    /// `[[deny]]`
    pub denies: Vec<Rule>,
    /// `[[approval]]`
    pub approvals: Vec<ApprovalRule>,
    /// `[administration]`
    pub administration: Option<AdministrationConfig>,
    /// `[[channel]]`
    pub channels: Vec<ChannelConfig>,
    /// `[[report]]`
    pub reports: Vec<ReportConfig>,
    /// `[retention]`; its defaults where the table is missing.
    pub retention: Option<RetentionConfig>,
    /// `[preflight]`; its defaults where the table is missing.
    pub preflight: preflight::Rules,
    /// What is allowed but doubtful, to be logged at the start and shown by `check`.
    pub warnings: Vec<ConfigError>,
}

/// One vCenter.
#[derive(Debug, Clone)]
pub struct VCenterConfig {
    /// What it is called here.
    pub name: VCenterName,
    /// Where it answers.
    pub url: Url,
    /// The bot's account.
    pub username: String,
    /// That account's password.
    pub password: SecretString,
    /// How its certificate is checked.
    pub trust: Trust,
}

/// How a peer's certificate is checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// By the system's roots.
    SystemRoots,
    /// By the certificates in this PEM file.
    CaFile(PathBuf),
    /// It has to have this SHA-256 thumbprint.
    Thumbprint([u8; 32]),
    /// Not at all.
    Insecure,
}

/// The Slack app.
#[derive(Debug, Clone)]
pub struct SlackConfig {
    /// How events arrive, with what that way needs.
    pub mode: SlackMode,
    /// The Web API.
    pub api_url: Url,
    /// `xoxb-…`
    pub bot_token: SecretString,
    /// The only workspace that is served, if it is limited.
    pub team_id: Option<String>,
}

/// How Slack's events arrive.
#[derive(Debug, Clone)]
pub enum SlackMode {
    /// Over a socket that the bot opens.
    Socket {
        /// `xapp-…`
        app_token: SecretString,
    },
    /// As requests to `[http]`.
    Http {
        /// What Slack signs them with.
        signing_secret: SecretString,
    },
}

/// The Discord application.
#[derive(Debug, Clone)]
pub struct DiscordConfig {
    /// How interactions arrive, with what that way needs.
    pub mode: DiscordMode,
    /// The API.
    pub api_url: Url,
    /// The application's id.
    pub application_id: String,
    /// The bot's token.
    pub token: SecretString,
    /// The only server that is served, if it is limited.
    pub guild_id: Option<String>,
    /// Whether commands in direct messages are taken.
    pub direct_messages: bool,
}

/// How Discord's interactions arrive.
#[derive(Debug, Clone)]
pub enum DiscordMode {
    /// Over the gateway.
    Gateway {
        /// Its address, if it is not to be asked of the API.
        gateway_url: Option<Url>,
    },
    /// As requests to `[http]`.
    Http {
        /// What Discord signs them with (Ed25519).
        public_key: [u8; 32],
    },
}

/// Where health, metrics and the requests of the chats are answered.
#[derive(Debug, Clone)]
pub struct HttpConfig {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// What it is called from outside.
    pub public_url: Option<Url>,
}

/// The web console.
#[derive(Debug, Clone)]
pub struct ConsoleConfig {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// How people say who they are.
    pub auth: ConsoleAuth,
    /// Its channels, each id once, at least one.
    pub channels: Vec<ConsoleChannel>,
}

/// How people say who they are to the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsoleAuth {
    /// By the `console_token` of their `[[person]]`.
    Token,
}

/// A channel of the console.
#[derive(Debug, Clone)]
pub struct ConsoleChannel {
    /// Its id, without platform.
    pub id: String,
    /// What people read.
    pub name: String,
    /// The time zone of its messages.
    pub timezone: TimeZone,
    /// The language of its messages, one of [`LOCALES`].
    pub locale: String,
}

/// Time zone and language of a channel.
#[derive(Debug, Clone)]
pub struct ChannelConfig {
    /// The channel, with its platform.
    pub id: ChannelId,
    /// The time zone of its messages.
    pub timezone: TimeZone,
    /// The language of its messages, one of [`LOCALES`].
    pub locale: String,
}

/// Where everything is kept.
#[derive(Debug, Clone)]
pub enum StoreConfig {
    /// A folder of this machine.
    Sled {
        /// The folder.
        path: PathBuf,
    },
    /// An etcd cluster.
    Etcd {
        /// Its members.
        endpoints: Vec<Url>,
        /// What every key begins with.
        prefix: String,
        /// The account and its password.
        account: Option<(String, SecretString)>,
        /// Certificates to check it against instead of the system's roots.
        ca_file: Option<PathBuf>,
    },
}

/// One person, with what only the console needs to know.
#[derive(Debug, Clone)]
pub struct PersonConfig {
    /// The person as the rules know them.
    pub person: Person,
    /// What they sign in to the console with.
    pub console_token: Option<SecretString>,
}

/// Who may stop everything, and where it is told that something is wrong.
#[derive(Debug, Clone)]
pub struct AdministrationConfig {
    /// Whose members may freeze and unfreeze.
    pub groups: Vec<Group>,
    /// Where it is told, too.
    pub channel: Option<ChannelId>,
    /// When vCenter's tasks are compared with the journal, in the time zone of `channel`.
    pub reconcile: jiff::civil::Time,
}

/// A daily list.
#[derive(Debug, Clone)]
pub struct ReportConfig {
    /// What it is called.
    pub name: String,
    /// Where it is posted.
    pub channel: ChannelId,
    /// Five fields of cron, checked.
    pub schedule: String,
    /// The time zone of the schedule; the channel's where it is none.
    pub timezone: Option<TimeZone>,
    /// Which VMs it is about.
    pub vms: Vec<VmPattern>,
    /// Older snapshots are listed.
    pub warn_age: SignedDuration,
    /// Older snapshots are listed as far over; never below `warn_age`.
    pub max_age: SignedDuration,
    /// Longer chains are listed.
    pub max_depth: u8,
    /// Larger snapshots are listed, in bytes.
    pub max_size: Option<u64>,
    /// How much of a datastore is to stay free.
    pub min_free: MinFree,
    /// Snapshots with such a name are left alone.
    pub exclude_names: Vec<Glob>,
    /// Its language; the channel's where it is none.
    pub locale: Option<String>,
    /// Whether nothing is posted where there is nothing to report.
    pub silent: bool,
    /// Whether the channel is told at once of what crosses a limit.
    pub warnings: bool,
    /// When such warnings wait.
    pub quiet_hours: Option<QuietHours>,
}

/// How long snapshots may stay.
#[derive(Debug, Clone)]
pub struct RetentionConfig {
    /// When nobody says.
    pub default_keep: SignedDuration,
    /// The longest that anybody can ask for; never below `default_keep`.
    pub max_keep: SignedDuration,
    /// How long before the end its owner is reminded.
    pub remind: Vec<SignedDuration>,
    /// Whether the bot deletes what nobody kept.
    pub auto_delete: bool,
    /// On which VMs.
    pub vms: Vec<VmPattern>,
}

/// What a configuration is read for, which decides the tables that are read and the keys that have to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// `run`: everything.
    Run,
    /// `check`: everything that is there.
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
/// Apart from secrets' files it reads nothing else.
pub fn parse(
    text: &str,
    file: &str,
    needs: Needs,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, Vec<ConfigError>> {
    read::read(text, file, needs, env)
}

/// The example file, as `config example` prints it.
pub fn example() -> &'static str {
    include_str!("../config/snapwarden.example.toml")
}

/// The people, rules, channels and reports of the demo. Store and vCenter are the caller's.
pub fn demo() -> Result<Config, Vec<ConfigError>> {
    parse(include_str!("../config/demo.toml"), "demo.toml", Needs::Demo, &|_| None)
}

impl Config {
    /// The rules, for the pure core.
    pub fn policy(&self) -> Policy {
        Policy {
            people: self.people.iter().map(|person| person.person.clone()).collect(),
            grants: self.grants.clone(),
            denies: self.denies.clone(),
            approvals: self.approvals.clone(),
            platform_groups: self.groups.clone(),
            administrators: self.administration.iter().flat_map(|table| table.groups.clone()).collect(),
        }
    }

    /// Time zone and language of a channel (`slack:C01`, `console:ops`): as configured, else UTC and English.
    pub fn channel(&self, id: &ChannelId) -> ChannelConfig {
        if let Some(listed) = self.channels.iter().find(|channel| channel.id == *id) {
            return listed.clone();
        }
        let console = self.console.iter().flat_map(|console| &console.channels);
        let own = id.as_str().strip_prefix("console:").unwrap_or(id.as_str());
        match console.into_iter().find(|channel| channel.id == own) {
            Some(channel) => {
                ChannelConfig { id: id.clone(), timezone: channel.timezone.clone(), locale: channel.locale.clone() }
            }
            None => ChannelConfig { id: id.clone(), timezone: TimeZone::UTC, locale: "en".to_owned() },
        }
    }

    /// Whether a rule or a report looks at tags, so that the vCenters' tags have to be read.
    pub fn names_tags(&self) -> bool {
        let reports = self.reports.iter().flat_map(|report| &report.vms);
        self.policy().names_tags() || reports.into_iter().any(VmPattern::is_tag)
    }
}

impl Needs {
    /// How much of a table a command for this reads.
    fn reading(self, table: &str) -> Reading {
        let read = match self {
            Self::Run | Self::Check => true,
            Self::Report => matches!(table, "vcenter" | "store" | "report" | "retention" | "channel"),
            Self::Audit => table == "store",
            Self::Explain => matches!(table, "person" | "group" | "grant" | "deny" | "approval" | "administration"),
            Self::Demo => {
                let people = matches!(table, "person" | "group" | "grant" | "deny" | "approval" | "administration");
                people || matches!(table, "console" | "console.channel" | "channel" | "report")
            }
        };
        match (read, self) {
            (false, _) => Reading::Glance,
            (true, Self::Explain | Self::Demo) => Reading::NoSecrets,
            (true, Self::Run | Self::Check | Self::Report | Self::Audit) => Reading::Whole,
        }
    }

    /// The tables that a command for this cannot do without, each with what it is for.
    fn requires(self) -> &'static [(&'static str, &'static str)] {
        const VCENTER: (&str, &str) = ("vcenter", "without a vCenter there is nothing to work on");
        const STORE: (&str, &str) = ("store", "requests and the audit trail have to be kept somewhere");
        const PERSON: (&str, &str) = ("person", "a bot that knows nobody refuses everybody");
        const GRANT: (&str, &str) = ("grant", "what is not granted is denied, so nobody could do anything");
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
