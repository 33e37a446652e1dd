//! Token sequences longer than a text encoder reads, cut into pieces that it does.

/// How a text encoder wants its tokens: `[begin] tokens [end] padding`, always of the same length.
#[derive(Clone, Copy, Debug)]
pub(super) struct ChunkLayout {
    /// Token at the beginning.
    pub(super) begin: u32,
    /// Token at the end.
    pub(super) end: u32,
    /// Token after the end, of its own for each tokenizer: CLIP's first pads with the end token, SDXL's second with 0.
    pub(super) padding: u32,
    /// Tokens of a chunk, at least 3. CLIP: 77.
    pub(super) length: usize,
}

/// A piece of a prompt.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Chunk {
    /// Its tokens, as many as [`ChunkLayout::length`].
    pub(super) tokens: Vec<u32>,
    /// Weight of each token; 1 for those that the layout adds.
    pub(super) weights: Vec<f32>,
}

impl ChunkLayout {
    /// Tokens of a prompt in a chunk.
    pub(super) fn room(&self) -> usize {
        self.length.saturating_sub(2).max(1)
    }

    /// The chunks of a prompt's tokens (without begin and end) and their weights; at least `least`, which makes a positive and
    /// a negative prompt equally long, and at least one, however short the prompt.
    pub(super) fn chunks(&self, tokens: &[(u32, f32)], least: usize) -> Vec<Chunk> {
        let mut parts: Vec<&[(u32, f32)]> = tokens.chunks(self.room()).collect();
        parts.resize(parts.len().max(least).max(1), &[]);
        parts.into_iter().map(|part| self.frame(part)).collect()
    }

    fn frame(&self, part: &[(u32, f32)]) -> Chunk {
        let framed = [(self.begin, 1.0)].into_iter().chain(part.iter().copied()).chain([(self.end, 1.0)]);
        let padded = framed.chain(std::iter::repeat((self.padding, 1.0)));
        let (tokens, weights) = padded.take(self.length.max(3)).unzip();
        Chunk { tokens, weights }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CLIP: ChunkLayout = ChunkLayout { begin: 49406, end: 49407, padding: 0, length: 77 };

    proptest! {
        #[test]
        fn chunks_hold_the_tokens_in_order(count in 0_usize..400, least in 0_usize..6) {
            let tokens: Vec<(u32, f32)> = (1..=count as u32).map(|token| (token, 1.0)).collect();
            let chunks = CLIP.chunks(&tokens, least);
            prop_assert_eq!(chunks.len(), count.div_ceil(75).max(1).max(least));
            prop_assert!(chunks.iter().all(|chunk| chunk.tokens.len() == 77 && chunk.weights.len() == 77));
            let held = chunks.iter().flat_map(|chunk| &chunk.tokens).copied().filter(|&id| id != 0 && id < 49406);
            prop_assert!(held.eq(tokens.into_iter().map(|(token, _)| token)));
        }
    }

    #[test]
    fn an_empty_prompt_is_one_chunk_of_padding() {
        let chunks = CLIP.chunks(&[], 0);
        assert_eq!((chunks.len(), &chunks[0].tokens[..3]), (1, &[49406, 49407, 0][..]));
    }

    #[test]
    fn weights_stay_with_their_tokens() {
        let chunk = &CLIP.chunks(&[(7, 1.5), (8, 0.5)], 0)[0];
        assert_eq!((&chunk.tokens[..4], &chunk.weights[..4]), (&[49406, 7, 8, 49407][..], &[1.0, 1.5, 0.5, 1.0][..]));
    }

    #[test]
    fn a_layout_without_room_still_ends() {
        let chunks = ChunkLayout { length: 0, ..CLIP }.chunks(&[(1, 1.0), (2, 1.0)], 0);
        assert_eq!(chunks.len(), 2);
    }
}
