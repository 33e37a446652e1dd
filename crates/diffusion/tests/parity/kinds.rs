//! The types and kinds of weights that every family is compared in.

use candle_core::DType;
use linocut_nn::LinearKind;
use linocut_nn::place::{DeviceName, Placement};

/// Calls `check` with places on the CPU and the share by which results may differ there; `bf16` is that share for weights of that type.
pub(crate) fn of_few_bits(bf16: f32, check: impl Fn(&Placement, f32)) {
    for (dtype, linear_kind, tolerance) in [
        (DType::F16, LinearKind::Plain, 5e-3),
        (DType::BF16, LinearKind::Plain, bf16),
        (DType::BF16, LinearKind::Stored, bf16),
        (DType::F32, LinearKind::Q8_0, 6e-2),
    ] {
        check(&Placement { dtype, linear_kind, ..Placement::default() }, tolerance);
    }
}

/// The same on the first card.
pub(crate) fn on_a_card(bf16: f32, check: impl Fn(&Placement, f32)) {
    for (dtype, tolerance) in [(DType::F32, 1e-4), (DType::F16, 1e-2), (DType::BF16, bf16)] {
        let device = DeviceName::Cuda(0).open().unwrap();
        check(&Placement { dtype, ..Placement::on(device) }, tolerance);
    }
}
