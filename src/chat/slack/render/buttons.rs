//! Buttons, what they carry, and how that is read when they are pressed.
//!
//! A button's value is its opaque token. One that asks for a text carries what its modal needs as well, so that a click is answered
//! with a modal although the bot has started anew since. What comes back is only read, never believed: the token is checked by the
//! engine.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::text;
use crate::chat::slack::limits::{self, BUTTON_VALUE, CONFIRM_BUTTON, CONFIRM_TEXT, CONFIRM_TITLE, LABEL, cut, length};
use crate::message::model::{Button, ButtonStyle, Confirm, Field, Input, Look};
use crate::message::plain::one_line;

/// What a pressed button carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pressed {
    Token(String),
    /// A text is to be asked for first.
    Form(Form),
}

/// The text that a button asks for, as it travels in the button and in its modal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// The token that goes to the engine with the text.
    #[serde(rename = "t")]
    pub token: String,
    /// The key that the text goes under.
    #[serde(rename = "n")]
    pub name: String,
    /// "Why not?"
    #[serde(rename = "l")]
    pub label: String,
    /// Whether it may be left empty.
    #[serde(rename = "o")]
    pub optional: bool,
    #[serde(rename = "b")]
    pub button: String,
}

/// The longest label of a form: with the rest it stays well below what a button may carry.
const FORM_LABEL: usize = 300;

/// Reads what a button carries.
pub fn pressed(value: &str) -> Pressed {
    match serde_json::from_str::<Form>(value) {
        Ok(form) => Pressed::Form(form),
        Err(_) => Pressed::Token(value.to_owned()),
    }
}

pub(super) fn actions(buttons: &[Button]) -> Value {
    let elements: Vec<Value> = buttons.iter().enumerate().map(|(index, one)| button(index, one)).collect();
    json!({"type": "actions", "elements": elements})
}

fn button(index: usize, button: &Button) -> Value {
    let Look { action, token, label, style, shown_to: _, input, confirm } = &**button;
    let label = one_line(label);
    let mut drawn = json!({
        "type": "button",
        // The word is for the log; the index tells two of the same word apart.
        "action_id": format!("{}.{index}", action.word()),
        "value": value(token, &label, input.as_ref()),
        "text": text::plain_text(&cut(&label, LABEL)),
    });
    let look = match style {
        ButtonStyle::Primary => Some("primary"),
        ButtonStyle::Danger => Some("danger"),
        ButtonStyle::Plain => None,
    };
    if let (Some(look), Some(fields)) = (look, drawn.as_object_mut()) {
        fields.insert("style".to_owned(), json!(look));
    }
    if let (Some(confirm), Some(fields)) = (confirm, drawn.as_object_mut()) {
        fields.insert("confirm".to_owned(), dialog(confirm, *style));
    }
    drawn
}

fn value(token: &str, label: &str, input: Option<&Input>) -> String {
    let Some(Input { name, label: question, optional }) = input else { return token.to_owned() };
    let form = Form {
        token: token.to_owned(),
        name: name.clone(),
        label: cut(&one_line(question), FORM_LABEL),
        optional: *optional,
        button: cut(label, limits::VIEW_TITLE),
    };
    let value = serde_json::to_string(&form).unwrap_or_default();
    if length(&value) <= BUTTON_VALUE { value } else { token.to_owned() }
}

/// The second question. Slack has little room for it: names are shortened before a fact is left out, and what stands behind the facts
/// goes first.
fn dialog(confirm: &Confirm, style: ButtonStyle) -> Value {
    let Confirm { title, facts, also, yes, no } = confirm;
    let title = one_line(title);
    let line = |Field { label, value }: &Field| format!("{}: {}", one_line(label), one_line(value));
    let facts = match facts.as_slice() {
        [] => vec![title.clone()],
        facts => facts.iter().map(line).collect(),
    };
    let mut text = shortened(&facts, CONFIRM_TEXT).join("\n");
    for line in also.iter().map(line) {
        let left = CONFIRM_TEXT.saturating_sub(length(&text) + 1);
        if left < length(&line).min(WORTH) {
            break;
        }
        text.push('\n');
        text.push_str(&cut(&line, left));
    }
    let mut drawn = json!({
        "title": text::plain_text(&cut(&title, CONFIRM_TITLE)),
        "text": text::plain_text(&text),
        "confirm": text::plain_text(&cut(&one_line(yes), CONFIRM_BUTTON)),
        "deny": text::plain_text(&cut(&one_line(no), CONFIRM_BUTTON)),
    });
    if let (ButtonStyle::Danger, Some(fields)) = (style, drawn.as_object_mut()) {
        fields.insert("style".to_owned(), json!("danger"));
    }
    drawn
}

/// Less than this of a line says nothing.
const WORTH: usize = 24;

/// The lines in so much room, with what stands between them: the short ones whole, the long ones each as long as the others.
fn shortened(lines: &[String], room: usize) -> Vec<String> {
    let mut lengths: Vec<usize> = lines.iter().map(|line| length(line)).collect();
    lengths.sort_unstable();
    let mut left = room.saturating_sub(lines.len().saturating_sub(1));
    let mut longest = usize::MAX;
    for (index, one) in lengths.iter().enumerate() {
        let share = left / (lengths.len() - index);
        if *one > share {
            longest = share;
            break;
        }
        left -= one;
    }
    lines.iter().map(|line| cut(line, longest)).collect()
}
