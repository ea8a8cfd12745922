//! What is in a document, without judging it: entries, pages, signature records and what they carry.

use serde::Serialize;

use super::description::Description;
use super::integrity;
use super::manifest::{Manifest, Record};
use super::package::{Archive, Method};
use super::parts::{Located, Parts};
use super::path::PackagePath;
use super::structure::{Body, Structure};
use crate::asn1::Time;
use crate::cert::Certificate;
use crate::cms::SignedData;
use crate::error::{Error, Result};
use crate::limits::Limits;
use crate::monitor::{Monitor, Strides};
use crate::placement::Boundary;
use crate::report::{CertificateInfo, Finding, SealInfo};
use crate::seal;
use crate::verify::{Host, SignedValue};

/// What a document is made of. Nothing in it was verified.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Inspection {
    /// The entries of the package, in the order of its directory.
    pub entries: Vec<EntryInfo>,
    /// The document bodies that OFD.xml names.
    pub documents: Vec<BodyInfo>,
    /// The integrity record of GM/T 0099, where there is one.
    pub integrity_record: Option<IntegrityRecordInfo>,
    /// What is odd or hostile about the package and its structure.
    #[serde(skip)]
    pub findings: Vec<Finding>,
    /// Parts that could not be read, each naming itself.
    #[serde(skip)]
    pub problems: Vec<Error>,
}

/// An entry of the package.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct EntryInfo {
    /// The canonical path; the name as written where that leads out of the package.
    pub path: String,
    /// Length of the content in bytes, as stated.
    pub size: u64,
    /// Length of the compressed content in bytes, as stated.
    pub compressed: u64,
    /// `stored`, `deflated`, or `method N`.
    pub method: String,
    /// Whether the content is encrypted.
    pub encrypted: bool,
    /// Whether it is a folder.
    pub folder: bool,
}

/// One DocBody of OFD.xml.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BodyInfo {
    /// The document root, where it is there.
    pub root: Option<String>,
    /// The list of signatures, where OFD.xml names one.
    pub signature_list: Option<String>,
    /// The pages in their order.
    pub pages: Vec<PageInfo>,
    /// The records of the list in their order.
    pub signatures: Vec<RecordInfo>,
}

/// A page.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PageInfo {
    /// Its ID.
    pub id: String,
    /// The file of its content, where it is there.
    pub content: Option<String>,
    /// Width in millimetres.
    pub width_mm: f64,
    /// Height in millimetres.
    pub height_mm: f64,
}

/// A record of the list of signatures, with what Signature.xml and the signed value say.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct RecordInfo {
    /// Its ID.
    pub id: String,
    /// `Type`, as stated.
    #[serde(rename = "type")]
    pub kind: String,
    /// The ID of the signature that it builds on.
    pub relative: Option<String>,
    /// The path of Signature.xml.
    pub description: Option<String>,
    /// The program that signed, as stated.
    pub provider: Option<String>,
    /// SignatureMethod, as stated.
    pub method: Option<String>,
    /// SignatureDateTime, as stated.
    pub stated_time: Option<Time>,
    /// CheckMethod, as stated.
    pub check_method: Option<String>,
    /// The protected files, as stated.
    pub references: Vec<String>,
    /// Where the seal is shown.
    pub stamps: Vec<StampPlace>,
    /// The path of the seal file.
    pub seal_file: Option<String>,
    /// The signed value.
    pub signed_value: Option<SignedValueInfo>,
}

/// StampAnnot.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StampPlace {
    /// The ID of the page.
    pub page_id: String,
    /// The number of that page, counted from 1; `None` when there is no such page.
    pub page: Option<usize>,
    /// Left, top, width and height in millimetres; `None` where they cannot be read.
    pub boundary_mm: Option<[f64; 4]>,
    /// The part that is shown, relative to the boundary.
    pub clip_mm: Option<[f64; 4]>,
}

/// A signed value, told by its shape.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct SignedValueInfo {
    /// Its path.
    pub path: String,
    /// Its length in bytes.
    pub bytes: usize,
    /// `SES_Signature`, `SignedData`, `TimeStampToken`, `SM2 value`, `PKCS#1 value` or `unknown`.
    pub shape: &'static str,
    /// The structure, where it could be told.
    pub standard: Option<&'static str>,
    /// The signing time that is claimed inside.
    pub signed_at: Option<Time>,
    /// What was signed, as a seal signature states it: the path of Signature.xml.
    pub property_info: Option<String>,
    /// The seal inside.
    pub seal: Option<SealInfo>,
    /// The certificates inside: the signer's first, then the others.
    pub certificates: Vec<CertificateInfo>,
    /// How many signers there are.
    pub signers: usize,
    /// Whether a time-stamp token is there.
    pub timestamp: bool,
    /// Codes of the ways in which the encoding departs from the standards.
    pub quirks: Vec<&'static str>,
}

