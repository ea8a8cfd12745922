//! Signs PDF documents.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use sealcore::cert::Certificate;
use sealcore::error::{Error, ErrorKind};
use sealcore::lang::Lang;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::pdf::{self, Opened, Pdf, Session, SignRequest};
use sealcore::report::Finding;
use sealcore::{output, text};
use serde_json::json;

use super::{Options, Plan, phases};
use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};
use crate::terminal::Terminal;
use crate::{clock, files, keys, view};

pub(super) fn run(opened: &Opened<'_>, options: &Options, terminal: &Terminal) -> Outcome {
    options.check_pdf()?;
    let pdf = opened.sound().about(&options.input)?;
    // Before the second phase it was looked at in the first.
    let risks = if options.complete.is_none() {
        warn(pdf, options, terminal)?
    } else {
        Vec::new()
    };
    if let Some(session) = &options.prepare {
        return prepare(session, pdf, options, terminal);
    }
    let out = Target::of(options)?;
    if let Some(session) = &options.complete {
        let session = resume(session)?;
        let value = phases::value(options, session.algorithm())?;
        let session = stamped(session, &value, options)?;
        out.write(&session, &value, |file| session.complete(pdf, &value, file).map(|_| ()))
            .about(&options.input)?;
        return tell(&out, &session, None, &risks, options, terminal);
    }
    let signer = keys::signer(options.key()?, options.cert.as_deref(), options.password_env.as_deref())?;
    let plan = Plan::new(options)?;
    let mut request = request(&plan, signer.certificate(), pdf, options).about(&options.input)?;
    request.chain = signer.chain();
    request.algorithm = Some(signer.algorithm());
    let session = pdf::prepare(pdf, &request, &Limits::default(), &Unwatched).about(&options.input)?;
    let value = signer.sign_digest(&session.digest()?)?;
    let session = stamped(session, &value, options)?;
    out.write(&session, &value, |file| {
        session.complete_at_once(pdf, &value, file).map(|_| ())
    })
    .about(&options.input)?;
    tell(&out, &session, Some(&request), &risks, options, terminal)
}

/// With a time stamp over the value, where one is wanted.
fn stamped(session: Session, value: &[u8], options: &Options) -> Outcome<Session> {
    let Some(stamper) = options.stamper()? else {
        return Ok(session);
    };
    let token = stamper.stamp(session.imprint(value)?)?;
    Ok(session.with_time_stamp(value, &token)?)
}

/// Tells what a signer should know before the seal goes on; refuses where that is asked for.
fn warn(pdf: &Pdf<'_>, options: &Options, terminal: &Terminal) -> Outcome<Vec<Finding>> {
    if options.pdf.no_risks {
        return Ok(Vec::new());
    }
    let mut risks = pdf::risks(pdf, &Limits::default(), &Unwatched).about(&options.input)?;
    risks.retain(pdf::is_serious);
    for risk in &risks {
        let (en, zh) = (risk.message(Lang::En), risk.message(Lang::Zh));
        let code = risk.code.name();
        terminal.note(&text!("warning: {en} [{code}]", "警告：{zh} [{code}]"));
    }
    if options.pdf.refuse_risks && !risks.is_empty() {
        let count = risks.len();
        return Err(Failure::refused(text!(
            "the document holds {count} things that a signer should not sign",
            "文档中有 {count} 项不宜签署的内容"
        )));
    }
    Ok(risks)
}

fn request<'a>(
    plan: &'a Plan,
    certificate: &'a Certificate,
    pdf: &Pdf<'_>,
    options: &'a Options,
) -> Result<SignRequest<'a>, Error> {
    let time = options.time.unwrap_or_else(clock::now);
    let mut request = match &plan.seal {
        Some(seal) => SignRequest::seal(seal, certificate, time, &plan.placements),
        None => SignRequest::signature(certificate, time),
    };
    request.picture = plan.picture.as_ref();
    request.placements = &plan.placements;
    let form = pdf.latest().form()?;
    let mut fields = form.iter().flat_map(|form| &form.fields);
    let signed = fields.any(|field| field.is_signature() && field.value.is_some());
    options.pdf.apply(&mut request, options.lock, !signed);
    if options.is_stamped() {
        request.reserve = request.reserve.max(pdf::STAMP_RESERVE);
    }
    Ok(request)
}

