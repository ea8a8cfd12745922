//! Nonces: RFC 6979 with HMAC-SM3, and for batches a pseudo-random function keyed with the private key and fresh randomness.
//!
//! Constant-time but for the rejection of candidates outside `[1, n-1]`, which says nothing about the one that is taken and
//! happens once in 2^32 times.

use zeroize::Zeroizing;

use super::FIELD_LEN;
use super::hmac::{Hmac, Message, Secret};
use crate::curve::Scalar;

/// What of a private key the nonces need.
#[derive(Clone)]
pub(super) struct NonceKey {
    scalar: Secret,
    /// HMAC under the key that RFC 6979 begins with, 3.2.c, and the part of the first message, 3.2.d, that is the same for every
    /// digest: it fills a block.
    zero: Hmac,
    begun: Message,
    /// HMAC under the private key.
    own: Hmac,
}

impl NonceKey {
    /// Of no key yet: [`Self::fill`] makes it one, where it stays.
    pub(super) fn empty() -> Self {
        let zero = Hmac::new(&[0; FIELD_LEN]);
        Self {
            scalar: Secret::default(),
            begun: zero.begin(),
            own: zero.clone(),
            zero,
        }
    }

    /// Takes the private key into an empty one. It is not to be moved afterwards: that would leave the key behind.
    pub(super) fn fill(&mut self, scalar: &Scalar) {
        scalar.write_be_bytes(&mut self.scalar);
        let [most @ .., _] = &*self.scalar;
        self.begun.absorb(&[&[1; FIELD_LEN], &[0], most]);
        self.own = Hmac::new(&self.scalar);
    }

    /// The sequence of nonces of RFC 6979, 3.2, for a digest that was reduced modulo n; `entropy`, which may be empty, is the
    /// additional data of 3.6.
    pub(super) fn rfc6979(&self, digest: &[u8; FIELD_LEN], entropy: &[u8]) -> Rfc6979 {
        let [.., last] = *self.scalar;
        let mut message = self.begun.clone();
        message.absorb(&[&[last], digest, entropy]);
        let key = self.zero.finish(message);
        let hmac = Hmac::new(&key);
        let value = hmac.mac(&[&[1; FIELD_LEN]]);
        let key = hmac.mac(&[&value[..], &[1], &self.scalar[..], digest, entropy]);
        let hmac = Hmac::new(&key);
        let value = hmac.mac(&[&value[..]]);
        Rfc6979 { hmac, value }
    }

    /// A generator for one batch. It is as unpredictable as the private key even if `entropy` is known, and as `entropy` even if
    /// the private key is known.
    pub(super) fn batch(&self, purpose: &[u8], entropy: &[&[u8]]) -> Hmac {
        let mut parts = vec![purpose];
        parts.extend(entropy);
        Hmac::new(&self.own.mac(&parts))
    }
}

/// The nonces of one signature, the next one when one is refused.
pub(super) struct Rfc6979 {
    hmac: Hmac,
    value: Secret,
}

impl Rfc6979 {
    /// RFC 6979, 3.2.h.
    pub(super) fn next(&mut self) -> Zeroizing<Scalar> {
        loop {
            self.value = self.hmac.mac(&[&self.value[..]]);
            let candidate = Scalar::from_be_bytes_nonzero(&self.value);
            // What 3.2.h.3 does when a candidate is refused, here or by the caller, is not needed for one that is taken.
            if let Some(nonce) = candidate {
                return Zeroizing::new(nonce);
            }
            self.refuse();
        }
    }

    /// RFC 6979, 3.2.h.3: the last nonce cannot be used.
    pub(super) fn refuse(&mut self) {
        let key = self.hmac.mac(&[&self.value[..], &[0]]);
        self.hmac = Hmac::new(&key);
        self.value = self.hmac.mac(&[&self.value[..]]);
    }
}

