//! Who somebody of Slack's is here, which language they read, and whom a message has to call there.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::PLATFORM;
use super::api::{Api, CallError};
use super::inbound::Who;
use super::render::{Mention, Mentions};
use crate::chat::called::{Called, called};
use crate::domain::ids::PersonId;
use crate::domain::policy::memberships::{Answer, Finding};
use crate::domain::policy::{Person, PlatformGroup, Policy, SlackAccount};
use crate::engine::ports::Clock;
use crate::message::model::Addressee;

/// How long somebody's language is believed to stay the same.
const LOCALE_LIFE: Duration = Duration::from_secs(3600);

/// The same where Slack did not say it.
const UNKNOWN_LIFE: Duration = Duration::from_secs(60);

/// How long a command waits for its reader's language: it has three seconds to be acknowledged.
const LOCALE_WAIT: Duration = Duration::from_millis(400);

/// At most so many languages are remembered.
const REMEMBERED: usize = 10_000;

/// What is known of people, beside the configuration.
pub(super) struct People {
    clock: Arc<dyn Clock>,
    locales: Mutex<HashMap<String, (Option<String>, Duration)>>,
}

impl People {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, locales: Mutex::default() }
    }

    /// The language of somebody, as Slack knows it; nothing if it does not say so in time.
    pub(super) async fn locale(&self, api: &Api, user: &str) -> Option<String> {
        let now = self.clock.elapsed();
        let known = self.locales.lock().unwrap_or_else(PoisonError::into_inner).get(user).cloned();
        if let Some((locale, _)) = known.filter(|(_, until)| now < *until) {
            return locale;
        }
        let arguments = [("user", user), ("include_locale", "true")];
        let asked = tokio::time::timeout(LOCALE_WAIT, api.form("users.info", &arguments)).await;
        let locale = asked.ok().and_then(Result::ok).and_then(|answer| {
            answer.pointer("/user/locale").and_then(Value::as_str).filter(|text| text.len() < 20).map(str::to_owned)
        });
        let life = if locale.is_some() { LOCALE_LIFE } else { UNKNOWN_LIFE };
        let mut locales = self.locales.lock().unwrap_or_else(PoisonError::into_inner);
        if locales.len() >= REMEMBERED {
            locales.clear();
        }
        locales.insert(user.to_owned(), (locale.clone(), now + life));
        locale
    }
}

/// The person that an account is. A stranger is somebody too, of whom no rule knows: whatever they ask is refused and written down.
pub(super) fn person(policy: &Policy, who: &Who) -> PersonId {
    let known = who.teams().find_map(|team| policy.person_of_slack(Some(team), Some(&who.user)));
    known.map_or_else(|| PersonId::new(who.account()), |person| person.id.clone())
}

/// Whom a message calls. Who has no account here is not called here.
pub(super) fn mentions(policy: &Policy, team: Option<&str>, to: &[Addressee]) -> Mentions {
    let account = |person: &Person| {
        let own = person.slack.iter().find(|account| Some(account.team.as_str()) == team);
        own.or_else(|| person.slack.first()).map(|account| Mention::User(account.user.clone())).into_iter().collect()
    };
    let group =
        |group: &PlatformGroup| group.slack.first().map(|id| Mention::UserGroup(id.clone())).into_iter().collect();
    let Called { accounts, groups, more } = called(to, policy, account, group);
    Mentions { called: [accounts, groups].concat(), more }
}

/// Slack's words for a user group that is not there any more, or is disabled: nobody is in it.
const NO_GROUP: [&str; 4] = ["no_such_subteam", "subteam_not_found", "no_such_usergroup", "subteam_disabled"];

/// Who is in each of Slack's user groups. A user id counts in these workspaces alone, the app's own: elsewhere it may be somebody else's.
/// Each group is read alone, so that one that cannot be read says nothing of the others.
pub(super) async fn memberships(api: &Api, policy: &Policy, teams: &[String]) -> Vec<Finding> {
    let accounts: BTreeSet<&SlackAccount> = policy.people.iter().flat_map(|person| &person.slack).collect();
    let ids: BTreeSet<&String> = policy.platform_groups.iter().flat_map(|group| &group.slack).collect();
    let (mut findings, mut limited) = (Vec::new(), None);
    for id in ids {
        let users = match limited.clone() {
            // Asking on would only make the wait longer.
            Some(limited) => Err(limited),
            None => users(api, id).await,
        };
        let answer = match users {
            Ok(users) => {
                let is_in = |own: &SlackAccount| teams.contains(&own.team) && users.contains(&own.user);
                let account = |own: &SlackAccount| format!("{PLATFORM}:{}/{}", own.team, own.user);
                Answer::Members(accounts.iter().map(|own| (account(own), is_in(own))).collect())
            }
            Err(error) => {
                tracing::warn!(group = id, %error, "a user group of Slack's could not be read");
                limited = limited.or_else(|| matches!(error, CallError::Limited(_)).then(|| error.clone()));
                Answer::Unread(error.to_string())
            }
        };
        findings.push(Finding { subject: format!("{PLATFORM}:{id}"), answer });
    }
    findings
}

/// The users in a user group. One that is not there has none.
async fn users(api: &Api, id: &str) -> Result<BTreeSet<String>, CallError> {
    let answer = match api.form("usergroups.users.list", &[("usergroup", id)]).await {
        Err(CallError::Refused(word)) if NO_GROUP.contains(&word.as_str()) => {
            tracing::warn!(group = id, word, "Slack has no such user group, so nobody is in it");
            return Ok(BTreeSet::new());
        }
        answer => answer?,
    };
    // An answer without a list is none: it must not pass for an empty group.
    let users = answer.get("users").and_then(Value::as_array);
    let users = users.ok_or_else(|| CallError::Broken("Slack names no users of the group".to_owned()))?;
    Ok(users.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}
