//! SignedData in both OID families, PKCS#7 (RFC 2315, RFC 5652) and GB/T 35275: reading tolerates BER, writing is DER.

mod signed_data;
mod signer_info;
mod write;

pub use signed_data::{Family, SignedData};
pub use signer_info::{Attributes, SignerId, SignerInfo};
pub use write::PreparedSignedData;
