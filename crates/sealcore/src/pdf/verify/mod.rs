//! Verifies a PDF: each signature by its bytes, what it covers, what came after it.

mod coverage;
mod difference;
mod picture;
pub(crate) mod signature;
pub(crate) mod stamp;
mod strays;
mod tail;

use super::date;
use super::file::Pdf;
use super::opened::Opened;
use super::permission;
use crate::cert::Certificate;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Lang;
use crate::limits::Budget;
use crate::monitor::{self, Monitor};
use crate::report::{
    Changes, Code, Coverage, Effect, Finding, Format, Integrity, Report, SignatureKind, SignatureReport,
};
use crate::seal::Picture;
use crate::text;
use crate::verify::{Context, Digests, Host, Original, SignedValue, VerifyOptions};
use coverage::Covered;
use picture::Pictures;
use signature::{Signature, Signatures};
use stamp::{Place, Sheets};
use strays::Search;
use tail::Tails;

/// What is digested between two looks at the monitor: little enough to be still in the processor's cache when it is searched
/// for strays.
const STRIDE: u64 = 256 << 10;

/// Verifies every signature of a PDF.
///
/// # Errors
/// [`ErrorKind::Pdf`] when the form of a sound file cannot be read, [`ErrorKind::Limit`] when the document costs more than
/// the limits allow, [`ErrorKind::Io`] when it cannot be read, [`ErrorKind::Cancelled`].
pub fn verify(opened: &Opened<'_>, options: &VerifyOptions<'_>) -> Result<Report> {
    let mut findings = Vec::new();
    if let Some(fault) = opened.fault() {
        findings.push(damaged(fault));
    }
    let mut reports = Vec::new();
    if let Some(pdf) = opened.pdf() {
        let mut found = signature::find(pdf)?;
        let search = Search::new(pdf, &found);
        let fault = found.fault.take();
        let is_form_read = fault.is_none();
        if let Some(fault) = fault {
            if found.all.is_empty() && search.finish()?.is_empty() {
                return Err(fault);
            }
            findings.push(damaged(&fault));
        }
        let before_strays = findings.len();
        if let Some(fault) = tail::begins_elsewhere(pdf) {
            findings.push(damaged(&fault));
        }
        if tail::stands_behind(pdf)? {
            let end = pdf.end();
            findings.push(Finding::new(Code::PdfTrailing).with(text!(
                "bytes stand behind the end of the file, from {end} on",
                "文件结尾之后（自字节 {end} 起）还有内容"
            )));
        }
        if pdf.permissions_altered() {
            findings.push(Finding::new(Code::PdfPermissionsAltered));
        }
        options
            .limits
            .check(found.all.len(), options.limits.signatures, "signatures", "签名数量")?;
        note_fields(&found, &mut findings);
        if is_form_read && found.all.len() > 1 {
            findings.append(&mut permission::contradictions(&pdf.latest())?);
        }
        let replaced = join_replaced(&mut found);
        let mut shared = Shared {
            search,
            tails: Tails::default(),
            sheets: Sheets::default(),
            pictures: Pictures::default(),
            // One signature may cover a file of any length; a thousand may not each have a large one digested.
            digested: Budget::of(options.limits.inflated_bytes.max(pdf.len().saturating_mul(2))),
        };
        for (one, replaced) in found.all.iter().zip(replaced) {
            let mut report = judge(pdf, one, opened.fault(), options, &mut shared)?;
            if replaced {
                report.changes = Changes::Forbidden;
                report.findings.push(Finding::new(Code::PdfSignatureReplaced));
            }
            reports.push(report);
        }
        // What was cut off is told of as a whole.
        if opened.fault().is_none() {
            let strays = shared.search.finish()?.into_iter().map(stray);
            findings.splice(before_strays..before_strays, strays);
        }
        // Where something else speaks against the document a signature may be out of reach.
        let is_sound = options.policy.effect_of(&findings) == Effect::None;
        if is_sound && !reports.is_empty() && Report::is_nobodys(&reports) {
            findings.push(Finding::new(Code::PdfTimestampsAlone));
        }
    }
    Ok(Report::new(Format::Pdf, options.policy, reports, findings))
}

/// What the signatures of one file have in common.
struct Shared<'s, 'a> {
    search: Search<'s, 'a>,
    tails: Tails,
    sheets: Sheets,
    pictures: Pictures,
    digested: Budget,
}

fn damaged(fault: &Error) -> Finding {
    let (en, zh) = (fault.describe(Lang::En), fault.describe(Lang::Zh));
    Finding::new(Code::PdfTail).with(text!(
        "the file opens only in readers that repair it: {en}",
        "该文件只能由会修复文件的阅读器打开：{zh}"
    ))
}

