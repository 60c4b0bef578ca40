//! What Slack is sent for a sample: the arguments of chat.postMessage, one message in a file, as Slack's own SDK can check them.

use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use snapwarden::chat::slack::render::{Around, Mention, Message, details, message};
use snapwarden::message::model::Addressee;
use snapwarden::message::words::Locale;

use super::Golden;
use crate::slack::check;

/// Slack's own SDK models, with what they miss, over every golden.
const PAYLOADS: &str = "../shared/check/payloads.py";

/// The payloads of a golden, each with the name of its file.
pub(super) fn payloads(golden: &Golden, locale: Locale) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (index, sample) in golden.messages.iter().enumerate() {
        let card = sample.card(locale);
        let number = if golden.messages.len() == 1 { String::new() } else { format!(".{:02}", index + 1) };
        let name = |what: &str| format!("{}{number}{what}.{}", golden.name, locale.tag());
        all.push((name(""), payload(&message(&card, &around()))));
        if let Some(below) = details(&card, &around()) {
            all.push((name(".details"), payload(&below)));
        }
    }
    all
}

fn payload(message: &Message) -> String {
    let mut arguments = message.arguments();
    arguments.insert("channel".to_owned(), json!("C0123ABCD"));
    let arguments = Value::Object(arguments);
    let faults = check::message(&arguments);
    assert!(faults.is_empty(), "{faults:?} in {arguments:#}");
    serde_json::to_string_pretty(&arguments).unwrap() + "\n"
}

fn around() -> Around<'static> {
    Around { mention: &mention, file: &|_| Some("F0123ABCD".to_owned()) }
}

fn mention(addressee: &Addressee) -> Option<Mention> {
    Some(match addressee {
        Addressee::Person(_) => Mention::User("U0123ABCD".to_owned()),
        Addressee::Group(_) => Mention::UserGroup("S0123ABCD".to_owned()),
    })
}

/// The check's own script lies beside the project where it is developed, and nowhere else. It does not look into attachments,
/// so it is given every message a second time with all its blocks in one list.
#[test]
fn goldens_of_slack_pass_slacks_own_models() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = root.join(PAYLOADS);
    let script = if beside.exists() { beside } else { "/work/shared/check/payloads.py".into() };
    let python = std::env::var_os("SNAPWARDEN_PYTHON").unwrap_or_else(|| "python3".into());
    let has_sdk = Command::new(&python).args(["-c", "import slack_sdk, jsonschema"]).output();
    if !script.exists() || !has_sdk.is_ok_and(|ran| ran.status.success()) {
        told!("skipped: payloads.py or slack_sdk is not there");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let flat = folder.path().join("slack");
    std::fs::create_dir_all(&flat).unwrap();
    let (mut count, mut checked) = (0, 0);
    for entry in std::fs::read_dir(root.join("tests/golden/slack")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let mut golden: Value = serde_json::from_str(&text).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        std::fs::write(flat.join(&name), &text).unwrap();
        count += 1;
        checked += 1;
        // A view has no attachments.
        if golden["view"].is_object() {
            continue;
        }
        let attached: Vec<Value> = golden["attachments"]
            .as_array()
            .into_iter()
            .flatten()
            .flat_map(|one| one["blocks"].as_array().cloned().unwrap_or_default())
            .collect();
        golden["blocks"].as_array_mut().unwrap().extend(attached);
        std::fs::write(flat.join(format!("whole-{name}")), golden.to_string()).unwrap();
        checked += 1;
    }
    let ran = Command::new(&python).arg(script).arg(folder.path()).output().unwrap();
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(count > 0 && said.contains(&format!("{checked} passed, 0 failed")), "{said}");
    told!("{count} goldens of Slack pass Slack's own models");
}
