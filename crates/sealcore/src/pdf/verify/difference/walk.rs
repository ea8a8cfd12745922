//! The walk over the object graphs of both revisions at once.

use std::collections::{HashMap, HashSet, VecDeque};

use super::packing::shifting;
use super::role::{self, Part, Role};
use super::table::{Table, tolerable};
use super::trail::{Place, Trail};
use super::{Change, ChangeClass, ChangeKind, Level, Note, form};
use crate::error::Result;
use crate::limits::Limits;
use crate::monitor::{self, Monitor};
use crate::pdf::file::{Value, View};
use crate::pdf::object::{Dictionary, Name, Object, ObjectId, Stream, StreamData};
use crate::pdf::xref::Location;

/// Changes of one class and level that are listed; a person reads no more, and the verdict needs one.
const LISTED: usize = 100;
/// References looked at for each entry of the cross-reference sections: an object may be reached in several roles.
const STEPS_PER_OBJECT: usize = 64;
/// References that may be looked at in any file.
const STEPS: usize = 1_000_000;

struct Job {
    old: Option<ObjectId>,
    new: Option<ObjectId>,
    place: Place,
}

type Seen = (Option<ObjectId>, Option<ObjectId>, Role, u32, bool);

pub(super) struct Walk<'v, 'p, 'a> {
    pub(super) old_view: View<'p, 'a>,
    pub(super) new_view: View<'p, 'a>,
    pub(super) old: Table,
    pub(super) new: Table,
    /// Object numbers that later sections name, to the newest of these sections.
    pub(super) touched: HashMap<u32, usize>,
    /// What the last revision uses of them.
    pub(super) reached: HashSet<u32>,
    pub(super) changes: Vec<Change>,
    listed: HashMap<(ChangeClass, Level), usize>,
    more: bool,
    trail: Trail,
    jobs: VecDeque<Job>,
    seen: HashSet<Seen>,
    /// Object streams whose data are unpacked by objects that later sections name.
    shifting: HashSet<u32>,
    /// Whether some readers may see more of the signed revision than was walked.
    pub(super) blind: bool,
    /// Appearances of fields that were replaced, and where.
    detached: Vec<(ObjectId, Place)>,
    steps: usize,
    monitor: &'v dyn Monitor,
}

impl<'v, 'p, 'a> Walk<'v, 'p, 'a> {
    pub(super) fn new(old_view: View<'p, 'a>, new_view: View<'p, 'a>, monitor: &'v dyn Monitor) -> Result<Self> {
        let sections = new_view.pdf().sections();
        let later = sections.iter().enumerate().take(new_view.section() + 1);
        let mut touched = HashMap::new();
        for (place, section) in later.skip(old_view.section() + 1) {
            touched.extend(section.entries().map(|(number, _)| (number, place)));
        }
        let signed = sections.get(..=old_view.section()).unwrap_or_default();
        let entries: usize = sections.iter().map(|section| section.entries().len()).sum();
        Ok(Self {
            old: Table::read(&old_view)?,
            new: Table::read(&new_view)?,
            shifting: shifting(&old_view, &touched)?,
            blind: signed.iter().any(|one| one.ambiguous.is_some() || one.is_forked),
            old_view,
            new_view,
            touched,
            reached: HashSet::new(),
            changes: Vec::new(),
            listed: HashMap::new(),
            more: false,
            trail: Trail::default(),
            jobs: VecDeque::new(),
            seen: HashSet::new(),
            detached: Vec::new(),
            steps: entries.saturating_mul(STEPS_PER_OBJECT).max(STEPS),
            monitor,
        })
    }

    pub(super) fn run(&mut self) -> Result<()> {
        let start = Place {
            object: None,
            ..Place::of_object(Role::Trailer, ObjectId::new(0))
        };
        if self.new.broken_form && !self.old.broken_form {
            self.broken(start, ChangeClass::Form);
        }
        if self.new.broken_pages && !self.old.broken_pages {
            self.broken(start, ChangeClass::PageContent);
        }
        let (old, new) = (self.old_view.trailer(), self.new_view.trailer());
        self.dictionaries(old, new, start)?;
        let limit = self.steps;
        let mut steps = 0usize;
        while let Some(job) = self.jobs.pop_front() {
            steps += 1;
            if steps > limit {
                return Err(Limits::exceeded("references", "引用数量", limit as u64));
            }
            if steps.is_multiple_of(4096) {
                monitor::advance(self.monitor, 0)?;
            }
            self.job(job)?;
        }
        self.judge_detached();
        Ok(())
    }

