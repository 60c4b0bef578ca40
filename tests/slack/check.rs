//! What Slack refuses in a message or a view, written down from its documentation and not from our own limits.
//!
//! Blocks of kinds that nobody should send are refused too: a fake that takes what it does not know hides mistakes.

use serde_json::Value;

/// Everything that is wrong with the arguments of chat.postMessage, chat.update or chat.postEphemeral.
pub(crate) fn message(arguments: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let blocks = list(arguments, "blocks");
    let attached: Vec<Value> = list(arguments, "attachments").iter().flat_map(|one| list(one, "blocks")).collect();
    if blocks.len() + attached.len() > 50 {
        faults.push(format!("{} blocks", blocks.len() + attached.len()));
    }
    let text = arguments["text"].as_str().unwrap_or_default();
    if text.trim().is_empty() {
        faults.push("no fallback text".to_owned());
    }
    if text.chars().count() > 4_000 {
        faults.push("the fallback text is over 4,000 characters".to_owned());
    }
    if blocks.is_empty() && attached.is_empty() && text.trim().is_empty() {
        faults.push("no_text".to_owned());
    }
    for attachment in list(arguments, "attachments") {
        let colour = attachment["color"].as_str().unwrap_or_default();
        let hex =
            colour.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()));
        if !hex && !["", "good", "warning", "danger"].contains(&colour) {
            faults.push(format!("the colour {colour:?}"));
        }
    }
    let all: Vec<Value> = blocks.into_iter().chain(attached).collect();
    let sum: usize = all.iter().map(text_of).sum();
    if sum >= 9_000 {
        faults.push(format!("block text adds up to {sum} characters"));
    }
    faults.extend(self::blocks(&all));
    faults.extend(markup(text));
    faults
}

/// Everything that is wrong with a view.
pub(crate) fn view(view: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let blocks = list(view, "blocks");
    let kind = view["type"].as_str().unwrap_or_default();
    if !["modal", "home"].contains(&kind) {
        faults.push(format!("the view's type {kind:?}"));
    }
    if blocks.is_empty() || blocks.len() > 100 {
        faults.push(format!("{} blocks in a view", blocks.len()));
    }
    if kind == "modal" {
        faults.extend(plain(&view["title"], 24, "title"));
        for key in ["submit", "close"] {
            if !view[key].is_null() {
                faults.extend(plain(&view[key], 24, key));
            }
        }
        let inputs = blocks.iter().any(|block| block["type"] == "input");
        if inputs && view["submit"].is_null() {
            faults.push("inputs without a submit button".to_owned());
        }
    }
    if view["private_metadata"].as_str().unwrap_or_default().chars().count() > 3_000 {
        faults.push("private_metadata over 3,000 characters".to_owned());
    }
    if view["callback_id"].as_str().unwrap_or_default().len() > 255 {
        faults.push("callback_id over 255 characters".to_owned());
    }
    if serde_json::to_string(view).unwrap().len() > 250_000 {
        faults.push("a view over 250 kB".to_owned());
    }
    faults.extend(self::blocks(&blocks));
    faults
}

/// The options that answer a block_suggestion.
pub(crate) fn options(answer: &Value) -> Vec<String> {
    let options = list(answer, "options");
    let mut faults: Vec<String> = options.iter().flat_map(option).collect();
    if !answer["options"].is_array() || options.len() > 100 {
        faults.push(format!("{} options", options.len()));
    }
    faults
}

fn blocks(blocks: &[Value]) -> Vec<String> {
    let mut faults: Vec<String> = blocks.iter().flat_map(block).collect();
    let mut ids: Vec<&str> = blocks.iter().filter_map(|block| block["block_id"].as_str()).collect();
    if ids.iter().any(|id| id.is_empty() || id.chars().count() > 255) {
        faults.push("a block_id is empty or over 255 characters".to_owned());
    }
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() != all {
        faults.push("a block_id stands twice".to_owned());
    }
    faults
}

