//! What the bot said, as scenarios compare it: plain text, with what differs between two runs left out.

use serde_json::Value;
use snapwarden::message::model::Card;
use snapwarden::message::plain;

/// One message as one reader sees it.
#[derive(Debug, Clone)]
pub(crate) struct Said(pub(crate) Value);

impl Said {
    /// A card, as it is shown to whoever sees all of it.
    pub(crate) fn of(card: &Card) -> Self {
        let mut value = serde_json::to_value(card).unwrap();
        value["plain"] = plain::render(card).into();
        Self(value)
    }

    /// Its text: blanks that only align are two, ids are `R-…`, and the lines stand at the left.
    pub(crate) fn text(&self) -> String {
        level(self.0["plain"].as_str().expect("a message has plain text"))
    }

    /// The state of the request that it is about.
    pub(crate) fn state(&self) -> &str {
        self.0["state"].as_str().unwrap_or_default()
    }

    /// Its id in the channel.
    pub(crate) fn id(&self) -> &str {
        self.0["id"].as_str().expect("a message has an id")
    }

    /// The labels of the buttons that the reader sees.
    pub(crate) fn labels(&self) -> Vec<&str> {
        self.buttons().iter().filter_map(|button| button["label"].as_str()).collect()
    }

    /// The token behind a button.
    pub(crate) fn token(&self, label: &str) -> Option<String> {
        let button = self.buttons().iter().find(|button| button["label"] == label)?;
        button["token"].as_str().map(str::to_owned)
    }

    /// The token behind a button of the row whose title holds this.
    pub(crate) fn row_token(&self, row: &str, label: &str) -> String {
        let of_row = |one: &&Value| one["title"].as_str().unwrap().contains(row) && one["label"] == label;
        let rows = self.rows();
        let found = rows.iter().find(of_row).unwrap_or_else(|| panic!("no [{label}] at {row} in:\n{}", self.text()));
        found["token"].as_str().unwrap().to_owned()
    }

    /// The labels of the buttons of the row whose title holds this.
    pub(crate) fn row_labels(&self, row: &str) -> Vec<String> {
        let rows = self.rows();
        let of_row = rows.iter().filter(|one| one["title"].as_str().unwrap().contains(row));
        of_row.map(|one| one["label"].as_str().unwrap().to_owned()).collect()
    }

    /// The buttons of its rows: as the front tells of them, or as the model has them.
    fn rows(&self) -> Vec<Value> {
        if let Some(rows) = self.0["rows"].as_array() {
            return rows.clone();
        }
        let blocks = self.0["blocks"].as_array().expect("a message has blocks").iter();
        let of_block = |block: &Value| {
            let title = block["title"].as_str().unwrap().to_owned();
            let buttons = block["buttons"].as_array().unwrap().clone();
            buttons.into_iter().map(move |button| row_button(&title, &button))
        };
        blocks.filter(|block| block["kind"] == "row").flat_map(of_block).collect()
    }

    fn buttons(&self) -> &[Value] {
        self.0["buttons"].as_array().expect("a message has buttons")
    }
}

/// A button of a list's row.
pub(crate) fn row_button(title: &str, button: &Value) -> Value {
    serde_json::json!({ "title": title, "label": button["label"], "token": button["token"] })
}

/// Text of which only the words count: each line without its indentation, longer gaps as two blanks, ids as `R-…`.
pub(crate) fn level(text: &str) -> String {
    let lines = text.trim().lines().map(|line| {
        let mut levelled = String::new();
        let mut gap = 0;
        for c in line.trim().chars() {
            if c == ' ' {
                gap += 1;
                continue;
            }
            levelled.push_str(&" ".repeat(gap.min(2)));
            gap = 0;
            levelled.push(c);
        }
        without_ids(&levelled)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// `R-7KQ2` becomes `R-…`.
fn without_ids(line: &str) -> String {
    let mut parts = line.split("R-");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let code = part.chars().take_while(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        kept.push_str("R-");
        if code.clone().count() == 4 {
            kept.push('…');
            kept.extend(part.chars().skip(4));
        } else {
            kept.push_str(part);
        }
    }
    kept
}