    /// Notes that a field no longer shows this object.
    pub(super) fn detach(&mut self, id: ObjectId, place: Place) {
        self.detached.push((id, place));
    }

    /// An appearance that was replaced must have been the field's alone: where something else shows it too, the two no
    /// longer agree.
    fn judge_detached(&mut self) {
        let detached = std::mem::take(&mut self.detached);
        let ids: HashSet<ObjectId> = detached.iter().map(|(id, _)| *id).collect();
        let mut shared = HashSet::new();
        for (old, _, role, ..) in &self.seen {
            let of_form = matches!(
                role::class_of(*role),
                ChangeClass::FormFill | ChangeClass::Form | ChangeClass::Signature | ChangeClass::DocumentTimestamp
            );
            shared.extend(old.filter(|id| !of_form && ids.contains(id)));
        }
        for (_, place) in detached.iter().filter(|(id, _)| shared.contains(id)) {
            let note = Note::Text(crate::text!(
                "its appearance was shared with something outside the form",
                "其外观曾与表单之外的内容共用"
            ));
            self.emit_as(
                *place,
                ChangeKind::Modified,
                ChangeClass::Form,
                Level::Never,
                Some(note),
            );
        }
    }

    pub(super) fn finish(self) -> (Vec<Change>, bool) {
        (self.changes, self.more)
    }

    /// Whether an object is not the same bytes in both revisions.
    pub(super) fn is_changed(&self, id: ObjectId) -> bool {
        if self.touched.is_empty() {
            return false;
        }
        let new = self.new_view.location(id.number);
        if self.touched.contains_key(&id.number) && self.old_view.location(id.number) != new {
            return true;
        }
        // The object stream may have been replaced under its objects.
        matches!(new, Some(Location::InStream { stream, .. }) if self.shifting.contains(&stream)
            || self.touched.contains_key(&stream) && self.old_view.location(stream) != self.new_view.location(stream))
    }

    /// Whether an update gave the number of a reference to an object of another generation: some readers take no account of
    /// generations.
    fn is_of_another_generation(&self, id: ObjectId) -> bool {
        let generation = match self.new_view.location(id.number) {
            Some(Location::Offset { generation, .. }) => generation,
            Some(Location::InStream { .. }) => 0,
            _ => return false,
        };
        generation != id.generation && self.is_changed(id)
    }

    fn job(&mut self, job: Job) -> Result<()> {
        let Job { old, new, mut place } = job;
        place.object = new.or(old);
        place = role::locate(&self.old, &self.new, place);
        if let Role::Field(role) = place.role {
            place = form::in_field(self, place, role);
        }
        if let Some(id) = new {
            self.reached.insert(id.number);
            if self.is_of_another_generation(id) {
                let note = Note::Text(crate::text!(
                    "the number now belongs to an object of another generation",
                    "该编号现属于另一代的对象"
                ));
                let class = role::class_of(place.role);
                self.emit_as(place, ChangeKind::Modified, class, Level::Never, Some(note));
            }
        }
        if let (Some(old), Some(new)) = (old, new)
            && old == new
            && !self.is_changed(old)
        {
            let object = match self.old_view.get(old) {
                Ok(object) => object,
                Err(error) => {
                    self.blind = true;
                    return tolerable(error);
                }
            };
            if let Object::Stream(stream) = &*object
                && let Some(Object::Reference(length)) = stream.dictionary.get("Length")
                && self.is_changed(*length)
            {
                // The same bytes, and another end of them.
                return match self.new_view.get(new) {
                    Ok(other) => self.values(&object, &other, place),
                    Err(error) => self.unreadable(error, place),
                };
            }
            return self.values(&object, &object, place);
        }
        let before = match old.map(|id| self.old_view.get(id)).transpose() {
            Ok(object) => object,
            // What could not be read when it was signed says nothing; what is there now is new.
            Err(error) => {
                self.blind = true;
                tolerable(error)?;
                None
            }
        };
        let after = match new.map(|id| self.new_view.get(id)).transpose() {
            Ok(object) => object,
            Err(error) => return self.unreadable(error, place),
        };
        self.pair(before.as_deref(), after.as_deref(), place)
    }

