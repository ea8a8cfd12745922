//! Makes revocation lists of version 2, RFC 5280, 5.

use std::collections::HashSet;

use super::builder::{issuer_key_id, write_extension};
use super::signed::signed;
use super::{KeyUsage, Revocation, RevocationList};
use crate::asn1::{Tag, Time, Writer};
use crate::error::{Error, ErrorKind, Result};
use crate::hex::{from_hex, to_hex};
use crate::key::{Signer, sign_message};
use crate::oids;
use crate::text;

/// A revocation list to be issued.
#[derive(Clone, Debug)]
pub struct RevocationListTemplate {
    /// When the list is issued.
    pub this_update: Time,
    /// When the next one is due at the latest.
    pub next_update: Time,
    /// The list's number, which grows with each list.
    pub number: u64,
    /// Serial numbers, as [`Certificate::serial`](super::Certificate::serial) has them, and what happened.
    pub entries: Vec<(Vec<u8>, Revocation)>,
}

impl RevocationListTemplate {
    /// Signs with the key of an authority.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] when the signer's key usage does not allow it, [`ErrorKind::Argument`] when the next update
    /// comes before this one, for times outside 1950 to 9999, for what is no serial number (RFC 5280, 4.1.2.2: positive, of 20
    /// octets at most) and for one that stands twice; and what the signer reports.
    pub fn issue(&self, issuer: &dyn Signer) -> Result<RevocationList> {
        let authority = issuer.certificate();
        if authority
            .key_usage()
            .is_some_and(|usage| !usage.contains(KeyUsage::CRL_SIGN))
        {
            let name = authority.subject();
            return Err(Error::new(
                ErrorKind::Refused,
                text!("{name} may not sign revocation lists", "{name} 不得签发证书撤销列表"),
            ));
        }
        self.check()?;
        let key_id = issuer_key_id(authority);
        let algorithm = issuer.algorithm();
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.integer(1);
            algorithm.write(writer);
            writer.raw(authority.subject_raw());
            writer.certificate_time(self.this_update);
            writer.certificate_time(self.next_update);
            // An empty list of entries is left out, RFC 5280, 5.1.2.6.
            if !self.entries.is_empty() {
                writer.sequence(|writer| self.entries.iter().for_each(|entry| write_entry(writer, entry)));
            }
            writer.constructed(Tag::context(0), |writer| {
                writer.sequence(|writer| {
                    write_extension(writer, oids::AUTHORITY_KEY_ID, false, |writer| {
                        writer.sequence(|writer| writer.value(Tag::context_primitive(0), &key_id));
                    });
                    write_extension(writer, oids::CRL_NUMBER, false, |writer| {
                        writer.unsigned(&self.number.to_be_bytes());
                    });
                });
            });
        });
        let tbs = writer.finish();
        RevocationList::from_der(&signed(&tbs, algorithm, &sign_message(issuer, &tbs)?))
    }

    fn check(&self) -> Result<()> {
        let refuse = |message| Err(Error::new(ErrorKind::Argument, message));
        self.this_update.check_statable()?;
        self.next_update.check_statable()?;
        if self.next_update < self.this_update {
            return refuse(text!(
                "the next update comes before this one",
                "下次更新时间早于本次更新时间"
            ));
        }
        let mut seen = HashSet::with_capacity(self.entries.len());
        for (serial, revocation) in &self.entries {
            revocation.at.check_statable()?;
            if !is_serial(serial) {
                return refuse(text!(
                    "a serial number is a positive INTEGER of 20 octets at most",
                    "序列号须为不超过 20 字节的正整数"
                ));
            }
            if !seen.insert(serial) {
                let shown = to_hex(serial);
                return refuse(text!(
                    "the serial number {shown} stands twice",
                    "序列号 {shown} 重复出现"
                ));
            }
        }
        Ok(())
    }
}

/// A serial number as people write it, in hexadecimal, with colons, spaces and leading zeros or without, as
/// [`Certificate::serial`](super::Certificate::serial) has it: the content of a positive INTEGER. `None` where it is not
/// hexadecimal.
///
/// ```
/// # use sealcore::cert::serial_from_hex;
/// assert_eq!(serial_from_hex("12:34"), Some(vec![0x12, 0x34]));
/// assert_eq!(serial_from_hex("fF"), Some(vec![0, 0xff]));
/// assert_eq!(serial_from_hex("0"), Some(vec![0]));
/// assert_eq!(serial_from_hex("00080"), Some(vec![0, 0x80]));
/// for bad in ["", ":", "xy", "0x12", "-1"] {
///     assert_eq!(serial_from_hex(bad), None);
/// }
/// ```
#[must_use]
pub fn serial_from_hex(text: &str) -> Option<Vec<u8>> {
    let all: String = text.chars().filter(|digit| !matches!(digit, ':' | ' ')).collect();
    let digits = all.trim_start_matches('0');
    if digits.is_empty() {
        return (!all.is_empty()).then(|| vec![0]);
    }
    let zero = if digits.len() % 2 == 1 { "0" } else { "" };
    let mut serial = from_hex(format!("{zero}{digits}").as_bytes())?;
    if serial.first().is_some_and(|first| *first >= 0x80) {
        serial.insert(0, 0);
    }
    Some(serial)
}

/// The content octets of a positive INTEGER, in DER, with a value of 20 octets at most.
fn is_serial(content: &[u8]) -> bool {
    match content {
        [] | [0] => false,
        [0, value @ ..] => value.len() <= 20 && value.first().is_some_and(|first| *first >= 0x80),
        [first, ..] => content.len() <= 20 && *first < 0x80,
    }
}

fn write_entry(writer: &mut Writer, (serial, revocation): &(Vec<u8>, Revocation)) {
    writer.sequence(|writer| {
        writer.value(Tag::INTEGER, serial);
        writer.certificate_time(revocation.at);
        if let Some(reason) = revocation.reason {
            writer.sequence(|writer| {
                write_extension(writer, oids::CRL_REASON, false, |writer| {
                    writer.value(Tag::ENUMERATED, &[reason.0]);
                });
            });
        }
    });
}
