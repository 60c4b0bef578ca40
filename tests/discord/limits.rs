//! What Discord refuses about a message, a form or a command, as its documentation has it; written anew here and not taken from
//! the program, so that a mistake there is not a mistake here.

use std::collections::BTreeSet;

use serde_json::Value;

/// Every fault of a message, in words. Empty if Discord takes it.
pub(crate) fn message_faults(message: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let content = text(&message["content"]);
    check(&mut faults, units(content) <= 2_000, "content is over 2000");
    let embeds = list(&message["embeds"]);
    check(&mut faults, embeds.len() <= 10, "over 10 embeds");
    let mut sum = 0;
    for embed in embeds {
        sum += embed_faults(embed, &mut faults);
    }
    check(&mut faults, sum <= 6_000, "embeds are over 6000 together");
    check(&mut faults, list(&message["components"]).len() <= 5, "over 5 rows");
    let mut ids = BTreeSet::new();
    for row in list(&message["components"]) {
        row_faults(row, &mut ids, &mut faults);
    }
    check(
        &mut faults,
        message["allowed_mentions"]["parse"] == serde_json::json!([]),
        "allowed_mentions.parse is not []",
    );
    if let Some(nonce) = message["nonce"].as_str() {
        check(&mut faults, units(nonce) <= 25, "nonce is over 25");
    }
    let empty = content.is_empty() && embeds.is_empty() && list(&message["attachments"]).is_empty();
    check(&mut faults, !empty, "Cannot send an empty message");
    faults
}

/// Every fault of a form.
pub(crate) fn form_faults(form: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let title = units(text(&form["title"]));
    check(&mut faults, (1..=45).contains(&title), "a form's title is 1 to 45");
    check(&mut faults, (1..=100).contains(&units(text(&form["custom_id"]))), "custom_id is 1 to 100");
    let rows = list(&form["components"]);
    check(&mut faults, (1..=5).contains(&rows.len()), "a form has 1 to 5 rows");
    for row in rows {
        check(&mut faults, row["type"] == 1 && list(&row["components"]).len() == 1, "a form's row has one field");
        for field in list(&row["components"]) {
            check(&mut faults, field["type"] == 4, "only text fields stand in a form");
            check(&mut faults, (1..=45).contains(&units(text(&field["label"]))), "a field's label is 1 to 45");
            check(
                &mut faults,
                (1..=100).contains(&units(text(&field["custom_id"]))),
                "a field's custom_id is 1 to 100",
            );
            check(&mut faults, field["style"] == 1 || field["style"] == 2, "a field has style 1 or 2");
            check(&mut faults, field["max_length"].as_u64().is_none_or(|max| (1..=4000).contains(&max)), "max_length");
        }
    }
    faults
}

/// What somebody would be called by the message: `@everyone`, roles, users, as far as it is allowed to.
pub(crate) fn pings(message: &Value) -> Vec<String> {
    let allowed = &message["allowed_mentions"];
    let mut pinged = Vec::new();
    let content = text(&message["content"]);
    let parses = |what: &str| allowed.is_null() || list(&allowed["parse"]).iter().any(|one| one == what);
    if parses("everyone") && (content.contains("@everyone") || content.contains("@here")) {
        pinged.push("everyone".to_owned());
    }
    for part in content.split('<').skip(1).filter_map(|part| part.split_once('>').map(|(inside, _)| inside)) {
        let (kind, id) = match (part.strip_prefix("@&"), part.strip_prefix('@')) {
            (Some(id), _) => ("roles", id),
            (None, Some(id)) => ("users", id.trim_start_matches('!')),
            (None, None) => continue,
        };
        if parses(kind) || list(&allowed[kind]).iter().any(|one| one == id) {
            pinged.push(format!("{kind} {id}"));
        }
    }
    pinged
}

