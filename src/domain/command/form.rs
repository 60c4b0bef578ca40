//! A command that was filled in instead of typed: a modal's fields, or the typed options of a slash command.
//!
//! A form is written out as the command that somebody would have typed, and that is what is read. So there is one grammar, the audit
//! trail shows one kind of text, and a form can do nothing that typing cannot. An error is told at the field in whose part of
//! the text it stands.

use std::collections::BTreeMap;
use std::ops::Range;

use super::error::CommandError;
use super::options::OptionKey;
use super::quote::quote;
use super::selectors::{snapshot_selector, vm_selector};
use super::verbs::{Slot, options_of, slots_of};
use crate::domain::intent::{Intent, Verb};

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FormField {
    /// What an option of the grammar says, wherever it stands there.
    Option(OptionKey),
    /// The id of a request.
    Request,
    /// The verb that is asked about.
    Verb,
    /// Why.
    Reason,
    /// A report's name.
    Report,
    /// A VM, a folder or all.
    Scope,
    /// How old something is.
    Age,
}

/// What somebody filled in. Fields that are empty, or that the verb does not take, say nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// What is to be done.
    pub verb: Verb,
    /// What stands in each field, as it was typed or chosen. A VM or a snapshot may be written as the grammar writes it
    /// (`"my vm"`, `#3`), as completions do, or as a bare name.
    pub fields: BTreeMap<FormField, String>,
}

impl FormField {
    /// Every field.
    pub const ALL: [Self; OptionKey::ALL.len() + 6] = {
        let mut all = [Self::Request; OptionKey::ALL.len() + 6];
        let mut at = 0;
        while at < OptionKey::ALL.len() {
            all[at] = Self::Option(OptionKey::ALL[at]);
            at += 1;
        }
        all[at + 1] = Self::Verb;
        all[at + 2] = Self::Reason;
        all[at + 3] = Self::Report;
        all[at + 4] = Self::Scope;
        all[at + 5] = Self::Age;
        all
    };

    /// Its word, by which a platform's form names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Option(key) => key.as_str(),
            Self::Request => "request",
            Self::Verb => "verb",
            Self::Reason => "reason",
            Self::Report => "report",
            Self::Scope => "scope",
            Self::Age => "age",
        }
    }

    /// The field of this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }
}

/// The fields that a verb's form has, those that come first when it is typed at the front. The other way to say an option is
/// no field of its own.
pub fn fields_of(verb: Verb) -> Vec<FormField> {
    let mut fields: Vec<FormField> = slots_of(verb).iter().map(|slot| field_in(*slot)).collect();
    let options = options_of(verb).iter().filter(|key| !matches!(key, OptionKey::Power | OptionKey::VCenter));
    for field in options.map(|key| FormField::Option(*key)) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields
}

