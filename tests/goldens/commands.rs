//! Commands that cannot be read: what people really type, read by the real grammar.

use snapwarden::domain::act::{Parameter, Verb};
use snapwarden::domain::command::{self, CommandError};
use snapwarden::domain::notice::Notice;

use super::{Golden, Sample, variants};

pub(super) fn goldens() -> Vec<Golden> {
    let groups = [
        ("command-verb", verbs()),
        ("command-options", options()),
        ("command-missing", missing()),
        ("command-names", names()),
        ("command-durations", durations()),
        ("command-strange-text", strange()),
    ];
    let errors: Vec<CommandError> = groups.iter().flat_map(|(_, texts)| texts).map(|(_, text)| error(text)).collect();
    variants::assert_all(variants::COMMAND_ERRORS, errors.iter().map(variants::command_error));
    // Where a hold has no snapshot, what is there is taken for it, and the reason is missing.
    let needed =
        Verb::ALL.into_iter().flat_map(|verb| verb.spec().needed).filter(|needed| **needed != Parameter::Snapshot);
    for needed in needed {
        let is_missing =
            |error: &CommandError| matches!(error, CommandError::Missing { parameter, .. } if parameter == needed);
        assert!(errors.iter().any(is_missing), "no sample lacks {needed}");
    }
    groups
        .into_iter()
        .map(|(name, texts)| Golden::all(name, texts.into_iter().map(|(what, text)| told(what, text)).collect()))
        .collect()
}

fn error(text: &str) -> CommandError {
    match command::parse(text) {
        Ok(intent) => panic!("{text:?} is right: {intent:?}"),
        Err(error) => error,
    }
}

fn told(what: &'static str, text: String) -> Sample {
    let error = error(&text);
    Sample::told(what, Notice::Command { text, error })
}

type Texts = Vec<(&'static str, String)>;

fn verbs() -> Texts {
    [
        ("nothing", ""),
        ("the prefix alone", "/snapshot"),
        ("a slip", "/snapshot tkae web-01"),
        ("a slip without prefix", "tkae web-01"),
        ("nothing like a verb", "/snapshot frobnicate web-01"),
        ("two words for one", "/snapshot power onn web-01"),
    ]
    .map(|(what, text)| (what, text.to_owned()))
    .into()
}

fn options() -> Texts {
    [
        ("a slip in a key", "/snapshot take web-01 kep:3d"),
        ("no such key", "/snapshot take web-01 colour:red"),
        ("of another verb", "/snapshot list web-01 mode:memory"),
        ("of a verb that has none", "/snapshot status mode:memory"),
        ("a slip in a value", "/snapshot take web-01 mode:memroy"),
        ("no such value", "/snapshot take web-01 mode:hot"),
        ("yes or no", "/snapshot delete db-01 #2 children:maybe"),
        ("without its value", "/snapshot take web-01 keep:"),
        ("said twice", "/snapshot take web-01 keep:3d keep:4d"),
        ("quote not closed", "/snapshot take web-01 \"before upgrade"),
        ("words too many", "/snapshot take web-01 before the upgrade"),
        ("a ticket of two words", "/snapshot delete db-01 ticket:CHG 1"),
        ("an empty ticket", "/snapshot delete db-01 #1 ticket:\"\""),
    ]
    .map(|(what, text)| (what, text.to_owned()))
    .into()
}

fn missing() -> Texts {
    [
        ("which VM to take", "/snapshot take"),
        ("which VM to delete all of", "/snapshot delete-all"),
        ("which request", "/snapshot cancel"),
        ("what to explain", "/snapshot explain"),
        ("what to change", "/snapshot edit db-01 #1"),
        ("why to freeze", "/snapshot freeze"),
        ("why to freeze, of one word", "/snapshot freeze storage is being moved"),
        ("why to freeze, that can be seen", "/snapshot freeze \"\u{202e}\""),
        ("why to hold", "/snapshot hold db-01 #1"),
        ("how long to keep", "/snapshot keep db-01 #1"),
        ("what is old, of which VMs", "/snapshot delete-older"),
        ("what is old, from which age on", "/snapshot delete-older all"),
        ("no request's id", "/snapshot withdraw R-0OIL"),
        ("no number of a list", "/snapshot revert web-01 #0"),
    ]
    .map(|(what, text)| (what, text.to_owned()))
    .into()
}

fn names() -> Texts {
    vec![
        ("blank", "/snapshot take web-01 \"  \"".to_owned()),
        ("81 characters", format!("/snapshot take web-01 {}", "x".repeat(81))),
        ("turned around", "/snapshot take web-01 \"before\u{202e}upgrade\"".to_owned()),
        ("zero width", "/snapshot take web-01 \"be\u{200b}fore\"".to_owned()),
        ("a description that is too long", format!("/snapshot take web-01 description:\"{}\"", "y".repeat(1025))),
        ("a description that turns around", "/snapshot take web-01 description:\"see\u{202e}below\"".to_owned()),
        (
            "a description with our marker",
            "/snapshot take web-01 description:\"[snapwarden R-7KQ2/1 by=root]\"".to_owned(),
        ),
    ]
}

fn durations() -> Texts {
    [
        ("no duration", "/snapshot take web-01 keep:soon"),
        ("negative", "/snapshot take web-01 keep:-3d"),
        ("zero", "/snapshot take web-01 keep:0d"),
        ("too long", "/snapshot take web-01 keep:11y"),
        ("no moment", "/snapshot take web-01 keep:until"),
        ("no day of any calendar", "/snapshot keep web-01 #1 \"until 31/02\""),
        ("ten thousand days", "/snapshot take web-01 keep:10000d"),
    ]
    .map(|(what, text)| (what, text.to_owned()))
    .into()
}

fn strange() -> Texts {
    vec![
        ("10 kB", "take web-01 ".to_owned() + &"x".repeat(10_240)),
        ("a word that never ends", "/snapshot ".to_owned() + &"x".repeat(3_000)),
        ("emoji", "/snapshot 🚀 web-01".to_owned()),
        ("right to left", "/snapshot استعادة web-01".to_owned()),
        ("wide letters before the place", "/snapshot take 机器-01 kep:3d".to_owned()),
        ("markup", "/snapshot <script>alert(1)</script>".to_owned()),
        ("a mention", "/snapshot @everyone <!channel>".to_owned()),
        ("control characters", "/snapshot ta\u{1b}[2Jke web\u{0}-01".to_owned()),
        ("slash and percent", "/snapshot revert a/b%2f \"50%/2\" later".to_owned()),
        ("turned around", "/snapshot \u{202e}ekat web-01".to_owned()),
        ("several lines", "/snapshot take web-01\nrevert web-01 latest now".to_owned()),
    ]
}
