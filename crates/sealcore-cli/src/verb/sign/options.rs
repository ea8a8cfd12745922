//! The options of `sign`, and what of them goes together.

use std::path::{Path, PathBuf};

use sealcore::asn1::Time;
use sealcore::ofd::{Occurrence, Pages, Placement, Side};
use sealcore::text;

use super::pdf_options::PdfOptions;
use crate::clock;
use crate::failure::{Failure, Outcome};
use crate::tsa::Stamper;
use crate::units::{self, Point};

/// Options of `sign`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The document: OFD or PDF / 待签文档：OFD 或 PDF
    #[arg(value_name = "IN")]
    pub(super) input: PathBuf,
    /// The signed document; may be IN itself / 输出文档，可与输入相同
    #[arg(short, long, value_name = "OUT")]
    out: Option<PathBuf>,
    /// The seal; without it a digital signature is made / 印章；不给出则作数字签名
    #[arg(long, value_name = "SEAL.esl")]
    pub(super) seal: Option<PathBuf>,
    /// The signer's key: PKCS#12, PEM, DER, or a device URI (pkcs11:, sdf:, skf:) / 签名私钥：PKCS#12、PEM、DER 或设备 URI（pkcs11:、sdf:、skf:）
    #[arg(long, value_name = "KEY", conflicts_with_all = ["prepare", "complete"])]
    key: Option<String>,
    /// The signer's certificate, where the key file holds none / 签名证书（密钥文件中没有时）
    #[arg(long, value_name = "CERT")]
    pub(super) cert: Option<PathBuf>,
    /// Environment variable with the key's password or the device's PIN / 存放私钥口令或设备 PIN 的环境变量
    #[arg(long, value_name = "VAR")]
    pub(super) password_env: Option<String>,
    /// Pages that get the seal at --at: 3, 2-5, last or all / 在 --at 处盖章的页：3、2-5、last 或 all
    #[arg(long, value_name = "PAGES", value_parser = pages, requires = "at")]
    page: Option<Pages>,
    /// Left and top edge of the seal / 印章左、上边距
    #[arg(long, value_name = "X,Y", value_parser = units::point, requires = "page", allow_hyphen_values = true)]
    at: Option<Point>,
    /// Centre the seal on this text / 以该文字为中心盖章
    #[arg(long, value_name = "TEXT")]
    keyword: Option<String>,
    /// Which place of the text: first, last, all or a number / 取第几处：first、last、all 或序号
    #[arg(long = "match", value_name = "WHICH", value_parser = occurrence, requires = "keyword")]
    which: Option<Occurrence>,
    /// Where the text is looked for; default all pages / 查找范围，默认全部页
    #[arg(long, value_name = "PAGES", value_parser = pages, requires = "keyword")]
    keyword_pages: Option<Pages>,
    /// Move the seal to the right and down from the text / 相对文字向右、向下偏移
    #[arg(long, value_name = "X,Y", value_parser = units::point, requires = "keyword", allow_hyphen_values = true)]
    keyword_offset: Option<Point>,
    /// Seam seal at this edge: left, right, top or bottom / 骑缝章所在的边：left、right、top、bottom
    #[arg(long, value_name = "SIDE", value_parser = side)]
    seam: Option<Side>,
    /// Pages that share the seam seal; default all / 骑缝章覆盖的页，默认全部页
    #[arg(long, value_name = "PAGES", value_parser = pages, requires = "seam")]
    seam_pages: Option<Pages>,
    /// Over each two facing pages of these: 2-3 or all / 对开盖章的页：2-3 或 all
    #[arg(long, value_name = "PAGES", value_parser = pages)]
    opposite: Option<Pages>,
    /// Time-stamp authority that stamps the signature / 为签名加盖时间戳的时间戳服务
    #[arg(long, value_name = "URL", conflicts_with_all = ["tsa_local", "prepare", "integrity_record"])]
    tsa: Option<String>,
    /// Who vouches for an https:// authority, PEM; default the system's / https:// 时间戳服务的信任证书，PEM，默认系统证书
    #[arg(long, value_name = "FILE", requires = "tsa")]
    tsa_ca: Option<PathBuf>,
    /// Folder with the key of a time-stamp authority, as demo's tsa/ / 存放时间戳机构私钥的文件夹，如 demo 生成的 tsa/
    #[arg(long, value_name = "DIR", conflicts_with_all = ["prepare", "integrity_record"])]
    tsa_local: Option<PathBuf>,
    /// Environment variable with the password of that key / 存放该私钥口令的环境变量
    #[arg(long, value_name = "VAR", requires = "tsa_local")]
    tsa_password_env: Option<String>,
    /// b, or t with a time stamp, the default where an authority is named; lt and lta are not built yet / b，或带时间戳的 t（指定时间戳服务时的默认值）；lt、lta 尚未实现
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// Nothing may come after: the list of signatures (OFD), every field (PDF) is protected too / 此后不可再签：一并保护签名列表（OFD）或全部域（PDF）
    #[arg(long)]
    pub(super) lock: bool,
    /// The ID of the signature that this one builds on (GM/T 0099) / 所依赖签名的 ID（GM/T 0099）
    #[arg(long, value_name = "ID")]
    pub(super) relative: Option<String>,
    /// The signing time; default now / 签名时间，默认现在
    #[arg(long, value_name = "RFC3339", value_parser = clock::parse)]
    pub(super) time: Option<Time>,
    /// Which document of the file, counted from 1 / 文件中的第几个文档
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = document)]
    pub(super) document: usize,
    /// First phase: save a session here and print the digest to be signed / 第一阶段：保存会话并输出待签摘要
    #[arg(long, value_name = "SESSION", requires = "cert", conflicts_with_all = ["complete", "out"])]
    pub(super) prepare: Option<PathBuf>,
    /// Second phase: go on with this session / 第二阶段：继续该会话
    #[arg(long, value_name = "SESSION")]
    pub(super) complete: Option<PathBuf>,
    /// The signature value: DER, r and s, or either in hexadecimal / 签名值文件：DER、r‖s 或其十六进制
    #[arg(long, value_name = "FILE", requires = "complete")]
    pub(super) signature_file: Option<PathBuf>,
    /// The signature value in hexadecimal / 十六进制签名值
    #[arg(long, value_name = "HEX", requires = "complete", conflicts_with = "signature_file")]
    pub(super) signature: Option<String>,
    /// Write the integrity record of GM/T 0099 in place of a signature: the last thing to do / 写入 GM/T 0099 完整性记录（须为最后一步）
    #[arg(long, conflicts_with_all = ["seal", "lock", "relative", "prepare", "complete"])]
    pub(super) integrity_record: bool,
    #[command(flatten)]
    pub(super) pdf: PdfOptions,
    /// Replace OUT if it is another file that is there / 覆盖已有的输出文件
    #[arg(long)]
    pub(super) force: bool,
    /// One JSON object / 输出一行 JSON
    #[arg(long)]
    pub(crate) json: bool,
}

