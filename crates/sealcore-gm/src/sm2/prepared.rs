//! A public key that verifies often. Public data only: nothing here is constant-time.

use std::sync::Arc;

use super::{FIELD_LEN, Signature, VerifyingKey};
use crate::Error;
use crate::curve::Table;

/// A public key with a table of its multiples (64 KiB with AVX-512-IFMA, else 88 KiB), which makes each verification about four
/// times as fast, or twelve times with AVX-512-IFMA. The table costs as much as ten verifications, or two. Clones share it.
#[derive(Clone)]
pub struct PreparedVerifyingKey {
    key: VerifyingKey,
    table: Arc<Table>,
}

impl PreparedVerifyingKey {
    pub(super) fn new(key: &VerifyingKey) -> Self {
        Self {
            key: key.clone(),
            table: Arc::new(key.table()),
        }
    }

    /// The key without its table.
    #[must_use]
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.key
    }

    /// As [`VerifyingKey::verify_digest`].
    ///
    /// # Errors
    /// As [`VerifyingKey::verify_digest`].
    pub fn verify_digest(&self, e: &[u8; FIELD_LEN], signature: &Signature) -> Result<(), Error> {
        super::verifying::verify(&self.table.key(), e, signature)
    }

    /// As [`VerifyingKey::verify_message`].
    ///
    /// # Errors
    /// As [`VerifyingKey::verify_message`].
    pub fn verify_message(&self, id: &[u8], message: &[u8], signature: &Signature) -> Result<(), Error> {
        self.verify_digest(&self.key.message_digest(id, message)?, signature)
    }
}

impl core::fmt::Debug for PreparedVerifyingKey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("PreparedVerifyingKey").field(&self.key).finish()
    }
}
