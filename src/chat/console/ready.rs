//! Whether the bot can serve, and what stands against it: `GET /readyz`.

use serde::Serialize;

use super::PLATFORM;
use crate::domain::policy::memberships::{REPORTED_AFTER, Unread};
use crate::engine::Parts;
use crate::engine::ports::Health;

#[derive(Debug, Serialize)]
pub(super) struct Readiness {
    /// Whether it can.
    pub(super) ready: bool,
    checks: Vec<Check>,
}

/// One thing that has to be in order.
#[derive(Debug, Serialize)]
struct Check {
    /// What was looked at (`vcenter lab`, `store`).
    name: String,
    ok: bool,
    /// In words, for an administrator. No secret: it is served without a login.
    detail: String,
}

impl Check {
    fn of(name: impl Into<String>, looks: Result<impl Into<String>, String>) -> Self {
        let ok = looks.is_ok();
        Self { name: name.into(), ok, detail: looks.map_or_else(|why| why, Into::into) }
    }
}

/// Looks at the vCenters, the store, the chats, and the groups whose members a platform knows.
pub(super) fn readiness(parts: &Parts) -> Readiness {
    let vcenters = parts.fleet.iter().map(|vcenter| {
        let looks = match vcenter.health() {
            Health::Live => Ok(format!("{} VMs", vcenter.inventory().len())),
            Health::Starting => Err("the first read is not through yet".to_owned()),
            Health::Lost { since, why } => Err(format!("since {since}: {why}")),
        };
        Check::of(format!("vcenter {}", vcenter.name()), looks)
    });
    let store = Check::of("store", parts.store.trouble().map_or(Ok("can be written"), Err));
    let chats = parts.chats.values().filter(|chat| chat.platform() != PLATFORM);
    let chats = chats.map(|chat| Check::of(chat.platform(), chat.health().map(|()| "connected")));
    let (rules, unread, now) = (parts.rules(), parts.unread_groups.get(), parts.clock.now());
    let groups = rules.policy.platform_groups.iter().map(|group| {
        let name = format!("group {}", group.name);
        let Some(Unread { since, why }) = unread.get(&group.name) else {
            return Check::of(name, Ok("its members are known"));
        };
        let ok = now.duration_since(*since) < REPORTED_AFTER;
        Check { name, ok, detail: format!("its members cannot be read since {since}: {why}") }
    });
    let serves: Vec<Check> = vcenters.chain([store]).chain(chats).chain(groups).collect();
    let unreached = parts.unreached.get();
    let lost = unreached.iter().map(|(channel, Unread { since, why })| {
        Check::of(format!("channel {channel}"), Err::<String, _>(format!("takes no messages since {since}: {why}")))
    });
    // One channel is none of the others' business as long as its trouble is told in the administrators' channel.
    let told = unreached.is_empty() || rules.alarms.as_ref().is_some_and(|alarms| !unreached.contains_key(alarms));
    let ready = told && serves.iter().all(|check| check.ok);
    Readiness { ready, checks: serves.into_iter().chain(lost).collect() }
}
