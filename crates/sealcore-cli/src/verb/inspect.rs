//! `inspect`: structure without judgement.

use std::path::PathBuf;

use sealcore::document::Document;
use sealcore::limits::Limits;
use sealcore::ofd::{self, Inspection};
use sealcore::report::{Finding, Severity};
use sealcore::seal::Seal;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::{Explain as _, Outcome};
use crate::terminal::{Terminal, clean};
use crate::view;

/// Options of `inspect`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// An OFD document or a seal / OFD 文档或印章文件
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the container hides or doubles, too / 同时列出容器中隐藏、重复等风险
    #[arg(long)]
    risks: bool,
    /// One JSON object / 输出一行 JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(crate) fn run(options: &Options, terminal: &Terminal) -> Outcome {
    let limits = Limits::default();
    let file = options.file.display().to_string();
    match Document::from_path(&options.file, &limits).about(&options.file)? {
        Document::Ofd(archive) => {
            let inspection = ofd::inspect(&archive, &limits)
                .about(&options.file)
                .ending(Exit::Unreadable)?;
            tell(&file, &inspection, options, terminal)?;
        }
        Document::Seal(bytes) => {
            let seal = Seal::from_der(&bytes).about(&options.file)?;
            if options.json {
                let mut value = json!({ "file": file, "format": "seal", "seal": view::seal::to_json(&seal) });
                if options.risks {
                    set(&mut value, "risks", json!([]));
                }
                terminal.print_json(&value)?;
            } else {
                terminal.print(&clean(&view::seal::text(&seal, terminal.lang)))?;
            }
        }
        _ => return Err(crate::failure::Failure::not_built("inspect")),
    }
    Ok(Exit::Done)
}

fn tell(file: &str, inspection: &Inspection, options: &Options, terminal: &Terminal) -> Outcome<()> {
    let risks: Vec<&Finding> = inspection
        .findings
        .iter()
        .filter(|finding| finding.severity() != Severity::Info)
        .collect();
    if options.json {
        let mut value = json!({ "file": file, "format": "ofd" });
        let own = serde_json::to_value(inspection).unwrap_or_default();
        if let (Value::Object(value), Value::Object(own)) = (&mut value, own) {
            value.extend(own);
        }
        let problems = inspection.problems.iter().map(|error| {
            json!({
                "kind": error.kind().name(),
                "message": error.message(terminal.lang),
                "part": error.part(),
                "position": error.position(),
            })
        });
        set(&mut value, "problems", problems.collect());
        if options.risks {
            let risks = risks.iter().map(|finding| {
                json!({
                    "code": finding.code.name(),
                    "severity": finding.severity().name(),
                    "part": finding.part,
                    "message": finding.message(terminal.lang),
                })
            });
            set(&mut value, "risks", risks.collect());
        }
        return terminal.print_json(&value);
    }
    let mut text = format!("{file}\n{}", view::inspection::text(inspection, terminal.lang));
    if options.risks {
        for finding in &risks {
            let line = format!("{} [{}]", finding.message(terminal.lang), finding.code.name());
            text.push_str(&view::seal::fact("risk", "风险", &line, terminal.lang));
        }
        if risks.is_empty() {
            text.push_str(&view::seal::fact("risk", "风险", "-", terminal.lang));
        }
    }
    terminal.print(&clean(&text))
}

fn set(value: &mut Value, key: &str, member: Value) {
    if let Value::Object(object) = value {
        object.insert(key.to_owned(), member);
    }
}
