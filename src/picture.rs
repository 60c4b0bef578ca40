//! One picture for a report: how old the snapshots are, and how many and how large they were over the last month.
//!
//! A pure function of numbers and of texts that are already in the reader's language: the same chart gives the same bytes. It is drawn
//! for a telephone: opaque, so that light and dark themes show the same; two panels below one another, so that nothing is
//! narrow; type that is 11 points or more when the picture is as wide as a telephone.

use std::io;

use bytes::Bytes;

mod ages;
mod brush;
mod trend;

use brush::{BACKGROUND, Brush};

/// How wide a picture is, in pixels: three times a telephone's column in Slack (360 points), twice Discord's preview.
pub const WIDTH: u32 = 1200;

/// How high it is, in pixels. Discord shows 350 points of height at most, so a higher picture would become narrower there.
pub const HEIGHT: u32 = 1000;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Chart {
    /// "Age of the snapshots"
    pub title: String,
    /// What stands opposite the title, "Sun 22 Nov".
    pub aside: String,
    /// The upper panel.
    pub ages: Ages,
    /// The lower panels, side by side.
    pub trends: [Trend; 2],
}

/// How many snapshots there are of which age.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ages {
    /// The youngest first.
    pub bars: Vec<Bar>,
    /// What is written between two bars: one less than there are bars.
    pub edges: Vec<String>,
    /// What is drawn in between two bars.
    pub limits: Vec<Limit>,
    /// What is said instead where no bar has anything.
    pub empty: String,
}

/// Snapshots of about one age.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bar {
    pub count: u64,
    /// The same as it is written.
    pub label: String,
    /// How bad that age is.
    pub shade: Shade,
}

/// A limit, where an edge between two bars is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Limit {
    /// It is right of so many bars.
    pub after: usize,
    /// "warning from 3 d"
    pub label: String,
    pub shade: Shade,
}

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shade {
    /// As it should be.
    Calm,
    /// Older than it should be.
    Warning,
    /// Older than it may be.
    Over,
}

/// How something went from day to day.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Trend {
    /// "Snapshots: 184"
    pub title: String,
    /// One for each day, the oldest first; none for a day that nothing is known of.
    pub days: Vec<Option<u64>>,
    /// What the highest column stands for, as it is written.
    pub top: String,
    /// The first day, and the last.
    pub ends: [String; 2],
    /// What is said instead where no day is known.
    pub empty: String,
}

/// Why there is no picture. Neither can happen with the fonts that are built in, short of a mistake in this module.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    /// The drawing library refused.
    #[error("the picture cannot be drawn: {0}")]
    Drawing(String),
    /// The file could not be put together.
    #[error("the picture cannot be encoded: {0}")]
    Encoding(#[from] png::EncodingError),
}

/// Draws a chart as a PNG file.
///
/// # Errors
/// [`PictureError`] where the picture cannot be drawn or encoded.
pub fn png(chart: &Chart) -> Result<Bytes, PictureError> {
    let pixels = pixels(chart)?;
    let mut file = Vec::new();
    encode(&pixels, &mut file)?;
    Ok(Bytes::from(file))
}

/// The chart's pixels, row by row, three bytes each.
fn pixels(chart: &Chart) -> Result<Vec<u8>, PictureError> {
    let mut pixels = vec![0; WIDTH as usize * HEIGHT as usize * 3];
    let brush = Brush::new(&mut pixels, (WIDTH, HEIGHT))?;
    draw(chart, &brush)?;
    brush.finish()?;
    Ok(pixels)
}

fn draw(chart: &Chart, brush: &Brush<'_>) -> Result<(), PictureError> {
    let Chart { title, aside, ages, trends: [left, right] } = chart;
    let (width, height) = (WIDTH as i32, HEIGHT as i32);
    brush.fill(BACKGROUND)?;
    brush.frame(0, 0, width, height)?;
    brush.heading(MARGIN, 72, title)?;
    brush.aside(width - MARGIN, 72, aside)?;
    ages::draw(ages, brush)?;
    let middle = width / 2;
    trend::draw(left, MARGIN, middle - GUTTER, brush)?;
    trend::draw(right, middle + GUTTER, width - MARGIN, brush)
}

/// What stays free left and right, in pixels.
const MARGIN: i32 = 44;

/// Half of what stays free between the lower panels, in pixels.
const GUTTER: i32 = 34;

/// Eight bits a channel, no time stamp and no text, so that equal pixels are equal bytes.
fn encode(pixels: &[u8], out: impl io::Write) -> Result<(), png::EncodingError> {
    let mut encoder = png::Encoder::new(out, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(pixels)?;
    writer.finish()
}

#[cfg(test)]
mod tests;
