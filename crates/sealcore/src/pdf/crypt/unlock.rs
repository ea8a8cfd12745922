//! What opens an encrypted document.

use std::fmt;

use super::recipient::KeyTransport;
use crate::cert::Certificate;

/// What opens an encrypted document; of no account for one that is not encrypted.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub enum Unlock<'a> {
    /// Nothing. Documents that only restrict what may be done open without a password.
    #[default]
    None,
    /// A password, the owner's or the user's.
    Password(&'a str),
    /// A certificate that the document was encrypted for, and its key.
    Recipient {
        /// The certificate.
        certificate: &'a Certificate,
        /// Its private key.
        key: &'a dyn KeyTransport,
    },
}

/// Shows neither the password nor the key.
impl fmt::Debug for Unlock<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Password(_) => f.write_str("Password(..)"),
            Self::Recipient { certificate, .. } => f.debug_tuple("Recipient").field(certificate).finish(),
        }
    }
}
