//! Converts colours to a form that every screen shows: without transparency, and in sRGB.

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, Transform8BitExecutor, TransformOptions};

/// The picture on a white background, with eight bits for each colour; a grey picture stays grey.
///
/// This is done before scaling: transparent pixels have a colour too, mostly black, which would bleed into the edges.
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

/// Collects the bytes in a vector that has the right size from the start: one that grows takes up to three times as much memory.
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

/// The picture in sRGB. A profile that cannot be read, or is for other colours than the picture has, is ignored.
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
    through(&profile, layout, &pixels, picture.width(), picture.height())
}

/// Whether a profile is for the inks of a printer.
pub(crate) fn is_of_inks(profile: &[u8]) -> bool {
    profile.get(16..20) == Some(b"CMYK")
}

/// Converts amounts of cyan, magenta, yellow and black ink to sRGB, using the profile. If the profile cannot be used, the inks are taken to
/// be ideal.
pub(crate) fn inks_to_srgb(inks: &RgbaImage, profile: Option<&[u8]>) -> DynamicImage {
    let (width, height) = inks.dimensions();
    let profile = profile.and_then(|profile| ColorProfile::new_from_slice(profile).ok());
    let profile = profile.filter(|profile| profile.color_space == DataColorSpace::Cmyk);
    let by_profile = profile.and_then(|profile| through(&profile, Layout::Rgba, inks.as_raw(), width, height));
    let ideal = || {
        let pixels = inks.pixels().flat_map(|pixel| {
            let [cyan, magenta, yellow, black] = pixel.0;
            [cyan, magenta, yellow].map(|ink| on_black(255_u8.saturating_sub(ink), 255_u8.saturating_sub(black)))
        });
        RgbImage::from_raw(width, height, collected(pixels, width, height, 3)).unwrap_or_default()
    };
    DynamicImage::ImageRgb8(by_profile.unwrap_or_else(ideal))
}

fn on_black(colour: u8, light: u8) -> u8 {
    let mixed = u32::from(colour).saturating_mul(light.into()).saturating_add(127) / 255;
    u8::try_from(mixed).unwrap_or(u8::MAX)
}

fn through(profile: &ColorProfile, layout: Layout, pixels: &[u8], width: u32, height: u32) -> Option<RgbImage> {
    let options = TransformOptions::default();
    let transform = profile.create_transform_8bit(layout, &ColorProfile::new_srgb(), Layout::Rgb, options).ok()?;
    if !tells_shades_apart(transform.as_ref(), layout) {
        return None;
    }
    let mut shown = RgbImage::new(width, height);
    transform.transform(pixels, &mut shown).ok()?;
    Some(shown)
}

/// Whether a profile distinguishes dark, middle and bright, in all channels together and in each: a profile whose curves or colours are
/// broken shows a picture as a plain area. With inks the middle already has too much ink, so only the ends are compared.
fn tells_shades_apart(transform: &Transform8BitExecutor, layout: Layout) -> bool {
    const LEAST: u32 = 4;
    let shown = |pixel: &[u8]| {
        let mut shown = [0; 3];
        transform.transform(pixel, &mut shown).ok().map(|()| shown)
    };
    let apart = |one: &[u8], other: &[u8]| {
        let difference = |(one, other): ([u8; 3], [u8; 3])| -> u32 {
            one.iter().zip(other).map(|(one, other)| u32::from(one.abs_diff(other))).sum()
        };
        shown(one).zip(shown(other)).map(difference).is_some_and(|difference| difference >= LEAST)
    };
    let channels = layout.channels();
    if channels == 4 {
        return apart(&[0; 4], &[255; 4]);
    }
    let of = |shade: u8, only: Option<usize>| -> Vec<u8> {
        (0..channels).map(|channel| if only.is_none_or(|only| only == channel) { shade } else { 0 }).collect()
    };
    let alone = (0..channels).map(Some);
    std::iter::once(None)
        .chain(alone)
        .all(|only| apart(&of(0, only), &of(128, only)) && apart(&of(128, only), &of(255, only)))
}
