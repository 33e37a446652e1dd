//! What memory a picture takes.

use std::fmt;

use linocut_nn::place::{Residency, Resident};

use super::denoiser::Stage;

/// One part of a model in a plan.
#[derive(Clone, PartialEq, Debug)]
pub struct PartPlan {
    /// Its name, that of its folder.
    pub name: &'static str,
    /// When its turn is.
    pub stage: Stage,
    /// Bytes of its weights.
    pub bytes: u64,
    /// How long it stays.
    pub residency: Residency,
}

/// What memory a picture takes: weights of the parts, and what is computed of them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct MemoryPlan {
    /// The parts.
    pub parts: Vec<PartPlan>,
    /// Bytes that text encoders work with.
    pub encoding: u64,
    /// Bytes that the denoiser works with.
    pub denoising: u64,
    /// Bytes that the decoder works with.
    pub decoding: u64,
}

impl MemoryPlan {
    /// The parts of a model that is in hand.
    #[must_use]
    pub fn of_parts(parts: &[(Stage, &dyn Resident)]) -> Vec<PartPlan> {
        let plan = |(stage, part): &(Stage, &dyn Resident)| PartPlan {
            name: part.name(),
            stage: *stage,
            bytes: part.bytes(),
            residency: part.residency(),
        };
        parts.iter().map(plan).collect()
    }

    /// Bytes of all weights.
    #[must_use]
    pub fn weights(&self) -> u64 {
        self.parts.iter().map(|part| part.bytes).sum()
    }

    /// The most that is in memory at a time: what stays, what has its turn, and what that works with.
    #[must_use]
    pub fn peak(&self) -> u64 {
        let at = |stage| {
            let is_there = |part: &&PartPlan| part.residency == Residency::Stay || part.stage == stage;
            let weights: u64 = self.parts.iter().filter(is_there).map(|part| part.bytes).sum();
            let work = match stage {
                Stage::Text => self.encoding,
                Stage::Denoise => self.denoising,
                Stage::Decode => self.decoding,
            };
            weights + work
        };
        [Stage::Text, Stage::Denoise, Stage::Decode].into_iter().map(at).max().unwrap_or(0)
    }
}

impl fmt::Display for MemoryPlan {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let leaves = self.parts.iter().any(|part| part.residency == Residency::Leave);
        write!(formatter, "{} at most, {} of weights", size(self.peak()), size(self.weights()))?;
        if leaves { write!(formatter, ", each part in its turn") } else { Ok(()) }
    }
}

/// Bytes for people.
fn size(bytes: u64) -> String {
    if bytes < 1_000_000_000 {
        format!("{:.0} MB", bytes as f64 / 1e6)
    } else {
        format!("{:.1} GB", bytes as f64 / 1e9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(residency: Residency) -> MemoryPlan {
        let part = |name, stage, bytes| PartPlan { name, stage, bytes, residency };
        let parts = vec![part("text", Stage::Text, 10), part("unet", Stage::Denoise, 6), part("vae", Stage::Decode, 1)];
        MemoryPlan { parts, encoding: 1, denoising: 2, decoding: 4 }
    }

    #[test]
    fn parts_that_leave_are_not_in_memory_together() {
        assert_eq!((plan(Residency::Stay).peak(), plan(Residency::Leave).peak()), (21, 11));
        assert_eq!(plan(Residency::Leave).weights(), 17);
    }

    #[test]
    fn sizes_are_said_in_the_unit_that_suits_them() {
        assert_eq!((size(23_456_789), size(17_900_000_000)), ("23 MB".to_owned(), "17.9 GB".to_owned()));
    }

    #[test]
    fn a_plan_says_whether_parts_take_turns() {
        assert!(plan(Residency::Leave).to_string().ends_with("each part in its turn"));
        assert!(!plan(Residency::Stay).to_string().contains("turn"));
    }
}
