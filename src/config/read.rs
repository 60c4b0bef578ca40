//! From the file's tables to the configuration's types, one function per table, and what the tables have to agree on.

mod chats;
mod rest;
mod rules;

use std::collections::{BTreeMap, BTreeSet};

use toml::de::{DeTable, DeValue};

use super::source::{ConfigError, Source};
use super::table::{Reading, Table, did_you_mean, tables};
use super::{Config, Needs, keys};

/// Names of other tables that a table may refer to, gathered from the text first, so that a mistake in a person's table does not
/// make their group unknown as well.
pub(super) struct Names {
    /// Groups that somebody is in, each with the persons that are in it.
    pub members: BTreeMap<String, BTreeSet<String>>,
    /// Groups that a platform says who is in.
    pub platform_groups: BTreeSet<String>,
    /// vCenters.
    pub vcenters: Vec<String>,
}

/// Reads everything. See [`super::parse`].
pub(super) fn read(
    text: &str,
    file: &str,
    needs: Needs,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, Vec<ConfigError>> {
    let source = Source::new(text, file, env);
    let (root, broken) = DeTable::parse_recoverable(text);
    if !broken.is_empty() {
        for error in broken {
            let at = error.span().map(|span| span.start);
            source.error(at, String::new(), format!("this is not TOML: {}", error.message()));
        }
        return Err(in_order(source.errors.into_inner()));
    }
    let config = tables_of(&source, root.get_ref(), needs);
    let errors = source.errors.into_inner();
    if errors.is_empty() {
        Ok(Config { warnings: in_order(source.warnings.into_inner()), ..config })
    } else {
        Err(in_order(errors))
    }
}

/// Reads every table and notes what is wrong; what is returned holds only if nothing was.
pub(super) fn tables_of(source: &Source<'_>, root: &DeTable<'_>, needs: Needs) -> Config {
    unknown_tables(source, root);
    for (table, reason) in needs.requires() {
        let empty =
            matches!(root.get(*table).map(|value| value.get_ref()), Some(DeValue::Array(items)) if items.is_empty());
        if let (Some(spec), true) = (keys::table(table), empty || !root.contains_key(*table)) {
            source.error(None, String::new(), format!("{} is missing: {reason}", spec.header()));
        }
    }
    let names = Names::gather(root);
    let of = |path: &'static str| tables(source, root, path, needs.reading(path));
    let (grants, consoles) = (of("grant"), of("console"));

    let mut config = Config {
        vcenters: rest::vcenters(&of("vcenter")),
        slack: of("slack").first().and_then(chats::slack),
        discord: of("discord").first().and_then(chats::discord),
        http: of("http").first().and_then(rest::http),
        store: of("store").first().and_then(rest::store),
        people: rules::people(&of("person")),
        groups: rules::platform_groups(&of("group")),
        grants: rules::rules(&grants, &names),
        denies: rules::rules(&of("deny"), &names),
        approvals: rules::approvals(&of("approval"), &names),
        channels: rest::channels(&of("channel")),
        administration: of("administration").first().and_then(|table| rest::administration(table, &names)),
        reports: rest::reports(&of("report"), &names),
        retention: of("retention").first().and_then(|table| rest::retention(table, &names)),
        preflight: of("preflight").first().and_then(rest::preflight).unwrap_or_default(),
        ..Config::default()
    };
    let inside = root.get("console").and_then(|value| value.get_ref().as_table());
    if let (Some(console), Some(inside)) = (consoles.first(), inside) {
        let channels = tables(source, inside, "console.channel", needs.reading("console.channel"));
        config.console = chats::console(console, &channels);
        if let (Some(read), Needs::Run) = (&config.console, needs) {
            chats::console_can_be_used(console, read, &config.people);
        }
    }
    if needs.reading("grant") != Reading::Glance {
        rules::destructive_without_approval(source, &grants, &config);
    }
    if needs == Needs::Run {
        chats::somebody_can_ask(source, root, &config);
        for table in of("report").iter().chain(&of("administration")) {
            chats::channel_is_there(table, root);
        }
    }
    config
}

impl Names {
    fn gather(root: &DeTable<'_>) -> Self {
        let texts = |table: &str, key: &str| -> Vec<Vec<String>> {
            let items = root.get(table).and_then(|value| value.get_ref().as_array());
            let of_item = |item: &DeValue<'_>| match item.get(key).map(|value| value.get_ref()) {
                Some(DeValue::Array(list)) => {
                    list.iter().filter_map(|text| text.get_ref().as_str()).map(str::to_owned).collect()
                }
                Some(value) => value.as_str().map(str::to_owned).into_iter().collect(),
                None => Vec::new(),
            };
            items.into_iter().flatten().map(|item| of_item(item.get_ref())).collect()
        };
        let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (at, (groups, name)) in texts("person", "groups").into_iter().zip(texts("person", "name")).enumerate() {
            // A person without a name counts as one of their own: that mistake is told elsewhere.
            let name = name.into_iter().next().unwrap_or_else(|| format!("person {at}"));
            for group in groups {
                members.entry(group).or_default().insert(name.clone());
            }
        }
        let platform_groups = texts("group", "name").into_iter().flatten().collect();
        Self { members, platform_groups, vcenters: texts("vcenter", "name").concat() }
    }
}

/// Notes what stands at the top of the file and is no table of ours.
fn unknown_tables(source: &Source<'_>, root: &DeTable<'_>) {
    let known: Vec<String> =
        keys::TABLES.iter().map(|spec| spec.path).filter(|path| !path.contains('.')).map(str::to_owned).collect();
    for key in root.keys().filter(|key| !known.iter().any(|name| name == key.get_ref())) {
        let at = Some(key.span().start);
        source.error(
            at,
            key.get_ref().to_string(),
            format!("there is no such table; {}", did_you_mean(key.get_ref(), &known)),
        );
    }
}

/// Notes every value that an earlier table has already. `what` says what it is, to stand before "is given twice".
pub(super) fn each_once<'s, 'a: 's, T: Ord>(
    items: impl IntoIterator<Item = (&'s Table<'s, 'a>, &'static str, T, String)>,
) {
    let mut seen: BTreeMap<T, usize> = BTreeMap::new();
    for (table, key, value, what) in items {
        let line = table.source.line(table.at);
        match seen.get(&value) {
            Some(first) => table.error(key, format!("{what} is in line {first} already; every table needs its own")),
            None => {
                seen.insert(value, line);
            }
        }
    }
}

fn in_order(mut errors: Vec<ConfigError>) -> Vec<ConfigError> {
    errors.sort_by_key(|error| error.line);
    errors.dedup();
    errors
}
