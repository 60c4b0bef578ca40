//! What `snapwarden check` looks at: the token, whose application it is and how it is entered at Discord, the server, each channel, the roles and
//! people of the configuration, the commands.

use std::sync::Arc;

use reqwest::Method;
use serde_json::Value;

use super::api::{ApiError, Call};
use super::client::{Discord, code, is_snowflake, role_of, user_of};
use super::rates::Route;
use super::{Delivery, manifest, register};
use crate::chat::front::check::Look;
use crate::domain::policy::{PlatformGroup, Policy};

/// Administrator: whoever has it has everything.
const ADMINISTRATOR: u64 = 1 << 3;

/// Who has it may mention every role, also those that others may not.
const MENTION_EVERYONE: u64 = 1 << 17;

/// Discord's numbers for channels that hold no messages themselves, with what they are called.
const WITHOUT_MESSAGES: [(u64, &str); 4] =
    [(4, "a category"), (14, "a directory"), (15, "a forum"), (16, "a media channel")];

/// Looks at everything, and changes nothing. `channels` are the ids of the channels of the configuration.
pub async fn look(discord: &Arc<Discord>, channels: &[String], policy: &Policy) -> Vec<(String, Look)> {
    let me = match get(discord, "/users/@me").await {
        Ok(me) => me,
        Err(error) => return vec![("discord".to_owned(), wrong(&error))],
    };
    let name = me["username"].as_str().unwrap_or("a bot").to_owned();
    let mut looks = vec![("discord".to_owned(), Look::Ok(format!("the token is that of \"{name}\"")))];
    looks.push(("discord application".to_owned(), application(discord).await));
    looks.push(("discord gateway".to_owned(), gateway(discord).await));
    let guild = discord.settings.guild_id.clone();
    let bot = me["id"].as_str().unwrap_or_default().to_owned();
    if let Some(guild) = &guild {
        let what = format!("discord server {guild}");
        match get(discord, &format!("/guilds/{guild}")).await {
            Ok(server) => {
                let name = server["name"].as_str().unwrap_or_default();
                looks.push((what, Look::Ok(format!("the bot is in \"{name}\""))));
                looks.extend(roles(discord, &server, policy, &bot).await);
                looks.extend(people(discord, guild, policy).await);
            }
            Err(ApiError::Refused { .. }) => {
                let link = manifest::invite(&discord.settings.application_id);
                looks.push((what, Look::Wrong(format!("the bot is not in the server {guild}: open {link}"))));
            }
            Err(error) => looks.push((what, wrong(&error))),
        }
    }
    for channel in channels {
        looks.push((format!("discord channel {channel}"), channel_look(discord, channel, &bot).await));
    }
    let commands = match register::is_registered(discord).await {
        Ok(true) => Look::Ok("/snapshot is registered as this version has it".to_owned()),
        Ok(false) => Look::Doubtful(
            "/snapshot is not registered as this version has it; the bot does that when it starts".to_owned(),
        ),
        Err(error) if error.is(code::MISSING_ACCESS) => {
            Look::Wrong("commands cannot be registered: invite the bot with the scope applications.commands".to_owned())
        }
        Err(error) => wrong(&error),
    };
    looks.push(("discord commands".to_owned(), commands));
    looks
}

async fn application(discord: &Discord) -> Look {
    match get(discord, "/applications/@me").await {
        Ok(own) => {
            let (id, configured) = (own["id"].as_str().unwrap_or_default(), discord.settings.application_id.as_str());
            if id != configured {
                return Look::Wrong(format!(
                    "the token belongs to the application {id}, and application_id is {configured}"
                ));
            }
            match entered(&own, &discord.settings.delivery) {
                Ok(()) => Look::Ok(format!("the token belongs to application_id {id}; no privileged intent is needed")),
                Err(why) => Look::Wrong(why),
            }
        }
        Err(error) => wrong(&error),
    }
}

