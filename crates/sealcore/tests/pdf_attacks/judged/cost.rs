//! Hostile files end soon, whatever they end in.

use std::time::Duration;

use sealcore::report::Verdict;

use super::{none_of, policy, quiet, verify};
use crate::clock::Stopwatch;
use crate::forge::{Kind, sealed};
use crate::hostile;

/// Two seconds of the processor as it is shipped; without optimisation the same work takes far longer.
const SOON: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 2 });

fn judge(is_mine: impl Fn(usize) -> bool) {
    // Else all of them would end soon, for the wrong reason.
    drop(quiet(&sealed(Kind::Table)));
    let mut faults = Vec::new();
    for (_, one) in hostile::all().iter().enumerate().filter(|(index, _)| is_mine(*index)) {
        let bytes = one.bytes();
        let start = Stopwatch::start();
        let outcome = verify(&bytes, policy("seal"));
        let took = start.elapsed();
        println!("{:>6} ms {} ({} bytes)", took.as_millis(), one.name, bytes.len());
        if took > SOON {
            faults.push(format!("{}: {took:?}", one.name));
        }
        // None of them holds a lawful signature with nothing behind it.
        if outcome.is_ok_and(|report| report.verdict == Verdict::Valid) {
            faults.push(format!("{}: valid", one.name));
        }
    }
    none_of(faults);
}

#[test]
fn hostile_files_end_soon() {
    judge(|index| index % 2 == 0);
}

#[test]
fn other_hostile_files_end_soon() {
    judge(|index| index % 2 == 1);
}
