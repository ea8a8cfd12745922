//! Known answers of SM2, SM3 and SM4, before the first operation and whenever asked for.

use std::sync::OnceLock;

use sealcore_core::text;

use crate::call::guarded;
use crate::error::sealcore_error;
use crate::failure::{Failure, Outcome};
use crate::status::{SEALCORE_E_SELF_TEST, sealcore_status};

static FIRST: OnceLock<Result<(), &'static str>> = OnceLock::new();

/// Runs the self-test: known answers of SM2 (a signature of a fixed key, and its verification), SM3 and SM4. It runs by itself
/// once before the first operation; while it fails there, operations end in `SEALCORE_E_SELF_TEST`.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_self_test(error: *mut *mut sealcore_error) -> sealcore_status {
    guarded(error, |_| run().map_err(failed))
}

/// The result of the first run, which this makes when there was none.
pub(crate) fn passed() -> Outcome {
    FIRST.get_or_init(run).map_err(failed)
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
