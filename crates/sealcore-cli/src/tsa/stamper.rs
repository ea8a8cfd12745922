//! Has a signature stamped: by an authority over HTTP, or by one whose key is at hand.

use std::path::{Path, PathBuf};

use sealcore::cert::TrustStore;
use sealcore::text;
use sealcore::timestamp::{MessageImprint, Nonce, TimeStampRequest, TimeStampToken};
use sealcore::verify::VerifyOptions;

use super::client;
use super::options::AuthorityOptions;
use crate::clock;
use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};
use crate::verb::timestamp::answer;
use sealcore_system::Random;

/// Who stamps.
#[derive(Debug)]
pub(crate) enum Stamper<'s> {
    /// An authority over HTTP, and the authorities of its TLS certificate in place of the system's.
    Remote {
        url: &'s str,
        authorities: Option<&'s Path>,
    },
    /// An authority whose key is in a folder.
    Local(Box<AuthorityOptions>),
}

impl Stamper<'_> {
    /// The authority in `folder`, as `demo` makes one: `tsa.p12`, or `tsa.key` beside `tsa.crt`. Its state is kept there.
    ///
    /// # Errors
    /// Wrong usage when there is no key in it.
    pub(crate) fn local(folder: &Path, password_env: Option<String>) -> Outcome<Self> {
        let names = ["tsa.p12", "tsa.pfx", "tsa.key", "tsa.pem", "tsa.p8", "tsa.der"];
        let key = names
            .map(|name| folder.join(name))
            .into_iter()
            .find(|path| path.is_file());
        let Some(key) = key else {
            let shown = folder.display();
            return Err(Failure::usage(text!(
                "{shown} holds no key of a time-stamp authority: tsa.p12, or tsa.key with tsa.crt",
                "{shown} 中没有时间戳机构的私钥：应有 tsa.p12，或 tsa.key 与 tsa.crt"
            )));
        };
        let certificate = folder.join("tsa.crt");
        let certificate: Option<PathBuf> = certificate.is_file().then_some(certificate);
        let options = AuthorityOptions::plain(
            key.display().to_string(),
            certificate,
            password_env,
            folder.join("state"),
        );
        Ok(Self::Local(Box::new(options)))
    }

    /// A token over `imprint`, with the authority's certificate inside, after it was checked: it answers this request, and
    /// its signature holds. Whether its authority is trusted is for those who verify the document.
    ///
    /// # Errors
    /// [`ErrorKind::Refused`] and [`ErrorKind::Io`] when there is none, or a wrong one.
    pub(crate) fn stamp(&self, imprint: MessageImprint) -> Outcome<TimeStampToken> {
        let request = TimeStampRequest::new(imprint).with_nonce(Nonce::random(&mut Random::new()?));
        let reply = match self {
            Self::Remote { url, authorities } => client::ask(url, request.to_der(), *authorities)?,
            Self::Local(options) => answer(options, &request.to_der())?.reply,
        };
        // Nobody is trusted here: that is for those who verify the document.
        let trust = TrustStore::new();
        request
            .accept(&reply, &VerifyOptions::new(&trust, clock::now()))
            .ending(Exit::Refused)
    }
}
