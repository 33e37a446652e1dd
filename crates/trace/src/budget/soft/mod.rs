//! Soft shapes of a picture: discs with soft edges, shadows and glows over a ground of one colour or over nothing, which a fade shows
//! in one shape.
//!
//! They are found before the search, because a drawing in bands has no bytes left for what would replace them. What a fade explains
//! is replaced by its ground, and the start is made of the rest.

mod center;
mod lanes;
mod profile;
mod slopes;
mod stops;
mod strip;
mod track;

use linocut_core::Stop;
use linocut_svg::Point;

pub(crate) use lanes::Lanes;
pub(crate) use stops::fit_stops;

use super::fade::Fade;
use super::paint::Paint;
use profile::Profile;
use track::Track;

/// Maximum number of soft shapes in a picture.
const MOST: usize = 12;
/// Tracks that are tried before the search for the next soft shape is given up.
const TRIES: usize = 6;

/// A soft shape as one or more layers.
#[derive(Clone, Debug)]
pub(crate) struct Soft {
    /// The colour that it lies on, and its transparency.
    pub(crate) ground: [f32; 4],
    /// The outlines with their paints.
    pub(crate) parts: Vec<(Paint, Vec<Point>)>,
}

/// Finds the soft shapes that are worth their bytes at this price, in squared levels a byte, and takes them out of the picture. Finds
/// none when asked to stop.
pub(crate) fn take_out(picture: &mut Lanes, price: f64, stop: &Stop) -> Vec<Soft> {
    let mut found = Vec::new();
    while found.len() < MOST && !stop.requested() {
        let Some(soft) = next(picture, price, stop) else { break };
        found.push(soft);
    }
    if stop.requested() { Vec::new() } else { found }
}

/// The first soft shape that pays, taken out of the picture.
fn next(picture: &mut Lanes, price: f64, stop: &Stop) -> Option<Soft> {
    let slopes = slopes::soft_slopes(picture);
    let tracks = center::circles(&slopes, picture.size()).chain(strip::lines(&slopes, picture.size()));
    for track in tracks.take(TRIES) {
        if stop.requested() {
            return None;
        }
        let Some(profile) = Profile::of(picture, &track) else { continue };
        let Some(soft) = shaped(picture, &track, &profile, price) else { continue };
        profile.explained.iter().for_each(|&pixel| picture.pixels[pixel] = profile.ground);
        return Some(soft);
    }
    None
}

