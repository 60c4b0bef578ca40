//! A command that was filled in instead of typed: a modal's fields, or the typed options of a slash command.
//!
//! A form is written out as the command that somebody would have typed, and that is what is read. So there is one grammar, the audit
//! trail shows one kind of text, and a form can do nothing that typing cannot. An error is told at the field in whose part of
//! the text it stands.

use std::collections::BTreeMap;
use std::ops::Range;

use super::error::CommandError;
use super::quote::quote;
use super::selectors::{snapshot_selector, vm_selector};
use crate::domain::act::{Parameter, Verb};
use crate::domain::intent::Intent;

/// What somebody filled in. Fields that are empty, or that the verb does not take, say nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    pub verb: Verb,
    /// What stands in each field, as it was typed or chosen. A VM or a snapshot may be written as the grammar writes it
    /// (`"my vm"`, `#3`), as completions do, or as a bare name.
    pub fields: BTreeMap<Parameter, String>,
}

impl Form {
    /// The command, as it would be typed without the prefix.
    pub fn command(&self) -> String {
        self.written(&[]).0
    }

    /// Reads it.
    ///
    /// # Errors
    /// What is wrong, each with its field; the first one that no field is to blame for stands at the VM or the first field that the verb has.
    pub fn read(&self) -> Result<(Intent, String), Vec<(Parameter, CommandError)>> {
        let mut errors: Vec<(Parameter, CommandError)> = Vec::new();
        loop {
            // A field that is known to be wrong is left out, so that the next one that is wrong is found too.
            let left_out: Vec<Parameter> = errors.iter().map(|(field, _)| *field).collect();
            let (command, places) = self.written(&left_out);
            match super::parse(&command) {
                Ok(intent) if errors.is_empty() => return Ok((intent, command)),
                Ok(_) => return Err(errors),
                Err(error) => {
                    let field = blamed(self.verb, &error, &places);
                    if left_out.contains(&field) {
                        return Err(errors);
                    }
                    errors.push((field, error));
                }
            }
        }
    }

    /// The command without some of its fields, and where in it each field stands, in characters from 1.
    fn written(&self, left_out: &[Parameter]) -> (String, Vec<(Parameter, Range<usize>)>) {
        let mut command = self.verb.as_str().to_owned();
        let mut places = Vec::new();
        let mut in_place = true;
        let by_place_only = self.verb.spec().places.len();
        for (index, field) in self.verb.fields().into_iter().enumerate() {
            let value = self.fields.get(&field).filter(|value| !value.trim().is_empty() && !left_out.contains(&field));
            let by_place = in_place && index < by_place_only;
            in_place &= value.is_some();
            let Some(value) = value else { continue };
            if !by_place && !field.has_key() {
                // It has no key, and would pass for what is missing before it.
                continue;
            }
            command.push(' ');
            let start = command.chars().count() + 1;
            if !by_place {
                command.push_str(field.as_str());
                command.push(':');
            }
            command.push_str(&word(field, value));
            places.push((field, start..command.chars().count() + 1));
        }
        (command, places)
    }
}

/// A value as the grammar reads it back.
fn word(field: Parameter, value: &str) -> String {
    let value = value.trim();
    let one_word = !value.contains(char::is_whitespace);
    let as_it_is = (field == Parameter::Vm && vm_selector(value).is_some())
        || (field == Parameter::Snapshot && snapshot_selector(value).is_some())
        // `#0` is no snapshot, and the grammar says so better than "there is none of that name".
        || (field == Parameter::Snapshot && value.starts_with('#') && one_word)
        // `all` in quotes is a VM of that name.
        || (field == Parameter::Scope && one_word);
    if as_it_is { value.to_owned() } else { quote(value) }
}

/// The field that an error is about.
fn blamed(verb: Verb, error: &CommandError, places: &[(Parameter, Range<usize>)]) -> Parameter {
    let at = error.column().and_then(|column| places.iter().find(|(_, place)| place.contains(&column)));
    if let Some((field, _)) = at {
        return *field;
    }
    if let CommandError::Missing { parameter, .. } = error {
        *parameter
    } else if let CommandError::MissingChange = error {
        Parameter::Name
    } else if let CommandError::TooLong { .. } = error {
        // Only a description is ever as long as that.
        Parameter::Description
    } else {
        verb.fields().first().copied().unwrap_or(Parameter::Vm)
    }
}

#[cfg(test)]
mod tests;
