//! `cert`: requests, certificates for tests and small houses, revocation lists.

mod issue;
mod revoke;

use std::path::{Path, PathBuf};

use sealcore::cert::{CertificateBag, Name, Request};
use sealcore::text;
use serde_json::json;

use crate::exit::Exit;
use crate::failure::{Explain as _, Outcome};
use crate::terminal::{Terminal, clean};
use crate::view::certificate;
use crate::{files, keys};

/// The verbs of `cert`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Ask for a certificate (PKCS#10) / 生成证书请求（PKCS#10）
    Request(Ask),
    /// Issue a certificate / 签发证书
    Issue(Box<issue::Options>),
    /// Issue a revocation list / 签发证书撤销列表
    Crl(revoke::Options),
    /// Show certificates, requests and revocation lists / 查看证书、证书请求与撤销列表
    Show(Show),
}

/// Options of `cert request`.
#[derive(Debug, clap::Args)]
pub(crate) struct Ask {
    /// The private key: a file, or a device URI (pkcs11:, sdf:, skf:) / 私钥文件，或设备 URI（pkcs11:、sdf:、skf:）
    #[arg(long, value_name = "KEY")]
    key: String,
    /// Environment variable with its password or the device's PIN / 存放其口令或设备 PIN 的环境变量
    #[arg(long, value_name = "VAR")]
    password_env: Option<String>,
    /// Whose certificate it will be, as CN=Unit,O=Organisation,C=CN / 证书主体，如 CN=单位,O=组织,C=CN
    #[arg(long, value_name = "DN")]
    subject: String,
    /// The request, PEM / 输出的请求文件，PEM
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// Replace a file that is there / 覆盖已有文件
    #[arg(long)]
    force: bool,
}

/// Options of `cert show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    /// PEM, DER, P7B, or a key file / PEM、DER、P7B 或密钥文件
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Environment variable with the password of a key file / 存放密钥文件口令的环境变量
    #[arg(long, value_name = "VAR")]
    password_env: Option<String>,
    /// One JSON object a line for each of them / 每项输出一行 JSON
    #[arg(long)]
    json: bool,
}

impl Verb {
    pub(crate) fn wants_json(&self) -> bool {
        matches!(self, Self::Show(Show { json: true, .. }))
    }
}

pub(crate) fn run(verb: &Verb, terminal: &Terminal) -> Outcome {
    match verb {
        Verb::Request(options) => request(options, terminal),
        Verb::Issue(options) => issue::run(options, terminal),
        Verb::Crl(options) => revoke::run(options, terminal),
        Verb::Show(options) => show(options, terminal),
    }
}

fn request(options: &Ask, terminal: &Terminal) -> Outcome {
    let subject = Name::parse(&options.subject).ending(Exit::Usage)?;
    files::check_free(&options.out, options.force)?;
    let key = keys::pair(&options.key, options.password_env.as_deref())?;
    let request = Request::create(&subject, &*key)?;
    files::write(&options.out, request.to_pem().as_bytes())?;
    let out = options.out.display();
    terminal.say(&text!("{out}: request of {subject}", "{out}：{subject} 的证书请求"))?;
    Ok(Exit::Done)
}

fn show(options: &Show, terminal: &Terminal) -> Outcome {
    let bytes = files::read(&options.file)?;
    let mut bag = CertificateBag::new();
    if bag.add_bytes(&bytes, "certificate").is_err() {
        if let Ok(request) = Request::from_pem_or_der(&bytes) {
            return show_request(&request, &options.file, options.json, terminal);
        }
        bag.certificates = keys::certificates(&options.file, options.password_env.as_deref())?;
    }
    for one in &bag.certificates {
        if options.json {
            terminal.print_json(&one.to_json())?;
        } else {
            terminal.print(&clean(&certificate::text(one, terminal.lang)))?;
        }
    }
    for list in &bag.lists {
        if options.json {
            terminal.print_json(&json!({ "crl": list.to_json() }))?;
        } else {
            terminal.print(&clean(&certificate::list_text(list, terminal.lang)))?;
        }
    }
    Ok(Exit::Done)
}

fn show_request(request: &Request, file: &Path, json: bool, terminal: &Terminal) -> Outcome {
    request.verify().about(file)?;
    let subject = request.subject();
    if json {
        terminal.print_json(&json!({ "request": { "subject": subject.to_string() } }))?;
    } else {
        terminal.say(&text!(
            "request of {subject}; its own signature holds",
            "{subject} 的证书请求；自签名验证通过"
        ))?;
    }
    Ok(Exit::Done)
}