/// What is drawn otherwise than it is written: mentions, links and markdown that no backslash stands before, outside of code.
/// Our own marks are bold row titles and small print.
pub(crate) fn drawn(shown: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (index, part) in shown.split("```").enumerate() {
        if index % 2 == 1 {
            continue;
        }
        let bytes: Vec<char> = part.chars().collect();
        let escaped = |at: usize| bytes[..at].iter().rev().take_while(|c| **c == '\\').count() % 2 == 1;
        for (at, c) in bytes.iter().enumerate() {
            let line_start = at == 0 || bytes[at - 1] == '\n';
            let next = bytes.get(at + 1).copied();
            let special = match c {
                '<' | '[' | '`' | '_' | '~' | '|' | '@' => true,
                '*' => !(next == Some('*') || (at > 0 && bytes[at - 1] == '*')),
                ':' => next == Some('/') && bytes.get(at + 2) == Some(&'/'),
                '#' | '>' | '+' => line_start,
                '-' => line_start && next != Some('#'),
                _ => false,
            };
            if special && !escaped(at) {
                found.push(bytes[at.saturating_sub(5)..(at + 5).min(bytes.len())].iter().collect());
            }
        }
    }
    found
}

fn embed_faults(embed: &Value, faults: &mut Vec<String>) -> usize {
    let (title, description) = (units(text(&embed["title"])), units(text(&embed["description"])));
    let footer = units(text(&embed["footer"]["text"]));
    check(faults, title <= 256, "an embed's title is over 256");
    check(faults, description <= 4_096, "an embed's description is over 4096");
    check(faults, footer <= 2_048, "an embed's footer is over 2048");
    let fields = list(&embed["fields"]);
    check(faults, fields.len() <= 25, "over 25 fields");
    let mut sum = title + description + footer;
    for field in fields {
        let (name, value) = (units(text(&field["name"])), units(text(&field["value"])));
        check(faults, (1..=256).contains(&name), "a field's name is 1 to 256");
        check(faults, (1..=1_024).contains(&value), "a field's value is 1 to 1024");
        sum += name + value;
    }
    sum
}

fn row_faults(row: &Value, ids: &mut BTreeSet<String>, faults: &mut Vec<String>) {
    let components = list(&row["components"]);
    check(faults, row["type"] == 1 && (1..=5).contains(&components.len()), "a row has 1 to 5 components");
    for component in components {
        let id = text(&component["custom_id"]);
        check(faults, (1..=100).contains(&units(id)), "custom_id is 1 to 100");
        check(faults, ids.insert(id.to_owned()), "a custom_id stands twice");
        match component["type"].as_u64() {
            Some(2) => {
                check(faults, (1..=80).contains(&units(text(&component["label"]))), "a button's label is 1 to 80");
                check(faults, matches!(component["style"].as_u64(), Some(1..=4)), "a button's style is 1 to 4");
            }
            Some(3) => {
                check(faults, components.len() == 1, "a menu has a row of its own");
                check(faults, units(text(&component["placeholder"])) <= 150, "a placeholder is over 150");
                let options = list(&component["options"]);
                check(faults, (1..=25).contains(&options.len()), "a menu has 1 to 25 options");
                let mut values = BTreeSet::new();
                for option in options {
                    let value = text(&option["value"]);
                    check(faults, (1..=100).contains(&units(text(&option["label"]))), "an option's label is 1 to 100");
                    check(faults, (1..=100).contains(&units(value)), "an option's value is 1 to 100");
                    check(faults, values.insert(value.to_owned()), "an option's value stands twice");
                }
            }
            _ => faults.push("a component of an unknown kind".to_owned()),
        }
    }
}

fn check(faults: &mut Vec<String>, right: bool, fault: &str) {
    if !right {
        faults.push(fault.to_owned());
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
/// Every fault of the completions of an option.
pub(crate) fn completion_faults(data: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let choices = list(&data["choices"]);
    check(&mut faults, choices.len() <= 25, "over 25 completions");
    for choice in choices {
        check(&mut faults, (1..=100).contains(&units(text(&choice["name"]))), "a completion's name is 1 to 100");
        check(&mut faults, (1..=100).contains(&units(text(&choice["value"]))), "a completion's value is 1 to 100");
    }
    faults
}
