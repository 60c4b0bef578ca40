//! The verbs: every word that people can type, and all that is known of each without looking at anything else.
//!
//! The grammar, help, completion, forms, pickers, rights and the vCenter role are read off these rows. A new verb is one row here, its
//! meaning in the grammar, its plan and its sentences; `every_verb_is_complete` in tests/house names what is still missing.

use super::parameters::Parameter;
use super::rights::Right;
use super::table::table;

/// What a row of the verbs says.
#[derive(Debug)]
pub struct VerbSpec {
    /// Other words for it, English ones first, then French ones, without accents.
    pub aliases: &'static [&'static str],
    /// The words that it takes without a key, in order.
    pub places: &'static [Parameter],
    /// The options that it takes, in the order in which help shows them.
    pub options: &'static [Parameter],
    /// What it cannot do without. A snapshot is mostly not among them: without one, the person picks.
    pub needed: &'static [Parameter],
    /// A right command without the prefix, for help and for errors that have nothing better to show.
    pub example: &'static str,
    /// The right that it needs; none for what everybody may, and for what only administrators may.
    pub right: Option<Right>,
    /// The vCenter privileges that the bot's account needs for it, beside those of every role.
    pub privileges: &'static [&'static str],
}

use Parameter as P;

/// A verb that everybody may use, which takes nothing and changes nothing.
const PLAIN: VerbSpec =
    VerbSpec { aliases: &[], places: &[], options: &[], needed: &[], example: "", right: None, privileges: &[] };

