//! Avatars: the middle of a picture as a small square, made anew, so that nothing of the one that
//! was sent is left but what it shows.

use super::picture;

/// An avatar has so many pixels on each side, or fewer if there are no more: twice what a page shows
/// at the most, for sharp screens.
pub const SIDE: u32 = 256;

/// A small square of a picture, upright. None of what cannot be decoded, or is larger than any
/// picture that we decode.
#[must_use]
pub fn made(bytes: &[u8]) -> Option<Vec<u8>> {
    let whole = picture::opened(bytes)?;
    let (width, height) = (whole.width(), whole.height());
    let side = width.min(height);
    let square = whole.crop_imm((width - side) / 2, (height - side) / 2, side, side);
    drop(whole); // it may have 200 MB
    let small = if side > SIDE { square.thumbnail_exact(SIDE, SIDE) } else { square };
    picture::encoded(&small)
}
