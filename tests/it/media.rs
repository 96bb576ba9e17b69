use image::{GenericImageView, ImageFormat};
use proptest::prelude::*;
use salon::media::{
    avatar,
    picture::{self, Picture},
    strip::Stripper,
};

use crate::support::files::{claiming, photograph, picture};

fn stripped(bytes: &[u8], cuts: &[usize]) -> Vec<u8> {
    let (mut stripper, mut out, mut rest) = (Stripper::default(), Vec::new(), bytes);
    for cut in cuts {
        let (piece, later) = rest.split_at((*cut).min(rest.len()));
        stripper.push(piece, &mut out);
        rest = later;
    }
    stripper.push(rest, &mut out);
    stripper.finish(&mut out);
    out
}

fn contains(bytes: &[u8], words: &[u8]) -> bool {
    bytes.windows(words.len()).any(|window| window == words)
}

/// A PNG with a text, and something behind its end.
fn noted_png() -> Vec<u8> {
    let plain = picture(40, 30, ImageFormat::Png);
    let text = [&[0, 0, 0, 8][..], b"tEXtGPS here", &[1, 2, 3, 4]].concat();
    [&plain[..33], &text, &plain[33..], b"GPS"].concat()
}

/// A WebP with Exif: the simple form led over to the extended one.
fn noted_webp() -> Vec<u8> {
    let plain = picture(40, 30, ImageFormat::WebP);
    let header = b"VP8X\x0A\0\0\0\x08\0\0\0\x27\0\0\x1D\0\0";
    let exif = b"EXIF\x09\0\0\0GPS here!\0";
    let chunks = [&header[..], &plain[12..], exif].concat();
    let length = u32::try_from(chunks.len() + 4).unwrap().to_le_bytes();
    [&b"RIFF"[..], &length, b"WEBP", &chunks].concat()
}

#[test]
fn a_picture_keeps_its_pixels_and_forgets_where_it_was_taken() {
    for (bytes, what) in
        [(photograph(64, 48), "jpeg"), (noted_png(), "png"), (noted_webp(), "webp")]
    {
        assert!(contains(&bytes, b"GPS"), "{what}");
        let clean = stripped(&bytes, &[]);
        for told in [&b"GPS"[..], b"Acme", b"xmpmeta"] {
            assert!(!contains(&clean, told), "{what} tells {told:?}");
        }
        let (before, after) = (image::load_from_memory(&bytes), image::load_from_memory(&clean));
        assert_eq!(before.unwrap().to_rgb8(), after.unwrap().to_rgb8(), "{what}");
    }
}

#[test]
fn a_turned_picture_stays_turned() {
    let bytes = photograph(64, 48);
    assert_eq!(picture::look(&bytes).pixels, Some((48, 64)));
    assert_eq!(picture::look(&stripped(&bytes, &[])).pixels, Some((48, 64)));
}

#[test]
fn a_large_picture_has_a_smaller_one_that_tells_nothing() {
    let bytes = photograph(2000, 1000);
    let Picture { pixels, thumbnail } = picture::look(&bytes);
    let thumbnail = thumbnail.unwrap();
    assert_eq!(pixels, Some((1000, 2000)));
    assert_eq!(picture::type_of(&thumbnail), "image/jpeg");
    assert!(!contains(&thumbnail, b"GPS") && !contains(&thumbnail, b"Exif"));
    assert_eq!(image::load_from_memory(&thumbnail).unwrap().dimensions(), (400, 800));
}

#[test]
fn every_kind_of_picture_has_its_size_and_a_smaller_one() {
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Jpeg] {
        let looked = picture::look(&picture(1200, 900, format));
        assert_eq!(looked.pixels, Some((1200, 900)), "{format:?}");
        assert!(looked.thumbnail.is_some(), "{format:?}");
        let small = picture::look(&picture(20, 10, format));
        assert_eq!(small, Picture { pixels: Some((20, 10)), thumbnail: None }, "{format:?}");
    }
}

#[test]
fn what_claims_to_be_huge_is_never_decoded() {
    assert_eq!(picture::look(&claiming(60_000, 60_000)).thumbnail, None);
    assert_eq!(picture::look(&claiming(0x7FFF_FFFF, 0x7FFF_FFFF)), Picture::default());
    for side in [60_000, 0x7FFF_FFFF, 10_000] {
        assert_eq!(avatar::made(&claiming(side, side)), None);
    }
    let wide = picture::look(&claiming(10_000, 10_000));
    assert_eq!(wide, Picture { pixels: Some((10_000, 10_000)), thumbnail: None });
}

