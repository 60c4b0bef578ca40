//! Buttons in rows, and menus where buttons would not say which row of a list they are about.
//!
//! Discord has five rows of five buttons for a whole message, so the buttons of a list's rows become one menu for each thing
//! that can be done: "Extend…" and then which one. What is chosen is the button's own token.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::super::custom_id::CustomId;
use super::super::escape::unformatted;
use super::super::limits;
use crate::message::model::{Action, Block, Button, ButtonStyle, Card};
use crate::message::words::say;

/// Discord's numbers for the kinds of components.
const ROW: u8 = 1;
const BUTTON: u8 = 2;
const MENU: u8 = 3;

/// More choices than this are a menu: labels of VMs and snapshots are long, and a wall of buttons is not read.
const CHOICES_AS_BUTTONS: usize = 5;

/// Discord takes no label that is empty.
const NAMELESS: &str = "…";

/// One choice of a menu.
struct Choice<'a> {
    label: String,
    button: &'a Button,
}

/// The rows below a card.
pub(super) fn of(card: &Card) -> Vec<Value> {
    let mut seen = BTreeSet::new();
    // Two components with one id are refused; the second of two same buttons says nothing new.
    let mut fresh = |button: &&Button| seen.insert(button.token.clone()) && fits(button);
    let own: Vec<&Button> = card.buttons.iter().filter(&mut fresh).collect();
    let mut listed: Vec<(&str, Vec<&Button>)> = Vec::new();
    for block in &card.blocks {
        if let Block::Row { title, detail: _, buttons } = block {
            let buttons: Vec<&Button> = buttons.iter().filter(&mut fresh).collect();
            if !buttons.is_empty() {
                listed.push((title, buttons));
            }
        }
    }
    let mut rows = Vec::new();
    let picks = own.iter().all(|button| button.action == Action::Pick && button.input.is_none());
    if picks && own.len() > CHOICES_AS_BUTTONS {
        let choices = own.iter().map(|button| Choice { label: button.label.clone(), button }).collect::<Vec<_>>();
        rows.push(menu(rows.len(), &card.title, &choices));
    } else {
        let room = limits::ROWS - usize::from(!listed.is_empty());
        for chunk in own.chunks(limits::BUTTONS).take(room) {
            rows.push(row(chunk.iter().map(|button| drawn(button)).collect()));
        }
    }
    match listed.as_slice() {
        [] => {}
        // One row of a list is what the whole message is about.
        [(_, only)] => {
            for chunk in only.chunks(limits::BUTTONS).take(limits::ROWS - rows.len()) {
                rows.push(row(chunk.iter().map(|button| drawn(button)).collect()));
            }
        }
        several => menus(card, several, &mut rows),
    }
    rows
}

/// One menu for each thing that can be done, in the order in which they first stand there.
fn menus(card: &Card, listed: &[(&str, Vec<&Button>)], rows: &mut Vec<Value>) {
    let mut by_label: Vec<(&str, Vec<Choice<'_>>)> = Vec::new();
    for (title, buttons) in listed {
        for &button in buttons {
            let choice = Choice { label: (*title).to_owned(), button };
            match by_label.iter_mut().find(|(label, _)| *label == button.label) {
                Some((_, choices)) => choices.push(choice),
                None => by_label.push((&button.label, vec![choice])),
            }
        }
    }
    let room = limits::ROWS.saturating_sub(rows.len());
    let alone = if by_label.len() > room { room.saturating_sub(1) } else { room };
    let mut rest = Vec::new();
    for (index, (label, choices)) in by_label.into_iter().enumerate() {
        if index < alone {
            for part in choices.chunks(limits::OPTIONS).take(1) {
                rows.push(menu(rows.len(), &format!("{label}…"), part));
            }
        } else {
            rest.extend(choices);
        }
    }
    if !rest.is_empty() && rows.len() < limits::ROWS {
        // What has no menu of its own says what it does.
        for choice in &mut rest {
            choice.label = format!("{} · {}", choice.button.label, choice.label);
        }
        rest.truncate(limits::OPTIONS);
        rows.push(menu(rows.len(), &say(card.locale, "discord-more", &[]), &rest));
    }
}

pub(in super::super) fn row(components: Vec<Value>) -> Value {
    json!({ "type": ROW, "components": components })
}

fn menu(place: usize, says: &str, choices: &[Choice<'_>]) -> Value {
    let option = |Choice { label, button }: &Choice<'_>| json!({ "label": label_of(label, limits::OPTION), "value": id_of(button) });
    let options: Vec<Value> = choices.iter().take(limits::OPTIONS).map(option).collect();
    row(vec![json!({
        "type": MENU,
        "custom_id": CustomId::Menu(place).write(),
        "placeholder": label_of(says, limits::PLACEHOLDER),
        "options": options,
    })])
}

fn drawn(button: &Button) -> Value {
    button_of(&id_of(button), &button.label, button.style)
}

pub(super) fn button_of(custom_id: &str, label: &str, style: ButtonStyle) -> Value {
    let style = match style {
        ButtonStyle::Primary => 1,
        ButtonStyle::Plain => 2,
        ButtonStyle::Danger => 4,
    };
    json!({ "type": BUTTON, "style": style, "label": label_of(label, limits::BUTTON_LABEL), "custom_id": custom_id })
}

fn label_of(text: &str, limit: usize) -> String {
    let label = unformatted(text, limit);
    if label.trim().is_empty() { NAMELESS.to_owned() } else { label }
}

fn id_of(button: &Button) -> String {
    let token = button.token.clone();
    let id = match (&button.confirm, &button.input) {
        (Some(_), input) => CustomId::Confirm(token, input.is_some()),
        (None, Some(_)) => CustomId::Form(token),
        (None, None) => CustomId::Press(token),
    };
    id.write()
}

/// Whether Discord carries it.
fn fits(button: &Button) -> bool {
    !button.token.is_empty() && id_of(button).chars().count() <= limits::CUSTOM_ID
}
