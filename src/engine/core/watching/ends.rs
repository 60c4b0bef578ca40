//! Ends of snapshots: reminders, questions, and what the bot deletes by itself, as a request like any other.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::super::{Core, Turn};
use crate::domain::authority;
use crate::domain::bulletin::News;
use crate::domain::ids::{ChannelId, PersonId, VmRef};
use crate::domain::policy::{BOT, PolicyVerb};
use crate::domain::report::{LISTED_MAX, Listing, Row};
use crate::domain::request::{Request, Requester, Subject, Wish};
use crate::domain::retention::{Step, steps};
use crate::engine::watch::look::Look;

impl Core {
    /// Takes every step that is due.
    pub(super) async fn ends_due(&mut self, look: &Look, whole: &Listing, now: Timestamp, turn: &mut Turn) {
        let rules = self.parts.rules();
        let Some(retention) = &rules.watch.retention else { return };
        let busy =
            self.requests.values().any(|held| held.request.asker.as_str() == BOT && !held.request.state.is_final());
        let live = |vm: &VmRef| look.live.contains(&vm.vcenter);
        let rows: Vec<Row> = whole.rows.iter().filter(|row| row.until.is_some() && live(&row.vm)).cloned().collect();
        let today = now.to_zoned(rules.timezone.clone()).date();
        let frozen = self.freeze().is_some();
        let standing = rules.standing(now, None);
        // Where the rules leave nobody who may delete, the bot does not either, and whoever took it is asked.
        let may_delete = |row: &Row| {
            let target = look.inventory.get(&row.vm).map_or_else(|| row.target(), |vm| vm.target());
            retention.deletes(row) && authority::may(&PersonId::new(BOT), PolicyVerb::Delete, &target, standing).is_ok()
        };
        let told = self.watching.memory.ends.clone();
        let found = steps(&rows, &retention.remind, may_delete, busy || frozen, &told, live, (now, today));
        let mut asked: BTreeMap<(ChannelId, String, bool), Vec<Row>> = BTreeMap::new();
        for step in found.steps {
            let row = match &step {
                Step::Remind(row) | Step::Ask(row) | Step::Delete(row) => row.clone(),
            };
            let Some((channel, locale)) = self.place_of(look, &row).await else {
                tracing::warn!(
                    vm = row.vm_name,
                    snapshot = row.name,
                    "nobody can be told that its time is up; configure a [[report]] that covers it"
                );
                continue;
            };
            let goes = match step {
                Step::Delete(_) if self.took(look, &row).await => {
                    if let Err(why) = self.delete_ended(look, &row, channel, locale, now, turn).await {
                        tracing::error!(vm = row.vm_name, why, "a snapshot whose time is up could not be deleted");
                        return;
                    }
                    continue;
                }
                Step::Remind(_) => may_delete(&row) && !row.children && self.took(look, &row).await,
                // What only its description calls the bot's is a person's to delete.
                Step::Delete(_) | Step::Ask(_) => false,
            };
            asked.entry((channel, locale, goes)).or_default().push(row);
        }
        for ((channel, locale, deletes), mut rows) in asked {
            let count = rows.len();
            rows.truncate(LISTED_MAX);
            if let Err(why) = self.tell_channel(channel, &locale, News::Ending { rows, count, deletes }, turn).await {
                tracing::error!(why, "nobody could be told that a snapshot's time is up");
                return;
            }
        }
        for (place, told) in found.remember {
            self.watching.memory.remember_end(place, told, turn);
        }
        for place in found.forget {
            self.watching.memory.forget_end(&place, turn);
        }
    }

    /// Asks for the deletion as a person would: with the same preflight, and with the approval that the rules want of a deletion.
    async fn delete_ended(
        &mut self,
        look: &Look,
        row: &Row,
        channel: ChannelId,
        locale: String,
        now: Timestamp,
        turn: &mut Turn,
    ) -> Result<(), String> {
        let Some(vm) = look.inventory.get(&row.vm) else { return Ok(()) };
        let target = vm.target();
        let id = self.fresh_id().await?;
        let locale = self.parts.posted_in(&channel, &locale);
        let requester = Requester { person: PersonId::new(BOT), account: BOT.to_owned(), channel, locale, at: now };
        let wish = Wish::Delete { snapshot: row.snapshot.clone(), children: false };
        // The rules say whose approval it needs when its VM is read.
        let request = Request::new(id, self.next_seq(), requester, Subject::Vm(target), wish);
        self.begin(request, &format!("[retention] its time was up at {}", row.until.unwrap_or(now)), turn);
        Ok(())
    }
}
