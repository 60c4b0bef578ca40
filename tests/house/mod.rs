//! The rules of the house that no compiler knows: who may use whom, what stays out of the pure core, how tests wait.
//!
//! Each failure is a sentence that says where the code belongs, so that nobody has to find this file to understand it.

mod source;
mod verbs;

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use source::{File, Reference};

/// The folders that have the project's code.
const CODE: [&str; 3] = ["src", "crates", "tests"];

/// The simulated vCenter, a crate of its own.
const SIMULATOR: &str = "snapwarden_sim";

/// A part of the house, the parts that it may use, and where code belongs that wants more.
struct Part {
    name: &'static str,
    may_use: &'static [&'static str],
    advice: &'static str,
}

/// The parts from the inside out. Every file under `src` belongs to the part with the longest name that its module path begins with.
const PARTS: &[Part] = &[
    Part {
        name: "domain",
        may_use: &[],
        advice: "the pure core knows nobody: pass it the facts as values, or put the code into engine",
    },
    Part {
        name: "picture",
        may_use: &[],
        advice: "a picture is drawn of numbers and finished texts: put them together in message",
    },
    Part {
        name: "message",
        may_use: &["domain", "picture"],
        advice: "messages are made of domain values alone: read what they need in engine and pass it in",
    },
    Part {
        name: "telemetry",
        may_use: &[],
        advice: "telemetry only names and sends figures: measure where the thing happens",
    },
    Part { name: "proxy", may_use: &[], advice: "proxy only says how a host is reached: connect in vcenter or chat" },
    Part {
        name: "engine",
        may_use: &["domain", "picture", "message", "telemetry"],
        advice: "the engine sees the outside through engine::ports: add to a port, implement it outside, wire it in app",
    },
    Part {
        name: "vcenter",
        may_use: &["domain", "engine", "telemetry", "proxy"],
        advice: "vcenter implements engine::ports::VCenter and knows no chat, no store and no words: wire it in app",
    },
    Part {
        name: "store",
        may_use: &["domain", "engine", "telemetry"],
        advice: "a store implements engine::ports::Store and knows only rows and lines: wire it in app",
    },
    Part {
        name: "chat::slack",
        may_use: &["domain", "message", "engine", "telemetry", "chat", "proxy"],
        advice: "chat adapters know neither each other nor vCenter: what they share belongs in chat or in message",
    },
    Part {
        name: "chat::discord",
        may_use: &["domain", "message", "engine", "telemetry", "chat", "proxy"],
        advice: "chat adapters know neither each other nor vCenter: what they share belongs in chat or in message",
    },
    Part {
        name: "chat::console",
        may_use: &["domain", "picture", "message", "engine", "telemetry", "chat"],
        advice: "chat adapters know neither each other nor vCenter: what they share belongs in chat or in message",
    },
    Part {
        name: "chat",
        may_use: &["domain", "message", "engine", "telemetry", "proxy"],
        advice: "what the chat adapters share knows none of them",
    },
    Part {
        name: "config",
        may_use: &["domain", "message", "engine", "vcenter", "chat::slack", "chat::discord", "chat::console", "proxy"],
        advice: "the configuration gives everybody their own settings and does nothing with them: what is done belongs to app",
    },
    Part {
        name: SIMULATOR,
        may_use: &[],
        advice: "the simulator shares no code with the bot, or it would share the mistakes of the client that it tests",
    },
    Part {
        name: "app",
        may_use: &[
            "domain",
            "picture",
            "message",
            "config",
            "proxy",
            "telemetry",
            "engine",
            "vcenter",
            "store",
            "chat",
            "chat::slack",
            "chat::discord",
            "chat::console",
            SIMULATOR,
        ],
        advice: "only main uses app",
    },
];

/// What the pure parts never touch, by the beginning of its path, and what they do instead.
const IMPURE: &[(&str, &str)] = &[
    ("tokio", "wait in engine"),
    ("futures_util", "wait in engine"),
    ("async_trait", "wait in engine"),
    ("reqwest", "ask over the network in vcenter or chat"),
    ("axum", "serve in chat::console or app"),
    ("sled", "keep in store"),
    ("std::fs", "read files in config, store or app"),
    ("std::net", "connect in vcenter or chat"),
    ("std::env", "read the environment in config"),
    ("std::process", "start and end processes in app"),
    ("std::thread", "run threads in app"),
    ("std::time::SystemTime", "take the time as an argument"),
    ("std::time::Instant", "take the time as an argument"),
    ("SystemTime::now", "take the time as an argument"),
    ("Instant::now", "take the time as an argument"),
    ("Timestamp::now", "take the time as an argument"),
    ("jiff::Timestamp::now", "take the time as an argument"),
    ("Zoned::now", "take the time as an argument"),
    ("jiff::Zoned::now", "take the time as an argument"),
    ("getrandom", "take random bits as an argument"),
];

