//! A file of golden tensors, and what was compared with them.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};

/// Tensors and notes of one file.
pub(crate) struct Golden {
    pub(crate) file: PathBuf,
    tensors: HashMap<String, Tensor>,
    notes: HashMap<String, String>,
}

impl Golden {
    pub(crate) fn read(file: &Path) -> Self {
        let tensors = candle_core::safetensors::load(file, &Device::Cpu).unwrap();
        let bytes = std::fs::read(file).unwrap();
        let (_, header) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
        Self { file: file.to_owned(), tensors, notes: header.metadata().clone().unwrap_or_default() }
    }

    /// All golden files of a folder, sorted.
    pub(crate) fn all_in(folder: &Path) -> Vec<Self> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "safetensors"));
        files.sort();
        files.iter().map(|file| Self::read(file)).collect()
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.tensors.contains_key(name)
    }

    /// The names of all tensors.
    pub(crate) fn names(&self) -> Vec<String> {
        self.tensors.keys().cloned().collect()
    }

    /// A tensor in f32.
    pub(crate) fn get(&self, name: &str) -> Tensor {
        let found = self.tensors.get(name).unwrap_or_else(|| panic!("{} lacks {name}", self.file.display()));
        found.to_dtype(DType::F32).unwrap()
    }

    pub(crate) fn note(&self, name: &str) -> &str {
        self.notes.get(name).map_or("", String::as_str)
    }

    /// Rows of whole numbers.
    pub(crate) fn rows(&self, name: &str) -> Vec<Vec<u32>> {
        self.tensors[name].to_dtype(DType::U32).unwrap().to_vec2().unwrap()
    }
}

/// Tensors compared so far, and the tolerance.
pub(crate) struct Tally {
    pub(crate) tolerance: f32,
    pub(crate) tensors: usize,
    pub(crate) files: usize,
    pub(crate) worst: f32,
}

impl Tally {
    pub(crate) fn new(tolerance: f32) -> Self {
        Self { tolerance, tensors: 0, files: 0, worst: 0.0 }
    }

    /// Compares by the largest difference as a share of the largest golden number.
    pub(crate) fn compare(&mut self, found: &Tensor, golden: &Golden, name: &str) {
        self.compare_part(found, &golden.get(name), golden, name);
    }

    /// As [`Tally::compare`], with what was made of a golden tensor.
    pub(crate) fn compare_part(&mut self, found: &Tensor, expected: &Tensor, golden: &Golden, name: &str) {
        assert_eq!(found.dims(), expected.dims(), "{} {name}", golden.file.display());
        let largest = |t: &Tensor| t.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        let apart = largest(&(found.to_dtype(DType::F32).unwrap() - expected).unwrap());
        let apart = apart / largest(expected).max(f32::MIN_POSITIVE);
        assert!(apart <= self.tolerance, "{} {name}: {apart} over {}", golden.file.display(), self.tolerance);
        self.tensors += 1;
        self.worst = self.worst.max(apart);
    }

    #[expect(clippy::print_stdout, reason = "the figure is what the test is run for")]
    pub(crate) fn finish(&self, what: &str) {
        println!("{what}: compared {} tensors in {} files, at most {:.1e} apart", self.tensors, self.files, self.worst);
        assert!(self.tensors > 0, "{what}: nothing was compared");
    }
}
