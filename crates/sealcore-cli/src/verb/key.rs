//! `key generate`, and `key list` of what a device holds.

use std::path::{Path, PathBuf};

use sealcore::key::{DEFAULT_ROUNDS, KeyAlgorithm, PrivateKey, pkcs8};
use sealcore::text;
use sealcore_device::KeyAddress;
use sealcore_system::Random;
use serde_json::json;
use zeroize::Zeroizing;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::{Terminal, clean};
use crate::units::to_hex;
use crate::{files, keys, view};

/// The verbs of `key`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Make a private key / 生成私钥
    Generate(Generate),
    /// Show the tokens, machines and keys behind a device URI / 列出设备 URI 下的令牌、密码机与密钥
    List(List),
}

impl Verb {
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Generate(options) => options.json,
            Self::List(options) => options.json,
        }
    }
}

/// Options of `key list`.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// pkcs11:, sdf: or skf: with ?module-path=LIBRARY; what else it says narrows the list / 带 ?module-path=库文件 的 pkcs11:、sdf: 或 skf: URI，其余属性用于缩小范围
    #[arg(value_name = "URI")]
    uri: String,
    /// Environment variable with the PIN; without it what can be seen without / 存放 PIN 的环境变量；不给出则只列出无需 PIN 的内容
    #[arg(long, value_name = "VAR")]
    password_env: Option<String>,
    /// One JSON object / 输出一行 JSON
    #[arg(long)]
    json: bool,
}

/// Options of `key generate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Generate {
    /// sm2, p256, p384, p521, rsa2048, rsa3072 or rsa4096 / sm2、p256、p384、p521、rsa2048、rsa3072 或 rsa4096
    #[arg(long, value_name = "NAME", default_value = "sm2", value_parser = algorithm)]
    algorithm: KeyAlgorithm,
    /// PKCS#8: DER where it ends in .der or .p8, else PEM; for the owner alone / PKCS#8 文件，.der、.p8 为 DER，其余为 PEM；仅所有者可读
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// Encrypt with the password in this variable / 用该环境变量中的口令加密
    #[arg(long, value_name = "VAR")]
    password_env: Option<String>,
    /// Replace a file that is there / 覆盖已有文件
    #[arg(long)]
    force: bool,
    /// One JSON object / 输出一行 JSON
    #[arg(long)]
    json: bool,
}

/// Short names stand for the usual size.
fn algorithm(name: &str) -> Result<KeyAlgorithm, String> {
    let full = match name.to_ascii_lowercase().as_str() {
        "ec" => "p256".to_owned(),
        "rsa" => "rsa3072".to_owned(),
        other => other.to_owned(),
    };
    KeyAlgorithm::from_name(&full).ok_or_else(|| {
        let names = KeyAlgorithm::ALL.map(KeyAlgorithm::name).join(", ");
        format!("one of {names} / 应为其中之一：{names}")
    })
}

pub(crate) fn run(verb: &Verb, terminal: &Terminal) -> Outcome {
    match verb {
        Verb::Generate(options) => generate(options, terminal),
        Verb::List(options) => list(options, terminal),
    }
}

fn list(options: &List, terminal: &Terminal) -> Outcome {
    let KeyAddress::Device(uri) = keys::address(&options.uri)? else {
        return Err(Failure::usage(text!(
            "what is listed is a device: pkcs11:, sdf: or skf: with ?module-path=LIBRARY",
            "只能列出设备：带 ?module-path=库文件 的 pkcs11:、sdf: 或 skf: URI"
        )));
    };
    let pin = keys::pin(options.password_env.as_deref())?;
    let listing = sealcore_device::list(&uri, pin.as_ref()).map_err(|error| keys::of_device(&uri, error))?;
    if options.json {
        terminal.print_json(&view::device::to_json(&listing)?)?;
    } else {
        terminal.print(&clean(&view::device::text(&listing, terminal.lang)))?;
    }
    Ok(Exit::Done)
}

fn generate(options: &Generate, terminal: &Terminal) -> Outcome {
    files::check_free(&options.out, options.force)?;
    let password = keys::password(options.password_env.as_deref())?;
    let mut random = Random::new()?;
    let key = PrivateKey::generate(options.algorithm, &mut random)?;
    let bytes = match (is_der(&options.out), &password) {
        (true, None) => pkcs8::to_der(&key)?,
        (true, Some(password)) => Zeroizing::new(pkcs8::to_encrypted_der(&key, password, DEFAULT_ROUNDS, &mut random)?),
        (false, None) => Zeroizing::new(pkcs8::to_pem(&key)?.as_bytes().to_vec()),
        (false, Some(password)) => {
            Zeroizing::new(pkcs8::to_encrypted_pem(&key, password, DEFAULT_ROUNDS, &mut random)?.into_bytes())
        }
    };
    files::write_secret(&options.out, &bytes)?;
    let public = to_hex(&key.public_key().to_bits());
    let out = options.out.display();
    if options.json {
        let encrypted = password.is_some();
        terminal.print_json(
            &json!({ "file": out.to_string(), "algorithm": options.algorithm.name(), "public_key": public, "encrypted": encrypted }),
        )?;
    } else {
        let name = key.public_key().name();
        terminal.say(&text!(
            "{out}: {name} key, public part {public}",
            "{out}：{name} 私钥，公钥 {public}"
        ))?;
    }
    Ok(Exit::Done)
}

fn is_der(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("der") || extension.eq_ignore_ascii_case("p8"))
}
