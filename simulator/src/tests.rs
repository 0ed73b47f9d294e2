//! Tests of this crate, one file for each of its parts.

mod fates;
mod links;
mod notation;
mod order;
mod replay;
mod simulation;
mod streams;
mod support;
mod weather;
