//! Whether a file is fit to be appended to, and what of it the increment continues.

use super::request::SignRequest;
use crate::error::{Error, ErrorKind, Result};
use crate::pdf::Pdf;
use crate::pdf::crypt::Encryptor;
use crate::pdf::increment::{Base, XrefKind};
use crate::pdf::object::{Dictionary, Object};
use crate::pdf::parser::is_space;
use crate::pdf::xref::{Location, SectionKind};
use crate::signing::refused;
use crate::text;

/// More than can follow the end of a file that opens as a whole.
const MAX_REST: usize = 4096;

/// Refuses what readers would have to repair, or take differently, and gives what an increment needs.
pub(super) fn check(pdf: &Pdf<'_>) -> Result<Base> {
    let source = pdf.source();
    let length = source.len();
    // Of a file whose end is broken an older revision may be open; what follows it is at least that.
    let whole = pdf.len() == length;
    let rest = source.read_up_to(pdf.end(), MAX_REST)?;
    if !whole || !rest.iter().all(|byte| is_space(*byte)) {
        let end = pdf.end();
        return Err(refused(text!(
            "bytes follow the end of the file's last revision: it is not fit to be signed",
            "文件最后一个版本之后还有字节：该文档不宜签名"
        ))
        .at(end));
    }
    let Some(newest) = pdf.sections().last() else {
        return Err(refused(text!("the file has no cross-reference", "文件没有交叉引用")));
    };
    let trailer = newest.trailer.clone();
    if let Some(number) = pdf.sections().iter().find_map(|section| section.ambiguous) {
        return Err(refused(text!(
            "a cross-reference section names object {number} twice: readers differ in which they show",
            "交叉引用段两次列出对象 {number}：不同阅读器显示不一"
        )));
    }
    if let Some(key) = trailer.duplicate() {
        return Err(refused(text!(
            "the trailer names {key} twice: the document is not fit to be signed",
            "文件尾两次列出 {key}：该文档不宜签名"
        )));
    }
    // A document with a message authentication code (ISO/TS 32004) is broken by every update that does not renew it.
    if trailer.get("AuthCode").is_some() {
        return Err(Error::new(
            ErrorKind::Unsupported,
            text!(
                "documents with an authentication code (/AuthCode) are not signed",
                "不支持对带有认证码（/AuthCode）的文档签名"
            ),
        ));
    }
    let highest = check_size(pdf, &trailer)?;
    let last = source.read_up_to(length.saturating_sub(1), 1)?;
    Ok(Base {
        length,
        ends_line: matches!(last.first(), Some(b'\n' | b'\r')),
        startxref: newest.start,
        kind: match newest.kind {
            SectionKind::Stream => XrefKind::Stream,
            SectionKind::Table | SectionKind::Hybrid => XrefKind::Table,
        },
        trailer,
        next_number: highest.saturating_add(1),
    })
}

/// The highest object number. Objects from `/Size` on are none (7.5.5), and an increment that raises it must not bring
/// them to life.
fn check_size(pdf: &Pdf<'_>, trailer: &Dictionary) -> Result<u32> {
    let size = trailer.get("Size").and_then(Object::as_integer).unwrap_or(0);
    let mut highest = 0;
    for section in pdf.sections() {
        for (number, location) in section.entries() {
            let inside = i64::from(number) < size;
            if location == Location::Free {
                // A number that was freed comes back with another generation: it is not taken for something new.
                highest = if inside { highest.max(number) } else { highest };
                continue;
            }
            if !inside {
                return Err(refused(text!(
                    "object {number} lies beyond the trailer's /Size {size}: the document is not fit to be signed",
                    "对象 {number} 超出文件尾的 /Size {size}：该文档不宜签名"
                )));
            }
            highest = highest.max(number);
        }
    }
    Ok(highest)
}

/// Refuses what the permissions of an encrypted document forbid (7.6.4.2).
pub(super) fn check_permissions(pdf: &Pdf<'_>, request: &SignRequest<'_>, existing_field: bool) -> Result<()> {
    if pdf.permissions_altered() {
        return Err(refused(text!(
            "the permissions of the encrypted document were changed without its key",
            "加密文档的权限在没有密钥的情况下被改动"
        )));
    }
    let permissions = pdf.permissions();
    let permitted = if existing_field {
        permissions.sign_existing_field()
    } else {
        permissions.add_signature_field()
    };
    if permitted || permissions.owner || request.ignore_permissions {
        return Ok(());
    }
    Err(refused(if existing_field {
        text!(
            "the permissions of the encrypted document forbid signing",
            "加密文档的权限禁止签名"
        )
    } else {
        text!(
            "the permissions of the encrypted document forbid new signature fields",
            "加密文档的权限禁止新增签名域"
        )
    }))
}

/// The keys of an encrypted document for what is added; nothing for one that is not encrypted.
pub(super) fn encryptor<'e>(pdf: &'e Pdf<'_>, request: &SignRequest<'_>) -> Option<Encryptor<'e>> {
    let encryption = pdf.encryption()?;
    let (length, time) = (pdf.source().len().to_be_bytes(), request.time.unix().to_be_bytes());
    Some(Encryptor {
        crypt: &encryption.crypt,
        seed: [length, time].concat(),
    })
}

/// Whether the document says that it is PDF 2.0: its header or, if that is newer, its catalog (7.5.2).
pub(super) fn is_version_2(pdf: &Pdf<'_>, catalog: &Dictionary) -> Result<bool> {
    let header = pdf.source().read_up_to(5, 1)?;
    let stated = pdf.latest().lookup(catalog, "Version")?;
    let stated = stated.as_name().and_then(|version| version.first().copied());
    let digits = [header.first().copied(), stated];
    Ok(digits
        .into_iter()
        .flatten()
        .any(|digit| digit.is_ascii_digit() && digit >= b'2'))
}
