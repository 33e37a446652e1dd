//! What a picture shows along a track: a ground, a colour over it, and how opaque that is.

use linocut_svg::{Color, Point};

use super::lanes::Lanes;
use super::track::{Track, clipped};

/// How far a pixel may be from what the profile says, in levels.
const TOLERANCE: f32 = 8.0;
/// Bins at the end of a track that show the ground.
const GROUND: usize = 3;
/// How far they may be from their mean, in levels.
const UNEVEN: f32 = 4.0;
/// Least difference between colour and ground in a lane.
const LEAST_CONTRAST: f32 = 12.0;
/// Least number of bins and of pixels that are neither the one nor the other, and the share of the latter that must be explained.
const LEAST_BINS: usize = 5;
const LEAST_PIXELS: usize = 100;
const EXPLAINED: f64 = 0.4;
/// Levels of a lane.
const LEVELS: usize = 256;
/// Levels to either side of the median whose mean is taken.
const AROUND: f32 = 4.0;
/// Maximum number of parts of different colours.
const MOST_PARTS: usize = 10;

/// Ground, colour and opacities along a track, in bins of a pixel.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) ground: [f32; 4],
    /// Colour minus ground.
    pub(super) contrast: [f32; 4],
    /// Opacity by bin, 0 to 1, and the number of pixels that are explained.
    pub(super) levels: Vec<f32>,
    pub(super) counts: Vec<u32>,
    /// The pixels that are as the profile says.
    pub(super) explained: Vec<usize>,
    /// Squared error that it saves over the ground.
    pub(super) gain: f64,
    /// How far along a line it begins: before that, something else is seen.
    pub(super) begin: f32,
    tint: Option<Tint>,
}

/// How the colour of what lies over nothing changes with the place: linearly in each lane.
#[derive(Clone, Copy, Debug)]
struct Tint {
    middle: [f32; 2],
    color: [f32; 3],
    slopes: [[f32; 2]; 3],
    /// Squared error of one colour, by direction of the slope.
    spread: [f64; 2],
}

/// The pixels beside a track with how far along it they are.
struct Pixels<'a> {
    picture: &'a Lanes,
    /// Pixel and place.
    all: Vec<(usize, f32)>,
}

impl Profile {
    /// `None` if nothing soft is seen along the track.
    pub(super) fn of(picture: &Lanes, track: &Track) -> Option<Self> {
        let pixels = Pixels::of(picture, track);
        let medians = pixels.medians(track);
        let ground = ground(&medians, track)?;
        let far = |color: &[f32; 4]| color.iter().zip(ground).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
        let farthest = medians.iter().flatten().max_by(|a, b| far(a).total_cmp(&far(b)))?;
        // Over nothing, a colour is opaque that hides all of it.
        let most = if ground[3] > LEAST_CONTRAST { (1.0 - farthest[3] / ground[3]).clamp(0.02, 1.0) } else { 1.0 };
        let contrast: [f32; 4] = std::array::from_fn(|i| {
            let color = ground[i] + (farthest[i] - ground[i]) / most;
            if i < 3 { color.clamp(0.0, 255.0) - ground[i] } else { color - ground[i] }
        });
        // Nothing that is drawn makes what lies below it transparent.
        let erases = contrast[3] + ground[3] > TOLERANCE;
        if erases || contrast.iter().all(|v| v.abs() * most < LEAST_CONTRAST) {
            return None;
        }
        let squared: f32 = contrast.iter().map(|v| v * v).sum();
        let level = |color: &[f32; 4]| {
            if ground[3] > LEAST_CONTRAST {
                return (1.0 - color[3] / ground[3]).clamp(0.0, 1.0);
            }
            let dot: f32 = (0..4).map(|i| (color[i] - ground[i]) * contrast[i]).sum();
            (dot / squared).clamp(0.0, 1.0)
        };
        let mut levels = filled(&medians.iter().map(|median| median.as_ref().map(level)).collect::<Vec<_>>());
        let count = levels.len();
        levels[count.saturating_sub(GROUND)..].fill(0.0);
        let first = (track.soft[0] as usize).min(count - 1);
        let before = medians[..first].iter().rev().take_while(|median| median.is_some()).count();
        let begin = if track.axis.is_some() { (first - before) as f32 } else { 0.0 };
        let (counts, explained) = (vec![0; count], Vec::new());
        let mut profile = Self { ground, contrast, levels, counts, explained, gain: 0.0, begin, tint: None };
        if ground[3] > LEAST_CONTRAST {
            profile.tint = Some(profile.tint(&pixels)?);
        }
        profile.explain(&pixels, most).then_some(profile)
    }

