//! What waits to be shown on one platform, and what of it goes next.

use std::collections::{HashMap, HashSet, VecDeque};
use std::time::Duration;

use super::Job;
use crate::domain::ids::{ChannelId, MessageId, RequestId};
use crate::engine::ports::{Chat, Sending};

/// Jobs by request, in the order in which they first came.
#[derive(Default)]
pub(super) struct Jobs {
    by_request: HashMap<RequestId, Job>,
    order: VecDeque<RequestId>,
    /// Those that the platform has put off, until when.
    later: HashMap<RequestId, Duration>,
    /// How often in a row those failed that may be what fails.
    failures: HashMap<RequestId, u32>,
}

/// How much longer than its platform a message is left alone that may be what fails: enough for others to be tried.
const BEHIND: Duration = Duration::from_secs(1);

/// What goes next.
pub(super) enum Pick {
    /// This one, and there is room for it.
    Go(RequestId, Box<Job>),
    /// Nothing now; if something waits for room alone, how long that takes.
    Wait(Option<Duration>),
}

impl Job {
    /// Where its message is, if it is anywhere.
    pub(super) fn place(&self, known: Option<&MessageId>) -> Option<MessageId> {
        self.posted.as_ref().map(|posted| posted.message.clone()).or_else(|| known.cloned())
    }
}

impl Jobs {
    /// Puts a job up; whether that replaces one which nobody will see now.
    pub(super) fn put(&mut self, request: RequestId, mut job: Job) -> bool {
        let older = self.by_request.get(&request);
        match older {
            // The place in line stays, and so does what is known of where the message is.
            Some(older) => {
                job.posted = job.posted.or_else(|| older.posted.clone());
                job.restore |= older.restore;
                job.tried |= older.tried && older.channel == job.channel;
            }
            None => self.order.push_back(request.clone()),
        }
        self.by_request.insert(request, job).is_some()
    }

    /// Puts back what is to be shown again, unless something newer has come, which is told what is known of the message.
    pub(super) fn put_back(&mut self, request: RequestId, job: Job) {
        if let Some(newer) = self.by_request.get_mut(&request) {
            newer.restore |= job.restore;
            newer.tried |= job.tried && newer.channel == job.channel;
            return;
        }
        self.order.push_front(request.clone());
        self.by_request.insert(request, job);
    }

    /// How many messages do not show yet what they should.
    pub(super) fn waiting(&self) -> usize {
        self.by_request.len()
    }

    /// Puts one off.
    pub(super) fn not_before(&mut self, request: &RequestId, at: Duration) {
        self.later.insert(request.clone(), at);
    }

    /// One has failed without a word on when to come back. It is put off for a moment longer than its platform is left alone, and longer each
    /// time: what fails because of itself must not be what is tried first again, or nothing else would ever be.
    pub(super) fn failed(&mut self, request: &RequestId, pause: Duration, back: Duration) {
        let failures = self.failures.entry(request.clone()).or_default();
        let longer = BEHIND.saturating_mul(1 << (*failures).min(6));
        *failures = failures.saturating_add(1);
        self.not_before(request, back.saturating_add(longer.saturating_sub(pause).max(BEHIND)));
    }

    /// One got through, or never will.
    pub(super) fn is_over_with(&mut self, request: &RequestId) {
        self.failures.remove(request);
    }

    /// Takes out what goes next: what somebody waits for before mere progress, the older first, as far as its channel is free
    /// and the platform has room.
    pub(super) fn pick(
        &mut self,
        now: Duration,
        places: &HashMap<RequestId, MessageId>,
        busy: &HashSet<ChannelId>,
        chat: &dyn Chat,
    ) -> Pick {
        self.later.retain(|_, at| now < *at);
        let mut shortest: Option<Duration> = None;
        let mut sooner = |wait: Duration| shortest = Some(shortest.map_or(wait, |known| known.min(wait)));
        // Where there is no room for one there is none for its like.
        let mut full: HashSet<(&ChannelId, Sending)> = HashSet::new();
        let mut chosen = None;
        for progress in [false, true] {
            let waiting = self.order.iter().filter_map(|request| Some((request, self.by_request.get(request)?)));
            for (request, job) in waiting.filter(|(_, job)| job.progress == progress) {
                if busy.contains(&job.channel) {
                    continue;
                }
                if let Some(at) = self.later.get(request) {
                    sooner(at.saturating_sub(now));
                    continue;
                }
                let sending = match job.place(places.get(request)) {
                    Some(_) if job.progress => Sending::Progress,
                    Some(_) => Sending::Edit,
                    None => Sending::Post,
                };
                if full.contains(&(&job.channel, sending)) {
                    continue;
                }
                match chat.slot(&job.channel, sending) {
                    None => {
                        chosen = Some(request.clone());
                        break;
                    }
                    Some(wait) => {
                        full.insert((&job.channel, sending));
                        sooner(wait);
                    }
                }
            }
            if chosen.is_some() {
                break;
            }
        }
        let Some(request) = chosen else { return Pick::Wait(shortest) };
        self.order.retain(|waiting| *waiting != request);
        match self.by_request.remove(&request) {
            Some(job) => Pick::Go(request, Box::new(job)),
            None => Pick::Wait(shortest),
        }
    }
}

#[cfg(test)]
mod tests;
