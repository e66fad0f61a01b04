//! Gzip members (RFC 1952): one for each record, its length in its own header, so that a file can be walked without
//! unpacking it.

use flate2::{Compress, Compression, Crc, FlushCompress, Status};

/// Level for what is not compressed yet: on pages of text level 1 costs a third of level 6 and is a fifth larger.
const LEVEL: u32 = 1;
/// Bytes of a member's header: RFC 1952's ten, and the "extra" field with the lengths.
pub(super) const HEADER_BYTES: usize = 24;
/// ID1, ID2, deflate, FEXTRA, no time, no flags, unknown system; then the extra field: 12 bytes in all, subfield
/// `sl` ("skip length") of 8 bytes, as crawlers have used it for ARC and WARC.
const HEADER: [u8; 16] = [0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 12, 0, b's', b'l', 8, 0];
/// Bytes one stored block of DEFLATE can hold.
const STORED_BYTES: usize = 0xffff;

/// Makes members; keeps its tables between them.
pub(super) struct MemberWriter {
    compress: Compress,
}

/// How the second part of a member is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Packing {
    /// Compressed like the first.
    Deflate,
    /// As it is: it is compressed already, and trying again would only cost time.
    Store,
}

impl MemberWriter {
    pub(super) fn new() -> Self {
        Self { compress: Compress::new(Compression::new(LEVEL), false) }
    }

    /// Appends one member holding `head` and `body` to `out`.
    pub(super) fn append(&mut self, head: &[u8], body: &[u8], packing: Packing, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&HEADER);
        out.extend_from_slice(&[0; 8]);
        self.compress.reset();
        if packing == Packing::Store && !body.is_empty() {
            self.deflate(head, FlushCompress::Sync, out);
            store(body, out);
        } else {
            self.deflate(head, FlushCompress::None, out);
            self.deflate(body, FlushCompress::Finish, out);
        }
        let mut crc = Crc::new();
        crc.update(head);
        crc.update(body);
        out.extend_from_slice(&crc.sum().to_le_bytes());
        out.extend_from_slice(&crc.amount().to_le_bytes());
        let stored = (out.len() - start) as u32;
        out[start + 16..start + 20].copy_from_slice(&stored.to_le_bytes());
        out[start + 20..start + 24].copy_from_slice(&crc.amount().to_le_bytes());
    }

    fn deflate(&mut self, mut input: &[u8], flush: FlushCompress, out: &mut Vec<u8>) {
        loop {
            out.reserve(input.len() / 2 + 256);
            let before = self.compress.total_in();
            let status = self
                .compress
                .compress_vec(input, out, flush)
                .expect("deflate fails only when its parameters are wrong, and these are fixed");
            input = &input[(self.compress.total_in() - before) as usize..];
            let is_flushed = input.is_empty() && out.len() < out.capacity();
            match (flush, status) {
                (FlushCompress::Finish, Status::StreamEnd) => return,
                (FlushCompress::Finish, _) => {}
                _ if is_flushed => return,
                _ => {}
            }
        }
    }
}

/// Final stored blocks (RFC 1951 §3.2.4); the stream before them ends on a whole byte.
fn store(body: &[u8], out: &mut Vec<u8>) {
    out.reserve(body.len() + body.len() / STORED_BYTES * 5 + 16);
    let mut blocks = body.chunks(STORED_BYTES).peekable();
    while let Some(block) = blocks.next() {
        let length = block.len() as u16;
        out.push(u8::from(blocks.peek().is_none()));
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
}

/// Members whose content is only stored, of any wanted number of blocks: what takes another member's place.
pub(super) mod store_member {
    use flate2::Crc;

    use super::{HEADER, HEADER_BYTES, STORED_BYTES};

    /// Bytes besides the content and the blocks' heads.
    pub(crate) const OVERHEAD: usize = HEADER_BYTES + 8;
    /// Bytes of a block's head.
    pub(crate) const BLOCK_OVERHEAD: usize = 5;

    /// The fewest blocks for so many bytes.
    pub(crate) fn blocks_for(content: usize) -> usize {
        content.div_ceil(STORED_BYTES).max(1)
    }

    /// The member. At least [`blocks_for`] blocks; those not needed are empty.
    pub(crate) fn write(content: &[u8], blocks: usize) -> Vec<u8> {
        let length = OVERHEAD + content.len() + blocks * BLOCK_OVERHEAD;
        let mut out = Vec::with_capacity(length);
        out.extend_from_slice(&HEADER);
        out.extend_from_slice(&(length as u32).to_le_bytes());
        out.extend_from_slice(&(content.len() as u32).to_le_bytes());
        let mut rest = content;
        for block in 0..blocks {
            let (bytes, after) = rest.split_at(rest.len().min(STORED_BYTES));
            out.push(u8::from(block + 1 == blocks));
            out.extend_from_slice(&(bytes.len() as u16).to_le_bytes());
            out.extend_from_slice(&(!(bytes.len() as u16)).to_le_bytes());
            out.extend_from_slice(bytes);
            rest = after;
        }
        let mut crc = Crc::new();
        crc.update(content);
        out.extend_from_slice(&crc.sum().to_le_bytes());
        out.extend_from_slice(&crc.amount().to_le_bytes());
        out
    }
}

/// Whether a header is just what this program writes for a member of `stored` bytes.
pub(super) fn is_header(header: &[u8; HEADER_BYTES], stored: u64) -> bool {
    header[..16] == HEADER && skip_length(header) == Some(stored)
}

/// The stored length a member's header gives, where it is one of ours.
pub(super) fn skip_length(header: &[u8]) -> Option<u64> {
    let ours = header.len() >= HEADER_BYTES && header[..4] == HEADER[..4] && header[10..16] == HEADER[10..];
    ours.then(|| u64::from(u32::from_le_bytes([header[16], header[17], header[18], header[19]])))
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[track_caller]
    fn check(head: &[u8], body: &[u8], packing: Packing) -> usize {
        let mut out = b"before".to_vec();
        let mut writer = MemberWriter::new();
        writer.append(b"another", b"member", packing, &mut out);
        let start = out.len();
        writer.append(head, body, packing, &mut out);
        let member = &out[start..];
        assert_eq!(skip_length(member), Some(member.len() as u64));
        let mut read = Vec::new();
        flate2::read::GzDecoder::new(member).read_to_end(&mut read).unwrap();
        assert!(read == [head, body].concat());
        member.len()
    }

    #[test]
    fn a_member_unpacks_to_its_parts() {
        let noise: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        for packing in [Packing::Deflate, Packing::Store] {
            check(b"", b"", packing);
            check(b"head", b"", packing);
            check(b"", b"body", packing);
            check(&b"head".repeat(50_000), &noise, packing);
            check(b"head", &noise[..STORED_BYTES], packing);
            check(b"head", &noise[..=STORED_BYTES], packing);
        }
    }

    #[test]
    fn what_is_packed_already_is_only_stored() {
        let text = b"Die Stadt baut um. ".repeat(1_000);
        assert!(check(b"head", &text, Packing::Deflate) < 1_000);
        assert!((text.len()..text.len() + 100).contains(&check(b"head", &text, Packing::Store)));
    }

    #[test]
    fn only_our_members_tell_their_length() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), Compression::default());
        std::io::Write::write_all(&mut encoder, &[b'x'; 100]).unwrap();
        assert_eq!(skip_length(&encoder.finish().unwrap()), None);
        assert_eq!(skip_length(&HEADER), None);
    }
}
