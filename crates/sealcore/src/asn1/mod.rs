//! Tolerant reading of DER and BER that keeps the original bytes, and strict writing of DER (ITU-T X.690).
//!
//! Signatures are verified over the bytes that are there: [`Tlv::raw`] is a slice of the input, and nothing in this crate
//! encodes a structure again in order to verify it.

mod bits;
mod oid;
mod reader;
mod tag;
mod time;
mod writer;

pub use bits::BitString;
pub use oid::Oid;
pub use reader::{Reader, Tlv};
pub use tag::Tag;
pub(crate) use time::parse_text as parse_time_text;
pub use time::{Time, TimeForm};
pub use writer::Writer;
