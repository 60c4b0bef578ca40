//! `docs/configuration.md`, which a test compares with the definitions and writes anew.

use crate::config::key::{Form, Presence};
use crate::config::reference::{assignment, prose};
use crate::config::table::{Change, TableSpec};
use crate::config::tables;

/// What stands above the tables in `docs/configuration.md`.
const INTRODUCTION: &str = include_str!("../reference_introduction.md");

/// `docs/configuration.md`: every table and every key.
pub(super) fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    for table in tables::all() {
        page.push_str(&format!("\n## `{}`\n\n{}{}\n\n", table.header, prose(table.about), restart(&table)));
        page.push_str("| key | value | default | meaning |\n|---|---|---|---|\n");
        for key in &table.keys {
            let names: Vec<String> = key.names().iter().map(|name| format!("`{name}`")).collect();
            let names = match names.split_last() {
                Some((last, others)) if !others.is_empty() => format!("{} or {last}", others.join(", ")),
                Some(_) | None => names.concat(),
            };
            let default = match key.presence {
                Presence::Required => "required".to_owned(),
                Presence::Optional => "none".to_owned(),
                Presence::Default(text) => format!("`{text}`"),
                Presence::When(other, value) => format!("required when {other} is \"{value}\""),
            };
            let expected = key.expected().replace('|', "\\|");
            let example = if key.form == Form::Secret { assignment(key) } else { key.example.to_owned() };
            page.push_str(&format!("| {names} | {expected}; `{example}` | {default} | {} |\n", prose(key.about)));
        }
    }
    page
}

/// A sentence on when a change of a table holds, where that is not at once.
fn restart(table: &TableSpec) -> String {
    let reloads: Vec<String> =
        table.keys.iter().filter(|key| key.reloads).map(|key| format!("`{}`", key.name)).collect();
    match (table.change, reloads.as_slice()) {
        (Change::Reload, _) => String::new(),
        (Change::Restart, []) => " A change needs a restart.".to_owned(),
        (Change::Restart, _) => format!(" A change needs a restart, except for {}.", reloads.join(" and ")),
    }
}
