//! Scenarios, subjects, engines, verdicts and reports: what the program `wireproof` is made of.
//!
//! A run goes through these doors, in this order:
//!
//! 1. [`corpus`] reads [`scenario`]s (YAML, by way of [`yaml`]) and [`profile`] the subject's profile;
//! 2. [`runner`] makes a [`script`] of each scenario (a [`conversation`] or a [`transfer`]) and hands it to an [`engine`];
//! 3. the engine brings script and [`subject`] together and writes a [`journal`];
//! 4. [`judge`] makes a [`verdict`] from scenario, profile and journal, and from nothing else;
//! 5. [`report`] shows it.
//!
//! [`sweep`] runs transfers under the weather of many seeds, [`fuzzer`] puts one wrong packet into legal conversations, and [`shrink`] makes the smallest scenario of a run that failed.
//!
//! What is particular to a protocol lies behind [`protocol`]; what people type is read in [`cli`].

mod assembly;
pub mod capture;
mod chance;
pub mod cli;
pub mod clock;
pub mod compare;
pub mod connect;
pub mod conversation;
pub mod corpus;
pub mod diagnostic;
pub mod dissector;
pub mod doctor;
pub mod engine;
pub mod exceptions;
pub mod exhaust;
pub mod expect;
pub mod fit;
pub mod fuzz;
pub mod fuzzer;
pub mod init;
pub mod journal;
pub mod judge;
pub mod kills;
pub mod ledger;
pub mod matrix;
pub mod profile;
pub mod protocol;
pub mod proxy;
pub mod recorded;
pub mod replay;
pub mod report;
pub mod reproduce;
pub mod runner;
pub mod scenario;
pub mod script;
pub mod seal;
pub mod search;
pub mod serve;
pub mod shrink;
pub mod snapshots;
pub mod spec;
pub mod subject;
pub mod sweep;
pub mod transfer;
pub mod upgrade;
pub mod variant;
pub mod verdict;
pub mod yaml;
