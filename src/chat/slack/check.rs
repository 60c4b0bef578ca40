//! What `check` looks at in Slack: the tokens, the scopes, a connection, the channels, the user groups. Nothing is posted.

use std::time::Duration;

use reqwest::Url;
use serde_json::{Value, json};

use super::api::{Api, CallError};
use super::manifest::{APP_SCOPE, SCOPES};
use super::{Delivery, PLATFORM, Settings};
use crate::chat::front::check::Look;
use crate::domain::policy::PlatformGroup;
use crate::proxy::Proxies;

/// How long until a call that Slack limits is made once more, at most.
const PAUSE: Duration = Duration::from_secs(30);

/// Looks at everything, and changes nothing. `channels` are the ids of the channels of the configuration, `public_url` is where Slack's
/// requests come in.
pub async fn look(
    settings: &Settings,
    proxies: &Proxies,
    channels: &[String],
    groups: &[PlatformGroup],
    public_url: Option<&Url>,
) -> Vec<(String, Look)> {
    let api = match Api::new(&settings.api_url, settings.bot_token.clone(), proxies) {
        Ok(api) => api,
        Err(why) => return vec![("slack".to_owned(), Look::Wrong(why))],
    };
    let mut looks = Vec::new();
    if !token(&api, settings, &mut looks).await {
        return looks;
    }
    match &settings.delivery {
        Delivery::Socket(app_token) => looks.push(socket(&api.under(app_token.clone())).await),
        Delivery::Http(_) => {
            let url = public_url.map_or("URL", Url::as_str);
            let detail = format!(
                "requests come to [http]; the manifest of `snapwarden manifest slack --http {url}` names the address in Slack"
            );
            looks.push(("slack requests".to_owned(), Look::Ok(detail)));
        }
    }
    for channel in channels {
        looks.push(reach(&api, channel).await);
    }
    for group in groups {
        for id in group.ids.iter().filter_map(|id| id.on(PLATFORM)) {
            looks.push(members(&api, group.name.as_str(), id).await);
        }
    }
    looks
}

/// Whose token it is, and whether it may do all that the bot does.
async fn token(api: &Api, settings: &Settings, looks: &mut Vec<(String, Look)>) -> bool {
    let identity = match api.identity().await {
        Ok(identity) => identity,
        Err(error) => {
            looks.push(failed("slack token", &error, "put the app's bot token (xoxb-…) into [slack] bot_token"));
            return false;
        }
    };
    let said = |key: &str| identity.answer.get(key).and_then(Value::as_str).unwrap_or_default();
    let detail = format!("{} in {} ({})", said("user"), said("team"), said("team_id"));
    looks.push(("slack token".to_owned(), Look::Ok(detail)));
    if let Some(team) =
        settings.team_id.as_deref().filter(|team| ![said("team_id"), said("enterprise_id")].contains(team))
    {
        let detail = format!("the token is of {}, and [slack] team_id serves {team} alone", said("team_id"));
        looks.push(("slack workspace".to_owned(), Look::Wrong(detail)));
    }
    let missing: Vec<String> = SCOPES
        .iter()
        .filter(|scope| !identity.scopes.iter().any(|held| held == scope.name))
        .map(|scope| format!("{} ({})", scope.name, scope.why))
        .collect();
    looks.push(if missing.is_empty() {
        ("slack scopes".to_owned(), Look::Ok(format!("all {} that are needed", SCOPES.len())))
    } else {
        let detail = format!(
            "missing: {}. Add them under \"OAuth & Permissions\" and install the app again",
            missing.join("; ")
        );
        ("slack scopes".to_owned(), Look::Wrong(detail))
    });
    true
}

/// Whether a connection of Socket Mode can be opened.
async fn socket(app: &Api) -> (String, Look) {
    match app.json("apps.connections.open", &json!({})).await {
        Ok(_) => ("slack socket".to_owned(), Look::Ok("a connection can be opened".to_owned())),
        Err(error) => {
            let hint = format!(
                "switch Socket Mode on, and make an app-level token (xapp-…) with {APP_SCOPE} for [slack] app_token"
            );
            failed("slack socket", &error, &hint)
        }
    }
}

/// Whether the bot is in a channel.
async fn reach(api: &Api, channel: &str) -> (String, Look) {
    let what = format!("channel {PLATFORM}:{channel}");
    let arguments = [("channel", channel), ("limit", "1")];
    let mut seen = api.form("conversations.history", &arguments).await;
    if let Err(CallError::Limited(pause)) = &seen {
        tokio::time::sleep((*pause).min(PAUSE)).await;
        seen = api.form("conversations.history", &arguments).await;
    }
    match seen {
        Ok(_) => (what, Look::Ok("the bot is in it".to_owned())),
        Err(error) => failed(&what, &error, "type /invite @snapwarden there, or take it out of the configuration"),
    }
}

/// Whether a user group can be read.
async fn members(api: &Api, name: &str, id: &str) -> (String, Look) {
    let what = format!("group {name}");
    match api.form("usergroups.users.list", &[("usergroup", id)]).await {
        Ok(answer) => {
            let count = answer.get("users").and_then(Value::as_array).map_or(0, Vec::len);
            (what, Look::Ok(format!("{count} in Slack's user group {id}")))
        }
        Err(error) => failed(&what, &error, "look whether [[group]] slack names a user group (S…) of this workspace"),
    }
}

fn failed(what: &str, error: &CallError, hint: &str) -> (String, Look) {
    let detail = format!("{error}: {hint}");
    let look = match error {
        CallError::Refused(_) => Look::Wrong(detail),
        CallError::Limited(_) | CallError::Broken(_) => Look::Away(detail),
    };
    (what.to_owned(), look)
}
