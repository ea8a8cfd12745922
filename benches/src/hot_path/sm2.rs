//! SM2 beside RustCrypto's `sm2`.

use std::hint::black_box;

use getrandom::SysRng;
use rand_core::UnwrapErr;
use sealcore_gm::sm2::{NoncePool, Signature, SigningKey, VerifyingKey, verify_many};
use sm2::dsa::signature::hazmat::{PrehashSigner as _, PrehashVerifier as _};

use super::{Contender, RUSTCRYPTO, Row, by};

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row {
            name: "sm2-sign",
            contenders: sign(),
        },
        Row {
            name: "sm2-verify",
            contenders: verify(),
        },
        Row {
            name: "sm2-keygen",
            contenders: generate(),
        },
        Row {
            name: "sm2-decompress",
            contenders: decompress(),
        },
    ]
}

const E: [u8; 32] = [0x5a; 32];

fn key() -> SigningKey {
    SigningKey::from_bytes(&[0x39; 32]).unwrap()
}

fn their_key() -> sm2::dsa::SigningKey {
    sm2::dsa::SigningKey::from_slice("1234567812345678", &[0x39; 32]).unwrap()
}

fn sign() -> Vec<Contender> {
    let theirs = their_key();
    let [one, hedged, many, eight, pooled] = [(); 5].map(|()| key());
    let (digests, pool) = (vec![E; 256], NoncePool::new(64));
    vec![
        by(RUSTCRYPTO, 1, move || -> sm2::dsa::Signature {
            theirs.sign_prehash(black_box(&E)).unwrap()
        }),
        by("SM2 sign, deterministic nonce", 1, move || {
            one.sign_digest(black_box(&E))
        }),
        by("SM2 sign, hedged nonce", 1, move || {
            hedged.sign_digest_hedged(&mut UnwrapErr(SysRng), black_box(&E))
        }),
        by("SM2 sign, batches of 8, nonces included", 8, move || {
            eight.sign_digests(&mut UnwrapErr(SysRng), black_box(&[E; 8]))
        }),
        by("SM2 sign, batches of 256, nonces included", 256, move || {
            many.sign_digests(&mut UnwrapErr(SysRng), black_box(&digests))
        }),
        by("SM2 sign, nonce pool, refill included", 64, move || {
            pool.refill(&pooled, &mut UnwrapErr(SysRng), 64);
            (0..64).map(|_| pooled.sign_digest_pooled(&pool, black_box(&E))).last()
        }),
    ]
}

fn verify() -> Vec<Contender> {
    let theirs = their_key().verifying_key().clone();
    let their_signature: sm2::dsa::Signature = their_key().sign_prehash(&E).unwrap();
    let (public, signature) = (key().verifying_key().clone(), key().sign_digest(&E));
    let (prepared, to_prepare) = (public.prepared(), public.clone());
    let signers: Vec<SigningKey> = (1..=64).map(|i| SigningKey::from_bytes(&[i; 32]).unwrap()).collect();
    let signed: Vec<(VerifyingKey, Signature)> = signers
        .iter()
        .map(|signer| (signer.verifying_key().clone(), signer.sign_digest(&E)))
        .collect();
    vec![
        by(RUSTCRYPTO, 1, move || {
            theirs.verify_prehash(black_box(&E), &their_signature).unwrap();
        }),
        by("SM2 verify", 1, move || {
            public.verify_digest(black_box(&E), &signature).unwrap();
        }),
        by("SM2 verify, prepared key", 1, move || {
            prepared.verify_digest(black_box(&E), &signature).unwrap();
        }),
        by("SM2 verify, batches of 64 keys", 64, move || {
            let items: Vec<_> = signed.iter().map(|(key, signature)| (key, E, *signature)).collect();
            assert!(verify_many(black_box(&items), 1).iter().all(Result::is_ok));
        }),
        by("SM2 key prepared for verification", 1, move || {
            black_box(&to_prepare).prepared()
        }),
    ]
}

fn generate() -> Vec<Contender> {
    vec![
        by(RUSTCRYPTO, 1, || {
            sm2::dsa::SigningKey::from_slice("1234567812345678", black_box(&E)).unwrap()
        }),
        by("SM2 key generated", 1, || {
            SigningKey::generate(&mut UnwrapErr(SysRng)).unwrap()
        }),
        by("SM2 keys generated, batches of 64", 64, || {
            SigningKey::generate_many(64, &mut UnwrapErr(SysRng)).unwrap()
        }),
    ]
}

fn decompress() -> Vec<Contender> {
    let point = key().verifying_key().to_sec1();
    let [_, coordinates @ ..] = &point;
    let (x, y) = coordinates.split_at(32);
    let tag = 2 + y.last().map_or(0, |last| last & 1);
    let compressed: Vec<u8> = std::iter::once(tag).chain(x.iter().copied()).collect();
    let theirs = compressed.clone();
    vec![
        by(RUSTCRYPTO, 1, move || {
            sm2::dsa::VerifyingKey::from_sec1_bytes("1234567812345678", black_box(&theirs)).unwrap()
        }),
        by("SM2 compressed point read", 1, move || {
            VerifyingKey::from_sec1(black_box(&compressed)).unwrap()
        }),
    ]
}
