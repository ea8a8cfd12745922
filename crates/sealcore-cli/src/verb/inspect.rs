//! `inspect`: structure without judgement.

use std::path::PathBuf;

use sealcore::document::Document;
use sealcore::error::Error;
use sealcore::limits::Limits;
use sealcore::pdf::{self, Unlock};
use sealcore::report::Finding;
use sealcore::seal::Seal;
use sealcore::source::Source;
use sealcore::{error, ofd};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::{Explain as _, Outcome};
use crate::terminal::{Terminal, clean};
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
    let told = match &document {
        Document::Ofd(archive) => {
            let inspection = ofd::inspect(archive, &limits)
                .about(&options.file)
                .ending(Exit::Unreadable)?;
            Told {
                format: "ofd",
                text: view::inspection::text(&inspection, terminal.lang),
                value: serde_json::to_value(&inspection).unwrap_or_default(),
                problems: inspection.problems,
                risks: risks(options, || ofd::risks(archive, &limits))
                    .about(&options.file)
                    .ending(Exit::Unreadable)?,
            }
        }
        Document::Pdf(opened) => {
            let inspection = pdf::inspect(opened, &limits)
                .about(&options.file)
                .ending(Exit::Unreadable)?;
            let found = opened
                .pdf()
                .map(|pdf| risks(options, || pdf::risks(pdf, &limits)))
                .transpose();
            let mut told = Told {
                format: "pdf",
                text: view::pdf_inspection::text(&inspection, terminal.lang),
                value: serde_json::to_value(&inspection).unwrap_or_default(),
                problems: inspection.problems,
                risks: Vec::new(),
            };
            match found {
                Ok(found) => told.risks = found.unwrap_or_default(),
                // Its structure is told all the same.
                Err(error) => told.problems.push(error),
            }
            told
        }
        Document::Seal(bytes) => {
            let seal = Seal::from_der(bytes).about(&options.file)?;
            Told {
                format: "seal",
                text: view::seal::text(&seal, terminal.lang),
                value: json!({ "seal": view::seal::to_json(&seal) }),
                problems: Vec::new(),
                risks: Vec::new(),
            }
        }
        _ => return Err(crate::failure::Failure::not_built("inspect")),
    };
    told.tell(&file, options, terminal)?;
    Ok(Exit::Done)
}

fn risks(options: &Options, find: impl FnOnce() -> error::Result<Vec<Finding>>) -> error::Result<Vec<Finding>> {
    if options.risks { find() } else { Ok(Vec::new()) }
}

/// What is told of a file, in every format alike.
struct Told {
    format: &'static str,
    text: String,
    value: Value,
    problems: Vec<Error>,
    risks: Vec<Finding>,
}

impl Told {
    fn tell(self, file: &str, options: &Options, terminal: &Terminal) -> Outcome<()> {
        if options.json {
            return terminal.print_json(&self.into_json(file, options, terminal));
        }
        let heading = if self.format == "seal" {
            String::new()
        } else {
            format!("{file}\n")
        };
        let mut text = heading + &self.text;
        for problem in &self.problems {
            let line = problem.describe(terminal.lang);
            text.push_str(&view::seal::fact("unreadable", "无法读取", &line, terminal.lang));
        }
        if options.risks && self.format != "seal" {
            for finding in &self.risks {
                let (message, code) = (finding.message(terminal.lang), finding.code.name());
                let line = format!("{message} [{code}, {}]", finding.severity().name());
                text.push_str(&view::seal::fact("risk", "风险", &line, terminal.lang));
            }
            if self.risks.is_empty() {
                text.push_str(&view::seal::fact("risk", "风险", "-", terminal.lang));
            }
        }
        terminal.print(&clean(&text))
    }

    fn into_json(self, file: &str, options: &Options, terminal: &Terminal) -> Value {
        let mut value = json!({ "file": file, "format": self.format });
        if let (Value::Object(value), Value::Object(own)) = (&mut value, self.value) {
            value.extend(own);
        }
        if self.format != "seal" {
            let problems = self.problems.iter().map(|error| {
                json!({
                    "kind": error.kind().name(),
                    "message": error.message(terminal.lang),
                    "part": error.part(),
                    "position": error.position(),
                })
            });
            set(&mut value, "problems", problems.collect());
        }
        if options.risks {
            let risks = self
                .risks
                .iter()
                .map(|finding| view::finding::to_json(finding, terminal.lang));
            set(&mut value, "risks", risks.collect());
        }
        value
    }
}

fn set(value: &mut Value, key: &str, member: Value) {
    if let Value::Object(object) = value {
        object.insert(key.to_owned(), member);
    }
}