fn note_fields(found: &Signatures, findings: &mut Vec<Finding>) {
    for (name, error) in &found.broken {
        let (en, zh) = (error.describe(Lang::En), error.describe(Lang::Zh));
        findings.push(Finding::new(Code::PdfFieldBroken).with(text!(
            "the signature field {name} cannot be read: {en}",
            "签名域 {name} 无法读取：{zh}"
        )));
    }
    for name in &found.empty {
        findings.push(
            Finding::new(Code::PdfFieldEmpty).with(text!("the signature field {name} is empty", "签名域 {name} 为空")),
        );
    }
}

fn stray(at: u64) -> Finding {
    Finding::new(Code::PdfSignatureUnreached).with(text!(
        "a signature stands at byte {at}, and no field of any revision leads to it",
        "字节 {at} 处有一个签名，但任何修订版本的表单域都不指向它"
    ))
}

/// Takes out dictionaries that a later revision put in the place of another's for the same field and the same bytes; tells
/// for each that stays whether that was done to it.
fn join_replaced(found: &mut Signatures) -> Vec<bool> {
    let mut kept: Vec<Signature> = Vec::new();
    let mut replaced: Vec<bool> = Vec::new();
    for one in std::mem::take(&mut found.all) {
        let older = kept.iter().position(|older| {
            older.names.iter().any(|name| one.names.contains(name))
                && coverage::same_range(&older.dictionary, &one.dictionary)
        });
        match older.and_then(|at| Some((kept.get_mut(at)?, replaced.get_mut(at)?))) {
            Some((older, mark)) => {
                older.is_current |= one.is_current;
                older.widgets = one.widgets;
                *mark = true;
            }
            None => {
                kept.push(one);
                replaced.push(false);
            }
        }
    }
    found.all = kept;
    replaced
}

fn judge(
    pdf: &Pdf<'_>,
    one: &Signature,
    fault: Option<&Error>,
    options: &VerifyOptions<'_>,
    shared: &mut Shared<'_, '_>,
) -> Result<SignatureReport> {
    let name = one.names.first().cloned().unwrap_or_default();
    let mut report = SignatureReport::new(name, SignatureKind::Signature);
    if one.names.len() > 1 {
        let names = one.names.join(", ");
        report.findings.push(Finding::new(Code::PdfSharedValue).with(text!(
            "the fields {names} show one signature",
            "表单域 {names} 显示同一个签名"
        )));
    }
    let mut covered = coverage::judge(pdf, one)?;
    report.findings.append(&mut covered.findings);
    let (integrity, picture) = value(pdf, one, &covered, (options, shared), &mut report)?;
    report.integrity = integrity;
    // PAdES asks for /DocTimeStamp; without any /Type the token itself is enough to tell.
    if report.kind == SignatureKind::Timestamp && one.dictionary.is_type("Sig") {
        report.kind = SignatureKind::Signature;
        report.findings.push(Finding::new(Code::PdfTimestampType));
    }
    let signed = covered.section.map(|section| pdf.as_of(section));
    let latest = pdf.latest();
    let places = stamp::places(&latest, &one.names, &one.widgets, signed, &shared.sheets);
    report.stamps = stamp::stamps(&places, &latest, &shared.sheets);
    if let Some(picture) = picture {
        let units = |place: &Place<'_>| shared.sheets.page(&latest, place).map_or(1.0, |page| page.user_unit);
        let shown: Vec<_> = places.iter().map(|place| (place, units(place))).collect();
        let view = signed.unwrap_or(latest);
        report.findings.extend(shared.pictures.judge(&view, &picture, &shown)?);
    }
    let whole = !report.findings.iter().any(|finding| is_about_coverage(finding.code));
    match covered.section.filter(|_| whole) {
        Some(section) => aftermath(pdf, section, &covered, (fault, &mut shared.tails), options, &mut report)?,
        None => report.changes = Changes::Forbidden,
    }
    if !one.is_current {
        report.changes = Changes::Forbidden;
        report.findings.push(Finding::new(Code::PdfSignatureRemoved));
    }
    Ok(report)
}

fn is_about_coverage(code: Code) -> bool {
    matches!(
        code,
        Code::PdfByteRange | Code::PdfGap | Code::PdfCoverage | Code::PdfNoValue | Code::PdfDuplicateKey
    )
}

/// The bytes in the blocks of a ByteRange.
struct Blocks<'b, 's, 'a> {
    blocks: &'b [(u64, u64)],
    search: &'b Search<'s, 'a>,
    monitor: &'b dyn Monitor,
    digested: &'b Budget,
}

