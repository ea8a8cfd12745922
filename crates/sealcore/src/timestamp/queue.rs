//! Forms batches under load, without a thread of its own and without making anybody wait for company.
//!
//! The thread that comes when fewer than the permitted number are signing signs at once, together with whatever waits.
//! Others leave their request and sleep; one of those who signed hands them their replies, or hands on the signing.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::responder::{BATCH, Exchange, Outcome, Responder};

/// Batches that one thread signs for others before it hands the signing on: its own requester has its reply ready and waits.
const ROUNDS: usize = 4;

/// A queue in front of a [`Responder`], for servers with a thread for each connection.
pub struct Queue {
    responder: Arc<Responder>,
    signing: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Threads that sign now.
    signing: usize,
    waiting: VecDeque<Arc<Slot>>,
    /// Slots whose buffers are used again.
    spare: Vec<Arc<Slot>>,
}

/// The place of one waiting request.
#[derive(Default)]
struct Slot {
    job: Mutex<Job>,
    changed: Condvar,
}

#[derive(Default)]
struct Job {
    request: Vec<u8>,
    reply: Vec<u8>,
    stage: Stage,
}

#[derive(Default)]
enum Stage {
    #[default]
    Waiting,
    /// The sleeper is to sign, for itself and others.
    Sign,
    Done(Outcome),
}

impl Queue {
    /// A queue that lets `signing` threads sign at once, at least one: as many as there are cores to spare.
    #[must_use]
    pub fn new(responder: Arc<Responder>, signing: usize) -> Self {
        Self {
            responder,
            signing: signing.max(1),
            state: Mutex::default(),
        }
    }

    /// The authority behind the queue.
    #[must_use]
    pub fn responder(&self) -> &Arc<Responder> {
        &self.responder
    }

    /// As [`Responder::respond`]; under load together with the requests of other threads.
    pub fn respond(&self, request: &[u8], out: &mut Vec<u8>) -> Outcome {
        let slot = {
            let mut state = lock(&self.state);
            if state.signing < self.signing {
                state.signing += 1;
                drop(state);
                return self.sign(request, out);
            }
            let slot = state.spare.pop().unwrap_or_default();
            let mut job = lock(&slot.job);
            job.request.clear();
            job.request.extend_from_slice(request);
            std::mem::swap(&mut job.reply, out);
            job.stage = Stage::Waiting;
            drop(job);
            state.waiting.push_back(Arc::clone(&slot));
            slot
        };
        let outcome = {
            let mut job = lock(&slot.job);
            while matches!(job.stage, Stage::Waiting) {
                job = slot.changed.wait(job).unwrap_or_else(PoisonError::into_inner);
            }
            std::mem::swap(&mut job.reply, out);
            match std::mem::take(&mut job.stage) {
                Stage::Done(outcome) => Some(outcome),
                _ => None,
            }
        };
        lock(&self.state).spare.push(slot);
        outcome.unwrap_or_else(|| self.sign(request, out))
    }

    /// Signs for this thread and for those that wait. The caller is counted among those who sign.
    fn sign(&self, request: &[u8], out: &mut Vec<u8>) -> Outcome {
        let mut turn = Turn {
            queue: self,
            others: Vec::new(),
        };
        turn.take(BATCH - 1);
        let own = turn.answer(Some((request, &mut *out)));
        for _ in 1..ROUNDS {
            if !turn.take(BATCH) {
                break;
            }
            turn.answer(None);
        }
        drop(turn);
        own.unwrap_or_else(|| Outcome::abandoned(out))
    }
}

/// One thread's time of signing; when it ends, another thread signs or nobody waits.
struct Turn<'q> {
    queue: &'q Queue,
    others: Vec<Arc<Slot>>,
}

impl Turn<'_> {
    /// Takes up to `most` of those who wait.
    fn take(&mut self, most: usize) -> bool {
        let mut state = lock(&self.queue.state);
        let count = state.waiting.len().min(most);
        self.others.extend(state.waiting.drain(..count));
        count > 0
    }

    /// Answers the requests that were taken, and `own`, and wakes the others.
    fn answer(&mut self, own: Option<(&[u8], &mut Vec<u8>)>) -> Option<Outcome> {
        let responder = &self.queue.responder;
        if self.others.is_empty() {
            return own.map(|(request, reply)| responder.respond(request, reply));
        }
        // Nobody else looks into the jobs of sleepers.
        let mut jobs: Vec<_> = self.others.iter().map(|slot| lock(&slot.job)).collect();
        let has_own = own.is_some();
        let mut exchanges = Vec::with_capacity(BATCH);
        exchanges.extend(own.map(|(request, reply)| Exchange::new(request, reply)));
        exchanges.extend(jobs.iter_mut().map(|job| {
            let Job { request, reply, .. } = &mut **job;
            Exchange::new(request, reply)
        }));
        responder.respond_all(&mut exchanges);
        let mut outcomes = exchanges.into_iter().map(Exchange::finish);
        let own = if has_own { outcomes.next() } else { None };
        let outcomes: Vec<_> = outcomes.collect();
        for (job, outcome) in jobs.iter_mut().zip(outcomes) {
            job.stage = Stage::Done(outcome);
        }
        drop(jobs);
        for slot in self.others.drain(..) {
            slot.changed.notify_one();
        }
        own
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // Only where the signer panicked: nobody is to sleep for ever.
        for slot in self.others.drain(..) {
            let mut job = lock(&slot.job);
            job.stage = Stage::Done(Outcome::abandoned(&mut job.reply));
            drop(job);
            slot.changed.notify_one();
        }
        let mut state = lock(&self.queue.state);
        match state.waiting.pop_front() {
            Some(next) => {
                drop(state);
                lock(&next.job).stage = Stage::Sign;
                next.changed.notify_one();
            }
            None => state.signing -= 1,
        }
    }
}

/// What is locked here is whole at every moment, also after a panic.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Queue")
            .field("responder", &self.responder)
            .field("signing", &self.signing)
            .finish_non_exhaustive()
    }
}
