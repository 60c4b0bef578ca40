//! Slack, Discord and the web console.

use std::collections::BTreeSet;

use secrecy::{ExposeSecret, SecretString};
use toml::de::DeTable;

use super::super::source::Source;
use super::super::table::{Table, did_you_mean};
use super::super::values;
use super::super::{
    Config, ConsoleAuth, ConsoleChannel, ConsoleConfig, DiscordConfig, DiscordMode, PersonConfig, SlackConfig,
    SlackMode,
};
use super::each_once;
use super::rest::{HTTP, listen};

/// The schemes of Discord's gateway; http and https for peers that tell their address as they tell the API's.
const SOCKET: [&str; 4] = ["wss", "ws", "https", "http"];

/// The longest id of a console channel, in characters: it stands in addresses and in the store's keys.
const MAX_CHANNEL_ID: usize = 64;

/// `[slack]`
pub(super) fn slack(table: &Table<'_, '_>) -> Option<SlackConfig> {
    let mode = table.choice("mode");
    let api_url = table.text("api_url", |text| values::url(text, &HTTP));
    let bot_token = table.secret("bot_token");
    let app_token = table.secret("app_token");
    let signing_secret = table.secret("signing_secret");
    let team_id = table.plain("team_id");
    for (key, token, other, prefix) in
        [("bot_token", &bot_token, "app-level token", "xapp-"), ("app_token", &app_token, "bot token", "xoxb-")]
    {
        if token.as_ref().is_some_and(|token| token.expose_secret().starts_with(prefix)) {
            table.error(key, format!("that is Slack's {other} ({prefix}…); the two were probably exchanged"));
        }
    }
    let mode = match mode? {
        "socket" => needed(table, "app_token", app_token).map(|app_token| SlackMode::Socket { app_token }),
        _ => needed(table, "signing_secret", signing_secret).map(|signing_secret| SlackMode::Http { signing_secret }),
    };
    Some(SlackConfig { mode: mode?, api_url: api_url?, bot_token: bot_token?, team_id })
}

/// The secret that a mode needs, or a note that it is missing.
fn needed(table: &Table<'_, '_>, key: &'static str, secret: Option<SecretString>) -> Option<SecretString> {
    if !table.has_secret(key) {
        table.missing(key);
    }
    secret
}

/// `[discord]`
pub(super) fn discord(table: &Table<'_, '_>) -> Option<DiscordConfig> {
    let mode = table.choice("mode");
    let api_url = table.text("api_url", |text| values::url(text, &HTTP));
    let gateway_url = table.text("gateway_url", |text| values::url(text, &SOCKET));
    let application_id = table.plain("application_id");
    let token = table.secret("token");
    let public_key = table.text("public_key", values::thumbprint);
    let guild_id = table.plain("guild_id");
    let direct_messages = table.flag("direct_messages");
    let mode = match mode? {
        "gateway" => DiscordMode::Gateway { gateway_url },
        _ => {
            if !table.has("public_key") {
                table.missing("public_key");
            }
            DiscordMode::Http { public_key: public_key? }
        }
    };
    Some(DiscordConfig {
        mode,
        api_url: api_url?,
        application_id: application_id?,
        token: token?,
        guild_id,
        direct_messages: direct_messages?,
    })
}

/// `[console]` with its `[[console.channel]]`; none where it is switched off.
pub(super) fn console(table: &Table<'_, '_>, channels: &[Table<'_, '_>]) -> Option<ConsoleConfig> {
    let enabled = table.flag("enabled");
    let listen = listen(table);
    let auth = table.choice("auth").map(|_| ConsoleAuth::Token);
    let read: Vec<_> = channels.iter().map(console_channel).collect();
    each_once(channels.iter().zip(&read).filter_map(|(table, channel)| {
        let id = channel.as_ref()?.id.clone();
        Some((table, "id", id.clone(), format!("the channel {id:?}")))
    }));
    if !enabled? {
        return None;
    }
    if let Some(listen) = listen.filter(|listen| !listen.ip().is_loopback()) {
        let problem = format!("{listen} can be reached from outside without encryption; put a TLS proxy before it");
        table.warning("listen", problem);
    }
    Some(ConsoleConfig { listen: listen?, auth: auth?, channels: read.into_iter().flatten().collect() })
}

