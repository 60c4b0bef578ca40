//! `keep:until friday 18:00`: a moment of the calendar, in both languages.
//!
//! A date with slashes is read day first (27/11), as everybody but one country writes it; a month in front of the day is
//! written by its name. What could be meant in two ways is refused.

use jiff::civil::{Date, Time};

use super::fold::fold;
use crate::domain::keep::{Day, Moment};

/// The words that begin a moment.
const UNTIL: [&str; 7] = ["until", "till", "til", "jusqu'a", "jusqu'au", "jusqua", "jusquau"];

/// Words between a day and a time that say nothing.
const FILLERS: [&str; 7] = ["at", "on", "a", "le", "the", "next", "prochain"];

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
    part(&folded(word)).is_some()
}

/// Whether a word is one of a moment's and nothing else: a day or a month by its name, a date.
pub(super) fn is_word(word: &str) -> bool {
    matches!(part(&folded(word)), Some(Part::Day(_) | Part::Month(_)))
}

/// Reads a moment, with or without the word that begins one; none if it is no moment.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    if words.first().is_some_and(|word| is_until(word)) {
        words.remove(0);
    }
    let (mut day, mut month, mut number, mut year, mut time) = (None, None, None, None, None);
    for word in words {
        match part(&folded(word))? {
            Part::Filler => {}
            Part::Day(said) => set(&mut day, said)?,
            Part::Month(said) => set(&mut month, said)?,
            Part::Number(said) if said > 31 => set(&mut year, said)?,
            Part::Number(said) => set(&mut number, i8::try_from(said).ok()?)?,
            Part::Time(said) => set(&mut time, said)?,
        }
    }
    let day = match (day, number, month, year) {
        (Some(day), None, None, None) => day,
        (None | Some(Day::Weekday(_)), Some(day), Some(month), Some(year)) => {
            Day::Date(Date::new(year, month, day).ok()?)
        }
        // A leap year has every day that some year has.
        (None | Some(Day::Weekday(_)), Some(day), Some(month), None) if Date::new(2028, month, day).is_ok() => {
            Day::Yearly { month, day }
        }
        (None, None, None, None) if time.is_some() => Day::Next,
        (Some(_) | None, _, _, _) => return None,
    };
    Some(Moment { day, time })
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
    let number = word.parse::<i16>().ok().filter(|_| word.bytes().all(|byte| byte.is_ascii_digit()));
    number.filter(|number| (1..=31).contains(number) || (2000..=9999).contains(number)).map(Part::Number)
}

/// `2026-11-27`, `27/11`, `27/11/2026`.
fn date_of(word: &str) -> Option<Day> {
    if word.len() == 10 && word.split('-').count() == 3 {
        return word.parse().ok().map(Day::Date);
    }
    let numbers: Vec<&str> = word.split('/').collect();
    let number = |text: &str| text.parse::<i16>().ok();
    match numbers.as_slice() {
        [day, month] => {
            let (day, month) = (i8::try_from(number(day)?).ok()?, i8::try_from(number(month)?).ok()?);
            Date::new(2028, month, day).ok().map(|_| Day::Yearly { month, day })
        }
        [day, month, year] => {
            let (day, month) = (i8::try_from(number(day)?).ok()?, i8::try_from(number(month)?).ok()?);
            Date::new(number(year).filter(|year| *year >= 2000)?, month, day).ok().map(Day::Date)
        }
        _ => None,
    }
}

/// `18:00`, `18h`, `18h30`, `6pm`, `6:30pm`.
fn time_of(word: &str) -> Option<Time> {
    let (word, pm) = match (word.strip_suffix("pm"), word.strip_suffix("am")) {
        (Some(word), _) => (word, Some(true)),
        (None, Some(word)) => (word, Some(false)),
        (None, None) => (word, None),
    };
    let (hour, minute) = match word.split_once([':', 'h']) {
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
