//! One table of the file as the reader asks it, key by key: every answer is a typed value or a note with line and key.

use std::ops::Range;
use std::path::PathBuf;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{self, KeySpec, Kind, Presence, TableSpec};
use super::source::Source;

/// How much of a wrong value is shown, in characters.
const MAX_SHOWN_CHARS: usize = 60;

/// How close a word has to be to be offered instead of an unknown one (1 is the same).
const ALIKE: f64 = 0.75;

/// A value with the byte where it stands.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub value: T,
    pub at: usize,
}

/// How much of a table a command needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// All of it: what has to be there has to be there.
    Whole,
    /// All but its secrets, which are taken where they are at hand.
    NoSecrets,
    /// Nothing: keys and secrets may be missing, and what is there is checked.
    Glance,
}

/// One table of the file, asked key by key.
pub(super) struct Table<'s, 'a> {
    pub source: &'s Source<'a>,
    pub spec: &'static TableSpec,
    pub at: usize,
    pub reading: Reading,
    table: &'s DeTable<'a>,
}

impl<'s, 'a> Table<'s, 'a> {
    /// Opens a table; keys that it does not have are noted at once.
    pub(super) fn open(
        source: &'s Source<'a>,
        spec: &'static TableSpec,
        table: &'s DeTable<'a>,
        at: usize,
        reading: Reading,
    ) -> Self {
        let names = spec.names();
        for key in table.keys().filter(|key| !names.iter().any(|name| name == key.get_ref())) {
            let problem = format!("{} has no such key; {}", spec.header(), did_you_mean(key.get_ref(), &names));
            source.error(Some(key.span().start), format!("{} {}", spec.header(), key.get_ref()), problem);
        }
        Self { source, spec, at, reading, table }
    }

    /// Notes something about one key, where it stands (or where the table does).
    pub(super) fn error(&self, name: &str, problem: impl Into<String>) {
        self.error_at(self.place(name), name, problem);
    }

