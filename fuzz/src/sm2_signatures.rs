//! Targets on SM2 signatures, beside RustCrypto's `sm2`.

use sealcore_gm::sm2::{Signature, VerifyingKey, verify_many};
use sm2::dsa::signature::hazmat::PrehashVerifier as _;
use sm2::elliptic_curve::ops::Reduce as _;
use sm2::elliptic_curve::sec1::ToSec1Point as _;
use sm2::elliptic_curve::{Group as _, PrimeField as _};
use sm2::{ProjectivePoint, Scalar};

/// Reads a public key (SEC 1, compressed or not), a signature `r || s` and a digest. RustCrypto takes and refuses the same keys
/// and signatures, and gives the same verdict as the key alone, the key with its table, and [`verify_many`] with each number of
/// signatures on which it works differently. The digest for which the signature holds is accepted by all of them.
pub fn sm2_verify(data: &[u8]) {
    let Some((key, signature, e)) = parts(data) else { return };
    let ours = VerifyingKey::from_sec1(key);
    let theirs = sm2::dsa::VerifyingKey::from_sec1_bytes("", key);
    assert_eq!(ours.is_ok(), theirs.is_ok(), "the key");
    let our_signature = Signature::from_bytes(signature);
    let their_signature = sm2::dsa::Signature::from_slice(signature);
    assert_eq!(our_signature.is_ok(), their_signature.is_ok(), "the signature");
    let (Ok(ours), Ok(theirs), Ok(our_signature), Ok(their_signature)) = (ours, theirs, our_signature, their_signature)
    else {
        return;
    };
    assert_eq!(our_signature.to_bytes(), *signature);
    check(
        &ours,
        &our_signature,
        e,
        theirs.verify_prehash(e, &their_signature).is_ok(),
    );
    let point = ProjectivePoint::from(*theirs.as_affine());
    if let Some(e) = fitting(&point, *their_signature.r(), *their_signature.s()) {
        check(&ours, &our_signature, &e, true);
    }
}

/// The three parts of a target's input, which is not longer.
fn parts(data: &[u8]) -> Option<(&[u8], &[u8; 64], &[u8; 32])> {
    let length = if data.first() == Some(&4) { 65 } else { 33 };
    let (key, rest) = data.split_at_checked(length)?;
    let (signature, rest) = rest.split_first_chunk()?;
    Some((key, signature, rest.try_into().ok()?))
}

fn check(key: &VerifyingKey, signature: &Signature, e: &[u8; 32], holds: bool) {
    assert_eq!(key.verify_digest(e, signature).is_ok(), holds, "the key alone");
    assert_eq!(
        key.prepared().verify_digest(e, signature).is_ok(),
        holds,
        "with its table"
    );
    let mut other = *e;
    other[31] ^= 1;
    let many = [*e, other, *e, other, *e].map(|e| (key, e, *signature));
    for count in [1, 3, 5] {
        let verdicts = verify_many(many.get(..count).unwrap_or_default(), 1);
        assert!(
            verdicts.iter().step_by(2).all(|verdict| verdict.is_ok() == holds),
            "{count} at once"
        );
        assert!(
            !holds || verdicts.iter().skip(1).step_by(2).all(Result::is_err),
            "{count} at once"
        );
    }
}

/// The e for which (r, s) is a signature by `key`: r minus the x coordinate of `s G + (r + s) key`.
fn fitting(key: &ProjectivePoint, r: Scalar, s: Scalar) -> Option<[u8; 32]> {
    let t = r + s;
    let sum = ProjectivePoint::GENERATOR * s + *key * t;
    if t == Scalar::ZERO || bool::from(sum.is_identity()) {
        return None;
    }
    let encoded = sum.to_affine().to_sec1_point(false);
    let x = Scalar::reduce(encoded.x()?);
    Some((r - x).to_repr().into())
}

/// Whether a seed holds a signature.
#[must_use]
pub fn is_signed(seed: &[u8]) -> bool {
    parts(seed).is_some_and(|(key, signature, e)| {
        VerifyingKey::from_sec1(key).is_ok_and(|key| {
            Signature::from_bytes(signature).is_ok_and(|signature| key.verify_digest(e, &signature).is_ok())
        })
    })
}