/// Puts everything together but the signature value, and prints the digest that is to be signed.
fn prepare(session: &Path, pdf: &Pdf<'_>, options: &Options, terminal: &Terminal) -> Outcome {
    phases::prepare(session, options, terminal, |certificate, chain| {
        let plan = Plan::new(options)?;
        let mut request = request(&plan, certificate, pdf, options).about(&options.input)?;
        request.chain = chain;
        let prepared = pdf::prepare(pdf, &request, &Limits::default(), &Unwatched).about(&options.input)?;
        Ok(phases::Prepared {
            session: prepared.to_bytes(),
            digest: prepared.digest()?,
            algorithm: prepared.algorithm(),
        })
    })
}

fn resume(session: &Path) -> Outcome<Session> {
    let bytes = files::read(session)?;
    Session::from_bytes(&bytes).about(session)
}

/// Where the signed document goes.
enum Target<'t> {
    /// To the end of the document itself.
    InPlace(&'t Path),
    /// Whole or not at all.
    Out(&'t Path),
}

impl<'t> Target<'t> {
    fn of(options: &'t Options) -> Outcome<Self> {
        if options.pdf.in_place {
            return Ok(Self::InPlace(&options.input));
        }
        let out = options.out()?;
        if !files::is_same(out, &options.input) {
            files::check_free(out, options.force)?;
        }
        Ok(Self::Out(out))
    }

    fn path(&self) -> &'t Path {
        match self {
            Self::InPlace(path) | Self::Out(path) => path,
        }
    }

    fn write(
        &self,
        session: &Session,
        value: &[u8],
        whole: impl FnOnce(&mut BufWriter<&File>) -> Result<(), Error>,
    ) -> Outcome<()> {
        let written = match self {
            Self::InPlace(path) => session.append(path, value),
            Self::Out(path) => output::replace(path, whole),
        };
        written.map_err(|error| {
            // What was prepared could be read, so this is about writing.
            let io = error.kind() == ErrorKind::Io;
            let failure = Failure::from(error);
            if io { failure.ending(Exit::Refused) } else { failure }
        })
    }
}

/// Says what was written.
fn tell(
    out: &Target<'_>,
    session: &Session,
    request: Option<&SignRequest<'_>>,
    risks: &[Finding],
    options: &Options,
    terminal: &Terminal,
) -> Outcome {
    let shown = out.path().display();
    let (field, stamps) = (session.field(), session.stamps());
    let info = session.certificate().info();
    let seal = request.and_then(|request| request.seal);
    if options.json {
        let stamps: Vec<_> = stamps
            .iter()
            .map(|stamp| {
                json!({
                    "page": stamp.page + 1,
                    "boundary_mm": stamp.boundary.to_array(),
                    "clip_mm": stamp.clip.map(sealcore::placement::Boundary::to_array),
                })
            })
            .collect();
        terminal.print_json(&json!({ "file": shown.to_string(), "signature": {
            "id": field,
            "kind": if session.is_seal() { "seal" } else { "signature" },
            "standard": session.standard(),
            "signed_at": session.time(),
            "signer": info,
            "seal": seal.map(|seal| seal.info()),
            "stamps": stamps,
            "certified": request.and_then(|request| request.certify).map(|permission| permission.number()),
            "locked": options.lock,
        }, "risks": risks.iter().map(|risk| risk.to_json(terminal.lang)).collect::<Vec<_>>() }))?;
        return Ok(Exit::Done);
    }
    let signer = &info.name;
    let places = view::stamps::placed(stamps, terminal.lang);
    terminal.say(&match (seal, stamps.len()) {
        (Some(seal), count) if count > 0 => {
            let (name, plural) = (&seal.property.name, if count == 1 { "place" } else { "places" });
            text!(
                "{shown}: seal “{name}” put on by {signer} as {field}, {count} {plural}: {places}",
                "{shown}：{signer} 已加盖“{name}”（{field}），共 {count} 处：{places}"
            )
        }
        (Some(seal), _) => {
            let name = &seal.property.name;
            text!(
                "{shown}: seal “{name}” put on by {signer} as {field}",
                "{shown}：{signer} 已加盖“{name}”（{field}）"
            )
        }
        (None, _) => text!(
            "{shown}: signed by {signer} as {field}",
            "{shown}：{signer} 已签名（{field}）"
        ),
    })?;
    Ok(Exit::Done)
}
