//! libFuzzer calls [`sealcore_fuzz::signature_xml`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::signature_xml(data));
