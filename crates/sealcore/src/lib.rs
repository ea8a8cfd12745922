//! Electronic seals (电子印章) and signatures on OFD and PDF documents: made, put on, verified, reported.
//!
//! A seal is a picture, a name and a list of signers that a maker has signed; a seal signature puts it on a document. Three
//! structures are in use and all are read and written: GM/T 0031-2014 (V1), GB/T 38540-2020 (V4) and GM/T 0031-2025 (V5).
//! Digital signatures without a seal are SignedData of GB/T 35275. All of them sign with SM2 and SM3. On PDF there is besides
//! CMS with the identifiers of PKCS#7, with SM2, RSA and ECDSA.
//!
//! # Verify
//!
//! The caller brings the trust anchors and the moment; the crate reads no clock, opens no connection and trusts nobody by
//! itself. What is wrong with a document stands in the [`Report`](report::Report); an [`Error`](error::Error) means that
//! there was nothing to judge.
//!
//! ```no_run
//! use std::time::{SystemTime, UNIX_EPOCH};
//! use sealcore::{asn1::Time, cert::TrustStore, document::Document, lang::Lang, report, verify::VerifyOptions};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let now = Time::from_unix(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs().try_into()?);
//!     let mut trust = TrustStore::new();
//!     trust.add_bytes(&std::fs::read("ca.pem")?, "ca.pem")?;
//!     let options = VerifyOptions::new(&trust, now);
//!     let report = Document::from_path("sealed.pdf".as_ref(), &options.limits)?.verify(&options)?;
//!     println!("{}", report::render(&report, "sealed.pdf", Lang::En, report::Style::default()));
//!     Ok(())
//! }
//! ```
//!
//! A verdict of valid needs a revocation list beside the anchor: [`TrustStore::add_list`](cert::TrustStore::add_list), or
//! one in the same file. Where not everybody under the anchors may make seals, set
//! [`VerifyOptions::maker_trust`](verify::VerifyOptions::maker_trust). What may come after a signature in a PDF is said by
//! [`VerifyOptions::policy`](verify::VerifyOptions::policy). The rules, step by step, are in `docs/verification.md` and
//! `docs/pdf.md`.
//!
//! # Sign
//!
//! ```
//! use sealcore::asn1::Time;
//! use sealcore::key::{self, Signer as _};
//! use sealcore::limits::Limits;
//! use sealcore::monitor::Unwatched;
//! use sealcore::ofd::package::Archive;
//! use sealcore::ofd::{self, Pages, Placement, SignRequest};
//! use sealcore::seal::Seal;
//!
//! /// Seals the last page; the signer is in the seal's list of certificates.
//! fn seal_document(document: &[u8], seal: &[u8], key: &[u8], password: &str, now: Time) -> sealcore::error::Result<Vec<u8>> {
//!     let signer = key::load(key, Some(password))?.into_signer()?;
//!     let seal = Seal::from_der(seal)?;
//!     let placements = [Placement::At { pages: Pages::Last, x_mm: 150.0, y_mm: 230.0 }];
//!     let request = SignRequest::seal(&seal, signer.certificate(), now, &placements);
//!     let limits = Limits::default();
//!     let archive = Archive::open(document, &limits)?;
//!     ofd::sign(&archive, &request, &signer, &limits, &Unwatched, Vec::new())
//! }
//! ```
//!
//! A PDF is sealed in the same words: [`Pdf::open`](pdf::Pdf::open) in place of the package, [`pdf::SignRequest`] and
//! [`pdf::sign()`]; [`pdf::sign_in_place`] appends to a file.
//!
//! ```
//! use sealcore::key::Signer;
//! use sealcore::limits::Limits;
//! use sealcore::monitor::Unwatched;
//! use sealcore::pdf::{self, Pdf, Permission, SignRequest};
//!
//! /// Certifies a form: it may be filled in and signed, and nothing else.
//! fn certify(document: &[u8], signer: &dyn Signer, now: sealcore::asn1::Time) -> sealcore::error::Result<Vec<u8>> {
//!     let mut request = SignRequest::signature(signer.certificate(), now);
//!     request.chain = signer.chain();
//!     request.certify = Some(Permission::FormFilling);
//!     let limits = Limits::default();
//!     pdf::sign(&Pdf::open(document, &limits)?, &request, signer, &limits, &Unwatched, Vec::new())
//! }
//! ```
//!
//! Where the key is in a device or a remote service, [`ofd::prepare`] and [`pdf::prepare()`] give the digest, and `complete` of
//! [`ofd::Session`] and [`pdf::Session`] takes the value; `docs/sessions.md` shows both, and how a session is saved in between.
//!
//! # Laws
//!
//! - What the crate does depends on what it is given: bytes, anchors, time, limits, signer, random source. No sockets, no
//!   clock, no globals, no file whose path the caller did not give.
//! - The bytes that are there are verified, never a re-encoding of what was read from them.
//! - A failed verification is a report with coded findings, not an error and not a bool. What could not be checked is a
//!   finding too.
//! - Signing is two-phase underneath. A value that comes from outside the process is verified before it is embedded.
//! - Entries of a package that a signature does not change keep their compressed bytes; a PDF is only appended to.
//! - Hostile input is normal input: every reader works within [`Limits`](limits::Limits).
//!
//! # Map
//!
//! | Module | What is in it |
//! |---|---|
//! | [`document`] | one entry for OFD, PDF and seal files, told apart by content |
//! | [`inspection`] | what is in a document, without judgement |
//! | [`ofd`] | the package, signatures on it, signing, verification, inspection |
//! | [`pdf`] | reading without repair, one view per revision; signing by an increment, verification, inspection; encryption |
//! | [`placement`] | where a seal's picture goes: point, seam, facing pages, keyword; the same for every format |
//! | [`seal`] | seals and seal signatures of the three generations: read, make, verify |
//! | [`report`] | facts, findings and their codes, policies, JSON and text |
//! | [`verify`] | what verification is given |
//! | [`cert`] | certificates, requests, revocation lists, paths to anchors |
//! | [`key`] | key files (PKCS#8, SEC 1, PKCS#1, PKCS#12) and the [`Signer`](key::Signer) that everything signs through |
//! | [`cms`] | SignedData of GB/T 35275 and PKCS#7 |
//! | [`timestamp`] | RFC 3161: requests, replies, tokens, an authority that issues them, verification |
//! | [`asn1`], [`oids`], [`algorithm`], [`digest`] | the encodings and algorithms underneath |
//! | [`source`] | the bytes of a document, in memory or read when needed |
//! | [`limits`], [`monitor`] | what a document may cost, progress and cancelling |
//! | [`error`], [`lang`], [`output`] | errors in two languages; files that appear whole or not at all |
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod algorithm;
pub mod asn1;
pub mod cert;
#[cfg(test)]
#[path = "../tests/support/clock.rs"]
mod clock;
pub mod cms;
pub mod digest;
pub mod document;
pub mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod hex;
pub mod inspection;
pub mod key;
pub mod lang;
pub mod limits;
pub mod monitor;
pub mod ofd;
pub mod oids;
pub mod output;
pub mod pdf;
pub mod placement;
pub mod report;
pub mod seal;
mod signing;
mod signing_stamp;
pub mod source;
mod text;
pub mod timestamp;
pub mod verify;
mod xml;

/// The Rust of the prose compiles.
#[cfg(doctest)]
mod prose {
    #[doc = include_str!("../../../README.md")]
    mod readme {}
    #[doc = include_str!("../../../README.zh-CN.md")]
    mod readme_zh {}
    #[doc = include_str!("../../../docs/sessions.md")]
    mod sessions {}
}
