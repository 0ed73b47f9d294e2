//! Tests of the whole: what the workspace promises, one module for each promise.

#[cfg(test)]
mod support; // the single door: plays scenarios in this process, runs the program, keeps scratch folders

#[cfg(test)]
mod action; // the action for GitHub, as far as it can be tried without GitHub
#[cfg(test)]
mod bad_input; // files that people get wrong end with exit code 2, file, line and column; no octets panic
#[cfg(test)]
mod captures; // each case has a capture beside its journal, which `decode` reads
#[cfg(test)]
mod comparing; // two results folders are compared case by case
#[cfg(test)]
mod coverage; // every clause has a scenario and a mutant, or an exception with a reason
#[cfg(test)]
mod determinism; // one seed, one journal: twice in a process, and in two processes
#[cfg(test)]
mod dialect_hint; // whoever names the wrong dialect is told which one fits better
#[cfg(test)]
mod doctor; // `doctor` says of a profile what works, what is wrong and what to do
#[cfg(test)]
mod documents; // documents name only commands, files and examples that are there
#[cfg(test)]
mod evidence; // the results folder is whole, agrees with itself, and is never somebody else's
#[cfg(test)]
mod exhaust; // every schedule of the first datagrams is tried, and a failure is reduced
#[cfg(test)]
mod exit_codes; // every row of the table of exit codes, by the program
#[cfg(test)]
mod expectations; // known failures pass, and a file of them polices itself
#[cfg(test)]
mod failure_screen; // what people see: the screens of failures, summaries, explanations
#[cfg(test)]
mod fuzz; // whatever octets come, no reader of foreign octets panics or hangs
#[cfg(test)]
mod fuzzing; // a subject that does not bear a wrong packet is found, and a conforming one never accused
#[cfg(test)]
mod judging; // a verdict is a function of scenario, profile and journal, and can be given again
#[cfg(test)]
mod killed; // no subject outlives a suite that is killed
#[cfg(test)]
mod ledger; // no clause has a gap without a reason, and docs/ledger is what the program makes
#[cfg(test)]
mod matrix; // `matrix` brings subjects together over real sockets, and names who leaves the specification first
#[cfg(test)]
mod merging; // the results of the parts of a run are made into those of the whole
#[cfg(test)]
mod mutants; // every mutant is killed by its clause, and every scenario kills one
#[cfg(test)]
mod null_subjects; // nothing passes against a program that is no implementation
#[cfg(test)]
mod overhearing; // `judge` finds what is wrong with either program of a recorded conversation
#[cfg(test)]
mod proxy; // the proxy obeys selectors, seeds and schedules, between any two programs
#[cfg(test)]
mod repeats; // what passes in some runs only is flaky
#[cfg(test)]
mod replaying; // a journal's run is played again, or the first divergence is named
#[cfg(test)]
mod reports; // every report is made from the same results, and counts the same
#[cfg(test)]
mod reproducing; // captures become scenarios with the faults that their network had
#[cfg(test)]
mod scenarios; // the reference passes everything, in every dialect and role
mod schemas; // the JSON Schema of profiles knows everything that a profile may say
#[cfg(test)]
mod sealing; // in a sealed folder every change is found and named
#[cfg(test)]
mod served; // `serve` and `connect` over real sockets; a chat server bears with every client
#[cfg(test)]
mod shrinking; // what failed over sockets is reduced, though the subject does not fail every time
#[cfg(test)]
mod snapshots_of_runs; // transcripts are kept, read by insta, and reported when they change
#[cfg(test)]
mod starting; // `init` writes what runs as it stands; completions and manual pages know every command
#[cfg(test)]
mod subjects; // an implementation in Rust is judged through the trait `Subject`
#[cfg(test)]
mod sweep; // a sweep finds what only a bad network shows, and reduces it to a scenario that fails in the same way
#[cfg(test)]
mod tidy; // rules about the repository itself
#[cfg(test)]
mod traps; // what other suites have got wrong, as far as it is no promise of its own
#[cfg(test)]
mod turmoil; // asynchronous code on simulated hosts gets the verdicts of `sim`
#[cfg(test)]
mod upgrading; // what newer scenarios change for old results and certificates
#[cfg(test)]
mod vectors; // octets of every packet, valid and not, decode as the files beside the scenarios say
