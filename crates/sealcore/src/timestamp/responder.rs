//! The hot path: a request in, a reply out.

use sealcore_gm::sm2::{DEFAULT_ID, Signature};
use sealcore_gm::sm3::Sm3;

use super::TimeStampResponse;
use super::authority::{check_authority, check_validity};
use super::request::{RawRequest, Refused};
use super::template::{Parts, Place, Template};
use super::value::Sm2Der;
use super::{AuthorityConfig, Clock, ClockFault, ClockWatch, Entropy, GenTime, PkiFailure, Serial, SerialSource};
use crate::algorithm::SignatureAlgorithm;
use crate::asn1::{Oid, Time};
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::key::{Hedge, Signer, sign_message};
use crate::lang::Lang;
use crate::oids;
use crate::text;

/// Requests that are signed at once: what eight lanes of the processor take.
pub const BATCH: usize = 8;

/// What became of a request. The reply says the same to the requester.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// A token was issued.
    Granted {
        /// Its number.
        serial: Serial,
        /// Its time.
        time: GenTime,
    },
    /// None was.
    Refused {
        /// The reason that the reply states.
        failure: PkiFailure,
        /// The reason in full, for the authority's own log.
        reason: Error,
    },
}

impl Outcome {
    /// Whether a token was issued.
    #[must_use]
    pub fn is_granted(&self) -> bool {
        matches!(self, Self::Granted { .. })
    }

    /// For a request that nobody handled: the reply says so.
    pub(super) fn abandoned(reply: &mut Vec<u8>) -> Self {
        let refused = Refused::new(
            PkiFailure::SystemFailure,
            ErrorKind::Crypto,
            text!(
                "the request was not handled: the signer broke off",
                "请求未处理：签名程序中断"
            ),
        );
        Self::of(Err(refused), reply)
    }

    fn of(result: Result<(Serial, GenTime), Refused>, reply: &mut Vec<u8>) -> Self {
        match result {
            Ok((serial, time)) => Self::Granted { serial, time },
            Err(Refused { failure, reason }) => {
                let words = match failure {
                    // What failed inside is for the log alone.
                    PkiFailure::SystemFailure => "the time-stamp authority failed",
                    _ => reason.message(Lang::En),
                };
                reply.clear();
                reply.extend_from_slice(&TimeStampResponse::rejection(failure, words).to_der());
                Self::Refused { failure, reason }
            }
        }
    }
}

/// A time-stamp authority: answers requests from any number of threads.
///
/// With an SM2 key a token takes one signature and a few blocks of SM3, and no memory but that of the reply. Every request
/// gets a reply, whatever its bytes.
pub struct Responder {
    config: AuthorityConfig,
    signer: Box<dyn Signer>,
    watch: ClockWatch,
    serials: Box<dyn SerialSource>,
    entropy: Box<dyn Entropy>,
    template: Template,
    /// The digest algorithms of imprints, with the lengths of their digests.
    digests: Vec<(Oid, usize)>,
    /// For SM2 keys in this process: SM3 that has taken Z and the signed attributes up to the digest, and Z itself.
    primed: Option<(Sm3, [u8; 32])>,
}

impl Responder {
    /// An authority that signs with `signer`. `entropy` hedges SM2 nonces.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the certificate is not one of a time-stamp authority, [`ErrorKind::Unsupported`] for an
    /// algorithm that signs no digests.
    pub fn new(
        config: AuthorityConfig,
        signer: Box<dyn Signer>,
        clock: Box<dyn Clock>,
        serials: Box<dyn SerialSource>,
        entropy: Box<dyn Entropy>,
    ) -> Result<Self> {
        let certificate = signer.certificate();
        check_authority(certificate)?;
        let algorithm = signer.algorithm();
        let template = Template::new(&config, algorithm, certificate, signer.chain())?;
        let primed = match (algorithm, template.attributes()) {
            // Who signs outside of this process may want the message, and gains nothing by a digest that is begun.
            (SignatureAlgorithm::Sm2Sm3, Some(attributes)) if !signer.is_external() => {
                let z = certificate.public_key().sm2()?.z(DEFAULT_ID)?;
                let mut hasher = Sm3::default();
                let (before, _) = attributes.around(sealcore_gm::sm3::DIGEST_LEN);
                digest::Update::update(&mut hasher, &z);
                digest::Update::update(&mut hasher, before);
                Some((hasher, z))
            }
            _ => None,
        };
        Ok(Self {
            watch: ClockWatch::new(clock, config.clock),
            digests: accepted_digests(&config.digests),
            config,
            signer,
            serials,
            entropy,
            template,
            primed,
        })
    }

