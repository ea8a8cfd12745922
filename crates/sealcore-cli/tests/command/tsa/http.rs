//! What hostile clients get, and what they cost.

use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use sealcore::timestamp::TimeStampResponse;

use super::{Server, house, post, query, read_all, read_answer};

#[test]
fn what_is_no_request() {
    let place = house();
    let server = Server::start(&place, "--max-request 1000");
    let kind = "Content-Type: application/timestamp-query\r\n";
    let big = "x".repeat(1001);
    let many: String = (0..200).map(|number| format!("X-{number}: 1\r\n")).collect();
    let long = format!("X: {}\r\n", "y".repeat(40_000));
    for (request, status) in [
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\nx".to_owned(),
            "415",
        ),
        (
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx".to_owned(),
            "415",
        ),
        (
            format!("PUT / HTTP/1.1\r\nHost: x\r\n{kind}Content-Length: 1\r\n\r\nx"),
            "405",
        ),
        ("GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), "405"),
        ("DELETE /metrics HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), "405"),
        (
            format!("POST / HTTP/1.1\r\nHost: x\r\n{kind}Content-Length: 1001\r\n\r\n{big}"),
            "413",
        ),
        // Announced, and never sent.
        (
            format!("POST / HTTP/1.1\r\nHost: x\r\n{kind}Content-Length: 99999999999\r\n\r\n"),
            "413",
        ),
        (
            format!("POST / HTTP/1.1\r\nHost: x\r\n{kind}Transfer-Encoding: chunked\r\n\r\n3e9\r\n{big}\r\n0\r\n\r\n"),
            "413",
        ),
        (
            format!("POST / HTTP/1.1\r\nHost: x\r\n{kind}Transfer-Encoding: chunked\r\n\r\nzz\r\n"),
            "400",
        ),
        (
            format!("POST / HTTP/1.1\r\nHost: x\r\n{kind}Content-Length: 10\r\n\r\nhalf"),
            "400",
        ),
        (
            format!("POST / HTTP/1.1\r\nHost: x\r\n{kind}Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx"),
            "400",
        ),
        (format!("POST / HTTP/1.1\r\nHost: x\r\n{many}\r\n"), "431"),
        (format!("POST / HTTP/1.1\r\nHost: x\r\n{long}\r\n"), "431"),
        ("nonsense\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/9.9\r\n\r\n".to_owned(), "400"),
        ("\u{16}\u{3}\u{1}\u{2}\u{0}".to_owned(), "400"),
    ] {
        let answer = server.exchange(request.as_bytes());
        let shown: String = request.chars().take(120).collect();
        // A body that breaks off may end the connection without a word.
        let silent = status == "400" && answer.is_empty();
        assert!(
            silent || answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{shown}: {answer}"
        );
        assert!(answer.matches("HTTP/1.1 ").count() <= 1, "{shown}: {answer}");
    }
    // Chunked bodies and parameters of the type are as good as others; the last of two requests comes after the first.
    let der = query(1).to_der();
    let chunked = [
        b"POST /any/path HTTP/1.1\r\nHost: x\r\nContent-Type: Application/Timestamp-Query; a=b\r\nTransfer-Encoding: chunked\r\n\r\n",
        format!("{:x}\r\n", der.len()).as_bytes(),
        &der,
        b"\r\n0\r\n\r\n",
        &post(&query(2).to_der()),
    ]
    .concat();
    let mut stream = server.connect();
    stream.write_all(&chunked).unwrap();
    for number in [1, 2] {
        let (_, body) = read_answer(&mut stream).unwrap();
        let token = TimeStampResponse::from_der(&body).unwrap().into_token().unwrap();
        assert_eq!(token.info().imprint, query(number).imprint);
    }
    assert_eq!(server.metric("issued_total"), 2);
}

#[test]
fn connections_that_stand_still_are_cut() {
    let place = house();
    let server = Server::start(&place, "--timeout 500ms");
    let starts = [
        &b""[..],
        b"POST / HT",
        b"POST / HTTP/1.1\r\nHost: x\r\nX: ",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/timestamp-query\r\nContent-Length: 50\r\n\r\nhalf",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/timestamp-query\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx",
    ];
    let began = Instant::now();
    let mut still: Vec<_> = starts
        .iter()
        .map(|start| {
            let mut stream = server.connect();
            stream.write_all(start).unwrap();
            stream
        })
        .collect();
    // One that drips: a byte of a header now and then.
    let mut dripping = server.connect();
    dripping.write_all(b"POST / HTTP/1.1\r\nX: ").unwrap();
    let mut drips = 0;
    while dripping.write_all(b"y").is_ok() && drips < 100 {
        drips += 1;
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(drips < 60, "{drips}");
    // One that asks and asks, and takes no answer.
    let mut greedy = server.connect();
    greedy.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
    let question = post(&query(1).to_der());
    let asked = Instant::now();
    while asked.elapsed() < Duration::from_secs(30) {
        match greedy.write_all(&question) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => break,
            Ok(()) => {}
        }
    }
    assert!(asked.elapsed() < Duration::from_secs(30), "who takes no answer is kept");
    for stream in &mut still {
        let answer = read_all(stream);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
    assert!(began.elapsed() < Duration::from_secs(60));
    assert_eq!(server.metric("connections_open"), 1);
    assert!(server.metric("connections_stalled_total") >= 2);
}

#[test]
fn too_many_connections_are_told_so() {
    let place = house();
    let server = Server::start(&place, "--max-connections 3");
    let mut open: Vec<_> = (0..3)
        .map(|number| {
            let mut stream = server.connect();
            stream.write_all(&post(&query(number).to_der())).unwrap();
            assert!(read_answer(&mut stream).is_some());
            stream
        })
        .collect();
    let answer = server.exchange(&post(&query(9).to_der()));
    assert!(
        answer.starts_with("HTTP/1.1 503 ") && answer.ends_with("too many connections\n"),
        "{answer}"
    );
    // Those that are open go on, and a place that is left is taken.
    open[0].write_all(&post(&query(10).to_der())).unwrap();
    assert_eq!(read_answer(&mut open[0]).unwrap().0, "HTTP/1.1 200 OK");
    open.pop();
    let began = Instant::now();
    while !server.get("/health").starts_with("HTTP/1.1 200 ") {
        assert!(began.elapsed() < Duration::from_secs(20));
    }
    // The place of a connection is free a moment after its client has seen the end of it: leave more than one.
    open.clear();
    assert!(server.metric("connections_turned_away_total") >= 1);
}

/// Connections take every file there is: those who are turned away come again, and the metrics do not stay away.
#[test]
#[cfg(unix)]
fn no_free_files_pass() {
    let place = house();
    let free = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let metrics = free();
    let mut server = Server::start_with(
        &place,
        &format!("--timeout 30s --metrics {metrics}"),
        Some("ulimit -n 64"),
    );
    let ask = || {
        let mut stream = TcpStream::connect(metrics).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        let _ = stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        read_all(&mut stream)
    };
    assert!(ask().starts_with("HTTP/1.1 200"));
    let crowd: Vec<_> = (0..80).map(|_| server.connect()).collect();
    let began = Instant::now();
    while !ask().is_empty() {
        assert!(
            began.elapsed() < Duration::from_secs(25),
            "there are files for everybody"
        );
    }
    drop(crowd);
    let began = Instant::now();
    while !ask().starts_with("HTTP/1.1 200") {
        assert!(began.elapsed() < Duration::from_secs(30), "the metrics are gone");
    }
    assert!(server.get("/health").starts_with("HTTP/1.1 200"));
    server.stop();
}

/// Connections that stand still leave the files that serial numbers are reserved through.
#[test]
#[cfg(unix)]
fn idle_connections_do_not_stop_the_issuing() {
    let place = house();
    let mut server = Server::start_with(&place, "", Some("ulimit -Sn 64"));
    let mut stream = server.connect();
    let crowd: Vec<_> = (0..80).map(|_| server.connect()).collect();
    std::thread::sleep(Duration::from_millis(500));
    stream.write_all(&post(&query(1).to_der())).unwrap();
    let (status, reply) = read_answer(&mut stream).unwrap();
    assert_eq!(status, "HTTP/1.1 200 OK");
    assert!(TimeStampResponse::from_der(&reply).unwrap().token.is_some());
    drop(crowd);
    server.stop();
}
