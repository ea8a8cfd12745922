//! Batches, pools and prepared keys against single operations and against RustCrypto.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::convert::Infallible;

use proptest::prelude::*;
use rand_core::{TryCryptoRng, TryRng};
use sealcore_gm::Error;
use sealcore_gm::sm2::{NoncePool, Signature, SigningKey, verify_many};
use sm2::dsa::signature::hazmat::{PrehashVerifier as _, RandomizedPrehashSigner as _};

/// A random source that gives the same bytes over and over: the worst that still gives any.
struct Broken(u8);

impl TryRng for Broken {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(u32::from_ne_bytes([self.0; 4]))
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from_ne_bytes([self.0; 8]))
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        bytes.fill(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Broken {}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32]).unwrap()
}

/// By RustCrypto.
fn holds(key: &SigningKey, e: &[u8; 32], signature: &Signature) -> bool {
    let theirs = sm2::dsa::VerifyingKey::from_sec1_bytes("", &key.verifying_key().to_sec1()).unwrap();
    let signature = sm2::dsa::Signature::from_slice(&signature.to_bytes()).unwrap();
    theirs.verify_prehash(e, &signature).is_ok()
}

fn digests(count: usize) -> Vec<[u8; 32]> {
    (0..count).map(|i| [u8::try_from(i % 251).unwrap(); 32]).collect()
}

/// `x1 = r - e` would repeat with the nonce; for equal digests r itself does.
fn distinct_r(signatures: &[Signature]) -> usize {
    signatures
        .iter()
        .map(|signature| signature.to_bytes()[..32].to_vec())
        .collect::<BTreeSet<_>>()
        .len()
}

#[test]
fn batches_of_every_size() {
    let key = key(9);
    for count in [0, 1, 2, 7, 8, 9, 15, 16, 17, 63, 64, 65, 130] {
        let digests = digests(count);
        let signatures = key.sign_digests(&mut Broken(1), &digests);
        assert_eq!(signatures.len(), count);
        for (e, signature) in digests.iter().zip(&signatures) {
            assert!(holds(&key, e, signature));
        }
    }
}

#[test]
fn nonces_of_a_batch_differ_for_equal_digests() {
    let key = key(9);
    let equal = [[7; 32]; 100];
    let first = key.sign_digests(&mut Broken(1), &equal);
    let second = key.sign_digests(&mut Broken(2), &equal);
    assert_eq!(distinct_r(&[first.clone(), second].concat()), 200, "entropy counts");
    // The same entropy, digests and places: the same signatures, and so no nonce under two digests.
    assert_eq!(key.sign_digests(&mut Broken(1), &equal), first);
    let shorter = key.sign_digests(&mut Broken(1), &[[8; 32]; 1]);
    let x = |signature: &Signature, e: u8| {
        let r = num_bigint::BigUint::from_bytes_be(&signature.to_bytes()[..32]);
        r + num_bigint::BigUint::from_bytes_be(&[0xff; 32]) - num_bigint::BigUint::from_bytes_be(&[e; 32])
    };
    assert_ne!(
        x(&shorter[0], 8),
        x(&first[0], 7),
        "the digest counts though the source repeats"
    );
}

#[test]
fn hedged_as_rustcrypto_hedges() {
    for seed in 1..20 {
        let theirs = sm2::dsa::SigningKey::from_slice("", &[seed; 32]).unwrap();
        let theirs: sm2::dsa::Signature = theirs
            .sign_prehash_with_rng(&mut Broken(seed ^ 0x55), &[seed; 32])
            .unwrap();
        let ours = key(seed).sign_digest_hedged(&mut Broken(seed ^ 0x55), &[seed; 32]);
        assert_eq!(ours.to_bytes()[..], theirs.to_bytes()[..]);
    }
}

#[test]
fn keys_of_a_batch() {
    let mut counter = Counter(0);
    let keys = SigningKey::generate_many(70, &mut counter).unwrap();
    let mut counter = Counter(0);
    for key in &keys {
        let single = SigningKey::generate(&mut counter).unwrap();
        assert_eq!(*key.to_bytes(), *single.to_bytes());
        assert_eq!(key.verifying_key(), single.verifying_key());
        assert_eq!(key.sign_digest(&[3; 32]), single.sign_digest(&[3; 32]));
    }
    assert!(SigningKey::generate_many(0, &mut counter).unwrap().is_empty());
    assert!(matches!(
        SigningKey::generate_many(1, &mut Broken(0)),
        Err(Error::Random)
    ));
    assert!(matches!(SigningKey::generate(&mut Broken(0xff)), Err(Error::Random)));
}

/// Different every time.
struct Counter(u8);

impl TryRng for Counter {
    type Error = Infallible;
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(0)
    }
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(0)
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0 += 1;
        bytes.fill(self.0);
        Ok(())
    }
}

impl TryCryptoRng for Counter {}