    /// How the authority issues.
    #[must_use]
    pub fn config(&self) -> &AuthorityConfig {
        &self.config
    }

    /// The key and certificate that sign.
    #[must_use]
    pub fn signer(&self) -> &dyn Signer {
        &*self.signer
    }

    /// The fault of the clock that stops the issuing until [`Self::reset_clock`].
    #[must_use]
    pub fn clock_fault(&self) -> Option<ClockFault> {
        self.watch.fault()
    }

    /// Issues again after a fault of the clock; see [`ClockWatch::reset`].
    pub fn reset_clock(&self) {
        self.watch.reset();
    }

    /// Answers `request`; the reply replaces what `out` holds. A buffer that is used again is not allocated again.
    pub fn respond(&self, request: &[u8], out: &mut Vec<u8>) -> Outcome {
        out.clear();
        Outcome::of(self.issue(request, out), out)
    }

    /// Answers each request into the reply of its place, signing [`BATCH`] at once. The shorter of the two slices counts.
    pub fn respond_many(&self, requests: &[&[u8]], replies: &mut [Vec<u8>]) -> Vec<Outcome> {
        let pairs = requests.iter().zip(replies);
        let mut exchanges: Vec<_> = pairs.map(|(request, reply)| Exchange::new(request, reply)).collect();
        self.respond_all(&mut exchanges);
        exchanges.into_iter().map(Exchange::finish).collect()
    }

