//! The program `wireproof`: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    harness::cli::main(std::env::args_os())
}