fn block(block: &Value) -> Vec<String> {
    match block["type"].as_str().unwrap_or_default() {
        "rich_text" => {
            let elements = list(block, "elements");
            let mut faults: Vec<String> = elements.iter().flat_map(rich).collect();
            if elements.is_empty() {
                faults.push("an empty rich_text".to_owned());
            }
            if text_of(block) > 3_000 {
                faults.push("over 3,000 characters in one block".to_owned());
            }
            faults
        }
        "section" => {
            let mut faults =
                if block["text"].is_null() { Vec::new() } else { any_text(&block["text"], 3_000, "section") };
            let fields = list(block, "fields");
            faults.extend(fields.iter().flat_map(|field| any_text(field, 2_000, "field")));
            if fields.len() > 10 || (fields.is_empty() && block["text"].is_null()) {
                faults.push(format!("a section with {} fields", fields.len()));
            }
            if !block["accessory"].is_null() {
                faults.extend(element(&block["accessory"]));
            }
            faults
        }
        "header" => plain(&block["text"], 150, "header"),
        "context" => {
            let elements = list(block, "elements");
            let mut faults: Vec<String> = elements.iter().flat_map(|one| any_text(one, 3_000, "context")).collect();
            if elements.is_empty() || elements.len() > 10 {
                faults.push(format!("a context of {}", elements.len()));
            }
            faults
        }
        "divider" => Vec::new(),
        "image" => {
            let mut faults = Vec::new();
            let alt = block["alt_text"].as_str().unwrap_or_default();
            if alt.is_empty() || alt.chars().count() > 2_000 {
                faults.push("an image's alt_text".to_owned());
            }
            if block["slack_file"]["id"].as_str().is_none_or(|id| !id.starts_with('F')) {
                faults.push("an image without a file of Slack's".to_owned());
            }
            faults
        }
        "actions" => {
            let elements = list(block, "elements");
            let mut faults: Vec<String> = elements.iter().flat_map(element).collect();
            if elements.is_empty() || elements.len() > 25 {
                faults.push(format!("{} elements in actions", elements.len()));
            }
            let mut ids: Vec<&str> = elements.iter().filter_map(|one| one["action_id"].as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            if ids.len() != elements.len() {
                faults.push("an action_id stands twice in a block".to_owned());
            }
            faults
        }
        "input" => {
            let mut faults = plain(&block["label"], 2_000, "label");
            if !block["hint"].is_null() {
                faults.extend(plain(&block["hint"], 2_000, "hint"));
            }
            faults.extend(element(&block["element"]));
            faults
        }
        other => vec![format!("a block of type {other:?}")],
    }
}

fn rich(part: &Value) -> Vec<String> {
    let kind = part["type"].as_str().unwrap_or_default();
    let elements = list(part, "elements");
    if !["rich_text_section", "rich_text_preformatted", "rich_text_quote"].contains(&kind) || elements.is_empty() {
        return vec![format!("a part {kind:?} with {} elements", elements.len())];
    }
    let piece = |piece: &Value| match piece["type"].as_str().unwrap_or_default() {
        "text" if piece["text"].as_str().is_some_and(|text| !text.is_empty()) => None,
        "user" if piece["user_id"].as_str().is_some_and(|id| id.starts_with(['U', 'W'])) => None,
        "usergroup" if piece["usergroup_id"].as_str().is_some_and(|id| id.starts_with('S')) => None,
        other => Some(format!("a piece {other:?}: {piece}")),
    };
    elements.iter().filter_map(piece).collect()
}

fn element(element: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let id = element["action_id"].as_str().unwrap_or_default();
    if id.is_empty() || id.chars().count() > 255 {
        faults.push(format!("the action_id {id:?}"));
    }
    if !element["placeholder"].is_null() {
        faults.extend(plain(&element["placeholder"], 150, "placeholder"));
    }
    match element["type"].as_str().unwrap_or_default() {
        "button" => {
            faults.extend(plain(&element["text"], 75, "button"));
            if element["value"].as_str().is_none_or(|value| value.chars().count() > 2_000) {
                faults.push("a button's value".to_owned());
            }
            if !element["style"].is_null() && element["style"] != "primary" && element["style"] != "danger" {
                faults.push(format!("the style {}", element["style"]));
            }
            if !element["confirm"].is_null() {
                let confirm = &element["confirm"];
                for (key, limit) in [("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)] {
                    faults.extend(plain(&confirm[key], limit, key));
                }
            }
        }
        "static_select" => {
            let options = list(element, "options");
            if options.is_empty() || options.len() > 100 {
                faults.push(format!("{} options", options.len()));
            }
            faults.extend(options.iter().flat_map(option));
            if !element["initial_option"].is_null() && !options.contains(&element["initial_option"]) {
                faults.push("the initial option is none of the options".to_owned());
            }
        }
        "external_select" => {
            if !element["initial_option"].is_null() {
                faults.extend(option(&element["initial_option"]));
            }
        }
        "conversations_select" => {}
        "plain_text_input" => {
            if element["max_length"].as_u64().is_some_and(|most| most > 3_000 || most == 0) {
                faults.push("max_length".to_owned());
            }
            let initial = element["initial_value"].as_str().map_or(0, |text| text.chars().count() as u64);
            if element["max_length"].as_u64().is_some_and(|most| initial > most) {
                faults.push("the initial value is longer than max_length".to_owned());
            }
        }
        "datepicker" => {
            if element["initial_date"].as_str().is_some_and(|date| date.parse::<jiff::civil::Date>().is_err()) {
                faults.push("the initial date".to_owned());
            }
        }
        other => faults.push(format!("an element of type {other:?}")),
    }
    faults
}

fn option(option: &Value) -> Vec<String> {
    let mut faults = plain(&option["text"], 75, "option");
    if option["value"].as_str().is_none_or(|value| value.is_empty() || value.chars().count() > 150) {
        faults.push(format!("an option's value: {}", option["value"]));
    }
    if !option["description"].is_null() {
        faults.extend(plain(&option["description"], 75, "description"));
    }
    faults
}

fn any_text(text: &Value, limit: usize, what: &str) -> Vec<String> {
    if text["type"] == "mrkdwn" {
        let own = text["text"].as_str().unwrap_or_default();
        let mut faults = markup(own);
        if own.trim().is_empty() || own.chars().count() > limit {
            faults.push(format!("{what}: {} characters", own.chars().count()));
        }
        return faults;
    }
    plain(text, limit, what)
}

fn plain(text: &Value, limit: usize, what: &str) -> Vec<String> {
    let own = text["text"].as_str().unwrap_or_default();
    let length = own.encode_utf16().count();
    if text["type"] != "plain_text" || own.trim().is_empty() || length > limit {
        return vec![format!("{what}: {length} characters of {limit} in {text}")];
    }
    Vec::new()
}

/// What calls or links in a text that Slack reads as markup.
fn markup(text: &str) -> Vec<String> {
    if text.contains('<') || text.contains('>') { vec![format!("markup in {text:?}")] } else { Vec::new() }
}

/// The text in a block, in characters.
fn text_of(value: &Value) -> usize {
    if let Some(fields) = value.as_object() {
        let own = fields.get("text").and_then(Value::as_str).map_or(0, |text| text.chars().count());
        return own + fields.values().map(text_of).sum::<usize>();
    }
    value.as_array().into_iter().flatten().map(text_of).sum()
}

fn list(value: &Value, key: &str) -> Vec<Value> {
    value[key].as_array().cloned().unwrap_or_default()
}
