//! From the file's text to the configuration: every table is read, and then what the tables have to agree on.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::TimeZone;
use toml::de::{DeTable, DeValue};

use super::source::{ConfigError, Source};
use super::table::{At, Reading, did_you_mean, many, one};
use super::tables::peers::{Console, ConsoleChannel, Discord, Http, Proxy, Slack, Store, VCenter};
use super::tables::people::{Administration, Approval, Deny, Grant, Group, Person};
use super::tables::watch::{Channel, Preflight, Report, Retention};
use super::{Config, Needs, tables};
use crate::chat::console;
use crate::domain::ids::ChannelId;
use crate::domain::policy::{Policy, PolicyVerb, Rule, VerbPattern};
use crate::engine::watch::{ReportRule, WatchRules};
use crate::engine::{RECONCILE, Rules};
use crate::proxy::Proxies;

/// Names that tables refer to each other by. They are gathered from the text before anything is read, so that a mistake in a person's
/// table does not make their group unknown as well.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Groups that somebody is in, each with the persons that are in it.
    pub members: BTreeMap<String, BTreeSet<String>>,
    /// Groups whose members a platform knows.
    pub platform_groups: BTreeSet<String>,
    pub vcenters: Vec<String>,
    /// Whether Discord's server is given.
    pub has_guild: bool,
    pub tables: BTreeSet<String>,
    /// The id of each channel of the console.
    console_channels: Vec<Vec<String>>,
    is_console_off: bool,
    /// Whether channels that are posted in have to be there; not for a command that posts nothing.
    posts: bool,
}

