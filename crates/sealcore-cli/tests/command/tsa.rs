//! `tsa serve`: what clients get, what hostile clients cost, and that no serial number comes twice.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sealcore::digest::DigestAlgorithm;
use sealcore::timestamp::{MessageImprint, Nonce, PkiFailure, PkiStatus, TimeStampRequest, TimeStampResponse};
use serde_json::Value;

use crate::support::Place;

/// A server of its own, in the folder of a [`Place`] that holds `tsa.key` and `tsa.crt`.
struct Server {
    child: Child,
    address: String,
    errors: Option<ChildStderr>,
}

fn house() -> Place {
    let place = Place::empty();
    place.run("key generate -o tsa.key").ends(0);
    place
        .run("cert issue --self-signed --key tsa.key --subject CN=tsa,C=CN --profile tsa -o tsa.crt")
        .ends(0);
    place
}

impl Server {
    fn start(place: &Place, options: &str) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sealcore"))
            .args("tsa serve --key tsa.key --cert tsa.crt --state state --listen 127.0.0.1:0 --json".split(' '))
            .args(options.split_whitespace())
            .current_dir(place.path("."))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let said: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
        let url = said["url"].as_str().unwrap();
        Self {
            address: url.rsplit("//").next().unwrap().trim_end_matches('/').to_owned(),
            errors: child.stderr.take(),
            child,
        }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Sends bytes, closes that side, and reads until the end.
    fn exchange(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        read_all(&mut stream)
    }

    fn get(&self, path: &str) -> String {
        self.exchange(format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
    }

    fn metric(&self, name: &str) -> u64 {
        let text = self.get("/metrics");
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("sealcore_tsa_{name} ")));
        line.unwrap_or_else(|| panic!("{name}: {text}"))
            .rsplit(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap()
    }

    fn signal(&self, name: &str) {
        let status = Command::new("kill")
            .args([name, &self.child.id().to_string()])
            .status()
            .unwrap();
        assert!(status.success());
    }

    fn wait(&mut self) -> ExitStatus {
        let began = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(began.elapsed() < Duration::from_secs(30), "the server does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    fn stop(&mut self) {
        self.signal("-TERM");
        let status = self.wait();
        let mut errors = String::new();
        self.errors.take().unwrap().read_to_string(&mut errors).unwrap();
        assert_eq!(status.code(), Some(0), "{errors}");
        assert_eq!(errors, "");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read_all(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset after the answer ends the reading too.
    let _ = stream.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}

fn query(number: u64) -> TimeStampRequest {
    let imprint = MessageImprint::of(DigestAlgorithm::Sm3, &number.to_be_bytes()).unwrap();
    let nonce = Nonce::from_content(&(number | 1 << 62).to_be_bytes()).unwrap();
    TimeStampRequest::new(imprint).with_nonce(nonce)
}

fn post(body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/timestamp-query\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

/// One answer on a connection that stays open: its status line and its body. `None` where the connection ended before it.
fn read_answer(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).ok()?;
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-length")
            .then(|| value.parse().unwrap())
    });
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some((head.lines().next().unwrap().to_owned(), body))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The tokens of the audit file, by serial number; every line must be whole, and no number may come twice.
fn audit(place: &Place) -> std::collections::BTreeMap<String, Value> {
    let text = std::fs::read_to_string(place.path("state/audit.jsonl")).unwrap();
    assert!(text.ends_with('\n'));
    let mut all = std::collections::BTreeMap::new();
    for line in text.lines() {
        let value: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        if let Some(serial) = value["serial"].as_str() {
            let again = all.insert(serial.to_owned(), value.clone());
            assert!(again.is_none(), "{serial} twice");
        }
    }
    all
}

#[test]
fn tokens_over_one_connection_and_their_lines() {
    let place = house();
    let mut server = Server::start(&place, "");
    let mut stream = server.connect();
    let mut received = BTreeSet::new();
    for number in 0..20 {
        let query = query(number);
        stream.write_all(&post(&query.to_der())).unwrap();
        let (status, body) = read_answer(&mut stream).unwrap();
        assert_eq!(status, "HTTP/1.1 200 OK");
        let token = TimeStampResponse::from_der(&body).unwrap().into_token().unwrap();
        assert_eq!(
            (&token.info().imprint, &token.info().nonce),
            (&query.imprint, &query.nonce)
        );
        let digest = DigestAlgorithm::Sha256.digest(token.der()).unwrap();
        received.insert((hex(&token.info().serial), hex(&query.imprint.digest), hex(&digest)));
    }
    // What cannot be granted is answered too, and on the same connection.
    for (body, failure) in [
        (&b"nonsense"[..], PkiFailure::BadDataFormat),
        (&[][..], PkiFailure::BadDataFormat),
        (&[0x30, 3, 2, 1, 2][..], PkiFailure::BadRequest),
    ] {
        stream.write_all(&post(body)).unwrap();
        let (status, body) = read_answer(&mut stream).unwrap();
        assert_eq!(status, "HTTP/1.1 200 OK");
        let reply = TimeStampResponse::from_der(&body).unwrap();
        assert_eq!(reply.status, PkiStatus::Rejection);
        assert_eq!(reply.failure.iter().collect::<Vec<_>>(), [failure]);
    }
    drop(stream);
    assert_eq!(server.metric("issued_total"), 20);
    assert!(server.get("/health").starts_with("HTTP/1.1 200 "));
    server.stop();
    let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
    let recorded: BTreeSet<_> = audit(&place)
        .into_values()
        .map(|line| {
            (
                text(&line, "serial"),
                text(&line, "digest"),
                text(&line, "token_sha256"),
            )
        })
        .collect();
    assert_eq!(recorded, received);
}

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
    while asked.elapsed() < Duration::from_secs(10) {
        match greedy.write_all(&question) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(_) => break,
            Ok(()) => {}
        }
    }
    assert!(asked.elapsed() < Duration::from_secs(10), "who takes no answer is kept");
    for stream in &mut still {
        let answer = read_all(stream);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408 "), "{answer}");
    }
    assert!(began.elapsed() < Duration::from_secs(25));
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
        assert!(began.elapsed() < Duration::from_secs(5));
    }
    assert!(server.metric("connections_turned_away_total") >= 1);
}

