//! `sealcore_session`: signing in two phases. Everything but the signature value is prepared; the value comes from wherever the
//! key is; the document is completed, here or in another process.

use std::ffi::{CString, c_char};
use std::io::Write;
use std::path::Path;

use sealcore_core::algorithm::SignatureAlgorithm;
use sealcore_core::cert::TrustStore;
use sealcore_core::document::Document;
use sealcore_core::error::{Error, ErrorKind, Result};
use sealcore_core::limits::Limits;
use sealcore_core::timestamp::{Expected, MessageImprint, TimeStampRequest, TimeStampResponse, TimeStampToken};
use sealcore_core::verify::VerifyOptions;
use sealcore_core::{ofd, output, pdf, text};
use sealcore_system::now;
use zeroize::Zeroizing;

use crate::authority;
use crate::buffer::sealcore_buffer;
use crate::call::{self, ShortOut, accessor, bad, change, operation};
use crate::document::sealcore_document;
use crate::error::sealcore_error;
use crate::handle::{Kind, Opaque};
use crate::monitor::sealcore_monitor;
use crate::prepare::{self, Who};
use crate::request::sealcore_request;
use crate::sink::{Sink, sealcore_sink};
use crate::status::sealcore_status;
use crate::text::c_string;

/// A document that waits for its signature value. It holds what will be added to the document, not the document. It needs no
/// monitor, since what takes long was done when it was prepared.
#[allow(non_camel_case_types)]
#[repr(C)]
pub struct sealcore_session {
    _private: [u8; 0],
}

impl Opaque for sealcore_session {
    type Object = Held;
    const KIND: Kind = Kind::Session;
}

/// What a handle stands for.
pub struct Held {
    session: Session,
    algorithm: CString,
}

/// A session of either format.
#[derive(Clone, Debug)]
pub(crate) enum Session {
    Ofd(ofd::Session),
    Pdf(pdf::Session),
}

/// The first phase: puts everything together but the signature value. The request names the signer's certificate
/// (`sealcore_request_set_certificate`). `monitor` may be NULL. Fails as `sealcore_sign` does before it signs.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_prepare(
    document: *const sealcore_document,
    request: *const sealcore_request,
    monitor: *const sealcore_monitor,
    session: *mut *mut sealcore_session,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(session, "session")?;
        let document = call.shared(document, "document")?;
        let request = call.shared(request, "request")?;
        let monitor = call.shared_or_none(monitor, "monitor")?;
        let (certificate, chain) = request.certificates.as_ref().ok_or_else(|| {
            let message = text!(
                "the request does not name the signer's certificate",
                "签名请求未指定签名者证书"
            );
            bad("request", message)
        })?;
        let who = Who {
            certificate,
            chain,
            algorithm: request.algorithm,
        };
        let session = document.with(&Limits::default(), |document| {
            prepare::prepare(document, &request, &who, monitor.as_deref())
        })?;
        out.put(Held::new(session))
    })
}

/// The digest that is to be signed as `sealcore_session_algorithm` says: `e = SM3(Z || M)` for SM2, else the digest of the message.
/// `*length` is the room before, the length after, 0 after a failure that is not `SEALCORE_E_BUFFER`; 64 bytes are enough for
/// every algorithm.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_digest(
    session: *const sealcore_session,
    digest: *mut u8,
    length: *mut usize,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = ShortOut::new(digest, length, "digest")?;
        out.put(&call.shared(session, "session")?.session.digest()?, "digest")
    })
}

/// The bytes whose digest is to be signed, for who hashes by himself (with SM2, Z of the certificate's key and the identity
/// 1234567812345678 go before them).
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_message(
    session: *const sealcore_session,
    message: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(message, "message")?;
        let held = call.shared(session, "session")?;
        out.put(Zeroizing::new(held.session.message().to_vec()))
    })
}

/// The name of the algorithm, as `SM2-SM3`. Lives as long as the session.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_algorithm(session: *const sealcore_session) -> *const c_char {
    accessor(std::ptr::null(), |call| {
        Ok(call.shared(session, "session")?.algorithm.as_ptr())
    })
}

/// The session as bytes, for another process or another day. They hold no secret, and nothing authenticates them: keep them
/// where nobody else writes, since they decide what is signed.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_save(
    session: *const sealcore_session,
    bytes: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(bytes, "bytes")?;
        out.put(Zeroizing::new(call.shared(session, "session")?.session.to_bytes()))
    })
}

