//! What stands behind a key as a text, read into what it means. Every error is the part of a sentence that tells the mistake.

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use reqwest::Url;

use crate::domain::policy::SlackAccount;
use crate::domain::schedule::Schedule;
use crate::domain::storage::MinFree;

/// The languages that the bot speaks.
pub const LOCALES: [&str; 2] = ["en", "fr"];

/// The longest duration, in seconds: ten years. Beyond lies a slip of the keyboard, and the sums stay far from overflow.
const MAX_DURATION_SECONDS: i64 = 10 * 365 * 86_400;

/// Reads `90s`, `30m`, `1h30m`, `3d`, `1w` (a day is 24 hours).
pub(super) fn duration(text: &str) -> Result<SignedDuration, String> {
    let mut seconds: i64 = 0;
    let mut digits = String::new();
    for c in text.chars() {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        let unit = match c {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            _ => return Err(format!("{c:?} is no unit")),
        };
        let number: i64 = digits.parse().map_err(|_| format!("no number stands before {c:?}"))?;
        digits.clear();
        let sum = number.checked_mul(unit).and_then(|part| seconds.checked_add(part));
        seconds = sum.filter(|sum| *sum <= MAX_DURATION_SECONDS).ok_or("it is longer than ten years")?;
    }
    if !digits.is_empty() {
        return Err("the unit is missing".to_owned());
    }
    if seconds == 0 {
        return Err("it has to be longer than nothing".to_owned());
    }
    Ok(SignedDuration::from_secs(seconds))
}

