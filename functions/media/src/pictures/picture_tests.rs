use super::*;
use crate::pictures::decode::{MODERN, TOO_MANY_PIXELS, UNKNOWN};
use image::{GrayImage, ImageEncoder, ImageFormat, RgbImage, Rgba, RgbaImage};
use moxcms::{ColorProfile, ToneReprCurve};

fn png(picture: DynamicImage) -> Vec<u8> {
    let mut bytes = Cursor::new(vec![]);
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn plain(width: u32, height: u32) -> Vec<u8> {
    png(DynamicImage::ImageRgb8(RgbImage::from_pixel(width, height, image::Rgb([200, 30, 30]))))
}

fn refusal(bytes: &[u8]) -> String {
    sizes(bytes).err().unwrap()
}

/// A JPEG whose Exif block has an orientation of a quarter turn, the maker "Secret", and nothing else.
fn turned_jpeg() -> Vec<u8> {
    let mut jpeg = Cursor::new(vec![]);
    let mut picture = RgbImage::from_pixel(64, 32, image::Rgb([0, 0, 0]));
    for (x, _, pixel) in picture.enumerate_pixels_mut() {
        *pixel = if x < 32 { image::Rgb([255, 255, 255]) } else { image::Rgb([0, 0, 0]) };
    }
    DynamicImage::ImageRgb8(picture).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    exif.extend(b"\x01\x0f\0\x02\0\0\0\x07\0\0\0\x26\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0Secret\0");
    let length = u16::try_from(exif.len()).unwrap().checked_add(2).unwrap().to_be_bytes();
    let jpeg = jpeg.into_inner();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

#[test]
fn a_large_picture_is_kept_in_three_sizes_of_the_same_shape() {
    let made = sizes(&plain(2000, 1000)).unwrap();
    let shapes: Vec<_> = made.iter().map(|s| (s.name, s.width, s.height)).collect();
    assert_eq!(shapes, [("small", 320, 160), ("medium", 800, 400), ("large", 1600, 800)]);
    for size in made {
        let read = image::load_from_memory_with_format(&size.jpeg, ImageFormat::Jpeg).unwrap();
        assert_eq!((read.width(), read.height()), (size.width, size.height));
    }
}

#[test]
fn a_small_picture_is_never_enlarged() {
    let made = sizes(&plain(400, 100)).unwrap();
    let shapes: Vec<_> = made.iter().map(|s| (s.width, s.height)).collect();
    assert_eq!(shapes, [(320, 80), (400, 100), (400, 100)]);
}

#[test]
fn what_is_transparent_becomes_white() {
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(10, 10, Rgba([0, 0, 0, 0])));
    let made = sizes(&png(clear)).unwrap();
    let read = image::load_from_memory(&made[0].jpeg).unwrap().into_rgb8();
    assert!(read.pixels().all(|p| p.0.iter().all(|c| *c > 250)));
}

#[test]
fn a_turned_picture_is_set_upright_and_its_metadata_left_behind() {
    let bytes = turned_jpeg();
    assert!(bytes.windows(6).any(|w| w == b"Secret"));
    let made = sizes(&bytes).unwrap();
    assert_eq!((made[2].width, made[2].height), (32, 64));
    let read = image::load_from_memory(&made[2].jpeg).unwrap().into_rgb8();
    assert!(read.get_pixel(16, 4).0[0] > 200, "the left half is on top after a quarter turn to the right");
    assert!(read.get_pixel(16, 60).0[0] < 50);
    for size in made {
        assert!(!size.jpeg.windows(6).any(|w| w == b"Secret"));
        assert!(!size.jpeg.windows(4).any(|w| w == b"Exif"));
    }
}

#[test]
fn what_is_no_picture_is_refused_with_a_reason() {
    assert_eq!(refusal(b"hello"), UNKNOWN);
    assert_eq!(refusal(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), UNKNOWN);
    assert_eq!(refusal(b"BM\x00\x00\x00\x00"), UNKNOWN);
}

#[test]
fn a_damaged_picture_is_refused_with_a_reason() {
    let whole = plain(300, 300);
    assert_eq!(refusal(&whole[..whole.len() / 2]), BROKEN);
    assert_eq!(refusal(b"\x89PNG\r\n\x1a\n"), BROKEN);
}

#[test]
fn a_file_over_ten_mebibytes_is_refused() {
    assert_eq!(refusal(&vec![0; 10 * 1024 * 1024 + 1]), TOO_LARGE);
}

#[test]
fn a_bomb_of_pixels_is_refused_before_it_is_unpacked() {
    // The header of a PNG of 30,000 by 30,000 pixels; the check reads no further.
    let mut bytes = plain(1, 1);
    bytes[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
    let checksum = crc(&bytes[12..29]).to_be_bytes();
    bytes[29..33].copy_from_slice(&checksum);
    assert_eq!(refusal(&bytes), TOO_MANY_PIXELS);
}

fn crc(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |c, _| if c & 1 == 1 { (c >> 1) ^ 0xedb8_8320 } else { c >> 1 })
    };
    !bytes.iter().fold(!0, step)
}

