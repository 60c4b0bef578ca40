//! The tables of peers and listeners: what a running bot is connected to.

use std::path::PathBuf;

use secrecy::ExposeSecret;

use crate::chat::console;
use crate::chat::{discord, slack};
use crate::config::key::{Form, Key};
use crate::config::kinds::{
    APP_TOKEN, BOT_TOKEN, CA_FILE, CONSOLE_CHANNEL, FLAG, FOLDER, HOSTS, LISTEN, LOCALE, PROXY_URL, PUBLIC_KEY, SECRET,
    SOCKET_URL, TEXT, THUMBPRINT, URL, VCENTER_NAME, VCENTER_URL, ZONE, choice,
};
use crate::config::table::{Reading, Table, table};
use crate::config::{ConsoleConfig, HttpConfig};
use crate::domain::ids::ChannelId;
use crate::engine;
use crate::message::words::Locale;
use crate::proxy::Proxies;
use crate::vcenter::{Password, Trust, VCenterConfig};

table! {
    /// A vCenter that the bot works on. Without `ca_file`, `thumbprint` or `insecure`, its certificate is checked against the
    /// system's roots.
    VCenter(table) = "[[vcenter]]", Restart;

    /// Its name in rules, messages and the audit trail. No slash in it.
    name: VCENTER_NAME.required("\"paris\""),
    /// Its address. `/sdk` is added where the path is empty.
    url: VCENTER_URL.required("\"https://vcenter.example.com\""),
    /// The bot's own account; `config/vcenter-role.md` lists the privileges that it needs.
    username: TEXT.required("\"snapwarden@vsphere.local\""),
    /// That account's password. A file is read again before every login.
    password: SECRET.required("\"VCENTER_PASSWORD\"").reloads(),
    /// Certificates (PEM) to check it against instead of the system's roots.
    ca_file: CA_FILE.optional("\"vcenter-ca.pem\""),
    /// Accept exactly the certificate with this SHA-256 thumbprint.
    thumbprint: THUMBPRINT.optional("\"9F:2C:…\" (32 bytes)"),
    /// Accept any certificate. Anybody on the way can then read the password: for a laboratory only.
    insecure: FLAG.default("false"),
    /// Reach it through `[proxy]`. A vCenter is reached directly otherwise, whatever the environment says.
    proxy: FLAG.default("false").like("true"),

    check {
        if proxy == Some(true) && table.reading == Reading::Whole && !table.source.names.tables.contains("proxy") {
            table.error("proxy", "proxy = true needs [proxy]; add it with url = \"http://proxy.example.com:3128\"");
        }
        let is_insecure = insecure == Some(true);
        let given = [table.has("ca_file"), table.has("thumbprint"), is_insecure];
        if given.into_iter().filter(|given| *given).count() > 1 {
            let key = if is_insecure { "insecure" } else { "thumbprint" };
            table.error(key, "expected at most one of ca_file, thumbprint and insecure = true; remove the others");
        }
    }
    make VCenterConfig {
        table.once_by_look("name", name.as_str());
        if url.is_in_the_clear() {
            let problem = format!("{url} is not encrypted: the password can be read on the way; use https");
            table.warning("url", problem);
        }
        if insecure {
            let problem = "any certificate is accepted, so whoever sits in between reads the password; \
                           give ca_file or thumbprint instead";
            table.warning("insecure", problem);
        }
        let trust = match (ca_file, thumbprint) {
            (Some(authorities), _) => Trust::Authorities(authorities),
            (None, Some(thumbprint)) => Trust::Thumbprint(thumbprint),
            (None, None) if insecure => Trust::Insecure,
            (None, None) => Trust::SystemRoots,
        };
        // The proxy is another table's; whoever reads the whole file puts it in.
        let proxies = proxy.then(Proxies::default);
        let password = match table.secret_file("password") {
            Some(source) => Password::from_file(password, source),
            None => Password::from(password),
        };
        VCenterConfig { name, url, username, password, trust, proxies }
    }
}

