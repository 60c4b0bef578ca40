//! The small parts of Block Kit that hold text, none of which reads markup, and how much text there is in them.

use serde_json::{Value, json};

use super::Mention;
use crate::chat::slack::limits::{BLOCK_TEXT, cut, length};

/// A piece of a line.
pub(crate) fn plain(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

/// A piece of a line, in bold.
pub(crate) fn bold(text: &str) -> Value {
    json!({"type": "text", "text": text, "style": {"bold": true}})
}

/// A paragraph of pieces.
pub(crate) fn section(pieces: Vec<Value>) -> Value {
    json!({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": pieces}]})
}

/// Text in fixed width, as it stands.
pub(crate) fn preformatted(text: &str) -> Value {
    json!({"type": "rich_text", "elements": [{"type": "rich_text_preformatted", "elements": [plain(text)]}]})
}

/// Small print.
pub(crate) fn context(text: &str) -> Value {
    json!({"type": "context", "elements": [plain_text(&cut(text, BLOCK_TEXT))]})
}

/// Text without markup, where Block Kit wants an object for it. `:words:` in it stay words.
pub(crate) fn plain_text(text: &str) -> Value {
    json!({"type": "plain_text", "text": text, "emoji": false})
}

/// A line that calls people, with what is said of those whom it does not call.
pub(crate) fn mentions(called: &[Mention], rest: Option<&str>) -> Value {
    let mut pieces = Vec::new();
    for mention in called {
        if !pieces.is_empty() {
            pieces.push(plain(" "));
        }
        pieces.push(match mention {
            Mention::User(id) => json!({"type": "user", "user_id": id}),
            Mention::UserGroup(id) => json!({"type": "usergroup", "usergroup_id": id}),
        });
    }
    pieces.extend(rest.map(|rest| plain(&format!(" {rest}"))));
    section(pieces)
}

/// How much text there is in these blocks, as Slack counts it.
pub(crate) fn total(blocks: &[Value]) -> usize {
    blocks.iter().map(count).sum()
}

fn count(value: &Value) -> usize {
    match value {
        Value::Object(fields) => {
            let own = |(key, inner): (&String, &Value)| match inner {
                Value::String(text) if key == "text" || key == "alt_text" => length(text),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
                Value::Array(_) | Value::Object(_) => count(inner),
            };
            fields.iter().map(own).sum()
        }
        Value::Array(inner) => inner.iter().map(count).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}
