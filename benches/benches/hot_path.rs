//! One table of the hot path: ours beside RustCrypto in this process, and gmsm, OpenSSL and BouncyCastle in theirs, by turns
//! on one core, so that what else the machine does falls on all of them alike.
//!
//! `cargo bench -p sealcore-benches --bench hot_path [-- ROUNDS]`. Each round takes the best and the median of samples of
//! about two milliseconds of processor time; a cell is the median of the rounds' medians, a ratio the median of the rounds' ratios.
#![allow(missing_docs, clippy::print_stdout, clippy::print_stderr)] // a bench

use std::collections::BTreeMap;
use std::process::Command;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use sealcore_benches::hot_path::{self, Row};

/// Seconds that a row takes in a round.
const SECONDS: f64 = 0.15;

/// Medians of the rounds in nanoseconds, by row and by who was measured.
type Times = BTreeMap<(String, String), Vec<f64>>;

fn main() {
    let rounds = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(9);
    on_one_core();
    let peers = peers();
    let mut rows = hot_path::rows();
    let mut times = Times::new();
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for Row { name, contenders } in &mut rows {
            for contender in contenders {
                let taken = hot_path::median_of_samples(contender, SECONDS);
                note(&mut times, name, &contender.who, taken);
            }
        }
        for (who, command) in &peers {
            for (row, taken) in run(command) {
                note(&mut times, &row, who, taken);
            }
        }
    }
    print(&times, &rows, rounds);
}

fn note(times: &mut Times, row: &str, who: &str, taken: f64) {
    times.entry((row.to_owned(), who.to_owned())).or_default().push(taken);
}

/// What the peers start inherits it.
fn on_one_core() {
    let Ok(allowed) = sched_getaffinity(None) else { return };
    if let Some(last) = (0..CpuSet::MAX_CPU).rev().find(|&cpu| allowed.is_set(cpu)) {
        let mut one = CpuSet::new();
        one.set(last);
        if let Err(error) = sched_setaffinity(None, &one) {
            eprintln!("not bound to one core: {error}");
        }
    }
}

/// Names and commands. What can't be built is told by the script, and has an empty column.
fn peers() -> Vec<(String, Vec<String>)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/hot-path.sh");
    let output = match Command::new(script).stderr(std::process::Stdio::inherit()).output() {
        Ok(output) => output,
        Err(error) => {
            eprintln!("{script}: {error}");
            return Vec::new();
        }
    };
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(who, command)| (who.to_owned(), command.split(' ').map(str::to_owned).collect()))
        .collect()
}

/// Rows and medians that a peer prints.
fn run(command: &[String]) -> Vec<(String, f64)> {
    let [program, arguments @ ..] = command else {
        return Vec::new();
    };
    let Ok(output) = Command::new(program).args(arguments).arg(SECONDS.to_string()).output() else {
        return Vec::new();
    };
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let mut cells = line.split('\t');
            let (row, _, median) = (cells.next()?, cells.next()?, cells.next()?);
            Some((row.to_owned(), median.parse().ok()?))
        })
        .collect()
}

const OTHERS: [&str; 4] = [hot_path::RUSTCRYPTO, "gmsm", "OpenSSL", "BouncyCastle"];

fn print(times: &Times, rows: &[Row], rounds: usize) {
    println!(
        "{}, {rounds} rounds, microseconds for one; in brackets how many times longer than ours\n",
        processor()
    );
    println!("| row | sealcore | {} |", OTHERS.join(" | "));
    println!("|---|---:|{}", "---:|".repeat(OTHERS.len()));
    for row in rows {
        for contender in row
            .contenders
            .iter()
            .filter(|contender| !OTHERS.contains(&contender.who.as_str()))
        {
            let Some(ours) = times.get(&(row.name.to_owned(), contender.who.clone())) else {
                continue;
            };
            print!("| {} | {} |", contender.who, microseconds(ours));
            for other in OTHERS {
                match times.get(&(row.name.to_owned(), other.to_owned())) {
                    Some(theirs) => print!(" {} ({:.2}) |", microseconds(theirs), ratio(theirs, ours)),
                    None => print!(" |"),
                }
            }
            println!();
        }
    }
}

fn microseconds(times: &[f64]) -> String {
    format!("{:.2}", median(times.iter().copied()) / 1e3)
}

fn ratio(theirs: &[f64], ours: &[f64]) -> f64 {
    median(theirs.iter().zip(ours).map(|(theirs, ours)| theirs / ours))
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let of = |key: &str| {
        info.lines()
            .find_map(|line| Some(line.strip_prefix(key)?.split_once(':')?.1.trim().to_owned()))
            .unwrap_or_default()
    };
    format!(
        "{} (family {}, model {})",
        of("model name"),
        of("cpu family"),
        of("model\t")
    )
}
