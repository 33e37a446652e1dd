//! The initial layers of the search: areas of the picture grouped by colour, one layer per group.

use std::collections::HashMap;

use image::RgbImage;
use linocut_core::Stop;
use linocut_svg::Point;

use super::field::Slant;
use super::graph::Area;
use super::outline::outlines;
use super::ring::Ring;
use super::segment::Segments;
use super::thin::{Plan, thin};

/// Number of areas from which those of nearly the same colour are united at once: the work grows with its square.
const MANY: usize = 4096;

/// Groups areas into at most `count` colours by merging the two groups whose union costs least until `count` are left.
/// Returns the group of each area; `None` when asked to stop.
pub(crate) fn group(areas: &[Area], count: usize, stop: &Stop) -> Option<Vec<u16>> {
    let mut groups: Vec<Option<Area>> = areas.iter().map(|area| (area.pixels > 0.0).then_some(*area)).collect();
    let mut parents: Vec<u16> = (0..areas.len() as u16).collect();
    if areas.len() > MANY {
        unite_alike(&mut groups, &mut parents);
    }
    let mut left = groups.iter().flatten().count();
    let mut partners = Vec::with_capacity(groups.len());
    for i in 0..groups.len() {
        if stop.requested() {
            return None;
        }
        partners.push(nearest(&groups, i));
    }
    while left > count.max(1) {
        if stop.requested() {
            return None;
        }
        let Some(i) = (0..groups.len()).min_by(|&a, &b| partners[a].0.total_cmp(&partners[b].0)) else { break };
        let (cost, j) = partners[i];
        if !cost.is_finite() {
            break;
        }
        let Some(gone) = groups[j].take() else { break };
        if let Some(area) = &mut groups[i] {
            area.add(&gone);
        }
        parents[j] = i as u16;
        partners[j] = (f32::INFINITY, j);
        for k in 0..groups.len() {
            if groups[k].is_some() && (k == i || partners[k].1 == j || partners[k].1 == i) {
                partners[k] = nearest(&groups, k);
            } else if let (Some(area), Some(new)) = (groups[k], groups[i])
                && k < i
            {
                let rise = area.rise(&new);
                if rise < partners[k].0 {
                    partners[k] = (rise, i);
                }
            }
        }
        left -= 1;
    }
    let root = |mut i: usize| {
        while usize::from(parents[i]) != i {
            i = usize::from(parents[i]);
        }
        i as u16
    };
    Some((0..areas.len()).map(root).collect())
}

/// The later group that a group is cheapest united with, and the cost; infinite without any.
fn nearest(groups: &[Option<Area>], i: usize) -> (f32, usize) {
    let mut best = (f32::INFINITY, i);
    if let Some(area) = groups[i] {
        for (j, other) in groups.iter().enumerate().skip(i + 1) {
            if let Some(other) = other {
                let rise = area.rise(other);
                if rise < best.0 {
                    best = (rise, j);
                }
            }
        }
    }
    best
}

/// Unites the groups whose colours share the upper four bits of every channel; 4,096 are left at most.
fn unite_alike(groups: &mut [Option<Area>], parents: &mut [u16]) {
    let mut first: HashMap<[u8; 3], usize> = HashMap::new();
    for i in 0..groups.len() {
        let Some(area) = groups[i] else { continue };
        let at = *first.entry(area.mean.map(|level| level as u8 >> 4)).or_insert(i);
        if at < i {
            groups[i] = None;
            parents[i] = at as u16;
            if let Some(group) = &mut groups[at] {
                group.add(&area);
            }
        }
    }
}

/// An initial layer.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) color: [f32; 3],
    pub(crate) ramp: Option<Slant>,
    pub(crate) rings: Vec<Ring>,
}

