//! GB/T 32918.5 example, edges of the ranges, and the laws of signing.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use proptest::prelude::*;
use sealcore_gm::Error;
use sealcore_gm::sm2::{DEFAULT_ID, Signature, SigningKey, VerifyingKey};

fn hex<const N: usize>(text: &str) -> [u8; N] {
    let bytes: Vec<u8> = (0..text.len())
        .step_by(2)
        .map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap())
        .collect();
    bytes.try_into().unwrap()
}

const D: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
const X: &str = "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020";
const Y: &str = "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
const Z: &str = "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3";
const E: &str = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640";
const R: &str = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3";
const S: &str = "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
const N: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";

// GB/T 32918.5 appendix A.2.
#[test]
fn standard_example() {
    let key = SigningKey::from_bytes(&hex(D)).unwrap();
    let public = key.verifying_key();
    assert_eq!(public.to_sec1()[1..33], hex::<32>(X));
    assert_eq!(public.to_sec1()[33..], hex::<32>(Y));
    assert_eq!(public.z(DEFAULT_ID).unwrap(), hex::<32>(Z));
    assert_eq!(
        public.message_digest(DEFAULT_ID, b"message digest").unwrap(),
        hex::<32>(E)
    );
    let signature = Signature::from_bytes(&hex::<64>(&format!("{R}{S}"))).unwrap();
    public
        .verify_message(DEFAULT_ID, b"message digest", &signature)
        .unwrap();
    assert_eq!(
        public.verify_message(DEFAULT_ID, b"message digesT", &signature),
        Err(Error::Mismatch)
    );
    assert_eq!(
        public.verify_message(b"ALICE123@YAHOO.COM", b"message digest", &signature),
        Err(Error::Mismatch)
    );
}

#[test]
fn ranges() {
    let n: [u8; 32] = hex(N);
    let mut n_minus_1 = n;
    n_minus_1[31] -= 1;
    let mut n_minus_2 = n;
    n_minus_2[31] -= 2;
    for bad in [[0; 32], n, n_minus_1, [0xff; 32]] {
        assert!(matches!(SigningKey::from_bytes(&bad), Err(Error::PrivateKeyRange)));
    }
    assert!(SigningKey::from_bytes(&n_minus_2).is_ok());
    for (r, s) in [
        ([0; 32], [1; 32]),
        ([1; 32], [0; 32]),
        (n, [1; 32]),
        ([1; 32], n),
        ([0xff; 32], [1; 32]),
    ] {
        assert_eq!(Signature::from_bytes(&[r, s].concat()), Err(Error::SignatureRange));
    }
    // t = r + s = 0 mod n: in range, and never a signature of anything.
    let key = SigningKey::from_bytes(&hex(D)).unwrap();
    let zero_sum = Signature::from_bytes(&[hex::<32>(&format!("{:064x}", 1)), n_minus_1].concat()).unwrap();
    assert_eq!(
        key.verifying_key().verify_digest(&[0; 32], &zero_sum),
        Err(Error::Mismatch)
    );
    assert_eq!(Signature::from_bytes(&[1; 63]), Err(Error::SignatureRange));
    assert_eq!(Signature::from_bytes(&[1; 65]), Err(Error::SignatureRange));
}

#[test]
fn public_keys() {
    let key = SigningKey::from_bytes(&hex(D)).unwrap();
    let point = key.verifying_key().to_sec1();
    let compressed: Vec<u8> = [&[2 + (point[64] & 1)][..], &point[1..33]].concat();
    assert_eq!(VerifyingKey::from_sec1(&compressed).unwrap(), *key.verifying_key());
    let mut off_curve = point;
    off_curve[64] ^= 1;
    assert!(VerifyingKey::from_sec1(&off_curve).is_err());
    assert!(VerifyingKey::from_sec1(&[0]).is_err(), "infinity");
    assert!(VerifyingKey::from_sec1(&[]).is_err());
}

#[test]
fn identity_length() {
    let key = SigningKey::from_bytes(&hex(D)).unwrap();
    assert!(key.verifying_key().z(&[b'x'; 8191]).is_ok());
    assert_eq!(key.verifying_key().z(&[b'x'; 8192]), Err(Error::IdentityLength));
}

#[test]
fn secrets_are_not_printed() {
    let key = SigningKey::from_bytes(&hex(D)).unwrap();
    assert!(!format!("{key:?}").to_lowercase().contains(&D[..16]));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_verifies_and_nothing_else(scalar: [u8; 32], message: Vec<u8>, id in proptest::collection::vec(any::<u8>(), 0..40), bit in 0_usize..512) {
        let Ok(key) = SigningKey::from_bytes(&scalar) else { return Ok(()) };
        let signature = key.sign_message(&id, &message).unwrap();
        prop_assert!(key.verifying_key().verify_message(&id, &message, &signature).is_ok());
        let mut bytes = signature.to_bytes();
        bytes[bit / 8] ^= 1 << (bit % 8);
        if let Ok(flipped) = Signature::from_bytes(&bytes) {
            prop_assert_eq!(key.verifying_key().verify_message(&id, &message, &flipped), Err(Error::Mismatch));
        }
        let again = SigningKey::from_bytes(&key.to_bytes()).unwrap();
        prop_assert_eq!(again.verifying_key(), key.verifying_key());
    }
}

// The same nonce rule as RustCrypto's: the differential partner signs the same bytes.
#[test]
fn deterministic_signatures_agree_with_the_partner() {
    use sm2::dsa::signature::Signer as _;
    for seed in 1..20_u8 {
        let key = SigningKey::from_bytes(&[seed; 32]).unwrap();
        let partner = sm2::dsa::SigningKey::from_slice("1234567812345678", &[seed; 32]).unwrap();
        let theirs: sm2::dsa::Signature = partner.sign(&[seed; 5]);
        assert_eq!(
            key.sign_message(DEFAULT_ID, &[seed; 5]).unwrap().to_bytes()[..],
            theirs.to_bytes()[..]
        );
    }
}
