//! Roles as groups: who has a role of `[[group]] discord` is in that group.
//!
//! Each interaction tells the roles of whoever acts, so a click is judged by the roles of that moment. For who has not acted yet
//! the server is asked from time to time, person by person: listing all members would need a privileged intent. A role that is not
//! there any more is nobody's, which is what the server says of each person.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use reqwest::Method;
use serde_json::Value;

use super::api::{ApiError, Call};
use super::client::{Discord, account, code, is_snowflake, role_of, user_of};
use super::rates::Route;
use crate::domain::ids::Account;
use crate::domain::policy::Policy;
use crate::domain::policy::memberships::{Answer, Finding};
use crate::engine::Handle;

/// Somebody acted, with these roles.
pub(super) fn seen(handle: &Handle, user: &str, roles: &[String]) {
    let policy = &handle.parts().rules().policy;
    if roles_in(policy).next().is_none() || policy.person_of(&account(user)).is_none() {
        return;
    }
    // Before what they did, which goes the same way.
    handle.take_memberships(vec![finding(user, Answer::Members(by_group(policy, roles)))]);
}

/// Looks everybody's roles up, again and again.
pub(super) async fn keep(discord: Arc<Discord>, handle: Handle) {
    let mut readings = handle.readings();
    loop {
        let failed = look(&discord, &handle).await;
        readings.next(failed).await;
    }
}

/// Looks everybody's roles up; whether somebody's could not be.
async fn look(discord: &Discord, handle: &Handle) -> bool {
    let Some(guild) = discord.settings.guild_id.as_deref().filter(|guild| is_snowflake(guild)) else { return false };
    let policy = &handle.parts().rules().policy;
    if roles_in(policy).next().is_none() {
        return false;
    }
    let users: BTreeSet<&str> = policy.people.iter().flat_map(|person| &person.accounts).filter_map(user_of).collect();
    let mut failed = false;
    for user in users {
        let answer = match roles_of(discord, guild, user).await {
            Ok(roles) => Answer::Members(by_group(policy, &roles)),
            Err(error) => {
                tracing::warn!(user, %error, "somebody's roles could not be looked up");
                failed = true;
                Answer::Unread(format!("the roles of {user}: {error}"))
            }
        };
        // Each as soon as it is there: a round takes a while where many are asked about.
        handle.take_memberships(vec![finding(user, answer)]);
    }
    failed
}

/// The roles of an account in the server; none for one that is not in it.
async fn roles_of(discord: &Discord, guild: &str, user: &str) -> Result<Vec<String>, ApiError> {
    let path = format!("/guilds/{guild}/members/{user}");
    let answer = discord.api.send(Call::new(Method::GET, path, Route::new("member", guild))).await;
    let member = match discord.noted(answer) {
        Err(error) if error.is(code::UNKNOWN_MEMBER) || error.is(code::UNKNOWN_USER) => return Ok(Vec::new()),
        answer => answer?,
    };
    // An answer without a list is none: it must not pass for somebody without roles.
    let roles = member["roles"].as_array().ok_or_else(|| ApiError::Away("no list of roles".to_owned()))?;
    Ok(roles.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

fn finding(user: &str, answer: Answer) -> Finding {
    Finding { subject: account(user), answer }
}

/// Which of the configuration's roles are among these.
fn by_group(policy: &Policy, roles: &[String]) -> BTreeMap<Account, bool> {
    roles_in(policy).map(|(id, role)| (id.clone(), roles.iter().any(|own| own == role))).collect()
}

/// The configuration's roles, as they are written down and as Discord calls them.
fn roles_in(policy: &Policy) -> impl Iterator<Item = (&Account, &str)> {
    policy.platform_groups.iter().flat_map(|group| &group.ids).filter_map(|id| Some((id, role_of(id)?)))
}
