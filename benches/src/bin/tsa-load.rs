//! `tsa-load`: asks a time-stamp server over connections that are kept alive, checks every reply, and prints how long the
//! replies took. See [`HELP`].
//!
//! Where it starts the server itself, both share the machine's cores: the rates are those of the two together.
#![allow(clippy::print_stdout, clippy::print_stderr)] // a command

use std::error::Error;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use sealcore::digest::DigestAlgorithm;
use sealcore::timestamp::{MessageImprint, Nonce, TimeStampRequest, TimeStampResponse};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const HELP: &str = "\
tsa-load [--connections 1,8,64,512] [--seconds 5] [--tsv] [--flat] (--url http://HOST:PORT/ | --server SEALCORE [OPTION...])

--connections  how many at a time; a row for each number
--seconds      how long each row takes
--server       start this sealcore command as the server, with a key of its own; what follows goes to `tsa serve`
--algorithm    the kind of that key: sm2 (default), p256, rsa2048, ...
--no-cert      ask for tokens without the certificate
--tsv          print tab-separated values
--flat         fail when the server's memory grows: its median over the last quarter above that over the second
Ends in 1 when a reply is no token for its request, or a serial number comes twice.";

type Done<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> ExitCode {
    let options = match Options::read(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}\n{HELP}");
            return ExitCode::from(64);
        }
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

struct Options {
    connections: Vec<usize>,
    seconds: u64,
    url: Option<String>,
    server: Vec<String>,
    algorithm: String,
    certificate: bool,
    tsv: bool,
    flat: bool,
}

impl Options {
    fn read(mut words: impl Iterator<Item = String>) -> Done<Self> {
        let mut options = Self {
            connections: vec![1, 8, 64, 512],
            seconds: 5,
            url: None,
            server: Vec::new(),
            algorithm: "sm2".to_owned(),
            certificate: true,
            tsv: false,
            flat: false,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value"));
            match word.as_str() {
                "--connections" => {
                    options.connections = value()?.split(',').map(str::parse).collect::<Result<_, _>>()?;
                }
                "--seconds" => options.seconds = value()?.parse()?,
                "--url" => options.url = Some(value()?),
                "--algorithm" => options.algorithm = value()?,
                "--no-cert" => options.certificate = false,
                "--tsv" => options.tsv = true,
                "--flat" => options.flat = true,
                "--server" => options.server = words.by_ref().collect(),
                _ => return Err(format!("{word} is not known").into()),
            }
        }
        if options.url.is_some() != options.server.is_empty() {
            return Err("either --url or --server".into());
        }
        Ok(options)
    }
}

fn run(options: &Options) -> Done<bool> {
    let server = match options.server.split_first() {
        Some((command, rest)) => Some(Server::start(Path::new(command), &options.algorithm, rest)?),
        None => None,
    };
    let url = options
        .url
        .as_deref()
        .or(server.as_ref().map(|server| server.url.as_str()));
    let target = Target::parse(url.unwrap_or_default())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut serials = Vec::new();
    let mut good = true;
    print_head(options.tsv);
    for &connections in &options.connections {
        let before = server.as_ref().map_or(0.0, Server::cpu_seconds);
        let watch = server
            .as_ref()
            .map(|server| Watch::start(server.child.id(), options.seconds));
        let row = runtime.block_on(load(&target, connections, options));
        let cpu = server.as_ref().map_or(0.0, Server::cpu_seconds) - before;
        let memory = watch.map(Watch::finish).unwrap_or_default();
        let repeated = count_repeated(&mut serials, &row.serials);
        row.print(connections, repeated, cpu, &memory, options.tsv);
        for complaint in row.complaints.iter().take(3) {
            eprintln!("{complaint}");
        }
        good &= row.errors == 0 && repeated == 0 && !row.micros.is_empty();
        if options.flat && !memory.is_flat() {
            eprintln!("the server's memory grows: {:?} KiB", memory.kib);
            good = false;
        }
    }
    Ok(good)
}

/// Where requests go.
struct Target {
    address: String,
    path: String,
}

impl Target {
    fn parse(url: &str) -> Done<Self> {
        let rest = url.strip_prefix("http://").ok_or("only http:// is measured")?;
        let (address, path) = rest.split_once('/').unwrap_or((rest, ""));
        Ok(Self {
            address: address.to_owned(),
            path: format!("/{path}"),
        })
    }
}

