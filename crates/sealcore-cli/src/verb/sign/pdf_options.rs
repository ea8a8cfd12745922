//! The options of `sign` that only PDF has.

use std::path::PathBuf;

use sealcore::pdf::{AppearanceOptions, Contents, FieldLock, Permission, SignRequest};

use crate::units;

/// Options for PDF documents.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "PDF")]
pub(crate) struct PdfOptions {
    /// The empty signature field to sign, or the name of a new one / 要签的空白签名域，或新签名域的名称
    #[arg(long, value_name = "NAME")]
    pub(super) field: Option<String>,
    /// Certify: 1 no changes, 2 forms and signatures, 3 annotations too / 认证签名：1 不许修改，2 可填表和签名，3 还可批注
    #[arg(long, value_name = "P", value_parser = permission)]
    certify: Option<Permission>,
    /// A picture for a signature without a seal / 无印章签名所显示的图像
    #[arg(long, value_name = "FILE", conflicts_with = "seal", requires_all = ["width", "height"])]
    pub(super) picture: Option<PathBuf>,
    /// Width of the picture / 图像宽度
    #[arg(long, value_name = "MM", value_parser = units::whole_millimetres, requires = "picture")]
    pub(super) width: Option<i64>,
    /// Height of the picture / 图像高度
    #[arg(long, value_name = "MM", value_parser = units::whole_millimetres, requires = "picture")]
    pub(super) height: Option<i64>,
    /// Show nothing / 不显示印章
    #[arg(long, conflicts_with_all = ["at", "keyword", "seam", "opposite", "picture"])]
    pub(super) invisible: bool,
    /// Why it is signed / 签名原因
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Where it is signed / 签名地点
    #[arg(long, value_name = "TEXT")]
    location: Option<String>,
    /// How the signer is reached / 联系方式
    #[arg(long, value_name = "TEXT")]
    contact: Option<String>,
    /// The signer's name; default that of the certificate / 签名者姓名，默认取自证书
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// How dense the picture is, from 0 to 1 / 图像不透明度，0 到 1
    #[arg(long, value_name = "N", value_parser = opacity)]
    opacity: Option<f64>,
    /// A line below the picture / 图像下方的一行文字
    #[arg(long, value_name = "TEXT")]
    caption: Option<String>,
    /// What is signed into: auto, seal, cms or gm-cms / 签名值格式：auto、seal、cms 或 gm-cms
    #[arg(long, value_name = "FORM", value_parser = contents)]
    contents: Option<Contents>,
    /// /Filter and /SubFilter, with a solidus between them / /Filter 与 /SubFilter，以斜杠分隔
    #[arg(long, value_name = "NAMES", value_parser = names)]
    filter: Option<(String, String)>,
    /// Bytes to keep for what is added to the signature later / 为以后补充的内容预留的字节数
    #[arg(long, value_name = "BYTES")]
    reserve: Option<usize>,
    /// Sign although an earlier signature or the encryption forbids it / 即使已有签名或加密权限禁止也签名
    #[arg(long)]
    ignore_permissions: bool,
    /// Refuse a document that holds what a signer should not sign (inspect --risks) / 文档含有不宜签署的内容时拒绝签名（见 inspect --risks）
    #[arg(long)]
    pub(super) refuse_risks: bool,
    /// Do not look for what a signer should not sign / 不检查文档中是否有不宜签署的内容
    #[arg(long, conflicts_with = "refuse_risks")]
    pub(super) no_risks: bool,
    /// Append to IN itself and write nothing else / 直接追加到输入文件，不写其他内容
    #[arg(long, conflicts_with_all = ["out", "prepare"])]
    pub(super) in_place: bool,
    /// Environment variable with the password of an encrypted document / 存放加密文档口令的环境变量
    #[arg(long, value_name = "VAR")]
    pub(super) document_password_env: Option<String>,
}

impl PdfOptions {
    /// Whether anything about the signature was said.
    pub(super) fn is_said(&self) -> bool {
        let texts = [
            &self.field,
            &self.reason,
            &self.location,
            &self.contact,
            &self.name,
            &self.caption,
        ];
        texts.iter().any(|text| text.is_some())
            || self.picture.is_some()
            || self.certify.is_some()
            || self.opacity.is_some()
            || self.contents.is_some()
            || self.filter.is_some()
            || self.reserve.is_some()
            || self.invisible
            || self.ignore_permissions
    }

    /// Puts what was said into a request. `first`: no signature is there yet.
    pub(super) fn apply<'a>(&'a self, request: &mut SignRequest<'a>, lock: bool, first: bool) {
        request.field = self.field.as_deref();
        request.certify = self.certify;
        request.reason = self.reason.as_deref();
        request.location = self.location.as_deref();
        request.contact = self.contact.as_deref();
        request.name = self.name.as_deref();
        request.contents = self.contents.unwrap_or_default();
        request.names = self
            .filter
            .as_ref()
            .map(|(filter, sub)| (filter.as_str(), sub.as_str()));
        request.reserve = self.reserve.unwrap_or(0);
        request.ignore_permissions = self.ignore_permissions;
        let mut appearance = AppearanceOptions::default();
        appearance.opacity = self.opacity.unwrap_or(appearance.opacity);
        appearance.caption = self.caption.as_deref();
        request.appearance = appearance;
        if lock {
            request.lock = Some(FieldLock::All);
            // Only the first signature may certify; a lock of all fields is what a later one can ask for.
            request.certify = request.certify.or(first.then_some(Permission::NoChanges));
        }
    }
}

fn permission(text: &str) -> Result<Permission, String> {
    let number = text.parse().ok().and_then(Permission::from_number);
    number.ok_or_else(|| "1, 2 or 3 / 应为 1、2 或 3".to_owned())
}

fn opacity(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|number| (0.0..=1.0).contains(number));
    number.ok_or_else(|| "a number from 0 to 1 / 应为 0 到 1 之间的数".to_owned())
}

fn contents(text: &str) -> Result<Contents, String> {
    match text {
        "auto" => Ok(Contents::Auto),
        "seal" => Ok(Contents::Seal),
        "cms" => Ok(Contents::Cms),
        "gm-cms" => Ok(Contents::GmCms),
        _ => Err("auto, seal, cms or gm-cms / 应为 auto、seal、cms 或 gm-cms".to_owned()),
    }
}

fn names(text: &str) -> Result<(String, String), String> {
    let parts = text.trim_start_matches('/').split_once('/');
    parts
        .map(|(filter, sub)| (filter.trim().to_owned(), sub.trim_start_matches('/').to_owned()))
        .ok_or_else(|| "FILTER/SUBFILTER, as Adobe.PPKLite/adbe.pkcs7.detached".to_owned())
}
