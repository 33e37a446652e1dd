//! Numbers as pixels.

use candle_core::{DType, Tensor};
use image::RgbImage;

use crate::model_error::ModelError;

/// The first of a batch of pictures, (batch, 3, height, width), 0 to 1; rounded to 8 bits.
pub(super) fn to_image(picture: &Tensor) -> Result<RgbImage, ModelError> {
    let (_, channels, height, width) = picture.dims4()?;
    let rounded = (picture.get(0)?.to_dtype(DType::F32)? * 255.0)?.round()?.to_dtype(DType::U8)?;
    let bytes = rounded.permute((1, 2, 0))?.flatten_all()?.to_vec1::<u8>()?;
    RgbImage::from_raw(width as u32, height as u32, bytes).ok_or_else(|| ModelError::ShapeMismatch {
        tensor: "picture",
        expected: "(batch, 3, height, width)".to_owned(),
        actual: vec![1, channels, height, width],
    })
}
