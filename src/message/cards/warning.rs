//! One snapshot that crossed a limit, or whose time is up: a question to whoever took it, with the answers as buttons.

use super::report::{chain_title, store_args};
use super::rows::{chain_button, detail, listed, row_titles, three_buttons};
use super::{View, key};
use crate::domain::age::{Crossing, Limit};
use crate::domain::ids::RequestId;
use crate::domain::report::{Finding, Maker, Row};
use crate::message::format::name;
use crate::message::model::{Addressee, Block, Card, Tone};
use crate::message::words::Args;

/// What crossed a limit. One is a question, several are a list.
pub(super) fn crossed(id: &RequestId, crossings: &[Crossing], count: usize, view: &View<'_>) -> Card {
    let title = match crossings {
        [only] => sentence(only, view),
        _ => view.say("crossed-many", &[("count", count.into())]),
    };
    let titles = row_titles(crossings.iter().map(|crossing| crossing.what.row()), view);
    let row = |(index, (crossing, title)): (usize, (&Crossing, String))| {
        let row = crossing.what.row();
        let three = || three_buttons(id, index, row, view);
        let (title, buttons) = match &crossing.what {
            Finding::Snapshot(_) => (title, three()),
            Finding::Chain(chain) => (chain_title(chain, view), chain_button(id, index, chain, view)),
            Finding::Datastore(low) => (view.say("low-row", &store_args(low, view)), three()),
        };
        let mut words = detail(row, view);
        words.push(view.say(&key("limit", &crossing.limit), &[]));
        listed(title, &words, buttons)
    };
    let mut blocks: Vec<Block> = crossings.iter().zip(titles).enumerate().map(row).collect();
    blocks.extend(view.more("crossed-more", count, crossings.len()));
    let mut card = view.card(Tone::Warning, title, blocks);
    card.to = owners(crossings.iter().map(|crossing| crossing.what.row()));
    card
}

/// Whose time is up, or will be soon.
pub(super) fn ending(id: &RequestId, rows: &[Row], count: usize, deletes: bool, view: &View<'_>) -> Card {
    let over = |row: &Row| row.until.is_some_and(|until| until <= view.format.now);
    let title = match rows {
        [only] => {
            let args = row_args(only, view).whether("over", over(only)).whether("deletes", deletes);
            view.say("ending", &args)
        }
        _ => view.say("ending-many", &[("count", count.into())]),
    };
    let row = |(index, (row, title)): (usize, (&Row, String))| {
        listed(title, &detail(row, view), three_buttons(id, index, row, view))
    };
    let titles = row_titles(rows.iter(), view);
    let mut blocks: Vec<Block> = rows.iter().zip(titles).enumerate().map(row).collect();
    blocks.extend(view.more("crossed-more", count, rows.len()));
    if rows.iter().any(|row| row.children && over(row)) {
        blocks.push(view.note("ending-children", &[]));
    }
    let mut card = view.card(Tone::Warning, title, blocks);
    card.to = owners(rows.iter());
    card
}

fn sentence(crossing: &Crossing, view: &View<'_>) -> String {
    let args = row_args(crossing.what.row(), view);
    match &crossing.what {
        Finding::Chain(chain) => view.say("crossed-depth", &args.with("depth", chain.depth)),
        Finding::Datastore(low) => view.say("crossed-free", &args.and(store_args(low, view))),
        Finding::Snapshot(_) if crossing.limit == Limit::MaxSize => view.say("crossed-size", &args),
        Finding::Snapshot(_) => view.say("crossed-age", &args),
    }
}

/// What a question about one snapshot names.
fn row_args(row: &Row, view: &View<'_>) -> Args {
    Args::default()
        .with("snapshot", name(&row.name))
        .with("vm", view.vm(&row.vm_title()))
        .with("age", view.format.age(row.taken()))
        .maybe("bytes", row.bytes.map(|bytes| view.format.bytes(bytes)))
        .maybe("until", row.until.map(|until| view.format.moment(until)))
}

/// Everybody who took one of them, each once. Who is not known any more is called by nobody: the message is in the channel of the VM's people.
fn owners<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<Addressee> {
    let mut owners = Vec::new();
    for row in rows {
        let Maker::Person(person) = &row.maker else { continue };
        let owner = Addressee::Person(person.clone());
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    owners
}
