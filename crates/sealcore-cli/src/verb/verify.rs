//! `verify`: judges files and folders in parallel and tells of them in order.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::mpsc;

use indicatif::ProgressBar;
use rayon::prelude::*;
use sealcore::asn1::Time;
use sealcore::document::Document;
use sealcore::error::{Error, Result};
use sealcore::limits::Limits;
use sealcore::pdf::Unlock;
use sealcore::report::{Policy, Report, Verdict, render};
use sealcore::source::Source;
use sealcore::text;
use sealcore::verify::VerifyOptions;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::{Terminal, error_json};
use crate::view::progress;
use crate::{clock, files, keys, trust};

/// Options of `verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// OFD and PDF documents, seals (.esl), and folders of them / OFD 与 PDF 文档、印章文件（.esl）或其所在文件夹
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Trusted certificates: PEM, DER, P7B, or a folder, which may hold CRLs / 信任的证书：PEM、DER、P7B 文件或文件夹（可含 CRL）
    #[arg(long, value_name = "FILE|DIR")]
    trust: Vec<PathBuf>,
    /// Anchors for the makers of seals alone; default those of --trust / 仅用于制章者的信任锚，默认同 --trust
    #[arg(long, value_name = "FILE|DIR")]
    maker_trust: Vec<PathBuf>,
    /// Revocation lists and further certificates, not trusted / 证书撤销列表与辅助证书，不作为信任锚
    #[arg(long, value_name = "FILE|DIR")]
    crl: Vec<PathBuf>,
    /// The moment at which revocation and bare seals are judged; default now / 判断撤销状态与单独印章的时刻，默认当前时间
    #[arg(long, value_name = "RFC3339", value_parser = clock::parse)]
    at: Option<Time>,
    /// The rules of the verdict / 判定策略
    #[arg(long, value_name = "NAME", default_value = "seal")]
    policy: String,
    /// Environment variable with the password of encrypted documents / 存放加密文档口令的环境变量
    #[arg(long, value_name = "VAR")]
    password_env: Option<String>,
    /// One JSON object a line for each file / 每个文件输出一行 JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Informational findings too / 同时显示提示性发现
    #[arg(short, long)]
    verbose: bool,
}

/// A file and what became of it.
struct Judged {
    file: String,
    result: Result<Report>,
}

impl Judged {
    /// The exit status that a verdict or an error asks for.
    fn exit(&self) -> Exit {
        match &self.result {
            Ok(report) => match report.verdict {
                Verdict::Valid => Exit::Done,
                Verdict::Invalid => Exit::Refused,
                Verdict::Indeterminate => Exit::Indeterminate,
                Verdict::Unsigned => Exit::Unsigned,
            },
            Err(_) => Exit::Unreadable,
        }
    }
}

pub(crate) fn run(options: &Options, terminal: &Terminal) -> Outcome {
    let policy = policy(&options.policy)?;
    let password = keys::password(options.password_env.as_deref())?;
    let unlock = password
        .as_deref()
        .map_or(Unlock::None, |password| Unlock::Password(password));
    let store = trust::store(&options.trust, &options.crl, terminal)?;
    let makers = match options.maker_trust.as_slice() {
        [] => None,
        given => Some(trust::store(given, &options.crl, terminal)?),
    };
    let inputs = inputs(&options.files);
    let bar = progress::bar(&inputs);
    let watch = |bytes: u64| {
        bar.inc(bytes);
        true
    };
    let mut verifying = VerifyOptions::new(&store, options.at.unwrap_or_else(clock::now));
    verifying.maker_trust = makers.as_ref();
    verifying.policy = policy;
    verifying.monitor = &watch;

    let mut summary = Summary::default();
    let mut told = Ok(());
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        let (verifying, bar) = (&verifying, &bar);
        scope.spawn(move || {
            let _ = inputs
                .into_par_iter()
                .enumerate()
                .try_for_each_with(sender, |sender, (index, input)| {
                    // Without a receiver nobody reads the output any more.
                    sender.send((index, judge(input, unlock, verifying, bar)))
                });
        });
        let mut waiting = BTreeMap::new();
        let mut next = 0;
        for (index, judged) in receiver {
            waiting.insert(index, judged);
            while let Some(judged) = waiting.remove(&next) {
                next += 1;
                summary.count(&judged);
                told = bar.suspend(|| tell(&judged, options, terminal));
                if told.is_err() {
                    return;
                }
            }
        }
    });
    bar.finish_and_clear();
    told?;
    if !options.json && summary.files > 1 {
        summary.tell(terminal)?;
    }
    Ok(summary.exit)
}

