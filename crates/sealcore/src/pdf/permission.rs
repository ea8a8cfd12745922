//! What the signatures of a revision permit to come after it: DocMDP, FieldMDP and the locks of their fields (ISO 32000-2,
//! 12.8.2 and 12.7.5.5). Signing goes by it as verification does.

use std::collections::HashSet;

use super::file::View;
use super::form::Field;
use super::object::{Dictionary, Object, ObjectId};
use super::sign::{FieldLock, Permission};
use crate::error::Result;
use crate::report::{Code, Finding};
use crate::text;

/// Fields that may no longer change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldRule {
    /// Whether [`Self::names`] are locked, or all but these.
    named: bool,
    /// A set: a hostile file names many and changes many.
    names: HashSet<String>,
    /// The field of the signature that made the rule.
    pub(crate) by: String,
}

impl FieldRule {
    fn new(lock: FieldLock, by: &str) -> Self {
        let (named, names) = match lock {
            FieldLock::All => (false, Vec::new()),
            FieldLock::Include(names) => (true, names),
            FieldLock::Exclude(names) => (false, names),
        };
        Self {
            named,
            names: names.into_iter().collect(),
            by: by.to_owned(),
        }
    }

    /// Whether the field may no longer change.
    pub(crate) fn locks(&self, name: &str) -> bool {
        FieldLock::standing_for(name).any(|above| self.names.contains(above)) == self.named
    }
}

/// Everything that the signatures of a revision say about what may follow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// What the certification permits; `None` without one.
    pub(crate) certified: Option<Permission>,
    /// The least that the lock of a signed field permits.
    pub(crate) locked: Option<Permission>,
    /// The field of the signature that set the least of both.
    by: Option<String>,
    /// Fields that may no longer change.
    pub(crate) fields: Vec<FieldRule>,
}

impl Rules {
    /// The rules in force after the last signature of this revision.
    ///
    /// # Errors
    /// As [`View::get`].
    pub(crate) fn read(signed: &View<'_, '_>) -> Result<Self> {
        let mut rules = Self::default();
        for signature in signatures(signed)? {
            let before = rules.permission();
            if let Some(permission) = signature.certifies {
                rules.certified = least(rules.certified, permission);
            }
            if let Some(permission) = signature.lock {
                rules.locked = least(rules.locked, permission);
            }
            if rules.permission() != before {
                rules.by = Some(signature.field);
            }
            rules.fields.extend(signature.rules);
        }
        if rules.certified.is_none()
            && let Some(permission) = catalog_certification(signed)?
        {
            // Nobody's signature stands behind it: it may forbid, not permit.
            let before = rules.permission();
            rules.locked = least(rules.locked, permission.min(Permission::FormFilling));
            if rules.permission() != before {
                rules.by = None;
            }
        }
        Ok(rules)
    }

    /// The least of what certification and locks permit; `None` where neither says anything.
    pub(crate) fn permission(&self) -> Option<Permission> {
        match (self.certified, self.locked) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        }
    }

    /// The field of the signature that set [`Self::permission`]; `None` where the catalog alone names a certification.
    pub(crate) fn set_by(&self) -> Option<&str> {
        self.by.as_deref()
    }

    /// The rule that locks a field.
    pub(crate) fn lock_of(&self, name: &str) -> Option<&FieldRule> {
        self.fields.iter().find(|rule| rule.locks(name))
    }
}

fn least(known: Option<Permission>, other: Permission) -> Option<Permission> {
    Some(known.map_or(other, |known| known.min(other)))
}

/// A signature's say.
struct Signature {
    field: String,
    /// Behind the last byte that it covers: later signatures cover more.
    end: i64,
    approval: bool,
    certifies: Option<Permission>,
    lock: Option<Permission>,
    rules: Vec<FieldRule>,
}

