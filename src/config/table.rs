//! One definition per table: `table!` gives its reader, and its part of the reference, the schema and the example.
//!
//! ```text
//! table! {
//!     /// What the table is for.
//!     Report(table) = "[[report]]", Reload;
//!
//!     /// What the key is for.
//!     warn_age: DURATION.default("\"3d\""),
//!     ...
//!     check { … }                 // optional: mistakes that lie between keys; each key is an `Option` here
//!     make ReportRule { … }       // each key is a value here; the type belongs to whoever uses it
//! }
//! ```
//!
//! A key is read into a variable of its own name. If `make` does not use it, or a field of the type is not filled, the compiler says
//! so. Nothing stops at the first mistake: every key is read before anything is given up.

use secrecy::SecretString;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::key::{Form, KeySpec, Presence, Wrong};
use super::secret;
use super::source::Source;
use crate::domain::confusable::skeleton;

/// How much of a wrong value is shown, in characters.
const MAX_SHOWN_CHARS: usize = 60;

/// How close a word has to be to be offered instead of an unknown one (1 is the same).
const ALIKE: f64 = 0.75;

/// What the looks of names are noted under, beside the names themselves.
const LOOK: &str = "the look of a name";

/// A value with the byte where it stands.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub value: T,
    pub at: usize,
}

/// How much of a table a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// All of it: what is required has to be there.
    Whole,
    /// All but secrets and files, which are taken where this machine has them.
    NoSecrets,
    /// Nothing: keys and secrets may be missing, and what is there is checked.
    Glance,
}

/// When a changed table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// When a running bot reads the file again.
    Reload,
    /// When the bot is started again.
    Restart,
}

/// A table without its types: what messages, reference, schema and example need of it.
#[derive(Debug)]
pub(super) struct TableSpec {
    /// As it is written: `[slack]`, `[[vcenter]]`.
    pub header: &'static str,
    /// What it is for, in lines as they are written.
    pub about: &'static [&'static str],
    pub change: Change,
    pub keys: Vec<KeySpec>,
}

/// A table of the file, and what it is read into.
pub(super) trait Definition {
    type Made;

    fn spec() -> TableSpec;

    /// What the table says; none where something is wrong or missing, which is noted then.
    fn read(table: &Table<'_, '_>) -> Option<Self::Made>;
}

