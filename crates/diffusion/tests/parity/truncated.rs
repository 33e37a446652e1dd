//! Files of a model that are damaged.

use std::path::{Path, PathBuf};

use linocut_diffusion::ModelFolder;
use linocut_diffusion::sdxl::Sdxl;
use tempfile::TempDir;

use crate::pipeline::folder;

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}

/// What is said of the tiny model with this file changed.
fn said_of(file: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> (String, PathBuf) {
    let temporary = TempDir::new().unwrap();
    copy(&folder("sdxl"), temporary.path());
    let file = temporary.path().join(file);
    std::fs::write(&file, change(std::fs::read(&file).unwrap())).unwrap();
    let error = Sdxl::load(&ModelFolder::new(temporary.path()), None).unwrap_err();
    (error.to_string(), file)
}

#[test]
fn truncated_weights_are_named() {
    for part in ["unet/diffusion_pytorch_model", "vae/diffusion_pytorch_model", "text_encoder_2/model"] {
        for kept in [0, 7, 1000, 9000] {
            let (error, file) = said_of(&format!("{part}.safetensors"), |mut bytes| {
                bytes.truncate(kept);
                bytes
            });
            assert!(error.contains(&*file.to_string_lossy()), "{part} {kept}: {error}");
        }
    }
}

#[test]
fn damaged_configurations_are_named() {
    for part in ["unet/config.json", "tokenizer/tokenizer_config.json", "scheduler/scheduler_config.json"] {
        let (error, file) = said_of(part, |bytes| bytes[..bytes.len() / 2].to_vec());
        assert!(error.contains(&*file.to_string_lossy()), "{part}: {error}");
    }
}
