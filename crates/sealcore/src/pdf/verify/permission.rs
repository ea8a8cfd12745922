//! What the signatures of a revision permit to come after it: DocMDP, FieldMDP and the locks of their fields.

use std::collections::HashSet;

use crate::error::Result;
use crate::pdf::Permission;
use crate::pdf::file::View;
use crate::pdf::form::Field;
use crate::pdf::object::{Dictionary, Object, ObjectId, decode_text};
use crate::report::{Code, Finding};
use crate::text;

/// `P` as it stands; 2 where it is missing or no known number.
fn permission(value: &Object) -> Permission {
    let known = value.as_integer().and_then(Permission::from_number);
    known.unwrap_or(Permission::FormFilling)
}

/// Which fields a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LockAction {
    /// Every field.
    All,
    /// Those that are named.
    Include,
    /// All but those that are named.
    Exclude,
}

/// Fields that may no longer change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FieldRule {
    /// How `names` is meant.
    pub(crate) action: LockAction,
    /// Full names; a name stands for the fields below it too.
    pub(crate) names: HashSet<String>,
    /// The field of the signature that made the rule.
    pub(crate) by: String,
}

impl FieldRule {
    /// Whether the field may no longer change.
    pub(crate) fn locks(&self, name: &str) -> bool {
        let ends = name.match_indices('.').map(|(at, _)| at).chain([name.len()]);
        let named = ends
            .filter_map(|end| name.get(..end))
            .any(|above| self.names.contains(above));
        match self.action {
            LockAction::All => true,
            LockAction::Include => named,
            LockAction::Exclude => !named,
        }
    }
}

/// Everything that the signatures of a revision say about what may follow.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rules {
    /// What the certification permits; `None` without one.
    pub(crate) certified: Option<Permission>,
    /// The least that the lock of a signed field permits.
    pub(crate) locked: Option<Permission>,
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
            if let Some(permission) = signature.certifies {
                rules.certified = least(rules.certified, permission);
            }
            if let Some(permission) = signature.lock {
                rules.locked = least(rules.locked, permission);
            }
            rules.fields.extend(signature.rules);
        }
        if rules.certified.is_none()
            && let Some(permission) = catalog_certification(signed)?
        {
            // Nobody's signature stands behind it: it may forbid, not permit.
            rules.locked = least(rules.locked, permission.min(Permission::FormFilling));
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
            Some(b"FieldMDP") => signature.rules.push(rule(view, parameters, &field.name)?),
            _ => {}
        }
    }
    let lock = view.lookup(&field.dictionary, "Lock")?;
    if let Some(lock) = lock.as_dictionary() {
        let rule = rule(view, lock, &field.name)?;
        if !signature.rules.contains(&rule) {
            signature.rules.push(rule);
        }
        if lock.get("P").is_some() {
            let given = permission(&*view.lookup(lock, "P")?);
            // Signers repeat it as a DocMDP transform, which makes no certification of an approval.
            let repeated = if named { None } else { signature.certifies.take() };
            signature.lock = Some(repeated.map_or(given, |repeated| repeated.min(given)));
        }
    }
    Ok(signature)
}

/// FieldMDP parameters or a lock; an unknown action is that of all fields.
fn rule(view: &View<'_, '_>, dictionary: &Dictionary, by: &str) -> Result<FieldRule> {
    let action = match view.lookup(dictionary, "Action")?.as_name() {
        Some(b"Include") => LockAction::Include,
        Some(b"Exclude") => LockAction::Exclude,
        _ => LockAction::All,
    };
    let mut names = HashSet::new();
    let fields = view.lookup(dictionary, "Fields")?;
    for name in fields.as_array().unwrap_or_default() {
        if let Some(name) = view.resolve(name)?.as_string() {
            names.insert(decode_text(name));
        }
    }
    Ok(FieldRule {
        action,
        names,
        by: by.to_owned(),
    })
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
