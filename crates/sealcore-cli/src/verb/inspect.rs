//! `inspect`: structure without judgement.

use std::path::PathBuf;

use sealcore::document::Document;
use sealcore::inspection::{Inspection, Structure};
use sealcore::lang::Lang;
use sealcore::limits::Limits;
use sealcore::pdf::Unlock;
use sealcore::source::Source;
use serde_json::Value;

use crate::exit::Exit;
use crate::failure::{Explain as _, Outcome};
use crate::terminal::{Terminal, clean};
use crate::view::progress;
use crate::{keys, view};

/// Options of `inspect`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// An OFD or PDF document, or a seal / OFD 或 PDF 文档，或印章文件
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What a signer should know before signing, too / 同时列出签章前应知的风险
    #[arg(long)]
    risks: bool,
    /// Environment variable with the password of an encrypted document / 存放加密文档口令的环境变量
    #[arg(long, value_name = "VAR")]
    password_env: Option<String>,
    /// One JSON object / 输出一行 JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(options: &Options, terminal: &Terminal) -> Outcome {
    let limits = Limits::default();
    let password = keys::password(options.password_env.as_deref())?;
    let unlock = password
        .as_deref()
        .map_or(Unlock::None, |password| Unlock::Password(password));
    let file = options.file.display().to_string();
    let document = Source::from_path(&options.file)
        .and_then(|source| Document::from_source(source, &limits, &unlock))
        .about(&options.file)?;
    let bar = progress::bar(&[Ok(options.file.clone())]);
    bar.inc_length(document.size());
    let watch = |bytes: u64| {
        bar.inc(bytes);
        true
    };
    let inspection = document.inspect(options.risks, &limits, &watch);
    bar.finish_and_clear();
    let inspection = inspection.about(&options.file).ending(Exit::Unreadable)?;
    if options.json {
        let mut members = serde_json::Map::from_iter([("file".to_owned(), file.into())]);
        if let Value::Object(own) = inspection.to_json(terminal.lang) {
            members.extend(own);
        }
        terminal.print_json(&members.into())?;
    } else {
        terminal.print(&clean(&text(&inspection, &file, terminal.lang)))?;
    }
    Ok(Exit::Done)
}

fn text(inspection: &Inspection, file: &str, lang: Lang) -> String {
    let mut text = match &inspection.structure {
        Structure::Ofd(inspection) => format!("{file}\n{}", view::inspection::text(inspection, lang)),
        Structure::Pdf(inspection) => format!("{file}\n{}", view::pdf_inspection::text(inspection, lang)),
        Structure::Seal(seal) => return view::seal::text(seal, lang),
        _ => format!("{file}\n"),
    };
    let mut line = |en: &str, zh: &str, value: &str| text.push_str(&view::seal::fact(en, zh, value, lang));
    for problem in inspection.problems() {
        line("unreadable", "无法读取", &problem.describe(lang));
    }
    for finding in inspection.risks.iter().flatten() {
        let (message, code) = (finding.message(lang), finding.code.name());
        let severity = finding.severity().name();
        line("risk", "风险", &format!("{message} [{code}, {severity}]"));
    }
    if inspection.risks.as_ref().is_some_and(Vec::is_empty) {
        line("risk", "风险", "-");
    }
    text
}
