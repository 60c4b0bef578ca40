use super::*;

#[test]
fn durations() {
    for (text, seconds) in [("90s", 90), ("30m", 1_800), ("1h30m", 5_400), ("3d", 259_200), ("1w", 604_800)] {
        assert_eq!(duration_of(text), Ok(SignedDuration::from_secs(seconds)), "{text}");
    }
    for text in ["", "30", "m", "-1d", "0s", "3 d", "1y", "99999999999999999999d", "20000d", "３d"] {
        assert!(duration_of(text).is_err(), "{text}");
    }
}

#[test]
fn sizes() {
    for (text, bytes) in [("500MB", 500_000_000), ("50 gb", 50_000_000_000), ("2TiB", 2 << 40)] {
        assert_eq!(size(text), Ok(bytes), "{text}");
    }
    for text in ["", "50", "GB", "0GB", "-1GB", "1PB", "99999999999999TB"] {
        assert!(size(text).is_err(), "{text}");
    }
}

#[test]
fn parts_and_sizes() {
    assert_eq!(min_free("10%"), Ok(MinFree::Percent(10)));
    assert_eq!(min_free("5 %"), Ok(MinFree::Percent(5)));
    assert_eq!(min_free("2TiB"), Ok(MinFree::Bytes(2 << 40)));
    for text in ["", "%", "0%", "100%", "-5%", "+5%", "1.5%", "10", "0GB"] {
        assert!(min_free(text).is_err(), "{text}");
    }
}

#[test]
fn urls() {
    for text in ["https://vc.example.com", "http://127.0.0.1:8989", "http://[::1]:8989/sdk"] {
        assert!(url(text, &["https", "http"]).is_ok(), "{text}");
    }
    for text in ["vc.example.com", "ftp://vc", "https://", "https://u:p@vc", "https://vc/?a=b", "vc:443"] {
        assert!(url(text, &["https", "http"]).is_err(), "{text}");
    }
}

#[test]
fn thumbprints() {
    let colons = ["ab"; 32].join(":");
    assert_eq!(hex_32(&colons), Ok([0xab; 32]));
    assert_eq!(hex_32(&"AB".repeat(32)), Ok([0xab; 32]));
    assert!(hex_32(&"ab".repeat(20)).unwrap_err().contains("SHA-1"));
    assert!(hex_32(&"zz".repeat(32)).is_err());
    assert!(hex_32("").is_err());
}

#[test]
fn accounts_and_channels() {
    assert!(slack_account("T01/U02").is_ok());
    assert!(slack_account("E01/W02").is_ok());
    for text in ["U02", "T01/", "/U02", "U02/T01", "T01/u02", "T01/U02/x"] {
        assert!(slack_account(text).is_err(), "{text}");
    }
    assert!(channel_id("slack:C01").is_ok());
    for text in ["C01", "slack:", "teams:x"] {
        assert!(channel_id(text).is_err(), "{text}");
    }
}

#[test]
fn ids_languages_zones_and_clocks() {
    assert!(DISCORD_IDS.of("110000000000000003").is_some());
    assert!(DISCORD_IDS.of("alice#1").is_none());
    assert!(SLACK_GROUPS.of("S0614TZR7").is_some());
    for text in ["", "S", "U01", "@platform", "s01"] {
        assert!(SLACK_GROUPS.of(text).is_none(), "{text}");
    }
    assert_eq!(LOCALE.of("fr-CA"), Some(Locale::Fr));
    assert!(LOCALE.of("de").is_none());
    assert!(ZONE.of("Europe/Paris").is_some());
    assert!(ZONE.of("Europe/Pariss").is_none());
    assert_eq!(CLOCK.of("03:00"), Some(jiff::civil::time(3, 0, 0, 0)));
    for text in ["3:00", "24:00", "03:60", "0300", "-1:00"] {
        assert!(CLOCK.of(text).is_none(), "{text}");
    }
}