/// Turns groups of areas, and areas with ramps, into layers, large ones first. Each reaches some pixels below its later neighbours and
/// fills the holes that are painted over later. `None` when asked to stop.
pub(crate) fn layers(
    image: &RgbImage,
    segments: &Segments,
    colors: usize,
    bytes: i32,
    stop: &Stop,
) -> Option<Vec<Draft>> {
    let is_ground = |area: usize| segments.ground.is_some_and(|ground| usize::from(ground) == area);
    let mut drawn = segments.areas.clone();
    drawn.iter_mut().enumerate().filter(|(area, _)| is_ground(*area)).for_each(|(_, area)| *area = Area::default());
    // An area with a ramp is a group of its own.
    segments.ramps.iter().for_each(|(area, _)| drawn[usize::from(*area)] = Area::default());
    let groups = group(&drawn, colors.saturating_sub(segments.ramps.len()).max(1), stop)?;
    let mut sums = vec![Area::default(); segments.areas.len()];
    for (area, &group) in segments.areas.iter().zip(&groups) {
        sums[usize::from(group)].add(area);
    }
    let mut order: Vec<u16> = (0..sums.len() as u16).filter(|&g| sums[usize::from(g)].pixels > 0.0).collect();
    let rest = |group: u16| !is_ground(usize::from(group));
    order.sort_by(|&a, &b| {
        rest(a).cmp(&rest(b)).then(sums[usize::from(b)].pixels.total_cmp(&sums[usize::from(a)].pixels)).then(a.cmp(&b))
    });
    let mut ranks = vec![0_u16; sums.len()];
    for (rank, &group) in (0_u16..).zip(&order) {
        ranks[usize::from(group)] = rank;
    }
    let ranked: Vec<u16> = segments.labels.iter().map(|&l| ranks[usize::from(groups[usize::from(l)])]).collect();
    let size = (image.width() as usize, image.height() as usize);
    let colors: Vec<[f32; 3]> = order.iter().map(|&group| sums[usize::from(group)].mean).collect();
    let mut outlines = outlines(&ranked, size, colors.len(), stop)?;
    if segments.ground.is_some() {
        outlines[0].clear();
    }
    let plan = Plan { ranks: &ranked, colors: &colors, width: size.0 };
    let ramp = |rank: usize| segments.ramps.iter().find(|(area, _)| *area == order[rank]).map(|(_, ramp)| *ramp);
    let drawn = colors.iter().zip(thin(outlines, plan, bytes, stop)?).enumerate();
    let drafts = drawn.filter(|(_, (_, rings))| !rings.is_empty()).map(|(rank, (&color, rings))| Draft {
        color,
        ramp: ramp(rank),
        rings: rings.into_iter().map(Ring::new).collect(),
    });
    Some(drafts.collect())
}

/// The corners of a rectangle.
pub(crate) fn rectangle((left, top): (i32, i32), (right, bottom): (i32, i32)) -> Vec<Point> {
    [(left, top), (right, top), (right, bottom), (left, bottom)].map(|(x, y)| Point::new(x, y)).to_vec()
}

#[cfg(test)]
mod tests {
    use super::super::cost::path_bytes;
    use super::super::graph::Saving;
    use super::super::segment::segment;
    use super::*;

    fn area(pixels: f32, level: f32) -> Area {
        Area { pixels, mean: [level; 3] }
    }

    #[test]
    fn the_nearest_colours_are_united_first() {
        let areas = [area(10.0, 0.0), area(10.0, 100.0), area(10.0, 4.0), area(2.0, 200.0), area(10.0, 103.0)];
        let groups = group(&areas, 3, &Stop::never()).unwrap();
        assert_eq!((groups[0] == groups[2], groups[1] == groups[4]), (true, true));
        assert!(groups[3] != groups[0] && groups[3] != groups[1] && groups[0] != groups[1]);
    }

    #[test]
    fn tens_of_thousands_of_areas_are_grouped_at_once() {
        let noise = |i: usize| Area { pixels: 1.0, mean: [7919, 104_729, 1_299_709].map(|p| (i * p % 251) as f32) };
        let areas: Vec<Area> = (0..65_535).map(noise).collect();
        let start = std::time::Instant::now();
        let groups = group(&areas, 100, &Stop::never()).unwrap();
        assert_eq!(groups.iter().collect::<std::collections::HashSet<_>>().len(), 100);
        // Comparing all with all takes minutes.
        assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
    }

    #[test]
    fn a_hole_is_kept_only_where_an_earlier_layer_shows() {
        // A ring of one colour around a disc of a rarer one, on the commonest.
        let image = RgbImage::from_fn(64, 64, |x, y| {
            let far = (f64::from(x) - 32.0).hypot(f64::from(y) - 32.0);
            image::Rgb(
                [if far < 6.0 {
                    20
                } else if far < 16.0 {
                    240
                } else {
                    120
                }; 3],
            )
        });
        let stop = Stop::never();
        let segments = segment(&image, 3, Saving { shape: 28.0, boundary: 2.0 }, 1, &stop).unwrap();
        let drafts = layers(&image, &segments, 3, 10_000, &stop).unwrap();
        assert_eq!(drafts.iter().map(|draft| draft.rings.len()).collect::<Vec<_>>(), [1, 1, 1]);
        assert_eq!(drafts.iter().map(|draft| draft.color[0].round()).collect::<Vec<_>>(), [120.0, 240.0, 20.0]);
    }

    #[test]
    fn outlines_are_thinned_until_they_fit() {
        let image =
            RgbImage::from_fn(90, 90, |x, y| image::Rgb([if (x * x + y * y * 3) % 700 < 350 { 255 } else { 0 }; 3]));
        let stop = Stop::never();
        let segments = segment(&image, 60, Saving { shape: 28.0, boundary: 2.0 }, 1, &stop).unwrap();
        let bytes = |most| -> i32 {
            let drafts = layers(&image, &segments, 2, most, &stop).unwrap();
            drafts.iter().map(|draft| path_bytes(draft.rings.iter().map(|ring| &ring.points[..]))).sum()
        };
        assert!(bytes(800) < 800 && bytes(800) < bytes(100_000));
    }
}
