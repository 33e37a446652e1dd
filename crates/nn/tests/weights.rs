//! Good and bad weights files.

#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor, safetensors};
use linocut_nn::weights::{View, Weights, WeightsError};
use tempfile::TempDir;

/// Tensors `a.weight` (2, 3) and `a.bias` (2) of a ramp, both f32.
fn tensors() -> HashMap<String, Tensor> {
    let ramp = |count: usize| Tensor::arange(0.0_f32, count as f32, &Device::Cpu).unwrap();
    HashMap::from([("a.weight".to_owned(), ramp(6).reshape((2, 3)).unwrap()), ("a.bias".to_owned(), ramp(2))])
}

fn file(folder: &TempDir, name: &str, tensors: &HashMap<String, Tensor>) -> PathBuf {
    let path = folder.path().join(name);
    safetensors::save(tensors, &path).unwrap();
    path
}

fn open(path: &Path) -> Result<Weights, WeightsError> {
    Weights::open(path, DType::F32, &Device::Cpu)
}

#[test]
fn tensors_are_converted_and_remembered() {
    let folder = TempDir::new().unwrap();
    let weights = open(&file(&folder, "model.safetensors", &tensors())).unwrap();
    let found = weights.pp("a").get_dtype("weight", &[2, 3], DType::F64).unwrap();
    assert_eq!(found.to_vec2::<f64>().unwrap(), [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]]);
    assert_eq!(weights.asked(), [("a.weight".to_owned(), vec![2, 3])]);
    let unused = weights.finish(&[]).unwrap_err();
    assert!(matches!(&unused, WeightsError::Unused { tensors, .. } if tensors == &["a.bias"]), "{unused}");
    weights.finish(&["a.b"]).unwrap();
}

#[test]
fn files_in_memory_are_as_files_on_disk() {
    let bytes: &'static [u8] = safetensors_bytes().leak();
    let weights = Weights::of_bytes("bundled", bytes, DType::F32, &Device::Cpu).unwrap();
    assert_eq!(weights.get("a.bias", &[2]).unwrap().to_vec1::<f32>().unwrap(), [0.0, 1.0]);
    assert_eq!(weights.get("a.weight", &[2, 3]).unwrap().to_vec2::<f32>().unwrap()[1], [3.0, 4.0, 5.0]);
    for length in [0, 7, 40, bytes.len() - 1] {
        let error = Weights::of_bytes("bundled", &bytes[..length], DType::F32, &Device::Cpu).unwrap_err();
        assert!(matches!(&error, WeightsError::Truncated { actual, .. } if *actual == length as u64), "{error}");
        assert!(error.to_string().contains("bundled"), "{error}");
    }
}

fn safetensors_bytes() -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    fs::read(file(&folder, "model.safetensors", &tensors())).unwrap()
}

#[test]
fn names_are_renamed_by_data() {
    let folder = TempDir::new().unwrap();
    let weights = open(&file(&folder, "other.safetensors", &tensors())).unwrap();
    let renamed = weights.renamed([("gain", "bias"), ("layer.", "a.")]).pp("layer");
    assert!(renamed.contains("gain") && !renamed.contains("loss"));
    assert_eq!(renamed.get("gain", &[2]).unwrap().to_vec1::<f32>().unwrap(), [0.0, 1.0]);
}

#[test]
fn shards_are_found_through_their_index() {
    let folder = TempDir::new().unwrap();
    for (name, tensor) in tensors() {
        file(&folder, &format!("{name}.safetensors"), &HashMap::from([(name, tensor)]));
    }
    let index =
        r#"{"metadata": {}, "weight_map": {"a.weight": "a.weight.safetensors", "a.bias": "a.bias.safetensors"}}"#;
    fs::write(folder.path().join("model.safetensors.index.json"), index).unwrap();
    let weights = open(folder.path()).unwrap();
    weights.get("a.weight", &[2, 3]).unwrap();
    weights.get("a.bias", &[2]).unwrap();
    weights.finish(&[]).unwrap();

    fs::remove_file(folder.path().join("a.bias.safetensors")).unwrap();
    let missing = open(folder.path()).unwrap_err();
    assert!(matches!(&missing, WeightsError::MissingShard { shard, .. } if shard == "a.bias.safetensors"), "{missing}");
}

