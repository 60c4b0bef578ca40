use super::*;

fn rules(patterns: &[&str]) -> Rules {
    Rules { backup_names: patterns.iter().map(|pattern| Rules::name(pattern).unwrap()).collect(), ..Rules::default() }
}

#[test]
fn the_default_patterns_are_patterns_and_each_finds_its_product() {
    let rules = Rules::default();
    assert_eq!(rules.backup_names.len(), BACKUP_NAMES.len());
    for name in [
        "VEEAM BACKUP TEMPORARY SNAPSHOT",
        "Veeam Backup Temporary Snapshot 11/22/2026 2:05",
        "Consolidate Helper- 0",
        "consolidate helper",
        "NBU_SNAPSHOT esx-01 1764000000",
        "__GX_BACKUP__",
        "smvi_daily_recent",
        " smvi_ with a space before it",
        "Rubrik_2026-11-22",
        "_VCB-BACKUP_",
    ] {
        assert!(rules.is_of_backup(name), "{name}");
    }
    for name in ["before the Rubrik upgrade", "veeam", "Consolidate", "smvi", "NBU", "VCB-BACKUP", "", " "] {
        assert!(!rules.is_of_backup(name), "{name}");
    }
}

#[test]
fn a_list_of_ones_own_replaces_them_and_an_empty_one_means_none() {
    let own = rules(&["nightly-[0-9]*", "Ärzte*"]);
    assert!(own.is_of_backup("NIGHTLY-7 of web-01") && own.is_of_backup("ärzte"));
    assert!(!own.is_of_backup("VEEAM BACKUP TEMPORARY SNAPSHOT") && !own.is_of_backup("nightly-x"));
    assert!(!rules(&[]).is_of_backup("VEEAM BACKUP TEMPORARY SNAPSHOT"));
}

#[test]
fn a_slash_is_matched_as_it_is_written_and_by_a_star() {
    for pattern in ["backup *", "backup 22/11*", "backup 22/11/????", "backup 22%2f11*"] {
        assert!(rules(&[pattern]).is_of_backup("backup 22/11/2026"), "{pattern}");
    }
}
