//! Cards full of hostile names: nobody is called, nothing is refused, and everything reads as it is written.

use bytes::Bytes;
use serde_json::{Value, json};
use snapwarden::chat::discord::render::{self, Mentions};
use snapwarden::domain::ids::RequestId;
use snapwarden::message::format::name;
use snapwarden::message::model::{
    Action, Attachment, Block, ButtonStyle, Card, Confirm, Field, Input, Look, ShownTo, Tone, TreeRow,
};
use snapwarden::message::words::Locale;

use super::limits::{drawn, form_faults, message_faults, pings};

/// What hostile names are put together of.
const PIECES: &[&str] = &[
    "@everyone",
    "@here",
    "<@80351110224678912>",
    "<@!1>",
    "<@&2>",
    "<#3>",
    "</snapshot:4>",
    "<t:0:R>",
    "<:a:5>",
    "<id:guide>",
    "https://evil.example",
    "[x](https://evil.example)",
    "<https://evil.example>",
    "```",
    "`",
    "**",
    "__",
    "~~",
    "||",
    "> ",
    ">>> ",
    "# ",
    "-# ",
    "- ",
    "1. ",
    "\\",
    "\\\\",
    "\n",
    "\r\n",
    "\u{202e}",
    "\u{200b}",
    "\u{0}",
    "\t",
    "👩‍👩‍👧",
    "e\u{301}\u{301}\u{301}",
    "\u{fdfd}",
    "𝔘",
    "web-01",
    " ",
    "\"",
    "$(id)",
    "{{x}}",
    "discord.gg/x",
    "ﷺ",
    "مرحبا",
    "\u{2028}",
];

/// A small generator, so that a failing name can be made again.
struct Draws(u64);

impl Draws {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % u64::try_from(below).unwrap()).unwrap()
    }

    fn name(&mut self) -> String {
        let count = 1 + self.next(12);
        let mut name: String = (0..count).map(|_| PIECES[self.next(PIECES.len())]).collect();
        if self.next(10) == 0 {
            name = name.repeat(80);
        }
        name
    }
}

fn button(action: Action, token: String, label: &str) -> Look {
    Look {
        action,
        token,
        label: label.to_owned(),
        style: ButtonStyle::Plain,
        shown_to: ShownTo::Anyone,
        input: None,
        confirm: None,
    }
}

/// A card that has everything, called like that everywhere.
fn card(name: &str, rows: usize) -> Card {
    let fields = || {
        vec![
            Field { label: "VM".to_owned(), value: name.to_owned() },
            Field { label: name.to_owned(), value: "x".to_owned() },
        ]
    };
    let mut blocks = vec![
        Block::Text { text: format!("It is about \"{name}\".") },
        Block::Progress { percent: Some(48), text: format!("48 % · {name}") },
        Block::Tree {
            rows: vec![TreeRow {
                number: Some(1),
                depth: 0,
                name: name.to_owned(),
                detail: name.to_owned(),
                here: false,
            }],
        },
        Block::Picture { file: "chart.png".to_owned(), alt: name.to_owned() },
        Block::Fields { fields: fields() },
        Block::Caution { label: "Caution".to_owned(), text: name.to_owned() },
        Block::Code { text: format!("/snapshot list {name}") },
        Block::Note { text: name.to_owned() },
    ];
    for row in 0..rows {
        let buttons = ["Extend", "Delete", "Hold"]
            .map(|label| crate::drawn(button(Action::Delete, format!("R-7KQ2.{label}.{row}.0123"), label)));
        blocks.push(Block::Row { title: format!("{row} {name}"), detail: name.to_owned(), buttons: buttons.into() });
    }
    let mut approve = button(Action::Approve, "R-7KQ2.approve.0.0123".to_owned(), name);
    approve.confirm = Some(Confirm {
        title: name.to_owned(),
        facts: fields(),
        also: fields(),
        yes: name.to_owned(),
        no: name.to_owned(),
    });
    let mut deny = button(Action::Deny, "R-7KQ2.deny.0.0123".to_owned(), "Deny");
    deny.input = Some(Input { name: "reason".to_owned(), label: name.to_owned(), optional: true });
    Card {
        locale: Locale::En,
        tone: Tone::Waiting,
        tone_word: "waiting".to_owned(),
        title: format!("Revert \"{name}\"?"),
        blocks,
        buttons: vec![crate::drawn(approve), crate::drawn(deny)],
        to: Vec::new(),
        details: vec![Block::Text { text: name.to_owned() }, Block::Fields { fields: fields() }],
        files: vec![Attachment {
            name: "chart.png".to_owned(),
            media_type: "image/png".to_owned(),
            alt: name.to_owned(),
            bytes: Bytes::from_static(b"x"),
        }],
        request: RequestId::parse("R-7KQ2"),
        state: Some("awaiting_approval".to_owned()),
    }
}

