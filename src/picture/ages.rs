//! The upper panel: a column for each age, with the limits drawn in between the columns that they part.
//!
//! Columns are equally wide although the ages grow: what matters is on which side of a limit a snapshot is, and on a scale of
//! days a forgotten one of two years would press everything else into one column.

use super::brush::{AXIS, Align, Brush, GRID, NUMBER, PANEL, SOFT, colour};
use super::{Ages, Bar, Limit, MARGIN, PictureError, WIDTH};

/// Where the names of the limits stand, one line each: two limits may be neighbours.
const FLAGS: [i32; 2] = [142, 190];

/// The highest column ends here, with its number above.
const TOP: i32 = 262;

/// Where the columns stand.
const BASE: i32 = 520;

/// Between two columns, in pixels.
const GAP: i32 = 16;

/// The lowest column that is not empty, in pixels, so that one snapshot beside ten thousand can be seen.
const LOWEST: i32 = 8;

pub(super) fn draw(ages: &Ages, brush: &Brush<'_>) -> Result<(), PictureError> {
    let Ages { bars, edges, limits, empty } = ages;
    let (left, right) = (MARGIN, WIDTH as i32 - MARGIN);
    let count = i32::try_from(bars.len()).unwrap_or(i32::MAX).max(1);
    let edge = |after: usize| left + (right - left) * i32::try_from(after).unwrap_or(count).min(count) / count;
    let highest = bars.iter().map(|bar| bar.count).max().unwrap_or(0);
    brush.rule(left, right, BASE, SOFT)?;
    for (at, Bar { count, label, shade }) in bars.iter().enumerate() {
        let (from, to) = (edge(at) + GAP / 2, edge(at + 1) - GAP / 2);
        let top = BASE - height(*count, highest, BASE - TOP, LOWEST);
        brush.block((from, top), (to, BASE), colour(*shade))?;
        if *count > 0 {
            brush.write(label, ((from + to) / 2, top - 14), Align::Middle, NUMBER)?;
        }
    }
    for (at, label) in edges.iter().enumerate() {
        let x = edge(at + 1);
        brush.block((x - 1, BASE), (x + 1, BASE + 10), SOFT)?;
        brush.write(label, (x, BASE + 50), Align::Middle, AXIS)?;
    }
    for (Limit { after, label, shade }, baseline) in limits.iter().zip(FLAGS) {
        let x = edge(*after);
        brush.dashes(x, baseline - 32, BASE, colour(*shade))?;
        let style = NUMBER.strong(colour(*shade));
        // Right of its line, or left of it where it would leave the picture.
        if x + 14 + brush.width(label, style)? <= right {
            brush.write(label, (x + 14, baseline), Align::Start, style)?;
        } else {
            brush.write(label, (x - 14, baseline), Align::End, style)?;
        }
    }
    if highest == 0 {
        brush.write(empty, ((left + right) / 2, (TOP + BASE) / 2 + 20), Align::Middle, PANEL)?;
    }
    brush.rule(left, right, 612, GRID)
}

/// How high a column is: in proportion, but never so low that it cannot be seen.
pub(super) fn height(value: u64, highest: u64, room: i32, lowest: i32) -> i32 {
    if value == 0 || highest == 0 {
        return 0;
    }
    let exact = u128::from(value) * u128::from(room.unsigned_abs()) / u128::from(highest);
    i32::try_from(exact).unwrap_or(room).clamp(lowest, room)
}
