//! Messages are reconciled, not sent: the board knows what each request's message should say, newest wins, and one
//! dispatcher per platform brings the platform there. Progress may be skipped, an end cannot be lost; an outage needs no
//! special case, because what could not be shown stays on the board until it can.
//!
//! What goes next is chosen when there is room for it: questions and ends before progress, older before younger, and never two at a time
//! in one channel, so that people read them in order. Whether there is room the platform's own limits say (`Chat::slot`).

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, mpsc};

use super::core::{Fact, Incoming};
use super::ports::{Chat, ChatError, Clock};
use super::record::Posted;
use crate::domain::ids::{ChannelId, MessageId, RequestId};
use crate::message::model::Card;
use crate::telemetry::names;
use jobs::{Jobs, Pick};

mod jobs;

/// How long to wait after a platform failed without saying when to come back; twice as long each time, up to the longest.
const PAUSE: Duration = Duration::from_secs(5);

/// The longest such wait: an outage may last, and its end should be noticed within a minute.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// What a message should say, and where it is.
#[derive(Debug, Clone)]
pub(super) struct Job {
    pub(super) channel: ChannelId,
    pub(super) posted: Option<Posted>,
    /// It is of before a restart.
    pub(super) restore: bool,
    /// It may have been posted by a try whose answer was lost. A platform that refuses the twin leaves the message as that
    /// try made it, so it is brought up to date afterwards.
    pub(super) tried: bool,
    /// Whether it only says how far something is that goes on by itself: the next one says it better.
    pub(super) progress: bool,
    /// Whether there is nothing to be said after it.
    pub(super) last: bool,
    pub(super) card: Card,
}

/// The boards of all platforms.
pub(super) struct Board {
    platforms: HashMap<&'static str, Arc<Platform>>,
}

struct Platform {
    name: &'static str,
    jobs: Mutex<Jobs>,
    news: Notify,
}

/// What became of a try.
struct Tried {
    request: RequestId,
    job: Job,
    outcome: Result<Option<MessageId>, ChatError>,
}

impl Board {
    pub(super) fn start(
        chats: impl Iterator<Item = Arc<dyn Chat>>,
        clock: Arc<dyn Clock>,
        inbox: mpsc::UnboundedSender<Incoming>,
    ) -> Self {
        let mut platforms = HashMap::new();
        for chat in chats {
            let name = chat.platform();
            let platform = Arc::new(Platform { name, jobs: Mutex::new(Jobs::default()), news: Notify::new() });
            platforms.insert(name, platform.clone());
            let (done, tried) = mpsc::unbounded_channel();
            let dispatcher =
                Dispatcher { chat, platform, clock: clock.clone(), inbox: inbox.clone(), done, failures: 0 };
            tokio::spawn(dispatcher.run(tried));
        }
        Self { platforms }
    }

    /// Puts up what a request's message should say; what was there for it before and not shown yet is forgotten.
    pub(super) fn show(&self, request: RequestId, job: Job) {
        let Some(platform) = self.platforms.get(job.channel.platform()) else {
            tracing::error!(channel = %job.channel, %request, "no platform is configured for this channel");
            return;
        };
        if platform.with(|jobs| jobs.put(request, job)) {
            metrics::counter!(names::COALESCED, "platform" => platform.name).increment(1);
        }
        platform.news.notify_one();
    }
}

