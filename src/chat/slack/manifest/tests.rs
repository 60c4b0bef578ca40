use super::*;

#[test]
fn the_file_is_the_manifest_for_socket_mode() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("config/slack-app-manifest.yaml");
    let written = std::fs::read_to_string(file).unwrap_or_default();
    let now = manifest(Delivery::Socket);
    assert!(written == now, "config/slack-app-manifest.yaml should be what `snapwarden manifest slack` says:\n{now}");
}

#[test]
fn http_mode_names_the_address_wherever_slack_sends_to() {
    let http = manifest(Delivery::Http("https://bot.example.com/"));
    assert_eq!(http.matches("https://bot.example.com/slack/events\n").count(), 4, "{http}");
    assert!(http.contains("socket_mode_enabled: false"));
}

/// Slack refuses a manifest whose names are longer.
#[test]
fn names_keep_slacks_limits() {
    let manifest = manifest(Delivery::Socket);
    let value = |line: &str, key: &str| line.trim().strip_prefix(key).map(str::to_owned);
    for line in manifest.lines() {
        if let Some(name) = value(line, "- name: ") {
            assert!(name.len() <= 24, "{name}");
        }
        if let Some(description) = value(line, "description: ") {
            assert!(description.len() <= 140, "{description}");
        }
    }
}
