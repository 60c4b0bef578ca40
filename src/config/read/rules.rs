//! People, grants, denies and approvals, and whether they can mean what they say.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;

use super::super::PersonConfig;
use super::super::source::Source;
use super::super::table::{At, Table, did_you_mean};
use super::super::values;
use super::{Names, each_once};
use crate::domain::ids::{Group, PersonId};
use crate::domain::policy::{
    ApprovalRule, BOT, Person, PlatformGroup, PolicyVerb, Rule, TicketPattern, VerbPattern, VmPattern,
};

/// The shortest console token, in characters: 16 hex digits are 64 bits, which nobody guesses over a network.
const MIN_TOKEN_CHARS: usize = 16;

/// `[[person]]`
pub(super) fn people(tables: &[Table<'_, '_>]) -> Vec<PersonConfig> {
    let people: Vec<_> = tables.iter().map(person).collect();
    let read = || tables.iter().zip(&people).filter_map(|(table, person)| Some((table, &person.as_ref()?.person)));
    each_once(
        read()
            .map(|(table, person)| (table, "name", person.name.to_lowercase(), format!("the name {:?}", person.name))),
    );
    each_once(read().flat_map(|(table, person)| {
        person.slack.iter().map(move |own| {
            let text = format!("{}/{}", own.team, own.user);
            (table, "slack", text.clone(), format!("the Slack account {text}"))
        })
    }));
    each_once(read().flat_map(|(table, person)| {
        let of_own = move |own: &String| (table, "discord", own.clone(), format!("the Discord account {own}"));
        person.discord.iter().map(of_own)
    }));
    people.into_iter().flatten().collect()
}

fn person(table: &Table<'_, '_>) -> Option<PersonConfig> {
    let name = table.plain("name");
    let groups = table.list("groups", |text| Ok(Group::new(text)));
    let slack = table.list("slack", values::slack_account);
    let discord = table.list("discord", values::discord_id);
    let console_token = table.secret("console_token");
    if console_token.as_ref().is_some_and(|token| token.expose_secret().chars().count() < MIN_TOKEN_CHARS) {
        let problem =
            format!("expected at least {MIN_TOKEN_CHARS} characters; `openssl rand -hex 16` makes a good one");
        table.error("console_token", problem);
    }
    if name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(BOT)) {
        table.error(
            "name",
            format!(
                "{BOT:?} is the bot itself, which deletes by this name what nobody kept; call this person otherwise"
            ),
        );
    }
    let name = name?;
    Some(PersonConfig {
        person: Person {
            id: PersonId::new(name.clone()),
            name,
            groups: values_of(groups?),
            slack: slack.map(values_of).unwrap_or_default(),
            discord: discord.map(values_of).unwrap_or_default(),
        },
        console_token,
    })
}

/// `[[group]]`
pub(super) fn platform_groups(tables: &[Table<'_, '_>]) -> Vec<PlatformGroup> {
    let group = |table: &Table<'_, '_>| {
        let name = table.plain("name");
        let slack = table.list("slack", values::slack_group).map(values_of).unwrap_or_default();
        let discord = table.list("discord", values::discord_id).map(values_of).unwrap_or_default();
        if slack.is_empty() && discord.is_empty() {
            let problem = "names neither a user group of Slack nor a role of Discord, so it adds nobody";
            table.warning("name", problem);
        }
        Some(PlatformGroup { name: Group::new(name?), slack, discord })
    };
    let groups: Vec<_> = tables.iter().map(group).collect();
    let read = || tables.iter().zip(&groups).filter_map(|(table, group)| Some((table, group.as_ref()?)));
    each_once(read().map(|(table, group)| {
        let name = group.name.as_str().to_owned();
        (table, "name", name.clone(), format!("the group {name:?}"))
    }));
    groups.into_iter().flatten().collect()
}

/// `[[grant]]` and `[[deny]]`
pub(super) fn rules(tables: &[Table<'_, '_>], names: &Names) -> Vec<Rule> {
    tables.iter().filter_map(|table| rule(table, names)).collect()
}

fn rule(table: &Table<'_, '_>, names: &Names) -> Option<Rule> {
    let groups = groups(table, "groups", names);
    let verbs = verbs(table);
    let vms = vms(table, names);
    for (key, empty) in [
        ("groups", groups.as_ref().is_some_and(Vec::is_empty)),
        ("verbs", verbs.as_ref().is_some_and(Vec::is_empty)),
        ("vms", vms.as_ref().is_some_and(Vec::is_empty)),
    ] {
        if empty {
            table.warning(key, "an empty list means none at all, so this rule has no effect");
        }
    }
    Some(Rule { groups: groups?, verbs: verbs?, vms: vms?, line: line_of(table) })
}

/// `[[approval]]`
pub(super) fn approvals(tables: &[Table<'_, '_>], names: &Names) -> Vec<ApprovalRule> {
    tables.iter().filter_map(|table| approval(table, names)).collect()
}