macro_rules! table {
    (
        $(#[doc = $about:literal])+
        $name:ident($table:ident) = $header:literal, $change:ident;
        $( $(#[doc = $key_about:literal])+ $key:ident: $ask:expr, )+
        $( check $check:block )?
        make $made:ty $make:block
    ) => {
        $(#[doc = $about])+
        pub(in crate::config) struct $name;

        impl $crate::config::table::Definition for $name {
            type Made = $made;

            fn spec() -> $crate::config::table::TableSpec {
                $crate::config::table::TableSpec {
                    header: $header,
                    about: &[$($about),+],
                    change: $crate::config::table::Change::$change,
                    keys: vec![$( $ask.spec(stringify!($key), &[$($key_about),+]) ),+],
                }
            }

            fn read($table: &$crate::config::table::Table<'_, '_>) -> Option<$made> {
                $( let $key = $ask.read($table, stringify!($key)); )+
                $( $check )?
                $( let $key = $key?; )+
                Some($make)
            }
        }
    };
}

pub(super) use table;

impl TableSpec {
    /// `vcenter`, or `console.channel` for a table in a table.
    pub(super) fn path(&self) -> &'static str {
        self.header.trim_matches(['[', ']'])
    }

    /// Whether there may be several.
    pub(super) fn many(&self) -> bool {
        self.header.starts_with("[[")
    }

    fn key(&self, name: &str) -> Option<&KeySpec> {
        self.keys.iter().find(|spec| spec.name == name)
    }

    /// Every name that may stand in the table, the other forms of secrets and the tables within it included.
    fn names(&self) -> Vec<String> {
        let within = super::tables::all().into_iter().filter_map(|inner| inner.within(self));
        self.keys.iter().flat_map(KeySpec::names).chain(within.map(str::to_owned)).collect()
    }

    /// Its name in the other table, if it is one of that.
    pub(super) fn within(&self, outer: &TableSpec) -> Option<&'static str> {
        self.path().strip_prefix(outer.path())?.strip_prefix('.')
    }
}

/// One table of the file, asked key by key.
pub(super) struct Table<'s, 'a> {
    pub source: &'s Source<'a>,
    spec: &'s TableSpec,
    pub at: usize,
    pub reading: Reading,
    table: &'s DeTable<'a>,
}

/// Reads every table of a definition, each with the byte where it begins. Wrong brackets and unknown keys are noted.
pub(super) fn many<D: Definition>(source: &Source<'_>, root: &DeTable<'_>) -> Vec<At<D::Made>> {
    let spec = D::spec();
    let (outer, name) = spec.path().split_once('.').unwrap_or(("", spec.path()));
    let parent =
        if outer.is_empty() { Some(root) } else { root.get(outer).and_then(|table| table.get_ref().as_table()) };
    let Some((key, value)) = parent.and_then(|parent| parent.get_key_value(name)) else { return Vec::new() };
    let (found, advice) = match (value.get_ref(), spec.many()) {
        (DeValue::Table(_), false) => return read::<D>(source, &spec, std::slice::from_ref(value)),
        (DeValue::Array(items), true) if items.iter().all(|item| item.get_ref().is_table()) => {
            return read::<D>(source, &spec, items);
        }
        (DeValue::Table(_), true) => ("one table", "there may be several, so write two brackets"),
        (DeValue::Array(_), false) => ("a list", "there is only one, so write one pair of brackets"),
        (other, _) => (kind_of(other), "write it as a table"),
    };
    let problem = format!("expected {}, found {found}; {advice}", spec.header);
    source.error(Some(key.span().start), spec.header.to_owned(), problem);
    Vec::new()
}

/// The same for a table that is there once.
pub(super) fn one<D: Definition>(source: &Source<'_>, root: &DeTable<'_>) -> Option<D::Made> {
    many::<D>(source, root).into_iter().next().map(|table| table.value)
}

fn read<D: Definition>(source: &Source<'_>, spec: &TableSpec, tables: &[Spanned<DeValue<'_>>]) -> Vec<At<D::Made>> {
    let names = spec.names();
    let open = |value: &Spanned<DeValue<'_>>| {
        let (inside, at) = (value.get_ref().as_table()?, value.span().start);
        for key in inside.keys().filter(|key| !names.iter().any(|name| name == key.get_ref())) {
            let problem = format!("{} has no such key; {}", spec.header, did_you_mean(key.get_ref(), &names));
            source.error(Some(key.span().start), format!("{} {}", spec.header, key.get_ref()), problem);
        }
        let table = Table { source, spec, at, reading: source.needs.reading(spec.path()), table: inside };
        if spec.change == Change::Restart {
            source.fix(spec, "", &[]);
        }
        D::read(&table).map(|value| At { value, at })
    };
    tables.iter().filter_map(open).collect()
}

impl Table<'_, '_> {
    /// Notes something about one key, where it stands (or where the table does).
    pub(super) fn error(&self, name: &str, problem: impl Into<String>) {
        self.error_at(self.place(name), name, problem);
    }

    fn error_at(&self, at: usize, name: &str, problem: impl Into<String>) {
        self.source.error(Some(at), self.label(name), problem.into());
    }

    /// Notes something doubtful about one key.
    pub(super) fn warning(&self, name: &str, problem: impl Into<String>) {
        self.source.warning(Some(self.place(name)), self.label(name), problem.into());
    }

