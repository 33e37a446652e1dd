//! Prompts of different lengths as one batch.

use linocut_nn::decoder::Sight;

use super::paligemma_error::PaliGemmaError;

/// The most tokens of a prompt, picture included: what the language model was made for.
const MAX_TOKENS: usize = 8192;

/// Prompts that are filled up on the left to one length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    /// Ids of all prompts, one behind the other, each as long as the longest.
    pub(super) ids: Vec<Vec<u32>>,
    /// Where the picture's tokens begin in each.
    pub(super) images: Vec<usize>,
    /// Which tokens see which: each prompt sees all of itself.
    pub(super) sight: Sight,
}

impl Batch {
    /// Fills up prompts with `pad`. Each has `patches` tokens `image` in one row.
    pub(super) fn new(prompts: &[Vec<u32>], image: u32, patches: usize, pad: u32) -> Result<Self, PaliGemmaError> {
        let longest = prompts.iter().map(Vec::len).max().unwrap_or(0);
        if longest > MAX_TOKENS {
            return Err(PaliGemmaError::TooLong { actual: longest, limit: MAX_TOKENS });
        }
        let padding: Vec<usize> = prompts.iter().map(|prompt| longest - prompt.len()).collect();
        let mut images = Vec::with_capacity(prompts.len());
        let mut ids = Vec::with_capacity(prompts.len());
        for (prompt, &padding) in prompts.iter().zip(&padding) {
            images.push(padding + find(prompt, image, patches)?);
            ids.push(std::iter::repeat_n(pad, padding).chain(prompt.iter().copied()).collect());
        }
        Ok(Self { ids, images, sight: Sight { padding, prefix: longest } })
    }
}

/// Where the picture's tokens begin.
fn find(prompt: &[u32], image: u32, patches: usize) -> Result<usize, PaliGemmaError> {
    let start = prompt.iter().position(|id| *id == image).unwrap_or(prompt.len());
    let row = prompt[start..].iter().take_while(|id| **id == image).count();
    let all = prompt.iter().filter(|id| **id == image).count();
    if row == patches && all == patches {
        Ok(start)
    } else {
        Err(PaliGemmaError::ImageTokens { expected: patches, actual: all })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_up_on_the_left() {
        let batch = Batch::new(&[vec![9, 9, 2, 5], vec![4, 9, 9, 2, 6, 7]], 9, 2, 0).unwrap();
        assert_eq!(batch.ids, [vec![0, 0, 9, 9, 2, 5], vec![4, 9, 9, 2, 6, 7]]);
        assert_eq!(batch.images, [2, 1]);
        assert_eq!(batch.sight, Sight { padding: vec![2, 0], prefix: 6 });
    }

    #[test]
    fn another_number_of_picture_tokens_is_an_error() {
        for prompt in [vec![1, 2], vec![9, 2], vec![9, 1, 9], vec![9, 9, 9], vec![9, 9, 1, 9]] {
            assert!(matches!(Batch::new(&[prompt], 9, 2, 0), Err(PaliGemmaError::ImageTokens { expected: 2, .. })));
        }
    }

    #[test]
    fn a_prompt_beyond_the_model_is_an_error() {
        let error = Batch::new(&[vec![9; MAX_TOKENS + 1]], 9, 2, 0).unwrap_err();
        assert!(matches!(error, PaliGemmaError::TooLong { actual: 8193, limit: 8192 }));
    }
}
