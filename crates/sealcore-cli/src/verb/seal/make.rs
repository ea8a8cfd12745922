//! `seal make`.

use std::path::PathBuf;

use sealcore::asn1::Time;
use sealcore::cert::Certificate;
use sealcore::seal::{CertificateList, Generation, Property, Seal, SealRequest};
use sealcore::text;
use serde_json::json;

use crate::exit::Exit;
use crate::failure::{Failure, Outcome};
use crate::terminal::Terminal;
use crate::{clock, files, keys, units, view};
use sealcore_system::Random;

/// The identifier of SM3, by which lists of digests name it.
const SM3: &str = "1.2.156.10197.1.401";

/// Options of `seal make`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// v1 GM/T 0031-2014, v4 GB/T 38540-2020, v5 GM/T 0031-2025 / 印章标准
    #[arg(long, value_name = "v1|v4|v5", default_value = "v4", value_parser = view::seal::generation)]
    generation: Generation,
    /// The seal's name / 印章名称
    #[arg(long)]
    name: String,
    /// PNG, JPEG, GIF, BMP, SVG or OFD, told by content / 印章图像，按内容识别格式
    #[arg(long, value_name = "FILE")]
    picture: PathBuf,
    /// Width in whole millimetres / 宽度，整数毫米
    #[arg(long, value_name = "MM", value_parser = units::whole_millimetres)]
    width: i64,
    /// Height in whole millimetres / 高度，整数毫米
    #[arg(long, value_name = "MM", value_parser = units::whole_millimetres)]
    height: i64,
    /// The maker's key / 制章者私钥
    #[arg(long, value_name = "FILE")]
    maker_key: String,
    /// Environment variable with its password / 存放其口令的环境变量
    #[arg(long, value_name = "VAR")]
    maker_password_env: Option<String>,
    /// The maker's certificate, where the key file holds none / 制章者证书（密钥文件中没有时）
    #[arg(long, value_name = "FILE")]
    maker_cert: Option<PathBuf>,
    /// Certificates of those who may use the seal; may come more than once / 可使用该印章的签章人证书，可多次给出
    #[arg(long, value_name = "FILE", required = true)]
    signer_cert: Vec<PathBuf>,
    /// Environment variable with the password where that is a key file / 若为密钥文件，存放其口令的环境变量
    #[arg(long, value_name = "VAR")]
    signer_password_env: Option<String>,
    /// List digests of the certificates in their place (v4, v5) / 以证书摘要代替证书（v4、v5）
    #[arg(long)]
    cert_digests: bool,
    /// The seal's identifier; default a random one / 印章标识，默认随机生成
    #[arg(long, value_name = "ID")]
    esid: Option<String>,
    /// The maker's vendor identifier / 厂商标识
    #[arg(long, value_name = "ID", default_value = "sealcore")]
    vendor: String,
    /// 1 organisation, 2 person / 类型：1 单位，2 个人
    #[arg(long = "type", value_name = "N", default_value_t = 1)]
    kind: i64,
    /// Start of validity; default now / 有效期开始，默认现在
    #[arg(long, value_name = "RFC3339", value_parser = clock::parse)]
    valid_from: Option<Time>,
    /// End of validity; default the earliest end of the signers' certificates / 有效期结束，默认为签章人证书最早的到期时间
    #[arg(long, value_name = "RFC3339", value_parser = clock::parse)]
    valid_until: Option<Time>,
    /// The seal / 输出的印章文件
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// Replace a file that is there / 覆盖已有文件
    #[arg(long)]
    force: bool,
    /// One JSON object / 输出一行 JSON
    #[arg(long)]
    pub(super) json: bool,
}

pub(super) fn run(options: &Options, terminal: &Terminal) -> Outcome {
    files::check_free(&options.out, options.force)?;
    if options.cert_digests && options.generation == Generation::V1 {
        return Err(Failure::usage(text!(
            "a seal of GM/T 0031-2014 lists certificates: --cert-digests needs v4 or v5",
            "GM/T 0031-2014 印章只能列出证书：--cert-digests 需要 v4 或 v5"
        )));
    }
    let seal = make(options)?;
    files::write(&options.out, seal.der())?;
    let out = options.out.display();
    if options.json {
        terminal.print_json(&json!({ "file": out.to_string(), "format": "seal", "seal": seal.to_json() }))?;
    } else {
        let (name, id, standard) = (&seal.property.name, &seal.es_id, seal.generation.standard().name());
        terminal.say(&text!(
            "{out}: seal “{name}” [{id}], {standard}",
            "{out}：印章“{name}”[{id}]，{standard}"
        ))?;
    }
    Ok(Exit::Done)
}

fn make(options: &Options) -> Outcome<Seal> {
    let mut signers = Vec::new();
    for path in &options.signer_cert {
        signers.extend(keys::certificates(path, options.signer_password_env.as_deref())?);
    }
    let first = signers.first().ok_or_else(no_signer)?;
    let now = clock::now();
    let earliest = signers.iter().map(Certificate::not_after).min().unwrap_or(now);
    let validity = [
        now,
        options.valid_from.unwrap_or(now),
        options.valid_until.unwrap_or(earliest),
    ];
    let picture = files::picture(&options.picture, options.width, options.height)?;
    let id = match &options.esid {
        Some(id) => id.clone(),
        None => Random::new()?.word(20).to_ascii_uppercase(),
    };
    let mut request = SealRequest::new(options.generation, &id, &options.name, picture, first, validity);
    let list = if options.cert_digests {
        CertificateList::Digests(
            signers
                .iter()
                .map(|one| (SM3.to_owned(), one.fingerprint().to_vec()))
                .collect(),
        )
    } else {
        CertificateList::Certificates(signers.iter().map(|one| one.der().to_vec()).collect())
    };
    request.property = Property::new(options.kind, options.name.as_str(), list, validity);
    request.vendor_id.clone_from(&options.vendor);
    let maker = keys::signer(
        &options.maker_key,
        options.maker_cert.as_deref(),
        options.maker_password_env.as_deref(),
    )?;
    Ok(request.make(&*maker)?)
}

fn no_signer() -> Failure {
    Failure::usage(text!("no certificate of a signer", "没有签章人证书"))
}
