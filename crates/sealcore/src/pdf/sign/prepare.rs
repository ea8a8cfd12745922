//! Puts a signature together: checks that it may be made, chooses its field, places the picture, writes the increment,
//! digests the document.

use super::base;
use super::change::Changes;
use super::contents::{self, Form, Original};
use super::dictionary::{self, Places, Statement};
use super::marks::{self, Mark, Marks};
use super::request::{FieldLock, Permission, SignRequest};
use super::rules::{Existing, Intent};
use super::seed;
use super::session::{Covered, Session, SourceMark, byte_range, state_range};
use super::target::{Target, argument, page_of};
use crate::error::Result;
use crate::limits::Limits;
use crate::monitor::{Monitor, Strides};
use crate::pdf::Pdf;
use crate::pdf::date;
use crate::pdf::file::View;
use crate::pdf::increment::Increment;
use crate::pdf::object::{Dictionary, Object, ObjectId};
use crate::pdf::page::{Page, Rectangle};
use crate::pdf::permission;
use crate::signing::{self, refused};
use crate::text;

/// `/F` of a signature's widget: print (3) and locked (8), ISO 32000-2, 12.5.3.
const WIDGET_FLAGS: i64 = 1 << 2 | 1 << 7;
/// `/F` of a stamp that belongs to a signature: besides, read only (7) and its contents locked (10).
const STAMP_FLAGS: i64 = WIDGET_FLAGS | 1 << 6 | 1 << 9;
/// `/SigFlags`: there are signatures (1), and the file is to be changed by appending only (2), 12.7.3.
const SIG_FLAGS: i64 = 3;

/// Puts everything together but the signature value.
///
/// # Errors
/// [`ErrorKind::Refused`](crate::error::ErrorKind::Refused) with the reason when an existing signature, the encryption or a
/// field forbids it, the file is not sound, or signer or seal may not sign at that time;
/// [`ErrorKind::Argument`](crate::error::ErrorKind::Argument) for a field, placement or form of contents that the document
/// or the key does not allow; else as reading the document.
pub fn prepare(pdf: &Pdf<'_>, request: &SignRequest<'_>, limits: &Limits, monitor: &dyn Monitor) -> Result<Session> {
    signing::check_signer(request.certificate, request.seal, request.time, limits)?;
    let form = Form::of(request)?;
    let (filter, sub_filter) = request.names.unwrap_or(form.names());
    if !is_name(filter) || !is_name(sub_filter) {
        return Err(argument(text!(
            "/Filter and /SubFilter are names of printable ASCII characters",
            "/Filter 与 /SubFilter 须为可打印 ASCII 字符组成的名称"
        )));
    }
    let capacity = form.capacity(request, sub_filter)?.saturating_add(request.reserve);
    if capacity as u64 > limits.part_bytes {
        return Err(Limits::exceeded(
            "bytes reserved for the contents",
            "为签名值预留的字节数",
            limits.part_bytes,
        ));
    }
    // Pages and words are looked for in all of the file; what the monitor is told of are the bytes that are digested.
    let strides = Strides::begin(monitor, 0)?;
    let view = pdf.latest().watched(&strides);
    let base = base::check(pdf)?;
    let existing = Existing::read(&view)?;
    let target = Target::choose(&view, &existing, request)?;
    let pages = strides.outweighs(view.pages())?;
    let marks = strides.outweighs(Marks::place(request, view, &pages, limits))?;
    let shown = marks.as_ref().map_or(0, Marks::count);
    let stamps = marks.as_ref().map_or_else(Vec::new, |marks| marks.placed().to_vec());
    existing.check(
        request,
        &Intent {
            field: target.name(),
            annotates: shown > usize::from(matches!(target, Target::New(_))),
        },
    )?;
    base::check_permissions(pdf, request, matches!(target, Target::Existing { .. }))?;
    let offer = seed::Offer {
        filter,
        sub_filter,
        digest: contents::seed_name(form.digest_algorithm()?),
    };
    let duties = Duties::of(&view, &target, request, &offer)?;
    if duties.certify.is_some() && request.certify.is_none() && !existing.signed.is_empty() {
        return Err(refused(text!(
            "the field asks for a certification, and the document is signed already",
            "该签名域要求认证签名，但文档已有签名"
        )));
    }
    let encryptor = base::encryptor(pdf, request);
    let mut plan = Plan {
        view,
        request,
        existing: &existing,
        pages: &pages,
        increment: Increment::new(base, encryptor.as_ref()),
        changes: Changes::default(),
    };
    let signature = plan.increment.reserve()?;
    plan.write_field(&target, signature, marks, &duties)?;
    plan.change_catalog(signature, sub_filter, &duties)?;
    let (catalog, _) = view.catalog()?;
    let statement = Statement {
        request,
        filter,
        sub_filter,
        permission: duties.certify.or(duties.permission),
        lock: duties.lock.as_ref(),
        catalog,
    };
    let Plan {
        mut increment, changes, ..
    } = plan;
    changes.write(&view, &mut increment)?;
    let places = dictionary::append(&mut increment, signature, &statement, capacity)?;
    let tail = increment.finish()?;
    strides.finish()?;
    let mut session = finish(pdf, &statement, form, tail, &places, monitor)?;
    target.name().clone_into(&mut session.field);
    session.stamps = stamps;
    Ok(session)
}

