//! Bisects one integer parameter of a tracer towards a drawing of a wanted size.

/// Everything that was made with values of a parameter in `low..=high`, in at most `trials` trials; what is closest in
/// proportion to the `target` size comes first.
///
/// `make` returns things and their sizes, which should fall as the parameter rises, or nothing to end the search. The
/// first of them decides the direction.
///
/// # Errors
///
/// The first error of `make`.
pub(crate) fn bisect<T, E>(
    (mut low, mut high): (i32, i32),
    target: usize,
    trials: u32,
    mut make: impl FnMut(i32) -> Result<Vec<(T, usize)>, E>,
) -> Result<Vec<T>, E> {
    let mut made: Vec<(f64, T)> = Vec::new();
    for _ in 0..trials {
        if low > high {
            break;
        }
        let middle = low.midpoint(high);
        let things = make(middle)?;
        let Some(&(_, size)) = things.first() else { break };
        if size > target {
            low = middle + 1;
        } else {
            high = middle - 1;
        }
        let distance = |size: usize| {
            let ratio = size.max(1) as f64 / target.max(1) as f64;
            ratio.max(ratio.recip())
        };
        made.extend(things.into_iter().map(|(thing, size)| (distance(size), thing)));
    }
    made.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(made.into_iter().map(|(_, thing)| thing).collect())
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    fn search(target: usize, trials: u32) -> (Vec<i32>, usize) {
        let mut tried = 0;
        let made: Result<_, Infallible> = bisect((0, 100), target, trials, |value| {
            tried += 1;
            Ok(vec![(value, 100_000 >> value.min(16))])
        });
        (made.unwrap(), tried)
    }

    #[test]
    fn the_value_nearest_to_the_target_comes_first() {
        assert_eq!(search(25_000, 20).0[0], 2);
    }

    #[test]
    fn keeps_to_the_number_of_trials() {
        assert_eq!(search(25_000, 3).1, 3);
        assert_eq!(search(25_000, 0), (vec![], 0));
    }

    #[test]
    fn ends_when_nothing_is_made_and_passes_errors_on() {
        let ended: Result<Vec<u8>, &str> = bisect((0, 9), 5, 9, |_| Ok(vec![]));
        assert_eq!(ended, Ok(vec![]));
        let failed: Result<Vec<u8>, &str> = bisect((0, 9), 5, 9, |_| Err("no"));
        assert_eq!(failed, Err("no"));
    }
}
