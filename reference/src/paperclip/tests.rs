//! Tests of PaperClip.

mod packets;
