//! Many signatures at once. Signing is as constant-time as one signature; verification handles public data only.

use std::num::NonZero;
use std::sync::{Mutex, PoisonError};
use std::thread;

use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::lanes;
use super::nonce::derived_many;
use super::signing::reduced;
use super::{FIELD_LEN, Signature, SigningKey, VerifyingKey};
use crate::Error;

/// How many share one inversion: enough that it costs little, few enough to stay in the first-level cache.
pub(super) const CHUNK: usize = 128;

impl SigningKey {
    /// Signs digests, faster than one by one.
    ///
    /// Each nonce is HMAC-SM3 of its digest and its place, under a key that is made of the private key and 32 bytes of fresh
    /// randomness: without the private key nothing about the nonces is known even if `rng` is, and `rng` failing altogether
    /// leaves them different for different digests.
    #[must_use]
    pub fn sign_digests(&self, rng: &mut dyn CryptoRng, digests: &[[u8; FIELD_LEN]]) -> Vec<Signature> {
        let mut entropy = Zeroizing::new([0_u8; FIELD_LEN]);
        rng.fill_bytes(&mut entropy[..]);
        let batch = self.nonces().batch(b"sealcore SM2 batch", &[&entropy[..]]);
        let mut signatures = Vec::with_capacity(digests.len());
        for digests in digests.chunks(CHUNK) {
            let places = (signatures.len() as u64..).map(u64::to_be_bytes);
            let places: Vec<[u8; 8]> = places.take(digests.len()).collect();
            let labels = digests.iter().zip(&places).map(|(e, place)| [&e[..], &place[..]]);
            let nonces = derived_many(&batch, &labels.collect::<Vec<_>>());
            let coordinates = lanes::base_multiples_x(&nonces);
            for ((e, k), x1) in digests.iter().zip(nonces.iter()).zip(coordinates.iter()) {
                let signature = self.finish(k, x1, &reduced(e));
                signatures.push(signature.unwrap_or_else(|| self.sign(e, &entropy[..])));
            }
        }
        signatures
    }
}

/// Verifies signatures of digests `e = SM3(Z || M)` independently of each other, on `threads` threads; zero means as many as
/// there are processors. The verdicts come in the order of the items, each as [`VerifyingKey::verify_digest`] gives it.
#[must_use]
pub fn verify_many(items: &[(&VerifyingKey, [u8; FIELD_LEN], Signature)], threads: usize) -> Vec<Result<(), Error>> {
    let threads = match threads {
        0 => thread::available_parallelism().map_or(1, NonZero::get),
        threads => threads,
    };
    let mut verdicts = vec![Err(Error::Mismatch); items.len()];
    // A thread costs about as much as a signature to verify.
    let share = items.len().div_ceil(threads).max(8);
    let shares: Vec<_> = items
        .chunks(share)
        .zip(verdicts.chunks_mut(share))
        .map(Mutex::new)
        .collect();
    thread::scope(|scope| {
        let others = shares.get(1..).unwrap_or_default();
        for (started, other) in others.iter().enumerate() {
            let spawned = thread::Builder::new().spawn_scoped(scope, || verify_share(other));
            if spawned.is_err() {
                // The system has no more threads: this one does what is left.
                others.iter().skip(started).for_each(verify_share);
                break;
            }
        }
        shares.iter().take(1).for_each(verify_share);
    });
    verdicts
}

/// Items, and the places of their verdicts; behind a lock only because a thread that cannot start loses what it was given.
type Share<'a> = Mutex<(
    &'a [(&'a VerifyingKey, [u8; FIELD_LEN], Signature)],
    &'a mut [Result<(), Error>],
)>;

fn verify_share(share: &Share<'_>) {
    let mut share = share.lock().unwrap_or_else(PoisonError::into_inner);
    let (items, verdicts) = &mut *share;
    for (items, verdicts) in items.chunks(8).zip(verdicts.chunks_mut(8)) {
        lanes::verify_up_to_8(items, verdicts);
    }
}
