//! What Slack sends, as its own SDK captured it and as it can be broken.

use serde_json::json;

use super::*;

fn event_of(envelope: Value) -> Result<Inbound, Malformed> {
    match frame(&envelope.to_string()) {
        Some(Frame::Event { event, .. }) => *event,
        other => panic!("an event, not {other:?}"),
    }
}

/// Socket Mode's envelopes lie beside the project where it is developed, and nowhere else.
#[test]
fn every_envelope_that_slacks_sdk_captured_is_read() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/slack-envelopes.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        told!("skipped: slack-envelopes.json is not there");
        return;
    };
    let all: Vec<Value> = serde_json::from_str(&text).unwrap();
    let kinds: Vec<String> = all.into_iter().map(|one| event_of(one).unwrap().kind().to_owned()).collect();
    assert_eq!(kinds, ["command", "app_mention", "shortcut", "message", "action", "action", "suggest"]);
    told!("{} envelopes of Slack's SDK read", kinds.len());
}

fn command_payload() -> Value {
    json!({"team_id": "T1", "channel_id": "C1", "user_id": "U1", "command": "/snapshot",
        "text": "take &lt;web&gt; &amp; more", "trigger_id": "1.2.x", "response_url": "https://hooks.slack.com/x"})
}

#[test]
fn a_command_reads_as_it_was_typed() {
    let read = event_of(json!({"type": "slash_commands", "envelope_id": "e", "payload": command_payload()}));
    let Ok(Inbound::Command(command)) = read else { panic!("{read:?}") };
    assert_eq!(command.text, "take <web> & more");
    assert_eq!(command.who.account(), "slack:T1/U1".into());
    // The same by HTTP.
    let body = "team_id=T1&channel_id=C1&user_id=U1&command=%2Fsnapshot&text=take+%26lt%3Bweb%26gt%3B+%26amp%3B+more\
                &trigger_id=1.2.x&response_url=https%3A%2F%2Fhooks.slack.com%2Fx";
    assert_eq!(from_body(body.as_bytes()), Ok(Content::Event(Box::new(Inbound::Command(command)))));
}

fn pressed(team: Value, user_team: Value, enterprise: Value) -> Who {
    let payload = json!({"type": "block_actions", "team": team, "enterprise": enterprise,
        "user": {"id": "U1", "team_id": user_team}, "trigger_id": "1.2.x",
        "channel": {"id": "C1"}, "container": {"type": "message", "message_ts": "17.1", "channel_id": "C1"},
        "actions": [{"action_id": "approve.0", "block_id": "b", "type": "button", "value": "token"}]});
    let read = event_of(json!({"type": "interactive", "envelope_id": "e", "payload": payload}));
    let Ok(Inbound::Action(action)) = read else { panic!("{read:?}") };
    assert_eq!(action.value.as_deref(), Some("token"));
    action.who
}

#[test]
fn somebody_is_of_their_own_workspace_whatever_channel_they_are_in() {
    let teams = |who: Who| who.teams().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(teams(pressed(json!({"id": "T1"}), json!("T1"), Value::Null)), ["T1"]);
    assert_eq!(teams(pressed(Value::Null, json!("T1"), json!({"id": "E1"}))), ["T1", "E1"], "an org-wide install");
    assert_eq!(teams(pressed(json!({"id": "T1"}), Value::Null, Value::Null)), ["T1"]);
    let stranger = pressed(json!({"id": "T1"}), json!("T9"), json!({"id": "E1"}));
    assert_eq!(teams(stranger), ["T9"], "a stranger in a shared channel is of no organisation of ours");
}

#[test]
fn a_modal_keeps_what_was_typed_into_it() {
    let view = json!({"id": "V1", "hash": "h", "callback_id": "command", "private_metadata": "{}", "state": {"values": {
        "vm": {"vm": {"type": "external_select", "selected_option": {"value": "web-01", "text": {"type": "plain_text", "text": "web"}}}},
        "name": {"name": {"type": "plain_text_input", "value": "before upgrade"}},
        "keep": {"keep": {"type": "datepicker", "selected_date": "2026-12-01"}},
        "ticket": {"ticket": {"type": "plain_text_input", "value": null}}}}});
    let payload = json!({"type": "view_submission", "team": null, "user": {"id": "U1", "team_id": "T1"}, "view": view, "trigger_id": "t"});
    let read = event_of(json!({"type": "interactive", "envelope_id": "e", "payload": payload}));
    let Ok(Inbound::Submit(submit)) = read else { panic!("{read:?}") };
    let values: Vec<(&str, &str)> = submit.view.values.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    assert_eq!(values, [("keep", "2026-12-01"), ("name", "before upgrade"), ("vm", "web-01")]);
}

#[test]
fn what_cannot_be_read_is_told_by_kind_with_whom_to_answer() {
    let payload = json!({"type": "block_actions", "user": {"id": "U1"}, "channel": {"id": "C1"}, "actions": "secret", "trigger_id": "t"});
    let wrong = event_of(json!({"type": "interactive", "envelope_id": "e", "payload": payload})).unwrap_err();
    assert_eq!(wrong.to_string(), "block_actions: actions is missing or has another shape");
    assert_eq!(wrong.answer_to.map(|to| (to.user, to.channel)), Some(("U1".to_owned(), Some("C1".to_owned()))));
    for (kind, payload) in [
        ("slash_commands", json!(null)),
        ("slash_commands", json!([])),
        ("interactive", json!("text")),
        ("interactive", json!({"type": 7})),
        ("interactive", json!({"type": "view_submission", "user": {"id": "U1"}, "trigger_id": "t", "view": {"id": 5}})),
        ("events_api", json!({})),
        ("events_api", json!({"event": {"type": "app_home_opened"}})),
    ] {
        let read = event_of(json!({"type": kind, "envelope_id": "e", "payload": payload}));
        assert!(read.is_err(), "{kind} {payload}: {read:?}");
    }
    let strange = event_of(json!({"type": "interactive", "envelope_id": "e", "payload": {"type": "<script> a b"}}));
    assert_eq!(strange, Ok(Inbound::Other("unknown".to_owned())));
    assert_eq!(frame("not json"), None);
    assert_eq!(frame("{\"type\": \"interactive\"}"), None, "nothing can be acknowledged without an id");
}

#[test]
fn a_body_is_a_form_or_json_or_nothing() {
    let read = |body: &str| from_body(body.as_bytes());
    assert_eq!(read("{\"type\":\"url_verification\",\"challenge\":\"c\"}"), Ok(Content::Challenge("c".to_owned())));
    assert_eq!(read("ssl_check=1&token=x"), Ok(Content::SslCheck));
    for wrong in ["", "a=b", "payload=%7B", "{\"type\":", "payload=[]", "command=/x"] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    assert!(from_body(&[0xff, 0xfe]).is_err());
    let opened =
        r#"{"type":"event_callback","team_id":"T1","event":{"type":"app_home_opened","user":"U1","tab":"home"}}"#;
    let Ok(Content::Event(event)) = read(opened) else { panic!("an event") };
    let Inbound::Home(who) = *event else { panic!("a home") };
    assert_eq!(who.account(), "slack:T1/U1".into());
}

#[test]
fn greetings_and_ends_of_connections_are_read() {
    let hello = r#"{"type":"hello","num_connections":2,"connection_info":{"app_id":"A1"},"debug_info":{"host":"h"}}"#;
    assert_eq!(frame(hello), Some(Frame::Hello { connections: Some(2) }));
    assert_eq!(frame(r#"{"type":"disconnect","reason":"warning"}"#), Some(Frame::Disconnect("warning".to_owned())));
}
