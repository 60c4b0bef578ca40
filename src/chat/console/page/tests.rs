use super::*;
use crate::domain::act::{Parameter, Verb};
use axum::http::HeaderValue;

#[test]
fn every_word_is_there_in_every_language() {
    let words: Value = serde_json::from_str(WORDS).unwrap();
    let keys = |lang: &str| words[lang].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys("en"), keys("fr"));
    let used = [SHELL, SNAPSHOTS]
        .into_iter()
        .flat_map(|shell| shell.split("{{w:").skip(1))
        .map(|part| part.split_once("}}").unwrap().0);
    for key in used {
        assert!(words["en"][key].is_string(), "words.json has no \"{key}\"");
    }
    for lang in LANGUAGES {
        for verb in Verb::ALL {
            assert!(words[lang]["verbs"][verb.as_str()].is_string(), "{lang}: {verb}");
        }
        for key in Parameter::ALL.into_iter().filter(|key| key.has_key()) {
            assert!(words[lang]["options"][key.as_str()].is_string(), "{lang}: {key}");
        }
        for (option, values) in words[lang]["values"].as_object().unwrap() {
            let known = Parameter::ALL.into_iter().find(|key| key.as_str() == option).unwrap();
            let described: Vec<&str> = values.as_object().unwrap().keys().map(String::as_str).collect();
            assert!(described.iter().all(|value| known.spec().values.contains(value)), "{option}: {described:?}");
        }
    }
}

#[test]
fn the_link_decides_the_language_and_then_the_browser() {
    let prefers = |value: &'static str| {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(value));
        headers
    };
    assert_eq!(language(None, &prefers("de-DE, fr-CH;q=0.9, en;q=0.8")), "fr");
    assert_eq!(language(Some("en"), &prefers("fr")), "en");
    assert_eq!(language(Some("xx"), &prefers("de")), "en");
    assert_eq!(language(None, &HeaderMap::new()), "en");
}

#[test]
fn nothing_gets_out_of_a_data_block_or_an_attribute() {
    let block = data_block(&json!({"title": "</script><script>alert(1)</script>&amp;"}));
    assert!(!block.contains(['<', '>', '&']), "{block}");
    assert_eq!(serde_json::from_str::<Value>(&block).unwrap()["title"], "</script><script>alert(1)</script>&amp;");
    assert_eq!(escaped("\"'<&>"), "&quot;&#39;&lt;&amp;&gt;");
}