/// The parts that [`IMPURE`] is about.
const PURE: &[&str] = &["domain", "picture", "message"];

#[test]
fn imports_point_one_way() {
    let mut wrong = Vec::new();
    for file in sources("src") {
        let Some(part) = part_of(&file.module) else { continue };
        for Reference { path, line } in file.references() {
            let inside = path.strip_prefix("crate::").or_else(|| path.starts_with(SIMULATOR).then_some(path.as_str()));
            let Some(used) = inside.and_then(part_of) else { continue };
            let allowed = used.name == part.name || part.may_use.contains(&used.name);
            if !allowed {
                wrong.push(format!(
                    "{}:{line}: {} may not use {} ({path}): {}.",
                    file.name, part.name, used.name, part.advice
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "imports point one way, see docs/decisions.md:\n{}", wrong.join("\n"));
}

#[test]
fn the_simulator_depends_on_nothing_of_the_bot() {
    let manifest = std::fs::read_to_string(root().join("crates/sim/Cargo.toml")).unwrap();
    let manifest: toml::Table = manifest.parse().unwrap();
    for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let uses_the_bot = manifest.get(kind).is_some_and(|table| table.get("snapwarden").is_some());
        assert!(!uses_the_bot, "crates/sim/Cargo.toml, {kind}: {}.", part_of(SIMULATOR).unwrap().advice);
    }
}

#[test]
fn the_pure_parts_stay_pure() {
    let mut wrong = Vec::new();
    for file in sources("src") {
        let Some(part) = part_of(&file.module).filter(|part| PURE.contains(&part.name)) else {
            continue;
        };
        for Reference { path, line } in file.references() {
            let found = IMPURE.iter().find(|(banned, _)| path == *banned || path.starts_with(&format!("{banned}::")));
            if let Some((_, instead)) = found {
                wrong.push(format!("{}:{line}: {} is pure and may not use {path}: {instead}.", file.name, part.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The words that only the adapters, the configuration and the wiring know.
const PLATFORMS: [&str; 3] = ["slack", "discord", "console"];

#[test]
fn the_domain_names_no_platform() {
    let mut wrong = Vec::new();
    for file in sources("src").iter().filter(|file| part_of(&file.module).is_some_and(|part| part.name == "domain")) {
        for (number, line) in (1..).zip(file.text.lines()).filter(|(number, _)| !file.is_test_code(*number)) {
            if let Some(platform) = platform_in(line) {
                wrong.push(format!(
                    "{}:{number}: the domain knows accounts and channels, not {platform}: put it into chat::{platform}, and pass what it says as a value.",
                    file.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The platform that a line of code names, in a name or in a text. A comment may say why a figure is what it is.
fn platform_in(line: &str) -> Option<&'static str> {
    let code = line.split("//").next().unwrap_or_default().to_lowercase();
    let words: Vec<&str> = code.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    PLATFORMS.into_iter().find(|platform| words.iter().any(|word| word.starts_with(platform)))
}

#[test]
fn every_file_belongs_to_a_part() {
    let homeless: Vec<String> = sources("src")
        .iter()
        .filter(|file| !matches!(file.module.as_str(), "" | "main") && part_of(&file.module).is_none())
        .map(|file| {
            format!("{}: no part of the house has it; put it where it belongs, or add the part to PARTS", file.name)
        })
        .collect();
    assert!(homeless.is_empty(), "{}", homeless.join("\n"));
}

#[test]
fn every_file_says_what_it_decides() {
    let silent: Vec<String> = CODE
        .into_iter()
        .flat_map(sources)
        // What a module's own tests are about, the module says.
        .filter(|file| !file.name.ends_with("/tests.rs") && !file.text.starts_with("//! "))
        .map(|file| format!("{}: begin with //! and say what the file decides and why", file.name))
        .collect();
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn tests_do_not_sleep() {
    let sleeps = ["std::thread::sleep", "thread::sleep", "tokio::time::sleep", "time::sleep"];
    let mut wrong = Vec::new();
    for file in CODE.into_iter().flat_map(sources) {
        for Reference { path, line } in file.references() {
            if sleeps.contains(&path.as_str()) && (file.name.starts_with("tests/") || file.is_test_code(line)) {
                wrong.push(format!(
                    "{}:{line}: a test that sleeps is slow and fails on a busy machine: own the clock, or wait for the event itself.",
                    file.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_golden_is_looked_at() {
    let files = sources("tests");
    let written: HashSet<&str> = files.iter().flat_map(|file| file.text.split(|c: char| !is_of_name(c))).collect();
    let forgotten: Vec<String> = files_below(&root().join("tests/golden"))
        .iter()
        .filter(|path| {
            // A name may be put together (`{name}.details.json`): its first part, up to the dot, has to be written somewhere.
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            !written.contains(name.split('.').next().unwrap_or_default())
        })
        .map(|path| format!("{}: no test looks at it; delete it, or the test that did was lost", path.display()))
        .collect();
    assert!(forgotten.is_empty(), "{}", forgotten.join("\n"));
}

/// Whether a file's name is made of such characters.
fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// The part that a module path belongs to: the longest name that it begins with.
fn part_of(module: &str) -> Option<&'static Part> {
    let begins = |part: &&Part| module == part.name || module.starts_with(&format!("{}::", part.name));
    PARTS.iter().filter(begins).max_by_key(|part| part.name.len())
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below a folder of the project.
fn sources(folder: &str) -> Vec<File> {
    let mut files = Vec::new();
    for path in files_below(&root().join(folder)) {
        if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            files.push(File::new(name, std::fs::read_to_string(&path).unwrap()));
        }
    }
    assert!(!files.is_empty(), "there is no source below {folder}");
    files
}

fn files_below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.insert(path);
        }
    }
    files
}

/// A figure that is declared is recorded somewhere, by its name in the table; one that is only declared would stand in dashboards at nothing.
#[test]
fn every_figure_is_recorded() {
    let table = std::fs::read_to_string(root().join("src/telemetry.rs")).unwrap();
    let rows = table.lines().filter_map(|line| line.trim().split_once(" = \"snapwarden_"));
    let declared: BTreeSet<&str> = rows.map(|(constant, _)| constant).collect();
    assert_eq!(declared.len(), snapwarden::telemetry::names::ALL.len());
    let product = sources("src");
    let page = std::fs::read_to_string(root().join("docs/metrics.md")).unwrap();
    let mut wrong: Vec<String> = Vec::new();
    for metric in snapwarden::telemetry::names::ALL {
        let row = |line: &str| {
            line.starts_with(&format!("| `{}` |", metric.name)) && line.ends_with(&format!("| {} |", metric.help))
        };
        if !page.lines().any(row) {
            wrong.push(format!("docs/metrics.md: no row of {} that says {:?}", metric.name, metric.help));
        }
    }
    for constant in declared {
        let used = format!("names::{constant}");
        let records =
            |file: &File| file.references().iter().any(|one| one.path.ends_with(&used) && !file.is_test_code(one.line));
        if !product.iter().any(records) {
            wrong.push(format!(
                "{constant} is recorded nowhere: record it where it happens, or take it out of the table"
            ));
        }
    }
    for file in &product {
        let literal = ["counter!(\"", "gauge!(\"", "histogram!(\""].into_iter().find(|call| file.text.contains(call));
        if let Some(call) = literal {
            wrong.push(format!("{}: {call}…: name the figure in telemetry's table, with its help", file.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The rules themselves, on sources that break them.
#[test]
fn the_rules_notice_what_they_are_for() {
    for named in
        ["    pub slack: Vec<String>,", "format!(\"discord:{id}\")", "pub struct SlackAccount {", "fn of_console() {"]
    {
        assert!(platform_in(named).is_some(), "{named}");
    }
    assert_eq!(platform_in("const MOST: usize = 25; // as many as Discord's menu has"), None);
    let used = |module: &str, text: &str| -> Vec<String> {
        let file = File::new(format!("src/{}.rs", module.replace("::", "/")), text.to_owned());
        file.references().into_iter().map(|reference| reference.path).collect()
    };
    let has = |module: &str, text: &str, path: &str| {
        let found = used(module, text);
        assert!(found.iter().any(|own| own == path), "{path} in {found:?}");
    };
    has("chat::slack", "use crate::{domain::ids, vcenter::{soap::Client, wire as w}};", "crate::vcenter::soap::Client");
    has("chat::slack", "use crate::{domain::ids, vcenter::{soap::Client, wire as w}};", "crate::vcenter::wire");
    has("chat::slack::render", "use super::super::discord;", "crate::chat::discord");
    has("chat::slack", "use super::{console, Chat};", "crate::chat::console");
    has("domain::age", "fn f() { let t = jiff::Timestamp::now(); }", "jiff::Timestamp::now");
    has("domain::age", "mod tests { use super::super::ids; }", "crate::domain::ids");
    has(
        "domain::age",
        "#[cfg(test)]\nmod tests {\n    use super::*;\n    fn f() { super::super::engine(); }\n}",
        "crate::domain::engine",
    );
    has("engine", "type A = std::fs::File;", "std::fs::File");
    assert_eq!(used("domain", "// use crate::vcenter;\n/* crate::store */ const A: &str = \"crate::chat\";"), [""; 0]);
    assert_eq!(used("domain", "const A: &str = r#\"\"crate::chat\"\"#; const B: char = '\"'; fn f<'a>() {}"), [""; 0]);
    assert_eq!(part_of("chat::slack::inbound").map(|part| part.name), Some("chat::slack"));
    assert_eq!(part_of("chat").map(|part| part.name), Some("chat"));
    assert_eq!(part_of("chatter").map(|part| part.name), None);
}
