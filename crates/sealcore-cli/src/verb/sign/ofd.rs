//! Signs OFD documents.

use std::path::Path;

use sealcore::algorithm::SignatureAlgorithm;
use sealcore::cert::Certificate;
use sealcore::document::Document;
use sealcore::error::ErrorKind;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::ofd::package::Archive;
use sealcore::ofd::{self, Protection, RecordInfo, Session, SignRequest};
use sealcore::{output, text};
use serde_json::{Value, json};

use super::{Options, Plan, phases};
use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};
use crate::terminal::Terminal;
use crate::{clock, files, keys, view};

pub(super) fn run(archive: &Archive<'_>, options: &Options, terminal: &Terminal) -> Outcome {
    options.check_ofd()?;
    if let Some(session) = &options.prepare {
        return prepare(session, archive, options, terminal);
    }
    let out = options.out()?;
    if !files::is_same(out, &options.input) {
        files::check_free(out, options.force)?;
    }
    if let Some(session) = &options.complete {
        let (session, value) = resume(session, options)?;
        let session = stamped(session, &value, options)?;
        complete(&session, &value, archive, out).about(&options.input)?;
    } else if options.integrity_record {
        return add_record(archive, out, options, terminal);
    } else {
        let signer = keys::signer(options.key()?, options.cert.as_deref(), options.password_env.as_deref())?;
        let plan = Plan::new(options)?;
        let mut request = request(&plan, signer.certificate(), options);
        request.chain = signer.chain();
        let session = ofd::prepare(archive, &request, &Limits::default(), &Unwatched).about(&options.input)?;
        let value = signer.sign_digest(&session.digest()?)?;
        let session = stamped(session, &value, options)?;
        complete(&session, &value, archive, out).about(&options.input)?;
    }
    tell(out, options, terminal)?;
    Ok(Exit::Done)
}

/// With a time stamp over the value, where one is wanted.
fn stamped(session: Session, value: &[u8], options: &Options) -> Outcome<Session> {
    let Some(stamper) = options.stamper()? else {
        return Ok(session);
    };
    let token = stamper.stamp(session.imprint(value)?)?;
    Ok(session.with_time_stamp(value, &token)?)
}

/// Writes the signed document, whole or not at all.
fn complete(session: &Session, value: &[u8], archive: &Archive<'_>, out: &Path) -> Outcome<()> {
    output::replace(out, |file| session.complete(archive, value, file).map(|_| ())).map_err(|error| {
        // What was prepared could be read, so this is about writing.
        let io = error.kind() == ErrorKind::Io;
        let failure = Failure::from(error);
        if io { failure.ending(Exit::Refused) } else { failure }
    })
}

/// The integrity record of GM/T 0099, the last thing that is done to a document.
fn add_record(archive: &Archive<'_>, out: &Path, options: &Options, terminal: &Terminal) -> Outcome {
    let signer = keys::signer(options.key()?, options.cert.as_deref(), options.password_env.as_deref())?;
    let time = options.time.unwrap_or_else(clock::now);
    output::replace(out, |file| {
        ofd::add_integrity_record(archive, &*signer, time, file).map(|_| ())
    })
    .about(&options.input)?;
    let shown = out.display();
    if options.json {
        terminal.print_json(&json!({ "file": shown.to_string(), "integrity_record": true, "signed_at": time }))?;
    } else {
        terminal.say(&text!("{shown}: integrity record written", "{shown}：已写入完整性记录"))?;
    }
    Ok(Exit::Done)
}

/// Puts everything together but the signature value, and prints the digest that is to be signed.
fn prepare(session: &Path, archive: &Archive<'_>, options: &Options, terminal: &Terminal) -> Outcome {
    phases::prepare(session, options, terminal, |certificate, chain| {
        let plan = Plan::new(options)?;
        let mut request = request(&plan, certificate, options);
        request.chain = chain;
        let prepared = ofd::prepare(archive, &request, &Limits::default(), &Unwatched).about(&options.input)?;
        Ok(phases::Prepared {
            session: prepared.to_bytes(),
            digest: prepared.digest()?.to_vec(),
            algorithm: SignatureAlgorithm::Sm2Sm3,
        })
    })
}

/// The saved session and the signature value that came from outside.
fn resume(session: &Path, options: &Options) -> Outcome<(Session, Vec<u8>)> {
    let resumed = Session::from_bytes(&files::read(session)?).about(session)?;
    Ok((resumed, phases::value(options, SignatureAlgorithm::Sm2Sm3)?))
}

fn request<'a>(plan: &'a Plan, certificate: &'a Certificate, options: &'a Options) -> SignRequest<'a> {
    let time = options.time.unwrap_or_else(clock::now);
    let mut request = match &plan.seal {
        Some(seal) => SignRequest::seal(seal, certificate, time, &plan.placements),
        None => SignRequest::signature(certificate, time),
    };
    if options.lock {
        request.protection = Protection::Whole;
    }
    request.relative = options.relative.as_deref();
    request.document = options.document.saturating_sub(1);
    request
}

/// Says what was written, as it stands in the new file.
fn tell(out: &Path, options: &Options, terminal: &Terminal) -> Outcome<()> {
    let limits = Limits::default();
    let Document::Ofd(archive) = Document::from_path(out, &limits).about(out)? else {
        return Ok(());
    };
    let inspection = ofd::inspect(&archive, &limits, &Unwatched).about(out)?;
    let body = inspection.documents.get(options.document.saturating_sub(1));
    let Some(record) = body.and_then(|body| body.signatures.last()) else {
        return Ok(());
    };
    let shown = out.display();
    if options.json {
        return terminal.print_json(&json!({ "file": shown.to_string(), "signature": to_json(record, options.lock) }));
    }
    let value = record.signed_value.as_ref();
    let signer = value
        .and_then(|value| value.certificates.first())
        .map_or("?", |signer| signer.name.as_str());
    let id = &record.id;
    match value.and_then(|value| value.seal.as_ref()) {
        Some(seal) => {
            let (name, stamps) = (&seal.name, view::stamps::text(&record.stamps, terminal.lang));
            let count = record.stamps.len();
            let places = if count == 1 { "place" } else { "places" };
            terminal.say(&text!(
                "{shown}: seal “{name}” put on by {signer} as {id}, {count} {places}: {stamps}",
                "{shown}：{signer} 已加盖“{name}”（{id}），共 {count} 处：{stamps}"
            ))
        }
        None => terminal.say(&text!(
            "{shown}: signed by {signer} as {id}",
            "{shown}：{signer} 已签名（{id}）"
        )),
    }
}

fn to_json(record: &RecordInfo, locked: bool) -> Value {
    let value = record.signed_value.as_ref();
    json!({
        "id": record.id,
        "kind": if value.is_some_and(|value| value.seal.is_some()) { "seal" } else { "signature" },
        "standard": value.and_then(|value| value.standard),
        "signed_at": value.and_then(|value| value.signed_at),
        "signer": value.and_then(|value| value.certificates.first()),
        "seal": value.and_then(|value| value.seal.as_ref()),
        "stamps": record.stamps.iter().map(|stamp| json!({
            "page": stamp.page,
            "boundary_mm": stamp.boundary_mm,
            "clip_mm": stamp.clip_mm,
        })).collect::<Vec<_>>(),
        "relative": record.relative,
        "locked": locked,
    })
}
