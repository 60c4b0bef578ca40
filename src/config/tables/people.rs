//! The tables of people and rules, and whether the rules can mean what they say.

use std::collections::BTreeSet;

use secrecy::{ExposeSecret, SecretString};

use crate::chat::{discord, slack};
use crate::config::kinds::{
    CLOCK, CONSOLE_TOKEN, DISCORD_IDS, DURATION, FLAG, GROUP, GROUPS, KNOWN_GROUPS, LIFE, PERSON_NAME, POSTED_CHANNEL,
    SLACK_ACCOUNTS, SLACK_GROUPS, TICKET, VERBS, VMS, count,
};
use crate::config::table::{Table, table};
use crate::domain::ids::{self, Account, ChannelId};
use crate::domain::policy::{self, ApprovalRule, PlatformGroup, Rule, VerbPattern, VmPattern};

table! {
    /// One human. Rights and approvals count persons, so somebody with three accounts has one table with three accounts in it.
    Person(table) = "[[person]]", Reload;

    /// The person's name in rules, messages and the audit trail. Never give one person's name to another.
    name: PERSON_NAME.required("\"alice\""),
    /// The groups that the person is in. A person in no group may do nothing.
    groups: GROUPS.default("[]").like("[\"team-web\"]"),
    /// Slack accounts, each with its workspace.
    slack: SLACK_ACCOUNTS.optional("\"T0123ABCD/U0456EFGH\""),
    /// Discord accounts.
    discord: DISCORD_IDS.optional("\"110000000000000003\""),
    /// The person's password for the web console: at least 16 characters, nobody else's.
    console_token: CONSOLE_TOKEN.optional("\"ALICE_CONSOLE_TOKEN\""),

    make (policy::Person, Option<SecretString>) {
        let text = name.as_str();
        table.once_by_look("name", text);
        for account in &slack {
            table.once("slack", account.id(), &format!("the Slack account {}", account.id()));
        }
        for account in &discord {
            table.once("discord", account, &format!("the Discord account {account}"));
        }
        let token = console_token.as_ref().map(SecretString::expose_secret);
        if token.is_some_and(|token| table.earlier("console_token", token).is_some()) {
            let problem = format!("{text}'s console_token is somebody else's too; every person needs their own");
            table.error("console_token", problem);
        }
        let discord = discord.into_iter().map(|id| Account::new(discord::PLATFORM, id));
        let accounts = slack.into_iter().chain(discord).collect();
        (policy::Person { name: text.to_owned(), id: name, groups, unknown_groups: Vec::new(), accounts }, console_token)
    }
}

table! {
    /// A group that a platform knows too. Members of one of its user groups or roles are in the group here, as long as they are
    /// members there. An account that belongs to no `[[person]]` is nobody all the same. A group without this table has the members
    /// that their `[[person]]` tables name. Members are read every five minutes. While a platform cannot be read, what it answered last
    /// counts for as long as `expires` says. After that it is unknown who is in the group: it allows nobody anything, and a `[[deny]]` for
    /// it applies to everybody who may be in it.
    Group(table) = "[[group]]", Reload;

    /// Its name in rules and messages.
    name: GROUP.required("\"approvers\""),
    /// Slack's user groups, by their ids.
    slack: SLACK_GROUPS.optional("[\"S0123ABCD\"]"),
    /// Discord's roles in the server of `[discord] guild_id`, by their ids.
    discord: DISCORD_IDS.optional("[\"110000000000000004\"]"),
    /// How long an answer of the platform about its members counts, from 5m to 24h.
    expires: LIFE.default("\"15m\""),

    check {
        for (key, ids) in [("slack", &slack), ("discord", &discord)] {
            unreadable(table, key, ids.as_deref().unwrap_or_default());
        }
    }
    make PlatformGroup {
        table.once("name", name.as_str(), &format!("the group {:?}", name.as_str()));
        if slack.is_empty() && discord.is_empty() {
            let problem = "names neither a user group of Slack nor a role of Discord, so it adds nobody";
            table.warning("name", problem);
        }
        let slack = slack.into_iter().map(|id| Account::new(slack::PLATFORM, id));
        let ids = slack.chain(discord.iter().map(|role| discord::role(role))).collect();
        PlatformGroup { name, ids, expires }
    }
}

/// Notes a group of a platform that nobody will be asked about.
fn unreadable(table: &Table<'_, '_>, key: &'static str, ids: &[String]) {
    let names = &table.source.names;
    if ids.is_empty() || !table.source.needs.runs() {
        return;
    }
    if !names.tables.contains(key) {
        table.warning(key, format!("there is no [{key}] in this file, so this adds nobody"));
    } else if key == "discord" && !names.has_guild {
        table.error(key, "roles are those of one server; give its id as [discord] guild_id");
    }
}

table! {
    /// Something that is allowed. Nothing else is; an empty list allows nothing.
    Grant(table) = "[[grant]]", Reload;

    /// The groups that it is about.
    groups: KNOWN_GROUPS.required("[\"team-web\"]"),
    /// The acts that it is about.
    verbs: VERBS.required("[\"take\", \"list\"]"),
    /// The VMs that it is about.
    vms: VMS.required("[\"*\", \"!prod-*\"]"),

    check {
        only_exclusions(table, vms.as_deref());
    }
    make Rule {
        rule(table, groups, verbs, vms)
    }
}

