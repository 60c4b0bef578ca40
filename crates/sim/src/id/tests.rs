use super::*;

#[test]
fn references_read_back() {
    for (kind, text, _) in KINDS {
        let id = if once(text) { Id::only(*kind) } else { Id::new(*kind, 17) };
        assert_eq!(Id::parse(id.type_name(), &id.to_string()), Some(id), "{text}");
    }
    assert_eq!(Id::new(Kind::Cluster, 8).to_string(), "domain-c8");
    for (type_name, text) in [
        ("VirtualMachine", "vm-"),
        ("VirtualMachine", "vm-01"),
        ("VirtualMachine", "vm-99999999999"),
        ("Folder", "vm-1"),
        ("ViewManager", "ViewManager1"),
        ("", ""),
    ] {
        assert_eq!(Id::parse(type_name, text), None, "{text}");
    }
}

#[test]
fn every_type_extends_what_vim25_says() {
    use super::super::schema::schema;
    for (kind, _, types) in KINDS {
        let extended = types.windows(2).all(|pair| schema().get(pair[0]).is_some_and(|own| own.base == pair[1]));
        let last = types.last().and_then(|last| schema().get(last));
        assert!(extended && last.is_none_or(|last| last.base == "ManagedObject"), "{kind:?}: {types:?}");
    }
}
