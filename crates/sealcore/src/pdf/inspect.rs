//! What is in a PDF, without judging it: revisions, pages, fields, signatures and what they carry.

use serde::Serialize;

use super::file::{Pdf, View};
use super::form::{Field, Form};
use super::object::{Dictionary, Object};
use super::opened::Opened;
use super::page::Page;
use super::verify::signature::{self, Signature};
use super::verify::stamp::{self, Sheets};
use super::xref::SectionKind;
use super::{Permissions, date};
use crate::asn1::Time;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Lang;
use crate::limits::Limits;
use crate::monitor::{Monitor, Strides};
use crate::ofd::SignedValueInfo;
use crate::report::StampInfo;
use crate::text;
use crate::verify::Host;

/// Certificates, lists and answers of a DSS that are counted.
const MATERIAL: usize = 100_000;

/// What a PDF is made of. Nothing in it was verified.
#[derive(Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Inspection {
    /// The version: of the header, or a later one of the catalog.
    pub version: String,
    /// The updates of the file, oldest first.
    pub revisions: Vec<RevisionInfo>,
    /// How it is encrypted, where it is.
    pub encryption: Option<EncryptionInfo>,
    /// The document: one, so that both formats are told alike.
    pub documents: Vec<BodyInfo>,
    /// Parts that could not be read, each naming itself.
    #[serde(skip)]
    pub problems: Vec<Error>,
}

/// A cross-reference section: the first, or what one update added.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RevisionInfo {
    /// Its number, counted from 1.
    pub number: usize,
    /// Where its cross-reference begins, in bytes.
    pub offset: u64,
    /// `table`, `stream` or `hybrid`.
    pub kind: &'static str,
    /// How many objects it names.
    pub objects: usize,
}

/// The encryption of a file.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct EncryptionInfo {
    /// `/Filter`: the security handler.
    pub handler: Option<String>,
    /// `/V`.
    pub version: Option<i64>,
    /// `/R`.
    pub revision: Option<i64>,
    /// What a reader may do, by its own word.
    pub permissions: Vec<&'static str>,
}

/// The document.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct BodyInfo {
    /// The object of the catalog.
    pub root: Option<String>,
    /// The pages in their order.
    pub pages: Vec<PageInfo>,
    /// The form fields.
    pub fields: Vec<FieldInfo>,
    /// The signatures, oldest first.
    pub signatures: Vec<SignatureInfo>,
    /// Material for validation (DSS), where there is any.
    pub validation_material: Option<MaterialInfo>,
}

/// A page.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct PageInfo {
    /// Its object.
    pub id: String,
    /// Its number, counted from 1.
    pub number: usize,
    /// Width in millimetres, as it is shown.
    pub width_mm: f64,
    /// Height in millimetres, as it is shown.
    pub height_mm: f64,
    /// `/Rotate`: degrees clockwise.
    pub rotate: u16,
}

/// A form field.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct FieldInfo {
    /// The full name.
    pub name: String,
    /// `/FT`: `Tx`, `Btn`, `Ch` or `Sig`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Whether it has a value.
    pub has_value: bool,
    /// How many widgets it has.
    pub widgets: usize,
}

/// A signature, with what its dictionary and the signed value say.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct SignatureInfo {
    /// The full name of the field.
    pub id: String,
    /// Further fields that show the same signature.
    pub also: Vec<String>,
    /// `/Type`, as stated.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// The object of the signature dictionary.
    pub object: Option<String>,
    /// The program that signed, as stated in `/Prop_Build`.
    pub provider: Option<String>,
    /// `/Filter`.
    pub filter: Option<String>,
    /// `/SubFilter`.
    pub subfilter: Option<String>,
    /// `/M`, as stated.
    pub stated_time: Option<Time>,
    /// `/Name`.
    pub name: Option<String>,
    /// `/Reason`.
    pub reason: Option<String>,
    /// `/Location`.
    pub location: Option<String>,
    /// `/ContactInfo`.
    pub contact: Option<String>,
    /// `/ByteRange`.
    pub byte_range: Vec<i64>,
    /// Whether the newest revision still has it.
    pub current: bool,
    /// What may be changed after it, as a certification states (`DocMDP`): 1, 2 or 3.
    pub doc_mdp: Option<i64>,
    /// The fields that may not be changed after it, as the signature states (`FieldMDP`).
    pub field_mdp: Option<LockInfo>,
    /// The fields that may not be changed after it, as its field asks for (`/Lock`).
    pub lock: Option<LockInfo>,
    /// Where it is shown.
    pub stamps: Vec<StampInfo>,
    /// The signed value.
    pub signed_value: Option<SignedValueInfo>,
}

