//! Functions that break the library on purpose. Only with the feature `test-hooks`, which no build that is shipped has.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::buffer::sealcore_buffer;
use crate::call::guarded;
use crate::error::sealcore_error;
use crate::status::sealcore_status;

static BROKEN: AtomicBool = AtomicBool::new(false);

pub(crate) fn self_test_is_broken() -> bool {
    BROKEN.load(Ordering::Relaxed)
}

/// Panics while it uses `buffer`.
#[unsafe(no_mangle)]
#[allow(clippy::panic)] // it is what it is for
pub extern "C" fn sealcore_test_panic(
    buffer: *const sealcore_buffer,
    error: *mut *mut sealcore_error,
) -> sealcore_status {
    guarded(error, |call| {
        let _held = call.shared_or_none(buffer, "buffer")?;
        panic!("injected")
    })
}

/// Lets the self-test fail from now on, or pass again.
#[unsafe(no_mangle)]
pub extern "C" fn sealcore_test_break_self_test(broken: i32) {
    BROKEN.store(broken != 0, Ordering::Relaxed);
}
