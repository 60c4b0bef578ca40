//! The cards that each platform's goldens are made of: one for each kind of block, kind of button and limit.
//!
//! Nobody's words stand in them, so a golden of a platform changes when the platform's renderer does, and a sentence of the bot
//! touches none. What has to be among them is not a matter of taste: [`super::coverage`] fails where a sample makes a renderer do
//! something that no card here does, and where one of a platform's limits is not reached.

use bytes::Bytes;
use snapwarden::domain::ids::RequestId;
use snapwarden::message::model::{
    Action, Addressee, Attachment, Block, Button, ButtonStyle, Card, Confirm, Field, Input, Look, ShownTo, Tone,
    TreeRow,
};
use snapwarden::message::words::Locale;

use super::Drawn;
use super::requests::{FOREIGN, HOSTILE};

/// A file that the platform does not have, as after a restart: its name begins like this.
pub(super) const AWAY: &str = "away-";

/// Somebody without an account on the platform.
pub(super) const STRANGER: &str = "stranger";

/// Longer than any text that any platform takes.
const ENDLESS: usize = 10_000;

/// Every pinned card.
pub(super) fn cards() -> Vec<Drawn> {
    [kinds(), buttons(), lists(), limits()].into_iter().flatten().collect()
}

/// A card in a channel.
fn pin(name: &'static str, card: Card) -> Drawn {
    Drawn { name: name.to_owned(), golden: name, what: String::new(), locale: Locale::En, for_one: false, card }
}

/// A card that answers one person.
fn answer(name: &'static str, card: Card) -> Drawn {
    Drawn { for_one: true, ..pin(name, card) }
}

fn card(tone: Tone, blocks: Vec<Block>) -> Card {
    Card {
        locale: Locale::En,
        tone,
        tone_word: "tone".to_owned(),
        title: "Title of \"vm_1\"".to_owned(),
        blocks,
        buttons: Vec::new(),
        to: Vec::new(),
        details: Vec::new(),
        files: Vec::new(),
        request: None,
        state: None,
    }
}

fn asked(card: Card) -> Card {
    Card { request: RequestId::parse("R-7KQ2"), state: Some("awaiting_approval".to_owned()), ..card }
}

fn text(text: &str) -> Block {
    Block::Text { text: text.to_owned() }
}

fn note(text: &str) -> Block {
    Block::Note { text: text.to_owned() }
}

fn code(text: &str) -> Block {
    Block::Code { text: text.to_owned() }
}

fn caution(label: &str, text: &str) -> Block {
    Block::Caution { label: label.to_owned(), text: text.to_owned() }
}

fn progress(percent: Option<u8>, text: &str) -> Block {
    Block::Progress { percent, text: text.to_owned() }
}

fn picture(file: &str) -> Block {
    Block::Picture { file: file.to_owned(), alt: format!("What {file} shows.") }
}

fn fields(all: &[(&str, &str)]) -> Block {
    Block::Fields { fields: all.iter().map(|(label, value)| field(label, value)).collect() }
}

fn field(label: &str, value: &str) -> Field {
    Field { label: label.to_owned(), value: value.to_owned() }
}

/// A group that has to act.
fn addressee(group: &str) -> Addressee {
    Addressee::Group { group: group.into(), except: Vec::new() }
}

fn addressees(all: &[&str], groups: &[&str]) -> Vec<Addressee> {
    let people = all.iter().map(|person| Addressee::Person((*person).into()));
    people.chain(groups.iter().map(|group| addressee(group))).collect()
}

fn row(title: &str, detail: &str, buttons: Vec<Button>) -> Block {
    Block::Row { title: title.to_owned(), detail: detail.to_owned(), buttons }
}

fn file(name: &str, media_type: &str, bytes: &'static [u8]) -> Attachment {
    let alt = format!("What {name} holds_.");
    Attachment { name: name.to_owned(), media_type: media_type.to_owned(), alt, bytes: Bytes::from_static(bytes) }
}

fn tree() -> Block {
    let row = |number: Option<usize>, depth: usize, name: &str, detail: &str, here: bool| TreeRow {
        number,
        depth,
        name: name.to_owned(),
        detail: detail.to_owned(),
        here,
    };
    Block::Tree {
        rows: vec![
            row(Some(1), 0, "root", "detail", false),
            row(Some(2), 1, "branch", "", true),
            row(Some(3), 2, "leaf", "detail", false),
            row(Some(4), 1, "branch_2", "detail", false),
            row(Some(5), 0, "root 2", "detail", false),
            row(None, 1, "here", "", true),
        ],
    }
}

