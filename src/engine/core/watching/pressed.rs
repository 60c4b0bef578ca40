//! A button on a message about many snapshots: it becomes what its presser would have typed, by their own rights.

use tokio::sync::oneshot;

use super::super::{Core, Turn};
use crate::domain::bulletin::{Bulletin, News};
use crate::domain::command;
use crate::domain::intent::{Intent, SnapshotSelector, VmSelector};
use crate::domain::keep::Keep;
use crate::domain::notice::Notice;
use crate::domain::request::Origin;
use crate::domain::token::Token;
use crate::engine::ask::{self, Asker};
use crate::engine::press::KEEP_LONGER;
use crate::engine::record::{self, Told};
use crate::engine::{Answer, Press};
use crate::message::cards::report::row_of;
use crate::message::cards::rows::vm_binding;
use crate::message::model::Action;

/// Handles a press, if its button is on such a message. Gives the reply back where it is not.
pub(in crate::engine) async fn pressed(
    core: &mut Core,
    press: &Press,
    token: &Token,
    action: Action,
    reply: oneshot::Sender<Answer>,
    turn: &mut Turn,
) -> Result<(), oneshot::Sender<Answer>> {
    let Some(Told { bulletin, .. }) = core.bulletins.get(&token.request).cloned() else { return Err(reply) };
    let asker = Asker {
        person: press.person.clone(),
        account: press.account.clone(),
        channel: bulletin.channel.clone(),
        locale: press.locale.clone().unwrap_or_else(|| bulletin.locale.clone()),
        origin: None,
        acknowledged: press.once.is_some(),
    };
    if let (News::Sweep { sweep }, Action::Approve | Action::Deny | Action::Stop) = (&bulletin.news, action) {
        match core.sweep_pressed(&bulletin.id, sweep, press, token, action, turn) {
            None => turn.answer(reply, None, None, asker.reader()),
            Some(notice) => {
                let what = format!("{} {}", token.action, token.request);
                let now = core.parts.clock.now();
                turn.audit(record::audit_refusal(&press.person, &press.account, &what, "a plan's button", now));
                ask::tell(core, &asker, &notice, reply, turn);
            }
        }
        return Ok(());
    }
    let notice = match meant(core, &bulletin, press, token, action) {
        Ok(intent) => {
            let text = format!("[{}] {}", action.word(), bulletin.id);
            // What destroys or merges is asked for once by each button, however often the click is delivered.
            let once = matches!(action, Action::Delete | Action::Consolidate);
            let origin = once.then(|| Origin {
                request: bulletin.id.clone(),
                action: format!("{}.{}", action.word(), token.choice),
            });
            if let Some(origin) = &origin
                && let Err(became) = core.follow(origin)
            {
                Notice::AskedAlready { request: became }
            } else {
                ask::meant(core, Asker { origin, ..asker }, intent, &text, reply, turn).await;
                return Ok(());
            }
        }
        Err(notice) => *notice,
    };
    let what = format!("{} {}", token.action, token.request);
    turn.audit(record::audit_refusal(&press.person, &press.account, &what, "a row's button", core.parts.clock.now()));
    ask::tell(core, &asker, &notice, reply, turn);
    Ok(())
}

/// What a button asks for.
fn meant(
    core: &Core,
    bulletin: &Bulletin,
    press: &Press,
    token: &Token,
    action: Action,
) -> Result<Intent, Box<Notice>> {
    if core.parts.rules().policy.person(&press.person).is_none() {
        return Err(Box::new(Notice::UnknownPerson));
    }
    let bad = || Box::new(Notice::BadToken);
    if action == Action::Consolidate {
        let News::Report { report } = &bulletin.news else { return Err(bad()) };
        let vm = report.consolidation.first.get(token.choice).ok_or_else(bad)?;
        if !core.parts.tokens.fits(token, &vm_binding(&vm.vm)) {
            return Err(bad());
        }
        return Ok(Intent::Consolidate { vm: VmSelector::exactly(&vm.vm), ticket: None });
    }
    let row = row_of(&bulletin.news, action, token.choice).ok_or_else(bad)?;
    if !core.parts.tokens.fits(token, &row.identity()) {
        return Err(bad());
    }
    let vm = VmSelector::exactly(&row.vm);
    if action == Action::Show {
        return Ok(Intent::List { vm });
    }
    let inventory = core.parts.fleet.inventory();
    let there = inventory.get(&row.vm).is_some_and(|vm| vm.tree.get(&row.snapshot).is_some());
    if !there {
        return Err(Box::new(Notice::RowGone { vm: row.vm_name.clone(), snapshot: row.name.clone() }));
    }
    let snapshot = Some(SnapshotSelector::Moref(row.snapshot.clone()));
    match action {
        Action::Extend => Ok(Intent::Keep { vm, snapshot, keep: Keep::For(KEEP_LONGER) }),
        Action::Delete => Ok(Intent::Delete { vm, snapshot, children: false, ticket: None }),
        Action::Hold => {
            let typed = press.inputs.get("reason").map(String::as_str).unwrap_or_default();
            match command::reason(typed) {
                Ok(reason) => Ok(Intent::Hold { vm, snapshot, reason, keep: None }),
                Err(_) => Err(Box::new(Notice::HoldReasonNeeded)),
            }
        }
        Action::Release => Ok(Intent::Release { vm, snapshot }),
        Action::Approve
        | Action::Confirm
        | Action::Deny
        | Action::BreakGlass
        | Action::Withdraw
        | Action::Cancel
        | Action::Pick
        | Action::AskAgain
        | Action::Retry
        | Action::WithoutMemory
        | Action::WithoutQuiesce
        | Action::Consolidate
        | Action::PowerOn
        | Action::Show
        | Action::Stop
        | Action::ItRan
        | Action::ItDidNotRun => Err(bad()),
    }
}
