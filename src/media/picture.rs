//! Pictures: how large they are, and smaller ones of them.
//!
//! A few bytes can claim to be a picture of gigabytes, so its size is read first, and what is
//! larger than our bounds is never decoded.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba, codecs::jpeg::JpegEncoder,
    codecs::webp::WebPEncoder, metadata::Orientation,
};

/// Files up to so many bytes are looked at as pictures: what it takes to do so is bounded by it.
pub const PICTURE_BYTES: u64 = 40 << 20;

/// The most pixels a picture is decoded with: 200 MB at four bytes each.
const PIXELS: u64 = 50_000_000;

/// The longest side of a picture that is decoded.
const SIDE: u32 = 20_000;

/// The most memory that decoding takes.
const DECODING_BYTES: u64 = 256 << 20;

/// A smaller picture fits into a square of so many pixels: what a timeline shows on a sharp screen.
const THUMBNAIL_SIDE: u32 = 800;

/// How faithful a smaller picture is, of 100.
const QUALITY: u8 = 80;

/// Up to so many bytes a picture that is small anyway is shown as it is.
const SMALL_BYTES: usize = 64 * 1024;

/// What a picture is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// Width and height in pixels, as shown.
    pub pixels: Option<(u32, u32)>,
    /// A smaller one.
    pub thumbnail: Option<Vec<u8>>,
}

/// Looks at the bytes of a picture. What cannot be decoded has no size, what is too large no
/// smaller picture.
#[must_use]
pub fn look(bytes: &[u8]) -> Picture {
    let Some((stored, orientation)) = measure(bytes) else { return Picture::default() };
    let turned = turns(orientation);
    let pixels = Some(if turned { (stored.1, stored.0) } else { stored });
    let is_small = stored.0.max(stored.1) <= THUMBNAIL_SIDE && bytes.len() <= SMALL_BYTES;
    if is_small || is_too_large(stored) {
        return Picture { pixels, thumbnail: None };
    }
    let thumbnail = decode(bytes).and_then(|picture| smaller(picture, orientation));
    Picture { pixels, thumbnail: thumbnail.filter(|smaller| smaller.len() < bytes.len()) }
}

/// A picture as it shows, decoded if it is within our bounds.
pub(super) fn opened(bytes: &[u8]) -> Option<DynamicImage> {
    let (stored, orientation) = measure(bytes)?;
    if is_too_large(stored) {
        return None;
    }
    let mut picture = decode(bytes)?;
    picture.apply_orientation(orientation);
    Some(picture)
}

fn is_too_large((width, height): (u32, u32)) -> bool {
    u64::from(width) * u64::from(height) > PIXELS
}

fn reader(bytes: &[u8]) -> Option<ImageReader<Cursor<&[u8]>>> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE);
    limits.max_image_height = Some(SIDE);
    limits.max_alloc = Some(DECODING_BYTES);
    reader.limits(limits);
    Some(reader)
}

fn measure(bytes: &[u8]) -> Option<((u32, u32), Orientation)> {
    let mut decoder = reader(bytes)?.into_decoder().ok()?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let (width, height) = decoder.dimensions();
    (width > 0 && height > 0).then_some(((width, height), orientation))
}

/// Whether width and height change places.
fn turns(orientation: Orientation) -> bool {
    match orientation {
        Orientation::Rotate90
        | Orientation::Rotate270
        | Orientation::Rotate90FlipH
        | Orientation::Rotate270FlipH => true,
        Orientation::NoTransforms
        | Orientation::Rotate180
        | Orientation::FlipHorizontal
        | Orientation::FlipVertical => false,
    }
}

fn decode(bytes: &[u8]) -> Option<DynamicImage> {
    reader(bytes)?.decode().ok()
}

/// A picture that fits, turned once it is small.
fn smaller(mut picture: DynamicImage, orientation: Orientation) -> Option<Vec<u8>> {
    if picture.width().max(picture.height()) > THUMBNAIL_SIDE {
        picture = picture.thumbnail(THUMBNAIL_SIDE, THUMBNAIL_SIDE);
    }
    picture.apply_orientation(orientation);
    encoded(&picture)
}

/// The bytes of a picture, without anything that its first ones told beside itself.
pub(super) fn encoded(shown: &DynamicImage) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let is_clear = |pixel: &Rgba<u8>| pixel.0[3] < u8::MAX;
    let clear = shown.color().has_alpha().then(|| shown.to_rgba8());
    if let Some(clear) = clear.filter(|picture| picture.pixels().any(is_clear)) {
        clear.write_with_encoder(WebPEncoder::new_lossless(&mut bytes)).ok()?;
    } else {
        let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
        shown.to_rgb8().write_with_encoder(encoder).ok()?;
    }
    Some(bytes)
}

/// The type of a smaller picture that we have made.
#[must_use]
pub fn type_of(thumbnail: &[u8]) -> &'static str {
    match image::guess_format(thumbnail) {
        Ok(ImageFormat::WebP) => "image/webp",
        _ => "image/jpeg",
    }
}
