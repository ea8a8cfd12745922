//! A signing in progress: it can be saved as bytes and taken up by another process.

use std::fs::{File, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write};
use std::ops::Range;
use std::path::Path;

use sealcore_gm::sm3;

use super::contents::{self, Form};
use super::dictionary::{self, Places};
use crate::algorithm::SignatureAlgorithm;
use crate::asn1::{Tag, Time, Tlv, Writer};
use crate::cert::Certificate;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::key::checked_value;
use crate::monitor::{self, Monitor};
use crate::pdf::Pdf;
use crate::placement::{Boundary, PlacedStamp};
use crate::seal::Generation;
use crate::signing_stamp;
use crate::source::Source;
use crate::text;
use crate::timestamp::{MessageImprint, TimeStampToken};

/// The first member of a saved session, which tells it from one of OFD.
const KIND: &str = "PDF";
/// Its second: raised when its form changes.
const VERSION: i64 = 1;
/// What is digested at once: progress is told and cancelling possible in between.
const PIECE: u64 = 1 << 20;
/// How much of a file's end tells it from others.
const MARK: u64 = 64 << 10;

/// A document that waits for its signature value.
///
/// It holds what will be appended, not the document: `complete` is given that again and refuses another.
#[derive(Clone, Debug, PartialEq)]
pub struct Session {
    pub(super) source: SourceMark,
    pub(super) form: Form,
    /// The digest of what the signature covers.
    pub(super) covered: Vec<u8>,
    /// What is signed: TBS_Sign or the signed attributes.
    pub(super) signed: Vec<u8>,
    pub(super) certificate: Certificate,
    pub(super) time: Time,
    /// What is appended, with zeros for the contents.
    pub(super) tail: Vec<u8>,
    /// The contents in the tail, with their angle brackets.
    pub(super) gap: Range<usize>,
    /// The full name of the field.
    pub(super) field: String,
    pub(super) stamps: Vec<PlacedStamp>,
    /// A time-stamp token over the signature value.
    pub(super) token: Option<Vec<u8>>,
}

/// Tells the document that a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SourceMark {
    length: u64,
    /// SM3 of its last bytes: the newest cross-reference section and trailer.
    end: [u8; 32],
}

impl SourceMark {
    pub(super) fn of(source: &Source<'_>) -> Result<Self> {
        let (length, from) = (source.len(), source.len().saturating_sub(MARK));
        let end = source.read_up_to(from, usize::try_from(length - from).unwrap_or(0))?;
        Ok(Self {
            length,
            end: sm3::digest(&end),
        })
    }

    fn of_file(file: &mut File) -> Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        let from = length.saturating_sub(MARK);
        file.seek(SeekFrom::Start(from))?;
        let mut end = Vec::new();
        file.take(MARK).read_to_end(&mut end)?;
        Ok(Self {
            length,
            end: sm3::digest(&end),
        })
    }
}

impl Session {
    /// The digest that the signer signs: `e = SM3(Z || M)` for SM2, else that of the signed attributes.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] when the signer's key is not known.
    pub fn digest(&self) -> Result<Vec<u8>> {
        self.certificate
            .public_key()
            .message_digest(self.algorithm(), &self.signed)
    }

