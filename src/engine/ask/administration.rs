//! `freeze` and `unfreeze`: who may, and what is told then.

use tokio::sync::oneshot;

use super::{Asker, tell};
use crate::domain::bulletin::News;
use crate::domain::freeze::Freeze;
use crate::domain::notice::Notice;
use crate::engine::Answer;
use crate::engine::core::{Core, Turn};
use crate::engine::record;

/// Stops every new change.
pub(super) async fn freeze(
    core: &mut Core,
    asker: &Asker,
    reason: String,
    reply: oneshot::Sender<Answer>,
    turn: &mut Turn,
) {
    if let Some(notice) = not_administrator(core, asker, turn, "freeze") {
        return tell(core, asker, &notice, reply, turn);
    }
    if let Some(freeze) = core.freeze() {
        return tell(core, asker, &Notice::Frozen { freeze: freeze.clone() }, reply, turn);
    }
    let now = core.parts.clock.now();
    let freeze = Freeze { by: asker.person.clone(), account: asker.account.clone(), reason, at: now };
    if let Err(why) = core.announce(&asker.channel, &asker.locale, News::Frozen { freeze: freeze.clone() }, turn).await
    {
        return tell(core, asker, &Notice::StoreDown { why }, reply, turn);
    }
    turn.audit(record::audit_freeze(&freeze));
    core.set_freeze(Some(freeze));
    turn.wait_for_quiet(reply, asker.reader());
}

/// Lets changes begin again.
pub(super) async fn unfreeze(core: &mut Core, asker: &Asker, reply: oneshot::Sender<Answer>, turn: &mut Turn) {
    if let Some(notice) = not_administrator(core, asker, turn, "unfreeze") {
        return tell(core, asker, &notice, reply, turn);
    }
    let Some(freeze) = core.freeze().cloned() else {
        return tell(core, asker, &Notice::NotFrozen, reply, turn);
    };
    let now = core.parts.clock.now();
    turn.audit(record::audit_unfreeze(&freeze, &asker.person, &asker.account, now));
    let news = News::Unfrozen { by: asker.person.clone(), freeze };
    if let Err(why) = core.announce(&asker.channel, &asker.locale, news, turn).await {
        return tell(core, asker, &Notice::StoreDown { why }, reply, turn);
    }
    core.set_freeze(None);
    tell(core, asker, &Notice::UnfrozenNow, reply, turn);
}

/// What is answered to somebody who may not.
fn not_administrator(core: &Core, asker: &Asker, turn: &mut Turn, what: &str) -> Option<Notice> {
    let rules = core.parts.rules();
    if rules.policy.is_administrator(&asker.person) {
        return None;
    }
    let now = core.parts.clock.now();
    let administrators = &rules.policy.administrators;
    let undecided = rules.policy.undecided(&asker.person, administrators);
    let why = if undecided.is_some() { "not known whether an administrator" } else { "no administrator" };
    turn.audit(record::audit_refusal(&asker.person, &asker.account, what, why, now));
    Some(match undecided {
        Some(groups) => Notice::GroupsUnknown { groups },
        None => Notice::NotAdministrator { groups: administrators.clone() },
    })
}
