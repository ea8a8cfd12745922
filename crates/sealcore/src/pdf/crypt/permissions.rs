//! What a document's encryption lets its reader do.

/// Access permissions (ISO 32000-2, 7.6.4.2, table 22; of the public-key handler 7.6.5, table 24).
///
/// Nothing but the good will of the reader enforces them: who can decrypt can do anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permissions {
    /// Opened with the owner's rights: every other field is true.
    pub owner: bool,
    /// Print, perhaps at low resolution.
    pub print: bool,
    /// Print at full resolution.
    pub print_high_quality: bool,
    /// Change the content otherwise than as the following fields say.
    pub modify: bool,
    /// Copy text and graphics out.
    pub copy: bool,
    /// Add or change annotations.
    pub annotate: bool,
    /// Fill in form fields that are there, signature fields among them.
    pub fill_forms: bool,
    /// Insert, rotate or delete pages.
    pub assemble: bool,
}

impl Permissions {
    /// Those of the owner, or of a document that is not encrypted.
    pub const OWNER: Self = Self {
        owner: true,
        print: true,
        print_high_quality: true,
        modify: true,
        copy: true,
        annotate: true,
        fill_forms: true,
        assemble: true,
    };

    /// Whether a signature field that is there may be signed.
    #[must_use]
    pub fn sign_existing_field(&self) -> bool {
        self.fill_forms
    }

    /// Whether a signature field may be added: bits 4 and 6 of table 22 together.
    #[must_use]
    pub fn add_signature_field(&self) -> bool {
        self.modify && self.annotate
    }

    /// From the bits of /P; revision 2 of the standard handler knows fewer of them.
    pub(super) fn from_bits(bits: u32, revision: i64) -> Self {
        // Numbered from 1, as the table has them.
        let bit = |number: u32| bits & (1 << (number - 1)) != 0;
        let old = revision <= 2;
        Self {
            owner: false,
            print: bit(3),
            print_high_quality: bit(3) && (old || bit(12)),
            modify: bit(4),
            copy: bit(5),
            annotate: bit(6),
            fill_forms: bit(6) || (!old && bit(9)),
            assemble: bit(4) || (!old && bit(11)),
        }
    }

    /// What both allow.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            owner: self.owner && other.owner,
            print: self.print && other.print,
            print_high_quality: self.print_high_quality && other.print_high_quality,
            modify: self.modify && other.modify,
            copy: self.copy && other.copy,
            annotate: self.annotate && other.annotate,
            fill_forms: self.fill_forms && other.fill_forms,
            assemble: self.assemble && other.assemble,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_by_revision() {
        let none = Permissions::from_bits(0xffff_f0c0, 3);
        assert!(!(none.print || none.modify || none.fill_forms || none.assemble || none.copy || none.annotate));
        let fill = Permissions::from_bits(0xffff_f1c0, 3);
        assert!(fill.sign_existing_field() && !fill.add_signature_field());
        // In revision 2 bit 9 is reserved and set.
        assert!(!Permissions::from_bits(0xffff_ffc0, 2).fill_forms);
        let forms = Permissions::from_bits(1 << 3 | 1 << 5, 3);
        assert!(forms.add_signature_field() && forms.fill_forms && forms.assemble);
        assert_eq!(forms.and(none), none);
        assert_eq!(forms.and(Permissions::OWNER), forms);
    }
}
