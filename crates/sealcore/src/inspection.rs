//! What is in a document, without judgement: the same in every format for whoever shows it.

use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Lang;
use crate::limits::Limits;
use crate::monitor::{Monitor, Strides};
use crate::report::{Finding, Format};
use crate::seal::Seal;
use crate::{ofd, pdf};

/// The structure of a document, and where asked for, what a signer should know before signing it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Inspection {
    /// What it is made of.
    pub structure: Structure,
    /// What a signer should know; `None` when it was not asked for. A seal has none.
    pub risks: Option<Vec<Finding>>,
}

/// What a document is made of.
#[derive(Debug)]
#[non_exhaustive]
pub enum Structure {
    /// An OFD package.
    Ofd(ofd::Inspection),
    /// A PDF file.
    Pdf(pdf::Inspection),
    /// A seal, as it states itself.
    Seal(Box<Seal>),
}

impl Document<'_> {
    /// Says what is in the document. The risks of a PDF that cannot be found are one of its [`Inspection::problems`].
    /// `monitor` is told of no more bytes than [`Document::size`].
    ///
    /// # Errors
    /// As [`ofd::inspect`] and [`ofd::risks`], [`pdf::inspect()`], and [`Seal::from_der`]; [`ErrorKind::Cancelled`].
    pub fn inspect(&self, with_risks: bool, limits: &Limits, monitor: &dyn Monitor) -> Result<Inspection> {
        let mut risks = with_risks.then(Vec::new);
        // The document is gone through once more for its risks. A seal has none.
        let half = |bytes: u64| monitor.advance(bytes / 2);
        let monitor = if with_risks && self.format() != Format::Seal {
            &half
        } else {
            monitor
        };
        let structure = match self {
            Self::Ofd(archive) => {
                let inspection = ofd::inspect(archive, limits, monitor)?;
                if let Some(risks) = &mut risks {
                    *risks = ofd::risks(archive, limits, monitor)?;
                }
                Structure::Ofd(inspection)
            }
            Self::Pdf(opened) => {
                let mut inspection = pdf::inspect(opened, limits, monitor)?;
                if let (Some(risks), Some(pdf)) = (&mut risks, opened.pdf()) {
                    match pdf::risks(pdf, limits, monitor) {
                        Ok(found) => *risks = found,
                        Err(error) if error.kind() == ErrorKind::Cancelled => return Err(error),
                        Err(error) => inspection.problems.push(error),
                    }
                }
                Structure::Pdf(inspection)
            }
            Self::Seal(bytes) => {
                let strides = Strides::begin(monitor, self.size())?;
                let seal = Seal::from_der(bytes)?;
                strides.finish()?;
                Structure::Seal(Box::new(seal))
            }
        };
        Ok(Inspection { structure, risks })
    }
}

/// A seal by itself, without risks.
impl From<Seal> for Inspection {
    fn from(seal: Seal) -> Self {
        Self {
            structure: Structure::Seal(Box::new(seal)),
            risks: None,
        }
    }
}

impl Inspection {
    /// What it is.
    #[must_use]
    pub fn format(&self) -> Format {
        match self.structure {
            Structure::Ofd(_) => Format::Ofd,
            Structure::Pdf(_) => Format::Pdf,
            Structure::Seal(_) => Format::Seal,
        }
    }

    /// Parts that could not be read, each naming itself.
    #[must_use]
    pub fn problems(&self) -> &[Error] {
        match &self.structure {
            Structure::Ofd(inspection) => &inspection.problems,
            Structure::Pdf(inspection) => &inspection.problems,
            Structure::Seal(_) => &[],
        }
    }

    /// One JSON object: `format`; then the structure, with `problems`, or `seal`; `risks`, where they were asked for.
    #[must_use]
    pub fn to_json(&self, lang: Lang) -> Value {
        let mut members = Map::new();
        members.insert("format".to_owned(), self.format().name().into());
        let own = match &self.structure {
            Structure::Ofd(inspection) => serde_json::to_value(inspection).unwrap_or_default(),
            Structure::Pdf(inspection) => serde_json::to_value(inspection).unwrap_or_default(),
            Structure::Seal(seal) => json!({ "seal": seal.to_json() }),
        };
        if let Value::Object(own) = own {
            members.extend(own);
        }
        if self.format() != Format::Seal {
            let problems = self.problems().iter().map(|error| error.to_json(lang));
            members.insert("problems".to_owned(), problems.collect());
        }
        if let Some(risks) = &self.risks {
            let risks = risks.iter().map(|finding| finding.to_json(lang));
            members.insert("risks".to_owned(), risks.collect());
        }
        Value::Object(members)
    }
}
