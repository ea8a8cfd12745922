//! `timestamp request`: what `openssl ts -query` makes.

use std::path::PathBuf;

use sealcore::asn1::Oid;
use sealcore::digest::DigestAlgorithm;
use sealcore::text;
use sealcore::timestamp::{Nonce, TimeStampRequest};

use super::{Stamped, digest_algorithm};
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::files;
use crate::terminal::Terminal;
use crate::tsa::options::oid;
use sealcore_system::Random;

/// Options of `timestamp request`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    #[command(flatten)]
    stamped: Stamped,
    /// The digest algorithm / 摘要算法
    #[arg(long, value_name = "NAME", default_value = "sm3", value_parser = digest_algorithm)]
    hash: DigestAlgorithm,
    /// The policy that is wanted; default the authority's / 所需策略，默认由时间戳机构决定
    #[arg(long, value_name = "OID", value_parser = oid)]
    policy: Option<Oid>,
    /// A random number that the reply has to repeat; the default / 附随机数，应答须原样返回（默认）
    #[arg(long, conflicts_with = "no_nonce")]
    nonce: bool,
    /// No such number / 不附随机数
    #[arg(long)]
    no_nonce: bool,
    /// Ask for the authority's certificate / 要求返回时间戳机构证书
    #[arg(long)]
    cert: bool,
    /// The request, DER / 输出的请求文件，DER
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// Replace a file that is there / 覆盖已有文件
    #[arg(long)]
    force: bool,
}

pub(super) fn run(options: &Options, terminal: &Terminal) -> Outcome {
    let Some(imprint) = options.stamped.imprint(options.hash)? else {
        return Err(Failure::usage(text!(
            "say what is to be stamped: --in FILE or --digest HEX",
            "请指定加盖时间戳的内容：--in FILE 或 --digest HEX"
        )));
    };
    files::check_free(&options.out, options.force)?;
    let mut request = TimeStampRequest::new(imprint).with_certificates(options.cert);
    if let Some(policy) = options.policy {
        request = request.with_policy(policy);
    }
    if !options.no_nonce {
        request = request.with_nonce(Nonce::random(&mut Random::new()?));
    }
    files::write(&options.out, &request.to_der())?;
    let (out, name) = (options.out.display(), options.hash.name());
    let digest = crate::units::to_hex(&request.imprint.digest);
    terminal.say(&text!(
        "{out}: time-stamp request over {name} {digest}",
        "{out}：时间戳请求，{name} 摘要 {digest}"
    ))?;
    Ok(Exit::Done)
}
