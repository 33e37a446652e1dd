//! Bisection over one parameter.

/// How far from the target a size may be to end the search, as a share of it in either direction.
const CLOSE: f64 = 0.2;

/// What was made with a parameter in `low..=high` and has a size close to `target`, in at most `trials` trials.
///
/// `make` yields a thing and its size, which should fall as the parameter rises, or `None` to end the search. The closest
/// in proportion wins.
///
/// # Errors
///
/// The first of `make`'s.
pub(crate) fn bisect<T, E>(
    (mut low, mut high): (i32, i32),
    target: usize,
    trials: u32,
    mut make: impl FnMut(i32) -> Result<Option<(T, usize)>, E>,
) -> Result<Option<T>, E> {
    let mut best: Option<(f64, T)> = None;
    for _ in 0..trials {
        if low > high {
            break;
        }
        let middle = low.midpoint(high);
        let Some((thing, size)) = make(middle)? else { break };
        let distance = (size.max(1) as f64 / target.max(1) as f64).ln().abs();
        if best.as_ref().is_none_or(|(other, _)| distance < *other) {
            best = Some((distance, thing));
        }
        if distance < CLOSE {
            break;
        }
        if size > target { low = middle + 1 } else { high = middle - 1 }
    }
    Ok(best.map(|(_, thing)| thing))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn search(target: usize, trials: u32) -> (Option<i32>, Vec<i32>) {
        let mut tried = Vec::new();
        let made: Result<_, Infallible> = bisect((0, 100), target, trials, |value| {
            tried.push(value);
            Ok(Some((value, 100_000 >> value.min(16))))
        });
        (made.unwrap(), tried)
    }

    #[test]
    fn finds_the_value_of_the_target() {
        assert_eq!(search(25_000, 20).0, Some(2));
    }

    #[test]
    fn keeps_to_the_number_of_trials() {
        assert_eq!(search(25_000, 3).1.len(), 3);
        assert_eq!(search(25_000, 0), (None, vec![]));
    }

    #[test]
    fn ends_when_nothing_is_made_and_passes_errors_on() {
        let ended: Result<Option<u8>, &str> = bisect((0, 9), 5, 9, |_| Ok(None));
        assert_eq!(ended, Ok(None));
        let failed: Result<Option<u8>, &str> = bisect((0, 9), 5, 9, |_| Err("no"));
        assert_eq!(failed, Err("no"));
    }
}
