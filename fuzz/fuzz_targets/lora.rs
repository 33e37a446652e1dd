//! Any bytes are a LoRA or refused: its header, names, shapes and metadata.

#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use linocut_diffusion::lora::Lora;

fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("linocut-fuzz-{}.safetensors", std::process::id()));
    fs::write(&path, bytes).expect("the folder of temporary files can be written");
    match Lora::open(&path, 1.0) {
        Ok(lora) => assert!(lora.modules().count() > 0),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