/// A JPEG of one colour with this colour profile.
fn profiled(colour: [u8; 3], profile: &ColorProfile) -> Vec<u8> {
    let mut jpeg = Cursor::new(vec![]);
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 100);
    encoder.set_icc_profile(profile.encode().unwrap()).unwrap();
    encoder.encode_image(&RgbImage::from_pixel(64, 64, image::Rgb(colour))).unwrap();
    jpeg.into_inner()
}

fn middle(jpeg: &[u8]) -> [u8; 3] {
    let read = image::load_from_memory(jpeg).unwrap().into_rgb8();
    read.get_pixel(read.width() / 2, read.height() / 2).0
}

fn near(seen: [u8; 3], meant: [u8; 3]) -> bool {
    seen.iter().zip(meant).all(|(seen, meant)| seen.abs_diff(meant) <= 6)
}

#[test]
fn a_picture_of_a_phone_keeps_its_colours() {
    // The red that is pure in sRGB has these numbers in the two other colour spaces.
    for (written, profile) in
        [([234, 51, 35], ColorProfile::new_display_p3()), ([219, 0, 0], ColorProfile::new_adobe_rgb())]
    {
        let made = sizes(&profiled(written, &profile)).unwrap();
        for size in &made {
            assert!(near(middle(&size.jpeg), [255, 0, 0]), "{written:?} became {:?}", middle(&size.jpeg));
        }
    }
    let plain = sizes(&profiled([234, 51, 35], &ColorProfile::new_srgb())).unwrap();
    assert!(near(middle(&plain[0].jpeg), [234, 51, 35]));
}

#[test]
fn a_profile_that_cannot_be_read_or_is_for_other_colours_is_left_aside() {
    let mut jpeg = Cursor::new(vec![]);
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 100);
    encoder.set_icc_profile(b"no profile".to_vec()).unwrap();
    encoder.encode_image(&RgbImage::from_pixel(64, 64, image::Rgb([200, 30, 30]))).unwrap();
    assert!(near(middle(&sizes(&jpeg.into_inner()).unwrap()[0].jpeg), [200, 30, 30]));
    let grey = profiled([200, 30, 30], &ColorProfile::new_gray_with_gamma(1.0));
    assert!(near(middle(&sizes(&grey).unwrap()[0].jpeg), [200, 30, 30]));
}

#[test]
fn a_profile_that_shows_everything_as_one_shade_is_left_aside() {
    // Without the number that stands for well-known curves, so that the profile's own curves apply.
    let bare = |mut profile: ColorProfile| {
        profile.cicp = None;
        profile
    };
    let flat = |curve: ToneReprCurve| {
        let mut profile = bare(ColorProfile::new_display_p3());
        (profile.red_trc, profile.green_trc, profile.blue_trc) =
            (Some(curve.clone()), Some(curve.clone()), Some(curve));
        profile
    };
    let mut one = bare(ColorProfile::new_srgb());
    one.green_trc = Some(ToneReprCurve::Parametric(vec![0.0]));
    let mut dark = bare(ColorProfile::new_srgb());
    (dark.red_colorant, dark.green_colorant, dark.blue_colorant) = Default::default();
    for profile in [
        flat(ToneReprCurve::Parametric(vec![0.0])),
        flat(ToneReprCurve::Lut(vec![65_535, 65_535])),
        flat(ToneReprCurve::Parametric(vec![100.0])),
        one,
        dark,
    ] {
        let seen = middle(&sizes(&profiled([200, 30, 30], &profile)).unwrap()[0].jpeg);
        assert!(near(seen, [200, 30, 30]), "{seen:?}");
    }
    // A curve that is merely steep is accepted.
    let steep =
        middle(&sizes(&profiled([200, 200, 200], &flat(ToneReprCurve::Parametric(vec![3.5])))).unwrap()[0].jpeg);
    assert!(steep[0] < 180, "{steep:?}");
}

