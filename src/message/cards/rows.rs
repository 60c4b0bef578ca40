//! What messages about many snapshots have in common: how one is named, what is told of it, and the buttons of its row.

use super::{View, at, look};
use crate::domain::ids::{RequestId, Target, VmRef};
use crate::domain::intent::Verb;
use crate::domain::report::{Maker, Row};
use crate::message::format::name;
use crate::message::model::{Action, Button, Input, ShownTo};

/// `"db-01" · "before upgrade"`: without a word between, so that it reads in every language.
pub(super) fn row_title(row: &Row) -> String {
    format!("\"{}\" · \"{}\"", name(&row.vm_name), name(&row.name))
}

/// Age, size, maker and end.
pub(super) fn detail(row: &Row, view: &View<'_>) -> Vec<String> {
    let mut words = vec![view.format.age(row.created)];
    words.extend(row.bytes.map(|bytes| view.format.bytes(bytes)));
    words.push(maker(&row.maker, view));
    words.extend(row.until.map(|until| view.say("tree-until", &[("until", view.format.moment(until).into())])));
    words
}

fn maker(maker: &Maker, view: &View<'_>) -> String {
    match maker {
        Maker::Person(person) => view.say("snapshot-by", &[("person", at(person).into())]),
        Maker::Account(account) => view.say("maker-account", &[("account", name(account).into())]),
        Maker::Unknown => view.say("maker-unknown", &[]),
    }
}

/// Keep longer, delete, hold.
pub(super) fn three_buttons(id: &RequestId, index: usize, row: &Row, view: &View<'_>) -> Vec<Button> {
    [(Action::Extend, Verb::Keep), (Action::Delete, Verb::Delete), (Action::Hold, Verb::Hold)]
        .map(|(action, verb)| button(id, action, index, row, shown_to(verb, row, view), view))
        .into()
}

/// A button of a row. It is bound to this snapshot and no other of the same name.
pub(super) fn button(
    id: &RequestId,
    action: Action,
    index: usize,
    row: &Row,
    shown_to: ShownTo,
    view: &View<'_>,
) -> Button {
    bound_button(id, action, index, &row.identity(), shown_to, view)
}

/// A button that is bound to something.
pub(super) fn bound_button(
    id: &RequestId,
    action: Action,
    index: usize,
    bound: &str,
    shown_to: ShownTo,
    view: &View<'_>,
) -> Button {
    let (key, style) = look(action);
    let input = (action == Action::Hold).then(|| Input {
        name: "reason".to_owned(),
        label: view.say("input-hold", &[]),
        optional: false,
    });
    let token = view.tokens.mint(id, action.word(), index, bound);
    Button { action, token, label: view.say(key, &[]), style, shown_to, input, confirm: None }
}

/// Whom a row's button is worth showing to.
pub(super) fn shown_to(verb: Verb, row: &Row, view: &View<'_>) -> ShownTo {
    holders(verb, &target(&row.vm, &row.vm_name, &row.path), view)
}

/// The groups that may do this to a VM.
pub(super) fn holders(verb: Verb, target: &Target, view: &View<'_>) -> ShownTo {
    ShownTo::Groups { groups: (view.holders)(verb, target), except: None, approved: Vec::new() }
}

/// A VM as rules look at it, without what a list does not know of it.
pub(super) fn target(vm: &VmRef, vm_name: &str, path: &str) -> Target {
    Target { vm: vm.clone(), instance_uuid: None, name: vm_name.to_owned(), path: path.to_owned(), tags: None }
}

/// What a button about a whole VM is bound to.
pub fn vm_binding(vm: &VmRef) -> String {
    format!("{}/{}", vm.vcenter, vm.moref)
}
