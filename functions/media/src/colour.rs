//! Colours as every screen shows them: without transparency, and in sRGB.

use image::{DynamicImage, GrayImage, RgbImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// The picture on white paper, with eight bits a colour; a grey one stays grey.
///
/// This comes before it is scaled: what is transparent has a colour too, mostly black, and would bleed into the edges.
pub(crate) fn flat(picture: DynamicImage) -> DynamicImage {
    let colours = picture.color();
    let (width, height) = (picture.width(), picture.height());
    match (colours.has_color(), colours.has_alpha()) {
        (true, false) => DynamicImage::ImageRgb8(picture.into_rgb8()),
        (false, false) => DynamicImage::ImageLuma8(picture.into_luma8()),
        (true, true) => {
            let seen = picture.into_rgba8();
            let pixels = seen.pixels().flat_map(|pixel| {
                let [red, green, blue, alpha] = pixel.0;
                [red, green, blue].map(|colour| on_white(colour, alpha))
            });
            let pixels = collected(pixels, width, height, 3);
            DynamicImage::ImageRgb8(RgbImage::from_raw(width, height, pixels).unwrap_or_default())
        }
        (false, true) => {
            let seen = picture.into_luma_alpha8();
            let pixels = seen.pixels().map(|pixel| {
                let [grey, alpha] = pixel.0;
                on_white(grey, alpha)
            });
            let pixels = collected(pixels, width, height, 1);
            DynamicImage::ImageLuma8(GrayImage::from_raw(width, height, pixels).unwrap_or_default())
        }
    }
}

/// In a vector of the right size at once: one that grows takes up to three times as much.
fn collected(pixels: impl Iterator<Item = u8>, width: u32, height: u32, channels: u64) -> Vec<u8> {
    let bytes = u64::from(width).saturating_mul(height.into()).saturating_mul(channels);
    let mut all = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
    all.extend(pixels);
    all
}

fn on_white(colour: u8, alpha: u8) -> u8 {
    let (colour, alpha) = (u32::from(colour), u32::from(alpha));
    let paper = 255_u32.saturating_mul(255_u32.saturating_sub(alpha));
    let mixed = colour.saturating_mul(alpha).saturating_add(paper).saturating_add(127) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}

/// The picture in sRGB. A profile that cannot be read, or is for other colours than the picture has, is as good as none.
pub(crate) fn to_srgb(picture: &DynamicImage, profile: Option<&[u8]>) -> DynamicImage {
    let converted = profile.and_then(|profile| converted(picture, profile));
    DynamicImage::ImageRgb8(converted.unwrap_or_else(|| picture.to_rgb8()))
}

fn converted(picture: &DynamicImage, profile: &[u8]) -> Option<RgbImage> {
    let profile = ColorProfile::new_from_slice(profile).ok()?;
    let (layout, pixels) = if profile.color_space == DataColorSpace::Gray {
        (Layout::Gray, picture.as_luma8()?.as_raw().clone())
    } else if profile.color_space == DataColorSpace::Rgb {
        (Layout::Rgb, picture.to_rgb8().into_raw())
    } else {
        return None;
    };
    let transform = profile
        .create_transform_8bit(layout, &ColorProfile::new_srgb(), Layout::Rgb, TransformOptions::default())
        .ok()?;
    let mut shown = RgbImage::new(picture.width(), picture.height());
    transform.transform(&pixels, &mut shown).ok()?;
    Some(shown)
}
