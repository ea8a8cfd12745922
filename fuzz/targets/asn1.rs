//! libFuzzer calls [`sealcore_fuzz::asn1`].
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| sealcore_fuzz::asn1(data));