/// The layers of a profile, if they are worth their bytes.
fn shaped(picture: &Lanes, track: &Track, profile: &Profile, price: f64) -> Option<Soft> {
    let squared = profile.contrast.iter().map(|v| f64::from(v * v)).sum::<f64>();
    let levels = profile.levels.iter().zip(&profile.counts).enumerate();
    let samples: Vec<(f64, f64, f64)> = levels
        .map(|(bin, (level, count))| {
            ((bin as f64 + 0.5) / track.length(), f64::from(*level), squared * f64::from(*count))
        })
        .collect();
    let (stops, missed) = fit_stops(&samples, price);
    let fade = Fade::new(track.way(), &stops)?;
    let cuts = profile.cuts(track.outline(picture.size(), profile.begin), price * f64::from(40 + fade.bytes()));
    let parts: Vec<(Paint, Vec<Point>)> =
        cuts.into_iter().map(|(color, ring)| (Paint::fading(color, fade), ring)).collect();
    let bytes: i32 = parts.iter().map(|(paint, _)| 40 + paint.ramp_bytes()).sum();
    let gain = profile.gain - missed;
    (!parts.is_empty() && gain > price * f64::from(bytes)).then_some(Soft { ground: profile.ground, parts })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};

    use super::super::ramp::Way;
    use super::*;

    fn lanes(image: &RgbImage) -> Lanes {
        Lanes::of(image, None)
    }

    /// A colour over another with an opacity.
    fn mixed(level: f64, over: [u8; 3], below: [u8; 3]) -> Rgb<u8> {
        Rgb(std::array::from_fn(|i| (level * f64::from(over[i]) + (1.0 - level) * f64::from(below[i])).round() as u8))
    }

    const NIGHT: [u8; 3] = [20, 30, 70];

    /// A glow at night, and a sharp square beside it.
    fn glow() -> RgbImage {
        RgbImage::from_fn(160, 120, |x, y| {
            let far = (f64::from(x) + 0.5 - 60.0).hypot(f64::from(y) + 0.5 - 50.0);
            if x > 125 && y > 80 {
                Rgb([200, 40, 40])
            } else {
                mixed((1.0 - far / 40.0).clamp(0.0, 1.0), [250, 220, 120], NIGHT)
            }
        })
    }

    #[test]
    fn a_glow_is_found_with_its_centre_and_taken_out() {
        let mut picture = lanes(&glow());
        let found = take_out(&mut picture, 100.0, &Stop::never());
        let [Soft { ground, parts }] = &found[..] else { panic!("{found:?}") };
        assert!(ground.iter().zip(NIGHT).all(|(a, b)| (a - f32::from(b)).abs() < 2.0), "{ground:?}");
        let fade = parts[0].0.fade.unwrap();
        let Way::Radial(center, radius) = fade.way else { panic!("{fade:?}") };
        assert!((center.x - 60).abs() <= 1 && (center.y - 50).abs() <= 1 && (38..60).contains(&radius), "{fade:?}");
        let left = picture.rest().0;
        assert_eq!(left.get_pixel(140, 100).0, [200, 40, 40]);
        let differs = |pixel: &Rgb<u8>| pixel.0.iter().zip(NIGHT).any(|(a, b)| a.abs_diff(b) > 8);
        assert!(left.pixels().filter(|pixel| differs(pixel)).count() < 34 * 39 + 60);
    }

    #[test]
    fn a_soft_straight_edge_is_found() {
        // Dark to the left, light to the right, soft along a slanted line.
        let image = RgbImage::from_fn(140, 110, |x, y| {
            let along = (f64::from(x) * 0.8 + f64::from(y) * 0.6 - 90.0) / 30.0 + 0.5;
            mixed(along.clamp(0.0, 1.0), [230, 210, 60], [40, 60, 120])
        });
        let found = take_out(&mut lanes(&image), 100.0, &Stop::never());
        assert!(!found.is_empty());
        let fade = found[0].parts[0].0.fade.unwrap();
        let Way::Linear([from, to]) = fade.way else { panic!("{fade:?}") };
        let (dx, dy) = (f64::from(to.x - from.x), f64::from(to.y - from.y));
        assert!((dx * 0.6 - dy * 0.8).abs() / dx.hypot(dy) < 0.06, "{fade:?}");
    }

    #[test]
    fn sharp_shapes_and_texture_are_left_alone() {
        let disc = RgbImage::from_fn(120, 120, |x, y| {
            let far = (f64::from(x) - 60.0).hypot(f64::from(y) - 60.0);
            mixed((40.5 - far).clamp(0.0, 1.0), [250, 220, 120], NIGHT)
        });
        let noise = RgbImage::from_fn(120, 120, |x, y| Rgb([((x * 7919 + y * 104_729) % 251) as u8; 3]));
        for image in [disc, noise, RgbImage::new(30, 20), RgbImage::new(3, 200)] {
            let mut picture = lanes(&image);
            assert!(take_out(&mut picture, 100.0, &Stop::never()).is_empty());
            assert_eq!(picture.rest().0, image);
        }
    }

    #[test]
    fn what_does_not_pay_and_what_is_stopped_changes_nothing() {
        let mut picture = lanes(&glow());
        assert!(take_out(&mut picture, 1e9, &Stop::never()).is_empty());
        let stop = Stop::never();
        stop.cancel();
        assert!(take_out(&mut picture, 100.0, &stop).is_empty());
        assert_eq!(picture.rest().0, glow());
    }
}
