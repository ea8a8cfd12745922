//! One record of the list: its description, its references, its signed value.

use std::collections::BTreeMap;

use sealcore_gm::sm2::VerifyingKey;

use super::signed_value::{self, Surroundings};
use super::{OwnFiles, is_fatal};
use crate::digest::DigestAlgorithm;
use crate::error::{Error, Result};
use crate::lang::Lang;
use crate::ofd::description::Description;
use crate::ofd::manifest::Record;
use crate::ofd::parts::{Located, Parts};
use crate::ofd::path::PackagePath;
use crate::ofd::structure::{Body, Structure};
use crate::report::{Changes, Code, Finding, Integrity, SignatureKind, SignatureReport, StampInfo};
use crate::text;
use crate::verify::{Context, Digests, Host, SignedValue, VerifyOptions};

/// A record with all that was found out about it.
pub(crate) struct Checked {
    pub(crate) report: SignatureReport,
    pub(crate) relative: Option<String>,
    /// Signature.xml and signed value.
    pub(crate) own: Vec<usize>,
    /// Signature.xml, signed value, seal file and seal picture.
    pub(crate) files: Vec<usize>,
    /// The entries that references lead to, and whether each is as it was.
    pub(crate) covered: BTreeMap<usize, bool>,
}

pub(super) fn check(
    record: &Record,
    list: &PackagePath,
    body: &Body,
    parts: &Parts<'_, '_>,
    structure: &Structure,
    options: &VerifyOptions<'_>,
    own: &mut OwnFiles,
) -> Result<Checked> {
    let kind = if record.kind == "Sign" {
        SignatureKind::Signature
    } else {
        SignatureKind::Seal
    };
    let mut checked = Checked {
        report: SignatureReport::new(record.id.clone(), kind),
        relative: record.relative.clone(),
        own: Vec::new(),
        files: Vec::new(),
        covered: BTreeMap::new(),
    };
    let mut check = Check {
        checked: &mut checked,
        parts,
        structure,
        options,
        own,
    };
    match check.run(record, list, body) {
        Err(error) if is_fatal(error.kind()) => return Err(error),
        Err(error) => check.unreadable(&error),
        Ok(()) => {}
    }
    Ok(checked)
}

struct Check<'c, 'p, 's> {
    checked: &'c mut Checked,
    parts: &'c Parts<'p, 's>,
    structure: &'c Structure,
    options: &'c VerifyOptions<'c>,
    own: &'c mut OwnFiles,
}