    /// The bytes whose digest is signed, for a signer that hashes by itself: TBS_Sign of a seal, else the signed attributes.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.signed
    }

    /// How the signature is formed.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.form.algorithm()
    }

    /// The signer's certificate.
    #[must_use]
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Whether a seal is put on.
    #[must_use]
    pub fn is_seal(&self) -> bool {
        matches!(self.form, Form::Seal(_))
    }

    /// The standard of what `/Contents` will hold, by its usual name.
    #[must_use]
    pub fn standard(&self) -> &'static str {
        match &self.form {
            Form::Seal(generation) => generation.standard().name(),
            Form::SignedData { family, .. } => family.standard().name(),
        }
    }

    /// The claimed signing time.
    #[must_use]
    pub fn time(&self) -> Time {
        self.time
    }

    /// The full name of the signature field.
    #[must_use]
    pub fn field(&self) -> &str {
        &self.field
    }

    /// Where the picture is shown, but for that in a field that was there.
    #[must_use]
    pub fn stamps(&self) -> &[PlacedStamp] {
        &self.stamps
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
        MessageImprint::of(self.form.digest_algorithm()?, &self.checked(signature)?)
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

    /// The bytes that are appended to the document, with the signature value in them, after it was verified.
    ///
    /// # Errors
    /// [`ErrorKind::Crypto`] when the value is not the signer's over this document; [`ErrorKind::Refused`] when another value
    /// was stamped; [`ErrorKind::Argument`] when more was not reserved for it.
    pub fn tail(&self, signature: &[u8]) -> Result<Vec<u8>> {
        let value = self.checked(signature)?;
        signing_stamp::check_held(self.token.as_deref(), &value)?;
        self.filled(&value)
    }

    /// The value as it is embedded.
    fn checked(&self, signature: &[u8]) -> Result<Vec<u8>> {
        checked_value(
            self.certificate.public_key(),
            self.algorithm(),
            &self.digest()?,
            signature,
        )
    }

    /// Takes the signature value, verifies it, and writes the signed document. What is written is compared with what was
    /// prepared, to its last byte.
    ///
    /// # Errors
    /// As [`Self::tail`]; [`ErrorKind::Argument`] when `pdf` is not the document that was prepared, even after all of it was
    /// written; [`ErrorKind::Io`].
    pub fn complete<W: Write>(&self, pdf: &Pdf<'_>, signature: &[u8], output: W) -> Result<W> {
        let tail = self.tail(signature)?;
        self.check_source(&SourceMark::of(pdf.source())?)?;
        let mut digest = Covered::new(self.form.digest_algorithm()?)?;
        let output = copy(pdf.source(), output, |piece| digest.update(piece))?;
        if digest.finish(&self.tail, &self.gap) != self.covered {
            return Err(other_document());
        }
        append(output, &tail)
    }

    /// As [`Self::complete`], for a document that was open ever since it was prepared: it is not digested a second time.
    ///
    /// # Errors
    /// As [`Self::tail`]; [`ErrorKind::Argument`] when `pdf` has another length or end; [`ErrorKind::Io`].
    pub fn complete_at_once<W: Write>(&self, pdf: &Pdf<'_>, signature: &[u8], output: W) -> Result<W> {
        let tail = self.tail(signature)?;
        self.check_source(&SourceMark::of(pdf.source())?)?;
        append(copy(pdf.source(), output, |_| {})?, &tail)
    }

    /// As [`Self::complete`], appending to the file at `path`, of which nothing else is read or written but its end. After
    /// an error it has its old length. The file is locked meanwhile, as far as its file system knows locks: of several who
    /// append at once one succeeds.
    ///
    /// # Errors
    /// As [`Self::complete`]; [`ErrorKind::Refused`] while somebody else appends.
    pub fn append(&self, path: &Path, signature: &[u8]) -> Result<()> {
        self.append_tail(path, &self.tail(signature)?)
    }

    pub(super) fn append_tail(&self, path: &Path, tail: &[u8]) -> Result<()> {
        let mut file = File::options().read(true).write(true).open(path)?;
        lock(&file)?;
        let mark = SourceMark::of_file(&mut file)?;
        self.check_source(&mark)?;
        file.seek(SeekFrom::Start(mark.length))?;
        let written = file.write_all(tail).and_then(|()| file.sync_all());
        if let Err(error) = written {
            // The first error is what the caller should hear of.
            let _ = file.set_len(mark.length);
            return Err(error.into());
        }
        Ok(())
    }

    /// Writes the signed document with a value that needs no check, from the very source that was prepared.
    pub(super) fn finish<W: Write>(&self, pdf: &Pdf<'_>, value: &[u8], output: W) -> Result<W> {
        let tail = self.filled(value)?;
        append(copy(pdf.source(), output, |_| {})?, &tail)
    }

    pub(super) fn filled(&self, value: &[u8]) -> Result<Vec<u8>> {
        let value = self
            .form
            .assemble(&self.signed, &self.certificate, value, self.token.as_deref())?;
        let mut tail = self.tail.clone();
        contents::fill(&mut tail, &self.gap, &value)?;
        Ok(tail)
    }

    fn check_source(&self, mark: &SourceMark) -> Result<()> {
        if *mark == self.source {
            Ok(())
        } else {
            Err(other_document())
        }
    }

    /// The session as bytes. They hold the new parts of the document and no secret.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.string(Tag::UTF8_STRING, KIND);
            writer.integer(VERSION);
            writer.unsigned(&self.source.length.to_be_bytes());
            writer.octets(&self.source.end);
            self.form.write(writer);
            writer.octets(&self.covered);
            writer.octets(&self.signed);
            writer.octets(self.certificate.der());
            writer.integer(self.time.unix());
            writer.octets(&self.tail);
            writer.unsigned(&(self.gap.start as u64).to_be_bytes());
            writer.unsigned(&(self.gap.end as u64).to_be_bytes());
            writer.string(Tag::UTF8_STRING, &self.field);
            writer.sequence(|writer| {
                for stamp in &self.stamps {
                    writer.unsigned(&(stamp.page as u64).to_be_bytes());
                    writer.string(Tag::UTF8_STRING, &stamp.boundary.to_string());
                    let clip = stamp.clip.map_or_else(String::new, |clip| clip.to_string());
                    writer.string(Tag::UTF8_STRING, &clip);
                }
            });
            if let Some(token) = &self.token {
                writer.octets(token);
            }
        });
        writer.finish()
    }

    /// Whether these are the bytes of a session of PDF.
    #[must_use]
    pub fn is_shape(bytes: &[u8]) -> bool {
        let first = || Tlv::parse(bytes)?.expect(Tag::SEQUENCE)?.children()?.any();
        first().is_ok_and(|first| first.tag() == Tag::UTF8_STRING && first.content() == KIND.as_bytes())
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
        let kind = members.read(Tag::UTF8_STRING)?;
        let version = members.read(Tag::INTEGER)?.i64()?;
        if kind.content() != KIND.as_bytes() || version != VERSION {
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!("session version {version} is not known", "会话版本 {version} 未知"),
            ));
        }
        let broken = || outer.error(text!("the session is damaged", "会话数据损坏"));
        let length = u64::try_from(members.read(Tag::INTEGER)?.i64()?).map_err(|_| broken())?;
        let end = members.read(Tag::OCTET_STRING)?.content();
        let end = end.try_into().map_err(|_| broken())?;
        let form = Form::read(&members.any()?)?;
        let covered = members.read(Tag::OCTET_STRING)?.content().to_vec();
        let signed = members.read(Tag::OCTET_STRING)?.content().to_vec();
        let certificate = Certificate::from_der(members.read(Tag::OCTET_STRING)?.content())?;
        let time = Time::from_unix(members.read(Tag::INTEGER)?.i64()?);
        let tail = members.read(Tag::OCTET_STRING)?.content().to_vec();
        let mut offset = || -> Result<usize> {
            let number = members.read(Tag::INTEGER)?.i64()?;
            usize::try_from(number).map_err(|_| broken())
        };
        let gap = offset()?..offset()?;
        let field = members.read(Tag::UTF8_STRING)?.text();
        let mut items = members.read(Tag::SEQUENCE)?.children()?;
        let mut stamps = Vec::new();
        while let Some(page) = items.next()? {
            let page = usize::try_from(page.expect(Tag::INTEGER)?.i64()?).map_err(|_| broken())?;
            let boundary = Boundary::parse(&items.read(Tag::UTF8_STRING)?.text()).ok_or_else(broken)?;
            let clip = Boundary::parse(&items.read(Tag::UTF8_STRING)?.text());
            stamps.push(PlacedStamp { page, boundary, clip });
        }
        let token = members
            .optional(Tag::OCTET_STRING)?
            .map(|token| token.content().to_vec());
        members.finish()?;
        let session = Self {
            source: SourceMark { length, end },
            form,
            covered,
            signed,
            certificate,
            time,
            tail,
            gap,
            field,
            stamps,
            token,
        };
        if session.is_consistent() {
            Ok(session)
        } else {
            Err(broken())
        }
    }

    /// What is signed holds the digest of what is covered, and the gap is the placeholder that the ByteRange leaves out; a
    /// session in which they part would make a broken document.
    fn is_consistent(&self) -> bool {
        let signs = !self.covered.is_empty()
            && self
                .signed
                .windows(self.covered.len())
                .any(|window| window == self.covered);
        let gap = self.tail.get(self.gap.clone()).unwrap_or_default();
        let placeholder = matches!(gap, [b'<', digits @ .., b'>'] if digits.iter().all(|digit| *digit == b'0'));
        let text = dictionary::range_text(byte_range(self.source.length, &self.tail, &self.gap));
        let stated = self.tail.windows(text.len()).any(|window| window == text.as_bytes());
        signs && placeholder && stated
    }
}

