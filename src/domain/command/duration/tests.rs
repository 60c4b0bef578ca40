use super::*;

#[test]
fn durations_are_read_in_both_languages() {
    for (text, hours) in [
        ("3d", 72),
        ("12h", 12),
        ("2w", 336),
        ("3 days", 72),
        ("3j", 72),
        ("3 jours", 72),
        ("2 semaines", 336),
        ("1d12h", 36),
        ("1 day 12 hours", 36),
        ("3D", 72),
        ("120min", 2),
        ("3650d", 87_600),
        (" 3d ", 72),
        ("+3d", 72),
    ] {
        assert_eq!(keep(text), Ok(SignedDuration::from_hours(hours)), "{text}");
    }
}

#[test]
fn what_is_no_duration_is_refused_by_its_kind() {
    for text in ["", "3", "d", "three days", "3m", "3 months", "1.5d", "3d4", "3dd", "tomorrow", "٣d"] {
        assert!(matches!(keep(text), Err(CommandError::BadDuration { .. })), "{text}");
    }
    for text in ["-3d", "−3d", "–1h", "0d", "0h0min", "-0d"] {
        assert!(matches!(keep(text), Err(CommandError::NegativeDuration { .. })), "{text}");
    }
    for text in ["3651d", "600w", "9223372036854775807d", "99999999999999999999999h"] {
        assert!(matches!(keep(text), Err(CommandError::DurationTooLong { .. })), "{text}");
    }
}
