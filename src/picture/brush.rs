//! Colours, type and the three things that are drawn: rectangles, lines and text.
//!
//! The fonts are compiled in, see `assets/fonts`. Text is placed by its baseline and measured before it is placed, so
//! that centred and right-aligned text do not depend on how the drawing library counts a line's height.

use std::sync::OnceLock;

use plotters::coord::Shift;
use plotters::prelude::{BitMapBackend, DrawingArea, IntoDrawingArea, PathElement, RGBColor, Rectangle};
use plotters::style::{Color, FontFamily, FontStyle, IntoFont, ShapeStyle, TextStyle, register_font};

use super::{PictureError, Shade};

/// Behind everything: light, so that a printed picture needs little ink, and not white, so that its edge shows on white.
pub(super) const BACKGROUND: RGBColor = RGBColor(0xfb, 0xfc, 0xfe);

/// The frame, against a light page.
const FRAME: RGBColor = RGBColor(0xc3, 0xca, 0xd6);

/// Lines to measure by.
pub(super) const GRID: RGBColor = RGBColor(0xd5, 0xda, 0xe3);

/// What is read first.
pub(super) const TEXT: RGBColor = RGBColor(0x1b, 0x23, 0x30);

/// What is read second.
pub(super) const SOFT: RGBColor = RGBColor(0x4b, 0x56, 0x68);

/// A day that is over.
pub(super) const PAST: RGBColor = RGBColor(0x7d, 0x93, 0xd3);

/// Type sizes, in pixels of line height. A telephone shows the picture at 0.3 of its size: 40 are 12 there.
const HEADING: f64 = 58.0;
/// See [`HEADING`].
const TITLE: f64 = 48.0;
/// See [`HEADING`].
const LABEL: f64 = 43.0;

/// The name under which the fonts are registered.
const FAMILY: &str = "snapwarden";

static REGULAR: &[u8] = include_bytes!("../../assets/fonts/DejaVuSansCondensed-subset.ttf");
static BOLD: &[u8] = include_bytes!("../../assets/fonts/DejaVuSansCondensed-Bold-subset.ttf");

/// What is drawn on.
type Canvas<'a> = DrawingArea<BitMapBackend<'a>, Shift>;

/// Draws on one canvas.
pub(super) struct Brush<'a> {
    canvas: Canvas<'a>,
}

/// Where a text stands with respect to its place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Align {
    /// It begins there.
    Start,
    /// Its middle is there.
    Middle,
    /// It ends there.
    End,
}

/// A style of type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Type {
    size: f64,
    bold: bool,
    colour: RGBColor,
}

pub(super) const PANEL: Type = Type { size: TITLE, bold: true, colour: TEXT };

/// A number that belongs to a column.
pub(super) const NUMBER: Type = Type { size: LABEL, bold: true, colour: TEXT };

/// What is written at an axis.
pub(super) const AXIS: Type = Type { size: LABEL, bold: false, colour: SOFT };

impl Type {
    /// The same in another colour, and bold.
    pub(super) fn strong(self, colour: RGBColor) -> Self {
        Self { bold: true, colour, ..self }
    }

    fn style(self) -> TextStyle<'static> {
        let weight = if self.bold { FontStyle::Bold } else { FontStyle::Normal };
        (FontFamily::Name(FAMILY), self.size, weight).into_font().color(&self.colour)
    }
}

/// The colour of a shade, dark enough for type and for columns on [`BACKGROUND`], and told apart without red and green.
pub(super) fn colour(shade: Shade) -> RGBColor {
    match shade {
        Shade::Calm => RGBColor(0x35, 0x54, 0xc8),
        Shade::Warning => RGBColor(0xa8, 0x5d, 0x00),
        Shade::Over => RGBColor(0xb3, 0x1b, 0x3a),
    }
}

/// An error of the drawing library, as text.
pub(super) fn refused(error: impl std::fmt::Display) -> PictureError {
    PictureError::Drawing(error.to_string())
}

