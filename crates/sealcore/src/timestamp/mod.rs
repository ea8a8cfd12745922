//! Time stamps, RFC 3161 and RFC 5816, with SM2 and SM3, RSA and ECDSA: request, reply, token, authority, verification.
//!
//! Tokens have the content identifiers of PKCS#7 by default and those of GB/T 35275 by option; both are read. The text of
//! GB/T 20520 was not had, and no conformance to it is claimed.
//!
//! What is secret here is the authority's key alone, and it stays in its [`Signer`](crate::key::Signer): nothing in this
//! module handles secrets, and nothing is constant-time.

mod accept;
mod authority;
mod clock;
mod gen_time;
mod queue;
mod report;
mod request;
mod responder;
mod response;
mod serial;
mod serial_file;
mod stamp;
mod template;
mod token;
mod tst_info;
mod value;
mod verify;

pub use crate::key::Entropy;
pub(crate) use authority::is_for_time_stamps_only;
pub use authority::{AuthorityConfig, check_authority};
pub use clock::{Clock, ClockFault, ClockRules, ClockWatch, Reading};
pub use gen_time::GenTime;
pub use queue::Queue;
pub use report::TimeStampReport;
pub use request::{MessageImprint, Nonce, TimeStampRequest};
pub use responder::{BATCH, Outcome, Responder};
pub use response::{PkiFailure, PkiFailureInfo, PkiStatus, TimeStampResponse};
pub use serial::{CountedSerials, RandomSerials, Serial, SerialSource, SerialStore};
pub use serial_file::SerialFile;
pub(crate) use stamp::{SignatureStamp, judge_signature_stamp, unjudged};
pub use token::TimeStampToken;
pub(crate) use token::info_of;
pub use tst_info::{Accuracy, TstExtension, TstInfo};
pub use verify::{CheckedAuthority, Expected, verify};
pub(crate) use verify::{judge, judge_imprint};