/// Every kind of block, and what a card has beside its blocks.
fn kinds() -> Vec<Drawn> {
    let files = vec![
        file("chart.png", "image/png", b"png"),
        file("table.csv", "text/csv", b"csv"),
        file("away-2.png", "image/png", b""),
    ];
    let every = vec![
        fields(&[("Label", "value")]),
        caution("Look out", "A sentence."),
        tree(),
        text("A sentence."),
        progress(Some(48), "far"),
        picture("chart.png"),
        row("Row", "detail", Vec::new()),
        code("/typed"),
        note("Small print."),
    ];
    let many = (1..=25).flat_map(|number| {
        let name = format!("member-{number}");
        [Addressee::Person(name.as_str().into()), addressee(name.as_str())]
    });
    let many = many.collect();
    vec![
        pin("text", card(Tone::Info, vec![text("A sentence."), text("Two lines,\nthis is the second.")])),
        pin("note", card(Tone::Info, vec![note("Small print."), text("A sentence."), note("In two\nlines.")])),
        pin(
            "fields",
            asked(card(
                Tone::Waiting,
                vec![
                    fields(&[
                        ("Label", "short"),
                        ("Longer label", "a value too long to share its line with others"),
                        ("Lines", "one\ntwo"),
                    ]),
                    fields(&[("Request", "R-7KQ2")]),
                ],
            )),
        ),
        pin(
            "caution",
            asked(card(
                Tone::Warning,
                vec![
                    text("Before."),
                    fields(&[("Label", "value")]),
                    caution("Look out", "A sentence."),
                    text("Behind."),
                    note("And small print."),
                ],
            )),
        ),
        pin(
            "progress",
            asked(card(
                Tone::Running,
                vec![
                    progress(None, "nobody knows"),
                    progress(Some(0), "begins"),
                    progress(Some(48), "goes on"),
                    progress(Some(100), "ends"),
                ],
            )),
        ),
        pin("tree", card(Tone::Info, vec![text("A chain:"), tree()])),
        pin(
            "picture",
            Card {
                files: files.clone(),
                ..card(Tone::Info, vec![text("Above."), picture("chart.png"), text("Below.")])
            },
        ),
        pin("picture-away", Card { files: files[2..].to_vec(), ..card(Tone::Failure, vec![picture("away-2.png")]) }),
        pin("code", card(Tone::Failure, vec![text("Type this:"), code("/typed vm_1\n       ^"), note("Or not.")])),
        pin("details", Card { details: every.clone(), ..card(Tone::Success, vec![text("A sentence.")]) }),
        answer(
            "details-for-one",
            Card { details: every.clone(), files, ..card(Tone::Success, vec![picture("chart.png")]) },
        ),
        answer("every-block", card(Tone::Info, every)),
        pin("nothing", card(Tone::Success, Vec::new())),
        pin(
            "mentions",
            Card {
                to: addressees(&["alice", "bob", STRANGER], &["approvers", "platform"]),
                ..asked(card(Tone::Waiting, vec![text("A sentence.")]))
            },
        ),
        pin("mention-of-one", Card { to: addressees(&["alice"], &[]), ..card(Tone::Waiting, Vec::new()) }),
        pin("mentions-too-many", Card { to: many, ..card(Tone::Waiting, vec![text("A sentence.")]) }),
        pin(
            "mention-of-a-stranger",
            Card { to: addressees(&[STRANGER], &[]), ..card(Tone::Warning, vec![text("A sentence.")]) },
        ),
    ]
}

fn button(action: Action, choice: usize, label: &str) -> Button {
    crate::drawn(look(action, choice, label))
}

fn look(action: Action, choice: usize, label: &str) -> Look {
    Look {
        action,
        token: format!("R-7KQ2.{}.{choice}.0123456789abcdef01234567", action.word()),
        label: label.to_owned(),
        style: ButtonStyle::Plain,
        shown_to: ShownTo::Anyone,
        input: None,
        confirm: None,
    }
}

fn asks(name: &str, optional: bool) -> Option<Input> {
    Some(Input { name: name.to_owned(), label: "Why?".to_owned(), optional })
}

fn confirms(facts: &[(&str, &str)]) -> Option<Confirm> {
    let fields = |of: &[(&str, &str)]| of.iter().map(|(label, value)| field(label, value)).collect();
    Some(Confirm {
        title: "Really vm_1?".to_owned(),
        facts: fields(facts),
        also: fields(facts.get(1..).unwrap_or_default()),
        yes: "Do it".to_owned(),
        no: "Leave it".to_owned(),
    })
}

