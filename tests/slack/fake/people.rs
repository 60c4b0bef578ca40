//! What people do in Slack: they type commands, press buttons, fill in modals, open the App Home.

use serde_json::{Value, json};

use super::events::Delivered;
use super::{Shared, TEAM};

/// How events get to the bot.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    /// Over the bot's connections.
    Socket,
    /// By requests to this address of the bot's.
    Http(String),
}

/// Where a button is.
pub(crate) struct Button {
    pub(crate) element: Value,
    /// The channel's id and the message's time, and whether one person sees it; none on the App Home.
    pub(crate) message: Option<(String, String, bool)>,
}

impl Shared {
    /// Sends an event by the bot's way.
    pub(crate) async fn deliver(&self, way: &Way, kind: &str, payload: &Value) -> Delivered {
        match way {
            Way::Socket => self.by_socket(kind, payload).await,
            Way::Http(url) => self.by_http(url, kind, payload).await,
        }
    }

    /// Somebody types `/snapshot …`: the id of the address that answers may come by, and what was acknowledged.
    pub(crate) async fn types(&self, way: &Way, user: &str, channel: &str, text: &str) -> (String, Delivered) {
        let (payload, response) = self.command(user, channel, text);
        (response, self.deliver(way, "slash_commands", &payload).await)
    }

    /// The payload of a slash command.
    pub(crate) fn command(&self, user: &str, channel: &str, text: &str) -> (Value, String) {
        let (trigger, url) =
            self.with(|state| (state.trigger(user), state.response_url(&self.base, user, channel, None)));
        let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let payload = json!({"token": "x", "team_id": TEAM, "team_domain": "fake", "channel_id": channel, "channel_name": "c",
            "user_id": user, "user_name": "n", "command": "/snapshot", "text": text, "api_app_id": "A0SNAP",
            "response_url": url, "trigger_id": trigger});
        (payload, id_of(&url))
    }

    /// Somebody presses a button: the id of the address that answers may come by.
    pub(crate) async fn presses(&self, way: &Way, user: &str, button: &Button) -> String {
        let (payload, response) = self.press(user, button);
        self.deliver(way, "interactive", &payload).await;
        response
    }

    /// The payload of a pressed button.
    pub(crate) fn press(&self, user: &str, button: &Button) -> (Value, String) {
        let trigger = self.with(|state| state.trigger(user));
        let mut action = button.element.clone();
        action["block_id"] = json!("b");
        action["action_ts"] = json!("1700000000.1");
        let mut payload = json!({"type": "block_actions", "user": {"id": user, "username": "n", "team_id": TEAM},
            "api_app_id": "A0SNAP", "token": "x", "team": {"id": TEAM, "domain": "fake"}, "enterprise": null,
            "trigger_id": trigger, "actions": [action]});
        let Some((channel, ts, ephemeral)) = &button.message else {
            payload["view"] =
                json!({"id": "VHOME", "type": "home", "callback_id": "", "private_metadata": "", "hash": "h"});
            payload["container"] = json!({"type": "view", "view_id": "VHOME"});
            return (payload, String::new());
        };
        let original = ephemeral.then(|| ts.clone());
        let url = self.with(|state| state.response_url(&self.base, user, channel, original));
        payload["container"] =
            json!({"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": ephemeral});
        payload["channel"] = json!({"id": channel, "name": "c"});
        payload["response_url"] = json!(url);
        (payload, id_of(&url))
    }

    /// The modal that somebody has before them: its id.
    pub(crate) async fn modal_of(&self, user: &str) -> String {
        let own =
            |state: &mut super::State| state.views.iter().find(|(_, view)| view.user == user).map(|(id, _)| id.clone());
        self.until(&format!("{user} has a modal"), own).await
    }

    /// Somebody types into an external select: the options that they are shown.
    pub(crate) async fn types_into(&self, way: &Way, view: &str, action: &str, typed: &str) -> Vec<Value> {
        let payload = self.with(|state| {
            let opened = &state.views[view];
            json!({"type": "block_suggestion", "user": {"id": opened.user, "team_id": TEAM}, "team": {"id": TEAM},
                "action_id": action, "block_id": action, "value": typed, "container": {"type": "view", "view_id": view},
                "view": shown(view, opened, json!({}))})
        });
        let Delivered(answer) = self.deliver(way, "interactive", &payload).await;
        let answer = answer.expect("options");
        let faults = crate::slack::check::options(&answer);
        assert!(faults.is_empty(), "{faults:?}");
        answer["options"].as_array().cloned().unwrap_or_default()
    }