/// A session that was saved. `SEALCORE_E_ASN1` when the bytes are none, `SEALCORE_E_UNSUPPORTED` when they are of another
/// version.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_load(
    bytes: *const u8,
    length: usize,
    session: *mut *mut sealcore_session,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(session, "session")?;
        let bytes = call::some_bytes(bytes, length, "bytes")?;
        let session = if pdf::Session::is_shape(bytes) {
            Session::Pdf(pdf::Session::from_bytes(bytes)?)
        } else {
            Session::Ofd(ofd::Session::from_bytes(bytes)?)
        };
        out.put(Held::new(session))
    })
}

/// A TimeStampReq over this signature value, to be answered by an authority, whose certificate it asks for. It has no nonce: the
/// value was made just now, so no earlier time stamp can be of it. On PDF, room for the time stamp must have been reserved
/// (`SEALCORE_REQUEST_RESERVE`, 8192 bytes are usual). `SEALCORE_E_UNSUPPORTED` for a seal of GM/T 0031-2014, which has no place
/// for it.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_time_stamp_request(
    session: *const sealcore_session,
    signature: *const u8,
    length: usize,
    request: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(request, "request")?;
        let held = call.shared(session, "session")?;
        let signature = call::some_bytes(signature, length, "signature")?;
        let request = TimeStampRequest::new(held.session.imprint(signature)?);
        out.put(Zeroizing::new(request.to_der()))
    })
}

/// Adds a time stamp over this signature value: a TimeStampResp, or a bare token. It is checked before (its signature holds, it
/// is over this value, its certificate is one for time stamps), else `SEALCORE_E_AUTHORITY`; whether its authority is trusted
/// is for those who verify the document.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_add_time_stamp(
    session: *mut sealcore_session,
    signature: *const u8,
    length: usize,
    reply: *const u8,
    reply_length: usize,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        let signature = call::some_bytes(signature, length, "signature")?;
        let reply = call::some_bytes(reply, reply_length, "reply")?;
        call.exclusive(session, "session", |held| {
            let imprint = held.session.imprint(signature)?;
            let token = token(reply, &imprint).map_err(authority::refused)?;
            held.session = held.session.clone().with_time_stamp(signature, &token)?;
            Ok(())
        })
    })
}

fn token(reply: &[u8], imprint: &MessageImprint) -> Result<TimeStampToken> {
    // Both are sequences; a reply begins with one of a number, a token with an identifier.
    let token = match TimeStampResponse::from_der(reply) {
        Ok(response) => response.into_token()?,
        Err(error) => TimeStampToken::from_bytes(reply).map_err(|_| error)?,
    };
    let trust = TrustStore::new();
    token.check(&Expected::imprint(imprint), &VerifyOptions::new(&trust, now()))?;
    Ok(token)
}

/// The second phase: takes the signature value (DER or `r || s` for SM2 and ECDSA), verifies it, and gives the signed document.
/// `document` is the one that was prepared, opened again where it was closed.
///
/// `SEALCORE_E_CRYPTO` when the value is not the signer's over this document, `SEALCORE_E_ARGUMENT` when this is another
/// document.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_complete(
    session: *const sealcore_session,
    document: *const sealcore_document,
    signature: *const u8,
    length: usize,
    signed_document: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(signed_document, "signed_document")?;
        let held = call.shared(session, "session")?;
        let document = call.shared(document, "document")?;
        let signature = call::some_bytes(signature, length, "signature")?;
        let bytes = document.with(&Limits::default(), |document| {
            Ok(held.session.complete(document, signature, Vec::new())?)
        })?;
        out.put(Zeroizing::new(bytes))
    })
}

/// As `sealcore_session_complete`, into the file `path`, which appears whole or not at all and takes the place of one that is
/// there. It may be the document's own.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_complete_to_path(
    session: *const sealcore_session,
    document: *const sealcore_document,
    signature: *const u8,
    length: usize,
    path: *const c_char,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        let held = call.shared(session, "session")?;
        let document = call.shared(document, "document")?;
        let signature = call::some_bytes(signature, length, "signature")?;
        let path = Path::new(call::string(path, "path")?);
        document.with(&Limits::default(), |document| {
            let written = output::replace(path, |file| {
                held.session.complete(document, signature, file).map(|_| ())
            });
            Ok(written?)
        })
    })
}

/// As `sealcore_session_complete`, piece by piece into a sink. What is written of a PDF is compared with what was prepared to its
/// last byte, so a call that fails may have written most of it: it is nothing to keep. `sink->drop` is called exactly once,
/// when this call fails too, unless `sink` is NULL or too small.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_complete_to_sink(
    session: *const sealcore_session,
    document: *const sealcore_document,
    signature: *const u8,
    length: usize,
    sink: *const sealcore_sink,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let sink = Sink::take(sink)?;
        let held = call.shared(session, "session")?;
        let document = call.shared(document, "document")?;
        let signature = call::some_bytes(signature, length, "signature")?;
        let writer = sink.writer()?;
        document.with(&Limits::default(), |document| {
            held.session.complete(document, signature, writer)?;
            Ok(())
        })
    })
}

