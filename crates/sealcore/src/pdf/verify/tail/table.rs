//! The lines of a cross-reference table (ISO 32000-2, 7.5.4): some readers count bytes where others read words, and what one
//! of them cannot read it looks for in the whole file.

use crate::error::Result;
use crate::pdf::file::Pdf;
use crate::pdf::parser::{is_space, parse_unsigned, syntax};
use crate::pdf::xref::Section;
use crate::text;

/// Bytes of an entry.
const LINE: usize = 20;
/// Entries that are read at once.
const MANY: u64 = 4096;

/// Whether every entry of a table has its 20 bytes.
pub(super) fn check(pdf: &Pdf<'_>, section: &Section) -> Result<()> {
    let mut at = section.start;
    at = expect(pdf, at, b"xref")?;
    loop {
        let head = pdf.source().read_up_to(at, 64)?;
        let space = head.iter().take_while(|byte| is_space(**byte)).count();
        let head = head.get(space..).unwrap_or_default();
        at += space as u64;
        if head.starts_with(b"trailer") {
            return Ok(());
        }
        let line = head
            .split(|byte| matches!(byte, b'\r' | b'\n'))
            .next()
            .unwrap_or_default();
        let mut words = line.split(|byte| *byte == b' ').filter(|word| !word.is_empty());
        let numbers = (
            words.next().and_then(parse_unsigned),
            words.next().and_then(parse_unsigned),
            words.next(),
        );
        let (Some(first), Some(count), None) = numbers else {
            return Err(bad(at));
        };
        let rest = head.get(line.len()..).unwrap_or_default();
        let line_end = if rest.starts_with(b"\r\n") { 2 } else { 1 };
        at += (line.len() + line_end) as u64;
        // Readers take a 1 here for a 0, since writers are known that mean it so.
        if first == 1 && &*pdf.source().read_up_to(at, 18)? == b"0000000000 65535 f" {
            return Err(bad(at));
        }
        at = entries(pdf, at, count)?;
    }
}

fn expect(pdf: &Pdf<'_>, at: u64, word: &[u8]) -> Result<u64> {
    let head = pdf.source().read_up_to(at, 32)?;
    let space = head.iter().take_while(|byte| is_space(**byte)).count();
    match head.get(space..) {
        Some(rest) if rest.starts_with(word) => Ok(at + (space + word.len()) as u64),
        _ => Err(bad(at)),
    }
}

fn entries(pdf: &Pdf<'_>, mut at: u64, mut count: u64) -> Result<u64> {
    while count > 0 {
        let some = count.min(MANY);
        let length = usize::try_from(some).unwrap_or_default() * LINE;
        let bytes = pdf.source().read_up_to(at, length)?;
        let mut lines = bytes.chunks_exact(LINE);
        if bytes.len() < length {
            return Err(bad(at));
        }
        if let Some(wrong) = lines.position(|line| !is_entry(line)) {
            return Err(bad(at + (wrong * LINE) as u64));
        }
        at += length as u64;
        count -= some;
    }
    Ok(at)
}

/// `nnnnnnnnnn ggggg n` and two bytes of line end.
fn is_entry(line: &[u8]) -> bool {
    let digits = |from: usize, to: usize| {
        line.get(from..to)
            .is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    digits(0, 10)
        && digits(11, 16)
        && line.get(10) == Some(&b' ')
        && line.get(16) == Some(&b' ')
        && matches!(line.get(17), Some(b'n' | b'f'))
        && matches!(line.get(18..), Some(b" \r" | b" \n" | b"\r\n"))
}

fn bad(at: u64) -> crate::error::Error {
    syntax(text!(
        "the cross-reference table is not written as it must be, and readers differ in what they take from it",
        "交叉引用表的写法不符合规定，不同阅读器会得到不同的结果"
    ))
    .at(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_has_twenty_bytes() {
        for good in [
            &b"0000000016 00000 n \n"[..],
            b"0000000000 65535 f\r\n",
            b"0000000016 00000 n \r",
        ] {
            assert!(is_entry(good));
        }
        for bad in [
            &b"0000000016 00000 n  "[..],
            b"000000016 00000 n  \n",
            b"0000000016 00000 x \n",
            b"",
        ] {
            assert!(!is_entry(bad));
        }
    }
}