/// Whether a verb's command cannot do without this field. A snapshot is mostly not among them: without one, the person picks. What
/// is held for a reason needs one, since a reason by itself would stand in its place.
pub fn is_needed(verb: Verb, field: FormField) -> bool {
    match field {
        FormField::Option(OptionKey::Vm) => true,
        FormField::Option(OptionKey::Snapshot) => verb == Verb::Hold,
        FormField::Option(OptionKey::Keep) => verb == Verb::Keep,
        FormField::Option(_) | FormField::Report => false,
        FormField::Request => !matches!(verb, Verb::Status),
        FormField::Verb => !matches!(verb, Verb::Help),
        FormField::Reason | FormField::Scope | FormField::Age => true,
    }
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
    pub fn read(&self) -> Result<(Intent, String), Vec<(FormField, CommandError)>> {
        let mut errors: Vec<(FormField, CommandError)> = Vec::new();
        loop {
            // A field that is known to be wrong is left out, so that the next one that is wrong is found too.
            let left_out: Vec<FormField> = errors.iter().map(|(field, _)| *field).collect();
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
    fn written(&self, left_out: &[FormField]) -> (String, Vec<(FormField, Range<usize>)>) {
        let mut command = self.verb.as_str().to_owned();
        let mut places = Vec::new();
        let mut in_place = true;
        let slots = slots_of(self.verb);
        for (index, field) in fields_of(self.verb).into_iter().enumerate() {
            let value = self.fields.get(&field).filter(|value| !value.trim().is_empty() && !left_out.contains(&field));
            let by_place = in_place && index < slots.len();
            in_place &= value.is_some();
            let Some(value) = value else { continue };
            if !by_place && index < slots.len() && !matches!(field, FormField::Option(_)) {
                // It has no key, and would pass for what is missing before it.
                continue;
            }
            command.push(' ');
            let start = command.chars().count() + 1;
            if let FormField::Option(key) = field
                && !by_place
            {
                command.push_str(key.as_str());
                command.push(':');
            }
            command.push_str(&word(field, value));
            places.push((field, start..command.chars().count() + 1));
        }
        (command, places)
    }
}

/// A value as the grammar reads it back.
fn word(field: FormField, value: &str) -> String {
    let value = value.trim();
    match field {
        FormField::Option(OptionKey::Vm) if vm_selector(value).is_some() => value.to_owned(),
        FormField::Option(OptionKey::Snapshot) if snapshot_selector(value).is_some() => value.to_owned(),
        // `#0` is no snapshot, and the grammar says so better than "there is none of that name".
        FormField::Option(OptionKey::Snapshot) if value.starts_with('#') && !value.contains(char::is_whitespace) => {
            value.to_owned()
        }
        // Digits in quotes mean the same here, and a name of digits needs them.
        // `all` in quotes is a VM of that name.
        FormField::Scope if !value.contains(char::is_whitespace) => value.to_owned(),
        FormField::Option(_)
        | FormField::Request
        | FormField::Verb
        | FormField::Reason
        | FormField::Report
        | FormField::Scope
        | FormField::Age => quote(value),
    }
}

/// The field that an error is about.
fn blamed(verb: Verb, error: &CommandError, places: &[(FormField, Range<usize>)]) -> FormField {
    let at = error.column().and_then(|column| places.iter().find(|(_, place)| place.contains(&column)));
    if let Some((field, _)) = at {
        return *field;
    }
    match error {
        CommandError::MissingRequest { .. } => FormField::Request,
        CommandError::MissingVerb => FormField::Verb,
        CommandError::MissingReason { .. } => FormField::Reason,
        CommandError::MissingKeep => FormField::Option(OptionKey::Keep),
        CommandError::MissingScope => FormField::Scope,
        CommandError::MissingAge => FormField::Age,
        CommandError::MissingChange => FormField::Option(OptionKey::Name),
        // Only a description is ever as long as that.
        CommandError::TooLong { .. } => FormField::Option(OptionKey::Description),
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
        | CommandError::BadNumber { .. } => {
            fields_of(verb).first().copied().unwrap_or(FormField::Option(OptionKey::Vm))
        }
    }
}

fn field_in(slot: Slot) -> FormField {
    match slot {
        Slot::Vm => FormField::Option(OptionKey::Vm),
        Slot::Name => FormField::Option(OptionKey::Name),
        Slot::Snapshot => FormField::Option(OptionKey::Snapshot),
        Slot::Request => FormField::Request,
        Slot::Verb => FormField::Verb,
        Slot::Reason => FormField::Reason,
        Slot::Keep => FormField::Option(OptionKey::Keep),
        Slot::Report => FormField::Report,
        Slot::Scope => FormField::Scope,
        Slot::Age => FormField::Age,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn form(verb: Verb, fields: &[(&str, &str)]) -> Form {
        let field = |(word, value): &(&str, &str)| (FormField::of(word).unwrap(), (*value).to_owned());
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
            let fields = fields_of(verb);
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
                    let all = [FormField::Option(OptionKey::Name)];
                    prop_assert_eq!(errors.iter().map(|(field, _)| *field).collect::<Vec<_>>(), all);
                }
            }
        }
    }
}
