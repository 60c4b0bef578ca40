//! What the scenes ask of a platform, whichever it is.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use snapwarden::config::Config;

use crate::discord::Discord;
use crate::discord::fake::By;
use crate::slack::Slack;

/// The channel that everything happens in, as the platform names it, is the platform's own business.
#[async_trait]
pub(crate) trait Platform: Send + Sync {
    /// Adds to the demo's configuration what this platform needs.
    fn configure(&self, config: &mut Config);

    /// The bot has been started; what it takes by requests it takes at this address.
    async fn connected(&self, url: &str);

    /// Somebody sends a command about a VM, by its path, and has the first response.
    async fn sends(&self, verb: &str, path: &str);

    /// Somebody gets to where a VM is typed.
    async fn opens(&self);

    /// Somebody types so much of a VM: how many they are offered.
    async fn types(&self, typed: &str) -> usize;

    /// What came into the channel so far, in the order in which it was taken.
    fn writes(&self) -> Vec<Write>;

    /// How often the platform documents that a channel may be written to.
    fn rates(&self) -> Rates;

    /// What the bot did that it should not have.
    fn harm(&self) -> Harm;
}

/// A way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    SlackSocket,
    SlackHttp,
    DiscordRequests,
    DiscordGateway,
}

/// A new message, or a change of one.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) at: Instant,
    pub(crate) is_new: bool,
    /// The request that it is about.
    pub(crate) request: String,
    /// Whether it says how the request ended.
    pub(crate) is_end: bool,
}

/// How often a channel may be written to.
pub(crate) struct Rates {
    pub(crate) posts: Rate,
    pub(crate) edits: Rate,
}

/// So many in any span of this length, and so many more in a short burst.
pub(crate) struct Rate {
    pub(crate) count: u32,
    pub(crate) over: Duration,
    pub(crate) burst: u32,
}

/// What a bot must not do.
pub(crate) struct Harm {
    /// 429s.
    pub(crate) limited: usize,
    /// Requests of the kind that Discord bans an address for.
    pub(crate) invalid: usize,
    /// Everything else that was refused, in words.
    pub(crate) others: Vec<String>,
}

impl Way {
    pub(crate) const ALL: [Self; 4] = [Self::SlackSocket, Self::SlackHttp, Self::DiscordRequests, Self::DiscordGateway];

    pub(crate) async fn platform_itself(self) -> Arc<dyn Platform> {
        match self {
            Self::SlackSocket => Arc::new(Slack::start(false).await),
            Self::SlackHttp => Arc::new(Slack::start(true).await),
            Self::DiscordRequests => Arc::new(Discord::start(By::Requests).await),
            Self::DiscordGateway => Arc::new(Discord::start(By::Gateway).await),
        }
    }

    /// What it is asked for by, on the command line.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::SlackSocket => "slack",
            Self::SlackHttp => "slack-http",
            Self::DiscordRequests => "discord",
            Self::DiscordGateway => "discord-gateway",
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SlackSocket => "Slack by Socket Mode",
            Self::SlackHttp => "Slack by signed requests",
            Self::DiscordRequests => "Discord by signed requests",
            Self::DiscordGateway => "Discord by the gateway",
        }
    }

    pub(crate) fn platform(self) -> &'static str {
        match self {
            Self::SlackSocket | Self::SlackHttp => "Slack",
            Self::DiscordRequests | Self::DiscordGateway => "Discord",
        }
    }

    pub(crate) fn is_first_of_its_platform(self) -> bool {
        matches!(self, Self::SlackSocket | Self::DiscordRequests)
    }
}

/// The fakes count a request some time before they write it down.
const WRITTEN_DOWN: Duration = Duration::from_millis(20);

impl Rate {
    /// From one slot to the next.
    pub(crate) fn interval(&self) -> Duration {
        self.over / self.count
    }

    /// The most in any span of this length, as the fakes have them.
    pub(crate) fn most(&self, writes: &[Write], new: bool) -> usize {
        let times: Vec<Instant> = writes.iter().filter(|write| write.is_new == new).map(|write| write.at).collect();
        let from = |first: usize| {
            times[first..].iter().take_while(|at| **at - times[first] + WRITTEN_DOWN < self.over).count()
        };
        (0..times.len()).map(from).max().unwrap_or(0)
    }

    pub(crate) fn at_most(&self) -> usize {
        (self.count + self.burst) as usize
    }
}
