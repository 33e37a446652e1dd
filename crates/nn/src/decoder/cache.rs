//! Keys and values of the tokens so far.

use candle_core::{Error, Result, Tensor};

use super::sight::Sight;

/// Keys and values of one layer, in memory that is had once for many tokens: (batch, room, groups, head).
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    room: Option<(Tensor, Tensor)>,
    tokens: usize,
}

/// Keys and values of the tokens that a [`Decoder`](super::Decoder) has seen, and how those may be seen.
///
/// A clone shares their memory, so only one of the two may go on; [`Cache::fork`] makes one that goes on by itself.
#[derive(Clone, Debug)]
pub struct Cache {
    pub(super) sight: Sight,
    pub(super) layers: Vec<Seen>,
    pub(super) tokens: usize,
    /// Tokens for which room is made at once.
    pub(super) room: usize,
}

/// Tokens for which room is made at a time.
const ROOM: usize = 64;

impl Seen {
    /// The same keys and values in memory of their own; a clone shares it.
    fn copied(&self) -> Result<Self> {
        let room = self.room.as_ref().map(|(keys, values)| Ok::<_, Error>((keys.copy()?, values.copy()?)));
        Ok(Self { room: room.transpose()?, tokens: self.tokens })
    }

    /// Takes in keys and values of the next tokens, (batch, tokens, groups, head); gives those of all tokens so far. Room is made for at
    /// least `least` tokens.
    pub(super) fn extend(&mut self, keys: &Tensor, values: &Tensor, least: usize) -> Result<(Tensor, Tensor)> {
        let (batch, more, groups, head) = keys.dims4()?;
        let all = self.tokens + more;
        let has_room = self.room.as_ref().is_some_and(|(keys, _)| keys.dims()[1] >= all);
        if !has_room {
            let tokens = if all <= least { least } else { all.next_multiple_of(ROOM) + ROOM };
            let room = || Tensor::zeros((batch, tokens, groups, head), keys.dtype(), keys.device());
            let (wider_keys, wider_values) = (room()?, room()?);
            if let Some((old_keys, old_values)) = &self.room {
                wider_keys.slice_set(&old_keys.narrow(1, 0, self.tokens)?.contiguous()?, 1, 0)?;
                wider_values.slice_set(&old_values.narrow(1, 0, self.tokens)?.contiguous()?, 1, 0)?;
            }
            self.room = Some((wider_keys, wider_values));
        }
        let Some((all_keys, all_values)) = &self.room else { return Ok((keys.clone(), values.clone())) };
        all_keys.slice_set(&keys.contiguous()?, 1, self.tokens)?;
        all_values.slice_set(&values.contiguous()?, 1, self.tokens)?;
        self.tokens = all;
        Ok((all_keys.narrow(1, 0, all)?, all_values.narrow(1, 0, all)?))
    }
}

impl Cache {
    /// A cache of the same tokens that goes on by itself.
    ///
    /// # Errors
    ///
    /// When there is no memory for a second copy of keys and values.
    pub fn fork(&self) -> Result<Self> {
        let layers = self.layers.iter().map(Seen::copied).collect::<Result<_>>()?;
        Ok(Self { sight: self.sight.clone(), layers, tokens: self.tokens, room: self.room })
    }

    /// Tokens taken in, padding included.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.tokens
    }

    /// Positions of the next `tokens` tokens of each sequence, counted from `first` behind its padding.
    pub(super) fn positions(&self, batch: usize, tokens: usize, first: usize) -> Vec<usize> {
        let padding = |sequence: usize| self.sight.padding.get(sequence).copied().unwrap_or(0);
        let position =
            |sequence: usize, at: usize| (self.tokens + at + first).saturating_sub(padding(sequence)).max(first);
        (0..batch).flat_map(|sequence| (0..tokens).map(move |at| position(sequence, at))).collect()
    }
}

#[cfg(test)]
mod tests {
    use candle_core::Device;

    use super::*;

    #[test]
    fn tokens_come_back_in_order_however_many_come_at_a_time() {
        let tokens = |from: usize, count: usize| {
            let values = (0..2).flat_map(|row| (from..from + count).map(move |at| (1000 * row + at) as f32));
            Tensor::from_iter(values, &Device::Cpu).unwrap().reshape((2, count, 1, 1)).unwrap()
        };
        let mut seen = Seen::default();
        let mut at = 0;
        for count in [5, 1, 1, 70, 200, 1] {
            let more = tokens(at, count);
            at += count;
            let (keys, values) = seen.extend(&more, &(&more * 2.0).unwrap(), 0).unwrap();
            let expected = tokens(0, at).flatten_all().unwrap().to_vec1::<f32>().unwrap();
            assert_eq!(keys.flatten_all().unwrap().to_vec1::<f32>().unwrap(), expected);
            let doubled: Vec<f32> = expected.iter().map(|value| value * 2.0).collect();
            assert_eq!(values.flatten_all().unwrap().to_vec1::<f32>().unwrap(), doubled);
        }
    }
    #[test]
    fn tokens_for_which_there_is_room_are_not_copied_again() {
        let token = Tensor::ones((2, 1, 1, 4), candle_core::DType::F32, &Device::Cpu).unwrap();
        let mut seen = Seen::default();
        let at = |keys: &Tensor| {
            let (storage, _) = keys.storage_and_layout();
            let candle_core::Storage::Cpu(storage) = &*storage else { panic!("not on the CPU") };
            storage.as_slice::<f32>().unwrap().as_ptr()
        };
        let first = at(&seen.extend(&token, &token, 200).unwrap().0);
        assert!((1..200).all(|_| at(&seen.extend(&token, &token, 200).unwrap().0) == first));
        assert_ne!(at(&seen.extend(&token, &token, 200).unwrap().0), first);
    }

    #[test]
    fn a_fork_goes_on_by_itself() {
        let token = |value: f32| Tensor::full(value, (1, 1, 1, 1), &Device::Cpu).unwrap();
        let mut seen = Seen::default();
        seen.extend(&token(1.0), &token(1.0), 0).unwrap();
        let mut forked = seen.copied().unwrap();
        let (mine, _) = seen.extend(&token(2.0), &token(2.0), 0).unwrap();
        let (other, _) = forked.extend(&token(3.0), &token(3.0), 0).unwrap();
        let numbers = |keys: &Tensor| keys.flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert_eq!((numbers(&mine), numbers(&other)), (vec![1.0, 2.0], vec![1.0, 3.0]));
    }
}
