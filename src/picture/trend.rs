//! A lower panel: a column for each day, the last one darker. A day that nothing is known of is a gap, not a zero.

use super::ages::height;
use super::brush::{AXIS, Align, Brush, GRID, PANEL, PAST, SOFT, colour};
use super::{PictureError, Shade, Trend};

const TITLE: i32 = 672;

/// The highest column ends here; what it stands for is written above.
const TOP: i32 = 744;

/// Where the columns stand.
const BASE: i32 = 918;

/// How high a day with nothing is, in pixels: it is known, and it is nothing.
const NOTHING: i32 = 4;

pub(super) fn draw(trend: &Trend, left: i32, right: i32, brush: &Brush<'_>) -> Result<(), PictureError> {
    let Trend { title, days, top, ends: [first, last], empty } = trend;
    brush.write(title, (left, TITLE), Align::Start, PANEL)?;
    let Some(highest) = days.iter().flatten().max().copied() else {
        return brush.write(empty, (left, (TOP + BASE) / 2), Align::Start, AXIS);
    };
    brush.write(top, (left, TOP - 14), Align::Start, AXIS)?;
    brush.rule(left, right, TOP, GRID)?;
    let count = i32::try_from(days.len()).unwrap_or(i32::MAX).max(1);
    let edge = |after: usize| left + (right - left) * i32::try_from(after).unwrap_or(count) / count;
    for (at, day) in days.iter().enumerate() {
        let Some(value) = day else { continue };
        let column = height(*value, highest, BASE - TOP, NOTHING).max(NOTHING);
        let shade = if at + 1 == days.len() { colour(Shade::Calm) } else { PAST };
        brush.block((edge(at) + 2, BASE - column), (edge(at + 1) - 2, BASE), shade)?;
    }
    brush.rule(left, right, BASE, SOFT)?;
    brush.write(first, (left, BASE + 50), Align::Start, AXIS)?;
    brush.write(last, (right, BASE + 50), Align::End, AXIS)
}