/// The `/ByteRange` of a tail behind `length` bytes, with this gap.
pub(super) fn byte_range(length: u64, tail: &[u8], gap: &Range<usize>) -> [u64; 4] {
    let (first, second) = (length + gap.start as u64, length + gap.end as u64);
    [0, first, second, tail.len().saturating_sub(gap.end) as u64]
}

/// Fills `/ByteRange` in.
///
/// # Errors
/// [`ErrorKind::Unsupported`] for a file whose offsets have more digits than are kept for them.
pub(super) fn state_range(tail: &mut [u8], places: &Places, range: [u64; 4]) -> Result<()> {
    let text = dictionary::range_text(range);
    match tail.get_mut(places.range.clone()) {
        Some(place) if place.len() == text.len() => place.copy_from_slice(text.as_bytes()),
        _ => {
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!(
                    "the file is too large to be signed: its offsets have more than ten digits",
                    "文件过大，无法签名：偏移量超过十位数字"
                ),
            ));
        }
    }
    Ok(())
}

/// A running digest of what a signature covers.
pub(super) struct Covered(crate::digest::Hasher);

impl Covered {
    pub(super) fn new(algorithm: DigestAlgorithm) -> Result<Self> {
        Ok(Self(algorithm.hasher(None)?))
    }

    fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// All of the document that is there.
    pub(super) fn add_source(&mut self, source: &Source<'_>, monitor: &dyn Monitor) -> Result<()> {
        in_pieces(source, |piece| {
            self.0.update(piece);
            monitor::advance(monitor, piece.len())
        })
    }

