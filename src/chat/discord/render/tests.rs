//! What a card looks like on Discord, by example; the hostile ones are in `tests/discord/render.rs`.

use serde_json::json;

use super::*;
use crate::domain::ids::RequestId;
use crate::message::model::Field;
use crate::message::words::Locale;

fn card(blocks: Vec<Block>) -> Card {
    Card {
        locale: Locale::En,
        tone: Tone::Running,
        tone_word: "running".to_owned(),
        title: "Reverting \"web_01\"".to_owned(),
        blocks,
        buttons: Vec::new(),
        to: Vec::new(),
        details: Vec::new(),
        files: Vec::new(),
        request: RequestId::parse("R-7KQ2"),
        state: None,
    }
}

fn field(label: &str, value: &str) -> Field {
    Field { label: label.to_owned(), value: value.to_owned() }
}

#[test]
fn text_then_fields_then_what_follows_them() {
    let blocks = vec![
        Block::Progress { percent: Some(50), text: "50 % · 12 s".to_owned() },
        Block::Fields {
            fields: vec![field("Asked by", "@alice"), field("Lost", "everything written since then (≈ 3.4 GB)")],
        },
        Block::Caution { label: "Caution".to_owned(), text: "Disk 2 is independent.".to_owned() },
        Block::Text { text: "Type this:".to_owned() },
        Block::Code { text: "/snapshot list web_01".to_owned() },
        Block::Note { text: "Small print.".to_owned() },
    ];
    let message = post(&card(blocks), &Mentions::default());
    assert_eq!(
        message.body,
        json!({
            "content": "",
            "embeds": [{
                "title": "Reverting \"web\\_01\"",
                "color": 0x3b_82_f6,
                "footer": { "text": "running · R-7KQ2" },
                "description": "▓▓▓▓▓▓▓░░░░░░░ 50 % · 12 s",
                "fields": [
                    { "name": "Asked by", "value": "\\@alice", "inline": true },
                    { "name": "Lost", "value": "everything written since then (≈ 3.4 GB)", "inline": false },
                    { "name": "⚠ Caution", "value": "Disk 2 is independent.", "inline": false },
                    { "name": "\u{200b}", "value": "Type this:\n```\n/snapshot list web_01\n```\n-# Small print.", "inline": false },
                ],
            }],
            "components": [],
            "allowed_mentions": { "parse": [] },
        })
    );
}

#[test]
fn those_who_have_to_act_are_called_once() {
    let own = Mentions { users: vec!["1".to_owned()], roles: vec!["2".to_owned()], more: 0 };
    let posted = post(&card(Vec::new()), &own);
    assert_eq!(posted.body["content"], "<@1> <@&2> Reverting \"web\\_01\"");
    assert_eq!(posted.body["allowed_mentions"], json!({ "parse": [], "users": ["1"], "roles": ["2"] }));
    let edited = edit(&card(Vec::new()), &own);
    assert_eq!(edited.body["content"], posted.body["content"]);
    assert_eq!(edited.body["allowed_mentions"], json!({ "parse": [] }));
    assert_eq!(edited.body["attachments"], json!([]));
}

#[test]
fn a_long_tree_loses_whole_lines_and_no_limit_is_passed() {
    let row = |number: usize| crate::message::model::TreeRow {
        number: Some(number),
        depth: number.min(30),
        name: format!("step {number}"),
        detail: "3 days old · ≈ 2 GB".repeat(3),
        here: false,
    };
    let blocks = vec![
        Block::Text { text: "x ".repeat(4_000) },
        Block::Tree { rows: (1..=32).map(row).collect() },
        Block::Fields { fields: (0..60).map(|at| field(&format!("label {at}"), &"y ".repeat(900))).collect() },
    ];
    let message = post(&card(blocks), &Mentions::default());
    let embed = &message.body["embeds"][0];
    assert!(size(embed) <= limits::EMBED_SUM, "{}", size(embed));
    assert!(embed["description"].as_str().unwrap().ends_with('…'));
    let tree = post(&card(vec![Block::Tree { rows: (1..=200).map(row).collect() }]), &Mentions::default());
    let description = tree.body["embeds"][0]["description"].as_str().unwrap();
    assert!(description.starts_with("```\n└─ 1  step 1") && description.ends_with("\n…\n```"), "{description}");
}

#[test]
fn details_are_a_second_embed_for_one_reader_and_a_thread_for_a_channel() {
    let mut card = card(Vec::new());
    card.details = vec![Block::Text { text: "The whole story.".to_owned() }];
    assert_eq!(reply(&card).body["embeds"][1]["description"], "The whole story.");
    assert_eq!(post(&card, &Mentions::default()).body["embeds"].as_array().unwrap().len(), 1);
    assert_eq!(thread(&card).unwrap().body["embeds"][0]["description"], "The whole story.");
    assert_eq!(thread_name(&card), "Reverting \"web_01\"");
}
