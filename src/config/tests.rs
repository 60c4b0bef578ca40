//! Whole files: what is read out of good ones, what is said of bad ones, and that reference, schema and example are right.

mod page;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use page::reference;
use proptest::prelude::*;
use secrecy::ExposeSecret;

use super::key::{Form, Presence};
use super::*;
use crate::domain::ids::{Moref, Target, VmRef};
use crate::domain::policy::{ApproverVerdict, Decision, PolicyVerb};
use crate::domain::preflight::Rules as PreflightRules;
use crate::engine::watch::{MIN_FREE, usual_limits};
use crate::engine::{RECONCILE, Rules};
use crate::message::words::Locale;
use crate::vcenter::Trust;

/// The smallest file that `run` takes, 24 lines.
const SMALL: &str = r#"[[vcenter]]
name = "main"
url = "https://vc.example.com"
username = "bot"
password = "vc-secret"

[store]
path = "state"

[console]

[[console.channel]]
id = "ops"

[[person]]
name = "alice"
groups = ["web"]
console_token_env = "ALICE"

# What is not granted is denied.
[[grant]]
groups = ["web"]
verbs = ["take", "list"]
vms = ["*"]
"#;

fn env(variable: &str) -> Option<String> {
    match variable {
        "ALICE" | "ALICE_CONSOLE_TOKEN" => Some("a".repeat(16)),
        "CAROL_CONSOLE_TOKEN" => Some("c".repeat(16)),
        "VCENTER_PASSWORD" | "PASSWORD" => Some("env-secret".to_owned()),
        "LINES" => Some("env-secret\n".to_owned()),
        "EMPTY" => Some(String::new()),
        _ => None,
    }
}

fn run(text: &str) -> Result<Config, Vec<String>> {
    parse(text, "snapwarden.toml", Needs::Run, &env)
        .map_err(|errors| errors.iter().map(ConfigError::to_string).collect())
}

fn errors(text: &str) -> Vec<String> {
    run(text).expect_err(text)
}

fn warnings(text: &str) -> Vec<String> {
    let config = run(text).unwrap_or_else(|errors| panic!("{errors:#?}"));
    config.warnings.iter().map(ConfigError::to_string).collect()
}

/// The small file with one line replaced.
fn with(line: &str, replacement: &str) -> String {
    let changed = SMALL.replacen(line, replacement, 1);
    assert_ne!(changed, SMALL, "{line} is not in the small file");
    changed
}

/// Checks that the small file with one line replaced has exactly this error.
#[track_caller]
fn check(line: &str, replacement: &str, expected: &str) {
    assert_eq!(errors(&with(line, replacement)), [expected]);
}

#[test]
fn the_smallest_file_is_read() {
    let config = run(SMALL).unwrap();
    let [vcenter] = config.vcenters.as_slice() else { panic!("{config:?}") };
    assert_eq!(vcenter.url.to_string(), "https://vc.example.com/");
    assert_eq!(vcenter.password.clone().read().expose_secret(), "vc-secret");
    assert!(matches!(vcenter.trust, Trust::SystemRoots));
    assert_eq!(config.console.as_ref().unwrap().listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.rules.policy.grants[0].line.as_deref(), Some("[[grant]] at snapwarden.toml:21"));
    assert_eq!(config.store.as_deref(), Some(Path::new("state")));
    assert_eq!((config.warnings.as_slice(), config.incomplete.as_slice()), ([].as_slice(), [].as_slice()));
    let shown = format!("{config:?}");
    assert!(!shown.contains("vc-secret") && !shown.contains("aaaaaaaa"), "a secret can be printed: {shown}");
}

#[test]
fn paths_are_relative_to_the_files_folder() {
    let config = parse(SMALL, "/etc/snapwarden/x.toml", Needs::Run, &env).unwrap();
    assert_eq!(config.store.as_deref(), Some(Path::new("/etc/snapwarden/state")));
}

#[test]
fn unknown_keys_and_tables_are_refused_with_the_one_that_was_meant() {
    check(
        "username = \"bot\"",
        "username = \"bot\"\nusernam = \"x\"",
        "snapwarden.toml:5: [[vcenter]] usernam: [[vcenter]] has no such key; did you mean \"username\"?",
    );
    check("[store]", "[stores]\n[store]", "snapwarden.toml:7: stores: there is no such table; did you mean \"store\"?");
    check(
        "path = \"state\"",
        "path = \"state\"\nxyz = 1",
        "snapwarden.toml:9: [store] xyz: [store] has no such key; expected one of kind, path",
    );
    check(
        "[[console.channel]]",
        "[[console.chanel]]\nid = \"x\"\n[[console.channel]]",
        "snapwarden.toml:12: [console] chanel: [console] has no such key; did you mean \"channel\"?",
    );
}

