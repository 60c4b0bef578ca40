use super::*;

fn of(text: &str) -> Result<i64, DurationError> {
    seconds(text, |unit| match unit {
        "s" => Some(1),
        "min" => Some(60),
        _ => None,
    })
}

#[test]
fn numbers_with_units_are_summed_up() {
    for (text, sum) in [("90s", 90), ("1min30s", 90), (" 1 min 30 s ", 90), ("0s", 0)] {
        assert_eq!(of(text), Ok(sum), "{text}");
    }
    assert_eq!(of("99999999999999999999min"), Ok(i64::MAX));
}

#[test]
fn the_error_says_what_is_missing() {
    for text in ["", " ", "s", "-1s", "٣s"] {
        assert_eq!(of(text), Err(DurationError::NoNumber), "{text}");
    }
    for text in ["3", "1min30"] {
        assert_eq!(of(text), Err(DurationError::NoUnit), "{text}");
    }
    for (text, unit) in [("3y", "y"), ("1.5s", "."), ("3 three", "three")] {
        assert_eq!(of(text), Err(DurationError::UnknownUnit(unit.to_owned())), "{text}");
    }
}
