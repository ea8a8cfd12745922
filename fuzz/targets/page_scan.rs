//! libFuzzer calls [`sealcore_fuzz::page_scan`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::page_scan(data));
