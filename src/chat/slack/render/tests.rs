//! What a message looks like, part by part. That every message is one that Slack takes is tested with the fake Slack.

use serde_json::Value;

use super::*;
use crate::message::model::{Action, ButtonStyle, Confirm, Field, Input, Look, ShownTo, TreeRow};

fn card(blocks: Vec<Block>) -> Card {
    Card {
        locale: Locale::En,
        tone: Tone::Waiting,
        tone_word: "waiting".to_owned(),
        title: "Revert \"web-01\"?".to_owned(),
        blocks,
        buttons: Vec::new(),
        to: Vec::new(),
        details: Vec::new(),
        files: Vec::new(),
        request: Some("R-7KQ2".into()).and_then(|id: String| crate::domain::ids::RequestId::parse(&id)),
        state: None,
    }
}

fn button(action: Action, label: &str) -> Button {
    look(action, label).into()
}

fn look(action: Action, label: &str) -> Look {
    Look {
        action,
        token: "token-1".to_owned(),
        label: label.to_owned(),
        style: ButtonStyle::Primary,
        shown_to: ShownTo::Anyone,
        input: None,
        confirm: None,
    }
}

fn texts(value: &Value) -> Vec<String> {
    let own = value["text"].as_str().map(str::to_owned);
    let fields = value.as_object().into_iter().flat_map(|fields| fields.values());
    let inside = fields.chain(value.as_array().into_iter().flatten());
    own.into_iter().chain(inside.flat_map(texts)).collect()
}

#[test]
fn what_does_not_fit_is_left_out_and_counted_and_the_buttons_stay() {
    let long = Block::Text { text: "many words ".repeat(400) };
    let mut card = card(vec![long; 6]);
    card.buttons.push(button(Action::Approve, "Approve"));
    let message = message(&card, &Around::NOTHING);
    let said = texts(&Value::Array(message.blocks.clone()));
    assert!(said.contains(&"3 more parts are not shown: Slack takes no longer message.".to_owned()), "{said:?}");
    assert_eq!(message.blocks.last().and_then(|block| block["type"].as_str()), Some("actions"));
    assert!(text::total(&message.blocks) <= TEXT_SUM);

    let rows = (0..60).map(|n| Block::Row {
        title: format!("vm-{n}"),
        detail: "41 d".to_owned(),
        buttons: vec![button(Action::Delete, "Delete")],
    });
    let card = Card { blocks: rows.collect(), ..card };
    let message = super::message(&card, &Around::NOTHING);
    assert!(message.blocks.len() < BLOCKS, "{}", message.blocks.len());
}

#[test]
fn a_deep_tree_keeps_its_root_and_where_the_vm_stands() {
    let row = |n: usize| TreeRow {
        number: Some(n),
        depth: n,
        name: format!("step {n:02} of the long upgrade"),
        detail: "2 days old · ≈ 3.1 GB".to_owned(),
        here: false,
    };
    let mut rows: Vec<TreeRow> = (1..=80).map(row).collect();
    rows.push(TreeRow { number: None, depth: 80, name: "You are here".to_owned(), detail: String::new(), here: true });
    let message = message(&card(vec![Block::Tree { rows }]), &Around::NOTHING);
    let tree = texts(&message.blocks[1]).remove(0);
    assert!(tree.starts_with("└─ 1  step 01"), "{tree}");
    assert!(tree.contains("\n  …\n") && tree.ends_with("◆ You are here"), "{tree}");
}

/// What the dialog of a question says.
fn asked(facts: &[(&str, &str)], also: &[(&str, &str)]) -> String {
    let fields = |of: &[(&str, &str)]| {
        of.iter().map(|(label, value)| Field { label: (*label).to_owned(), value: (*value).to_owned() }).collect()
    };
    let mut approve = look(Action::Approve, "Approve");
    approve.confirm = Some(Confirm {
        title: format!("Revert \"{0}\" to \"{0}\"?", "x".repeat(80)),
        facts: fields(facts),
        also: fields(also),
        yes: "Approve".to_owned(),
        no: "Not now".to_owned(),
    });
    let mut card = card(Vec::new());
    card.buttons.push(approve.into());
    let confirm = message(&card, &Around::NOTHING).blocks[1]["elements"][0]["confirm"].clone();
    assert!(confirm["title"]["text"].as_str().is_some_and(|title| title.ends_with('…')), "{confirm}");
    let text = confirm["text"]["text"].as_str().unwrap().to_owned();
    assert!(length(&text) <= limits::CONFIRM_TEXT, "{text}");
    text
}

