//! What the server answers to one HTTP request.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use super::issuer::{Issuer, Unanswered};
use super::metrics::Metrics;

/// Content type of a request, RFC 3161, 3.4.
pub(crate) const QUERY: &str = "application/timestamp-query";
/// Content type of a reply, RFC 3161, 3.4.
pub(crate) const REPLY: &str = "application/timestamp-reply";

/// What the connections share.
pub(crate) struct Service {
    pub(crate) issuer: Issuer,
    pub(crate) metrics: Arc<Metrics>,
    /// The largest request, in bytes.
    pub(crate) max_request: usize,
    /// How long a body may take to arrive, and a reply to be made.
    pub(crate) timeout: Duration,
    /// Where the metrics are, if they are on this port.
    pub(crate) metrics_path: Option<String>,
}

type Answer = Response<Full<Bytes>>;

impl Service {
    /// Answers one request of `peer`.
    pub(crate) async fn answer(&self, request: Request<Incoming>, peer: IpAddr) -> Answer {
        let answer = match *request.method() {
            Method::POST => self.stamp(request, peer).await,
            Method::GET | Method::HEAD => self.show(request.uri().path()),
            _ => not_allowed(),
        };
        if answer.status().is_client_error() || answer.status().is_server_error() {
            self.metrics.http_error(answer.status().as_u16());
        }
        answer
    }

    /// A time-stamp request, at whatever path the operator gives out.
    async fn stamp(&self, request: Request<Incoming>, peer: IpAddr) -> Answer {
        if !is_query(request.headers()) {
            return last(plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, &format!("send {QUERY}")));
        }
        // What is announced too long is not waited for.
        if request.body().size_hint().lower() > self.max_request as u64 {
            return self.too_large();
        }
        let body = Limited::new(request.into_body(), self.max_request).collect();
        let query = match tokio::time::timeout(self.timeout, body).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => return self.too_large(),
            Ok(Err(_)) => return last(plain(StatusCode::BAD_REQUEST, "the body cannot be read")),
            Err(_) => return last(plain(StatusCode::REQUEST_TIMEOUT, "the body took too long")),
        };
        let began = Instant::now();
        let reply = match tokio::time::timeout(self.timeout, self.issuer.reply(query, peer)).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(Unanswered::Busy)) => return busy("too many requests"),
            Ok(Err(Unanswered::Stopped)) => return last(busy("stopping")),
            Ok(Err(Unanswered::Unrecorded)) => return busy("no token can be recorded"),
            Err(_) => return busy("no reply in time"),
        };
        self.metrics.answered_in(began.elapsed());
        let mut answer = Response::new(Full::new(reply));
        answer
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(REPLY));
        answer
    }

    fn show(&self, path: &str) -> Answer {
        if path == "/health" {
            return match self.issuer.fault() {
                None => plain(StatusCode::OK, "ok"),
                Some(fault) => plain(StatusCode::SERVICE_UNAVAILABLE, &fault),
            };
        }
        if self.metrics_path.as_deref() == Some(path) {
            return self.show_metrics();
        }
        not_allowed()
    }

    /// The metrics, as Prometheus reads them.
    pub(crate) fn show_metrics(&self) -> Answer {
        let text = self.metrics.render(self.issuer.clock_is_good(), self.issuer.waiting());
        let mut answer = Response::new(Full::new(Bytes::from(text)));
        answer.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
        );
        answer
    }

    fn too_large(&self) -> Answer {
        let most = self.max_request;
        last(plain(
            StatusCode::PAYLOAD_TOO_LARGE,
            &format!("a request has at most {most} bytes"),
        ))
    }
}

fn is_query(headers: &HeaderMap) -> bool {
    let stated = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    stated
        .and_then(|stated| stated.split(';').next())
        .is_some_and(|kind| kind.trim().eq_ignore_ascii_case(QUERY))
}

fn not_allowed() -> Answer {
    let mut answer = last(plain(
        StatusCode::METHOD_NOT_ALLOWED,
        "POST a time-stamp request, or GET /health",
    ));
    answer
        .headers_mut()
        .insert(header::ALLOW, HeaderValue::from_static("POST"));
    answer
}

fn busy(reason: &str) -> Answer {
    let mut answer = plain(StatusCode::SERVICE_UNAVAILABLE, reason);
    answer
        .headers_mut()
        .insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    answer
}

/// The connection ends with this answer: what else comes on it was not read, or not meant.
fn last(mut answer: Answer) -> Answer {
    answer
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    answer
}

fn plain(status: StatusCode, text: &str) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(format!("{text}\n"))));
    *answer.status_mut() = status;
    answer.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    answer
}
