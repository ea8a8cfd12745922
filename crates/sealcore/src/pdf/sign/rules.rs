//! What the signatures that are there say about a further one.

use super::request::{Permission, SignRequest};
use crate::error::Result;
use crate::pdf::file::View;
use crate::pdf::form::{Field, Form};
use crate::pdf::object::{Dictionary, Object};
use crate::pdf::permission::Rules;
use crate::signing::refused;
use crate::text;

/// The form, and what its signatures permit.
pub(super) struct Existing {
    pub(super) form: Option<Form>,
    /// Full names of the fields that are signed.
    pub(super) signed: Vec<String>,
    rules: Rules,
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
        let form = view.form()?;
        let mut signed = Vec::new();
        let limits = view.pdf().limits();
        let fields = form.iter().flat_map(|form| &form.fields);
        for field in fields.filter(|field| field.is_signature()) {
            if signature_of(view, field)?.is_some() {
                signed.push(field.name.clone());
                limits.check(signed.len(), limits.signatures, "signatures", "签名数量")?;
            }
        }
        Ok(Self {
            form,
            signed,
            rules: Rules::read(view)?,
        })
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
        if let Some(permission) = self.rules.permission() {
            let by = self
                .rules
                .set_by()
                .map_or_else(|| "DocMDP".to_owned(), |by| format!("“{by}”"));
            if permission == Permission::NoChanges {
                return Err(refused(text!(
                    "{by} permits no changes (P=1): a further signature would break it",
                    "{by}不允许任何修改（P=1）：再行签名会使其失效"
                )));
            }
            if permission == Permission::FormFilling && intent.annotates {
                return Err(refused(text!(
                    "{by} permits forms and signatures but no annotations (P=2), which a seal in several places needs",
                    "{by}只允许填表和签名，不允许批注（P=2），而多处盖章需要批注"
                )));
            }
        }
        let name = intent.field;
        if let Some(rule) = self.rules.lock_of(name) {
            let by = &rule.by;
            return Err(refused(text!(
                "the signature “{by}” locks the field “{name}”",
                "签名“{by}”已锁定签名域“{name}”"
            )));
        }
        Ok(())
    }
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