impl Original for Blocks<'_, '_, '_> {
    fn feed(&self, each: &mut dyn FnMut(&[u8])) -> Result<()> {
        for (start, length) in self.blocks {
            self.digested.inflate(*length)?;
            let (mut at, end) = (*start, start + length);
            while at < end {
                let stride = STRIDE.min(end - at);
                let begin = at;
                self.search.source().pieces(begin, stride, |piece| {
                    each(piece);
                    self.search.pass(at, piece)?;
                    at += piece.len() as u64;
                    Ok(true)
                })?;
                monitor::advance(self.monitor, usize::try_from(stride).unwrap_or(usize::MAX))?;
            }
        }
        Ok(())
    }
}

/// Judges the value in /Contents over the blocks; gives the picture of the seal that it holds.
fn value(
    pdf: &Pdf<'_>,
    one: &Signature,
    covered: &Covered,
    (options, shared): (&VerifyOptions<'_>, &Shared<'_, '_>),
    report: &mut SignatureReport,
) -> Result<(Integrity, Option<Picture>)> {
    let Some(contents) = &covered.contents else {
        return Ok((Integrity::Altered, None));
    };
    if covered.blocks.is_empty() {
        return Ok((Integrity::Altered, None));
    }
    let value = match SignedValue::read(contents, Host::Pdf) {
        Ok(value) => value,
        Err(error) if matches!(error.kind(), ErrorKind::Limit | ErrorKind::Io) => return Err(error),
        Err(error) => {
            let (en, zh) = (error.describe(Lang::En), error.describe(Lang::Zh));
            report.findings.push(
                Finding::new(Code::SignatureUnreadable)
                    .with(text!("the signature cannot be read: {en}", "签名无法读取：{zh}")),
            );
            return Ok((Integrity::Altered, None));
        }
    };
    let blocks = Blocks {
        blocks: &covered.blocks,
        search: &shared.search,
        monitor: options.monitor,
        digested: &shared.digested,
    };
    let digests = Digests::new(&blocks);
    let context = Context {
        host: Host::Pdf,
        original: &digests,
        certificates: &stated_certificates(pdf, one),
        stated_time: stated_time(pdf, one),
        options,
    };
    let integrity = value.judge(&context, report)?;
    let picture = match value {
        SignedValue::Seal(signature) => Some(signature.seal.picture),
        _ => None,
    };
    Ok((integrity, picture))
}

/// `/Cert`: one certificate or an array of them, as `adbe.x509.rsa_sha1` has it.
fn stated_certificates(pdf: &Pdf<'_>, one: &Signature) -> Vec<Certificate> {
    let view = pdf.latest();
    let Ok(value) = view.lookup(&one.dictionary, "Cert") else {
        return Vec::new();
    };
    let items = value.as_array().unwrap_or(std::slice::from_ref(&*value));
    items
        .iter()
        .take(16)
        .filter_map(|item| Certificate::from_der(view.resolve(item).ok()?.as_string()?).ok())
        .collect()
}

fn stated_time(pdf: &Pdf<'_>, one: &Signature) -> Option<crate::asn1::Time> {
    let view = pdf.latest();
    let value = view.lookup(&one.dictionary, "M").ok()?;
    date::parse(&value.as_text()?)
}

/// What came after the revision that is covered.
fn aftermath(
    pdf: &Pdf<'_>,
    section: usize,
    covered: &Covered,
    (fault, tails): (Option<&Error>, &mut Tails),
    options: &VerifyOptions<'_>,
    report: &mut SignatureReport,
) -> Result<()> {
    let end = covered.blocks.last().map_or(0, |(start, length)| start + length);
    let broken = tails.check(pdf, section, end)?;
    if let Some(fault) = broken.as_deref().or(fault) {
        let (en, zh) = (fault.describe(Lang::En), fault.describe(Lang::Zh));
        report.changes = Changes::Forbidden;
        report.findings.push(Finding::new(Code::PdfTail).with(text!(
            "after the signed revision something was appended that is no complete update: {en}",
            "签名版本之后被追加了不完整的内容：{zh}"
        )));
        return Ok(());
    }
    report.coverage = Coverage::Whole;
    let signed = pdf.as_of(section).until(end);
    let comparison = difference::compare(&signed, &pdf.latest(), options.monitor)?;
    let rules = permission::Rules::read(&signed)?;
    let (changes, mut findings) = difference::judge(&comparison, &rules, options.policy);
    report.changes = changes;
    report.findings.append(&mut findings);
    Ok(())
}
