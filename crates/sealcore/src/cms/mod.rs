//! SignedData in both OID families, PKCS#7 (RFC 2315, RFC 5652) and GB/T 35275: reading tolerates BER, writing is DER.

mod attributes;
mod certificate_id;
mod signed_data;
mod signer_info;
mod write;

pub use attributes::{AlgorithmProtection, Attributes};
pub use certificate_id::CertificateId;
pub(crate) use certificate_id::Named;
pub use signed_data::{Family, SignedData};
pub use signer_info::{SignerId, SignerInfo};
pub use write::{PreparedSignedData, SignedDataStyle};
pub(crate) use write::{signed_attributes, write_algorithm, write_signature_algorithm, write_signer_head};
