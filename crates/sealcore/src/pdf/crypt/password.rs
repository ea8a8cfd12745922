//! The bytes that a password may stand for.

use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

use super::cipher::Secret;

/// Bytes of a password that revisions 5 and 6 use (ISO 32000-2, 7.6.4.3.3).
const LONGEST: usize = 127;

/// For revisions 2 to 4: PDFDocEncoding, as the standard has it; then what writers do instead, UTF-8 or, with Chinese
/// passwords, the system's code page.
pub(super) fn legacy(password: &str) -> Vec<Secret> {
    let mut forms = Vec::new();
    if let Some(bytes) = pdf_doc(password) {
        push(&mut forms, bytes);
    }
    push(&mut forms, Zeroizing::new(password.as_bytes().to_vec()));
    let (gbk, _, unmappable) = encoding_rs::GBK.encode(password);
    let gbk = Zeroizing::new(gbk.into_owned());
    if !unmappable {
        push(&mut forms, gbk);
    }
    forms
}

/// For revisions 5 and 6: UTF-8, prepared with SASLprep (RFC 4013) as the standard has it, or as it was typed.
pub(super) fn modern(password: &str) -> Vec<Secret> {
    let mut prepared = Zeroizing::new(String::with_capacity(password.len()));
    for character in password.chars() {
        match character {
            // RFC 3454, table B.1: mapped to nothing.
            '\u{ad}'
            | '\u{34f}'
            | '\u{1806}'
            | '\u{180b}'..='\u{180d}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2060}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' => {}
            // Table C.1.2: spaces other than ASCII's.
            '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => {
                prepared.push(' ');
            }
            _ => prepared.push(character),
        }
    }
    let normal: Zeroizing<String> = Zeroizing::new(prepared.nfkc().collect());
    let mut forms = Vec::new();
    push(&mut forms, cut(&normal));
    push(&mut forms, cut(password));
    forms
}

fn cut(text: &str) -> Secret {
    Zeroizing::new(text.bytes().take(LONGEST).collect())
}

fn push(forms: &mut Vec<Secret>, form: Secret) {
    if !forms.iter().any(|known| **known == *form) {
        forms.push(form);
    }
}

fn pdf_doc(password: &str) -> Option<Secret> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(password.len()));
    for character in password.chars() {
        bytes.push(match character {
            '\t' | '\n' | '\r' | ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{ff}' => {
                u8::try_from(u32::from(character)).ok()?
            }
            _ => SPECIAL
                .iter()
                .find_map(|(code, special)| (*special == character).then_some(*code))?,
        });
    }
    Some(bytes)
}

/// PDFDocEncoding where it is neither ASCII nor Latin 1 (ISO 32000-2, annex D.3).
const SPECIAL: [(u8, char); 40] = [
    (0x18, '\u{2d8}'),
    (0x19, '\u{2c7}'),
    (0x1a, '\u{2c6}'),
    (0x1b, '\u{2d9}'),
    (0x1c, '\u{2dd}'),
    (0x1d, '\u{2db}'),
    (0x1e, '\u{2da}'),
    (0x1f, '\u{2dc}'),
    (0x80, '\u{2022}'),
    (0x81, '\u{2020}'),
    (0x82, '\u{2021}'),
    (0x83, '\u{2026}'),
    (0x84, '\u{2014}'),
    (0x85, '\u{2013}'),
    (0x86, '\u{192}'),
    (0x87, '\u{2044}'),
    (0x88, '\u{2039}'),
    (0x89, '\u{203a}'),
    (0x8a, '\u{2212}'),
    (0x8b, '\u{2030}'),
    (0x8c, '\u{201e}'),
    (0x8d, '\u{201c}'),
    (0x8e, '\u{201d}'),
    (0x8f, '\u{2018}'),
    (0x90, '\u{2019}'),
    (0x91, '\u{201a}'),
    (0x92, '\u{2122}'),
    (0x93, '\u{fb01}'),
    (0x94, '\u{fb02}'),
    (0x95, '\u{141}'),
    (0x96, '\u{152}'),
    (0x97, '\u{160}'),
    (0x98, '\u{178}'),
    (0x99, '\u{17d}'),
    (0x9a, '\u{131}'),
    (0x9b, '\u{142}'),
    (0x9c, '\u{153}'),
    (0x9d, '\u{161}'),
    (0x9e, '\u{17e}'),
    (0xa0, '\u{20ac}'),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(forms: Vec<Secret>) -> Vec<Vec<u8>> {
        forms.into_iter().map(|form| form.to_vec()).collect()
    }

    #[test]
    fn old_passwords() {
        assert_eq!(plain(legacy("abc")), [b"abc"]);
        assert_eq!(plain(legacy("€é"))[0], [0xa0, 0xe9]);
        assert_eq!(
            plain(legacy("密码")),
            ["密码".as_bytes().to_vec(), vec![0xc3, 0xdc, 0xc2, 0xeb]]
        );
    }

    #[test]
    fn new_passwords() {
        assert_eq!(
            plain(modern("a\u{a0}b\u{ad}")),
            [b"a b".to_vec(), "a\u{a0}b\u{ad}".into()]
        );
        assert_eq!(plain(modern("ｆ"))[0], b"f");
        assert_eq!(plain(modern(&"x".repeat(200))), [[b'x'; 127]]);
    }
}
