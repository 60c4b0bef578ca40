//! Whether the bot can serve, and what stands against it: `GET /readyz`.

use serde::Serialize;

use super::PLATFORM;
use crate::domain::policy::memberships::{REPORTED_AFTER, Unread};
use crate::engine::Parts;
use crate::engine::clocks::skew_in_words;
use crate::engine::ports::{Health, VCenter};

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

fn of_vcenter(vcenter: &dyn VCenter) -> Check {
    let skew = vcenter.ahead().and_then(skew_in_words).map(|skew| format!("; {skew}")).unwrap_or_default();
    let looks = match vcenter.health() {
        Health::Live => Ok(format!("{} VMs{skew}", vcenter.inventory().len())),
        Health::Starting => Err("the first read is not through yet".to_owned()),
        Health::Lost { since, why } => Err(format!("connection lost since {since:.0}: {why}{skew}")),
    };
    Check::of(format!("vcenter {}", vcenter.name()), looks)
}

/// Looks at the vCenters, the store, the chats, and the groups whose members a platform knows.
pub(super) fn readiness(parts: &Parts) -> Readiness {
    let vcenters: Vec<Check> = parts.fleet.iter().map(|vcenter| of_vcenter(vcenter.as_ref())).collect();
    // One vCenter of several that is away is its own trouble: the others are served, and so are the chats and the console.
    let reached = vcenters.is_empty() || vcenters.iter().any(|check| check.ok);
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
    let others: Vec<Check> = [store].into_iter().chain(chats).chain(groups).collect();
    let unreached = parts.unreached.get();
    let lost = unreached.iter().map(|(channel, Unread { since, why })| {
        Check::of(format!("channel {channel}"), Err::<String, _>(format!("takes no messages since {since}: {why}")))
    });
    // One channel is none of the others' business as long as its trouble is told in the administrators' channel.
    let told = unreached.is_empty() || rules.alarms.as_ref().is_some_and(|alarms| !unreached.contains_key(alarms));
    let ready = told && reached && others.iter().all(|check| check.ok);
    Readiness { ready, checks: vcenters.into_iter().chain(others).chain(lost).collect() }
}
