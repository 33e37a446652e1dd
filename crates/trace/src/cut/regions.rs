//! Merges small connected areas of a label map into their neighbours.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use image::RgbImage;

use super::cover::squared_error;

/// A connected area: its pixels and their colours' sum.
#[derive(Clone, Debug, Default)]
struct Region {
    label: u16,
    pixels: Vec<u32>,
    sums: [u64; 3],
}

impl Region {
    fn mean(&self) -> [u8; 3] {
        self.sums.map(|sum| (sum / self.pixels.len().max(1) as u64) as u8)
    }
}

/// Relabels every 4-connected area of fewer than `least` pixels with the label of the neighbour nearest in mean colour,
/// smallest areas first, until none is left or one area covers everything.
pub(crate) fn absorb_small(labels: &mut [u16], image: &RgbImage, least: usize) {
    let (mut owner, mut regions) = regions(labels, image);
    let small = |region: &Region| region.pixels.len() < least;
    let mut queue: BinaryHeap<Reverse<(usize, u32)>> = BinaryHeap::new();
    for (id, region) in (0_u32..).zip(&regions).filter(|(_, region)| small(region)) {
        queue.push(Reverse((region.pixels.len(), id)));
    }
    while let Some(Reverse((size, id))) = queue.pop() {
        let stale = regions[id as usize].pixels.len() != size;
        let Some(into) = (!stale).then(|| closest(&regions, &owner, id, image.width())).flatten() else { continue };
        merge(&mut regions, &mut owner, labels, id, into);
        if small(&regions[into as usize]) {
            queue.push(Reverse((regions[into as usize].pixels.len(), into)));
        }
    }
}

/// The region of each pixel, and the regions.
fn regions(labels: &[u16], image: &RgbImage) -> (Vec<u32>, Vec<Region>) {
    let mut owner = vec![u32::MAX; labels.len()];
    let mut regions = Vec::new();
    for start in 0..labels.len() {
        if owner[start] == u32::MAX {
            let id = regions.len() as u32;
            regions.push(flood(labels, image, &mut owner, start, id));
        }
    }
    (owner, regions)
}

fn flood(labels: &[u16], image: &RgbImage, owner: &mut [u32], start: usize, id: u32) -> Region {
    let mut region = Region { label: labels[start], ..Region::default() };
    owner[start] = id;
    region.pixels.push(start as u32);
    let mut next = 0;
    while let Some(&at) = region.pixels.get(next) {
        next += 1;
        for place in neighbours(at as usize, image.width() as usize, labels.len()) {
            if owner[place] == u32::MAX && labels[place] == region.label {
                owner[place] = id;
                region.pixels.push(place as u32);
            }
        }
    }
    for &at in &region.pixels {
        let channels = &image.as_raw()[3 * at as usize..][..3];
        region.sums.iter_mut().zip(channels).for_each(|(sum, &channel)| *sum += u64::from(channel));
    }
    region
}

/// Places left, right, above and below.
fn neighbours(at: usize, width: usize, count: usize) -> impl Iterator<Item = usize> {
    let column = at % width;
    let sides = [(column > 0).then(|| at - 1), (column + 1 < width).then_some(at + 1)];
    let ends = [at.checked_sub(width), Some(at + width).filter(|&below| below < count)];
    sides.into_iter().chain(ends).flatten()
}

/// The neighbouring region whose mean colour is nearest, the first of equals.
fn closest(regions: &[Region], owner: &[u32], id: u32, width: u32) -> Option<u32> {
    let region = &regions[id as usize];
    let mean = region.mean();
    let mut around: Vec<u32> = region
        .pixels
        .iter()
        .flat_map(|&at| neighbours(at as usize, width as usize, owner.len()))
        .map(|place| owner[place])
        .filter(|&other| other != id)
        .collect();
    around.sort_unstable();
    around.dedup();
    around.into_iter().min_by_key(|&other| squared_error(mean, regions[other as usize].mean()))
}

fn merge(regions: &mut [Region], owner: &mut [u32], labels: &mut [u16], from: u32, into: u32) {
    let gone = std::mem::take(&mut regions[from as usize]);
    let stays = &mut regions[into as usize];
    for &at in &gone.pixels {
        owner[at as usize] = into;
        labels[at as usize] = stays.label;
    }
    stays.sums.iter_mut().zip(gone.sums).for_each(|(sum, more)| *sum += more);
    stays.pixels.extend(gone.pixels);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Labels from digits, and a picture whose grey levels are ten times those.
    fn grid(rows: &[&str]) -> (Vec<u16>, RgbImage) {
        let labels: Vec<u16> = rows.concat().bytes().map(|digit| u16::from(digit - b'0')).collect();
        let width = rows[0].len() as u32;
        let grey = |x: u32, y: u32| labels[(y * width + x) as usize] as u8 * 10;
        let image = RgbImage::from_fn(width, rows.len() as u32, |x, y| image::Rgb([grey(x, y); 3]));
        (labels, image)
    }

    #[test]
    fn small_areas_go_to_the_neighbour_of_the_nearest_colour() {
        let (mut labels, image) = grid(&["11199", "12399", "11199"]);
        absorb_small(&mut labels, &image, 3);
        assert_eq!(labels, grid(&["11199", "11199", "11199"]).0);
    }

    #[test]
    fn areas_that_meet_at_a_corner_only_are_two() {
        let (mut labels, image) = grid(&["500", "050", "000"]);
        absorb_small(&mut labels, &image, 2);
        assert_eq!(labels, [0; 9]);
    }

    #[test]
    fn one_area_is_left_when_all_are_small() {
        let (mut labels, image) = grid(&["123", "456"]);
        absorb_small(&mut labels, &image, 100);
        assert!(labels.iter().all(|label| *label == labels[0]));
    }

    #[test]
    fn nothing_changes_when_all_are_large_enough() {
        let (mut labels, image) = grid(&["1122", "1122"]);
        absorb_small(&mut labels, &image, 4);
        assert_eq!(labels, [1, 1, 2, 2, 1, 1, 2, 2]);
    }
}
