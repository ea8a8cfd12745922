//! SM3 in all its forms beside RustCrypto's.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::cast_possible_truncation)]

use digest::Digest;
use digest::common::hazmat::SerializableState;
use hmac::{Hmac, KeyInit, Mac};
use proptest::collection::vec;
use proptest::prelude::*;
use sealcore_gm::sm3::{self, Sm3};

fn theirs(data: &[u8]) -> [u8; 32] {
    ::sm3::Sm3::digest(data).into()
}

/// Bytes that differ from place to place and from seed to seed.
fn bytes(length: usize, seed: usize) -> Vec<u8> {
    (0..length)
        .map(|at| ((at + seed).wrapping_mul(0x9e37_79b9) >> 11) as u8)
        .collect()
}

#[test]
fn every_length_up_to_some_blocks() {
    for length in 0..=400 {
        let data = bytes(length, length);
        assert_eq!(sm3::digest(&data), theirs(&data), "{length}");
    }
}

#[test]
fn every_engine_at_every_length_and_count() {
    for lanes in [16, 8, 1] {
        for count in (0..40).chain([63, 64, 100]) {
            let messages: Vec<_> = (0..count).map(|n| bytes(n * 37 % 300, n)).collect();
            let messages: Vec<_> = messages.iter().map(Vec::as_slice).collect();
            let mut digests = vec![[0; 32]; count];
            if sm3::digest_many_with(lanes, &messages, &mut digests) {
                let expected: Vec<_> = messages.iter().map(|message| theirs(message)).collect();
                assert_eq!(digests, expected, "{count} in {lanes} lanes");
            }
        }
    }
}

#[test]
fn more_messages_than_places_and_more_places_than_messages() {
    let mut digests = [[7; 32]; 2];
    sm3::digest_many(&[b"one"], &mut digests);
    assert_eq!(digests, [theirs(b"one"), [7; 32]]);
    sm3::digest_many(&[b"one", b"two", b"three"], &mut digests);
    assert_eq!(digests, [theirs(b"one"), theirs(b"two")]);
}

proptest! {
    #[test]
    fn any_split(pieces in vec(vec(any::<u8>(), 0..300), 0..12)) {
        let mut hasher = Sm3::new();
        let mut other = ::sm3::Sm3::new();
        for piece in &pieces {
            hasher.update(piece);
            other.update(piece);
            // What was serialised goes on as if nothing had been.
            hasher = Sm3::deserialize(&hasher.serialize()).unwrap();
            prop_assert_eq!(hasher.clone().finalize(), other.clone().finalize());
        }
        prop_assert_eq!(hasher.finalize_reset(), other.finalize());
        prop_assert_eq!(hasher.finalize(), ::sm3::Sm3::digest(b""));
    }

    #[test]
    fn any_messages(messages in vec(vec(any::<u8>(), 0..700), 0..70)) {
        let expected: Vec<_> = messages.iter().map(|message| theirs(message)).collect();
        let messages: Vec<_> = messages.iter().map(Vec::as_slice).collect();
        for lanes in [16, 8, 1] {
            let mut digests = vec![[0; 32]; messages.len()];
            if sm3::digest_many_with(lanes, &messages, &mut digests) {
                prop_assert_eq!(&digests, &expected);
            }
        }
    }

    #[test]
    fn hmac(key in vec(any::<u8>(), 0..200), data in vec(any::<u8>(), 0..300)) {
        let ours = Hmac::<Sm3>::new_from_slice(&key).unwrap().chain_update(&data).finalize();
        let other = Hmac::<::sm3::Sm3>::new_from_slice(&key).unwrap().chain_update(&data).finalize();
        prop_assert_eq!(ours.into_bytes(), other.into_bytes());
    }
}
