//! The tour by the JSON API alone. Each stop is a function of its own, so that a failure says where it stood.

use serde_json::{Value, json};

use super::demo::{Api, Demo, token};

#[tokio::test]
async fn the_tour_by_the_api_alone() {
    let demo = Demo::start();
    let mut api = Api::of(&demo).await;
    who_is_there(&api).await;
    take_break_revert(&mut api).await;
    a_picker_and_a_refusal_with_its_way_out(&mut api).await;
    refusals_name_the_rule(&api).await;
    deny_withdraw_and_delete_all(&mut api).await;
    revert_latest(&mut api).await;
    edit_and_delete(&mut api).await;
    consolidate(&mut api).await;
    slips_and_french(&api).await;
    // Stopping ends event streams too, or it would wait for this client.
    demo.end();
}

async fn who_is_there(api: &Api) {
    let people = api.read("/api/people").await;
    let of = |person: &Value| format!("{} {}", person["id"], person["groups"]);
    let people: Vec<String> = people.as_array().unwrap().iter().map(of).collect();
    assert_eq!(
        people,
        [
            r#""alice" ["team-web"]"#,
            r#""bob" ["approvers"]"#,
            r#""carol" ["administrators","approvers"]"#,
            r#""dave" []"#
        ]
    );
    let channels = api.read("/api/channels").await;
    assert_eq!((channels[0]["id"].as_str(), channels[1]["id"].as_str()), (Some("ops"), Some("web-team")));
    assert_eq!(api.read("/readyz").await["ready"], true);
}

async fn take_break_revert(api: &mut Api) {
    let taken = api.asks("alice", "/snapshot take web-01 \"before upgrade\"").await;
    let message = api.until(&taken, "done", "alice").await;
    says(&message, &["snapshot \"before upgrade\" taken", "quiesced", "Asked by @alice"]);
    assert_eq!(message["tone"], "success");

    let list = api.told("alice", "/snapshot list web-01").await;
    let rows = rows(&list);
    assert_eq!(rows[0]["name"], "before upgrade");
    assert_eq!((&rows[1]["here"], rows[1]["depth"].as_u64()), (&json!(true), Some(1)), "{list}");

    let machine = api.machine("DC1/web/web-01").await;
    let moref = machine["moref"].as_str().unwrap();
    api.send(&format!("/demo/machines/{moref}/break"), &json!({})).await;
    assert_eq!(api.machine("DC1/web/web-01").await["broken"], true);

    let revert = api.asks("alice", "/snapshot revert web-01 \"before upgrade\"").await;
    let asked = api.until(&revert, "awaiting_approval", "alice").await;
    says(&asked, &["Revert \"web-01\" to \"before upgrade\"?", "Lost", "Power", "Decides"]);
    assert!(token(&asked, "withdraw").is_some() && token(&asked, "approve").is_none(), "{asked}");
    let for_bob = api.message(&revert, "bob").await;
    assert!(token(&for_bob, "deny").is_some(), "{for_bob}");

    let own = api.presses("alice", &for_bob, "approve", json!({})).await;
    says(&own["reply"], &["it needs @approvers"]);
    assert_eq!(api.read(&format!("/api/requests/{revert}")).await["state"], "awaiting_approval");

    api.presses("bob", &for_bob, "approve", json!({})).await;
    let done = api.until(&revert, "done", "alice").await;
    says(&done, &["\"web-01\" is back at \"before upgrade\"", "powered off", "approved by @bob"]);
    let machine = api.machine("DC1/web/web-01").await;
    assert_eq!((&machine["on"], &machine["broken"]), (&json!(false), &json!(false)));
    let request = api.read(&format!("/api/requests/{revert}")).await;
    assert_eq!(
        (request["verb"].as_str(), request["person"].as_str(), request["percent"].as_u64()),
        (Some("revert"), Some("alice"), Some(100)),
        "{request}"
    );

    // A second yes to what is over is answered in words, and nothing runs again.
    let late = api.presses("carol", &for_bob, "approve", json!({})).await;
    assert_eq!(late["reply"]["audience"], "only_you", "{late}");

    let power = api.presses("alice", &done, "power_on", json!({})).await;
    let power = power["request"].as_str().unwrap_or_else(|| panic!("{power}"));
    says(&api.until(power, "done", "alice").await, &["\"web-01\" is powered on"]);
    let machine = api.machine("DC1/web/web-01").await;
    assert_eq!((&machine["on"], &machine["broken"]), (&json!(true), &json!(false)));
}

