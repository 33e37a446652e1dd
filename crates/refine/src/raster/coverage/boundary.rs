//! The gradient of an edge's ends as boundary integrals over the pixels that it passes through.

use crate::raster::coverage::walk::{Visit, clip, walk};
use crate::raster::scalar::Scalar;

/// The gradient of both ends of an edge from that of the windings of the pixels that it passes through.
///
/// With the edge at `p(t)`, `t` from 0 to 1, the winding of a pixel changes by the integral of `dy(t) x' - dx(t) y'` over the
/// part of the edge in the pixel, where (dx, dy) is the displacement: `1 - t` times that of one end, `t` times the other's.
#[inline]
pub(crate) fn edge_gradient<T: Scalar>(a: [T; 2], b: [T; 2], size: [usize; 2], by_winding: &[T]) -> [[T; 2]; 2] {
    let mut ends = [[T::ZERO; 2]; 2];
    clip(a, b, size.map(T::from_count), |part| {
        if part.left {
            return;
        }
        let mut moments = Moments { by_winding, width: size[0], zeroth: T::ZERO, first: T::ZERO };
        walk(part.from, part.to, size, &mut moments);
        let [from, to] = part.shares;
        let second = from * moments.zeroth + (to - from) * moments.first;
        let (dx, dy) = (part.to[0] - part.from[0], part.to[1] - part.from[1]);
        for (end, weight) in ends.iter_mut().zip([moments.zeroth - second, second]) {
            *end = [end[0] - dy * weight, end[1] + dx * weight];
        }
    });
    ends
}

/// Integrals along an edge of the gradient of the windings, and of that gradient times the parameter of the edge.
struct Moments<'a, T> {
    by_winding: &'a [T],
    width: usize,
    zeroth: T,
    first: T,
}

impl<T: Scalar> Visit<T> for Moments<'_, T> {
    #[inline(always)]
    fn cell(&mut self, x: usize, y: usize, t0: T, t1: T) {
        let part = self.by_winding[y * self.width + x] * (t1 - t0);
        self.zeroth += part;
        self.first += part * (t0 + t1) * T::from_f64(0.5);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_pixels_along_the_edge_count() {
        let mut by_winding = vec![0.0; 16];
        by_winding[5] = 1.0;
        // Straight down through the middle of pixels (1, 0) to (1, 3); only (1, 1) has a gradient.
        let [start, end] = edge_gradient([1.5, 0.0], [1.5, 4.0], [4, 4], &by_winding);
        assert_eq!((start, end), ([-0.625, 0.0], [-0.375, 0.0]));
    }

    #[test]
    fn what_lies_outside_has_no_gradient() {
        let by_winding = vec![1.0; 16];
        assert_eq!(edge_gradient([-3.0, 0.0], [-1.0, 4.0], [4, 4], &by_winding), [[0.0; 2]; 2]);
        assert_eq!(edge_gradient([9.0, 0.0], [7.0, 4.0], [4, 4], &by_winding), [[0.0; 2]; 2]);
    }
}
