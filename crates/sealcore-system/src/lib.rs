//! What the operating system gives, and the library does not take by itself: the clock, randomness, files and folders of
//! certificates. The command and the C ABI, which may ask the system, share it.
#![forbid(unsafe_code)]

mod certificates;
mod clock;
mod file;
mod random;

pub use certificates::{Collected, collect, collect_with};
pub use clock::{SystemClock, now};
pub use file::{MAX_BYTES, read, read_any};
pub use random::{Random, entropy, fill};