/// As `sealcore_session_complete`, by appending to the PDF at `path`, of which nothing else is read or written but its end. After
/// an error it has its old length. `SEALCORE_E_UNSUPPORTED` for OFD.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_append(
    session: *const sealcore_session,
    path: *const c_char,
    signature: *const u8,
    length: usize,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    change(error, |call| {
        let held = call.shared(session, "session")?;
        let path = Path::new(call::string(path, "path")?);
        let signature = call::some_bytes(signature, length, "signature")?;
        Ok(held.session.append(path, signature)?)
    })
}

/// The bytes that belong behind the PDF that was prepared, for storage that can append. `SEALCORE_E_UNSUPPORTED` for OFD.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_tail(
    session: *const sealcore_session,
    signature: *const u8,
    length: usize,
    tail: *mut *mut sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    operation(error, |call| {
        let out = call.out(tail, "tail")?;
        let held = call.shared(session, "session")?;
        let signature = call::some_bytes(signature, length, "signature")?;
        out.put(Zeroizing::new(held.session.tail(signature)?))
    })
}

/// Frees a session. NULL is fine.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_session_free(session: *mut sealcore_session) {
    call::free(session);
}

impl Held {
    fn new(session: Session) -> Self {
        let algorithm = c_string(&session.algorithm().to_string());
        Self { session, algorithm }
    }
}

impl Session {
    fn algorithm(&self) -> SignatureAlgorithm {
        match self {
            Self::Ofd(_) => SignatureAlgorithm::Sm2Sm3,
            Self::Pdf(session) => session.algorithm(),
        }
    }

    fn digest(&self) -> Result<Vec<u8>> {
        match self {
            Self::Ofd(session) => Ok(session.digest()?.to_vec()),
            Self::Pdf(session) => session.digest(),
        }
    }

    pub(crate) fn message(&self) -> &[u8] {
        match self {
            Self::Ofd(session) => session.message(),
            Self::Pdf(session) => session.message(),
        }
    }

    pub(crate) fn imprint(&self, signature: &[u8]) -> Result<MessageImprint> {
        match self {
            Self::Ofd(session) => session.imprint(signature),
            Self::Pdf(session) => session.imprint(signature),
        }
    }

    pub(crate) fn with_time_stamp(self, signature: &[u8], token: &TimeStampToken) -> Result<Self> {
        match self {
            Self::Ofd(session) => session.with_time_stamp(signature, token).map(Self::Ofd),
            Self::Pdf(session) => session.with_time_stamp(signature, token).map(Self::Pdf),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Ofd(session) => session.to_bytes(),
            Self::Pdf(session) => session.to_bytes(),
        }
    }

    fn complete<W: Write>(&self, document: &Document<'_>, signature: &[u8], output: W) -> Result<W> {
        match (self, document) {
            (Self::Ofd(session), Document::Ofd(archive)) => flushed(session.complete(archive, signature, output)?),
            (Self::Pdf(session), Document::Pdf(opened)) => {
                flushed(session.complete(opened.sound()?, signature, output)?)
            }
            _ => Err(other_document()),
        }
    }

    /// As [`Self::complete`], for a document that was open ever since it was prepared.
    pub(crate) fn complete_at_once<W: Write>(&self, document: &Document<'_>, signature: &[u8], output: W) -> Result<W> {
        match (self, document) {
            (Self::Pdf(session), Document::Pdf(opened)) => {
                flushed(session.complete_at_once(opened.sound()?, signature, output)?)
            }
            _ => self.complete(document, signature, output),
        }
    }

    pub(crate) fn append(&self, path: &Path, signature: &[u8]) -> Result<()> {
        match self {
            Self::Pdf(session) => session.append(path, signature),
            Self::Ofd(_) => Err(pdf_alone()),
        }
    }

    fn tail(&self, signature: &[u8]) -> Result<Vec<u8>> {
        match self {
            Self::Pdf(session) => session.tail(signature),
            Self::Ofd(_) => Err(pdf_alone()),
        }
    }
}

/// What a writer gathers is handed on while its failure can still be told.
fn flushed<W: Write>(mut output: W) -> Result<W> {
    output.flush()?;
    Ok(output)
}

pub(crate) fn pdf_alone() -> Error {
    Error::new(
        ErrorKind::Unsupported,
        text!(
            "only PDF documents are signed by appending to them",
            "只有 PDF 文档能以追加方式签名"
        ),
    )
}

fn other_document() -> Error {
    Error::new(
        ErrorKind::Argument,
        text!(
            "this is not the document that was prepared for signing",
            "不是准备签名时的那份文档"
        ),
    )
}
