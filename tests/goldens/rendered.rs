//! What every platform is sent for every sample and for every pinned card, rendered once for all tests, and what the platforms'
//! own validators say to it.
//!
//! Only the pinned cards' payloads are goldens. Those of the samples are written to the target folder, in the form that a
//! validator reads: `slack/*.json` are arguments of Slack's methods, `discord/*.json` are `{"schema": NAME, "payload": …}`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;
use snapwarden::message::words::Locale;

use super::{console, discord, drawn, pins, slack, views};

/// Whose payloads there are.
pub(super) const PLATFORMS: [&str; 3] = ["slack", "discord", "console"];

/// Where a script lies that checks payloads with Slack's own SDK models and with Discord's OpenAPI, if it is there: it is no part
/// of the project. `SNAPWARDEN_PAYLOADS` names another place.
const VALIDATOR: &str = "../shared/check/payloads.py";

/// One thing that a platform is sent.
pub(super) struct Payload {
    pub(super) platform: &'static str,
    /// The name of its file, without the extension.
    pub(super) name: String,
    /// The golden that its sample belongs to.
    pub(super) golden: &'static str,
    /// What is sent, as a validator reads it.
    pub(super) json: Value,
}

impl Payload {
    /// As it stands in a file.
    pub(super) fn written(&self) -> String {
        format!("{}\n", serde_json::to_string_pretty(&self.json).unwrap())
    }
}

/// What each platform is sent for every sample.
pub(super) fn samples() -> &'static [Payload] {
    static ALL: OnceLock<Vec<Payload>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut all: Vec<Payload> = drawn().iter().flat_map(slack::payloads).collect();
        let views: Vec<Payload> = Locale::ALL.into_iter().flat_map(|locale| views::samples(locale, &all)).collect();
        all.extend(views);
        all.extend(drawn().iter().flat_map(discord::payloads));
        all.extend(discord::commands());
        all.extend(console::payloads(drawn()));
        all
    })
}

/// What each platform is sent for the pinned cards.
pub(super) fn pins() -> &'static [Payload] {
    static ALL: OnceLock<Vec<Payload>> = OnceLock::new();
    ALL.get_or_init(|| {
        let cards = pins::cards();
        let mut all: Vec<Payload> = cards.iter().flat_map(slack::payloads).collect();
        let views = views::pins(&cards, &all);
        all.extend(views);
        all.extend(cards.iter().flat_map(discord::pinned));
        all.extend(discord::pinned_commands());
        all.extend(console::payloads(&cards));
        // Rows of two cards may ask the same.
        let mut seen = BTreeSet::new();
        all.retain(|payload| seen.insert((payload.platform, payload.written())));
        all
    })
}

#[test]
fn goldens_and_samples_pass_the_validators_of_the_platforms() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("payloads");
    let counts = write(&folder);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join(VALIDATOR);
    let script = std::env::var_os("SNAPWARDEN_PAYLOADS").map_or(beside, PathBuf::from);
    let python = std::env::var_os("SNAPWARDEN_PYTHON").unwrap_or_else(|| "python3".into());
    let has_models = Command::new(&python).args(["-c", "import slack_sdk, jsonschema"]).output();
    let told = format!("{} payloads of Slack and {} of Discord in {}", counts.slack, counts.discord, folder.display());
    if !script.exists() || !has_models.is_ok_and(|ran| ran.status.success()) {
        told!("{told}; not validated: payloads.py or slack_sdk is not there");
        return;
    }
    let ran = Command::new(&python).arg(script).arg(&folder).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    let all = counts.slack + counts.discord + counts.whole;
    assert!(said.contains(&format!("{all} passed, 0 failed")), "{all} were written: {said}");
    told!("{told}: all pass, {} of Slack's a second time with their attachments' blocks", counts.whole);
}

/// How many payloads were written.
#[derive(Default)]
struct Counts {
    slack: usize,
    discord: usize,
    whole: usize,
}

/// Writes the payloads of the samples and of the pinned cards, and nothing else stands in the folder then.
fn write(folder: &Path) -> Counts {
    let mut counts = Counts::default();
    if folder.exists() {
        std::fs::remove_dir_all(folder).unwrap();
    }
    for platform in ["slack", "discord"] {
        std::fs::create_dir_all(folder.join(platform)).unwrap();
    }
    let pinned = pins().iter().map(|payload| ("pin-", payload));
    for (start, payload) in samples().iter().map(|payload| ("", payload)).chain(pinned) {
        let name = format!("{start}{}.json", payload.name);
        let path = folder.join(payload.platform).join(&name);
        match payload.platform {
            "slack" => {
                counts.slack += 1;
                if let Some(whole) = whole(&payload.json) {
                    std::fs::write(folder.join("slack").join(format!("whole-{name}")), whole.to_string()).unwrap();
                    counts.whole += 1;
                }
            }
            "discord" => counts.discord += 1,
            _ => continue,
        }
        assert!(!path.exists(), "two payloads are called {}/{name}", payload.platform);
        std::fs::write(path, payload.written()).unwrap();
    }
    counts
}

/// A message of Slack's with its attachments' blocks among its own, since a validator does not look into attachments.
fn whole(message: &Value) -> Option<Value> {
    let attached: Vec<Value> =
        message["attachments"].as_array()?.iter().flat_map(|one| one["blocks"].as_array().cloned()).flatten().collect();
    let mut whole = message.clone();
    whole["blocks"].as_array_mut()?.extend(attached);
    Some(whole)
}