async fn a_picker_and_a_refusal_with_its_way_out(api: &mut Api) {
    let which = api.told("alice", "/snapshot revert web-02").await;
    let labels: Vec<&str> =
        which["buttons"].as_array().unwrap().iter().map(|button| button["label"].as_str().unwrap()).collect();
    assert_eq!(labels.len(), 2, "{which}");
    assert!(
        labels.iter().any(|label| label.contains("test")) && labels.iter().any(|label| label.contains("/web/")),
        "the two are told apart: {labels:?}"
    );
    let picked = api.presses("alice", &which, "pick", json!({})).await;
    says(&picked["reply"], &["\"web-02\" has no snapshots"]);
    let again = api.presses("alice", &which, "pick", json!({})).await;
    says(&again["reply"], &["too old"]);

    let refused = api.told("alice", "/snapshot take cold-01 mode:memory").await;
    says(&refused, &["\"cold-01\" is powered off", "Leave out mode:memory"]);
    let without = api.presses("alice", &refused, "without_memory", json!({})).await;
    let without = without["request"].as_str().unwrap_or_else(|| panic!("{without}"));
    says(&api.until(without, "done", "alice").await, &["The VM was off, so the snapshot is clean"]);
    assert_eq!(api.machine("DC1/test/cold-01").await["snapshots"], 1);
    let refused = api.told("alice", "/snapshot take legacy-01 mode:memory").await;
    says(&refused, &["independent", "MemorySnapshotOnIndependentDisk"]);
    let refused = api.told("alice", "/snapshot delete backup-01 #1").await;
    says(&refused, &["belongs to a running backup"]);
}

async fn refusals_name_the_rule(api: &Api) {
    let refused = api.told("alice", "/snapshot revert prod-01").await;
    says(&refused, &["You may not revert \"prod-01\"", "@administrators", "/snapshot explain revert prod-01"]);
    let refused = api.told("dave", "/snapshot take web-01").await;
    says(&refused, &["You may not", "you are in no group"]);
    let explained = api.told("alice", "/snapshot explain revert prod-01").await;
    says(&explained, &["No: no rule lets @team-web do that"]);
    let explained = api.told("alice", "/snapshot explain revert web-01").await;
    says(&explained, &["Yes: [[grant]]", "@approvers"]);
}

async fn deny_withdraw_and_delete_all(api: &mut Api) {
    let first = api.asks("alice", "/snapshot delete-all deep-01").await;
    let asked = api.until(&first, "awaiting_approval", "bob").await;
    says(&asked, &["Delete all 30 snapshots of \"deep-01\"?", "Frees"]);
    api.presses("bob", &asked, "deny", json!({"reason": "month-end closing"})).await;
    let denied = api.until(&first, "denied", "alice").await;
    says(&denied, &["Denied by @bob", "\"month-end closing\""]);
    assert_eq!(api.machine("DC1/test/deep-01").await["snapshots"], 30);

    let open = api.asks("alice", "/snapshot delete-all deep-01").await;
    let status = api.told("alice", "/snapshot status").await;
    says(&status, &[&open, "delete all snapshots of \"deep-01\""]);
    api.types("alice", &format!("/snapshot withdraw {open}")).await;
    let withdrawn = api.until(&open, "withdrawn", "alice").await;
    says(&withdrawn, &["Withdrawn by @alice", "Nothing was done"]);

    let again = api.presses("alice", &denied, "ask_again", json!({})).await;
    let again = again["request"].as_str().unwrap_or_else(|| panic!("{again}"));
    let asked = api.until(again, "awaiting_approval", "carol").await;
    api.presses("carol", &asked, "approve", json!({})).await;
    let done = api.until(again, "done", "alice").await;
    says(&done, &["all 30 snapshots deleted", "approved by @carol"]);
    assert_eq!(api.machine("DC1/test/deep-01").await["snapshots"], 0);
}

