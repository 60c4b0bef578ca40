//! What messages about many snapshots have in common: how one is named, what is told of it, and the buttons of its row.

use super::labels::distinct;
use super::{View, at, quoted};
use crate::domain::ids::{RequestId, Target, VmRef};
use crate::domain::report::{Chain, Maker, Row};
use crate::message::button::{Button, On};
use crate::message::format::name;
use crate::message::model::{Action, Block};

/// `"db-01" · "before upgrade"`: without a word between, so that it reads in every language.
pub(super) fn row_title(row: &Row, view: &View<'_>) -> String {
    format!("{} · {}", quoted(view.vm(&row.vm_title())), quoted(name(&row.name)))
}

/// The titles of a list's rows. Two that look the same have their VM's id and the snapshot's number in front.
pub(super) fn row_titles<'a>(rows: impl Iterator<Item = &'a Row>, view: &View<'_>) -> Vec<String> {
    let rows: Vec<&Row> = rows.collect();
    let titles = rows.iter().map(|row| row_title(row, view)).collect();
    distinct(titles, |at| rows.get(at).map(|row| format!("{} #{}", row.vm.moref, row.number)).unwrap_or_default())
}

/// Age, size, maker and end.
pub(super) fn detail(row: &Row, view: &View<'_>) -> Vec<String> {
    let mut words = vec![view.format.age(row.taken())];
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

/// How old it is and who took it: what tells it from another of the same name.
pub(in crate::message) fn age_and_maker(row: &Row, view: &View<'_>) -> Vec<String> {
    vec![view.format.age(row.taken()), maker(&row.maker, view)]
}

/// A row of a list: what it is about, what is known of that, and what can be done about it.
pub(super) fn listed(title: String, words: &[String], buttons: Vec<Button>) -> Block {
    Block::Row { title, detail: words.join(" · "), buttons }
}

/// A button of a row.
pub(super) fn button(action: Action, message: &RequestId, index: usize, row: &Row, view: &View<'_>) -> Button {
    Button::new(action, On::Row { message, index, row }, view)
}

/// What can be done about one snapshot, at its place in a message.
pub(super) fn three_buttons(message: &RequestId, index: usize, row: &Row, view: &View<'_>) -> Vec<Button> {
    let actions = [Action::Extend, Action::Delete, Action::Hold];
    actions.map(|action| button(action, message, index, row, view)).into()
}

/// What can be done about a whole chain: to look at it. No one of its snapshots is named, so none is deleted from here.
pub(super) fn chain_button(message: &RequestId, index: usize, chain: &Chain, view: &View<'_>) -> Vec<Button> {
    vec![button(Action::Show, message, index, &chain.first, view)]
}

/// A VM as rules look at it, without what a list does not know of it.
pub fn target(vm: &VmRef, vm_name: &str, path: &str) -> Target {
    Target { vm: vm.clone(), instance_uuid: None, name: vm_name.to_owned(), path: path.to_owned(), tags: None }
}

/// What a button about a whole VM is bound to.
pub fn vm_binding(vm: &VmRef) -> String {
    format!("{}/{}", vm.vcenter, vm.moref)
}