#[test]
fn pool_is_bounded_and_uses_each_nonce_once() {
    let key = key(5);
    let pool = NoncePool::new(100);
    assert!(pool.is_empty());
    pool.refill(&key, &mut Broken(1), 10);
    assert_eq!(pool.len(), 10);
    pool.refill(&key, &mut Broken(1), 1000);
    assert_eq!((pool.len(), pool.capacity()), (100, 100));
    let signatures: Vec<_> = (0..100).map(|_| key.sign_digest_pooled(&pool, &[1; 32])).collect();
    assert!(pool.is_empty());
    assert!(signatures.iter().all(|signature| holds(&key, &[1; 32], signature)));
    // The source repeats; the nonces of the second refill must not, nor those of another pool.
    pool.refill(&key, &mut Broken(1), 100);
    let other = NoncePool::new(100);
    other.refill(&key, &mut Broken(1), 100);
    let more = [&pool, &other].map(|pool| {
        (0..100)
            .map(|_| key.sign_digest_pooled(pool, &[1; 32]))
            .collect::<Vec<_>>()
    });
    assert_eq!(distinct_r(&[signatures, more.concat()].concat()), 300);
    // Empty: signs all the same, by RFC 6979.
    assert_eq!(key.sign_digest_pooled(&pool, &[1; 32]), key.sign_digest(&[1; 32]));
    pool.refill(&key, &mut Broken(1), 3);
    pool.clear();
    assert!(pool.is_empty());
    assert_eq!(NoncePool::new(usize::MAX).capacity(), NoncePool::LARGEST);
    NoncePool::new(0).refill(&key, &mut Broken(1), 5);
    assert!(!format!("{pool:?}").contains("prepared"));
}

#[test]
fn pool_shared_by_two_keys_gives_no_nonce_twice() {
    let pool = NoncePool::new(40);
    let keys = [key(3), key(4)];
    let e = [5; 32];
    let mut signatures = Vec::new();
    for round in 0..6 {
        // Whoever fills it, both sign; and the random source never gives anything new.
        pool.refill(&keys[round % 2], &mut Broken(0), 20);
        for turn in 0..15 {
            let key = &keys[turn % 2];
            let signature = key.sign_digest_pooled(&pool, &e);
            assert!(holds(key, &e, &signature));
            signatures.push(signature);
        }
    }
    assert!(!pool.is_empty(), "no signature came from elsewhere");
    assert_eq!(distinct_r(&signatures), signatures.len());
}

#[test]
fn pool_shared_by_threads_gives_no_nonce_twice() {
    let (key, pool) = (key(5), NoncePool::new(300));
    pool.refill(&key, &mut Broken(1), 300);
    let signatures = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    (0..100)
                        .map(|_| {
                            pool.refill(&key, &mut Broken(1), 2);
                            key.sign_digest_pooled(&pool, &[1; 32])
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect::<Vec<_>>()
    });
    assert_eq!(distinct_r(&signatures), 400);
    assert!(signatures.iter().all(|signature| holds(&key, &[1; 32], signature)));
}

proptest! {
    // Each case prepares many keys.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 16, ..ProptestConfig::default() })]

    #[test]
    fn verdicts_are_independent(seeds in proptest::collection::vec((1..200_u8, any::<bool>()), 0..40), threads in 0..5_usize) {
        let keys: Vec<_> = seeds.iter().map(|&(seed, _)| key(seed)).collect();
        let items: Vec<_> = keys
            .iter()
            .zip(&seeds)
            .map(|(key, &(seed, good))| (key.verifying_key(), [seed; 32], key.sign_digest(&[if good { seed } else { 0 }; 32])))
            .collect();
        let verdicts = verify_many(&items, threads);
        for ((verdict, (key, e, signature)), (_, good)) in verdicts.iter().zip(&items).zip(&seeds) {
            let expected = if *good { Ok(()) } else { Err(Error::Mismatch) };
            prop_assert_eq!(*verdict, expected);
            prop_assert_eq!(key.verify_digest(e, signature), expected);
            prop_assert_eq!(key.prepared().verify_digest(e, signature), expected);
        }
    }
}

proptest! {
    // Three signers of ours and RustCrypto's verifier, RustCrypto's signer and ours.
    #[test]
    fn signatures_and_verdicts_of_both(scalar: [u8; 32], e: [u8; 32], bit in 0..768_usize) {
        let Ok(key) = SigningKey::from_bytes(&scalar) else { return Ok(()) };
        let pool = NoncePool::new(1);
        pool.refill(&key, &mut Broken(3), 1);
        let signatures = [
            key.sign_digest(&e),
            key.sign_digest_hedged(&mut Broken(4), &e),
            key.sign_digest_pooled(&pool, &e),
            key.sign_digests(&mut Broken(5), &[e])[0],
        ];
        for signature in signatures {
            prop_assert!(holds(&key, &e, &signature));
            prop_assert!(key.verifying_key().verify_digest(&e, &signature).is_ok());
            let mut changed = [&signature.to_bytes()[..], &e].concat();
            changed[bit / 8] ^= 1 << (bit % 8);
            let e: [u8; 32] = changed[64..].try_into().unwrap();
            if let Ok(signature) = Signature::from_bytes(&changed[..64]) {
                let expected = holds(&key, &e, &signature);
                prop_assert_eq!(key.verifying_key().verify_digest(&e, &signature).is_ok(), expected);
                prop_assert!(!expected);
            }
        }
    }
}