#[test]
fn a_truncated_file_is_an_error_wherever_it_ends() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "model.safetensors", &tensors());
    let whole = fs::read(&path).unwrap();
    for length in [0, 7, 8, 40, whole.len() - 1] {
        fs::write(&path, &whole[..length]).unwrap();
        let error = open(&path).unwrap_err();
        let is_truncated = matches!(&error, WeightsError::Truncated { expected, actual, .. } if *actual == length as u64 && expected > actual);
        assert!(is_truncated, "{length}: {error}");
    }
}

#[test]
fn another_models_tensors_are_named() {
    let folder = TempDir::new().unwrap();
    let weights = open(&file(&folder, "model.safetensors", &tensors())).unwrap();
    let missing = weights.get("b.weight", &[4]).unwrap_err().to_string();
    assert!(missing.contains("no tensor b.weight of shape [4] among its 2, such as a.bias"), "{missing}");
    let shape = weights.get("a.weight", &[3, 2]).unwrap_err().to_string();
    assert!(shape.contains("a.weight in") && shape.contains("has shape [2, 3], expected [3, 2]"), "{shape}");
}

#[test]
fn weights_that_are_not_numbers_are_an_error() {
    let folder = TempDir::new().unwrap();
    let bad = Tensor::new(&[0.0_f32, f32::NAN], &Device::Cpu).unwrap();
    let weights = open(&file(&folder, "model.safetensors", &HashMap::from([("a".to_owned(), bad)]))).unwrap();
    let error = weights.get("a", &[2]).unwrap_err();
    assert!(matches!(&error, WeightsError::NotFinite { element: 1, actual, .. } if actual.is_nan()), "{error}");
}

#[test]
fn files_of_other_formats_are_errors() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("model.safetensors");
    fs::write(&path, [b"\x10\0\0\0\0\0\0\0".as_slice(), b"{\"a\": [1, 2, 3]}"].concat()).unwrap();
    assert!(matches!(open(&path), Err(WeightsError::Format { .. })));
    fs::write(&path, [0xff; 64]).unwrap();
    assert!(matches!(open(&path), Err(WeightsError::Format { .. })));
    assert!(matches!(Weights::pth(&path, DType::F32, &Device::Cpu), Err(WeightsError::Format { .. })));
    assert!(matches!(open(&folder.path().join("none.safetensors")), Err(WeightsError::Io { .. })));
}

#[test]
fn blank_weights_of_any_size_take_no_memory() {
    let blank = Weights::blank([("huge".to_owned(), vec![1 << 30, 1 << 20])]);
    assert_eq!(blank.get("huge", &[1 << 30, 1 << 20]).unwrap().dims(), [1 << 30, 1 << 20]);
    assert!(blank.is_blank() && blank.get("huge", &[2]).is_err());
    assert_eq!(blank.asked().len(), 1);
}

/// A safetensors file of bytes, all of type I8 but the floats of `scales`.
fn packed(folder: &TempDir, data: &[(&str, [usize; 2])], scales: &[(&str, [usize; 2], f32)]) -> PathBuf {
    let (mut header, mut bytes) = (serde_json::Map::new(), Vec::new());
    let mut add = |name: &str, dtype: &str, shape: [usize; 2], values: Vec<u8>| {
        let ends = [bytes.len(), bytes.len() + values.len()];
        header.insert(name.to_owned(), serde_json::json!({ "dtype": dtype, "shape": shape, "data_offsets": ends }));
        bytes.extend(values);
    };
    for (name, shape) in data {
        add(name, "I8", *shape, (0..shape[0] * shape[1]).map(|at| (at as i8 - 2).cast_unsigned()).collect());
    }
    for (name, shape, first) in scales {
        let values = (0..shape[0] * shape[1]).flat_map(|at| (first + at as f32).to_le_bytes());
        add(name, "F32", *shape, values.collect());
    }
    let header = serde_json::to_vec(&header).unwrap();
    let path = folder.path().join("packed.safetensors");
    fs::write(&path, [&(header.len() as u64).to_le_bytes()[..], &header, &bytes].concat()).unwrap();
    path
}

