use super::*;

#[test]
fn the_same_seed_gives_the_same_numbers() {
    // The first output of splitmix64 for seed 0, as its author's reference program prints it.
    assert_eq!(Rng::new(0).next(), 0xe220_a839_7b1d_cdaf);
    let (mut one, mut two) = (Rng::new(7), Rng::new(7));
    assert_eq!(one.uuid(), two.uuid());
    assert_eq!(one.uuid().len(), 36);
    assert_eq!(one.between(5, 5), 5);
    assert!((0..1000).all(|_| (3..9).contains(&one.between(3, 9))));
}