impl Platform {
    fn with<T>(&self, change: impl FnOnce(&mut Jobs) -> T) -> T {
        change(&mut self.jobs.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Brings one platform to what its board says.
struct Dispatcher {
    chat: Arc<dyn Chat>,
    platform: Arc<Platform>,
    clock: Arc<dyn Clock>,
    inbox: mpsc::UnboundedSender<Incoming>,
    done: mpsc::UnboundedSender<Tried>,
    /// How many tries in a row have failed without a word on when to come back.
    failures: u32,
}

impl Dispatcher {
    async fn run(mut self, mut tried: mpsc::UnboundedReceiver<Tried>) {
        // Posting is committed a moment later; until then this map alone knows where the message is.
        let mut places: HashMap<RequestId, MessageId> = HashMap::new();
        let mut busy: HashSet<ChannelId> = HashSet::new();
        // By the clock that never goes back: one that is set must not silence a platform.
        let mut paused: Option<Duration> = None;
        loop {
            let lag = self.platform.with(|jobs| jobs.waiting()).saturating_add(busy.len());
            metrics::gauge!(names::CHAT_LAG, "platform" => self.platform.name)
                .set(u32::try_from(lag).unwrap_or(u32::MAX));
            let now = self.clock.elapsed();
            let mut wait = paused.map(|until| until.saturating_sub(now)).filter(|left| !left.is_zero());
            if wait.is_none() {
                paused = None;
                match self.platform.with(|jobs| jobs.pick(now, &places, &busy, &*self.chat)) {
                    Pick::Go(request, job) => {
                        busy.insert(job.channel.clone());
                        let place = job.place(places.get(&request));
                        self.send(request, *job, place);
                        continue;
                    }
                    Pick::Wait(left) => wait = left,
                }
            }
            let clock = self.clock.clone();
            tokio::select! {
                () = self.platform.news.notified() => {}
                // The sender is this dispatcher's own, so there is always one.
                Some(tried) = tried.recv() => {
                    busy.remove(&tried.job.channel);
                    match self.settle(tried, &mut places) {
                        Ok(None) => {}
                        Ok(Some(until)) => paused = Some(until),
                        Err(Ended) => return,
                    }
                }
                () = async { match wait { Some(left) => clock.pause(left).await, None => std::future::pending().await } } => {}
            }
        }
    }

    fn send(&self, request: RequestId, job: Job, place: Option<MessageId>) {
        let (chat, done) = (self.chat.clone(), self.done.clone());
        tokio::spawn(async move {
            let outcome = match (place, &job.posted) {
                (Some(message), Some(posted)) if job.restore => {
                    chat.restore(&job.channel, &message, posted.at, &job.card).await.map(|()| None)
                }
                (Some(message), _) => chat.edit(&job.channel, &message, &job.card).await.map(|()| None),
                (None, _) => chat.post(&job.channel, &request, job.tried, &job.card).await.map(Some),
            };
            // The dispatcher ends with the process.
            let _ended = done.send(Tried { request, job, outcome });
        });
    }

    /// Draws the consequences of a try; when to go on, if the platform has to be left alone for a while.
    fn settle(&mut self, tried: Tried, places: &mut HashMap<RequestId, MessageId>) -> Result<Option<Duration>, Ended> {
        let Tried { request, mut job, outcome } = tried;
        let result = match &outcome {
            Ok(Some(_)) => "posted",
            Ok(None) => "edited",
            Err(ChatError::Later { .. }) => "put_off",
            Err(ChatError::Never(_)) => "refused",
        };
        metrics::counter!(names::CHAT_CALLS, "platform" => self.platform.name, "result" => result).increment(1);
        match outcome {
            Ok(posted) => {
                self.failures = 0;
                self.platform.with(|jobs| jobs.is_over_with(&request));
                let again = posted.is_some() && job.tried;
                if let Some(message) = posted {
                    places.insert(request.clone(), message.clone());
                    self.tell(Incoming::Fact(request.clone(), Fact::Posted(message)))?;
                } else if job.posted.is_some() && job.last {
                    // The engine knows the place itself, and nobody will ask again.
                    places.remove(&request);
                }
                if again {
                    job.tried = false;
                    self.platform.with(|jobs| jobs.put_back(request, job));
                } else if job.last && self.chat.keeps_messages() {
                    self.tell(Incoming::Fact(request, Fact::Settled))?;
                }
                Ok(None)
            }
            Err(ChatError::Later { after, why }) => {
                tracing::warn!(%request, channel = %job.channel, why, "a message has to wait");
                job.tried = true;
                let now = self.clock.elapsed();
                self.platform.with(|jobs| {
                    jobs.put_back(request.clone(), job);
                    if let Some(after) = after {
                        jobs.not_before(&request, now.saturating_add(after));
                    }
                });
                if after.is_some() {
                    return Ok(None);
                }
                // 5, 10, 20, 40, 60 s: past four doublings it is the longest.
                let pause = PAUSE.saturating_mul(1 << self.failures.min(4)).min(LONGEST_PAUSE);
                self.failures = self.failures.saturating_add(1);
                let back = now.saturating_add(pause);
                self.platform.with(|jobs| jobs.failed(&request, pause, back));
                Ok(Some(back))
            }
            Err(ChatError::Never(why)) => {
                places.remove(&request);
                self.platform.with(|jobs| jobs.is_over_with(&request));
                self.tell(Incoming::Undeliverable(request, job.channel, why))?;
                Ok(None)
            }
        }
    }

    fn tell(&self, incoming: Incoming) -> Result<(), Ended> {
        self.inbox.send(incoming).map_err(|_| Ended)
    }
}

/// The engine is gone.
struct Ended;
