//! What may stand behind a key: what is expected, how it is written, what its text is read into, whether it must be given, and a value
//! to start from.
//!
//! Every form of a value (a flag, a number, an item of a list, a secret of the environment) arrives here as text, so that a value of
//! the file and a default go the same way.

use std::marker::PhantomData;

use super::source::Source;
use super::table::Table;

/// How a value is written in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A text. Editors check it against this pattern; an empty pattern fits every text.
    Text(&'static str),
    /// The path of a file that is read with the configuration.
    File,
    /// A text that is never shown; `x` is also given as `x_env` and `x_file`.
    Secret,
    Flag,
    Count {
        min: u8,
        max: u8,
    },
    Choice(&'static [&'static str]),
    /// A list of texts, each fitting this pattern.
    List(&'static str),
    /// The same, or one such text.
    OneOrMore(&'static str),
    /// A list of the verbs that rules know.
    Verbs,
}

/// Whether a key must be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Required,
    Optional,
    /// It has this value where it is left out.
    Default(&'static str),
    /// It is required where another key has this value.
    When(&'static str, &'static str),
}

/// Why a text is not a value of its kind.
pub(super) enum Wrong {
    /// To follow "expected …, found …:".
    Note(String),
    /// Everything that is to be said.
    Problem(String),
}

impl<T: Into<String>> From<T> for Wrong {
    fn from(note: T) -> Self {
        Self::Note(note.into())
    }
}

/// What reads a text. Paths and names of other tables are looked up in the source.
type Read<T> = fn(&str, &Source<'_>) -> Result<T, Wrong>;

/// A key with one value: required, or with a default.
pub(super) struct One;

/// A key with a list. It is empty where an optional key is left out.
pub(super) struct Many;

/// A key that may be left out.
pub(super) struct Maybe;

/// What may stand behind a key, and the type that it is read into.
pub(super) struct Key<T: 'static, N = One> {
    /// Without name and comment, which its table gives.
    spec: KeySpec,
    read: Read<T>,
    number: PhantomData<N>,
}

/// A key without its type: what messages, reference, schema and example need of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeySpec {
    pub name: &'static str,
    /// What it is for, in lines as they are written.
    pub about: &'static [&'static str],
    pub form: Form,
    /// What is expected, to follow "expected"; flags, numbers and choices say it by their form.
    expected: &'static str,
    pub presence: Presence,
    /// A value as it is written, shown where one is missing or wrong.
    pub example: &'static str,
    /// Whether a running bot takes a change although the table needs a restart.
    pub reloads: bool,
}

impl<T> Key<T, One> {
    pub(super) fn optional(self, example: &'static str) -> Key<T, Maybe> {
        Key::new(self.spec.expected, self.spec.form, self.read).given(Presence::Optional, example)
    }

    /// Required where the other key has this value.
    pub(super) fn when(self, key: &'static str, value: &'static str, example: &'static str) -> Key<T, Maybe> {
        Key::new(self.spec.expected, self.spec.form, self.read).given(Presence::When(key, value), example)
    }
}

impl<T> Key<T, Many> {
    pub(super) fn optional(self, example: &'static str) -> Self {
        self.given(Presence::Optional, example)
    }
}

impl<T, N> Key<T, N> {
    pub(super) const fn new(expected: &'static str, form: Form, read: Read<T>) -> Self {
        let presence = Presence::Required;
        let spec = KeySpec { name: "", about: &[], form, expected, presence, example: "", reloads: false };
        Self { spec, read, number: PhantomData }
    }

    fn given(self, presence: Presence, example: &'static str) -> Self {
        Self { spec: KeySpec { presence, example, ..self.spec }, ..self }
    }

    pub(super) fn required(self, example: &'static str) -> Self {
        self.given(Presence::Required, example)
    }

    pub(super) fn default(self, text: &'static str) -> Self {
        self.given(Presence::Default(text), text)
    }

    /// Another example than the default.
    pub(super) fn like(self, example: &'static str) -> Self {
        Self { spec: KeySpec { example, ..self.spec }, ..self }
    }

    /// A running bot takes a change of this key, although the rest of its table needs a restart.
    pub(super) fn reloads(self) -> Self {
        Self { spec: KeySpec { reloads: true, ..self.spec }, ..self }
    }

    /// What a text alone is read into.
    #[cfg(test)]
    pub(super) fn of(&self, text: &str) -> Option<T> {
        let source = Source::new(text, "alone.toml", super::Needs::Run, &|_| None);
        (self.read)(text, &source).ok()
    }

    pub(super) fn spec(&self, name: &'static str, about: &'static [&'static str]) -> KeySpec {
        KeySpec { name, about, ..self.spec }
    }

    /// The values; inside, none where the key was left out; outside, none where something is wrong, which is noted then.
    fn values(&self, table: &Table<'_, '_>, name: &'static str) -> Option<Option<Vec<T>>> {
        table.values(&self.spec(name, &[]), self.read)
    }
}

impl<T> Key<T, One> {
    pub(super) fn read(&self, table: &Table<'_, '_>, name: &'static str) -> Option<T> {
        self.values(table, name)??.into_iter().next()
    }
}

impl<T> Key<T, Maybe> {
    pub(super) fn read(&self, table: &Table<'_, '_>, name: &'static str) -> Option<Option<T>> {
        self.values(table, name).map(|values| values?.into_iter().next())
    }
}

impl<T> Key<T, Many> {
    pub(super) fn read(&self, table: &Table<'_, '_>, name: &'static str) -> Option<Vec<T>> {
        self.values(table, name).map(Option::unwrap_or_default)
    }
}

impl KeySpec {
    /// What is expected, to follow "expected".
    pub(super) fn expected(&self) -> String {
        match self.form {
            Form::Flag => "true or false".to_owned(),
            Form::Count { min, max } => format!("a whole number from {min} to {max}"),
            Form::Choice(words) => one_of(words),
            Form::Text(_) | Form::File | Form::Secret | Form::List(_) | Form::OneOrMore(_) | Form::Verbs => {
                self.expected.to_owned()
            }
        }
    }

    /// The names under which it is written.
    pub(super) fn names(&self) -> Vec<String> {
        let forms: &[&str] = if self.form == Form::Secret { &["", "_env", "_file"] } else { &[""] };
        forms.iter().map(|form| format!("{}{form}", self.name)).collect()
    }

    /// Whether its value is a list.
    pub(super) fn is_list(&self) -> bool {
        matches!(self.form, Form::List(_) | Form::OneOrMore(_) | Form::Verbs)
    }
}

/// `"a", "b" or "c"`
fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