/// Reads `500MB`, `50 GB`, `2TiB` into bytes.
pub(super) fn size(text: &str) -> Result<u64, String> {
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

/// Reads `10%` or a size.
pub(super) fn min_free(text: &str) -> Result<MinFree, String> {
    let Some(percent) = text.strip_suffix('%') else { return size(text).map(MinFree::Bytes) };
    let percent = percent.trim_end();
    let digits = !percent.is_empty() && percent.bytes().all(|byte| byte.is_ascii_digit());
    let percent = percent.parse().ok().filter(|percent| digits && (1..=99).contains(percent));
    percent.map(MinFree::Percent).ok_or_else(|| "it is no part from 1% to 99%".to_owned())
}

/// Reads a URL of one of these schemes, with a host and without a name or a password in it.
pub(super) fn url(text: &str, schemes: &[&str]) -> Result<Url, String> {
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

/// Reads 32 bytes in hex, with or without colons.
pub(super) fn thumbprint(text: &str) -> Result<[u8; 32], String> {
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

/// Reads an IANA name.
pub(super) fn zone(text: &str) -> Result<TimeZone, String> {
    TimeZone::get(text).map_err(|_| "no such time zone is known on this machine".to_owned())
}

/// Reads `03:00`.
pub(super) fn clock(text: &str) -> Result<jiff::civil::Time, String> {
    let part = |text: &str| (text.len() == 2).then(|| text.parse::<i8>().ok()).flatten();
    let (hour, minute) = text.split_once(':').unwrap_or_default();
    let time = part(hour).zip(part(minute)).and_then(|(hour, minute)| jiff::civil::Time::new(hour, minute, 0, 0).ok());
    time.ok_or_else(|| "two digits, a colon and two digits, such as 03:00".to_owned())
}

/// Reads a language tag; the region does not matter.
pub(super) fn locale(text: &str) -> Result<String, String> {
    let language = text.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    if LOCALES.contains(&language.as_str()) { Ok(language) } else { Err(String::new()) }
}

/// A user group of Slack, by its id.
pub(super) fn slack_group(text: &str) -> Result<String, String> {
    let fits = text.starts_with('S')
        && text.len() > 1
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if fits {
        Ok(text.to_owned())
    } else {
        Err("the id of a user group begins with S; its link in Slack ends with it".to_owned())
    }
}

/// Reads `slack:C0123`, `discord:110…`, `console:ops`.
pub(super) fn channel_id(text: &str) -> Result<String, String> {
    match text.split_once(':') {
        Some(("slack" | "discord" | "console", id)) if !id.is_empty() => Ok(text.to_owned()),
        Some((platform, _)) => Err(format!("{platform:?} is no platform, or the id is missing")),
        None => Err("the platform is missing".to_owned()),
    }
}

/// Reads `T0123/U0456`.
pub(super) fn slack_account(text: &str) -> Result<SlackAccount, String> {
    let id = |id: &str, first: [char; 2]| {
        id.starts_with(first) && id.len() > 1 && id.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
    };
    let (team, user) = text
        .split_once('/')
        .ok_or("the workspace is missing: a user id alone may mean somebody else in another one")?;
    if !id(team, ['T', 'E']) {
        return Err(format!("{team:?} is no workspace id"));
    }
    if !id(user, ['U', 'W']) {
        return Err(format!("{user:?} is no user id"));
    }
    Ok(SlackAccount { team: team.to_owned(), user: user.to_owned() })
}

/// Reads a Discord id (a snowflake: 64 bits, so at most 20 digits).
pub(super) fn discord_id(text: &str) -> Result<String, String> {
    let fits = (1..=20).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if fits { Ok(text.to_owned()) } else { Err(String::new()) }
}

/// Checks five cron fields: `*`, numbers, names of months and days, ranges, lists and steps.
pub(super) fn schedule(text: &str) -> Result<String, String> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const DAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    // Name, lowest, highest, words for the numbers from the lowest on. Sunday is 0 and 7.
    let fields: [(&str, u32, u32, &[&str]); 5] = [
        ("minute", 0, 59, &[]),
        ("hour", 0, 23, &[]),
        ("day of month", 1, 31, &[]),
        ("month", 1, 12, &MONTHS),
        ("day of week", 0, 7, &DAYS),
    ];
    let parts: Vec<&str> = text.split_whitespace().collect();
    if parts.len() != fields.len() {
        return Err(format!("it has {} fields", parts.len()));
    }
    for (part, (name, min, max, words)) in parts.into_iter().zip(fields) {
        let number = |text: &str| -> Option<u32> {
            let word = words.iter().zip(min..).find(|(word, _)| word.eq_ignore_ascii_case(text));
            let number = word.map(|(_, number)| number).or_else(|| text.parse().ok())?;
            (min..=max).contains(&number).then_some(number)
        };
        let item_fits = |item: &str| {
            let (range, step) = item.split_once('/').map_or((item, None), |(range, step)| (range, Some(step)));
            let step_fits = step.is_none_or(|step| step.parse::<u32>().is_ok_and(|step| (1..=max).contains(&step)));
            let range_fits = range == "*"
                || match range.split_once('-') {
                    Some((from, to)) => number(from).zip(number(to)).is_some_and(|(from, to)| from <= to),
                    None => number(range).is_some(),
                };
            step_fits && range_fits
        };
        if !part.split(',').all(item_fits) {
            return Err(format!("{part:?} is no {name} ({min} to {max})"));
        }
    }
    Schedule::parse(text, TimeZone::UTC).map(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, seconds) in [("90s", 90), ("30m", 1_800), ("1h30m", 5_400), ("3d", 259_200), ("1w", 604_800)] {
            assert_eq!(duration(text), Ok(SignedDuration::from_secs(seconds)), "{text}");
        }
        for text in ["", "30", "m", "-1d", "0s", "3 d", "1y", "99999999999999999999d", "20000d", "３d"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn sizes() {
        for (text, bytes) in [("500MB", 500_000_000), ("50 gb", 50_000_000_000), ("2TiB", 2 << 40)] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["", "50", "GB", "0GB", "-1GB", "1PB", "99999999999999TB"] {
            assert!(size(text).is_err(), "{text}");
        }
    }

    #[test]
    fn parts_and_sizes() {
        assert_eq!(min_free("10%"), Ok(MinFree::Percent(10)));
        assert_eq!(min_free("5 %"), Ok(MinFree::Percent(5)));
        assert_eq!(min_free("2TiB"), Ok(MinFree::Bytes(2 << 40)));
        for text in ["", "%", "0%", "100%", "-5%", "+5%", "1.5%", "10", "0GB"] {
            assert!(min_free(text).is_err(), "{text}");
        }
    }

    #[test]
    fn urls() {
        for text in ["https://vc.example.com", "http://127.0.0.1:8989", "http://[::1]:8989/sdk"] {
            assert!(url(text, &["https", "http"]).is_ok(), "{text}");
        }
        for text in ["vc.example.com", "ftp://vc", "https://", "https://u:p@vc", "https://vc/?a=b", "vc:443"] {
            assert!(url(text, &["https", "http"]).is_err(), "{text}");
        }
    }

    #[test]
    fn thumbprints() {
        let colons = ["ab"; 32].join(":");
        assert_eq!(thumbprint(&colons), Ok([0xab; 32]));
        assert_eq!(thumbprint(&"AB".repeat(32)), Ok([0xab; 32]));
        assert!(thumbprint(&"ab".repeat(20)).unwrap_err().contains("SHA-1"));
        assert!(thumbprint(&"zz".repeat(32)).is_err());
        assert!(thumbprint("").is_err());
    }

    #[test]
    fn schedules() {
        for text in ["0 8 * * *", "*/15 8-18 * * mon-fri", "0 8 1,15 jan-jun 0,7", "0 0 * * SUN"] {
            assert_eq!(schedule(text), Ok(text.to_owned()), "{text}");
        }
        for text in [
            "",
            "0 8 * *",
            "60 8 * * *",
            "0 8 0 * *",
            "0 8 31 2 *",
            "0 8 * * fri-mon",
            "0 8 * * day",
            "*/0 * * * *",
            "0 8 * * * *",
        ] {
            assert!(schedule(text).is_err(), "{text}");
        }
    }

    #[test]
    fn accounts_channels_and_languages() {
        assert!(slack_account("T01/U02").is_ok());
        assert!(slack_account("E01/W02").is_ok());
        for text in ["U02", "T01/", "/U02", "U02/T01", "T01/u02", "T01/U02/x"] {
            assert!(slack_account(text).is_err(), "{text}");
        }
        assert!(discord_id("110000000000000003").is_ok());
        assert!(discord_id("alice#1").is_err());
        assert!(slack_group("S0614TZR7").is_ok());
        for text in ["", "S", "U01", "@platform", "s01"] {
            assert!(slack_group(text).is_err(), "{text}");
        }
        assert!(channel_id("slack:C01").is_ok());
        for text in ["C01", "slack:", "teams:x"] {
            assert!(channel_id(text).is_err(), "{text}");
        }
        assert_eq!(locale("fr-CA"), Ok("fr".to_owned()));
        assert!(locale("de").is_err());
        assert!(zone("Europe/Paris").is_ok());
        assert!(zone("Europe/Pariss").is_err());
    }
}
