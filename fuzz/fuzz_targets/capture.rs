//! Feeds arbitrary octets to `harness::fuzz::captured`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| harness::fuzz::captured(octets));
