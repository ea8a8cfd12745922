//! What the author of a form prescribes for a signature field: its seed value (ISO 32000-2, 12.7.5.5, /SV).

use super::request::{Permission, SignRequest};
use crate::error::Result;
use crate::pdf::file::View;
use crate::pdf::form::Field;
use crate::pdf::object::{Dictionary, Object};
use crate::signing::refused;
use crate::text;

/// What the signature is going to be, as far as a seed value may constrain it.
pub(super) struct Offer<'o> {
    pub(super) filter: &'o str,
    pub(super) sub_filter: &'o str,
    /// The digest by the name that seed values use: `SHA256`, `SM3`.
    pub(super) digest: &'o str,
}

/// Bits of `/Ff`: which constraints are required.
mod required {
    pub(super) const FILTER: i64 = 1;
    pub(super) const SUB_FILTER: i64 = 1 << 1;
    pub(super) const VERSION: i64 = 1 << 2;
    pub(super) const REASONS: i64 = 1 << 3;
    pub(super) const LEGAL_ATTESTATION: i64 = 1 << 4;
    pub(super) const REVOCATION: i64 = 1 << 5;
    pub(super) const DIGEST: i64 = 1 << 6;
    pub(super) const LOCK_DOCUMENT: i64 = 1 << 7;
    pub(super) const APPEARANCE: i64 = 1 << 8;
}

/// The newest seed value dictionary whose entries are known here: that of PDF 2.0.
const VERSION: f64 = 3.0;

/// Checks the constraints that are required and gives the certification that the field prescribes.
pub(super) fn check(
    view: &View<'_, '_>,
    field: &Field,
    request: &SignRequest<'_>,
    offer: &Offer<'_>,
) -> Result<Option<Permission>> {
    let seed = view.lookup(&field.dictionary, "SV")?;
    let Some(seed) = seed.as_dictionary() else {
        return Ok(request.certify);
    };
    let flags = view.lookup(seed, "Ff")?.as_integer().unwrap_or(0);
    let seed = Seed {
        view,
        seed,
        flags,
        name: &field.name,
    };
    seed.check_names(offer)?;
    seed.check_reason(request)?;
    seed.check_certificate(request)?;
    seed.check_unsupported()?;
    seed.certification(request)
}

struct Seed<'s, 'p, 'a> {
    view: &'s View<'p, 'a>,
    seed: &'s Dictionary,
    flags: i64,
    name: &'s str,
}

