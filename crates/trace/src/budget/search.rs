//! The main loop of the search: sweeps over vertices, moves of whole polygons, and colour fits, at a price for bytes.

use std::time::Duration;

use linocut_core::Stop;
use linocut_svg::Drawing;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::aim::{Aim, Round};
use super::chain::Terms;
use super::curve::Unit;
use super::fit::{fit, trim};
use super::schedule::{Pace, Price};
use super::state::{Layer, Over, State};
use super::sweep::{Moves, Shares};

/// Maximum number of polygons added every second sweep.
const ADDITIONS: usize = 24;
/// Mean loss that annealing accepts at the beginning, in bytes' worth.
const PATIENCE: f64 = 1.0;
/// Number of bands of rows that may be searched in parallel, sweep by sweep. Polygons across bands lie in one band now and then.
const BANDS: [usize; 16] = [1, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 4, 2, 4, 4, 4];
/// Share of the work after which vertices may lie on half pixels.
const FINE_FROM: f64 = 0.3;
/// Share of the work after which the areas of pixels count, and not samples.
const EXACT_FROM: f64 = 0.5;
/// Error that a byte must save in flat art, whatever room is left: less is nothing but scraps along its edges.
const LEAST_PRICE: f64 = 300.0;
/// Number of sweeps between two fits of ramps, and the share of the work before the first.
const REAIMED: u32 = 4;
const RAMPS_FROM: f64 = 0.1;
/// Number of sweeps between two attempts to give polygons to other layers.
const REASSIGNED: u32 = 8;
/// Time for a last round after the search was stopped, without which what came after the round before is lost, and for roundness.
const LAST_LOOK: Duration = Duration::from_millis(50);

/// Size as a multiple of the budget up to which a drawing is trimmed to fit; beyond it, trimming would remove too much.
const NEAR: f64 = 1.2;

/// The state of a search after a sweep.
pub(crate) struct Reached<'a> {
    pub(crate) state: &'a State,
    pub(crate) sweep: u32,
    pub(crate) progress: f64,
}

/// Layers, the background first, on a grid of this size.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    pub(crate) size: (i32, i32),
    pub(crate) unit: Unit,
    pub(crate) layers: Vec<Layer>,
    pub(crate) over: Over,
}

impl Drawn {
    pub(crate) fn drawing(&self) -> Drawing {
        self.over.drawing(self.size, self.unit, &self.layers)
    }
}

impl State {
    /// Other layers in the place of its own.
    fn drawn(&self, layers: Vec<Layer>) -> Drawn {
        Drawn { size: self.size, unit: self.unit, layers, over: self.over.clone() }
    }
}

/// The drawing within the budget with the least error so far, the shortest of equals.
struct Best {
    error: f64,
    bytes: i32,
    drawn: Drawn,
}

pub(crate) struct Search<'a> {
    pub(crate) budget: i32,
    pub(crate) pace: &'a Pace,
    pub(crate) threads: usize,
    pub(crate) translucent: bool,
    /// Whether vertices may become smooth, and come to lie on half pixels.
    pub(crate) fine: bool,
    /// Whether layers may have ramps.
    pub(crate) ramps: bool,
    /// Whether layers may have fades.
    pub(crate) fades: bool,
    pub(crate) seed: u64,
}

