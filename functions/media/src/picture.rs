//! From the bytes of a picture to its sizes. Pure: bytes in, bytes out.
//!
//! Every size is a JPEG, whatever came in, so that its address follows from the upload's id. What was transparent becomes white; of a
//! moving picture the first frame is kept. Encoding anew leaves every piece of metadata behind: place, camera, thumbnails.

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgba, RgbaImage, codecs::jpeg::JpegEncoder, imageops,
};
use std::io::Cursor;
use tradewind_domain::media::{MOST_PIXELS, SIZES, UploadPurpose};

/// The reason for a file that begins like a picture and is none.
pub(crate) const BROKEN: &str = "The file is damaged: it cannot be read as a picture. Save it again and send it anew.";
const UNKNOWN: &str = "The file is not a JPEG, PNG, WebP or GIF picture. Its content decides, not its name.";
const TOO_LARGE: &str = "The file is larger than 10 MiB. Send a smaller one.";
const TOO_MANY_PIXELS: &str = "The picture has more than 50 million pixels. Send a smaller one.";
/// Good to look at and a tenth of the bytes.
const QUALITY: u8 = 85;
/// What a decoder may take: the largest picture with eight bytes a pixel, and some room.
const MOST_MEMORY: u64 = 512 * 1024 * 1024;

/// A picture in one size.
pub(crate) struct Scaled {
    pub(crate) name: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) jpeg: Vec<u8>,
}

/// The sizes of a picture, smallest first, or why it is refused.
pub(crate) fn sizes(bytes: &[u8]) -> Result<Vec<Scaled>, String> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > UploadPurpose::ListingImage.most_bytes() {
        return Err(TOO_LARGE.into());
    }
    let mut picture = flat(decode(bytes)?);
    // Each size is made from the next larger one, which is nearly as good as from the original and much less work.
    let mut made = Vec::with_capacity(SIZES.len());
    for (name, longest) in SIZES.into_iter().rev() {
        if picture.width().max(picture.height()) > longest {
            picture = picture.resize(longest, longest, imageops::FilterType::CatmullRom);
        }
        let mut jpeg = Cursor::new(vec![]);
        JpegEncoder::new_with_quality(&mut jpeg, QUALITY).encode_image(&picture).map_err(|_| BROKEN)?;
        made.push(Scaled { name, width: picture.width(), height: picture.height(), jpeg: jpeg.into_inner() });
    }
    made.reverse();
    Ok(made)
}

/// The picture as it is meant to be seen: the right way up, no larger than the largest size.
fn decode(bytes: &[u8]) -> Result<DynamicImage, String> {
    let format = image::guess_format(bytes).map_err(|_| UNKNOWN)?;
    if ![ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif].contains(&format) {
        return Err(UNKNOWN.into());
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| BROKEN)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width).saturating_mul(u64::from(height)) > MOST_PIXELS {
        return Err(TOO_MANY_PIXELS.into());
    }
    // Broken metadata is no reason to refuse a picture that can be seen.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| BROKEN)?;
    let (_, largest) = SIZES.into_iter().next_back().unwrap_or_default();
    if width.max(height) > largest {
        picture = picture.resize(largest, largest, imageops::FilterType::CatmullRom);
    }
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// The picture without transparency and with eight bits for each of three colours.
fn flat(picture: DynamicImage) -> DynamicImage {
    if !picture.color().has_alpha() {
        return DynamicImage::ImageRgb8(picture.into_rgb8());
    }
    let mut paper = RgbaImage::from_pixel(picture.width(), picture.height(), Rgba([255, 255, 255, 255]));
    imageops::overlay(&mut paper, &picture.into_rgba8(), 0, 0);
    DynamicImage::ImageRgb8(DynamicImage::ImageRgba8(paper).into_rgb8())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;

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

    /// An Exif block that says "turned by a quarter", the maker "Secret", and nothing else.
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
        // The header of a PNG of 30,000 by 30,000 pixels; the check looks no further.
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
}
