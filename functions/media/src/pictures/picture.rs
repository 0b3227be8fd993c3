//! Converts the bytes of a picture into its sizes. Pure: bytes in, bytes out.
//!
//! Every size is a JPEG, whatever the original is, so that its address can be derived from the upload's id. Transparent parts become white;
//! of an animated picture the first frame is kept. Encoding again drops all metadata: place, camera, thumbnails.

use crate::pictures::{
    colour,
    decode::{BROKEN, Decoded, Pixels, decode},
};
use image::{DynamicImage, codecs::jpeg::JpegEncoder, imageops};
use std::io::Cursor;
use tradewind_media::{SIZES, UploadPurpose};

const TOO_LARGE: &str = "The file is larger than 10 MiB. Send a smaller one.";
/// This quality looks good and takes a tenth of the bytes.
const QUALITY: u8 = 85;
/// A picture in one size.
pub(crate) struct Scaled {
    pub(crate) name: &'static str,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) jpeg: Vec<u8>,
}

/// The sizes of a picture, smallest first, or the reason why it is refused.
pub(crate) fn sizes(bytes: &[u8]) -> Result<Vec<Scaled>, String> {
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > UploadPurpose::ListingImage.most_bytes() {
        return Err(TOO_LARGE.into());
    }
    let mut picture = shown(decode(bytes)?);
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

/// The picture as it is meant to be seen: on white, in sRGB, with the right side up, no larger than the largest size.
fn shown(Decoded { pixels, profile, orientation }: Decoded) -> DynamicImage {
    // Colours are converted after scaling, when there are far fewer pixels.
    let mut picture = match pixels {
        Pixels::Light(pixels) => colour::to_srgb(&largest(colour::flat(pixels)), profile.as_deref()),
        // The ink channels are scaled like colours with transparency, each separately.
        Pixels::Inks(inks) => {
            colour::inks_to_srgb(&largest(DynamicImage::ImageRgba8(inks)).into_rgba8(), profile.as_deref())
        }
    };
    picture.apply_orientation(orientation);
    picture
}

/// The picture, no larger than the largest size.
fn largest(picture: DynamicImage) -> DynamicImage {
    let (_, largest) = SIZES.into_iter().next_back().unwrap_or_default();
    if picture.width().max(picture.height()) > largest {
        return picture.resize(largest, largest, imageops::FilterType::CatmullRom);
    }
    picture
}

#[cfg(test)]
#[path = "picture_tests.rs"]
mod tests;
