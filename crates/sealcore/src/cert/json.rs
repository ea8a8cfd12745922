//! The JSON forms of certificates and revocation lists.

use serde_json::{Value, json};

use super::{Certificate, RevocationList};
use crate::hex::to_hex;

impl Certificate {
    /// `{ certificate, authority, sm3, crl_urls }`: the facts, whether it may issue others, its fingerprint in hexadecimal, and
    /// where its revocation lists are said to be.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "certificate": self.info(),
            "authority": self.basic_constraints().is_some_and(|constraints| constraints.ca),
            "sm3": to_hex(&self.fingerprint()),
            "crl_urls": self.crl_urls(),
        })
    }
}

impl RevocationList {
    /// `{ issuer, this_update, next_update, entries }`; the entries are told by their number.
    #[must_use]
    pub fn to_json(&self) -> Value {
        json!({
            "issuer": self.issuer().to_string(),
            "this_update": self.this_update(),
            "next_update": self.next_update(),
            "entries": self.len(),
        })
    }
}
