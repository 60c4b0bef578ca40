//! The list of all keys in two forms for people and their editors: a page of Markdown and a JSON schema.

use serde_json::{Map, Value, json};

use super::keys::{Kind, Presence, TABLES, TableSpec};
use super::values::LOCALES;
use crate::domain::policy::PolicyVerb;

/// What stands above the tables in `docs/configuration.md`.
const INTRODUCTION: &str = include_str!("reference_introduction.md");

/// `docs/configuration.md`: every table and every key.
pub fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    for table in TABLES {
        page.push_str(&format!("\n## `{}`\n\n{}\n\n", table.header(), table.about));
        page.push_str("| key | what stands there | default | what it is for |\n|---|---|---|---|\n");
        for key in table.keys {
            let name = if key.kind == Kind::Secret {
                format!("`{0}`, `{0}_env` or `{0}_file`", key.name)
            } else {
                format!("`{}`", key.name)
            };
            let default = match key.presence {
                Presence::Required => "has to be given".to_owned(),
                Presence::Optional => "none".to_owned(),
                Presence::Default(text) => format!("`{text}`"),
                Presence::When(when) => format!("has to be given when {when}"),
            };
            let example = if key.kind == Kind::Secret {
                format!("`{}_env = {}`", key.name, key.example)
            } else {
                format!("`{}`", key.example)
            };
            let expected = key.kind.expected().replace('|', "\\|");
            page.push_str(&format!("| {name} | {expected}; {example} | {default} | {} |\n", key.about));
        }
    }
    page
}

/// The JSON schema (draft 2020-12), for editors that check a TOML file while it is written.
pub fn schema() -> Value {
    let mut properties = Map::new();
    for table in TABLES.iter().filter(|table| !table.path.contains('.')) {
        properties.insert(table.path.to_owned(), table_schema(table));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "snapwarden.toml",
        "description": "The configuration of snapwarden. docs/configuration.md explains every key.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    })
}

fn table_schema(table: &TableSpec) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut exclusive = Vec::new();
    for key in table.keys {
        let mut schema = kind_schema(key.kind);
        schema.insert("description".to_owned(), json!(key.about));
        if let Presence::Default(text) = key.presence {
            schema.insert("default".to_owned(), serde_json::from_str(text).unwrap_or(Value::Null));
        }
        properties.insert(key.name.to_owned(), Value::Object(schema));
        if key.kind != Kind::Secret {
            if key.presence == Presence::Required {
                required.push(key.name);
            }
            continue;
        }
        let forms = [key.name.to_owned(), format!("{}_env", key.name), format!("{}_file", key.name)];
        let text = |about: &str| json!({"type": "string", "minLength": 1, "description": about});
        properties.insert(forms[1].clone(), text("The environment variable that holds it."));
        properties.insert(forms[2].clone(), text("The file that holds it, relative to the configuration's folder."));
        let mut one_of: Vec<Value> = forms.iter().map(|form| json!({"required": [form]})).collect();
        if key.presence != Presence::Required {
            let any: Vec<Value> = forms.iter().map(|form| json!({"required": [form]})).collect();
            one_of.push(json!({"not": {"anyOf": any}}));
        }
        exclusive.push(json!({"oneOf": one_of}));
    }
    for inner in TABLES {
        if let Some(name) = inner.path.strip_prefix(table.path).and_then(|rest| rest.strip_prefix('.')) {
            properties.insert(name.to_owned(), table_schema(inner));
        }
    }
    let mut schema = json!({
        "type": "object",
        "description": table.about,
        "additionalProperties": false,
        "properties": properties,
        "required": required,
    });
    if let (Some(object), false) = (schema.as_object_mut(), exclusive.is_empty()) {
        object.insert("allOf".to_owned(), Value::Array(exclusive));
    }
    if table.many { json!({"type": "array", "description": table.about, "items": schema}) } else { schema }
}

fn kind_schema(kind: Kind) -> Map<String, Value> {
    let text = || json!({"type": "string", "minLength": 1});
    let fitting = |pattern: &str| json!({"type": "string", "pattern": pattern});
    let list = |item: Value| json!({"type": "array", "items": item});
    let one_or_more = |item: Value| json!({"oneOf": [item.clone(), {"type": "array", "items": item}]});
    const DURATION: &str = "^([0-9]+[smhdw])+$";
    const HEX_32: &str = "^([0-9A-Fa-f]{2}[: ]*){32}$";
    let schema = match kind {
        Kind::Text | Kind::Secret | Kind::File => text(),
        Kind::Flag => json!({"type": "boolean"}),
        Kind::Count { min, max } => json!({"type": "integer", "minimum": min, "maximum": max}),
        Kind::Choice(choices) => json!({"enum": choices}),
        Kind::Url => fitting("^https?://."),
        Kind::SocketUrl => fitting("^(ws|http)s?://."),
        Kind::UrlList => list(fitting("^https?://.")),
        Kind::Listen => fitting(":[0-9]{1,5}$"),
        Kind::Thumbprint | Kind::PublicKey => fitting(HEX_32),
        Kind::Duration => fitting(DURATION),
        Kind::DurationList => list(fitting(DURATION)),
        Kind::Size => fitting("^[0-9]+ ?([kKmMgGtT][iI]?)?[bB]$"),
        Kind::MinFree => fitting("^([1-9][0-9]? ?%|[0-9]+ ?([kKmMgGtT][iI]?)?[bB])$"),
        Kind::Zone | Kind::Clock => text(),
        Kind::Locale => fitting(&format!("^({})([-_].*)?$", LOCALES.join("|"))),
        Kind::Hours => fitting("^\\d\\d:\\d\\d ?[-–] ?\\d\\d:\\d\\d$"),
        Kind::Schedule => fitting("^\\S+(\\s+\\S+){4}$"),
        Kind::ChannelId => fitting("^(slack|discord|console):."),
        Kind::TextList | Kind::VmList | Kind::GlobList => list(text()),
        Kind::SlackAccounts => one_or_more(fitting("^[TE][A-Z0-9]+/[UW][A-Z0-9]+$")),
        Kind::SlackGroups => one_or_more(fitting("^S[A-Z0-9]+$")),
        Kind::DiscordIds => one_or_more(fitting("^[0-9]{1,20}$")),
        Kind::VerbList => {
            let verbs: Vec<&str> = std::iter::once("*").chain(PolicyVerb::ALL.map(PolicyVerb::name)).collect();
            list(json!({"enum": verbs}))
        }
    };
    match schema {
        Value::Object(object) => object,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    }
}