    pub(super) fn respond_all(&self, exchanges: &mut [Exchange<'_>]) {
        for batch in exchanges.chunks_mut(BATCH) {
            // What is left open by a batch that failed as a whole is tried one by one, and told apart by that.
            if batch.len() > 1 && self.primed.is_some() {
                let _ = self.issue_batch(batch);
            }
            for exchange in batch.iter_mut().filter(|exchange| exchange.result.is_none()) {
                exchange.reply.clear();
                exchange.result = Some(self.issue(exchange.request, exchange.reply));
            }
        }
    }

    /// Answers up to [`BATCH`] requests with one reading of the clock and one call of the signer; hashes go through the
    /// lanes of the processor. Refusals are answered one by one. After an error the requests without a result are open.
    fn issue_batch(&self, batch: &mut [Exchange<'_>]) -> Result<()> {
        let (Some((_, z)), Some(attributes)) = (&self.primed, self.template.attributes()) else {
            return Ok(());
        };
        let mut accepted = [const { None }; BATCH];
        for (exchange, place) in batch.iter_mut().zip(&mut accepted) {
            match self.accept(exchange.request) {
                Ok(request) => *place = Some(request),
                Err(refused) => exchange.result = Some(Err(refused)),
            }
        }
        let mut times = [GenTime::from(Time::from_unix(0)); BATCH];
        let wanted = accepted.iter().flatten().count();
        self.watch.issue_many(times.get_mut(..wanted).unwrap_or_default())?;
        let mut live = [const { None }; BATCH];
        let mut places = live.iter_mut();
        let open = batch
            .iter_mut()
            .zip(accepted)
            .filter_map(|(exchange, request)| Some((exchange, request?)));
        for ((exchange, (request, policy)), time) in open.zip(times) {
            match self.numbered(time.time()) {
                Ok(serial) => {
                    exchange.reply.reserve(self.template.room());
                    self.template.push_info(&request, policy, &serial, time, exchange.reply);
                    if let Some(place) = places.next() {
                        *place = Some(Live {
                            info: exchange.reply.len(),
                            cert_req: request.cert_req,
                            granted: (serial, time),
                            exchange,
                        });
                    }
                }
                Err(refused) => exchange.result = Some(Err(refused)),
            }
        }
        let mut digests = [[0; 32]; BATCH];
        hash_all(&live, |_| 0, &mut digests);
        for (live, digest) in live.iter_mut().flatten().zip(&digests) {
            live.exchange.reply.extend_from_slice(z);
            attributes.push(digest, live.exchange.reply);
        }
        hash_all(&live, |live| live.info, &mut digests);
        let count = live.iter().flatten().count();
        let mut values = [[0; Signature::LEN]; BATCH];
        let mut hedge = Hedge::new(&*self.entropy);
        self.signer.sign_digests(
            &mut hedge,
            digests.get(..count).unwrap_or_default(),
            values.get_mut(..count).unwrap_or_default(),
        )?;
        hedge.finish()?;
        for (live, value) in live.into_iter().flatten().zip(&values) {
            let value = Sm2Der::new(value);
            let parts = Parts {
                info: live.info,
                attributes: Place::Behind {
                    skip: z.len(),
                    length: live.exchange.reply.len() - live.info - z.len(),
                },
                value: value.bytes(),
            };
            self.template.finish(&parts, live.cert_req, live.exchange.reply);
            live.exchange.result = Some(Ok(live.granted));
        }
        Ok(())
    }

    fn issue(&self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(Serial, GenTime), Refused> {
        let (request, policy) = self.accept(bytes)?;
        let time = self.watch.issue().map_err(no_time)?;
        let serial = self.numbered(time.time())?;
        out.reserve(self.template.room());
        self.template.push_info(&request, policy, &serial, time, out);
        self.sign(&request, time, out).map_err(failed)?;
        Ok((serial, time))
    }

    /// Reads a request and checks that it can be granted.
    fn accept<'r>(&self, bytes: &'r [u8]) -> Result<(RawRequest<'r>, &[u8]), Refused> {
        let limit = self.config.max_request;
        if bytes.len() > limit {
            return Err(Refused::new(
                PkiFailure::BadRequest,
                ErrorKind::Limit,
                text!("the request is longer than {limit} bytes", "请求超过 {limit} 字节"),
            ));
        }
        let request = RawRequest::read(bytes)?;
        let mut accepted = self.digests.iter();
        let Some((_, expected)) = accepted.find(|(oid, _)| oid.content() == request.algorithm) else {
            let oid = Oid::from_content(request.algorithm);
            let name = oid.map(|oid| oid.to_string()).unwrap_or_default();
            return Err(Refused::new(
                PkiFailure::BadAlg,
                ErrorKind::Unsupported,
                text!("the digest algorithm {name} is not accepted", "不接受摘要算法 {name}"),
            ));
        };
        let (expected, found) = (*expected, request.digest.len());
        if expected != found {
            return Err(Refused::new(
                PkiFailure::BadDataFormat,
                ErrorKind::Asn1,
                text!(
                    "the imprint has {found} bytes, and its algorithm gives {expected}",
                    "摘要长度为 {found} 字节，应为 {expected} 字节"
                ),
            ));
        }
        // RFC 3161, 2.4.1: whether it is critical or not.
        if request.has_extensions {
            return Err(Refused::new(
                PkiFailure::UnacceptedExtension,
                ErrorKind::Unsupported,
                text!("extensions are not supported", "不支持扩展"),
            ));
        }
        let Some(policy) = self.template.policy(request.policy) else {
            return Err(Refused::new(
                PkiFailure::UnacceptedPolicy,
                ErrorKind::Unsupported,
                text!("the policy is not one of this authority", "不支持所请求的策略"),
            ));
        };
        Ok((request, policy))
    }

    fn numbered(&self, time: Time) -> Result<Serial, Refused> {
        check_validity(self.signer.certificate(), time).map_err(failed)?;
        self.serials.next().map_err(failed)
    }

    /// Signs TSTInfo, which is all that `out` holds, and makes the reply of it.
    fn sign(&self, request: &RawRequest<'_>, time: GenTime, out: &mut Vec<u8>) -> Result<()> {
        let Some((primed, _)) = &self.primed else {
            return self.sign_slowly(request, time, out);
        };
        let info = out.len();
        let content = sealcore_gm::sm3::digest(out);
        let Some(attributes) = self.template.attributes() else {
            return self.sign_slowly(request, time, out);
        };
        let mut hasher = primed.clone();
        let (_, after) = attributes.around(content.len());
        digest::Update::update(&mut hasher, &content);
        digest::Update::update(&mut hasher, after);
        let e: [u8; 32] = digest::FixedOutput::finalize_fixed(hasher).into();
        let mut value = [[0; Signature::LEN]];
        let mut hedge = Hedge::new(&*self.entropy);
        self.signer.sign_digests(&mut hedge, &[e], &mut value)?;
        hedge.finish()?;
        attributes.push(&content, out);
        let [value] = value;
        let value = Sm2Der::new(&value);
        let parts = Parts {
            info,
            attributes: Place::Behind {
                skip: 0,
                length: out.len() - info,
            },
            value: value.bytes(),
        };
        self.template.finish(&parts, request.cert_req, out);
        Ok(())
    }

    /// The same for any algorithm, and for attributes that hold a time.
    fn sign_slowly(&self, request: &RawRequest<'_>, time: GenTime, out: &mut Vec<u8>) -> Result<()> {
        let content = self.template.digest().digest(out).unwrap_or_default();
        let time = self.config.signing_time.then_some(time);
        let attributes = self.template.attributes_with(&content, time, self.signer.certificate());
        let value = sign_message(&*self.signer, &attributes)?;
        let parts = Parts {
            info: out.len(),
            attributes: Place::Apart(&attributes),
            value: &value,
        };
        self.template.finish(&parts, request.cert_req, out);
        Ok(())
    }
}

/// SM3 has a second identifier.
fn accepted_digests(algorithms: &[DigestAlgorithm]) -> Vec<(Oid, usize)> {
    let usable = algorithms.iter().filter(|one| **one != DigestAlgorithm::Sm3Keyed);
    let mut accepted: Vec<_> = usable.map(|one| (one.oid(), one.output_len())).collect();
    if algorithms.contains(&DigestAlgorithm::Sm3) {
        accepted.push((oids::SM3_UNKEYED, DigestAlgorithm::Sm3.output_len()));
    }
    accepted
}

/// A request and the place of its reply.
pub(super) struct Exchange<'e> {
    request: &'e [u8],
    reply: &'e mut Vec<u8>,
    result: Option<Result<(Serial, GenTime), Refused>>,
}

impl<'e> Exchange<'e> {
    pub(super) fn new(request: &'e [u8], reply: &'e mut Vec<u8>) -> Self {
        reply.clear();
        Self {
            request,
            reply,
            result: None,
        }
    }

