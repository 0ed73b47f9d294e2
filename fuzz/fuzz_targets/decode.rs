//! Feeds arbitrary octets to `harness::fuzz::decode`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| harness::fuzz::decode(octets));
