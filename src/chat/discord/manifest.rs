//! What an administrator does in Discord before the bot can be used: the invite link with the least permissions, step by step.

/// What the bot may do in a channel, and nothing else. Discord's own words, with their bits.
pub const PERMISSIONS: [(&str, u64); 7] = [
    ("View Channels", 1 << 10),
    ("Send Messages", 1 << 11),
    ("Embed Links", 1 << 14),
    ("Attach Files", 1 << 15),
    // To find the details in a message's thread after a restart.
    ("Read Message History", 1 << 16),
    ("Create Public Threads", 1 << 35),
    ("Send Messages in Threads", 1 << 38),
];

/// What stands in the link where the application's id belongs.
const APPLICATION: &str = "YOUR_APPLICATION_ID";

/// The bits of [`PERMISSIONS`] as Discord wants them in a link.
pub fn permissions() -> u64 {
    PERMISSIONS.iter().fold(0, |all, (_, bit)| all | bit)
}

/// The link that adds the bot to a server.
pub fn invite(application: &str) -> String {
    format!(
        "https://discord.com/oauth2/authorize?client_id={application}&scope=bot%20applications.commands&permissions={}",
        permissions()
    )
}

/// The steps, to be printed.
pub fn text(application: Option<&str>) -> String {
    let permissions: Vec<&str> = PERMISSIONS.iter().map(|(name, _)| *name).collect();
    format!(
        "\
Discord, step by step
=====================
1. https://discord.com/developers/applications: New Application. Its Application ID is application_id.
2. Bot: Reset Token. That is token. Switch every privileged intent off: none is needed.
   Public Bot: off, so that nobody else can add it to a server.
3. Open this link and choose your server:
   {invite}
   It asks for: {permissions}.
   It does not ask for Administrator, nor to read what people write.
4. In Discord, User Settings, Advanced: Developer Mode on. Right-click a server, a channel or a person: Copy ID.
5. snapwarden.toml:
   [discord]
   application_id = \"{application}\"
   token_env = \"DISCORD_TOKEN\"
   guild_id = \"…\"                    # the server; leave it out to serve every server that the bot is in
   [[person]]
   name = \"alice\"
   discord = \"…\"                     # her user id
   groups = [\"approvers\"]
6. snapwarden check --config snapwarden.toml, then snapwarden run --config snapwarden.toml.
   The command /snapshot is registered by the bot itself.

Instead of the gateway, Discord can send what people do as signed requests (several replicas need that):
   [discord] mode = \"http\" and public_key = General Information, Public Key
   [http] listen = \"0.0.0.0:8081\", behind a TLS proxy
   General Information, Interactions Endpoint URL: https://YOUR_HOST/discord/interactions
",
        invite = invite(application.unwrap_or(APPLICATION)),
        permissions = permissions.join(", "),
        application = application.unwrap_or("…"),
    )
}

#[cfg(test)]
mod tests;