fn shown(body: &Value) -> Vec<String> {
    let embeds = body["embeds"].as_array().unwrap();
    let fields = embeds.iter().flat_map(|embed| embed["fields"].as_array().into_iter().flatten());
    let fields = fields.flat_map(|field| [field["name"].clone(), field["value"].clone()]);
    let own = embeds.iter().flat_map(|embed| [embed["title"].clone(), embed["description"].clone()]);
    own.chain(fields).filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

#[test]
fn a_thousand_hostile_names_call_nobody_and_are_never_refused() {
    let mut draws = Draws(0x5eed);
    let (mut payloads, mut texts) = (0, 0);
    for number in 0..1_000 {
        let raw = draws.name();
        // Names reach a card cleaned; the renderer has to stand those as well that do not.
        let called = if number % 2 == 0 { name(&raw) } else { raw };
        let card = card(&called, number % 12);
        let own = Mentions { users: vec!["42".to_owned()], roles: vec!["43".to_owned()], more: 2 };
        let all = [
            render::post(&card, &own),
            render::edit(&card, &own),
            render::reply(&card),
            render::thread(&card).unwrap(),
        ];
        for (index, message) in all.iter().enumerate() {
            assert_eq!(message_faults(&message.body), [""; 0], "{called:?}: {}", message.body);
            let expected: &[&str] = if index == 0 { &["users 42", "roles 43"] } else { &[] };
            assert_eq!(pings(&message.body), expected, "{called:?}");
            for text in shown(&message.body) {
                assert_eq!(drawn(&text), [""; 0], "{called:?} in {text:?}");
                texts += 1;
            }
            payloads += 1;
        }
        let approve = card.buttons[0].confirm.as_ref().unwrap();
        let question = render::form::confirm("TOKEN", approve, ButtonStyle::Danger, false);
        assert_eq!((message_faults(&question), pings(&question)), (vec![], vec![]), "{called:?}");
        let form = render::form::form("TOKEN", &card.title, card.buttons[1].input.as_ref().unwrap());
        assert_eq!(form_faults(&form), [""; 0], "{called:?}: {form}");
        payloads += 2;
    }
    told!("discord: 1,000 hostile names, {payloads} payloads, {texts} texts: 0 refused, 0 calls, 0 drawn");
}

#[test]
fn names_read_as_they_are() {
    for raw in ["<@1> @everyone", "**a** `b` [c](https://d) ||e||", "1. _x_ # y", r"a\b\\c"] {
        let card = card(raw, 0);
        let message = render::post(&card, &Mentions::default());
        let field = message.body["embeds"][0]["fields"][0]["value"].as_str().unwrap();
        // A backslash takes the next sign's meaning away and is itself not shown.
        let mut signs = field.chars();
        let mut read = String::new();
        while let Some(sign) = signs.next() {
            read.push(if sign == '\\' { signs.next().unwrap() } else { sign });
        }
        assert_eq!(read, raw);
    }
}

#[test]
fn a_report_of_ten_rows_has_a_menu_for_each_thing_to_do() {
    let message = render::post(&card("db-01", 10), &Mentions::default());
    let rows = message.body["components"].as_array().unwrap();
    let menus: Vec<(&str, usize)> = rows
        .iter()
        .filter(|row| row["components"][0]["type"] == 3)
        .map(|row| {
            let menu = &row["components"][0];
            (menu["placeholder"].as_str().unwrap(), menu["options"].as_array().unwrap().len())
        })
        .collect();
    assert_eq!(menus, [("Extend…", 10), ("Delete…", 10), ("Hold…", 10)]);
    assert_eq!(rows[0]["components"][0]["custom_id"], "c:R-7KQ2.approve.0.0123");
    assert_eq!(rows[1]["components"][0]["options"][3], json!({ "label": "3 db-01", "value": "R-7KQ2.Extend.3.0123" }));
}

#[test]
fn one_row_keeps_its_buttons() {
    let message = render::post(&card("db-01", 1), &Mentions::default());
    let labels: Vec<&str> = message.body["components"][1]["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["Extend", "Delete", "Hold"]);
}

#[test]
fn many_choices_are_a_menu_and_few_are_buttons() {
    let picker = |count: usize| {
        let pick = |choice: usize| {
            let label = format!("DC1 / web / web-{choice}");
            crate::drawn(button(Action::Pick, format!("R-7KQ2.pick.{choice}.0123"), &label))
        };
        Card {
            blocks: Vec::new(),
            buttons: (0..count).map(pick).collect(),
            details: Vec::new(),
            files: Vec::new(),
            ..card("x", 0)
        }
    };
    let kinds = |count: usize| render::reply(&picker(count)).body["components"][0]["components"][0]["type"].as_u64();
    assert_eq!((kinds(5), kinds(6), kinds(20)), (Some(2), Some(3), Some(3)));
    let message = render::reply(&picker(20));
    assert_eq!(message.body["components"][0]["components"][0]["options"].as_array().unwrap().len(), 20);
}

#[test]
fn the_same_button_twice_is_there_once() {
    let mut card = card("x", 0);
    let twice = card.buttons[0].clone();
    card.buttons.push(twice);
    let message = render::post(&card, &Mentions::default());
    assert_eq!(message_faults(&message.body), [""; 0]);
}

#[test]
fn files_go_along_once() {
    let card = card("x", 0);
    let posted = render::post(&card, &Mentions::default());
    assert_eq!((posted.files.len(), posted.body["attachments"][0]["filename"].as_str()), (1, Some("chart.png")));
    assert_eq!(posted.body["embeds"][0]["image"]["url"], "attachment://chart.png");
    let edited = render::edit(&card, &Mentions::default());
    assert!(edited.files.is_empty() && edited.body.get("attachments").is_none(), "what lies there stays");
}
