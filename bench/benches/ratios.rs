//! Says what the other benches of this run found, as ratios: a machine's own speed falls out of them.

use std::path::Path;

/// The median of a bench in nanoseconds, as criterion keeps it.
fn median(name: &str) -> f64 {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("target/criterion")
        .join(name)
        .join("new/estimates.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!("{}: {error}; run `cargo bench` as a whole", file.display())
    });
    let estimates: serde_json::Value = serde_json::from_str(&text).expect("criterion writes JSON");
    estimates["median"]["point_estimate"].as_f64().expect("criterion writes a median")
}

fn main() {
    let [bare, sim, turmoil] =
        ["bare loop", "sim", "turmoil"].map(|name| median(&format!("ping-pong/{name}")));
    let session = median("session/MNET in sim under loss");
    println!("\nsim is {:.2} times as fast as a bare loop", bare / sim);
    println!("sim is {:.0} times as fast as turmoil", turmoil / sim);
    println!("{:.0} MNET sessions a second on one core, under loss", 1e9 / session);
    for name in ["MNET DATA", "PaperClip DEFAULT"] {
        println!(
            "{:.0} ns to encode and decode {name}",
            median(&format!("encode and decode/{name}"))
        );
    }
}
