//! How sizes, ages, clocks and names are written in a language.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Zoned};
use unicode_segmentation::UnicodeSegmentation;

use super::words::{Locale, say};
use crate::domain::report::Report;

/// A name longer than this is cut for display: vSphere allows 80 characters, and a screen has no room for more.
const NAME_SHOWN: usize = 80;

/// Somebody else's sentence or a path is cut here: what matters of a sentence stands in front.
const SENTENCE_SHOWN: usize = 400;

/// Writes things as one reader reads them.
#[derive(Debug, Clone)]
pub struct Format {
    pub locale: Locale,
    /// Their channel's time zone.
    pub tz: TimeZone,
    pub now: Timestamp,
}

impl Format {
    /// The same for a report, which tells its times in its own zone wherever it is posted.
    #[must_use]
    pub fn of_report(self, report: &Report) -> Self {
        let zone = report.zone.as_deref().and_then(|zone| TimeZone::get(zone).ok());
        Self { tz: zone.unwrap_or(self.tz), ..self }
    }

    /// About how many bytes: `≈ 3.4 GB`, `≈ 3,4 Go`. Three digits at most, decimal units as vSphere's datastore views round them.
    pub fn bytes(&self, bytes: u64) -> String {
        let units = match self.locale {
            Locale::En => ["B", "KB", "MB", "GB", "TB"],
            Locale::Fr => ["o", "Ko", "Mo", "Go", "To"],
        };
        let (mut value, mut unit) = (bytes as f64, 0);
        while value >= 999.5 && unit + 1 < units.len() {
            value /= 1000.0;
            unit += 1;
        }
        let number = if unit == 0 || value >= 9.95 { format!("{value:.0}") } else { format!("{value:.1}") };
        let gap = self.gap();
        format!("≈{gap}{}{gap}{}", self.decimal(&number), units[unit])
    }

    /// How long something takes or took: `41 s`, `2 min 03 s`, `2 h 05 min`, `3 d 4 h`.
    pub fn duration(&self, duration: SignedDuration) -> String {
        let seconds = duration.as_secs().max(0);
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
        let day = match self.locale {
            Locale::En => "d",
            Locale::Fr => "j",
        };
        let gap = self.gap();
        let with = |rest: i64, digits: String| {
            if rest == 0 { String::new() } else { format!("{gap}{digits}") }
        };
        match (days, hours, minutes) {
            // A task of an instant took some time all the same.
            (0, 0, 0) if seconds == 0 => format!("<{gap}1{gap}s"),
            (0, 0, 0) => format!("{seconds}{gap}s"),
            (0, 0, 1..=9) => {
                let rest = seconds % 60;
                format!("{minutes}{gap}min{}", with(rest, format!("{rest:02}{gap}s")))
            }
            (0, 0, _) => format!("{minutes}{gap}min"),
            (0, _, _) => format!("{hours}{gap}h{}", with(minutes, format!("{minutes:02}{gap}min"))),
            (1..=6, _, _) => format!("{days}{gap}{day}{}", with(hours, format!("{hours}{gap}h"))),
            _ => format!("{days}{gap}{day}"),
        }
    }

    /// How long until then, in whole minutes, begun ones counted.
    pub fn left(&self, until: Timestamp) -> String {
        let seconds = until.duration_since(self.now).as_secs().max(0);
        self.duration(SignedDuration::from_mins((seconds + 59) / 60))
    }

    /// How old something is, in one unit: `3 min old`, `2 days old`.
    pub fn age(&self, since: Timestamp) -> String {
        let seconds = self.now.duration_since(since).as_secs().max(0);
        let (key, count) = match seconds {
            0..60 => return say(self.locale, "age-now", &[]),
            60..3600 => ("age-minutes", seconds / 60),
            3600..86_400 => ("age-hours", seconds / 3600),
            _ => ("age-days", seconds / 86_400),
        };
        say(self.locale, key, &[("count", count.into())])
    }

    /// A day and a time in the channel's zone: `Fri 20 Nov, 09:12 UTC+1`; with the year when it is not this one.
    pub fn moment(&self, at: Timestamp) -> String {
        let (zoned, today) = (at.to_zoned(self.tz.clone()), self.now.to_zoned(self.tz.clone()));
        let (weekday, month) = self.calendar_words(zoned.date());
        let year = if zoned.year() == today.year() { String::new() } else { format!(" {}", zoned.year()) };
        format!("{weekday} {} {month}{year}, {}", zoned.day(), time_of(&zoned))
    }

    /// A day: `Sun 22 Nov`; with the year when it is not this one.
    pub fn day(&self, date: Date) -> String {
        let (weekday, month) = self.calendar_words(date);
        let year =
            if date.year() == self.date_of(self.now).year() { String::new() } else { format!(" {}", date.year()) };
        format!("{weekday} {} {month}{year}", date.day())
    }

    /// A day without its name: `22 Nov`.
    pub fn short_day(&self, date: Date) -> String {
        let (_, month) = self.calendar_words(date);
        format!("{} {month}", date.day())
    }

    /// The day of a moment, in the channel's zone.
    pub fn date_of(&self, at: Timestamp) -> Date {
        at.to_zoned(self.tz.clone()).date()
    }

