use super::*;

fn marker() -> Marker {
    Marker {
        request: RequestId::from_bits(7),
        attempt: 2,
        by: PersonId::new("zoé ] by=root"),
        ok: vec![PersonId::new("bob"), PersonId::new("a,b")],
        glass: Some(PersonId::new("on call")),
        until: Some("2026-11-25T13:05:00Z".parse().unwrap()),
    }
}

#[test]
fn a_marker_reads_back_behind_any_words() {
    for words in [None, Some("before the upgrade"), Some("[snapwarden is great] ]["), Some("  ")] {
        let description = describe(words, &marker());
        assert_eq!(Marker::find(&description), Some(marker()), "{description}");
        assert_eq!(Marker::strip(&description), words.unwrap_or("").trim());
    }
}

#[test]
fn a_stay_is_written_into_any_description_and_nothing_else_changes() {
    let hold = Hold {
        by: PersonId::new("carol ]"),
        reason: "l'audit [de 2026] à 100 %".to_owned(),
        until: Some("2026-12-01T00:00:00Z".parse().unwrap()),
    };
    let until = Some("2026-11-25T13:05:00Z".parse().unwrap());
    let ours = describe(Some("before the upgrade"), &marker());
    for description in ["", "before the upgrade", "[snapwarden is great] ]", ours.as_str()] {
        for stay in [
            Stay { until, hold: None },
            Stay { until: None, hold: Some(hold.clone()) },
            Stay { until, hold: Some(Hold { until: None, ..hold.clone() }) },
        ] {
            let written = stay.write_into(description);
            assert_eq!(Stay::find(&written), stay, "{written}");
            assert_eq!(Marker::strip(&written), Marker::strip(description), "{written}");
            let same = |text: &str| Marker::find(text).map(|marker| Marker { until: None, ..marker });
            assert_eq!(same(&written), same(description), "{written}");
            let released = Stay::default().write_into(&written);
            assert_eq!(Stay::find(&released), Stay::default());
            assert_eq!(Stay::default().write_into(&released), released);
        }
    }
    assert_eq!(Stay { until, hold: None }.write_into(""), "[snapwarden - until=2026-11-25T13:05:00Z]");
}

#[test]
fn what_is_no_marker_is_left_alone() {
    for text in ["", "[snapwarden ]", "[snapwarden R-7KQ2]", "[snapwarden R-7KQ2/x by=a]", "[snapwarden R-7KQ2/1 ok=a]"]
    {
        assert_eq!(Marker::find(text), None, "{text}");
        assert_eq!(Marker::strip(text), text);
    }
}
