//! Signing in two phases: what waits between them is a file.

use std::path::Path;

use sealcore::algorithm::{SignatureAlgorithm, Sm2Value};
use sealcore::cert::Certificate;
use sealcore::text;
use serde_json::json;

use super::Options;
use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};
use crate::terminal::Terminal;
use crate::units::{from_hex, to_hex};
use crate::{files, keys};

/// What the first phase leaves.
pub(super) struct Prepared {
    pub(super) session: Vec<u8>,
    pub(super) digest: Vec<u8>,
    pub(super) algorithm: SignatureAlgorithm,
}

/// Saves what `prepare` puts together for the signer of --cert, and prints the digest that is to be signed.
pub(super) fn prepare(
    session: &Path,
    options: &Options,
    terminal: &Terminal,
    prepare: impl FnOnce(&Certificate, &[Certificate]) -> Outcome<Prepared>,
) -> Outcome {
    files::check_free(session, options.force)?;
    let Some(certificate) = &options.cert else {
        return Err(Failure::usage(text!("--prepare needs --cert", "--prepare 需要 --cert")));
    };
    let (certificate, chain) = keys::certificate_with_chain(certificate)?;
    let prepared = prepare(&certificate, &chain)?;
    let digest = to_hex(&prepared.digest);
    files::write(session, &prepared.session)?;
    let (shown, algorithm) = (session.display(), prepared.algorithm);
    if options.json {
        let file = options.input.display().to_string();
        let algorithm = match algorithm {
            SignatureAlgorithm::Sm2Sm3 => "SM2-SM3".to_owned(),
            other => other.to_string(),
        };
        terminal.print_json(
            &json!({ "file": file, "session": shown.to_string(), "digest": digest, "algorithm": algorithm }),
        )?;
    } else {
        terminal.note(&match algorithm {
            SignatureAlgorithm::Sm2Sm3 => text!(
                "sign this digest (e of SM2, Z included) and go on with --complete {shown}",
                "请对以下摘要值（SM2 的 e，已含 Z）签名，然后用 --complete {shown} 继续"
            ),
            _ => text!(
                "sign this digest ({algorithm}) and go on with --complete {shown}",
                "请对以下摘要值（{algorithm}）签名，然后用 --complete {shown} 继续"
            ),
        });
        terminal.print(&digest)?;
    }
    Ok(Exit::Done)
}

/// The signature value that came from outside.
pub(super) fn value(options: &Options, algorithm: SignatureAlgorithm) -> Outcome<Vec<u8>> {
    match (&options.signature, &options.signature_file) {
        (Some(text), _) => from_hex(text)
            .ok_or_else(|| Failure::usage(text!("--signature is not hexadecimal", "--signature 不是十六进制"))),
        (None, Some(path)) => {
            let bytes = files::read(path)?;
            // Tools write hexadecimal text as often as bytes; a DER value starts with 0x30, an ASCII zero.
            let value = std::str::from_utf8(&bytes).ok().and_then(from_hex).unwrap_or(bytes);
            if algorithm == SignatureAlgorithm::Sm2Sm3 {
                Sm2Value::from_bytes(&value).about(path)?;
            }
            Ok(value)
        }
        (None, None) => Err(Failure::usage(text!(
            "--complete needs --signature-file or --signature",
            "--complete 需要 --signature-file 或 --signature"
        ))),
    }
}
