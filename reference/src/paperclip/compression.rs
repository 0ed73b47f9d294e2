//! Compression of data: raw DEFLATE, inflated within bounds (CLIP-ZIP-1, CLIP-ZIP-2); CRC-32.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// The most octets that data may inflate to: 255 fragments of 988 octets (CLIP-ZIP-2).
pub const INFLATED_MAX: usize = 255 * 988;

/// Octets by which the room for a result grows.
const ROOM: usize = 4_096;

/// The data as a raw DEFLATE stream (RFC 1951).
///
/// # Panics
///
/// Never: compression has no input that it refuses.
#[must_use]
pub fn deflate(data: &[u8]) -> Vec<u8> {
    let mut stream = Compress::new(Compression::default(), false);
    let mut deflated = Vec::with_capacity(data.len() / 2 + ROOM);
    loop {
        let rest = data.get(position(stream.total_in())..).unwrap_or_default();
        let status = stream.compress_vec(rest, &mut deflated, FlushCompress::Finish);
        if status.expect("a new stream takes everything") == Status::StreamEnd {
            return deflated;
        }
        deflated.reserve(ROOM);
    }
}

/// Why octets are not the DEFLATE stream of data that is short enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InflateError {
    /// They are no DEFLATE stream.
    #[error("no DEFLATE stream")]
    Invalid,
    /// The stream does not end.
    #[error("the DEFLATE stream ends early")]
    Unfinished,
    /// There is more data than [`INFLATED_MAX`].
    #[error("more than {INFLATED_MAX} octets of data")]
    TooLong,
    /// Octets follow the end of the stream.
    #[error("octets follow the DEFLATE stream")]
    Trailing,
}

/// The data of a raw DEFLATE stream that takes all of `deflated`.
pub fn inflate(deflated: &[u8]) -> Result<Vec<u8>, InflateError> {
    let (data, taken) = inflate_within(deflated, INFLATED_MAX)?;
    if taken < deflated.len() {
        return Err(InflateError::Trailing);
    }
    Ok(data)
}

/// The data of a raw DEFLATE stream, at most so many octets, and how many octets the stream takes.
pub(super) fn inflate_within(
    deflated: &[u8],
    data_max: usize,
) -> Result<(Vec<u8>, usize), InflateError> {
    let mut stream = Decompress::new(false);
    let mut data = Vec::with_capacity(ROOM.min(data_max + 1));
    loop {
        let before = (stream.total_in(), stream.total_out());
        let rest = deflated.get(position(stream.total_in())..).unwrap_or_default();
        let status = stream
            .decompress_vec(rest, &mut data, FlushDecompress::None)
            .map_err(|_| InflateError::Invalid)?;
        if data.len() > data_max {
            return Err(InflateError::TooLong);
        }
        if status == Status::StreamEnd {
            return Ok((data, position(stream.total_in())));
        }
        if data.len() == data.capacity() {
            // One octet more than is allowed shows that there is more.
            data.reserve_exact(ROOM.min(data_max + 1 - data.len()));
        } else if before == (stream.total_in(), stream.total_out()) {
            return Err(InflateError::Unfinished);
        }
    }
}

fn position(octets: u64) -> usize {
    usize::try_from(octets).unwrap_or(usize::MAX)
}

/// The CRC-32 of the data (CLIP-SUM-1). `table` carries its low 16 bits.
#[must_use]
pub fn checksum(data: &[u8]) -> u32 {
    crc32fast::hash(data)
}
