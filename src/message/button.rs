//! Buttons: each is made of what it does and what it is on, and of nothing else.
//!
//! There is one constructor, so that no card can show a button that destroys without its second question, or to people who may not
//! press it: the token, the look, the readers, the form and the question all follow from the action and from what it is on.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use super::cards::rows::vm_binding;
use super::cards::{View, binding};
use super::model::{Action, ButtonStyle, Confirm, Input, ShownTo};
use crate::domain::ids::RequestId;
use crate::domain::report::{Row, VmName};
use crate::domain::request::Request;

mod question;
mod readers;

/// A button. Made by [`Button::new`] alone, and read as a [`Look`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Button(Look);

/// What there is to a button.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Look {
    pub action: Action,
    /// What comes back when it is pressed: opaque, 1 to 100 characters.
    pub token: String,
    pub label: String,
    pub style: ButtonStyle,
    /// Who is shown it, on platforms that can show different people different buttons. Pressing is checked anyway.
    pub shown_to: ShownTo,
    /// A text to be asked for when it is pressed.
    pub input: Option<Input>,
    /// What is asked once more before it counts: a thumb slips on a phone.
    pub confirm: Option<Confirm>,
}

/// What a button is on.
#[derive(Debug, Clone, Copy)]
pub enum On<'a> {
    /// The message of a request.
    Request(&'a Request),
    /// One snapshot of a list.
    Row {
        /// The message that the list stands in.
        message: &'a RequestId,
        /// The row's place in it, which its token carries.
        index: usize,
        /// What the row shows.
        row: &'a Row,
    },
    /// One VM of a list whose disks need consolidation.
    Disks {
        /// The message that the list stands in.
        message: &'a RequestId,
        /// The row's place in it.
        index: usize,
        vm: &'a VmName,
    },
    /// One of the answers to a question back.
    Choice {
        /// The draft of the command.
        draft: &'a RequestId,
        /// Which answer.
        index: usize,
        /// What it says.
        label: &'a str,
    },
    /// The form for the change number that a command lacks.
    Ticket {
        /// The draft of the command.
        draft: &'a RequestId,
    },
}

impl Deref for Button {
    type Target = Look;

    fn deref(&self) -> &Look {
        &self.0
    }
}

/// Tests of what draws buttons draw some that no card has.
#[cfg(test)]
impl From<Look> for Button {
    fn from(look: Look) -> Self {
        Self(look)
    }
}

impl Button {
    /// The button that does this to that.
    pub fn new(action: Action, on: On<'_>, view: &View<'_>) -> Self {
        let (label, style) = label(action, on, view);
        let confirm = question::of(action, on, &label, view);
        let (shown_to, input) = (readers::of(action, on, view), input(action, on, view));
        Self(Look { action, token: token(action, on, view), label, style, shown_to, input, confirm })
    }
}

/// What comes back when it is pressed. A decision is bound to the plan that was shown, a row's button to that snapshot and no other of
/// the same name.
fn token(action: Action, on: On<'_>, view: &View<'_>) -> String {
    let mint = |id: &RequestId, index: usize, bound: &str| view.tokens.mint(id, action.word(), index, bound);
    match on {
        On::Request(request) => mint(&request.id, 0, &binding(request, action)),
        On::Row { message, index, row } => mint(message, index, &row.identity()),
        On::Disks { message, index, vm } => mint(message, index, &vm_binding(&vm.vm)),
        On::Choice { draft, index, label: _ } => mint(draft, index, ""),
        On::Ticket { draft } => mint(draft, 0, ""),
    }
}

/// The text that it asks for.
fn input(action: Action, on: On<'_>, view: &View<'_>) -> Option<Input> {
    // What is picked from a list needs no words.
    let asks = action != Action::Pick || matches!(on, On::Ticket { .. });
    let (name, key, optional) = action.spec().input.filter(|_| asks)?;
    Some(Input { name: name.to_owned(), label: view.say(key, &[]), optional })
}

fn label(action: Action, on: On<'_>, view: &View<'_>) -> (String, ButtonStyle) {
    match on {
        On::Choice { label, .. } if action == Action::Pick => (label.to_owned(), ButtonStyle::Plain),
        On::Choice { .. } | On::Ticket { .. } | On::Request(_) | On::Row { .. } | On::Disks { .. } => {
            (view.say(action.spec().label, &[]), action.spec().style)
        }
    }
}
