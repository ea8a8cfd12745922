//! The options of an authority, on whatever verb it works.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sealcore::asn1::Oid;
use sealcore::cms::Family;
use sealcore::key::Signer;

use crate::failure::Outcome;
use crate::{keys, units};

/// anyPolicy of RFC 5280: no particular policy is promised.
const ANY_POLICY: Oid = Oid::new(&[2, 5, 29, 32, 0]);

/// Who issues, and what is promised.
#[derive(Debug, clap::Args)]
pub(crate) struct AuthorityOptions {
    /// The authority's key: PKCS#12, PEM, DER, or a device URI / 时间戳机构私钥：PKCS#12、PEM、DER 或设备 URI
    #[arg(long, value_name = "KEY")]
    pub(crate) key: String,
    /// The authority's certificate, where the key file holds none / 时间戳机构证书（密钥文件中没有时）
    #[arg(long, value_name = "CERT")]
    pub(crate) cert: Option<PathBuf>,
    /// Further certificates that tokens carry where they are asked for / 随时间戳返回的其他证书
    #[arg(long, value_name = "FILE")]
    pub(crate) chain: Vec<PathBuf>,
    /// Environment variable with the key's password / 存放私钥口令的环境变量
    #[arg(long, value_name = "VAR")]
    pub(crate) password_env: Option<String>,
    /// Where serial numbers and the audit file are kept; one process at a time / 存放序列号与审计文件的文件夹，同一时刻仅供一个进程使用
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
    /// The policy of the tokens / 时间戳策略标识
    #[arg(long, value_name = "OID", default_value_t = ANY_POLICY, value_parser = oid)]
    pub(crate) policy: Oid,
    /// Further policies that a request may name / 请求可以指定的其他策略
    #[arg(long = "accept-policy", value_name = "OID", value_parser = oid)]
    pub(crate) other_policies: Vec<Oid>,
    /// The accuracy that tokens state, and that the clock is held to / 声明的时间精度，时钟须保持在此范围内
    #[arg(long, value_name = "TIME", default_value = "1s", value_parser = units::duration)]
    pub(crate) accuracy: Duration,
    /// Every token has a later time than the one before / 每个时间戳的时间都晚于前一个
    #[arg(long)]
    pub(crate) ordering: bool,
    /// Tokens carry the authority's name / 时间戳中写入机构名称
    #[arg(long)]
    pub(crate) name: bool,
    /// Identifiers of the content types: pkcs7 or gm (GB/T 35275) / 内容类型标识：pkcs7 或 gm（GB/T 35275）
    #[arg(long, value_name = "NAME", default_value = "pkcs7", value_parser = family)]
    pub(crate) content_oids: Family,
    /// Issue although the clock shows an earlier time than the last token / 即使时钟早于最后签发的时间戳也继续签发
    #[arg(long)]
    pub(crate) accept_earlier_clock: bool,
}

impl AuthorityOptions {
    /// Options that differ from the defaults in nothing but the key and the place of the state.
    pub(crate) fn plain(key: String, cert: Option<PathBuf>, password_env: Option<String>, state: PathBuf) -> Self {
        Self {
            key,
            cert,
            chain: Vec::new(),
            password_env,
            state,
            policy: ANY_POLICY,
            other_policies: Vec::new(),
            accuracy: Duration::from_secs(1),
            ordering: false,
            name: false,
            content_oids: Family::Pkcs7,
            accept_earlier_clock: false,
        }
    }

    /// The key with its certificates.
    pub(crate) fn signer(&self) -> Outcome<Box<dyn Signer>> {
        keys::signer_with_chain(
            &self.key,
            self.cert.as_deref(),
            &self.chain,
            self.password_env.as_deref(),
        )
    }

    pub(crate) fn state(&self) -> &Path {
        &self.state
    }
}

/// When lines of the audit file are put on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fsync {
    /// Before the tokens leave. Tokens that wait together share one time.
    Always,
    /// At the latest so long after they were written.
    Every(Duration),
    /// When the system likes to.
    Never,
}

impl Fsync {
    /// Reads `always`, `never`, or a time.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "always" => Ok(Self::Always),
            "never" => Ok(Self::Never),
            other => units::duration(other)
                .map(Self::Every)
                .map_err(|_| "always, never, or a time as 1s / 应为 always、never 或时间（如 1s）".to_owned()),
        }
    }
}

/// Reads an object identifier in dots.
pub(crate) fn oid(text: &str) -> Result<Oid, String> {
    Oid::parse(text).ok_or_else(|| "an object identifier as 1.2.156.1 / 应为对象标识符，如 1.2.156.1".to_owned())
}

fn family(text: &str) -> Result<Family, String> {
    match text {
        "pkcs7" => Ok(Family::Pkcs7),
        "gm" => Ok(Family::Gm),
        _ => Err("pkcs7 or gm / 应为 pkcs7 或 gm".to_owned()),
    }
}