#[test]
fn the_inks_of_a_printer_are_shown_as_their_profile_has_them() {
    for jpeg in [&include_bytes!("inks.jpg")[..], include_bytes!("inks-as-brightness.jpg")] {
        let made = sizes(jpeg).unwrap();
        let read = image::load_from_memory(&made[2].jpeg).unwrap().into_rgb8();
        // Values from another library (LittleCMS) through the same profile, and in the middle from its formula: with so few points in the
        // profile's table libraries differ there.
        for ((x, y), meant) in [
            ((16, 16), [254, 93, 0]),
            ((48, 16), [0, 211, 255]),
            ((16, 48), [255, 255, 255]),
            ((48, 48), [167, 157, 147]),
        ] {
            let seen = read.get_pixel(x, y).0;
            assert!(seen.iter().zip(meant).all(|(seen, meant)| seen.abs_diff(meant) <= 12), "{seen:?} for {meant:?}");
        }
        // Without a profile, or with one that cannot be used, the inks are taken to be ideal.
        let at = jpeg.windows(11).position(|part| part == b"ICC_PROFILE").unwrap();
        for broken in [b"icc_profile".to_vec(), b"ICC_PROFILE\0\x01\x01\0\0\0\0".to_vec()] {
            let mut other = jpeg.to_vec();
            other[at..at + broken.len()].copy_from_slice(&broken);
            if broken.len() > 11 {
                // Its table of tags points nowhere.
                other[at + 14 + 128..at + 14 + 200].fill(0xff);
            }
            let read = image::load_from_memory(&sizes(&other).unwrap()[2].jpeg).unwrap().into_rgb8();
            assert!(near(read.get_pixel(16, 16).0, [255, 0, 0]), "{:?}", read.get_pixel(16, 16));
            assert!(near(read.get_pixel(48, 48).0, [149, 149, 149]), "{:?}", read.get_pixel(48, 48));
        }
    }
}

#[test]
fn a_jpeg_with_zeros_in_place_of_its_second_half_is_refused() {
    let shade = |at: u32| at.to_le_bytes()[0];
    let picture = RgbImage::from_fn(400, 400, |x, y| {
        image::Rgb([shade(x.wrapping_mul(7)), shade(y.wrapping_mul(5)), shade(x.wrapping_add(y))])
    });
    let grey = GrayImage::from_fn(400, 400, |x, y| image::Luma([shade(x.wrapping_mul(7).wrapping_add(y))]));
    let written = |picture: DynamicImage| {
        let mut jpeg = Cursor::new(vec![]);
        picture.write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
        jpeg.into_inner()
    };
    for jpeg in [
        written(DynamicImage::ImageRgb8(picture)),
        written(DynamicImage::ImageLuma8(grey)),
        include_bytes!("restarts-packed-well.jpg").to_vec(),
    ] {
        assert!(sizes(&jpeg).is_ok());
        let half = jpeg.len() / 2;
        let zeros = [&jpeg[..half], &vec![0; jpeg.len() - half - 2], b"\xff\xd9"].concat();
        assert_eq!(refusal(&zeros), BROKEN, "{} bytes", jpeg.len());
    }
    // In a plain area of a well compressed picture, zeros mean that nothing changes.
    let plain = include_bytes!("plain-packed-well.jpg");
    assert!(plain.windows(300).any(|run| run.iter().all(|byte| *byte == 0)));
    assert!(sizes(plain).is_ok());
}

#[test]
fn what_lies_behind_the_end_of_a_gif_does_not_matter_and_a_gif_without_an_end_is_refused() {
    let mut gif = Cursor::new(vec![]);
    DynamicImage::ImageRgb8(RgbImage::from_fn(60, 60, |x, y| image::Rgb([x.to_le_bytes()[0], y.to_le_bytes()[0], 9])))
        .write_to(&mut gif, ImageFormat::Gif)
        .unwrap();
    let gif = gif.into_inner();
    for tail in [&b""[..], &[0; 500], b"\r\n", b"<html></html>", b"PK\x03\x04 and so on"] {
        assert!(sizes(&[&gif, tail].concat()).is_ok(), "{tail:?}");
    }
    for left in [gif.len() - 1, gif.len() - 2, gif.len() / 2, 13, 6] {
        assert_eq!(refusal(&gif[..left]), BROKEN, "{left}");
        // A semicolon alone is not an end.
        assert_eq!(refusal(&[&gif[..left.min(gif.len() - 2)], b";"].concat()), BROKEN, "{left}");
    }
}

