//! `timestamp reply`: what `openssl ts -reply` makes, with serial numbers and an audit file as the server has them.

use std::path::PathBuf;

use sealcore::text;
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Outcome;
use crate::terminal::Terminal;
use crate::tsa::authority::{Authority, Made};
use crate::tsa::options::AuthorityOptions;
use crate::{files, tsa};

/// The largest request that is read from a file, in bytes.
const MAX_REQUEST: usize = 16 << 20;

/// Options of `timestamp reply`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The request, DER / 请求文件，DER
    #[arg(long, value_name = "FILE")]
    request: PathBuf,
    #[command(flatten)]
    authority: AuthorityOptions,
    /// The reply, DER / 输出的应答文件，DER
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// Replace a file that is there / 覆盖已有文件
    #[arg(long)]
    force: bool,
    /// One JSON object / 输出一行 JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// A refusal is written too, and ends in 1.
pub(super) fn run(options: &Options, terminal: &Terminal) -> Outcome {
    let request = files::read(&options.request)?;
    files::check_free(&options.out, options.force)?;
    let Made { reply, outcome } = answer(&options.authority, &request)?;
    files::write(&options.out, &reply)?;
    let out = options.out.display();
    match outcome {
        Ok(issued) => {
            let (serial, time) = (issued.serial, issued.time);
            if options.json {
                terminal.print_json(&json!({
                    "file": out.to_string(), "status": "granted", "serial": serial.to_string(), "time": time.to_string(),
                }))?;
            } else {
                terminal.say(&text!(
                    "{out}: time stamp {serial} at {time}",
                    "{out}：时间戳 {serial}，时间 {time}"
                ))?;
            }
            Ok(Exit::Done)
        }
        Err(failure) => {
            if options.json {
                terminal.print_json(&json!({ "file": out.to_string(), "status": "rejection", "failure": failure }))?;
            } else {
                terminal.say(&text!(
                    "{out}: the request was refused: {failure}",
                    "{out}：请求被拒绝：{failure}"
                ))?;
            }
            Ok(Exit::Refused)
        }
    }
}

/// One reply by an authority whose state folder is at hand; its line is on disk before this returns.
pub(crate) fn answer(options: &AuthorityOptions, request: &[u8]) -> Outcome<Made> {
    let (authority, mut audit) = Authority::open(options, MAX_REQUEST)?;
    let mut all = authority.respond(&[request]);
    let made = all
        .pop()
        .ok_or_else(|| crate::failure::Failure::refused(text!("the request was not handled", "请求未处理")))?;
    if let Ok(issued) = &made.outcome {
        let mut line = String::new();
        tsa::push_line(&mut line, issued, None, &made.reply);
        audit.append(line.as_bytes())?;
    }
    audit.sync()?;
    Ok(made)
}
