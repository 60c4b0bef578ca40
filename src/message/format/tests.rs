//! Sizes, times and names, as they are written and as they must not be.

use super::*;

fn format(locale: Locale) -> Format {
    let now = "2026-11-22T13:04:00Z".parse().unwrap();
    Format { locale, tz: TimeZone::get("Europe/Paris").unwrap(), now }
}

#[test]
fn sizes_have_two_or_three_digits() {
    let (en, fr) = (format(Locale::En), format(Locale::Fr));
    for (bytes, english, french) in [
        (0, "≈ 0 B", "≈ 0 o"),
        (999, "≈ 999 B", "≈ 999 o"),
        (999_999, "≈ 1.0 MB", "≈ 1,0 Mo"),
        (3_400_000_000, "≈ 3.4 GB", "≈ 3,4 Go"),
        (310_000_000_000, "≈ 310 GB", "≈ 310 Go"),
        (u64::MAX, "≈ 18446744 TB", "≈ 18446744 To"),
    ] {
        let french = french.replace(' ', "\u{a0}");
        assert_eq!((en.bytes(bytes), fr.bytes(bytes)), (english.to_owned(), french));
    }
}

#[test]
fn durations_have_two_units_at_most() {
    let en = format(Locale::En);
    for (seconds, text) in [
        (-5, "< 1 s"),
        (0, "< 1 s"),
        (41, "41 s"),
        (72, "1 min 12 s"),
        (123, "2 min 03 s"),
        (180, "3 min"),
        (840, "14 min"),
        (7500, "2 h 05 min"),
        (90_000, "1 d 1 h"),
        (864_000, "10 d"),
    ] {
        assert_eq!(en.duration(SignedDuration::from_secs(seconds)), text);
    }
}

#[test]
fn moments_are_in_the_channels_zone_and_language() {
    let at = "2026-11-20T08:12:00Z".parse().unwrap();
    assert_eq!(format(Locale::En).moment(at), "Fri 20 Nov, 09:12 UTC+1");
    assert_eq!(format(Locale::Fr).moment(at), "ven. 20 nov., 09:12 UTC+1");
    assert_eq!(format(Locale::En).clock("2026-11-22T13:32:00Z".parse().unwrap()), "14:32 UTC+1");
    assert_eq!(format(Locale::En).moment("2025-01-02T00:00:00Z".parse().unwrap()), "Thu 2 Jan 2025, 01:00 UTC+1");
    for (zone, text) in
        [("UTC", "14:05 UTC"), ("Asia/Kolkata", "19:35 UTC+5:30"), ("America/St_Johns", "10:35 UTC-3:30")]
    {
        let format = Format { tz: TimeZone::get(zone).unwrap(), ..format(Locale::En) };
        assert_eq!(format.clock("2026-11-22T14:05:00Z".parse().unwrap()), text);
    }
}

#[test]
fn hostile_names_stay_one_harmless_line() {
    assert_eq!(name("web\u{202e}10-\nbd"), "web\u{fffd}10-\u{fffd}bd");
    assert_eq!(name("<!channel> 🚀 مرحبا"), "<!channel> 🚀 مرحبا");
    let family = "👨‍👩‍👧".repeat(90);
    assert_eq!(name(&family).graphemes(true).count(), 81);
    assert_eq!(name("👩\u{200d}💻 ❤\u{fe0f}\u{200d}🔥"), "👩\u{200d}💻 ❤\u{fe0f}\u{200d}🔥");
    assert_eq!(name("a\u{200d}b \u{200d}🔥 a\u{fe0f} \u{ad}\u{e0041}"), "a�b �🔥 a� ��");
}

#[test]
fn sentences_of_others_stay_on_one_line() {
    assert_eq!(sentence("no\n\tspace \u{202e} left "), "no space left");
    assert_eq!(sentence(&"x".repeat(500)).graphemes(true).count(), SENTENCE_SHOWN + 1);
}

#[test]
fn lists_are_joined_in_the_readers_language() {
    let items = ["a", "b", "c"].map(str::to_owned);
    let (en, fr) = (format(Locale::En), format(Locale::Fr));
    assert_eq!((en.all_of(&items), fr.one_of(&items)), ("a, b and c".to_owned(), "a, b ou c".to_owned()));
    assert_eq!((en.one_of(&items[..2]), fr.all_of(&items[..2])), ("a or b".to_owned(), "a et b".to_owned()));
    assert_eq!((en.all_of(&items[..1]), en.one_of(&[])), ("a".to_owned(), String::new()));
}
