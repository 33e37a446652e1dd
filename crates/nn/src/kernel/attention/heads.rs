//! What attention reads: vectors by batch, token and head, and which of them may be seen.

use candle_core::{CpuStorage, Layout, Result};

use crate::attention::Mask;

/// A tensor of shape (batch, tokens, heads, size) whose last dimension is in one piece.
#[derive(Clone, Copy)]
pub(super) struct Heads<'a> {
    elements: &'a [f32],
    pub(super) batch: usize,
    pub(super) tokens: usize,
    pub(super) heads: usize,
    pub(super) size: usize,
    /// Elements from one batch, token and head to the next.
    strides: [usize; 3],
}

impl<'a> Heads<'a> {
    pub(super) fn new(storage: &'a CpuStorage, layout: &Layout) -> Result<Self> {
        let (batch, tokens, heads, size) = layout.shape().dims4()?;
        let elements = &storage.as_slice::<f32>()?[layout.start_offset()..];
        let stride = layout.stride();
        Ok(Self { elements, batch, tokens, heads, size, strides: [stride[0], stride[1], stride[2]] })
    }

    /// The vector of one token and head.
    pub(super) fn vector(&self, batch: usize, token: usize, head: usize) -> &'a [f32] {
        let [per_batch, per_token, per_head] = self.strides;
        &self.elements[batch * per_batch + token * per_token + head * per_head..][..self.size]
    }
}

/// Which keys a query sees.
#[derive(Clone, Copy)]
pub(super) enum View<'a> {
    All,
    Causal,
    Additive(&'a [f32]),
}

impl<'a> View<'a> {
    pub(super) fn new(mask: &Mask, addend: Option<&'a [f32]>) -> Self {
        match (mask, addend) {
            (_, Some(addend)) => Self::Additive(addend),
            (Mask::Causal, None) => Self::Causal,
            _ => Self::All,
        }
    }
}