/// Reads everything. See [`super::parse`].
pub(super) fn read(
    text: &str,
    file: &str,
    needs: Needs,
    env: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, Vec<ConfigError>> {
    let mut source = Source::new(text, file, needs, env);
    let (root, broken) = DeTable::parse_recoverable(text);
    if !broken.is_empty() {
        for error in broken {
            let at = error.span().map(|span| span.start);
            source.error(at, String::new(), format!("this is not TOML: {}", error.message()));
        }
        return Err(source.noted().0);
    }
    let root = root.get_ref();
    source.names = Names::gather(root, needs);
    unknown_tables(&source, root);
    source.errors.borrow_mut().extend(missing(&source, root, needs));
    let incomplete = if needs == Needs::Check { missing(&source, root, Needs::Run) } else { Vec::new() };
    let config = assembled(&source, root);
    let (errors, warnings, fixed) = source.noted();
    if errors.is_empty() { Ok(Config { warnings, incomplete, fixed, ..config }) } else { Err(errors) }
}

/// Reads every table; what is returned holds only if nothing was noted.
fn assembled(source: &Source<'_>, root: &DeTable<'_>) -> Config {
    let mut console = one::<Console>(source, root).flatten();
    let own_channels = values(many::<ConsoleChannel>(source, root));
    let http = many::<Http>(source, root).into_iter().next();
    let people = values(many::<Person>(source, root));
    let grants = many::<Grant>(source, root);
    let approvals = values(many::<Approval>(source, root));
    let mut channels = values(many::<Channel>(source, root));
    let reports = values(many::<Report>(source, root));
    let administration = one::<Administration>(source, root);

    without_approval(source, &grants, |verb| approvals.iter().any(|rule| covers(&rule.verbs, verb)));
    // What is said of a channel by name comes first.
    channels.extend(own_channels.iter().map(|(_, settings, _)| settings.clone()));
    let own_locale = |channel: &ChannelId| {
        own_channels.iter().find(|(_, settings, _)| settings.id == *channel).and_then(|(_, _, locale)| *locale)
    };
    if let Some(console) = &mut console {
        console.channels = own_channels.iter().map(|(channel, ..)| channel.clone()).collect();
        if source.needs.runs() && people.iter().all(|(_, token)| token.is_none()) {
            let at = root.get("console").map(|table| table.span().start);
            let problem =
                "nobody can sign in: no [[person]] has a console_token, console_token_env or console_token_file";
            source.warning(at, "[console] auth".to_owned(), problem.to_owned());
        }
        if let Some(At { value: http, at }) = &http
            && http.listen == console.listen
            && http.listen.port() != 0
        {
            let problem = format!("[console] listens on {} already; give one of them another port", http.listen);
            source.error(Some(*at), "[http] listen".to_owned(), problem);
        }
    }
    let console_tokens = people.iter().filter_map(|(person, token)| Some((person.id.clone(), token.clone()?)));
    let console_tokens = console_tokens.collect();
    let policy = Policy {
        people: people.into_iter().map(|(person, _)| person).collect(),
        grants: values(grants),
        denies: values(many::<Deny>(source, root)),
        approvals,
        administrators: administration.as_ref().map(|table| table.groups.clone()).unwrap_or_default(),
        platform_groups: values(many::<Group>(source, root)),
        ..Policy::default()
    };
    let mut rules = Rules {
        policy,
        preflight: one::<Preflight>(source, root).unwrap_or_default(),
        channels,
        timezone: TimeZone::UTC,
        reconcile: administration.as_ref().map_or(RECONCILE, |table| table.reconcile),
        alarms: administration.and_then(|table| table.channel),
        watch: WatchRules::default(),
    };
    let placed = |(report, zone): (ReportRule, Option<TimeZone>)| {
        let zone = zone.unwrap_or_else(|| rules.zone(&report.channel));
        let listed = rules.channels.iter().find(|channel| channel.id == report.channel);
        let locale = report.locale.or_else(|| match listed.and_then(|channel| channel.locale) {
            // The engine looks it up itself.
            Some(_) => None,
            None => own_locale(&report.channel),
        });
        ReportRule { locale, ..report.in_zone(zone) }
    };
    let reports = reports.into_iter().map(placed).collect();
    rules.watch = WatchRules { reports, retention: one::<Retention>(source, root) };
    let proxies = proxies(source, root);
    let mut vcenters = values(many::<VCenter>(source, root));
    vcenters.iter_mut().filter_map(|vcenter| vcenter.proxies.as_mut()).for_each(|own| own.clone_from(&proxies));
    Config {
        vcenters,
        slack: one::<Slack>(source, root),
        discord: one::<Discord>(source, root),
        proxies,
        http: http.map(|http| http.value),
        console,
        console_tokens,
        store: one::<Store>(source, root),
        rules,
        warnings: Vec::new(),
        incomplete: Vec::new(),
        fixed: BTreeMap::new(),
    }
}

/// The proxy of the file, else that of the environment.
fn proxies(source: &Source<'_>, root: &DeTable<'_>) -> Proxies {
    if let Some(proxies) = one::<Proxy>(source, root) {
        return proxies;
    }
    let has_table = root.get("proxy").is_some();
    let has_chat = root.get("slack").is_some() || root.get("discord").is_some();
    if has_table || !has_chat || !source.needs.runs() {
        return Proxies::default();
    }
    Proxies::of_environment(source.env).unwrap_or_else(|why| {
        source.error(None, String::new(), why);
        Proxies::default()
    })
}

fn values<T>(tables: Vec<At<T>>) -> Vec<T> {
    tables.into_iter().map(|table| table.value).collect()
}

fn covers(patterns: &[VerbPattern], verb: PolicyVerb) -> bool {
    patterns.iter().any(|pattern| pattern.covers(verb))
}

/// Notes grants of acts that destroy work and that no approval rule so much as mentions.
fn without_approval(source: &Source<'_>, grants: &[At<Rule>], has_approval: impl Fn(PolicyVerb) -> bool) {
    if source.needs.reading("grant") == Reading::Glance {
        return;
    }
    for verb in PolicyVerb::ALL.into_iter().filter(|verb| verb.is_destructive() && !has_approval(*verb)) {
        for grant in grants.iter().filter(|grant| covers(&grant.value.verbs, verb)) {
            let problem =
                format!("lets people {verb} without anybody's approval; add an [[approval]] with verbs = [\"{verb}\"]");
            source.warning(Some(grant.at), "[[grant]] verbs".to_owned(), problem);
        }
    }
}

/// What a command cannot do without and the file does not have.
fn missing(source: &Source<'_>, root: &DeTable<'_>, needs: Needs) -> Vec<ConfigError> {
    let is_there = |table: &str| match root.get(table).map(|value| value.get_ref()) {
        Some(DeValue::Array(items)) => !items.is_empty(),
        value => value.is_some(),
    };
    let required = needs.requires().iter().filter(|(header, _)| !is_there(header.trim_matches(['[', ']'])));
    let mut missing: Vec<String> = required.map(|(header, reason)| format!("{header} is missing: {reason}")).collect();
    let chats = is_there("slack") || is_there("discord") || (is_there("console") && !source.names.is_console_off);
    if needs == Needs::Run && !chats {
        missing.push(
            "none of [slack], [discord] and [console] is switched on, so nobody could ask for anything; add [console]"
                .to_owned(),
        );
    }
    missing.into_iter().map(|problem| source.note(None, String::new(), problem)).collect()
}

fn unknown_tables(source: &Source<'_>, root: &DeTable<'_>) {
    let specs = tables::all();
    let known: Vec<String> =
        specs.iter().map(|spec| spec.path()).filter(|path| !path.contains('.')).map(str::to_owned).collect();
    for key in root.keys().filter(|key| !known.iter().any(|name| name == key.get_ref())) {
        let problem = format!("there is no such table; {}", did_you_mean(key.get_ref(), &known));
        source.error(Some(key.span().start), key.get_ref().to_string(), problem);
    }
}

impl Names {
    fn gather(root: &DeTable<'_>, needs: Needs) -> Self {
        let names = |table: &str| texts(root.get(table).map(|value| value.get_ref()), "name").concat();
        let mut members: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let people = root.get("person").map(|value| value.get_ref());
        for (person, groups) in texts(people, "name").into_iter().zip(texts(people, "groups")) {
            for group in groups {
                members.entry(group).or_default().extend(person.iter().cloned());
            }
        }
        let console = root.get("console").map(|value| value.get_ref());
        let enabled = console.and_then(|console| console.get("enabled")?.get_ref().as_bool());
        let channels = console.and_then(|console| console.get("channel")).map(|value| value.get_ref());
        let guild = root.get("discord").and_then(|discord| discord.get_ref().get("guild_id"));
        Self {
            members,
            has_guild: guild.is_some(),
            platform_groups: names("group").into_iter().collect(),
            vcenters: names("vcenter"),
            tables: root.keys().map(|key| key.get_ref().to_string()).collect(),
            console_channels: texts(channels, "id"),
            is_console_off: enabled == Some(false),
            posts: needs.runs(),
        }
    }

    /// Whether somebody is in a group; else what is wrong.
    pub(super) fn has_group(&self, group: &str) -> Result<(), String> {
        if self.members.contains_key(group) || self.platform_groups.contains(group) {
            return Ok(());
        }
        let known: Vec<String> = self.members.keys().chain(&self.platform_groups).cloned().collect();
        let advice = if known.is_empty() {
            "add it to the groups of a [[person]]".to_owned()
        } else {
            did_you_mean(group, &known)
        };
        Err(format!("nobody is in the group \"{group}\"; {advice}"))
    }

    /// Whether something can be posted in a channel; else what is wrong.
    pub(super) fn has_channel(&self, channel: &ChannelId) -> Result<(), String> {
        let (platform, id) = (channel.platform(), channel.id());
        let is_console = platform == console::PLATFORM;
        let known = &self.console_channels.concat();
        if !self.posts {
            Ok(())
        } else if !self.tables.contains(platform) {
            Err(format!("\"{channel}\" is a channel of {platform}, and there is no [{platform}] in this file"))
        } else if is_console && self.is_console_off {
            Err(format!("\"{channel}\" is a channel of the console, which is switched off"))
        } else if is_console && !known.is_empty() && !known.iter().any(|known| known == id) {
            Err(format!("the console has no channel {id:?}; {}", did_you_mean(id, known)))
        } else {
            Ok(())
        }
    }

    pub(super) fn has_console_channels(&self) -> bool {
        !self.console_channels.is_empty()
    }
}

/// The texts behind a key in each of several tables, whether it is one text or a list.
fn texts(tables: Option<&DeValue<'_>>, key: &str) -> Vec<Vec<String>> {
    let of_table = |table: &DeValue<'_>| match table.get(key).map(|value| value.get_ref()) {
        Some(DeValue::Array(list)) => {
            list.iter().filter_map(|text| text.get_ref().as_str()).map(str::to_owned).collect()
        }
        Some(value) => value.as_str().map(str::to_owned).into_iter().collect(),
        None => Vec::new(),
    };
    let tables = tables.and_then(|value| value.as_array()).into_iter().flatten();
    tables.map(|table| of_table(table.get_ref())).collect()
}