    /// Opacity at a place along the track.
    fn level(&self, far: f32) -> f32 {
        let at = (far - 0.5).max(0.0);
        let last = self.levels.len() - 1;
        let before = (at as usize).min(last);
        let part = (at - before as f32).min(1.0);
        self.levels[before] + part * (self.levels[(before + 1).min(last)] - self.levels[before])
    }

    /// What a pixel should show.
    fn shown(&self, place: [f32; 2], far: f32) -> [f32; 4] {
        let level = self.level(far);
        let contrast = self.tint.map_or(self.contrast, |tint| {
            let color = tint.at(place);
            std::array::from_fn(|i| if i < 3 { color[i] } else { 0.0 } - self.ground[i])
        });
        std::array::from_fn(|i| self.ground[i] + level * contrast[i])
    }

    /// Finds the pixels that are as the profile says; false if they are too few.
    fn explain(&mut self, pixels: &Pixels<'_>, most: f32) -> bool {
        let mut seen = vec![0_u32; self.levels.len()];
        for &(pixel, far) in pixels.all.iter().filter(|(_, far)| *far >= self.begin) {
            let (place, color) = (pixels.place(pixel), pixels.picture.pixels[pixel]);
            let shown = self.shown(place, far);
            let bin = (far as usize).min(seen.len() - 1);
            seen[bin] += 1;
            let squared = |other: &[f32; 4]| color.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<f32>();
            let gain = squared(&self.ground) - squared(&shown);
            if shown.iter().zip(color).all(|(a, b)| (a - b).abs() <= TOLERANCE) {
                self.gain += f64::from(gain);
                self.counts[bin] += 1;
                self.explained.push(pixel);
            } else {
                // What shows the ground, where nothing else will lie over the fade.
                self.gain += f64::from(gain.min(0.0));
            }
        }
        let soft = (0..seen.len()).filter(|&bin| (0.03..0.97).contains(&(self.levels[bin] / most)));
        let (bins, all, good) = soft.fold((0, 0, 0), |(bins, all, good), bin| {
            (bins + 1, all + seen[bin] as usize, good + self.counts[bin] as usize)
        });
        bins >= LEAST_BINS && good >= LEAST_PIXELS && good as f64 >= EXPLAINED * all as f64
    }

    /// Fits the colours of what is as opaque as the profile says.
    fn tint(&self, pixels: &Pixels<'_>) -> Option<Tint> {
        let clear = self.ground[3];
        let (mut weight, mut first, mut second) = (0.0_f64, [0.0_f64; 2], [0.0_f64; 3]);
        let (mut colors, mut mixed) = ([0.0_f64; 3], [[0.0_f64; 2]; 3]);
        for &(pixel, far) in &pixels.all {
            let color = pixels.picture.pixels[pixel];
            let opacity = 1.0 - color[3] / clear;
            if opacity < 0.2 || (color[3] - (1.0 - self.level(far)) * clear).abs() > TOLERANCE {
                continue;
            }
            let ([x, y], w) = (pixels.place(pixel).map(f64::from), f64::from(opacity * opacity));
            weight += w;
            first = [first[0] + w * x, first[1] + w * y];
            second = [second[0] + w * x * x, second[1] + w * x * y, second[2] + w * y * y];
            for i in 0..3 {
                let straight = f64::from(self.ground[i] + (color[i] - self.ground[i]) / opacity);
                colors[i] += w * straight;
                mixed[i] = [mixed[i][0] + w * x * straight, mixed[i][1] + w * y * straight];
            }
        }
        if weight < 1.0 {
            return None;
        }
        let middle = first.map(|v| v / weight);
        let color = colors.map(|v| v / weight);
        let [xx, xy, yy] = [
            second[0] / weight - middle[0] * middle[0],
            second[1] / weight - middle[0] * middle[1],
            second[2] / weight - middle[1] * middle[1],
        ];
        let determinant = xx * yy - xy * xy;
        let slopes: [[f64; 2]; 3] = std::array::from_fn(|i| {
            let [u, v] = [0, 1].map(|axis| mixed[i][axis] / weight - middle[axis] * color[i]);
            if determinant < 1e-6 * (xx + yy) * (xx + yy) {
                return [0.0; 2];
            }
            [(yy * u - xy * v) / determinant, (xx * v - xy * u) / determinant]
        });
        let spread = |axis: usize, variance: f64| {
            weight * variance * slopes.iter().map(|slope| slope[axis] * slope[axis]).sum::<f64>()
        };
        Some(Tint {
            middle: middle.map(|v| v as f32),
            color: color.map(|v| v as f32),
            slopes: slopes.map(|slope| slope.map(|v| v as f32)),
            spread: [spread(0, xx), spread(1, yy)],
        })
    }

