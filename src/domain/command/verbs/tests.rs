use super::*;

#[test]
fn no_word_means_two_verbs_and_every_verb_means_itself() {
    for verb in Verb::ALL {
        for alias in verb.words() {
            assert_eq!(find_verb(alias), Some(verb), "{alias}");
            assert_eq!(fold(alias), alias, "an alias is listed as it is compared");
        }
    }
}