#[test]
fn wrong_types_and_values_say_what_is_expected() {
    check(
        "url = \"https://vc.example.com\"",
        "url = \"vc.example.com\"",
        "snapwarden.toml:3: [[vcenter]] url: expected a URL that begins with https:// or http://, found \"vc.example.com\": relative URL \
         without a base; try url = \"https://vcenter.example.com\"",
    );
    check(
        "username = \"bot\"",
        "username = 7",
        "snapwarden.toml:4: [[vcenter]] username: expected a text that is not empty, found the number 7; \
         try username = \"snapwarden@vsphere.local\"",
    );
    check(
        "[console]",
        "[console]\nenabled = \"yes\"",
        "snapwarden.toml:11: [console] enabled: expected true or false, found \"yes\"",
    );
    check(
        "[console]",
        "[console]\nlisten = \":8080\"",
        "snapwarden.toml:11: [console] listen: expected an IP address and a port, found \":8080\": for every address of this machine write \
         0.0.0.0:8080; try listen = \"127.0.0.1:8080\"",
    );
    check(
        "id = \"ops\"",
        "id = \"ops\"\ntimezone = \"Paris\"",
        "snapwarden.toml:14: [[console.channel]] timezone: expected a time zone by its IANA name, found \"Paris\": no such time zone is known \
         on this machine; try timezone = \"Europe/Paris\"",
    );
    check(
        "verbs = [\"take\", \"list\"]",
        "verbs = [\n  \"take\",\n  \"tkae\",\n]",
        "snapwarden.toml:25: [[grant]] verbs: expected a list of verbs, or [\"*\"], found \"tkae\": did you mean \"take\"?",
    );
    check(
        "vms = [\"*\"]",
        "vms = [\"web-[\"]",
        "snapwarden.toml:24: [[grant]] vms: expected a list of VM patterns, found \"web-[\": a [ has no ] behind it; \
         try vms = [\"*\", \"!prod-*\"]",
    );
    check(
        "vms = [\"*\"]",
        "vms = [\"*\", \"!tag:a/b/c\"]",
        "snapwarden.toml:24: [[grant]] vms: expected a list of VM patterns, found \"!tag:a/b/c\": behind tag: stands at most one \
         /; one that belongs to a name is written %2f; try vms = [\"*\", \"!prod-*\"]",
    );
    check(
        "vms = [\"*\"]",
        "vms = \"*\"",
        "snapwarden.toml:24: [[grant]] vms: expected a list of VM patterns, found \"*\"; try vms = [\"*\", \"!prod-*\"]",
    );
    check(
        "username = \"bot\"",
        "username = \"bot\"\nthumbprint = \"AB:CD\"",
        "snapwarden.toml:5: [[vcenter]] thumbprint: expected a SHA-256 thumbprint: 32 bytes in hex, with or without colons, \
         found \"AB:CD\": it has 2 bytes; try thumbprint = \"9F:2C:…\" (32 bytes)",
    );
}

#[test]
fn missing_keys_and_tables_are_named_with_a_value_to_start_from() {
    check(
        "username = \"bot\"\n",
        "",
        "snapwarden.toml:1: [[vcenter]] username: missing: expected a text that is not empty; try username = \"snapwarden@vsphere.local\"",
    );
    check(
        "[store]\npath = \"state\"\n",
        "",
        "snapwarden.toml: [store] is missing: requests and the audit trail have to be kept somewhere",
    );
    check(
        "path = \"state\"",
        "",
        "snapwarden.toml:7: [store] path: missing: expected the path of a folder; try path = \"/var/lib/snapwarden\"",
    );
    check(
        "[[console.channel]]\nid = \"ops\"\n",
        "",
        "snapwarden.toml:10: [console] channel: missing: the console needs a channel; add [[console.channel]] with id = \"ops\"",
    );
    check(
        "[console]\n",
        "[console]\nenabled = false\n",
        "snapwarden.toml: none of [slack], [discord] and [console] is switched on, so nobody could ask for anything; add [console]",
    );
}

#[test]
fn brackets_are_explained() {
    let broken = SMALL.replacen("[[vcenter]]", "[vcenter]", 1);
    assert_eq!(
        errors(&broken),
        [
            "snapwarden.toml:1: [[vcenter]]: expected [[vcenter]], found one table; there may be several, so write two brackets"
        ]
    );
    let broken = SMALL.replacen("[store]", "[[store]]", 1);
    assert_eq!(
        errors(&broken),
        [
            "snapwarden.toml:7: [store]: expected [store], found a list; there is only one, so write one pair of brackets"
        ]
    );
}

