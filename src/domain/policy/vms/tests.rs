use super::*;
use crate::domain::ids::{Moref, VCenterName, VmRef};

fn target(path: &str, name: &str) -> Target {
    Target {
        vm: VmRef { vcenter: VCenterName::new("paris"), moref: Moref::new("vm-42") },
        instance_uuid: None,
        name: name.to_owned(),
        path: format!("{path}/{name}"),
        tags: None,
    }
}

fn tagged(tags: &[(&str, &str)]) -> Target {
    let tags = tags.iter().map(|(category, name)| Tag::new(*category, *name)).collect();
    Target { tags: Some(tags), ..target("DC1/web", "web-01") }
}

fn selected(patterns: &[&str], target: &Target) -> Truth {
    let patterns: Vec<_> = patterns.iter().map(|text| VmPattern::parse(text).unwrap()).collect();
    selects(&patterns, target)
}

fn about(patterns: &[&str], target: &Target) -> bool {
    let selected = selected(patterns, target);
    assert_ne!(selected, Truth::Unknown, "{patterns:?} look at tags");
    selected.certainly()
}

#[test]
fn names_folders_ids_and_vcenters_select() {
    let web = target("DC1/web", "web-01");
    for pattern in [
        "*",
        "WEB-*",
        "dc1/web/*",
        "**/web-01",
        "DC1/**",
        "moref:vm-42",
        "vcenter:paris/*",
        "vcenter:Paris/web-*",
        "vcenter:paris/dc1/web/*",
        "vcenter:paris/moref:vm-42",
        "VCENTER:paris/MoRef:vm-42",
    ] {
        assert!(about(&[pattern], &web), "{pattern}");
    }
    for pattern in ["web", "DC1/*", "DC1/db/*", "moref:vm-4", "vcenter:lyon/*", "vcenter:lyon/moref:vm-42"] {
        assert!(!about(&[pattern], &web), "{pattern}");
    }
}

#[test]
fn an_exclusion_wins_wherever_it_stands() {
    let prod = target("DC1/web", "prod-01");
    let web = target("DC1/web", "web-01");
    assert!(about(&["*", "!prod-*"], &web));
    assert!(!about(&["*", "!prod-*"], &prod));
    assert!(!about(&["!prod-*", "*", "prod-01"], &prod));
    assert!(!about(&["!prod-*"], &web), "an exclusion alone brings nothing in");
    assert!(!about(&[], &web), "an empty list is about no VM");
}

#[test]
fn a_slash_in_a_name_does_not_move_the_vm_to_another_folder() {
    let sly = target("DC1/prod", "x/web-01");
    assert!(about(&["DC1/prod/*"], &sly));
    assert!(about(&["x%2fweb-01"], &sly));
    assert!(about(&["*"], &sly));
    assert!(!about(&["DC1/prod/x/*"], &sly));
}

#[test]
fn tags_select_by_name_and_category() {
    let prod = tagged(&[("env", "prod"), ("Tier", "Web/Front"), ("a/b", "c")]);
    for pattern in [
        "tag:prod",
        "TAG:PROD",
        "tag:env/prod",
        "tag:ENV/p*",
        "tag:*/prod",
        "tag:{env,stage}/pro?",
        "tag:web%2ffront",
        "tag:tier/web%2Ffront",
        "tag:a%2fb/c",
        "vcenter:paris/tag:prod",
    ] {
        assert!(about(&[pattern], &prod), "{pattern}");
    }
    for pattern in
        ["tag:env", "tag:tier/prod", "tag:web", "tag:a/b", "tag:b/c", "tag:front", "vcenter:lyon/tag:prod", "prod"]
    {
        assert!(!about(&[pattern], &prod), "{pattern}");
    }
    assert!(!about(&["*", "!tag:env/prod"], &prod));
    assert!(about(&["*", "!tag:env/test"], &prod));
    assert!(!about(&["tag:*"], &tagged(&[])), "no tag is no tag");
}

#[test]
fn tags_that_are_not_known_leave_open_only_what_depends_on_them() {
    let vm = target("DC1/web", "web-01");
    for (patterns, wanted) in [
        (&["tag:prod"][..], Truth::Unknown),
        (&["*", "!tag:prod"], Truth::Unknown),
        (&["tag:prod", "!tag:test"], Truth::Unknown),
        (&["db-*", "tag:prod"], Truth::Unknown),
        (&["!tag:prod"], Truth::No),
        (&["db-*", "!tag:prod"], Truth::No),
        (&["tag:prod", "!web-*"], Truth::No),
        (&["tag:prod", "web-*"], Truth::Yes),
        (&["vcenter:lyon/tag:prod"], Truth::No),
        (&["*", "!vcenter:lyon/tag:prod"], Truth::Yes),
    ] {
        assert_eq!(selected(patterns, &vm), wanted, "{patterns:?}");
    }
}

#[test]
fn broken_entries_are_refused() {
    let texts = ["", "!", "vcenter:paris", "vcenter:/x", "vcenter:paris/", "moref:", "web-["];
    let tags = ["tag:", "!tag:", "tag:/x", "tag:x/", "tag:a/b/c", "tag: x", "tag:a /b", "tag:a/[", "vcenter:x/tag:"];
    for text in texts.into_iter().chain(tags) {
        assert!(VmPattern::parse(text).is_err(), "{text}");
    }
}
