//! Ways through the UNet: the whole of it, or its shallow layers with deep features of another step.

use std::ops::Range;

use candle_core::Tensor;
use linocut_core::Stop;

use super::deep_cache::DeepFeatures;
use super::model::{UNet, UNetInput};
use super::stage::{Context, Stage};
use crate::model_error::{ModelError, require};

impl UNet {
    /// The prediction for noisy latents, of their shape and type.
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] if an input has another shape than [`UNetInput`] says.
    pub fn forward(&self, input: &UNetInput<'_>) -> Result<Tensor, ModelError> {
        self.forward_until(input, &Stop::never())
    }

    /// As [`UNet::forward`]; polls `stop` before each block.
    ///
    /// # Errors
    ///
    /// As [`UNet::forward`], and [`ModelError::Stopped`] if `stop` asks for an end.
    pub fn forward_until(&self, input: &UNetInput<'_>, stop: &Stop) -> Result<Tensor, ModelError> {
        let time = self.embed_time(input)?;
        let context = Context { time: &time, text: input.text, stop };
        let (state, mut skipped) = self.descend(input.latents, context, usize::MAX)?;
        let state = self.cross(state, context)?;
        self.leave(&self.climb(state, context, &mut skipped, 0..self.layers_up())?)
    }

    /// As [`UNet::forward_until`], with the features that the deep layers hand to the last `shallow` layers.
    ///
    /// # Errors
    ///
    /// As [`UNet::forward_until`], and [`ModelError::Unsupported`] unless there are so many layers, which are at least 1.
    pub fn forward_keeping(
        &self,
        input: &UNetInput<'_>,
        shallow: usize,
        stop: &Stop,
    ) -> Result<(Tensor, DeepFeatures), ModelError> {
        self.check_shallow(shallow)?;
        let time = self.embed_time(input)?;
        let context = Context { time: &time, text: input.text, stop };
        let (state, mut skipped) = self.descend(input.latents, context, usize::MAX)?;
        let (all, state) = (self.layers_up(), self.cross(state, context)?);
        let deep = self.climb(state, context, &mut skipped, 0..all - shallow)?;
        let state = self.climb(deep.clone(), context, &mut skipped, all - shallow..all)?;
        Ok((self.leave(&state)?, DeepFeatures { state: deep, shallow }))
    }

    /// The prediction of the shallow layers, for which those of another step stand in for the deep ones.
    ///
    /// # Errors
    ///
    /// As [`UNet::forward_until`], and [`ModelError::Tensor`] if the features are of latents of another size.
    pub fn forward_shallow(
        &self,
        input: &UNetInput<'_>,
        deep: &DeepFeatures,
        stop: &Stop,
    ) -> Result<Tensor, ModelError> {
        self.check_shallow(deep.shallow)?;
        let time = self.embed_time(input)?;
        let context = Context { time: &time, text: input.text, stop };
        let (_, mut skipped) = self.descend(input.latents, context, deep.shallow)?;
        let all = self.layers_up();
        self.leave(&self.climb(deep.state.clone(), context, &mut skipped, all - deep.shallow..all)?)
    }

    /// The way down until there are `most` states for the way up; with these, the first of them last to be used.
    fn descend(
        &self,
        latents: &Tensor,
        context: Context<'_>,
        most: usize,
    ) -> Result<(Tensor, Vec<Tensor>), ModelError> {
        let mut state = self.enter.forward(latents)?;
        let mut skipped = vec![state.clone()];
        for stage in &self.down {
            state = stage.down(&state, context, &mut skipped, most)?;
        }
        Ok((state, skipped))
    }

    fn cross(&self, state: Tensor, context: Context<'_>) -> Result<Tensor, ModelError> {
        match &self.middle {
            Some(middle) => middle.middle(&state, context),
            None => Ok(state),
        }
    }

    /// These layers of the way up, counted from the middle.
    fn climb(
        &self,
        mut state: Tensor,
        context: Context<'_>,
        skipped: &mut Vec<Tensor>,
        layers: Range<usize>,
    ) -> Result<Tensor, ModelError> {
        let mut before = 0;
        for stage in &self.up {
            let own = layers.start.clamp(before, before + stage.len())..layers.end.clamp(before, before + stage.len());
            if !own.is_empty() {
                state = stage.up(&state, context, skipped, own.start - before..own.end - before)?;
            }
            before += stage.len();
        }
        Ok(state)
    }

    fn leave(&self, state: &Tensor) -> Result<Tensor, ModelError> {
        Ok(self.leave.forward(&self.norm.forward_silu(state)?)?)
    }

    fn layers_up(&self) -> usize {
        self.up.iter().map(Stage::len).sum()
    }

    pub(super) fn check_shallow(&self, shallow: usize) -> Result<(), ModelError> {
        let has = (1..=self.layers_up()).contains(&shallow);
        require(has, "shallow", "a number of layers from 1 to those of the way up", &shallow)
    }
}