    pub(super) fn finish(mut self, tail: &[u8], gap: &Range<usize>) -> Vec<u8> {
        self.0.update(tail.get(..gap.start).unwrap_or_default());
        self.0.update(tail.get(gap.end..).unwrap_or_default());
        self.0.finish()
    }
}

fn in_pieces(source: &Source<'_>, mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let (mut at, length) = (0, source.len());
    while at < length {
        let count = PIECE.min(length - at);
        source.pieces(at, count, |piece| each(piece).map(|()| true))?;
        at += count;
    }
    Ok(())
}

fn copy<W: Write>(source: &Source<'_>, mut output: W, mut each: impl FnMut(&[u8])) -> Result<W> {
    in_pieces(source, |piece| {
        each(piece);
        Ok(output.write_all(piece)?)
    })?;
    Ok(output)
}

fn append<W: Write>(mut output: W, tail: &[u8]) -> Result<W> {
    output.write_all(tail)?;
    output.flush()?;
    Ok(output)
}

/// Keeps others from appending until the file is closed. Where the file system knows no locks there is none.
fn lock(file: &File) -> Result<()> {
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => Err(Error::new(
            ErrorKind::Refused,
            text!("somebody else signs this file", "该文件正在被其他程序签署"),
        )),
        Err(TryLockError::Error(error)) if error.kind() != std::io::ErrorKind::Unsupported => Err(error.into()),
        _ => Ok(()),
    }
}

fn other_document() -> Error {
    Error::new(
        ErrorKind::Argument,
        text!(
            "this is not the document that was prepared for signing",
            "不是准备签名时的那份文档"
        ),
    )
}
