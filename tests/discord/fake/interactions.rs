//! Answers to interactions, under Discord's rules: one first answer within three seconds, fifteen minutes for what follows.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::super::limits::{completion_faults, form_faults, message_faults};
use super::rest::{Answer, invalid, ok, refuse};
use super::{State, merge};

const FIRST: Duration = Duration::from_secs(3);
const LIFE: Duration = Duration::from_secs(15 * 60);
const EPHEMERAL: u64 = 1 << 6;

/// The first answer, as a request of its own.
pub(super) fn callback(state: &mut State, id: &str, token: &str, body: &Value) -> Answer {
    match state.begun.get(token) {
        Some(begun) if begun.id == id => {}
        Some(_) | None => return refuse((404, 10_062, "Unknown interaction")),
    }
    match first(state, token, body) {
        Ok(()) => (StatusCode::NO_CONTENT, Value::Null),
        Err(answer) => answer,
    }
}

/// The first answer, whichever way it comes.
pub(super) fn first(state: &mut State, token: &str, body: &Value) -> Result<(), Answer> {
    let Some(begun) = state.begun.get(token) else { return Err(refuse((404, 10_062, "Unknown interaction"))) };
    let took = begun.born.elapsed();
    if took > FIRST {
        return Err(refuse((404, 10_062, "Unknown interaction")));
    }
    if begun.first.is_some() {
        return Err(refuse((400, 40_060, "Interaction has already been acknowledged.")));
    }
    let (kind, of_component) = (begun.kind, begun.source.is_some());
    let (user, source, channel) = (begun.user.clone(), begun.source.clone(), begun.channel.clone());
    let data = &body["data"];
    let answers = body["type"].as_u64().unwrap_or(0);
    let fits = match answers {
        1 => kind == 1,
        4 | 5 => kind != 1 && kind != 4,
        6 | 7 => of_component && matches!(kind, 3 | 5),
        8 => kind == 4,
        9 => matches!(kind, 2 | 3),
        _ => false,
    };
    if !fits {
        return Err(invalid(&format!("an interaction of kind {kind} is not answered by {answers}")));
    }
    let faults = match answers {
        4 => message_faults(data),
        7 => message_faults(data),
        8 => completion_faults(data),
        9 => form_faults(data),
        _ => Vec::new(),
    };
    if !faults.is_empty() {
        return Err(invalid(&faults.join(", ")));
    }
    let metadata = json!({ "interaction_metadata": metadata(state, token, &user) });
    let original = match answers {
        4 => Some(state.kept(&channel, data, &metadata)),
        5 => {
            let mut thinking = metadata;
            thinking["flags"] = json!(data["flags"].as_u64().unwrap_or(0) | 1 << 7);
            Some(state.kept(&channel, &json!({}), &thinking))
        }
        7 => {
            let mut message = source.unwrap();
            merge(&mut message, data);
            write_back(state, &message);
            Some(message)
        }
        6 => source,
        _ => None,
    };
    let begun = state.begun.get_mut(token).unwrap();
    begun.first = Some((body.clone(), took));
    begun.original = original;
    Ok(())
}

fn metadata(state: &State, token: &str, user: &str) -> Value {
    let begun = &state.begun[token];
    let of = |kind: u64| json!({ "id": begun.id, "type": kind, "user": super::user(user, false), "authorizing_integration_owners": {} });
    let pressed = || {
        let mut pressed = of(3);
        let source = begun.source.as_ref().map(|source| source["id"].clone());
        pressed["interacted_message_id"] = source.unwrap_or_else(|| json!("1"));
        pressed
    };
    match begun.kind {
        3 => pressed(),
        5 => {
            let mut form = of(5);
            form["triggering_interaction_metadata"] = pressed();
            form
        }
        kind => of(kind),
    }
}

/// Whether a token is good for what follows the first answer.
fn usable(state: &State, token: &str) -> Result<(), Answer> {
    let Some(begun) = state.begun.get(token) else { return Err(refuse((401, 50_027, "Invalid Webhook Token"))) };
    if begun.born.elapsed() + begun.aged > LIFE {
        return Err(refuse((401, 50_027, "Invalid Webhook Token")));
    }
    if begun.first.is_none() {
        return Err(refuse((404, 10_015, "Unknown Webhook")));
    }
    Ok(())
}

pub(super) fn follow_up(state: &mut State, token: &str, body: &Value) -> Answer {
    if let Err(answer) = usable(state, token) {
        return answer;
    }
    let faults = message_faults(body);
    if !faults.is_empty() {
        return invalid(&faults.join(", "));
    }
    let user = state.begun[token].user.clone();
    let metadata = json!({ "interaction_metadata": metadata(state, token, &user) });
    let channel = state.begun[token].channel.clone();
    let message = state.kept(&channel, body, &metadata);
    state.begun.get_mut(token).unwrap().follow_ups.push(message.clone());
    ok(message)
}

pub(super) fn edit(state: &mut State, token: &str, body: &Value) -> Answer {
    if let Err(answer) = usable(state, token) {
        return answer;
    }
    let faults = message_faults(body);
    if !faults.is_empty() {
        return invalid(&faults.join(", "));
    }
    let begun = state.begun.get_mut(token).unwrap();
    let Some(mut message) = begun.original.clone().filter(|_| !begun.deleted) else {
        return refuse((404, 10_008, "Unknown Message"));
    };
    let flags = message["flags"].as_u64().unwrap_or(0) & EPHEMERAL;
    merge(&mut message, body);
    message["flags"] = json!(flags);
    begun.original = Some(message.clone());
    begun.edited = true;
    write_back(state, &message);
    ok(message)
}

pub(super) fn delete(state: &mut State, token: &str) -> Answer {
    if let Err(answer) = usable(state, token) {
        return answer;
    }
    let begun = state.begun.get_mut(token).unwrap();
    begun.deleted = true;
    (StatusCode::NO_CONTENT, Value::Null)
}

/// A message of a channel, or of an earlier interaction, is the same wherever it is changed.
fn write_back(state: &mut State, message: &Value) {
    let id = message["id"].clone();
    // What one person sees and nobody has pressed is in one place, and that knows it.
    let alone = message["flags"].as_u64().unwrap_or(0) & EPHEMERAL != 0;
    if alone && !state.pressed.contains(id.as_str().unwrap_or_default()) {
        return;
    }
    let in_channels = state.channels.values_mut().flat_map(|channel| &mut channel.messages);
    let answers = state.begun.values_mut().flat_map(|begun| begun.original.iter_mut().chain(&mut begun.follow_ups));
    for one in in_channels.chain(answers).filter(|one| one["id"] == id) {
        *one = message.clone();
    }
}