    fn unreadable(&mut self, error: crate::error::Error, place: Place) -> Result<()> {
        let text = error.text().clone();
        tolerable(error)?;
        let class = role::class_of(place.role);
        self.emit_as(place, ChangeKind::Modified, class, Level::Never, Some(Note::Text(text)));
        Ok(())
    }

    fn broken(&mut self, place: Place, class: ChangeClass) {
        let note = Note::Text(crate::text!("it can no longer be read", "其结构已无法读取"));
        self.emit_as(place, ChangeKind::Modified, class, Level::Never, Some(note));
    }

    /// Compares two values, either of which may be missing or a reference.
    pub(super) fn pair(&mut self, old: Option<&Object>, new: Option<&Object>, place: Place) -> Result<()> {
        match (old, new) {
            (None, None) => Ok(()),
            (Some(Object::Reference(old)), Some(Object::Reference(new))) => {
                self.references(Some(*old), Some(*new), place);
                Ok(())
            }
            (None, Some(Object::Reference(new))) => {
                self.references(None, Some(*new), place);
                Ok(())
            }
            (Some(Object::Reference(old)), None) => {
                self.references(Some(*old), None, place);
                Ok(())
            }
            _ => {
                if let (Role::Part(part), Some(one), Some(other)) = (place.role, old, new)
                    && part.is_untouchable()
                    && !one.is_null()
                    && one.as_reference() != other.as_reference()
                {
                    self.emit(place, ChangeKind::Modified);
                }
                let old = match self.resolve(self.old_view, old) {
                    Ok(value) => value,
                    Err(error) => {
                        self.blind = true;
                        tolerable(error)?;
                        Value::Direct(&Object::Null)
                    }
                };
                let new = match self.resolve(self.new_view, new) {
                    Ok(value) => value,
                    Err(error) => return self.unreadable(error, place),
                };
                let mut place = place;
                if let Some(id) = new.id() {
                    place.object = Some(id);
                    self.reached.insert(id.number);
                }
                self.values(&old, &new, place)
            }
        }
    }

