//! The server: takes connections, bounds what each may cost, and stops without dropping what it has taken on.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use hyper::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_rustls::TlsAcceptor;

use super::metrics::add;
use super::service::Service;

/// Bytes of a request that are held before its body: request line and headers, or requests that came ahead of their turn.
const MAX_HEAD: usize = 16 << 10;
/// Connections that are told that there are too many; those above are closed without a word.
const MAX_TURNED_AWAY: usize = 64;
/// How long a connection may take to be told.
const TURNING_AWAY: Duration = Duration::from_secs(1);
/// How long no connection is taken after one could not be.
const PAUSE: Duration = Duration::from_millis(20);
/// After a stop: how long a request that is under way may still need to come to us.
const LAST_CALL: Duration = Duration::from_millis(250);

/// A server that is about to start.
pub(crate) struct Server {
    pub(crate) service: Arc<Service>,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) max_connections: usize,
    /// How long a connection may stand still.
    pub(crate) timeout: Duration,
}

impl Server {
    /// Serves until `stop` turns true, then until what was taken on is answered, or `timeout` has passed.
    pub(crate) async fn run(self, listener: TcpListener, mut stop: watch::Receiver<bool>) {
        let room = Arc::new(Semaphore::new(self.max_connections));
        let turning_away = Arc::new(Semaphore::new(MAX_TURNED_AWAY));
        let metrics = Arc::clone(&self.service.metrics);
        loop {
            let taken = tokio::select! {
                taken = listener.accept() => taken,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            let (stream, peer) = match taken {
                Ok(taken) => taken,
                // Too many open files, or a connection that was gone before it was taken: others may fare better.
                Err(_) => {
                    tokio::time::sleep(PAUSE).await;
                    continue;
                }
            };
            // Replies are small and whole; nothing is won by waiting for more.
            let _ = stream.set_nodelay(true);
            match Arc::clone(&room).try_acquire_owned() {
                Ok(permit) => {
                    add(&metrics.accepted, 1);
                    let connection = Connection {
                        service: Arc::clone(&self.service),
                        timeout: self.timeout,
                        stop: stop.clone(),
                        peer: peer.ip(),
                        _permit: permit,
                    };
                    let tls = self.tls.clone();
                    tokio::spawn(connection.run(stream, tls));
                }
                Err(_) => {
                    add(&metrics.turned_away, 1);
                    if let (Ok(permit), None) = (Arc::clone(&turning_away).try_acquire_owned(), &self.tls) {
                        tokio::spawn(turn_away(stream, permit));
                    }
                }
            }
        }
        drop(listener);
        let everything = u32::try_from(self.max_connections).unwrap_or(u32::MAX);
        let _ = tokio::time::timeout(self.timeout, room.acquire_many(everything)).await;
    }
}

/// Says on a port of their own what the metrics are.
pub(crate) async fn serve_metrics(listener: TcpListener, service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let room = Arc::new(Semaphore::new(MAX_TURNED_AWAY));
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let Ok((stream, _)) = taken else {
            // As above: a time without free files is not the end of the metrics.
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            continue;
        };
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            let answer = service_fn(|_| std::future::ready(Ok::<_, Infallible>(service.show_metrics())));
            let connection = http1::Builder::new()
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), answer);
            let _ = tokio::time::timeout(Duration::from_secs(5), connection).await;
            drop(permit);
        });
    }
}

/// A connection that there is room for.
struct Connection {
    service: Arc<Service>,
    timeout: Duration,
    stop: watch::Receiver<bool>,
    peer: IpAddr,
    _permit: OwnedSemaphorePermit,
}

impl Connection {
    async fn run(self, stream: TcpStream, tls: Option<TlsAcceptor>) {
        let service = Arc::clone(&self.service);
        add(&service.metrics.open, 1);
        match tls {
            None => self.serve(stream).await,
            Some(tls) => match tokio::time::timeout(self.timeout, tls.accept(stream)).await {
                Ok(Ok(stream)) => self.serve(stream).await,
                Ok(Err(_)) => {}
                Err(_) => add(&service.metrics.stalled, 1),
            },
        }
        service.metrics.open.fetch_sub(1, Ordering::Relaxed);
    }

    async fn serve(mut self, stream: impl AsyncRead + AsyncWrite + Unpin) {
        // Requests that began or ended, and those that are being answered.
        let (steps, busy) = (AtomicU64::new(0), AtomicUsize::new(0));
        let (service, peer) = (&self.service, self.peer);
        let answer = service_fn(|request| {
            steps.fetch_add(1, Ordering::Relaxed);
            busy.fetch_add(1, Ordering::Relaxed);
            let (steps, busy) = (&steps, &busy);
            async move {
                let answer = service.answer(request, peer).await;
                steps.fetch_add(1, Ordering::Relaxed);
                busy.fetch_sub(1, Ordering::Relaxed);
                Ok::<Response<_>, Infallible>(answer)
            }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.timeout)
            .max_buf_size(MAX_HEAD)
            // Who has said everything may close that side, and still wants the answer.
            .half_close(true)
            .serve_connection(TokioIo::new(stream), answer);
        let mut connection = std::pin::pin!(connection);
        // Who neither asks nor takes what was answered is cut off: one look after another finds nothing new.
        let mut looks = tokio::time::interval_at(tokio::time::Instant::now() + self.timeout, self.timeout);
        let mut seen = 0;
        let mut stopping = false;
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if ended.is_err_and(|error| error.is_timeout()) {
                        add(&self.service.metrics.stalled, 1);
                    }
                    return;
                }
                _ = looks.tick() => {
                    let now = steps.load(Ordering::Relaxed);
                    let is_busy = busy.load(Ordering::Relaxed) > 0;
                    if stopping && !is_busy {
                        return;
                    }
                    if now == seen && !is_busy {
                        add(&self.service.metrics.stalled, 1);
                        return;
                    }
                    seen = now;
                }
                _ = self.stop.wait_for(|stop| *stop), if !stopping => {
                    stopping = true;
                    connection.as_mut().graceful_shutdown();
                    looks = tokio::time::interval_at(tokio::time::Instant::now() + LAST_CALL, LAST_CALL);
                }
            }
        }
    }
}

/// Says that there are too many connections, and gives the words time to arrive.
async fn turn_away(mut stream: TcpStream, permit: OwnedSemaphorePermit) {
    const WORDS: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nRetry-After: 1\r\n\
        Connection: close\r\nContent-Length: 21\r\n\r\ntoo many connections\n";
    let tell = async {
        stream.write_all(WORDS).await?;
        stream.shutdown().await?;
        // Closing with something unread would take the words back.
        let mut unread = [0; 1024];
        while stream.read(&mut unread).await? > 0 {}
        std::io::Result::Ok(())
    };
    let _ = tokio::time::timeout(TURNING_AWAY, tell).await;
    drop(permit);
}

/// Turns true when the process is asked to end, by SIGTERM or SIGINT.
pub(crate) fn stop_signal() -> std::io::Result<watch::Receiver<bool>> {
    let (sender, receiver) = watch::channel(false);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        tokio::spawn(async move {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            let _ = sender.send(true);
        });
    }
    #[cfg(not(unix))]
    tokio::spawn(async move {
        let _ = tokio::signal::ctrl_c().await;
        let _ = sender.send(true);
    });
    Ok(receiver)
}

/// Takes hold of an address.
///
/// # Errors
/// Where it is in use or not ours.
pub(crate) async fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    TcpListener::bind(address).await
}
