//! Snapping to the integer grid: coordinates are rounded for good group by group while the others still move.

use crate::model::upright::Ties;
use crate::raster::scene::values::Values;

/// Which coordinates have been rounded to the grid for good.
#[derive(Clone, Debug)]
pub(crate) struct Snapped {
    fixed: Vec<[bool; 2]>,
}

impl Snapped {
    /// None of them yet.
    pub(crate) fn none(values: &Values) -> Self {
        Self { fixed: vec![[false; 2]; values.points.len()] }
    }

    /// Rounds the coordinates that are nearest to the grid until `share` of all is fixed; what is tied is fixed together.
    pub(crate) fn round(&mut self, values: &mut Values, ties: &Ties, share: f64) {
        let all = self.fixed.as_flattened_mut();
        let points = values.points.as_flattened_mut();
        let distance = |at: f32| (at - at.round()).abs();
        let mut free: Vec<(f32, usize)> = (0..all.len())
            .filter(|index| !all[*index] && ties.first(*index) == *index)
            .map(|index| (distance(points[index]), index))
            .collect();
        free.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let groups = (0..all.len()).filter(|index| ties.first(*index) == *index).count();
        let fixed = groups - free.len();
        let wanted = (groups as f64 * share).ceil() as usize;
        free.iter().take(wanted.saturating_sub(fixed)).for_each(|(_, index)| all[*index] = true);
        for index in 0..all.len() {
            all[index] = all[ties.first(index)];
            if all[index] {
                points[index] = points[index].round();
            }
        }
    }

    /// Sets the gradient of fixed coordinates to 0.
    pub(crate) fn hold(&self, gradient: &mut Values) {
        for (by, fixed) in gradient.points.as_flattened_mut().iter_mut().zip(self.fixed.as_flattened()) {
            if *fixed {
                *by = 0.0;
            }
        }
    }

    /// Puts fixed coordinates back where they were before a step, whose momentum moves them too.
    pub(crate) fn restore(&self, values: &mut Values, before: &Values) {
        let points = values.points.as_flattened_mut().iter_mut().zip(before.points.as_flattened());
        for ((value, before), fixed) in points.zip(self.fixed.as_flattened()) {
            if *fixed {
                *value = *before;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(points: &[[f32; 2]]) -> Values {
        Values { points: points.to_vec(), ..Values::default() }
    }

    #[test]
    fn the_nearest_to_the_grid_are_fixed_first() {
        let mut at = values(&[[0.4, 1.1], [2.3, 4.95]]);
        let (mut snapped, ties) = (Snapped::none(&at), Ties::none(&at));
        snapped.round(&mut at, &ties, 0.5);
        assert_eq!(at, values(&[[0.4, 1.0], [2.3, 5.0]]));
        snapped.round(&mut at, &ties, 1.0);
        assert_eq!(at, values(&[[0.0, 1.0], [2.0, 5.0]]));
    }

    #[test]
    fn what_is_fixed_does_not_move() {
        let mut at = values(&[[0.1, 1.4]]);
        let (mut snapped, ties) = (Snapped::none(&at), Ties::none(&at));
        snapped.round(&mut at, &ties, 0.5);
        let mut gradient = values(&[[3.0, 4.0]]);
        snapped.hold(&mut gradient);
        assert_eq!(gradient, values(&[[0.0, 4.0]]));
        let mut moved = values(&[[0.7, 1.9]]);
        snapped.restore(&mut moved, &at);
        assert_eq!(moved, values(&[[0.0, 1.9]]));
    }
}