impl<'a> Brush<'a> {
    /// A brush for these pixels, three bytes each, row by row.
    pub(super) fn new(pixels: &'a mut [u8], size: (u32, u32)) -> Result<Self, PictureError> {
        static REGISTERED: OnceLock<bool> = OnceLock::new();
        let register = |style, bytes| register_font(FAMILY, style, bytes).is_ok();
        let both = || register(FontStyle::Normal, REGULAR) && register(FontStyle::Bold, BOLD);
        if !*REGISTERED.get_or_init(both) {
            return Err(refused("a built-in font is broken"));
        }
        Ok(Self { canvas: BitMapBackend::with_buffer(pixels, size).into_drawing_area() })
    }

    /// Ends the drawing: everything is in the pixels then.
    pub(super) fn finish(self) -> Result<(), PictureError> {
        self.canvas.present().map_err(refused)
    }

    pub(super) fn fill(&self, colour: RGBColor) -> Result<(), PictureError> {
        self.canvas.fill(&colour).map_err(refused)
    }

    /// A filled rectangle. The right and lower edges are outside.
    pub(super) fn block(
        &self,
        (left, top): (i32, i32),
        (right, bottom): (i32, i32),
        colour: RGBColor,
    ) -> Result<(), PictureError> {
        if left >= right || top >= bottom {
            return Ok(());
        }
        let shape = Rectangle::new([(left, top), (right - 1, bottom - 1)], colour.filled());
        self.canvas.draw(&shape).map_err(refused)
    }

    /// A frame three pixels wide, which is one on a telephone.
    pub(super) fn frame(&self, left: i32, top: i32, right: i32, bottom: i32) -> Result<(), PictureError> {
        for inset in 0..3 {
            let corners = [(left + inset, top + inset), (right - 1 - inset, bottom - 1 - inset)];
            let shape = Rectangle::new(corners, ShapeStyle { color: FRAME.to_rgba(), filled: false, stroke_width: 1 });
            self.canvas.draw(&shape).map_err(refused)?;
        }
        Ok(())
    }

    /// A dashed vertical line, four pixels wide.
    pub(super) fn dashes(&self, x: i32, top: i32, bottom: i32, colour: RGBColor) -> Result<(), PictureError> {
        const DASH: i32 = 14;
        const GAP: i32 = 8;
        let mut y = top;
        while y < bottom {
            self.block((x - 2, y), (x + 2, (y + DASH).min(bottom)), colour)?;
            y += DASH + GAP;
        }
        Ok(())
    }

    /// A thin line to measure by.
    pub(super) fn rule(&self, left: i32, right: i32, y: i32, colour: RGBColor) -> Result<(), PictureError> {
        for row in 0..2 {
            let line = PathElement::new([(left, y + row), (right - 1, y + row)], colour);
            self.canvas.draw(&line).map_err(refused)?;
        }
        Ok(())
    }

    /// The picture's own title.
    pub(super) fn heading(&self, x: i32, baseline: i32, text: &str) -> Result<(), PictureError> {
        self.write(text, (x, baseline), Align::Start, Type { size: HEADING, bold: true, colour: TEXT })
    }

    /// What stands opposite the title.
    pub(super) fn aside(&self, x: i32, baseline: i32, text: &str) -> Result<(), PictureError> {
        self.write(text, (x, baseline), Align::End, AXIS)
    }

    /// A text on its baseline.
    pub(super) fn write(
        &self,
        text: &str,
        (x, baseline): (i32, i32),
        align: Align,
        style: Type,
    ) -> Result<(), PictureError> {
        let left = match align {
            Align::Start => x,
            Align::Middle => x - self.width(text, style)? / 2,
            Align::End => x - self.width(text, style)?,
        };
        // The library sets a line's baseline half a line below the place that it is given.
        let top = baseline - (style.size / 2.0) as i32;
        self.canvas.draw_text(text, &style.style(), (left, top)).map_err(refused)
    }

    pub(super) fn width(&self, text: &str, style: Type) -> Result<i32, PictureError> {
        let (width, _) = self.canvas.estimate_text_size(text, &style.style()).map_err(refused)?;
        Ok(i32::try_from(width).unwrap_or(i32::MAX))
    }
}
