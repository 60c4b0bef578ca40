//! The App Home: what waits for this person, what they asked for, and the oldest snapshots that they may do something about.

use serde_json::{Value, json};

use super::Carried;
use crate::chat::slack::limits::{BLOCK_TEXT, LABEL, VIEW_BLOCKS, cut};
use crate::chat::slack::render::text::{bold, context, plain, plain_text, section};
use crate::chat::slack::render::{self, Around};
use crate::message::model::Card;
use crate::message::plain::one_line;
use crate::message::words::{Locale, say};

/// At most so many blocks of one request's card: beside others it says what it is and has its buttons.
const CARD_BLOCKS: usize = 12;

/// At most so many requests of each kind.
const REQUESTS: usize = 5;

/// What stands on somebody's App Home.
pub struct Home<'a> {
    /// Requests that wait for this person's yes or no.
    pub waiting: &'a [Card],
    /// Requests of this person that are not over.
    pub mine: &'a [Card],
    /// The oldest snapshots that they may do something about.
    pub oldest: &'a [Old],
    pub locale: Locale,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Old {
    /// `"before migration" on "db-01"`
    pub title: String,
    /// `41 days old`
    pub detail: String,
    /// The VM, as a command names it.
    pub vm: String,
    /// The snapshot, as a command names it.
    pub snapshot: String,
}

/// The view, for views.publish.
pub fn home(home: &Home<'_>) -> Value {
    let Home { waiting, mine, oldest, locale } = home;
    let say = |key: &str| say(*locale, key, &[]);
    let mut blocks = vec![section(vec![plain(&say("slack-home-hello"))]), ask_button(&say("slack-home-ask"))];
    for (heading, none, cards) in
        [("slack-home-waiting", "slack-home-none-waiting", waiting), ("slack-home-mine", "slack-home-none-mine", mine)]
    {
        blocks.push(header(&say(heading)));
        if cards.is_empty() {
            blocks.push(context(&say(none)));
        }
        for card in cards.iter().take(REQUESTS) {
            blocks.extend(render::page(card, &Around::NOTHING, CARD_BLOCKS));
            blocks.push(json!({"type": "divider"}));
        }
    }
    blocks.push(header(&say("slack-home-oldest")));
    if oldest.is_empty() {
        blocks.push(context(&say("slack-home-none-oldest")));
    }
    for (index, Old { title, detail, vm, snapshot }) in oldest.iter().enumerate() {
        if blocks.len() + 2 > VIEW_BLOCKS {
            break;
        }
        let title = cut(&one_line(title), BLOCK_TEXT / 4);
        blocks.push(section(vec![bold(&title), plain(&format!("\n{}", cut(&one_line(detail), BLOCK_TEXT / 4)))]));
        let button = |verb: &str, key: &str| {
            let carried = Carried {
                verb: Some(verb.to_owned()),
                vm: Some(vm.clone()),
                snapshot: Some(snapshot.clone()),
                ..Carried::default()
            };
            json!({"type": "button", "action_id": format!("open.{verb}.{index}"),
                "text": plain_text(&cut(&say(key), LABEL)),
                "value": serde_json::to_string(&carried).unwrap_or_default()})
        };
        let elements = [button("delete", "slack-home-delete"), button("revert", "slack-home-revert")];
        blocks.push(json!({"type": "actions", "elements": elements}));
    }
    blocks.truncate(VIEW_BLOCKS);
    json!({"type": "home", "blocks": blocks})
}

fn ask_button(label: &str) -> Value {
    let carried = serde_json::to_string(&Carried::default()).unwrap_or_default();
    json!({"type": "actions", "elements": [{"type": "button", "action_id": "open.take", "style": "primary",
        "text": plain_text(&cut(label, LABEL)), "value": carried}]})
}

fn header(text: &str) -> Value {
    json!({"type": "header", "text": plain_text(&cut(text, 150))})
}
