//! `cert crl`: a revocation list.

use std::path::PathBuf;

use sealcore::asn1::Time;
use sealcore::cert::{Revocation, RevocationListTemplate, RevocationReason, serial_from_hex};
use sealcore::text;

use crate::clock::{self, DAY};
use crate::exit::Exit;
use crate::failure::Outcome;
use crate::terminal::Terminal;
use crate::{files, keys};

/// Options of `cert crl`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The authority's key / 颁发机构私钥
    #[arg(long, value_name = "FILE")]
    issuer_key: String,
    /// The authority's certificate, where the key file holds none / 颁发机构证书（密钥文件中没有时）
    #[arg(long, value_name = "FILE")]
    issuer_cert: Option<PathBuf>,
    /// Environment variable with its password / 存放其口令的环境变量
    #[arg(long, value_name = "VAR")]
    issuer_password_env: Option<String>,
    /// A serial number in hexadecimal, with the moment and reason (1 key compromise, 5 cessation, 6 hold) / 被撤销的序列号（十六进制），可带时间与原因代码
    #[arg(long, value_name = "SERIAL[@RFC3339[@REASON]]", value_parser = entry)]
    revoke: Vec<Entry>,
    /// Days until the next list is due / 距下次更新的天数
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3_653))]
    days: u32,
    /// The list's number; default the seconds since 1970 / 列表编号，默认取 1970 年以来的秒数
    #[arg(long, value_name = "N")]
    number: Option<u64>,
    /// The list, PEM / 输出的列表，PEM
    #[arg(short, long, value_name = "FILE")]
    out: PathBuf,
    /// Replace a file that is there / 覆盖已有文件
    #[arg(long)]
    force: bool,
}

/// A certificate to be revoked.
#[derive(Clone, Debug, PartialEq)]
struct Entry {
    serial: Vec<u8>,
    at: Option<Time>,
    reason: Option<u8>,
}

fn entry(text: &str) -> Result<Entry, String> {
    let mut parts = text.split('@');
    let serial = parts.next().and_then(serial_from_hex);
    let serial = serial.ok_or("the serial number is not hexadecimal / 序列号不是十六进制")?;
    let at = parts.next().map(clock::parse).transpose()?;
    let reason = parts.next().map(|reason| {
        let number = reason.parse::<u8>().ok().filter(|number| *number <= 10 && *number != 7);
        number.ok_or("a reason is a number from 0 to 10, without 7 / 原因代码应为 0 至 10（7 除外）")
    });
    let reason = reason.transpose()?;
    if parts.next().is_some() {
        return Err("SERIAL@TIME@REASON".to_owned());
    }
    Ok(Entry { serial, at, reason })
}

pub(super) fn run(options: &Options, terminal: &Terminal) -> Outcome {
    files::check_free(&options.out, options.force)?;
    let issuer = keys::signer(
        &options.issuer_key,
        options.issuer_cert.as_deref(),
        options.issuer_password_env.as_deref(),
    )?;
    let now = clock::now();
    let entries = options.revoke.iter().map(|entry| {
        (
            entry.serial.clone(),
            Revocation {
                at: entry.at.unwrap_or(now),
                reason: entry.reason.map(RevocationReason),
            },
        )
    });
    let template = RevocationListTemplate {
        this_update: now,
        next_update: now.plus_seconds(i64::from(options.days) * DAY),
        number: options.number.unwrap_or_else(|| now.unix().unsigned_abs()),
        entries: entries.collect(),
    };
    let list = template.issue(&*issuer)?;
    files::write(&options.out, list.to_pem().as_bytes())?;
    let (out, count) = (options.out.display(), list.len());
    terminal.say(&text!(
        "{out}: revocation list, {count} entries",
        "{out}：证书撤销列表，{count} 条"
    ))?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries() {
        assert_eq!(
            entry("0fF").unwrap(),
            Entry {
                serial: vec![0, 0xff],
                at: None,
                reason: None
            }
        );
        let found = entry("12@2026-01-01@1").unwrap();
        assert_eq!(
            (found.serial, found.at.is_some(), found.reason),
            (vec![0x12], true, Some(1))
        );
        for bad in ["", "xy", "12@yesterday", "12@2026-01-01@7", "12@2026-01-01@1@2"] {
            assert!(entry(bad).is_err(), "{bad}");
        }
    }
}