#[test]
fn a_jpeg_that_is_cut_off_anywhere_is_refused() {
    let shade = |at: u32| at.to_le_bytes()[0];
    let picture = RgbImage::from_fn(400, 400, |x, y| {
        image::Rgb([shade(x.wrapping_mul(7)), shade(y.wrapping_mul(5)), shade(x.wrapping_add(y))])
    });
    let mut jpeg = Cursor::new(vec![]);
    DynamicImage::ImageRgb8(picture).write_to(&mut jpeg, ImageFormat::Jpeg).unwrap();
    let jpeg = jpeg.into_inner();
    assert!(sizes(&jpeg).is_ok());
    for missing in [2, 3, 100, jpeg.len() / 10, jpeg.len() / 2] {
        assert_eq!(refusal(&jpeg[..jpeg.len().saturating_sub(missing)]), BROKEN, "{missing} bytes missing");
    }
    // A program that cuts a file off may write an end marker after it.
    for left in [jpeg.len() / 4, jpeg.len() / 2, (jpeg.len() / 10).saturating_mul(9), jpeg.len().saturating_sub(40)] {
        let cut = jpeg[..left].strip_suffix(b"\xff").unwrap_or(&jpeg[..left]);
        assert_eq!(refusal(&[cut, b"\xff\xd9"].concat()), BROKEN, "{left} bytes left");
    }
    // Phones append videos and depth data after the picture.
    assert!(sizes(&[&jpeg[..], b"MotionPhoto_Data"].concat()).is_ok());
}

#[test]
fn a_progressive_jpeg_without_its_last_scans_is_refused() {
    let jpeg = include_bytes!("progressive.jpg");
    assert!(sizes(jpeg).is_ok());
    let scans: Vec<_> = (0..jpeg.len()).filter(|at| jpeg[*at..].starts_with(b"\xff\xda")).collect();
    assert_eq!(scans.len(), 10);
    for scan in &scans[1..] {
        assert_eq!(refusal(&[&jpeg[..*scan], b"\xff\xd9"].concat()), BROKEN, "from {scan}");
    }
    for left in scans[0].saturating_add(20)..jpeg.len().saturating_sub(20) {
        let cut = jpeg[..left].strip_suffix(b"\xff").unwrap_or(&jpeg[..left]);
        assert_eq!(refusal(&[cut, b"\xff\xd9"].concat()), BROKEN, "{left} bytes left");
    }
}

#[test]
fn a_cut_out_has_no_dark_edges() {
    // White on transparent black: on a white background there is nothing but white.
    let picture =
        RgbaImage::from_fn(
            1800,
            40,
            |x, _| {
                if x / 5 % 2 == 0 { Rgba([255, 255, 255, 255]) } else { Rgba([0, 0, 0, 0]) }
            },
        );
    for size in sizes(&png(DynamicImage::ImageRgba8(picture))).unwrap() {
        let read = image::load_from_memory(&size.jpeg).unwrap().into_rgb8();
        assert!(read.pixels().all(|pixel| pixel.0.iter().all(|c| *c >= 253)), "{}", size.name);
    }
}

#[test]
fn a_profile_or_a_text_that_unpacks_to_very_much_is_not_unpacked() {
    let packed = fdeflate::compress_to_vec(&vec![0; 64 * 1024 * 1024]);
    let whole = plain(64, 64);
    let mut bytes = whole[..33].to_vec();
    for (kind, head) in [(b"iCCP", &b"a\0\0"[..]), (b"zTXt", b"a\0\0"), (b"iTXt", b"a\0\x01\0\0\0")] {
        let content = [&kind[..], head, &packed].concat();
        bytes.extend(u32::try_from(content.len().saturating_sub(4)).unwrap().to_be_bytes());
        bytes.extend(&content);
        bytes.extend(crc(&content).to_be_bytes());
    }
    bytes.extend(&whole[33..]);
    assert_eq!(decode(&bytes).unwrap().profile, None);
    assert!(near(middle(&sizes(&bytes).unwrap()[0].jpeg), [200, 30, 30]));
}

#[test]
fn a_modern_format_is_refused_by_its_name() {
    assert_eq!(refusal(b"\0\0\0\x1cftypavif\0\0\0\0"), MODERN);
    assert_eq!(refusal(b"\0\0\0\x1cftypheic\0\0\0\0"), MODERN);
}

#[test]
fn html_behind_the_first_bytes_of_a_picture_is_refused() {
    assert_eq!(refusal(b"GIF89a<html><script>alert(1)</script></html>"), BROKEN);
}
