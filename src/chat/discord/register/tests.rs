use super::*;

/// What Discord makes of a command that it was given: what is so by default is left out.
fn kept(value: &Value) -> Value {
    if let Some(map) = value.as_object() {
        let said = map.iter().filter(|(_, value)| **value != json!(false) && **value != json!([]));
        return said.map(|(key, value)| (key.clone(), kept(value))).collect();
    }
    match value.as_array() {
        Some(all) => all.iter().map(kept).collect(),
        None => value.clone(),
    }
}

#[test]
fn what_discord_adds_is_no_difference_and_what_it_lacks_is() {
    let wanted = commands::all(false);
    let mut there: Vec<Value> = wanted.iter().map(kept).collect();
    for (index, command) in there.iter_mut().enumerate() {
        command["id"] = json!(index.to_string());
        command["version"] = json!("9");
        command["default_member_permissions"] = Value::Null;
    }
    assert!(same(&wanted, &json!(there)));
    assert!(!same(&wanted, &json!([])));
    assert!(!same(&commands::all(true), &json!(there)), "direct messages");
    let mut other = there.clone();
    other[0]["options"][0]["description"] = json!("something else");
    assert!(!same(&wanted, &json!(other)));
    let mut other = there.clone();
    other[0]["options"][0]["options"][0]["required"] = json!(false);
    assert!(!same(&wanted, &json!(other)));
    other[0]["options"][0]["options"].as_array_mut().unwrap().pop();
    assert!(!same(&wanted, &json!(other)));
    there.push(json!({ "name": "old" }));
    assert!(!same(&wanted, &json!(there)), "one too many");
}
