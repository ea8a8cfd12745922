//! What an entry's name says.

use super::records;
use crate::ofd::path::PackagePath;

/// A name as text, and what was needed to read it.
pub(super) struct Name {
    pub(super) text: String,
    /// It is not UTF-8 and was read as GBK.
    pub(super) gbk: bool,
}

/// Reads a name: UTF-8 where it is, flagged or not, else GBK as Chinese systems write it.
pub(super) fn decode(bytes: &[u8]) -> Name {
    match std::str::from_utf8(bytes) {
        Ok(text) => Name {
            text: text.to_owned(),
            gbk: false,
        },
        Err(_) => Name {
            text: encoding_rs::GBK.decode_without_bom_handling(bytes).0.into_owned(),
            gbk: true,
        },
    }
}

/// Whether the Unicode Path field says another name than the one that was read.
pub(super) fn has_other_name(extra: &[u8], name: &str) -> bool {
    records::unicode_path(extra).is_some_and(|other| match std::str::from_utf8(other) {
        Ok(other) => other != name && PackagePath::from_entry_name(other) != PackagePath::from_entry_name(name),
        Err(_) => true,
    })
}