impl Search<'_> {
    /// Returns the best layers found; at least what is left of the start when it is cut to the budget.
    pub(crate) fn run(&self, mut state: State, mut aim: Option<Aim>, tell: &mut dyn FnMut(&Reached<'_>)) -> Drawn {
        state.coverage.threads = self.threads;
        let mut rng = Pcg64Mcg::seed_from_u64(self.seed);
        let mut price = Price::new(state.error, state.bytes, self.budget);
        let mut best: Option<Best> = None;
        let (mut sweep, mut round) = (0, 0);
        if aim.is_none() {
            self.keep(&state, state.error, &mut best);
        }
        loop {
            let progress = self.pace.progress(sweep);
            tell(&Reached { state: &state, sweep, progress });
            if progress >= 1.0 {
                break;
            }
            if let Some(aim) = &mut aim {
                let next = aim.round_at(progress);
                if next > round {
                    round = next;
                    self.look(&mut state, aim, &mut best, progress, self.pace.stop());
                }
            }
            if self.fine && progress >= FINE_FROM && state.unit == Unit::PIXEL {
                state.halve_unit();
            }
            if progress >= EXACT_FROM && self.pace.affords_areas() && state.count_areas() && aim.is_none() {
                // Errors by samples cannot be compared with what follows.
                if let Some(best) = &mut best {
                    let mut again = state.clone();
                    again.take_up(&best.drawn);
                    best.error = again.error;
                }
                self.keep(&state, state.error, &mut best);
            }
            self.sweep(&mut state, &price, sweep, progress, &mut rng);
            if aim.is_none() {
                self.keep(&state, state.error, &mut best);
            }
            sweep += 1;
            price.adapt(state.bytes, self.pace.progress(sweep));
            if self.fine {
                price.lambda = price.lambda.max(LEAST_PRICE);
            }
        }
        if let Some(aim) = &mut aim {
            self.look(&mut state, aim, &mut best, 1.0, &self.last_look());
        }
        if aim.is_none() && f64::from(state.bytes) < NEAR * f64::from(self.budget) {
            trim(&mut state, self.budget);
            self.keep(&state, state.error, &mut best);
        }
        match best {
            Some(best) => self.rounded(&mut state, best.drawn, price.lambda),
            None => state.drawn(fit(&state, self.budget)),
        }
    }

    /// What stops the last looks, which have some time after the search was stopped.
    fn last_look(&self) -> Stop {
        let stop = self.pace.stop();
        if stop.requested() { Stop::after(LAST_LOOK) } else { stop.clone() }
    }

    /// The drawing with circles and ellipses where outlines of flat art are as good as round.
    fn rounded(&self, state: &mut State, drawn: Drawn, lambda: f64) -> Drawn {
        if !self.fine || state.coverage.areas.is_none() {
            return drawn;
        }
        state.take_up(&drawn);
        state.stop = self.last_look();
        state.round_rings(lambda);
        Drawn { layers: state.layers.clone(), ..drawn }
    }

    /// Aims the search anew at what the objective asks for.
    fn look(&self, state: &mut State, aim: &mut Aim, best: &mut Option<Best>, progress: f64, stop: &Stop) {
        if aim.cuts_at(progress) && f64::from(state.bytes) < NEAR * f64::from(self.budget) {
            trim(state, self.budget);
        }
        if let Some(Round { error, targets, weights }) = aim.round(&state.coverage, state.paints.space(), stop) {
            self.keep(state, error, best);
            state.coverage.retarget(targets, weights, &state.paints);
            state.error = state.coverage.error();
        }
    }

    fn keep(&self, state: &State, error: f64, best: &mut Option<Best>) {
        let better = |best: &Best| (error, state.bytes) < (best.error, best.bytes);
        if state.bytes <= self.budget && best.as_ref().is_none_or(better) {
            let drawn = state.drawn(state.layers.clone());
            *best = Some(Best { error, bytes: state.bytes, drawn });
        }
    }

    fn sweep(&self, state: &mut State, price: &Price, sweep: u32, progress: f64, rng: &mut Pcg64Mcg) {
        let mut terms = Terms::new(price.lambda, price.room(state.bytes, progress));
        terms.heat = price.heat(progress, PATIENCE);
        terms.luck = rng.random::<u64>() | 1;
        let moves = Moves {
            vertices: true,
            curves: self.fine,
            deletes: true,
            additions: if sweep.is_multiple_of(2) { ADDITIONS } else { 0 },
            translucent: self.translucent,
            reassigns: sweep.is_multiple_of(REASSIGNED),
        };
        let bands = BANDS[sweep as usize % BANDS.len()];
        state.sweep(&mut terms, moves, Shares { bands, threads: self.threads }, rng.random());
        if self.ramps && sweep % REAIMED == 1 && progress >= RAMPS_FROM {
            state.refit_ramps(&mut terms);
        }
        if self.fades && sweep % REAIMED == 3 && progress >= RAMPS_FROM {
            state.refit_fades(&mut terms, (sweep / REAIMED) as usize);
        }
        if self.translucent && sweep.is_multiple_of(2) && sweep > 4 {
            state.refit_opacities(&mut terms, sweep as usize / 2);
        }
        state.unturn();
        state.compact();
        state.settle();
        if sweep % 2 == 1 {
            state.refit_colors(price.lambda);
        }
        state.recount();
    }
}
