//! One snapshot that crossed a limit, or whose time is up: a question to whoever took it, with the answers as buttons.

use super::View;
use super::report::{chain_title, store_args};
use super::rows::{chain_button, detail, row_title, three_buttons};
use crate::domain::age::{Crossing, Limit};
use crate::domain::ids::RequestId;
use crate::domain::report::{Finding, Maker, Row};
use crate::message::format::name;
use crate::message::model::{Addressee, Block, Card, Tone};

/// What crossed a limit. One is a question, several are a list.
pub(super) fn crossed(id: &RequestId, crossings: &[Crossing], count: usize, view: &View<'_>) -> Card {
    let title = match crossings {
        [only] => sentence(only, view),
        _ => view.say("crossed-many", &[("count", count.into())]),
    };
    let row = |(index, crossing): (usize, &Crossing)| {
        let row = crossing.what.row();
        let (title, buttons) = match &crossing.what {
            Finding::Snapshot(row) => (row_title(row), three_buttons(id, index, row, view)),
            Finding::Chain(chain) => (chain_title(chain, view), chain_button(id, index, chain, view)),
            Finding::Datastore(low) => {
                let what = ("what", row_title(row).into());
                (
                    view.say("low-row", &[("datastore", name(&low.name).into()), what]),
                    three_buttons(id, index, row, view),
                )
            }
        };
        let mut words = detail(row, view);
        words.push(view.say(limit_key(crossing.limit), &[]));
        Block::Row { title, detail: words.join(" · "), buttons }
    };
    let mut blocks: Vec<Block> = crossings.iter().enumerate().map(row).collect();
    blocks.extend(more(count, crossings.len(), view));
    let mut card = view.card(Tone::Warning, title, blocks);
    card.to = owners(crossings.iter().map(|crossing| crossing.what.row()));
    card
}

/// Whose time is up, or will be soon.
pub(super) fn ending(id: &RequestId, rows: &[Row], count: usize, deletes: bool, view: &View<'_>) -> Card {
    let over = |row: &Row| row.until.is_some_and(|until| until <= view.format.now);
    let title = match rows {
        [only] => {
            let until = only.until.map(|until| view.format.moment(until)).unwrap_or_default();
            let key = match (over(only), deletes) {
                (true, _) => "ending-over",
                (false, true) => "ending-goes",
                (false, false) => "ending-soon",
            };
            let args =
                [("snapshot", name(&only.name).into()), ("vm", name(&only.vm_name).into()), ("until", until.into())];
            view.say(key, &args)
        }
        _ => view.say("ending-many", &[("count", count.into())]),
    };
    let row = |(index, row): (usize, &Row)| Block::Row {
        title: row_title(row),
        detail: detail(row, view).join(" · "),
        buttons: three_buttons(id, index, row, view),
    };
    let mut blocks: Vec<Block> = rows.iter().enumerate().map(row).collect();
    blocks.extend(more(count, rows.len(), view));
    if rows.iter().any(|row| row.children && over(row)) {
        blocks.push(view.note("ending-children", &[]));
    }
    let mut card = view.card(Tone::Warning, title, blocks);
    card.to = owners(rows.iter());
    card
}

fn more(count: usize, listed: usize, view: &View<'_>) -> Option<Block> {
    let more = count.saturating_sub(listed);
    (more > 0).then(|| view.note("crossed-more", &[("count", more.into())]))
}

fn sentence(crossing: &Crossing, view: &View<'_>) -> String {
    let row = crossing.what.row();
    let mut args = vec![
        ("snapshot", name(&row.name).into()),
        ("vm", name(&row.vm_name).into()),
        ("age", view.format.age(row.created).into()),
        ("bytes", row.bytes.map(|bytes| view.format.bytes(bytes)).unwrap_or_default().into()),
    ];
    let key = match (&crossing.what, crossing.limit) {
        (Finding::Chain(chain), _) => {
            args.push(("depth", chain.depth.into()));
            "crossed-depth"
        }
        (Finding::Datastore(low), _) => {
            args.extend(store_args(low, view));
            "crossed-free"
        }
        (Finding::Snapshot(_), Limit::MaxSize) => "crossed-size",
        (Finding::Snapshot(_), Limit::WarnAge | Limit::MaxAge | Limit::MaxDepth | Limit::MinFree) => "crossed-age",
    };
    view.say(key, &args)
}

fn limit_key(limit: Limit) -> &'static str {
    match limit {
        Limit::WarnAge => "limit-warn-age",
        Limit::MaxAge => "limit-max-age",
        Limit::MaxSize => "limit-max-size",
        Limit::MaxDepth => "limit-max-depth",
        Limit::MinFree => "limit-min-free",
    }
}

/// Everybody who took one of them, each once. Who is not known any more is called by nobody: the message is in the channel of the VM's people.
fn owners<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<Addressee> {
    let mut owners = Vec::new();
    for row in rows {
        if let Maker::Person(person) = &row.maker {
            let owner = Addressee::Person(person.clone());
            if !owners.contains(&owner) {
                owners.push(owner);
            }
        }
    }
    owners
}
