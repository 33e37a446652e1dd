//! The best colours of all layers together, in long or short spelling.

use linocut_svg::Color;

use super::coverage::Coverage;
use super::paint::{MAX_LAYERS, Mask, Paint, Paints, top};
use super::state::State;

/// Rounds of the solver.
const ROUNDS: usize = 8;

/// Normal equations of the colours: how much each layer shows, alone and beside others.
struct Equations {
    count: usize,
    /// Sum over pixels of the products of the shares of two layers.
    products: Vec<f64>,
    /// Sum over pixels of share times picture.
    targets: Vec<[f64; 3]>,
}

impl Equations {
    fn of(coverage: &Coverage, paints: &[Paint]) -> Self {
        let count = paints.len();
        let mut all = Self { count, products: vec![0.0; count * count], targets: vec![[0.0; 3]; count] };
        let opaque: Mask = paints.iter().enumerate().filter(|(_, p)| p.is_opaque()).fold(0, |m, (i, _)| m | 1 << i);
        let (width, height) = coverage.size();
        let mut shares: Vec<(usize, f64)> = Vec::with_capacity(8);
        for y in 0..height {
            for x in 0..width {
                let pixel = y * width + x;
                let masks = coverage.masks(pixel);
                let weight = f64::from(coverage.weights()[pixel]);
                let target = coverage.targets()[pixel].map(f64::from);
                shares.clear();
                for mask in masks {
                    add_shares(&mut shares, mask, opaque, paints);
                }
                for &(a, share) in &shares {
                    for i in 0..3 {
                        all.targets[a][i] += weight * share * target[i];
                    }
                    for &(b, other) in &shares {
                        all.products[a * count + b] += weight * share * other;
                    }
                }
            }
        }
        all
    }

    /// Half the falling slope of the error in a layer's colour.
    fn pull(&self, colors: &[[f64; 3]], layer: usize) -> [f64; 3] {
        let row = &self.products[layer * self.count..(layer + 1) * self.count];
        let mut pull = self.targets[layer];
        for (product, color) in row.iter().zip(colors) {
            if *product != 0.0 {
                pull.iter_mut().zip(color).for_each(|(p, c)| *p -= product * c);
            }
        }
        pull
    }
}

fn add_shares(shares: &mut Vec<(usize, f64)>, mask: Mask, opaque: Mask, paints: &[Paint]) {
    let base = usize::from(top(mask & opaque));
    let mut left = 0.25;
    let mut rest = mask >> base;
    let mut add = |layer: usize, share: f64| match shares.iter_mut().find(|entry| entry.0 == layer) {
        Some(entry) => entry.1 += share,
        None => shares.push((layer, share)),
    };
    while rest != 0 {
        let highest = 127 - rest.leading_zeros() as usize;
        let layer = base + highest;
        let alpha = if highest == 0 { 1.0 } else { f64::from(paints[layer].alpha) / 1000.0 };
        add(layer, left * alpha);
        left *= 1.0 - alpha;
        rest ^= 1 << highest;
    }
}

impl State {
    /// Sets every layer to the colour that serves the whole best, where `lambda` is the error that a byte must save.
    pub(crate) fn refit_colors(&mut self, lambda: f64) {
        let paints: Vec<Paint> = self.layers.iter().map(|layer| layer.paint).collect();
        debug_assert!(paints.len() <= MAX_LAYERS);
        let equations = Equations::of(&self.coverage, &paints);
        let channels = |c: Color| [f64::from(c.r), f64::from(c.g), f64::from(c.b)];
        let mut colors: Vec<[f64; 3]> = paints.iter().map(|paint| channels(paint.color)).collect();
        for _ in 0..ROUNDS {
            for layer in 0..colors.len() {
                colors[layer] = equations.best(&colors, layer).unwrap_or(colors[layer]);
            }
        }
        for _ in 0..2 {
            for layer in 0..colors.len() {
                let Some(best) = equations.best(&colors, layer) else { continue };
                let own = 16.0 * equations.products[layer * equations.count + layer];
                colors[layer] = spelling(best, own, lambda);
            }
        }
        for (layer, color) in self.layers.iter_mut().zip(&colors) {
            let [r, g, b] = color.map(|v| v.round() as u8);
            layer.paint.color = Color::new(r, g, b);
        }
        self.paints = Paints::new(self.layers.iter().map(|layer| layer.paint));
        self.coverage.repaint(&self.paints);
        self.error = self.coverage.error();
    }
}

impl Equations {
    fn best(&self, colors: &[[f64; 3]], layer: usize) -> Option<[f64; 3]> {
        let own = self.products[layer * self.count + layer];
        if own < 1e-3 {
            return None;
        }
        let pull = self.pull(colors, layer);
        Some(std::array::from_fn(|i| (colors[layer][i] + pull[i] / own).clamp(0.0, 255.0)))
    }
}

/// The exact colour, or the nearest that three digits say where its error costs less than the bytes.
fn spelling(best: [f64; 3], own: f64, lambda: f64) -> [f64; 3] {
    let long = best.map(f64::round);
    let short = best.map(|v| (v / 17.0).round() * 17.0);
    let error = |color: [f64; 3]| own * color.iter().zip(best).map(|(c, b)| (c - b) * (c - b)).sum::<f64>();
    if error(short) <= error(long) + 3.0 * lambda { short } else { long }
}
