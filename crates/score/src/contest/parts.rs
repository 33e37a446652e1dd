//! The parts of the contest's metric: V, A, O and S.

use std::fmt;

/// A part of the contest's metric.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// `V`, 0 to 1: how well questions about the picture are answered.
    Vqa,
    /// `A`, about 0.2 to 0.8, not clipped: how good the picture looks.
    Aesthetic,
    /// `O`, 0 to 1: how little text OCR finds in the picture.
    Text,
    /// `S`, -1 to 1: how similar the picture and the description are.
    Similarity,
}

impl Part {
    /// All parts, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Vqa, Self::Aesthetic, Self::Text, Self::Similarity];

    /// The letter that tables use for the part.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Vqa => "V",
            Self::Aesthetic => "A",
            Self::Text => "O",
            Self::Similarity => "S",
        }
    }

    /// The least and the greatest value of the part.
    #[must_use]
    pub const fn range(self) -> (f64, f64) {
        match self {
            Self::Vqa | Self::Text => (0.0, 1.0),
            Self::Aesthetic => (f64::MIN, f64::MAX),
            Self::Similarity => (-1.0, 1.0),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The values of one picture's parts; `None` if unknown.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Parts {
    /// [`Part::Vqa`].
    pub vqa: Option<f64>,
    /// [`Part::Aesthetic`].
    pub aesthetic: Option<f64>,
    /// [`Part::Text`].
    pub text: Option<f64>,
    /// [`Part::Similarity`].
    pub similarity: Option<f64>,
}

impl Parts {
    /// The parts of the deployed metric.
    #[must_use]
    pub const fn deployed(vqa: f64, aesthetic: f64, text: f64) -> Self {
        Self { vqa: Some(vqa), aesthetic: Some(aesthetic), text: Some(text), similarity: None }
    }

    /// The value of a part.
    #[must_use]
    pub const fn get(&self, part: Part) -> Option<f64> {
        match part {
            Part::Vqa => self.vqa,
            Part::Aesthetic => self.aesthetic,
            Part::Text => self.text,
            Part::Similarity => self.similarity,
        }
    }

    /// The parts that are known, in the order in which they are shown.
    pub fn known(&self) -> impl Iterator<Item = (Part, f64)> + '_ {
        Part::ALL.into_iter().filter_map(|part| Some((part, self.get(part)?)))
    }
}