/// Each way in which a button can look and ask, over all actions.
fn buttons() -> Vec<Drawn> {
    let facts: &[(&str, &str)] =
        &[("Label", "value"), ("Longer label", "a value too long to share its line with others")];
    let ways = [
        (None, None),
        (asks("reason", true), None),
        (asks("reason", false), None),
        (asks("ticket", false), None),
        (None, confirms(facts)),
        (None, confirms(&[])),
        (asks("reason", false), confirms(facts)),
    ];
    let shown = [
        ShownTo::Anyone,
        ShownTo::Person("alice".into()),
        ShownTo::Groups {
            groups: vec!["approvers".into()],
            except: Some("alice".into()),
            approved: vec!["bob".into()],
        },
        ShownTo::Groups { groups: vec!["oncall".into(), "administrators".into()], except: None, approved: Vec::new() },
    ];
    let styles = [ButtonStyle::Primary, ButtonStyle::Danger, ButtonStyle::Plain];
    let looks = styles.into_iter().flat_map(|style| ways.iter().map(move |way| (style, way)));
    let all: Vec<Button> = Action::ALL
        .into_iter()
        .zip(looks)
        .zip(shown.iter().cycle())
        .map(|((action, (style, (input, confirm))), shown_to)| {
            crate::drawn(Look {
                style,
                shown_to: shown_to.clone(),
                input: input.clone(),
                confirm: confirm.clone(),
                ..look(action, 0, action.word())
            })
        })
        .collect();
    assert_eq!(all.len(), Action::ALL.len(), "there are as many ways as actions");
    // Of an answer, only buttons for everybody are for the one who is answered, whoever that is.
    let open = all.iter().map(|one| crate::drawn(Look { shown_to: ShownTo::Anyone, ..(**one).clone() })).collect();
    // The forms of Slack's views are opened by buttons that ask for a reason or a ticket.
    let forms = [
        (Action::Deny, "reason", true),
        (Action::BreakGlass, "reason", false),
        (Action::Hold, "reason", false),
        (Action::Pick, "ticket", false),
    ];
    let forms = forms.map(|(action, name, optional)| {
        crate::drawn(Look { input: asks(name, optional), ..look(action, 0, action.word()) })
    });
    let picks =
        |count: usize| (0..count).map(|number| button(Action::Pick, number, &format!("Choice_{number}"))).collect();
    let twice = vec![button(Action::Retry, 0, "Again"), button(Action::Retry, 0, "Again")];
    vec![
        answer("buttons-for-one", Card { buttons: open, ..card(Tone::Waiting, Vec::new()) }),
        pin("buttons", Card { buttons: all, ..asked(card(Tone::Waiting, vec![text("A sentence.")])) }),
        pin("buttons-with-forms", Card { buttons: forms.into(), ..card(Tone::Warning, Vec::new()) }),
        answer("choices", Card { buttons: picks(5), ..card(Tone::Info, Vec::new()) }),
        answer("choices-in-a-menu", Card { buttons: picks(6), ..card(Tone::Info, Vec::new()) }),
        answer("choices-too-many", Card { buttons: picks(30), ..card(Tone::Info, Vec::new()) }),
        pin("the-same-button-twice", Card { buttons: twice, ..card(Tone::Failure, Vec::new()) }),
    ]
}

/// Rows of lists, with the buttons of one, of several and of too many.
fn lists() -> Vec<Drawn> {
    let of_row = |number: usize| {
        vec![
            button(Action::Extend, number, "Longer"),
            crate::drawn(Look {
                style: ButtonStyle::Danger,
                confirm: confirms(&[("Label", "value"), ("Other", "value")]),
                ..look(Action::Delete, number, "Delete")
            }),
            crate::drawn(Look { input: asks("reason", false), ..look(Action::Hold, number, "Hold") }),
            crate::drawn(Look { style: ButtonStyle::Primary, ..look(Action::Show, number, "Show") }),
        ]
    };
    let of_many = |number: usize| {
        let mut all = of_row(number);
        all.push(button(Action::Release, number, "Release"));
        all.push(button(Action::Consolidate, number, "Merge"));
        all
    };
    let rows = |count: usize, buttons: &dyn Fn(usize) -> Vec<Button>| -> Vec<Block> {
        (1..=count)
            .map(|number| row(&format!("Row_{number}"), &format!("detail of {number}"), buttons(number)))
            .collect()
    };
    let around = |rows: Vec<Block>| [vec![text("Above.")], rows, vec![note("Below.")]].concat();
    vec![
        pin("row", card(Tone::Warning, around(rows(1, &of_row)))),
        pin("rows", card(Tone::Info, around(rows(3, &of_many)))),
        pin(
            "rows-too-many",
            Card { buttons: vec![button(Action::Stop, 0, "Stop")], ..card(Tone::Info, around(rows(30, &of_many))) },
        ),
        pin(
            "rows-bare",
            card(
                Tone::Info,
                vec![
                    row("Row", "", Vec::new()),
                    row("Row", "one\ntwo", Vec::new()),
                    row(
                        "Row",
                        "",
                        vec![crate::drawn(Look { style: ButtonStyle::Danger, ..look(Action::Delete, 0, "Delete") })],
                    ),
                ],
            ),
        ),
    ]
}

