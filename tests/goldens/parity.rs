//! `docs/parity.md` says what is where; here it is held to it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use snapwarden::domain::intent::Verb;
use snapwarden::message::model::Action;

use super::rendered::{PLATFORMS, Payload, samples};

/// The page.
const PAGE: &str = include_str!("../../docs/parity.md");

/// One table, by its heading.
struct Table {
    heading: &'static str,
    rows: Vec<Vec<&'static str>>,
}

/// The page's tables without their heads.
fn tables() -> Vec<Table> {
    let sections = PAGE.split("\n## ").skip(1);
    sections
        .map(|section| {
            let heading = section.lines().next().unwrap();
            let lines = section.lines().filter(|line| line.starts_with('|'));
            let mut rows: Vec<Vec<&str>> =
                lines.map(|line| line.trim().trim_matches('|').split('|').map(str::trim).collect()).collect();
            assert_eq!(rows[0].last(), Some(&"seen in"), "{heading}: the last column says what shows it");
            let width = rows[0].len();
            for row in &rows {
                assert!(
                    row.len() == width && row.iter().all(|cell| !cell.is_empty()),
                    "{heading}: a cell is empty in {row:?}"
                );
            }
            Table { heading, rows: rows.split_off(2) }
        })
        .collect()
}

fn table(heading: &str) -> Table {
    tables().into_iter().find(|table| table.heading == heading).unwrap_or_else(|| panic!("no table {heading}"))
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

fn folder(inside: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(inside)
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    all.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// What each platform is sent for the samples of this name, all together; empty where there is none.
fn goldens(name: &str) -> BTreeMap<&'static str, String> {
    let of = |platform: &'static str| {
        let is = |payload: &&Payload| payload.platform == platform && payload.golden == name;
        (platform, samples().iter().filter(is).map(Payload::written).collect::<String>())
    };
    PLATFORMS.map(of).into()
}

/// Whether a platform draws a button of this action.
fn draws(platform: &str, text: &str, action: Action) -> bool {
    let word = action.word();
    match platform {
        "slack" => text.contains(&format!("\"action_id\": \"{word}.")),
        // The token is what a button or a menu's choice carries.
        "discord" => text.contains(&format!(".{word}.")),
        _ => text.contains(&format!("\"action\": \"{word}\"")),
    }
}

#[test]
fn goldens_of_the_parity_page_name_every_verb_once() {
    let table = table("Commands");
    let first = table.rows.iter().flat_map(|row| quoted(row[0]));
    let mut named: Vec<&str> = first.filter(|word| !word.contains(':')).collect();
    named.sort_unstable();
    let mut verbs: Vec<&str> = Verb::ALL.iter().map(|verb| verb.as_str()).collect();
    verbs.sort_unstable();
    assert_eq!(named, verbs);
    let slash = &goldens("slash")["discord"];
    for verb in verbs {
        assert!(slash.contains(&format!("\"name\": \"{verb}\"")), "/snapshot {verb} is no command of Discord's");
    }
}

#[test]
fn goldens_of_the_parity_page_show_every_button_on_every_platform() {
    let table = table("Buttons");
    let mut named = BTreeSet::new();
    for row in &table.rows {
        let cited: Vec<_> = quoted(row[4]).into_iter().map(goldens).collect();
        for action in
            quoted(row[0]).into_iter().map(|word| Action::of(word).unwrap_or_else(|| panic!("no action {word}")))
        {
            named.insert(action.word());
            for (platform, cell) in PLATFORMS.into_iter().zip(&row[1..4]) {
                if cell.starts_with("no button") {
                    let draws = |one: &&Payload| one.platform == platform && draws(platform, &one.written(), action);
                    let one = samples().iter().find(draws).map(|one| &one.name);
                    assert_eq!(one, None, "{platform} draws {}, and the page says that it does not", action.word());
                    continue;
                }
                let drawn = cited.iter().any(|golden| draws(platform, &golden[platform], action));
                assert!(drawn, "no golden of {:?} has {} on {platform}", row[4], action.word());
            }
        }
    }
    let all: BTreeSet<&str> = Action::ALL.into_iter().map(Action::word).collect();
    assert_eq!(named, all);
}

#[test]
fn goldens_of_the_parity_page_show_every_kind_of_block() {
    let kinds_of = |text: &str| -> BTreeSet<String> {
        let kinds = text.split("\"kind\": \"").skip(1).filter_map(|rest| rest.split('"').next());
        kinds.map(str::to_owned).collect()
    };
    let mut named = BTreeSet::new();
    for row in table("Messages").rows {
        let shown: BTreeSet<String> =
            quoted(row[4]).into_iter().flat_map(|name| kinds_of(&goldens(name)["console"])).collect();
        for kind in quoted(row[0]) {
            assert!(shown.contains(kind), "no golden of {:?} has a block {kind}", row[4]);
            named.insert(kind.to_owned());
        }
    }
    let there = samples().iter().filter(|one| one.platform == "console").flat_map(|one| kinds_of(&one.written()));
    assert_eq!(named, there.collect::<BTreeSet<_>>());
}

#[test]
fn goldens_and_scenarios_that_the_parity_page_cites_are_there() {
    let sources = ["../src", "."].map(|inside| files(&folder(inside))).concat();
    let code = sources.iter().filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let code: String = code.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    for Table { heading, rows } in tables() {
        for row in rows {
            let cited = quoted(row.last().unwrap());
            assert!(!cited.is_empty(), "{heading}: nothing shows {:?}", row[0]);
            for name in cited {
                let is_golden = goldens(name).values().any(|text| !text.is_empty());
                assert!(
                    is_golden || code.contains(&format!("fn {name}(")),
                    "{heading}: {name} is no golden and no test"
                );
            }
        }
    }
}