/// Digests the document and what is appended to it.
fn finish(
    pdf: &Pdf<'_>,
    statement: &Statement<'_>,
    form: Form,
    mut tail: Vec<u8>,
    places: &Places,
    monitor: &dyn Monitor,
) -> Result<Session> {
    let source = pdf.source();
    let gap = places.gap.clone();
    let range = byte_range(source.len(), &tail, &gap);
    state_range(&mut tail, places, range)?;
    let mut covered = Covered::new(form.digest_algorithm()?)?;
    covered.add_source(source, monitor)?;
    let covered = covered.finish(&tail, &gap);
    let request = statement.request;
    let original = Original {
        digest: &covered,
        range,
        sub_filter: statement.sub_filter,
    };
    let signed = form.to_be_signed(&original, request)?;
    Ok(Session {
        source: SourceMark::of(source)?,
        form,
        covered,
        signed,
        certificate: request.certificate.clone(),
        time: request.time,
        tail,
        gap,
        field: String::new(),
        stamps: Vec::new(),
        token: None,
    })
}

/// What request and field together ask of the signature.
struct Duties {
    certify: Option<Permission>,
    lock: Option<FieldLock>,
    /// What the field's Lock dictionary permits from then on.
    permission: Option<Permission>,
}

impl Duties {
    fn of(
        view: &View<'_, '_>,
        target: &Target<'_>,
        request: &SignRequest<'_>,
        offer: &seed::Offer<'_>,
    ) -> Result<Self> {
        let mut duties = Self {
            certify: request.certify,
            lock: request.lock.clone(),
            permission: None,
        };
        let Target::Existing { field, .. } = target else {
            return Ok(duties);
        };
        duties.certify = seed::check(view, field, request, offer)?;
        let found = view.lookup(&field.dictionary, "Lock")?;
        let Some(dictionary) = found.as_dictionary() else {
            return Ok(duties);
        };
        let prescribed = permission::lock(view, dictionary)?;
        if duties.lock.as_ref().is_some_and(|asked| *asked != prescribed) {
            let name = &field.name;
            return Err(refused(text!(
                "the field “{name}” prescribes which fields its signature locks",
                "签名域“{name}”已规定其签名所锁定的域"
            )));
        }
        duties.lock = Some(prescribed);
        duties.permission = permission::lock_permission(view, dictionary)?;
        Ok(duties)
    }
}

struct Plan<'r, 'p, 'a, 'c> {
    view: View<'p, 'a>,
    request: &'r SignRequest<'r>,
    existing: &'r Existing,
    pages: &'r [Page],
    increment: Increment<'c>,
    changes: Changes,
}

