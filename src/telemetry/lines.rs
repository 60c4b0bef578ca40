//! Log lines on their way out.
//!
//! A thread of its own writes them. So nobody waits for a reader that does not read, and a log that cannot be written (its disk is full, its
//! reader has gone) ends nothing: the line is dropped and counted, and as soon as one can be written again, the log says how many are missing.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

use super::names;

/// Lines that wait at most: some 200 kB, a burst of a few seconds.
const WAITING: usize = 1_024;

/// How long the end of the process waits for the lines before it.
const AT_THE_END: Duration = Duration::from_secs(1);

enum Order {
    Line(Vec<u8>),
    /// To be answered when the lines before it are written.
    Flush(SyncSender<()>),
}

/// Takes lines in. Writing to it never fails and never waits.
#[derive(Clone)]
pub(super) struct Lines {
    orders: SyncSender<Order>,
    lost: Arc<AtomicU64>,
}

/// Whoever holds it waits at its end for what was logged before.
pub struct Flush(Lines);

/// Starts the thread that writes to `out`.
///
/// # Errors
/// If the system gives no thread.
pub(super) fn lines(out: impl Write + Send + 'static) -> io::Result<(Lines, Flush)> {
    let (orders, waiting) = sync_channel(WAITING);
    let lines = Lines { orders, lost: Arc::default() };
    let lost = lines.lost.clone();
    std::thread::Builder::new().name("log".to_owned()).spawn(move || write(out, &waiting, &lost))?;
    Ok((lines.clone(), Flush(lines)))
}

fn write(mut out: impl Write, waiting: &Receiver<Order>, lost: &AtomicU64) {
    while let Ok(order) = waiting.recv() {
        match order {
            Order::Line(line) if out.write_all(&line).and_then(|()| out.flush()).is_err() => count(lost),
            Order::Line(_) => {
                let lines = lost.swap(0, Ordering::Relaxed);
                if lines > 0 {
                    tracing::warn!(lines, "log lines could not be written before this one and are lost");
                }
            }
            Order::Flush(done) => {
                // Whoever waited may have given up.
                let _gone = done.send(());
            }
        }
    }
}

fn count(lost: &AtomicU64) {
    lost.fetch_add(1, Ordering::Relaxed);
    metrics::counter!(names::LOG_LINES_LOST).increment(1);
}

impl Write for Lines {
    /// One line: the log's format writes each event at once.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.orders.try_send(Order::Line(line.to_vec())).is_err() {
            count(&self.lost);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'w> MakeWriter<'w> for Lines {
    type Writer = Lines;

    fn make_writer(&'w self) -> Lines {
        self.clone()
    }
}

impl Drop for Flush {
    fn drop(&mut self) {
        let (done, told) = sync_channel(1);
        // Where the queue is full nothing is read, and waiting would not help.
        if self.0.orders.try_send(Order::Flush(done)).is_ok() {
            let _in_time = told.recv_timeout(AT_THE_END);
        }
    }
}

#[cfg(test)]
mod tests;
