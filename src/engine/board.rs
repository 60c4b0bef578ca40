//! Messages are reconciled, not sent: the board knows what each request's message should say, newest wins, and one
//! worker per platform brings the platform there. Progress may be skipped, an end cannot be lost; an outage needs no
//! special case, because what could not be shown stays on the board until it can.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, mpsc};

use super::core::Incoming;
use super::ports::{Chat, ChatError, Clock};
use super::record::Posted;
use crate::domain::ids::{ChannelId, MessageId, RequestId};
use crate::message::model::Card;

/// How long to wait after a platform failed without saying when to come back.
const RETRY: SignedDuration = SignedDuration::from_secs(5);

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
    pub(super) card: Card,
}

/// The boards of all platforms.
pub(super) struct Board {
    platforms: HashMap<&'static str, Arc<Platform>>,
}

struct Platform {
    jobs: Mutex<Jobs>,
    news: Notify,
}

/// Jobs by request, served in the order in which they first came.
#[derive(Default)]
struct Jobs {
    by_request: HashMap<RequestId, Job>,
    order: VecDeque<RequestId>,
}

impl Board {
    pub(super) fn start(
        chats: impl Iterator<Item = Arc<dyn Chat>>,
        clock: Arc<dyn Clock>,
        inbox: mpsc::UnboundedSender<Incoming>,
    ) -> Self {
        let mut platforms = HashMap::new();
        for chat in chats {
            let platform = Arc::new(Platform { jobs: Mutex::new(Jobs::default()), news: Notify::new() });
            platforms.insert(chat.platform(), platform.clone());
            tokio::spawn(work(chat, platform, clock.clone(), inbox.clone()));
        }
        Self { platforms }
    }

    /// Puts up what a request's message should say; what was there for it before and not shown yet is forgotten.
    pub(super) fn show(&self, request: RequestId, job: Job) {
        let name = job.channel.as_str().split(':').next().unwrap_or_default();
        let Some(platform) = self.platforms.get(name) else {
            tracing::error!(channel = %job.channel, %request, "no platform is configured for this channel");
            return;
        };
        platform.put(request, job);
    }
}

impl Platform {
    fn put(&self, request: RequestId, mut job: Job) {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        match jobs.by_request.get(&request) {
            // The place in line stays, and so does what is known of where the message is.
            Some(older) => {
                job.posted = job.posted.or_else(|| older.posted.clone());
                job.restore |= older.restore;
                job.tried |= older.tried;
            }
            None => jobs.order.push_back(request.clone()),
        }
        jobs.by_request.insert(request, job);
        drop(jobs);
        self.news.notify_one();
    }

    /// Puts back what is to be shown again, unless something newer has come, which is told what is known of the message.
    fn put_back(&self, request: RequestId, job: Job) {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(newer) = jobs.by_request.get_mut(&request) {
            newer.restore |= job.restore;
            newer.tried |= job.tried;
            return;
        }
        jobs.order.push_front(request.clone());
        jobs.by_request.insert(request, job);
    }

    fn next(&self) -> Option<(RequestId, Job)> {
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        let request = jobs.order.pop_front()?;
        let job = jobs.by_request.remove(&request)?;
        Some((request, job))
    }
}

async fn work(
    chat: Arc<dyn Chat>,
    platform: Arc<Platform>,
    clock: Arc<dyn Clock>,
    inbox: mpsc::UnboundedSender<Incoming>,
) {
    // Posting is committed a moment later; until then this map alone knows where the message is.
    let mut places: HashMap<RequestId, MessageId> = HashMap::new();
    loop {
        let Some((request, mut job)) = platform.next() else {
            platform.news.notified().await;
            continue;
        };
        let place = job.posted.as_ref().map(|posted| posted.message.clone()).or_else(|| places.get(&request).cloned());
        let ended = job.card.buttons.is_empty();
        let shown = match (place, &job.posted) {
            (Some(message), Some(posted)) if job.restore => {
                chat.restore(&job.channel, &message, posted.at, &job.card).await.map(|()| None)
            }
            (Some(message), _) => chat.edit(&job.channel, &message, &job.card).await.map(|()| None),
            (None, _) => chat.post(&job.channel, &request, &job.card).await.map(Some),
        };
        match shown {
            Ok(Some(message)) => {
                places.insert(request.clone(), message.clone());
                if inbox.send(Incoming::Posted(request.clone(), message)).is_err() {
                    return;
                }
                if job.tried {
                    job.tried = false;
                    platform.put_back(request, job);
                }
            }
            // Once the engine knows the place itself, this map need not.
            Ok(None) if job.posted.is_some() && ended => {
                places.remove(&request);
            }
            Ok(None) => {}
            Err(ChatError::Later { after, why }) => {
                tracing::warn!(%request, channel = %job.channel, why, "a message has to wait");
                let wait = after.and_then(|after| SignedDuration::try_from(after).ok()).unwrap_or(RETRY);
                job.tried = true;
                platform.put_back(request, job);
                clock.sleep_until(clock.now().saturating_add(wait).unwrap_or(Timestamp::MAX)).await;
            }
            Err(ChatError::Never(why)) => {
                tracing::error!(%request, channel = %job.channel, why, "a message cannot be shown");
            }
        }
    }
}
