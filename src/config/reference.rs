//! The definitions of all tables in three forms for people and their editors: a page of Markdown, a JSON schema, an example.

use serde_json::{Map, Value, json};

use super::key::{Form, KeySpec, Presence};
use super::table::TableSpec;
use super::tables;
use crate::domain::policy::PolicyVerb;

/// What stands above the tables in the example: a whole configuration to start from.
const START: &str = include_str!("example_start.toml");

/// The longest line of a comment in the example, in characters.
const COMMENT_WIDTH: usize = 100;

/// The example file, as `config example` prints it: a whole configuration, and every key, commented out.
pub fn example() -> String {
    let mut file = START.to_owned();
    for table in tables::all() {
        file.push_str(&format!("\n{}#{}\n", comment(&prose(table.about)), table.header));
        for key in &table.keys {
            let note = match key.presence {
                Presence::Required => "  # required".to_owned(),
                Presence::Optional => String::new(),
                Presence::Default(text) if text == key.example => "  # the default".to_owned(),
                Presence::Default(text) => format!("  # default: {text}"),
                Presence::When(other, value) => format!("  # required when {other} is \"{value}\""),
            };
            file.push_str(&format!("{}#{}{note}\n", comment(&prose(key.about)), assignment(key)));
        }
    }
    file
}

/// A key as it would be written: a secret by its environment variable.
pub(super) fn assignment(key: &KeySpec) -> String {
    let form = if key.form == Form::Secret { "_env" } else { "" };
    format!("{}{form} = {}", key.name, key.example)
}

/// The lines of a definition's comment as one text.
pub(super) fn prose(lines: &[&str]) -> String {
    lines.iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ")
}

fn comment(text: &str) -> String {
    let mut lines = vec!["#".to_owned()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + word.chars().count() < COMMENT_WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) | None => lines.push(format!("# {word}")),
        }
    }
    lines.join("\n") + "\n"
}

/// The JSON schema (draft 2020-12), for editors that check a TOML file while it is written.
pub fn schema() -> Value {
    let tables = tables::all();
    let top = tables.iter().filter(|table| !table.path().contains('.'));
    let properties: Map<String, Value> =
        top.map(|table| (table.path().to_owned(), table_schema(table, &tables))).collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "snapwarden.toml",
        "description": "The configuration of snapwarden. docs/configuration.md explains every key.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn table_schema(table: &TableSpec, tables: &[TableSpec]) -> Value {
    let mut properties = Map::new();
    let mut exclusive = Vec::new();
    for key in &table.keys {
        properties.extend(key_schemas(key));
        if key.form == Form::Secret {
            let forms: Vec<Value> = key.names().iter().map(|form| json!({"required": [form]})).collect();
            let none = (key.presence != Presence::Required).then(|| json!({"not": {"anyOf": forms}}));
            exclusive.push(json!({"oneOf": forms.iter().cloned().chain(none).collect::<Vec<_>>()}));
        }
    }
    let inner = tables.iter().filter_map(|inner| Some((inner.within(table)?, inner)));
    properties.extend(inner.map(|(name, inner)| (name.to_owned(), table_schema(inner, tables))));
    let required = table.keys.iter().filter(|key| key.presence == Presence::Required && key.form != Form::Secret);
    let required: Vec<&str> = required.map(|key| key.name).collect();
    let about = prose(table.about);
    let mut schema = json!({
        "type": "object",
        "description": about,
        "additionalProperties": false,
        "properties": properties,
        "required": required,
    });
    if let (Some(object), false) = (schema.as_object_mut(), exclusive.is_empty()) {
        object.insert("allOf".to_owned(), Value::Array(exclusive));
    }
    if table.many() { json!({"type": "array", "description": about, "items": schema}) } else { schema }
}

/// The schema of a key under each of its names.
fn key_schemas(key: &KeySpec) -> Vec<(String, Value)> {
    let mut value = form_schema(key.form);
    if let Some(object) = value.as_object_mut() {
        object.insert("description".to_owned(), json!(prose(key.about)));
        if let Presence::Default(text) = key.presence {
            // A default is written the same way in TOML and in JSON.
            object.insert("default".to_owned(), serde_json::from_str(text).unwrap_or(Value::Null));
        }
    }
    let elsewhere = |about: &str| json!({"type": "string", "minLength": 1, "description": about});
    let values = [
        value,
        elsewhere("The environment variable that holds it."),
        elsewhere("The file that holds it, relative to the configuration's folder."),
    ];
    key.names().into_iter().zip(values).collect()
}

fn form_schema(form: Form) -> Value {
    let text = |pattern: &str| {
        if pattern.is_empty() {
            json!({"type": "string", "minLength": 1})
        } else {
            json!({"type": "string", "pattern": pattern})
        }
    };
    let list = |item: Value| json!({"type": "array", "items": item});
    match form {
        Form::Text(pattern) => text(pattern),
        Form::File | Form::Secret => text(""),
        Form::Flag => json!({"type": "boolean"}),
        Form::Count { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Form::Choice(words) => json!({"enum": words}),
        Form::List(pattern) => list(text(pattern)),
        Form::OneOrMore(pattern) => json!({"oneOf": [text(pattern), list(text(pattern))]}),
        Form::Verbs => {
            let verbs: Vec<&str> = std::iter::once("*").chain(PolicyVerb::ALL.map(PolicyVerb::name)).collect();
            list(json!({"enum": verbs}))
        }
    }
}
