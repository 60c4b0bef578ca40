use proptest::prelude::*;

use super::*;

fn drawn() -> impl Strategy<Value = (Vec<(RequestId, Ended)>, u64)> {
    let one = (any::<bool>(), any::<bool>());
    (prop::collection::vec(one, 0..3_000), 0_u64..1_000).prop_map(|(drawn, newer)| {
        let mut ended = Vec::new();
        for (seq, (settled, is_late)) in (1_u64..).zip(drawn) {
            let id = RequestId::from_bits(u32::try_from(seq).unwrap().wrapping_mul(8_191));
            // Late ones became so in another order than they were asked for.
            ended.push((id, Ended { seq, settled, late: is_late.then_some(10_000 - seq) }));
        }
        let next = ended.len() as u64 + 1 + newer;
        (ended, next)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_not_settled_is_never_forgotten_and_the_newest_are_kept((ended, next) in drawn()) {
        let gone = forgotten(ended.clone(), next);
        let kept: Vec<&Ended> = ended.iter().filter(|(id, _)| !gone.contains(id)).map(|(_, ended)| ended).collect();
        let settled = |all: &[&Ended]| all.iter().filter(|ended| ended.settled).count() as u64;
        let all: Vec<&Ended> = ended.iter().map(|(_, ended)| ended).collect();
        prop_assert_eq!(
            kept.iter().filter(|ended| !ended.settled).count(),
            all.iter().filter(|ended| !ended.settled).count()
        );
        for (id, one) in &ended {
            let newest = one.seq + REMEMBERED >= next;
            prop_assert!(!newest || !gone.contains(id), "{:?} is one of the newest", one);
        }
        // They are few: those by number, and as many late ones.
        prop_assert!(settled(&kept) <= 2 * REMEMBERED, "{} are kept", settled(&kept));
        let late = |all: &[&Ended]| all.iter().filter(|ended| ended.settled && ended.late.is_some()).count() as u64;
        prop_assert!(late(&kept) >= late(&all).min(REMEMBERED), "{} late ones are kept", late(&kept));
    }
}
