//! What of a configuration can change while the bot runs, and what cannot.
//!
//! People, rules, administration and the settings of channels are read anew; listeners, peers and the store belong to the process.
//! A file that changes both is not taken at all: half a configuration is one that nobody has read.

use secrecy::{ExposeSecret, SecretString};

use super::{Config, ConsoleConfig, DiscordConfig, DiscordMode, SlackConfig, SlackMode, StoreConfig, VCenterConfig};

impl Config {
    /// The tables that differ and that only a restart can change, as the file writes them; empty where the new configuration
    /// can be taken as it is.
    pub fn needs_restart(&self, new: &Config) -> Vec<&'static str> {
        let same = [
            ("[[vcenter]]", pairs(&self.vcenters, &new.vcenters, same_vcenter)),
            ("[slack]", both(self.slack.as_ref(), new.slack.as_ref(), same_slack)),
            ("[discord]", both(self.discord.as_ref(), new.discord.as_ref(), same_discord)),
            ("[http]", both(self.http.as_ref(), new.http.as_ref(), |a, b| a.listen == b.listen)),
            ("[console]", both(self.console.as_ref(), new.console.as_ref(), same_console)),
            ("[store]", both(self.store.as_ref(), new.store.as_ref(), same_store)),
        ];
        same.into_iter().filter(|(_, same)| !same).map(|(table, _)| table).collect()
    }
}

fn both<T>(a: Option<&T>, b: Option<&T>, same: impl Fn(&T, &T) -> bool) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same(a, b),
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

fn pairs<T>(a: &[T], b: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

fn secret(a: &SecretString, b: &SecretString) -> bool {
    a.expose_secret() == b.expose_secret()
}

fn same_vcenter(a: &VCenterConfig, b: &VCenterConfig) -> bool {
    let VCenterConfig { name, url, username, password, trust } = a;
    *name == b.name && *url == b.url && *username == b.username && secret(password, &b.password) && *trust == b.trust
}

fn same_slack(a: &SlackConfig, b: &SlackConfig) -> bool {
    let SlackConfig { mode, api_url, bot_token, team_id } = a;
    let same_mode = match (mode, &b.mode) {
        (SlackMode::Socket { app_token: a }, SlackMode::Socket { app_token: b }) => secret(a, b),
        (SlackMode::Http { signing_secret: a }, SlackMode::Http { signing_secret: b }) => secret(a, b),
        (SlackMode::Socket { .. }, SlackMode::Http { .. }) | (SlackMode::Http { .. }, SlackMode::Socket { .. }) => {
            false
        }
    };
    same_mode && *api_url == b.api_url && secret(bot_token, &b.bot_token) && *team_id == b.team_id
}

fn same_discord(a: &DiscordConfig, b: &DiscordConfig) -> bool {
    let DiscordConfig { mode, api_url, application_id, token, guild_id, direct_messages } = a;
    let same_mode = match (mode, &b.mode) {
        (DiscordMode::Gateway { gateway_url: a }, DiscordMode::Gateway { gateway_url: b }) => a == b,
        (DiscordMode::Http { public_key: a }, DiscordMode::Http { public_key: b }) => a == b,
        (DiscordMode::Gateway { .. }, DiscordMode::Http { .. })
        | (DiscordMode::Http { .. }, DiscordMode::Gateway { .. }) => false,
    };
    same_mode
        && *api_url == b.api_url
        && *application_id == b.application_id
        && secret(token, &b.token)
        && *guild_id == b.guild_id
        && *direct_messages == b.direct_messages
}

fn same_console(a: &ConsoleConfig, b: &ConsoleConfig) -> bool {
    let ConsoleConfig { listen, auth, channels } = a;
    let names = |config: &[super::ConsoleChannel]| -> Vec<(String, String)> {
        config.iter().map(|channel| (channel.id.clone(), channel.name.clone())).collect()
    };
    *listen == b.listen && *auth == b.auth && names(channels) == names(&b.channels)
}

fn same_store(a: &StoreConfig, b: &StoreConfig) -> bool {
    match (a, b) {
        (StoreConfig::Sled { path: a }, StoreConfig::Sled { path: b }) => a == b,
        (
            StoreConfig::Etcd { endpoints, prefix, account, ca_file },
            StoreConfig::Etcd { endpoints: b_endpoints, prefix: b_prefix, account: b_account, ca_file: b_ca },
        ) => {
            let same_account = both(account.as_ref(), b_account.as_ref(), |(a, a_secret), (b, b_secret)| {
                a == b && secret(a_secret, b_secret)
            });
            endpoints == b_endpoints && prefix == b_prefix && same_account && ca_file == b_ca
        }
        (StoreConfig::Sled { .. }, StoreConfig::Etcd { .. }) | (StoreConfig::Etcd { .. }, StoreConfig::Sled { .. }) => {
            false
        }
    }
}
