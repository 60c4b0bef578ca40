//! Where the XML parser gets its bytes from: the chunks of an HTTP body as they come in, up to a limit.
//!
//! Parsing runs beside receiving, on a blocking thread, so that a large inventory is understood by the time its last
//! byte has come, and so that no more of it than a few chunks is ever held.

use std::io::{self, BufRead, Read};

use bytes::Bytes;
use tokio::sync::mpsc::Receiver;

/// The largest body that is read, in bytes: 64 MiB. A page of 500 VMs with long snapshot chains and all their files
/// stays below 30 MB; whoever sends more is not a vCenter that this program can serve.
pub(crate) const MAX_BODY: u64 = 64 * 1024 * 1024;

/// How many chunks may wait between the connection and the parser. hyper's chunks hold up to some 400 kB.
pub(crate) const CHUNKS_WAITING: usize = 4;

/// One chunk, or why there will be no more although the body is not complete.
pub(crate) type Chunk = Result<Bytes, String>;

/// The bytes of one body.
#[derive(Debug)]
pub(crate) struct Source {
    chunk: Bytes,
    more: Option<Receiver<Chunk>>,
    taken: u64,
}

impl Source {
    /// A body that comes in chunks. It may only be read where blocking is allowed.
    pub(crate) fn streamed(more: Receiver<Chunk>) -> Self {
        Self { chunk: Bytes::new(), more: Some(more), taken: 0 }
    }

    /// A body that is there already.
    #[cfg(test)]
    pub(crate) fn whole(bytes: impl Into<Bytes>) -> Self {
        Self { chunk: bytes.into(), more: None, taken: 0 }
    }
}

impl BufRead for Source {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.chunk.is_empty() {
            let Some(next) = self.more.as_mut().and_then(Receiver::blocking_recv) else {
                break;
            };
            self.chunk = next.map_err(io::Error::other)?;
        }
        if self.taken + self.chunk.len() as u64 > MAX_BODY {
            return Err(io::Error::other(format!("the body is larger than {MAX_BODY} bytes")));
        }
        Ok(&self.chunk)
    }

    fn consume(&mut self, amount: usize) {
        let amount = amount.min(self.chunk.len());
        self.taken += amount as u64;
        let _ = self.chunk.split_to(amount);
    }
}

impl Read for Source {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let amount = available.len().min(into.len());
        for (to, from) in into.iter_mut().zip(available) {
            *to = *from;
        }
        self.consume(amount);
        Ok(amount)
    }
}
