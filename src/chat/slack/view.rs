//! Modals and the App Home, as Slack draws them: what is asked for, what it carries along, and how it is read back.
//!
//! A field's block is called by the field's word in the grammar, so that what comes back is a form of the grammar and an error stands at
//! its field. What depends on the VM is called by the VM too: when another is chosen, what was chosen for the one before is gone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::limits::{self, INPUT_LABEL, LABEL, OPTION_VALUE, OPTIONS, VIEW_TITLE, cut, length};
use super::render::Form;
use super::render::text::plain_text;
use crate::domain::act::{Completion as Completes, Parameter, Verb};
use crate::engine::Completion;
use crate::message::plain::one_line;
use crate::message::words::{Locale, say};

mod home;

pub use home::{Home, Old, home};

/// The modal that makes a command.
pub const COMMAND: &str = "snapwarden_command";

/// The modal that asks why.
pub const REASON: &str = "snapwarden_reason";

/// The block of the channel, where a modal has to ask for one.
pub const CHANNEL: &str = "channel";

pub const VERB: &str = "what";

/// A reason is a sentence: what is longer is cut where it is shown.
const REASON_LENGTH: usize = 400;

/// The longest text that somebody may type into a field; the grammar says what is too long for what it is.
const FIELD_LENGTH: usize = 1_000;

/// What a modal carries along unseen. It comes back as it was given, and is believed no more than what somebody typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Carried {
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// Where answers may be sent.
    #[serde(rename = "u", default, skip_serializing_if = "Option::is_none")]
    pub response_url: Option<String>,
    #[serde(rename = "v", default, skip_serializing_if = "Option::is_none")]
    pub verb: Option<String>,
    /// The VM that was chosen, as a command names it.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub vm: Option<String>,
    /// The snapshot that a button was about.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub snapshot: Option<String>,
    /// The token of the button that asks why, and the key that the reason goes under.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// See `token`.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

/// What a command's modal asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub verb: Verb,
    /// Modes that the VM's state allows.
    pub modes: Vec<Completion>,
    /// What the new snapshot would be called.
    pub preset: String,
    /// Whether the policy asks for a ticket.
    pub ticket: bool,
    /// The reader's language.
    pub locale: Locale,
}

impl Carried {
    /// Reads it back; what cannot be read carried nothing.
    pub fn read(metadata: &str) -> Self {
        serde_json::from_str(metadata).unwrap_or_default()
    }

    fn written(&self) -> String {
        let all = serde_json::to_string(self).unwrap_or_default();
        if length(&all) <= limits::PRIVATE_METADATA {
            return all;
        }
        // Only an address is ever that long, and an answer finds its way without it.
        serde_json::to_string(&Self { response_url: None, ..self.clone() }).unwrap_or_default()
    }
}

/// The modal that asks for the text that a button wants.
pub fn reason(form: &Form, carried: Carried, locale: Locale) -> Value {
    let carried = Carried { token: Some(form.token.clone()), name: Some(form.name.clone()), ..carried };
    let element = json!({"type": "plain_text_input", "action_id": form.name, "multiline": true, "max_length": REASON_LENGTH,
        "focus_on_load": true});
    let field = input(&form.name, &form.label, element, form.optional);
    modal(REASON, &form.button, &form.button, vec![field], &carried, locale)
}

/// The modal that makes a command.
pub fn command(asked: &Asked, carried: Carried) -> Value {
    let Asked { verb, modes, preset: preset_name, ticket, locale } = asked;
    let carried = Carried { verb: Some(verb.as_str().to_owned()), ..carried };
    let say = |key: &str| say(*locale, key, &[]);
    let verb_option = |verb: &Verb| option(&say(&format!("slack-do-{verb}")), verb.as_str());
    let mut choose = input(
        VERB,
        &say("label-act"),
        json!({"type": "static_select", "action_id": VERB, "options": verbs().iter().filter_map(verb_option).collect::<Vec<_>>(),
            "initial_option": verb_option(verb)}),
        false,
    );
    choose["dispatch_action"] = json!(true);
    let mut blocks = vec![choose];
    for field in verb.fields() {
        let block = block_of(field, carried.vm.as_deref());
        let label = say(&label_of(*verb, field));
        let optional = !verb.spec().needed.contains(&field);
        blocks.extend(match field.spec().completion {
            Some(Completes::Vm) => Some(vm(&block, &label, &carried, &say)),
            // What depends on a VM is asked for when there is one.
            Some(Completes::Snapshot | Completes::Mode) if carried.vm.is_none() => None,
            Some(Completes::Snapshot) => Some(snapshot(&block, &label, &carried, &say)),
            Some(Completes::Mode) => select(&block, &label, modes, &say("slack-mode-auto")),
            Some(Completes::Time) => {
                let hint = if *verb == Verb::Take { "slack-hint-keep" } else { "slack-hint-until" };
                Some(text_input(&block, &label, None, Some(&say(hint)), optional))
            }
            None if field.spec().flag => Some(yes_or_no(&block, &label, &say)),
            // A ticket is asked for where the policy wants one, and then it is needed.
            None if field == Parameter::Ticket => ticket.then(|| text_input(&block, &label, None, None, false)),
            None => {
                let preset = (*verb, field) == (Verb::Take, Parameter::Name);
                Some(text_input(&block, &label, preset.then_some(preset_name), None, optional))
            }
        });
    }
    if carried.channel.is_none() {
        let element = json!({"type": "conversations_select", "action_id": CHANNEL, "default_to_current_conversation": true,
            "filter": {"include": ["public", "private"], "exclude_external_shared_channels": false, "exclude_bot_users": true}});
        blocks.push(input(CHANNEL, &say("slack-field-channel"), element, false));
    }
    modal(COMMAND, &say("slack-title"), &say("slack-submit"), blocks, &carried, *locale)
}

