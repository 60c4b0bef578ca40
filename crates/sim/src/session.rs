//! Sessions, and what belongs to one: property collectors, views, paged reads and task histories.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;

use super::collector::Collector;
use super::history::History;
use super::id::Id;
use super::retrieve::Page;
use super::value::Data;

/// How long a session may be idle before vCenter forgets it (vCenter's default: 30 minutes).
pub(super) const IDLE_LIMIT: Duration = Duration::from_secs(30 * 60);

/// One session.
#[derive(Debug)]
pub(super) struct Session {
    /// `UserSession.key`
    pub(super) key: String,
    /// Who logged in.
    pub(super) user: String,
    /// The language that was asked for.
    pub(super) locale: String,
    /// When.
    pub(super) login: Timestamp,
    /// The last call, as a date and as a count of the monotonic time.
    pub(super) active: (Timestamp, Duration),
    /// How many calls there were.
    pub(super) calls: i64,
    /// What the client calls itself.
    pub(super) agent: String,
    /// Its property collectors.
    pub(super) collectors: BTreeMap<Id, Collector>,
    /// Its views.
    pub(super) views: BTreeMap<Id, View>,
    /// Its task histories.
    pub(super) histories: BTreeMap<Id, History>,
    /// Reads that were not given out to their end, by token.
    pub(super) pages: HashMap<String, Page>,
}

/// A view.
#[derive(Debug, Clone)]
pub(super) enum View {
    /// Everything of these types in a container.
    Container {
        /// Where to look.
        container: Id,
        /// The types; empty means all.
        types: Vec<String>,
        /// Whether to look into what lies deeper.
        recursive: bool,
    },
    /// These objects.
    List(Vec<Id>),
}

impl Session {
    /// `UserSession`
    pub(super) fn data(&self) -> Data {
        Data::new("UserSession")
            .with("key", self.key.as_str())
            .with("userName", self.user.as_str())
            .with("fullName", self.user.as_str())
            .with("loginTime", self.login)
            .with("lastActiveTime", self.active.0)
            .with("locale", self.locale.as_str())
            .with("messageLocale", self.locale.as_str())
            .with("extensionSession", false)
            .with("ipAddress", "127.0.0.1")
            .with("userAgent", self.agent.as_str())
            .with("callCount", self.calls)
    }
}
