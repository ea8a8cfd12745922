//! Between the connections and the authority: requests wait in one queue, a few threads sign what waits, up to eight at a
//! time, and one thread records what was signed before it leaves.
//!
//! A lone request is signed at once. Under load, requests that came while others were signed are signed together, and
//! tokens that were signed while the audit file was put on disk share the next time that it is.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use hyper::body::Bytes;
use sealcore::error::Result;
use tokio::sync::oneshot;

use super::audit::AuditFile;
use super::authority::{Authority, Made};
use super::metrics::Metrics;
use super::options::Fsync;
use super::recorder::{Recorder, push_line};

/// Requests that are signed together: as many as there are lanes.
const TOGETHER: usize = 8;
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

/// What a connection waits for.
pub(super) type Answer = std::result::Result<Bytes, Unanswered>;

/// A running queue with its threads.
pub(crate) struct Issuer {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// What the threads share.
pub(super) struct Shared {
    authority: Authority,
    pub(super) metrics: Arc<Metrics>,
    queue: Mutex<Queue>,
    wake: Condvar,
    capacity: usize,
    /// Why the audit file could not be written the last time.
    pub(super) unrecorded: Mutex<Option<String>>,
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
pub(super) struct Signed {
    pub(super) lines: String,
    pub(super) answers: Vec<(oneshot::Sender<Answer>, Bytes)>,
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
        let recorder = Recorder::new(Arc::clone(&shared), audit, fsync);
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
