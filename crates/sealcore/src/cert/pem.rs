//! PEM as the field writes it: any line length, CRLF, text around the blocks, header lines inside (RFC 7468, lax parsing).

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::text;

/// One block.
pub(crate) struct Block<'a> {
    /// What stands behind `BEGIN`.
    pub(crate) label: &'a str,
    /// The value of `DEK-Info` where the headers say that the content is encrypted (RFC 1421, 4.6.1.3).
    pub(crate) dek_info: Option<&'a str>,
    /// The content; it may be a private key.
    pub(crate) der: Zeroizing<Vec<u8>>,
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";
const DASHES: &str = "-----";

/// Whether `bytes` are text with at least one PEM block.
pub(crate) fn looks_like_pem(bytes: &[u8]) -> bool {
    bytes.first() != Some(&0x30) && bytes.windows(BEGIN.len()).any(|window| window == BEGIN.as_bytes())
}

/// Every block, in order.
pub(crate) fn blocks(bytes: &[u8]) -> Result<Vec<Block<'_>>> {
    let broken = |message| Error::new(ErrorKind::Format, message);
    // Comments around the blocks may be in any encoding; the blocks themselves are ASCII.
    let mut found = Vec::new();
    let mut rest = bytes;
    while let Some(start) = find(rest, BEGIN) {
        let after = rest.get(start + BEGIN.len()..).unwrap_or_default();
        let label_end = find(after, DASHES)
            .filter(|end| *end <= 64)
            .ok_or_else(|| broken(text!("a PEM block has no proper first line", "PEM 块首行不完整")))?;
        let label = after
            .get(..label_end)
            .and_then(|label| std::str::from_utf8(label).ok())
            .ok_or_else(|| broken(text!("a PEM label is not text", "PEM 标签不是文本")))?;
        let body = after.get(label_end + DASHES.len()..).unwrap_or_default();
        let body_end = find(body, END)
            .ok_or_else(|| broken(text!("PEM block “{label}” has no end", "PEM 块“{label}”没有结束行")))?;
        let (headers, content) = split_headers(body.get(..body_end).unwrap_or_default());
        found.push(Block {
            label,
            dek_info: dek_info(headers),
            der: decode(content).ok_or_else(|| {
                broken(text!("PEM block “{label}” is not Base64", "PEM 块“{label}”不是 Base64"))
                    .at((bytes.len() - rest.len() + start) as u64)
            })?,
        });
        let end_line = body.get(body_end + END.len()..).unwrap_or_default();
        rest = end_line
            .get(find(end_line, DASHES).map_or(end_line.len(), |dashes| dashes + DASHES.len())..)
            .unwrap_or_default();
    }
    Ok(found)
}

/// The content of the first block whose label is wanted.
pub(crate) fn first(
    bytes: &[u8],
    wanted: impl Fn(&str) -> bool,
    missing: impl FnOnce() -> Text,
) -> Result<Zeroizing<Vec<u8>>> {
    let block = blocks(bytes)?.into_iter().find(|block| wanted(block.label));
    block
        .map(|block| block.der)
        .ok_or_else(|| Error::new(ErrorKind::Certificate, missing()))
}

/// The block with line breaks after 64 characters, as RFC 7468, 2 wants it.
pub(crate) fn encode(label: &str, der: &[u8]) -> Zeroizing<String> {
    // Room for the whole, so that no copy of a secret is left behind by growth.
    let mut pem = Zeroizing::new(String::with_capacity(der.len() * 3 / 2 + 2 * label.len() + 64));
    let base64 = Zeroizing::new(Base64::encode_string(der));
    pem.push_str(BEGIN);
    pem.push_str(label);
    pem.push_str("-----\n");
    let mut rest = base64.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        pem.push_str(line);
        pem.push('\n');
        rest = after;
    }
    pem.push_str(END);
    pem.push_str(label);
    pem.push_str("-----\n");
    pem
}

fn find(bytes: &[u8], what: &str) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what.as_bytes())
}

/// RFC 1421 headers end at an empty line; without a colon there are none.
fn split_headers(body: &[u8]) -> (&[u8], &[u8]) {
    if !body.contains(&b':') {
        return (&[], body);
    }
    let end = find(body, "\n\n").or_else(|| find(body, "\r\n\r\n")).unwrap_or(0);
    body.split_at(end)
}

/// Cipher and initialisation vector of an encrypted block; empty where `DEK-Info` is missing.
fn dek_info(headers: &[u8]) -> Option<&str> {
    find(headers, "ENCRYPTED")?;
    let headers = std::str::from_utf8(headers).unwrap_or_default();
    let value = headers.lines().find_map(|line| line.trim().strip_prefix("DEK-Info:"));
    Some(value.unwrap_or_default().trim())
}

/// Base64 with white space anywhere; also plain Base64 without any armour.
pub(crate) fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut compact = Zeroizing::new(Vec::with_capacity(text.len()));
    compact.extend(text.iter().filter(|byte| !byte.is_ascii_whitespace()));
    let mut der = Zeroizing::new(vec![0; compact.len()]);
    let length = Base64::decode(&compact[..], &mut der).ok()?.len();
    der.truncate(length);
    Some(der)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes_and_what_others_write() {
        let der: Vec<u8> = (0..200).collect();
        let pem = encode("CERTIFICATE", &der);
        assert!(pem.lines().all(|line| line.len() <= 64));
        let text = ["subject=\u{4e2d}\r\n", &pem.replace('\n', "\r\n"), "\n# second\n", &pem].concat();
        assert!(looks_like_pem(text.as_bytes()));
        let all = blocks(text.as_bytes()).unwrap();
        assert_eq!(all.len(), 2);
        assert!(
            all.iter()
                .all(|block| block.label == "CERTIFICATE" && *block.der == der && block.dek_info.is_none())
        );
        let one_line = pem.replace('\n', " ").replace("----- ", "-----\n");
        assert_eq!(*blocks(one_line.as_bytes()).unwrap()[0].der, der);
    }

    #[test]
    fn headers_are_told_from_content() {
        let pem = "-----BEGIN EC PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: SM4-CBC,00\n\nAAAA\n-----END EC PRIVATE KEY-----";
        let all = blocks(pem.as_bytes()).unwrap();
        assert_eq!(all[0].dek_info, Some("SM4-CBC,00"));
        assert_eq!(*all[0].der, [0, 0, 0]);
    }

    #[test]
    fn broken_blocks_are_errors() {
        for bad in [
            "-----BEGIN X-----\nAAAA",
            "-----BEGIN X",
            "-----BEGIN X-----\n!!!!\n-----END X-----",
        ] {
            assert!(blocks(bad.as_bytes()).is_err(), "{bad}");
        }
        assert!(blocks(b"nothing").unwrap().is_empty());
    }
}
