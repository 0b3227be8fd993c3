//! Computes amounts of ink from a JPEG with four channels, following Adobe's convention, which every program uses: the channels say how
//! much of the paper stays visible, and the first three may be stored as brightness and colour.

/// Replaces the channels by the amounts of ink.
pub(crate) fn of_adobe(mut pixels: Vec<u8>, as_brightness: bool) -> Vec<u8> {
    let (all, _) = pixels.as_chunks_mut::<4>();
    for pixel in all {
        let [first, second, third, black] = *pixel;
        // Stored as brightness and colour, what stays visible of the paper is the amount of ink itself: it was inverted twice.
        let [cyan, magenta, yellow] = match as_brightness {
            true => light(first, second, third),
            false => [first, second, third].map(|left| 255_u8.saturating_sub(left)),
        };
        *pixel = [cyan, magenta, yellow, 255_u8.saturating_sub(black)];
    }
    pixels
}

/// Converts brightness and colour to red, green and blue (JFIF), with 16 bits after the binary point.
fn light(brightness: u8, blue: u8, red: u8) -> [u8; 3] {
    let from_middle = |part: u8| i32::from(part).saturating_sub(128);
    let (brightness, blue, red) = (i32::from(brightness).saturating_mul(1 << 16), from_middle(blue), from_middle(red));
    let round = |sum: i32| u8::try_from((sum.saturating_add(1 << 15) >> 16).clamp(0, 255)).unwrap_or(u8::MAX);
    [
        round(brightness.saturating_add(red.saturating_mul(91_881))),
        round(brightness.saturating_sub(blue.saturating_mul(22_554)).saturating_sub(red.saturating_mul(46_802))),
        round(brightness.saturating_add(blue.saturating_mul(116_130))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_the_paper_is_turned_around() {
        assert_eq!(of_adobe(vec![255, 0, 100, 255, 0, 255, 255, 0], false), [0, 255, 155, 0, 255, 0, 0, 255]);
        // Grey and red as brightness and colour become these amounts of cyan, magenta and yellow.
        assert_eq!(of_adobe(vec![128, 128, 128, 255], true), [128, 128, 128, 0]);
        assert_eq!(of_adobe(vec![76, 85, 255, 0], true), [254, 0, 0, 255]);
    }
}
