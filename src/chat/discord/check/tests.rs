use serde_json::json;

use super::*;

#[test]
fn what_a_channel_says_counts_more_than_a_role_and_the_narrower_more_than_the_wider() {
    let server = json!({ "id": "1", "owner_id": "9", "roles": [
        { "id": "1", "permissions": "3072" }, { "id": "2", "permissions": "16384" }, { "id": "3", "permissions": "8" },
    ] });
    let member = |roles: Value| json!({ "roles": roles });
    let channel = |overwrites: Value| json!({ "permission_overwrites": overwrites });
    let bare = channel(json!([]));
    assert_eq!(permissions(&server, &member(json!(["2"])), &bare, "5"), 3072 | 16384);
    assert_eq!(permissions(&server, &member(json!(["3"])), &bare, "5"), u64::MAX);
    assert_eq!(permissions(&server, &member(json!([])), &bare, "9"), u64::MAX, "the owner");
    let closed = channel(json!([
        { "id": "1", "deny": "2048", "allow": "0" }, { "id": "2", "deny": "0", "allow": "2048" }, { "id": "5", "deny": "1024", "allow": "0" },
    ]));
    assert_eq!(permissions(&server, &member(json!([])), &closed, "6"), 1024);
    assert_eq!(permissions(&server, &member(json!(["2"])), &closed, "6"), 3072 | 16384);
    assert_eq!(permissions(&server, &member(json!(["2"])), &closed, "5"), 2048 | 16384);
}
