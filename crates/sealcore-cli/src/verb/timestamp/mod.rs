//! `timestamp`: requests, replies and tokens of RFC 3161 as files.

mod reply;
mod request;
mod verify;

use std::fs::File;
use std::path::{Path, PathBuf};

use sealcore::digest::DigestAlgorithm;
use sealcore::error::Error;
use sealcore::text;
use sealcore::timestamp::MessageImprint;

pub(crate) use self::reply::answer;
use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};
use crate::terminal::Terminal;
use crate::units;
use crate::view::progress;

/// The verbs of `timestamp`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Make a request / 生成时间戳请求
    Request(request::Options),
    /// Answer a request with a key of one's own / 用自有密钥应答时间戳请求
    Reply(Box<reply::Options>),
    /// Judge a reply or a token / 验证时间戳应答或令牌
    Verify(verify::Options),
}

impl Verb {
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Request(_) => false,
            Self::Reply(options) => options.json,
            Self::Verify(options) => options.json,
        }
    }
}

pub(crate) fn run(verb: &Verb, terminal: &Terminal) -> Outcome {
    match verb {
        Verb::Request(options) => request::run(options, terminal),
        Verb::Reply(options) => reply::run(options, terminal),
        Verb::Verify(options) => verify::run(options, terminal),
    }
}

/// What is stamped: a file, or its digest.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
pub(crate) struct Stamped {
    /// The file that is stamped / 加盖时间戳的文件
    #[arg(long = "in", value_name = "FILE")]
    file: Option<PathBuf>,
    /// Its digest, in hexadecimal / 文件摘要，十六进制
    #[arg(long, value_name = "HEX")]
    digest: Option<String>,
}

impl Stamped {
    /// The digest of what is stamped, by `algorithm`.
    fn imprint(&self, algorithm: DigestAlgorithm) -> Outcome<Option<MessageImprint>> {
        let digest = match (&self.file, &self.digest) {
            (Some(path), _) => digest_file(path, algorithm)?,
            (None, Some(text)) => units::from_hex(text)
                .ok_or_else(|| Failure::usage(text!("--digest is not hexadecimal", "--digest 不是十六进制")))?,
            (None, None) => return Ok(None),
        };
        Ok(Some(MessageImprint::new(algorithm, &digest).ending(Exit::Usage)?))
    }

    fn is_given(&self) -> bool {
        self.file.is_some() || self.digest.is_some()
    }
}

fn digest_file(path: &Path, algorithm: DigestAlgorithm) -> Outcome<Vec<u8>> {
    let file = File::open(path).map_err(Error::from).about(path)?;
    let bar = progress::bar(&[Ok(path.to_owned())]);
    bar.inc_length(file.metadata().map_or(0, |metadata| metadata.len()));
    let digest = algorithm.digest_reader(bar.wrap_read(file));
    bar.finish_and_clear();
    digest.about(path)
}

/// A digest algorithm that stamps are made with.
fn digest_algorithm(name: &str) -> Result<DigestAlgorithm, String> {
    DigestAlgorithm::from_name(name)
        .filter(|algorithm| DigestAlgorithm::SOUND.contains(algorithm))
        .ok_or_else(|| {
            "sm3, sha256, sha384, sha512, sha3-256, ... / 应为 sm3、sha256、sha384、sha512、sha3-256 等".to_owned()
        })
}