#[test]
fn secrets_come_from_one_place_and_are_never_repeated() {
    let secret = |line: &str| {
        run(&with("password = \"vc-secret\"", line))
            .map(|config| config.vcenters[0].password.clone().read().expose_secret().to_owned())
    };
    assert_eq!(secret("password_env = \"PASSWORD\"").as_deref(), Ok("env-secret"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("password");
    std::fs::write(&file, "file secret \r\n").unwrap();
    assert_eq!(secret(&format!("password_file = {:?}", file.display())).as_deref(), Ok("file secret "));

    let said = |line: &str| secret(line).unwrap_err().join("\n");
    assert_eq!(
        said("password_env = \"VC_PASSWORD\""),
        "snapwarden.toml:5: [[vcenter]] password_env: the environment variable VC_PASSWORD is not set; set it to the secret"
    );
    assert!(said("password_env = \"EMPTY\"").ends_with("EMPTY is empty; set it to the secret"));
    assert!(
        said("password_file = \"nowhere/hunter2\"")
            .contains("the file that is named here cannot be read: No such file")
    );
    assert!(said("password_file = \"/\"").contains("is no file"));
    for (content, problem) in [
        ("\u{feff}secret", "begins with a byte order mark"),
        ("secret\n\n", "holds a line end besides the secret"),
        ("secret\rmore\n", "holds a line end besides the secret"),
        ("\n", "is empty"),
        ("s\0e\0", "holds a control character"),
    ] {
        std::fs::write(&file, content).unwrap();
        let told = said(&format!("password_file = {:?}", file.display()));
        assert!(told.contains(problem) && !told.contains("secret\r"), "{told}");
    }
    std::fs::write(&file, b"\xff\xfes\0").unwrap();
    assert!(
        said(&format!("password_file = {:?}", file.display()))
            .contains("cannot be read: stream did not contain valid UTF-8")
    );
    assert!(said("password_env = \"LINES\"").contains("the environment variable LINES holds a line end"));
    assert!(said("password = \"\\ufeffhunter2\"").contains("the secret begins with a byte order mark"));
    assert!(said("").contains("give password_env = \"VCENTER_PASSWORD\" or password_file"));
    let twice = said("password = \"hunter2\"\npassword_env = \"PASSWORD\"");
    assert!(
        twice
            .contains(":6: [[vcenter]] password_env: expected exactly one of password, password_env and password_file")
    );
    for (line, leak) in [
        ("password = 12345", "12345"),
        ("password_file = \"hunter2\"", "hunter2"),
        ("password = \"hunter2\"\npassword_env = \"PASSWORD\"", "hunter2"),
        ("password_env = \"hunter2\"", "hunter2"),
        ("password = \"x\"\nurl2 = \"https://bot:hunter2@vc\"", "hunter2"),
    ] {
        assert!(!said(line).contains(leak), "{}", said(line));
    }
    let url = errors(&with("https://vc.example.com", "https://bot:hunter2@vc.example.com")).join("\n");
    assert!(!url.contains("hunter2") && url.contains("use the keys for them"), "{url}");
}

#[test]
fn every_mistake_is_told_at_once_in_the_order_of_the_file() {
    let broken = with("username = \"bot\"", "user = \"bot\"")
        .replace("path = \"state\"", "path = 1")
        .replace("groups = [\"web\"]\nverbs", "groups = [\"wbe\"]\nverbs")
        .replace("vms = [\"*\"]", "vms = []");
    let lines: Vec<String> = errors(&broken).iter().map(|error| error.chars().take(36).collect()).collect();
    assert_eq!(
        lines,
        [
            "snapwarden.toml:1: [[vcenter]] usern",
            "snapwarden.toml:4: [[vcenter]] user:",
            "snapwarden.toml:8: [store] path: exp",
            "snapwarden.toml:22: [[grant]] groups",
        ]
    );
}

#[test]
fn what_is_not_toml_is_told_with_its_line() {
    let said = errors("[store]\npath = \"state\n\nkind =\n");
    assert!(said[0].starts_with("snapwarden.toml:2: this is not TOML: "), "{said:?}");
    assert!(said.iter().any(|error| error.starts_with("snapwarden.toml:4: ")), "{said:?}");
    let said = errors("[store]\npath = \"a\"\npath = \"b\"\n");
    assert!(said[0].starts_with("snapwarden.toml:3: this is not TOML: duplicate key"), "{said:?}");
}

#[test]
fn names_and_accounts_belong_to_one_only() {
    let twice = |table: &str| errors(&format!("{SMALL}\n{table}"));
    assert_eq!(
        twice("[[person]]\nname = \"Alice\"\ngroups = []"),
        ["snapwarden.toml:27: [[person]] name: the name \"Alice\" is in line 15 already; every table needs its own"]
    );
    for (name, said) in [("a1ice", "looks like the one in line 15"), ("\u{430}lice", "looks like the one in line 15")] {
        let found = twice(&format!("[[person]]\nname = {name:?}\ngroups = []"));
        assert!(found[0].contains(said) && found.len() == 1, "{found:?}");
    }
    for name in ["alice\u{200b}", "alice ", "bo\u{ad}b"] {
        let found = twice(&format!("[[person]]\nname = \"{name}\"\ngroups = []"));
        assert!(found[0].contains("has a character in it that cannot be seen"), "{found:?}");
    }
    let two = "[[person]]\nname = \"b\"\ngroups = []\nslack = \"T1/U1\"\ndiscord = \"1\"\n\
               [[person]]\nname = \"c\"\ngroups = []\nslack = [\"T2/U1\", \"T1/U1\"]\ndiscord = [\"1\"]\nconsole_token_env = \"ALICE\"";
    let said = twice(two).join("\n");
    assert!(said.contains("the Slack account T1/U1 is in line 26 already"), "{said}");
    assert!(said.contains("the Discord account 1 is in line 26 already"), "{said}");
    assert!(said.contains("c's console_token is somebody else's too"), "{said}");
    assert_eq!(said.lines().count(), 3);
    let vcenter = "[[vcenter]]\nname = \"MAIN\"\nurl = \"https://b\"\nusername = \"b\"\npassword = \"b\"";
    assert!(twice(vcenter)[0].contains("the name \"MAIN\" is in line 1 already"));
    let bot = twice("[[person]]\nname = \"Snapwarden\"\ngroups = []");
    assert!(bot[0].contains(":27: [[person]] name: \"snapwarden\" is the bot itself"), "{bot:?}");
    assert!(twice("[[console.channel]]\nid = \"ops\"")[0].contains("the channel \"ops\" is in line 12 already"));
}

#[test]
fn rules_that_cannot_mean_what_they_say_are_refused() {
    check(
        "groups = [\"web\"]\nverbs",
        "groups = [\"webb\"]\nverbs",
        "snapwarden.toml:22: [[grant]] groups: nobody is in the group \"webb\"; did you mean \"web\"?",
    );
    check(
        "vms = [\"*\"]",
        "vms = [\"!prod-*\"]",
        "snapwarden.toml:24: [[grant]] vms: there are only exclusions, so this is about no VM; put \"*\" before them",
    );
    check(
        "vms = [\"*\"]",
        "vms = [\"vcenter:mian/*\"]",
        "snapwarden.toml:24: [[grant]] vms: there is no vCenter called \"mian\"; did you mean \"main\"?",
    );
    let with_approval = |keys: &str| errors(&format!("{SMALL}\n[[approval]]\n{keys}\n")).join("\n");
    assert_eq!(
        with_approval("verbs = [\"revert\"]\nvms = [\"*\"]\napprovers = []"),
        "snapwarden.toml:29: [[approval]] approvers: an empty list means nobody, so nobody could ever approve; \
         name a group, such as [\"approvers\"]"
    );
    assert_eq!(
        with_approval("verbs = []\nvms = [\"*\"]\napprovers = [\"web\"]"),
        "snapwarden.toml:27: [[approval]] verbs: an empty list means none at all, so this rule would protect nothing; \
         fill it or remove the rule"
    );
    assert_eq!(
        with_approval("verbs = [\"revert\"]\nvms = [\"*\"]\napprovers = [\"web\"]\nneeded = 2"),
        "snapwarden.toml:30: [[approval]] needed: expected at most 1: there are no more people in web"
    );
    assert!(
        with_approval("verbs = [\"revert\"]\nvms = [\"*\"]\napprovers = [\"web\"]\nneeded = 0")
            .contains("from 1 to 20")
    );
    assert!(
        with_approval("verbs = [\"revert\"]\nvms = [\"*\"]\napprovers = [\"web\"]\nexpires = \"30\"")
            .contains("the unit is missing")
    );
    let second = "[[vcenter]]\nname = \"lab\"\nurl = \"https://b\"\nusername = \"b\"\npassword = \"b\"\n";
    let said = errors(&format!("{}\n{second}", with("vms = [\"*\"]", "vms = [\"moref:vm-1\"]")));
    assert!(said[0].contains("write vcenter:main/ before moref:"), "{said:?}");
}

#[test]
fn what_is_doubtful_is_a_warning_with_its_line() {
    assert_eq!(
        warnings(&with("verbs = [\"take\", \"list\"]", "verbs = [\"revert\"]")),
        [
            "snapwarden.toml:21: [[grant]] verbs: lets people revert without anybody's approval; \
             add an [[approval]] with verbs = [\"revert\"]",
            "snapwarden.toml:21: [[grant]] verbs: lets people revert-latest without anybody's approval; \
             add an [[approval]] with verbs = [\"revert-latest\"]",
        ]
    );
    let said = |line, replacement| warnings(&with(line, replacement)).join("\n");
    assert!(
        said("username = \"bot\"", "username = \"bot\"\ninsecure = true")
            .contains(":5: [[vcenter]] insecure: any certificate")
    );
    assert!(said("https://vc.example.com", "http://vc.example.com").contains("is not encrypted"));
    assert_eq!(said("https://vc.example.com", "http://127.0.0.1:8989"), "");
    assert!(said("vms = [\"*\"]", "vms = []").contains("this rule has no effect"));
    assert!(said("[console]", "[console]\nlisten = \"0.0.0.0:8080\"").contains("without encryption"));
    assert!(said("console_token_env = \"ALICE\"", "").contains("nobody can sign in"));
    let alone = format!("{SMALL}\n[[approval]]\nverbs = [\"revert\"]\nvms = [\"*\"]\napprovers = [\"web\"]\n");
    assert!(warnings(&alone)[0].contains("none of them can ask"));
}

#[test]
fn a_group_of_a_platform_says_how_long_an_answer_counts_and_can_be_asked_about() {
    let slack = "[slack]\nbot_token = \"x\"\napp_token = \"y\"\n";
    let group = |more: &str| format!("[[group]]\nname = \"oncall\"\nslack = [\"S1\"]\n{more}");
    let life = |more: &str| {
        let config = run(&format!("{SMALL}{slack}{}", group(more))).unwrap_or_else(|errors| panic!("{errors:?}"));
        config.rules.policy.platform_groups[0].expires
    };
    assert_eq!(life(""), SignedDuration::from_mins(15));
    for (text, minutes) in [("5m", 5), ("24h", 1_440), ("1d", 1_440), ("1h30m", 90)] {
        assert_eq!(life(&format!("expires = \"{text}\"")), SignedDuration::from_mins(minutes), "{text}");
    }
    for text in ["4m59s", "24h1s", "0s", "2d", "15"] {
        let said = errors(&format!("{SMALL}{slack}{}", group(&format!("expires = \"{text}\"")))).join("\n");
        assert!(said.contains("[[group]] expires: expected a duration from 5m to 24h, such as 15m, found"), "{said}");
    }
    let said = warnings(&format!("{SMALL}{}", group(""))).join("\n");
    assert!(said.contains("[[group]] slack: there is no [slack] in this file, so this adds nobody"), "{said}");
    let roles = "[discord]\napplication_id = \"1\"\ntoken = \"d\"\n[[group]]\nname = \"oncall\"\ndiscord = [\"7\"]\n";
    let said = errors(&format!("{SMALL}{roles}")).join("\n");
    assert!(
        said.contains("[[group]] discord: roles are those of one server; give its id as [discord] guild_id"),
        "{said}"
    );
    assert_eq!(warnings(&format!("{SMALL}{}", roles.replace("token =", "guild_id = \"2\"\ntoken ="))), [""; 0]);
}

#[test]
fn modes_need_what_they_need() {
    let said = |table: &str| errors(&format!("{SMALL}\n{table}\n")).join("\n");
    assert_eq!(
        said("[slack]\nbot_token = \"xoxb-1\""),
        "snapwarden.toml:26: [slack] app_token: missing when mode is \"socket\": expected a text that is not empty (secret); \
         give app_token_env = \"SLACK_APP_TOKEN\" or app_token_file = \"/run/secrets/app_token\""
    );
    assert!(said("[slack]\nbot_token = \"xapp-1\"\napp_token = \"xoxb-1\"").contains("probably exchanged"));
    assert!(
        said("[slack]\nmode = \"http\"\nbot_token = \"x\"\nsigning_secret = \"y\"")
            .contains("[slack] mode: mode = \"http\" needs a listener")
    );
    assert!(
        said("[slack]\nmode = \"htpt\"\nbot_token = \"x\"").contains("expected \"socket\" or \"http\", found \"htpt\"")
    );
    assert!(
        said("[discord]\nmode = \"http\"\napplication_id = \"1\"\ntoken = \"x\"")
            .contains("public_key: missing when mode is \"http\"")
    );
    assert!(said("[http]\nlisten = \"127.0.0.1:8080\"").contains("[console] listens on 127.0.0.1:8080 already"));
    assert!(
        said("[retention]\nmax_keep = \"1d\"")
            .contains("expected at least default_keep (which is \"3d\" unless you say otherwise)")
    );
    assert!(said("[[report]]\nname = \"a\"\nchannel = \"slack:C1\"\nschedule = \"8:00\"").contains("it has 1 fields"));
    let told_in = |channel: &str| said(&format!("[[report]]\nname = \"a\"\nchannel = \"{channel}\""));
    assert_eq!(
        told_in("slack:C1"),
        "snapwarden.toml:28: [[report]] channel: \"slack:C1\" is a channel of slack, and there is no [slack] in this file"
    );
    assert!(told_in("console:opz").contains("the console has no channel \"opz\"; did you mean \"ops\"?"));
    assert!(said("[administration]\nchannel = \"discord:1\"").contains("there is no [discord] in this file"));
}

#[test]
fn a_store_that_this_version_does_not_have_is_refused_where_it_stands() {
    check(
        "path = \"state\"",
        "kind = \"etcd\"\npath = \"state\"",
        "snapwarden.toml:8: [store] kind: expected \"sled\", found \"etcd\": this version keeps everything in a folder of this machine and \
         has no other store; try kind = \"sled\"",
    );
    for text in [reference(), example(), schema().to_string()] {
        assert!(!text.contains("etcd"), "nothing is said of what does not exist");
    }
}

/// The root of a self-signed authority, made for this test: it signs nothing.
const AUTHORITY: &str = include_str!("tests/authority.pem");

#[test]
fn certificates_are_read_with_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("snapwarden.toml").display().to_string();
    let read = |needs| {
        let text = with("password = \"vc-secret\"", "password = \"vc-secret\"\nca_file = \"ca.pem\"");
        parse(&text, &file, needs, &env).map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let expected = format!(
        "{file}:6: [[vcenter]] ca_file: expected the path of a file with certificates (PEM), found \"ca.pem\": it "
    );
    let missing = read(Needs::Run).unwrap_err();
    assert!(missing[0].starts_with(&(expected.clone() + "cannot be read: ")), "{missing:?}");
    assert_eq!((missing.len(), read(Needs::Check).unwrap_err()), (1, missing));
    // It belongs to another machine where nobody connects.
    assert!(read(Needs::Audit).is_ok());
    assert_eq!(read(Needs::Explain).unwrap().vcenters.len(), 0);
    std::fs::write(folder.path().join("ca.pem"), "no certificate").unwrap();
    let empty = read(Needs::Run).unwrap_err();
    assert!(empty[0].starts_with(&(expected + "holds no certificate in PEM form; try ")), "{empty:?}");
    std::fs::write(folder.path().join("ca.pem"), AUTHORITY).unwrap();
    assert!(matches!(read(Needs::Run).unwrap().vcenters[0].trust, Trust::Authorities(_)));
}

#[test]
fn an_address_and_a_key_that_nothing_could_be_done_with_are_refused_where_they_stand() {
    check(
        "https://vc.example.com",
        "https://vc.example.com/ui",
        "snapwarden.toml:3: [[vcenter]] url: expected a URL that begins with https:// or http://, found \"https://vc.example.com/ui\": its \
         path is not /sdk; try url = \"https://vcenter.example.com\"",
    );
    let key = format!("0200{}", "00".repeat(30));
    let table = "[http]\nlisten = \"127.0.0.1:1\"\n[discord]\nmode = \"http\"\napplication_id = \"1\"\ntoken = \"x\"";
    let said = errors(&format!("{SMALL}\n{table}\npublic_key = \"{key}\"\n"));
    assert!(said[0].contains(":32: [discord] public_key: expected a public key: 32 bytes in hex, found"), "{said:?}");
    assert!(said[0].contains("it is no Ed25519 key; copy it again from General Information"), "{said:?}");
}

#[test]
fn check_refuses_whatever_run_refuses() {
    let read = |text: &str, needs| {
        parse(text, "c.toml", needs, &env).map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let person = "[[person]]\nname = \"b\"\ngroups = []\nconsole_token_env = \"ALICE\"\n";
    let report = "[[report]]\nname = \"r\"\nchannel = \"console:nope\"\n";
    let by_http = "[slack]\nmode = \"http\"\nbot_token = \"x\"\nsigning_secret = \"y\"\n";
    let clash = "[http]\nlisten = \"127.0.0.1:8080\"\n";
    for (more, place) in [
        (person, "c.toml:29: [[person]] console_token: b's console_token is somebody else's too"),
        (report, "c.toml:28: [[report]] channel: the console has no channel \"nope\""),
        (by_http, "c.toml:27: [slack] mode: mode = \"http\" needs a listener"),
        (clash, "c.toml:26: [http] listen: [console] listens on 127.0.0.1:8080 already"),
    ] {
        let text = format!("{SMALL}\n{more}");
        let said = read(&text, Needs::Run).unwrap_err();
        assert!(said.len() == 1 && said[0].starts_with(place), "{said:?}");
        assert_eq!(read(&text, Needs::Check).unwrap_err(), said);
    }
    // A table that is missing is told by both; `check` looks at the others all the same.
    for (table, missing) in [
        ("[store]\npath = \"state\"\n", "[store] is missing: "),
        ("[console]\n\n[[console.channel]]\nid = \"ops\"\n", "none of [slack], [discord] and [console] is switched on"),
    ] {
        let text = SMALL.replacen(table, "", 1);
        let said = read(&text, Needs::Run).unwrap_err();
        assert!(said.len() == 1 && said[0].starts_with(&format!("c.toml: {missing}")), "{said:?}");
        let incomplete = read(&text, Needs::Check).unwrap().incomplete;
        assert_eq!(incomplete.iter().map(ToString::to_string).collect::<Vec<_>>(), said);
    }
}

#[test]
fn what_needs_a_restart_is_told_by_its_table() {
    let changed = |old: &str, new: &str| run(old).unwrap().needs_restart(&run(new).unwrap());
    let slack = "[slack]\nbot_token = \"x\"\napp_token = \"y\"\n";
    for (line, replacement, tables) in [
        ("password = \"vc-secret\"", "password = \"other\"", vec![]),
        ("password = \"vc-secret\"", "password_env = \"PASSWORD\"", vec![]),
        ("url = \"https://vc.example.com\"", "url = \"https://vc2.example.com\"", vec!["[[vcenter]]"]),
        (
            "[store]",
            "[[vcenter]]\nname = \"b\"\nurl = \"https://b\"\nusername = \"b\"\npassword = \"b\"\n[store]",
            vec!["[[vcenter]]"],
        ),
        ("path = \"state\"", "path = \"elsewhere\"", vec!["[store]"]),
        ("[console]\n", "[console]\nlisten = \"127.0.0.1:1\"\n", vec!["[console]"]),
        ("id = \"ops\"", "id = \"ops\"\nname = \"operations\"", vec!["[[console.channel]]"]),
        ("[store]", &format!("{slack}[store]"), vec!["[slack]"]),
        // The default, written down, and what a running bot takes.
        ("[console]\n", "[console]\nlisten = \"127.0.0.1:8080\"\nenabled = true\n", vec![]),
        ("id = \"ops\"", "id = \"ops\"\ntimezone = \"Europe/Paris\"\nlocale = \"fr\"", vec![]),
        ("verbs = [\"take\", \"list\"]", "verbs = [\"take\"]", vec![]),
        ("[[grant]]", "[retention]\n[[report]]\nname = \"r\"\nchannel = \"console:ops\"\n[[grant]]", vec![]),
    ] {
        let new = with(line, replacement);
        assert_eq!((changed(SMALL, &new), changed(&new, SMALL)), (tables.clone(), tables), "{replacement}");
    }
}

#[test]
fn everything_can_be_given_at_once() {
    let rest = r#"
[slack]
mode = "http"
api_url = "http://127.0.0.1:1/api"
bot_token = "xoxb-1"
signing_secret = "s"
team_id = "T1"
[discord]
api_url = "http://127.0.0.1:2"
gateway_url = "ws://127.0.0.1:3"
application_id = "1"
token = "d"
guild_id = "2"
[http]
listen = "[::1]:0"
public_url = "https://bot.example.com"
[[channel]]
id = "slack:C1"
timezone = "Europe/Paris"
locale = "fr-FR"
[[deny]]
groups = ["web"]
verbs = ["delete-all"]
vms = ["db-*"]
[[approval]]
verbs = ["*"]
vms = ["**/prod/*"]
approvers = ["web"]
self_approval = true
ticket_pattern = "CHG*"
[[report]]
name = "r"
channel = "slack:C1"
max_size = "100GB"
exclude_names = ["VEEAM*"]
[retention]
remind = ["1d", "2h"]
"#;
    let config = run(&format!("{SMALL}{rest}")).unwrap();
    let Rules { policy, channels, watch, .. } = &config.rules;
    let channels: Vec<_> =
        channels.iter().map(|channel| (channel.id.to_string(), channel.timezone.iana_name(), channel.locale)).collect();
    assert_eq!(
        channels,
        [
            ("slack:C1".to_owned(), Some("Europe/Paris"), Some(Locale::Fr)),
            ("console:ops".to_owned(), Some("UTC"), None),
        ],
        "a channel of the console speaks its requester's language"
    );
    let report = &watch.reports[0];
    assert_eq!((report.thresholds.max_depth, report.thresholds.max_size), (3, Some(100_000_000_000)));
    let morning = "2026-11-22T07:00:00Z".parse().unwrap();
    assert_eq!(report.schedule.next("2026-11-22T00:00:00Z".parse().unwrap()), Some(morning), "at eight in Paris");
    assert_eq!(report.vms[0].to_string(), "*");
    assert_eq!(watch.retention.as_ref().unwrap().remind.len(), 2);
    assert_eq!(policy.approvals[0].expires, SignedDuration::from_mins(30));
}

#[test]
fn a_console_channels_locale_is_the_language_of_its_reports_alone() {
    let french = with("id = \"ops\"", "id = \"ops\"\nlocale = \"fr\"")
        + "\n[[report]]\nname = \"r\"\nchannel = \"console:ops\"\n";
    let languages = |text: &str| {
        let rules = run(text).unwrap().rules;
        (rules.channels[0].locale, rules.watch.reports[0].locale)
    };
    assert_eq!(languages(&french), (None, Some(Locale::Fr)));
    assert_eq!(languages(&format!("{french}locale = \"en\"\n")), (None, Some(Locale::En)), "its own comes first");
    let listed = format!("{french}[[channel]]\nid = \"console:ops\"\nlocale = \"en\"\n");
    assert_eq!(languages(&listed), (Some(Locale::En), None), "what is said of a channel by name comes before");
}

#[test]
fn the_names_of_backups_are_the_usual_ones_ones_own_or_none() {
    let names = |table: &str| run(&format!("{SMALL}\n{table}")).unwrap().rules.preflight;
    assert_eq!(names(""), PreflightRules::default());
    assert_eq!(names("[preflight]"), PreflightRules::default(), "the key's default is the same list");
    let own = names("[preflight]\nbackup_names = [\"nightly-*\", \"a/b*\"]");
    assert_eq!(own.backup_names, ["nightly-*", "a/b*"].map(|name| PreflightRules::name(name).unwrap()));
    assert_eq!(names("[preflight]\nbackup_names = []").backup_names, []);
}

#[test]
fn a_pattern_that_fits_every_snapshot_is_refused() {
    let errors = |list: &str| errors(&format!("{SMALL}\n[preflight]\nbackup_names = {list}\n")).join("\n");
    for everything in ["*", "**", "?*", "{x,*}"] {
        let said = errors(&format!("[\"VEEAM*\", \"{everything}\"]"));
        assert!(said.contains("[preflight] backup_names: this fits every name"), "{everything}: {said}");
    }
    let said = errors("[\"[open\"]");
    assert!(said.contains("a [ has no ] behind it"), "{said}");
    assert!(errors("\"VEEAM*\"").contains("expected a list of name patterns"));
    assert!(errors("[\"\"]").contains("expected a list of name patterns, found an empty text"));
}

#[test]
fn a_command_needs_only_the_tables_that_it_reads() {
    let read = |text: &str, needs| parse(text, "c.toml", needs, &|_| None);
    let store = "[store]\npath = \"s\"\n";
    let vcenter = "[[vcenter]]\nname = \"a\"\nurl = \"https://a\"\nusername = \"u\"\npassword = \"p\"\n";
    assert!(read(store, Needs::Audit).is_ok());
    assert!(read(vcenter, Needs::Check).is_ok());
    assert!(read(&format!("{store}{vcenter}"), Needs::Report).is_ok());
    assert!(read("[[person]]\nname = \"a\"\ngroups = []\n", Needs::Explain).is_ok());

    // What is not read may lack what only this machine does not have.
    let elsewhere = "[[vcenter]]\nname = \"a\"\nurl = \"https://a\"\nusername = \"u\"\npassword_env = \"NOT_HERE\"\n[slack]\n\
                     [[person]]\nname = \"a\"\ngroups = []\nconsole_token_env = \"NOT_HERE\"\n";
    assert!(read(&format!("{store}{elsewhere}"), Needs::Audit).is_ok());
    assert!(read(&format!("{store}{elsewhere}"), Needs::Explain).is_ok());
    assert!(read(&format!("{store}{elsewhere}"), Needs::Check).is_err());
    assert!(read(&format!("{store}{elsewhere}"), Needs::Report).is_err());
    // But a slip of the keyboard is one everywhere.
    assert!(read(&format!("{store}[[vcenter]]\nnmae = \"a\"\n"), Needs::Audit).is_err());
    for (needs, missing) in [(Needs::Audit, "[store]"), (Needs::Check, "[[vcenter]]"), (Needs::Explain, "[[person]]")] {
        let said = read("", needs).unwrap_err();
        assert!(said[0].to_string().starts_with(&format!("c.toml: {missing} is missing: ")), "{said:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.toml");
    let said = load(&path, Needs::Run).unwrap_err();
    assert!(said[0].to_string().contains("x.toml: cannot be read: No such file"), "{said:?}");
    std::fs::write(&path, b"[store]\n# \xff\n").unwrap();
    let said = load(&path, Needs::Run).unwrap_err();
    assert!(said[0].to_string().ends_with("is not UTF-8: the first wrong byte is in line 2"), "{said:?}");
    std::fs::write(&path, "[store]\npath = \"s\"\n").unwrap();
    let config = load(&path, Needs::Audit).unwrap();
    assert_eq!(config.store, Some(folder.path().join("s")));
}

#[test]
fn the_example_is_a_whole_configuration_without_warnings() {
    let config = parse(&example(), "snapwarden.example.toml", Needs::Run, &env).unwrap();
    assert_eq!(config.warnings, []);
}

#[test]
fn every_key_of_the_example_can_be_used_as_it_stands() {
    let everywhere = |variable: &str| Some(format!("{variable}-{}", "x".repeat(16)));
    let example = example();
    let (_, keys) = example.split_once("# --- 2.").unwrap();
    let lines = keys.lines().filter_map(|line| line.strip_prefix('#')).filter(|line| !line.starts_with(' '));
    // Of the three ways to trust a certificate one is left. Groups that a sample names have somebody in them here.
    let usable = lines.filter(|line| !line.starts_with("ca_file") && !line.contains('…'));
    let mut text = usable.fold(String::new(), |text, line| text + line + "\n");
    for name in ["carol", "dora"] {
        text += &format!("[[person]]\nname = {name:?}\ngroups = [\"approvers\", \"oncall\", \"administrators\"]\n");
    }
    let config = parse(&text, "keys.toml", Needs::Run, &everywhere).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let warnings: Vec<String> = config.warnings.iter().map(ToString::to_string).collect();
    assert!(warnings.iter().all(|warning| warning.contains("lets people")), "{warnings:?}");
}

#[test]
fn the_example_of_the_repository_is_the_one_that_is_printed() {
    same_as_printed("config/snapwarden.example.toml", &example());
}

#[test]
fn what_holds_without_a_table_is_what_its_defaults_say() {
    let text = format!(
        "{SMALL}\n[[report]]\nname = \"r\"\nchannel = \"slack:C1\"\n[slack]\nbot_token = \"x\"\napp_token = \"y\"\n"
    );
    let rules = run(&text).unwrap().rules;
    let report = &rules.watch.reports[0];
    assert_eq!((&report.thresholds, report.min_free), (&usual_limits(), MIN_FREE));
    assert_eq!(report.zone, TimeZone::UTC, "a channel that is not listed has UTC");
    let administration = run(&format!("{text}[administration]\ngroups = [\"web\"]\n")).unwrap().rules;
    assert_eq!((rules.reconcile, administration.reconcile), (RECONCILE, RECONCILE));
}

#[test]
fn tags_are_wanted_where_a_rule_or_a_report_names_one() {
    let names_tags = |text: &str| run(text).unwrap().names_tags();
    assert!(!names_tags(SMALL));
    for named in ["\"tag:prod\"", "\"*\", \"!tag:env/*\"", "\"vcenter:main/tag:prod\""] {
        assert!(names_tags(&SMALL.replace("vms = [\"*\"]", &format!("vms = [{named}]"))), "{named}");
    }
    let rule = "verbs = [\"take\"]\nvms = [\"tag:prod\"]";
    assert!(names_tags(&format!("{SMALL}\n[[deny]]\ngroups = [\"web\"]\n{rule}\n")));
    assert!(names_tags(&format!("{SMALL}\n[[approval]]\napprovers = [\"web\"]\n{rule}\n")));
}

#[test]
fn the_demo_is_as_its_page_says() {
    let config = demo().unwrap();
    assert_eq!(config.warnings, []);
    let policy = &config.rules.policy;
    let decide = |person: &str, verb, name: &str| {
        let vm = VmRef { vcenter: "demo".into(), moref: Moref::new("vm-1") };
        let target = Target { vm, instance_uuid: None, name: name.to_owned(), path: format!("DC1/{name}"), tags: None };
        (policy.decide(&person.into(), verb, &target), policy.approval(verb, &target).cloned())
    };
    for verb in PolicyVerb::ALL {
        let allowed = |person, vm| matches!(decide(person, verb, vm).0, Decision::Allowed { .. });
        assert_eq!(allowed("alice", "web-01"), !verb.is_over_people(), "{verb}");
        assert!(!allowed("alice", "prod-01"), "{verb}");
        assert!(allowed("carol", "web-01") && allowed("carol", "prod-01"), "{verb}");
        assert_eq!(allowed("bob", "prod-01"), verb == PolicyVerb::List);
        assert!(!allowed("dave", "web-01"));
        assert_eq!(decide("alice", verb, "web-01").1.is_some(), verb.is_destructive(), "{verb}");
    }
    let rule = decide("alice", PolicyVerb::Revert, "web-01").1.unwrap();
    assert_eq!((rule.needed, rule.expires), (1, SignedDuration::from_mins(30)));
    let counts = |person: &str, requester: &str| {
        policy.yes_counts(&person.into(), &rule.approvers, rule.self_approval, &requester.into())
    };
    assert_eq!(counts("bob", "alice"), ApproverVerdict::Yes);
    assert_eq!(counts("carol", "carol"), ApproverVerdict::OwnRequest);
    let channels =
        config.console.as_ref().unwrap().channels.iter().map(|channel| (channel.id.as_str(), channel.name.as_str()));
    assert_eq!(channels.collect::<Vec<_>>(), [("ops", "ops"), ("web-team", "web-team")]);
}

#[test]
fn the_page_of_the_repository_is_written_from_the_definitions() {
    same_as_printed("docs/configuration.md", &reference());
}

#[track_caller]
fn same_as_printed(file: &str, printed: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::fs::read_to_string(&path).unwrap_or_default() != printed {
        let fresh = std::env::temp_dir().join(path.file_name().unwrap());
        std::fs::write(&fresh, printed).unwrap();
        panic!("{file} is not what src/config/tables says; look at {} and copy it there", fresh.display());
    }
}

#[test]
fn the_introduction_names_every_verb_and_what_a_reload_takes() {
    let page = reference();
    let (introduction, _) = page.split_once("## `[[vcenter]]`").unwrap();
    for verb in PolicyVerb::ALL {
        let row = introduction.lines().find(|line| line.starts_with(&format!("| `{verb}` |")));
        let row = row.unwrap_or_else(|| panic!("{verb} is missing"));
        for other in PolicyVerb::ALL.into_iter().filter(|other| verb.covers(*other)) {
            assert!(row.contains(&format!("`{other}`")), "{verb} includes {other}");
        }
    }
    let (_, reload) = introduction.split_once("**SIGHUP**").unwrap();
    for table in tables::all().into_iter().filter(|table| !table.path().contains('.')) {
        assert!(reload.contains(&format!("`{}`", table.header)), "{}", table.header);
    }
}

#[test]
fn the_schema_has_every_key_and_real_defaults() {
    let schema = schema();
    for table in tables::all() {
        let pointer = match table.path().split_once('.') {
            Some((outer, inner)) => format!("/properties/{outer}/properties/{inner}"),
            None => format!("/properties/{}", table.path()),
        };
        let items = if table.many() { "/items" } else { "" };
        for key in &table.keys {
            let at = |name: &str| schema.pointer(&format!("{pointer}{items}/properties/{name}"));
            let key_schema = at(key.name).unwrap_or_else(|| panic!("{} {}", table.header, key.name));
            let has_default = matches!(key.presence, Presence::Default(_));
            let default = key_schema.get("default");
            assert_eq!(default.is_some_and(|value| !value.is_null()), has_default, "{} {}", table.header, key.name);
            assert_eq!(at(&format!("{}_env", key.name)).is_some(), key.form == Form::Secret);
        }
    }
}

proptest! {
    /// Whatever is struck out, doubled or exchanged: it is read or refused with reasons, and no secret is in them.
    #[test]
    fn a_damaged_file_is_read_or_refused_with_reasons(
        edits in prop::collection::vec((0..3, 0_usize..10_000, 0_usize..10_000), 1..6),
        needs in prop::sample::select(vec![Needs::Run, Needs::Check, Needs::Report, Needs::Audit, Needs::Explain, Needs::Demo]),
    ) {
        let mut lines: Vec<String> = SMALL.lines().map(str::to_owned).collect();
        for (what, first, second) in edits {
            let (first, second) = (first % lines.len(), second % lines.len());
            match what {
                0 => lines.swap(first, second),
                1 => lines[first] = lines[second].clone(),
                _ => {
                    let keep = lines[first].chars().count() / 2;
                    lines[first] = lines[first].chars().take(keep).collect();
                }
            }
        }
        let text = lines.join("\n");
        if let Err(errors) = parse(&text, "x.toml", needs, &env) {
            prop_assert!(!errors.is_empty());
            for error in errors {
                let said = error.to_string();
                prop_assert!(!said.contains("vc-secret") && !said.contains("env-secret"), "{}", said);
                prop_assert!(!error.problem.is_empty() && error.line.is_none_or(|line| (1..=lines.len() + 1).contains(&line)), "{}", said);
            }
        }
    }
}