/// Fields that are locked.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct LockInfo {
    /// `All`, `Include` or `Exclude`.
    pub action: String,
    /// The names that are included or excluded.
    pub fields: Vec<String>,
    /// `/P` of a lock.
    pub permission: Option<i64>,
}

/// A document security store, counted.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct MaterialInfo {
    /// Certificates.
    pub certificates: usize,
    /// Revocation lists.
    pub crls: usize,
    /// OCSP answers.
    pub ocsps: usize,
    /// Signatures that it names material for (`/VRI`).
    pub vri: usize,
}

/// Describes a document without judging it. `monitor` is told of as many bytes as the file has, by strides as objects are read.
///
/// # Errors
/// [`ErrorKind::Limit`], [`ErrorKind::Io`] and [`ErrorKind::Cancelled`]. What is
/// unreadable is in [`Inspection::problems`].
pub fn inspect(opened: &Opened<'_>, limits: &Limits, monitor: &dyn Monitor) -> Result<Inspection> {
    let strides = Strides::begin(monitor, opened.pdf().map_or(0, Pdf::len))?;
    let inspection = strides.outweighs(describe(opened, limits, &strides))?;
    strides.finish()?;
    Ok(inspection)
}

fn describe(opened: &Opened<'_>, limits: &Limits, monitor: &dyn Monitor) -> Result<Inspection> {
    let mut inspector = Inspector {
        problems: Vec::new(),
        sheets: Sheets::default(),
    };
    let mut inspection = Inspection::default();
    if let Some(pdf) = opened.pdf() {
        let view = pdf.latest().watched(monitor);
        inspection.version = version(&view);
        inspection.revisions = revisions(pdf);
        inspection.encryption = encryption(&view);
        inspection.documents = vec![inspector.body(&view, limits)?];
    }
    // What is wrong with the whole comes first.
    inspection.problems = opened.fault().map(copy).into_iter().chain(inspector.problems).collect();
    Ok(inspection)
}

fn copy(fault: &Error) -> Error {
    let (en, zh) = (fault.message(Lang::En), fault.message(Lang::Zh));
    let mut copy = Error::new(fault.kind(), text!("{en}", "{zh}"));
    if let Some(part) = fault.part() {
        copy = copy.in_part(part);
    }
    match fault.position() {
        Some(position) => copy.at(position),
        None => copy,
    }
}

fn version(view: &View<'_, '_>) -> String {
    let head = view.pdf().source().read_up_to(5, 3).unwrap_or_default();
    let header = String::from_utf8_lossy(&head).into_owned();
    let stated = view.catalog().ok().and_then(|(_, catalog)| {
        let version = view.lookup(catalog.as_dictionary()?, "Version").ok()?;
        Some(String::from_utf8_lossy(version.as_name()?).into_owned())
    });
    stated.filter(|stated| *stated > header).unwrap_or(header)
}

fn revisions(pdf: &Pdf<'_>) -> Vec<RevisionInfo> {
    let info = |(index, section): (usize, &super::xref::Section)| RevisionInfo {
        number: index + 1,
        offset: section.start,
        kind: match section.kind {
            SectionKind::Table => "table",
            SectionKind::Stream => "stream",
            SectionKind::Hybrid => "hybrid",
        },
        objects: section.entries().len(),
    };
    pdf.sections().iter().enumerate().map(info).collect()
}

fn encryption(view: &View<'_, '_>) -> Option<EncryptionInfo> {
    let pdf = view.pdf();
    if !pdf.is_encrypted() {
        return None;
    }
    let stated = view.lookup(view.trailer(), "Encrypt").ok()?;
    let dictionary = stated.as_dictionary()?;
    let number = |key: &str| view.lookup(dictionary, key).ok()?.as_integer();
    Some(EncryptionInfo {
        handler: name(view, dictionary, "Filter"),
        version: number("V"),
        revision: number("R"),
        permissions: permitted(pdf.permissions()),
    })
}