async fn revert_latest(api: &mut Api) {
    let revert = api.asks("alice", "/snapshot revert-latest web-01 ticket:CHG0042117").await;
    let asked = api.until(&revert, "awaiting_approval", "carol").await;
    says(&asked, &["Revert \"web-01\" to \"before upgrade\"?", "CHG0042117"]);
    api.presses("carol", &asked, "approve", json!({})).await;
    let done = api.until(&revert, "done", "alice").await;
    says(&done, &["\"web-01\" is back at \"before upgrade\""]);
}

async fn edit_and_delete(api: &mut Api) {
    let edit = api.asks("alice", "/snapshot edit db-01 #1 name:\"before 8.0.3\" description:\"kept by Carol\"").await;
    says(&api.until(&edit, "done", "alice").await, &["is called \"before 8.0.3\" now"]);
    let list = api.told("alice", "/snapshot list db-01").await;
    assert_eq!(rows(&list)[0]["name"], "before 8.0.3");
    assert!(rows(&list)[0]["detail"].as_str().unwrap().contains("kept by Carol"), "{list}");

    let one = api.asks("alice", "/snapshot delete db-01 #3").await;
    says(&api.until(&one, "done", "alice").await, &["deleted"]);
    assert_eq!(api.machine("DC1/db/db-01").await["snapshots"], 2);

    let branch = api.asks("alice", "/snapshot delete db-01 \"before 8.0.3\" children:yes").await;
    let asked = api.until(&branch, "awaiting_approval", "bob").await;
    says(&asked, &["Delete \"before 8.0.3\" of \"db-01\" and everything below it?", "2 snapshots"]);
    api.presses("bob", &asked, "approve", json!({})).await;
    says(&api.until(&branch, "done", "alice").await, &["2 snapshots"]);
    assert_eq!(api.machine("DC1/db/db-01").await["snapshots"], 0);
}

async fn consolidate(api: &mut Api) {
    let request = api.asks("alice", "/snapshot consolidate needs-consolidation-01").await;
    says(&api.until(&request, "done", "alice").await, &["disks consolidated"]);
    let refused = api.told("alice", "/snapshot consolidate needs-consolidation-01").await;
    says(&refused, &["need no consolidation"]);
}

async fn slips_and_french(api: &Api) {
    let slip = api.told("alice", "/snapshot tkae web-01").await;
    says(&slip, &["I do not know the verb \"tkae\"", "/snapshot take web-01"]);
    let slip = api.types_in("alice", "/snapshot tkae web-01", "fr").await;
    says(&slip["reply"], &["Je ne connais pas le verbe", "/snapshot take web-01"]);
    let list = api.types_in("alice", "/snapshot lister web-01", "fr").await;
    says(&list["reply"], &["Vous êtes ici"]);
    let web = api.read("/api/suggest?person=alice&verb=list&argument=vm&query=web-02&locale=fr").await;
    let values: Vec<&str> = web.as_array().unwrap().iter().map(|one| one["value"].as_str().unwrap()).collect();
    assert!(values.contains(&"web/web-02") && values.contains(&"test/web-02"), "namesakes are told apart: {web}");
}

/// Holds that a message says each of these.
fn says(message: &Value, parts: &[&str]) {
    let plain = message["plain"].as_str().unwrap_or_else(|| panic!("no message: {message}"));
    for part in parts {
        assert!(plain.contains(part), "\"{part}\" is missing in\n{plain}");
    }
}

/// The rows of the tree in a message.
fn rows(message: &Value) -> &Vec<Value> {
    let tree = message["blocks"].as_array().unwrap().iter().find(|block| block["kind"] == "tree");
    tree.unwrap_or_else(|| panic!("no tree in {message}"))["rows"].as_array().unwrap()
}
