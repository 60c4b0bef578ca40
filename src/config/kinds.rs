//! The kinds of values: what is expected, what an editor checks, and how the text is read. An error is the part of a sentence that
//! says what is wrong with the text.

use std::net::SocketAddr;
use std::path::PathBuf;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use reqwest::Url;
use secrecy::SecretString;

use super::key::{Form, Key, Many, Wrong};
use super::table::did_you_mean;
use crate::chat::discord::PublicKey;
use crate::chat::{console, discord, slack};
use crate::domain::age::QuietHours;
use crate::domain::confusable;
use crate::domain::duration;
use crate::domain::ids::{Account, ChannelId, Group, PersonId, VCenterName};
use crate::domain::policy::glob::Glob;
use crate::domain::policy::{BOT, PolicyVerb, TicketPattern, VerbPattern, VmPattern};
use crate::domain::preflight;
use crate::domain::schedule::Schedule;
use crate::domain::storage::MinFree;
use crate::message::words::Locale;
use crate::proxy;
use crate::vcenter::{Address, Authorities};

/// The longest duration, in seconds: ten years. Beyond lies a slip of the keyboard, and the sums stay far from overflow.
const MAX_DURATION_SECONDS: i64 = 10 * 365 * 86_400;

/// The shortest console token, in characters: 16 hex digits are 64 bits, which nobody guesses over a network.
const MIN_TOKEN_CHARS: usize = 16;

/// The longest id of a console channel, in characters: it stands in addresses and in the store's keys.
const MAX_CHANNEL_ID: usize = 64;

/// Names of snapshots that have nothing in common: a pattern that fits all of them fits any.
const ORDINARY_NAMES: [&str; 3] = ["before upgrade", "2026-11-22 14:05", "x"];

/// The schemes of an API.
const HTTP: [&str; 2] = ["https", "http"];

/// The schemes of Discord's gateway; http and https for peers that tell their address as they tell the API's.
const SOCKET: [&str; 4] = ["wss", "ws", "https", "http"];

pub(super) const FLAG: Key<bool> = Key::new("", Form::Flag, |text, _| Ok(text == "true"));

pub(super) const fn count(min: u8, max: u8) -> Key<u8> {
    Key::new("", Form::Count { min, max }, |text, _| text.parse().map_err(|_| Wrong::from("")))
}

pub(super) const fn choice(words: &'static [&'static str]) -> Key<String> {
    Key::new("", Form::Choice(words), |text, _| Ok(text.to_owned()))
}

pub(super) const TEXT: Key<String> = Key::new(SOME_TEXT, Form::Text(""), |text, _| Ok(text.to_owned()));
const SOME_TEXT: &str = "a text that is not empty";

pub(super) const SECRET: Key<SecretString> =
    Key::new(SOME_SECRET, Form::Secret, |text, _| Ok(SecretString::from(text)));
const SOME_SECRET: &str = "a text that is not empty (secret)";

pub(super) const BOT_TOKEN: Key<SecretString> =
    Key::new(SOME_SECRET, Form::Secret, |text, _| slack_token(text, "xapp-", "app-level token"));

pub(super) const APP_TOKEN: Key<SecretString> =
    Key::new(SOME_SECRET, Form::Secret, |text, _| slack_token(text, "xoxb-", "bot token"));

fn slack_token(text: &str, other: &str, what: &str) -> Result<SecretString, Wrong> {
    if text.starts_with(other) {
        return Err(format!("that is Slack's {what} ({other}…); the two were probably exchanged").into());
    }
    Ok(SecretString::from(text))
}

pub(super) const CONSOLE_TOKEN: Key<SecretString> = Key::new(SOME_SECRET, Form::Secret, |text, _| {
    if text.chars().count() < MIN_TOKEN_CHARS {
        let good = "`openssl rand -hex 16` makes a good one";
        return Err(format!("expected at least {MIN_TOKEN_CHARS} characters; {good}").into());
    }
    Ok(SecretString::from(text))
});

pub(super) const URL: Key<Url> =
    Key::new("a URL that begins with https:// or http://", Form::Text("^https?://."), |text, _| Ok(url(text, &HTTP)?));

