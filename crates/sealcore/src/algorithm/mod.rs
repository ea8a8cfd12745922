//! Public keys, signature algorithms and signature values: what verifies, and how identifiers name it.
//!
//! SM2 is `sealcore-gm`'s, RSA the `rsa` crate's (public operations alone), ECDSA on the NIST curves and Ed25519 are
//! AWS-LC's, ECDSA on the Brainpool curves is `bp256`'s and `bp384`'s.

mod ec;
mod identifier;
mod public_key;
mod rsa_key;
mod value;

pub use ec::{Curve, EcPublicKey};
pub use identifier::{PssParameters, SignatureAlgorithm};
pub(crate) use public_key::check_length;
pub use public_key::{PublicKey, verify_sm2};
pub use rsa_key::RsaPublicKey;
pub use value::{SM2_VALUE_MAX, Sm2Value, sm2_value_to_der};
pub(crate) use value::{pair_to_der, read_pair};
