//! The JSON form of a seal.

use serde_json::{Value, json};

use super::{CertificateList, Picture, Property, Seal};
use crate::cert::Certificate;
use crate::hex::to_hex;

impl Seal {
    /// What the seal states of itself; nothing in it was verified. Its bytes and the picture's are told by their number.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let Property {
            kind,
            name,
            created,
            valid_from,
            valid_until,
            ..
        } = &self.property;
        json!({
            "standard": self.generation.standard().name(),
            "version": self.version,
            "id": self.es_id,
            "vendor": self.vendor_id,
            "name": name,
            "type": kind,
            "created": created,
            "valid_from": valid_from,
            "valid_until": valid_until,
            "picture": {
                "type": self.picture.kind,
                "found": Picture::kind_of(&self.picture.data),
                "width_mm": self.picture.width_mm,
                "height_mm": self.picture.height_mm,
                "bytes": self.picture.data.len(),
            },
            "maker": Certificate::from_der(&self.maker).ok().map(|maker| maker.info()),
            "signers": signers(&self.property.certificates),
            "extensions": self.extensions.iter().map(|one| json!({
                "id": one.id.to_string(),
                "critical": one.critical,
                "bytes": one.value.len(),
            })).collect::<Vec<_>>(),
            "timestamp": self.timestamp.is_some(),
            "quirks": self.quirks.iter().map(|quirk| quirk.name()).collect::<Vec<_>>(),
            "bytes": self.der().len(),
        })
    }
}

fn signers(list: &CertificateList) -> Value {
    match list {
        CertificateList::Certificates(all) => {
            let info = |der: &Vec<u8>| Certificate::from_der(der).ok().map(|certificate| certificate.info());
            json!({ "certificates": all.iter().map(info).collect::<Vec<_>>() })
        }
        CertificateList::Digests(all) => {
            let digest = |(kind, value): &(String, Vec<u8>)| json!({ "type": kind, "value": to_hex(value) });
            json!({ "digests": all.iter().map(digest).collect::<Vec<_>>() })
        }
        CertificateList::Opaque => Value::Null,
    }
}
