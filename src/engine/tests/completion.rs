//! Completion tells nobody of a VM that they may not see, nor of what is on it.

use super::bench::Bench;
use crate::engine::complete::complete;
use crate::engine::{Argument, CompletionQuery};

fn completed(bench: &Bench, who: &str, verb: &str, argument: Argument, vm: Option<&str>) -> Vec<String> {
    let query = CompletionQuery {
        verb: verb.to_owned(),
        argument,
        vm: vm.map(str::to_owned),
        query: String::new(),
        locale: Some("en".to_owned()),
    };
    complete(&bench.core.parts, &who.into(), &query).into_iter().map(|one| one.value).collect()
}

async fn bench() -> Bench {
    let bench = Bench::new().await;
    for (vm, name) in [("web-01", "ours"), ("prod-01", "secret")] {
        bench.lab.take(vm, name, bench.now(), "");
    }
    bench
}

#[tokio::test]
async fn vms_are_those_on_which_one_may_do_it() {
    let bench = bench().await;
    let vms = |who: &str, verb: &str| completed(&bench, who, verb, Argument::Vm, None);
    assert_eq!(vms("alice", "take"), ["web-01", "web-02"]);
    assert_eq!(vms("alice", ""), ["web-01", "web-02"]);
    assert_eq!(vms("carol", "take"), ["prod-01", "web-01", "web-02"]);
    assert!(vms("dave", "take").is_empty() && vms("mallory", "").is_empty());
}

#[tokio::test]
async fn snapshots_and_modes_are_those_of_a_vm_that_one_may_see() {
    let bench = bench().await;
    for argument in [Argument::Snapshot, Argument::Mode] {
        let of = |who: &str, vm: &str| completed(&bench, who, "revert", argument, Some(vm));
        assert!(!of("alice", "web-01").is_empty() && !of("carol", "prod-01").is_empty(), "{argument:?}");
        assert!(of("alice", "prod-01").is_empty() && of("dave", "web-01").is_empty(), "{argument:?}");
        assert!(of("carol", "nothing").is_empty(), "{argument:?}");
        assert!(completed(&bench, "carol", "revert", argument, None).is_empty(), "{argument:?}");
    }
    assert_eq!(completed(&bench, "alice", "revert", Argument::Snapshot, Some("web-01")), ["ours"]);
}

#[tokio::test]
async fn vms_that_look_the_same_are_offered_by_id() {
    let bench = bench().await;
    let names = ["caf\u{e9}", "cafe\u{301}"];
    for name in names {
        bench.lab.add("web", name);
    }
    let query = CompletionQuery {
        verb: "list".to_owned(),
        argument: Argument::Vm,
        vm: None,
        query: "caf".to_owned(),
        locale: Some("en".to_owned()),
    };
    let offered = complete(&bench.core.parts, &"carol".into(), &query);
    assert_eq!(offered.len(), 2, "{offered:?}");
    for (offer, name) in offered.iter().zip(["cafe\u{301}", "caf\u{e9}"]) {
        let id = super::lab::moref(name);
        assert!(offer.label.contains(id.as_str()) && offer.exact() == format!("lab/{id}"), "{offered:?}");
    }
}
