//! Waiting for a descriptor before a connection is needed.
//!
//! A process that may open no more files cannot connect either, and what cannot be connected is certainly not called. That passes: others' connections
//! end. So a look and a call wait for it instead of failing at once, which would use up the approval that the call is made on.

use std::time::Duration;

use tokio::net::TcpSocket;

/// How often it is tried: the first that is free is taken by whoever asks first.
const AGAIN: Duration = Duration::from_millis(100);

/// How often at most: five minutes. Who still has none then is told so by the connection that fails.
const TRIES: u32 = 3_000;

/// "Too many open files" of this process, and of the machine, on every Unix that Rust knows.
const NONE_LEFT: [i32; 2] = [24, 23];

/// Comes back when there is one, or when waiting does not help.
pub(super) async fn available() {
    for _ in 0..TRIES {
        match TcpSocket::new_v4() {
            Err(error) if cfg!(unix) && error.raw_os_error().is_some_and(|code| NONE_LEFT.contains(&code)) => {
                tokio::time::sleep(AGAIN).await;
            }
            Ok(_) | Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests;
