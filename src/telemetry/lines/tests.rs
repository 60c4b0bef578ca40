use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};

use super::*;
use crate::telemetry::{LogFormat, subscriber};

/// A disk, a pipe or a reader: it answers as `fate` says, and keeps what it took.
#[derive(Clone)]
struct Out {
    fate: Arc<Mutex<Result<(), io::ErrorKind>>>,
    taken: Sender<String>,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        (*self.fate.lock().unwrap())?;
        self.taken.send(String::from_utf8(bytes.to_vec()).unwrap()).unwrap();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok((*self.fate.lock().unwrap())?)
    }
}

#[test]
fn a_log_that_cannot_be_written_drops_lines_counts_them_and_goes_on() {
    for (format, kind) in [(LogFormat::Text, io::ErrorKind::StorageFull), (LogFormat::Json, io::ErrorKind::BrokenPipe)]
    {
        let (taken, read) = channel();
        let out = Out { fate: Arc::new(Mutex::new(Err(kind))), taken };
        let (lines, flush) = lines(out.clone()).unwrap();
        let log = subscriber(format, None, false, lines.clone()).unwrap();
        tracing::subscriber::with_default(log, || {
            tracing::info!(target: "snapwarden::engine", "one");
            tracing::warn!(target: "snapwarden::engine", "two");
            drop(flush);
            assert_eq!(lines.lost.load(Ordering::Relaxed), 2);
            *out.fate.lock().unwrap() = Ok(());
            tracing::info!(target: "snapwarden::engine", "three");
            drop(Flush(lines.clone()));
        });
        assert_eq!(lines.lost.load(Ordering::Relaxed), 0, "it was told");
        let read: Vec<String> = read.try_iter().collect();
        assert!(read.len() == 1 && read[0].contains("three"), "{read:?}");
    }
}

#[test]
fn a_reader_that_does_not_read_holds_nobody_up() {
    let stuck = Arc::new(Mutex::new(Ok(())));
    let out = Out { fate: stuck.clone(), taken: channel().0 };
    let mut held = stuck.lock().unwrap();
    let (mut lines, _flush) = lines(out).unwrap();
    let sent = WAITING + 10;
    for _ in 0..sent {
        lines.write_all(b"line\n").unwrap();
    }
    let lost = lines.lost.load(Ordering::Relaxed);
    // One more than wait may be in the writer's hands.
    assert!((9..=10).contains(&lost), "{lost}");
    // What waits is refused then, so that nothing is sent to a receiver that is gone.
    *held = Err(io::ErrorKind::BrokenPipe);
}