/// What one number of connections gave.
#[derive(Default)]
struct Row {
    micros: Vec<u32>,
    serials: Vec<u128>,
    errors: u64,
    complaints: Vec<String>,
    seconds: f64,
}

async fn load(target: &Target, connections: usize, options: &Options) -> Row {
    let began = Instant::now();
    let until = began + Duration::from_secs(options.seconds);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (address, path) = (target.address.clone(), target.path.clone());
        let certificate = options.certificate;
        tasks.spawn(async move {
            let mut row = Row::default();
            if let Err(error) = one_connection(&address, &path, certificate, until, &mut row).await {
                row.errors += 1;
                row.complaints.push(error.to_string());
            }
            row
        });
    }
    let mut all = Row::default();
    while let Some(row) = tasks.join_next().await {
        let row = row.unwrap_or_default();
        all.micros.extend(row.micros);
        all.serials.extend(row.serials);
        all.errors += row.errors;
        all.complaints.extend(row.complaints);
    }
    all.seconds = began.elapsed().as_secs_f64();
    all.micros.sort_unstable();
    all
}

async fn one_connection(address: &str, path: &str, certificate: bool, until: Instant, row: &mut Row) -> Done<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut count = 0_u64;
    let mut buffer = Vec::with_capacity(8192);
    while Instant::now() < until {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed)?;
        let [first, ..] = seed;
        seed[..8].copy_from_slice(&count.to_be_bytes());
        count += 1;
        let nonce = Nonce::from_content(&[&[first & 0x3f | 0x40], &seed[8..15]].concat()).ok_or("no nonce")?;
        let request = TimeStampRequest::new(MessageImprint::new(DigestAlgorithm::Sm3, &seed)?)
            .with_nonce(nonce)
            .with_certificates(certificate);
        let der = request.to_der();
        let mut message = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/timestamp-query\r\nContent-Length: {}\r\n\r\n",
            der.len()
        )
        .into_bytes();
        message.extend_from_slice(&der);
        let sent = Instant::now();
        stream.write_all(&message).await?;
        let body = read_reply(&mut stream, &mut buffer).await?;
        row.micros
            .push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
        let reply = TimeStampResponse::from_der(body).and_then(TimeStampResponse::into_token);
        match reply {
            Ok(token) if token.info().imprint == request.imprint && token.info().nonce == request.nonce => {
                let serial = token
                    .info()
                    .serial
                    .iter()
                    .fold(0, |sum: u128, octet| sum << 8 | u128::from(*octet));
                row.serials.push(serial);
            }
            Ok(_) => complain(row, "a token for something else"),
            Err(error) => complain(row, &error.to_string()),
        }
    }
    Ok(())
}

fn complain(row: &mut Row, words: &str) {
    row.errors += 1;
    if row.complaints.len() < 3 {
        row.complaints.push(words.to_owned());
    }
}

/// One HTTP answer, as the server under test writes them: 200, with Content-Length.
async fn read_reply<'b>(stream: &mut TcpStream, buffer: &'b mut Vec<u8>) -> Done<&'b [u8]> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the connection was closed".into());
        }
        let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = std::str::from_utf8(buffer.get(..end).unwrap_or_default())?;
        if !head.starts_with("HTTP/1.1 200 ") {
            return Err(head.lines().next().unwrap_or_default().to_owned().into());
        }
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse::<usize>().ok())?
        });
        let whole = end + 4 + length.ok_or("no Content-Length")?;
        while buffer.len() < whole {
            if stream.read_buf(buffer).await? == 0 {
                return Err("the connection was closed".into());
            }
        }
        return buffer.get(end + 4..whole).ok_or_else(|| "no body".into());
    }
}

/// How many of `new` are in `all` already or twice among themselves; `all` holds them then too, sorted.
fn count_repeated(all: &mut Vec<u128>, new: &[u128]) -> usize {
    all.extend_from_slice(new);
    all.sort_unstable();
    let before = all.len();
    all.dedup();
    before - all.len()
}

const COLUMNS: [&str; 11] = [
    "connections",
    "tokens/s",
    "p50 ms",
    "p99 ms",
    "p99.9 ms",
    "max ms",
    "tokens",
    "errors",
    "repeated",
    "server us",
    "KiB",
];

