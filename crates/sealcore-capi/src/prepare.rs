//! Turns the caller's request into one of the document's format, and prepares the signature.

use sealcore_core::algorithm::SignatureAlgorithm;
use sealcore_core::cert::Certificate;
use sealcore_core::document::Document;
use sealcore_core::error::{Error, ErrorKind, Result};
use sealcore_core::lang::Text;
use sealcore_core::limits::Limits;
use sealcore_core::monitor::Monitor as _;
use sealcore_core::ofd::package::Archive;
use sealcore_core::ofd::{self, Protection};
use sealcore_core::pdf::{self, AppearanceOptions, FieldLock, Pdf};
use sealcore_core::seal::Seal;
use sealcore_core::text;
use sealcore_system::now;

use crate::call::bad;
use crate::failure::Outcome;
use crate::monitor::{Watch, Watched};
use crate::request::Request;
use crate::session::Session;

/// Who is going to sign.
pub(crate) struct Who<'w> {
    pub(crate) certificate: &'w Certificate,
    pub(crate) chain: &'w [Certificate],
    /// `None` for what is usual for the key.
    pub(crate) algorithm: Option<SignatureAlgorithm>,
}

/// Puts everything together but the signature value.
pub(crate) fn prepare(
    document: &Document<'_>,
    request: &Request,
    who: &Who<'_>,
    monitor: Option<&Watch>,
) -> Outcome<Session> {
    match document {
        Document::Ofd(archive) => prepare_ofd(archive, request, who, monitor),
        Document::Pdf(opened) => prepare_pdf(opened.sound()?, request, who, monitor),
        _ => {
            let message = text!("OFD and PDF documents are signed", "只能对 OFD 与 PDF 文档签名");
            Err(Error::new(ErrorKind::Format, message).into())
        }
    }
}

fn prepare_ofd(archive: &Archive<'_>, request: &Request, who: &Who<'_>, monitor: Option<&Watch>) -> Outcome<Session> {
    request.check_ofd().map_err(|message| bad("request", message))?;
    if let Some(algorithm) = who.algorithm.filter(|one| *one != SignatureAlgorithm::Sm2Sm3) {
        let message = text!(
            "OFD is signed with SM2, not {algorithm}",
            "OFD 以 SM2 签名，不支持 {algorithm}"
        );
        return Err(Error::new(ErrorKind::Unsupported, message).into());
    }
    let time = request.time.unwrap_or_else(now);
    let mut wanted = ofd::SignRequest::signature(who.certificate, time);
    wanted.chain = who.chain;
    wanted.seal = request.seal();
    wanted.placements = &request.placements;
    wanted.relative = request.relative.as_deref();
    wanted.document = request.document;
    if request.whole {
        wanted.protection = Protection::Whole;
    }
    let watched = Watched::new(monitor, archive.source().len());
    Ok(ofd::prepare(archive, &wanted, &Limits::default(), &watched).map(Session::Ofd)?)
}

fn prepare_pdf(pdf: &Pdf<'_>, request: &Request, who: &Who<'_>, monitor: Option<&Watch>) -> Outcome<Session> {
    request.check_pdf().map_err(|message| bad("request", message))?;
    let watched = Watched::new(monitor, pdf.source().len());
    // The picture takes a while, and nobody watches it.
    if !watched.advance(0) {
        return Err(Error::new(ErrorKind::Cancelled, text!("cancelled", "已取消")).into());
    }
    let time = request.time.unwrap_or_else(now);
    let mut wanted = pdf::SignRequest::signature(who.certificate, time);
    wanted.algorithm = who.algorithm;
    wanted.chain = who.chain;
    wanted.seal = request.seal();
    wanted.picture = request.picture.as_ref();
    wanted.picture_xobject = match (&request.seal, &request.picture) {
        (Some(seal), _) => seal.drawn(),
        (None, Some(picture)) => request.drawn_picture.of(picture),
        (None, None) => None,
    };
    wanted.placements = &request.placements;
    wanted.appearance = appearance(request);
    wanted.field = request.field.as_deref();
    wanted.contents = request.contents.unwrap_or_default();
    wanted.names = request.filter.as_deref().zip(request.subfilter.as_deref());
    wanted.certify = request.certify;
    wanted.lock = match request.lock {
        1 => Some(FieldLock::All),
        2 => Some(FieldLock::Include(request.lock_fields.clone())),
        3 => Some(FieldLock::Exclude(request.lock_fields.clone())),
        _ => None,
    };
    wanted.reason = request.reason.as_deref();
    wanted.location = request.location.as_deref();
    wanted.contact = request.contact.as_deref();
    wanted.name = request.name.as_deref();
    wanted.reserve = match &request.authority {
        Some(_) => request.reserve.max(pdf::STAMP_RESERVE),
        None => request.reserve,
    };
    wanted.ignore_permissions = request.ignore_permissions;
    Ok(pdf::prepare(pdf, &wanted, &Limits::default(), &watched).map(Session::Pdf)?)
}

fn appearance(request: &Request) -> AppearanceOptions<'_> {
    let mut appearance = AppearanceOptions::default();
    if let Some(percent) = request.opacity {
        appearance.opacity = f64::from(percent) / 100.0;
    }
    if let Some(transparent) = request.white_transparent {
        appearance.white_transparent = transparent;
    }
    appearance.caption = request.caption.as_deref();
    appearance
}

impl Request {
    fn seal(&self) -> Option<&Seal> {
        self.seal.as_deref().map(|seal| &**seal)
    }

    /// What PDF alone has is refused, since it would be lost in silence; but room that OFD need not reserve is not missed.
    fn check_ofd(&self) -> Result<(), Text> {
        let texts = [
            &self.field,
            &self.reason,
            &self.location,
            &self.contact,
            &self.name,
            &self.caption,
            &self.filter,
            &self.subfilter,
        ];
        let said = texts.iter().any(|text| text.is_some())
            || self.picture.is_some()
            || self.contents.is_some()
            || !self.lock_fields.is_empty()
            || self.certify.is_some()
            || self.lock != 0
            || self.opacity.is_some()
            || self.white_transparent.is_some()
            || self.ignore_permissions;
        if said {
            return Err(text!(
                "the request holds what PDF alone has, and the document is OFD",
                "签名请求中含有仅用于 PDF 的内容，而文档是 OFD"
            ));
        }
        if self.seal.is_some() && self.placements.is_empty() {
            return Err(text!("say where the seal goes", "请指定盖章位置"));
        }
        Ok(())
    }

    /// What OFD alone has is refused, and what contradicts itself.
    fn check_pdf(&self) -> Result<(), Text> {
        if self.relative.is_some() || self.whole || self.document != 0 {
            return Err(text!(
                "the request holds what OFD alone has, and the document is PDF",
                "签名请求中含有仅用于 OFD 的内容，而文档是 PDF"
            ));
        }
        if self.filter.is_some() != self.subfilter.is_some() {
            return Err(text!(
                "a filter and a subfilter go together",
                "Filter 与 SubFilter 须同时给出"
            ));
        }
        if matches!(self.lock, 2 | 3) == self.lock_fields.is_empty() {
            return Err(text!(
                "fields are named for a lock of some fields, and for that alone",
                "仅在锁定部分域时须且可以指定域名"
            ));
        }
        Ok(())
    }
}