impl Check<'_, '_, '_> {
    /// References, digest of Signature.xml, signed value, seal. An error is about the signature's own files.
    fn run(&mut self, record: &Record, list: &PackagePath, body: &Body) -> Result<()> {
        let parts = self.parts;
        let (xml_entry, path) = parts.locate(list, &record.base_loc).entry(&record.base_loc)?;
        self.claim(xml_entry);
        let xml_bytes = parts.bytes(xml_entry)?;
        let xml = crate::xml::Xml::parse(&xml_bytes, parts.limits()).map_err(|error| error.in_part(path.as_str()))?;
        let description = Description::read(&xml, parts.limits()).map_err(|error| error.in_part(path.as_str()))?;
        drop(xml);
        self.stamps(&description, body);
        let (value_entry, value_path) = parts
            .locate(&path, &description.signed_value)
            .entry(&description.signed_value)?;
        self.claim(value_entry);
        let value_bytes = parts.bytes(value_entry)?;
        let value = SignedValue::read(&value_bytes, Host::Ofd).map_err(|error| error.in_part(value_path.as_str()));
        if let Some(loc) = &description.image_loc
            && let Located::Entry(index, _) = parts.locate(&path, loc)
        {
            self.checked.files.push(index);
            self.own.pictures.insert(index);
        }
        let seal_file = self.seal_file(&description, &path);
        let certificate = value.as_ref().ok().and_then(SignedValue::certificate);
        let key = certificate.and_then(|one| one.public_key().sm2().ok().cloned());
        let references = self.references(&description, &path, key.as_ref())?;
        let value = value?;
        let around = Surroundings {
            path: &path,
            seal_file: seal_file.as_deref(),
            has_picture: description.image_loc.is_some(),
            list_kind: &record.kind,
        };
        let original = &xml_bytes[..];
        let digest = parts.digest(xml_entry, DigestAlgorithm::Sm3, None)?;
        let context = Context {
            host: Host::Ofd,
            original: &Digests::new(&original).with(DigestAlgorithm::Sm3, digest),
            certificates: &[],
            stated_time: description.date_time,
            options: self.options,
        };
        let proof = signed_value::judge(&value, &around, &context, &mut self.checked.report)?;
        self.checked.report.integrity = references.and(proof);
        Ok(())
    }

    /// Takes a file as the signature's own; two records may not share one.
    fn claim(&mut self, entry: usize) {
        if !self.own.exclusive.insert(entry) {
            let name = self.parts.name(entry);
            self.checked.report.findings.push(
                Finding::new(Code::SignatureFilesShared)
                    .with(text!("another signature uses {name} too", "另一签名也使用 {name}")),
            );
        }
        self.own.all.insert(entry);
        self.checked.own.push(entry);
        self.checked.files.push(entry);
    }

    fn unreadable(&mut self, error: &Error) {
        let zh = error.describe(Lang::Zh);
        self.checked.report.integrity = Integrity::Altered;
        self.checked.report.findings.push(
            Finding::new(Code::SignatureUnreadable)
                .with(text!("the signature cannot be read: {error}", "签名无法读取：{zh}")),
        );
    }

    fn stamps(&mut self, description: &Description, body: &Body) {
        let report = &mut self.checked.report;
        for stamp in &description.stamps {
            let page = body
                .pages
                .iter()
                .position(|page| page.id == stamp.page_ref)
                .map(|index| index + 1);
            if page.is_none() {
                let id = &stamp.page_ref;
                report.findings.push(Finding::new(Code::StampPage).with(text!(
                    "a stamp names page “{id}”, which the document does not have",
                    "印章外观所指页面“{id}”不存在"
                )));
            }
            match stamp.boundary {
                Some(boundary) => report.stamps.push(StampInfo {
                    page,
                    boundary_mm: boundary.to_array(),
                    clip_mm: stamp.clip.map(|clip| clip.to_array()),
                }),
                None => report.findings.push(Finding::new(Code::StampMalformed)),
            }
        }
        if description.stamps.is_empty() && report.kind == SignatureKind::Seal {
            report.findings.push(Finding::new(Code::StampMissing));
        }
    }

    fn seal_file(&mut self, description: &Description, path: &PackagePath) -> Option<Vec<u8>> {
        let loc = description.seal_loc.as_ref()?;
        let bytes = match self.parts.locate(path, loc) {
            Located::Entry(index, _) => {
                self.own.all.insert(index);
                self.checked.files.push(index);
                self.parts.bytes(index).ok()
            }
            _ => None,
        };
        if bytes.is_none() {
            self.checked
                .report
                .findings
                .push(Finding::new(Code::SealFileMissing).with(text!(
                    "the seal file “{loc}” is missing or cannot be read",
                    "印章文件“{loc}”缺失或无法读取"
                )));
        }
        bytes
    }

    /// The algorithm of the references; `None`, with a finding, when they cannot be computed.
    fn digest_algorithm(&mut self, description: &Description, key: Option<&VerifyingKey>) -> Option<DigestAlgorithm> {
        let findings = &mut self.checked.report.findings;
        let method = &description.check_method;
        let Some(algorithm) = DigestAlgorithm::from_name(method) else {
            findings.push(Finding::new(Code::DigestUnknown).with(text!(
                "the digest algorithm “{method}” is not known",
                "摘要算法“{method}”未知"
            )));
            return None;
        };
        if algorithm.is_weak() {
            findings.push(Finding::new(Code::DigestWeak));
        }
        if algorithm == DigestAlgorithm::Sm3Keyed {
            findings.push(Finding::new(Code::DigestKeyed));
            if key.is_none() {
                findings.push(Finding::new(Code::SignatureNoKey));
                return None;
            }
        }
        Some(algorithm)
    }

    /// Digests every protected file.
    fn references(
        &mut self,
        description: &Description,
        path: &PackagePath,
        key: Option<&VerifyingKey>,
    ) -> Result<Integrity> {
        if description.references.is_empty() {
            self.checked.report.findings.push(Finding::new(Code::ReferenceNone));
            return Ok(Integrity::Altered);
        }
        self.own.references += description.references.len();
        let limits = self.parts.limits();
        limits.check(self.own.references, limits.references, "references", "引用数")?;
        let references = description.references.iter();
        let located: Vec<_> = references
            .clone()
            .map(|reference| self.parts.locate(path, &reference.file_ref))
            .collect();
        let entries = located.iter().filter_map(|located| match located {
            Located::Entry(index, _) => Some(*index),
            _ => None,
        });
        let Some(algorithm) = self.digest_algorithm(description, key) else {
            // Not known to be changed; beside a signature that could be verified it covers nothing.
            self.checked.covered.extend(entries.map(|index| (index, true)));
            return Ok(Integrity::Unverifiable);
        };
        self.parts.digest_ahead(entries, algorithm);
        let mut broken = Broken::default();
        let mut displayed = false;
        for (reference, located) in references.zip(located) {
            let loc = &reference.file_ref;
            let (index, file) = match located {
                Located::Entry(index, file) => (index, file),
                Located::Missing(file) => {
                    broken.push(Code::ReferenceMissing, file.as_str());
                    continue;
                }
                Located::Escapes => {
                    broken.push(Code::ReferencePath, loc);
                    continue;
                }
            };
            let intact = match (&reference.check_value, self.parts.digest(index, algorithm, key)) {
                (None, _) => {
                    broken.push(Code::ReferenceMalformed, file.as_str());
                    false
                }
                (Some(stated), Ok(digest)) if *stated == digest => true,
                (Some(_), Ok(_)) => {
                    broken.push(Code::ReferenceAltered, file.as_str());
                    displayed |= self.structure.roles.contains_key(&index);
                    false
                }
                (Some(_), Err(error)) if is_fatal(error.kind()) => return Err(error),
                (Some(_), Err(_)) => {
                    broken.push(Code::ReferenceUnreadable, file.as_str());
                    false
                }
            };
            let known = self.checked.covered.entry(index).or_insert(true);
            *known &= intact;
        }
        let altered = !broken.0.is_empty();
        for (code, files) in broken.0 {
            let names = super::coverage::names(&files);
            let finding = Finding::new(code).in_part(names);
            self.checked.report.findings.push(match code {
                Code::ReferenceAltered if displayed => finding.with(text!(
                    "pages or other content were changed after signing",
                    "页面或其他内容在签名后被改动"
                )),
                _ => finding,
            });
        }
        if altered {
            self.checked.report.changes = Changes::Forbidden;
            return Ok(Integrity::Altered);
        }
        Ok(Integrity::Intact)
    }
}

/// Files by what is wrong with their reference.
#[derive(Default)]
struct Broken(BTreeMap<Code, Vec<String>>);

impl Broken {
    fn push(&mut self, code: Code, file: &str) {
        self.0.entry(code).or_default().push(file.to_owned());
    }
}
