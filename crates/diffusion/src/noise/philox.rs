//! A counter that is scrambled into random bits.

/// Multipliers of the two halves.
const MULTIPLIERS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];

/// What the key's words grow by: the golden ratio and the root of 3, less 1.
const KEY_STEPS: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];

/// Rounds.
const ROUNDS: usize = 10;

/// Four random words of a counter (block, stream) under a key.
///
/// # Source
///
/// Philox4x32-10 of Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".
pub(super) const fn philox(block: u64, stream: u64, key: u64) -> [u32; 4] {
    let mut words = [block as u32, (block >> 32) as u32, stream as u32, (stream >> 32) as u32];
    let mut key = [key as u32, (key >> 32) as u32];
    let mut round = 0;
    while round < ROUNDS {
        let first = MULTIPLIERS[0] as u64 * words[0] as u64;
        let second = MULTIPLIERS[1] as u64 * words[2] as u64;
        words = [
            (second >> 32) as u32 ^ words[1] ^ key[0],
            second as u32,
            (first >> 32) as u32 ^ words[3] ^ key[1],
            first as u32,
        ];
        key = [key[0].wrapping_add(KEY_STEPS[0]), key[1].wrapping_add(KEY_STEPS[1])];
        round += 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers that come with the authors' Random123.
    #[test]
    fn words_are_the_known_answers() {
        assert_eq!(philox(0, 0, 0), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox(u64::MAX, u64::MAX, u64::MAX), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        let (block, stream, key) = (0x85a3_08d3_243f_6a88, 0x0370_7344_1319_8a2e, 0x299f_31d0_a409_3822);
        assert_eq!(philox(block, stream, key), [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]);
    }
}
