//! `timestamp verify`: judges a reply or a token over data, a digest, or the request.

use std::path::{Path, PathBuf};

use sealcore::asn1::{Oid, Time};
use sealcore::cert::Certificate;
use sealcore::digest::DigestAlgorithm;
use sealcore::error::{Error, ErrorKind};
use sealcore::report::Verdict;
use sealcore::text;
use sealcore::timestamp::{self, Expected, TimeStampRequest, TimeStampResponse, TimeStampToken};
use sealcore::verify::VerifyOptions;

use super::Stamped;
use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};
use crate::terminal::Terminal;
use crate::tsa::options::oid;
use crate::{clock, files, keys, trust};

/// Options of `timestamp verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// A reply, DER / 时间戳应答，DER
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "token",
        required_unless_present = "token"
    )]
    reply: Option<PathBuf>,
    /// A token, DER / 时间戳令牌，DER
    #[arg(long, value_name = "FILE")]
    token: Option<PathBuf>,
    #[command(flatten)]
    stamped: Stamped,
    /// The request that was answered: digest, nonce and policy are compared / 所应答的请求：比对摘要、随机数与策略
    #[arg(long, value_name = "FILE")]
    request: Option<PathBuf>,
    /// Policies that are accepted; default any / 接受的策略，默认任意
    #[arg(long, value_name = "OID", value_parser = oid)]
    policy: Vec<Oid>,
    /// Certificates that the token may lack: the authority's and its path's / 令牌中可能缺少的时间戳机构证书及其证书链
    #[arg(long, value_name = "FILE")]
    cert: Vec<PathBuf>,
    /// Trusted certificates: PEM, DER, P7B, or a folder, which may hold CRLs / 信任的证书：PEM、DER、P7B 文件或文件夹（可含 CRL）
    #[arg(long, value_name = "FILE|DIR")]
    trust: Vec<PathBuf>,
    /// Revocation lists and further certificates, not trusted / 证书撤销列表与辅助证书，不作为信任锚
    #[arg(long, value_name = "FILE|DIR")]
    crl: Vec<PathBuf>,
    /// The moment at which revocation is judged; default now / 判断撤销状态的时刻，默认当前时间
    #[arg(long, value_name = "RFC3339", value_parser = clock::parse)]
    at: Option<Time>,
    /// One JSON object / 输出一行 JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Informational findings too / 同时显示提示性发现
    #[arg(short, long)]
    verbose: bool,
}

pub(super) fn run(options: &Options, terminal: &Terminal) -> Outcome {
    if !options.stamped.is_given() && options.request.is_none() {
        return Err(Failure::usage(text!(
            "say what was stamped: --in FILE, --digest HEX or --request FILE",
            "请指定加盖时间戳的内容：--in FILE、--digest HEX 或 --request FILE"
        )));
    }
    let store = trust::store(&options.trust, &options.crl, terminal)?;
    let mut certificates: Vec<Certificate> = Vec::new();
    for path in &options.cert {
        certificates.extend(keys::certificates(path, None)?);
    }
    let request = match &options.request {
        Some(path) => Some(TimeStampRequest::from_der(&files::read(path)?).about(path)?),
        None => None,
    };
    let (file, token) = token(options)?;
    // The digest is by the algorithm that the token states; one that is not known cannot be compared.
    let stated = token.info().imprint.algorithm;
    let imprint = match DigestAlgorithm::from_oid(stated).filter(|known| *known != DigestAlgorithm::Sm3Keyed) {
        Some(algorithm) => options.stamped.imprint(algorithm)?,
        None => {
            let error = Error::new(
                ErrorKind::Unsupported,
                text!("the digest algorithm {stated} is not known", "摘要算法 {stated} 未知"),
            );
            return Err(error).about(file).ending(Exit::Unreadable);
        }
    };
    let mut expected = Expected::default()
        .with_policies(&options.policy)
        .with_certificates(&certificates);
    expected.imprint = imprint.as_ref();
    expected.request = request.as_ref();
    let verifying = VerifyOptions::new(&store, options.at.unwrap_or_else(clock::now));
    let report = timestamp::verify(token.der(), &expected, &verifying).about(file)?;
    let shown = file.display().to_string();
    if options.json {
        terminal.print_json(&report.to_json(&shown, terminal.lang))?;
    } else {
        let style = terminal.style(options.verbose);
        terminal.print(&report.render(&shown, terminal.lang, style))?;
    }
    Ok(match report.verdict {
        Verdict::Valid => Exit::Done,
        Verdict::Invalid => Exit::Refused,
        Verdict::Indeterminate => Exit::Indeterminate,
        Verdict::Unsigned => Exit::Unsigned,
    })
}

/// The token that is judged. A refusal has none: there is nothing to judge.
fn token(options: &Options) -> Outcome<(&Path, TimeStampToken)> {
    match (&options.reply, &options.token) {
        (Some(path), _) => {
            let reply = TimeStampResponse::from_der(&files::read(path)?).about(path)?;
            Ok((path, reply.into_token().about(path)?))
        }
        (None, Some(path)) => Ok((path, TimeStampToken::from_bytes(&files::read(path)?).about(path)?)),
        (None, None) => Err(Failure::usage(text!(
            "say what to judge: --reply FILE or --token FILE",
            "请指定要验证的文件：--reply FILE 或 --token FILE"
        ))),
    }
}