fn pages(text: &str) -> Result<Pages, String> {
    Pages::parse(text).map_err(|error| {
        let (en, zh) = super::in_both(&error);
        format!("{en} / {zh}")
    })
}

fn occurrence(text: &str) -> Result<Occurrence, String> {
    match text {
        "first" => Ok(Occurrence::First),
        "last" => Ok(Occurrence::Last),
        "all" => Ok(Occurrence::All),
        number => number
            .parse()
            .ok()
            .filter(|number| *number > 0)
            .map(Occurrence::Nth)
            .ok_or_else(|| "first, last, all or a number from 1 on / 应为 first、last、all 或从 1 起的序号".to_owned()),
    }
}

fn side(text: &str) -> Result<Side, String> {
    match text {
        "left" => Ok(Side::Left),
        "right" => Ok(Side::Right),
        "top" => Ok(Side::Top),
        "bottom" => Ok(Side::Bottom),
        _ => Err("left, right, top or bottom / 应为 left、right、top 或 bottom".to_owned()),
    }
}

fn document(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| "a number from 1 on / 应为从 1 起的序号".to_owned())
}

impl Options {
    /// What is not built yet, and what does not go together.
    pub(super) fn check(&self) -> Outcome<()> {
        let has_authority = self.tsa.is_some() || self.tsa_local.is_some();
        match self.level.as_deref() {
            None | Some("t") => {}
            Some("b") if !has_authority => {}
            Some("b") => {
                return Err(Failure::usage(text!(
                    "--level b takes no time-stamp authority",
                    "--level b 不使用时间戳服务"
                )));
            }
            Some(level @ ("lt" | "lta")) => return Err(Failure::not_built(&format!("--level {level}"))),
            Some(level) => {
                return Err(Failure::usage(text!(
                    "level “{level}” is not known: b, t, lt or lta",
                    "级别“{level}”未知，应为 b、t、lt 或 lta"
                )));
            }
        }
        if self.is_stamped() && !has_authority && self.prepare.is_none() {
            return Err(Failure::usage(text!(
                "say who stamps: --tsa URL or --tsa-local DIR",
                "请指定时间戳服务：--tsa URL 或 --tsa-local DIR"
            )));
        }
        let fixed =
            self.seal.is_some() || self.is_placed() || self.lock || self.relative.is_some() || self.pdf.is_said();
        if self.complete.is_some() && fixed {
            return Err(Failure::usage(text!(
                "what is signed was fixed by --prepare: --complete takes no seal, place or protection",
                "签名内容已由 --prepare 确定：--complete 不接受印章、位置或保护方式"
            )));
        }
        if !self.shows_something() && self.is_placed() {
            return Err(Failure::usage(text!(
                "a place without a seal: --seal is missing",
                "给出了盖章位置但没有印章：缺少 --seal"
            )));
        }
        Ok(())
    }

