//! What the signatures that are there say about a further one: certification (DocMDP), locked fields (FieldMDP, Lock).

use super::request::{FieldLock, Permission, SignRequest};
use crate::error::Result;
use crate::pdf::file::View;
use crate::pdf::form::{Field, Form};
use crate::pdf::object::{Dictionary, Object};
use crate::signing::refused;
use crate::text;

/// The form, and what its signatures permit.
pub(super) struct Existing {
    pub(super) form: Option<Form>,
    /// Full names of the fields that are signed.
    pub(super) signed: Vec<String>,
    /// The strictest permission, and who set it.
    permission: Option<(Permission, String)>,
    locks: Vec<(FieldLock, String)>,
}

/// What a signature is about to do to the document.
pub(super) struct Intent<'i> {
    /// The full name of its field.
    pub(super) field: &'i str,
    /// Whether annotations come besides the field's own.
    pub(super) annotates: bool,
}

impl Existing {
    pub(super) fn read(view: &View<'_, '_>) -> Result<Self> {
        let mut existing = Self {
            form: view.form()?,
            signed: Vec::new(),
            permission: None,
            locks: Vec::new(),
        };
        existing.read_certification(view)?;
        let fields = existing.form.as_ref().map_or_else(Vec::new, |form| form.fields.clone());
        let limits = view.pdf().limits();
        for field in fields.iter().filter(|field| field.is_signature()) {
            let Some(signature) = signature_of(view, field)? else {
                continue;
            };
            existing.signed.push(field.name.clone());
            limits.check(existing.signed.len(), limits.signatures, "signatures", "签名数量")?;
            existing.read_references(view, &signature, &field.name)?;
            let lock = view.lookup(&field.dictionary, "Lock")?;
            if let Some(lock) = lock.as_dictionary() {
                existing.add_lock(view, lock, &field.name)?;
            }
        }
        Ok(existing)
    }

    /// Refuses what an earlier signature does not permit.
    pub(super) fn check(&self, request: &SignRequest<'_>, intent: &Intent<'_>) -> Result<()> {
        if request.certify.is_some()
            && let Some(first) = self.signed.first()
        {
            return Err(refused(text!(
                "a document is certified by its first signature, and “{first}” is there",
                "认证签名必须是文档的首个签名，而“{first}”已存在"
            )));
        }
        if request.ignore_permissions {
            return Ok(());
        }
        if let Some((permission, by)) = &self.permission {
            if *permission == Permission::NoChanges {
                return Err(refused(text!(
                    "{by} permits no changes (P=1): a further signature would break it",
                    "{by}不允许任何修改（P=1）：再行签名会使其失效"
                )));
            }
            if *permission == Permission::FormFilling && intent.annotates {
                return Err(refused(text!(
                    "{by} permits forms and signatures but no annotations (P=2), which a seal in several places needs",
                    "{by}只允许填表和签名，不允许批注（P=2），而多处盖章需要批注"
                )));
            }
        }
        let name = intent.field;
        if let Some((_, by)) = self.locks.iter().find(|(lock, _)| lock.covers(name)) {
            return Err(refused(text!(
                "the signature “{by}” locks the field “{name}”",
                "签名“{by}”已锁定签名域“{name}”"
            )));
        }
        Ok(())
    }

    fn read_certification(&mut self, view: &View<'_, '_>) -> Result<()> {
        let (_, catalog) = view.catalog()?;
        let Some(catalog) = catalog.as_dictionary() else {
            return Ok(());
        };
        let permissions = view.lookup(catalog, "Perms")?;
        let Some(permissions) = permissions.as_dictionary() else {
            return Ok(());
        };
        let signature = view.lookup(permissions, "DocMDP")?;
        if let Some(signature) = signature.as_dictionary() {
            // A certification whose parameters say nothing permits what P=2 does.
            self.restrict(Permission::FormFilling, CERTIFICATION, true);
            self.read_references(view, signature, CERTIFICATION)?;
        }
        Ok(())
    }

    /// The transform methods of a signature (12.8.2).
    fn read_references(&mut self, view: &View<'_, '_>, signature: &Dictionary, by: &str) -> Result<()> {
        let references = view.lookup(signature, "Reference")?;
        for reference in references.as_array().unwrap_or_default() {
            let reference = view.resolve(reference)?;
            let Some(reference) = reference.as_dictionary() else {
                continue;
            };
            let parameters = view.lookup(reference, "TransformParams")?;
            let none = Dictionary::new();
            let parameters = parameters.as_dictionary().unwrap_or(&none);
            match view.lookup(reference, "TransformMethod")?.as_name() {
                Some(b"DocMDP") => {
                    let stated = view.lookup(parameters, "P")?.as_integer();
                    let permission = stated.and_then(Permission::from_number);
                    self.restrict(permission.unwrap_or(Permission::FormFilling), by, by == CERTIFICATION);
                }
                Some(b"FieldMDP") => self.add_lock(view, parameters, by)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Action and Fields of a Lock dictionary or of FieldMDP parameters, and P of the former.
    fn add_lock(&mut self, view: &View<'_, '_>, dictionary: &Dictionary, by: &str) -> Result<()> {
        self.locks.push((read_lock(view, dictionary)?, by.to_owned()));
        if let Some(permission) = read_lock_permission(view, dictionary)? {
            self.restrict(permission, by, false);
        }
        Ok(())
    }

    /// `instead` replaces what the same signature said less exactly.
    fn restrict(&mut self, permission: Permission, by: &str, instead: bool) {
        let described = if by == CERTIFICATION {
            CERTIFICATION.to_owned()
        } else {
            format!("“{by}”")
        };
        match &self.permission {
            Some((stricter, other)) if *stricter <= permission && !(instead && *other == described) => {}
            _ => self.permission = Some((permission, described)),
        }
    }
}

/// How the certification is named where no field is.
const CERTIFICATION: &str = "DocMDP";

/// Which fields a Lock dictionary or FieldMDP parameters name. An unknown action locks everything, as in other readers.
pub(super) fn read_lock(view: &View<'_, '_>, dictionary: &Dictionary) -> Result<FieldLock> {
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
pub(super) fn read_lock_permission(view: &View<'_, '_>, lock: &Dictionary) -> Result<Option<Permission>> {
    let stated = view.lookup(lock, "P")?.as_integer();
    Ok(stated.and_then(Permission::from_number))
}

/// The signature dictionary of a signature field; `None` where it is empty.
pub(super) fn signature_of(view: &View<'_, '_>, field: &Field) -> Result<Option<Dictionary>> {
    let Some(value) = &field.value else { return Ok(None) };
    match &*view.resolve(value)? {
        Object::Null => Ok(None),
        Object::Dictionary(dictionary) => Ok(Some(dictionary.clone())),
        _ => {
            let name = &field.name;
            Err(refused(text!(
                "the value of the signature field “{name}” is no dictionary: the document is not fit to be signed",
                "签名域“{name}”的值不是字典：该文档不宜签名"
            )))
        }
    }
}
