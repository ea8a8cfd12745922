//! The command line: one variant a verb; each verb's options are in its own file.

use std::ffi::OsString;

use clap::{Parser, Subcommand};
use sealcore::lang::Lang;

use crate::verb::{cert, demo, inspect, key, seal, sign, timestamp, tsa, verify};

/// Electronic seals on OFD and PDF documents: seal, verify, inspect / OFD 与 PDF 文档电子印章：签章、验证、查看
#[derive(Debug, Parser)]
#[command(name = "sealcore", version, after_help = AFTER, arg_required_else_help = true)]
pub(crate) struct Args {
    /// Language of messages, else that of the locale / 输出语言，默认取自系统区域设置
    #[arg(long, global = true, value_name = "zh|en", value_parser = crate::language::parse)]
    pub(crate) lang: Option<Lang>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER: &str = "\
Exit status of verify: 0 all valid; 1 some invalid; 2 some indeterminate; 3 some unsigned; 4 some unreadable; 64 usage.
Other verbs: 0 done; 1 refused; 4 input unreadable; 64 usage, or not built yet.
verify 退出码：0 全部有效；1 有无效；2 有无法确定；3 有未签名；4 有缺失或无法读取；64 用法错误。
其他命令：0 完成；1 拒绝并说明原因；4 输入无法读取；64 用法错误或尚未实现。";

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a folder with keys, a seal and a sealed document, and verify it / 生成演示目录：密钥、印章、已签章文档，并验证
    Demo(demo::Options),
    /// Put a seal or a digital signature on a document / 对文档签章或数字签名
    Sign(Box<sign::Options>),
    /// Judge documents and seals / 验证文档与印章
    Verify(verify::Options),
    /// Make, show and verify seal files / 制作、查看、验证印章文件
    #[command(subcommand)]
    Seal(seal::Verb),
    /// Show what is in a file, without judging it / 查看文件结构，不作判断
    Inspect(inspect::Options),
    /// Private keys / 私钥
    #[command(subcommand)]
    Key(key::Verb),
    /// Certificates, requests, revocation lists / 证书、证书请求、撤销列表
    #[command(subcommand)]
    Cert(cert::Verb),
    /// Time stamps as files (RFC 3161) / 时间戳文件（RFC 3161）
    #[command(subcommand)]
    Timestamp(timestamp::Verb),
    /// Time-stamp authority / 时间戳服务
    #[command(subcommand)]
    Tsa(tsa::Verb),
    /// Register of seals: not built yet / 印章登记：尚未实现
    Registry(Later),
    /// Licences: not built yet / 电子证照：尚未实现
    Licence(Later),
    /// Archive: not built yet / 归档：尚未实现
    Archive(Later),
    /// Audit log: not built yet / 审计日志：尚未实现
    Audit(Later),
}

/// The arguments of a verb that comes later.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub(crate) struct Later {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<OsString>,
}

impl Command {
    /// Whether errors go to standard output as JSON.
    pub(crate) fn wants_json(&self) -> bool {
        match self {
            Self::Sign(options) => options.json,
            Self::Verify(options) => options.json,
            Self::Inspect(options) => options.json,
            Self::Seal(verb) => verb.wants_json(),
            Self::Key(verb) => verb.wants_json(),
            Self::Cert(verb) => verb.wants_json(),
            Self::Timestamp(verb) => verb.wants_json(),
            Self::Tsa(verb) => verb.wants_json(),
            _ => false,
        }
    }
}
