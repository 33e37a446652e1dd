//! Blocks of some outputs laid out side by side.

use half::f16;
use half::slice::HalfFloatSliceExt;

use super::BLOCK;

/// Outputs that are laid out together.
pub(super) const STRIP: usize = 16;

/// 32 weights of some outputs at the same place.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
pub(super) struct Together {
    /// Weights without a sign: four of each output, then the next four.
    pub(super) fours: [[u32; STRIP]; BLOCK / 4],
    /// What they are multiplied by.
    pub(super) scales: [f32; STRIP],
    /// What is then taken off, where blocks have it.
    pub(super) offsets: [f32; STRIP],
}

impl Together {
    pub(super) const EMPTY: Self = Self { fours: [[0; STRIP]; BLOCK / 4], scales: [0.0; STRIP], offsets: [0.0; STRIP] };
}

/// `Q8_0`: a scale in half precision, little end first, and 32 values with a sign, to which 128 is added.
pub(super) fn eight_bits(blocks: [&[u8; 34]; STRIP], out: &mut [Together; 1]) {
    let [together] = out;
    together.scales = halves(blocks.map(|&[low, high, ..]| [low, high]));
    for (output, [_, _, values @ ..]) in blocks.into_iter().enumerate() {
        let (fours, _) = values.as_chunks();
        for (together, four) in together.fours.iter_mut().zip(fours) {
            together[output] = u32::from_le_bytes(*four) ^ 0x8080_8080;
        }
    }
}

/// `Q4_K`: two numbers in half precision; eight scales and offsets of 6 bits, by which these are multiplied, in 12 bytes; then 256 values of 4
/// bits, of each 64 the first half in the low bits of 32 bytes and the second in the high ones.
pub(super) fn four_bits(blocks: [&[u8; 144]; STRIP], out: &mut [Together; 8]) {
    let scales = halves(blocks.map(|&[low, high, ..]| [low, high]));
    let offsets = halves(blocks.map(|&[_, _, low, high, ..]| [low, high]));
    for (output, block) in blocks.into_iter().enumerate() {
        let (of_six_bits, values) = block[4..].split_at(12);
        for (at, together) in out.iter_mut().enumerate() {
            let (scale, offset) = six_bits(of_six_bits, at);
            together.scales[output] = scales[output] * f32::from(scale);
            together.offsets[output] = offsets[output] * f32::from(offset);
        }
        let (pairs, _) = out.as_chunks_mut();
        for ([low, high], values) in pairs.iter_mut().zip(values.as_chunks::<BLOCK>().0) {
            for ((low, high), four) in low.fours.iter_mut().zip(&mut high.fours).zip(values.as_chunks().0) {
                let both = u32::from_le_bytes(*four);
                (low[output], high[output]) = (both & 0x0f0f_0f0f, both >> 4 & 0x0f0f_0f0f);
            }
        }
    }
}

/// Scale and offset of one of eight: of the first four in the low bits of four bytes each; of the others four bits in a byte of their own, and two in
/// the high bits of the former.
fn six_bits(bytes: &[u8], at: usize) -> (u8, u8) {
    match at {
        0..4 => (bytes[at] & 63, bytes[at + 4] & 63),
        _ => (bytes[at + 4] & 15 | bytes[at - 4] >> 6 << 4, bytes[at + 4] >> 4 | bytes[at] >> 6 << 4),
    }
}

fn halves(bytes: [[u8; 2]; STRIP]) -> [f32; STRIP] {
    let mut out = [0.0; STRIP];
    bytes.map(f16::from_le_bytes).convert_to_f32_slice(&mut out);
    out
}
