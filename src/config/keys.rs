//! Every key of the configuration file, once: what may stand in it, whether it has to, and what it is for.
//!
//! The reader takes from here what it refuses and what it says then, `config schema` and `docs/configuration.md` are
//! written from it, and a test holds that the reader asks for exactly these keys. So none of them can drift apart.

/// One table of the file.
#[derive(Debug)]
pub(super) struct TableSpec {
    /// `vcenter`, or `console.channel` for a table in a table.
    pub path: &'static str,
    /// Whether there may be several (`[[…]]`).
    pub many: bool,
    /// What it is for.
    pub about: &'static str,
    /// Its keys.
    pub keys: &'static [KeySpec],
}

/// One key of a table.
#[derive(Debug)]
pub(super) struct KeySpec {
    /// Its name. A secret `x` is also read from `x_env` and `x_file`.
    pub name: &'static str,
    /// What may stand there.
    pub kind: Kind,
    /// Whether it has to stand there.
    pub presence: Presence,
    /// What it is for.
    pub about: &'static str,
    /// A value as it would be written, shown where one is missing or wrong.
    pub example: &'static str,
}

/// Whether a key has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    /// The table is wrong without it.
    Required,
    /// It may be left out.
    Optional,
    /// It may be left out and then has this value.
    Default(&'static str),
    /// It has to be there in this case only; the sentence part says in which.
    When(&'static str),
}

/// What may stand behind a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Secret,
    Flag,
    Count { min: i64, max: i64 },
    Choice(&'static [&'static str]),
    Url,
    SocketUrl,
    UrlList,
    Listen,
    File,
    Thumbprint,
    PublicKey,
    Duration,
    DurationList,
    Size,
    MinFree,
    Zone,
    Locale,
    Clock,
    Schedule,
    Hours,
    ChannelId,
    TextList,
    SlackAccounts,
    DiscordIds,
    SlackGroups,
    VerbList,
    VmList,
    GlobList,
}

impl Kind {
    /// What is expected, to stand behind "expected".
    pub(super) fn expected(self) -> String {
        let words = match self {
            Self::Text => "a text that is not empty",
            Self::Secret => "a text that is not empty (secret)",
            Self::Flag => "true or false",
            Self::Count { min, max } => return format!("a whole number from {min} to {max}"),
            Self::Choice(choices) => return one_of(choices),
            Self::Url => "a URL that begins with https:// or http://",
            Self::SocketUrl => "a URL that begins with wss:// or ws:// (or https://, http://)",
            Self::UrlList => "a list of URLs that begin with https:// or http://",
            Self::Listen => "an IP address and a port",
            Self::File => "the path of a file",
            Self::Thumbprint => "a SHA-256 thumbprint: 32 bytes in hex, with or without colons",
            Self::PublicKey => "a public key: 32 bytes in hex",
            Self::Duration => "a duration such as 90s, 30m, 2h, 3d or 1w",
            Self::DurationList => "a list of durations such as 90s, 30m, 2h, 3d or 1w",
            Self::Size => "a size such as 500MB, 50GB or 2TiB",
            Self::MinFree => "a part such as 10%, or a size such as 500GB or 2TiB",
            Self::Zone => "a time zone by its IANA name",
            Self::Locale => "a language that the bot speaks, en or fr",
            Self::Clock => "a time of day from 00:00 to 23:59",
            Self::Schedule => "five fields of cron: minute, hour, day of month, month, day of week",
            Self::Hours => "two times of day with a dash between them",
            Self::ChannelId => "a platform (slack, discord or console), a colon and the channel's id there",
            Self::TextList => "a list of texts",
            Self::SlackAccounts => "a workspace id, a slash and a user id, or a list of these",
            Self::DiscordIds => "an id (digits, in quotes), or a list of these",
            Self::SlackGroups => "the id of a user group (S…), or a list of these",
            Self::VerbList => "a list of verbs, or [\"*\"]",
            Self::VmList => "a list of VM patterns",
            Self::GlobList => "a list of name patterns",
        };
        words.to_owned()
    }
}

/// `"a", "b" or "c"`
pub(super) fn one_of(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("\"{word}\"")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

/// The table with this path.
pub(super) fn table(path: &str) -> Option<&'static TableSpec> {
    TABLES.iter().find(|spec| spec.path == path)
}

