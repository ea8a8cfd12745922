//! A signing in progress: it can be saved as bytes and taken up by another process.

use std::io::Write;

use sealcore_gm::sm3;

use crate::algorithm::SignatureAlgorithm;
use crate::asn1::{Tag, Time, Tlv, Writer};
use crate::cert::Certificate;
use crate::cms::PreparedSignedData;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::key::{checked_value, sm2_digest};
use crate::ofd::package::{Archive, ArchiveWriter, DosTime, Method};
use crate::ofd::path::PackagePath;
use crate::seal::{Generation, assemble_signature};
use crate::signing_stamp;
use crate::text;
use crate::timestamp::{MessageImprint, TimeStampToken};

/// The first number of a saved session; raised when its form changes.
const VERSION: i64 = 1;

/// A document that waits for its signature value.
///
/// It holds the new files and the bytes to be signed, not the document: `complete` is given that again and refuses another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub(super) source: SourceMark,
    /// Signer of a seal signature of this generation, or of SignedData.
    pub(super) form: Form,
    /// What is signed: TBS_Sign or the signed attributes.
    pub(super) signed: Vec<u8>,
    pub(super) certificate: Certificate,
    pub(super) time: Time,
    /// Where the signed value goes.
    pub(super) value_path: PackagePath,
    /// Files that are new or take the place of others.
    pub(super) files: Vec<(PackagePath, Vec<u8>)>,
    /// A time-stamp token over the signature value.
    pub(super) token: Option<Vec<u8>>,
}

/// How the signature value is wrapped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Seal(Generation),
    SignedData(Vec<Certificate>),
}

/// Tells the document that a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SourceMark {
    length: u64,
    directory: [u8; 32],
}

impl SourceMark {
    pub(super) fn of(archive: &Archive<'_>) -> Self {
        Self {
            length: archive.source().len(),
            directory: sm3::digest(archive.directory()),
        }
    }
}

impl Session {
    /// The digest `e = SM3(Z || M)` for the signer.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when the signer's key is not SM2.
    pub fn digest(&self) -> Result<[u8; 32]> {
        sm2_digest(&self.certificate, &self.signed)
    }

