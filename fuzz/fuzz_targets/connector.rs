//! Feeds arbitrary octets to `harness::fuzz::connector`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| harness::fuzz::connector(octets));
