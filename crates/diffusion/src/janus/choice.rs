//! A token by chance.

/// The token that a share of 1 stands for where every token has its share: the softmax of the scores, one after the other. None if there is
/// no token or a score is not a number.
///
/// `torch.multinomial` of the published code draws from the same distribution; its random numbers are no other library's.
#[must_use]
pub fn choose(scores: &[f32], share: f64) -> Option<usize> {
    if !scores.iter().all(|score| score.is_finite()) {
        return None;
    }
    let largest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let weight = |score: &f32| f64::from(score - largest).exp();
    let aim = share * scores.iter().map(weight).sum::<f64>();
    let mut below = 0.0;
    let mut last = None;
    for (token, weight) in scores.iter().map(weight).enumerate() {
        below += weight;
        if weight > 0.0 {
            last = Some(token);
        }
        if below > aim {
            return Some(token);
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_have_their_shares_in_order() {
        let scores = [0.0, 3.0_f32.ln(), f32::MIN, 4.0_f32.ln()];
        let chosen = [0.0, 0.124, 0.126, 0.499, 0.501, 0.999, 1.0].map(|share| choose(&scores, share).unwrap());
        assert_eq!(chosen, [0, 0, 1, 1, 3, 3, 3]);
    }

    #[test]
    fn scores_that_are_not_numbers_choose_nothing() {
        assert_eq!(choose(&[], 0.5), None);
        assert_eq!(choose(&[0.0, f32::NAN], 0.5), None);
        assert_eq!(choose(&[0.0, f32::INFINITY], 0.5), None);
    }
}
