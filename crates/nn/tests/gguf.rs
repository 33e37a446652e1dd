//! Weights of GGUF files.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::fs::File;
use std::path::Path;

use candle_core::quantized::{GgmlDType, QTensor, gguf_file};
use candle_core::{DType, Device, Tensor};
use linocut_nn::Linear;
use linocut_nn::weights::{View, Weights, WeightsError};

fn wave(rows: usize, columns: usize) -> Tensor {
    let value = |at: usize| ((at * at % 1009) as f32 * 0.37).sin();
    Tensor::from_vec((0..rows * columns).map(value).collect::<Vec<_>>(), (rows, columns), &Device::Cpu).unwrap()
}

/// A layer in blocks of four bits, one in f16 and a norm, under the names of ggml.
fn write(path: &Path) {
    let of = |tensor: &Tensor, kind| QTensor::quantize(tensor, kind).unwrap();
    let (blocks, half) = (of(&wave(8, 256), GgmlDType::Q4K), of(&wave(4, 256), GgmlDType::F16));
    let norm = of(&wave(1, 256).squeeze(0).unwrap(), GgmlDType::F32);
    let tensors = [("blk.0.attn_q.weight", &blocks), ("blk.0.attn_k.weight", &half), ("blk.0.attn_norm.weight", &norm)];
    gguf_file::write(&mut File::create(path).unwrap(), &[], &tensors).unwrap();
}

#[test]
fn blocks_are_multiplied_as_they_are_under_the_model_s_own_names() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    write(&path);
    let weights = Weights::gguf(&path, DType::F32, &Device::Cpu).unwrap();
    let weights = weights.renamed([("layers.", "blk."), ("q_proj", "attn_q"), ("k_proj", "attn_k")]);
    let outline = weights.outline();
    for weights in [&outline, &weights] {
        let layer = weights.pp("layers.0");
        Linear::load(&layer.pp("q_proj"), 256, 8, false).unwrap();
        Linear::load(&layer.pp("k_proj"), 256, 4, false).unwrap();
        layer.get("attn_norm.weight", &[256]).unwrap();
        weights.finish(&[]).unwrap();
    }
    assert_eq!(outline.asked_bytes(), weights.asked_bytes());
    assert_eq!(weights.asked_bytes(), 8 * 144 + 4 * 256 * 4 + 256 * 4);
    let layer = Linear::load(&weights.pp("layers.0.q_proj"), 256, 8, false).unwrap();
    let (input, exact) = (wave(3, 256), wave(8, 256));
    let expected = input.matmul(&exact.t().unwrap()).unwrap();
    let power = |tensor: &Tensor| tensor.sqr().unwrap().mean_all().unwrap().to_scalar::<f32>().unwrap();
    let apart = power(&(layer.forward(&input).unwrap() - &expected).unwrap()) / power(&expected);
    assert!(apart.sqrt() < 0.15, "{apart}");
}

#[test]
fn rows_of_blocks_have_names_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    write(&path);
    let weights = Weights::gguf(&path, DType::F32, &Device::Cpu).unwrap();
    let whole = Linear::load(&weights.pp("blk.0.attn_q"), 256, 8, false).unwrap();
    let viewed = weights.viewed(|name, shape| match name {
        "blk.0.attn_q.weight" => {
            let rows = |from, until| View::rows("back.weight", shape, from..until);
            Some(vec![View::rows("front.weight", shape, 0..3), rows(6, 8).before(rows(3, 6))])
        }
        _ => None,
    });
    let outline = viewed.outline();
    let input = wave(3, 256);
    let expected = whole.forward(&input).unwrap();
    for (name, width, rows) in [("front", 3, vec![0_u32, 1, 2]), ("back", 5, vec![6, 7, 3, 4, 5])] {
        Linear::load(&outline.pp(name), 256, width, false).unwrap();
        let found = Linear::load(&viewed.pp(name), 256, width, false).unwrap().forward(&input).unwrap();
        let expected = expected.index_select(&Tensor::new(rows, &Device::Cpu).unwrap(), 1).unwrap();
        assert_eq!(found.to_vec2::<f32>().unwrap(), expected.to_vec2::<f32>().unwrap(), "{name}");
        let wide = viewed.get(&format!("{name}.weight"), &[width, 256]).unwrap();
        assert!(wide.sqr().unwrap().mean_all().unwrap().to_scalar::<f32>().unwrap() > 0.1);
    }
    assert_eq!((outline.asked_bytes(), viewed.names().len()), (8 * 144, 4));
    let cut = weights.viewed(|name, shape| match name {
        "blk.0.attn_q.weight" => Some(vec![View::rows("odd.weight", shape, 0..2).of_elements(100..612)]),
        _ => None,
    });
    let error = Linear::load(&cut.pp("odd"), 256, 2, false).unwrap_err();
    assert!(error.to_string().contains("not whole blocks"), "{error}");
    assert_eq!(cut.get("odd.weight", &[2, 256]).unwrap().dims(), [2, 256]);
}

#[test]
fn files_that_cannot_be_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.gguf");
    write(&path);
    let bytes = std::fs::read(&path).unwrap();
    let open = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        Weights::gguf(&path, DType::F32, &Device::Cpu)
    };
    assert!(matches!(open(&bytes[..bytes.len() - 64]), Err(WeightsError::Truncated { .. })));
    assert!(matches!(open(b"GGUF"), Err(WeightsError::Format { format: "GGUF", .. })));
    assert!(matches!(open(b"safetensors"), Err(WeightsError::Format { format: "GGUF", .. })));
    let error = Linear::load(&open(&bytes).unwrap().pp("blk.0.attn_q"), 512, 8, false).unwrap_err();
    assert!(error.to_string().contains("[8, 256]"), "{error}");
}
