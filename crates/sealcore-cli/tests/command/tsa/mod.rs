//! `tsa serve`: what clients get, what hostile clients cost, and that no serial number comes twice.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use sealcore::digest::DigestAlgorithm;
use sealcore::timestamp::{MessageImprint, Nonce, PkiFailure, PkiStatus, TimeStampRequest, TimeStampResponse};
use serde_json::Value;

use crate::support::Place;

mod http;
mod state;

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
        Self::start_with(place, options, None)
    }

    /// After a command of the shell, which sets limits.
    fn start_with(place: &Place, options: &str, limits: Option<&str>) -> Self {
        let mut command = Command::new(match limits {
            None => env!("CARGO_BIN_EXE_sealcore"),
            Some(_) => "sh",
        });
        if let Some(limits) = limits {
            command.args([
                "-c",
                &format!("{limits} && exec \"$0\" \"$@\""),
                env!("CARGO_BIN_EXE_sealcore"),
            ]);
        }
        let mut child = command
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
            assert!(began.elapsed() < Duration::from_secs(60), "the server does not end");
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
