//! Where batches meet the eight lanes of AVX-512-IFMA. A processor without them takes the other way.

use zeroize::Zeroizing;

use super::{FIELD_LEN, Signature, VerifyingKey};
use crate::Error;
use crate::curve::{self, Scalar};

type Coordinates = ([u8; FIELD_LEN], [u8; FIELD_LEN]);

/// Below these numbers a group of eight lanes takes longer than one operation after the other.
#[cfg(target_arch = "x86_64")]
mod least {
    pub(super) const MULTIPLES: usize = 3;
    pub(super) const VERIFICATIONS: usize = 3;
}

/// The x coordinates modulo n of the multiples of the base point by scalars in `[1, n-1]`. Constant-time.
pub(super) fn base_multiples_x(scalars: &[Scalar]) -> Zeroizing<Vec<Scalar>> {
    #[cfg(target_arch = "x86_64")]
    if available() {
        let (full, few) = split(scalars, least::MULTIPLES);
        let mut xs = Zeroizing::new(Vec::with_capacity(scalars.len()));
        if full.len() > 8 {
            let bytes = Zeroizing::new(full.iter().map(|k| k.to_be_bytes()).collect::<Vec<_>>());
            xs.extend(
                crate::ifma::base_mul_x(&bytes)
                    .iter()
                    .map(Scalar::from_be_bytes_reduced),
            );
        } else if !full.is_empty() {
            let bytes = Zeroizing::new(eight(full.iter().map(|k| k.to_be_bytes()), Scalar::ONE.to_be_bytes()));
            let coordinates = crate::ifma::base_mul8_x(&bytes);
            xs.extend(coordinates.iter().take(full.len()).map(Scalar::from_be_bytes_reduced));
        }
        xs.extend(few.iter().map(curve::base_multiple_x));
        return xs;
    }
    Zeroizing::new(curve::base_multiples_x(scalars))
}

/// The multiples of the base point by scalars in `[1, n-1]`. Constant-time.
pub(super) fn base_multiples(scalars: &[Scalar]) -> Vec<Coordinates> {
    #[cfg(target_arch = "x86_64")]
    if available() {
        let (full, few) = split(scalars, least::MULTIPLES);
        let mut points = Vec::with_capacity(scalars.len());
        for scalars in full.chunks(8) {
            let bytes = Zeroizing::new(eight(
                scalars.iter().map(|k| k.to_be_bytes()),
                Scalar::ONE.to_be_bytes(),
            ));
            points.extend(crate::ifma::base_mul8(&bytes).into_iter().take(scalars.len()));
        }
        points.extend(few.iter().map(curve::base_multiple));
        return points;
    }
    curve::base_multiples(scalars)
}

/// Verdicts on up to eight signatures.
pub(super) fn verify_up_to_8(
    items: &[(&VerifyingKey, [u8; FIELD_LEN], Signature)],
    verdicts: &mut [Result<(), Error>],
) {
    #[cfg(target_arch = "x86_64")]
    if let (true, [first, ..]) = (items.len() >= least::VERIFICATIONS && available(), items) {
        let of = |(_, e, signature): &(&VerifyingKey, [u8; FIELD_LEN], Signature)| {
            (signature.r.to_be_bytes(), signature.s.to_be_bytes(), *e)
        };
        let q = eight(items.iter().map(|(key, ..)| key.coordinates()), first.0.coordinates());
        let [r, s, e] = [
            eight(items.iter().map(|item| of(item).0), of(first).0),
            eight(items.iter().map(|item| of(item).1), of(first).1),
            eight(items.iter().map(|item| of(item).2), of(first).2),
        ];
        let holds = crate::ifma::verify8(&q, &r, &s, &e);
        for (i, verdict) in verdicts.iter_mut().enumerate() {
            *verdict = if holds >> i & 1 == 1 {
                Ok(())
            } else {
                Err(Error::Mismatch)
            };
        }
        return;
    }
    for ((key, e, signature), verdict) in items.iter().zip(verdicts) {
        *verdict = key.verify_digest(e, signature);
    }
}

#[cfg(target_arch = "x86_64")]
fn available() -> bool {
    crate::ifma::available()
}

/// Those that are worth lanes, and the few at the end that are not.
#[cfg(target_arch = "x86_64")]
fn split<T>(items: &[T], least: usize) -> (&[T], &[T]) {
    let rest = items.len() % 8;
    let few = if rest < least { rest } else { 0 };
    items.split_at(items.len() - few)
}

/// Eight of them, the last ones filled up.
#[cfg(target_arch = "x86_64")]
fn eight<T: Copy>(items: impl Iterator<Item = T>, filler: T) -> [T; 8] {
    let mut eight = [filler; 8];
    for (place, item) in eight.iter_mut().zip(items) {
        *place = item;
    }
    eight
}