impl Plan<'_, '_, '_, '_> {
    /// The field with its widget, and the stamps beside it.
    fn write_field(
        &mut self,
        target: &Target<'_>,
        signature: ObjectId,
        marks: Option<Marks<'_>>,
        duties: &Duties,
    ) -> Result<()> {
        let mut places = Vec::new();
        let mut picture = None;
        if let Some(mut marks) = marks {
            let in_field = self.visible_widget(target)?.is_some();
            if marks.count() > 0 || in_field {
                marks.write_picture(&mut self.increment)?;
                places = marks.write_places(self.pages, &mut self.increment)?;
                picture = Some(marks);
            }
        }
        let mut stamps = places.as_slice();
        match target {
            Target::Existing { id, .. } => {
                self.changes.set(*id, "V", signature);
                self.show_in_widget(target, picture.as_ref())?;
            }
            Target::New(name) => {
                let own = stamps.first().copied();
                stamps = stamps.get(1..).unwrap_or_default();
                self.add_field(name, signature, own, duties)?;
            }
        }
        for (number, mark) in stamps.iter().enumerate() {
            self.add_stamp(target.name(), number + 2, mark)?;
        }
        Ok(())
    }

    fn add_field(&mut self, name: &str, signature: ObjectId, mark: Option<Mark>, duties: &Duties) -> Result<()> {
        let field = self.increment.reserve()?;
        let mut dictionary = Dictionary::new()
            .with("Type", Object::name("Annot"))
            .with("Subtype", Object::name("Widget"))
            .with("FT", Object::name("Sig"))
            .with("T", Object::text(name))
            .with("V", signature)
            .with("F", WIDGET_FLAGS);
        match mark {
            Some(mark) => {
                dictionary.set("Rect", mark.rectangle.to_object());
                dictionary.set("AP", Dictionary::new().with("N", mark.appearance));
            }
            None => dictionary.set("Rect", vec![Object::Integer(0); 4]),
        }
        if let Some(lock) = &duties.lock {
            let lock = dictionary::lock_entries(lock).with("Type", Object::name("SigFieldLock"));
            let lock = self.increment.add(&lock.into())?;
            dictionary.set("Lock", lock);
        }
        self.put_on_page(mark.map_or(0, |mark| mark.page), field, dictionary)?;
        self.add_to_form(field)
    }

    fn add_stamp(&mut self, field: &str, number: usize, mark: &Mark) -> Result<()> {
        let stamp = self.increment.reserve()?;
        let dictionary = Dictionary::new()
            .with("Type", Object::name("Annot"))
            .with("Subtype", Object::name("Stamp"))
            .with("NM", Object::text(&format!("{field}/{number}")))
            .with("M", Object::string(date::write(self.request.time)))
            .with("F", STAMP_FLAGS)
            .with("Rect", mark.rectangle.to_object())
            .with("AP", Dictionary::new().with("N", mark.appearance));
        self.put_on_page(mark.page, stamp, dictionary)
    }

    /// Writes an annotation and lists it with its page.
    fn put_on_page(&mut self, index: usize, id: ObjectId, annotation: Dictionary) -> Result<()> {
        let number = index + 1;
        let page = self.pages.get(index).and_then(|page| Some((page.id?, page)));
        let Some((page_id, page)) = page else {
            return Err(refused(text!(
                "page {number} is missing or no object of its own: the document is not fit to be signed",
                "第 {number} 页缺失或不是独立对象：该文档不宜签名"
            )));
        };
        self.increment.put(id, &annotation.with("P", page_id).into())?;
        self.changes.append(&self.view, page_id, &page.dictionary, "Annots", id)
    }

    /// The widget of a field that is there, where it has a size.
    fn visible_widget(&self, target: &Target<'_>) -> Result<Option<(ObjectId, Dictionary, Rectangle)>> {
        let Some((id, widget)) = target.widget() else {
            return Ok(None);
        };
        let rectangle = widget.get("Rect").and_then(|object| self.view.rectangle(object));
        Ok(rectangle
            .filter(|rectangle| !rectangle.is_empty())
            .map(|rectangle| (id, widget.clone(), rectangle)))
    }

    fn show_in_widget(&mut self, target: &Target<'_>, marks: Option<&Marks<'_>>) -> Result<()> {
        let Some((id, widget, rectangle)) = self.visible_widget(target)? else {
            return Ok(());
        };
        let appearance = match marks {
            Some(marks) => {
                let Some(page) = page_of(&self.view, self.pages, id, &widget)? else {
                    let name = target.name();
                    return Err(refused(text!(
                        "the signature field “{name}” is on no page",
                        "签名域“{name}”不在任何页面上"
                    )));
                };
                marks.write_in_field(page, &rectangle, &mut self.increment)?
            }
            None if widget.get("AP").is_some() => return Ok(()),
            None => self.increment.add(&marks::nothing(&rectangle))?,
        };
        self.changes.set(id, "AP", Dictionary::new().with("N", appearance));
        Ok(())
    }