pub(super) const PROXY_URL: Key<Url> =
    Key::new("a URL that begins with http://", Form::Text("^http://."), |text, _| {
        url(text, &HTTP)?;
        Ok(proxy::parse(text)?)
    });

pub(super) const HOSTS: Key<String, Many> = Key::new("a list of hosts", Form::List(""), |text, _| match text {
    text if text.contains([',', ' ']) || text.contains("://") => {
        Err("one host each, without https:// before it".into())
    }
    text => Ok(text.to_owned()),
});

pub(super) const SOCKET_URL: Key<Url> = Key::new(
    "a URL that begins with wss:// or ws:// (or https://, http://)",
    Form::Text("^(ws|http)s?://."),
    |text, _| Ok(url(text, &SOCKET)?),
);

pub(super) const VCENTER_URL: Key<Address> =
    Key::new("a URL that begins with https:// or http://", Form::Text("^https?://."), |text, _| {
        Ok(Address::of(url(text, &HTTP)?)?)
    });

/// Reads a URL of one of these schemes, with a host and without a name or a password in it.
fn url(text: &str, schemes: &[&str]) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if !schemes.contains(&url.scheme()) {
        return Err(format!("{}: is not spoken here", url.scheme()));
    }
    if url.host_str().is_none_or(str::is_empty) {
        return Err("the host is missing".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a name or a password in a URL ends up in logs; use the keys for them".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("nothing may stand behind a ? or a #".to_owned());
    }
    Ok(url)
}

pub(super) const LISTEN: Key<SocketAddr> =
    Key::new("an IP address and a port", Form::Text(":[0-9]{1,5}$"), |text, _| {
        text.parse().map_err(|_| {
            Wrong::from(if text.starts_with(':') {
                format!("for every address of this machine write 0.0.0.0{text}")
            } else {
                "a name or a port alone does not say which address is meant".to_owned()
            })
        })
    });

pub(super) const FOLDER: Key<PathBuf> =
    Key::new("the path of a folder", Form::Text(""), |text, source| Ok(source.path(text)));

pub(super) const CA_FILE: Key<Authorities> =
    Key::new("the path of a file with certificates (PEM)", Form::File, |text, source| {
        Ok(Authorities::read(&source.path(text))?)
    });

pub(super) const THUMBPRINT: Key<[u8; 32]> =
    Key::new("a SHA-256 thumbprint: 32 bytes in hex, with or without colons", Form::Text(HEX_32), |text, _| {
        Ok(hex_32(text)?)
    });
const HEX_32: &str = "^([0-9A-Fa-f]{2}[: ]*){32}$";

pub(super) const PUBLIC_KEY: Key<PublicKey> =
    Key::new("a public key: 32 bytes in hex", Form::Text(HEX_32), |text, _| {
        PublicKey::from_bytes(&hex_32(text)?).map_err(|_| {
            Wrong::from("it is no Ed25519 key; copy it again from General Information in the developer portal")
        })
    });

/// Reads 32 bytes in hex, with or without colons.
fn hex_32(text: &str) -> Result<[u8; 32], String> {
    let plain: String = text.chars().filter(|c| *c != ':' && *c != ' ').collect();
    let bytes = hex::decode(&plain).map_err(|_| "there is something in it that is no hex digit, or one is missing")?;
    match bytes.len() {
        32 => bytes.try_into().map_err(|_| "it has the wrong length".to_owned()),
        20 => {
            Err("that is a SHA-1 thumbprint; `openssl x509 -noout -fingerprint -sha256` tells the right one".to_owned())
        }
        other => Err(format!("it has {other} bytes")),
    }
}

pub(super) const DURATION: Key<SignedDuration> =
    Key::new("a duration such as 90s, 30m, 2h, 3d or 1w", Form::Text(DURATION_PATTERN), |text, _| {
        Ok(duration_of(text)?)
    });
const DURATION_PATTERN: &str = "^([0-9]+[smhdw])+$";

/// How long something read from a platform counts. Less than the shortest would be unknown between two readings.
pub(super) const LIFE: Key<SignedDuration> =
    Key::new("a duration from 5m to 24h, such as 15m", Form::Text(DURATION_PATTERN), |text, _| {
        let life = duration_of(text)?;
        let fits = (LIFE_MIN..=LIFE_MAX).contains(&life);
        fits.then_some(life).ok_or_else(|| Wrong::from(""))
    });
