//! The topmost layer at each pixel and the one below it, which shows if the topmost is removed.

use image::RgbImage;
use linocut_svg::Color;

use super::layer::Layer;

/// For each pixel, the topmost layer and the one below it.
#[derive(Debug)]
pub(crate) struct Cover {
    pub(crate) width: u32,
    pub(crate) top: Vec<u16>,
    pub(crate) second: Vec<u16>,
}

impl Cover {
    /// Paints layers, bottom first. The bottom one must cover everything, and there may be at most 65,536.
    pub(crate) fn paint((width, height): (u32, u32), layers: &[Layer]) -> Self {
        let count = width as usize * height as usize;
        let mut cover = Self { width, top: vec![0; count], second: vec![0; count] };
        for (index, layer) in (0_u16..=u16::MAX).zip(layers).skip(1) {
            cover.add(index, layer);
        }
        cover
    }

    fn add(&mut self, index: u16, layer: &Layer) {
        for span in layer.rings.iter().flat_map(|ring| &ring.spans) {
            let range = span.range(self.width);
            let (top, second) = (&mut self.top[range.clone()], &mut self.second[range]);
            if layer.rings.len() == 1 {
                second.copy_from_slice(top);
                top.fill(index);
            } else {
                // Rings of one layer may overlap.
                for (top, second) in top.iter_mut().zip(second).filter(|(top, _)| **top != index) {
                    *second = *top;
                    *top = index;
                }
            }
        }
    }
}

/// Squared difference of two colours, summed over channels.
pub(crate) fn squared_error(a: [u8; 3], b: [u8; 3]) -> i64 {
    let square = |i: usize| i32::from(a[i].abs_diff(b[i])).pow(2);
    i64::from(square(0) + square(1) + square(2))
}

/// The channels of a colour.
pub(crate) fn channels(color: Color) -> [u8; 3] {
    [color.r, color.g, color.b]
}

/// The visible pixels of one layer: their number and the sums of the picture's channels there.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Visible {
    pub(crate) count: u64,
    pub(crate) sums: [u64; 3],
}

impl Visible {
    /// The mean colour; `None` if nothing is visible.
    pub(crate) fn mean(&self) -> Option<Color> {
        let mean = |sum: u64| ((sum + self.count / 2) / self.count) as u8;
        (self.count > 0).then(|| Color::new(mean(self.sums[0]), mean(self.sums[1]), mean(self.sums[2])))
    }
}

/// The visible part of each layer, in a picture of the cover's size.
pub(crate) fn visible(cover: &Cover, image: &RgbImage, layers: usize) -> Vec<Visible> {
    let mut all = vec![Visible::default(); layers];
    for (&top, pixel) in cover.top.iter().zip(image.pixels()) {
        let visible = &mut all[usize::from(top)];
        visible.count += 1;
        for (sum, &channel) in visible.sums.iter_mut().zip(&pixel.0) {
            *sum += u64::from(channel);
        }
    }
    all
}

/// Squared error of the layers' colours against the picture, summed over pixels and channels.
pub(crate) fn total_error(cover: &Cover, image: &RgbImage, layers: &[Layer]) -> i64 {
    let colors: Vec<[u8; 3]> = layers.iter().map(|layer| channels(layer.color)).collect();
    cover.top.iter().zip(image.pixels()).map(|(&top, pixel)| squared_error(colors[usize::from(top)], pixel.0)).sum()
}

#[cfg(test)]
mod tests {
    use linocut_svg::Point;

    use super::super::layer::Ring;
    use super::*;

    fn square(left: i32, right: i32) -> Ring {
        let corners = [(left, 0), (right, 0), (right, 1), (left, 1)];
        Ring::new(corners.map(|(x, y)| Point::new(x, y)).to_vec(), (6, 1)).unwrap()
    }

    fn layers(image: &RgbImage) -> Vec<Layer> {
        let layer = |rings| Layer { color: Color::WHITE, rings };
        vec![Layer::background(image), layer(vec![square(1, 4)]), layer(vec![square(2, 5), square(3, 6)])]
    }

    #[test]
    fn the_two_topmost_layers_are_known_where_rings_overlap_too() {
        let image = RgbImage::new(6, 1);
        let cover = Cover::paint((6, 1), &layers(&image));
        assert_eq!(cover.top, [0, 1, 2, 2, 2, 2]);
        assert_eq!(cover.second, [0, 0, 1, 1, 0, 0]);
    }

    #[test]
    fn visible_means_and_errors_are_those_of_the_pixels() {
        let image = RgbImage::from_fn(6, 1, |x, _| image::Rgb([x as u8 * 10, 0, 0]));
        let mut layers = layers(&image);
        let cover = Cover::paint((6, 1), &layers);
        let shown = visible(&cover, &image, 3);
        assert_eq!(shown.iter().map(|s| s.count).collect::<Vec<_>>(), [1, 1, 4]);
        assert_eq!(shown[2].mean(), Some(Color::new(35, 0, 0)));
        for (layer, shown) in layers.iter_mut().zip(&shown) {
            layer.color = shown.mean().unwrap();
        }
        assert_eq!(total_error(&cover, &image, &layers), 15 * 15 + 5 * 5 + 5 * 5 + 15 * 15);
    }

    #[test]
    fn nothing_shown_has_no_mean() {
        assert_eq!(Visible::default().mean(), None);
    }
}
