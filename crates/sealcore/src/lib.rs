//! Electronic seals (电子印章) and signatures on OFD documents.
#![forbid(unsafe_code)]
#![cfg_attr(
    test,
    allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)
)]

pub mod algorithm;
pub mod asn1;
pub mod cert;
pub mod cms;
pub mod digest;
pub mod document;
pub mod error;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
pub mod key;
pub mod lang;
pub mod limits;
pub mod monitor;
pub mod ofd;
pub mod oids;
pub mod output;
pub mod report;
pub mod seal;
mod text;
pub mod verify;
mod xml;