    /// The bytes whose digest is signed, for a signer that hashes by itself: TBS_Sign of a seal, else the signed attributes.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.signed
    }

    /// The signer's certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// What a time stamp over this signature value is to be over.
    ///
    /// # Errors
    /// [`ErrorKind::Crypto`] when the value is not the signer's over this document; [`ErrorKind::Unsupported`] for a seal of
    /// the first generation, which has no place for a time stamp.
    pub fn imprint(&self, signature: &[u8]) -> Result<MessageImprint> {
        if matches!(self.form, Form::Seal(Generation::V1)) {
            return Err(signing_stamp::no_place());
        }
        MessageImprint::of(DigestAlgorithm::Sm3, &self.checked(signature)?)
    }

    /// With a time stamp over this signature value: CMS takes it as an unsigned attribute, SES_Signature as `timeStamp`.
    /// Its authority is not judged.
    ///
    /// # Errors
    /// As [`Self::imprint`]; [`ErrorKind::Refused`] when the token is over something else.
    pub fn with_time_stamp(mut self, signature: &[u8], token: &TimeStampToken) -> Result<Self> {
        if matches!(self.form, Form::Seal(Generation::V1)) {
            return Err(signing_stamp::no_place());
        }
        signing_stamp::check(token, &self.checked(signature)?)?;
        self.token = Some(token.der().to_vec());
        Ok(self)
    }

    /// Takes the signature value (DER or `r || s`), verifies it, and writes the signed document.
    ///
    /// # Errors
    /// [`ErrorKind::Crypto`] when the value is not the signer's over this document; [`ErrorKind::Refused`] when another value
    /// was stamped; [`ErrorKind::Argument`] when `archive` is not the document that was prepared; [`ErrorKind::Io`] when it
    /// cannot be written.
    pub fn complete<W: Write>(&self, archive: &Archive<'_>, signature: &[u8], output: W) -> Result<W> {
        let value = self.checked(signature)?;
        signing_stamp::check_held(self.token.as_deref(), &value)?;
        self.finish(archive, &value, output)
    }

    /// The value as it is embedded.
    fn checked(&self, signature: &[u8]) -> Result<Vec<u8>> {
        let algorithm = SignatureAlgorithm::Sm2Sm3;
        checked_value(self.certificate.public_key(), algorithm, &self.digest()?, signature)
    }

    /// As [`Self::complete`], for a value in DER that needs no check.
    pub(super) fn finish<W: Write>(&self, archive: &Archive<'_>, value: &[u8], output: W) -> Result<W> {
        if SourceMark::of(archive) != self.source {
            return Err(Error::new(
                ErrorKind::Argument,
                text!(
                    "this is not the document that was prepared for signing",
                    "不是准备签名时的那份文档"
                ),
            ));
        }
        let token = self.token.as_deref();
        let signed_value = match &self.form {
            Form::Seal(generation) => {
                assemble_signature(*generation, &self.signed, self.certificate.der(), value, token)
            }
            Form::SignedData(chain) => {
                let data = PreparedSignedData::from_parts(self.signed.clone(), &self.certificate, chain);
                data.assemble_stamped(value, token)
            }
        };
        let mut files: Vec<(&PackagePath, &[u8])> = self
            .files
            .iter()
            .map(|(path, bytes)| (path, bytes.as_slice()))
            .collect();
        files.push((&self.value_path, &signed_value));
        write(archive, &files, self.time, output)
    }

    /// The session as bytes. They hold the new parts of the document and no secret.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.integer(VERSION);
            writer.unsigned(&self.source.length.to_be_bytes());
            writer.octets(&self.source.directory);
            match &self.form {
                Form::Seal(generation) => writer.integer(generation.version()),
                Form::SignedData(chain) => {
                    writer.sequence(|writer| chain.iter().for_each(|one| writer.octets(one.der())));
                }
            }
            writer.octets(&self.signed);
            writer.octets(self.certificate.der());
            writer.integer(self.time.unix());
            writer.string(Tag::UTF8_STRING, self.value_path.as_str());
            writer.sequence(|writer| {
                for (path, bytes) in &self.files {
                    writer.string(Tag::UTF8_STRING, path.as_str());
                    writer.octets(bytes);
                }
            });
            if let Some(token) = &self.token {
                writer.octets(token);
            }
        });
        writer.finish()
    }

    /// A session that was saved.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`] when the bytes are no session, [`ErrorKind::Unsupported`] when they are of another version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Self::read(bytes).map_err(|error| error.in_part("signing session"))
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        let outer = Tlv::parse(bytes)?.expect(Tag::SEQUENCE)?;
        let mut members = outer.children()?;
        let version = members.read(Tag::INTEGER)?.i64()?;
        if version != VERSION {
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!("session version {version} is not known", "会话版本 {version} 未知"),
            ));
        }
        let broken = || outer.error(text!("the session is damaged", "会话数据损坏"));
        let length = u64::try_from(members.read(Tag::INTEGER)?.i64()?).map_err(|_| broken())?;
        let directory = members
            .read(Tag::OCTET_STRING)?
            .content()
            .try_into()
            .map_err(|_| broken())?;
        let form = members.any()?;
        let form = if form.tag() == Tag::INTEGER {
            let version = form.i64()?;
            let all = [Generation::V1, Generation::V4, Generation::V5];
            Form::Seal(
                all.into_iter()
                    .find(|one| one.version() == version)
                    .ok_or_else(broken)?,
            )
        } else {
            let mut chain = Vec::new();
            let mut items = form.expect(Tag::SEQUENCE)?.children()?;
            while let Some(item) = items.next()? {
                chain.push(Certificate::from_der(&item.octets()?)?);
            }
            Form::SignedData(chain)
        };
        let signed = members.read(Tag::OCTET_STRING)?.content().to_vec();
        let certificate = Certificate::from_der(members.read(Tag::OCTET_STRING)?.content())?;
        let time = Time::from_unix(members.read(Tag::INTEGER)?.i64()?);
        let path = |tlv: Tlv<'_>| PackagePath::from_entry_name(&tlv.text()).map_err(|_| broken());
        let value_path = path(members.read(Tag::UTF8_STRING)?)?;
        let mut items = members.read(Tag::SEQUENCE)?.children()?;
        let mut files = Vec::new();
        while let Some(item) = items.next()? {
            files.push((
                path(item.expect(Tag::UTF8_STRING)?)?,
                items.read(Tag::OCTET_STRING)?.content().to_vec(),
            ));
        }
        let token = members
            .optional(Tag::OCTET_STRING)?
            .map(|token| token.content().to_vec());
        members.finish()?;
        // What is signed holds the digest of Signature.xml; a session in which they part would make a broken document.
        let describes = |bytes: &[u8]| signed.windows(32).any(|window| window == sm3::digest(bytes));
        if !files
            .iter()
            .any(|(path, bytes)| path.file_name() == "Signature.xml" && describes(bytes))
        {
            return Err(broken());
        }
        Ok(Self {
            source: SourceMark { length, directory },
            form,
            signed,
            certificate,
            time,
            value_path,
            files,
            token,
        })
    }
}

/// Writes `archive` with `files` added or put in the place of what was there; everything else is copied as the compressed
/// bytes that it is, in its order.
pub(crate) fn write<W: Write>(
    archive: &Archive<'_>,
    files: &[(&PackagePath, &[u8])],
    time: Time,
    output: W,
) -> Result<W> {
    let stamp = DosTime::new(time.local_civil());
    let mut writer = ArchiveWriter::new(output);
    let mut written = vec![false; files.len()];
    for (index, entry) in archive.entries().iter().enumerate() {
        let replacement = entry
            .path()
            .and_then(|path| files.iter().position(|(other, _)| *other == path));
        match replacement.and_then(|position| Some((files.get(position)?, written.get_mut(position)?))) {
            Some(((path, bytes), done)) if !entry.is_dir() => {
                writer.add(path, bytes, Method::Deflated, stamp)?;
                *done = true;
            }
            _ => writer.copy_raw(archive, index)?,
        }
    }
    for ((path, bytes), _) in files.iter().zip(written).filter(|(_, done)| !done) {
        writer.add(path, bytes, Method::Deflated, stamp)?;
    }
    writer.finish()
}
