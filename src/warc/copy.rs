//! Captures from one file to another, byte by byte.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use crate::model::capture::CaptureRef;

use super::WarcError;
use super::reader::{Kind, WarcReader};

/// The bytes of a capture's response, request and metadata as they are stored; `None`: its own record has no body.
pub fn record_bytes(directory: &Path, place: &CaptureRef) -> Result<Option<Vec<u8>>, WarcError> {
    let path = directory.join(&place.warc);
    let mut reader = WarcReader::open_at(&path, place.offset)?;
    let response = reader.next_record()?.filter(|record| record.offset == place.offset && record.length > 0);
    let Some(response) = response.filter(|record| record.kind == Kind::Response) else { return Ok(None) };
    let mut end = place.offset + response.length;
    if let Some(id) = response.fields.get("warc-record-id") {
        while let Some(record) = reader.next_record()? {
            let belongs = matches!(record.kind, Kind::Request | Kind::Metadata)
                && record.fields.all("warc-concurrent-to").any(|concurrent| concurrent == id);
            if !belongs || !record.complete || record.length == 0 || record.offset != end {
                break;
            }
            end += record.length;
        }
    }
    let io = |action| WarcError::io(action, &path);
    let mut file = File::open(&path).map_err(io("open"))?;
    file.seek(SeekFrom::Start(place.offset)).map_err(io("read"))?;
    let mut bytes = vec![0; (end - place.offset) as usize];
    file.read_exact(&mut bytes).map_err(io("read"))?;
    Ok(Some(bytes))
}
