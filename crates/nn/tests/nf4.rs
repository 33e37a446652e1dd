//! NF4 against what bitsandbytes made of the same matrices.

#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::collections::HashMap;
use std::path::Path;

use candle_core::{DType, Device, Tensor};
use linocut_nn::nf4::{Nf4Error, Nf4Matrix, Scales, StoredNf4, dynamic_map};

const CASES: [&str; 5] = ["square", "odd_columns", "short_block", "many_groups", "with_zeros"];

fn goldens() -> HashMap<String, Tensor> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/nn/nf4/nf4.safetensors");
    candle_core::safetensors::load(path, &Device::Cpu).unwrap()
}

fn floats(tensor: &Tensor) -> Vec<f32> {
    tensor.to_dtype(DType::F32).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

fn bytes(tensor: &Tensor) -> Vec<u8> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

fn quantised(goldens: &HashMap<String, Tensor>, case: &str) -> Nf4Matrix {
    let values = &goldens[&format!("{case}.values")];
    let (rows, columns) = values.dims2().unwrap();
    Nf4Matrix::quantise(&floats(values), rows, columns)
}

fn stored<'a>(goldens: &'a HashMap<String, Tensor>, case: &str) -> StoredNf4<'a> {
    let part = |name: &str| goldens.get(&format!("{case}.{name}"));
    StoredNf4 {
        codes: part("weight").unwrap(),
        absmax: part("weight.absmax").unwrap(),
        levels: part("weight.quant_map").unwrap(),
        nested_absmax: part("weight.nested_absmax"),
        nested_map: part("weight.nested_quant_map"),
        state: part("weight.quant_state.bitsandbytes__nf4").unwrap(),
    }
}

fn dequantised(matrix: &Nf4Matrix) -> Vec<f32> {
    let mut out = vec![0.0; matrix.rows() * matrix.columns()];
    matrix.dequantise(0..matrix.rows(), &mut out);
    out
}

#[test]
fn the_dynamic_map_is_that_of_bitsandbytes() {
    assert_eq!(dynamic_map()[..], floats(&goldens()["dynamic_map"])[..]);
}

#[test]
fn codes_and_scales_equal_those_of_bitsandbytes() {
    let goldens = goldens();
    for case in CASES {
        let matrix = quantised(&goldens, case);
        assert_eq!(matrix.codes(), bytes(&goldens[&format!("{case}.weight")]), "{case}");
        let Scales::Nested { codes, groups, .. } = matrix.scales() else { panic!("{case} has plain scales") };
        assert_eq!(codes[..], bytes(&goldens[&format!("{case}.weight.absmax")])[..], "{case}");
        let expected = floats(&goldens[&format!("{case}.weight.nested_absmax")]);
        assert!(groups.iter().zip(&expected).all(|(a, b)| (a - b).abs() <= 1e-6 * b.abs()), "{case}");
    }
}

#[test]
fn values_equal_those_that_bitsandbytes_reads_back() {
    let goldens = goldens();
    for case in CASES {
        let expected = floats(&goldens[&format!("{case}.dequantised")]);
        let largest = expected.iter().fold(0.0_f32, |largest, value| largest.max(value.abs()));
        for matrix in [quantised(&goldens, case), stored(&goldens, case).matrix().unwrap()] {
            for (got, want) in dequantised(&matrix).iter().zip(&expected) {
                assert!((got - want).abs() <= 1e-6 * largest, "{case}: {got} {want}");
            }
        }
    }
}

#[test]
fn plain_scales_are_read_too() {
    let goldens = goldens();
    let matrix = stored(&goldens, "plain").matrix().unwrap();
    assert!(matches!(matrix.scales(), Scales::Plain(_)));
    assert_eq!(dequantised(&matrix), floats(&goldens["plain.dequantised"]));
}

#[test]
fn the_kernel_of_bitsandbytes_for_cpus_differs_by_one_level_of_a_scale_at_most() {
    let goldens = goldens();
    let (nearest, rounded) = (&goldens["many_groups.weight.absmax"], &goldens["many_groups.cpu_absmax"]);
    assert!(bytes(nearest).iter().zip(bytes(rounded)).all(|(a, b)| a.abs_diff(b) <= 1));
}

#[test]
fn parts_that_do_not_fit_are_named() {
    let goldens = goldens();
    let short = goldens["square.weight"].narrow(0, 0, 10).unwrap();
    let parts = StoredNf4 { codes: &short, ..stored(&goldens, "square") };
    assert!(matches!(parts.matrix(), Err(Nf4Error::Length { part: "weight", expected: 6144, actual: 10 })));
    let parts = StoredNf4 { nested_map: None, ..stored(&goldens, "square") };
    assert!(matches!(parts.matrix(), Err(Nf4Error::Missing { part: "weight.nested_quant_map" })));
    let parts = StoredNf4 { absmax: &goldens["plain.weight.absmax"], ..stored(&goldens, "square") };
    assert!(matches!(parts.matrix(), Err(Nf4Error::ElementType { part: "weight.absmax", .. })));
    let text =
        Tensor::new(&br#"{"quant_type": "fp4", "blocksize": 64, "shape": [96, 128]}"#[..], &Device::Cpu).unwrap();
    let parts = StoredNf4 { state: &text, ..stored(&goldens, "square") };
    assert!(matches!(parts.matrix(), Err(Nf4Error::Kind { .. })));
}