table! {
    /// Every verb, in the order in which help shows them. The words are those of the command line and of the audit trail.
    Verb, VerbSpec {
        /// Take a snapshot.
        Take "take" {
            aliases: &["snap", "create", "new", "prendre", "creer", "nouveau"],
            places: &[P::Vm, P::Name],
            options: &[P::Name, P::Description, P::Mode, P::Keep, P::Ticket, P::Vm, P::VCenter],
            needed: &[P::Vm],
            example: "take web-01 \"before upgrade\"",
            right: Some(Right::Take),
            privileges: &["VirtualMachine.State.CreateSnapshot"],
        }
        /// Show a VM's snapshots as a tree.
        List "list" {
            aliases: &["ls", "tree", "show", "lister", "liste", "arbre", "afficher"],
            places: &[P::Vm],
            options: &[P::Vm, P::VCenter],
            needed: &[P::Vm],
            example: "list web-01",
            right: Some(Right::List),
            ..PLAIN
        }
        /// Report the snapshots that are too old, of the VMs that the person may list.
        Report "report" {
            aliases: &["rapport"],
            places: &[P::Report],
            example: "report",
            ..PLAIN
        }
        /// Go back to a named snapshot.
        Revert "revert" {
            aliases: &["rollback", "restore", "restaurer", "revenir"],
            places: &[P::Vm, P::Snapshot],
            options: &[P::Snapshot, P::StayOff, P::Power, P::Safety, P::Ticket, P::Vm, P::VCenter],
            needed: &[P::Vm],
            example: "revert web-01 \"before upgrade\"",
            right: Some(Right::Revert),
            privileges: &["VirtualMachine.State.RevertToSnapshot"],
        }
        /// Go back to the current snapshot, the parent of "You are here".
        RevertLatest "revert-latest" {
            aliases: &["rollback-latest", "restore-latest", "restaurer-dernier", "restaurer-derniere"],
            places: &[P::Vm],
            options: &[P::StayOff, P::Power, P::Safety, P::Ticket, P::Vm, P::VCenter],
            needed: &[P::Vm],
            example: "revert-latest web-01",
            right: Some(Right::RevertLatest),
            privileges: &["VirtualMachine.State.RevertToSnapshot"],
        }
        /// Delete one snapshot, alone or with everything below it.
        Delete "delete" {
            aliases: &["rm", "remove", "supprimer", "effacer"],
            places: &[P::Vm, P::Snapshot],
            options: &[P::Snapshot, P::Children, P::Ticket, P::Vm, P::VCenter],
            needed: &[P::Vm],
            example: "delete web-01 \"before upgrade\"",
            right: Some(Right::Delete),
            privileges: &["VirtualMachine.State.RemoveSnapshot"],
        }
        /// Delete every snapshot of a VM.
        DeleteAll "delete-all" {
            aliases: &["rm-all", "remove-all", "clear", "supprimer-tout", "effacer-tout"],
            places: &[P::Vm],
            options: &[P::Ticket, P::Vm, P::VCenter],
            needed: &[P::Vm],
            example: "delete-all web-01",
            right: Some(Right::DeleteAll),
            privileges: &["VirtualMachine.State.RemoveSnapshot"],
        }
        /// Delete snapshots that are older than an age, on many VMs.
        DeleteOlder "delete-older" {
            aliases: &["rm-older", "prune", "supprimer-anciens", "purger"],
            places: &[P::Scope, P::Age],
            options: &[P::Ticket],
            needed: &[P::Scope, P::Age],
            example: "delete-older all 30d",
            right: Some(Right::DeleteOlder),
            privileges: &["VirtualMachine.State.RemoveSnapshot"],
        }
        /// Merge disks that a deletion left behind.
        Consolidate "consolidate" {
            aliases: &["consolider"],
            places: &[P::Vm],
            options: &[P::Ticket, P::Vm, P::VCenter],
            needed: &[P::Vm],
            example: "consolidate web-01",
            right: Some(Right::Consolidate),
            privileges: &["VirtualMachine.State.RemoveSnapshot"],
        }
        /// Rename a snapshot or change its description.
        Edit "edit" {
            aliases: &["rename", "modifier", "renommer"],
            places: &[P::Vm, P::Snapshot],
            options: &[P::Snapshot, P::Name, P::Description, P::Vm, P::VCenter],
            needed: &[P::Vm],
            example: "edit web-01 #1 name:\"before upgrade\"",
            right: Some(Right::Edit),
            privileges: &["VirtualMachine.State.RenameSnapshot"],
        }
        /// Change until when a snapshot stays.
        Keep "keep" {
            aliases: &["extend", "garder", "conserver", "prolonger"],
            places: &[P::Vm, P::Snapshot, P::Keep],
            options: &[P::Snapshot, P::Keep, P::Vm, P::VCenter],
            needed: &[P::Vm, P::Keep],
            example: "keep web-01 \"before upgrade\" 3d",
            right: Some(Right::Keep),
            privileges: &["VirtualMachine.State.RenameSnapshot"],
        }
        /// Keep a snapshot although it has expired. A reason by itself would stand in the snapshot's place, so that is needed too.
        Hold "hold" {
            aliases: &["retenir"],
            places: &[P::Vm, P::Snapshot, P::Reason],
            options: &[P::Snapshot, P::Keep, P::Vm, P::VCenter],
            needed: &[P::Vm, P::Snapshot, P::Reason],
            example: "hold web-01 \"before upgrade\" \"the audit needs it\"",
            right: Some(Right::Hold),
            privileges: &["VirtualMachine.State.RenameSnapshot"],
        }
        /// End a hold.
        Release "release" {
            aliases: &["unhold", "liberer"],
            places: &[P::Vm, P::Snapshot],
            options: &[P::Snapshot, P::Vm, P::VCenter],
            needed: &[P::Vm],
            example: "release web-01 \"before upgrade\"",
            right: Some(Right::Hold),
            privileges: &["VirtualMachine.State.RenameSnapshot"],
        }
        /// Power a VM on.
        PowerOn "power-on" {
            aliases: &["poweron", "start", "allumer", "demarrer"],
            places: &[P::Vm],
            options: &[P::Vm, P::VCenter],
            needed: &[P::Vm],
            example: "power-on web-01",
            right: Some(Right::PowerOn),
            privileges: &["VirtualMachine.Interact.PowerOn"],
        }
        /// Say what can be asked for.
        Help "help" {
            aliases: &["?", "--help", "-h", "aide"],
            places: &[P::Verb],
            example: "help take",
            ..PLAIN
        }
        /// Show a request, or all that are open.
        Status "status" {
            aliases: &["etat", "statut"],
            places: &[P::Request],
            example: "status R-7KQ2",
            ..PLAIN
        }
        /// Ask vCenter to cancel a running task.
        Cancel "cancel" {
            aliases: &["abort", "annuler"],
            places: &[P::Request],
            needed: &[P::Request],
            example: "cancel R-7KQ2",
            right: Some(Right::Cancel),
            privileges: &["Global.CancelTask"],
            ..PLAIN
        }
        /// Take back a request that nobody has decided yet.
        Withdraw "withdraw" {
            aliases: &["retract", "retirer"],
            places: &[P::Request],
            needed: &[P::Request],
            example: "withdraw R-7KQ2",
            ..PLAIN
        }
        /// Say which rule allows or denies a verb on a VM.
        Explain "explain" {
            aliases: &["why", "expliquer", "pourquoi"],
            places: &[P::Verb, P::Vm],
            options: &[P::Vm, P::VCenter],
            needed: &[P::Verb, P::Vm],
            example: "explain revert web-01",
            ..PLAIN
        }
        /// Stop every new change of every VM, for everybody.
        Freeze "freeze" {
            aliases: &["geler"],
            places: &[P::Reason],
            needed: &[P::Reason],
            example: "freeze \"the storage is being moved\"",
            ..PLAIN
        }
        /// Let changes begin again.
        Unfreeze "unfreeze" {
            aliases: &["thaw", "degeler"],
            example: "unfreeze",
            ..PLAIN
        }
    }
}

impl Verb {
    /// Its words: its own, then the others.
    pub fn words(self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.as_str()).chain(self.spec().aliases.iter().copied())
    }

    /// Whether it is about one VM, which comes first: what a picker of verbs for a VM offers.
    pub fn is_about_vm(self) -> bool {
        self.spec().places.first() == Some(&Parameter::Vm)
    }

    /// Whether a command can say this with it, by a key.
    pub fn takes(self, option: Parameter) -> bool {
        self.spec().options.contains(&option)
    }

    /// What its form asks for, the words that have a place first. The second way to keep a VM off is no field of its own, and a chosen
    /// VM says in which vCenter it is.
    pub fn fields(self) -> Vec<Parameter> {
        let mut fields = self.spec().places.to_vec();
        let others =
            self.spec().options.iter().filter(|option| !matches!(option, Parameter::Power | Parameter::VCenter));
        for field in others {
            if !fields.contains(field) {
                fields.push(*field);
            }
        }
        fields
    }
}
