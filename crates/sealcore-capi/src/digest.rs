//! Digests of bytes, for callers who have no SM3 of their own.

use std::ffi::c_char;

use sealcore_core::digest::DigestAlgorithm;
use sealcore_core::text;

use crate::call::{self, ShortOut, bad, operation};
use crate::error::sealcore_error;
use crate::status::sealcore_status;

/// The digest of `bytes` by `algorithm`: "sm3", "sha256", ...; sealcore_call with "describe" lists them. `(NULL, 0)` is the
/// digest of nothing. `*length` is the room in `digest` before, the length of the digest after, 0 after a failure that is not
/// `SEALCORE_E_BUFFER`; 64 bytes are room for each.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_digest(
    algorithm: *const c_char,
    bytes: *const u8,
    bytes_length: usize,
    digest: *mut u8,
    length: *mut usize,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let place = ShortOut::new(digest, length, "digest")?;
        call.ready()?;
        let algorithm = known(call::string(algorithm, "algorithm")?, "algorithm")?;
        let bytes = call::bytes(bytes, bytes_length, "bytes")?;
        // The room is looked at first: a large input is not digested for nothing.
        place.check(algorithm.output_len(), "digest")?;
        let value = algorithm.digest(bytes).unwrap_or_default();
        place.put(&value, "digest")
    })
}

/// A digest algorithm that is still sound, by name.
pub(crate) fn known(name: &str, argument: &str) -> crate::failure::Outcome<DigestAlgorithm> {
    let known = DigestAlgorithm::from_name(name).filter(|known| DigestAlgorithm::SOUND.contains(known));
    known.ok_or_else(|| {
        bad(
            argument,
            text!(
                "“{name}” is no digest algorithm that is used here",
                "“{name}”不是此处可用的摘要算法"
            ),
        )
    })
}
