//! Reduces a picture to a palette of a few colours by k-means in RGB.

use image::RgbImage;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::cover::squared_error;

/// Maximum number of pixels from which the colours are found.
const MAX_SAMPLES: usize = 4096;

/// Maximum number of rounds of assigning and averaging.
const MAX_ROUNDS: usize = 10;

/// At most `count` (at least 1) distinct colours, found from an even sample of the pixels, beginning with k-means++
/// with this seed (Arthur, Vassilvitskii 2007).
pub(crate) fn palette(image: &RgbImage, count: usize, seed: u64) -> Vec<[u8; 3]> {
    let samples = sample(image);
    let mut colors = spread(&samples, count.max(1), &mut Pcg64Mcg::seed_from_u64(seed));
    for _ in 0..MAX_ROUNDS {
        let moved = averaged(&samples, &colors);
        if moved == colors {
            break;
        }
        colors = moved;
    }
    colors.sort_unstable();
    colors.dedup();
    colors
}

/// Index of the nearest colour of a non-empty palette, the first of equals.
pub(crate) fn nearest(color: [u8; 3], palette: &[[u8; 3]]) -> usize {
    let errors = palette.iter().map(|&entry| squared_error(color, entry));
    errors.enumerate().min_by_key(|&(_, error)| error).map_or(0, |(index, _)| index)
}

/// Pixels at even steps of a row-major walk.
fn sample(image: &RgbImage) -> Vec<[u8; 3]> {
    let count = image.width() as usize * image.height() as usize;
    // An odd step does not stay in a few columns of an even width.
    let step = count.div_ceil(MAX_SAMPLES) | 1;
    image.pixels().step_by(step).map(|pixel| pixel.0).collect()
}

/// Initial colours, each drawn with a probability in proportion to its squared distance from those before.
fn spread(samples: &[[u8; 3]], count: usize, rng: &mut Pcg64Mcg) -> Vec<[u8; 3]> {
    let Some(&first) = samples.get(rng.random_range(0..samples.len().max(1))) else { return vec![[0; 3]] };
    let mut colors = vec![first];
    let mut distances: Vec<i64> = samples.iter().map(|&s| squared_error(s, first)).collect();
    while colors.len() < count {
        let total: i64 = distances.iter().sum();
        if total == 0 {
            break;
        }
        let mut left = rng.random_range(0..total);
        let chosen = distances.iter().position(|&distance| {
            left -= distance;
            left < 0
        });
        let color = samples[chosen.unwrap_or(0)];
        colors.push(color);
        for (distance, &sample) in distances.iter_mut().zip(samples) {
            *distance = squared_error(sample, color).min(*distance);
        }
    }
    colors
}

/// Moves each colour to the mean of the samples nearest to it; a colour without samples stays.
fn averaged(samples: &[[u8; 3]], colors: &[[u8; 3]]) -> Vec<[u8; 3]> {
    let mut sums = vec![([0_u32; 3], 0_u32); colors.len()];
    for &sample in samples {
        let (sum, count) = &mut sums[nearest(sample, colors)];
        *count += 1;
        sum.iter_mut().zip(sample).for_each(|(sum, channel)| *sum += u32::from(channel));
    }
    let mean = |(sum, count): &([u32; 3], u32)| sum.map(|sum| ((sum + count / 2) / count) as u8);
    sums.iter().zip(colors).map(|(sum, &color)| if sum.1 == 0 { color } else { mean(sum) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks() -> RgbImage {
        RgbImage::from_fn(60, 60, |x, y| image::Rgb([(x / 20 * 100) as u8, (y / 30 * 200) as u8, 7]))
    }

    #[test]
    fn finds_the_colours_of_flat_areas() {
        let colors = palette(&blocks(), 6, 1);
        let mut expected: Vec<[u8; 3]> = (0..3).flat_map(|x| [0, 200].map(|g| [x * 100, g, 7])).collect();
        expected.sort_unstable();
        assert_eq!(colors, expected);
    }

    #[test]
    fn never_has_more_colours_than_the_picture() {
        assert_eq!(palette(&RgbImage::new(5, 5), 40, 3), [[0; 3]]);
        assert_eq!(palette(&blocks(), 200, 3).len(), 6);
    }

    #[test]
    fn the_seed_decides() {
        let image = RgbImage::from_fn(64, 64, |x, y| image::Rgb([x as u8 * 4, y as u8 * 4, (x * y) as u8]));
        assert_eq!(palette(&image, 12, 5), palette(&image, 12, 5));
        assert_ne!(palette(&image, 12, 5), palette(&image, 12, 6));
    }

    #[test]
    fn the_nearest_entry_is_found() {
        assert_eq!(nearest([11, 11, 11], &[[255; 3], [0; 3], [20; 3]]), 2);
    }
}
