//! Pictures, pixel by pixel: one PNG per sample and language in `tests/golden/picture`, which a browser shows as it is.
//!
//! Pixels are compared and not bytes, since another version of the encoder may write the same picture in other bytes.

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use snapwarden::domain::ids::VmRef;
use snapwarden::domain::report::{Context, Kind, Listing, Maker, Report, Row, Sample, Thresholds, make};
use snapwarden::message::format::Format;
use snapwarden::message::pictures;
use snapwarden::message::words::Locale;
use snapwarden::picture;

/// A day whose month has few letters and whose week is not over.
const AT: &str = "2026-11-22T08:00:00Z";

/// Ages in hours with their counts, limits in days, samples of so many days.
struct Drawn {
    name: &'static str,
    ages: Vec<(i64, usize)>,
    limits: (i64, i64),
    days: i64,
    bytes: u64,
}

fn drawn() -> Vec<Drawn> {
    let usual = vec![(5, 31), (40, 22), (90, 14), (200, 61), (500, 9), (1200, 7), (3000, 5), (9500, 1)];
    vec![
        Drawn { name: "usual", ages: usual, limits: (3, 14), days: 30, bytes: 11_400_000_000 },
        Drawn { name: "first-day", ages: vec![(5, 3), (100, 1)], limits: (3, 14), days: 1, bytes: 2_000_000_000 },
        Drawn { name: "nothing", ages: Vec::new(), limits: (3, 14), days: 12, bytes: 0 },
        Drawn {
            name: "huge",
            ages: vec![(5, 28_431), (2000, 1569), (9500, 2)],
            limits: (7, 30),
            days: 30,
            bytes: 95_000_000_000,
        },
        Drawn { name: "one-limit", ages: vec![(30, 4), (800, 2)], limits: (10, 10), days: 5, bytes: 3_000_000_000 },
    ]
}

fn report(drawn: &Drawn) -> Report {
    let at: Timestamp = AT.parse().unwrap();
    let row = |hours: i64| Row {
        vm: VmRef { vcenter: "paris".into(), moref: "vm-1".into() },
        vm_name: "web-01".to_owned(),
        path: "DC1/web-01".to_owned(),
        snapshot: "snapshot-1".into(),
        name: "before".to_owned(),
        number: 1,
        created: at - SignedDuration::from_hours(hours),
        depth: 1,
        children: false,
        bytes: Some(drawn.bytes),
        maker: Maker::Unknown,
        until: None,
        ahead: SignedDuration::ZERO,
        hold: None,
        kind: Kind::Ordinary,
    };
    let rows: Vec<Row> =
        drawn.ages.iter().flat_map(|(hours, count)| std::iter::repeat_n(row(*hours), *count)).collect();
    let today: Date = "2026-11-22".parse().unwrap();
    let now = rows.len() as i64;
    // A month of weeks: Mondays bring snapshots, and one day the bot was off.
    let sample = |ago: i64| {
        let snapshots = usize::try_from((now - ago * now / 90 + (ago % 7 - 3) * now / 40).max(0)).unwrap();
        Sample { day: today - ago.days(), snapshots, bytes: snapshots as u64 * drawn.bytes }
    };
    let samples = (1..drawn.days).filter(|ago| *ago != 9).map(sample).collect();
    let days = |days: i64| SignedDuration::from_hours(days * 24);
    let (warn, max) = drawn.limits;
    let context = Context {
        name: "daily".to_owned(),
        at,
        zone: None,
        today,
        thresholds: Thresholds { warn_age: days(warn), max_age: days(max), max_depth: 3, max_size: None },
        low: Vec::new(),
        changes: None,
        glasses: Vec::new(),
        samples,
        away: Vec::new(),
        audit_head: None,
        next: None,
    };
    make(&Listing { rows, ..Listing::default() }, context)
}

#[test]
fn goldens_of_the_pictures() {
    let mut differ = Vec::new();
    let mut largest = 0;
    for sample in drawn() {
        for locale in Locale::ALL {
            let format = Format { locale, tz: TimeZone::UTC, now: AT.parse().unwrap() };
            let file = picture::png(&pictures::chart(&report(&sample), &format)).unwrap();
            largest = largest.max(file.len());
            let path = folder().join(locale.tag()).join(format!("{}.png", sample.name));
            let golden = std::fs::read(&path).ok();
            if golden.as_deref().map(pixels) == Some(pixels(&file)) {
                continue;
            }
            if std::env::var_os("UPDATE_GOLDENS").is_some() {
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(&path, &file).unwrap();
                continue;
            }
            let now = std::env::temp_dir().join(format!("snapwarden-{}-{}.png", sample.name, locale.tag()));
            std::fs::write(&now, &file).unwrap();
            differ.push(format!("{} is now {}", path.display(), now.display()));
        }
    }
    assert!(
        differ.is_empty(),
        "pictures differ. Look at both, then accept with\n    UPDATE_GOLDENS=1 cargo test --locked goldens\n\n{}",
        differ.join("\n")
    );
    told!("goldens of pictures: {} in 2 languages, the largest of {} kB", drawn().len(), largest / 1000);
}

/// The size and the pixels of a PNG file.
fn pixels(file: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    (frame.width, frame.height, pixels)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/picture")
}
