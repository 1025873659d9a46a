//! A queue of log lines, so that logging never waits; one thread writes them.
//!
//! `tracing-appender` is not used because it does not count lines that cannot be written, and because its guard prints
//! to standard output if the queue is full at the end, which can block or panic.

use std::collections::VecDeque;
use std::io::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// About ten thousand lines: the issues of a large fleet, which are all logged at the first listing.
const MAX_BYTES: usize = 4 * 1024 * 1024;

/// A bounded queue of lines.
pub(super) struct Queue {
    pending: Mutex<Pending>,
    /// Notified when a line is added and when a line was written.
    changed: Condvar,
    dropped: AtomicU64,
}

struct Pending {
    lines: VecDeque<String>,
    bytes: usize,
    is_writing: bool,
}

impl Queue {
    pub(super) const fn new() -> Self {
        let pending = Pending { lines: VecDeque::new(), bytes: 0, is_writing: false };
        Self { pending: Mutex::new(pending), changed: Condvar::new(), dropped: AtomicU64::new(0) }
    }

    /// Adds a line with its line end, or drops it if the queue is full.
    pub(super) fn push(&self, line: String) {
        let mut pending = self.lock();
        if pending.bytes + line.len() > MAX_BYTES {
            self.count_dropped();
            return;
        }
        pending.bytes += line.len();
        pending.lines.push_back(line);
        self.changed.notify_all();
    }

    /// Lines that were dropped because the queue was full, or that could not be written.
    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Waits until every line is written, but no longer than `limit`.
    pub(super) fn flush(&self, limit: Duration) {
        let is_busy = |pending: &mut Pending| pending.is_writing || !pending.lines.is_empty();
        // At a time-out there is nothing else to do.
        let _ = self.changed.wait_timeout_while(self.lock(), limit, is_busy);
    }

    /// Writes lines for ever. A line that cannot be written is counted, and the next one is tried.
    pub(super) fn write_to(&self, mut output: impl Write) {
        let mut is_torn = false;
        loop {
            let line = self.next();
            let written = write_line(&mut output, &line, is_torn);
            if written < line.len() {
                self.count_dropped();
            }
            // A disk that is almost full takes only the beginning of a line.
            is_torn = if written == 0 { is_torn } else { written < line.len() };
        }
    }

    /// Marks the previous line as written and waits for the next one.
    fn next(&self) -> String {
        let mut pending = self.lock();
        pending.is_writing = false;
        self.changed.notify_all();
        let is_idle = |pending: &mut Pending| pending.lines.is_empty();
        let mut pending = self.changed.wait_while(pending, is_idle).unwrap_or_else(PoisonError::into_inner);
        let line = pending.lines.pop_front().unwrap_or_default();
        pending.bytes -= line.len();
        pending.is_writing = true;
        line
    }

    fn count_dropped(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes a line, beginning a new one after a torn line; returns how many of its bytes were written.
fn write_line(output: &mut impl Write, line: &str, behind_torn: bool) -> usize {
    if behind_torn && output.write_all(b"\n").is_err() {
        return 0;
    }
    let mut written = 0;
    while written < line.len() {
        match output.write(&line.as_bytes()[written..]) {
            Ok(0) => break,
            Ok(more) => written += more,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) => break,
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::thread;

    use super::*;

    const SOON: Duration = Duration::from_secs(30);

    /// Accepts for each write as many bytes as `room` provides, and fails for 0.
    struct Output {
        room: Receiver<usize>,
        taken: Sender<String>,
    }

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let room = self.room.recv().unwrap_or_default().min(bytes.len());
            if room == 0 {
                return Err(io::ErrorKind::StorageFull.into());
            }
            let _ = self.taken.send(String::from_utf8_lossy(&bytes[..room]).into_owned());
            Ok(room)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A queue, a sender of the number of bytes that each write accepts, and the text of each write.
    fn queue() -> (Arc<Queue>, Sender<usize>, Receiver<String>) {
        let ((room, rooms), (taken, writes)) = (channel(), channel());
        let queue = Arc::new(Queue::new());
        let (shared, output) = (Arc::clone(&queue), Output { room: rooms, taken });
        thread::spawn(move || shared.write_to(output));
        (queue, room, writes)
    }

    #[test]
    fn logging_does_not_wait_for_an_output_that_blocks() {
        let (queue, room, writes) = queue();
        let line = format!("{}\n", "x".repeat(1023));
        let count = MAX_BYTES / line.len() + 100;
        (0..count).for_each(|_| queue.push(line.clone()));
        // One line may be with the writer already.
        let dropped = queue.dropped();
        assert!((99..=100).contains(&dropped), "{dropped}");
        queue.flush(Duration::from_millis(10));
        (0..count).for_each(|_| room.send(usize::MAX).unwrap());
        queue.flush(SOON);
        assert_eq!(writes.try_iter().count() as u64, count as u64 - dropped);
    }

    #[test]
    fn lines_that_cannot_be_written_are_counted_and_the_next_begins_a_new_line() {
        let (queue, room, writes) = queue();
        for line in ["one\n", "two\n", "three\n", "four\n"] {
            queue.push(line.to_owned());
        }
        let (all, none) = (usize::MAX, 0);
        // The second line is torn. For the third line, even the line end before it cannot be written.
        for bytes in [all, 2, none, none, all, all] {
            room.send(bytes).unwrap();
        }
        queue.flush(SOON);
        assert_eq!(writes.try_iter().collect::<String>(), "one\ntw\nfour\n");
        assert_eq!(queue.dropped(), 2);
    }
}
