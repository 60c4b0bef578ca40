//! Names come from strangers: a thousand cards made of the worst of them are a thousand messages that Slack takes and that call nobody.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::Value;
use snapwarden::chat::slack::render::{Around, details, message};
use snapwarden::domain::ids::RequestId;
use snapwarden::message::model::{
    Action, Block, Button, ButtonStyle, Card, Confirm, Field, Input, Look, ShownTo, Tone, TreeRow,
};
use snapwarden::message::words::Locale;

use super::check;

/// How many cards are drawn.
const CARDS: u32 = 1_000;

#[test]
fn a_thousand_hostile_cards_call_nobody_and_break_nothing() {
    let config = Config { cases: CARDS, rng_seed: RngSeed::Fixed(4), failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new(config);
    let result = runner.run(&cards(), |card| {
        let shown = message(&card, &Around::NOTHING);
        let arguments = Value::Object(shown.arguments());
        let faults = check::message(&arguments);
        prop_assert!(faults.is_empty(), "{faults:?} in {arguments}");
        prop_assert!(!calls(&arguments), "somebody is called in {arguments}");
        prop_assert!(!turns(&arguments), "text is turned in {arguments}");
        if let Some(below) = details(&card, &Around::NOTHING) {
            let arguments = Value::Object(below.arguments());
            let faults = check::message(&arguments);
            prop_assert!(faults.is_empty(), "{faults:?} in {arguments}");
        }
        Ok(())
    });
    result.unwrap();
    told!("{CARDS} hostile cards: 0 mentions, 0 broken blocks");
}

/// Whether anything in it is a mention: an element that is one, or markup where markup is read.
fn calls(value: &Value) -> bool {
    let kind = value["type"].as_str().unwrap_or_default();
    ["user", "usergroup", "broadcast", "link", "mrkdwn"].contains(&kind) || inside(value).into_iter().any(calls)
}

/// Whether a reader would see some of it in another order than it stands in.
fn turns(value: &Value) -> bool {
    let turned =
        |text: &str| text.chars().any(|c| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{7}'));
    value.as_str().is_some_and(turned) || inside(value).into_iter().any(turns)
}

/// The values in a value.
fn inside(value: &Value) -> Vec<&Value> {
    let fields = value.as_object().into_iter().flat_map(|fields| fields.values());
    fields.chain(value.as_array().into_iter().flatten()).collect()
}

fn text() -> impl Strategy<Value = String> {
    let nasty = prop::sample::select(vec![
        "<!channel>",
        "<!here|x>",
        "<@U0123ABCD>",
        "<#C1>",
        "<https://evil.example|vCenter>",
        "&lt;!everyone&gt;",
        "@channel",
        "&",
        "\u{202e}drowssap",
        "\u{2066}",
        "`rm -rf`",
        "```",
        "*bold*",
        "_it_",
        "~no~",
        ":skull:",
        "👩‍👩‍👧‍👦",
        "𝕎",
        "\n",
        "\r\n",
        "\t",
        "\u{0}",
        "\u{7}",
        "\u{200b}",
        "e\u{301}",
        "\"",
        "\\",
        "> quote",
        "https://evil.example/",
        "mailto:a@b.c",
        " ",
        "",
    ]);
    let piece = prop_oneof![4 => nasty.prop_map(str::to_owned), 2 => "[a-zA-Z0-9 ._-]{0,20}", 1 => "\\PC{0,12}"];
    let short = prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    let long = ("\\PC{1,3}", 1..4_000usize).prop_map(|(one, times)| one.repeat(times));
    prop_oneof![12 => short, 1 => long]
}

fn buttons(most: usize) -> impl Strategy<Value = Vec<Button>> {
    let style = prop::sample::select(vec![ButtonStyle::Primary, ButtonStyle::Danger, ButtonStyle::Plain]);
    let action = prop::sample::select(Action::ALL.to_vec());
    let facts = || prop::collection::vec((text(), text()).prop_map(|(label, value)| Field { label, value }), 0..4);
    let confirm = prop::option::of(
        (text(), facts(), facts(), text(), text()).prop_map(|(title, facts, also, yes, no)| Confirm {
            title,
            facts,
            also,
            yes,
            no,
        }),
    );
    let input = prop::option::of((text(), any::<bool>()).prop_map(|(label, optional)| Input {
        name: "reason".to_owned(),
        label,
        optional,
    }));
    let one = (action, "[a-z0-9]{1,100}", text(), style, input, confirm).prop_map(
        |(action, token, label, style, input, confirm)| {
            crate::drawn(Look { action, token, label, style, shown_to: ShownTo::Anyone, input, confirm })
        },
    );
    prop::collection::vec(one, 0..=most)
}

fn block() -> impl Strategy<Value = Block> {
    let field = (text(), text()).prop_map(|(label, value)| Field { label, value });
    let row = (prop::option::of(1..40usize), 0..50usize, text(), text(), any::<bool>())
        .prop_map(|(number, depth, name, detail, here)| TreeRow { number, depth, name, detail, here });
    prop_oneof![
        text().prop_map(|text| Block::Text { text }),
        text().prop_map(|text| Block::Note { text }),
        text().prop_map(|text| Block::Code { text }),
        prop::collection::vec(field, 0..14).prop_map(|fields| Block::Fields { fields }),
        (text(), text()).prop_map(|(label, text)| Block::Caution { label, text }),
        (any::<Option<u8>>(), text()).prop_map(|(percent, text)| Block::Progress { percent, text }),
        prop::collection::vec(row, 0..40).prop_map(|rows| Block::Tree { rows }),
        text().prop_map(|alt| Block::Picture { file: "ages.png".to_owned(), alt }),
        (text(), text(), buttons(7)).prop_map(|(title, detail, buttons)| Block::Row { title, detail, buttons }),
    ]
}

fn cards() -> impl Strategy<Value = Card> {
    let tone = prop::sample::select(vec![
        Tone::Info,
        Tone::Waiting,
        Tone::Running,
        Tone::Success,
        Tone::Warning,
        Tone::Failure,
    ]);
    let locale = prop::sample::select(Locale::ALL.to_vec());
    let request = any::<u32>().prop_map(RequestId::from_bits);
    let blocks = prop::collection::vec(block(), 0..9);
    let details = prop::collection::vec(block(), 0..3);
    (tone, locale, request, text(), text(), blocks, details, buttons(30)).prop_map(
        |(tone, locale, request, tone_word, title, blocks, details, buttons)| Card {
            locale,
            tone,
            tone_word,
            title,
            blocks,
            buttons,
            to: Vec::new(),
            details,
            files: Vec::new(),
            request: Some(request),
            state: None,
        },
    )
}
