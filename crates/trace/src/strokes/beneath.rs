//! The picture without its strokes.

use image::{Rgb, RgbImage};

use super::ink::middle;
use super::labels::around;
use super::plane::distance;

/// The picture in which the pixels that are taken have the colour of the nearest that are not. Where they separate two areas, these
/// meet in the middle.
pub(super) fn beneath(image: &RgbImage, taken: &[bool]) -> RgbImage {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let mut source: Vec<u32> = (0..taken.len()).map(|at| if taken[at] { u32::MAX } else { at as u32 }).collect();
    let mut queue: Vec<u32> = Vec::new();
    for at in (0..taken.len()).filter(|&at| !taken[at]) {
        let mut is_edge = false;
        around(at, width, height, 1, |p| is_edge |= taken[p]);
        if is_edge {
            queue.push(at as u32);
        }
    }
    // Twice: a pixel that was reached early may have a nearer source that came late.
    for _ in 0..2 {
        let mut next = 0;
        let mut order = queue.clone();
        while next < order.len() {
            let at = order[next] as usize;
            next += 1;
            let own = source[at];
            around(at, width, height, 1, |p| {
                if taken[p] {
                    let far = |source: u32| distance(middle(source, width), middle(p as u32, width));
                    if source[p] == u32::MAX {
                        source[p] = own;
                        order.push(p as u32);
                    } else if far(own) < far(source[p]) {
                        source[p] = own;
                    }
                }
            });
        }
        queue.clone_from(&order);
    }
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let at = (y * image.width() + x) as usize;
        let from = if source[at] == u32::MAX { at as u32 } else { source[at] };
        Rgb(image.get_pixel(from % image.width(), from / image.width()).0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_meet_in_the_middle_of_what_is_taken() {
        let image = RgbImage::from_fn(20, 9, |x, _| Rgb([if x < 10 { 10 } else { 200 }, 0, 0]));
        let taken: Vec<bool> = (0..180).map(|at| (6..14).contains(&(at % 20))).collect();
        assert_eq!(beneath(&image, &taken), image);
        let all = beneath(&image, &[true; 180]);
        assert_eq!(all, image);
    }
}