/// Whether interactions come the way that the configuration says, by what is entered in the developer portal.
fn entered(own: &Value, delivery: &Delivery) -> Result<(), String> {
    let url = own["interactions_endpoint_url"].as_str().filter(|url| !url.is_empty());
    match (delivery, url) {
        (Delivery::Gateway(_), None) => Ok(()),
        (Delivery::Gateway(_), Some(url)) => Err(format!(
            "Interactions Endpoint URL is {url}, so Discord sends nothing over the gateway: clear it under General Information in the \
             developer portal, or set mode = \"http\""
        )),
        (Delivery::Http(_), None) => Err(format!(
            "no Interactions Endpoint URL is entered, so Discord sends no requests: enter https://…{} under General Information in the \
             developer portal, or set mode = \"gateway\"",
            super::endpoint::PATH
        )),
        (Delivery::Http(key), Some(_)) => match own["verify_key"].as_str() {
            Some(theirs) if !theirs.eq_ignore_ascii_case(&hex::encode(key.as_bytes())) => {
                Err(format!("Discord signs for another public_key: put {theirs} into [discord] public_key"))
            }
            Some(_) | None => Ok(()),
        },
    }
}

/// The roles of `[[group]]`: whether they are there, and whether a message that calls them notifies anybody.
async fn roles(discord: &Discord, server: &Value, policy: &Policy, bot: &str) -> Vec<(String, Look)> {
    let named = policy
        .platform_groups
        .iter()
        .flat_map(|group| group.ids.iter().filter_map(role_of).map(move |role| (group, role)));
    let named: Vec<(&PlatformGroup, &str)> = named.collect();
    if named.is_empty() {
        return Vec::new();
    }
    let guild = server["id"].as_str().unwrap_or_default();
    let everyone = match get(discord, &format!("/guilds/{guild}/members/{bot}")).await {
        Ok(member) => permissions(server, &member, &Value::Null, bot) & MENTION_EVERYONE != 0,
        // What was to be seen there is told of the server's other facts.
        Err(_) => false,
    };
    let look = |(group, id): (&PlatformGroup, &str)| {
        let there = server["roles"].as_array().into_iter().flatten().find(|role| role["id"] == *id);
        let name = there.and_then(|role| role["name"].as_str()).unwrap_or_default();
        let calls = policy.approvals.iter().any(|rule| rule.approvers.contains(&group.name));
        let look = match there {
            None => Look::Wrong(format!("there is no role {id} in the server: right-click the role, Copy Role ID")),
            Some(role) if calls && !everyone && role["mentionable"] != true => Look::Doubtful(format!(
                "nobody is notified when @{name} has to approve: switch on \"Allow anyone to @mention this role\" in the role's settings"
            )),
            Some(_) => Look::Ok(format!("the role @{name}")),
        };
        (format!("discord group {}", group.name), look)
    };
    named.into_iter().map(look).collect()
}

/// The people of the configuration: whether they are in the server.
async fn people(discord: &Discord, guild: &str, policy: &Policy) -> Vec<(String, Look)> {
    let mut looks = Vec::new();
    for person in &policy.people {
        for user in person.accounts.iter().filter_map(user_of) {
            let look = match get(discord, &format!("/guilds/{guild}/members/{user}")).await {
                Ok(_) => continue,
                Err(error) if error.is(code::UNKNOWN_MEMBER) || error.is(code::UNKNOWN_USER) => {
                    Look::Wrong(format!("{user} is not in the server: correct [[person]] discord, or invite them"))
                }
                Err(error) => wrong(&error),
            };
            looks.push((format!("discord person {}", person.id), look));
        }
    }
    looks
}

async fn gateway(discord: &Discord) -> Look {
    match get(discord, "/gateway/bot").await {
        Ok(about) => {
            let left = about["session_start_limit"]["remaining"].as_u64().unwrap_or(0);
            let said = format!("{} shard(s), {left} sessions left today", about["shards"]);
            if left == 0 { Look::Wrong(said) } else { Look::Ok(said) }
        }
        Err(error) => wrong(&error),
    }
}

