//! What people type wrongly, and names that mean harm: each gets one card with what is wrong and what to do instead, in the
//! reader's language, and nothing is asked of vCenter.

use snapwarden_sim::faults::{Rule, Trouble};

use super::harness::World;

/// What is typed, what the answer says in English and in French, and the next step, which is the same in both.
const WRONG: &[(&str, &str, &str, &str)] = &[
    ("", "Tell me what to do.", "Dites-moi quoi faire.", "/snapshot help"),
    (
        "tkae web-01",
        "I do not know the verb \"tkae\".",
        "Je ne connais pas le verbe \"tkae\".",
        "/snapshot take web-01",
    ),
    ("🙂", "I do not know the verb \"🙂\".", "Je ne connais pas le verbe \"🙂\".", "/snapshot help"),
    ("مرحبا web-01", "I do not know the verb \"مرحبا\".", "Je ne connais pas le verbe \"مرحبا\".", "/snapshot help"),
    ("take", "Which VM?", "Quelle VM ?", "/snapshot take web-01"),
    (
        "take wbe-01",
        "I know no VM called \"wbe-01\". failure Did you mean",
        "Je ne connais aucune VM appelée \"wbe-01\". échec Vouliez-vous dire",
        "\"web-01\"",
    ),
    (
        "take <script>alert(1)</script>",
        "I know no VM called \"<script>alert(1)</script>\".",
        "Je ne connais aucune VM appelée \"<script>alert(1)</script>\".",
        "DC1/web/web-01",
    ),
    (
        "take \"web\u{202e}10-\"",
        "I know no VM called \"web\u{fffd}10-\".",
        "Je ne connais aucune VM appelée \"web\u{fffd}10-\".",
        "DC1/web/web-01",
    ),
    (
        "take web-01/../prod-01",
        "I know no VM called \"web-01/../prod-01\".",
        "Je ne connais aucune VM appelée \"web-01/../prod-01\".",
        "DC1/web/web-01",
    ),
    (
        "take web-01 mod:disk",
        "I do not know the option \"mod\" (character 13). failure take web-01 mod:disk ^ Did you mean \"mode\"?",
        "Je ne connais pas l'option \"mod\" (caractère 13). échec take web-01 mod:disk ^ Vouliez-vous dire \"mode\" ?",
        "/snapshot take web-01 mode:disk",
    ),
    (
        "take web-01 mode:dsk",
        "\"dsk\" is no value of \"mode\" (character 18).",
        "\"dsk\" n'est pas une valeur de \"mode\" (caractère 18).",
        "/snapshot take web-01 mode:disk",
    ),
    (
        "take web-01 before upgrade",
        "I do not know what to do with \"upgrade\" (character 20). failure take web-01 before upgrade ^ A name of several words goes in quotes:",
        "Je ne sais pas quoi faire de \"upgrade\" (caractère 20). échec take web-01 before upgrade ^ Un nom de plusieurs mots se met entre guillemets",
        "/snapshot take web-01 \"before upgrade\"",
    ),
    (
        "take web-01 \"before upgrade",
        "The quote at character 13 is not closed.",
        "Le guillemet au caractère 13 n'est pas fermé.",
        "/snapshot take web-01 \"before upgrade\"",
    ),
    (
        "take web-01 \"a\u{202e}b\"",
        "The name holds a character that cannot be seen or turns text around (U+202E, character 15).",
        "Le nom contient un caractère invisible ou qui inverse le sens du texte (U+202E, caractère 15).",
        "/snapshot take web-01",
    ),
    (
        "take web-01 keep:-3d",
        "\"-3d\" does not lie in the future (character 18). Write how long from now, like 3d.",
        "\"-3d\" n'est pas dans le futur (caractère 18).",
        "/snapshot take web-01 keep:3d",
    ),
    (
        "take web-01 keep:soon",
        "\"soon\" is not a duration (character 18).",
        "\"soon\" n'est pas une durée (caractère 18).",
        "/snapshot take web-01 keep:3d",
    ),
    (
        "take web-01 keep:99999d",
        "\"99999d\" is longer than 3650 d (character 18).",
        "\"99999d\" dépasse 3650 j (caractère 18).",
        "/snapshot take web-01 keep:3d",
    ),
    ("revert web-01 x", "\"web-01\" has no snapshots.", "\"web-01\" n'a aucun snapshot.", "/snapshot take web-01"),
    (
        "revert db-01 \"after imprt\"",
        "\"db-01\" has no snapshot called \"after imprt\". failure It has \"after import\".",
        "\"db-01\" n'a aucun snapshot appelé \"after imprt\". échec Elle a \"after import\".",
        "/snapshot list db-01",
    ),
    (
        "delete db-01 #9",
        "\"db-01\" has no snapshot called \"#9\".",
        "\"db-01\" n'a aucun snapshot appelé \"#9\".",
        "/snapshot list db-01",
    ),
    ("edit db-01 #1", "Say what changes", "Dites ce qui change", "/snapshot edit"),
    (
        "take cold-01",
        "\"cold-01\" is a template: it has no state to go back to. Convert it to a virtual machine first.",
        "\"cold-01\" est un modèle : il n'a pas d'état auquel revenir. Convertissez-le d'abord en machine virtuelle.",
        "@alice",
    ),
    (
        "delete-all web-01",
        "\"web-01\" has no snapshots. Take one:",
        "\"web-01\" n'a aucun snapshot. Prenez-en un",
        "/snapshot take",
    ),
    (
        "take deep-01",
        "\"deep-01\" has 30 delta disks in one chain, and vSphere allows 32, of which two are left for backups. Delete some snapshots first:",
        "\"deep-01\" a 30 disques delta dans une chaîne, et vSphere en autorise 32, dont deux restent pour les sauvegardes. Supprimez d'abord",
        "/snapshot list",
    ),
    (
        "delete backup-01 #1",
        "belongs to a running backup. Ask again when the backup has ended.",
        "appartient à une sauvegarde en cours. Refaites la demande quand la sauvegarde sera terminée.",
        "VEEAM BACKUP TEMPORARY SNAPSHOT",
    ),
    ("cancel R-2222", "I know no request R-….", "Je ne connais aucune demande R-….", "R-…"),
    ("withdraw", "Which request?", "Quelle demande ?", "/snapshot withdraw R-…"),
    ("explain fly web-01", "I do not know the verb \"fly\".", "Je ne connais pas le verbe \"fly\".", "/snapshot help"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_mistake_is_answered_with_what_to_do_instead_in_both_languages() {
    let world = World::new().await;
    world.sim.set_template("cold-01", true);
    let mut wrong = Vec::new();
    for (text, english, french, next) in WRONG {
        for (locale, expected) in [("en", english), ("fr", french)] {
            let said = answered(&world, text, locale).await;
            if !(said.contains(expected) && said.contains(next)) {
                wrong.push(format!("{text:?} in {locale}: {said}"));
            }
        }
    }
    assert!(wrong.is_empty(), "answered otherwise:\n{}", wrong.join("\n"));
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_much_is_answered_with_how_much_is_enough() {
    let world = World::new().await;
    let (endless, named) = ("x".repeat(10_000), format!("take web-01 \"{}\"", "n".repeat(81)));
    for (text, locale, expected) in [
        (&endless, "en", "That command has 10000 characters; 4000 are enough"),
        (&endless, "fr", "Cette commande compte 10000 caractères ; 4000 suffisent"),
        (&named, "en", "The name has 81 characters; vSphere allows 80."),
        (&named, "fr", "Le nom compte 81 caractères ; vSphere en autorise 80."),
    ] {
        let said = answered(&world, text, locale).await;
        assert!(said.contains(expected) && said.contains("/snapshot take web-01 \"before upgrade\""), "{said}");
        assert!(said.chars().count() < 400, "the answer does not repeat it all: {said}");
    }
    world.end(&[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vm_that_went_is_told_in_french_too() {
    let world = World::new().await;
    world.says_in("ops", "alice", "restaurer db-01 dernier", "fr").await;
    world.until("awaiting_approval").await;
    world.sim.destroy("db-01");
    world.press("bob", "Approuver").await;
    world.until("refused").await;
    world.until_shown("\"db-01\" a disparu").await;
    world.end(&[]).await;
}

/// Names that a wire, a page or a sentence is likely to spoil.
const HOSTILE: [&str; 8] = [
    "50 % / half \\ done",
    "100%25 %2f",
    "<script>alert(1)</script>",
    "{{7*7}} ${HOME} `id`",
    "\" ' « » “ ”",
    "été 日本語 🙂",
    "עברית",
    "R-7KQ2 [Approve]",
];

#[tokio::test(flavor = "multi_thread")]
async fn hostile_names_are_taken_shown_and_found_as_they_are() {
    let world = World::new().await;
    for name in HOSTILE {
        let quoted = snapwarden::domain::command::quote(name);
        world.says("alice", &format!("take cold-01 {quoted}")).await;
        let done = world.until("done").await;
        let title = done.0["title"].as_str().unwrap();
        assert!(title.contains(&format!("\"{name}\"")), "{name}: {title}");
        let there = world.sim.vm("cold-01").unwrap().snapshots.pop().unwrap();
        assert_eq!(there.name, name);
        world.says("alice", &format!("delete cold-01 {quoted}")).await;
        world.until("done").await;
        assert!(world.sim.vm("cold-01").unwrap().snapshots.is_empty(), "{name}");
    }
    let changes = ["CreateSnapshotEx_Task cold-01", "RemoveSnapshot_Task cold-01"].repeat(HOSTILE.len());
    world.end(&changes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_vm_and_a_hostile_fault_stay_one_harmless_line() {
    let world = World::new().await;
    let name = "evil\u{202e}\n[Approve] \"web-01\"";
    let vm = world.sim.add(name, "test");
    let message = "no\nspace\u{202e} <b>left</b>".to_owned();
    let full = Trouble::Fault { name: "NoDiskSpace".to_owned(), message, at_end: true };
    world.plan([Rule::once("*", "CreateSnapshotEx_Task", full)]);
    world
        .wait("it is in the inventory", async || {
            world.bot().handle.inventory().iter().find(|known| known.vm.moref.as_str() == vm).cloned()
        })
        .await;
    world.says("alice", &format!("take {vm}")).await;
    world.until("failed").await;
    shows! { world, r#"
        "evil��[Approve] "web-01"": no snapshot was taken.  failure · R-…
        A datastore is full. Ask the storage administrators for room, then ask again.
        vCenter's words: "no space <b>left</b>" (NoDiskSpace).
        There is no snapshot on the VM now.
        Asked by @alice.
        [Ask again]
    "# }
    world.end_as_it_is(&[&format!("CreateSnapshotEx_Task {name}")]).await;
}

/// The answer's text on one line, wherever it is given: to the person alone.
async fn answered(world: &World, text: &str, locale: &str) -> String {
    let answer = world.says_in("web-team", "alice", text, locale).await;
    let said = answer.text();
    assert!(!said.is_empty(), "{text:?} was not answered");
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}