    /// A number with its thousands apart: `12,345`, `12 345`.
    pub fn count(&self, number: u64) -> String {
        let apart = match self.locale {
            Locale::En => ',',
            Locale::Fr => '\u{a0}',
        };
        let digits = number.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                text.push(apart);
            }
            text.push(digit);
        }
        text
    }

    /// The time alone if it is today, else [`Format::moment`].
    pub fn clock(&self, at: Timestamp) -> String {
        let (zoned, today) = (at.to_zoned(self.tz.clone()), self.now.to_zoned(self.tz.clone()));
        if zoned.date() == today.date() { time_of(&zoned) } else { self.moment(at) }
    }

    /// `a`, `a and b`, `a, b and c`.
    pub fn all_of(&self, items: &[String]) -> String {
        self.list("list-and", items)
    }

    /// `a`, `a or b`, `a, b or c`.
    pub fn one_of(&self, items: &[String]) -> String {
        self.list("list-or", items)
    }

    fn list(&self, key: &str, items: &[String]) -> String {
        match items {
            [] => String::new(),
            [only] => only.clone(),
            [first @ .., last] => {
                let first = first.join(", ");
                say(self.locale, key, &[("first", first.into()), ("last", last.clone().into())])
            }
        }
    }

    /// What stands between a number and its unit. French sets a space there that does not break.
    fn gap(&self) -> char {
        match self.locale {
            Locale::En => ' ',
            Locale::Fr => '\u{a0}',
        }
    }

    fn decimal(&self, number: &str) -> String {
        match self.locale {
            Locale::En => number.to_owned(),
            Locale::Fr => number.replace('.', ","),
        }
    }

    fn calendar_words(&self, date: Date) -> (&'static str, &'static str) {
        const DAYS: [[&str; 7]; 2] = [
            ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
            ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."],
        ];
        const MONTHS: [[&str; 12]; 2] = [
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
            ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
        ];
        let row = match self.locale {
            Locale::En => 0,
            Locale::Fr => 1,
        };
        let day = usize::try_from(date.weekday().to_monday_zero_offset()).unwrap_or(0) % 7;
        let month = usize::try_from(date.month() - 1).unwrap_or(0) % 12;
        (DAYS[row][day], MONTHS[row][month])
    }
}

/// The time of a day with its zone, since readers may be in another: `09:12 UTC+1`. The offset says more than a zone's letters, of which
/// several zones have the same.
fn time_of(at: &Zoned) -> String {
    let minutes = at.offset().seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let zone = match (minutes.abs() / 60, minutes.abs() % 60) {
        (0, 0) => "UTC".to_owned(),
        (hours, 0) => format!("UTC{sign}{hours}"),
        (hours, rest) => format!("UTC{sign}{hours}:{rest:02}"),
    };
    format!("{} {zone}", at.strftime("%H:%M"))
}

/// A name as it may be shown: names come from strangers. Control characters, line breaks, everything that turns the
/// direction of text and everything that hides in it become `�`, so that no name can pretend to be another or to be part of
/// the sentence; long ones are cut between characters as people count them.
pub fn name(raw: &str) -> String {
    shown(&clean(raw, '\u{fffd}'), NAME_SHOWN)
}

/// A folder path as it may be shown: cleaned like a name, with room for the names of many folders.
pub fn path(raw: &str) -> String {
    shown(&clean(raw, '\u{fffd}'), SENTENCE_SHOWN)
}

/// A sentence of somebody else's (vCenter's, a library's, a person's reason) as it may be shown: cleaned like a name, on one
/// line, with room for more.
pub fn sentence(raw: &str) -> String {
    let clean = clean(raw, ' ');
    let words: Vec<&str> = clean.split_whitespace().collect();
    shown(&words.join(" "), SENTENCE_SHOWN)
}

/// The text with every treacherous character replaced.
pub fn clean(raw: &str, instead: char) -> String {
    let mut before = None;
    let mut rest = raw.chars().peekable();
    let mut clean = String::with_capacity(raw.len());
    while let Some(c) = rest.next() {
        // Many emoji are several joined to one; between two of them a joiner hides nothing.
        let in_emoji = match c {
            JOINER => before.is_some_and(is_emoji) && rest.peek().copied().is_some_and(is_emoji),
            EMOJI_STYLE => before.is_some_and(is_emoji) || rest.peek() == Some(&KEYCAP),
            _ => false,
        };
        clean.push(if is_treacherous(c) && !in_emoji { instead } else { c });
        if c != EMOJI_STYLE {
            before = Some(c);
        }
    }
    clean
}

fn shown(text: &str, limit: usize) -> String {
    let mut graphemes = text.graphemes(true);
    let shown: String = graphemes.by_ref().take(limit).collect();
    if graphemes.next().is_some() { format!("{shown}…") } else { shown }
}

/// Joins emoji (ZERO WIDTH JOINER).
const JOINER: char = '\u{200d}';

/// Has a character drawn as an emoji (VARIATION SELECTOR-16).
const EMOJI_STYLE: char = '\u{fe0f}';

/// Draws a key around the digit before it (COMBINING ENCLOSING KEYCAP).
const KEYCAP: char = '\u{20e3}';

/// Control characters, the two line separators, what turns the direction of text (Unicode annex 9), and what takes no room
/// (format characters, fillers, variation selectors, tags).
fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Roughly the characters that emoji are made of: arrows and symbols, the emoji blocks with their skin tones.
fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// The name of a snapshot that was given none: date and time in the channel's zone, `2026-11-22 14:05`.
pub fn default_name(now: Timestamp, tz: &TimeZone) -> String {
    now.to_zoned(tz.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

#[cfg(test)]
mod tests;
