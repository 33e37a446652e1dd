//! Plane vectors whose coordinates carry derivatives: sums, products and turns for the outlines of strokes.

use crate::raster::polygon::dual::Dual;

/// Horizontal and vertical coordinate.
pub(super) type Vector = [Dual; 2];

/// The left side of the way from `p` to `q` (y down), `half` long; the direction turned by a quarter.
pub(super) fn normal(p: &Vector, q: &Vector, half: Dual) -> Vector {
    let [x, y] = sub(q, p);
    let scale = half / (x * x + y * y).sqrt();
    [-(y * scale), x * scale]
}

/// The direction `k` of `pieces` quarter turns away from `side` towards `ahead`.
pub(super) fn spoke(side: &Vector, ahead: &Vector, k: u16, pieces: u16) -> Vector {
    let (sin, cos) = (std::f64::consts::FRAC_PI_2 * f64::from(k) / f64::from(pieces)).sin_cos();
    [0, 1].map(|i| side[i].scaled(cos) + ahead[i].scaled(sin))
}

/// The vector turned clockwise (y down) by an angle in radians.
pub(super) fn rotated([x, y]: &Vector, angle: Dual) -> Vector {
    let (sin, cos) = (angle.sin(), angle.cos());
    [*x * cos - *y * sin, *x * sin + *y * cos]
}

pub(super) fn add(a: &Vector, b: &Vector) -> Vector {
    [a[0] + b[0], a[1] + b[1]]
}

pub(super) fn sub(a: &Vector, b: &Vector) -> Vector {
    [a[0] - b[0], a[1] - b[1]]
}

pub(super) fn negated(a: &Vector) -> Vector {
    a.map(|d| -d)
}

pub(super) fn cross(a: &Vector, b: &Vector) -> Dual {
    a[0] * b[1] - a[1] * b[0]
}

pub(super) fn dot(a: &Vector, b: &Vector) -> Dual {
    a[0] * b[0] + a[1] * b[1]
}