table! {
    /// An HTTP proxy through which Slack and Discord are reached, requests and WebSockets alike. Without this table, `HTTPS_PROXY` (or
    /// `ALL_PROXY`) and `NO_PROXY` of the environment hold. This machine is always reached directly.
    Proxy(table) = "[proxy]", Restart;

    /// Its address. What goes through it is encrypted up to the platform.
    url: PROXY_URL.required("\"http://proxy.example.com:3128\""),
    /// The account at the proxy, where it wants one.
    username: TEXT.optional("\"snapwarden\""),
    /// That account's password.
    password: SECRET.optional("\"PROXY_PASSWORD\""),
    /// Hosts that are reached without it: names with everything below them, addresses, or networks such as `10.0.0.0/8`.
    no_proxy: HOSTS.default("[]").like("[\"example.com\", \"10.0.0.0/8\"]"),

    make Proxies {
        let mut url = url;
        // An address with a host takes both.
        let _name = username.map(|name| url.set_username(&name));
        let _word = password.map(|word| url.set_password(Some(word.expose_secret())));
        Proxies::through(url, &no_proxy)
    }
}

table! {
    /// A Slack app. `socket` needs no address that Slack can reach, `http` needs `[http]`.
    Slack(table) = "[slack]", Restart;

    /// How Slack's events arrive.
    mode: choice(&["socket", "http"]).default("\"socket\""),
    /// Slack's Web API, or a local peer that speaks it.
    api_url: URL.default("\"https://slack.com/api\""),
    /// The bot token, `xoxb-…`.
    bot_token: BOT_TOKEN.required("\"SLACK_BOT_TOKEN\""),
    /// The app-level token, `xapp-…`.
    app_token: APP_TOKEN.when("mode", "socket", "\"SLACK_APP_TOKEN\""),
    /// Slack signs its requests with this secret.
    signing_secret: SECRET.when("mode", "http", "\"SLACK_SIGNING_SECRET\""),
    /// Serve this workspace (or organisation) only.
    team_id: TEXT.optional("\"T0123ABCD\""),

    check {
        needs_a_listener(table, mode.as_deref());
    }
    make slack::Settings {
        let delivery = if mode == "socket" {
            slack::Delivery::Socket(app_token?)
        } else {
            slack::Delivery::Http(signing_secret?)
        };
        slack::Settings { api_url, bot_token, delivery, team_id }
    }
}

table! {
    /// A Discord application. `gateway` needs no address that Discord can reach, `http` needs `[http]`.
    Discord(table) = "[discord]", Restart;

    /// How Discord's interactions arrive.
    mode: choice(&["gateway", "http"]).default("\"gateway\""),
    /// Discord's API, or a local peer that speaks it.
    api_url: URL.default("\"https://discord.com\""),
    /// The gateway. Without it, Discord's API gives the address.
    gateway_url: SOCKET_URL.optional("\"wss://gateway.discord.gg\""),
    /// The application's id, in quotes.
    application_id: TEXT.required("\"1100000000000000001\""),
    /// The bot's token.
    token: SECRET.required("\"DISCORD_TOKEN\""),
    /// Discord signs its requests with the other half of this key.
    public_key: PUBLIC_KEY.when("mode", "http", "\"…\" (64 hex digits)"),
    /// Serve this server only.
    guild_id: TEXT.optional("\"1100000000000000002\""),
    /// Whether commands in direct messages are taken. Nobody else sees there what is asked.
    direct_messages: FLAG.default("false").like("true"),

    check {
        needs_a_listener(table, mode.as_deref());
    }
    make discord::Settings {
        let delivery = if mode == "gateway" {
            discord::Delivery::Gateway(gateway_url)
        } else {
            discord::Delivery::Http(public_key?)
        };
        discord::Settings { api_url, delivery, application_id, token, guild_id, direct_messages }
    }
}