/// The signatures of a revision, oldest first.
fn signatures(view: &View<'_, '_>) -> Result<Vec<Signature>> {
    let Some(form) = view.form()? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    let mut seen: HashSet<ObjectId> = HashSet::new();
    let certification = certification(view)?;
    for field in form.fields.iter().filter(|field| field.is_signature()) {
        let Some(value) = &field.value else { continue };
        let value = view.resolve(value)?;
        let Some(dictionary) = value.as_dictionary() else {
            continue;
        };
        // Several fields may share one signature: it has its say once, each lock its own.
        let first = value.id().is_none_or(|id| seen.insert(id));
        let named = value.id().is_some() && value.id() == certification;
        found.push(signature(view, field, dictionary, (first, named))?);
        let limits = view.pdf().limits();
        limits.check(found.len(), limits.signatures, "signatures", "签名数量")?;
    }
    found.sort_by_key(|signature| signature.end);
    Ok(found)
}

/// What a signature says; whether it is met for the first time and whether the catalog names it as the certification.
fn signature(
    view: &View<'_, '_>,
    field: &Field,
    dictionary: &Dictionary,
    (first, named): (bool, bool),
) -> Result<Signature> {
    let mut signature = Signature {
        field: field.name.clone(),
        end: 0,
        approval: first && !dictionary.is_type("DocTimeStamp"),
        certifies: None,
        lock: None,
        rules: Vec::new(),
    };
    let range = view.lookup(dictionary, "ByteRange")?;
    if let Some([.., start, length]) = range.as_array() {
        let number = |value: &Object| {
            view.resolve(value)
                .ok()
                .and_then(|value| value.as_integer())
                .unwrap_or(0)
        };
        signature.end = number(start).saturating_add(number(length));
    }
    let references = view.lookup(dictionary, "Reference")?;
    let references = references.as_array().unwrap_or_default();
    for reference in references.iter().filter(|_| first) {
        let reference = view.resolve(reference)?;
        let Some(reference) = reference.as_dictionary() else {
            continue;
        };
        let parameters = view.lookup(reference, "TransformParams")?;
        let empty = Dictionary::new();
        let parameters = parameters.as_dictionary().unwrap_or(&empty);
        match view.lookup(reference, "TransformMethod")?.as_name() {
            Some(b"DocMDP") => {
                signature.certifies = Some(permission(&*view.lookup(parameters, "P")?));
            }
            Some(b"FieldMDP") => signature
                .rules
                .push(FieldRule::new(lock(view, parameters)?, &field.name)),
            _ => {}
        }
    }
    let prescribed = view.lookup(&field.dictionary, "Lock")?;
    if let Some(prescribed) = prescribed.as_dictionary() {
        let rule = FieldRule::new(lock(view, prescribed)?, &field.name);
        if !signature.rules.contains(&rule) {
            signature.rules.push(rule);
        }
        if let Some(given) = lock_permission(view, prescribed)? {
            // Signers repeat it as a DocMDP transform, which makes no certification of an approval.
            let repeated = if named { None } else { signature.certifies.take() };
            signature.lock = Some(repeated.map_or(given, |repeated| repeated.min(given)));
        }
    }
    Ok(signature)
}

/// Which fields FieldMDP parameters or a Lock dictionary name. An unknown action locks everything, as in other readers.
///
/// # Errors
/// As [`View::get`].
pub(crate) fn lock(view: &View<'_, '_>, dictionary: &Dictionary) -> Result<FieldLock> {
    let names = || -> Result<Vec<String>> {
        let fields = view.lookup(dictionary, "Fields")?;
        let mut names = Vec::new();
        for field in fields.as_array().unwrap_or_default() {
            names.extend(view.resolve(field)?.as_text());
        }
        Ok(names)
    };
    Ok(match view.lookup(dictionary, "Action")?.as_name() {
        Some(b"Include") => FieldLock::Include(names()?),
        Some(b"Exclude") => FieldLock::Exclude(names()?),
        _ => FieldLock::All,
    })
}

