//! From a report's figures to its picture: which ages share a column, what stands at the axes, and the sentence for those who do
//! not see it.
//!
//! The limits of the configuration are always edges between two columns, so that what is over a limit is right of its line.

use jiff::civil::Date;
use jiff::{SignedDuration, ToSpan};

use super::format::Format;
use super::model::Attachment;
use super::words::{Args, say};
use crate::domain::report::{Bin, Report, Sample, TREND_DAYS, Thresholds, Totals};
use crate::picture::{self, Ages, Bar, Chart, Limit, PictureError, Shade, Trend};

/// An edge that is no limit and nearer to one than this is left out, as a ratio in tenths: 14 days beside a limit of 10 say nothing
/// new, and a telephone has room for nine columns.
const NEAR_TENTHS: i64 = 16;

/// A report's picture as a file of its message.
///
/// # Errors
/// [`PictureError`] where it cannot be drawn; the message does without it then.
pub fn attachment(report: &Report, format: &Format) -> Result<Attachment, PictureError> {
    Ok(Attachment {
        name: format!("snapshots-{}.png", format.date_of(report.at)),
        media_type: "image/png".to_owned(),
        alt: alt(report, format),
        bytes: picture::png(&chart(report, format))?,
    })
}

/// What is to be drawn of a report.
pub fn chart(report: &Report, format: &Format) -> Chart {
    let say = |key: &str, args: &[_]| say(format.locale, key, args);
    let unknown = || say("picture-unknown", &[]);
    let days = days(report, format);
    let counts: Vec<Option<u64>> =
        days.iter().map(|(_, sample)| sample.map(|sample| sample.snapshots as u64)).collect();
    let sizes: Vec<Option<u64>> = days.iter().map(|(_, sample)| sample.and_then(|sample| bytes(&sample))).collect();
    let ends = [days.first(), days.last()].map(|end| end.map_or_else(String::new, |(date, _)| format.short_day(*date)));
    let top = |values: &[Option<u64>]| values.iter().flatten().max().copied().unwrap_or(0);
    let count = format.count(report.totals.snapshots as u64);
    let size = size(&report.totals).map_or_else(unknown, |bytes| format.bytes(bytes));
    Chart {
        title: say("picture-title", &[]),
        aside: format.day(format.date_of(report.at)),
        ages: ages(report, format),
        trends: [
            Trend {
                title: say("picture-count", &[("count", count.into())]),
                top: format.count(top(&counts)),
                days: counts,
                ends: ends.clone(),
                empty: unknown(),
            },
            Trend {
                title: say("picture-size", &[("size", size.into())]),
                top: format.bytes(top(&sizes)),
                days: sizes,
                ends,
                empty: String::new(),
            },
        ],
    }
}

/// The same in words, in two or three sentences.
pub fn alt(report: &Report, format: &Format) -> String {
    let Thresholds { warn_age, max_age, max_depth: _, max_size: _ } = &report.thresholds;
    let older = |limit: &SignedDuration| -> usize {
        report.ages.iter().filter(|bin| bin.from >= *limit).map(|bin| bin.count).sum()
    };
    let total: usize = report.ages.iter().map(|bin| bin.count).sum();
    let (warned, over) = (older(warn_age), older(max_age));
    let (young, warned) = (total.saturating_sub(warned), warned.saturating_sub(over));
    let args = Args::default()
        .with("count", total)
        .with("written", format.count(total as u64))
        .with("young", format.count(young as u64))
        .with("warned", format.count(warned as u64))
        .with("over", format.count(over as u64))
        .with("warn", format.duration(*warn_age))
        .with("max", format.duration(*max_age))
        .whether("warns", warn_age != max_age);
    let mut sentences = vec![say(format.locale, "picture-alt", &args)];
    let days = days(report, format);
    let known = |value: &dyn Fn(Sample) -> Option<u64>| -> Vec<(usize, u64)> {
        let of = |(at, (_, sample)): (usize, &(Date, Option<Sample>))| Some((at, sample.and_then(value)?));
        days.iter().enumerate().filter_map(of).collect()
    };
    if let [(from, first), .., (to, last)] = known(&|sample| Some(sample.snapshots as u64)).as_slice() {
        let args = Args::default().with("first", format.count(*first)).with("last", format.count(*last));
        let args = args.with("days", to - from);
        sentences.push(say(format.locale, "picture-alt-count", &args));
    }
    if let [(_, first), .., (_, last)] = known(&|sample| bytes(&sample)).as_slice() {
        let args = Args::default().with("first", format.bytes(*first)).with("last", format.bytes(*last));
        sentences.push(say(format.locale, "picture-alt-size", &args));
    }
    sentences.join(" ")
}

