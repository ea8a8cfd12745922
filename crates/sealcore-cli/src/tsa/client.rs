//! Asks a time-stamp authority over HTTP, RFC 3161, 3.4.

use std::path::Path;
use std::time::Duration;

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, StatusCode, Uri, header};
use hyper_util::rt::TokioIo;
use sealcore::error::{Error, ErrorKind};
use sealcore::lang::Text;
use sealcore::text;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::rustls::pki_types::ServerName;

use super::service::{QUERY, REPLY};
use super::tls;
use crate::exit::Exit;
use crate::failure::{Failure, Outcome};

/// The largest reply that is read, in bytes: a token with certificates has a few thousand.
const MAX_REPLY: usize = 1 << 20;
/// How long one authority is waited for.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The reply, DER, of the authority at `url` to the request `query`. Redirections are not followed, and no proxy is used.
/// `authorities` stand in for the system's where TLS is used.
///
/// # Errors
/// [`ErrorKind::Argument`] for an address that is none; [`ErrorKind::Io`] where no reply is had.
pub(crate) fn ask(url: &str, query: Vec<u8>, authorities: Option<&Path>) -> Outcome<Vec<u8>> {
    let place = Place::parse(url)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| unreached(url, &error.to_string()))?;
    runtime.block_on(async {
        let asked = tokio::time::timeout(TIMEOUT, place.ask(query, authorities));
        asked.await.unwrap_or_else(|_| {
            let seconds = TIMEOUT.as_secs();
            Err(failed(text!(
                "{url} did not answer within {seconds} s",
                "{url} 在 {seconds} 秒内没有应答"
            )))
        })
    })
}

struct Place<'u> {
    url: &'u str,
    uri: Uri,
    host: String,
    port: u16,
    is_secure: bool,
}

impl<'u> Place<'u> {
    fn parse(url: &'u str) -> Outcome<Self> {
        let wrong = || {
            Failure::usage(text!(
                "“{url}” is no address of a time-stamp authority: http:// or https:// is expected",
                "“{url}”不是时间戳服务地址：应以 http:// 或 https:// 开头"
            ))
        };
        let uri: Uri = url.parse().map_err(|_| wrong())?;
        let is_secure = match uri.scheme_str() {
            Some("http") => false,
            Some("https") => true,
            _ => return Err(wrong()),
        };
        let host = uri.host().filter(|host| !host.is_empty()).ok_or_else(wrong)?;
        // Names and passwords in addresses end up in logs.
        if uri
            .authority()
            .is_some_and(|authority| authority.as_str().contains('@'))
        {
            return Err(wrong());
        }
        Ok(Self {
            url,
            host: host.trim_matches(['[', ']']).to_owned(),
            port: uri.port_u16().unwrap_or(if is_secure { 443 } else { 80 }),
            uri,
            is_secure,
        })
    }

    async fn ask(&self, query: Vec<u8>, authorities: Option<&Path>) -> Outcome<Vec<u8>> {
        let stream = TcpStream::connect((self.host.as_str(), self.port))
            .await
            .map_err(|error| unreached(self.url, &error.to_string()))?;
        if !self.is_secure {
            return self.exchange(stream, query).await;
        }
        let name = ServerName::try_from(self.host.clone()).map_err(|error| unreached(self.url, &error.to_string()))?;
        let stream = tls::connector(authorities)?
            .connect(name, stream)
            .await
            .map_err(|error| unreached(self.url, &error.to_string()))?;
        self.exchange(stream, query).await
    }

    async fn exchange(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        query: Vec<u8>,
    ) -> Outcome<Vec<u8>> {
        let url = self.url;
        let broken = |error: hyper::Error| unreached(url, &error.to_string());
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(broken)?;
        tokio::spawn(connection);
        let path = self.uri.path_and_query().map_or("/", |path| path.as_str());
        let authority = self.uri.authority().map_or("", |authority| authority.as_str());
        let request = Request::post(path)
            .header(header::HOST, authority)
            .header(header::CONTENT_TYPE, QUERY)
            .header(header::ACCEPT, REPLY)
            .header(header::USER_AGENT, concat!("sealcore/", env!("CARGO_PKG_VERSION")))
            .body(Full::new(Bytes::from(query)))
            .map_err(|error| unreached(url, &error.to_string()))?;
        let answer = sender.send_request(request).await.map_err(broken)?;
        let status = answer.status();
        if status != StatusCode::OK {
            return Err(failed(text!("{url} answered {status}", "{url} 返回 {status}")));
        }
        let kind = answer.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .eq_ignore_ascii_case(REPLY)
        {
            let kind = kind.to_owned();
            return Err(failed(text!(
                "{url} answered with “{kind}”, not with a time stamp",
                "{url} 返回的类型为“{kind}”，不是时间戳"
            )));
        }
        let body = Limited::new(answer.into_body(), MAX_REPLY).collect().await;
        let body = body.map_err(|error| unreached(url, &error.to_string()))?;
        Ok(body.to_bytes().to_vec())
    }
}

fn unreached(url: &str, reason: &str) -> Failure {
    failed(text!(
        "no time stamp could be had from {url}: {reason}",
        "无法从 {url} 获取时间戳：{reason}"
    ))
}

/// Nothing was wrong with the document: the work is refused.
fn failed(message: Text) -> Failure {
    Failure::from(Error::new(ErrorKind::Io, message)).ending(Exit::Refused)
}
