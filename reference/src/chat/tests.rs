//! Tests of chat.

mod packets;
mod streams;
