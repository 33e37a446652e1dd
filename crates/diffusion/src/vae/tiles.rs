//! Large pictures decoded in overlapping tiles that fade into each other.

use candle_core::{DType, Tensor};

use crate::model_error::ModelError;

/// How a side is cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Tiling {
    /// Latents along a tile's side.
    pub(super) side: usize,
    /// Latents that neighbours share; under `side`.
    pub(super) overlap: usize,
}

impl Tiling {
    /// Where tiles begin along a side of `length` latents: evenly apart, none over the end.
    fn starts(self, length: usize) -> Vec<usize> {
        if length <= self.side {
            return vec![0];
        }
        let room = length - self.side;
        let count = room.div_ceil(self.side - self.overlap);
        (0..=count).map(|at| room * at / count).collect()
    }
}

/// Decodes latents (batch, channels, height, width) tile by tile; `scale` pixels along the side of a latent.
pub(super) fn decode(
    latents: &Tensor,
    tiling: Tiling,
    scale: usize,
    decode: impl Fn(&Tensor) -> Result<Tensor, ModelError>,
) -> Result<Tensor, ModelError> {
    let (_, _, height, width) = latents.dims4()?;
    let by_row = tiling.starts(height).into_iter().map(|top| {
        let row = latents.narrow(2, top, tiling.side.min(height))?;
        let tiles = tiling.starts(width).into_iter().map(|left| {
            let tile = row.narrow(3, left, tiling.side.min(width))?.contiguous()?;
            Ok((left * scale, decode(&tile)?))
        });
        Ok((top * scale, join(tiles, 3)?))
    });
    join(by_row, 2)
}

/// Joins neighbours along a dimension: where two overlap, the share of the second grows from 0 to 1.
fn join(tiles: impl Iterator<Item = Result<(usize, Tensor), ModelError>>, dim: usize) -> Result<Tensor, ModelError> {
    let mut joined: Option<Tensor> = None;
    for tile in tiles {
        let (start, tile) = tile?;
        joined = Some(match joined {
            None => tile,
            Some(before) => blend(&before, &tile, start, dim)?,
        });
    }
    joined.ok_or_else(|| candle_core::Error::Msg("no tiles".to_owned()).into())
}

fn blend(before: &Tensor, tile: &Tensor, start: usize, dim: usize) -> candle_core::Result<Tensor> {
    let shared = before.dim(dim)? - start;
    let mut shape = [1; 4];
    shape[dim] = shared;
    let share = (0..shared).map(|at| (at as f32 + 0.5) / shared as f32);
    let share = Tensor::from_iter(share, tile.device())?.to_dtype(DType::F32)?.reshape(&shape[..])?;
    let share = share.to_dtype(tile.dtype())?;
    let (old, new) = (before.narrow(dim, start, shared)?, tile.narrow(dim, 0, shared)?);
    let mixed = (&old + (new - &old)?.broadcast_mul(&share)?)?;
    let rest = tile.narrow(dim, shared, tile.dim(dim)? - shared)?;
    Tensor::cat(&[&before.narrow(dim, 0, start)?, &mixed, &rest], dim)
}

#[cfg(test)]
mod tests {
    use candle_core::Device;
    use proptest::prelude::*;

    use super::*;
    use crate::block::double;

    proptest! {
        #[test]
        fn tiles_cover_the_side_and_overlap(length in 1_usize..600, side in 2_usize..130, overlap in 0_usize..60) {
            let tiling = Tiling { side, overlap: overlap.min(side - 1) };
            let starts = tiling.starts(length);
            prop_assert_eq!(starts[0], 0);
            prop_assert_eq!(starts[starts.len() - 1] + side.min(length), length.max(side.min(length)));
            prop_assert!(starts.windows(2).all(|pair| pair[0] < pair[1] && pair[1] - pair[0] <= side - tiling.overlap));
        }
    }

    #[test]
    fn a_decoder_without_memory_gives_the_same_in_tiles() {
        let latents = Tensor::arange(0_f32, 2.0 * 23.0 * 31.0, &Device::Cpu).unwrap().reshape((1, 2, 23, 31)).unwrap();
        let tiled = decode(&latents, Tiling { side: 9, overlap: 3 }, 2, |tile| Ok(double(tile)?)).unwrap();
        let whole = double(&latents).unwrap();
        assert_eq!(tiled.dims(), whole.dims());
        let apart = (tiled - whole).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        assert!(apart < 1e-3, "{apart}");
    }

    #[test]
    fn a_jump_between_tiles_is_spread_over_the_overlap() {
        let latents = Tensor::zeros((1, 1, 4, 48), DType::F32, &Device::Cpu).unwrap();
        let brightness = std::cell::Cell::new(0.0);
        let picture = decode(&latents, Tiling { side: 32, overlap: 16 }, 1, |tile| {
            brightness.set(brightness.get() + 1.0);
            Ok((tile + brightness.get())?)
        });
        let row = picture.unwrap().get(0).unwrap().get(0).unwrap().get(0).unwrap().to_vec1::<f32>().unwrap();
        assert_eq!((row[0], row[47]), (1.0, 2.0));
        assert!(row.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.07), "{row:?}");
    }
}
