//! Known answers of SM2, SM3 and SM4, before the first operation and whenever asked for.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use sealcore_core::text;

use crate::call::guarded;
use crate::error::sealcore_error;
use crate::failure::{Failure, Outcome};
use crate::status::{SEALCORE_E_SELF_TEST, sealcore_status};

/// A run was passed.
static PASSED: AtomicBool = AtomicBool::new(false);
/// What failed, for good.
static FAILED: OnceLock<&'static str> = OnceLock::new();

/// Runs the self-test: known answers of SM2 (a signature of a fixed key, and its verification), SM3 and SM4. It runs by itself
/// once before the first operation. Once it failed, by itself or on demand, operations end in `SEALCORE_E_SELF_TEST` until the
/// process ends.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_self_test(error: *mut *mut sealcore_error) -> sealcore_status {
    guarded(error, |_| note(run()).map_err(failed))
}

/// The result of the runs so far; of the first one when there was none.
pub(crate) fn passed() -> Outcome {
    match FAILED.get() {
        Some(algorithm) => Err(failed(algorithm)),
        None if PASSED.load(Ordering::Relaxed) => Ok(()),
        None => note(run()).map_err(failed),
    }
}

/// Keeps a result, and gives it back. No later run makes a failure good.
fn note(result: Result<(), &'static str>) -> Result<(), &'static str> {
    match result {
        Ok(()) => PASSED.store(true, Ordering::Relaxed),
        Err(algorithm) => drop(FAILED.set(algorithm)),
    }
    result
}

fn failed(algorithm: &'static str) -> Failure {
    Failure::new(
        SEALCORE_E_SELF_TEST,
        text!(
            "the self-test of {algorithm} failed: the processor or the file of the library is damaged",
            "{algorithm} 自检失败：处理器或库文件可能已损坏"
        ),
    )
    .about(algorithm)
}

fn run() -> Result<(), &'static str> {
    #[cfg(feature = "test-hooks")]
    if crate::hooks::self_test_is_broken() {
        return Err("SM3");
    }
    sealcore_gm::self_test::run()
}