    pub(super) fn finish(self) -> Outcome {
        match self.result {
            Some(result) => Outcome::of(result, self.reply),
            None => Outcome::abandoned(self.reply),
        }
    }
}

/// A request of a batch that waits for its signature.
struct Live<'l, 'e> {
    exchange: &'l mut Exchange<'e>,
    /// Length of TSTInfo, with which the reply starts.
    info: usize,
    cert_req: bool,
    granted: (Serial, GenTime),
}

/// SM3 of what each reply holds from `start` on, in the lanes of the processor.
fn hash_all(
    live: &[Option<Live<'_, '_>>; BATCH],
    start: impl Fn(&Live<'_, '_>) -> usize,
    digests: &mut [[u8; 32]; BATCH],
) {
    let mut messages: [&[u8]; BATCH] = [&[]; BATCH];
    let mut count = 0;
    for (live, message) in live.iter().flatten().zip(&mut messages) {
        *message = live.exchange.reply.get(start(live)..).unwrap_or_default();
        count += 1;
    }
    sealcore_gm::sm3::digest_many(messages.get(..count).unwrap_or_default(), digests);
}

fn no_time(reason: Error) -> Refused {
    Refused {
        failure: PkiFailure::TimeNotAvailable,
        reason,
    }
}

fn failed(reason: Error) -> Refused {
    Refused {
        failure: PkiFailure::SystemFailure,
        reason,
    }
}

impl std::fmt::Debug for Responder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Responder")
            .field("config", &self.config)
            .field("certificate", self.signer.certificate())
            .finish_non_exhaustive()
    }
}