#[test]
fn one_server_for_a_state_folder() {
    let place = house();
    let server = Server::start(&place, "");
    let second = place.run("tsa serve --key tsa.key --cert tsa.crt --state state --listen 127.0.0.1:0");
    assert!(second.code == 1 && second.err.contains("in use"), "{second:?}");
    drop(server);
    Server::start(&place, "").stop();
    let place = house();
    place.run("tsa serve --key missing.key --state state").ends(4);
    place.run("tsa serve --key tsa.key --state state").ends(64);
    place.run("tsa serve --key tsa.key --cert tsa.crt").ends(64);
    place
        .run("tsa serve --key tsa.key --cert tsa.crt --state state --accuracy 0s")
        .ends(64);
    place
        .run("tsa serve --key tsa.key --cert tsa.crt --state state --listen 203.0.113.1:1")
        .ends(1);
    // A certificate for something else.
    place.run("key generate -o unit.key").ends(0);
    place
        .run("cert issue --self-signed --key unit.key --subject CN=unit,C=CN --profile unit -o unit.crt")
        .ends(0);
    let refused = place
        .run("tsa serve --key unit.key --cert unit.crt --state state")
        .ends(1);
    assert!(refused.err.contains("timeStamping"), "{refused:?}");
}

/// Clients that ask until they are told to end, or the server is gone. Gives what they received: serial number, imprint.
fn crowd(
    address: &str,
    clients: u64,
    stop: &Arc<AtomicBool>,
    from: u64,
) -> Vec<std::thread::JoinHandle<Vec<(String, String)>>> {
    let next = Arc::new(AtomicU64::new(from));
    (0..clients)
        .map(|_| {
            let (address, stop, next) = (address.to_owned(), Arc::clone(stop), Arc::clone(&next));
            std::thread::spawn(move || {
                let mut received = Vec::new();
                let Ok(mut stream) = TcpStream::connect(address) else {
                    return received;
                };
                while !stop.load(Ordering::Relaxed) {
                    let query = query(next.fetch_add(1, Ordering::Relaxed));
                    if stream.write_all(&post(&query.to_der())).is_err() {
                        break;
                    }
                    let Some((status, body)) = read_answer(&mut stream) else {
                        break;
                    };
                    assert_eq!(status, "HTTP/1.1 200 OK");
                    let token = TimeStampResponse::from_der(&body).unwrap().into_token().unwrap();
                    assert_eq!(token.info().imprint, query.imprint);
                    received.push((hex(&token.info().serial), hex(&query.imprint.digest)));
                }
                received
            })
        })
        .collect()
}

#[test]
fn killed_under_load_no_number_comes_twice_and_every_token_is_recorded() {
    let place = house();
    let mut received = Vec::new();
    for (round, fsync) in ["always", "20ms", "never", "always", "always"].into_iter().enumerate() {
        let mut server = Server::start(&place, &format!("--fsync {fsync} --threads 3"));
        let stop = Arc::new(AtomicBool::new(false));
        let clients = crowd(&server.address, 12, &stop, round as u64 * 1_000_000);
        std::thread::sleep(Duration::from_millis(400 + 130 * round as u64));
        server.child.kill().unwrap();
        server.wait();
        for client in clients {
            received.extend(client.join().unwrap());
        }
        // What a crash of the machine may leave: a part of a line.
        if round == 2 {
            let mut file = std::fs::File::options()
                .append(true)
                .open(place.path("state/audit.jsonl"))
                .unwrap();
            file.write_all(b"{\"serial\":\"41").unwrap();
        }
    }
    Server::start(&place, "").stop();
    let serials: BTreeSet<_> = received.iter().map(|(serial, _)| serial).collect();
    assert_eq!(serials.len(), received.len(), "a number came twice");
    assert!(received.len() > 100, "{}", received.len());
    // More may be recorded than arrived; never less.
    let recorded = audit(&place);
    for (serial, digest) in &received {
        assert_eq!(recorded[serial]["digest"], digest.as_str());
    }
    let text = std::fs::read_to_string(place.path("state/audit.jsonl")).unwrap();
    assert!(text.contains("\"event\":\"cut\""), "the torn line is told of");
}