fn console_channel(table: &Table<'_, '_>) -> Option<ConsoleChannel> {
    let id = table.text("id", |text| {
        let usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        if text.len() > MAX_CHANNEL_ID || !text.bytes().all(usual) {
            return Err(format!(
                "it stands in addresses: letters, digits, - _ . only, at most {MAX_CHANNEL_ID} of them"
            ));
        }
        Ok(text.to_owned())
    });
    let name = table.plain("name");
    let timezone = table.text("timezone", values::zone);
    let locale = table.text("locale", values::locale);
    let id = id?;
    Some(ConsoleChannel { name: name.unwrap_or_else(|| id.clone()), id, timezone: timezone?, locale: locale? })
}

/// Notes what keeps everybody out of a console that is to be served.
pub(super) fn console_can_be_used(table: &Table<'_, '_>, console: &ConsoleConfig, people: &[PersonConfig]) {
    if console.channels.is_empty() && !table.has("channel") {
        table.error("channel", "missing: the console needs a channel; add [[console.channel]] with id = \"ops\"");
    }
    if people.iter().all(|person| person.console_token.is_none()) {
        let problem = "nobody can sign in: no [[person]] has a console_token, console_token_env or console_token_file";
        table.warning("auth", problem);
    }
}

/// Notes a channel where nothing could be told: of a platform that the file does not have, or none of the console's.
pub(super) fn channel_is_there(table: &Table<'_, '_>, root: &DeTable<'_>) {
    let Some(channel) = table.text_given("channel").filter(|text| values::channel_id(text).is_ok()) else { return };
    let Some((platform, id)) = channel.split_once(':') else { return };
    let Some(of) = root.get(platform).map(|value| value.get_ref()) else {
        table.error(
            "channel",
            format!("{channel:?} is a channel of {platform}, and there is no [{platform}] in this file"),
        );
        return;
    };
    if platform != "console" {
        // Whether the platform has it is asked by `check`.
        return;
    }
    if of.get("enabled").and_then(|enabled| enabled.get_ref().as_bool()) == Some(false) {
        table.error("channel", format!("{channel:?} is a channel of the console, which is switched off"));
        return;
    }
    let channels = of.get("channel").and_then(|channels| channels.get_ref().as_array());
    let ids = channels.into_iter().flatten().filter_map(|channel| channel.get_ref().get("id")?.get_ref().as_str());
    let known: Vec<String> = ids.map(str::to_owned).collect();
    if !known.is_empty() && !known.iter().any(|known| known == id) {
        let problem = format!("the console has no channel {id:?}; {}", did_you_mean(id, &known));
        table.error("channel", problem);
    }
}

/// Notes what keeps a running bot from hearing anybody, or from knowing who speaks.
pub(super) fn somebody_can_ask(source: &Source<'_>, root: &DeTable<'_>, config: &Config) {
    let switched_off =
        root.get("console").and_then(|console| console.get_ref().get("enabled")?.get_ref().as_bool()) == Some(false);
    let console = root.contains_key("console") && !switched_off;
    if !console && !root.contains_key("slack") && !root.contains_key("discord") {
        let problem =
            "none of [slack], [discord] and [console] is switched on, so nobody could ask for anything; add [console]";
        source.error(None, String::new(), problem.to_owned());
    }
    let at = |table: &str| root.get(table).map(|value| value.span().start);
    let slack = config.slack.as_ref().is_some_and(|slack| matches!(slack.mode, SlackMode::Http { .. }));
    let discord = config.discord.as_ref().is_some_and(|discord| matches!(discord.mode, DiscordMode::Http { .. }));
    for (table, by_http) in [("slack", slack), ("discord", discord)] {
        if by_http && !root.contains_key("http") {
            let problem = "mode = \"http\" needs a listener; add [http] with listen = \"0.0.0.0:8081\"";
            source.error(at(table), format!("[{table}] mode"), problem.to_owned());
        }
    }
    if let (Some(console), Some(http)) = (&config.console, &config.http)
        && console.listen == http.listen
        && http.listen.port() != 0
    {
        let problem = format!("[console] listens on {} already; give one of them another port", http.listen);
        source.error(at("http"), "[http] listen".to_owned(), problem);
    }
    let mut tokens = BTreeSet::new();
    for person in &config.people {
        let own = person.console_token.as_ref().map(SecretString::expose_secret);
        if own.is_some_and(|token| !tokens.insert(token)) {
            let name = &person.person.name;
            let problem = format!("{name}'s console_token is somebody else's too; every person needs their own");
            source.error(at("person"), "[[person]] console_token".to_owned(), problem);
        }
    }
}
