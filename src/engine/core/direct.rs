//! What one person is told for themselves: that their request ended while they looked elsewhere, that its channel is gone, or that somebody
//! else took off their hold.

use jiff::SignedDuration;

use super::{Core, Turn};
use crate::domain::bulletin::News;
use crate::domain::ids::{Account, ChannelId, PersonId, RequestId};
use crate::domain::request::{Request, State};
use crate::engine::record;
use crate::telemetry::names;

/// A request that ends later than this after it was asked is told to its asker directly too: by then they look elsewhere.
const LOOKS_ELSEWHERE: SignedDuration = SignedDuration::from_mins(1);

impl Core {
    /// Requests that end with this turn, in the order of asking.
    fn ending(&self) -> Vec<Request> {
        let ends = |(before, now): &(Option<&Request>, &Request)| {
            now.state.is_final() && before.is_some_and(|before| !before.state.is_final())
        };
        let mut ending: Vec<Request> = self.changed_requests().filter(ends).map(|(_, now)| now.clone()).collect();
        ending.sort_by_key(|request| request.seq);
        ending
    }

    /// Tells those whose requests have ended, with the turn.
    pub(super) async fn tell_ended(&mut self, turn: &mut Turn) {
        let now = self.parts.clock.now();
        for request in self.ending() {
            let knows = matches!(request.state, State::Withdrawn { .. }) || request.is_part();
            if knows || now.duration_since(request.asked_at) <= LOOKS_ELSEWHERE {
                continue;
            }
            let Some(direct) = self.direct(&request).filter(|direct| *direct != request.channel) else { continue };
            let (id, locale) = (request.id.clone(), request.locale.clone());
            let news = News::Ended { request: Box::new(request) };
            if let Err(why) = self.tell_channel(direct, &locale, news, turn).await {
                // The channel's message says it all the same.
                tracing::warn!(request = %id, why, "its asker could not be told directly");
            }
        }
    }

    /// Tells holders that somebody else took off their hold, with the turn.
    pub(super) async fn tell_holders(&mut self, turn: &mut Turn) {
        for request in self.ending() {
            let (Some(hold), State::Done { facts }) = (request.wish.lifts().cloned(), &request.state) else { continue };
            if hold.by == request.asker {
                continue;
            }
            let snapshot = request.plan.as_ref().and_then(|plan| plan.price.snapshot.as_ref());
            let place = self.direct_to(&hold.by, request.channel.platform()).unwrap_or_else(|| request.channel.clone());
            let news = News::Released {
                request: request.id.clone(),
                by: request.asker.clone(),
                at: facts.at,
                vm: request.title(),
                snapshot: snapshot.map(|facts| facts.name.clone()).unwrap_or_default(),
                replaced_by: request.wish.holds(),
                hold,
            };
            if let Err(why) = self.tell_channel(place, &request.locale, news, turn).await {
                // The request's own message says whose hold it was.
                tracing::warn!(request = %request.id, why, "the holder could not be told");
            }
        }
    }

    /// Where somebody can be told directly: on this platform, where they have an account there, else on any other.
    fn direct_to(&self, person: &PersonId, platform: &str) -> Option<ChannelId> {
        let rules = self.parts.rules();
        let accounts = &rules.policy.person(person)?.accounts;
        let place = |account: &Account| self.parts.chats.get(account.platform())?.direct(account);
        let mut places: Vec<ChannelId> = accounts.iter().filter_map(place).collect();
        places.sort_by_key(|place| place.platform() != platform);
        places.into_iter().next()
    }

    /// A message cannot be shown where it belongs, whoever tries: it is shown to its asker directly from now on.
    pub(super) async fn undeliverable(&mut self, id: &RequestId, channel: &ChannelId, why: &str, turn: &mut Turn) {
        tracing::error!(%id, %channel, why, "a message cannot be shown; invite the bot to that channel, or take the channel out of the configuration");
        metrics::counter!(names::UNDELIVERABLE).increment(1);
        let Some(request) = self.request(id).cloned() else { return self.not_told(id, channel, why, turn).await };
        if request.channel != *channel {
            return;
        }
        let Some(direct) = self.direct(&request).filter(|direct| direct != channel) else {
            // Before it ends there will be another try.
            if request.state.is_final() {
                self.give_up(id, why, turn);
            }
            return;
        };
        turn.audit(record::audit_moved(id, channel, &direct, why, self.parts.clock.now()));
        if let Some(row) = self.tables.requests.change(id) {
            row.request.channel = direct.clone();
            row.posted = None;
        }
        self.showing.forget_card(id);
        turn.touch(id);
        let news = News::ChannelLost { request: id.clone() };
        if let Err(why) = self.tell_channel(direct, &request.locale, news, turn).await {
            tracing::warn!(request = %id, why, "its asker could not be told why");
        }
    }

    /// Where a request's asker can be told directly.
    fn direct(&self, request: &Request) -> Option<ChannelId> {
        self.parts.chats.get(request.channel.platform())?.direct(&request.account)
    }
}
