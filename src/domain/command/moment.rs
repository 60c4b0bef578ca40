//! `keep:until friday 18:00`: a moment of the calendar, in both languages.
//!
//! A date with slashes is read day first (27/11), as everybody but one country writes it; a month in front of the day is
//! written by its name. What could be meant in two ways is refused.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};

use super::fold::fold;
use crate::domain::keep::{Day, Moment};

/// The words that begin a moment.
const UNTIL: [&str; 7] = ["until", "till", "til", "jusqu'a", "jusqu'au", "jusqua", "jusquau"];

/// Words between a day and a time that say nothing.
const FILLERS: [&str; 7] = ["at", "on", "a", "le", "the", "next", "prochain"];

/// The halves of a day, which may stand apart from their hour.
const HALVES: [&str; 2] = ["am", "pm"];

/// The weekdays in both languages, Monday first.
const WEEKDAYS: [[&str; 4]; 7] = [
    ["monday", "mon", "lundi", "lun"],
    ["tuesday", "tue", "mardi", "mar"],
    ["wednesday", "wed", "mercredi", "mer"],
    ["thursday", "thu", "jeudi", "jeu"],
    ["friday", "fri", "vendredi", "ven"],
    ["saturday", "sat", "samedi", "sam"],
    ["sunday", "sun", "dimanche", "dim"],
];

/// The months in both languages.
const MONTHS: [[&str; 4]; 12] = [
    ["january", "jan", "janvier", "janv"],
    ["february", "feb", "fevrier", "fevr"],
    ["march", "mars", "march", "mars"],
    ["april", "apr", "avril", "avr"],
    ["may", "mai", "may", "mai"],
    ["june", "jun", "juin", "juin"],
    ["july", "jul", "juillet", "juil"],
    ["august", "aug", "aout", "aout"],
    ["september", "sep", "septembre", "sept"],
    ["october", "oct", "octobre", "oct"],
    ["november", "nov", "novembre", "nov"],
    ["december", "dec", "decembre", "dec"],
];

/// What a word of a moment means.
enum Part {
    Day(Day),
    /// A day with its time.
    At(Day, Time),
    Month(i8),
    Number(i16),
    Time(Time),
    Filler,
}

/// Whether a word begins a moment: "until", "jusqu'à".
pub(super) fn is_until(word: &str) -> bool {
    UNTIL.contains(&folded(word).as_str())
}

/// Whether a word may be part of a moment, so that it belongs to the words before it.
pub(super) fn is_part(word: &str) -> bool {
    let folded = folded(word);
    part(&folded).is_some() || HALVES.contains(&folded.as_str())
}

/// Whether a text says a moment, a wrong one included, and nothing else: it begins like one, names a day or a month, or has the form of a
/// date or a time.
pub(super) fn is_meant(text: &str) -> bool {
    let sure = |word: &str| {
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        let form = word.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | '/' | '-'));
        let is_date_or_time =
            form && digits >= 2 && digits < word.len() && word.starts_with(|c: char| c.is_ascii_digit());
        is_until(word) || is_date_or_time || matches!(part(&folded(word)), Some(Part::Day(_) | Part::Month(_)))
    };
    text.split_whitespace().any(sure)
}

/// A word that is no part of a moment, or makes two of it; the last one where something is missing behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadWord {
    pub(super) word: String,
    /// Where it begins, in characters from 0.
    pub(super) at: usize,
}

/// Reads a moment, with or without the word that begins one.
///
/// # Errors
/// The first word that does not fit.
pub(super) fn moment(text: &str) -> Result<Moment, BadWord> {
    let mut words = words(text);
    let bad = |(word, at): &(String, usize)| BadWord { word: word.clone(), at: *at };
    let last = words.last().map_or_else(|| BadWord { word: text.to_owned(), at: 0 }, bad);
    if words.first().is_some_and(|(word, _)| is_until(word)) {
        words.remove(0);
    }
    let (mut day, mut month, mut number, mut year, mut time) = (None, None, None, None, None);
    for word in &words {
        let fits = match part(&folded(&word.0)) {
            Some(Part::Filler) => Some(()),
            Some(Part::Day(said)) => set(&mut day, said),
            Some(Part::At(said, at)) => set(&mut day, said).and_then(|()| set(&mut time, at)),
            Some(Part::Month(said)) => set(&mut month, said),
            Some(Part::Number(said)) if said > 31 => set(&mut year, said),
            Some(Part::Number(said)) => i8::try_from(said).ok().and_then(|said| set(&mut number, said)),
            Some(Part::Time(said)) => set(&mut time, said),
            None => None,
        };
        fits.ok_or_else(|| bad(word))?;
    }
    let day = match (day, number, month, year) {
        (Some(Day::At(_)), None, None, None) if time.is_some() => None,
        (Some(day), None, None, None) => Some(day),
        (None | Some(Day::Weekday(_)), Some(day), Some(month), Some(year)) => {
            Date::new(year, month, day).ok().map(Day::Date)
        }
        // A leap year has every day that some year has.
        (None | Some(Day::Weekday(_)), Some(day), Some(month), None) => {
            Date::new(2028, month, day).ok().map(|_| Day::Yearly { month, day })
        }
        (None, None, None, None) if time.is_some() => Some(Day::Next),
        (Some(_) | None, _, _, _) => None,
    };
    day.map(|day| Moment { day, time }).ok_or(last)
}

