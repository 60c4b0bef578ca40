use super::*;

#[test]
fn a_time_that_is_typed_stands_first() {
    let values = |typed: &str| times(typed).into_iter().map(|(_, value)| value).collect::<Vec<_>>();
    assert_eq!(values(""), TIMES);
    assert_eq!(values("3"), ["3d", "30d"]);
    assert_eq!(values("5d"), ["5d"]);
    assert_eq!(values("soon"), [""; 0]);
}
