//! `sign`: in one call, or prepared here, signed elsewhere, completed here.

mod ofd;
mod options;
mod pdf;
mod pdf_options;
mod phases;

use sealcore::document::Document;
use sealcore::error::{Error, ErrorKind};
use sealcore::lang::Lang;
use sealcore::limits::Limits;
use sealcore::pdf::Unlock;
use sealcore::placement::Placement;
use sealcore::seal::{Picture, Seal};
use sealcore::source::Source;
use sealcore::text;

pub(crate) use self::options::Options;
use crate::failure::{Explain as _, Outcome};
use crate::terminal::Terminal;
use crate::{files, keys};

pub(crate) fn run(options: &Options, terminal: &Terminal) -> Outcome {
    options.check()?;
    let password = keys::password(options.pdf.document_password_env.as_deref())?;
    let unlock = password
        .as_ref()
        .map_or(Unlock::None, |password| Unlock::Password(password.as_str()));
    let source = Source::from_path(&options.input).about(&options.input)?;
    let document = Document::from_source(source, &Limits::default(), &unlock).about(&options.input)?;
    match &document {
        Document::Ofd(archive) => ofd::run(archive, options, terminal),
        Document::Pdf(opened) => pdf::run(opened, options, terminal),
        _ => {
            let error = Error::new(
                ErrorKind::Format,
                text!("OFD and PDF documents are signed", "只能对 OFD 与 PDF 文档签名"),
            );
            Err(error).about(&options.input)
        }
    }
}

/// What is shown, and where.
struct Plan {
    seal: Option<Seal>,
    /// Without a seal.
    picture: Option<Picture>,
    placements: Vec<Placement>,
}

impl Plan {
    fn new(options: &Options) -> Outcome<Self> {
        let seal = match &options.seal {
            Some(path) => Some(Seal::from_der(&files::read(path)?).about(path)?),
            None => None,
        };
        let shown = &options.pdf;
        let picture = match (&shown.picture, shown.width, shown.height) {
            (Some(path), Some(width), Some(height)) => Some(files::picture(path, width, height)?),
            _ => None,
        };
        Ok(Self {
            seal,
            picture,
            placements: options.placements()?,
        })
    }
}

/// The words for a language that a message needs inside.
fn in_both(error: &Error) -> (String, String) {
    (error.describe(Lang::En), error.describe(Lang::Zh))
}
