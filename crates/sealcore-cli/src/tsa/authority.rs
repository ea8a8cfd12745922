//! The authority behind the server and behind `timestamp reply`: its key, clock, serial numbers and state folder.

use std::path::Path;

use sealcore::asn1::{Oid, Tag, Tlv};
use sealcore::cert::Certificate;
use sealcore::digest::DigestAlgorithm;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::key::Signer;
use sealcore::text;
use sealcore::timestamp::{
    AuthorityConfig, ClockRules, CountedSerials, GenTime, Outcome as Answered, PkiFailure, Responder, Serial,
    SerialFile, SerialSource, SerialStore, TimeStampRequest, TimeStampResponse,
};
use serde_json::json;

use super::audit::{AuditFile, History};
use super::options::AuthorityOptions;
use super::state::{StateFolder, replace_durably};
use crate::clock::{self, SystemClock};
use crate::failure::{Explain as _, Outcome};
use crate::units::{from_hex, to_hex};
use sealcore_system as random;

/// Serial numbers that are reserved at a time: one file is put on disk for as many tokens.
const BLOCK: u32 = 10_000;
/// Octets of the prefix of serial numbers.
const PREFIX: usize = 8;

/// An authority that issues.
pub(crate) struct Authority {
    responder: Responder,
    _state: StateFolder,
}

/// A reply, and what is to be recorded of it.
pub(crate) struct Made {
    pub(crate) reply: Vec<u8>,
    /// The token, or the name of the failure.
    pub(crate) outcome: std::result::Result<Issued, &'static str>,
}

/// What the audit file says of a token.
pub(crate) struct Issued {
    pub(crate) serial: Serial,
    pub(crate) time: GenTime,
    /// Digest algorithm of the imprint.
    pub(crate) algorithm: Oid,
    /// The imprint.
    pub(crate) digest: Vec<u8>,
    pub(crate) policy: Oid,
    /// SHA-256 of the token.
    pub(crate) token_digest: Vec<u8>,
}

impl Authority {
    /// Opens the state folder, reserves serial numbers, and says in the audit file that it begins.
    pub(crate) fn open(options: &AuthorityOptions, max_request: usize) -> Outcome<(Self, AuditFile)> {
        let signer = options.signer()?;
        Self::with(signer, options, max_request)
    }

    pub(crate) fn with(
        signer: Box<dyn Signer>,
        options: &AuthorityOptions,
        max_request: usize,
    ) -> Outcome<(Self, AuditFile)> {
        let folder = options.state();
        let state = StateFolder::open(folder).about(folder)?;
        let (mut audit, history) = AuditFile::open(&state.file("audit.jsonl")).about(folder)?;
        let (serials, prefix) = serials(&state, &history).about(folder)?;
        let mut rules = ClockRules::new(options.accuracy);
        rules.ordered = options.ordering;
        rules.issued_until = history.until.filter(|_| !options.accept_earlier_clock);
        let mut config = AuthorityConfig::new(options.policy, rules);
        config.other_policies.clone_from(&options.other_policies);
        config.family = options.content_oids;
        config.max_request = max_request;
        config.state_name = options.name;
        let certificate = signer.certificate().clone();
        let entropy = |bytes: &mut [u8]| random::fill(bytes);
        let responder = Responder::new(
            config,
            signer,
            Box::new(SystemClock::new()),
            Box::new(serials),
            Box::new(entropy),
        )?;
        audit.event(&json!({
            "event": "start",
            "at": clock::now(),
            "version": env!("CARGO_PKG_VERSION"),
            "certificate_sha256": sha256(certificate.der()),
            "policy": options.policy.to_string(),
            "serial_prefix": prefix,
        }))?;
        audit.sync()?;
        Ok((
            Self {
                responder,
                _state: state,
            },
            audit,
        ))
    }

    /// A reply to each request.
    pub(crate) fn respond(&self, queries: &[&[u8]]) -> Vec<Made> {
        let mut replies: Vec<Vec<u8>> = queries.iter().map(|_| Vec::with_capacity(4096)).collect();
        let outcomes = self.responder.respond_many(queries, &mut replies);
        let all = queries.iter().zip(replies).zip(outcomes);
        all.map(|((query, mut reply), outcome)| {
            let outcome = match outcome {
                Answered::Granted { serial, time } => {
                    let issued = self.issued(query, &reply, serial, time);
                    if issued.is_err() {
                        reply = unrecorded();
                    }
                    issued
                }
                Answered::Refused { failure, .. } => Err(failure.name()),
                _ => Err("other"),
            };
            Made { reply, outcome }
        })
        .collect()
    }

