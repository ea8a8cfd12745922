//! Memory that a module writes to: zeroed, aligned, and longer than the module is told.
//!
//! Vendors' structures differ from the standard's in the width of ULONG, in the length of fields and in alignment. A module
//! that writes more than it was allowed to then writes into the slack.

use encoding_rs::GB18030;

/// Bytes behind the end of every buffer.
const SLACK: usize = 1024;

/// A buffer for a structure or for as many bytes as a module announced.
pub(crate) struct Buffer {
    words: Vec<u64>,
    len: usize,
}

impl Buffer {
    /// `len` bytes of zero, and the slack.
    pub(crate) fn new(len: usize) -> Self {
        Self {
            words: vec![0; (len + SLACK).div_ceil(8)],
            len,
        }
    }

    pub(crate) fn as_mut_ptr(&mut self) -> *mut u8 {
        self.words.as_mut_ptr().cast()
    }

    /// What was written, without the slack.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.words.iter().flat_map(|word| word.to_ne_bytes()).collect();
        bytes.truncate(self.len);
        bytes
    }
}

/// The text in a fixed field, which ends at a NUL or with the field.
pub(crate) fn text_at(bytes: &[u8], start: usize, len: usize) -> String {
    let field = bytes.get(start..).unwrap_or_default();
    let field = field.get(..len).unwrap_or(field);
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    text(field.get(..end).unwrap_or_default()).trim_end().to_owned()
}

/// A name as text: UTF-8, else GB 18030, which Chinese vendors' libraries use.
pub(crate) fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_was_written() {
        let mut buffer = Buffer::new(5);
        let place = buffer.as_mut_ptr();
        // SAFETY: the buffer has 5 bytes and more.
        unsafe { place.copy_from_nonoverlapping(b"abcdefgh".as_ptr(), 8) };
        assert_eq!(buffer.bytes(), b"abcde");
    }

    #[test]
    fn text_need_not_end() {
        assert_eq!(text_at(b"xxabc\0def", 2, 5), "abc");
        assert_eq!(text_at(b"xxabc", 2, 3), "abc");
        assert_eq!(text_at(b"xxabc", 2, 64), "abc");
        assert_eq!(text_at(b"xx", 5, 2), "");
        assert_eq!(text(b"\xb9\xab\xd5\xc2"), "公章");
    }
}