/// `/P` of a Lock dictionary: what the signature of the field permits from then on (ISO 32000-2, 12.7.5.5).
///
/// # Errors
/// As [`View::get`].
pub(crate) fn lock_permission(view: &View<'_, '_>, lock: &Dictionary) -> Result<Option<Permission>> {
    if lock.get("P").is_none() {
        return Ok(None);
    }
    Ok(Some(permission(&*view.lookup(lock, "P")?)))
}

/// `P` as it stands; 2 where it is missing or no known number.
fn permission(value: &Object) -> Permission {
    let known = value.as_integer().and_then(Permission::from_number);
    known.unwrap_or(Permission::FormFilling)
}

/// The object that the catalog names as the certification.
fn certification(view: &View<'_, '_>) -> Result<Option<ObjectId>> {
    let (_, catalog) = view.catalog()?;
    let Some(catalog) = catalog.as_dictionary() else {
        return Ok(None);
    };
    let permissions = view.lookup(catalog, "Perms")?;
    Ok(permissions
        .as_dictionary()
        .and_then(|permissions| permissions.get("DocMDP"))
        .and_then(Object::as_reference))
}

/// The certification that the catalog names, for a signature that no field holds.
fn catalog_certification(view: &View<'_, '_>) -> Result<Option<Permission>> {
    let (_, catalog) = view.catalog()?;
    let Some(catalog) = catalog.as_dictionary() else {
        return Ok(None);
    };
    let permissions = view.lookup(catalog, "Perms")?;
    let Some(permissions) = permissions.as_dictionary() else {
        return Ok(None);
    };
    let certification = view.lookup(permissions, "DocMDP")?;
    let Some(certification) = certification.as_dictionary() else {
        return Ok(None);
    };
    let references = view.lookup(certification, "Reference")?;
    for reference in references.as_array().unwrap_or_default() {
        let reference = view.resolve(reference)?;
        if let Some(reference) = reference.as_dictionary()
            && let Some(parameters) = view.lookup(reference, "TransformParams")?.as_dictionary()
        {
            return Ok(Some(permission(&*view.lookup(parameters, "P")?)));
        }
    }
    Ok(Some(Permission::FormFilling))
}

/// Rules that contradict each other, as findings about the document: a certification that is not the first signature, two of
/// them, a lock that permits more than was permitted before.
///
/// # Errors
/// As [`View::get`].
pub(crate) fn contradictions(latest: &View<'_, '_>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut certified: Option<String> = None;
    let mut approved: Option<String> = None;
    let mut permission: Option<Permission> = None;
    for signature in signatures(latest)? {
        let field = &signature.field;
        if let Some(given) = signature.certifies {
            if let Some(first) = &certified {
                findings.push(Finding::new(Code::PdfRulesContradict).with(text!(
                    "{field} certifies a document that {first} had certified",
                    "{field} 对已由 {first} 认证的文档再次认证"
                )));
            } else if let Some(first) = &approved {
                findings.push(Finding::new(Code::PdfRulesContradict).with(text!(
                    "{field} certifies a document that {first} had signed",
                    "{field} 对已由 {first} 签名的文档进行认证"
                )));
            }
            certified.get_or_insert_with(|| field.clone());
            permission = least(permission, given);
        }
        if let Some(given) = signature.lock {
            if let Some(before) = permission.filter(|before| given > *before) {
                let (given, before) = (given.number(), before.number());
                findings.push(Finding::new(Code::PdfRulesContradict).with(text!(
                    "the lock of {field} permits more (P={given}) than was permitted before (P={before}); the less counts",
                    "{field} 的锁允许的更改（P={given}）多于此前的许可（P={before}）；以较严者为准"
                )));
            }
            permission = least(permission, given);
        }
        if signature.approval {
            approved.get_or_insert_with(|| field.clone());
        }
    }
    Ok(findings)
}
