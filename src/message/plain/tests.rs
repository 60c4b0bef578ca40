//! Cards and what they look like, side by side.

use super::*;
use crate::domain::ids::RequestId;
use crate::message::model::{Action, ButtonStyle, Look, ShownTo, Tone};
use crate::message::words::Locale;

fn card(tone: Tone, title: &str, blocks: Vec<Block>) -> Card {
    Card {
        locale: Locale::En,
        tone,
        tone_word: format!("{tone:?}").to_lowercase(),
        title: title.to_owned(),
        blocks,
        buttons: Vec::new(),
        to: Vec::new(),
        details: Vec::new(),
        files: Vec::new(),
        request: None,
        state: None,
    }
}

fn button(action: Action, label: &str) -> Button {
    Button::from(Look {
        action,
        token: "t".to_owned(),
        label: label.to_owned(),
        style: ButtonStyle::Plain,
        shown_to: ShownTo::Anyone,
        input: None,
        confirm: None,
    })
}

fn field(label: &str, value: &str) -> Field {
    Field { label: label.to_owned(), value: value.to_owned() }
}

fn row(number: Option<usize>, depth: usize, name: &str, detail: &str) -> TreeRow {
    TreeRow { number, depth, name: name.to_owned(), detail: detail.to_owned(), here: number.is_none() }
}

fn progress(percent: Option<u8>, text: &str) -> Block {
    Block::Progress { percent, text: text.to_owned() }
}

#[track_caller]
fn check(card: &Card, expected: &[&str]) {
    assert_eq!(render(card), expected.join("\n"), "\n--- drawn:\n{}\n", render(card));
}

#[test]
fn a_card_that_waits_has_aligned_fields_cautions_and_buttons() {
    let mut asked = card(
        Tone::Waiting,
        "Revert \"web-01\" to \"before upgrade\"?",
        vec![
            Block::Fields {
                fields: vec![
                    field("Asked by", "@alice · R-7KQ2 · CHG0042117"),
                    field("Snapshot", "\"before upgrade\" · 2 days old"),
                    field("Lost", "everything written since then (≈ 3.4 GB)"),
                ],
            },
            Block::Caution { label: "Caution".to_owned(), text: "Disk 2 is independent.\nIt stays.".to_owned() },
            Block::Note { text: "One of @approvers decides.".to_owned() },
        ],
    );
    asked.buttons = vec![button(Action::Approve, "Approve"), button(Action::Deny, "Deny")];
    asked.request = RequestId::parse("R-7KQ2");
    check(
        &asked,
        &[
            "Revert \"web-01\" to \"before upgrade\"?                                      waiting",
            "  Asked by    @alice · R-7KQ2 · CHG0042117",
            "  Snapshot    \"before upgrade\" · 2 days old",
            "  Lost        everything written since then (≈ 3.4 GB)",
            "  ⚠ Caution   Disk 2 is independent.",
            "              It stays.",
            "  One of @approvers decides.",
            "[Approve] [Deny]",
        ],
    );
}

#[test]
fn only_a_hundred_per_cent_fills_the_bar() {
    let drawn = |percent| bar(percent);
    assert_eq!(drawn(None), "░░░░░░░░░░░░░░");
    assert_eq!(drawn(Some(48)), "▓▓▓▓▓▓░░░░░░░░");
    assert_eq!(drawn(Some(99)), "▓▓▓▓▓▓▓▓▓▓▓▓▓░");
    assert_eq!(drawn(Some(100)), "▓▓▓▓▓▓▓▓▓▓▓▓▓▓");
    assert_eq!(drawn(Some(255)), "▓▓▓▓▓▓▓▓▓▓▓▓▓▓");
    let running = card(Tone::Running, "Reverting", vec![progress(Some(50), "50 % · 1 min")]);
    check(
        &running,
        &[
            "Reverting                                                                 running",
            "  ▓▓▓▓▓▓▓░░░░░░░ 50 % · 1 min",
        ],
    );
}

#[test]
fn a_tree_has_its_branches_and_the_place_where_one_is() {
    let rows = vec![
        row(Some(1), 0, "clean", "40 days"),
        row(Some(2), 1, "try A", ""),
        row(Some(3), 2, "try A again", "2 GB"),
        row(Some(4), 1, "try B", ""),
        row(None, 2, "You are here", ""),
        row(Some(5), 0, "other root", ""),
    ];
    let listed = card(Tone::Info, "Snapshots", vec![Block::Tree { rows }]);
    check(
        &listed,
        &[
            "Snapshots                                                                 info",
            "  1  clean · 40 days",
            "  ├─ 2  try A",
            "  │  └─ 3  try A again · 2 GB",
            "  └─ 4  try B",
            "     └─ ◆ You are here",
            "  5  other root",
        ],
    );
}

#[test]
fn a_deep_chain_and_a_nonsense_depth_are_drawn() {
    let rows: Vec<TreeRow> = (0..30).map(|depth| row(Some(depth + 1), depth, "s", "")).collect();
    let drawn = render(&card(Tone::Info, "deep", vec![Block::Tree { rows }]));
    assert_eq!(drawn.lines().count(), 31);
    assert!(drawn.ends_with("└─ 30  s"), "{drawn}");
    let absurd = vec![row(Some(1), usize::MAX, "s", "")];
    assert_eq!(render(&card(Tone::Info, "x", vec![Block::Tree { rows: absurd }])).lines().count(), 2);
}

#[test]
fn the_request_is_named_once() {
    let mut done = card(Tone::Success, "done", Vec::new());
    done.request = RequestId::parse("R-7KQ2");
    assert!(render(&done).ends_with("success · R-7KQ2"));
    let fields = vec![field("Asked by", "@alice · R-7KQ2")];
    done.blocks.push(Block::Fields { fields });
    assert_eq!(render(&done).matches("R-7KQ2").count(), 1, "{}", render(&done));
}

#[test]
fn a_strangers_name_cannot_start_a_line_or_turn_the_text() {
    let hostile = "web\n[Approve] \u{202e}evil\u{1b}[2J\r\u{2028}x";
    let shown = card(
        Tone::Info,
        hostile,
        vec![
            Block::Fields { fields: vec![field(hostile, "v")] },
            Block::Tree { rows: vec![row(Some(1), 0, hostile, hostile)] },
        ],
    );
    let drawn = render(&shown);
    assert_eq!(drawn.lines().count(), 3, "{drawn}");
    assert!(!drawn.contains(['\u{202e}', '\u{1b}', '\r', '\u{2028}']), "{drawn:?}");
}

#[test]
fn wide_letters_count_by_what_is_shown() {
    let fields = vec![field("日本", "a"), field("abcd", "b")];
    let drawn = render(&card(Tone::Info, "w", vec![Block::Fields { fields }]));
    let columns: Vec<usize> = drawn.lines().skip(1).map(|line| line.trim_end_matches(['a', 'b']).width()).collect();
    assert_eq!(columns, [9, 6].map(|_| columns[0]).to_vec(), "{drawn}");
}

#[test]
fn code_stands_in_and_a_long_title_pushes_the_tone_word() {
    let title = "x".repeat(90);
    let long = card(Tone::Failure, &title, vec![Block::Code { text: "/snapshot take web-01".to_owned() }]);
    check(&long, &[&format!("{title}  failure"), "    /snapshot take web-01"]);
}