fn policy(name: &str) -> Outcome<Policy> {
    Policy::from_name(name).ok_or_else(|| {
        Failure::usage(text!(
            "policy “{name}” is not known; there are: seal, pades, pades-p1-strict",
            "策略“{name}”未知；可用策略：seal、pades、pades-p1-strict"
        ))
    })
}

/// Every file that is meant, in order; a folder that cannot be walked keeps its place as an error.
fn inputs(given: &[PathBuf]) -> Vec<Result<PathBuf, (PathBuf, Error)>> {
    let mut all = Vec::new();
    for path in given {
        match files::documents(path) {
            Ok(found) => all.extend(found.into_iter().map(Ok)),
            Err(error) => all.push(Err((path.clone(), error))),
        }
    }
    all
}

fn judge(
    input: Result<PathBuf, (PathBuf, Error)>,
    unlock: Unlock<'_>,
    options: &VerifyOptions<'_>,
    bar: &ProgressBar,
) -> Judged {
    let (path, opened) = match input {
        Ok(path) => {
            let source = Source::from_path(&path);
            let opened = source.and_then(|source| Document::from_source(source, &Limits::default(), &unlock));
            (path, opened)
        }
        Err((path, error)) => (path, Err(error)),
    };
    let result = opened.and_then(|document| {
        bar.inc_length(document.size());
        document.verify(options)
    });
    Judged {
        file: path.display().to_string(),
        result,
    }
}

fn tell(judged: &Judged, options: &Options, terminal: &Terminal) -> Outcome<()> {
    match (&judged.result, options.json) {
        (Ok(report), true) => terminal.print_json(&report.to_json(&judged.file, terminal.lang)),
        (Ok(report), false) => terminal.print(&render(
            report,
            &judged.file,
            terminal.lang,
            terminal.style(options.verbose),
        )),
        (Err(error), true) => terminal.print_json(&error_json(Some(&judged.file), error, terminal.lang)),
        (Err(error), false) => {
            let (file, zh) = (&judged.file, error.describe(sealcore::lang::Lang::Zh));
            terminal.note(&text!("error: {file}: {error}", "错误：{file}：{zh}"));
            Ok(())
        }
    }
}

/// How many files came out how.
struct Summary {
    exit: Exit,
    files: usize,
    valid: usize,
    invalid: usize,
    indeterminate: usize,
    unsigned: usize,
    unreadable: usize,
}

impl Default for Summary {
    fn default() -> Self {
        Self {
            exit: Exit::Done,
            files: 0,
            valid: 0,
            invalid: 0,
            indeterminate: 0,
            unsigned: 0,
            unreadable: 0,
        }
    }
}

impl Summary {
    fn count(&mut self, judged: &Judged) {
        let exit = judged.exit();
        self.exit = self.exit.and(exit);
        self.files += 1;
        *match exit {
            Exit::Done => &mut self.valid,
            Exit::Refused => &mut self.invalid,
            Exit::Indeterminate => &mut self.indeterminate,
            Exit::Unsigned => &mut self.unsigned,
            Exit::Unreadable | Exit::Usage => &mut self.unreadable,
        } += 1;
    }

    fn tell(&self, terminal: &Terminal) -> Outcome<()> {
        let Self {
            files,
            valid,
            invalid,
            indeterminate,
            unsigned,
            unreadable,
            ..
        } = self;
        terminal.say(&text!(
            "{files} files: {valid} valid, {invalid} invalid, {indeterminate} indeterminate, {unsigned} unsigned, {unreadable} not read",
            "共 {files} 个文件：有效 {valid}，无效 {invalid}，无法确定 {indeterminate}，未签名 {unsigned}，未能读取 {unreadable}"
        ))
    }
}