    /// Somebody chooses in a field whose choice the bot wants to know at once.
    pub(crate) async fn chooses(&self, way: &Way, view: &str, block: &str, option: &Value) {
        let payload = self.with(|state| {
            let user = state.views[view].user.clone();
            let trigger = state.trigger(&user);
            let opened = &state.views[view];
            json!({"type": "block_actions", "user": {"id": user, "team_id": TEAM}, "team": {"id": TEAM}, "trigger_id": trigger,
                "container": {"type": "view", "view_id": view}, "view": shown(view, opened, json!({})),
                "actions": [{"type": "external_select", "action_id": block, "block_id": block, "selected_option": option}]})
        });
        self.deliver(way, "interactive", &payload).await;
    }

    /// Somebody sends a modal with these values by block: what the bot answers at once. Without errors the modal closes.
    pub(crate) async fn submits(&self, way: &Way, view: &str, values: &[(&str, Value)]) -> Option<Value> {
        let payload = self.with(|state| {
            let user = state.views[view].user.clone();
            let trigger = state.trigger(&user);
            let opened = &state.views[view];
            let mut all = serde_json::Map::new();
            for block in opened.view["blocks"].as_array().into_iter().flatten() {
                let (Some(id), Some(action)) = (block["block_id"].as_str(), block["element"]["action_id"].as_str()) else { continue };
                let given = values.iter().find(|(name, _)| id.split(':').next() == Some(*name)).map(|(_, value)| value.clone());
                let value = given.unwrap_or_else(|| initial(&block["element"]));
                let missing = value.is_null() || value["value"].is_null() && value["selected_option"].is_null();
                assert!(!missing || block["optional"] == true, "{id} has to be filled in");
                all.insert(id.to_owned(), json!({action: value}));
            }
            json!({"type": "view_submission", "user": {"id": user, "team_id": TEAM}, "team": {"id": TEAM}, "trigger_id": trigger,
                "view": shown(view, opened, json!({"values": all}))})
        });
        let Delivered(answer) = self.deliver(way, "interactive", &payload).await;
        let stays = answer.as_ref().is_some_and(|answer| answer["response_action"] == "errors");
        if let Some(answer) = answer.as_ref().filter(|_| stays) {
            let blocks: Vec<Value> = self.with(|state| {
                let all = state.views[view].view["blocks"].as_array().cloned().unwrap_or_default();
                all.iter().map(|block| block["block_id"].clone()).collect()
            });
            for block in answer["errors"].as_object().unwrap().keys() {
                assert!(blocks.contains(&json!(block)), "an error at {block}, which is no block of the modal");
            }
        } else {
            self.with(|state| state.views.remove(view));
        }
        answer
    }

    /// Somebody opens the App Home.
    pub(crate) async fn opens_home(&self, way: &Way, user: &str) {
        let payload = json!({"token": "x", "team_id": TEAM, "api_app_id": "A0SNAP", "type": "event_callback", "event_id": "Ev1",
            "event": {"type": "app_home_opened", "user": user, "channel": format!("D{user}"), "tab": "home"}});
        self.deliver(way, "events_api", &payload).await;
    }

    /// Somebody calls a shortcut, from a message that says this or from nowhere.
    pub(crate) async fn shortcut(&self, way: &Way, user: &str, message: Option<(&str, &str)>) {
        let trigger = self.with(|state| state.trigger(user));
        let mut payload = json!({"type": "shortcut", "user": {"id": user, "team_id": TEAM}, "team": {"id": TEAM},
            "callback_id": "snapwarden_ask", "trigger_id": trigger});
        if let Some((channel, text)) = message {
            payload["type"] = json!("message_action");
            payload["callback_id"] = json!("snapwarden_ask_about");
            payload["channel"] = json!({"id": channel});
            payload["message"] = json!({"type": "message", "ts": "1.1", "text": text});
            payload["response_url"] = json!(self.with(|state| state.response_url(&self.base, user, channel, None)));
        }
        self.deliver(way, "interactive", &payload).await;
    }
}

fn shown(id: &str, view: &super::View, state: Value) -> Value {
    let mut shown = view.view.clone();
    shown["id"] = json!(id);
    shown["hash"] = json!(view.hash);
    shown["state"] = state;
    shown
}

/// What a field says if nobody touches it.
fn initial(element: &Value) -> Value {
    match element["type"].as_str().unwrap_or_default() {
        "plain_text_input" => json!({"type": "plain_text_input", "value": element["initial_value"]}),
        kind => json!({"type": kind, "selected_option": element["initial_option"]}),
    }
}

fn id_of(url: &str) -> String {
    url.rsplit('/').next().unwrap_or_default().to_owned()
}