/// Numbered words, so that a cut shows where it fell.
fn endless(length: usize) -> String {
    let mut text = String::new();
    for number in 0.. {
        if text.len() >= length {
            break;
        }
        text.push_str(&format!("{number:04} "));
    }
    text.truncate(length);
    text
}

/// What does not fit, and what comes from strangers.
fn limits() -> Vec<Drawn> {
    let long = endless(ENDLESS);
    let chain = |number: usize| TreeRow {
        number: Some(number),
        depth: number.min(34),
        name: format!("step {number}"),
        detail: "detail ".repeat(6),
        here: number == 200,
    };
    let long_field = |number: usize| field(&format!("{number} {}", endless(300)), &endless(1_100));
    // A short name leaves the most to the value.
    let mut long_fields = vec![field("Label", &endless(1_100))];
    long_fields.extend((1..12).map(long_field));
    let long_button = |action: Action| {
        crate::drawn(Look {
            input: Some(Input { name: "reason".to_owned(), label: endless(2_500), optional: true }),
            confirm: Some(Confirm {
                title: endless(700),
                facts: vec![field(&endless(300), &endless(1_100)), field("Label", &endless(1_100))],
                also: vec![field("Label", &endless(1_100))],
                yes: endless(100),
                no: endless(100),
            }),
            style: ButtonStyle::Danger,
            ..look(action, 0, &endless(100))
        })
    };
    let form = crate::drawn(Look { confirm: None, ..(*long_button(Action::Deny)).clone() });
    let many_facts = crate::drawn(Look {
        confirm: Some(Confirm {
            title: "Really vm_1?".to_owned(),
            facts: (0..3).map(|number| field(&format!("Fact {number}"), "value")).collect(),
            also: (0..12).map(|number| field(&format!("More {number}"), "value")).collect(),
            yes: "Do it".to_owned(),
            no: "Leave it".to_owned(),
        }),
        ..look(Action::Approve, 0, "Approve")
    });
    let no_token = crate::drawn(Look { token: "x".repeat(101), ..look(Action::Retry, 0, "Too long a token") });
    let long_row =
        row(&long, &long, vec![button(Action::Show, 1, &endless(100)), button(Action::Show, 2, &endless(200))]);
    let many_fields =
        Block::Fields { fields: (0..30).map(|number| field(&format!("Label {number}"), "value")).collect() };
    let hostile = |confirm: bool| {
        crate::drawn(Look {
            label: HOSTILE.to_owned(),
            input: Some(Input { name: "reason".to_owned(), label: HOSTILE.to_owned(), optional: true }),
            confirm: confirm.then(|| Confirm {
                title: HOSTILE.to_owned(),
                facts: vec![field(HOSTILE, FOREIGN)],
                also: vec![field(FOREIGN, HOSTILE)],
                yes: HOSTILE.to_owned(),
                no: FOREIGN.to_owned(),
            }),
            ..look(if confirm { Action::Approve } else { Action::Deny }, 0, "")
        })
    };
    let strange = [HOSTILE, FOREIGN];
    let strange_blocks = vec![
        Block::Fields { fields: strange.map(|name| field(name, name)).into() },
        caution(HOSTILE, HOSTILE),
        text(HOSTILE),
        note(HOSTILE),
        progress(None, HOSTILE),
        code(&format!("{HOSTILE}```\n<@1>")),
        Block::Tree {
            rows: vec![TreeRow {
                number: Some(1),
                depth: 0,
                name: HOSTILE.to_owned(),
                detail: HOSTILE.to_owned(),
                here: true,
            }],
        },
        picture("away-1.png"),
        row(HOSTILE, HOSTILE, vec![hostile(false)]),
    ];
    // Text above the first field, rows of a list, and characters that a card's own words never have.
    let replaced = format!("{HOSTILE}\u{fffd}");
    let strange_row = |number: usize| row(&replaced, &replaced, vec![button(Action::Show, number, &replaced)]);
    let strange_prose = vec![
        text(&replaced),
        note(&replaced),
        code(&replaced),
        strange_blocks[6].clone(),
        strange_row(1),
        strange_row(2),
        caution(&replaced, &replaced),
    ];
    let long_prose = vec![tree(), note("Small print."), code("/typed"), text(&long), many_fields.clone()];
    let empty = vec![
        text(""),
        fields(&[("", "")]),
        Block::Fields { fields: Vec::new() },
        caution("", ""),
        code(""),
        note(""),
        Block::Tree { rows: Vec::new() },
        row("", "", vec![button(Action::Show, 0, "")]),
    ];
    let pictured = |number: usize| Block::Picture { file: format!("chart-{number}.png"), alt: long.clone() };
    let pictures = (0..12).map(pictured).collect();
    let files = (0..12)
        .map(|number| Attachment { alt: long.clone(), ..file(&format!("chart-{number}.png"), "image/png", b"png") })
        .collect();
    vec![
        pin(
            "hostile",
            Card {
                title: HOSTILE.to_owned(),
                tone_word: HOSTILE.to_owned(),
                buttons: vec![hostile(true), hostile(false)],
                to: addressees(&[], &["approvers"]),
                details: strange_blocks.clone(),
                files: vec![Attachment { alt: HOSTILE.to_owned(), ..file("table.csv", "text/csv", b"csv") }],
                ..asked(card(Tone::Waiting, strange_blocks))
            },
        ),
        pin("hostile-prose", card(Tone::Info, strange_prose.clone())),
        answer("hostile-for-one", asked(card(Tone::Warning, strange_prose))),
        answer("long-for-one", card(Tone::Failure, long_prose)),
        pin(
            "empty-texts",
            Card {
                title: String::new(),
                tone_word: String::new(),
                buttons: vec![button(Action::Retry, 0, "")],
                details: empty.clone(),
                ..card(Tone::Failure, empty)
            },
        ),
        pin(
            "long-title",
            Card {
                title: long.clone(),
                tone_word: long.clone(),
                to: addressees(&[], &["approvers"]),
                details: vec![text("A sentence.")],
                ..asked(card(Tone::Waiting, vec![text("A sentence.")]))
            },
        ),
        pin("long-text", Card { details: vec![text(&long)], ..card(Tone::Info, vec![text(&long)]) }),
        pin(
            "long-texts",
            card(Tone::Info, vec![text(&long), note(&long), code(&long), text(&long), fields(&[("Label", "value")])]),
        ),
        pin("long-note", card(Tone::Info, vec![note(&long)])),
        pin("long-code", card(Tone::Info, vec![code(&long.replace("9 ", "9\n"))])),
        pin("long-caution", card(Tone::Warning, vec![caution(&long, &long)])),
        pin("long-progress", card(Tone::Running, vec![progress(Some(7), &long)])),
        pin("long-fields", card(Tone::Waiting, vec![Block::Fields { fields: long_fields }])),
        pin("many-fields", card(Tone::Waiting, vec![many_fields])),
        pin("long-tree", card(Tone::Info, vec![Block::Tree { rows: (1..=200).map(chain).collect() }])),
        pin("long-row", card(Tone::Info, vec![long_row.clone()])),
        pin(
            "long-rows",
            card(
                Tone::Info,
                vec![
                    long_row,
                    row(
                        &endless(200),
                        "detail",
                        vec![crate::drawn(Look {
                            token: look(Action::Show, 3, "").token,
                            ..look(Action::Show, 3, &endless(200))
                        })],
                    ),
                ],
            ),
        ),
        pin(
            "long-choices",
            Card {
                buttons: (0..7).map(|number| button(Action::Pick, number, &endless(200))).collect(),
                ..card(Tone::Info, Vec::new())
            },
        ),
        pin(
            "long-buttons",
            Card { buttons: vec![long_button(Action::Approve), form, no_token], ..card(Tone::Waiting, Vec::new()) },
        ),
        pin("many-facts", Card { buttons: vec![many_facts], ..card(Tone::Waiting, Vec::new()) }),
        pin(
            "many-buttons",
            Card {
                buttons: (0..40).map(|number| button(Action::Show, number, "Show")).collect(),
                ..card(Tone::Waiting, vec![text("A sentence.")])
            },
        ),
        pin(
            "many-blocks",
            Card { details: vec![note("Small print."); 60], ..card(Tone::Info, vec![note("Small print."); 60]) },
        ),
        pin("many-pictures", Card { files, ..card(Tone::Info, pictures) }),
    ]
}
