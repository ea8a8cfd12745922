//! Puts a signature together: checks that it may be made, places the seal, digests every file, writes the new parts.

use std::collections::{BTreeMap, HashSet};

use sealcore_gm::sm3;

use super::session::{Form, Session, SourceMark};
use crate::asn1::Time;
use crate::cert::Certificate;
use crate::cms::PreparedSignedData;
use crate::digest::DigestAlgorithm;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Lang;
use crate::limits::Limits;
use crate::monitor::Monitor;
use crate::ofd::description::{Description, NewDescription, NewStamp};
use crate::ofd::integrity;
use crate::ofd::manifest::{self, Manifest, Record};
use crate::ofd::package::{Archive, Entry};
use crate::ofd::parts::{Located, Parts};
use crate::ofd::path::PackagePath;
use crate::ofd::sheets::OfdSheets;
use crate::ofd::structure::{Body, Role, Structure};
use crate::placement::{self, Placement};
use crate::report::{Code, Effect, Finding};
use crate::seal::{Seal, TbsSign};
use crate::signing::{self, refused};
use crate::text;
use crate::xml::Xml;

/// How much a signature protects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protection {
    /// Everything but the list of signatures: others may sign after it.
    #[default]
    Continuable,
    /// Everything, the list included: nothing may come after it.
    Whole,
}

/// What is to be signed, and how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SignRequest<'a> {
    /// The signer's certificate.
    pub certificate: &'a Certificate,
    /// Certificates between the signer's and an anchor, for digital signatures.
    pub chain: &'a [Certificate],
    /// The seal (`Type=Seal`); without one a digital signature is made (`Type=Sign`, GB/T 35275).
    pub seal: Option<&'a Seal>,
    /// The signing time.
    pub time: Time,
    /// Where the seal is shown.
    pub placements: &'a [Placement],
    /// How much is protected.
    pub protection: Protection,
    /// The ID of the signature that this one builds on (`Relative`, GM/T 0099).
    pub relative: Option<&'a str>,
    /// Which DocBody of OFD.xml is signed, counted from 0.
    pub document: usize,
}

impl<'a> SignRequest<'a> {
    /// A digital signature at `time`.
    #[must_use]
    pub fn signature(certificate: &'a Certificate, time: Time) -> Self {
        Self {
            certificate,
            chain: &[],
            seal: None,
            time,
            placements: &[],
            protection: Protection::Continuable,
            relative: None,
            document: 0,
        }
    }

    /// A seal at `time`.
    #[must_use]
    pub fn seal(seal: &'a Seal, certificate: &'a Certificate, time: Time, placements: &'a [Placement]) -> Self {
        Self {
            seal: Some(seal),
            placements,
            ..Self::signature(certificate, time)
        }
    }
}

/// Puts everything together but the signature value.
///
/// # Errors
/// [`ErrorKind::Refused`] with the reason when an existing signature forbids it, the package is ambiguous, or signer or seal
/// may not sign at that time; [`ErrorKind::Argument`] for a placement that the document does not allow; else as reading
/// the document.
pub fn prepare(
    archive: &Archive<'_>,
    request: &SignRequest<'_>,
    limits: &Limits,
    monitor: &dyn Monitor,
) -> Result<Session> {
    request.certificate.public_key().sm2()?;
    signing::check_signer(request.certificate, request.seal, request.time, limits)?;
    if request.seal.is_none() && !request.placements.is_empty() {
        return Err(Error::new(
            ErrorKind::Argument,
            text!(
                "a digital signature without a seal is shown nowhere",
                "没有印章的数字签名不能指定显示位置"
            ),
        ));
    }
    let parts = Parts::new(archive, limits, monitor);
    check_package(archive)?;
    check_no_record(&parts)?;
    let structure = Structure::read(&parts)?;
    check_structure(&structure)?;
    Plan {
        parts: &parts,
        structure: &structure,
        request,
    }
    .run()
}