/// Whether the bot may do in a channel what it has to.
async fn channel_look(discord: &Discord, channel: &str, bot: &str) -> Look {
    if !is_snowflake(channel) {
        return Look::Wrong("that is no id of Discord's: right-click the channel, Copy ID".to_owned());
    }
    let there = match get(discord, &format!("/channels/{channel}")).await {
        Ok(there) => there,
        Err(error) if error.is(code::UNKNOWN_CHANNEL) => return Look::Wrong("there is no such channel".to_owned()),
        Err(error) if error.is(code::MISSING_ACCESS) => {
            return Look::Wrong("the bot does not see it: give its role View Channel there".to_owned());
        }
        Err(error) => return wrong(&error),
    };
    if let Some((_, kind)) = WITHOUT_MESSAGES.iter().find(|(number, _)| there["type"] == *number) {
        let name = there["name"].as_str().unwrap_or_default();
        return Look::Wrong(format!("{name:?} is {kind} and takes no messages: give the id of a text channel"));
    }
    let Some(guild) = there["guild_id"].as_str() else {
        return Look::Doubtful("it belongs to no server".to_owned());
    };
    let (server, member) = match (
        get(discord, &format!("/guilds/{guild}")).await,
        get(discord, &format!("/guilds/{guild}/members/{bot}")).await,
    ) {
        (Ok(server), Ok(member)) => (server, member),
        (Err(error), _) | (_, Err(error)) => return wrong(&error),
    };
    let held = permissions(&server, &member, &there, bot);
    let missing: Vec<&str> =
        manifest::PERMISSIONS.iter().filter(|(_, bit)| held & bit == 0).map(|(name, _)| *name).collect();
    let name = there["name"].as_str().unwrap_or_default();
    if missing.is_empty() {
        Look::Ok(format!("#{name}: everything that is needed"))
    } else {
        Look::Wrong(format!("#{name}: the bot's role lacks {}", missing.join(", ")))
    }
}

/// What somebody may do in a channel, by Discord's rules: roles first, then what the channel says of everybody, of roles, of them.
fn permissions(server: &Value, member: &Value, channel: &Value, who: &str) -> u64 {
    let bits = |value: &Value| value.as_str().and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    let everyone = server["id"].as_str().unwrap_or_default();
    let own: Vec<&str> = member["roles"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let roles = server["roles"].as_array().into_iter().flatten();
    let is_own = |id: &str| id == everyone || own.contains(&id);
    let base = roles
        .filter(|role| is_own(role["id"].as_str().unwrap_or_default()))
        .fold(0, |all, role| all | bits(&role["permissions"]));
    if base & ADMINISTRATOR != 0 || server["owner_id"] == who {
        return u64::MAX;
    }
    let overwrites: Vec<&Value> = channel["permission_overwrites"].as_array().into_iter().flatten().collect();
    let apply = |held: u64, which: &dyn Fn(&str) -> bool| {
        let fitting = overwrites.iter().filter(|one| which(one["id"].as_str().unwrap_or_default()));
        let (deny, allow) =
            fitting.fold((0, 0), |(deny, allow), one| (deny | bits(&one["deny"]), allow | bits(&one["allow"])));
        (held & !deny) | allow
    };
    let held = apply(base, &|id| id == everyone);
    let held = apply(held, &|id| own.contains(&id));
    apply(held, &|id| id == who)
}

async fn get(discord: &Discord, path: &str) -> Result<Value, ApiError> {
    discord.api.send(Call::new(Method::GET, path.to_owned(), Route::new("check", ""))).await
}

fn wrong(error: &ApiError) -> Look {
    match error {
        ApiError::Away(_) | ApiError::Wait(_) => Look::Away(error.to_string()),
        ApiError::Unauthorized | ApiError::Refused { .. } => Look::Wrong(error.to_string()),
    }
}

#[cfg(test)]
mod tests;
