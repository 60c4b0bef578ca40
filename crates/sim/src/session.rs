//! Sessions, and what belongs to one: property collectors, views, paged reads and task histories.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use jiff::Timestamp;

use super::collector::Collector;
use super::history::History;
use super::id::Id;
use super::retrieve::Page;
use super::value::{Data, data};
use super::world::World;

/// How long a session may be idle before vCenter forgets it (vCenter's default: 30 minutes).
pub(super) const IDLE_LIMIT: Duration = Duration::from_secs(30 * 60);

/// The domain of users who type none.
const DOMAIN: &str = "VSPHERE.LOCAL";

/// One session.
#[derive(Debug, Default)]
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
    /// The `User-Agent` of the login.
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
    Container(ContainerView),
    /// These objects.
    List(Vec<Id>),
}

/// Everything of some types in a container.
#[derive(Debug, Clone)]
pub(super) struct ContainerView {
    /// Where to look.
    pub(super) container: Id,
    /// The types; empty means all.
    pub(super) types: Vec<String>,
    /// Whether to look into what lies deeper.
    pub(super) recursive: bool,
}

impl World {
    /// The account's canonical name, which sessions and tasks show whatever was typed.
    pub(super) fn account(&self) -> String {
        canonical(&self.options.username)
    }

    /// Whether somebody who types this means the account.
    pub(super) fn is_account(&self, typed: &str) -> bool {
        canonical(typed).eq_ignore_ascii_case(&self.account())
    }
}

/// `DOMAIN\user`, of that or `user@domain`, or of a user of the default domain.
fn canonical(typed: &str) -> String {
    let at = || typed.rsplit_once('@').map(|(user, domain)| (domain, user));
    let (domain, user) = typed.split_once('\\').or_else(at).unwrap_or((DOMAIN, typed));
    format!("{}\\{user}", domain.to_ascii_uppercase())
}

impl Session {
    /// `UserSession`
    pub(super) fn data(&self) -> Data {
        data! { UserSession {
            key: self.key.as_str(),
            userName: self.user.as_str(),
            fullName: self.user.as_str(),
            loginTime: self.login,
            lastActiveTime: self.active.0,
            locale: self.locale.as_str(),
            messageLocale: self.locale.as_str(),
            extensionSession: false,
            ipAddress: "127.0.0.1",
            userAgent: self.agent.as_str(),
            callCount: self.calls,
        } }
    }
}