table! {
    /// Something that is forbidden although a grant allows it.
    Deny(table) = "[[deny]]", Reload;

    /// The groups that it is about.
    groups: KNOWN_GROUPS.required("[\"team-web\"]"),
    /// The acts that it is about.
    verbs: VERBS.required("[\"delete-all\"]"),
    /// The VMs that it is about.
    vms: VMS.required("[\"db-*\"]"),

    check {
        only_exclusions(table, vms.as_deref());
    }
    make Rule {
        rule(table, groups, verbs, vms)
    }
}

fn rule(table: &Table<'_, '_>, groups: Vec<ids::Group>, verbs: Vec<VerbPattern>, vms: Vec<VmPattern>) -> Rule {
    for (key, is_empty) in [("groups", groups.is_empty()), ("verbs", verbs.is_empty()), ("vms", vms.is_empty())] {
        if is_empty {
            table.warning(key, "an empty list means none at all, so this rule has no effect");
        }
    }
    Rule { groups, verbs, vms, line: Some(table.line()) }
}

/// Notes a list of VMs that takes all of them out.
pub(super) fn only_exclusions(table: &Table<'_, '_>, vms: Option<&[VmPattern]>) {
    if vms.is_some_and(|vms| !vms.is_empty() && vms.iter().all(VmPattern::excludes)) {
        table.error("vms", "there are only exclusions, so this is about no VM; put \"*\" before them");
    }
}

table! {
    /// Something that needs another person's approval. The first rule that fits decides, in the order of the file; where none fits, no
    /// approval is needed.
    Approval(table) = "[[approval]]", Reload;

    /// The acts that it is about.
    verbs: VERBS.required("[\"revert\", \"delete-with-children\", \"delete-all\", \"delete-older\"]"),
    /// The VMs that it is about.
    vms: VMS.required("[\"*\"]"),
    /// The groups whose members may approve.
    approvers: KNOWN_GROUPS.required("[\"approvers\"]"),
    /// How many different persons have to approve.
    needed: count(1, 20).default("1"),
    /// How long after the request it can be approved.
    expires: DURATION.default("\"30m\""),
    /// Whether the requester's own approval counts.
    self_approval: FLAG.default("false"),
    /// The form of the change number that a request needs, with `*`, `?` and `[0-9]`. Without it, none is needed.
    ticket_pattern: TICKET.optional("\"CHG*\""),
    /// The groups whose members may run it without that approval (an emergency override), for a reason that the channel is told.
    break_glass: KNOWN_GROUPS.default("[]").like("[\"oncall\"]"),
    /// Whether every revert first takes a snapshot of how the VM is now. A command asks for it with `safety:yes`.
    safety: FLAG.default("false").like("true"),

    check {
        only_exclusions(table, vms.as_deref());
        let protects = "an empty list means none at all, so this rule would protect nothing; fill it or remove the rule";
        let approves = "an empty list means nobody, so nobody could ever approve; name a group, such as [\"approvers\"]";
        for (key, is_empty, problem) in [
            ("verbs", verbs.as_ref().is_some_and(Vec::is_empty), protects),
            ("vms", vms.as_ref().is_some_and(Vec::is_empty), protects),
            ("approvers", approvers.as_ref().is_some_and(Vec::is_empty), approves),
        ] {
            if is_empty {
                table.error(key, problem);
            }
        }
    }
    make ApprovalRule {
        let line = Some(table.line());
        let rule = ApprovalRule {
            verbs, vms, approvers, needed, expires, self_approval, ticket_pattern, break_glass, safety, line,
        };
        enough_approvers(table, &rule);
        rule
    }
}

/// Notes a rule that can never be met, or not for everybody.
fn enough_approvers(table: &Table<'_, '_>, rule: &ApprovalRule) {
    let names = &table.source.names;
    let members = rule.approvers.iter().filter_map(|group| names.members.get(group.as_str()));
    let people = members.flatten().collect::<BTreeSet<_>>().len();
    let needed = usize::from(rule.needed);
    let groups = rule.approvers.iter().map(ids::Group::as_str).collect::<Vec<_>>().join(", ");
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

/// Who may stop everything, and when the journal is compared with vCenter.
pub(in crate::config) struct Administrators {
    pub(in crate::config) groups: Vec<ids::Group>,
    pub(in crate::config) channel: Option<ChannelId>,
    pub(in crate::config) reconcile: jiff::civil::Time,
}

table! {
    /// Who may stop everything, and where alarms are posted. Without this table nobody can freeze.
    Administration(table) = "[administration]", Reload;

    /// The groups whose members may `/snapshot freeze` and `unfreeze`.
    groups: KNOWN_GROUPS.required("[\"administrators\"]"),
    /// The channel where freezes, emergency overrides and tasks that are not in the journal are posted too. Without it, such tasks are in
    /// the log only.
    channel: POSTED_CHANNEL.optional("\"slack:C0123ABCD\""),
    /// When vCenter's tasks of the bot's account are compared with the journal every day, in the time zone of `channel` (without it, UTC).
    reconcile: CLOCK.default("\"03:00\""),

    make Administrators {
        if groups.is_empty() {
            table.warning("groups", "an empty list means nobody, so nobody can freeze");
        }
        Administrators { groups, channel, reconcile }
    }
}