    /// Whether the key is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.table.contains_key(name)
    }

    /// What reads a secret again that lies in a file of its own; none where it does not.
    pub(super) fn secret_file(&self, name: &str) -> Option<impl Fn() -> Result<SecretString, String> + use<>> {
        let path = self.table.get(format!("{name}_file").as_str())?.get_ref().as_str()?;
        let path = self.source.path(path);
        Some(move || secret::file(&path).map(SecretString::from))
    }

    /// Where the table stands, to be told: `[[grant]] at snapwarden.toml:41`.
    pub(super) fn line(&self) -> String {
        format!("{} at {}:{}", self.spec.header, self.source.file, self.source.line(self.at))
    }

    /// The default of a key, as it is written.
    pub(super) fn default_of(&self, name: &str) -> Option<&'static str> {
        match self.spec.key(name)?.presence {
            Presence::Default(text) => Some(text),
            Presence::Required | Presence::Optional | Presence::When(..) => None,
        }
    }

    /// Notes a value that an earlier table has already.
    pub(super) fn once(&self, name: &'static str, value: &str, what: &str) {
        if let Some(line) = self.earlier(name, value) {
            self.error(name, format!("{what} is in line {line} already; every table needs its own"));
        }
    }

    /// Notes a name that an earlier table has already, whatever its case, or one that looks the same.
    pub(super) fn once_by_look(&self, name: &'static str, value: &str) {
        let lower = value.to_lowercase();
        let (same, alike) = (self.earlier(name, &lower), self.earlier(LOOK, &skeleton(&lower)));
        match (same, alike) {
            (Some(line), _) => {
                self.error(name, format!("the name {value:?} is in line {line} already; every table needs its own"));
            }
            (None, Some(line)) => self.error(
                name,
                format!("the name {value:?} looks like the one in line {line}, so nobody could tell them apart"),
            ),
            (None, None) => {}
        }
    }

    /// The line of the earlier table that has this value.
    pub(super) fn earlier(&self, name: &'static str, value: &str) -> Option<usize> {
        let mut seen = self.source.seen.borrow_mut();
        let first = *seen.entry((self.spec.header, name, value.to_owned())).or_insert(self.at);
        (first != self.at).then(|| self.source.line(first))
    }

    /// Every text of a key, read; see [`super::key::Key`] for what none means.
    pub(super) fn values<T>(
        &self,
        spec: &KeySpec,
        read: fn(&str, &Source<'_>) -> Result<T, Wrong>,
    ) -> Option<Option<Vec<T>>> {
        let Some(texts) = self.texts(spec)? else { return Some(None) };
        let values: Vec<Option<T>> = texts.iter().map(|text| self.value(spec, text, read)).collect();
        values.into_iter().collect::<Option<Vec<T>>>().map(Some)
    }

    fn value<T>(
        &self,
        spec: &KeySpec,
        text: &At<String>,
        read: fn(&str, &Source<'_>) -> Result<T, Wrong>,
    ) -> Option<T> {
        match read(&text.value, self.source) {
            Ok(value) => return Some(value),
            // The file belongs to another machine.
            Err(_) if spec.form == Form::File && self.reading != Reading::Whole => {}
            Err(Wrong::Note(note)) if spec.form != Form::Secret => {
                self.wrong(spec, text.at, &shown_text(&text.value), &note);
            }
            Err(Wrong::Problem(problem) | Wrong::Note(problem)) => self.error_at(text.at, spec.name, problem),
        }
        None
    }

    /// What is written for a key, item by item, as text. `None` means the same as in `values`.
    fn texts(&self, spec: &KeySpec) -> Option<Option<Vec<At<String>>>> {
        let given = match self.table.get(spec.name) {
            _ if spec.form == Form::Secret => self.secret(spec)?,
            Some(value) => Some(self.plain(spec, value)?),
            None => None,
        };
        let texts = match (given, spec.presence) {
            (Some(texts), _) => texts,
            (None, Presence::Default(text)) => self.default(spec, text)?,
            (None, Presence::When(key, value)) if !self.is(key, value) => return Some(None),
            (None, Presence::Optional) => return Some(None),
            (None, Presence::Required | Presence::When(..)) => {
                self.missing(spec);
                return None;
            }
        };
        if self.spec.change == Change::Restart && !spec.reloads {
            self.source.fix(self.spec, spec.name, &texts);
        }
        Some(Some(texts))
    }

    /// The texts of a default, which stand where the table does.
    fn default(&self, spec: &KeySpec, text: &str) -> Option<Vec<At<String>>> {
        let Ok(value) = DeValue::parse(text) else {
            let problem = format!("its default {text} cannot be read; write the key yourself");
            self.error_at(self.at, spec.name, problem);
            return None;
        };
        let texts = self.plain(spec, &value)?;
        Some(texts.into_iter().map(|text| At { at: self.at, ..text }).collect())
    }

    /// The texts of a value. What is wrong with one item does not hide the others.
    fn plain(&self, spec: &KeySpec, value: &Spanned<DeValue<'_>>) -> Option<Vec<At<String>>> {
        let items = match value.get_ref().as_array() {
            Some(items) if spec.is_list() => items.iter().collect(),
            Some(_) | None => vec![value],
        };
        let is_item = value.get_ref().is_array() || !matches!(spec.form, Form::List(_) | Form::Verbs);
        let text = |item: &&Spanned<DeValue<'_>>| {
            let (at, text) = (item.span().start, text_of(spec.form, item.get_ref()).filter(|_| is_item));
            if text.is_none() {
                self.wrong(spec, at, &shown(item.get_ref()), "");
            }
            text.map(|value| At { value, at })
        };
        let texts: Vec<_> = items.iter().map(text).collect();
        texts.into_iter().collect()
    }

    /// A secret, from exactly one of `x`, `x_env` and `x_file`. Nothing here repeats what it read.
    fn secret(&self, spec: &KeySpec) -> Option<Option<Vec<At<String>>>> {
        let forms = spec.names();
        let mut given = forms.iter().filter_map(|form| Some((form, self.table.get(form.as_str())?)));
        let Some((form, value)) = given.next() else { return Some(None) };
        if let Some((second, _)) = given.next() {
            let (name, found) = (spec.name, 2 + given.count());
            self.error(second, format!("expected exactly one of {name}, {name}_env and {name}_file, found {found}"));
            return None;
        }
        let at = value.span().start;
        let Some(text) = value.get_ref().as_str().filter(|text| !text.is_empty()) else {
            // The value is not shown, whatever it is.
            let found = kind_of(value.get_ref());
            self.error_at(at, form, format!("expected a text that is not empty, found {found}"));
            return None;
        };
        match secret::read(self.source, form.strip_prefix(spec.name).unwrap_or_default(), text) {
            Ok(value) => Some(Some(vec![At { value, at }])),
            // It belongs to another machine, and the table may do without it.
            Err(_) if self.reading != Reading::Whole => Some(None),
            Err(problem) => {
                self.error_at(at, form, problem);
                None
            }
        }
    }

    /// Whether another key has this value, by default too.
    fn is(&self, key: &str, value: &str) -> bool {
        let given = self.table.get(key).map(|given| given.get_ref().as_str());
        given.unwrap_or_else(|| self.default_of(key).map(|text| text.trim_matches('"'))) == Some(value)
    }

    /// Notes that a key is missing which has to be there.
    fn missing(&self, spec: &KeySpec) {
        let is_secret = spec.form == Form::Secret;
        if self.reading == Reading::Glance || (self.reading == Reading::NoSecrets && is_secret) {
            return;
        }
        let when = match spec.presence {
            Presence::When(key, value) => format!(" when {key} is \"{value}\""),
            Presence::Required | Presence::Optional | Presence::Default(_) => String::new(),
        };
        let (name, example) = (spec.name, spec.example);
        let how = if is_secret {
            format!("give {name}_env = {example} or {name}_file = \"/run/secrets/{name}\"")
        } else {
            format!("try {name} = {example}")
        };
        self.error_at(self.at, name, format!("missing{when}: expected {}; {how}", spec.expected()));
    }

    /// Notes that what stands there is not what is expected.
    fn wrong(&self, spec: &KeySpec, at: usize, found: &str, note: &str) {
        let mut problem = format!("expected {}, found {found}", spec.expected());
        if !note.is_empty() {
            problem.push_str(": ");
            problem.push_str(note);
        }
        // A choice lists its words already, and a note that asks is advice enough.
        if !matches!(spec.form, Form::Choice(_) | Form::Flag) && !note.ends_with('?') {
            problem.push_str(&format!("; try {} = {}", spec.name, spec.example));
        }
        self.error_at(at, spec.name, problem);
    }

    fn place(&self, name: &str) -> usize {
        let forms = ["", "_env", "_file"].map(|form| format!("{name}{form}"));
        forms.iter().find_map(|form| self.table.get(form.as_str())).map_or(self.at, |value| value.span().start)
    }

    fn label(&self, name: &str) -> String {
        format!("{} {name}", self.spec.header)
    }
}

