//! Whether the pinned cards show everything: whatever a sample makes a renderer do, some pinned card makes it do as well, and each
//! of a platform's limits is reached by one.
//!
//! What a renderer does is seen in the shape of its JSON: which keys stand where, which of a few words they hold, whether a text was
//! cut, escaped or set in code, whether a list is empty, single or longer, and how long lists get.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use snapwarden::message::model::{Action, Block, Button, Card};

use super::rendered::{PLATFORMS, Payload, pins, samples};
use super::{drawn, pins as pinned};

/// Keys whose text is one of a few words. Any other text is only looked at for how it was made.
const WORDS: [&str; 11] =
    ["type", "kind", "schema", "style", "color", "tone", "action", "audience", "callback_id", "locale", "verb"];

/// Keys that hold ids, in buttons and choices at least: of these, the sign that stands before one, and the action.
const IDS: [&str; 4] = ["custom_id", "action_id", "token", "value"];

/// What a text of a platform can show of how it was made. The console passes texts on as they are.
fn marks(platform: &str) -> &'static [(&'static str, &'static str)] {
    match platform {
        "slack" => &[
            ("cut", "…"),
            ("lines", "\n"),
            ("escaped", "&"),
            ("caution", "⚠"),
            ("bar", "░"),
            ("branch", "├─"),
            ("replaced", "\u{fffd}"),
        ],
        "discord" => &[
            ("cut", "…"),
            ("lines", "\n"),
            ("escaped", "\\"),
            ("code", "```"),
            ("small print", "-# "),
            ("bold", "**"),
            ("caution", "⚠"),
            ("bar", "░"),
            ("branch", "├─"),
            ("replaced", "\u{fffd}"),
            ("nothing to see", "\u{200b}"),
        ],
        _ => &[],
    }
}

/// The shape of payloads: what stands where, and how long lists and texts are there.
struct Shape {
    marks: &'static [(&'static str, &'static str)],
    features: BTreeSet<String>,
    lists: BTreeMap<String, usize>,
    texts: BTreeMap<String, usize>,
}

impl Shape {
    /// The shape of everything that a platform is sent of these.
    fn of(payloads: &[Payload], platform: &str) -> Self {
        let (lists, texts) = (BTreeMap::new(), BTreeMap::new());
        let mut shape = Self { marks: marks(platform), features: BTreeSet::new(), lists, texts };
        for payload in payloads.iter().filter(|payload| payload.platform == platform) {
            shape.add(&payload.json, "");
        }
        shape
    }