/// Notes a platform whose requests nobody would hear.
fn needs_a_listener(table: &Table<'_, '_>, mode: Option<&str>) {
    if mode == Some("http") && table.reading == Reading::Whole && !table.source.names.tables.contains("http") {
        table.error("mode", "mode = \"http\" needs a listener; add [http] with listen = \"0.0.0.0:8081\"");
    }
}

table! {
    /// The listener of `/healthz`, `/readyz`, `/metrics`, and of the requests of Slack and Discord in `http` mode.
    Http(table) = "[http]", Restart;

    /// The address to listen on.
    listen: LISTEN.required("\"0.0.0.0:8081\""),
    /// The address under which others reach it; `check` shows with it how to enter the bot at Slack.
    public_url: URL.optional("\"https://snapwarden.example.com\"").reloads(),

    make HttpConfig {
        HttpConfig { listen, public_url }
    }
}

/// How people say who they are to the console.
#[derive(Clone, Copy)]
pub(in crate::config) enum Auth {
    /// By the `console_token` of their `[[person]]`.
    Token,
}

const AUTH: Key<Auth> = Key::new("", Form::Choice(&["token"]), |_, _| Ok(Auth::Token));

table! {
    /// The web console. It is off unless this table is there. People sign in with their `console_token`: any user name, and the token
    /// as the password.
    Console(table) = "[console]", Restart;

    /// Whether it is served.
    enabled: FLAG.default("true"),
    /// The address to listen on. It speaks plain HTTP: put a TLS proxy before any other address than this machine's own.
    listen: LISTEN.default("\"127.0.0.1:8080\""),
    /// How people say who they are.
    auth: AUTH.default("\"token\""),

    make Option<ConsoleConfig> {
        let Auth::Token = auth;
        if enabled && !listen.ip().is_loopback() {
            let problem = format!("{listen} can be reached from outside without encryption; put a TLS proxy before it");
            table.warning("listen", problem);
        }
        if enabled && table.source.needs.runs() && !table.source.names.has_console_channels() {
            let problem = "missing: the console needs a channel; add [[console.channel]] with id = \"ops\"";
            table.error("channel", problem);
        }
        enabled.then_some(ConsoleConfig { listen, channels: Vec::new() })
    }
}

table! {
    /// A channel of the web console.
    ConsoleChannel(table) = "[[console.channel]]", Restart;

    /// Its id, in addresses and in the store.
    id: CONSOLE_CHANNEL.required("\"ops\""),
    /// The name that people read. Without it, the id.
    name: TEXT.optional("\"ops\""),
    /// The time zone of its messages.
    timezone: ZONE.default("\"UTC\"").like("\"Europe/Paris\"").reloads(),
    /// The language of its reports. Its other messages have the requester's.
    locale: LOCALE.optional("\"fr\"").reloads(),

    make (console::Channel, engine::Channel, Option<Locale>) {
        table.once("id", &id, &format!("the channel {id:?}"));
        let name = name.unwrap_or_else(|| id.clone());
        // The page knows its reader's language, so the console's channels speak their requesters'.
        let full = ChannelId::new(console::PLATFORM, id.as_str());
        let settings = engine::Channel { id: full, timezone, locale: None };
        (console::Channel { id, name }, settings, locale)
    }
}

/// What a store can be made of.
#[derive(Clone, Copy)]
pub(in crate::config) enum StoreKind {
    Sled,
}

const STORE_KIND: Key<StoreKind> = Key::new("\"sled\"", Form::Text("^sled$"), |text, _| match text {
    "sled" => Ok(StoreKind::Sled),
    _ => Err("this version keeps everything in a folder of this machine and has no other store".into()),
});

table! {
    /// The store of requests, approvals and the audit trail.
    Store(table) = "[store]", Restart;

    /// This version has `sled` only: a folder of this machine.
    kind: STORE_KIND.default("\"sled\""),
    /// The folder; the journal lies below it in files that end in `.jsonl`.
    path: FOLDER.required("\"/var/lib/snapwarden\""),

    make PathBuf {
        let StoreKind::Sled = kind;
        path
    }
}
