//! The grammar as far as the command box completes it: verbs and options with their other names, and what stands where.
//!
//! It is read off the grammar's own tables, so that the box proposes exactly what the bot understands, French words too.

use std::sync::LazyLock;

use serde_json::{Value, json};

use crate::domain::act::{Parameter, Verb};

/// `{verbs: [{word, also, places, options}], options: [{word, also, values}]}`, in the order in which they are proposed. A new
/// snapshot's name is the place `name`, a reason `reason`, a time `keep` or `age`, many VMs `scope` and a report's name `report`.
pub(super) static GRAMMAR: LazyLock<Value> = LazyLock::new(|| {
    let words = |parameters: &[Parameter]| parameters.iter().map(|one| one.as_str()).collect::<Vec<_>>();
    let verb = |verb: Verb| {
        let also: Vec<&str> = verb.words().collect();
        json!({"word": verb.as_str(), "also": also, "places": words(verb.spec().places), "options": words(verb.spec().options)})
    };
    let option = |key: Parameter| json!({"word": key.as_str(), "also": key.spec().keys, "values": values(key)});
    json!({
        "verbs": Verb::ALL.map(verb),
        "options": Parameter::ALL.into_iter().filter(|key| key.has_key()).map(option).collect::<Vec<_>>(),
    })
});

/// What may follow an option: all there is, or what people mostly write.
fn values(key: Parameter) -> &'static [&'static str] {
    if key == Parameter::Keep { &["12h", "1d", "3d", "1w", "2w"] } else { key.spec().values }
}

#[cfg(test)]
mod tests;