/// A package that readers take differently is not signed: nobody could say what the signature covers.
pub(super) fn check_package(archive: &Archive<'_>) -> Result<()> {
    let ambiguous = |finding: &&Finding| {
        finding.code.effect() == Effect::Invalid
            || matches!(finding.code, Code::PackageBackslash | Code::PackageEntryEncrypted)
    };
    if let Some(finding) = archive.findings().iter().find(ambiguous) {
        let (en, zh) = (finding.message(Lang::En), finding.message(Lang::Zh));
        return Err(refused(text!(
            "the package is not fit to be signed: {en}",
            "该文件包不宜签名：{zh}"
        )));
    }
    if let Some(group) = archive.variants().first() {
        let names: Vec<_> = group
            .iter()
            .filter_map(|entry| archive.entries().get(*entry))
            .map(Entry::name)
            .collect();
        let names = names.join(", ");
        return Err(refused(text!(
            "the package is not fit to be signed: {names} are one path to some readers",
            "该文件包不宜签名：{names} 在部分阅读器看来是同一路径"
        )));
    }
    Ok(())
}

fn check_no_record(parts: &Parts<'_, '_>) -> Result<()> {
    if let Located::Entry(..) = parts.locate(&PackagePath::root(), integrity::RECORD) {
        return Err(refused(text!(
            "the integrity record (OFDEntries.xml) names every file, so nothing may be added; sign first and write the record last",
            "完整性记录（OFDEntries.xml）列出了全部文件，不能再追加；请先签名、最后写入该记录"
        )));
    }
    Ok(())
}

fn check_structure(structure: &Structure) -> Result<()> {
    let broken = |finding: &&Finding| {
        finding.code.effect() == Effect::Invalid
            || matches!(finding.code, Code::DocumentPartMissing | Code::DocumentPartUnreadable)
    };
    match structure.findings.iter().find(broken) {
        Some(finding) => {
            let (en, zh) = (finding.message(Lang::En), finding.message(Lang::Zh));
            Err(refused(text!(
                "the document is not fit to be signed: {en}",
                "该文档不宜签名：{zh}"
            )))
        }
        None => Ok(()),
    }
}

struct Plan<'r, 's> {
    parts: &'r Parts<'r, 's>,
    structure: &'r Structure,
    request: &'r SignRequest<'r>,
}

/// The list as it is.
struct Existing {
    path: PackagePath,
    entry: Option<usize>,
    xml: Option<Xml>,
    records: Vec<Record>,
    max_id: u64,
}

impl Plan<'_, '_> {
    fn run(&self) -> Result<Session> {
        let request = self.request;
        let body = self.structure.bodies.get(request.document).ok_or_else(|| {
            let count = self.structure.bodies.len();
            Error::new(
                ErrorKind::Argument,
                text!("the file has {count} documents", "文件中只有 {count} 个文档"),
            )
        })?;
        let existing = self.existing(body)?;
        let announced = existing.entry.is_some() || body.list.is_some();
        for other in &self.structure.bodies {
            self.check_existing(other, existing.entry, !announced)?;
        }
        self.check_relative(&existing)?;

        let number = existing.max_id + 1;
        let folder = self.free_folder(&existing.path);
        let file = |name: &str| {
            PackagePath::root().resolve(&format!("{folder}/{name}")).map_err(|_| {
                Error::new(
                    ErrorKind::Container,
                    text!("“{folder}” is no folder of the package", "“{folder}”不是包内文件夹"),
                )
            })
        };
        let (xml_path, value_path, seal_path) = (file("Signature.xml")?, file("SignedValue.dat")?, file("Seal.esl")?);
        let stamps = self.stamps(body, number)?;
        // Identifiers of an XML part are unique, MaxSignId among them, so it goes beyond the record's own.
        let max_id = number + (stamps.len() as u64).max(1);
        let record = Record {
            id: manifest::id(number),
            kind: if request.seal.is_some() { "Seal" } else { "Sign" }.to_owned(),
            base_loc: xml_path.as_str().to_owned(),
            relative: request.relative.map(str::to_owned),
        };
        let mut files: BTreeMap<PackagePath, Vec<u8>> = BTreeMap::new();
        files.insert(
            existing.path.clone(),
            manifest::add(existing.xml.as_ref(), &record, max_id)?,
        );
        if !announced {
            let (entry, path) = Structure::locate_entry(self.parts)?;
            files.insert(
                path,
                manifest::announce(&self.parts.xml(entry)?, request.document, &existing.path)?,
            );
        }
        if let Some(seal) = request.seal {
            files.insert(seal_path.clone(), seal.der().to_vec());
        }
        let description = NewDescription {
            time: request.time,
            signed_value: value_path.as_str().to_owned(),
            seal_loc: request.seal.map(|_| seal_path.as_str().to_owned()),
            references: self.references(&files, &existing.path)?,
            stamps,
        };
        let xml = description.to_xml();
        let (form, signed) = self.to_be_signed(&xml, &xml_path)?;
        let mut files: Vec<_> = files.into_iter().collect();
        files.push((xml_path, xml));
        Ok(Session {
            source: SourceMark::of(self.parts.archive()),
            form,
            signed,
            certificate: request.certificate.clone(),
            time: request.time,
            value_path,
            files,
            token: None,
        })
    }

