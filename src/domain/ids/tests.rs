use super::*;

#[test]
fn request_ids_read_back_however_they_are_typed() {
    let id = RequestId::from_bits(123_456);
    for typed in [id.as_str().to_owned(), id.as_str().to_lowercase(), id.as_str().replace("R-", "")] {
        assert_eq!(RequestId::parse(&typed), Some(id.clone()), "{typed}");
    }
    for wrong in ["", "R-", "R-7KQ", "R-7KQ2X", "R-0OIL", "wéb1"] {
        assert_eq!(RequestId::parse(wrong), None, "{wrong}");
    }
}