/// `OFDEntries.xml`.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct IntegrityRecordInfo {
    /// Its path.
    pub path: String,
    /// How many files it names.
    pub files: usize,
    /// Where its signature is, as stated.
    pub signed_value: Option<String>,
}

/// Describes a document without judging it. `monitor` is told of as many bytes as the entries have, inflated, as they state.
///
/// # Errors
/// [`ErrorKind::Format`](crate::error::ErrorKind::Format) without a readable OFD.xml,
/// [`ErrorKind::Limit`](crate::error::ErrorKind::Limit), [`ErrorKind::Io`](crate::error::ErrorKind::Io) and
/// [`ErrorKind::Cancelled`](crate::error::ErrorKind::Cancelled). What is unreadable further on is in
/// [`Inspection::problems`].
pub fn inspect(archive: &Archive<'_>, limits: &Limits, monitor: &dyn Monitor) -> Result<Inspection> {
    let strides = Strides::begin(monitor, archive.inflated_size())?;
    let inspection = strides.outweighs(describe(&Parts::new(archive, limits, &strides)))?;
    strides.finish()?;
    Ok(inspection)
}

fn describe(parts: &Parts<'_, '_>) -> Result<Inspection> {
    let archive = parts.archive();
    let structure = Structure::read(parts)?;
    let mut findings = archive.findings().to_vec();
    findings.extend(structure.findings.iter().cloned());
    let mut inspector = Inspector {
        parts,
        problems: Vec::new(),
    };
    let documents = structure
        .bodies
        .iter()
        .map(|body| inspector.body(body))
        .collect::<Result<_>>()?;
    let integrity_record = inspector.integrity_record()?;
    let problems = inspector.problems;
    Ok(Inspection {
        entries: entries(archive),
        documents,
        integrity_record,
        findings,
        problems,
    })
}

fn entries(archive: &Archive<'_>) -> Vec<EntryInfo> {
    let info = |entry: &super::package::Entry| EntryInfo {
        path: entry
            .path()
            .map_or_else(|| entry.name().to_owned(), |path| path.as_str().to_owned()),
        size: entry.size(),
        compressed: entry.compressed_size(),
        method: match entry.method() {
            Method::Stored => "stored".to_owned(),
            Method::Deflated => "deflated".to_owned(),
            Method::Other(number) => format!("method {number}"),
        },
        encrypted: entry.is_encrypted(),
        folder: entry.is_dir(),
    };
    archive.entries().iter().map(info).collect()
}

struct Inspector<'i, 'p, 's> {
    parts: &'i Parts<'p, 's>,
    problems: Vec<Error>,
}

