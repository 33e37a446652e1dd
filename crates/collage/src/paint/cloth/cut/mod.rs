//! Cuts of garments: outlines on a form 200 units wide and 200 high, centred at x = 0.

mod bottoms;
mod headwear;
mod pairs;
mod scarf;
mod tops;

pub(crate) use tops::{long_sleeved, long_sleeves};

use bottoms::{apron, dress, overalls, pants, skirt};
use headwear::{beanie, beret, hat};
use pairs::{boots, gloves, mittens};
use scarf::scarf;
use tops::{cape, coat, shirt, sweater, vest};

use crate::place::spot::Spot;
use crate::read::meaning::Garment;

/// What a garment consists of, in paint order, and where its parts go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut {
    /// Pieces behind the main one, such as sleeves.
    pub(crate) back: Vec<Vec<Spot>>,
    /// The main piece.
    pub(crate) body: Vec<Spot>,
    /// Lines drawn over it: seams and folds.
    pub(crate) seams: Vec<Vec<Spot>>,
    /// Places of buttons.
    pub(crate) buttons: Vec<Spot>,
    /// Top left corners of pockets and their width.
    pub(crate) pockets: Vec<(Spot, f64)>,
    /// Middle of the neck, if it has one.
    pub(crate) neck: Option<Spot>,
    /// Left and right ends of the waist.
    pub(crate) waist: (Spot, Spot),
    /// Ends where tassels hang: left and right.
    pub(crate) ends: Vec<(Spot, Spot)>,
    /// Top of a hat.
    pub(crate) crown: Option<Spot>,
    /// Whether it comes in pairs, of which this is the left one.
    pub(crate) pair: bool,
}

/// The cut of a garment.
pub(crate) fn cut(garment: Garment) -> Cut {
    match garment {
        Garment::Coat => coat(192.0, 60.0),
        Garment::Jacket => coat(138.0, 48.0),
        Garment::Shirt => shirt(),
        Garment::Sweater => sweater(),
        Garment::Dress => dress(),
        Garment::Skirt => skirt(),
        Garment::Pants => pants(196.0),
        Garment::Shorts => pants(124.0),
        Garment::Overalls => overalls(),
        Garment::Scarf => scarf(),
        Garment::Vest => vest(),
        Garment::Cape => cape(),
        Garment::Apron => apron(),
        Garment::Beanie => beanie(),
        Garment::Beret => beret(),
        Garment::Mittens => mittens(),
        Garment::Gloves => gloves(),
        Garment::Hat => hat(),
        Garment::Boots => boots(),
    }
}

/// The right half from the top middle to the bottom middle, with its mirror image.
fn mirrored(half: &[Spot]) -> Vec<Spot> {
    let left = half.iter().rev().filter(|(x, _)| *x > 0.0).map(|&(x, y)| (-x, y));
    half.iter().copied().chain(left).collect()
}

fn flipped(spots: &[Spot]) -> Vec<Spot> {
    spots.iter().map(|&(x, y)| (-x, y)).collect()
}

fn both_sides(right: &[Spot]) -> Vec<Vec<Spot>> {
    vec![flipped(right), right.to_vec()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use Garment::{
        Apron, Beanie, Beret, Boots, Cape, Coat, Dress, Gloves, Hat, Jacket, Mittens, Overalls, Pants, Scarf, Shirt,
        Shorts, Skirt, Sweater, Vest,
    };

    #[test]
    fn every_cut_fits_the_form() {
        let tops = [Coat, Jacket, Shirt, Sweater, Vest, Cape, Scarf, Beanie, Beret, Hat, Gloves, Boots];
        for garment in tops.into_iter().chain([Dress, Skirt, Pants, Shorts, Overalls, Apron, Mittens]) {
            let cut = cut(garment);
            let spots = cut.back.iter().flatten().chain(&cut.body);
            assert!(spots.clone().all(|&(x, y)| x.abs() <= 100.0 && (0.0..=200.0).contains(&y)), "{garment:?}");
            assert!(cut.body.len() >= 6, "{garment:?}");
        }
    }

    #[test]
    fn bodies_are_symmetric() {
        for garment in [Coat, Shirt, Dress, Pants, Overalls, Vest, Cape, Apron, Beanie, Hat] {
            let body = cut(garment).body;
            assert!(body.iter().all(|&(x, y)| body.contains(&(-x, y)) || x == 0.0), "{garment:?}");
        }
    }
}