#[test]
fn an_avatar_is_the_upright_middle_of_a_picture_and_no_larger_than_it() {
    // three stripes, the middle one green; lying on its side as stored, upright as shown
    let stripes = image::RgbImage::from_fn(900, 300, |x, _| {
        image::Rgb([[200, 0, 0], [0, 200, 0], [0, 0, 200]][(x / 300) as usize])
    });
    let mut bytes = std::io::Cursor::new(Vec::new());
    stripes.write_to(&mut bytes, ImageFormat::Png).unwrap();
    let small = image::load_from_memory(&avatar::made(&bytes.into_inner()).unwrap()).unwrap();
    assert_eq!(small.dimensions(), (avatar::SIDE, avatar::SIDE));
    for (x, y) in [(2, 2), (128, 128), (253, 253)] {
        let [r, g, b, _] = small.get_pixel(x, y).0;
        assert!(g > 170 && r < 40 && b < 40, "{:?} at {x}, {y}", (r, g, b));
    }
    let turned = photograph(640, 480);
    let expected = image::load_from_memory(&turned).unwrap().rotate90().crop_imm(0, 80, 480, 480);
    let expected = expected.thumbnail_exact(avatar::SIDE, avatar::SIDE).to_rgb8();
    let made = image::load_from_memory(&avatar::made(&turned).unwrap()).unwrap().to_rgb8();
    let off: u64 = made.iter().zip(expected.iter()).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    assert!(off < 12 * made.len() as u64, "off by {} on average", off / made.len() as u64);
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP, ImageFormat::Jpeg] {
        let small = avatar::made(&picture(40, 30, format)).unwrap();
        let small = image::load_from_memory(&small).unwrap();
        assert_eq!(small.dimensions(), (30, 30), "{format:?}");
    }
}

#[test]
fn a_clear_avatar_stays_clear() {
    let clear = image::RgbaImage::from_fn(300, 300, |x, _| image::Rgba([9, 9, 9, (x / 2) as u8]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    clear.write_to(&mut bytes, ImageFormat::Png).unwrap();
    let small = avatar::made(&bytes.into_inner()).unwrap();
    assert_eq!(picture::type_of(&small), "image/webp");
    assert!(image::load_from_memory(&small).unwrap().to_rgba8().pixels().any(|p| p.0[3] < 9));
}

#[test]
fn what_is_no_picture_has_no_size() {
    for bytes in
        [&b""[..], b"x", b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\0\0\0\0WEBP"]
    {
        assert_eq!(picture::look(bytes), Picture::default());
        assert_eq!(avatar::made(bytes), None);
    }
    let whole = picture(900, 900, ImageFormat::Png);
    assert_eq!(picture::look(&whole[..whole.len() / 2]).thumbnail, None, "cut off");
}

/// Something that begins like a picture, whatever follows; or a picture that was damaged.
fn nearly_pictures() -> impl Strategy<Value = Vec<u8>> {
    let starts: [&[u8]; 4] =
        [b"\xFF\xD8", b"\x89PNG\r\n\x1a\n", b"RIFF\x10\0\0\0WEBP", b"anything"];
    let begun = (0..starts.len(), proptest::collection::vec(any::<u8>(), 0..400))
        .prop_map(move |(start, rest)| [starts[start], &rest].concat());
    let segments = proptest::collection::vec((0xC0_u8.., 0_u8..60), 0..12).prop_map(|segments| {
        let mut bytes = vec![0xFF, 0xD8];
        for (marker, length) in segments {
            bytes.extend_from_slice(&[0xFF, marker, 0, length]);
            bytes.extend((0..length).map(|n| if n % 7 == 0 { 0xFF } else { n }));
        }
        bytes
    });
    let damaged =
        (0..3_usize, any::<prop::sample::Index>(), any::<u8>()).prop_map(|(which, at, by)| {
            let mut bytes = [photograph(16, 16), noted_png(), noted_webp()][which].clone();
            let at = at.index(bytes.len());
            bytes[at] = by;
            bytes
        });
    prop_oneof![begun, segments, damaged]
}

proptest! {
    #[test]
    fn what_is_kept_does_not_depend_on_where_the_bytes_are_cut(
        bytes in nearly_pictures(), cuts in proptest::collection::vec(0_usize..40, 0..60),
    ) {
        prop_assert_eq!(stripped(&bytes, &cuts), stripped(&bytes, &[]));
    }

    #[test]
    fn no_bytes_are_too_odd_to_be_looked_at(bytes in nearly_pictures()) {
        let clean = stripped(&bytes, &[]);
        prop_assert!(clean.len() <= bytes.len() + 40, "at most an orientation is written anew");
        let again = stripped(&clean, &[]);
        prop_assert!(again.len() <= clean.len() + 40);
        let _ = picture::look(&clean);
        let _ = avatar::made(&clean);
    }
}
