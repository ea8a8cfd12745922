//! `seal`: seal files (.esl).

mod make;

use std::path::PathBuf;

use sealcore::seal::Seal;
use sealcore::text;
use serde_json::json;

use super::verify;
use crate::exit::Exit;
use crate::failure::{Explain as _, Outcome};
use crate::terminal::{Terminal, clean};
use crate::{files, view};

/// The verbs of `seal`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Make a seal / 制作印章
    Make(Box<make::Options>),
    /// Show what a seal states, without judging it / 查看印章内容，不作判断
    Show(Show),
    /// Judge seals, as verify does / 验证印章，同 verify
    Verify(verify::Options),
}

/// Options of `seal show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// A seal file / 印章文件
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Write the picture to this file / 将印章图像写入该文件
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Replace a file that is there / 覆盖已有文件
    #[arg(long)]
    force: bool,
    /// One JSON object / 输出一行 JSON
    #[arg(long)]
    json: bool,
}

impl Verb {
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Make(options) => options.json,
            Self::Show(options) => options.json,
            Self::Verify(options) => options.json,
        }
    }
}

pub(crate) fn run(verb: &Verb, terminal: &Terminal) -> Outcome {
    match verb {
        Verb::Make(options) => make::run(options, terminal),
        Verb::Show(options) => show(options, terminal),
        Verb::Verify(options) => verify::run(options, terminal),
    }
}

fn show(options: &Show, terminal: &Terminal) -> Outcome {
    let bytes = files::read(&options.file)?;
    let seal = Seal::from_der(&bytes).about(&options.file)?;
    if let Some(picture) = &options.picture {
        files::check_free(picture, options.force)?;
        files::write(picture, &seal.picture.data)?;
    }
    if options.json {
        let file = options.file.display().to_string();
        terminal.print_json(&json!({ "file": file, "format": "seal", "seal": seal.to_json() }))?;
    } else {
        terminal.print(&clean(&view::seal::text(&seal, terminal.lang)))?;
    }
    if let (Some(picture), false) = (&options.picture, options.json) {
        let shown = picture.display();
        terminal.say(&text!("picture written to {shown}", "图像已写入 {shown}"))?;
    }
    Ok(Exit::Done)
}
