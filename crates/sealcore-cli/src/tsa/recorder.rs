//! The thread that owns the audit file: writes the lines of tokens that were signed, has them put on disk as is asked for, and
//! lets the tokens go.

use std::fmt::Write as _;
use std::net::IpAddr;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, PoisonError};
use std::time::Instant;

use sealcore::error::{Error, Result};
use serde_json::json;

use super::audit::AuditFile;
use super::authority::Issued;
use super::issuer::{Shared, Signed, Unanswered};
use super::metrics::add;
use super::options::Fsync;
use crate::clock;

/// Bytes of audit lines that are written together.
const MAX_LINES: usize = 1 << 20;

/// What the thread holds.
pub(super) struct Recorder {
    shared: Arc<Shared>,
    audit: AuditFile,
    fsync: Fsync,
    synced: Instant,
}

impl Recorder {
    pub(super) fn new(shared: Arc<Shared>, audit: AuditFile, fsync: Fsync) -> Self {
        Self {
            shared,
            audit,
            fsync,
            synced: Instant::now(),
        }
    }

    /// Records until the signers are gone; then the end is recorded too.
    pub(super) fn run(mut self, signed: &Receiver<Signed>) {
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