    /// Lists a new field in the form, which is made where there is none.
    fn add_to_form(&mut self, field: ObjectId) -> Result<()> {
        let (catalog, _) = self.view.catalog()?;
        let Some(form) = &self.existing.form else {
            let form = Dictionary::new()
                .with("Fields", vec![Object::from(field)])
                .with("SigFlags", SIG_FLAGS);
            let form = self.increment.add(&form.into())?;
            self.changes.set(catalog, "AcroForm", form);
            return Ok(());
        };
        if let Some(id) = form.id {
            return self.changes.append(&self.view, id, &form.dictionary, "Fields", field);
        }
        // A form that stands in the catalog is written anew with it.
        let fields = self.view.lookup(&form.dictionary, "Fields")?;
        if fields.id().is_some() {
            return self
                .changes
                .append(&self.view, catalog, &form.dictionary, "Fields", field);
        }
        let mut items = fields.as_array().unwrap_or_default().to_vec();
        items.push(field.into());
        let written = form.dictionary.clone().with("Fields", items);
        self.changes.set(catalog, "AcroForm", written);
        Ok(())
    }

    /// SigFlags of the form, Perms and Extensions of the catalog.
    fn change_catalog(&mut self, signature: ObjectId, sub_filter: &str, duties: &Duties) -> Result<()> {
        let (id, catalog) = self.view.catalog()?;
        let Some(catalog) = catalog.as_dictionary() else {
            return Ok(());
        };
        self.set_signature_flags(id)?;
        if duties.certify.is_some() {
            self.set_in(id, catalog, "Perms", "DocMDP", signature.into())?;
        }
        if sub_filter.starts_with("ETSI.") && !base::is_version_2(self.view.pdf(), catalog)? {
            // ETSI EN 319 142-1 defines what PDF 1.7 lacks; PDF 2.0 has it.
            let extension = Dictionary::new()
                .with("BaseVersion", Object::name("1.7"))
                .with("ExtensionLevel", 1);
            let found = self.view.lookup(catalog, "Extensions")?;
            if found.as_dictionary().is_none_or(|all| all.get("ESIC").is_none()) {
                self.set_in(id, catalog, "Extensions", "ESIC", extension.into())?;
            }
        }
        Ok(())
    }

    fn set_signature_flags(&mut self, catalog: ObjectId) -> Result<()> {
        let Some(form) = &self.existing.form else { return Ok(()) };
        let flags = self
            .view
            .lookup(&form.dictionary, "SigFlags")?
            .as_integer()
            .unwrap_or(0);
        if flags & SIG_FLAGS == SIG_FLAGS {
            return Ok(());
        }
        match form.id {
            Some(id) => self.changes.set(id, "SigFlags", flags | SIG_FLAGS),
            None => {
                let mut form = match self.changes.value(catalog, "AcroForm") {
                    Some(Object::Dictionary(changed)) => changed.clone(),
                    _ => form.dictionary.clone(),
                };
                form.set("SigFlags", flags | SIG_FLAGS);
                self.changes.set(catalog, "AcroForm", form);
            }
        }
        Ok(())
    }

    /// Sets an entry of a dictionary that the catalog holds or refers to.
    fn set_in(
        &mut self,
        id: ObjectId,
        catalog: &Dictionary,
        key: &'static str,
        inner: &'static str,
        value: Object,
    ) -> Result<()> {
        let found = self.view.lookup(catalog, key)?;
        match (found.id(), &*found) {
            (Some(own), Object::Dictionary(_)) => self.changes.set(own, inner, value),
            (None, Object::Dictionary(dictionary)) => {
                let dictionary = dictionary.clone().with(inner, value);
                self.changes.set(id, key, dictionary);
            }
            _ => self.changes.set(id, key, Dictionary::new().with(inner, value)),
        }
        Ok(())
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())
}