    /// The outline cut into as many parts of their own colours as are worth `price` each.
    pub(super) fn cuts(&self, outline: Vec<Point>, price: f64) -> Vec<(Color, Vec<Point>)> {
        let color = |levels: [f32; 3]| {
            let [r, g, b] = levels.map(|v| v.round().clamp(0.0, 255.0) as u8);
            Color::new(r, g, b)
        };
        if outline.is_empty() {
            return Vec::new();
        }
        let Some(tint) = &self.tint else {
            return vec![(color(std::array::from_fn(|i| self.ground[i] + self.contrast[i])), outline)];
        };
        let axis = usize::from(tint.spread[1] > tint.spread[0]);
        // Parts of even width leave a share of the spread that falls with the square of their number.
        let cost = |parts: usize| tint.spread[axis] / (parts * parts) as f64 + price * parts as f64;
        let parts = (1..=MOST_PARTS).min_by(|a, b| cost(*a).total_cmp(&cost(*b))).unwrap_or(1);
        let corners: Vec<[f32; 2]> = outline.iter().map(|p| [p.x as f32, p.y as f32]).collect();
        let along = corners.iter().map(|corner| corner[axis]);
        let (low, high) = along.fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v), high.max(v)));
        let edge = |part: usize| (low + (high - low) * part as f32 / parts as f32).round();
        let mut cuts = Vec::with_capacity(parts);
        for part in 0..parts {
            let (from, to) = (edge(part), edge(part + 1));
            let inner = clipped(&clipped(&corners, |corner| corner[axis] - from), |corner| to - corner[axis]);
            let mut ring: Vec<Point> =
                inner.iter().map(|corner| Point::new(corner[0].round() as i32, corner[1].round() as i32)).collect();
            ring.dedup();
            if ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            if ring.len() >= 3 {
                let mut place = tint.middle;
                place[axis] = (from + to) / 2.0;
                cuts.push((color(tint.at(place)), ring));
            }
        }
        cuts
    }
}

impl Tint {
    /// The colour at a place, in levels.
    fn at(&self, [x, y]: [f32; 2]) -> [f32; 3] {
        let (x, y) = (x - self.middle[0], y - self.middle[1]);
        std::array::from_fn(|i| (self.color[i] + self.slopes[i][0] * x + self.slopes[i][1] * y).clamp(0.0, 255.0))
    }
}

impl<'a> Pixels<'a> {
    fn of(picture: &'a Lanes, track: &Track) -> Self {
        let [left, top, right, bottom] = track.bounds(picture.size());
        let mut all = Vec::new();
        for y in top..bottom {
            all.extend((left..right).filter_map(|x| Some((y * picture.width + x, track.at(x, y)?))));
        }
        Self { picture, all }
    }

    /// The middle of a pixel.
    fn place(&self, pixel: usize) -> [f32; 2] {
        let width = self.picture.width;
        [(pixel % width) as f32 + 0.5, (pixel / width) as f32 + 0.5]
    }

