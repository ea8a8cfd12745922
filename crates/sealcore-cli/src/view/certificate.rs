//! A certificate, request or revocation list for a person.

use sealcore::cert::{Certificate, RevocationList};
use sealcore::lang::Lang;
use sealcore::report::CertificateInfo;

use crate::units::to_hex;

/// A few lines about a certificate.
pub(crate) fn text(certificate: &Certificate, lang: Lang) -> String {
    let info = certificate.info();
    let authority = certificate
        .basic_constraints()
        .is_some_and(|constraints| constraints.ca);
    let fingerprint = to_hex(&certificate.fingerprint());
    let CertificateInfo {
        subject,
        issuer,
        serial,
        not_before,
        not_after,
        ..
    } = &info;
    match lang {
        Lang::En => format!(
            "certificate{}\n  subject:     {subject}\n  issuer:      {issuer}\n  serial:      {serial}\n  valid:       {not_before} to {not_after}\n  SM3:         {fingerprint}\n",
            if authority { " (authority)" } else { "" }
        ),
        Lang::Zh => format!(
            "证书{}\n  主体：      {subject}\n  颁发者：    {issuer}\n  序列号：    {serial}\n  有效期：    {not_before} 至 {not_after}\n  SM3 指纹：  {fingerprint}\n",
            if authority { "（颁发机构）" } else { "" }
        ),
    }
}

/// A few lines about a revocation list.
pub(crate) fn list_text(list: &RevocationList, lang: Lang) -> String {
    let (issuer, from, count) = (list.issuer(), list.this_update(), list.len());
    let next = list
        .next_update()
        .map_or_else(|| "-".to_owned(), |time| time.to_string());
    match lang {
        Lang::En => format!(
            "revocation list\n  issuer:      {issuer}\n  issued:      {from}\n  next:        {next}\n  entries:     {count}\n"
        ),
        Lang::Zh => format!(
            "证书撤销列表\n  颁发者：    {issuer}\n  签发时间：  {from}\n  下次更新：  {next}\n  条目数：    {count}\n"
        ),
    }
}
