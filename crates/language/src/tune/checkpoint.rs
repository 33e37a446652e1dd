//! The state of a run on disk.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use linocut_nn::candle_core::{DType, Tensor, safetensors};

use super::error::TuneError;
use super::run::{Step, Tuning};

/// Prefixes of weights and of their moments.
const PARTS: [&str; 3] = ["weight", "first", "second"];
/// The table of steps.
const STEPS: &str = "steps";
/// What the run is, as bytes of a text.
const RUN: &str = "run";

impl Tuning {
    /// Writes weights, moments and the record so far. The file is there whole or not at all.
    ///
    /// # Errors
    ///
    /// [`TuneError::Io`] if it cannot be written.
    pub fn save(&self, file: &Path) -> Result<(), TuneError> {
        let mut tensors = HashMap::new();
        for ((name, variable), (first, second)) in self.learner.variables.iter().zip(&self.adam.moments) {
            for (part, tensor) in PARTS.into_iter().zip([variable.as_tensor(), first, second]) {
                tensors.insert(format!("{part}.{name}"), tensor.detach());
            }
        }
        let device = self.learner.variables.first().map(|(_, variable)| variable.device().clone());
        let device = device.unwrap_or(linocut_nn::candle_core::Device::Cpu);
        let rows: Vec<f64> =
            self.steps.iter().flat_map(|step| [step.loss, step.gradient, step.rate, step.tokens as f64]).collect();
        tensors.insert(STEPS.to_owned(), Tensor::from_vec(rows, (self.steps.len(), 4), &device)?);
        let run = self.identity();
        tensors.insert(RUN.to_owned(), Tensor::from_slice(run.as_bytes(), run.len(), &device)?);
        write_whole(file, |partial| Ok(safetensors::save(&tensors, partial)?))
    }

    /// Goes on from a checkpoint of this run, as if it had never stopped.
    ///
    /// # Errors
    ///
    /// [`TuneError::Checkpoint`] if it is of another model, other pairs or other options.
    pub fn resume(&mut self, file: &Path) -> Result<(), TuneError> {
        let other = |field: &str, actual: String, expected: String| TuneError::Checkpoint {
            file: file.to_owned(),
            field: field.to_owned(),
            actual,
            expected,
        };
        if !file.is_file() {
            let source = std::io::ErrorKind::NotFound.into();
            return Err(TuneError::Io { file: file.to_owned(), source });
        }
        let device = self.learner.variables.first().map(|(_, variable)| variable.device().clone());
        let device = device.unwrap_or(linocut_nn::candle_core::Device::Cpu);
        let tensors = safetensors::load(file, &device)?;
        let get =
            |name: &str| tensors.get(name).ok_or_else(|| other(name, "missing".to_owned(), "a tensor".to_owned()));
        let run = String::from_utf8_lossy(&get(RUN)?.flatten_all()?.to_vec1::<u8>()?).into_owned();
        let mine = self.identity();
        for (there, here) in run.lines().zip(mine.lines()) {
            if there != here {
                let (field, actual) = there.split_once(": ").unwrap_or(("run", there));
                return Err(other(field, actual.to_owned(), here.split_once(": ").map_or(here, |it| it.1).to_owned()));
            }
        }
        if run.len() != mine.len() {
            return Err(other("run", format!("{} bytes", run.len()), format!("{} bytes", mine.len())));
        }
        let mut parts = Vec::with_capacity(self.learner.variables.len());
        for (name, variable) in &self.learner.variables {
            let part = |part: &str| {
                let name = format!("{part}.{name}");
                let tensor = get(&name)?;
                if tensor.dims() != variable.dims() || tensor.dtype() != DType::F32 {
                    return Err(other(&name, format!("{:?}", tensor.dims()), format!("{:?}", variable.dims())));
                }
                Ok(tensor.clone())
            };
            parts.push([part(PARTS[0])?, part(PARTS[1])?, part(PARTS[2])?]);
        }
        let rows = get(STEPS)?.to_dtype(DType::F64)?.to_vec2::<f64>()?;
        let step = |(at, row): (usize, &Vec<f64>)| match row[..] {
            [loss, gradient, rate, tokens] => {
                Ok(Step { number: at + 1, loss, gradient, rate, tokens: tokens as usize })
            }
            _ => Err(other(STEPS, format!("{} columns", row.len()), "4 columns".to_owned())),
        };
        self.steps = rows.iter().enumerate().map(step).collect::<Result<_, _>>()?;
        for (((_, variable), moments), [weight, first, second]) in
            self.learner.variables.iter().zip(&mut self.adam.moments).zip(parts)
        {
            variable.set(&weight)?;
            *moments = (first, second);
        }
        Ok(())
    }
}

/// Writes a file beside its place and then moves it there.
pub(super) fn write_whole(file: &Path, write: impl FnOnce(&Path) -> Result<(), TuneError>) -> Result<(), TuneError> {
    let io = |source| TuneError::Io { file: file.to_owned(), source };
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).map_err(io)?;
    }
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let partial = file.with_file_name(name);
    write(&partial)?;
    fs::rename(&partial, file).map_err(io)
}
