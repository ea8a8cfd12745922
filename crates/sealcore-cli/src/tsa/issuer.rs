//! Between the connections and the authority: requests wait in one queue, a few threads sign what waits, up to eight at a
//! time, and one thread records what was signed before it leaves.
//!
//! A lone request is signed at once. Under load, requests that came while others were signed are signed together, and
//! tokens that were signed while the audit file was put on disk share the next time that it is.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Instant;

use hyper::body::Bytes;
use sealcore::error::{Error, Result};
use serde_json::json;
use tokio::sync::oneshot;

use super::audit::AuditFile;
use super::authority::{Authority, Issued, Made};
use super::metrics::{Metrics, add};
use super::options::Fsync;
use crate::clock;

/// Requests that are signed together: as many as there are lanes.
const TOGETHER: usize = 8;
/// Bytes of audit lines that are written together.
const MAX_LINES: usize = 1 << 20;
/// Batches that wait for the recorder before the signing waits for it.
const MAX_UNRECORDED: usize = 256;

/// Why a request gets no reply at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// More requests wait than are let wait.
    Busy,
    /// The server is stopping.
    Stopped,
    /// The audit file cannot be written: no token leaves.
    Unrecorded,
}

type Answer = std::result::Result<Bytes, Unanswered>;

/// A running queue with its threads.
pub(crate) struct Issuer {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Shared {
    authority: Authority,
    metrics: Arc<Metrics>,
    queue: Mutex<Queue>,
    wake: Condvar,
    capacity: usize,
    /// Why the audit file could not be written the last time.
    unrecorded: Mutex<Option<String>>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Waiting>,
    closed: bool,
}

struct Waiting {
    query: Bytes,
    peer: IpAddr,
    answer: oneshot::Sender<Answer>,
}

/// Tokens that are signed, and their lines.
struct Signed {
    lines: String,
    answers: Vec<(oneshot::Sender<Answer>, Bytes)>,
}

impl Issuer {
    /// Starts `signers` threads that sign, and one that records.
    ///
    /// # Errors
    /// [`sealcore::error::ErrorKind::Io`] when no thread can be had.
    pub(crate) fn start(
        authority: Authority,
        audit: AuditFile,
        fsync: Fsync,
        metrics: Arc<Metrics>,
        signers: usize,
        capacity: usize,
    ) -> Result<Self> {
        let shared = Arc::new(Shared {
            authority,
            metrics,
            queue: Mutex::default(),
            wake: Condvar::new(),
            capacity,
            unrecorded: Mutex::default(),
        });
        let (sender, receiver) = sync_channel(MAX_UNRECORDED);
        let mut threads = Vec::new();
        let recorder = Recorder {
            shared: Arc::clone(&shared),
            audit,
            fsync,
            synced: Instant::now(),
        };
        let named = |name: &str| std::thread::Builder::new().name(name.to_owned());
        threads.push(named("tsa-audit").spawn(move || recorder.run(&receiver))?);
        for _ in 0..signers {
            let (shared, sender) = (Arc::clone(&shared), sender.clone());
            threads.push(named("tsa-sign").spawn(move || shared.sign(&sender))?);
        }
        Ok(Self {
            shared,
            threads: Mutex::new(threads),
        })
    }

    /// The reply to `query`: a token, or a refusal in the words of RFC 3161.
    pub(crate) async fn reply(&self, query: Bytes, peer: IpAddr) -> Answer {
        let (answer, answered) = oneshot::channel();
        {
            let mut queue = self.shared.lock();
            if queue.closed {
                return Err(Unanswered::Stopped);
            }
            if queue.waiting.len() >= self.shared.capacity {
                return Err(Unanswered::Busy);
            }
            queue.waiting.push_back(Waiting { query, peer, answer });
        }
        self.shared.wake.notify_one();
        answered.await.unwrap_or(Err(Unanswered::Stopped))
    }

    /// Requests that wait for a signature.
    pub(crate) fn waiting(&self) -> usize {
        self.shared.lock().waiting.len()
    }

    /// Whether the clock is fit to issue.
    pub(crate) fn clock_is_good(&self) -> bool {
        self.shared.authority.clock_fault().is_none()
    }

    /// Why nothing is issued, if so.
    pub(crate) fn fault(&self) -> Option<String> {
        self.shared.authority.clock_fault().or_else(|| self.unrecorded())
    }

