//! The state folder: over crashes, stops, losses and full disks.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use sealcore::timestamp::{PkiFailure, TimeStampResponse};
use serde_json::Value;

use super::{Server, audit, hex, house, post, query, read_all, read_answer};

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
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
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
