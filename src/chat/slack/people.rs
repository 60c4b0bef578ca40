//! Who somebody of Slack's is here, which language they read, and whom a message has to call there.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use super::api::{Api, CallError};
use super::inbound::Who;
use super::render::{Mention, Mentions};
use crate::chat::called::{Called, called};
use crate::domain::ids::{Group, PersonId};
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

/// Who is in which group by Slack's user groups. A user id counts in these workspaces alone, the app's own: elsewhere it may be
/// somebody else's.
///
/// # Errors
/// [`CallError`] if one of them could not be read: then nothing is said, since half of it would take rights away.
pub(super) async fn memberships(
    api: &Api,
    policy: &Policy,
    teams: &[String],
) -> Result<BTreeMap<PersonId, Vec<Group>>, CallError> {
    let mut groups: BTreeMap<PersonId, Vec<Group>> = BTreeMap::new();
    for group in &policy.platform_groups {
        for id in &group.slack {
            let answer = api.form("usergroups.users.list", &[("usergroup", id)]).await?;
            let users: Vec<&str> =
                answer.get("users").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
            let is_in = |own: &SlackAccount| teams.contains(&own.team) && users.contains(&own.user.as_str());
            let people = policy.people.iter().filter(|person| person.slack.iter().any(is_in));
            for person in people {
                let of = groups.entry(person.id.clone()).or_default();
                if !of.contains(&group.name) {
                    of.push(group.name.clone());
                }
            }
        }
    }
    Ok(groups)
}