impl Inspector<'_, '_, '_> {
    fn body(&mut self, body: &Body) -> Result<BodyInfo> {
        let pages = body.pages.iter().map(|page| PageInfo {
            id: page.id.clone(),
            content: page.content.map(|index| self.parts.name(index)),
            width_mm: page.area.width,
            height_mm: page.area.height,
        });
        let mut info = BodyInfo {
            root: body.root.as_ref().map(ToString::to_string),
            signature_list: body.list.as_ref().map(|list| list.path.to_string()),
            pages: pages.collect(),
            signatures: Vec::new(),
        };
        let Some((path, entry)) = body.list.as_ref().and_then(|list| Some((&list.path, list.entry?))) else {
            return Ok(info);
        };
        let manifest = self
            .parts
            .xml(entry)
            .and_then(|xml| Manifest::read(&xml, self.parts.limits()));
        let Some(manifest) = self.note(manifest, path.as_str())? else {
            return Ok(info);
        };
        for record in &manifest.records {
            info.signatures.push(self.record(record, path, body)?);
        }
        Ok(info)
    }

    fn record(&mut self, record: &Record, list: &PackagePath, body: &Body) -> Result<RecordInfo> {
        let mut info = RecordInfo {
            id: record.id.clone(),
            kind: record.kind.clone(),
            relative: record.relative.clone(),
            ..RecordInfo::default()
        };
        let located = self.parts.locate(list, &record.base_loc).entry(&record.base_loc);
        let Some((index, path)) = self.note(located, list.as_str())? else {
            return Ok(info);
        };
        info.description = Some(path.to_string());
        let description = self
            .parts
            .xml(index)
            .and_then(|xml| Description::read(&xml, self.parts.limits()));
        let Some(description) = self.note(description, path.as_str())? else {
            return Ok(info);
        };
        info.stamps = description
            .stamps
            .iter()
            .map(|stamp| StampPlace {
                page: body
                    .pages
                    .iter()
                    .position(|page| page.id == stamp.page_ref)
                    .map(|index| index + 1),
                page_id: stamp.page_ref.clone(),
                boundary_mm: stamp.boundary.map(Boundary::to_array),
                clip_mm: stamp.clip.map(Boundary::to_array),
            })
            .collect();
        info.seal_file = description
            .seal_loc
            .as_ref()
            .map(|loc| match self.parts.locate(&path, loc) {
                Located::Entry(_, path) | Located::Missing(path) => path.to_string(),
                Located::Escapes => loc.clone(),
            });
        info.references = description
            .references
            .into_iter()
            .map(|reference| reference.file_ref)
            .collect();
        info.provider = description.provider;
        info.method = description.method;
        info.stated_time = description.date_time;
        info.check_method = Some(description.check_method);
        let value = self
            .parts
            .locate(&path, &description.signed_value)
            .entry(&description.signed_value);
        let Some((index, value)) = self.note(value, path.as_str())? else {
            return Ok(info);
        };
        let bytes = self.parts.bytes(index);
        if let Some(bytes) = self.note(bytes, value.as_str())? {
            let mut signed = SignedValueInfo {
                path: value.to_string(),
                bytes: bytes.len(),
                ..SignedValueInfo::default()
            };
            let read = signed.read(&bytes, Host::Ofd);
            self.note(read, value.as_str())?;
            info.signed_value = Some(signed);
        }
        Ok(info)
    }

    fn integrity_record(&mut self) -> Result<Option<IntegrityRecordInfo>> {
        let Located::Entry(index, path) = self.parts.locate(&PackagePath::root(), integrity::RECORD) else {
            return Ok(None);
        };
        let xml = self.parts.xml(index);
        let Some(xml) = self.note(xml, path.as_str())? else {
            return Ok(None);
        };
        let root = xml.root();
        Ok(Some(IntegrityRecordInfo {
            path: path.to_string(),
            files: root.descendants().filter(|element| element.name() == "File").count(),
            signed_value: root.child_text("SignedValueLoc").filter(|loc| !loc.is_empty()),
        }))
    }

    /// Keeps what cannot be read as a problem, and passes on what ends the call.
    fn note<T>(&mut self, result: Result<T>, part: &str) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) if super::verify::is_fatal(error.kind()) => Err(error),
            Err(error) => {
                let named = error.part().is_some_and(|inner| inner.starts_with(part));
                self.problems.push(if named { error } else { error.in_part(part) });
                Ok(None)
            }
        }
    }
}

impl SignedValueInfo {
    /// Tells what `bytes` are and what they hold.
    pub(crate) fn read(&mut self, bytes: &[u8], host: Host) -> Result<()> {
        self.shape = "unknown";
        match SignedValue::read(bytes, host)? {
            SignedValue::Seal(signature) => {
                self.shape = "SES_Signature";
                self.standard = Some(signature.generation.standard().name());
                self.signed_at = signature.time;
                self.property_info = Some(signature.property_info.clone());
                self.seal = Some(seal::info(&signature.seal));
                self.signers = 1;
                self.timestamp = signature.timestamp.is_some() || signature.time_token.is_some();
                self.add_quirks(&signature.quirks);
                self.certificates = vec![Certificate::from_der(&signature.certificate)?.info()];
            }
            SignedValue::Cms(data) => {
                self.shape = "SignedData";
                self.standard = Some(data.family.standard().name());
                self.signed_data(&data)?;
            }
            SignedValue::TimeStamp(data) => {
                self.shape = "TimeStampToken";
                self.standard = Some(crate::report::Standard::Rfc3161.name());
                self.signed_data(&data)?;
                self.timestamp = true;
            }
            SignedValue::Bare(value) => {
                self.shape = "SM2 value";
                self.standard = Some(crate::report::Standard::Sm2.name());
                self.signers = 1;
                self.add_quirks(&value.quirks);
            }
            SignedValue::Pkcs1(_) => {
                self.shape = "PKCS#1 value";
                self.signers = 1;
            }
        }
        Ok(())
    }

    fn signed_data(&mut self, data: &SignedData) -> Result<()> {
        self.signers = data.signers.len();
        self.timestamp = data.signers.iter().any(|signer| signer.timestamp.is_some());
        let signer = data.signers.first();
        self.signed_at = signer.and_then(|signer| signer.attributes.as_ref()?.signing_time);
        self.add_quirks(&data.quirks);
        let certificates = data.certificates.iter().map(|der| Certificate::from_der(der));
        let mut certificates = certificates.collect::<Result<Vec<_>>>()?;
        certificates.sort_by_key(|certificate| !signer.is_some_and(|signer| signer.id.names(certificate)));
        self.certificates = certificates.iter().map(Certificate::info).collect();
        Ok(())
    }

    fn add_quirks(&mut self, quirks: &[crate::report::Code]) {
        for name in quirks.iter().map(|quirk| quirk.name()) {
            if !self.quirks.contains(&name) {
                self.quirks.push(name);
            }
        }
    }
}