fn approval(table: &Table<'_, '_>, names: &Names) -> Option<ApprovalRule> {
    let verbs = verbs(table);
    let vms = vms(table, names);
    let approvers = groups(table, "approvers", names);
    let needed = table.count("needed").and_then(|needed| u8::try_from(needed).ok());
    let expires = table.text("expires", values::duration);
    let self_approval = table.flag("self_approval");
    let break_glass = groups(table, "break_glass", names);
    let safety = table.flag("safety");
    let ticket_pattern = table.text("ticket_pattern", TicketPattern::parse);
    for (key, empty) in
        [("verbs", verbs.as_ref().is_some_and(Vec::is_empty)), ("vms", vms.as_ref().is_some_and(Vec::is_empty))]
    {
        if empty {
            let problem =
                "an empty list means none at all, so this rule would protect nothing; fill it or remove the rule";
            table.error(key, problem);
        }
    }
    if approvers.as_ref().is_some_and(Vec::is_empty) {
        let problem = "an empty list means nobody, so nobody could ever approve; name a group, such as [\"approvers\"]";
        table.error("approvers", problem);
    }
    let rule = ApprovalRule {
        verbs: verbs?,
        vms: vms?,
        approvers: approvers?,
        needed: needed?,
        expires: expires?,
        self_approval: self_approval?,
        ticket_pattern,
        break_glass: break_glass.unwrap_or_default(),
        safety: safety?,
        line: line_of(table),
    };
    enough_approvers(table, names, &rule);
    Some(rule)
}

/// Notes a rule that can never be met, or not for everybody.
fn enough_approvers(table: &Table<'_, '_>, names: &Names, rule: &ApprovalRule) {
    let members = rule.approvers.iter().filter_map(|group| names.members.get(group.as_str()));
    let people = members.flatten().collect::<BTreeSet<_>>().len();
    let needed = usize::from(rule.needed);
    let groups = rule.approvers.iter().map(Group::as_str).collect::<Vec<_>>().join(", ");
    let by_platform = rule.approvers.iter().any(|group| names.platform_groups.contains(group.as_str()));
    if people == 0 || by_platform {
        // That the groups are empty or unknown is told already; how many a platform adds it tells only when the bot runs.
        return;
    }
    if people < needed {
        table.error("needed", format!("expected at most {people}: there are no more people in {groups}"));
    } else if people == needed && !rule.self_approval {
        let problem = format!(
            "everybody in {groups} ({people}) has to say yes, so none of them can ask for this; add somebody or lower needed"
        );
        table.warning("needed", problem);
    }
}

/// Notes grants of acts that destroy work and that no approval rule so much as mentions.
pub(super) fn destructive_without_approval(source: &Source<'_>, tables: &[Table<'_, '_>], config: &super::Config) {
    for verb in PolicyVerb::ALL.into_iter().filter(|verb| verb.is_destructive()) {
        let covers = |patterns: &[VerbPattern]| patterns.iter().any(|pattern| pattern.covers(verb));
        if config.approvals.iter().any(|rule| covers(&rule.verbs)) {
            continue;
        }
        for table in tables {
            let line = line_of(table);
            if config.grants.iter().any(|rule| rule.line == line && covers(&rule.verbs)) {
                let problem = format!(
                    "lets people {verb} without anybody's approval; add an [[approval]] with verbs = [\"{verb}\"]"
                );
                source.warning(Some(table.at), format!("{} verbs", table.spec.header()), problem);
            }
        }
    }
}

/// The groups of a rule; one that nobody is in is a slip of the keyboard that would go unseen.
pub(super) fn groups(table: &Table<'_, '_>, key: &'static str, names: &Names) -> Option<Vec<Group>> {
    let groups = table.list(key, |text| Ok(Group::new(text)))?;
    let known: Vec<String> = names.members.keys().chain(&names.platform_groups).cloned().collect();
    let is_known = |group: &str| names.members.contains_key(group) || names.platform_groups.contains(group);
    for group in groups.iter().filter(|group| !is_known(group.value.as_str())) {
        let advice = if known.is_empty() {
            "add it to the groups of a [[person]]".to_owned()
        } else {
            did_you_mean(group.value.as_str(), &known)
        };
        table.error_at(group.at, key, format!("nobody is in the group \"{}\"; {advice}", group.value));
    }
    Some(values_of(groups))
}

fn verbs(table: &Table<'_, '_>) -> Option<Vec<VerbPattern>> {
    let verbs = table.list("verbs", |text| {
        VerbPattern::parse(text).ok_or_else(|| {
            let known: Vec<String> = PolicyVerb::ALL.iter().map(|verb| verb.name().to_owned()).collect();
            did_you_mean(text, &known)
        })
    })?;
    Some(values_of(verbs))
}

/// The VMs of a rule or a report.
pub(super) fn vms(table: &Table<'_, '_>, names: &Names) -> Option<Vec<VmPattern>> {
    let vms = table.list("vms", VmPattern::parse)?;
    for pattern in &vms {
        let known = |named: &str| {
            names.vcenters.is_empty() || names.vcenters.iter().any(|name| name.eq_ignore_ascii_case(named))
        };
        match pattern.value.vcenter() {
            Some(named) if !known(named) => {
                let advice = did_you_mean(named, &names.vcenters);
                table.error_at(pattern.at, "vms", format!("there is no vCenter called {named:?}; {advice}"));
            }
            None if pattern.value.is_moref() && names.vcenters.len() > 1 => {
                let first = names.vcenters.first().map_or("NAME", String::as_str);
                let problem = format!(
                    "{} may be another VM in every vCenter; write vcenter:{first}/ before moref:",
                    pattern.value
                );
                table.error_at(pattern.at, "vms", problem);
            }
            Some(_) | None => {}
        }
    }
    if !vms.is_empty() && vms.iter().all(|pattern| pattern.value.excludes()) {
        table.error("vms", "there are only exclusions, so this is about no VM; put \"*\" before them");
    }
    Some(values_of(vms))
}

/// `[[grant]] at snapwarden.toml:41`
fn line_of(table: &Table<'_, '_>) -> Option<String> {
    Some(format!("{} at {}:{}", table.spec.header(), table.source.file, table.source.line(table.at)))
}

fn values_of<T>(items: Vec<At<T>>) -> Vec<T> {
    items.into_iter().map(|item| item.value).collect()
}
