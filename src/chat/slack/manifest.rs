//! The app's manifest: what an administrator pastes into Slack to make the app, and the list of scopes that `check` holds a token
//! against. The file in `config/` is the same for Socket Mode; a test holds that.

/// A scope, and what the bot cannot do without it.
pub struct Scope {
    /// `chat:write`
    pub name: &'static str,
    /// Why it is asked for.
    pub why: &'static str,
}

/// The bot's scopes, no more than are used.
pub const SCOPES: [Scope; 9] = [
    Scope { name: "commands", why: "the command /snapshot and the two shortcuts" },
    Scope {
        name: "chat:write",
        why: "posts requests and brings them up to date, in channels that the bot was invited to",
    },
    Scope { name: "im:write", why: "tells requesters directly how a long request ended" },
    Scope {
        name: "channels:history",
        why: "finds the bot's own message again after a crash, so that nothing is posted twice",
    },
    Scope { name: "groups:history", why: "the same in private channels" },
    Scope { name: "im:history", why: "the same in direct messages with the bot" },
    Scope { name: "files:write", why: "adds charts and tables to reports" },
    Scope { name: "users:read", why: "reads the language that somebody has chosen in Slack" },
    Scope { name: "usergroups:read", why: "lets rules name Slack's user groups" },
];

/// The scope of the app-level token that Socket Mode needs.
pub const APP_SCOPE: &str = "connections:write";

/// The shortcut in the composer's menu.
pub const SHORTCUT: &str = "snapwarden_ask";

/// The shortcut in a message's menu.
pub const MESSAGE_SHORTCUT: &str = "snapwarden_ask_about";

/// The path, below the bot's public address, that commands, interactions, options and events are sent to in HTTP mode.
pub const PATH: &str = "/slack/events";

/// How Slack's events arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery<'a> {
    Socket,
    /// By requests to the bot, at this address.
    Http(&'a str),
}

/// The manifest, in YAML as Slack's page takes it.
pub fn manifest(delivery: Delivery<'_>) -> String {
    let address = match delivery {
        Delivery::Socket => None,
        Delivery::Http(public) => Some(format!("{}{PATH}", public.trim_end_matches('/'))),
    };
    let line = |indent: &str, key: &str| match &address {
        Some(address) => format!("\n{indent}{key}: {address}"),
        None => String::new(),
    };
    let scopes: String = SCOPES.iter().map(|Scope { name, why }| format!("\n      - {name:<16} # {why}")).collect();
    let socket = address.is_none();
    format!(
        "\
# The Slack app of snapwarden: https://api.slack.com/apps, \"Create New App\", \"From a manifest\".
display_information:
  name: snapwarden
  description: Snapshots of vCenter VMs, asked for in chat
  background_color: \"#1d2b3a\"
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true
    messages_tab_read_only_enabled: true
  bot_user:
    display_name: snapwarden
    always_online: true
  shortcuts:
    - name: Ask for a snapshot
      type: global
      callback_id: {SHORTCUT}
      description: Take, list, revert or delete a VM's snapshots
    - name: Snapshot a VM
      type: message
      callback_id: {MESSAGE_SHORTCUT}
      description: Take, list, revert or delete snapshots of the VM that this is about
  slash_commands:
    - command: /snapshot{command}
      description: Take, list, revert or delete a VM's snapshots
      usage_hint: \"take web-01 | list web-01 | revert web-01 | help\"
      should_escape: false
oauth_config:
  scopes:
    bot:{scopes}
settings:
  event_subscriptions:{events}
    bot_events:
      - app_home_opened
  interactivity:
    is_enabled: true{interactivity}{options}
  org_deploy_enabled: false
  socket_mode_enabled: {socket}
  token_rotation_enabled: false
",
        command = line("      ", "url"),
        events = line("    ", "request_url"),
        interactivity = line("    ", "request_url"),
        options = line("    ", "message_menu_options_url"),
    )
}

#[cfg(test)]
mod tests;
