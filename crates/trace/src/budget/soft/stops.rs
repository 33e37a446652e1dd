//! Fits the stops of a fade to opacities along its way.

use super::super::fade::{MOST_STOPS, STOP_BYTES};

/// Steps of the way at which a stop is tried first, and rounds in which stops are moved by a hundredth.
const STEPS: u16 = 20;
const ROUNDS: usize = 3;

/// Stops, as shares of the way and opacities in thousandths, for samples of (share of the way, opacity, weight): as many as save
/// `price` for each byte. Also returns the weighted squared error that is left.
pub(crate) fn fit_stops(samples: &[(f64, f64, f64)], price: f64) -> (Vec<(u16, u16)>, f64) {
    let mut places = vec![0, 1000];
    let mut error = solved(samples, &places).1;
    while places.len() < MOST_STOPS {
        let free = (1..STEPS).map(|step| step * (1000 / STEPS)).filter(|place| !places.contains(place));
        let tried = free.map(|place| {
            let mut more = places.clone();
            more.push(place);
            more.sort_unstable();
            (solved(samples, &more).1, more)
        });
        let Some((less, more)) = tried.min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
        if error - less <= price * f64::from(STOP_BYTES) {
            break;
        }
        (places, error) = (more, less);
        error = moved(samples, &mut places, error);
    }
    let (levels, _) = solved(samples, &places);
    let mut stops: Vec<(u16, u16)> =
        places.iter().zip(&levels).map(|(place, level)| (*place, 10 * (100.0 * level).round() as u16)).collect();
    // Before the first stop and after the last, opacity is as there.
    while stops.len() > 2 && stops[0].1 == stops[1].1 {
        stops.remove(0);
    }
    while stops.len() > 2 && stops[stops.len() - 2].1 == stops[stops.len() - 1].1 {
        stops.pop();
    }
    (stops, error)
}

/// Moves inner stops as long as that lessens the error.
fn moved(samples: &[(f64, f64, f64)], places: &mut [u16], mut error: f64) -> f64 {
    for _ in 0..ROUNDS {
        for i in 1..places.len() - 1 {
            for step in [-10_i16, 10] {
                loop {
                    let old = places[i];
                    let Some(new) =
                        old.checked_add_signed(step).filter(|new| places[i - 1] < *new && *new < places[i + 1])
                    else {
                        break;
                    };
                    places[i] = new;
                    let less = solved(samples, places).1;
                    if less >= error {
                        places[i] = old;
                        break;
                    }
                    error = less;
                }
            }
        }
    }
    error
}

/// The best opacities at these places, by least squares, and their error.
fn solved(samples: &[(f64, f64, f64)], places: &[u16]) -> ([f64; MOST_STOPS], f64) {
    let count = places.len();
    let mut diagonal = [1e-9; MOST_STOPS];
    let mut beside = [0.0; MOST_STOPS];
    let mut wanted = [0.0; MOST_STOPS];
    let parts = |share: f64| {
        let share = 1000.0 * share.clamp(0.0, 1.0);
        let after = places.iter().position(|place| f64::from(*place) > share).unwrap_or(count - 1).max(1);
        let (low, high) = (f64::from(places[after - 1]), f64::from(places[after]));
        (after, ((share - low) / (high - low)).clamp(0.0, 1.0))
    };
    for &(share, level, weight) in samples {
        let (after, part) = parts(share);
        diagonal[after] += weight * part * part;
        diagonal[after - 1] += weight * (1.0 - part) * (1.0 - part);
        beside[after - 1] += weight * part * (1.0 - part);
        wanted[after] += weight * part * level;
        wanted[after - 1] += weight * (1.0 - part) * level;
    }
    // The matrix has three diagonals: elimination downwards, substitution upwards.
    for i in 1..count {
        let share = beside[i - 1] / diagonal[i - 1];
        diagonal[i] -= share * beside[i - 1];
        wanted[i] -= share * wanted[i - 1];
    }
    let mut levels = [0.0; MOST_STOPS];
    for i in (0..count).rev() {
        let next = if i + 1 < count { beside[i] * levels[i + 1] } else { 0.0 };
        levels[i] = (wanted[i] - next) / diagonal[i].max(1e-12);
    }
    levels.iter_mut().for_each(|level| *level = level.clamp(0.0, 1.0));
    let error = samples.iter().map(|&(share, level, weight)| {
        let (after, part) = parts(share);
        let miss = levels[after - 1] + part * (levels[after] - levels[after - 1]) - level;
        weight * miss * miss
    });
    (levels, error.sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A hundred samples of a function of the share of the way.
    fn samples(level: impl Fn(f64) -> f64) -> Vec<(f64, f64, f64)> {
        (0..100).map(|i| (f64::from(i) + 0.5) / 100.0).map(|share| (share, level(share), 50.0)).collect()
    }

    #[test]
    fn a_plateau_and_a_slope_take_two_stops() {
        let (stops, error) = fit_stops(&samples(|share| ((0.9 - share) / 0.5).clamp(0.0, 1.0)), 1e-4);
        assert!(error < 0.02, "{error}");
        assert!(stops.len() <= 4, "{stops:?}");
        assert!(stops.iter().any(|stop| stop.0.abs_diff(400) <= 20 && stop.1 >= 980), "{stops:?}");
        assert!(stops.iter().any(|stop| stop.0.abs_diff(900) <= 20 && stop.1 <= 20), "{stops:?}");
    }

    #[test]
    fn a_dear_price_leaves_two_stops() {
        let curve = samples(|share| (1.0 - share * share) * (1.0 - share * share));
        let (cheap, close) = fit_stops(&curve, 1e-6);
        let (dear, coarse) = fit_stops(&curve, 1e6);
        assert_eq!(dear.len(), 2);
        assert!(cheap.len() > 3 && close < 0.1 * coarse, "{close} {coarse} {cheap:?}");
    }

    #[test]
    fn no_samples_give_two_stops() {
        assert_eq!(fit_stops(&[], 1.0), (vec![(0, 0), (1000, 0)], 0.0));
    }
}