    fn existing(&self, body: &Body) -> Result<Existing> {
        let root = body.root.clone().unwrap_or_else(PackagePath::root);
        let (path, entry) = match &body.list {
            Some(location) => (location.path.clone(), location.entry),
            None => {
                let folder = root.folder();
                let folder = folder.as_str().trim_end_matches('/');
                let path = PackagePath::root().resolve(&format!("{folder}/Signs/Signatures.xml"));
                let path =
                    path.map_err(|_| refused(text!("the document root leads out of the package", "文档根指向包外")))?;
                if self.parts.archive().find(&path).is_some() {
                    return Err(refused(text!(
                        "{path} is there, but OFD.xml does not name it: a signature may have been removed",
                        "{path} 已存在，但 OFD.xml 未引用：签名可能已被移除"
                    )));
                }
                (path, None)
            }
        };
        let Some(index) = entry else {
            return Ok(Existing {
                path,
                entry,
                xml: None,
                records: Vec::new(),
                max_id: 0,
            });
        };
        let xml = self.parts.xml(index)?;
        let manifest = Manifest::read(&xml, self.parts.limits()).map_err(|error| error.in_part(path.as_str()))?;
        Ok(Existing {
            path,
            entry,
            max_id: manifest.max_id(),
            records: manifest.records,
            xml: Some(xml),
        })
    }

    /// Refuses when a signature of `body` protects the list that is added to, or OFD.xml where that has to change. References
    /// are compared by the entry that they lead to, whatever their spelling.
    fn check_existing(&self, body: &Body, list: Option<usize>, changes_entry: bool) -> Result<()> {
        let Some((location, entry)) = body.list.as_ref().and_then(|list| Some((list, list.entry?))) else {
            return Ok(());
        };
        let manifest = Manifest::read(&self.parts.xml(entry)?, self.parts.limits())?;
        let mut existing = Vec::new();
        for record in &manifest.records {
            let (index, path) = self
                .parts
                .locate(&location.path, &record.base_loc)
                .entry(&record.base_loc)?;
            let description = Description::read(&self.parts.xml(index)?, self.parts.limits())
                .map_err(|error| error.in_part(path.as_str()))?;
            let mut covered_files = HashSet::new();
            for reference in &description.references {
                let Located::Entry(covered, _) = self.parts.locate(&path, &reference.file_ref) else {
                    continue;
                };
                covered_files.insert(covered);
                let id = &record.id;
                if Some(covered) == list {
                    return Err(refused(text!(
                        "signature “{id}” locks the document: it protects the list of signatures",
                        "签名“{id}”已锁定文档：它保护了签名列表"
                    )));
                }
                if changes_entry && self.structure.roles.get(&covered) == Some(&Role::Entry) {
                    return Err(refused(text!(
                        "signature “{id}” protects OFD.xml, which a first signature of another document would change",
                        "签名“{id}”保护了 OFD.xml，而对另一文档的首次签名需要修改它"
                    )));
                }
            }
            let seen = record.kind != "Sign" || !description.stamps.is_empty();
            existing.push((record.id.as_str(), seen, index, covered_files));
        }
        self.check_shown(body, &existing)
    }

    /// Refuses when a seal that is there does not cover a page that is shown, itself or by covering another signature: a
    /// further signature would vouch for that page beside it.
    fn check_shown(&self, body: &Body, existing: &[(&str, bool, usize, HashSet<usize>)]) -> Result<()> {
        for (id, _, _, covered) in existing.iter().filter(|(_, seen, ..)| *seen) {
            let mut reached = covered.clone();
            let mut waiting: Vec<_> = existing.iter().collect();
            while let Some(next) = waiting
                .iter()
                .position(|(_, _, description, _)| reached.contains(description))
            {
                reached.extend(&waiting.swap_remove(next).3);
            }
            let page = body
                .pages
                .iter()
                .find_map(|page| page.content.filter(|entry| !reached.contains(entry)));
            if let Some(page) = page {
                let page = self.parts.name(page);
                return Err(refused(text!(
                    "the seal “{id}” does not cover {page}, which the document shows; a further signature would make it look as if it did",
                    "印章“{id}”未保护文档所显示的 {page}；再行签名会使其看似受该印章保护"
                )));
            }
        }
        Ok(())
    }

