use super::*;

#[test]
fn no_word_means_two_keys_and_every_key_means_itself() {
    for key in Parameter::ALL.into_iter().filter(|key| key.has_key()) {
        assert_eq!(key.spec().keys.first(), Some(&key.as_str()));
        for word in key.spec().keys {
            assert_eq!(find_key(word), Some(key), "{word}");
        }
    }
}

#[test]
fn every_value_that_an_error_offers_is_read() {
    for (key, value) in Parameter::ALL.iter().flat_map(|key| key.spec().values.iter().map(move |value| (*key, *value)))
    {
        let value = Text::of_field(value);
        let read = if key.spec().flag {
            yes_or_no(key, &value).is_ok()
        } else if key == Parameter::Mode {
            mode(&value).is_ok()
        } else {
            stays_off(&value).is_ok()
        };
        assert!(read, "{key}:{}", value.text);
    }
}
