//! `cert issue`: a certificate for a request or for a key, by an authority or self-signed.

use std::path::PathBuf;

use sealcore::asn1::Time;
use sealcore::cert::{Certificate, CertificateTemplate, Name, Profile, Request};
use sealcore::error::Error;
use sealcore::key::{DEFAULT_ROUNDS, KeyFile, KeyPair, to_pkcs12};
use sealcore::text;

use crate::clock::{self, DAY};
use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};
use crate::terminal::Terminal;
use crate::{files, keys};
use sealcore_system::Random;

/// Options of `cert issue`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The request, PEM or DER; its own signature must hold / 证书请求，PEM 或 DER，其自签名须有效
    #[arg(long, value_name = "FILE", conflicts_with_all = ["key", "subject", "self_signed"])]
    request: Option<PathBuf>,
    /// In place of a request: the subject's key, a file or a device URI / 不用请求时：主体的私钥，文件或设备 URI
    #[arg(long, value_name = "KEY", requires = "subject")]
    key: Option<String>,
    /// Environment variable with that key's password or PIN / 存放该私钥口令或 PIN 的环境变量
    #[arg(long, value_name = "VAR")]
    password_env: Option<String>,
    /// In place of a request: the subject, as CN=Unit,O=Organisation,C=CN / 不用请求时：证书主体
    #[arg(long, value_name = "DN", requires = "key")]
    subject: Option<String>,
    /// Sign with the subject's own key / 用主体自身私钥签名
    #[arg(long, requires = "key", conflicts_with_all = ["issuer_key", "issuer_cert"])]
    self_signed: bool,
    /// What it is for: root, authority, maker, unit, person or tsa / 用途：root 根、authority 机构、maker 制章者、unit 单位、person 个人、tsa 时间戳
    #[arg(long, value_name = "NAME", value_parser = profile)]
    profile: Profile,
    /// The authority's key / 颁发机构私钥
    #[arg(long, value_name = "FILE", required_unless_present = "self_signed")]
    issuer_key: Option<String>,
    /// The authority's certificate, where the key file holds none / 颁发机构证书（密钥文件中没有时）
    #[arg(long, value_name = "FILE")]
    issuer_cert: Option<PathBuf>,
    /// Environment variable with the authority's password / 存放颁发机构口令的环境变量
    #[arg(long, value_name = "VAR")]
    issuer_password_env: Option<String>,
    /// Days of validity from now / 自现在起的有效天数
    #[arg(long, value_name = "N", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=36_525))]
    days: u32,
    /// Start of validity in place of now / 有效期开始，默认现在
    #[arg(long, value_name = "RFC3339", value_parser = clock::parse)]
    valid_from: Option<Time>,
    /// Where the authority's revocation list can be had / 撤销列表的地址
    #[arg(long, value_name = "URL")]
    crl_url: Option<String>,
    /// The certificate, PEM / 输出的证书，PEM
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// Key and certificate as PKCS#12 too; the key is a file's / 同时输出 PKCS#12（私钥须为文件）
    #[arg(long, value_name = "FILE", requires = "key", requires = "p12_password_env")]
    p12: Option<PathBuf>,
    /// Environment variable with the password for it / 存放其口令的环境变量
    #[arg(long, value_name = "VAR")]
    p12_password_env: Option<String>,
    /// Replace files that are there / 覆盖已有文件
    #[arg(long)]
    force: bool,
}

fn profile(name: &str) -> Result<Profile, String> {
    Profile::by_name(name).ok_or_else(|| {
        "root, authority, maker, unit, person or tsa / 应为 root、authority、maker、unit、person 或 tsa".to_owned()
    })
}

pub(super) fn run(options: &Options, terminal: &Terminal) -> Outcome {
    files::check_free(&options.out, options.force)?;
    if let Some(p12) = &options.p12 {
        files::check_free(p12, options.force)?;
    }
    let not_before = options.valid_from.unwrap_or_else(clock::now);
    let not_after = not_before.plus_seconds(i64::from(options.days) * DAY);
    let mut own = None;
    let mut template = match (&options.request, &options.key, &options.subject) {
        (Some(path), ..) => {
            let request = Request::from_pem_or_der(&files::read(path)?).about(path)?;
            CertificateTemplate::from_request(&request, options.profile, not_before, not_after).about(path)?
        }
        (None, Some(key), Some(subject)) => {
            let subject = Name::parse(subject).ending(Exit::Usage)?;
            let key = own.insert(Own::load(key, options)?);
            CertificateTemplate {
                subject,
                public_key: key.pair().public_key(),
                profile: options.profile,
                not_before,
                not_after,
                crl_url: None,
            }
        }
        _ => {
            return Err(Failure::usage(text!(
                "say for whom: --request, or --key with --subject",
                "请指定主体：--request，或 --key 与 --subject"
            )));
        }
    };
    template.crl_url.clone_from(&options.crl_url);
    let mut random = Random::new()?;
    let (certificate, chain) = sign(&template, own.as_ref(), options, &mut random)?;
    if let (Some(path), Some(Own::File(file))) = (&options.p12, own) {
        let password = keys::password(options.p12_password_env.as_deref())?.unwrap_or_default();
        let file = KeyFile {
            key: file.key,
            certificate: Some(certificate.clone()),
            chain,
        };
        let name = template.subject.common_name().unwrap_or("sealcore").to_owned();
        files::write_secret(path, &to_pkcs12(&file, &name, &password, DEFAULT_ROUNDS, &mut random)?)?;
    }
    files::write(&options.out, certificate.to_pem().as_bytes())?;
    let (out, subject) = (options.out.display(), certificate.subject());
    terminal.say(&text!("{out}: certificate of {subject}", "{out}：{subject} 的证书"))?;
    Ok(Exit::Done)
}

/// The subject's key.
enum Own {
    /// Itself, to be written.
    File(KeyFile),
    /// Wherever it is.
    Pair(Box<dyn KeyPair>),
}

impl Own {
    fn load(key: &str, options: &Options) -> Outcome<Self> {
        let password_env = options.password_env.as_deref();
        if options.p12.is_some() {
            return keys::load(key, password_env).map(Self::File);
        }
        keys::pair(key, password_env).map(Self::Pair)
    }

    fn pair(&self) -> &dyn KeyPair {
        match self {
            Self::File(file) => &file.key,
            Self::Pair(pair) => &**pair,
        }
    }
}

fn sign(
    template: &CertificateTemplate,
    own: Option<&Own>,
    options: &Options,
    random: &mut Random,
) -> Outcome<(Certificate, Vec<Certificate>)> {
    if let (true, Some(own)) = (options.self_signed, own) {
        return Ok((template.self_signed(own.pair(), random)?, Vec::new()));
    }
    let path = options.issuer_key.as_deref().unwrap_or_default();
    let issuer = keys::signer(
        path,
        options.issuer_cert.as_deref(),
        options.issuer_password_env.as_deref(),
    )?;
    let certificate = template
        .issue(&*issuer, random)
        .map_err(|error: Error| Failure::from(error))?;
    let chain = std::iter::once(issuer.certificate().clone())
        .chain(issuer.chain().iter().cloned())
        .collect();
    Ok((certificate, chain))
}
