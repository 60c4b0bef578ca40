//! Cards as the page may get them, more of a kind than the bot has at once.

use snapwarden::domain::ids::RequestId;
use snapwarden::message::model::{
    Action, Block, Button, ButtonStyle, Card, Confirm, Field, Input, Look, ShownTo, Tone, TreeRow,
};
use snapwarden::message::words::Locale;

pub(crate) fn card(tone: Tone, title: &str) -> Card {
    Card {
        locale: Locale::En,
        tone,
        tone_word: format!("{tone:?}").to_lowercase(),
        title: title.to_owned(),
        blocks: Vec::new(),
        buttons: Vec::new(),
        to: Vec::new(),
        details: Vec::new(),
        files: Vec::new(),
        request: None,
        state: None,
    }
}

/// A card of a running take.
pub(crate) fn running(vm: &str, percent: Option<u8>) -> Card {
    let text = percent.map_or("1 s".to_owned(), |percent| format!("{percent} % · 1 s"));
    Card {
        blocks: vec![Block::Progress { percent, text }],
        request: RequestId::parse("R-7KQ2"),
        state: Some("running".to_owned()),
        ..card(Tone::Running, &format!("Taking a snapshot of \"{vm}\""))
    }
}

/// A card that waits for an approver other than alice.
pub(crate) fn asked(vm: &str, snapshot: &str) -> Card {
    let field = |label: &str, value: &str| Field { label: label.to_owned(), value: value.to_owned() };
    let approvers =
        || ShownTo::Groups { groups: vec!["approvers".into()], except: Some("alice".into()), approved: Vec::new() };
    let reason = Input { name: "reason".to_owned(), label: "Why not?".to_owned(), optional: false };
    Card {
        blocks: vec![
            Block::Fields {
                fields: vec![
                    field("Asked by", "@alice · R-4BXN · CHG0042117"),
                    field(
                        "Snapshot",
                        &format!(
                            "\"{snapshot}\" · 2 days old (Fri 20 Nov, 09:12) · 2 of 3 in the chain · by @bob · without memory"
                        ),
                    ),
                    field("Lost", "everything written since then (≈ 3.4 GB)"),
                    field("Power", "on now → off afterwards (the snapshot holds no memory)"),
                    field("Decides", "one of @approvers, not @alice · until 14:32 (28 min)"),
                ],
            },
            Block::Caution {
                label: "Caution".to_owned(),
                text: "Disk 2 (\"data.vmdk\") is independent: it will not be rolled back.".to_owned(),
            },
        ],
        buttons: vec![
            crate::drawn(Look {
                confirm: Some(once_more(vm, snapshot)),
                ..(*button(Action::Approve, "approve", "Approve", ButtonStyle::Primary, approvers(), None)).clone()
            }),
            button(Action::Deny, "deny", "Deny", ButtonStyle::Danger, approvers(), Some(reason)),
            button(Action::Withdraw, "withdraw", "Withdraw", ButtonStyle::Plain, ShownTo::Person("alice".into()), None),
        ],
        request: RequestId::parse("R-4BXN"),
        state: Some("awaiting_approval".to_owned()),
        ..card(Tone::Waiting, &format!("Revert \"{vm}\" to \"{snapshot}\"?"))
    }
}

/// The second question of that card.
fn once_more(vm: &str, snapshot: &str) -> Confirm {
    let facts = [
        ("VM", format!("\"{vm}\"")),
        ("Snapshot", format!("\"{snapshot}\" · 2 days old (Fri 20 Nov, 09:12)")),
        ("Lost", "everything written since then (≈ 3.4 GB)".to_owned()),
    ];
    Confirm {
        title: format!("Revert \"{vm}\" to \"{snapshot}\"?"),
        facts: facts.map(|(label, value)| Field { label: label.to_owned(), value }).into(),
        also: vec![Field { label: "Power".to_owned(), value: "on now → off afterwards".to_owned() }],
        yes: "Approve".to_owned(),
        no: "Not now".to_owned(),
    }
}

/// A snapshot tree.
pub(crate) fn listed(vm: &str) -> Card {
    let row = |number: Option<usize>, depth, name: &str, detail: &str| TreeRow {
        number,
        depth,
        name: name.to_owned(),
        detail: detail.to_owned(),
        here: number.is_none(),
    };
    Card {
        blocks: vec![
            Block::Tree {
                rows: vec![
                    row(Some(1), 0, "before migration", "40 days · ≈ 310 GB · by @alice"),
                    row(Some(2), 1, "after \"patch\"", "12 days · ≈ 24 GB · quiesced"),
                    row(Some(3), 2, "nightly", "1 day · ≈ 2 GB"),
                    row(None, 3, "You are here", "on"),
                    row(Some(4), 1, "try another driver", "11 days · ≈ 1 GB"),
                ],
            },
            Block::Note { text: "4 snapshots, ≈ 337 GB. Sizes are what the deltas hold now.".to_owned() },
        ],
        ..card(Tone::Info, &format!("Snapshots of \"{vm}\""))
    }
}

pub(crate) fn button(
    action: Action,
    token: &str,
    label: &str,
    style: ButtonStyle,
    shown_to: ShownTo,
    input: Option<Input>,
) -> Button {
    crate::drawn(Look {
        action,
        token: token.to_owned(),
        label: label.to_owned(),
        style,
        shown_to,
        input,
        confirm: None,
    })
}