/// The words with where each begins; "6 pm" is one.
fn words(text: &str) -> Vec<(String, usize)> {
    let mut words: Vec<(String, usize)> = Vec::new();
    let mut at = 0;
    for word in text.split(char::is_whitespace) {
        let is_half = HALVES.contains(&folded(word).as_str());
        match words.last_mut().filter(|(hour, _)| is_half && hour.ends_with(|c: char| c.is_ascii_digit())) {
            Some((hour, _)) => hour.push_str(word),
            None if word.is_empty() => {}
            None => words.push((word.to_owned(), at)),
        }
        at += word.chars().count() + 1;
    }
    words
}

fn set<T>(place: &mut Option<T>, said: T) -> Option<()> {
    place.replace(said).is_none().then_some(())
}

fn folded(word: &str) -> String {
    fold(word.trim_end_matches(',')).replace(['’', '‘', '＇'], "'")
}

fn part(word: &str) -> Option<Part> {
    let position = |names: &[[&str; 4]]| {
        let at = names.iter().position(|names| names.contains(&word))?;
        i8::try_from(at + 1).ok()
    };
    match word {
        "today" | "aujourd'hui" | "aujourdhui" => return Some(Part::Day(Day::Today)),
        "tomorrow" | "demain" => return Some(Part::Day(Day::Tomorrow)),
        "noon" | "midi" => return Some(Part::Time(Time::constant(12, 0, 0, 0))),
        "1er" | "1st" => return Some(Part::Number(1)),
        filler if FILLERS.contains(&filler) => return Some(Part::Filler),
        _ => {}
    }
    // "mar" is Tuesday in French and March in English, so it is neither.
    if word == "mar" {
        return None;
    }
    if let Some(weekday) = position(&WEEKDAYS) {
        return Some(Part::Day(Day::Weekday(weekday)));
    }
    if let Some(month) = position(&MONTHS) {
        return Some(Part::Month(month));
    }
    if let Some(day) = date_of(word) {
        return Some(Part::Day(day));
    }
    if let Some(time) = time_of(word) {
        return Some(Part::Time(time));
    }
    if let Some(part) = iso_of(word) {
        return Some(part);
    }
    let number = word.parse::<i16>().ok().filter(|_| word.bytes().all(|byte| byte.is_ascii_digit()));
    number.filter(|number| (1..=31).contains(number) || (2000..=9999).contains(number)).map(Part::Number)
}

/// `2026-11-27`, `20261127`, `27/11`, `27/11/2026`, `27.11.2026`. Two numbers with a dot are a time.
fn date_of(word: &str) -> Option<Day> {
    let number = |text: &str| text.parse::<i16>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let small = |text: &str| number(text).and_then(|number| i8::try_from(number).ok());
    let is_iso = word.len() == 10 && word.split('-').count() == 3 || word.len() == 8 && number(&word[..4]).is_some();
    if let Some(date) = word.parse().ok().filter(|_| is_iso) {
        return Some(Day::Date(date));
    }
    let numbers: Vec<&str> = word.split(['/', '.']).collect();
    match numbers.as_slice() {
        [day, month] if word.contains('/') => {
            let (day, month) = (small(day)?, small(month)?);
            Date::new(2028, month, day).ok().map(|_| Day::Yearly { month, day })
        }
        [day, month, year] => {
            Date::new(number(year).filter(|year| *year >= 2000)?, small(month)?, small(day)?).ok().map(Day::Date)
        }
        _ => None,
    }
}

/// `2026-12-04T18:00`, and with an offset (`2026-12-04T18:00+01:00`, `…Z`), which says the instant by itself.
fn iso_of(word: &str) -> Option<Part> {
    if !word.contains('t') || !word.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if let Ok(instant) = word.parse::<Timestamp>() {
        return Some(Part::Day(Day::At(instant)));
    }
    // A zone in brackets or an offset without minutes is not read as if it were not there.
    let clean = word.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b't' | b':' | b'-' | b'.'));
    let at: DateTime = word.parse().ok().filter(|_| clean && word.matches('-').count() <= 2)?;
    Some(Part::At(Day::Date(at.date()), at.time()))
}

/// `18:00`, `18.30`, `18h`, `18h30`, `6pm`, `6:30pm`, `18:00:00`.
fn time_of(word: &str) -> Option<Time> {
    let (word, pm) = match (word.strip_suffix("pm"), word.strip_suffix("am")) {
        (Some(word), _) => (word, Some(true)),
        (None, Some(word)) => (word, Some(false)),
        (None, None) => (word, None),
    };
    if pm.is_none() && word.len() == 8 && word.matches(':').count() == 2 {
        return word.parse().ok();
    }
    let (hour, minute) = match word.split_once([':', '.', 'h']) {
        Some((hour, "")) if word.ends_with('h') => (hour, "0"),
        Some((hour, minute)) if minute.len() == 2 => (hour, minute),
        Some(_) => return None,
        None if pm.is_some() => (word, "0"),
        None => return None,
    };
    let digits = |text: &str| {
        (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse::<i8>().ok())
    };
    let (hour, minute) = (digits(hour)??, digits(minute)??);
    let hour = match (pm, hour) {
        (None, hour) => hour,
        (Some(pm), 12) => {
            if pm {
                12
            } else {
                0
            }
        }
        (Some(pm), 1..=11) => hour + if pm { 12 } else { 0 },
        (Some(_), _) => return None,
    };
    Time::new(hour, minute, 0, 0).ok()
}

#[cfg(test)]
mod tests;
