//! Points and vectors of the plane, in pixels; the centre of the first pixel is at (.5, .5).

pub(super) type P = [f64; 2];

pub(super) fn add(a: P, b: P) -> P {
    [a[0] + b[0], a[1] + b[1]]
}

pub(super) fn sub(a: P, b: P) -> P {
    [a[0] - b[0], a[1] - b[1]]
}

pub(super) fn scale(a: P, by: f64) -> P {
    [a[0] * by, a[1] * by]
}

/// `a` and `by` times `b` beyond it.
pub(super) fn along(a: P, b: P, by: f64) -> P {
    add(a, scale(b, by))
}

pub(super) fn dot(a: P, b: P) -> f64 {
    a[0] * b[0] + a[1] * b[1]
}

pub(super) fn length(a: P) -> f64 {
    dot(a, a).sqrt()
}

pub(super) fn distance(a: P, b: P) -> f64 {
    length(sub(a, b))
}

/// The direction of a vector; none of it where it has no length.
pub(super) fn direction(a: P) -> P {
    let size = length(a);
    if size > 1e-9 { scale(a, 1.0 / size) } else { [0.0; 2] }
}

/// The vector turned by a quarter.
pub(super) fn normal(a: P) -> P {
    [-a[1], a[0]]
}

/// Length of a line through points.
pub(super) fn extent(points: &[P]) -> f64 {
    points.windows(2).map(|pair| distance(pair[0], pair[1])).sum()
}