/// The nonce for `label`: uniform in `[1, n-1]`, as far as HMAC-SM3 is a pseudo-random function, and different for each label.
/// A label is at most 40 bytes.
pub(super) fn derived(batch: &Hmac, label: &[&[u8]; 2]) -> Scalar {
    let [first, second] = label;
    let mut attempt = 0_u8;
    loop {
        let candidate = batch.mac(&[first, second, &[attempt]]);
        if let Some(nonce) = Scalar::from_be_bytes_nonzero(&candidate) {
            return nonce;
        }
        attempt = attempt.wrapping_add(1);
    }
}

/// As [`derived`], for many labels.
pub(super) fn derived_many(batch: &Hmac, labels: &[[&[u8]; 2]]) -> Zeroizing<Vec<Scalar>> {
    let mut nonces = Zeroizing::new(Vec::with_capacity(labels.len()));
    for labels in labels.chunks(16) {
        if labels.len() < FEW {
            nonces.extend(labels.iter().map(|label| derived(batch, label)));
            continue;
        }
        let mut messages: [[&[u8]; 3]; 16] = [[&[]; 3]; 16];
        for (message, [first, second]) in messages.iter_mut().zip(labels) {
            *message = [first, second, &[0]];
        }
        let candidates = batch.mac16(&messages);
        let nonce =
            |(candidate, label)| Scalar::from_be_bytes_nonzero(candidate).unwrap_or_else(|| derived(batch, label));
        nonces.extend(candidates.iter().zip(labels).map(nonce));
    }
    nonces
}

/// Below this number of labels, 16 lanes take longer than one after the other.
const FEW: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ORDER: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

    fn key_of(scalar: &[u8; FIELD_LEN]) -> NonceKey {
        let mut key = NonceKey::empty();
        key.fill(&Scalar::from_be_bytes_reduced(scalar));
        key
    }

    proptest! {
        // Refusing every nonce walks through the generator's updates too, which chance would enter once in 2^32 times.
        #[test]
        fn as_the_rfc6979_crate(scalar: [u8; 32], digest: [u8; 32], entropy in proptest::collection::vec(any::<u8>(), 0..70)) {
            let order = rfc6979::bigint::U256::from_be_hex(ORDER);
            let scalar = Scalar::from_be_bytes_reduced(&scalar).to_be_bytes();
            let digest = Scalar::from_be_bytes_reduced(&digest).to_be_bytes();
            let mut theirs = rfc6979::KGenerator::<::sm3::Sm3, _>::new(&scalar, &digest, &entropy, &order);
            let key = key_of(&scalar);
            let mut ours = key.rfc6979(&digest, &entropy);
            for _ in 0..3 {
                let mut expected = [0; 32];
                theirs.fill_next_k(&mut expected);
                prop_assert_eq!(ours.next().to_be_bytes(), expected);
                ours.refuse();
            }
        }

        #[test]
        fn derived_nonces_depend_on_everything(scalar: [u8; 32], entropy: [u8; 32], label: [u8; 32]) {
            let nonce = |scalar: [u8; 32], entropy: &[u8; 32], label: &[u8; 32]| {
                derived(&key_of(&scalar).batch(b"test", &[entropy]), &[label, b"place"])
            };
            let changed = |mut bytes: [u8; 32]| {
                bytes[7] ^= 1;
                bytes
            };
            let first = nonce(scalar, &entropy, &label);
            prop_assert_eq!(first, nonce(scalar, &entropy, &label));
            prop_assert_ne!(first, nonce(changed(scalar), &entropy, &label));
            prop_assert_ne!(first, nonce(scalar, &changed(entropy), &label));
            prop_assert_ne!(first, nonce(scalar, &entropy, &changed(label)));
        }

        #[test]
        fn many_are_the_same_as_one_by_one(key: [u8; 32], labels in proptest::collection::vec(any::<[u8; 32]>(), 0..40)) {
            let batch = Hmac::new(&key);
            let labels: Vec<[&[u8]; 2]> = labels.iter().map(|label| label.split_at(24).into()).collect();
            let expected: Vec<Scalar> = labels.iter().map(|label| derived(&batch, label)).collect();
            prop_assert_eq!(&*derived_many(&batch, &labels), &expected);
        }
    }
}
