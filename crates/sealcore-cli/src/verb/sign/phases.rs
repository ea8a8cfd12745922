//! Signing in two phases: what waits between them is a file.

use std::path::Path;

use sealcore::algorithm::Sm2Value;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::ofd::package::Archive;
use sealcore::ofd::{self, Session};
use sealcore::text;
use serde_json::json;

use super::{Options, Plan};
use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};
use crate::terminal::Terminal;
use crate::units::{from_hex, to_hex};
use crate::{files, keys};

/// Puts everything together but the signature value, and prints the digest that is to be signed.
pub(super) fn prepare(session: &Path, archive: &Archive<'_>, options: &Options, terminal: &Terminal) -> Outcome {
    files::check_free(session, options.force)?;
    let Some(certificate) = &options.cert else {
        return Err(Failure::usage(text!("--prepare needs --cert", "--prepare 需要 --cert")));
    };
    let (certificate, chain) = keys::certificate_with_chain(certificate)?;
    let plan = Plan::new(options)?;
    let mut request = plan.request(&certificate, options);
    request.chain = &chain;
    let prepared = ofd::prepare(archive, &request, &Limits::default(), &Unwatched).about(&options.input)?;
    let digest = to_hex(&prepared.digest()?);
    files::write(session, &prepared.to_bytes())?;
    let shown = session.display();
    if options.json {
        let file = options.input.display().to_string();
        terminal.print_json(
            &json!({ "file": file, "session": shown.to_string(), "digest": digest, "algorithm": "SM2-SM3" }),
        )?;
    } else {
        terminal.note(&text!(
            "sign this digest (e of SM2, Z included) and go on with --complete {shown}",
            "请对以下摘要值（SM2 的 e，已含 Z）签名，然后用 --complete {shown} 继续"
        ));
        terminal.print(&digest)?;
    }
    Ok(Exit::Done)
}

/// The saved session and the signature value that came from outside.
pub(super) fn resume(session: &Path, options: &Options) -> Outcome<(Session, Vec<u8>)> {
    let session = Session::from_bytes(&files::read(session)?).about(session)?;
    let value = match (&options.signature, &options.signature_file) {
        (Some(text), _) => from_hex(text)
            .ok_or_else(|| Failure::usage(text!("--signature is not hexadecimal", "--signature 不是十六进制")))?,
        (None, Some(path)) => {
            let bytes = files::read(path)?;
            // Tools write hexadecimal text as often as bytes; a DER value starts with 0x30, an ASCII zero.
            let value = std::str::from_utf8(&bytes).ok().and_then(from_hex).unwrap_or(bytes);
            Sm2Value::from_bytes(&value).about(path)?;
            value
        }
        (None, None) => {
            return Err(Failure::usage(text!(
                "--complete needs --signature-file or --signature",
                "--complete 需要 --signature-file 或 --signature"
            )));
        }
    };
    Ok((session, value))
}
