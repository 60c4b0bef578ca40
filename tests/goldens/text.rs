//! Samples as a reviewer reads them: the plain text in both languages, one below the other, and what plain text leaves out.
//!
//! Below the text of a language stand the words that are seen only after a click or further down: `✎` the text that a button asks
//! for, `▤` a file, `┆` the details. What has no words stands once, below both languages: the tone, the
//! state and who is called, and a line for each button with its token's beginning, its look and who is shown it.

use std::collections::BTreeMap;

use snapwarden::message::model::{Addressee, Attachment, Block, Button, ButtonStyle, Card, Input, Look, ShownTo};
use snapwarden::message::plain;
use snapwarden::message::words::Locale;

use super::files::HEADING;
use super::{Golden, drawn};

/// So many digits of a token's MAC tell whether it is still bound to the same.
const MAC_SHOWN: usize = 4;

/// The samples of some goldens in one text. One that reads like an earlier one only says so.
pub(super) fn samples(goldens: &[Golden]) -> String {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    let mut text = String::new();
    for golden in goldens {
        let of = |locale: Locale| drawn().iter().filter(move |one| one.golden == golden.name && one.locale == locale);
        for (english, french) in of(Locale::En).zip(of(Locale::Fr)) {
            let heading = match english.what.as_str() {
                "" => golden.name.to_owned(),
                what => format!("{} · {what}", golden.name),
            };
            let said = said(&[&english.card, &french.card]);
            let said = match seen.get(&said) {
                Some(first) => format!("reads like: {first}"),
                None => {
                    seen.insert(said.clone(), heading.clone());
                    said
                }
            };
            text.push_str(&format!("{HEADING}{heading}\n{said}\n\n"));
        }
    }
    text
}

/// One sample, in its languages.
fn said(cards: &[&Card]) -> String {
    let mut parts: Vec<String> = cards.iter().copied().map(words).collect();
    let mut bare: Vec<String> = cards.iter().copied().map(wordless).collect();
    bare.dedup();
    parts.extend(bare);
    parts.join("\n──\n")
}

/// Everything in it that somebody reads.
fn words(card: &Card) -> String {
    let mut lines = vec![plain::render(card)];
    let mut asked: Vec<String> = buttons(card).into_iter().filter_map(|(_, button)| forms(button)).collect();
    asked.dedup();
    lines.extend(asked);
    for Attachment { name, media_type, alt, bytes } in &card.files {
        lines.push(format!("  ▤ {name} ({media_type}, {} bytes): {}", bytes.len(), plain::one_line(alt)));
    }
    if !card.details.is_empty() {
        let below = Card { blocks: card.details.clone(), buttons: Vec::new(), files: Vec::new(), ..card.clone() };
        let below = plain::render(&below);
        // The first line is the title once more.
        lines.extend(below.lines().skip(1).map(|line| format!("  ┆{line}").trim_end().to_owned()));
    }
    lines.join("\n")
}

/// What a button asks for before it counts. What it asks once more stands in a golden of its own.
fn forms(button: &Button) -> Option<String> {
    let Input { name: _, label, optional: _ } = button.input.as_ref()?;
    Some(plain::one_line(&format!("  ✎ {label}")))
}

/// What is the same in every language.
fn wordless(card: &Card) -> String {
    let Card { tone, state, request, to, .. } = card;
    let mut first = vec![format!("{tone:?}").to_lowercase()];
    first.extend(state.clone());
    first.extend(request.as_ref().map(|request| request.to_string()));
    first.extend((!to.is_empty()).then(|| format!("calls {}", to.iter().map(called).collect::<Vec<_>>().join(" "))));
    let mut lines = vec![first.join(" · ")];
    lines.extend(buttons(card).into_iter().map(|(row, button)| {
        let place = row.map(|row| format!("row {row}: ")).unwrap_or_default();
        format!("{place}{}", looks(button))
    }));
    lines.join("\n")
}

fn called(addressee: &Addressee) -> String {
    match addressee {
        Addressee::Person(person) => format!("@{person}"),
        Addressee::Group { group, except } => {
            let but: Vec<String> = except.iter().map(|person| format!("−@{person}")).collect();
            format!("@@{group}{}", but.concat())
        }
    }
}

/// The card's own buttons, then those of its rows with the row's number.
pub(super) fn buttons(card: &Card) -> Vec<(Option<usize>, &Button)> {
    let rows = card.blocks.iter().filter_map(|block| match block {
        Block::Row { buttons, .. } => Some(buttons),
        Block::Text { .. }
        | Block::Fields { .. }
        | Block::Caution { .. }
        | Block::Progress { .. }
        | Block::Tree { .. }
        | Block::Picture { .. }
        | Block::Code { .. }
        | Block::Note { .. } => None,
    });
    let listed = rows.enumerate().flat_map(|(row, buttons)| buttons.iter().map(move |button| (Some(row + 1), button)));
    card.buttons.iter().map(|button| (None, button)).chain(listed).collect()
}

/// `R-7KQ2.approve.0.eb0a primary ? for @@approvers, not @alice`
fn looks(button: &Button) -> String {
    let Look { action, token, label: _, style, shown_to, input, confirm } = &**button;
    let mut parts = vec![token_shown(token, action.word())];
    parts.push(
        match style {
            ButtonStyle::Primary => "primary",
            ButtonStyle::Danger => "danger",
            ButtonStyle::Plain => "plain",
        }
        .to_owned(),
    );
    parts.extend(confirm.as_ref().map(|_| "?".to_owned()));
    parts.extend(input.as_ref().map(|Input { name, label: _, optional }| {
        let may = if *optional { "may" } else { "must" };
        format!("✎ {may} give {name}")
    }));
    match shown_to {
        ShownTo::Anyone => {}
        ShownTo::Person(person) => parts.push(format!("for @{person}")),
        ShownTo::Groups { groups, except, approved } => {
            let groups: Vec<String> = groups.iter().map(|group| format!("@@{group}")).collect();
            let not: Vec<String> = except.iter().chain(approved).map(|person| format!(", not @{person}")).collect();
            parts.push(format!("for {}{}", groups.join(" "), not.concat()));
        }
    }
    parts.join(" ")
}

/// A token without the end of its MAC. It is bound to what the card shows; that it is bound to the same is seen at its beginning.
fn token_shown(token: &str, word: &str) -> String {
    match token.split('.').collect::<Vec<_>>().as_slice() {
        [request, action, choice, mac] if *action == word => {
            format!("{request}.{action}.{choice}.{}", mac.get(..MAC_SHOWN).unwrap_or(mac))
        }
        _ => format!("{word} {token:?}"),
    }
}