fn print_head(tsv: bool) {
    print_line(&COLUMNS.map(str::to_owned), tsv);
}

fn print_line(values: &[String], tsv: bool) {
    let mut line = String::new();
    for (index, value) in values.iter().enumerate() {
        let _ = match (tsv, index) {
            (true, 0) => write!(line, "{value}"),
            (true, _) => write!(line, "\t{value}"),
            (false, _) => write!(line, "{value:>12}"),
        };
    }
    println!("{line}");
    let _ = std::io::stdout().flush();
}

impl Row {
    /// `cpu` is what the server used, in seconds.
    #[allow(clippy::cast_precision_loss)] // counts of a few minutes
    fn print(&self, connections: usize, repeated: usize, cpu: f64, memory: &Memory, tsv: bool) {
        let at = |share: f64| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the length
            let index = (self.micros.len() as f64 * share) as usize;
            let micros = self.micros.get(index).or(self.micros.last()).copied().unwrap_or(0);
            format!("{:.3}", f64::from(micros) / 1000.0)
        };
        let tokens = self.serials.len();
        let values = [
            connections.to_string(),
            format!("{:.0}", tokens as f64 / self.seconds),
            at(0.5),
            at(0.99),
            at(0.999),
            at(1.0),
            tokens.to_string(),
            self.errors.to_string(),
            repeated.to_string(),
            format!("{:.1}", cpu * 1e6 / tokens.max(1) as f64),
            memory.kib.last().copied().unwrap_or(0).to_string(),
        ];
        print_line(&values, tsv);
    }
}

/// A server that was started here, and ends with this.
struct Server {
    child: Child,
    url: String,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start(command: &Path, algorithm: &str, options: &[String]) -> Done<Self> {
        let command: PathBuf = command.canonicalize()?;
        let folder = tempfile::tempdir()?;
        let run = |words: &str| -> Done<()> {
            let status = Command::new(&command)
                .args(words.split(' '))
                .current_dir(folder.path())
                .stdout(Stdio::null())
                .status()?;
            if status.success() {
                Ok(())
            } else {
                Err(format!("sealcore {words}: {status}").into())
            }
        };
        run(&format!("key generate --algorithm {algorithm} -o tsa.key"))?;
        run("cert issue --self-signed --profile tsa --key tsa.key --subject CN=tsa,C=CN -o tsa.crt")?;
        let mut child = Command::new(&command)
            .args("tsa serve --key tsa.key --cert tsa.crt --state state --listen 127.0.0.1:0 --lang en".split(' '))
            .args(options)
            .current_dir(folder.path())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut line)?;
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        let url = url.ok_or_else(|| format!("the server said: {line}"))?.to_owned();
        Ok(Self {
            child,
            url,
            _folder: folder,
        })
    }

    /// What the server used so far. Zero where the system does not say.
    fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let ticks = after_name.split_whitespace().skip(11).take(2);
        ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Resident memory of a process, looked at again and again.
struct Watch {
    stop: std::sync::mpsc::Sender<()>,
    thread: std::thread::JoinHandle<Memory>,
}

#[derive(Default)]
struct Memory {
    kib: Vec<u64>,
}

impl Watch {
    fn start(process: u32, seconds: u64) -> Self {
        let (stop, stopped) = std::sync::mpsc::channel();
        let every = Duration::from_millis((seconds * 1000 / 60).max(100));
        let thread = std::thread::spawn(move || {
            let mut memory = Memory::default();
            loop {
                memory.kib.extend(resident(process));
                if stopped.recv_timeout(every) != Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                    return memory;
                }
            }
        });
        Self { stop, thread }
    }

    fn finish(self) -> Memory {
        drop(self.stop);
        self.thread.join().unwrap_or_default()
    }
}

fn resident(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

impl Memory {
    /// A server warms up in the first quarter; afterwards it may breathe by a sixteenth and a MiB.
    fn is_flat(&self) -> bool {
        let quarter = self.kib.len() / 4;
        let median = |from: usize| {
            let mut part: Vec<u64> = self.kib.iter().skip(from).take(quarter).copied().collect();
            part.sort_unstable();
            part.get(quarter / 2).copied().unwrap_or(0)
        };
        let (early, late) = (median(quarter), median(3 * quarter));
        quarter > 0 && late <= early + early / 16 + 1024
    }
}
