//! Objectives that a search follows in rounds: each looks at the drawing and aims the squared error anew.

use std::time::Duration;

use image::RgbImage;
use linocut_core::Stop;
use linocut_raster::FixedDefences;

use super::coverage::Coverage;
use super::paint::Rgb as Lanes;
use super::perceptual::Perceptual;
use super::schedule::STRICT;
use super::space::Space;

/// What a round finds.
pub(crate) struct Round {
    /// The true error of the drawing as it is.
    pub(crate) error: f64,
    /// The next target picture, if it changes.
    pub(crate) targets: Option<Vec<Lanes>>,
    /// The next weights of pixels, if they change.
    pub(crate) weights: Option<Vec<f32>>,
}

/// An objective that is more than a squared error.
#[derive(Debug)]
pub(crate) enum Aim {
    Defended(Box<Defended>),
    Perceptual(Perceptual),
}

impl Aim {
    /// The true error of the drawing, and what to search for next; `None` when asked to stop.
    pub(crate) fn round(&mut self, coverage: &Coverage, space: Space, stop: &Stop) -> Option<Round> {
        match self {
            Self::Defended(defended) => defended.round(coverage, space, stop),
            Self::Perceptual(perceptual) => perceptual.round(coverage, space, stop),
        }
    }

    /// With as many rounds as leave most of so much time to the search.
    pub(crate) fn within(self, time: Option<Duration>) -> Self {
        match self {
            Self::Perceptual(perceptual) => Self::Perceptual(perceptual.within(time)),
            Self::Defended(_) => self,
        }
    }

    /// Whether a drawing is cut to its budget for a round at this share of the work, so that it may be kept.
    pub(crate) fn cuts_at(&self, progress: f64) -> bool {
        match self {
            Self::Defended(_) => true,
            Self::Perceptual(_) => progress >= STRICT,
        }
    }

    /// The number of the round that is due when this share of the work is done; 0 before the first.
    pub(crate) fn round_at(&self, progress: f64) -> i64 {
        let rounds = match self {
            Self::Defended(_) => 12.0,
            Self::Perceptual(perceptual) => f64::from(perceptual.rounds),
        };
        1 + ((progress - FIRST_ROUND) / (1.0 - FIRST_ROUND) * rounds).floor() as i64
    }
}

/// Share of the work before the first round.
const FIRST_ROUND: f64 = 0.4;

/// The filters, and the picture as they leave it.
///
/// A search aims at `R + mu (S - R) + k (D(S) - D(R))`, where `S` is the picture, `R` the drawing as it looks and `D`
/// the filters, recomputed in every round: a fixed-point iteration towards `D(R) = D(S)`, stable while `mu + k` is
/// below 2.
#[derive(Debug)]
pub(crate) struct Defended {
    filters: FixedDefences,
    source: Vec<Lanes>,
    filtered: RgbImage,
}

/// Weight of the plain difference in the target of a round.
const MU: f64 = 0.3;
/// Weight of the filtered difference in the target of a round.
const K: f64 = 1.2;

impl Defended {
    /// Filters the picture; `None` if the filters refuse it or when asked to stop.
    pub(crate) fn new(image: &RgbImage, source: &[Lanes], stop: &Stop) -> Option<Self> {
        let mut filters = FixedDefences::new(image.width(), image.height()).ok()?;
        let filtered = filters.apply_while(image, || !stop.requested()).ok()??;
        Some(Self { filters, source: source.to_vec(), filtered })
    }

    /// Weighted squared error after the filters, and the next target picture.
    fn round(&mut self, coverage: &Coverage, space: Space, stop: &Stop) -> Option<Round> {
        let looks = coverage.looks();
        let drawn = self.filters.apply_while(&coverage.picture(space), || !stop.requested()).ok()??;
        let mut error = 0.0;
        let mut aims = Vec::with_capacity(looks.len());
        for (pixel, (wanted, seen)) in self.filtered.pixels().zip(drawn.pixels()).enumerate() {
            let mut aim = [0; 4];
            for i in 0..3 {
                let difference = f64::from(wanted.0[i]) - f64::from(seen.0[i]);
                error += f64::from(coverage.weights()[pixel]) * difference * difference;
                let look = looks[pixel][i];
                let value = look + MU * (f64::from(self.source[pixel][i]) - look) + K * difference;
                aim[i] = value.round().clamp(-255.0, 510.0) as i16;
            }
            aim[3] = self.source[pixel][3];
            aims.push(aim);
        }
        Some(Round { error, targets: Some(aims), weights: None })
    }
}