    fn issued(
        &self,
        query: &[u8],
        reply: &[u8],
        serial: Serial,
        time: GenTime,
    ) -> std::result::Result<Issued, &'static str> {
        // Both were just read or written: what cannot be recorded is not let out.
        let request = TimeStampRequest::from_der(query).map_err(|_| "other")?;
        let token = token_of(reply).map_err(|_| "other")?;
        Ok(Issued {
            serial,
            time,
            algorithm: request.imprint.algorithm,
            digest: request.imprint.digest,
            policy: request.policy.unwrap_or(self.responder.config().policy),
            token_digest: DigestAlgorithm::Sha256.digest(token).unwrap_or_default(),
        })
    }

    /// Why the clock is not fit to issue, if so.
    pub(crate) fn clock_fault(&self) -> Option<String> {
        self.responder.clock_fault().map(|fault| fault.to_string())
    }

    /// The certificate that tokens are signed with.
    pub(crate) fn certificate(&self) -> &Certificate {
        self.responder.signer().certificate()
    }
}

/// The reply in place of a token that the audit file could not tell of.
fn unrecorded() -> Vec<u8> {
    TimeStampResponse::rejection(PkiFailure::SystemFailure, "the token cannot be recorded").to_der()
}

/// The bytes of the token in a reply that was granted.
fn token_of(reply: &[u8]) -> Result<&[u8]> {
    let mut members = Tlv::parse(reply)?.expect(Tag::SEQUENCE)?.children()?;
    members.read(Tag::SEQUENCE)?;
    Ok(members.any()?.raw())
}

fn sha256(bytes: &[u8]) -> String {
    to_hex(&DigestAlgorithm::Sha256.digest(bytes).unwrap_or_default())
}

/// Serial numbers of 128 bits: a prefix that was drawn when the state folder was made, and a counter. A key that gets a new
/// state folder gets a new prefix, so that its numbers do not repeat even then.
struct PrefixedSerials {
    prefix: [u8; PREFIX],
    counter: CountedSerials<NotBelow>,
}

impl SerialSource for PrefixedSerials {
    fn next(&self) -> Result<Serial> {
        let counter = self.counter.next()?;
        let mut octets = [0; PREFIX + 8];
        for (place, octet) in octets.iter_mut().zip(self.prefix) {
            *place = octet;
        }
        for (place, octet) in octets.iter_mut().rev().zip(counter.content().iter().rev()) {
            *place = *octet;
        }
        Serial::from_octets(&octets)
            .ok_or_else(|| Error::new(ErrorKind::Refused, text!("serial number 0", "序列号为 0")))
    }
}

/// The file of the counter, and the audit file's word on it: a file that came back from a backup counts from too low.
struct NotBelow {
    file: SerialFile,
    floor: u64,
}

impl SerialStore for NotBelow {
    fn load(&mut self) -> Result<u64> {
        Ok(self.file.load()?.max(self.floor))
    }

    fn save(&mut self, next: u64) -> Result<()> {
        self.file.save(next)
    }
}

/// Opens or makes what remembers serial numbers; gives the prefix too.
fn serials(state: &StateFolder, history: &History) -> Result<(PrefixedSerials, String)> {
    let (prefix_path, counter_path) = (state.file("serial-prefix"), state.file("serial-next"));
    // Where tokens were issued, what is missing was lost.
    for path in [&prefix_path, &counter_path] {
        if history.serial.is_some() && !path.exists() {
            return Err(lost(path));
        }
    }
    if !prefix_path.exists() {
        if counter_path.exists() {
            return Err(lost(&prefix_path));
        }
        let mut prefix = [0; PREFIX];
        random::fill(&mut prefix)?;
        // Positive, and of the same length for every authority.
        if let Some(first) = prefix.first_mut() {
            *first = *first & 0x3f | 0x40;
        }
        replace_durably(&prefix_path, format!("{}\n", to_hex(&prefix)).as_bytes())?;
    }
    let text = std::fs::read_to_string(&prefix_path)?;
    let prefix = from_hex(&text).and_then(|octets| <[u8; PREFIX]>::try_from(octets).ok());
    let prefix = prefix.filter(|prefix| matches!(prefix, [0x40..=0x7f, ..]));
    let prefix = prefix.ok_or_else(|| {
        let shown = prefix_path.display();
        Error::new(
            ErrorKind::Format,
            text!("{shown} holds no prefix of serial numbers", "{shown} 中没有序列号前缀"),
        )
    })?;
    let file = if counter_path.exists() {
        SerialFile::open(&counter_path)?
    } else {
        SerialFile::create(&counter_path)?
    };
    let last = history.serial.as_deref().and_then(|serial| counter_of(serial, &prefix));
    let floor = last.map_or(1, |last| last.saturating_add(1));
    let counter = CountedSerials::new(NotBelow { file, floor }, BLOCK)?;
    Ok((PrefixedSerials { prefix, counter }, to_hex(&prefix)))
}

/// The counter in a serial number, hexadecimal, with this prefix.
fn counter_of(serial: &str, prefix: &[u8; PREFIX]) -> Option<u64> {
    let octets = from_hex(serial)?;
    let counter = octets.strip_prefix(prefix)?;
    Some(u64::from_be_bytes(counter.try_into().ok()?))
}

fn lost(path: &Path) -> Error {
    let shown = path.display();
    Error::new(
        ErrorKind::Refused,
        text!(
            "{shown} is missing though time stamps were issued; put it back, or begin with a new state folder",
            "已签发过时间戳，但 {shown} 缺失；请恢复该文件，或改用新的状态文件夹"
        ),
    )
}
