//! `tsa serve`: a time-stamp authority over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use sealcore::error::Error;
use sealcore::text;
use serde_json::json;
use tokio::net::TcpListener;

use crate::exit::Exit;
use crate::failure::{Explain as _, Failure, Outcome};
use crate::terminal::Terminal;
use crate::tsa::authority::Authority;
use crate::tsa::issuer::Issuer;
use crate::tsa::metrics::Metrics;
use crate::tsa::options::{AuthorityOptions, Fsync};
use crate::tsa::server::{Server, listen, serve_metrics, stop_signal};
use crate::tsa::service::Service;
use crate::tsa::{files, tls};
use crate::units;

/// The verbs of `tsa`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Verb {
    /// Answer time-stamp requests over HTTP until SIGTERM or SIGINT / 通过 HTTP 应答时间戳请求，收到 SIGTERM 或 SIGINT 时停止
    Serve(Box<Serve>),
}

/// Options of `tsa serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    #[command(flatten)]
    authority: AuthorityOptions,
    /// Address and port; port 0 takes a free one / 监听地址与端口，端口 0 表示任选空闲端口
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:3180")]
    listen: SocketAddr,
    /// The largest request, in bytes / 请求的最大字节数
    #[arg(long, value_name = "BYTES", default_value_t = 65_536, value_parser = clap::value_parser!(u32).range(64..=16_777_216))]
    max_request: u32,
    /// Connections at a time; further ones get 503 / 最大并发连接数，超出者返回 503
    #[arg(long, value_name = "N", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    max_connections: u32,
    /// How long a connection may stand still, a request may take to arrive, and a stop may last / 连接空闲、请求传输以及停止过程的最长时间
    #[arg(long, value_name = "TIME", default_value = "15s", value_parser = units::duration)]
    timeout: Duration,
    /// When the audit file is put on disk: always (before a token leaves), a time as 1s, or never / 审计文件落盘时机：always（时间戳发出之前）、时间（如 1s）或 never
    #[arg(long, value_name = "WHEN", default_value = "always", value_parser = Fsync::parse)]
    fsync: Fsync,
    /// Where the metrics are: a path on the same port, an address of their own, or none / 指标位置：同一端口上的路径、单独的地址，或 none
    #[arg(long, value_name = "PATH|ADDRESS|none", default_value = "/metrics", value_parser = MetricsPlace::parse)]
    metrics: MetricsPlace,
    /// Threads that sign; default one for each core / 签名线程数，默认每核一个
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    threads: Option<u16>,
    /// TLS: the server's certificate with its chain, PEM / TLS：服务器证书及其证书链，PEM
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// TLS: the server's key, PEM / TLS：服务器私钥，PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Say where it listens as one JSON object / 以一行 JSON 输出监听地址
    #[arg(long)]
    json: bool,
}

/// Where the metrics are to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
enum MetricsPlace {
    Path(String),
    Address(SocketAddr),
    None,
}

impl MetricsPlace {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            path if path.starts_with('/') && path != "/health" => Ok(Self::Path(path.to_owned())),
            address => address.parse().map(Self::Address).map_err(|_| {
                "a path as /metrics, an address as 127.0.0.1:9180, or none / 应为路径（如 /metrics）、地址（如 127.0.0.1:9180）或 none"
                    .to_owned()
            }),
        }
    }
}

impl Verb {
    pub(crate) fn wants_json(&self) -> bool {
        let Self::Serve(options) = self;
        options.json
    }
}

pub(crate) fn run(verb: &Verb, terminal: &Terminal) -> Outcome {
    let Verb::Serve(options) = verb;
    let tls = match (&options.tls_cert, &options.tls_key) {
        (Some(certificate), Some(key)) => Some(tls::acceptor(certificate, key)?),
        _ => None,
    };
    let max_request = usize::try_from(options.max_request).unwrap_or(usize::MAX);
    let max_connections = usize::try_from(options.max_connections).unwrap_or(usize::MAX);
    files::make_room(max_connections);
    let (authority, audit) = Authority::open(&options.authority, max_request)?;
    let subject = authority.certificate().subject().to_string();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let metrics = Arc::new(Metrics::default());
    let signers = options.threads.map_or(cores, usize::from);
    let issuer = Issuer::start(
        authority,
        audit,
        options.fsync,
        Arc::clone(&metrics),
        signers,
        max_connections,
    )?;
    let service = Arc::new(Service {
        issuer,
        metrics,
        max_request,
        timeout: options.timeout,
        metrics_path: match &options.metrics {
            MetricsPlace::Path(path) => Some(path.clone()),
            _ => None,
        },
    });
    let server = Server {
        service: Arc::clone(&service),
        tls,
        max_connections,
        timeout: options.timeout,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(cores.min(4))
        .enable_all()
        .build()
        .map_err(Error::from)?;
    let served = runtime.block_on(serve(server, options, &subject, terminal));
    // Connections that were not done in time are cut here, before the queue is closed behind them.
    runtime.shutdown_timeout(Duration::from_secs(1));
    service.issuer.close();
    if let Some(fault) = service.issuer.unrecorded() {
        return Err(Failure::refused(text!(
            "the audit file could not be finished: {fault}",
            "审计文件未能完成：{fault}"
        )));
    }
    served.map(|()| Exit::Done)
}

async fn serve(server: Server, options: &Serve, subject: &str, terminal: &Terminal) -> Outcome<()> {
    // Before anybody can know the address: a signal that comes then is not missed.
    let stop = stop_signal().map_err(Error::from)?;
    let listener = bind(options.listen).await?;
    if let MetricsPlace::Address(address) = options.metrics {
        let listener = bind(address).await?;
        tokio::spawn(serve_metrics(listener, Arc::clone(&server.service), stop.clone()));
    }
    let scheme = if server.tls.is_some() { "https" } else { "http" };
    let address = listener.local_addr().map_err(Error::from)?;
    if options.json {
        terminal.print_json(&json!({ "event": "listening", "url": format!("{scheme}://{address}/") }))?;
    } else {
        terminal.say(&text!(
            "listening on {scheme}://{address}/ as {subject}",
            "{subject} 正在监听 {scheme}://{address}/"
        ))?;
    }
    server.run(listener, stop).await;
    Ok(())
}

async fn bind(address: SocketAddr) -> Outcome<TcpListener> {
    listen(address)
        .await
        .map_err(Error::from)
        .about(address.to_string())
        .ending(Exit::Refused)
}