#[test]
fn stopped_under_load_what_was_asked_is_answered() {
    for signal in ["-TERM", "-INT"] {
        let place = house();
        let mut server = Server::start(&place, "");
        let stop = Arc::new(AtomicBool::new(false));
        let clients = crowd(&server.address, 8, &stop, 0);
        let mut idle = server.connect();
        std::thread::sleep(Duration::from_millis(500));
        let began = Instant::now();
        server.signal(signal);
        assert_eq!(server.wait().code(), Some(0));
        assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
        assert_eq!(read_all(&mut idle), "");
        let mut received: Vec<_> = clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
        received.sort();
        assert!(received.len() > 20, "{}", received.len());
        let recorded: Vec<_> = audit(&place)
            .into_iter()
            .map(|(serial, line)| (serial, line["digest"].as_str().unwrap().to_owned()))
            .collect();
        assert_eq!(recorded, received, "what is recorded is what arrived");
        let text = std::fs::read_to_string(place.path("state/audit.jsonl")).unwrap();
        assert!(text.lines().last().unwrap().contains("\"event\":\"stop\""), "{text}");
    }
}

#[test]
fn a_state_folder_that_lost_something_is_refused() {
    let place = house();
    let ask = |server: &Server| {
        let mut stream = server.connect();
        stream.write_all(&post(&query(1).to_der())).unwrap();
        read_answer(&mut stream).unwrap();
    };
    let mut server = Server::start(&place, "");
    ask(&server);
    server.stop();
    let serve = "tsa serve --key tsa.key --cert tsa.crt --state state --listen 127.0.0.1:0";
    for name in ["serial-next", "serial-prefix"] {
        let path = place.path(&format!("state/{name}"));
        let content = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let refused = place.run(serve).ends(1);
        assert!(refused.err.contains(name), "{refused:?}");
        std::fs::write(&path, "nonsense\n").unwrap();
        assert_ne!(place.run(serve).code, 0);
        std::fs::write(&path, content).unwrap();
    }
    // A file that came back from a backup: the audit file knows better.
    std::fs::write(place.path("state/serial-next"), "1\n").unwrap();
    let mut server = Server::start(&place, "");
    ask(&server);
    server.stop();
    assert_eq!(audit(&place).len(), 2);
    // The clock was set back since the last token.
    let text = std::fs::read_to_string(place.path("state/audit.jsonl")).unwrap();
    std::fs::write(
        place.path("state/audit.jsonl"),
        text.replace("\"time\":\"20", "\"time\":\"21"),
    )
    .unwrap();
    let server = Server::start(&place, "");
    let mut stream = server.connect();
    stream.write_all(&post(&query(2).to_der())).unwrap();
    let reply = TimeStampResponse::from_der(&read_answer(&mut stream).unwrap().1).unwrap();
    assert_eq!(reply.failure.iter().collect::<Vec<_>>(), [PkiFailure::TimeNotAvailable]);
    assert!(server.get("/health").starts_with("HTTP/1.1 503 "));
    drop(server);
    let mut server = Server::start(&place, "--accept-earlier-clock");
    ask(&server);
    server.stop();
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_lets_no_token_out() {
    // /dev/full takes no byte; the audit file cannot be one, so a limit on the size of files stands in.
    let place = house();
    let mut child = Command::new("sh")
        .args([
            "-c",
            "trap '' XFSZ; ulimit -f 2; exec \"$0\" tsa serve --key tsa.key --cert tsa.crt --state state --listen 127.0.0.1:0 --json",
            env!("CARGO_BIN_EXE_sealcore"),
        ])
        .current_dir(place.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let said: Value = serde_json::from_str(&line).unwrap();
    let address = said["url"]
        .as_str()
        .unwrap()
        .trim_start_matches("http://")
        .trim_end_matches('/')
        .to_owned();
    let mut server = Server {
        child,
        address,
        errors: None,
    };
    let mut received = 0;
    let mut stream = server.connect();
    for number in 0..40 {
        stream.write_all(&post(&query(number).to_der())).unwrap();
        let (status, body) = read_answer(&mut stream).unwrap();
        if status == "HTTP/1.1 200 OK" {
            TimeStampResponse::from_der(&body).unwrap().into_token().unwrap();
            received += 1;
        } else {
            assert!(status.starts_with("HTTP/1.1 503 "), "{status}");
        }
    }
    assert!((1..39).contains(&received), "{received}");
    assert!(server.get("/health").starts_with("HTTP/1.1 503 "));
    assert!(server.metric("audit_errors_total") >= 1);
    server.signal("-TERM");
    server.wait();
    assert_eq!(audit(&place).len(), received);
}
