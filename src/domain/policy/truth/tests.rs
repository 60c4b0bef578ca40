use super::*;

const ALL: [Truth; 3] = [Truth::No, Truth::Unknown, Truth::Yes];

/// What a truth may turn out to be.
fn outcomes(truth: Truth) -> &'static [bool] {
    match truth {
        Truth::No => &[false],
        Truth::Unknown => &[false, true],
        Truth::Yes => &[true],
    }
}

/// What these outcomes are called together.
fn of(outcomes: impl Iterator<Item = bool>) -> Truth {
    let all: Vec<bool> = outcomes.collect();
    match (all.contains(&false), all.contains(&true)) {
        (true, true) => Truth::Unknown,
        (_, known) => known.into(),
    }
}

#[test]
fn every_operation_is_that_on_all_outcomes() {
    for a in ALL {
        assert_eq!(!a, of(outcomes(a).iter().map(|a| !a)), "not {a:?}");
        for b in ALL {
            let pairs = || outcomes(a).iter().flat_map(|a| outcomes(b).iter().map(move |b| (*a, *b)));
            assert_eq!(a.and(b), of(pairs().map(|(a, b)| a && b)), "{a:?} and {b:?}");
            assert_eq!(Truth::any([a, b]), of(pairs().map(|(a, b)| a || b)), "{a:?} or {b:?}");
        }
    }
    assert_eq!(Truth::any([]), Truth::No);
}
