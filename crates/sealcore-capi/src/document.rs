//! `sealcore_document`: a document, opened from wherever it is.

use std::ffi::c_char;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use sealcore_core::document::Document;
use sealcore_core::limits::Limits;
use sealcore_core::pdf::Unlock;
use sealcore_core::report::Format;
use sealcore_core::source::Source;
use zeroize::Zeroizing;

use crate::buffer::sealcore_buffer;
use crate::call::{self, accessor, operation};
use crate::error::sealcore_error;
use crate::failure::Outcome;
use crate::handle::{Kind, Opaque};
use crate::monitor::{Watched, sealcore_monitor};
use crate::source::{Fault, Origin, sealcore_source};
use crate::status::sealcore_status;
use crate::verifier::{Verifier, sealcore_verifier};

/// An OFD package.
pub const SEALCORE_FORMAT_OFD: i32 = 1;
/// A PDF file.
pub const SEALCORE_FORMAT_PDF: i32 = 2;
/// A seal file (.esl).
pub const SEALCORE_FORMAT_SEAL: i32 = 3;

/// A document that was opened: OFD, PDF or a seal file. It is never changed; signing makes another one. Several threads may
/// use one at once.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_document {
    _private: [u8; 0],
}

impl Opaque for sealcore_document {
    type Object = Held;
    const KIND: Kind = Kind::Document;
}

/// What a handle stands for. Each operation opens the document anew, so that it has the limits of its own to spend and no
/// thread waits for another; the first one takes what opening made.
pub struct Held {
    origin: Origin,
    password: Option<Zeroizing<String>>,
    format: Format,
    first: Mutex<Option<Opened>>,
}

struct Opened {
    document: Document<'static>,
    fault: Fault,
}

/// Opens the regular file at `path`. It stays open until the document is freed, and is read as needed; it must not change
/// meanwhile. What the file is, is told by its content, never by its name. `password`, which may be NULL, opens an encrypted
/// PDF; SEALCORE_E_PASSWORD when it does not.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_document_open_path(
    path: *const c_char,
    password: *const c_char,
    document: *mut *mut sealcore_document,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(document, "document")?;
        let path = call::string(path, "path")?;
        let password = call::text_or_none(password, "password")?;
        let source = Source::from_path(Path::new(path)).map_err(|error| error.in_part(path))?;
        out.put(Held::open(Origin::Here(source), password)?)
    })
}

/// Opens a document in memory. The bytes are copied. For the password see sealcore_document_open_path.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_document_open_bytes(
    bytes: *const u8,
    length: usize,
    password: *const c_char,
    document: *mut *mut sealcore_document,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(document, "document")?;
        let bytes = call::bytes(bytes, length, "bytes")?;
        let password = call::text_or_none(password, "password")?;
        let source = Source::from(Arc::<[u8]>::from(bytes));
        out.put(Held::open(Origin::Here(source), password)?)
    })
}

/// Opens a document that the caller's callbacks read. It is read in small pieces as needed, until the document is freed, in
/// this call and in those that use the document. SEALCORE_E_CALLBACK when a callback fails or reads nothing,
/// SEALCORE_E_CANCELLED when it cancels; a later call asks it again. For the password see sealcore_document_open_path.
/// `source->drop` is called exactly once, also when this call fails, unless `source` is NULL or too small.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_document_open_source(
    source: *const sealcore_source,
    password: *const c_char,
    document: *mut *mut sealcore_document,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(document, "document");
        let origin = Origin::caller(source)?;
        let out = out?;
        let password = call::text_or_none(password, "password")?;
        out.put(Held::open(origin, password)?)
    })
}

/// SEALCORE_FORMAT_OFD, _PDF or _SEAL; 0 for no live handle.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_document_format(document: *const sealcore_document) -> i32 {
    accessor(0, |call| {
        Ok(match call.shared(document, "document")?.format {
            Format::Ofd => SEALCORE_FORMAT_OFD,
            Format::Pdf => SEALCORE_FORMAT_PDF,
            Format::Seal => SEALCORE_FORMAT_SEAL,
            _ => 0,
        })
    })
}

/// What is in a document, without judgement, as one JSON object: what `sealcore inspect --json` prints, without the name of
/// the file. `with_risks`, when not 0, adds what a signer should know before he signs it. `lang` counts for messages. Of
/// `verifier` the limits count; NULL stands for the usual ones. `monitor` may be NULL.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_document_inspect(
    document: *const sealcore_document,
    with_risks: i32,
    lang: i32,
    verifier: *const sealcore_verifier,
    monitor: *const sealcore_monitor,
    json: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(json, "json")?;
        let document = call.shared(document, "document")?;
        let lang = call::lang(lang)?;
        let verifier = call.shared_or_none(verifier, "verifier")?;
        let watch = call.shared_or_none(monitor, "monitor")?;
        let usual = Limits::default();
        let limits = verifier.as_deref().map_or(&usual, Verifier::limits);
        let inspection = document.with(limits, |document| {
            let watched = Watched::new(watch.as_deref(), document.size());
            Ok(document.inspect(with_risks != 0, limits, &watched)?)
        })?;
        out.put(inspection.to_json(lang).to_string().into_bytes().into())
    })
}

/// Frees a document. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_document_free(document: *mut sealcore_document) {
    call::free(document);
}

impl Held {
    fn open(origin: Origin, password: Option<&str>) -> Outcome<Self> {
        let opened = open(&origin, password, &Limits::default())?;
        Ok(Self {
            format: opened.document.format(),
            origin,
            password: password.map(|password| Zeroizing::new(password.to_owned())),
            first: Mutex::new(Some(opened)),
        })
    }

    /// Hands the document, opened within `limits`, to `work`. A callback of the document that fails or cancels on the way
    /// outweighs what `work` makes of it.
    pub(crate) fn with<R>(&self, limits: &Limits, work: impl FnOnce(&Document<'static>) -> Outcome<R>) -> Outcome<R> {
        let usual = *limits == Limits::default();
        let first = usual.then(|| self.first.lock().unwrap_or_else(PoisonError::into_inner).take());
        let opened = match first.flatten() {
            Some(opened) => opened,
            None => open(&self.origin, self.password.as_deref().map(String::as_str), limits)?,
        };
        opened.fault.outweighs(work(&opened.document))
    }
}

fn open(origin: &Origin, password: Option<&str>, limits: &Limits) -> Outcome<Opened> {
    let fault = Fault::default();
    let unlock = password.map_or(Unlock::None, Unlock::Password);
    let document = fault.outweighs(
        origin
            .source(&fault)
            .and_then(|source| Ok(Document::from_source(source, limits, &unlock)?)),
    )?;
    Ok(Opened { document, fault })
}
