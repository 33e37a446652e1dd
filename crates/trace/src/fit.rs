//! Bisection over one parameter.

/// A parameter value in `low..=high` whose size is close to `target` and what was made with it, in at most `trials` trials.
///
/// `make` yields a thing and its size, which should fall as the parameter rises. The closest in proportion wins; `None`
/// from `make` ends the search, and the best so far is returned.
pub(crate) fn bisect<T>(
    (mut low, mut high): (i32, i32),
    target: usize,
    trials: usize,
    mut make: impl FnMut(i32) -> Option<(T, usize)>,
) -> Option<T> {
    let mut best: Option<(f64, T)> = None;
    for _ in 0..trials {
        if low > high {
            break;
        }
        let middle = low.midpoint(high);
        let Some((thing, size)) = make(middle) else { break };
        let distance = (size.max(1) as f64 / target.max(1) as f64).ln().abs();
        if best.as_ref().is_none_or(|(other, _)| distance < *other) {
            best = Some((distance, thing));
        }
        if distance < 0.2 {
            break;
        }
        if size > target { low = middle + 1 } else { high = middle - 1 }
    }
    best.map(|(_, thing)| thing)
}
