//! `SegmentSum`: the checksum of a stretch of a WARC file as it is stored. `warc` makes and compares them, `store`
//! keeps them.

/// Bytes of a segment; a file's last may be shorter. So few that damage is told by the handful of captures in it.
pub const SEGMENT_BYTES: u64 = 64 * 1024;

/// The checksum of one segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentSum {
    /// Counted from 0.
    pub number: u64,
    /// Bytes of it that the checksum is of, from its first.
    pub bytes: u32,
    /// CRC-32 (the one of gzip): finds any flip of up to 32 bits in a row.
    pub crc: u32,
}

impl SegmentSum {
    /// First byte in the file.
    pub fn start(self) -> u64 {
        self.number * SEGMENT_BYTES
    }

    /// First byte in the file behind what the checksum is of.
    pub fn end(self) -> u64 {
        self.start() + u64::from(self.bytes)
    }
}
