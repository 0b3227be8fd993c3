//! Decodes a file into its pixels, its colour profile and its orientation. A file that cannot be read completely is refused: half a picture
//! is of no use.

use crate::pictures::{colour, gif_end, inks, jpeg_end};
use image::{
    DynamicImage, GrayImage, ImageDecoder, ImageFormat, ImageReader, Limits, RgbImage, RgbaImage, metadata::Orientation,
};
use std::io::Cursor;
use tradewind_media::MOST_PIXELS;
use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};

/// The reason given for a file that begins like a picture but is not one.
pub(crate) const BROKEN: &str =
    "The file is damaged or cut off: it cannot be read whole as a picture. Save it again and send it anew.";
pub(crate) const UNKNOWN: &str = "The file is not a JPEG, PNG, WebP or GIF picture. Its content decides, not its name.";
pub(crate) const MODERN: &str =
    "The file is an AVIF or HEIC picture, which not every browser shows. Save it as JPEG, PNG or WebP and send that.";
pub(crate) const TOO_MANY_PIXELS: &str = "The picture has more than 50 million pixels. Send a smaller one.";
/// The most memory that a decoder may take: the largest picture with eight bytes for each pixel, and some room.
const MOST_MEMORY: u64 = 512 * 1024 * 1024;
/// The largest colour profile in bytes, decompressed. Those of printers have two to three million; a larger one is ignored.
const LARGEST_PROFILE: usize = 4 * 1024 * 1024;
/// Most scans allowed in a progressive JPEG: each one goes over all pixels. Encoders make about ten.
const MOST_SCANS: usize = 40;

/// A picture as stored in its file.
pub(crate) struct Decoded {
    pub(crate) pixels: Pixels,
    pub(crate) profile: Option<Vec<u8>>,
    pub(crate) orientation: Orientation,
}

/// The pixels of a picture, by kind of colour.
pub(crate) enum Pixels {
    Light(DynamicImage),
    /// Amounts of cyan, magenta, yellow and black ink, which only a profile turns into colours.
    Inks(RgbaImage),
}

/// Decodes a file, or explains why it is refused.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded, String> {
    // AVIF and HEIC files begin with this box.
    if bytes.get(4..8) == Some(b"ftyp") {
        return Err(MODERN.into());
    }
    let format = image::guess_format(bytes).map_err(|_| UNKNOWN)?;
    if format == ImageFormat::Jpeg {
        return jpeg(bytes);
    }
    if format == ImageFormat::Png {
        let (picture, profile) = png_parts(bytes);
        return Ok(Decoded { profile, ..other(&picture, format)? });
    }
    if format == ImageFormat::WebP || format == ImageFormat::Gif {
        return other(bytes, format);
    }
    Err(UNKNOWN.into())
}

fn bounded(width: u64, height: u64) -> Result<(), String> {
    if width.saturating_mul(height) > MOST_PIXELS { Err(TOO_MANY_PIXELS.into()) } else { Ok(()) }
}

/// Decodes a JPEG strictly: the ordinary decoder fills missing parts with grey without reporting it. See [`jpeg_end`].
fn jpeg(bytes: &[u8]) -> Result<Decoded, String> {
    let bytes = &jpeg_end::with_ones(bytes).ok_or(BROKEN)?;
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::MAX)
        .set_max_height(usize::MAX)
        .jpeg_set_max_scans(MOST_SCANS);
    let mut decoder = zune_jpeg::JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(|_| BROKEN)?;
    let (width, height) = decoder.dimensions().ok_or(BROKEN)?;
    let (width, height) = (u32::try_from(width).map_err(|_| BROKEN)?, u32::try_from(height).map_err(|_| BROKEN)?);
    bounded(width.into(), height.into())?;
    let profile = decoder.icc_profile().filter(|profile| profile.len() <= LARGEST_PROFILE);
    let (grey, brightness) = (ColorSpace::Luma, ColorSpace::YCCK);
    let given = decoder.input_colorspace().unwrap_or(ColorSpace::RGB);
    let of_inks =
        profile.as_deref().is_some_and(colour::is_of_inks) && (given == brightness || given == ColorSpace::CMYK);
    let colours = if given == grey || of_inks { given } else { ColorSpace::RGB };
    decoder.set_options(options.jpeg_set_out_colorspace(colours));
    let pixels = decoder.decode().map_err(|_| BROKEN)?;
    let pixels = if of_inks {
        RgbaImage::from_raw(width, height, inks::of_adobe(pixels, given == brightness)).map(Pixels::Inks)
    } else if given == grey {
        GrayImage::from_raw(width, height, pixels).map(DynamicImage::ImageLuma8).map(Pixels::Light)
    } else {
        RgbImage::from_raw(width, height, pixels).map(DynamicImage::ImageRgb8).map(Pixels::Light)
    };
    Ok(Decoded {
        pixels: pixels.ok_or(BROKEN)?,
        profile,
        orientation: decoder
            .exif()
            .and_then(|exif| Orientation::from_exif_chunk(exif))
            .unwrap_or(Orientation::NoTransforms),
    })
}

/// Decodes a picture of any other format; of an animated one the first frame.
fn other(bytes: &[u8], format: ImageFormat) -> Result<Decoded, String> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|_| BROKEN)?;
    let (width, height) = decoder.dimensions();
    if format == ImageFormat::Gif && !gif_end::is_whole(bytes) {
        return Err(BROKEN.into());
    }
    bounded(width.into(), height.into())?;
    // Broken metadata is no reason to refuse a picture that can be shown.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten().filter(|profile| profile.len() <= LARGEST_PROFILE);
    let pixels = DynamicImage::from_decoder(decoder).map_err(|_| BROKEN)?;
    Ok(Decoded { pixels: Pixels::Light(pixels), profile, orientation })
}

/// Returns a PNG without its texts and its colour profile, which may decompress to gigabytes, and the profile, decompressed if its size is
/// reasonable.
fn png_parts(bytes: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    let (signature, mut rest) = bytes.split_at_checked(8).unwrap_or((bytes, &[]));
    let mut kept = signature.to_vec();
    let mut profile = None;
    while let Some((chunk, after)) = chunk(rest) {
        match chunk.get(4..8) {
            // Only the first profile counts: a PNG may have no more than one.
            Some(b"iCCP") => profile = profile.or_else(|| Some(unpacked(chunk))),
            Some(b"tEXt" | b"zTXt" | b"iTXt") => {}
            _ => kept.extend_from_slice(chunk),
        }
        rest = after;
    }
    kept.extend_from_slice(rest);
    (kept, profile.flatten())
}

/// The next chunk with its length, type and checksum, and the bytes after it.
fn chunk(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = usize::try_from(u32::from_be_bytes(*rest.first_chunk::<4>()?)).ok()?;
    rest.split_at_checked(length.checked_add(12)?)
}

/// The profile in an `iCCP` chunk: a name, a zero, the method of compression (0), and the compressed profile.
fn unpacked(chunk: &[u8]) -> Option<Vec<u8>> {
    let content = chunk.get(8..chunk.len().checked_sub(4)?)?;
    let packed = content.get(content.iter().position(|byte| *byte == 0)?.checked_add(2)?..)?;
    fdeflate::decompress_to_vec_bounded(packed, LARGEST_PROFILE).ok()
}
