//! Interactions as Discord documents them, and as nobody should send them.

use serde_json::json;

use super::*;

fn interaction(kind: u64, data: &Value, more: &Value) -> Value {
    let mut json = json!({
        "id": "1", "application_id": "2", "type": kind, "token": "secret", "version": 1,
        "guild_id": "3", "channel_id": "4", "locale": "fr", "guild_locale": "en-US",
        "member": { "user": { "id": "5", "username": "alice" }, "roles": ["6", "7"], "permissions": "0" },
        "data": data,
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        json[key] = value.clone();
    }
    json
}

fn read(kind: u64, data: &Value, more: &Value) -> What {
    parse(&interaction(kind, data, more)).unwrap().what
}

#[test]
fn a_command_with_its_options() {
    let data = json!({ "id": "9", "name": "snapshot", "type": 1, "options": [{ "name": "revert", "type": 1, "options": [
        { "name": "vm", "type": 3, "value": "web-01" },
        { "name": "safety", "type": 5, "value": true },
    ] }] });
    let read = parse(&interaction(2, &data, &json!({}))).unwrap();
    assert_eq!(read.user, User { id: "5".to_owned(), bot: false });
    assert_eq!(
        (read.roles.as_slice(), read.guild.as_deref()),
        (["6".to_owned(), "7".to_owned()].as_slice(), Some("3"))
    );
    assert_eq!((read.channel.as_deref(), read.locale.as_deref()), (Some("4"), Some("fr")));
    let options = [("vm".to_owned(), "web-01".to_owned()), ("safety".to_owned(), "yes".to_owned())].into();
    assert_eq!(read.what, What::Command(Command { verb: "revert".to_owned(), options }));
    assert!(!format!("{read:?}").contains("secret"), "a token is never shown");
}

#[test]
fn a_direct_message_has_a_user_and_no_server() {
    let data = json!({ "id": "9", "name": "snapshot", "type": 1, "options": [{ "name": "help", "type": 1 }] });
    let more = json!({ "member": null, "guild_id": null, "user": { "id": "8", "bot": true }, "channel_id": null, "channel": { "id": "44" } });
    let read = parse(&interaction(2, &data, &more)).unwrap();
    assert_eq!(
        (read.user, read.guild, read.channel.as_deref()),
        (User { id: "8".to_owned(), bot: true }, None, Some("44"))
    );
}

#[test]
fn what_is_being_typed() {
    let data = json!({ "id": "9", "name": "snapshot", "type": 1, "options": [{ "name": "revert", "type": 1, "options": [
        { "name": "vm", "type": 3, "value": "web-01" },
        { "name": "snapshot", "type": 3, "value": "bef", "focused": true },
    ] }] });
    let What::Typing { command, option } = read(4, &data, &json!({})) else { panic!("typing") };
    assert_eq!((command.options["snapshot"].as_str(), option.as_str()), ("bef", "snapshot"));
}

fn message() -> Value {
    json!({ "id": "77", "flags": 64, "interaction_metadata": { "user": { "id": "5" } },
        "embeds": [{ "title": "Revert \"\\<\\@1\\>\"?", "fields": [{ "name": "Lost", "value": "1\\. x" }], "footer": { "text": "waiting · R-7KQ2" } }],
        "components": [{ "type": 1, "components": [
            { "type": 2, "custom_id": "c:TOKEN", "label": "Approve" },
        ] }, { "type": 1, "components": [{ "type": 3, "custom_id": "m:0", "options": [{ "label": "db-01", "value": "f:OTHER" }] }] }] })
}

#[test]
fn a_button_and_a_choice() {
    let more = json!({ "message": message() });
    let What::Press(pressed) = read(3, &json!({ "custom_id": "c:TOKEN", "component_type": 2 }), &more) else {
        panic!("press")
    };
    assert_eq!((pressed.id, pressed.label.as_deref()), (CustomId::Confirm("TOKEN".to_owned(), false), Some("Approve")));
    assert_eq!(pressed.from.title, "Revert \"<@1>\"?");
    assert!(pressed.from.ephemeral && pressed.from.answers.as_deref() == Some("5"));
    let data = json!({ "custom_id": "m:0", "component_type": 3, "values": ["f:OTHER"] });
    let What::Press(pressed) = read(3, &data, &more) else { panic!("press") };
    assert_eq!((pressed.id, pressed.label.as_deref()), (CustomId::Form("OTHER".to_owned()), Some("db-01")));
}

#[test]
fn a_form_in_rows_or_labels() {
    let rows = json!([{ "type": 1, "components": [{ "type": 4, "custom_id": "reason", "value": "month-end" }] }]);
    let labels = json!([{ "type": 18, "component": { "type": 4, "custom_id": "reason", "value": "month-end" } }]);
    for components in [rows, labels] {
        let data = json!({ "custom_id": "TOKEN", "components": components });
        let What::Form { token, inputs, from } = read(5, &data, &json!({ "message": message() })) else {
            panic!("form")
        };
        assert_eq!((token.as_str(), inputs["reason"].as_str(), from.is_some()), ("TOKEN", "month-end", true));
    }
}

#[test]
fn a_message_is_asked_for_its_request() {
    let data = json!({ "id": "9", "name": "request status", "type": 3, "target_id": "77", "resolved": { "messages": { "77": message() } } });
    assert_eq!(read(2, &data, &json!({})), What::Status { request: RequestId::parse("R-7KQ2") });
    let data = json!({ "id": "9", "name": "request status", "type": 3, "target_id": "78", "resolved": { "messages": { "78": { "id": "78" } } } });
    assert_eq!(read(2, &data, &json!({})), What::Status { request: None });
}

#[test]
fn what_is_unknown_is_passed_over_and_what_is_missing_is_named() {
    assert_eq!(
        read(99, &json!({}), &json!({ "authorizing_integration_owners": { "0": "1" } })),
        What::Unknown { kind: 99 }
    );
    let ping = json!({ "id": "1", "application_id": "2", "type": 1, "token": "t" });
    assert_eq!(parse(&ping).unwrap().what, What::Ping);
    let cases = [
        (json!({ "type": 2 }), "missing field id"),
        (json!({ "id": 7, "application_id": "2", "type": 1, "token": "t" }), "a field is not of its kind"),
        (json!("x"), "a field is not of its kind"),
        (json!({ "id": "1", "application_id": "2", "type": 2, "token": "t", "data": {} }), "it does not say who"),
        (interaction(2, &json!({ "name": "snapshot" }), &json!({})), "a command without a subcommand"),
        (interaction(3, &json!({ "custom_id": "x" }), &json!({})), "a press without a message"),
        (interaction(3, &json!({}), &json!({ "message": message() })), "a press without a custom_id"),
        (
            interaction(4, &json!({ "options": [{ "name": "take", "type": 1 }] }), &json!({})),
            "it does not say which option is being typed",
        ),
        (interaction(5, &json!({}), &json!({})), "a form without a custom_id"),
    ];
    for (json, why) in cases {
        assert_eq!(parse(&json), Err(ParseError(why.to_owned())), "{json}");
    }
}