    /// Why the audit file could not be written the last time, if so.
    pub(crate) fn unrecorded(&self) -> Option<String> {
        let unrecorded = self.shared.unrecorded.lock();
        unrecorded.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Answers what waits, takes nothing more, records the end, and waits until all of it is on disk.
    pub(crate) fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.wake.notify_all();
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        for thread in threads.drain(..) {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Whoever panicked held no half-made state: the queue changes by single calls.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Up to [`TOGETHER`] requests, once there is one; nothing when the queue is closed and empty.
    fn take(&self) -> Vec<Waiting> {
        let mut queue = self.lock();
        while queue.waiting.is_empty() && !queue.closed {
            queue = self.wake.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
        let count = queue.waiting.len().min(TOGETHER);
        queue.waiting.drain(..count).collect()
    }

    fn sign(&self, recorder: &SyncSender<Signed>) {
        loop {
            let taken = self.take();
            if taken.is_empty() {
                return;
            }
            self.metrics.signed_together(taken.len());
            let queries: Vec<&[u8]> = taken.iter().map(|one| &one.query[..]).collect();
            let made = self.authority.respond(&queries);
            let mut signed = Signed {
                lines: String::with_capacity(512 * taken.len()),
                answers: Vec::with_capacity(taken.len()),
            };
            for (one, Made { reply, outcome }) in taken.into_iter().zip(made) {
                match outcome {
                    Ok(issued) => {
                        push_line(&mut signed.lines, &issued, Some(one.peer), &reply);
                        signed.answers.push((one.answer, Bytes::from(reply)));
                    }
                    Err(failure) => {
                        self.metrics.refuse(failure);
                        let _ = one.answer.send(Ok(Bytes::from(reply)));
                    }
                }
            }
            if !signed.answers.is_empty() && recorder.send(signed).is_err() {
                // The recorder ends after the signers.
                return;
            }
        }
    }
}

/// Serial, time, what was stamped, under which policy, for whom, and the digest of the token. None of these need escaping.
pub(crate) fn push_line(lines: &mut String, issued: &Issued, peer: Option<IpAddr>, reply: &[u8]) {
    let Issued {
        serial,
        time,
        algorithm,
        digest,
        policy,
        token_digest,
    } = issued;
    let _ = write!(
        lines,
        "{{\"serial\":\"{serial}\",\"time\":\"{time}\",\"algorithm\":\"{algorithm}\",\"digest\":\""
    );
    push_hex(lines, digest);
    let _ = write!(lines, "\",\"policy\":\"{policy}\"");
    if let Some(peer) = peer {
        let _ = write!(lines, ",\"client\":\"{peer}\"");
    }
    let _ = write!(lines, ",\"reply_bytes\":{},\"token_sha256\":\"", reply.len());
    push_hex(lines, token_digest);
    lines.push_str("\"}\n");
}

fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
}

/// The thread that owns the audit file.
struct Recorder {
    shared: Arc<Shared>,
    audit: AuditFile,
    fsync: Fsync,
    synced: Instant,
}

impl Recorder {
    fn run(mut self, signed: &Receiver<Signed>) {
        while let Some(batch) = self.next(signed) {
            let mut lines = batch.lines;
            let mut answers = batch.answers;
            while lines.len() < MAX_LINES
                && let Ok(more) = signed.try_recv()
            {
                lines.push_str(&more.lines);
                answers.extend(more.answers);
            }
            let recorded = self.record(&lines);
            self.note(recorded.as_ref().err());
            let metrics = &self.shared.metrics;
            if recorded.is_ok() {
                metrics.written_together(answers.len());
                add(&metrics.issued, answers.len() as u64);
            }
            for (answer, reply) in answers {
                let _ = answer.send(if recorded.is_ok() {
                    Ok(reply)
                } else {
                    Err(Unanswered::Unrecorded)
                });
            }
        }
        let stop = json!({ "event": "stop", "at": clock::now() });
        let ended = self.audit.event(&stop).and_then(|()| self.audit.sync());
        self.note(ended.as_ref().err());
    }

    /// The next batch; in between, what is due on disk is put there.
    fn next(&mut self, signed: &Receiver<Signed>) -> Option<Signed> {
        loop {
            let Fsync::Every(span) = self.fsync else {
                return signed.recv().ok();
            };
            if !self.audit.is_dirty() {
                let batch = signed.recv().ok();
                self.synced = Instant::now();
                return batch;
            }
            match signed.recv_timeout((self.synced + span).saturating_duration_since(Instant::now())) {
                Ok(batch) if self.synced.elapsed() < span => return Some(batch),
                Ok(batch) => {
                    self.sync_when_due();
                    return Some(batch);
                }
                Err(RecvTimeoutError::Timeout) => self.sync_when_due(),
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    fn sync_when_due(&mut self) {
        let synced = self.audit.sync();
        add(&self.shared.metrics.syncs, 1);
        self.note(synced.as_ref().err());
        self.synced = Instant::now();
    }

    fn record(&mut self, lines: &str) -> Result<()> {
        let before = self.audit.end();
        self.audit.append(lines.as_bytes())?;
        if self.fsync != Fsync::Always {
            return Ok(());
        }
        add(&self.shared.metrics.syncs, 1);
        self.audit.sync().inspect_err(|_| self.audit.take_back(before))
    }

    fn note(&self, error: Option<&Error>) {
        if error.is_some() {
            add(&self.shared.metrics.audit_errors, 1);
        }
        let mut fault = self.shared.unrecorded.lock().unwrap_or_else(PoisonError::into_inner);
        *fault = error.map(ToString::to_string);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hexadecimal() {
        let mut text = String::new();
        push_hex(&mut text, &[0, 0x1f, 0xff]);
        assert_eq!(text, "001fff");
    }
}
