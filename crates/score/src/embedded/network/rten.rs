//! The embedded runtime: rten, in pure Rust.

use std::fmt;
use std::sync::Arc;

use rten::{Model, ModelOptions, RunOptions, ThreadPool, TryFromValueError};
use rten_tensor::{AsView, Layout, NdTensorView, Tensor as RtenTensor};

use super::{Network, NetworkError, Tensor};

const RUNTIME: &str = "rten";

/// A network in rten.
pub(super) struct Embedded {
    model: Model,
    pool: Arc<ThreadPool>,
}

impl Embedded {
    /// Reads the file and lays out its weights.
    pub(super) fn load(file: &'static [u8], threads: usize) -> Result<Self, NetworkError> {
        let model = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .load_static_slice(file)
            .map_err(|error| NetworkError::Load { runtime: RUNTIME, reason: error.to_string() })?;
        Ok(Self { model, pool: Arc::new(ThreadPool::with_num_threads(threads.max(1))) })
    }

    fn output(&self, shape: [usize; 4], values: &[f32]) -> Result<RtenTensor<f32>, String> {
        let input = NdTensorView::try_from_data(shape, values).map_err(|error| error.to_string())?;
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let output = self.model.run_one(input.into(), Some(options)).map_err(|error| error.to_string())?;
        RtenTensor::try_from(output).map_err(|error: TryFromValueError| error.to_string())
    }
}

impl Network for Embedded {
    fn run(&self, shape: [usize; 4], values: &[f32]) -> Result<Tensor, NetworkError> {
        let output =
            self.output(shape, values).map_err(|reason| NetworkError::Run { runtime: RUNTIME, shape, reason })?;
        Ok(Tensor { shape: output.shape().to_vec(), values: output.to_vec() })
    }

    fn metadata(&self, key: &str) -> Option<String> {
        self.model.metadata().get(key).map(str::to_owned)
    }

    fn runtime(&self) -> &'static str {
        RUNTIME
    }
}

impl fmt::Debug for Embedded {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Embedded").field("parameters", &self.model.total_params()).finish_non_exhaustive()
    }
}