/// A value as text, if it has its key's form.
fn text_of(form: Form, value: &DeValue<'_>) -> Option<String> {
    match form {
        Form::Flag => value.as_bool().map(|flag| flag.to_string()),
        Form::Count { min, max } => {
            let number = value.as_integer()?;
            let number = u8::from_str_radix(number.as_str(), number.radix()).ok()?;
            (min..=max).contains(&number).then(|| number.to_string())
        }
        Form::Choice(words) => value.as_str().filter(|text| words.contains(text)).map(str::to_owned),
        Form::Text(_) | Form::File | Form::Secret | Form::List(_) | Form::OneOrMore(_) | Form::Verbs => {
            value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
        }
    }
}

/// Offers the word that is closest, or all of them.
pub(super) fn did_you_mean(word: &str, known: &[String]) -> String {
    let alike = known.iter().map(|name| (strsim::jaro_winkler(&word.to_lowercase(), &name.to_lowercase()), name));
    match alike.max_by(|left, right| left.0.total_cmp(&right.0)) {
        Some((score, name)) if score >= ALIKE => format!("did you mean \"{name}\"?"),
        Some(_) | None => format!("expected one of {}", known.join(", ")),
    }
}

/// What kind of value this is, with its article.
fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(text) if text.trim().is_empty() => "an empty text",
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number with a point",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// A wrong value, as far as it may be shown.
fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if !text.trim().is_empty() => shown_text(text),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::String(_) | DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            kind_of(value).to_owned()
        }
    }
}

/// The same for a text, whose `@` may be that of an address with a password in it.
fn shown_text(text: &str) -> String {
    if text.contains('@') {
        return "a text".to_owned();
    }
    let short: String = text.chars().take(MAX_SHOWN_CHARS).collect();
    let more = if short.len() < text.len() { "…" } else { "" };
    format!("{short:?}{more}")
}