    /// The same, at this byte.
    pub(super) fn error_at(&self, at: usize, name: &str, problem: impl Into<String>) {
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

    /// Whether a secret is there in any of its forms.
    pub(super) fn has_secret(&self, name: &str) -> bool {
        self.has(name) || self.has(&format!("{name}_env")) || self.has(&format!("{name}_file"))
    }

    /// A text, converted. What the conversion says goes behind "expected …, found …".
    pub(super) fn text<T>(&self, name: &'static str, convert: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let spec = self.spec_of(name);
        let Some((value, span)) = self.value(name) else {
            return self.absent(spec, |text| convert(text).ok());
        };
        self.convert(spec, value, &span, &convert)
    }

    /// A text as it was given, nothing noted.
    pub(super) fn text_given(&self, name: &str) -> Option<&str> {
        self.table.get(name).and_then(|value| value.get_ref().as_str())
    }

    /// A text as it is.
    pub(super) fn plain(&self, name: &'static str) -> Option<String> {
        self.text(name, |text| Ok(text.to_owned()))
    }

    /// A path, relative to the file's folder.
    pub(super) fn path(&self, name: &'static str) -> Option<PathBuf> {
        self.text(name, |text| Ok(self.source.path(text)))
    }

    /// One of the words that the key's kind lists.
    pub(super) fn choice(&self, name: &'static str) -> Option<&'static str> {
        let choices = match self.spec_of(name).map(|spec| spec.kind) {
            Some(Kind::Choice(choices)) => choices,
            Some(_) | None => &[],
        };
        self.text(name, |text| choices.iter().find(|choice| **choice == text).copied().ok_or_else(String::new))
    }

    /// `true` or `false`.
    pub(super) fn flag(&self, name: &'static str) -> Option<bool> {
        let spec = self.spec_of(name);
        let Some((value, span)) = self.value(name) else {
            return self.absent(spec, |text| Some(text == "true"));
        };
        if let DeValue::Boolean(flag) = value {
            return Some(*flag);
        }
        self.wrong(spec, value, &span, "");
        None
    }

    /// A whole number within the limits of the key's kind.
    pub(super) fn count(&self, name: &'static str) -> Option<i64> {
        let spec = self.spec_of(name);
        let Some((value, span)) = self.value(name) else {
            return self.absent(spec, |text| text.parse().ok());
        };
        let limits = match spec.map(|spec| spec.kind) {
            Some(Kind::Count { min, max }) => min..=max,
            Some(_) | None => i64::MIN..=i64::MAX,
        };
        let number = value.as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        let fitting = number.filter(|number| limits.contains(number));
        if fitting.is_none() {
            self.wrong(spec, value, &span, "");
        }
        fitting
    }

    /// A list of texts, each converted. What one item fails on does not hide the others; none then.
    pub(super) fn list<T>(
        &self,
        name: &'static str,
        convert: impl Fn(&str) -> Result<T, String>,
    ) -> Option<Vec<At<T>>> {
        let spec = self.spec_of(name);
        let Some((value, span)) = self.value(name) else {
            // A default list is written as TOML; none of them has a text with a comma in it.
            return self.absent(spec, |text| {
                let items = text.trim_matches(['[', ']']).split(',').map(|item| item.trim().trim_matches('"'));
                let items = items.filter(|item| !item.is_empty());
                items.map(|item| convert(item).map(|value| At { value, at: self.at }).ok()).collect()
            });
        };
        let single =
            spec.is_some_and(|spec| matches!(spec.kind, Kind::SlackAccounts | Kind::SlackGroups | Kind::DiscordIds));
        if single && value.is_str() {
            let at = span.start;
            return self.convert(spec, value, &span, &convert).map(|value| vec![At { value, at }]);
        }
        let Some(array) = value.as_array() else {
            self.wrong(spec, value, &span, "");
            return None;
        };
        let items: Vec<Option<At<T>>> = array
            .iter()
            .map(|item| {
                let at = item.span().start;
                self.convert(spec, item.get_ref(), &item.span(), &convert).map(|value| At { value, at })
            })
            .collect();
        items.into_iter().collect()
    }

    /// Notes that a key is missing which has to be there in this case.
    pub(super) fn missing(&self, name: &'static str) {
        let Some(spec) = self.spec_of(name) else { return };
        if self.reading == Reading::Glance || (self.reading == Reading::NoSecrets && spec.kind == Kind::Secret) {
            return;
        }
        let when = match spec.presence {
            Presence::When(when) => format!(" when {when}"),
            Presence::Required | Presence::Optional | Presence::Default(_) => String::new(),
        };
        let name = spec.name;
        let how = if spec.kind == Kind::Secret {
            format!("give {name}_env = {} or {name}_file = \"/run/secrets/{name}\"", spec.example)
        } else {
            format!("try {name} = {}", spec.example)
        };
        self.source.error(
            Some(self.at),
            self.label(name),
            format!("missing{when}: expected {}; {how}", spec.kind.expected()),
        );
    }

    fn convert<T>(
        &self,
        spec: Option<&'static KeySpec>,
        value: &DeValue<'_>,
        span: &Range<usize>,
        convert: &impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let Some(text) = value.as_str().filter(|text| !text.trim().is_empty()) else {
            self.wrong(spec, value, span, "");
            return None;
        };
        match convert(text) {
            Ok(value) => Some(value),
            Err(note) => {
                self.wrong(spec, value, span, &note);
                None
            }
        }
    }

    /// Notes that what stands there is not what is expected.
    fn wrong(&self, spec: Option<&'static KeySpec>, value: &DeValue<'_>, span: &Range<usize>, note: &str) {
        let Some(spec) = spec else { return };
        let mut problem = format!("expected {}, found {}", spec.kind.expected(), shown(value));
        if !note.is_empty() {
            problem.push_str(": ");
            problem.push_str(note);
        }
        // A choice lists its words already, and a note that asks is advice enough.
        if !matches!(spec.kind, Kind::Choice(_) | Kind::Flag) && !note.ends_with('?') {
            problem.push_str(&format!("; try {} = {}", spec.name, spec.example));
        }
        self.error_at(span.start, spec.name, problem);
    }

    /// What holds for a key that is not there: its default, or a note if it has to be there.
    pub(super) fn absent<T>(
        &self,
        spec: Option<&'static KeySpec>,
        from_default: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let spec = spec?;
        match spec.presence {
            Presence::Default(text) if matches!(spec.kind, Kind::TextList) || text.starts_with('[') => {
                from_default(text)
            }
            Presence::Default(text) => from_default(text.trim_matches('"')),
            Presence::Required => {
                self.missing(spec.name);
                None
            }
            Presence::Optional | Presence::When(_) => None,
        }
    }

    pub(super) fn spec_of(&self, name: &'static str) -> Option<&'static KeySpec> {
        #[cfg(test)]
        self.source.asked.borrow_mut().insert((self.spec.path, name));
        self.spec.key(name)
    }

    pub(super) fn value(&self, name: &str) -> Option<(&'s DeValue<'a>, Range<usize>)> {
        self.table.get(name).map(|value| (value.get_ref(), value.span()))
    }

    fn place(&self, name: &str) -> usize {
        self.table.get(name).map_or(self.at, |value| value.span().start)
    }

    fn label(&self, name: &str) -> String {
        format!("{} {name}", self.spec.header())
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

/// Every table with this path, opened. Where the brackets are wrong, that is noted.
pub(super) fn tables<'s, 'a>(
    source: &'s Source<'a>,
    parent: &'s DeTable<'a>,
    path: &'static str,
    reading: Reading,
) -> Vec<Table<'s, 'a>> {
    let name = path.rsplit('.').next().unwrap_or(path);
    let (Some(spec), Some(value)) = (keys::table(path), parent.get(name)) else {
        return Vec::new();
    };
    let open = |table: &'s Spanned<DeValue<'a>>| {
        let at = table.span().start;
        table.get_ref().as_table().map(|inside| Table::open(source, spec, inside, at, reading))
    };
    let (found, advice) = match (value.get_ref(), spec.many) {
        (DeValue::Table(_), false) => return open(value).into_iter().collect(),
        (DeValue::Array(items), true) if items.iter().all(|item| item.get_ref().is_table()) => {
            return items.iter().filter_map(open).collect();
        }
        (DeValue::Table(_), true) => ("one table", "there may be several, so write two brackets"),
        (DeValue::Array(_), false) => ("a list", "there is only one, so write one pair of brackets"),
        (other, _) => (kind_of(other), "write it as a table"),
    };
    let at = parent.iter().find(|(key, _)| key.get_ref() == name).map(|(key, _)| key.span().start);
    source.error(at, spec.header(), format!("expected {}, found {found}; {advice}", spec.header()));
    Vec::new()
}

/// What kind of value this is, with its article.
pub(super) fn kind_of(value: &DeValue<'_>) -> &'static str {
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

/// A wrong value, as far as it may be shown: a text with an `@` may hold a password.
fn shown(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if !text.trim().is_empty() && !text.contains('@') => {
            let short: String = text.chars().take(MAX_SHOWN_CHARS).collect();
            let more = if short.len() < text.len() { "…" } else { "" };
            format!("{short:?}{more}")
        }
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::String(_) | DeValue::Float(_) | DeValue::Datetime(_) | DeValue::Array(_) | DeValue::Table(_) => {
            kind_of(value).to_owned()
        }
    }
}
