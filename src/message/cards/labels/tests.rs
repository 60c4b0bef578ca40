use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::domain::ids::VmRef;
use crate::domain::token::TokenKey;
use crate::message::format::Format;
use crate::message::words::Locale;

/// The labels of VMs from `vcenter moref path`, where several vCenters are configured or one.
fn of(several_vcenters: bool, vms: &[(&str, &str, &str)]) -> Vec<String> {
    let view = View {
        format: Format { locale: Locale::En, tz: TimeZone::UTC, now: Timestamp::UNIX_EPOCH },
        tokens: &TokenKey::new([0; 32]),
        holders: &|_, _| Vec::new(),
        freeze: None,
        several_vcenters,
        has_double: &|_| false,
        lost: &|_| None,
    };
    let option = |(vcenter, moref, path): &(&str, &str, &str)| {
        let vm = VmRef { vcenter: (*vcenter).into(), moref: (*moref).into() };
        (VmTitle::new(&vm, *path), Some(PowerState::On))
    };
    let options: Vec<_> = vms.iter().map(option).collect();
    super::vms(&options, &view)
}

#[test]
fn one_path_in_two_vcenters_is_told_by_the_vcenter() {
    let both = [("paris", "vm-1", "DC0/web-01"), ("lab", "vm-1", "DC0/web-01")];
    assert_eq!(of(true, &both), ["paris · DC0/web-01 · on", "lab · DC0/web-01 · on"]);
    assert_eq!(
        of(false, &[("paris", "vm-1", "DC0/a/web-02"), ("paris", "vm-2", "DC0/b/web-02")]),
        ["DC0/a/web-02 · on", "DC0/b/web-02 · on"]
    );
}

#[test]
fn names_that_look_the_same_are_told_by_their_ids() {
    let doubles = [("paris", "vm-7", "DC0/caf\u{e9}-1"), ("paris", "vm-8", "DC0/cafe\u{301}-1")];
    assert_eq!(of(false, &doubles), ["vm-7 · DC0/caf\u{e9}-1 · on", "vm-8 · DC0/cafe\u{301}-1 · on"]);
}

#[test]
fn what_differs_is_not_cut_away() {
    let deep = "Datacenter of the north/production/customers/very long folder name/also long";
    let long = "n".repeat(80);
    for vms in [
        vec![("p", "vm-1", format!("{deep}/one/web-02")), ("p", "vm-2", format!("{deep}/two/web-02"))],
        vec![("p", "vm-1", format!("{deep}/web/{long}1")), ("p", "vm-2", format!("{deep}/web/{long}2"))],
        vec![("p", "vm-1", format!("DC/{long}")), ("q", "vm-2", format!("DC/{long}"))],
        vec![("p", "vm-1", format!("{deep}/web-02")), ("p", "vm-2", format!("{deep}/more/folders/web-02"))],
    ] {
        let vms: Vec<_> = vms.iter().map(|(vcenter, moref, path)| (*vcenter, *moref, path.as_str())).collect();
        let labels = of(true, &vms);
        let shown: BTreeSet<String> = labels.iter().map(|label| label.chars().take(SHOWN).collect()).collect();
        assert_eq!(shown.len(), vms.len(), "{labels:#?}");
    }
    assert_eq!(
        of(false, &[("p", "vm-1", &format!("{deep}/one/web-02")), ("p", "vm-2", &format!("{deep}/two/web-02"))]),
        ["…/one/web-02 · on", "…/two/web-02 · on"]
    );
}