#[test]
fn the_second_question_says_which_vm_and_snapshot_and_what_is_lost_whatever_they_are_called() {
    let short = asked(
        &[("VM", "\"web-01\""), ("Snapshot", "\"a\""), ("Lost", "≈ 3 GB")],
        &[("Power", "off"), ("Caution", "c")],
    );
    assert_eq!(short, "VM: \"web-01\"\nSnapshot: \"a\"\nLost: ≈ 3 GB\nPower: off\nCaution: c");

    // Two names as long as they get, and a caution that has no room left.
    let (name, caution) = (format!("\"{}\" · paris · DC1/web", "n".repeat(80)), "c".repeat(200));
    let lost = "everything written since then (≈ 3.4 GB)";
    let long = asked(&[("VM", &name), ("Snapshot", &name), ("Lost", lost)], &[("Power", "off"), ("Caution", &caution)]);
    let lines: Vec<&str> = long.lines().collect();
    assert!(lines[0].starts_with("VM: \"nnn") && lines[1].starts_with("Snapshot: \"nnn"), "{long}");
    assert_eq!((lines[2], lines[3]), ("Lost: everything written since then (≈ 3.4 GB)", "Power: off"), "{long}");
    assert!(lines[4].starts_with("Caution: cc") && lines[4].ends_with('…'), "what stands last is cut: {long}");

    // Not even the facts have room: each keeps its beginning, and what stands behind them is left out.
    let huge = "h".repeat(400);
    let huge = asked(&[("VM", &huge), ("Snapshot", &huge), ("Lost", &huge)], &[("Caution", "c")]);
    let lines: Vec<&str> = huge.lines().collect();
    assert_eq!(lines.len(), 3, "{huge}");
    for (line, start) in lines.iter().zip(["VM: hhh", "Snapshot: hhh", "Lost: hhh"]) {
        assert!(line.starts_with(start) && line.ends_with('…') && length(line) > 90, "{huge}");
    }
}

#[test]
fn a_button_with_a_question_carries_it_and_another_its_token_alone() {
    let mut deny = look(Action::Deny, "Deny");
    deny.input = Some(Input { name: "reason".to_owned(), label: "Why not?".to_owned(), optional: true });
    let mut card = card(Vec::new());
    card.buttons = vec![button(Action::Approve, "Approve"), deny.into()];
    let message = message(&card, &Around::NOTHING);
    let value = |at: usize| pressed(message.blocks[1]["elements"][at]["value"].as_str().unwrap());
    assert_eq!(value(0), Pressed::Token("token-1".to_owned()));
    let Pressed::Form(form) = value(1) else { panic!("a form") };
    assert_eq!((form.token.as_str(), form.label.as_str(), form.button.as_str()), ("token-1", "Why not?", "Deny"));
    assert!(form.optional);
}

#[test]
fn those_who_have_to_act_are_called_once_and_by_their_slack_ids() {
    let mut card = card(Vec::new());
    card.to = vec![
        Addressee::Person("bob".into()),
        Addressee::Group { group: "approvers".into(), except: Vec::new() },
        Addressee::Person("bob".into()),
        Addressee::Person("unmapped".into()),
    ];
    let mention = |addressee: &Addressee| match addressee {
        Addressee::Person(person) if person.as_str() == "bob" => Some(Mention::User("U1".to_owned())),
        Addressee::Person(_) => None,
        Addressee::Group { .. } => Some(Mention::UserGroup("S1".to_owned())),
    };
    let mentions = |to: &[Addressee]| Mentions { called: to.iter().filter_map(mention).collect(), more: 3 };
    let message = message(&card, &Around { mentions: &mentions, ..Around::NOTHING });
    let called = serde_json::to_string(&message.blocks[1]).unwrap();
    assert_eq!(called.matches("U1").count(), 1, "{called}");
    assert_eq!(called.matches("S1").count(), 1, "{called}");
    assert!(called.contains("and 3 more"), "{called}");
}

#[test]
fn the_notification_says_it_in_one_escaped_line() {
    let mut card = card(Vec::new());
    card.title = "Revert \"<!channel>\"\nto \"a&b\"?".to_owned();
    let message = message(&card, &Around::NOTHING);
    assert_eq!(message.text, "Revert \"&lt;!channel&gt;\" to \"a&amp;b\"? · waiting");
}
