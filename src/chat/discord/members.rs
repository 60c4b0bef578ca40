//! Roles as groups: who has a role of `[[group]] discord` is in that group.
//!
//! Each interaction tells the roles of whoever acts, so a click is judged by the roles of that moment. For who has not acted yet
//! the server is asked from time to time, person by person: listing all members would need a privileged intent.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;

use super::PLATFORM;
use super::api::{ApiError, Call};
use super::client::{Discord, is_snowflake};
use super::rates::Route;
use crate::domain::ids::Group;
use crate::domain::policy::Policy;
use crate::engine::Handle;
use crate::engine::record::Groups;

/// How often the roles of everybody are looked up: a role that was taken away counts no more after this, without any click.
const EVERY: SignedDuration = SignedDuration::from_mins(5);

/// The groups of each account, by its roles. One person may have several.
pub(super) type Members = BTreeMap<String, Vec<Group>>;

/// Somebody acted, with these roles.
pub(super) fn seen(discord: &Discord, handle: &Handle, user: &str, roles: &[String]) {
    let policy = &handle.parts().rules().policy;
    let concerns = policy.platform_groups.iter().any(|group| !group.discord.is_empty());
    if !concerns || policy.person_of_discord(Some(user)).is_none() {
        return;
    }
    let groups = groups_of(policy, roles);
    let mut members = discord.members();
    if members.get(user).map(Vec::as_slice).unwrap_or_default() != groups {
        members.insert(user.to_owned(), groups);
        // Before what they did, which goes the same way.
        handle.take_memberships(PLATFORM, by_person(policy, &members));
    }
}

/// Looks everybody's roles up, again and again.
pub(super) async fn keep(discord: Arc<Discord>, handle: Handle) {
    loop {
        look(&discord, &handle).await;
        let until = discord.clock.now().saturating_add(EVERY).unwrap_or(Timestamp::MAX);
        discord.clock.sleep_until(until).await;
    }
}

/// Looks everybody's roles up. What cannot be asked now stays as it was: the next click tells.
async fn look(discord: &Discord, handle: &Handle) {
    let Some(guild) = discord.settings.guild_id.as_deref().filter(|guild| is_snowflake(guild)) else { return };
    let rules = handle.parts().rules();
    if rules.policy.platform_groups.iter().all(|group| group.discord.is_empty()) {
        return;
    }
    let mut looked: Members = BTreeMap::new();
    for user in rules.policy.people.iter().flat_map(|person| &person.discord).filter(|user| is_snowflake(user)) {
        let path = format!("/guilds/{guild}/members/{user}");
        let answer = discord.api.send(Call::new(Method::GET, path, Route::new("member", guild))).await;
        match discord.noted(answer) {
            Ok(member) => {
                let own = member["roles"].as_array().into_iter().flatten().filter_map(|role| role.as_str());
                let own: Vec<String> = own.map(str::to_owned).collect();
                looked.insert(user.clone(), groups_of(&rules.policy, &own));
            }
            // They are not in the server, or no more.
            Err(ApiError::Refused { status: 404, .. }) => {
                looked.insert(user.clone(), Vec::new());
            }
            Err(error) => tracing::warn!(user, %error, "somebody's roles could not be looked up"),
        }
    }
    let mut members = discord.members();
    members.extend(looked);
    handle.take_memberships(PLATFORM, by_person(&rules.policy, &members));
}

/// The same by person; an account that two people claim is nobody's.
fn by_person(policy: &Policy, members: &Members) -> Groups {
    let mut groups = Groups::new();
    for (user, own) in members {
        let Some(person) = policy.person_of_discord(Some(user)) else { continue };
        let known = groups.entry(person.id.clone()).or_default();
        known.extend(own.iter().filter(|group| !known.contains(group)).cloned().collect::<Vec<_>>());
    }
    groups.retain(|_, own| !own.is_empty());
    groups
}

/// The groups that these roles make somebody a member of, in the configuration's order.
fn groups_of(policy: &Policy, roles: &[String]) -> Vec<Group> {
    let has = |group: &&crate::domain::policy::PlatformGroup| group.discord.iter().any(|role| roles.contains(role));
    policy.platform_groups.iter().filter(has).map(|group| group.name.clone()).collect()
}