    fn add(&mut self, value: &Value, path: &str) {
        match value {
            Value::Object(fields) => {
                let kind = ["type", "kind"].into_iter().find_map(|key| fields.get(key));
                let path = kind.map_or_else(|| path.to_owned(), |kind| format!("{path}<{}>", bare(kind)));
                for (key, inner) in fields {
                    self.add_field(key, inner, &format!("{path}.{key}"));
                }
            }
            Value::Array(all) => {
                longer(&mut self.lists, path, all.len());
                let count = match all.len() {
                    0 => "none",
                    1 => "one",
                    _ => "several",
                };
                self.features.insert(format!("{path}: {count}"));
                all.iter().for_each(|inner| self.add(inner, &format!("{path}[]")));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn add_field(&mut self, key: &str, value: &Value, path: &str) {
        match value {
            Value::Object(_) | Value::Array(_) => self.add(value, path),
            Value::Null | Value::Bool(_) => {
                self.features.insert(format!("{path}={value}"));
            }
            Value::Number(_) if WORDS.contains(&key) || key == "flags" => {
                self.features.insert(format!("{path}={value}"));
            }
            Value::Number(_) => {
                self.features.insert(path.to_owned());
            }
            Value::String(text) if WORDS.contains(&key) => {
                self.features.insert(format!("{path}={text}"));
            }
            Value::String(text) if IDS.contains(&key) && text.split('.').count() > 1 && !text.contains(' ') => {
                let sign = text.split_once(':').map_or("", |(sign, _)| if sign.len() < 3 { sign } else { "json" });
                self.features.insert(format!("{path}={sign}:"));
                let action = text.split(['.', ':']).find_map(Action::of);
                self.features.extend(action.map(|action| format!("{path}={}", action.word())));
            }
            Value::String(text) => {
                longer(&mut self.texts, path, text.encode_utf16().count());
                let marked = self.marks.iter().filter(|(_, mark)| text.contains(mark));
                self.features.extend(marked.map(|(what, _)| format!("{path}: {what}")));
                let empty = if text.is_empty() && !self.marks.is_empty() { ": empty" } else { "" };
                self.features.insert(format!("{path}{empty}"));
            }
        }
    }
}

fn longer(longest: &mut BTreeMap<String, usize>, path: &str, length: usize) {
    let known = longest.entry(path.to_owned()).or_default();
    *known = length.max(*known);
}

/// A word or a number without its quotes.
fn bare(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn goldens_show_whatever_a_sample_makes_a_platform_do() {
    let mut missing = Vec::new();
    for platform in PLATFORMS {
        let (of_samples, of_pins) = (Shape::of(samples(), platform), Shape::of(pins(), platform));
        missing.extend(of_samples.features.difference(&of_pins.features).map(|one| format!("{platform}: {one}")));
        for (path, length) in of_samples.lists.iter().filter(|_| platform != "console") {
            let longest = of_pins.lists.get(path).copied().unwrap_or_default();
            if *length > longest {
                missing.push(format!("{platform}: {path} has {length} in a sample, and {longest} at most in a card"));
            }
        }
        let (own, all) = (of_samples.features.len(), of_pins.features.len());
        told!("{platform}: all {own} features of the samples' payloads are pinned, and {} more", all - own.min(all));
    }
    assert!(missing.is_empty(), "no card in tests/goldens/pins.rs shows this; add one:\n{}", missing.join("\n"));
}

/// The same for the cards themselves, whatever a platform makes of them.
#[test]
fn goldens_show_every_kind_of_block_and_button() {
    let own = pinned::cards();
    let (of_samples, of_pins) = (
        drawn().iter().flat_map(|one| kinds(&one.card)).collect(),
        own.iter().flat_map(|one| kinds(&one.card)).collect(),
    );
    let missing: Vec<&String> = BTreeSet::difference(&of_samples, &of_pins).collect();
    assert!(missing.is_empty(), "no card in tests/goldens/pins.rs has these; add one: {missing:#?}");
}

/// The kinds of blocks and buttons that a card has, in its body and in its details.
fn kinds(card: &Card) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    let tones = format!("tone {:?}", card.tone);
    all.insert(tones);
    for (place, blocks) in [("body", &card.blocks), ("details", &card.details)] {
        for block in blocks {
            let kind = serde_json::to_value(block).unwrap()["kind"].clone();
            all.insert(format!("{place} {}", bare(&kind)));
            if let Block::Row { buttons, .. } = block {
                all.extend(buttons.iter().map(|one| format!("{place} {} {}", bare(&kind), ways(one))));
            }
        }
    }
    all.extend(card.buttons.iter().map(|one| format!("button {}", ways(one))));
    all.extend(card.buttons.iter().map(|one| format!("button {}", one.action.word())));
    all
}

/// How a button looks and what it asks.
fn ways(button: &Button) -> String {
    let input = button.input.as_ref().map(|input| format!("{} optional={}", input.name, input.optional));
    let facts = button.confirm.as_ref().map(|confirm| format!("confirm facts={}", !confirm.facts.is_empty()));
    format!("{:?} {} {}", button.style, input.unwrap_or_default(), facts.unwrap_or_default())
}

/// A cut falls between words and may leave so many characters free; of things that stand together, one may be left out.
const FREE: usize = 12;
const FREE_OF_A_LIST: usize = 1;

/// Where a limit is seen, by its path or the end of it, and how long what stands there may be. The numbers are the platforms', and some
/// that the bot set itself where a platform has none.
const LIMITS: [(&str, &str, usize); 32] = [
    ("slack", "^.text", 300),
    ("slack", "^.blocks", 50),
    ("slack", "<rich_text_section>.elements[]<text>.text", 3_000),
    ("slack", "<rich_text_preformatted>.elements[]<text>.text", 3_000),
    ("slack", "<context>.elements[]<plain_text>.text", 3_000),
    ("slack", "<image>.alt_text", 2_000),
    ("slack", "<actions>.elements", 25),
    ("slack", "<button>.text<plain_text>.text", 75),
    ("slack", ".confirm.title<plain_text>.text", 100),
    ("slack", ".confirm.text<plain_text>.text", 300),
    ("slack", ".confirm.confirm<plain_text>.text", 30),
    ("slack", ".confirm.deny<plain_text>.text", 30),
    ("slack", ".view<modal>.title<plain_text>.text", 24),
    ("slack", ".view<modal>.submit<plain_text>.text", 24),
    ("slack", ".view<modal>.blocks[]<input>.label<plain_text>.text", 300),
    ("slack", ".view<home>.blocks", 100),
    ("discord", ".payload.content", 2_000),
    ("discord", ".payload.embeds", 9),
    ("discord", ".payload.embeds[].title", 256),
    ("discord", ".payload.embeds[].description", 4_096),
    ("discord", ".payload.embeds[].fields", 25),
    ("discord", ".payload.embeds[].fields[].name", 256),
    ("discord", ".payload.embeds[].fields[].value", 1_024),
    ("discord", ".payload.attachments", 10),
    ("discord", ".payload.attachments[].description", 1_024),
    ("discord", ".payload.components", 5),
    ("discord", ".payload.components[]<1>.components[]<2>.label", 80),
    ("discord", ".payload.components[]<1>.components[]<3>.options", 25),
    ("discord", ".payload.components[]<1>.components[]<3>.options[].label", 100),
    ("discord", ".payload.components[]<1>.components[]<3>.placeholder", 150),
    ("discord", ".payload<9>.data.title", 45),
    ("discord", ".payload<9>.data.components[]<1>.components[]<4>.label", 45),
];

#[test]
fn goldens_reach_the_limits_of_the_platforms() {
    let shapes: BTreeMap<&str, Shape> = PLATFORMS.map(|platform| (platform, Shape::of(pins(), platform))).into();
    let mut wrong = Vec::new();
    for (platform, end, limit) in LIMITS {
        let shape = &shapes[platform];
        let own = shape.lists.iter().map(|one| (one, FREE_OF_A_LIST)).chain(shape.texts.iter().map(|one| (one, FREE)));
        let own: Vec<((&String, &usize), usize)> = own.filter(|((path, _), _)| is_at(path, end)).collect();
        let longest = own.iter().map(|((_, length), _)| **length).max().unwrap_or_default();
        let free = own.iter().map(|(_, free)| *free).max().unwrap_or_default();
        if longest > limit || longest + free < limit {
            wrong.push(format!("{platform}: {end} is {longest} long at most, and may be {limit}"));
        }
    }
    for (platform, places, keys, limit) in SUMS {
        let own = pins().iter().filter(|payload| payload.platform == platform);
        let longest = own.map(|payload| {
            let texts = places.iter().filter_map(|place| payload.json.pointer(place)).map(|inner| sum(inner, keys));
            texts.sum::<usize>()
        });
        let longest = longest.max().unwrap_or_default();
        if longest > limit || longest + limit / 50 < limit {
            wrong.push(format!("{platform}: all text of a message is {longest} long at most, and may be {limit}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a path is this one (`^.text`), or ends so.
fn is_at(path: &str, end: &str) -> bool {
    end.strip_prefix('^').map_or_else(|| path.ends_with(end), |whole| path == whole)
}

/// All text of one message together: where it stands, the keys that hold it, and the limit.
const SUMS: [(&str, &[&str], &[&str], usize); 2] = [
    ("slack", &["/blocks", "/attachments/0/blocks"], &["text", "alt_text"], 8_800),
    (
        "discord",
        &["/payload/embeds", "/payload/data/embeds"],
        &["title", "description", "text", "name", "value"],
        6_000,
    ),
];

/// How long the texts below are together.
fn sum(value: &Value, keys: &[&str]) -> usize {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, inner)| match inner {
                Value::String(text) if keys.contains(&key.as_str()) => text.encode_utf16().count(),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
                Value::Array(_) | Value::Object(_) => sum(inner, keys),
            })
            .sum(),
        Value::Array(all) => all.iter().map(|inner| sum(inner, keys)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}