/// What a modal can make: the verbs that are about one VM.
pub fn verbs() -> Vec<Verb> {
    Verb::ALL.into_iter().filter(|verb| verb.is_about_vm()).collect()
}

/// The words above a field: mostly those that cards use for it.
fn label_of(verb: Verb, field: Parameter) -> String {
    let on_cards = [Parameter::Vm, Parameter::Snapshot, Parameter::Mode, Parameter::Description, Parameter::Reason];
    if field == Parameter::Name && verb != Verb::Take {
        "label-new-name".to_owned()
    } else if on_cards.contains(&field) {
        format!("label-{field}")
    } else {
        format!("slack-field-{field}")
    }
}

/// The block of a field.
pub fn block_of(field: Parameter, vm: Option<&str>) -> String {
    let of_vm = matches!(field.spec().completion, Some(Completes::Snapshot | Completes::Mode));
    match vm.filter(|_| of_vm) {
        Some(vm) => {
            let print: [u8; 32] = Sha256::digest(vm.as_bytes()).into();
            format!("{field}:{}", hex::encode(print.get(..4).unwrap_or_default()))
        }
        None => field.as_str().to_owned(),
    }
}

/// What was typed or chosen, by field.
pub fn fields(values: &BTreeMap<String, String>) -> BTreeMap<Parameter, String> {
    let field = |(block, value): (&String, &String)| {
        let word = block.split(':').next().unwrap_or_default();
        Parameter::of(word).map(|field| (field, value.clone()))
    };
    values.iter().filter_map(field).collect()
}

/// Completions as the options of a select. One that no option can carry is left out; it can be typed.
pub fn options(completions: &[Completion]) -> Value {
    let all = completions.iter().filter_map(|one| option(&one.label, one.exact())).take(OPTIONS);
    json!({"options": all.collect::<Vec<_>>()})
}

/// Errors at their fields, as the answer to a modal.
pub fn errors(at: &BTreeMap<String, String>) -> Value {
    json!({"response_action": "errors", "errors": at})
}

fn vm(block: &str, label: &str, carried: &Carried, say: &dyn Fn(&str) -> String) -> Value {
    let mut element = json!({"type": "external_select", "action_id": block, "min_query_length": 0,
        "placeholder": plain_text(&say("slack-choose-vm"))});
    if let Some(chosen) = carried.vm.as_ref().and_then(|vm| option(&crate::domain::command::unquote(vm), vm)) {
        element["initial_option"] = chosen;
    }
    let mut field = input(block, label, element, false);
    field["dispatch_action"] = json!(true);
    field
}

fn snapshot(block: &str, label: &str, carried: &Carried, say: &dyn Fn(&str) -> String) -> Value {
    let mut element = json!({"type": "external_select", "action_id": "snapshot", "min_query_length": 0,
        "placeholder": plain_text(&say("slack-choose-snapshot"))});
    if let Some(chosen) = carried.snapshot.as_ref().and_then(|one| option(&crate::domain::command::unquote(one), one)) {
        element["initial_option"] = chosen;
    }
    input(block, label, element, false)
}

/// A choice among completions, with the one that leaves it to the bot in front.
fn select(block: &str, label: &str, completions: &[Completion], auto: &str) -> Option<Value> {
    let own = option(auto, "auto")?;
    let others = completions.iter().filter(|one| one.exact() != "auto");
    let mut all = vec![own.clone()];
    all.extend(others.filter_map(|one| option(&one.label, one.exact())));
    let element = json!({"type": "static_select", "action_id": block, "options": all, "initial_option": own});
    Some(input(block, label, element, true))
}

fn yes_or_no(block: &str, label: &str, say: &dyn Fn(&str) -> String) -> Value {
    let all: Vec<Value> =
        [("slack-no", "no"), ("slack-yes", "yes")].iter().filter_map(|(key, word)| option(&say(key), word)).collect();
    input(block, label, json!({"type": "static_select", "action_id": block, "options": all}), true)
}

fn text_input(block: &str, label: &str, initial: Option<&str>, hint: Option<&str>, optional: bool) -> Value {
    let mut element = json!({"type": "plain_text_input", "action_id": block, "max_length": FIELD_LENGTH});
    if let Some(initial) = initial {
        element["initial_value"] = json!(initial);
    }
    let mut field = input(block, label, element, optional);
    if let Some(hint) = hint {
        field["hint"] = plain_text(&cut(hint, INPUT_LABEL));
    }
    field
}

fn input(block: &str, label: &str, element: Value, optional: bool) -> Value {
    json!({"type": "input", "block_id": cut(block, limits::ID), "label": plain_text(&cut(&one_line(label), INPUT_LABEL)),
        "element": element, "optional": optional})
}

/// An option, if Slack can carry what it means.
fn option(label: &str, value: &str) -> Option<Value> {
    let fits = !value.is_empty() && length(value) <= OPTION_VALUE;
    fits.then(|| json!({"text": plain_text(&cut(&one_line(label), LABEL)), "value": value}))
}

fn modal(callback: &str, title: &str, submit: &str, blocks: Vec<Value>, carried: &Carried, locale: Locale) -> Value {
    json!({
        "type": "modal",
        "callback_id": callback,
        "title": plain_text(&cut(&one_line(title), VIEW_TITLE)),
        "submit": plain_text(&cut(&one_line(submit), VIEW_TITLE)),
        "close": plain_text(&cut(&say(locale, "slack-close", &[]), VIEW_TITLE)),
        "private_metadata": carried.written(),
        "blocks": blocks,
    })
}