    fn resolve<'o>(&self, view: View<'p, 'a>, object: Option<&'o Object>) -> Result<Value<'o>> {
        match object {
            Some(object) => view.resolve(object),
            None => Ok(Value::Direct(&Object::Null)),
        }
    }

    fn references(&mut self, old: Option<ObjectId>, new: Option<ObjectId>, place: Place) {
        if let Some(id) = new {
            self.reached.insert(id.number);
        }
        // What has a role of its own is visited in it.
        let names = self.trail.is_dictionary_of_names(place);
        let stop = |table: &Table, id: ObjectId| match place.role {
            Role::Part(part) if part.content => table.is_page(id) && !names,
            Role::Part(_) => table.is_skeleton(id),
            _ => false,
        };
        if let (Some(one), Some(other)) = (old, new)
            && one != other
            && !place.quiet
        {
            // A page, a field or an annotation is not another that looks alike.
            let identity = match place.role {
                Role::Same(_) | Role::Node => true,
                Role::Part(part) if part.is_untouchable() => true,
                Role::Part(_) => self.old.is_skeleton(one) || self.new.is_skeleton(other),
                _ => false,
            };
            if identity {
                let place = Place {
                    object: Some(other),
                    ..place
                };
                self.emit(place, ChangeKind::Modified);
            }
        }
        if matches!(place.role, Role::Same(_)) {
            match (old, new) {
                (None, Some(_)) => self.emit(place, ChangeKind::Added),
                (Some(_), None) => self.emit(place, ChangeKind::Removed),
                _ => {}
            }
            return;
        }
        match (old, new) {
            (Some(one), Some(other)) if one == other && stop(&self.old, one) && stop(&self.new, one) => return,
            // What was added is followed as far as it is new.
            (None, Some(id)) if place.quiet && self.new.is_skeleton(id) && self.old.is_skeleton(id) => return,
            _ => {}
        }
        if self.seen.insert((old, new, place.role, place.field, place.quiet)) {
            self.jobs.push_back(Job { old, new, place });
        }
    }

    /// Compares two values that are no references, unless references lead to references.
    pub(super) fn values(&mut self, old: &Object, new: &Object, place: Place) -> Result<()> {
        if place.quiet {
            return self.reach(new, place);
        }
        if role::special(self, old, new, place)? {
            return Ok(());
        }
        match (old, new) {
            (Object::Reference(_), _) | (_, Object::Reference(_)) => self.pair(Some(old), Some(new), place),
            (Object::Null, Object::Null) => Ok(()),
            (Object::Null, _) => {
                self.emit(place, ChangeKind::Added);
                self.reach(new, place)
            }
            (_, Object::Null) => {
                self.emit(place, ChangeKind::Removed);
                Ok(())
            }
            (Object::Dictionary(old), Object::Dictionary(new)) => self.dictionaries(old, new, place),
            (Object::Array(old), Object::Array(new)) => {
                if old.len() != new.len() {
                    self.emit(place, ChangeKind::Modified);
                }
                for index in 0..old.len().max(new.len()) {
                    let at = self.item(place, index);
                    match (old.get(index), new.get(index)) {
                        (Some(old), Some(new)) => self.pair(Some(old), Some(new), at)?,
                        (None, Some(new)) => self.reach(new, at)?,
                        _ => {}
                    }
                }
                Ok(())
            }
            (Object::Stream(old), Object::Stream(new)) => self.streams(old, new, place),
            _ if same_scalar(old, new) => Ok(()),
            _ => {
                self.emit(place, ChangeKind::Modified);
                self.reach(new, place)
            }
        }
    }

    pub(super) fn dictionaries(&mut self, old: &Dictionary, new: &Dictionary, place: Place) -> Result<()> {
        let same = std::ptr::eq(old, new);
        let index: HashMap<&[u8], &Object> = if same {
            HashMap::new()
        } else {
            new.iter().map(|entry| (entry.key.as_bytes(), &entry.value)).collect()
        };
        let before: HashMap<&[u8], &Object> = if same {
            HashMap::new()
        } else {
            old.iter().map(|entry| (entry.key.as_bytes(), &entry.value)).collect()
        };
        for entry in old.iter() {
            let key = entry.key.as_bytes();
            // Of a key that stands twice the last counts.
            let (one, other) = if same {
                (Some(&entry.value), Some(&entry.value))
            } else {
                (before.get(key).copied(), index.get(key).copied())
            };
            self.entry(&entry.key, one, other, place, (old, new))?;
        }
        if !same {
            for entry in new.iter().filter(|entry| !before.contains_key(entry.key.as_bytes())) {
                let value = index.get(entry.key.as_bytes()).copied();
                self.entry(&entry.key, None, value, place, (old, new))?;
            }
        }
        Ok(())
    }

    fn entry(
        &mut self,
        key: &Name,
        old: Option<&Object>,
        new: Option<&Object>,
        place: Place,
        around: (&Dictionary, &Dictionary),
    ) -> Result<()> {
        if same_value(old, new) {
            return Ok(());
        }
        let Some(role) = role::of_entry(self, place, key, (old, new), around)? else {
            return Ok(());
        };
        let at = self.key(place.with(role), key);
        self.pair(old, new, at)
    }

    fn streams(&mut self, old: &Stream, new: &Stream, place: Place) -> Result<()> {
        if std::ptr::eq(old, new) {
            return self.dictionaries(&old.dictionary, &new.dictionary, place);
        }
        if self.same_bytes(old, new) {
            return self.dictionaries(&old.dictionary, &new.dictionary, place);
        }
        let id = place.object.unwrap_or(ObjectId::new(0));
        let decoded = (self.old_view.stream_data(old, id), self.new_view.stream_data(new, id));
        // What is too large to be unpacked is not the same.
        let same = matches!(decoded, (Ok(one), Ok(other)) if one == other);
        if !same {
            self.emit(place, ChangeKind::Modified);
        }
        // How the data are packed counts through the data that come out, or was judged with them.
        let (old, new) = (without_filters(&old.dictionary), without_filters(&new.dictionary));
        self.dictionaries(&old, &new, place)
    }

    /// Whether two streams have the same bytes, still packed.
    fn same_bytes(&self, old: &Stream, new: &Stream) -> bool {
        let length = |stream: &Stream| match &stream.data {
            StreamData::File(range) => range.end.saturating_sub(range.start),
            StreamData::Memory(bytes) => bytes.len() as u64,
        };
        if old.data == new.data {
            return true;
        }
        let pdf = self.new_view.pdf();
        length(old) == length(new) && matches!((pdf.raw(old), pdf.raw(new)), (Ok(one), Ok(other)) if one == other)
    }

    /// Notes what something new uses.
    pub(super) fn reach(&mut self, object: &Object, place: Place) -> Result<()> {
        let place = Place { quiet: true, ..place };
        match object {
            Object::Reference(id) => {
                self.references(None, Some(*id), place.with(Role::Part(Part::NEW)));
                Ok(())
            }
            Object::Array(items) => items.iter().try_for_each(|item| self.reach(item, place)),
            Object::Dictionary(dictionary) => self.reach_dictionary(dictionary, place),
            Object::Stream(stream) => self.reach_dictionary(&stream.dictionary, place),
            _ => Ok(()),
        }
    }

    fn reach_dictionary(&mut self, dictionary: &Dictionary, place: Place) -> Result<()> {
        dictionary.iter().try_for_each(|entry| self.reach(&entry.value, place))
    }

    pub(super) fn item(&mut self, place: Place, index: usize) -> Place {
        self.trail.item(place, index)
    }

    pub(super) fn key(&mut self, place: Place, key: &Name) -> Place {
        self.trail.key(place, key)
    }

    /// Notes a change of the class and level of the role.
    pub(super) fn emit(&mut self, place: Place, kind: ChangeKind) {
        let (class, level) = (role::class_of(place.role), role::level_of(place.role));
        self.emit_as(place, kind, class, level, None);
    }

    pub(super) fn emit_as(
        &mut self,
        place: Place,
        kind: ChangeKind,
        class: ChangeClass,
        level: Level,
        note: Option<Note>,
    ) {
        if place.quiet {
            return;
        }
        let listed = self.listed.entry((class, level)).or_default();
        *listed += 1;
        let enough = *listed > LISTED;
        let field = self.field_name(place.field).cloned();
        // Every field is listed: its lock is judged by its name.
        if enough && field.is_none() {
            self.more = true;
            return;
        }
        let section = place
            .object
            .and_then(|id| self.touched.get(&id.number).copied())
            .unwrap_or(self.new_view.section());
        self.changes.push(Change {
            class,
            level,
            kind,
            object: place.object,
            page: (place.page > 0).then_some(place.page as usize),
            path: self.trail.path(place),
            note,
            section,
            in_signed_field: field.is_some() && place.field as usize <= self.old.fields.len(),
            field,
        });
    }

    fn field_name(&self, field: u32) -> Option<&String> {
        let at = field.checked_sub(1)? as usize;
        let found = self.old.fields.get(at);
        let found = found.or_else(|| self.new.fields.get(at.checked_sub(self.old.fields.len())?));
        found.map(|field| &field.name)
    }
}

fn without_filters(dictionary: &Dictionary) -> Dictionary {
    let mut kept = Dictionary::new();
    for entry in dictionary.iter() {
        if !matches!(entry.key.as_bytes(), b"Length" | b"Filter" | b"DecodeParms" | b"DL") {
            kept.push_read(entry.key.clone(), entry.value.clone(), entry.span.clone());
        }
    }
    kept
}

/// Values in which no reference can lead to a change.
fn same_value(old: Option<&Object>, new: Option<&Object>) -> bool {
    match (old, new) {
        (Some(old), Some(new)) => same_scalar(old, new),
        (None, Some(Object::Null)) | (Some(Object::Null), None) => true,
        _ => false,
    }
}

fn same_scalar(old: &Object, new: &Object) -> bool {
    match (old, new) {
        (Object::Reference(_) | Object::Array(_) | Object::Dictionary(_) | Object::Stream(_), _)
        | (_, Object::Reference(_) | Object::Array(_) | Object::Dictionary(_) | Object::Stream(_)) => false,
        // Some tools write 595 as 595.0; it means the same.
        (Object::Integer(_) | Object::Real(_), Object::Integer(_) | Object::Real(_)) => {
            old.as_number() == new.as_number()
        }
        _ => old == new,
    }
}
