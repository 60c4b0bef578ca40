//! From a report's figures to its picture: which ages share a column, what stands at the axes, and the sentence for those who do
//! not see it.
//!
//! The limits of the configuration are always edges between two columns, so that what is over a limit is right of its line.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use super::format::Format;
use super::words::say;
use crate::picture::{Ages, Bar, Chart, Limit, Shade, Trend};

/// How many days the lower panels show.
pub const DAYS: usize = 30;

/// Where columns end that no limit ends, in days.
const STEPS: [i64; 8] = [1, 3, 7, 14, 30, 90, 180, 365];

/// A step that is nearer to a limit than this is left out, as a ratio in tenths: 14 days beside a limit of 10 say nothing new.
const NEAR_TENTHS: i64 = 16;

/// The figures of a report, as far as they can be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// How old each snapshot is.
    pub ages: Vec<SignedDuration>,
    /// From this age on they are warned about.
    pub warn: SignedDuration,
    /// They may not be older than this; never below `warn`.
    pub max: SignedDuration,
    /// What they hold together now, where it is known, in bytes.
    pub bytes: Option<u64>,
    /// What was counted on earlier days, in any order. Of two samples of one day the later one in the list counts.
    pub samples: Vec<Sample>,
}

/// What was counted on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// The day, in the report's time zone.
    pub date: Date,
    /// How many snapshots there were.
    pub count: u64,
    /// What they held together, where it was known, in bytes.
    pub bytes: Option<u64>,
}

/// What is to be drawn of a report.
pub fn chart(figures: &Figures, format: &Format) -> Chart {
    let Figures { ages: _, warn: _, max: _, bytes, samples: _ } = figures;
    let say = |key: &str, args: &[_]| say(format.locale, key, args);
    let unknown = || say("picture-unknown", &[]);
    let days = days(figures, format);
    let size = |bytes: u64| format.bytes(bytes);
    let counts: Vec<Option<u64>> = days.iter().map(|(_, sample)| sample.map(|sample| sample.count)).collect();
    let sizes: Vec<Option<u64>> = days.iter().map(|(_, sample)| sample.and_then(|sample| sample.bytes)).collect();
    let ends = [days.first(), days.last()].map(|end| end.map_or_else(String::new, |(date, _)| format.short_day(*date)));
    let top = |values: &[Option<u64>]| values.iter().flatten().max().copied().unwrap_or(0);
    let count = format.count(total(figures));
    Chart {
        title: say("picture-title", &[]),
        aside: format.day(format.today()),
        ages: ages(figures, format),
        trends: [
            Trend {
                title: say("picture-count", &[("count", count.into())]),
                top: format.count(top(&counts)),
                days: counts,
                ends: ends.clone(),
                empty: unknown(),
            },
            Trend {
                title: say("picture-size", &[("size", bytes.map_or_else(unknown, size).into())]),
                top: size(top(&sizes)),
                days: sizes,
                ends,
                empty: String::new(),
            },
        ],
    }
}

/// The same in words, in two or three sentences.
pub fn alt(figures: &Figures, format: &Format) -> String {
    let Figures { ages, warn, max, bytes: _, samples: _ } = figures;
    let older = |limit: &SignedDuration| ages.iter().filter(|age| *age >= limit).count() as u64;
    let (warned, over) = (older(warn), older(max));
    let total = total(figures);
    let key = if warn == max { "picture-alt-one" } else { "picture-alt" };
    let mut sentences = vec![say(
        format.locale,
        key,
        &[
            ("count", total.into()),
            ("written", format.count(total).into()),
            ("young", format.count(total - warned).into()),
            ("warned", format.count(warned - over).into()),
            ("over", format.count(over).into()),
            ("warn", format.duration(*warn).into()),
            ("max", format.duration(*max).into()),
        ],
    )];
    let days = days(figures, format);
    let known = |value: &dyn Fn(Sample) -> Option<u64>| -> Vec<(usize, u64)> {
        let of = |(at, (_, sample)): (usize, &(Date, Option<Sample>))| Some((at, sample.and_then(value)?));
        days.iter().enumerate().filter_map(of).collect()
    };
    if let [(from, first), .., (to, last)] = known(&|sample| Some(sample.count)).as_slice() {
        let (first, last) = (format.count(*first), format.count(*last));
        let args = [("days", ((to - from) as u64).into()), ("first", first.into()), ("last", last.into())];
        sentences.push(say(format.locale, "picture-alt-count", &args));
    }
    if let [(_, first), .., (_, last)] = known(&|sample| sample.bytes).as_slice() {
        let args = [("first", format.bytes(*first).into()), ("last", format.bytes(*last).into())];
        sentences.push(say(format.locale, "picture-alt-size", &args));
    }
    sentences.join(" ")
}