/// What a day's snapshots held; none where it was not read. Every snapshot holds something.
fn bytes(sample: &Sample) -> Option<u64> {
    (sample.bytes > 0 || sample.snapshots == 0).then_some(sample.bytes)
}

/// What the snapshots hold now; none where nothing of it was read.
fn size(totals: &Totals) -> Option<u64> {
    (totals.sized > 0 || totals.snapshots == 0).then_some(totals.bytes)
}

/// The days of the trend up to the report's, each with what was counted on it, the oldest first.
fn days(report: &Report, format: &Format) -> Vec<(Date, Option<Sample>)> {
    let last = report.trend.last().map_or_else(|| format.date_of(report.at), |sample| sample.day);
    let before = |days: usize| last.saturating_sub(i64::try_from(days).unwrap_or(0).days());
    let of = |date: Date| report.trend.iter().rev().find(|sample| sample.day == date).copied();
    (0..TREND_DAYS).rev().map(|days| (before(days), of(before(days)))).collect()
}

/// The columns of the upper panel.
fn ages(report: &Report, format: &Format) -> Ages {
    let Thresholds { warn_age, max_age, max_depth: _, max_size: _ } = &report.thresholds;
    let bins = columns(&report.ages, *warn_age, *max_age);
    let bar = |bin: &Bin| {
        let shade = match bin.from {
            from if from >= *max_age => Shade::Over,
            from if from >= *warn_age => Shade::Warning,
            _ => Shade::Calm,
        };
        Bar { count: bin.count as u64, label: format.count(bin.count as u64), shade }
    };
    let limit = |limit: &SignedDuration, key: &str, shade: Shade| {
        let after = bins.iter().position(|bin| bin.from == *limit)?;
        let age = format.duration(*limit);
        Some(Limit { after, label: say(format.locale, key, &[("age", age.into())]), shade })
    };
    let warning = limit(warn_age, "picture-warn", Shade::Warning).filter(|_| warn_age != max_age);
    Ages {
        edges: bins.iter().skip(1).map(|bin| format.duration(bin.from)).collect(),
        limits: warning.into_iter().chain(limit(max_age, "picture-max", Shade::Over)).collect(),
        empty: say(format.locale, "picture-none", &[]),
        bars: bins.iter().map(bar).collect(),
    }
}

/// The report's bins, those that part at an edge beside a limit made one.
fn columns(bins: &[Bin], warn: SignedDuration, max: SignedDuration) -> Vec<Bin> {
    let near = |edge: SignedDuration, limit: SignedDuration| {
        let (short, long) = (edge.min(limit).as_secs(), edge.max(limit).as_secs());
        edge != limit && long.saturating_mul(10) < short.saturating_mul(NEAR_TENTHS)
    };
    let mut columns: Vec<Bin> = Vec::with_capacity(bins.len());
    for bin in bins {
        let needless = bin.from != warn && bin.from != max && (near(bin.from, warn) || near(bin.from, max));
        match columns.last_mut() {
            Some(last) if needless => {
                last.to = bin.to;
                last.count += bin.count;
            }
            Some(_) | None => columns.push(bin.clone()),
        }
    }
    columns
}

#[cfg(test)]
mod tests;
