//! Known answers: what a product checks of its algorithms before it uses them.
//!
//! The key is that of the examples in GB/T 32918.5; it protects nothing.

use crate::sm2::{DEFAULT_ID, Signature, SigningKey};
use crate::sm4::Sm4Cbc;
use crate::{Error, sm3};

const MESSAGE: &[u8] = b"message digest";
const D: [u8; 32] = hex(b"3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
const X: [u8; 32] = hex(b"09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020");
const E: [u8; 32] = hex(b"f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640");
/// The signature of the standard's example, with the standard's nonce.
const EXAMPLE: [u8; 64] = hex(
    b"f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
);
/// The signature with the nonce of RFC 6979 (HMAC-SM3), which a test compares with another implementation.
const DETERMINISTIC: [u8; 64] = hex(
    b"24858ee71d63e687feefe41f5af80a59f0791eb1dabc2bbe71daf0e57f06c3673d15550de52785a435004c937256ac715c0e04176ac57062c6722fa692f7a491",
);
/// SM3 of "abc" (GB/T 32905, A.1).
const ABC: [u8; 32] = hex(b"66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
/// Key and plaintext of GB/T 32907, A.1, and its ciphertext.
const SM4_KEY: [u8; 16] = hex(b"0123456789abcdeffedcba9876543210");
const SM4_CIPHERTEXT: [u8; 16] = hex(b"681edf34d206965e86b3e94f536e4246");

/// Checks SM3, SM2 (public key, digest, signature, verification, and that a wrong signature is refused) and SM4 against
/// known answers. About a millisecond.
///
/// # Errors
/// The name of the first algorithm that gives another answer.
pub fn run() -> Result<(), &'static str> {
    if sm3::digest(b"abc") != ABC {
        return Err("SM3");
    }
    match sm2() {
        Ok(true) => {}
        _ => return Err("SM2"),
    }
    // One block, without chaining: the initial vector is zero.
    let sealed = Sm4Cbc::new(&SM4_KEY).encrypt(&[0; 16], &SM4_KEY);
    if sealed.get(..16) != Some(&SM4_CIPHERTEXT) {
        return Err("SM4");
    }
    match Sm4Cbc::new(&SM4_KEY).decrypt(&[0; 16], &sealed) {
        Ok(opened) if opened == SM4_KEY => Ok(()),
        _ => Err("SM4"),
    }
}

fn sm2() -> Result<bool, Error> {
    let key = SigningKey::from_bytes(&D)?;
    let public = key.verifying_key();
    if public.to_sec1().get(1..33) != Some(&X) || public.message_digest(DEFAULT_ID, MESSAGE)? != E {
        return Ok(false);
    }
    let signature = key.sign_digest(&E);
    if signature.to_bytes() != DETERMINISTIC {
        return Ok(false);
    }
    public.verify_digest(&E, &signature)?;
    public.verify_digest(&E, &Signature::from_bytes(&EXAMPLE)?)?;
    let mut wrong = E;
    if let Some(last) = wrong.last_mut() {
        *last ^= 1;
    }
    Ok(public.verify_digest(&wrong, &signature).is_err())
}

/// Hexadecimal at compile time.
#[allow(clippy::indexing_slicing)] // evaluated by the compiler
const fn hex<const N: usize>(text: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    let mut at = 0;
    while at < N {
        bytes[at] = digit(text[2 * at]) << 4 | digit(text[2 * at + 1]);
        at += 1;
    }
    bytes
}

const fn digit(character: u8) -> u8 {
    match character {
        b'0'..=b'9' => character - b'0',
        _ => character - b'a' + 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes() {
        assert_eq!(run(), Ok(()));
    }

    #[test]
    fn another_implementation_gives_the_same_signature() {
        use ::sm2::dsa::signature::hazmat::PrehashSigner as _;
        let theirs = ::sm2::dsa::SigningKey::from_slice("1234567812345678", &D).unwrap();
        let theirs: ::sm2::dsa::Signature = theirs.sign_prehash(&E).unwrap();
        assert_eq!(theirs.to_bytes()[..], DETERMINISTIC);
    }
}
