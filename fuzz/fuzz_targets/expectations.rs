//! Feeds arbitrary octets to `harness::fuzz::expectations`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| harness::fuzz::expectations(octets));