fn total(figures: &Figures) -> u64 {
    figures.ages.len() as u64
}

/// The last days with what was counted on each, the oldest first. Today's figures are those of the report itself.
fn days(figures: &Figures, format: &Format) -> Vec<(Date, Option<Sample>)> {
    let today = format.today();
    let now = Sample { date: today, count: total(figures), bytes: figures.bytes };
    let ago = |days: usize| today.saturating_sub(i64::try_from(days).unwrap_or(0).days());
    let of = |date: Date| {
        if date == today {
            return Some(now);
        }
        figures.samples.iter().rev().find(|sample| sample.date == date).copied()
    };
    (0..DAYS).rev().map(|days| (ago(days), of(ago(days)))).collect()
}

/// The columns of the upper panel.
fn ages(figures: &Figures, format: &Format) -> Ages {
    let Figures { ages, warn, max, bytes: _, samples: _ } = figures;
    let edges = edges(ages, *warn, *max);
    let from = |at: usize| if at == 0 { SignedDuration::MIN } else { edges[at - 1] };
    let bar = |at: usize| {
        let below = |age: &&SignedDuration| edges.get(at).is_none_or(|edge| *age < edge);
        let count = ages.iter().filter(|age| **age >= from(at)).filter(below).count() as u64;
        let shade = match from(at) {
            from if from >= *max => Shade::Over,
            from if from >= *warn => Shade::Warning,
            _ => Shade::Calm,
        };
        Bar { count, label: format.count(count), shade }
    };
    let limit = |limit: &SignedDuration, key: &str, shade: Shade| {
        let after = edges.iter().position(|edge| edge == limit)? + 1;
        let age = format.duration(*limit);
        Some(Limit { after, label: say(format.locale, key, &[("age", age.into())]), shade })
    };
    let warning = limit(warn, "picture-warn", Shade::Warning).filter(|_| warn != max);
    Ages {
        bars: (0..=edges.len()).map(bar).collect(),
        edges: edges.iter().map(|edge| format.duration(*edge)).collect(),
        limits: warning.into_iter().chain(limit(max, "picture-max", Shade::Over)).collect(),
        empty: say(format.locale, "picture-none", &[]),
    }
}

/// Where one column ends and the next begins: both limits, and the steps that lie apart from them up to the oldest.
fn edges(ages: &[SignedDuration], warn: SignedDuration, max: SignedDuration) -> Vec<SignedDuration> {
    let near = |step: SignedDuration, limit: SignedDuration| {
        let (short, long) = (step.min(limit).as_secs(), step.max(limit).as_secs());
        long.saturating_mul(10) < short.saturating_mul(NEAR_TENTHS)
    };
    let oldest = ages.iter().max().copied().unwrap_or(SignedDuration::ZERO);
    let steps = STEPS.map(|days| SignedDuration::from_hours(days * 24));
    let apart = steps.into_iter().filter(|step| !near(*step, warn) && !near(*step, max));
    // A last column that nothing is in would only take room; beyond the limit there is one, empty or not.
    let reached = apart.filter(|step| *step < max || *step <= oldest);
    let mut edges: Vec<SignedDuration> = reached.chain([warn, max]).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
}

#[cfg(test)]
mod tests;
