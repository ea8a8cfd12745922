//! Documents are signed: prepared, signed, stamped, written. One call does all of it; `session.rs` has the two phases.

use std::ffi::c_char;
use std::path::Path;

use sealcore_core::asn1::Time;
use sealcore_core::document::Document;
use sealcore_core::error::{Error, ErrorKind};
use sealcore_core::key::Signer;
use sealcore_core::limits::Limits;
use sealcore_core::pdf::Unlock;
use sealcore_core::source::Source;
use sealcore_core::{ofd, output, text};
use zeroize::Zeroizing;

use crate::buffer::sealcore_buffer;
use crate::call::{self, bad, change, operation};
use crate::document::sealcore_document;
use crate::error::sealcore_error;
use crate::failure::Outcome;
use crate::monitor::{Watch, sealcore_monitor};
use crate::prepare::{Who, prepare};
use crate::request::{Request, sealcore_request};
use crate::session::{Session, pdf_alone};
use crate::signer::sealcore_signer;
use crate::sink::{Sink, sealcore_sink};
use crate::status::sealcore_status;

/// Signs a document in one call; the signed document is a buffer. `monitor` may be NULL.
///
/// `SEALCORE_E_REFUSED` when a signature that is there, the seal or a certificate forbids it; `SEALCORE_E_ARGUMENT` when a place
/// or an option does not fit the document; `SEALCORE_E_SIGNER` or `SEALCORE_E_DEVICE` when the signer fails,
/// `SEALCORE_E_AUTHORITY` when the time-stamp authority does; `SEALCORE_E_CANCELLED`.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_sign(
    document: *const sealcore_document,
    request: *const sealcore_request,
    signer: *const sealcore_signer,
    monitor: *const sealcore_monitor,
    signed_document: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(signed_document, "signed_document")?;
        let document = call.shared(document, "document")?;
        let request = call.shared(request, "request")?;
        let signer = call.shared(signer, "signer")?;
        let monitor = call.shared_or_none(monitor, "monitor")?;
        let bytes = document.with(&Limits::default(), |document| {
            let (session, value) = signed(document, &request, &*signer.signer, monitor.as_deref())?;
            Ok(session.complete_at_once(document, &value, Vec::new())?)
        })?;
        out.put(Zeroizing::new(bytes))
    })
}

/// As `sealcore_sign`, into the file `path`, which appears whole or not at all and takes the place of one that is there. It may be
/// the document's own.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_sign_to_path(
    document: *const sealcore_document,
    request: *const sealcore_request,
    signer: *const sealcore_signer,
    monitor: *const sealcore_monitor,
    path: *const c_char,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        let document = call.shared(document, "document")?;
        let request = call.shared(request, "request")?;
        let signer = call.shared(signer, "signer")?;
        let monitor = call.shared_or_none(monitor, "monitor")?;
        let path = Path::new(call::string(path, "path")?);
        document.with(&Limits::default(), |document| {
            let (session, value) = signed(document, &request, &*signer.signer, monitor.as_deref())?;
            let written = output::replace(path, |file| {
                session.complete_at_once(document, &value, file).map(|_| ())
            });
            Ok(written?)
        })
    })
}

/// As `sealcore_sign`, piece by piece into a sink, which is called only after everything but the writing succeeded. A call that
/// fails while it writes may have written a beginning. `sink->drop` is called exactly once, when this call fails too, unless
/// `sink` is NULL or too small.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_sign_to_sink(
    document: *const sealcore_document,
    request: *const sealcore_request,
    signer: *const sealcore_signer,
    monitor: *const sealcore_monitor,
    sink: *const sealcore_sink,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let sink = Sink::take(sink)?;
        let document = call.shared(document, "document")?;
        let request = call.shared(request, "request")?;
        let signer = call.shared(signer, "signer")?;
        let monitor = call.shared_or_none(monitor, "monitor")?;
        let writer = sink.writer()?;
        document.with(&Limits::default(), |document| {
            let (session, value) = signed(document, &request, &*signer.signer, monitor.as_deref())?;
            session.complete_at_once(document, &value, writer)?;
            Ok(())
        })
    })
}

/// Signs the PDF at `path` by appending to it: nothing but the new end is written, and after an error the file has its old
/// length. `password` opens an encrypted document, NULL for none. `SEALCORE_E_UNSUPPORTED` for OFD; `SEALCORE_E_REFUSED` while
/// somebody else appends, as far as the file system knows locks, and `SEALCORE_E_ARGUMENT` where somebody has done so meanwhile.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_sign_in_place(
    path: *const c_char,
    password: *const c_char,
    request: *const sealcore_request,
    signer: *const sealcore_signer,
    monitor: *const sealcore_monitor,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        let path = Path::new(call::string(path, "path")?);
        let password = call::text_or_none(password, "password")?;
        let request = call.shared(request, "request")?;
        let signer = call.shared(signer, "signer")?;
        let monitor = call.shared_or_none(monitor, "monitor")?;
        let unlock = password.map_or(Unlock::None, Unlock::Password);
        let document = Document::from_source(Source::from_path(path)?, &Limits::default(), &unlock)?;
        if !matches!(document, Document::Pdf(_)) {
            return Err(pdf_alone().into());
        }
        let (session, value) = signed(&document, &request, &*signer.signer, monitor.as_deref())?;
        // Nobody is to hold the file open while it grows.
        drop(document);
        Ok(session.append(path, &value)?)
    })
}

/// Writes the integrity record of GM/T 0099-2020, Annex D, into an OFD document: `/OFDEntries.xml`, which names every file, and
/// its signature. It is the last thing to be done to a document. `unix_seconds` is the time that it states.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_add_integrity_record(
    document: *const sealcore_document,
    signer: *const sealcore_signer,
    unix_seconds: i64,
    document_out: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(document_out, "document_out")?;
        let document = call.shared(document, "document")?;
        let signer = call.shared(signer, "signer")?;
        let time = Time::from_unix(unix_seconds);
        let bytes = document.with(&Limits::default(), |document| {
            let Document::Ofd(archive) = document else {
                let message = text!("OFD documents have an integrity record", "只有 OFD 文档有完整性记录");
                return Err(Error::new(ErrorKind::Unsupported, message).into());
            };
            Ok(ofd::add_integrity_record(archive, &signer.signer, time, Vec::new())?)
        })?;
        out.put(Zeroizing::new(bytes))
    })
}

/// Prepares, signs, and stamps where the request has an authority. The value is verified when the session is completed.
fn signed(
    document: &Document<'_>,
    request: &Request,
    signer: &dyn Signer,
    monitor: Option<&Watch>,
) -> Outcome<(Session, Vec<u8>)> {
    let own = signer.algorithm();
    if let Some(asked) = request.algorithm.filter(|asked| *asked != own) {
        let message = text!(
            "the request asks for {asked} and the signer forms {own}",
            "签名请求要求 {asked}，而签名者使用 {own}"
        );
        return Err(bad("request", message));
    }
    let who = Who {
        certificate: signer.certificate(),
        chain: signer.chain(),
        algorithm: Some(own),
    };
    let session = prepare(document, request, &who, monitor)?;
    let value = signer.sign_message(session.message())?;
    let Some(authority) = &request.authority else {
        return Ok((session, value));
    };
    let token = authority.stamp(session.imprint(&value)?)?;
    Ok((session.with_time_stamp(&value, &token)?, value))
}