const LIFE_MIN: SignedDuration = SignedDuration::from_mins(5);
const LIFE_MAX: SignedDuration = SignedDuration::from_hours(24);

pub(super) const DURATIONS: Key<SignedDuration, Many> =
    Key::new("a list of durations such as 90s, 30m, 2h, 3d or 1w", Form::List(DURATION_PATTERN), |text, _| {
        Ok(duration_of(text)?)
    });

/// Reads `90s`, `30m`, `1h30m`, `3d`, `1w` (a day is 24 hours).
fn duration_of(text: &str) -> Result<SignedDuration, String> {
    if text.contains(char::is_whitespace) {
        return Err("there is a space in it".to_owned());
    }
    let unit = |unit: &str| match unit {
        "s" => Some(1),
        "m" => Some(60),
        "h" => Some(3_600),
        "d" => Some(86_400),
        "w" => Some(7 * 86_400),
        _ => None,
    };
    match duration::seconds(text, unit).map_err(|error| error.to_string())? {
        0 => Err("it has to be longer than nothing".to_owned()),
        seconds if seconds > MAX_DURATION_SECONDS => Err("it is longer than ten years".to_owned()),
        seconds => Ok(SignedDuration::from_secs(seconds)),
    }
}

pub(super) const SIZE: Key<u64> =
    Key::new("a size such as 500MB, 50GB or 2TiB", Form::Text("^[0-9]+ ?([kKmMgGtT][iI]?)?[bB]$"), |text, _| {
        Ok(size(text)?)
    });

/// Reads `500MB`, `50 GB`, `2TiB` into bytes.
fn size(text: &str) -> Result<u64, String> {
    let end = text.find(|c: char| !c.is_ascii_digit()).ok_or("the unit is missing")?;
    let (digits, unit) = text.split_at(end);
    let number: u64 = digits.parse().map_err(|_| "it does not begin with a number")?;
    let factor: u64 = match unit.trim().to_ascii_lowercase().as_str() {
        "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "tb" => 1_000_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        "tib" => 1 << 40,
        _ => return Err(format!("{:?} is no unit", unit.trim())),
    };
    number.checked_mul(factor).filter(|bytes| *bytes > 0).ok_or_else(|| "it is zero or too large".to_owned())
}

pub(super) const MIN_FREE: Key<MinFree> = Key::new(
    "a part such as 10%, or a size such as 500GB or 2TiB",
    Form::Text("^([1-9][0-9]? ?%|[0-9]+ ?([kKmMgGtT][iI]?)?[bB])$"),
    |text, _| Ok(min_free(text)?),
);

/// Reads `10%` or a size.
fn min_free(text: &str) -> Result<MinFree, String> {
    let Some(percent) = text.strip_suffix('%') else { return size(text).map(MinFree::Bytes) };
    let percent = percent.trim_end();
    let digits = !percent.is_empty() && percent.bytes().all(|byte| byte.is_ascii_digit());
    let percent = percent.parse().ok().filter(|percent| digits && (1..=99).contains(percent));
    percent.map(MinFree::Percent).ok_or_else(|| "it is no part from 1% to 99%".to_owned())
}

pub(super) const ZONE: Key<TimeZone> = Key::new("a time zone by its IANA name", Form::Text(""), |text, _| {
    TimeZone::get(text).map_err(|_| Wrong::from("no such time zone is known on this machine"))
});

pub(super) const LOCALE: Key<Locale> =
    Key::new("a language that the bot speaks, en or fr", Form::Text("^(en|fr)([-_].*)?$"), |text, _| {
        // The region does not matter.
        let language = text.split(['-', '_']).next().unwrap_or_default();
        let known = Locale::ALL.into_iter().find(|locale| locale.tag().eq_ignore_ascii_case(language));
        known.ok_or_else(|| Wrong::from(""))
    });

pub(super) const CLOCK: Key<jiff::civil::Time> =
    Key::new("a time of day from 00:00 to 23:59", Form::Text("^[0-9]{2}:[0-9]{2}$"), |text, _| {
        let digits = text.len() == 5 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
        let time = jiff::civil::Time::strptime("%H:%M", text).ok().filter(|_| digits);
        time.ok_or_else(|| Wrong::from("two digits, a colon and two digits, such as 03:00"))
    });