fn permitted(permissions: Permissions) -> Vec<&'static str> {
    [
        (permissions.owner, "owner"),
        (permissions.print, "print"),
        (permissions.print_high_quality, "print high quality"),
        (permissions.modify, "modify"),
        (permissions.copy, "copy"),
        (permissions.annotate, "annotate"),
        (permissions.fill_forms, "fill forms"),
        (permissions.assemble, "assemble"),
    ]
    .into_iter()
    .filter_map(|(allowed, name)| allowed.then_some(name))
    .collect()
}

fn name(view: &View<'_, '_>, dictionary: &Dictionary, key: &str) -> Option<String> {
    let value = view.lookup(dictionary, key).ok()?;
    value.as_name().map(|name| String::from_utf8_lossy(name).into_owned())
}

fn string(view: &View<'_, '_>, dictionary: &Dictionary, key: &str) -> Option<String> {
    view.lookup(dictionary, key).ok()?.as_text()
}

struct Inspector {
    problems: Vec<Error>,
    sheets: Sheets,
}

impl Inspector {
    fn body(&mut self, view: &View<'_, '_>, limits: &Limits) -> Result<BodyInfo> {
        let catalog = self.note(view.catalog())?;
        let pages = self.note(view.pages())?.unwrap_or_default();
        limits.check(pages.len(), limits.pages, "pages", "页数")?;
        let form = self.note(view.form())?.flatten();
        let found = self.note(signature::find_in(view))?;
        let mut signatures = Vec::new();
        if let Some(found) = found {
            limits.check(found.all.len(), limits.signatures, "signatures", "签名数量")?;
            for one in &found.all {
                signatures.push(self.signature(view, one, form.as_ref())?);
            }
            for (name, error) in found.broken {
                self.problems.push(error.in_part(name));
            }
        }
        Ok(BodyInfo {
            root: catalog.as_ref().map(|(id, _)| id.to_string()),
            pages: pages.iter().enumerate().map(page).collect(),
            fields: form
                .iter()
                .flat_map(|form| &form.fields)
                .map(|field| self::field(view, field))
                .collect(),
            signatures,
            validation_material: catalog.and_then(|(_, catalog)| material(view, catalog.as_dictionary()?)),
        })
    }

    fn signature(&mut self, view: &View<'_, '_>, one: &Signature, form: Option<&Form>) -> Result<SignatureInfo> {
        let dictionary = &one.dictionary;
        let id = one.names.first().cloned().unwrap_or_default();
        let array = view.lookup(dictionary, "ByteRange").ok();
        let range = array.as_ref().and_then(|range| range.as_array()).unwrap_or_default();
        let field = form.and_then(|form| form.fields.iter().find(|field| field.name == id));
        let lock = field.and_then(|field| {
            let lock = view.lookup(&field.dictionary, "Lock").ok()?;
            self::lock(view, lock.as_dictionary()?)
        });
        let places = stamp::places(view, &one.names, &one.widgets, signed_view(view, range), &self.sheets);
        let mut info = SignatureInfo {
            also: one.names.iter().skip(1).cloned().collect(),
            kind: name(view, dictionary, "Type"),
            object: one.id.map(|id| id.to_string()),
            provider: provider(view, dictionary),
            filter: name(view, dictionary, "Filter"),
            subfilter: name(view, dictionary, "SubFilter"),
            stated_time: string(view, dictionary, "M").and_then(|time| date::parse(&time)),
            name: string(view, dictionary, "Name"),
            reason: string(view, dictionary, "Reason"),
            location: string(view, dictionary, "Location"),
            contact: string(view, dictionary, "ContactInfo"),
            byte_range: range.iter().take(64).filter_map(Object::as_integer).collect(),
            current: one.is_current,
            lock,
            stamps: stamp::stamps(&places, view, &self.sheets),
            id,
            ..SignatureInfo::default()
        };
        references(view, dictionary, &mut info);
        let contents = view.lookup(dictionary, "Contents");
        if let Some(contents) = self.note(contents)?
            && let Some(bytes) = contents.as_string()
        {
            let mut signed = SignedValueInfo {
                path: "/Contents".to_owned(),
                bytes: bytes.len(),
                ..SignedValueInfo::default()
            };
            let read = signed
                .read(bytes, Host::Pdf)
                .map_err(|error| error.in_part(info.id.clone()));
            self.note(read)?;
            info.signed_value = Some(signed);
        }
        Ok(info)
    }

