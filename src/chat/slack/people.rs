//! Languages of Slack's users, mentions, and the members of user groups.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::PLATFORM;
use super::api::{Api, CallError};
use super::render::{Mention, Mentions};
use crate::chat::front::memory::Memory;
use crate::chat::front::mentions::{Called, called};
use crate::domain::ids::Account;
use crate::domain::policy::memberships::{Answer, Finding};
use crate::domain::policy::{Person, PlatformGroup, Policy};
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

/// The longest user id that there is, with room: it becomes part of what Slack is asked.
const LONGEST_USER: usize = 75;

/// What is known of people, beside the configuration.
pub(super) struct People {
    clock: Arc<dyn Clock>,
    locales: Memory<String, (Option<String>, Duration)>,
}

impl People {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, locales: Memory::new(REMEMBERED) }
    }

    /// The language of somebody, as Slack knows it; nothing if it does not say so in time.
    pub(super) async fn locale(&self, api: &Api, user: &str) -> Option<String> {
        let now = self.clock.elapsed();
        if let Some((locale, _)) = self.locales.get(&user.to_owned()).filter(|(_, until)| now < *until) {
            return locale;
        }
        let arguments = [("user", user), ("include_locale", "true")];
        let asked = tokio::time::timeout(LOCALE_WAIT, api.form("users.info", &arguments)).await;
        let locale = asked.ok().and_then(Result::ok).and_then(|answer| {
            answer.pointer("/user/locale").and_then(Value::as_str).filter(|text| text.len() < 20).map(str::to_owned)
        });
        let life = if locale.is_some() { LOCALE_LIFE } else { UNKNOWN_LIFE };
        self.locales.put(user.to_owned(), (locale.clone(), now + life));
        locale
    }
}

/// The user of an account, and their workspace.
pub(super) fn parts(account: &Account) -> Option<(&str, &str)> {
    let (team, user) = account.on(PLATFORM)?.split_once('/')?;
    (!user.is_empty() && user.len() <= LONGEST_USER).then_some((team, user))
}

/// Whom a message calls. Who has no account here is not called here.
pub(super) fn mentions(policy: &Policy, team: Option<&str>, to: &[Addressee]) -> Mentions {
    let account = |person: &Person| {
        let own = person.accounts.iter().filter_map(parts);
        let here = own.clone().find(|(own, _)| Some(*own) == team).or_else(|| own.clone().next());
        here.map(|(_, user)| Mention::User(user.to_owned())).into_iter().collect()
    };
    let group = |group: &PlatformGroup| {
        let own = group.ids.iter().find_map(|id| id.on(PLATFORM));
        own.map(|id| Mention::UserGroup(id.to_owned())).into_iter().collect()
    };
    let Called { accounts, groups, more } = called(to, policy, account, group);
    Mentions { called: [accounts, groups].concat(), more }
}

/// Slack's words for a user group that is not there any more, or is disabled: nobody is in it.
const NO_GROUP: [&str; 4] = ["no_such_subteam", "subteam_not_found", "no_such_usergroup", "subteam_disabled"];

/// Who is in each of Slack's user groups. A user id counts in these workspaces alone, the app's own: elsewhere it may be somebody else's.
/// Each group is read alone, so that one that cannot be read says nothing of the others.
pub(super) async fn memberships(api: &Api, policy: &Policy, teams: &[String]) -> Vec<Finding> {
    let accounts: BTreeSet<&Account> = policy.people.iter().flat_map(|person| &person.accounts).collect();
    let ids: BTreeSet<&Account> = policy.platform_groups.iter().flat_map(|group| &group.ids).collect();
    let (mut findings, mut limited) = (Vec::new(), None);
    for (subject, id) in ids.into_iter().filter_map(|id| Some((id, id.on(PLATFORM)?))) {
        let users = match limited.clone() {
            // Asking on would only make the wait longer.
            Some(limited) => Err(limited),
            None => users(api, id).await,
        };
        let answer = match users {
            Ok(users) => {
                let is_in = |account: &&Account| {
                    let (team, user) = parts(account)?;
                    Some(((*account).clone(), teams.iter().any(|own| own == team) && users.contains(user)))
                };
                Answer::Members(accounts.iter().filter_map(is_in).collect())
            }
            Err(error) => {
                tracing::warn!(group = id, %error, "a user group of Slack's could not be read");
                limited = limited.or_else(|| matches!(error, CallError::Limited(_)).then(|| error.clone()));
                Answer::Unread(error.to_string())
            }
        };
        findings.push(Finding { subject: subject.clone(), answer });
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

#[cfg(test)]
mod tests;