/// Cron in UTC; its table gives it the time zone that it is in.
pub(super) const SCHEDULE: Key<Schedule> = Key::new(
    "five fields of cron: minute, hour, day of month, month, day of week",
    Form::Text("^\\S+(\\s+\\S+){4}$"),
    |text, _| Ok(Schedule::parse(text, TimeZone::UTC)?),
);

pub(super) const HOURS: Key<QuietHours> = Key::new(
    "two times of day with a dash between them",
    Form::Text("^\\d\\d:\\d\\d ?[-–] ?\\d\\d:\\d\\d$"),
    |text, _| Ok(QuietHours::parse(text)?),
);

pub(super) const CHANNEL: Key<ChannelId> =
    Key::new(A_CHANNEL, Form::Text(CHANNEL_PATTERN), |text, _| Ok(channel_id(text)?));
const A_CHANNEL: &str = "a platform (slack, discord or console), a colon and the channel's id there";
const CHANNEL_PATTERN: &str = "^(slack|discord|console):.";

/// A channel that something is posted in: its platform has to be there, and of the console the channel too. Whether Slack and Discord
/// have it is asked of them by `check`.
pub(super) const POSTED_CHANNEL: Key<ChannelId> = Key::new(A_CHANNEL, Form::Text(CHANNEL_PATTERN), |text, source| {
    let channel = channel_id(text)?;
    source.names.has_channel(&channel).map_err(Wrong::Problem)?;
    Ok(channel)
});

/// Reads `slack:C0123`, `discord:110…`, `console:ops`.
fn channel_id(text: &str) -> Result<ChannelId, String> {
    let channel = ChannelId::from(text);
    match channel.platform() {
        "" => Err("the platform is missing".to_owned()),
        slack::PLATFORM | discord::PLATFORM | console::PLATFORM if !channel.id().is_empty() => Ok(channel),
        platform => Err(format!("{platform:?} is no platform, or the id is missing")),
    }
}

pub(super) const CONSOLE_CHANNEL: Key<String> = Key::new(SOME_TEXT, Form::Text("^[A-Za-z0-9_.-]{1,64}$"), |text, _| {
    let usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if text.len() > MAX_CHANNEL_ID || !text.bytes().all(usual) {
        let expected = "letters, digits, - _ . only";
        return Err(format!("it stands in addresses: {expected}, at most {MAX_CHANNEL_ID} of them").into());
    }
    Ok(text.to_owned())
});

pub(super) const VCENTER_NAME: Key<VCenterName> = Key::new(SOME_TEXT, Form::Text("^[^/:!]+$"), |text, _| {
    if text.contains(['/', ':', '!']) {
        return Err("a slash, a colon or an exclamation mark has a meaning in VM patterns".into());
    }
    visible(text)?;
    Ok(VCenterName::new(text))
});

pub(super) const PERSON_NAME: Key<PersonId> = Key::new(SOME_TEXT, Form::Text(""), |text, _| {
    if text.eq_ignore_ascii_case(BOT) {
        return Err(Wrong::Problem(format!(
            "{BOT:?} is the bot itself, which deletes by this name what nobody kept; call this person otherwise"
        )));
    }
    visible(text)?;
    Ok(PersonId::new(text))
});

/// Refuses a name that people could not tell from another.
fn visible(name: &str) -> Result<(), Wrong> {
    if confusable::is_visible(name) {
        return Ok(());
    }
    let problem = "it begins or ends with a space, or has a character in it that cannot be seen; type it again";
    Err(Wrong::Problem(problem.to_owned()))
}

pub(super) const TICKET: Key<TicketPattern> =
    Key::new(SOME_TEXT, Form::Text(""), |text, _| Ok(TicketPattern::parse(text)?));

pub(super) const GROUP: Key<Group> = Key::new(SOME_TEXT, Form::Text(""), |text, _| Ok(Group::new(text)));

/// The groups of a person.
pub(super) const GROUPS: Key<Group, Many> = Key::new("a list of texts", Form::List(""), |text, _| Ok(Group::new(text)));