    /// Keeps what cannot be read as a problem, and passes on what ends the call.
    fn note<T>(&mut self, result: Result<T>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) if matches!(error.kind(), ErrorKind::Limit | ErrorKind::Io | ErrorKind::Cancelled) => Err(error),
            Err(error) => {
                self.problems.push(error);
                Ok(None)
            }
        }
    }
}

/// The newest revision that lies in the bytes of a ByteRange.
fn signed_view<'p, 'a>(view: &View<'p, 'a>, range: &[Object]) -> Option<View<'p, 'a>> {
    let [.., start, length] = range else { return None };
    let end = start.as_integer()?.checked_add(length.as_integer()?)?;
    let end = u64::try_from(end).ok()?;
    let sections = view.pdf().sections();
    let section = sections.iter().rposition(|section| section.end <= end)?;
    Some(view.as_of(section))
}

fn page((index, page): (usize, &Page)) -> PageInfo {
    let [_, _, width_mm, height_mm] = stamp::as_shown(page, page.crop_box);
    PageInfo {
        id: page.id.map_or_else(|| "?".to_owned(), |id| id.to_string()),
        number: index + 1,
        width_mm,
        height_mm,
        rotate: page.rotate,
    }
}

fn field(view: &View<'_, '_>, field: &Field) -> FieldInfo {
    let value = field.value.as_ref().and_then(|value| view.resolve(value).ok());
    FieldInfo {
        name: field.name.clone(),
        kind: field
            .kind
            .as_ref()
            .map(|kind| String::from_utf8_lossy(kind).into_owned()),
        has_value: value.is_some_and(|value| !value.is_null()),
        widgets: field.widgets.len(),
    }
}

fn provider(view: &View<'_, '_>, dictionary: &Dictionary) -> Option<String> {
    let build = view.lookup(dictionary, "Prop_Build").ok()?;
    let app = view.lookup(build.as_dictionary()?, "App").ok()?;
    name(view, app.as_dictionary()?, "Name")
}

/// What `/Reference` says of changes (ISO 32000-2, 12.8.2).
fn references(view: &View<'_, '_>, dictionary: &Dictionary, info: &mut SignatureInfo) {
    let Ok(references) = view.lookup(dictionary, "Reference") else {
        return;
    };
    for reference in references.as_array().unwrap_or_default().iter().take(16) {
        let Ok(reference) = view.resolve(reference) else {
            continue;
        };
        let Some(reference) = reference.as_dictionary() else {
            continue;
        };
        let Ok(parameters) = view.lookup(reference, "TransformParams") else {
            continue;
        };
        let parameters = parameters.as_dictionary();
        match name(view, reference, "TransformMethod").as_deref() {
            Some("DocMDP") => {
                let stated = parameters.and_then(|parameters| view.lookup(parameters, "P").ok()?.as_integer());
                // The default (ISO 32000-2, 12.8.2.2).
                info.doc_mdp = Some(stated.unwrap_or(2));
            }
            Some("FieldMDP") => info.field_mdp = parameters.and_then(|parameters| lock(view, parameters)),
            _ => {}
        }
    }
}

fn lock(view: &View<'_, '_>, dictionary: &Dictionary) -> Option<LockInfo> {
    let fields = view.lookup(dictionary, "Fields").ok();
    let fields = fields.as_ref().and_then(|fields| fields.as_array()).unwrap_or_default();
    Some(LockInfo {
        action: name(view, dictionary, "Action")?,
        fields: fields
            .iter()
            .filter_map(|field| view.resolve(field).ok()?.as_text())
            .collect(),
        permission: view
            .lookup(dictionary, "P")
            .ok()
            .and_then(|permission| permission.as_integer()),
    })
}

fn material(view: &View<'_, '_>, catalog: &Dictionary) -> Option<MaterialInfo> {
    let store = view.lookup(catalog, "DSS").ok()?;
    let store = store.as_dictionary()?;
    let count = |key: &str| {
        let items = view.lookup(store, key).ok();
        items
            .and_then(|items| items.as_array().map(<[_]>::len))
            .unwrap_or(0)
            .min(MATERIAL)
    };
    let vri = view.lookup(store, "VRI").ok();
    Some(MaterialInfo {
        certificates: count("Certs"),
        crls: count("CRLs"),
        ocsps: count("OCSPs"),
        vri: vri
            .and_then(|vri| vri.as_dictionary().map(Dictionary::len))
            .unwrap_or(0),
    })
}