    fn check_relative(&self, existing: &Existing) -> Result<()> {
        match self.request.relative {
            Some(base) if !existing.records.iter().any(|record| record.id == base) => Err(Error::new(
                ErrorKind::Argument,
                text!(
                    "there is no signature “{base}” to build on",
                    "不存在可依赖的签名“{base}”"
                ),
            )),
            _ => Ok(()),
        }
    }

    /// `Sign_N` beside the list, N the first number that no entry uses.
    fn free_folder(&self, list: &PackagePath) -> String {
        let parent = list.folder();
        let folded = parent.fold();
        let folded = folded.trim_end_matches('/');
        let parent = parent.as_str().trim_end_matches('/');
        let taken: HashSet<String> = self
            .parts
            .archive()
            .entries()
            .iter()
            .filter_map(|entry| entry.path().map(PackagePath::fold))
            .filter_map(|path| {
                let rest = path.strip_prefix(folded)?.strip_prefix('/')?;
                rest.split('/').next().map(str::to_owned)
            })
            .collect();
        let number = (0_u64..)
            .find(|number| !taken.contains(&format!("sign_{number}")))
            .unwrap_or(0);
        format!("{parent}/Sign_{number}")
    }

    fn stamps(&self, body: &Body, number: u64) -> Result<Vec<NewStamp>> {
        let Some(seal) = self.request.seal else {
            return Ok(Vec::new());
        };
        let (width, height) = (seal.picture.width_mm, seal.picture.height_mm);
        #[allow(clippy::cast_precision_loss)] // millimetres of a seal
        let (width, height) = (width as f64, height as f64);
        let mut stamps = Vec::new();
        for placement in self.request.placements {
            let mut sheets = OfdSheets::new(&body.pages, self.parts);
            for placed in placement::place(placement, &mut sheets, width, height)? {
                let Some(page) = body.pages.get(placed.page) else {
                    continue;
                };
                stamps.push(NewStamp {
                    id: manifest::id(number + 1 + stamps.len() as u64),
                    page_id: page.id.clone(),
                    boundary: placed.boundary,
                    clip: placed.clip,
                });
            }
        }
        Ok(stamps)
    }

    /// Every file of the package as it will be, but for the signature's own and, where others may sign later, the lists.
    fn references(&self, files: &BTreeMap<PackagePath, Vec<u8>>, list: &PackagePath) -> Result<Vec<(String, Vec<u8>)>> {
        let locked = self.request.protection == Protection::Whole;
        let mut references = Vec::new();
        let entries = self.parts.archive().entries();
        self.parts.digest_ahead(0..entries.len(), DigestAlgorithm::Sm3);
        for (index, entry) in entries.iter().enumerate() {
            let open_list = !locked && self.structure.roles.get(&index) == Some(&Role::List);
            let Some(path) = entry
                .path()
                .filter(|path| !entry.is_dir() && !open_list && !files.contains_key(path))
            else {
                continue;
            };
            let digest = self.parts.digest(index, DigestAlgorithm::Sm3, None)?;
            references.push((path.as_str().to_owned(), digest));
        }
        for (path, bytes) in files {
            if locked || path != list {
                references.push((path.as_str().to_owned(), sm3::digest(bytes).to_vec()));
            }
        }
        Ok(references)
    }

    fn to_be_signed(&self, xml: &[u8], path: &PackagePath) -> Result<(Form, Vec<u8>)> {
        let request = self.request;
        let digest = sm3::digest(xml);
        match request.seal {
            Some(seal) => {
                let certificate = request.certificate.der().to_vec();
                let tbs = TbsSign::new(seal, request.time, digest.to_vec(), ascii(path.as_str()), certificate);
                Ok((Form::Seal(seal.generation), tbs.to_der()?))
            }
            None => {
                let data = PreparedSignedData::new(&digest, request.time, request.certificate, request.chain);
                Ok((Form::SignedData(request.chain.to_vec()), data.signed_bytes().to_vec()))
            }
        }
    }
}

/// propertyInfo is an IA5String: characters beyond ASCII are percent-encoded.
fn ascii(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii() {
            text.push(char::from(byte))
        } else {
            text.push_str(&format!("%{byte:02X}"))
        }
    }
    text
}
