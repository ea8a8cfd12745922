//! SM4 beside the examples of the standard and of RFC 8998, and its laws.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::collection::vec;
use proptest::prelude::*;
use sealcore_gm::sm4::{Error, Sm4Cbc, Sm4Gcm};

const KEY: [u8; 16] = 0x0123_4567_89ab_cdef_fedc_ba98_7654_3210_u128.to_be_bytes();

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap())
        .collect()
}

// GB/T 32907 appendix A: one block, and a million times. CBC of zeros encrypts its initial value again and again.
#[test]
fn examples_of_the_standard() {
    let ciphertext = Sm4Cbc::new(&KEY).encrypt(&KEY, &vec![0; 16_000_000]);
    assert_eq!(ciphertext[..16], hex("681edf34d206965e86b3e94f536e4246"));
    assert_eq!(
        ciphertext[15_999_984..16_000_000],
        hex("595298c7c6fd271f0402f804c33d3f66")
    );
}

// RFC 8998 appendix A.1.
#[test]
fn gcm_of_rfc_8998() {
    let nonce = hex("00001234567800000000abcd").try_into().unwrap();
    let aad = hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let plaintext: Vec<u8> = [0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff, 0xee, 0xaa]
        .iter()
        .flat_map(|byte| [*byte; 8])
        .collect();
    let sealed = hex(concat!(
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735",
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d",
        "83de3541e4c2b58177e065a9bf7b62ec"
    ));
    let cipher = Sm4Gcm::new(&KEY);
    assert_eq!(cipher.seal(&nonce, &aad, &plaintext).unwrap(), sealed);
    assert_eq!(cipher.open(&nonce, &aad, &sealed).unwrap(), plaintext);
}

#[test]
fn what_is_too_short() {
    assert_eq!(Sm4Gcm::new(&KEY).open(&[0; 12], b"", &[0; 15]), Err(Error::Length));
    for length in [0, 1, 15, 17] {
        assert_eq!(
            Sm4Cbc::new(&KEY).decrypt(&[0; 16], &vec![0; length]),
            Err(Error::Length)
        );
    }
}

#[test]
fn a_refused_message_leaves_nothing() {
    let mut buffer = *b"sixteen bytes or";
    let opened = Sm4Gcm::new(&KEY).open_in_place(&[0; 12], b"", &mut buffer, &[0; 16]);
    assert_eq!((opened, buffer), (Err(Error::Authentication), [0; 16]));
}

proptest! {
    #[test]
    fn gcm_opens_what_it_sealed_and_nothing_else(
        key: [u8; 16], nonce: [u8; 12], aad in vec(any::<u8>(), 0..50), plaintext in vec(any::<u8>(), 0..200),
        place: prop::sample::Index, bit in 0..8_u32,
    ) {
        let cipher = Sm4Gcm::new(&key);
        let sealed = cipher.seal(&nonce, &aad, &plaintext).unwrap();
        prop_assert_eq!(cipher.open(&nonce, &aad, &sealed).unwrap(), plaintext);
        let mut changed = sealed.clone();
        changed[place.index(sealed.len())] ^= 1 << bit;
        prop_assert_eq!(cipher.open(&nonce, &aad, &changed), Err(Error::Authentication));
        let mut other = aad.clone();
        other.push(0);
        prop_assert_eq!(cipher.open(&nonce, &other, &sealed), Err(Error::Authentication));
    }

    #[test]
    fn cbc_decrypts_what_it_encrypted(key: [u8; 16], iv: [u8; 16], plaintext in vec(any::<u8>(), 0..200)) {
        let cipher = Sm4Cbc::new(&key);
        let ciphertext = cipher.encrypt(&iv, &plaintext);
        prop_assert_eq!(ciphertext.len(), (plaintext.len() / 16 + 1) * 16);
        prop_assert_eq!(cipher.decrypt(&iv, &ciphertext).unwrap(), plaintext);
    }

    #[test]
    fn cbc_never_panics(key: [u8; 16], iv: [u8; 16], ciphertext in vec(any::<u8>(), 0..100)) {
        let _ = Sm4Cbc::new(&key).decrypt(&iv, &ciphertext);
    }
}
