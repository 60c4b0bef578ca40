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
    match error {
        CommandError::MissingRequest { .. } => Parameter::Request,
        CommandError::MissingVerb => Parameter::Verb,
        CommandError::MissingReason { .. } => Parameter::Reason,
        CommandError::MissingKeep => Parameter::Keep,
        CommandError::MissingScope => Parameter::Scope,
        CommandError::MissingAge => Parameter::Age,
        CommandError::MissingChange => Parameter::Name,
        // Only a description is ever as long as that.
        CommandError::TooLong { .. } => Parameter::Description,
        CommandError::Empty
        | CommandError::UnknownVerb { .. }
        | CommandError::UnknownOption { .. }
        | CommandError::OptionNotFor { .. }
        | CommandError::UnknownValue { .. }
        | CommandError::MissingValue { .. }
        | CommandError::Repeated { .. }
        | CommandError::UnbalancedQuote { .. }
        | CommandError::MissingVm { .. }
        | CommandError::ExtraWords { .. }
        | CommandError::NameEmpty { .. }
        | CommandError::NameTooLong { .. }
        | CommandError::NameCharacter { .. }
        | CommandError::DescriptionTooLong { .. }
        | CommandError::DescriptionCharacter { .. }
        | CommandError::DescriptionReserved { .. }
        | CommandError::BadTicket { .. }
        | CommandError::BadReason { .. }
        | CommandError::BadDuration { .. }
        | CommandError::BadMoment { .. }
        | CommandError::NegativeDuration { .. }
        | CommandError::DurationTooLong { .. }
        | CommandError::BadRequestId { .. }
        | CommandError::BadNumber { .. } => verb.fields().first().copied().unwrap_or(Parameter::Vm),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn form(verb: Verb, fields: &[(&str, &str)]) -> Form {
        let field = |(word, value): &(&str, &str)| (Parameter::of(word).unwrap(), (*value).to_owned());
        Form { verb, fields: fields.iter().map(field).collect() }
    }

    #[test]
    fn a_form_is_what_typing_would_have_been() {
        for (verb, fields, command) in [
            (
                Verb::Take,
                &[("vm", "web-01"), ("name", "before upgrade"), ("mode", "memory")][..],
                "take web-01 \"before upgrade\" mode:memory",
            ),
            (Verb::Take, &[("vm", "web-01"), ("keep", "3d"), ("name", " ")], "take web-01 keep:3d"),
            (Verb::Take, &[("vm", "my vm"), ("ticket", "CHG 1")], "take \"my vm\" ticket:\"CHG 1\""),
            (Verb::Take, &[("vm", "\"my vm\"")], "take \"my vm\""),
            (Verb::Revert, &[("vm", "vm-42"), ("snapshot", "#3"), ("safety", "yes")], "revert vm-42 #3 safety:yes"),
            (Verb::Revert, &[("vm", "web-01"), ("snapshot", "before \"it\"")], "revert web-01 \"before \\\"it\\\"\""),
            (Verb::Edit, &[("vm", "web-01"), ("description", "x")], "edit web-01 description:x"),
            (Verb::Explain, &[("verb", "revert"), ("vm", "web-01")], "explain revert web-01"),
            (Verb::Status, &[], "status"),
            (
                Verb::Keep,
                &[("vm", "web-01"), ("snapshot", "#1"), ("keep", "until friday 18:00")],
                "keep web-01 #1 \"until friday 18:00\"",
            ),
            (Verb::Keep, &[("vm", "web-01"), ("keep", "3d")], "keep web-01 keep:3d"),
            (
                Verb::Hold,
                &[("vm", "web-01"), ("snapshot", "#1"), ("reason", "an audit"), ("keep", "1w")],
                "hold web-01 #1 \"an audit\" keep:1w",
            ),
            (Verb::Release, &[("vm", "web-01")], "release web-01"),
            (Verb::Report, &[("report", "daily")], "report daily"),
            (
                Verb::DeleteOlder,
                &[("scope", "all"), ("age", "30d"), ("ticket", "CHG1")],
                "delete-older all 30d ticket:CHG1",
            ),
            (Verb::Freeze, &[("reason", "the storage is being moved")], "freeze \"the storage is being moved\""),
        ] {
            let form = form(verb, fields);
            assert_eq!(form.command(), command);
            let (intent, said) = form.read().unwrap();
            assert_eq!((intent, said.as_str()), (super::super::parse(command).unwrap(), command));
        }
    }

    #[test]
    fn each_error_stands_at_its_field() {
        for (verb, fields, wrong) in [
            (Verb::Take, &[("vm", "web-01"), ("keep", "soon"), ("mode", "fast")][..], &["keep", "mode"][..]),
            (Verb::Take, &[("name", "x")], &["vm"]),
            (Verb::Take, &[("vm", "web-01"), ("name", "a\u{202e}b")], &["name"]),
            (
                Verb::Take,
                &[("vm", "web-01"), ("description", "[snapwarden x"), ("keep", "-1d")],
                &["description", "keep"],
            ),
            (Verb::Revert, &[("vm", "web-01"), ("snapshot", "#0")], &["snapshot"]),
            (Verb::Edit, &[("vm", "web-01")], &["name"]),
            (Verb::Cancel, &[("request", "R-0")], &["request"]),
            (Verb::Cancel, &[], &["request"]),
            (Verb::Explain, &[("vm", "web-01")], &["verb"]),
            (Verb::Freeze, &[], &["reason"]),
            (Verb::Hold, &[("vm", "web-01"), ("reason", "audit")], &["reason"]),
            (Verb::Keep, &[("vm", "web-01"), ("snapshot", "#1")], &["keep"]),
            (Verb::Keep, &[("vm", "web-01"), ("snapshot", "#1"), ("keep", "until 31/02")], &["keep"]),
            (Verb::DeleteOlder, &[("scope", "all"), ("age", "soon")], &["age"]),
            (Verb::DeleteOlder, &[("age", "3d")], &["scope"]),
            (Verb::Freeze, &[("reason", "a\u{202e}b")], &["reason"]),
        ] {
            let mut at: Vec<&str> =
                form(verb, fields).read().unwrap_err().into_iter().map(|(field, _)| field.as_str()).collect();
            at.sort_unstable();
            assert_eq!(at, wrong, "{verb}: {fields:?}");
        }
    }

    #[test]
    fn every_verb_has_a_form_with_what_it_needs() {
        for verb in Verb::ALL {
            let fields = verb.fields();
            let mut once = fields.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), fields.len(), "{verb}");
        }
    }

    proptest! {
        #[test]
        fn whatever_stands_in_a_name_is_a_name_or_an_error_there(name in "\\PC{0,90}|.{0,20}", vm in "[a-z]{1,8}") {
            match form(Verb::Take, &[("vm", &vm), ("name", &name)]).read() {
                Ok((Intent::Take { name: read, .. }, _)) => {
                    let spaced: String = name.trim().chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
                    prop_assert_eq!(read.unwrap_or_default(), spaced);
                }
                Ok((intent, _)) => prop_assert!(false, "{intent:?}"),
                Err(errors) => {
                    let all = [Parameter::Name];
                    prop_assert_eq!(errors.iter().map(|(field, _)| *field).collect::<Vec<_>>(), all);
                }
            }
        }
    }
}
