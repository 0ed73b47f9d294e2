//! Feeds arbitrary octets to `harness::fuzz::listener`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| harness::fuzz::listener(octets));