impl Seed<'_, '_, '_> {
    /// The value of a constraint, where it is required.
    fn required(&self, bit: i64, key: &str) -> Result<Option<Object>> {
        if self.flags & bit == 0 || self.seed.get(key).is_none() {
            return Ok(None);
        }
        Ok(Some((*self.view.lookup(self.seed, key)?).clone()))
    }

    /// Names or strings of an array.
    fn items(&self, array: &Object) -> Result<Vec<Object>> {
        let items = array.as_array().unwrap_or_default().iter();
        items.map(|item| Ok((*self.view.resolve(item)?).clone())).collect()
    }

    fn refuse<T>(&self, key: &str, wanted: &str) -> Result<T> {
        let name = self.name;
        Err(refused(text!(
            "the signature field “{name}” requires another {key}: {wanted}",
            "签名域“{name}”要求的 {key} 不同：{wanted}"
        )))
    }

    fn check_names(&self, offer: &Offer<'_>) -> Result<()> {
        if let Some(filter) = self.required(required::FILTER, "Filter")? {
            let wanted = filter.as_name().unwrap_or_default();
            if wanted != offer.filter.as_bytes() {
                return self.refuse("Filter", &String::from_utf8_lossy(wanted));
            }
        }
        if let Some(list) = self.required(required::SUB_FILTER, "SubFilter")? {
            let items = self.items(&list)?;
            if !items
                .iter()
                .any(|item| item.as_name() == Some(offer.sub_filter.as_bytes()))
            {
                return self.refuse("SubFilter", &listed(&items));
            }
        }
        if let Some(list) = self.required(required::DIGEST, "DigestMethod")? {
            let items = self.items(&list)?;
            if !items
                .iter()
                .any(|item| item.as_string() == Some(offer.digest.as_bytes()))
            {
                return self.refuse("DigestMethod", &listed(&items));
            }
        }
        match self
            .required(required::VERSION, "V")?
            .and_then(|version| version.as_number())
        {
            Some(version) if version > VERSION => self.refuse("V", &version.to_string()),
            _ => Ok(()),
        }
    }

    fn check_reason(&self, request: &SignRequest<'_>) -> Result<()> {
        let Some(reasons) = self.required(required::REASONS, "Reasons")? else {
            return Ok(());
        };
        let reasons: Vec<String> = self.items(&reasons)?.iter().filter_map(Object::as_text).collect();
        // Nothing, or a lone full stop: there must be no reason.
        let forbidden = reasons.is_empty() || reasons == ["."];
        match request.reason {
            None if forbidden => Ok(()),
            Some(reason) if !forbidden && reasons.iter().any(|listed| listed == reason) => Ok(()),
            _ => self.refuse("Reason", &reasons.join(", ")),
        }
    }

    fn check_certificate(&self, request: &SignRequest<'_>) -> Result<()> {
        let constraint = self.view.lookup(self.seed, "Cert")?;
        let Some(constraint) = constraint.as_dictionary() else {
            return Ok(());
        };
        let flags = self.view.lookup(constraint, "Ff")?.as_integer().unwrap_or(0);
        if flags & 1 != 0 {
            let listed = self.view.lookup(constraint, "Subject")?;
            let subjects = self.items(&listed)?;
            if !subjects
                .iter()
                .any(|subject| subject.as_string() == Some(request.certificate.der()))
            {
                return self.refuse("Cert", "Subject");
            }
        }
        if flags & !1 != 0 {
            return self.refuse("Cert", &format!("Ff {flags}"));
        }
        Ok(())
    }

    /// Requirements that nothing here can meet.
    fn check_unsupported(&self) -> Result<()> {
        for (bit, key) in [
            (required::LEGAL_ATTESTATION, "LegalAttestation"),
            (required::LOCK_DOCUMENT, "LockDocument"),
            (required::APPEARANCE, "AppearanceFilter"),
        ] {
            if let Some(value) = self.required(bit, key)?
                && value.as_name() != Some(b"false")
            {
                return self.refuse(key, &listed(&[value]));
            }
        }
        if self.required(required::REVOCATION, "AddRevInfo")? == Some(Object::Boolean(true)) {
            return self.refuse("AddRevInfo", "true");
        }
        let timestamp = self.view.lookup(self.seed, "TimeStamp")?;
        if let Some(timestamp) = timestamp.as_dictionary()
            && self.view.lookup(timestamp, "Ff")?.as_integer() == Some(1)
        {
            return self.refuse("TimeStamp", "Ff 1");
        }
        Ok(())
    }

    /// `/MDP`: 0 forbids a certification, 1 to 3 prescribe it.
    fn certification(&self, request: &SignRequest<'_>) -> Result<Option<Permission>> {
        let constraint = self.view.lookup(self.seed, "MDP")?;
        let Some(constraint) = constraint.as_dictionary() else {
            return Ok(request.certify);
        };
        let Some(number) = self.view.lookup(constraint, "P")?.as_integer() else {
            return Ok(request.certify);
        };
        match (Permission::from_number(number), request.certify) {
            (Some(prescribed), None) => Ok(Some(prescribed)),
            (prescribed, asked) if prescribed == asked => Ok(asked),
            _ => self.refuse("MDP", &format!("P={number}")),
        }
    }
}

fn listed(items: &[Object]) -> String {
    let text = |item: &Object| match item {
        Object::Name(name) => String::from_utf8_lossy(name.as_bytes()).into_owned(),
        other => other.as_text().unwrap_or_else(|| "?".to_owned()),
    };
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}