/// The groups of a rule; one that nobody is in is a slip of the keyboard that would go unseen.
pub(super) const KNOWN_GROUPS: Key<Group, Many> = Key::new("a list of texts", Form::List(""), |text, source| {
    source.names.has_group(text).map_err(Wrong::Problem)?;
    Ok(Group::new(text))
});

pub(super) const VERBS: Key<VerbPattern, Many> = Key::new("a list of verbs, or [\"*\"]", Form::Verbs, |text, _| {
    VerbPattern::parse(text).ok_or_else(|| {
        let known: Vec<String> = PolicyVerb::ALL.iter().map(|verb| verb.name().to_owned()).collect();
        Wrong::from(did_you_mean(text, &known))
    })
});

pub(super) const VMS: Key<VmPattern, Many> = Key::new("a list of VM patterns", Form::List(""), |text, source| {
    let pattern = VmPattern::parse(text)?;
    let vcenters = &source.names.vcenters;
    let known = |named: &str| vcenters.is_empty() || vcenters.iter().any(|name| name.eq_ignore_ascii_case(named));
    match pattern.vcenter() {
        Some(named) if !known(named) => {
            let advice = did_you_mean(named, vcenters);
            Err(Wrong::Problem(format!("there is no vCenter called {named:?}; {advice}")))
        }
        None if pattern.is_moref() && vcenters.len() > 1 => {
            let first = vcenters.first().map_or("NAME", String::as_str);
            Err(Wrong::Problem(format!(
                "{pattern} may be another VM in every vCenter; write vcenter:{first}/ before moref:"
            )))
        }
        Some(_) | None => Ok(pattern),
    }
});

pub(super) const NAMES: Key<Glob, Many> =
    Key::new("a list of name patterns", Form::List(""), |text, _| Ok(preflight::Rules::name(text)?));

pub(super) const BACKUP_NAMES: Key<Glob, Many> = Key::new("a list of name patterns", Form::List(""), |text, _| {
    let name = preflight::Rules::name(text)?;
    if ORDINARY_NAMES.iter().all(|ordinary| name.matches(ordinary)) {
        let problem = "this fits every name, so no VM with a snapshot could be reverted and no snapshot deleted";
        return Err(Wrong::Problem(problem.to_owned()));
    }
    Ok(name)
});

pub(super) const SLACK_ACCOUNTS: Key<Account, Many> = Key::new(
    "a workspace id, a slash and a user id, or a list of these",
    Form::OneOrMore("^[TE][A-Z0-9]+/[UW][A-Z0-9]+$"),
    |text, _| Ok(slack_account(text)?),
);

/// Reads `T0123/U0456`.
fn slack_account(text: &str) -> Result<Account, String> {
    let (team, user) = text
        .split_once('/')
        .ok_or("the workspace is missing: a user id alone may mean somebody else in another one")?;
    if !slack_id(team, &['T', 'E']) {
        return Err(format!("{team:?} is no workspace id"));
    }
    if !slack_id(user, &['U', 'W']) {
        return Err(format!("{user:?} is no user id"));
    }
    Ok(Account::new(slack::PLATFORM, text))
}

pub(super) const SLACK_GROUPS: Key<String, Many> =
    Key::new("the id of a user group (S…), or a list of these", Form::OneOrMore("^S[A-Z0-9]+$"), |text, _| {
        let problem = "the id of a user group begins with S; its link in Slack ends with it";
        slack_id(text, &['S']).then(|| text.to_owned()).ok_or_else(|| Wrong::from(problem))
    });

/// Whether this is an id of Slack's that begins so.
fn slack_id(text: &str, first: &[char]) -> bool {
    let usual = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    text.starts_with(first) && text.len() > 1 && text.bytes().all(usual)
}

/// A snowflake of Discord's: 64 bits, so at most 20 digits.
pub(super) const DISCORD_IDS: Key<String, Many> =
    Key::new("an id (digits, in quotes), or a list of these", Form::OneOrMore("^[0-9]{1,20}$"), |text, _| {
        let fits = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.to_owned()).ok_or_else(|| Wrong::from(""))
    });

#[cfg(test)]
mod tests;
