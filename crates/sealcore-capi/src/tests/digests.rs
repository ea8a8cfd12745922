//! `sealcore_digest`.

use std::ptr::{null, null_mut};

use super::{fails, ok};
use crate::digest::sealcore_digest;
use crate::status::{SEALCORE_E_ARGUMENT, SEALCORE_E_BUFFER, SEALCORE_E_NULL};

/// SM3 of "abc" (GB/T 32905, A.1).
const ABC: &str = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";

#[test]
fn digests_and_says_how_much_room_it_needs() {
    let (mut digest, mut length) = ([0_u8; 64], 0);
    let (sm3, data, room) = (c"sm3".as_ptr(), b"abc", &raw mut length);
    assert_eq!(
        sealcore_digest(sm3, data.as_ptr(), 3, null_mut(), room, null_mut()),
        SEALCORE_E_BUFFER
    );
    // SAFETY: the length lives here.
    assert_eq!(unsafe { room.read() }, 32);
    ok(|e| sealcore_digest(sm3, data.as_ptr(), 3, digest.as_mut_ptr(), room, e));
    let hex: String = digest[..32].iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, ABC);
    // SAFETY: as above.
    unsafe { room.write(64) };
    ok(|e| sealcore_digest(c"sha512".as_ptr(), null(), 0, digest.as_mut_ptr(), room, e));
    assert_eq!(digest[0], 0xcf);
}

#[test]
fn refuses() {
    let (mut digest, mut length) = ([0_u8; 64], 64);
    let (place, room) = (digest.as_mut_ptr(), &raw mut length);
    fails(SEALCORE_E_NULL, |e| sealcore_digest(null(), null(), 0, place, room, e));
    fails(SEALCORE_E_NULL, |e| {
        sealcore_digest(c"sm3".as_ptr(), null(), 1, place, room, e)
    });
    fails(SEALCORE_E_NULL, |e| {
        sealcore_digest(c"sm3".as_ptr(), null(), 0, place, null_mut(), e)
    });
    fails(SEALCORE_E_NULL, |e| {
        // A call before this one failed, and cleared it.
        // SAFETY: it is a local.
        unsafe { room.write(64) };
        sealcore_digest(c"sm3".as_ptr(), null(), 0, null_mut(), room, e)
    });
    // Broken ones are none to digest with.
    for name in [c"md5", c"sm4", c""] {
        fails(SEALCORE_E_ARGUMENT, |e| {
            sealcore_digest(name.as_ptr(), null(), 0, place, room, e)
        });
    }
}
