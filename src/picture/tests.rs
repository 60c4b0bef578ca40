//! The picture's own promises: same bytes for the same chart, type that exists, colours that can be read, odd charts drawn.

use std::io::Cursor;

use plotters::style::RGBColor;

use super::brush::{AXIS, BACKGROUND, GRID, PAST, SOFT, TEXT, Type, colour};
use super::*;

fn chart() -> Chart {
    let bar = |count: u64, shade| Bar { count, label: count.to_string(), shade };
    let trend = |title: &str| Trend {
        title: title.to_owned(),
        days: (0..30).map(|day| (day % 7 != 3).then_some(100 + day)).collect(),
        top: "129".to_owned(),
        ends: ["24 Oct".to_owned(), "22 Nov".to_owned()],
        empty: "not known yet".to_owned(),
    };
    Chart {
        title: "Snapshots by age".to_owned(),
        aside: "Sun 22 Nov".to_owned(),
        ages: Ages {
            bars: vec![bar(12, Shade::Calm), bar(3, Shade::Warning), bar(1, Shade::Over)],
            edges: vec!["3 d".to_owned(), "14 d".to_owned()],
            limits: vec![
                Limit { after: 1, label: "warning 3 d".to_owned(), shade: Shade::Warning },
                Limit { after: 2, label: "limit 14 d".to_owned(), shade: Shade::Over },
            ],
            empty: "No snapshot at all".to_owned(),
        },
        trends: [trend("Snapshots: 16"), trend("Size: ≈ 2.1 TB")],
    }
}

/// How many pixels have exactly this colour.
fn of(pixels: &[u8], RGBColor(r, g, b): RGBColor) -> usize {
    pixels.chunks_exact(3).filter(|pixel| *pixel == [r, g, b]).count()
}

#[test]
fn the_same_chart_is_the_same_file_and_another_is_not() {
    let first = png(&chart()).unwrap();
    assert_eq!(first, png(&chart()).unwrap());
    let mut other = chart();
    other.ages.bars[2].count = 2;
    assert_ne!(first, png(&other).unwrap());
    let decoded = png::Decoder::new(Cursor::new(&first)).read_info().unwrap();
    assert_eq!((decoded.info().width, decoded.info().height), (WIDTH, HEIGHT));
    assert_eq!(decoded.info().color_type, png::ColorType::Rgb, "opaque: a theme's background never shows through");
    told!("a picture is {} kB", first.len() / 1000);
}

#[test]
fn every_column_has_its_shade() {
    let pixels = pixels(&chart()).unwrap();
    for shade in [Shade::Calm, Shade::Warning, Shade::Over] {
        assert!(of(&pixels, colour(shade)) > 5000, "{shade:?}");
    }
}

#[test]
fn one_beside_ten_thousand_can_be_seen_and_nothing_is_not_drawn() {
    let mut huge = chart();
    huge.ages.limits.clear();
    huge.ages.bars[0].count = u64::MAX;
    huge.ages.bars[2].count = 0;
    let pixels = pixels(&huge).unwrap();
    assert!(of(&pixels, colour(Shade::Warning)) > 1000);
    assert_eq!(of(&pixels, colour(Shade::Over)), 0);
}

#[test]
fn charts_with_little_in_them_are_drawn() {
    let mut empty = chart();
    empty.ages.bars.clear();
    empty.ages.edges.clear();
    empty.ages.limits.clear();
    for trend in &mut empty.trends {
        trend.days.clear();
        trend.title = String::new();
    }
    assert!(of(&pixels(&empty).unwrap(), TEXT) > 500, "the sentence instead of columns");
    let mut one = chart();
    one.ages.bars.truncate(1);
    one.ages.edges.clear();
    one.trends.iter_mut().for_each(|trend| trend.days = vec![Some(0)]);
    assert!(pixels(&one).is_ok());
    let mut odd = chart();
    odd.ages.limits.push(Limit { after: 99, label: "far".to_owned(), shade: Shade::Over });
    odd.title = "x".repeat(2000);
    odd.aside = "\u{202e}\u{0}漢".to_owned();
    assert!(pixels(&odd).is_ok(), "what does not fit is cut at the edge");
}

/// Relative luminance by WCAG 2.
fn luminance(RGBColor(r, g, b): RGBColor) -> f64 {
    let linear = |c: u8| {
        let c = f64::from(c) / 255.0;
        if c <= 0.03928 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

fn contrast(a: RGBColor, b: RGBColor) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn type_and_columns_stand_out() {
    for text in [TEXT, SOFT, colour(Shade::Calm), colour(Shade::Warning), colour(Shade::Over)] {
        assert!(contrast(text, BACKGROUND) >= 4.5, "{text:?}: {:.1}", contrast(text, BACKGROUND));
    }
    assert!(contrast(PAST, BACKGROUND) >= 2.8, "a column: {:.1}", contrast(PAST, BACKGROUND));
    assert!(contrast(GRID, BACKGROUND) < 1.6, "a line to measure by is quieter than what is measured");
}

#[test]
fn the_fonts_have_what_is_written() {
    let french = "àâçéèêëîïôùûüœÀÂÇÉÈÊŒ«»’";
    let signs = "≈≤≥−–—…·→▲▼%:;,.()\u{a0}\u{202f}";
    for c in ('!'..='~').chain(french.chars()).chain(signs.chars()) {
        assert!(drawn(c, AXIS) != drawn('漢', AXIS), "{c:?} is not in assets/fonts");
    }
}

/// The pixels of one character.
fn drawn(c: char, style: Type) -> Vec<u8> {
    let mut pixels = vec![0; 100 * 100 * 3];
    let brush = Brush::new(&mut pixels, (100, 100)).unwrap();
    brush.write(&c.to_string(), (10, 70), brush::Align::Start, style).unwrap();
    brush.finish().unwrap();
    pixels
}