    /// The mean of what is near the median of each lane, by bin; `None` for bins of hardly any pixels. Where the picture is soft, only
    /// the places count that the track was found by, and before that only what goes on from there: other shapes may lie above.
    fn medians(&self, track: &Track) -> Vec<Option<[f32; 4]>> {
        let bins = track.length as usize;
        let mut counts = vec![[[0_u32; LEVELS]; 4]; bins];
        let mut totals = vec![0_u32; bins];
        let mut seen = vec![false; self.picture.pixels.len()];
        let pixel = |place: &[f32; 2]| place[1] as usize * self.picture.width + place[0] as usize;
        track.seen.iter().for_each(|place| seen[pixel(place)] = true);
        let [inner, outer] = track.soft;
        let bin = |far: f32| (far as usize).min(bins - 1);
        let counted = |&&(pixel, far): &&(usize, f32)| !(inner..outer).contains(&far) || seen[pixel];
        for &(pixel, far) in self.all.iter().filter(counted) {
            totals[bin(far)] += 1;
            for (levels, value) in counts[bin(far)].iter_mut().zip(self.picture.pixels[pixel]) {
                levels[(value + 0.5).clamp(0.0, 255.0) as usize] += 1;
            }
        }
        let median = |levels: &[u32; LEVELS], total: u32| {
            let mut sum = 0;
            let at = levels.iter().position(|count| {
                sum += count;
                2 * sum >= total
            });
            at.unwrap_or(0) as f32
        };
        let middles: Vec<[f32; 4]> = counts
            .iter()
            .zip(&totals)
            .map(|(lanes, total)| std::array::from_fn(|i| median(&lanes[i], *total)))
            .collect();
        let mut sums = vec![[(0.0_f32, 0.0_f32); 4]; bins];
        for &(pixel, far) in self.all.iter().filter(counted) {
            let bin = bin(far);
            for (lane, value) in self.picture.pixels[pixel].into_iter().enumerate() {
                if (value - middles[bin][lane]).abs() <= AROUND {
                    let (sum, count) = &mut sums[bin][lane];
                    (*sum, *count) = (*sum + value, *count + 1.0);
                }
            }
        }
        let mean = |bin: usize| std::array::from_fn(|i| sums[bin][i].0 / sums[bin][i].1.max(1.0));
        let mut means: Vec<Option<[f32; 4]>> = (0..bins).map(|bin| (totals[bin] >= 3).then(|| mean(bin))).collect();
        let first = (inner as usize).min(bins - 1);
        let mut last = means[first..].iter().flatten().next().copied();
        for mean in means[..first].iter_mut().rev() {
            let near = |a: &[f32; 4], b: [f32; 4]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 2.0 * TOLERANCE);
            if mean.as_ref().is_none_or(|mean| last.is_none_or(|last| !near(mean, last))) {
                *mean = None;
            } else {
                last = *mean;
            }
        }
        means
    }
}

/// The mean of the last bins, if the picture is of one colour from half way between what is soft and there: what goes on changing is
/// shading, which a ramp shows.
fn ground(medians: &[Option<[f32; 4]>], track: &Track) -> Option<[f32; 4]> {
    let from = ((track.soft[1] + track.length) / 2.0) as usize;
    let tail: Vec<&[f32; 4]> = medians.get(from..)?.iter().flatten().collect();
    let last = &tail[tail.len().checked_sub(GROUND)?..];
    let mean: [f32; 4] = std::array::from_fn(|i| last.iter().map(|color| color[i]).sum::<f32>() / GROUND as f32);
    let even = |color: &&[f32; 4]| color.iter().zip(mean).all(|(a, b)| (a - b).abs() <= UNEVEN);
    tail.iter().all(even).then_some(mean)
}

/// Levels with those that are missing between or beside them taken from the nearest before, or else after.
fn filled(levels: &[Option<f32>]) -> Vec<f32> {
    let mut last = levels.iter().flatten().next().copied().unwrap_or(0.0);
    let next = |level: &Option<f32>| {
        last = level.unwrap_or(last);
        last
    };
    levels.iter().map(next).collect()
}
