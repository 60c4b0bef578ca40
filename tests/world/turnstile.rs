//! What stands between the bot and vCenter and lets everything through, until a scenario wants one question held up: for as long as it
//! takes to do something else meanwhile.

use std::net::SocketAddr;
use std::sync::Mutex;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A way to vCenter.
pub(crate) struct Turnstile {
    /// The text of a question, and how many like it still pass before one is held up.
    armed: Mutex<Option<(&'static str, usize)>>,
    /// Whether one is being held up.
    held: watch::Sender<bool>,
}

impl Turnstile {
    pub(super) fn new() -> Self {
        Self { armed: Mutex::default(), held: watch::Sender::new(false) }
    }

    /// Begins to lead to this address; gives where.
    pub(super) async fn lead_to(self: &std::sync::Arc<Self>, vcenter: SocketAddr) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let turnstile = self.clone();
        tokio::spawn(async move {
            while let Ok((bot, _)) = listener.accept().await {
                let turnstile = turnstile.clone();
                tokio::spawn(async move { turnstile.carry(bot, vcenter).await });
            }
        });
        address
    }

    /// Holds the question with this text up that comes after so many others like it.
    pub(crate) fn hold(&self, text: &'static str, after: usize) {
        *self.armed.lock().unwrap() = Some((text, after));
    }

    /// Ends when it is being held up.
    pub(crate) async fn until_held(&self) {
        self.held.subscribe().wait_for(|held| *held).await.unwrap();
    }

    /// Lets it go on.
    pub(crate) fn release(&self) {
        self.held.send_replace(false);
    }

    async fn carry(&self, bot: TcpStream, vcenter: SocketAddr) {
        let Ok(server) = TcpStream::connect(vcenter).await else { return };
        let ((mut from_bot, mut to_bot), (mut from_server, mut to_server)) = (bot.into_split(), server.into_split());
        let back = tokio::spawn(async move {
            // Whoever ends the connection ends both ways of it.
            let _ended = tokio::io::copy(&mut from_server, &mut to_bot).await;
        });
        let mut some = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = from_bot.read(&mut some).await {
            if self.is_to_be_held(&String::from_utf8_lossy(&some[..read])) {
                self.held.send_replace(true);
                self.held.subscribe().wait_for(|held| !held).await.unwrap();
            }
            if to_server.write_all(&some[..read]).await.is_err() {
                break;
            }
        }
        back.abort();
    }

    fn is_to_be_held(&self, question: &str) -> bool {
        let mut armed = self.armed.lock().unwrap();
        match &mut *armed {
            Some((text, 0)) if question.contains(*text) => {
                *armed = None;
                true
            }
            Some((text, after)) if question.contains(*text) => {
                *after -= 1;
                false
            }
            Some(_) | None => false,
        }
    }
}
