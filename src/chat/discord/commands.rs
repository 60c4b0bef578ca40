//! `/snapshot` as Discord registers it: a subcommand for each verb, an option for each argument, in both languages.
//!
//! It is made of the grammar's own tables, so that what can be typed in a channel and what Discord offers are the same. What
//! a person chose there is written down as the command that they could have typed.

use serde_json::{Value, json};

use super::inbound::Command;
use super::limits;
use crate::domain::act::{Parameter, Verb};
use crate::domain::command::{Form, find_verb};
use crate::message::words::{Locale, say};

/// The command's name; the same in both languages.
pub const NAME: &str = "snapshot";

/// The entry in the menu of a message.
pub const MESSAGE_COMMAND: &str = "request status";

/// Discord's numbers for the kinds of commands.
const CHAT_INPUT: u8 = 1;
const MESSAGE: u8 = 3;

/// Discord's numbers for the kinds of options.
const SUBCOMMAND: u8 = 1;
const STRING: u8 = 3;
const BOOLEAN: u8 = 5;

/// Where a command may be used: in a server, or in messages with the bot.
const IN_GUILD: u8 = 0;
const IN_DIRECT: u8 = 1;

/// The tags under which Discord's clients ask for French.
const FRENCH: [&str; 1] = ["fr"];

/// The options of a verb and whether it cannot do without them; those first, as Discord wants them.
pub fn options(verb: Verb) -> Vec<(Parameter, bool)> {
    let mut options: Vec<(Parameter, bool)> =
        verb.fields().into_iter().map(|field| (field, verb.spec().needed.contains(&field))).collect();
    options.sort_by_key(|(_, needed)| !needed);
    options
}

/// The command that somebody could have typed instead of choosing.
///
/// # Errors
/// The word that is no verb of this version: Discord shows an old list for up to an hour.
pub fn typed(command: &Command) -> Result<String, String> {
    let verb = find_verb(&command.verb).ok_or_else(|| command.verb.clone())?;
    let field = |(name, value): (&String, &String)| Some((Parameter::of(name)?, value.clone()));
    Ok(Form { verb, fields: command.options.iter().filter_map(field).collect() }.command())
}

/// Everything that is registered. `direct` is whether people may talk to the bot without a server.
pub fn all(direct: bool) -> Vec<Value> {
    vec![slash(direct), message(direct)]
}

fn contexts(direct: bool) -> Value {
    if direct { json!([IN_GUILD, IN_DIRECT]) } else { json!([IN_GUILD]) }
}

/// `/snapshot`
pub fn slash(direct: bool) -> Value {
    let mut command = json!({
        "type": CHAT_INPUT,
        "name": NAME,
        "options": Verb::ALL.into_iter().map(subcommand).collect::<Vec<_>>(),
        "contexts": contexts(direct),
        "integration_types": [0],
    });
    described(&mut command, "slash-about");
    command
}

/// "Request status" in the menu of a message of ours.
fn message(direct: bool) -> Value {
    let mut command = json!({
        "type": MESSAGE,
        "name": MESSAGE_COMMAND,
        "contexts": contexts(direct),
        "integration_types": [0],
    });
    named(&mut command, "slash-message");
    command
}

fn subcommand(verb: Verb) -> Value {
    let options: Vec<Value> = options(verb).into_iter().map(|(field, needed)| option(verb, field, needed)).collect();
    let mut command = json!({ "type": SUBCOMMAND, "name": verb.as_str(), "options": options });
    named(&mut command, &format!("slash-name-{verb}"));
    described(&mut command, &format!("slash-{verb}"));
    command
}

fn option(verb: Verb, field: Parameter, needed: bool) -> Value {
    let name = field.as_str();
    let mut option =
        json!({ "type": if field.spec().flag { BOOLEAN } else { STRING }, "name": name, "required": needed });
    named(&mut option, &format!("slash-option-name-{name}"));
    let key = match (verb, field) {
        // What is there is chosen; what is to come is named.
        (Verb::Take, Parameter::Name) => "slash-option-new-name".to_owned(),
        _ => format!("slash-option-{name}"),
    };
    described(&mut option, &key);
    if field.spec().completion.is_some() {
        option["autocomplete"] = json!(true);
    }
    if let Some(longest) = field.spec().longest {
        option["max_length"] = json!(longest);
    }
    if field == Parameter::Verb {
        let about =
            Verb::ALL.into_iter().filter(|about| verb == Verb::Help || about.spec().options.contains(&Parameter::Vm));
        option["choices"] = about.filter(|about| verb == Verb::Help || *about != Verb::Explain).map(choice).collect();
    }
    option
}

fn choice(verb: Verb) -> Value {
    let mut choice = json!({ "name": verb.as_str(), "value": verb.as_str() });
    named(&mut choice, &format!("slash-name-{verb}"));
    choice
}

/// Adds the name in other languages.
fn named(thing: &mut Value, key: &str) {
    let name = say(Locale::Fr, key, &[]);
    if thing["name"].as_str() != Some(name.as_str()) {
        thing["name_localizations"] = FRENCH.iter().map(|tag| ((*tag).to_owned(), json!(name))).collect();
    }
}

/// Adds what it is for, in every language.
fn described(thing: &mut Value, key: &str) {
    thing["description"] = json!(say(Locale::En, key, &[]));
    let french = say(Locale::Fr, key, &[]);
    thing["description_localizations"] = FRENCH.iter().map(|tag| ((*tag).to_owned(), json!(french))).collect();
}

/// Completions as Discord takes them: a name to be read and the value that comes back.
pub fn completions(found: &[(String, String)]) -> Value {
    let fits = |(name, value): &&(String, String)| {
        !name.trim().is_empty() && !value.is_empty() && super::escape::length(value) <= limits::COMPLETION
    };
    let choice = |(name, value): &(String, String)| json!({ "name": super::escape::unformatted(name, limits::COMPLETION), "value": value });
    let choices: Vec<Value> = found.iter().filter(fits).take(limits::COMPLETIONS).map(choice).collect();
    json!({ "choices": choices })
}

#[cfg(test)]
mod tests;
