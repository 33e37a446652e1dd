//! The finishing touches that are compared with none.

use std::fmt;

use clap::ValueEnum;
use linocut::finish::{Border, Decoy, Mark};
use linocut::pipeline::BoxRewrite;
use serde::{Serialize, Serializer};

/// A finishing touch.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(super) enum Touch {
    /// Dark frame of half the default width, 4 % of each side
    BorderHalf,
    /// Dark frame of the default width, 8 % of each side
    Border,
    /// Dark frame of double the default width, 16 % of each side
    BorderDouble,
    /// Dark frame of the default width in four steps
    BorderSteps,
    /// Small concentric rings, which read as O
    DecoyRings,
    /// Small plus sign
    DecoyPlus,
    /// Small letter T
    DecoyLetter,
}

impl Touch {
    /// What is compared unless told otherwise: the border in three widths, the decoy in three kinds.
    pub(super) const STANDARD: [Self; 6] =
        [Self::BorderHalf, Self::Border, Self::BorderDouble, Self::DecoyRings, Self::DecoyPlus, Self::DecoyLetter];

    /// The touch as a step of the pipeline.
    pub(super) fn rewrite(self) -> BoxRewrite {
        let border = |widths| Box::new(Border { share: widths * Border::default().share, ..Border::default() });
        let decoy = |mark| Box::new(Decoy { mark, ..Decoy::default() });
        match self {
            Self::BorderHalf => border(0.5),
            Self::Border => border(1.0),
            Self::BorderDouble => border(2.0),
            Self::BorderSteps => Box::new(Border { steps: 4, ..Border::default() }),
            Self::DecoyRings => decoy(Mark::RINGS),
            Self::DecoyPlus => decoy(Mark::PLUS),
            Self::DecoyLetter => decoy(Mark::LETTER),
        }
    }

    /// The name by which options and tables refer to it.
    const fn name(self) -> &'static str {
        match self {
            Self::BorderHalf => "border-half",
            Self::Border => "border",
            Self::BorderDouble => "border-double",
            Self::BorderSteps => "border-steps",
            Self::DecoyRings => "decoy-rings",
            Self::DecoyPlus => "decoy-plus",
            Self::DecoyLetter => "decoy-letter",
        }
    }
}

impl fmt::Display for Touch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for Touch {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_tables_use_the_same_names() {
        for touch in Touch::value_variants() {
            assert_eq!(touch.to_possible_value().unwrap().get_name(), touch.to_string());
        }
    }
}
