//! The gate before a button of a list's row: what the row shows is compared with what is true now.
//!
//! A row stands in a channel for days. Whoever presses its button decides by what it shows, so one whose snapshot is gone, or whose hold
//! or end is another by now, changes nothing and says what is true.

use super::{known, new};
use crate::domain::act::Act;
use crate::domain::bulletin::{Bulletin, News};
use crate::domain::ids::{RequestId, Target};
use crate::domain::intent::{Intent, SnapshotSelector, VmSelector};
use crate::domain::notice::Notice;
use crate::domain::report::Finding;
use crate::domain::request::Origin;
use crate::domain::token::Token;
use crate::engine::Press;
use crate::engine::core::Core;
use crate::engine::press::gate::Subject;
use crate::message::action::Effect;
use crate::message::cards::report::finding_of;
use crate::message::cards::rows;
use crate::message::model::Action;

/// A button of a row: what its presser would have typed, if the row is still true.
pub(super) fn row(
    core: &Core,
    bulletin: &Bulletin,
    press: &Press,
    token: &Token,
    action: Action,
) -> Result<Subject, Box<Notice>> {
    known(core, &press.person)?;
    if !action.spec().on_row {
        return Err(Box::new(Notice::BadToken));
    }
    let (target, intent) = if action == Action::Consolidate {
        of_disks(core, bulletin, token)?
    } else {
        of_row(core, bulletin, press, token, action)?
    };
    new(core, press, Some(&target), &intent, row_origin(&bulletin.id, action, token).as_ref())?;
    Ok(Subject::Row(Box::new(bulletin.clone()), Box::new(intent)))
}

/// What destroys or merges is asked for once by each button, however often the click is delivered.
pub(in crate::engine) fn row_origin(message: &RequestId, action: Action, token: &Token) -> Option<Origin> {
    let once = matches!(action, Action::Delete | Action::Consolidate);
    once.then(|| Origin::button(message, &format!("{}.{}", action.word(), token.choice)))
}

fn of_disks(core: &Core, bulletin: &Bulletin, token: &Token) -> Result<(Target, Intent), Box<Notice>> {
    let bad = || Box::new(Notice::BadToken);
    let News::Report { report } = &bulletin.news else { return Err(bad()) };
    let vm = report.consolidation.first.get(token.choice).ok_or_else(bad)?;
    if !core.parts.tokens.fits(token, &rows::vm_binding(&vm.vm)) {
        return Err(bad());
    }
    let target = rows::target(&vm.vm, &vm.name, &vm.name);
    let intent = Intent::on(VmSelector::exactly(&vm.vm), Act::Consolidate);
    Ok((now_at(core, target), intent))
}

fn of_row(
    core: &Core,
    bulletin: &Bulletin,
    press: &Press,
    token: &Token,
    action: Action,
) -> Result<(Target, Intent), Box<Notice>> {
    let bad = || Box::new(Notice::BadToken);
    let (row, finding) = finding_of(&bulletin.news, action, token.choice).ok_or_else(bad)?;
    if !core.parts.tokens.fits(token, &row.identity()) {
        return Err(bad());
    }
    let target = now_at(core, rows::target(&row.vm, &row.vm_name, &row.path));
    let vm = VmSelector::exactly(&row.vm);
    // A row about a chain names none of its snapshots: it shows them all, also by a button of an earlier version.
    if matches!(action.spec().effect, Effect::Show) || matches!(finding, Some(Finding::Chain(_))) {
        return Ok((target, Intent::List { vm }));
    }
    let inventory = core.parts.fleet.inventory();
    let node = inventory.get(&row.vm).and_then(|vm| vm.tree.get(&row.snapshot).cloned());
    let (called, snapshot) = (row.vm_title(), row.name.clone());
    let now = core.parts.clock.now();
    match row.stay_now(node.as_ref(), now) {
        None => return Err(Box::new(Notice::RowGone { vm: called, snapshot })),
        // Who puts a snapshot on hold means it, whatever its end is by now; a hold that came in between is refused as every other.
        Some(stay) if action != Action::Hold && stay != row.stay(now) => {
            return Err(Box::new(Notice::RowChanged { vm: called, snapshot, until: stay.until, hold: stay.hold }));
        }
        Some(_) => {}
    }
    let Effect::Act(act) = action.spec().effect else { return Err(bad()) };
    let reason = press.inputs.get("reason").map(String::as_str).unwrap_or_default();
    let act = act(Some(SnapshotSelector::Moref(row.snapshot.clone())), reason);
    Ok((target, Intent::on(vm, act)))
}

/// The VM as it is known now; as the row had it where it is not.
fn now_at(core: &Core, target: Target) -> Target {
    core.parts.fleet.inventory().get(&target.vm).map_or(target, |vm| vm.target())
}