impl TableSpec {
    /// The key with this name.
    pub(super) fn key(&self, name: &str) -> Option<&'static KeySpec> {
        self.keys.iter().find(|spec| spec.name == name)
    }

    /// Every name that may stand in the table, the two other forms of secrets and tables within it included.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for spec in self.keys {
            names.push(spec.name.to_owned());
            if spec.kind == Kind::Secret {
                names.push(format!("{}_env", spec.name));
                names.push(format!("{}_file", spec.name));
            }
        }
        let inside = TABLES.iter().filter_map(|spec| spec.path.strip_prefix(self.path)?.strip_prefix('.'));
        names.extend(inside.map(str::to_owned));
        names
    }

    /// The header as it is written: `[slack]`, `[[vcenter]]`.
    pub(super) fn header(&self) -> String {
        if self.many { format!("[[{}]]", self.path) } else { format!("[{}]", self.path) }
    }
}

/// Shortens the table below: one key.
const fn key(
    name: &'static str,
    kind: Kind,
    presence: Presence,
    example: &'static str,
    about: &'static str,
) -> KeySpec {
    KeySpec { name, kind, presence, about, example }
}

use Presence::{Default, Optional, Required, When};

/// All tables, in the order in which the reference lists them.
#[rustfmt::skip]
pub(super) static TABLES: &[TableSpec] = &[
    TableSpec {
        path: "vcenter",
        many: true,
        about: "A vCenter that the bot works on. Without `ca_file`, `thumbprint` or `insecure`, its certificate is checked against \
                the system's roots.",
        keys: &[
            key("name", Kind::Text, Required, "\"paris\"", "What rules, messages and the audit trail call it. No slash in it."),
            key("url", Kind::Url, Required, "\"https://vcenter.example.com\"", "Where it answers. `/sdk` is added where the path is empty."),
            key("username", Kind::Text, Required, "\"snapwarden@vsphere.local\"", "The bot's own account; see `config/vcenter-role.md` for what it may do."),
            key("password", Kind::Secret, Required, "\"VCENTER_PASSWORD\"", "That account's password."),
            key("ca_file", Kind::File, Optional, "\"vcenter-ca.pem\"", "Certificates (PEM) to check it against instead of the system's roots."),
            key("thumbprint", Kind::Thumbprint, Optional, "\"9F:2C:…\" (32 bytes)", "Accept exactly the certificate with this SHA-256 thumbprint."),
            key("insecure", Kind::Flag, Default("false"), "false", "Accept any certificate. Whoever sits in between then reads the password: for a laboratory only."),
        ],
    },
    TableSpec {
        path: "slack",
        many: false,
        about: "A Slack app. `socket` needs no address that Slack can reach, `http` needs `[http]`.",
        keys: &[
            key("mode", Kind::Choice(&["socket", "http"]), Default("\"socket\""), "\"socket\"", "How Slack's events arrive."),
            key("api_url", Kind::Url, Default("\"https://slack.com/api\""), "\"https://slack.com/api\"", "Slack's Web API, or a local peer that speaks it."),
            key("bot_token", Kind::Secret, Required, "\"SLACK_BOT_TOKEN\"", "The bot token, `xoxb-…`."),
            key("app_token", Kind::Secret, When("mode is \"socket\""), "\"SLACK_APP_TOKEN\"", "The app-level token, `xapp-…`."),
            key("signing_secret", Kind::Secret, When("mode is \"http\""), "\"SLACK_SIGNING_SECRET\"", "What Slack signs its requests with."),
            key("team_id", Kind::Text, Optional, "\"T0123ABCD\"", "Serve this workspace (or organisation) only."),
        ],
    },
    TableSpec {
        path: "discord",
        many: false,
        about: "A Discord application. `gateway` needs no address that Discord can reach, `http` needs `[http]`.",
        keys: &[
            key("mode", Kind::Choice(&["gateway", "http"]), Default("\"gateway\""), "\"gateway\"", "How Discord's interactions arrive."),
            key("api_url", Kind::Url, Default("\"https://discord.com\""), "\"https://discord.com\"", "Discord's API, or a local peer that speaks it."),
            key("gateway_url", Kind::SocketUrl, Optional, "\"wss://gateway.discord.gg\"", "The gateway; asked of the API where it is left out."),
            key("application_id", Kind::Text, Required, "\"1100000000000000001\"", "The application's id, in quotes."),
            key("token", Kind::Secret, Required, "\"DISCORD_TOKEN\"", "The bot's token."),
            key("public_key", Kind::PublicKey, When("mode is \"http\""), "\"…\" (64 hex digits)", "What Discord signs its requests with."),
            key("guild_id", Kind::Text, Optional, "\"1100000000000000002\"", "Serve this server only."),
            key("direct_messages", Kind::Flag, Default("false"), "true", "Whether commands in direct messages are taken; nobody else sees there what is asked."),
        ],
    },
    TableSpec {
        path: "http",
        many: false,
        about: "Where the bot answers `/healthz`, `/readyz`, `/metrics`, and the requests of Slack and Discord in `http` mode.",
        keys: &[
            key("listen", Kind::Listen, Required, "\"0.0.0.0:8081\"", "The address to listen on."),
            key("public_url", Kind::Url, Optional, "\"https://snapwarden.example.com\"", "What that address is called from outside."),
        ],
    },
    TableSpec {
        path: "console",
        many: false,
        about: "The web console. It is off unless this table is there; each person signs in with a `console_token`.",
        keys: &[
            key("enabled", Kind::Flag, Default("true"), "true", "Whether it is served."),
            key("listen", Kind::Listen, Default("\"127.0.0.1:8080\""), "\"127.0.0.1:8080\"", "The address to listen on. It speaks plain HTTP: put a TLS proxy before any other address than this machine's own."),
            key("auth", Kind::Choice(&["token"]), Default("\"token\""), "\"token\"", "How people say who they are."),
        ],
    },
    TableSpec {
        path: "console.channel",
        many: true,
        about: "A channel of the web console.",
        keys: &[
            key("id", Kind::Text, Required, "\"ops\"", "Its id, in addresses and in the store."),
            key("name", Kind::Text, Optional, "\"ops\"", "What people read; the id where it is left out."),
            key("timezone", Kind::Zone, Default("\"UTC\""), "\"Europe/Paris\"", "The time zone of its messages."),
            key("locale", Kind::Locale, Default("\"en\""), "\"fr\"", "The language of its messages."),
        ],
    },
    TableSpec {
        path: "channel",
        many: true,
        about: "Time zone and language of a channel. A channel that is not listed has UTC and English.",
        keys: &[
            key("id", Kind::ChannelId, Required, "\"slack:C0123ABCD\"", "The channel, with its platform."),
            key("timezone", Kind::Zone, Default("\"UTC\""), "\"Europe/Paris\"", "The time zone of its messages."),
            key("locale", Kind::Locale, Default("\"en\""), "\"fr\"", "The language of its messages."),
        ],
    },
    TableSpec {
        path: "store",
        many: false,
        about: "Where requests, approvals and the audit trail are kept.",
        keys: &[
            key("kind", Kind::Choice(&["sled", "etcd"]), Default("\"sled\""), "\"sled\"", "`sled` is a folder of this machine, `etcd` serves several replicas."),
            key("path", Kind::File, When("kind is \"sled\""), "\"/var/lib/snapwarden\"", "The folder; the journal lies below it in files that end in `.jsonl`."),
            key("endpoints", Kind::UrlList, When("kind is \"etcd\""), "[\"https://etcd-1.example.com:2379\"]", "etcd's members."),
            key("prefix", Kind::Text, Default("\"snapwarden/\""), "\"snapwarden/\"", "What every key in etcd begins with."),
            key("username", Kind::Text, Optional, "\"snapwarden\"", "The account in etcd."),
            key("password", Kind::Secret, When("username is given"), "\"ETCD_PASSWORD\"", "That account's password."),
            key("ca_file", Kind::File, Optional, "\"etcd-ca.pem\"", "Certificates (PEM) to check etcd against instead of the system's roots."),
        ],
    },
    TableSpec {
        path: "person",
        many: true,
        about: "One human. Rights and approvals count persons, so somebody with three accounts has one table with three accounts in it.",
        keys: &[
            key("name", Kind::Text, Required, "\"alice\"", "Who it is in rules, messages and the audit trail. Never give one person's name to another."),
            key("groups", Kind::TextList, Default("[]"), "[\"team-web\"]", "The groups that the person is in. Somebody in none may do nothing."),
            key("slack", Kind::SlackAccounts, Optional, "\"T0123ABCD/U0456EFGH\"", "Slack accounts, each with its workspace."),
            key("discord", Kind::DiscordIds, Optional, "\"110000000000000003\"", "Discord accounts."),
            key("console_token", Kind::Secret, Optional, "\"ALICE_CONSOLE_TOKEN\"", "What the person signs in to the web console with: at least 16 characters, nobody else's."),
        ],
    },
    TableSpec {
        path: "group",
        many: true,
        about: "A group that a platform knows too. Whoever is in one of its user groups or roles is in the group here, as long as they are; an \
                account that belongs to no `[[person]]` is nobody all the same. Groups without this table have the members that their persons name.",
        keys: &[
            key("name", Kind::Text, Required, "\"approvers\"", "What rules and messages call it."),
            key("slack", Kind::SlackGroups, Optional, "[\"S0123ABCD\"]", "Slack's user groups, by their ids."),
            key("discord", Kind::DiscordIds, Optional, "[\"110000000000000004\"]", "Discord's roles in the server of `[discord] guild_id`, by their ids."),
        ],
    },
    TableSpec {
        path: "grant",
        many: true,
        about: "What is allowed. Nothing else is; a list that is empty allows nothing.",
        keys: &[
            key("groups", Kind::TextList, Required, "[\"team-web\"]", "Whom it is about."),
            key("verbs", Kind::VerbList, Required, "[\"take\", \"list\"]", "Which acts."),
            key("vms", Kind::VmList, Required, "[\"*\", \"!prod-*\"]", "Which VMs."),
        ],
    },
    TableSpec {
        path: "deny",
        many: true,
        about: "What is forbidden although a grant allows it.",
        keys: &[
            key("groups", Kind::TextList, Required, "[\"team-web\"]", "Whom it is about."),
            key("verbs", Kind::VerbList, Required, "[\"delete-all\"]", "Which acts."),
            key("vms", Kind::VmList, Required, "[\"db-*\"]", "Which VMs."),
        ],
    },
    TableSpec {
        path: "approval",
        many: true,
        about: "What needs another person's yes. The first rule that fits counts, in the order of the file; what fits none needs none.",
        keys: &[
            key("verbs", Kind::VerbList, Required, "[\"revert\", \"delete-with-children\", \"delete-all\"]", "Which acts."),
            key("vms", Kind::VmList, Required, "[\"*\"]", "Which VMs."),
            key("approvers", Kind::TextList, Required, "[\"approvers\"]", "The groups whose members may say yes."),
            key("needed", Kind::Count { min: 1, max: 20 }, Default("1"), "1", "How many different persons have to."),
            key("expires", Kind::Duration, Default("\"30m\""), "\"30m\"", "How long after asking it can be given."),
            key("self_approval", Kind::Flag, Default("false"), "false", "Whether the asker's own yes counts."),
            key("ticket_pattern", Kind::Text, Optional, "\"CHG*\"", "The form of the change number that has to be given, with `*`, `?` and `[0-9]`."),
            key("break_glass", Kind::TextList, Default("[]"), "[\"oncall\"]", "The groups whose members may let it go without that approval, for a reason that the channel is told loudly."),
            key("safety", Kind::Flag, Default("false"), "true", "Whether a snapshot of how the VM is now is taken before every revert. `safety:yes` asks for it by command."),
        ],
    },
    TableSpec {
        path: "administration",
        many: false,
        about: "Who may stop everything, and where it is told that something is wrong. Without this table nobody can freeze.",
        keys: &[
            key("groups", Kind::TextList, Required, "[\"administrators\"]", "The groups whose members may `/snapshot freeze` and `unfreeze`."),
            key("channel", Kind::ChannelId, Optional, "\"slack:C0123ABCD\"", "Where freezes, break-glasses and tasks that the journal does not know are told as well. Without it, the log alone tells of the last."),
            key("reconcile", Kind::Clock, Default("\"03:00\""), "\"03:00\"", "When vCenter's tasks of the bot's account are compared with the journal every day, in the time zone of `channel`."),
        ],
    },
    TableSpec {
        path: "preflight",
        many: false,
        about: "What the bot takes for a sign that a VM is to be left alone. Everything else that it looks at before it asks anybody is \
                vCenter's own word, and not to be set.",
        keys: &[
            key(
                "backup_names",
                Kind::GlobList,
                Default("[\"VEEAM BACKUP TEMPORARY SNAPSHOT*\", \"Consolidate Helper*\", \"NBU_SNAPSHOT*\", \"__GX_BACKUP__*\", \"smvi_*\", \"Rubrik*\", \"_VCB-BACKUP_*\"]"),
                "[\"VEEAM BACKUP TEMPORARY SNAPSHOT*\", \"nightly-*\"]",
                "Names of snapshots that belong to a running backup: while a VM has one, nothing on it is reverted or deleted. A list here replaces the default; `[]` means none.",
            ),
        ],
    },
    TableSpec {
        path: "report",
        many: true,
        about: "A daily list of snapshots that have grown too old, too deep or too large.",
        keys: &[
            key("name", Kind::Text, Required, "\"web\"", "What it is called."),
            key("channel", Kind::ChannelId, Required, "\"slack:C0123ABCD\"", "Where it is posted."),
            key("schedule", Kind::Schedule, Default("\"0 8 * * *\""), "\"0 8 * * mon-fri\"", "When, as cron writes it."),
            key("timezone", Kind::Zone, Optional, "\"Europe/Paris\"", "The time zone of the schedule; the channel's where it is left out."),
            key("vms", Kind::VmList, Default("[\"*\"]"), "[\"DC1/web/**\"]", "Which VMs it is about."),
            key("warn_age", Kind::Duration, Default("\"3d\""), "\"3d\"", "Snapshots older than this are listed."),
            key("max_age", Kind::Duration, Default("\"14d\""), "\"14d\"", "Snapshots older than this are listed as far over."),
            key("max_depth", Kind::Count { min: 1, max: 32 }, Default("3"), "3", "Longer chains are listed. vSphere ends at 32."),
            key("max_size", Kind::Size, Optional, "\"100GB\"", "Larger snapshots are listed, whatever their age."),
            key("min_free", Kind::MinFree, Default("\"10%\""), "\"500GB\"", "How much of a datastore is to stay free. Where there is less, and snapshots hold at least half of what is missing, that is told."),
            key("exclude_names", Kind::GlobList, Default("[]"), "[\"VEEAM BACKUP TEMPORARY SNAPSHOT*\"]", "Snapshots that belong to others and are left alone."),
            key("locale", Kind::Locale, Optional, "\"fr\"", "Its language; the channel's where it is left out."),
            key("silent", Kind::Flag, Default("false"), "true", "Whether nothing is posted where there is nothing to report; else it is one line."),
            key("warnings", Kind::Flag, Default("true"), "false", "Whether the channel is told at once when a snapshot crosses one of the limits, grows old or has had its time."),
            key("quiet_hours", Kind::Hours, Optional, "\"22:00-07:00\"", "When such warnings wait, in the report's time zone."),
        ],
    },
    TableSpec {
        path: "retention",
        many: false,
        about: "How long snapshots may stay.",
        keys: &[
            key("default_keep", Kind::Duration, Default("\"3d\""), "\"3d\"", "How long a snapshot stays when nobody says."),
            key("max_keep", Kind::Duration, Default("\"30d\""), "\"30d\"", "The longest that anybody can ask for."),
            key("remind", Kind::DurationList, Default("[\"1d\"]"), "[\"1d\", \"2h\"]", "How long before the end its owner is reminded."),
            key("auto_delete", Kind::Flag, Default("false"), "false", "Whether the bot deletes what nobody kept, by the same preflight and approval as any deletion. Else its owner is asked every day."),
            key("vms", Kind::VmList, Default("[\"*\"]"), "[\"*\", \"!prod-*\"]", "On which VMs it deletes by itself."),
        ],
    },
];
