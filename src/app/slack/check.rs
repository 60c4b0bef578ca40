//! What `check` looks at in Slack: the tokens, the scopes, a connection, the channels, the user groups. Nothing is posted.

use std::time::Duration;

use reqwest::Url;
use serde_json::{Value, json};

use crate::app::check::{Finding, Verdict, channels, finding};
use crate::chat::slack::manifest::{APP_SCOPE, SCOPES};
use crate::chat::slack::{Api, CallError, Delivery, Settings};
use crate::config::Config;
use crate::domain::ids::ChannelId;

/// How long until a call that Slack limits is made once more, at most.
const PAUSE: Duration = Duration::from_secs(30);

/// Looks at Slack as a configuration has it.
pub(in crate::app) async fn check(settings: &Settings, config: &Config) -> Vec<Finding> {
    let api = match Api::new(&settings.api_url, settings.bot_token.clone()) {
        Ok(api) => api,
        Err(why) => return vec![finding("slack", Verdict::Failed, why)],
    };
    let mut findings = Vec::new();
    if !token(&api, settings, &mut findings).await {
        return findings;
    }
    match &settings.delivery {
        Delivery::Socket(app_token) => findings.push(socket(&api.under(app_token.clone())).await),
        Delivery::Http(_) => {
            let url = config.http.as_ref().and_then(|http| http.public_url.as_ref()).map_or("URL", Url::as_str);
            let detail = format!(
                "requests come to [http]; the manifest of `snapwarden manifest slack --http {url}` names the address in Slack"
            );
            findings.push(finding("slack requests", Verdict::Ok, detail));
        }
    }
    for (channel, id) in channels(config, "slack") {
        findings.push(reach(&api, channel, id).await);
    }
    for group in &config.rules.policy.platform_groups {
        for id in &group.slack {
            findings.push(members(&api, group.name.as_str(), id).await);
        }
    }
    findings
}

/// Whose token it is, and whether it may do all that the bot does.
async fn token(api: &Api, settings: &Settings, findings: &mut Vec<Finding>) -> bool {
    let identity = match api.identity().await {
        Ok(identity) => identity,
        Err(error) => {
            findings.push(failed("slack token", &error, "put the app's bot token (xoxb-…) into [slack] bot_token"));
            return false;
        }
    };
    let said = |key: &str| identity.answer.get(key).and_then(Value::as_str).unwrap_or_default();
    let detail = format!("{} in {} ({})", said("user"), said("team"), said("team_id"));
    findings.push(finding("slack token", Verdict::Ok, detail));
    if let Some(team) =
        settings.team_id.as_deref().filter(|team| ![said("team_id"), said("enterprise_id")].contains(team))
    {
        let detail = format!("the token is of {}, and [slack] team_id serves {team} alone", said("team_id"));
        findings.push(finding("slack workspace", Verdict::Failed, detail));
    }
    let missing: Vec<String> = SCOPES
        .iter()
        .filter(|scope| !identity.scopes.iter().any(|held| held == scope.name))
        .map(|scope| format!("{} ({})", scope.name, scope.why))
        .collect();
    findings.push(if missing.is_empty() {
        finding("slack scopes", Verdict::Ok, format!("all {} that are needed", SCOPES.len()))
    } else {
        let detail = format!(
            "missing: {}. Add them under \"OAuth & Permissions\" and install the app again",
            missing.join("; ")
        );
        finding("slack scopes", Verdict::Failed, detail)
    });
    true
}

/// Whether a connection of Socket Mode can be opened.
async fn socket(app: &Api) -> Finding {
    match app.json("apps.connections.open", &json!({})).await {
        Ok(_) => finding("slack socket", Verdict::Ok, "a connection can be opened"),
        Err(error) => {
            let hint = format!(
                "switch Socket Mode on, and make an app-level token (xapp-…) with {APP_SCOPE} for [slack] app_token"
            );
            failed("slack socket", &error, &hint)
        }
    }
}

/// Whether the bot is in a channel.
async fn reach(api: &Api, channel: &ChannelId, id: &str) -> Finding {
    let what = format!("channel {channel}");
    let arguments = [("channel", id), ("limit", "1")];
    let mut seen = api.form("conversations.history", &arguments).await;
    if let Err(CallError::Limited(pause)) = &seen {
        tokio::time::sleep((*pause).min(PAUSE)).await;
        seen = api.form("conversations.history", &arguments).await;
    }
    match seen {
        Ok(_) => finding(&what, Verdict::Ok, "the bot is in it"),
        Err(error) => failed(&what, &error, "type /invite @snapwarden there, or take it out of the configuration"),
    }
}

/// Whether a user group can be read.
async fn members(api: &Api, name: &str, id: &str) -> Finding {
    let what = format!("group {name}");
    match api.form("usergroups.users.list", &[("usergroup", id)]).await {
        Ok(answer) => {
            let count = answer.get("users").and_then(Value::as_array).map_or(0, Vec::len);
            finding(&what, Verdict::Ok, format!("{count} in Slack's user group {id}"))
        }
        Err(error) => failed(&what, &error, "look whether [[group]] slack names a user group (S…) of this workspace"),
    }
}

fn failed(what: &str, error: &CallError, hint: &str) -> Finding {
    let verdict = match error {
        CallError::Refused(_) => Verdict::Failed,
        CallError::Limited(_) | CallError::Broken(_) => Verdict::Unreachable,
    };
    finding(what, verdict, format!("{error}: {hint}"))
}
