//! What a signer should know before signing: ways in which a document can be prepared so that it shows something else later
//! (shadow attacks), and ways in which it shows different things to different readers.

mod action;
mod annotation;
mod cover;
mod form;
mod graph;
mod layer;
mod paint;
mod reach;
mod revision;
mod shape;

use std::collections::BTreeMap;

use super::file::{Pdf, View};
use crate::error::{Error, ErrorKind, Result};
use crate::lang::{Lang, Text};
use crate::limits::Limits;
use crate::monitor::{Monitor, Strides};
use crate::report::{Code, Finding, Severity};
use crate::text;
use paint::Effort;

/// Findings of one code that are told one by one; the rest are counted.
const TOLD: usize = 10;

/// Looks for what a signer should not sign, or should know. `monitor` is told of as many bytes as the file has.
///
/// Findings of severity [`Severity::Warning`] should be told before a seal goes on: see [`is_serious`]. None of them is proof
/// of an attack.
///
/// # Errors
/// [`ErrorKind::Pdf`] without a document catalog or page tree, [`ErrorKind::Limit`], [`ErrorKind::Io`],
/// [`ErrorKind::Cancelled`]. What is unreadable further on is a finding.
pub fn risks(pdf: &Pdf<'_>, limits: &Limits, monitor: &dyn Monitor) -> Result<Vec<Finding>> {
    // Each byte is searched once, beside the objects that are read.
    let strides = Strides::begin(monitor, pdf.len())?;
    let findings = strides.outweighs(look(&pdf.latest().watched(&strides), limits))?;
    strides.finish()?;
    Ok(findings)
}

fn look(view: &View<'_, '_>, limits: &Limits) -> Result<Vec<Finding>> {
    let mut told = Told::default();
    let pages = view.pages()?;
    limits.check(pages.len(), limits.pages, "pages", "页数")?;
    let layers = layer::read(view, &mut told)?;
    graph::look(view, &mut told)?;
    revision::look(view, &pages, &mut told)?;
    let mut effort = Effort::default();
    let widgets = form::look(view, &mut effort, &mut told)?;
    cover::look(view, &pages, &layers, &widgets, effort.renewed(), &mut told)?;
    Ok(told.finish())
}

/// Whether a risk is one that a signer should be told of before the seal goes on.
#[must_use]
pub fn is_serious(finding: &Finding) -> bool {
    finding.severity() >= Severity::Warning
}

/// What was found, by code.
#[derive(Debug, Default)]
struct Told {
    all: BTreeMap<Code, (Vec<Finding>, usize)>,
}

impl Told {
    fn add(&mut self, finding: Finding) {
        let (told, more) = self.all.entry(finding.code).or_default();
        if told.contains(&finding) {
            return;
        }
        if told.len() < TOLD {
            told.push(finding);
        } else {
            *more += 1;
        }
    }

    fn say(&mut self, code: Code, message: Text, part: impl Into<String>) {
        let part = part.into();
        let finding = Finding::new(code).with(message);
        self.add(if part.is_empty() {
            finding
        } else {
            finding.in_part(part)
        });
    }

    /// The value, or a finding that it could not be looked at.
    fn unless_broken<T>(&mut self, result: Result<T>, part: impl Into<String>) -> Result<Option<T>> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(error) if is_fatal(error.kind()) => Err(error),
            Err(error) => {
                self.broken(&error, part);
                Ok(None)
            }
        }
    }

    fn broken(&mut self, error: &Error, part: impl Into<String>) {
        let (en, zh) = (error.describe(Lang::En), error.describe(Lang::Zh));
        let message = text!("a part could not be looked at: {en}", "有内容未能检查：{zh}");
        self.say(Code::RiskUnjudged, message, part);
    }

    /// Says that there was too much of something.
    fn too_much(&mut self, what: &str, zh: &str) {
        let message = text!("there is more than is looked at: {what}", "内容过多，未全部检查：{zh}");
        self.say(Code::RiskUnjudged, message, "");
    }

    fn finish(self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (code, (told, more)) in self.all {
            findings.extend(told);
            if more > 0 {
                let meaning = code.meaning();
                let (en, zh) = (meaning.get(Lang::En).to_owned(), meaning.get(Lang::Zh).to_owned());
                findings.push(Finding::new(code).with(text!("{en}: {more} more", "{zh}：另有 {more} 处")));
            }
        }
        // Warnings first.
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
        findings
    }
}

fn is_fatal(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::Io | ErrorKind::Cancelled)
}
