//! The payloads: slash commands, interactions, events.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Action, AnswerTo, Command, Inbound, Malformed, Shortcut, Submit, Suggest, View, Who};

/// The longest kind that is told: a kind is a word of Slack's, and anything longer is something else.
const KIND: usize = 40;

/// Reads what an envelope of this kind carries.
pub(super) fn read(envelope: &str, payload: &Value) -> Result<Inbound, Malformed> {
    match envelope {
        "slash_commands" => command(payload),
        "interactive" => interaction(payload),
        "events_api" => event(payload),
        other => Ok(Inbound::Other(word(other))),
    }
}

/// A slash command; the fields are the same in a form and in an envelope.
pub(super) fn command(payload: &Value) -> Result<Inbound, Malformed> {
    let lack = |missing| lacks("slash_commands", missing, payload);
    let who = Who {
        team: text(payload, "team_id"),
        enterprise: text(payload, "enterprise_id"),
        user: text(payload, "user_id").ok_or_else(|| lack("user_id"))?,
    };
    Ok(Inbound::Command(Command {
        who,
        channel: text(payload, "channel_id").ok_or_else(|| lack("channel_id"))?,
        text: unescape(payload.get("text").and_then(Value::as_str).unwrap_or_default()),
        trigger: text(payload, "trigger_id").ok_or_else(|| lack("trigger_id"))?,
        response_url: text(payload, "response_url"),
    }))
}

/// Something pressed, chosen, sent or asked for.
pub(super) fn interaction(payload: &Value) -> Result<Inbound, Malformed> {
    let kind = payload.get("type").and_then(Value::as_str).unwrap_or_default();
    let lack = |missing| lacks(kind, missing, payload);
    match kind {
        "block_actions" => {
            let action = payload.pointer("/actions/0").ok_or_else(|| lack("actions"))?;
            Ok(Inbound::Action(Action {
                who: who(payload).ok_or_else(|| lack("user"))?,
                channel: at(payload, "/channel/id").or_else(|| at(payload, "/container/channel_id")),
                message: at(payload, "/container/message_ts").or_else(|| at(payload, "/message/ts")).map(|ts| {
                    let ephemeral = payload.pointer("/container/is_ephemeral").and_then(Value::as_bool);
                    (ts, ephemeral.unwrap_or(false))
                }),
                view: payload.get("view").and_then(view),
                action_id: text(action, "action_id").ok_or_else(|| lack("action_id"))?,
                block_id: text(action, "block_id").unwrap_or_default(),
                value: chosen(action),
                trigger: text(payload, "trigger_id").ok_or_else(|| lack("trigger_id"))?,
                response_url: text(payload, "response_url"),
            }))
        }
        "block_suggestion" => Ok(Inbound::Suggest(Suggest {
            who: who(payload).ok_or_else(|| lack("user"))?,
            action_id: text(payload, "action_id").ok_or_else(|| lack("action_id"))?,
            query: text(payload, "value").unwrap_or_default(),
            view: payload.get("view").and_then(view),
        })),
        "view_submission" => Ok(Inbound::Submit(Submit {
            who: who(payload).ok_or_else(|| lack("user"))?,
            view: payload.get("view").and_then(view).ok_or_else(|| lack("view"))?,
            trigger: text(payload, "trigger_id").ok_or_else(|| lack("trigger_id"))?,
        })),
        "shortcut" | "message_action" => Ok(Inbound::Shortcut(Shortcut {
            who: who(payload).ok_or_else(|| lack("user"))?,
            callback_id: text(payload, "callback_id").ok_or_else(|| lack("callback_id"))?,
            trigger: text(payload, "trigger_id").ok_or_else(|| lack("trigger_id"))?,
            channel: at(payload, "/channel/id"),
            text: at(payload, "/message/text").map(|text| unescape(&text)),
            response_url: text(payload, "response_url"),
        })),
        "" => Err(lacks("interactive", "type", payload)),
        other => Ok(Inbound::Other(word(other))),
    }
}

/// An event that the app has subscribed to.
pub(super) fn event(payload: &Value) -> Result<Inbound, Malformed> {
    let kind = at(payload, "/event/type").ok_or_else(|| lacks("events_api", "event", payload))?;
    let tab = at(payload, "/event/tab");
    if kind != "app_home_opened" || tab.is_some_and(|tab| tab != "home") {
        return Ok(Inbound::Other(word(&kind)));
    }
    let team = text(payload, "team_id");
    let user = at(payload, "/event/user").ok_or_else(|| lacks(&kind, "user", payload))?;
    Ok(Inbound::Home(Who { team, enterprise: text(payload, "enterprise_id"), user }))
}

/// Who interacted. Their own workspace counts, not the one that the message is in.
fn who(payload: &Value) -> Option<Who> {
    let own = at(payload, "/user/team_id");
    let here = at(payload, "/team/id");
    // Whoever is of another workspace than the one that the app is in is no member of its organisation.
    let member = match (&own, &here) {
        (Some(own), Some(here)) => own == here || own.starts_with('E'),
        (Some(_), None) | (None, Some(_)) | (None, None) => true,
    };
    let enterprise = at(payload, "/enterprise/id").filter(|_| member);
    Some(Who { team: own.or(here), enterprise, user: at(payload, "/user/id")? })
}

fn view(view: &Value) -> Option<View> {
    let mut values = BTreeMap::new();
    let blocks = view.pointer("/state/values").and_then(Value::as_object);
    for (block, elements) in blocks.into_iter().flatten() {
        let value = elements.as_object().into_iter().flatten().find_map(|(_, element)| chosen(element));
        values.extend(value.map(|value| (block.clone(), value)));
    }
    Some(View {
        id: text(view, "id")?,
        hash: text(view, "hash"),
        callback_id: text(view, "callback_id").unwrap_or_default(),
        private_metadata: text(view, "private_metadata").unwrap_or_default(),
        values,
    })
}

/// What an element carries or has chosen, whichever kind it is of.
fn chosen(element: &Value) -> Option<String> {
    let of = |key: &str| text(element, key);
    let option = || at(element, "/selected_option/value");
    of("value").or_else(option).or_else(|| of("selected_date")).or_else(|| of("selected_conversation")).or_else(|| {
        let options = element.get("selected_options")?.as_array()?;
        options.first().and_then(|first| text(first, "value"))
    })
}

/// Why a payload cannot be read, and whom to tell.
pub(super) fn lacks(kind: &str, missing: &'static str, payload: &Value) -> Malformed {
    let user = at(payload, "/user/id").or_else(|| text(payload, "user_id"));
    let answer_to = user.map(|user| AnswerTo {
        user,
        channel: at(payload, "/channel/id").or_else(|| text(payload, "channel_id")),
        response_url: text(payload, "response_url"),
    });
    Malformed { kind: word(kind), missing, answer_to }
}

/// A text that is there and not empty.
fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn at(value: &Value, pointer: &str) -> Option<String> {
    value.pointer(pointer).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A kind as it may go into a log: Slack's are short words.
fn word(kind: &str) -> String {
    let usual = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    if kind.len() <= KIND && kind.chars().all(usual) { kind.to_owned() } else { "unknown".to_owned() }
}

/// Slack sends the three characters of its markup escaped.
fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
