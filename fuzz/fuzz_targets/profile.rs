//! Feeds arbitrary octets to `harness::fuzz::profile`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| harness::fuzz::profile(octets));
