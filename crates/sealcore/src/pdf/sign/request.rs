//! What is to be signed, and how.

use crate::algorithm::SignatureAlgorithm;
use crate::asn1::Time;
use crate::cert::Certificate;
use crate::pdf::appearance::{AppearanceOptions, PictureXObject};
use crate::placement::Placement;
use crate::seal::{Picture, Seal};

/// Room that is usual for a time stamp with certificates inside, in bytes: for placeholders that are written before there is
/// one.
pub const STAMP_RESERVE: usize = 8 << 10;

/// What is to be signed, and how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignRequest<'a> {
    /// The signer's certificate.
    pub certificate: &'a Certificate,
    /// How the signature is formed; `None` for what is usual for the key.
    pub algorithm: Option<SignatureAlgorithm>,
    /// Certificates between the signer's and an anchor, for contents that carry them.
    pub chain: &'a [Certificate],
    /// The seal; without one a digital signature is made.
    pub seal: Option<&'a Seal>,
    /// A visible picture for a signature without a seal.
    pub picture: Option<&'a Picture>,
    /// The picture that is shown as an XObject, where it was made before: whoever seals again and again saves most of the time
    /// by it. `None` makes it anew; one of another picture is refused.
    pub picture_xobject: Option<&'a PictureXObject>,
    /// The signing time.
    pub time: Time,
    /// Where the picture is shown, in millimetres from the top left of a page as shown. All places together are one
    /// signature. Without a place, and without an existing visible field, the signature is invisible.
    pub placements: &'a [Placement],
    /// How the picture is shown.
    pub appearance: AppearanceOptions<'a>,
    /// The full name of an empty signature field, or the name of a new one; `None` for a new one named `Signature1` or on.
    pub field: Option<&'a str>,
    /// What `/Contents` holds.
    pub contents: Contents,
    /// `/Filter` and `/SubFilter`; `None` for what is usual for the contents.
    pub names: Option<(&'a str, &'a str)>,
    /// Certifies the document: what may change after this signature, which must be its first.
    pub certify: Option<Permission>,
    /// Fields that nobody may change after this signature.
    pub lock: Option<FieldLock>,
    /// `/Reason`.
    pub reason: Option<&'a str>,
    /// `/Location`.
    pub location: Option<&'a str>,
    /// `/ContactInfo`.
    pub contact: Option<&'a str>,
    /// `/Name`; `None` for the name in the certificate.
    pub name: Option<&'a str>,
    /// Bytes kept for `/Contents` beyond what the value needs: for a time stamp over the signature, which is
    /// made when the value is there; see [`STAMP_RESERVE`].
    pub reserve: usize,
    /// Signs although certification, a lock or the permissions of an encrypted document forbid it: earlier signatures may
    /// then be judged broken.
    pub ignore_permissions: bool,
}

/// What `/Contents` of a signature holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Contents {
    /// SES_Signature with a seal; without one CMS, for SM2 keys with the identifiers of GB/T 35275.
    #[default]
    Auto,
    /// SES_Signature of the seal's generation.
    Seal,
    /// CMS (RFC 5652) with the identifiers of PKCS#7.
    Cms,
    /// SignedData with the identifiers of GB/T 35275.
    GmCms,
}

/// What may change after a certification signature (ISO 32000-2, 12.8.2.2): `/P` of its transform parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// 1: nothing.
    NoChanges,
    /// 2: forms are filled in and signatures made.
    FormFilling,
    /// 3: annotations are made, changed and deleted besides.
    Annotations,
}

impl Permission {
    /// The number in `/P`.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::NoChanges => 1,
            Self::FormFilling => 2,
            Self::Annotations => 3,
        }
    }

    /// The permission with this number.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        [Self::NoChanges, Self::FormFilling, Self::Annotations]
            .into_iter()
            .find(|permission| permission.number() == number)
    }
}

/// Form fields that are locked by a signature (ISO 32000-2, 12.8.2.4). A name stands for the fields below it too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldLock {
    /// Every field.
    All,
    /// These fields.
    Include(Vec<String>),
    /// Every field but these.
    Exclude(Vec<String>),
}

impl FieldLock {
    /// Whether the field with this full name is locked.
    #[must_use]
    pub fn covers(&self, name: &str) -> bool {
        let is_among =
            |names: &[String]| Self::standing_for(name).any(|above| names.iter().any(|listed| listed == above));
        match self {
            Self::All => true,
            Self::Include(names) => is_among(names),
            Self::Exclude(names) => !is_among(names),
        }
    }

    /// The names that stand for a field: those of the fields above it and its own.
    pub(crate) fn standing_for(name: &str) -> impl Iterator<Item = &str> {
        let ends = name.match_indices('.').map(|(at, _)| at).chain([name.len()]);
        ends.filter_map(|end| name.get(..end))
    }
}

impl<'a> SignRequest<'a> {
    /// A digital signature at `time`.
    #[must_use]
    pub fn signature(certificate: &'a Certificate, time: Time) -> Self {
        Self {
            certificate,
            algorithm: None,
            chain: &[],
            seal: None,
            picture: None,
            picture_xobject: None,
            time,
            placements: &[],
            appearance: AppearanceOptions::default(),
            field: None,
            contents: Contents::Auto,
            names: None,
            certify: None,
            lock: None,
            reason: None,
            location: None,
            contact: None,
            name: None,
            reserve: 0,
            ignore_permissions: false,
        }
    }

    /// A seal at `time`.
    #[must_use]
    pub fn seal(seal: &'a Seal, certificate: &'a Certificate, time: Time, placements: &'a [Placement]) -> Self {
        Self {
            seal: Some(seal),
            placements,
            ..Self::signature(certificate, time)
        }
    }

    /// The picture that is shown.
    pub(super) fn shown_picture(&self) -> Option<&'a Picture> {
        self.seal.map(|seal| &seal.picture).or(self.picture)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_reach_down() {
        let names = || vec!["form.a".to_owned(), "b".to_owned()];
        for (lock, name, covered) in [
            (FieldLock::All, "x", true),
            (FieldLock::Include(names()), "form.a", true),
            (FieldLock::Include(names()), "form.a.x", true),
            (FieldLock::Include(names()), "form.ab", false),
            (FieldLock::Include(names()), "form", false),
            (FieldLock::Exclude(names()), "b", false),
            (FieldLock::Exclude(names()), "bb", true),
        ] {
            assert_eq!(lock.covers(name), covered, "{lock:?} {name}");
        }
    }
}
