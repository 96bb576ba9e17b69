//! JPEG: segments of a marker, a length and the content; after the marker of a scan, its coded data
//! until the next marker (ITU T.81, annex B). What a picture tells stands in segments `APP1` to
//! `APP15` and in comments.

use super::fill;

const START_OF_SCAN: u8 = 0xDA;
const END: u8 = 0xD9;
const COMMENT: u8 = 0xFE;

/// A JPEG on its way through.
#[derive(Default)]
pub(super) struct Jpeg {
    place: Place,
    /// What has come of the segment.
    held: Vec<u8>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// Before the marker that starts it.
    #[default]
    Start,
    /// At a marker, or within its segment.
    Segment,
    /// In coded data.
    Scan,
    /// In coded data, after a byte 0xFF.
    ScanMarker,
    /// After the end: other pictures, films and notes hide there.
    Over,
    /// Not as it should be: passes as it is.
    Lost,
}

impl Jpeg {
    pub(super) fn push(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) {
        while !bytes.is_empty() {
            match self.place {
                Place::Start => {
                    if fill(&mut self.held, &mut bytes, 2) {
                        out.append(&mut self.held);
                        self.place = Place::Segment;
                    }
                }
                Place::Segment => self.segment(&mut bytes, out),
                Place::Scan | Place::ScanMarker => self.scan(&mut bytes, out),
                Place::Over => return,
                Place::Lost => {
                    out.extend_from_slice(bytes);
                    return;
                }
            }
        }
    }

    pub(super) fn finish(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.held);
        if self.place == Place::ScanMarker {
            out.push(0xFF);
        }
    }

    fn segment(&mut self, bytes: &mut &[u8], out: &mut Vec<u8>) {
        if !fill(&mut self.held, bytes, 2) {
            return;
        }
        let marker = match self.held[..2] {
            [0xFF, END] => {
                out.append(&mut self.held);
                self.place = Place::Over;
                return;
            }
            [0xFF, 0xFF] => {
                self.held.pop(); // any number of these may stand before a marker
                return;
            }
            [0xFF, marker] if marker >= 0xC0 => marker,
            _ => {
                out.append(&mut self.held);
                self.place = Place::Lost;
                return;
            }
        };
        if !fill(&mut self.held, bytes, 4) {
            return;
        }
        let length = usize::from(self.held[2]) << 8 | usize::from(self.held[3]);
        if length < 2 {
            out.append(&mut self.held);
            self.place = Place::Lost;
            return;
        }
        if !fill(&mut self.held, bytes, 2 + length) {
            return;
        }
        let segment = std::mem::take(&mut self.held);
        if is_kept(marker, &segment[4..]) {
            out.extend_from_slice(&segment);
        } else if let Some(orientation) = orientation(marker, &segment[4..]) {
            out.extend_from_slice(&only_orientation(orientation));
        }
        if marker == START_OF_SCAN {
            self.place = Place::Scan;
        }
    }

    fn scan(&mut self, bytes: &mut &[u8], out: &mut Vec<u8>) {
        if self.place == Place::Scan {
            let found = bytes.iter().position(|byte| *byte == 0xFF);
            let (data, rest) = bytes.split_at(found.unwrap_or(bytes.len()));
            out.extend_from_slice(data);
            *bytes = rest;
            if found.is_some() {
                *bytes = &bytes[1..];
                self.place = Place::ScanMarker;
            }
            return;
        }
        let Some((marker, rest)) = bytes.split_first() else { return };
        match marker {
            // a data byte 0xFF is written so; and markers that stand in the data
            0x00 | 0x01 | 0xD0..=0xD7 => {
                out.extend_from_slice(&[0xFF, *marker]);
                self.place = Place::Scan;
            }
            0xFF => {}
            _ => {
                self.held = vec![0xFF, *marker];
                self.place = Place::Segment;
                *bytes = rest;
                // the end has no length to wait for
                if *marker == END {
                    self.segment(bytes, out);
                }
                return;
            }
        }
        *bytes = rest;
    }
}

/// Pixels, tables, and of the applications' segments those that say how to show the colours.
fn is_kept(marker: u8, content: &[u8]) -> bool {
    match marker {
        0xE0 | 0xEE => true, // JFIF, Adobe
        0xE2 => content.starts_with(b"ICC_PROFILE\0"),
        0xE1..=0xEF | COMMENT => false,
        _ => true,
    }
}

/// The orientation that an Exif segment tells, if it is another than upright.
fn orientation(marker: u8, content: &[u8]) -> Option<u8> {
    let tiff = content.strip_prefix(b"Exif\0\0").filter(|_| marker == 0xE1)?;
    let orientation = image::metadata::Orientation::from_exif_chunk(tiff)?.to_exif();
    (orientation != 1).then_some(orientation)
}

/// An Exif segment that tells the orientation (tag 0x0112) and nothing else.
fn only_orientation(orientation: u8) -> Vec<u8> {
    let mut segment = vec![0xFF, 0xE1, 0x00, 0x22];
    segment.extend_from_slice(b"Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
    segment.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
    segment
}