    /// Whether the signature gets a time stamp.
    pub(super) fn is_stamped(&self) -> bool {
        self.tsa.is_some() || self.tsa_local.is_some() || self.level.as_deref() == Some("t")
    }

    /// Who stamps the signature, where one is to be stamped.
    pub(super) fn stamper(&self) -> Outcome<Option<Stamper<'_>>> {
        Ok(match (&self.tsa, &self.tsa_local) {
            (Some(url), _) => Some(Stamper::Remote {
                url,
                authorities: self.tsa_ca.as_deref(),
            }),
            (None, Some(folder)) => Some(Stamper::local(folder, self.tsa_password_env.clone())?),
            (None, None) => None,
        })
    }

    fn is_placed(&self) -> bool {
        self.at.is_some() || self.keyword.is_some() || self.seam.is_some() || self.opposite.is_some()
    }

    fn shows_something(&self) -> bool {
        self.seal.is_some() || self.pdf.picture.is_some()
    }

    /// What only PDF has.
    pub(super) fn check_ofd(&self) -> Outcome<()> {
        if self.pdf.is_said() || self.pdf.in_place {
            return Err(Failure::usage(text!(
                "--field, --certify, --contents and the like, and --in-place, are for PDF",
                "--field、--certify、--contents 等选项以及 --in-place 仅用于 PDF"
            )));
        }
        self.check_place(false)
    }

    /// What only OFD has.
    pub(super) fn check_pdf(&self) -> Outcome<()> {
        if self.relative.is_some() || self.integrity_record || self.document != 1 {
            return Err(Failure::usage(text!(
                "--relative, --document and --integrity-record are for OFD",
                "--relative、--document 与 --integrity-record 仅用于 OFD"
            )));
        }
        self.check_place(self.pdf.field.is_some() || self.pdf.invisible)
    }

    fn check_place(&self, otherwise: bool) -> Outcome<()> {
        if !self.shows_something() || self.is_placed() || otherwise {
            return Ok(());
        }
        Err(Failure::usage(text!(
            "say where the seal goes: --page N --at Xmm,Ymm, --keyword TEXT, --seam left|right|top|bottom or --opposite all",
            "请指定盖章位置：--page N --at Xmm,Ymm、--keyword 文字、--seam left|right|top|bottom 或 --opposite all"
        )))
    }

    pub(super) fn out(&self) -> Outcome<&Path> {
        self.out.as_deref().ok_or_else(|| {
            Failure::usage(text!(
                "say where the signed document goes: -o OUT",
                "请指定输出文件：-o OUT"
            ))
        })
    }

    pub(super) fn key(&self) -> Outcome<&str> {
        self.key
            .as_deref()
            .ok_or_else(|| Failure::usage(text!("say with which key: --key KEY", "请指定私钥：--key KEY")))
    }

    /// Every place that was asked for; they may be combined.
    pub(super) fn placements(&self) -> Outcome<Vec<Placement>> {
        let mut all = Vec::new();
        if let (Some(pages), Some(point)) = (self.page, self.at) {
            all.push(Placement::At {
                pages,
                x_mm: point.x_mm,
                y_mm: point.y_mm,
            });
        }
        if let Some(keyword) = &self.keyword {
            if keyword.trim().is_empty() {
                return Err(Failure::usage(text!("the keyword is empty", "关键字为空")));
            }
            let offset = self.keyword_offset.unwrap_or(Point { x_mm: 0.0, y_mm: 0.0 });
            all.push(Placement::Keyword {
                text: keyword.clone(),
                occurrence: self.which.unwrap_or(Occurrence::First),
                pages: self.keyword_pages.unwrap_or_default(),
                dx_mm: offset.x_mm,
                dy_mm: offset.y_mm,
            });
        }
        if let Some(side) = self.seam {
            all.push(Placement::seam(self.seam_pages.unwrap_or_default(), side));
        }
        if let Some(pages) = self.opposite {
            all.push(Placement::Opposite {
                pages,
                position_mm: None,
            });
        }
        Ok(all)
    }
}
