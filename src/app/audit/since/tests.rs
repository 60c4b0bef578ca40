use super::*;

#[test]
fn a_day_and_a_moment_are_understood_and_everything_else_is_told() {
    let read = |text: &str| text.parse::<Since>().map(|since| since.0.to_string());
    assert_eq!(read("2026-08-01").unwrap(), "2026-08-01T00:00:00Z");
    assert_eq!(read("2026-08-01T14:30:00+02:00").unwrap(), "2026-08-01T12:30:00Z");
    assert_eq!(read("2026-08-01T14:30:00.25Z").unwrap(), "2026-08-01T14:30:00.25Z");
    for wrong in [
        "",
        "yesterday",
        "2026-13-01",
        "2026-02-30",
        "2026-8-1",
        "01.08.2026",
        "2026-08-01T14:30:00",
        "2026-08-01 ",
        "1785000000",
    ] {
        assert!(read(wrong).unwrap_err().contains("expected a date such as 2026-08-01"), "{wrong}: {:?}", read(wrong));
    }
}
