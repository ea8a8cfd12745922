//! PKCS#12 (RFC 7292): writing. What is written is read by OpenSSL 3, Java and BouncyCastle.

use rand_core::CryptoRng;
use sealcore_gm::sm3;

use super::pbe::{Hash, bmp_string, check_rounds};
use super::pkcs12::mac_of;
use super::{KeyFile, pbe, pkcs8};
use crate::asn1::{Oid, Tag, Writer};
use crate::cert::Certificate;
use crate::error::{Error, ErrorKind, Result};
use crate::oids;
use crate::text;

/// Length of the MAC's salt in bytes.
const SALT: usize = 16;

/// Key, certificate and chain as PKCS#12 in DER. Key and certificates are encrypted with PBES2 (AES-256-CBC, `rounds` of
/// PBKDF2-HMAC-SHA-256); the MAC is HMAC-SHA-256 with the derivation of PKCS#12. `name` is shown by programs that list the
/// file.
///
/// # Errors
/// [`ErrorKind::Argument`] for a count outside 1000 to 1000000, or without the key's certificate.
pub fn to_pkcs12(file: &KeyFile, name: &str, password: &str, rounds: u32, rng: &mut dyn CryptoRng) -> Result<Vec<u8>> {
    check_rounds(rounds)?;
    let Some(certificate) = &file.certificate else {
        return Err(Error::new(
            ErrorKind::Argument,
            text!(
                "a PKCS#12 file needs the certificate of its key",
                "PKCS#12 文件需要私钥对应的证书"
            ),
        ));
    };
    let mut id = sm3::digest(certificate.der()).to_vec();
    id.truncate(20);

    let mut certificates = Writer::new();
    certificates.sequence(|writer| {
        certificate_bag(writer, certificate, Some((name, &id)));
        file.chain.iter().for_each(|one| certificate_bag(writer, one, None));
    });
    let (certificate_algorithm, certificate_data) = pbe::encrypt(password, rounds, rng, &certificates.finish())?;
    let shrouded = pkcs8::to_encrypted_der(&file.key, password, rounds, rng)?;
    let mut keys = Writer::new();
    keys.sequence(|writer| {
        bag(writer, oids::SHROUDED_KEY_BAG, Some((name, &id)), |writer| {
            writer.raw(&shrouded)
        });
    });

    let mut safe = Writer::new();
    safe.sequence(|writer| {
        content_info(writer, oids::ENCRYPTED_DATA, |writer| {
            writer.sequence(|writer| {
                writer.integer(0);
                writer.sequence(|writer| {
                    writer.oid(oids::DATA);
                    writer.raw(&certificate_algorithm);
                    writer.value(Tag::context_primitive(0), &certificate_data);
                });
            });
        });
        content_info(writer, oids::DATA, |writer| writer.octets(&keys.finish()));
    });
    let safe = safe.finish();

    let mut salt = [0; SALT];
    rng.fill_bytes(&mut salt);
    let mac = mac_of(Hash::Sha256, &bmp_string(password), &salt, rounds, &safe);
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.integer(3);
        content_info(writer, oids::DATA, |writer| writer.octets(&safe));
        writer.sequence(|writer| {
            writer.sequence(|writer| {
                writer.sequence(|writer| {
                    writer.oid(oids::SHA256);
                    writer.null();
                });
                writer.octets(&mac);
            });
            writer.octets(&salt);
            writer.integer(i64::from(rounds));
        });
    });
    Ok(writer.finish())
}

fn content_info(writer: &mut Writer, kind: Oid, content: impl FnOnce(&mut Writer)) {
    writer.sequence(|writer| {
        writer.oid(kind);
        writer.constructed(Tag::context(0), content);
    });
}

fn certificate_bag(writer: &mut Writer, certificate: &Certificate, attributes: Option<(&str, &[u8])>) {
    bag(writer, oids::CERT_BAG, attributes, |writer| {
        writer.sequence(|writer| {
            writer.oid(oids::X509_CERTIFICATE);
            writer.constructed(Tag::context(0), |writer| writer.octets(certificate.der()));
        });
    });
}

fn bag(writer: &mut Writer, kind: Oid, attributes: Option<(&str, &[u8])>, value: impl FnOnce(&mut Writer)) {
    writer.sequence(|writer| {
        writer.oid(kind);
        writer.constructed(Tag::context(0), value);
        if let Some((name, id)) = attributes {
            let bmp = bmp_string(name);
            let name = bmp.get(..bmp.len().saturating_sub(2)).unwrap_or_default();
            let attributes = vec![
                attribute(oids::FRIENDLY_NAME, Tag::BMP_STRING, name),
                attribute(oids::LOCAL_KEY_ID, Tag::OCTET_STRING, id),
            ];
            writer.set_of(Tag::SET, attributes);
        }
    });
}

fn attribute(kind: Oid, tag: Tag, value: &[u8]) -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.oid(kind);
        writer.constructed(Tag::SET, |writer| writer.value(tag, value));
    });
    writer.finish()
}