#[test]
fn rows_in_eight_bits_are_widened_by_their_scales() {
    let folder = TempDir::new().unwrap();
    let scales = [("a.weight._scale", [2, 1], 0.5), ("a.input_scale", [1, 1], 1.0), ("a.bias", [1, 2], 7.0)];
    let weights = open(&packed(&folder, &[("a.weight._data", [2, 3])], &scales)).unwrap();
    assert_eq!(weights.names(), ["a.bias", "a.weight"]);
    let wide = weights.get("a.weight", &[2, 3]).unwrap().to_vec2::<f32>().unwrap();
    assert_eq!(wide, [[-1.0, -0.5, 0.0], [1.5, 3.0, 4.5]]);
    assert_eq!(weights.outline().get("a.weight", &[2, 3]).unwrap().dims(), [2, 3]);
    weights.finish(&["a.bias"]).unwrap();
}

#[test]
fn rows_in_eight_bits_need_a_scale_each() {
    let folder = TempDir::new().unwrap();
    let error = |scales: &[(&str, [usize; 2], f32)]| {
        open(&packed(&folder, &[("a.weight._data", [2, 3])], scales)).unwrap_err().to_string()
    };
    let text = error(&[]);
    assert!(text.contains("has no tensor a.weight._scale of shape [2, 1]"), "{text}");
    let text = error(&[("a.weight._scale", [3, 1], 1.0)]);
    assert!(text.contains("a.weight._scale in ") && text.contains("[3, 1], expected [2, 1]"), "{text}");
}

#[test]
fn parts_of_tensors_have_names_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fused.safetensors");
    let fused = Tensor::arange(0.0_f32, 24.0, &Device::Cpu).unwrap().reshape((6, 2, 2)).unwrap();
    let tensors = std::collections::HashMap::from([("fused", fused.to_dtype(DType::F16).unwrap()), ("other", fused)]);
    candle_core::safetensors::save(&tensors, &file).unwrap();
    let weights = Weights::open(&file, DType::F32, &Device::Cpu).unwrap();
    let viewed = weights.viewed(|name, shape| match name {
        "fused" => Some(vec![
            View::rows("first", shape, 0..1),
            View::rows("rest", shape, 4..6).before(View::rows("", shape, 1..4)),
        ]),
        _ => None,
    });
    let numbers = |tensor: Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    assert_eq!(numbers(viewed.get("first", &[1, 2, 2]).unwrap()), [0.0, 1.0, 2.0, 3.0]);
    let rest = numbers(viewed.get("rest", &[5, 2, 2]).unwrap());
    assert_eq!((rest[0], rest[7], rest[8], rest[19]), (16.0, 23.0, 4.0, 15.0));
    assert!(matches!(viewed.get("fused", &[6, 2, 2]), Err(WeightsError::MissingTensor { .. })));
    assert!(matches!(viewed.finish(&[]), Err(WeightsError::Unused { example, .. }) if example == "other"));
    viewed.get("other", &[6, 2, 2]).unwrap();
    viewed.finish(&[]).unwrap();
    let beyond = weights.viewed(|name, shape| match name {
        "fused" => Some(vec![View::rows("beyond", shape, 0..2).of_elements(20..28)]),
        _ => None,
    });
    let error = beyond.get("beyond", &[2, 2, 2]).unwrap_err().to_string();
    assert!(error.contains("fused.safetensors") && error.contains("20..28"), "{error}");
}
