//! Garments, sewn from a cut, cloth and trimmings.

use linocut_svg::Color;

use crate::cloth;
use crate::colors::{from_hsl, hsl, is_light, shaded};
use crate::cut::{Cut, cut};
use crate::dice::Dice;
use crate::meaning::{Garment, Part, Pattern};
use crate::reading::{Look, Noun, Phrase};
use crate::sketch::{Layer, SIDE, Spot, disc, joined, polygon, polyline, rect, rounded};
use crate::trimmings::{buttons, flaps, lapels, tassels, trimming};

/// Where on the picture a garment hangs: a form of 200 units becomes `size` units high.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hanger {
    pub(crate) center: Spot,
    pub(crate) size: f64,
}

impl Hanger {
    pub(crate) fn at(&self, (x, y): Spot) -> Spot {
        let scale = self.size / 200.0;
        (self.center.0 + x * scale, self.center.1 + (y - 100.0) * scale)
    }

    pub(crate) fn all(&self, spots: &[Spot]) -> Vec<Spot> {
        spots.iter().map(|&spot| self.at(spot)).collect()
    }

    pub(crate) fn length(&self, units: f64) -> f64 {
        units * self.size / 200.0
    }
}

/// A garment with its parts, each part a layer of its own words.
pub(crate) fn paint(phrase: &Phrase, garment: Garment, parts: &[&Phrase], hanger: Hanger) -> Vec<Layer> {
    let cut = cut(garment);
    let usual = Color::from_hex(usual_hex(garment));
    let mut layer = Layer::new(&phrase.words);
    sew(&mut layer, &cut, &phrase.look, usual, hanger);
    let base = phrase.look.color_or(usual);
    let named = |part: Part| parts.iter().any(|phrase| phrase.noun == Noun::Part(part));
    if !named(Part::Button)
        && matches!(garment, Garment::Coat | Garment::Jacket | Garment::Overalls)
        && !named(Part::Zipper)
    {
        buttons(&mut layer, &cut, shaded(base, if is_light(base) { -0.55 } else { 0.45 }), 3.2, hanger);
    }
    if garment == Garment::Coat && !named(Part::Pocket) {
        flaps(&mut layer, &cut, shaded(base, 0.08), hanger);
    }
    if garment == Garment::Scarf && !named(Part::Tassel) {
        tassels(&mut layer, &cut, shaded(base, -0.2), 12.0, hanger);
    }
    if matches!(garment, Garment::Coat | Garment::Jacket) && !named(Part::Collar) {
        lapels(&mut layer, shaded(base, 0.14), hanger);
    }
    let mut layers = vec![layer];
    layers.extend(parts.iter().filter_map(|part| trimming(part, &cut, base, hanger)));
    layers
}

fn usual_hex(garment: Garment) -> u32 {
    match garment {
        Garment::Coat => 0x8a6f5a,
        Garment::Jacket => 0x3f5a7a,
        Garment::Shirt => 0x6fa8d6,
        Garment::Sweater => 0xb5523f,
        Garment::Dress => 0xc2477b,
        Garment::Skirt => 0x7d4fa0,
        Garment::Pants | Garment::Shorts | Garment::Overalls => 0x3b638c,
        Garment::Scarf => 0xb8433c,
    }
}

fn sew(layer: &mut Layer, cut: &Cut, look: &Look, usual: Color, hanger: Hanger) {
    let base = look.color_or(usual);
    for piece in cut.back.iter().map(|piece| hanger.all(piece)) {
        cloth::fill(layer, &piece, look, usual);
        if look.pattern.is_none() {
            layer.glaze(polygon(&piece), shaded(base, -0.5), 0.25);
        }
        cloth::hem(layer, &piece, base);
    }
    let body = hanger.all(&cut.body);
    cloth::fill(layer, &body, look, usual);
    cloth::hem(layer, &body, base);
    let seams = cut.seams.iter().map(|seam| polyline(&hanger.all(seam)));
    let thread =
        if matches!(look.pattern, Some(Pattern::Checkered)) { Color::from_hex(0x555555) } else { shaded(base, -0.4) };
    layer.line(joined(seams), thread, 6.0);
}

/// A plain backdrop that sets the garment off: its tint and the light shape behind the garment differ by seed.
pub(crate) fn backdrop(look: &Look, usual: Color, dice: &mut Dice) -> Layer {
    let [hue, saturation, lightness] = hsl(look.color_or(usual));
    let turn = dice.pick([-40.0, 30.0, 160.0, 200.0]);
    let ground = if lightness > 0.72 {
        from_hsl([hue + 170.0 + turn / 2.0, 0.28, 0.46])
    } else {
        from_hsl([hue + turn, (saturation * 0.45).min(0.4), 0.9])
    };
    let mut layer = Layer::default();
    layer.fill(rect(0.0, 0.0, SIDE, SIDE), ground);
    let light = ground.mix(Color::WHITE, 0.45);
    match dice.whole(0, 2) {
        0 => layer.fill(disc((SIDE / 2.0, SIDE / 2.0), SIDE * 0.455), light),
        1 => layer.fill(rounded(SIDE * 0.06, SIDE * 0.03, SIDE * 0.88, SIDE * 0.94, 120.0), light),
        _ => layer.fill(rect(0.0, SIDE * 0.8, SIDE, SIDE * 0.2), shaded(ground, -0.12)),
    }
    layer
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::phrase::read;

    fn layers(text: &str) -> Vec<Layer> {
        let reading = read(text).unwrap();
        let Noun::Garment(garment) = reading.phrases[0].noun else { panic!("{text} is no garment") };
        let parts: Vec<&Phrase> = reading.phrases[1..].iter().collect();
        paint(&reading.phrases[0], garment, &parts, Hanger { center: (768.0, 768.0), size: 1300.0 })
    }

    #[test]
    fn named_parts_are_layers_of_their_words() {
        let layers = layers("burgundy corduroy pants with patch pockets and silver buttons");
        assert_eq!(layers.len(), 3);
        assert!(layers.iter().all(|layer| !layer.words.is_empty() && !layer.shapes.is_empty()));
    }

    #[test]
    fn a_part_the_garment_cannot_have_is_left_out() {
        assert_eq!(layers("a skirt with a hood").len(), 1);
    }

    #[test]
    fn a_scarf_has_tassels_even_unnamed() {
        assert_eq!(layers("a purple scarf").len(), 1);
        assert_eq!(layers("a purple silk scarf with tassel trim").len(), 2);
    }
}
