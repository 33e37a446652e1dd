//! Garments, sewn from a cut, cloth and trimmings.

use linocut_svg::Color;

use super::hanger::Hanger;
use crate::colour::{from_hsl, hsl, is_light, shaded};
use crate::dice::Dice;
use crate::paint::cloth::cut::{Cut, cut, long_sleeved, long_sleeves};
use crate::paint::cloth::fabric;
use crate::paint::cloth::trimmings::{buttons, flaps, hatband, lapels, tassels, trimming};
use crate::paint::sketch::{Layer, disc, joined, polygon, polyline, rect, rounded};
use crate::place::spot::SIDE;
use crate::read::meaning::{Garment, Material, Part, Pattern};
use crate::read::reading::{Look, Noun, Phrase};

/// A garment with its parts, each part a layer of its own words.
pub(crate) fn paint(phrase: &Phrase, garment: Garment, parts: &[&Phrase], hanger: Hanger) -> Vec<Layer> {
    let named = |part: Part| parts.iter().any(|phrase| phrase.noun == Noun::Part(part));
    // A knitted hat has no brim.
    let knitted = garment == Garment::Hat && (phrase.look.material == Some(Material::Wool) || named(Part::Pompom));
    let garment = if knitted { Garment::Beanie } else { garment };
    let mut cut = cut(garment);
    if garment == Garment::Dress && named(Part::Sleeve) {
        cut.back = long_sleeves();
    }
    if garment == Garment::Shirt && (named(Part::Cuff) || named(Part::Sleeve)) {
        cut = long_sleeved();
    }
    let hangers = if cut.pair { hanger.pair().to_vec() } else { vec![hanger] };
    let usual = Color::from_hex(usual_hex(garment));
    let base = phrase.look.color_or(usual);
    let mut layers = vec![Layer::new(&phrase.words)];
    for &hanger in &hangers {
        sew(&mut layers[0], &cut, &phrase.look, usual, hanger);
        unasked(&mut layers[0], garment, &cut, base, &named, hanger);
    }
    for part in parts {
        let sewn = hangers.iter().filter_map(|&hanger| trimming(part, garment, &cut, base, hanger));
        layers.extend(sewn.reduce(|mut both, other| {
            both.shapes.extend(other.shapes);
            both
        }));
    }
    layers
}

/// Parts that a garment has even if none are named.
fn unasked(layer: &mut Layer, garment: Garment, cut: &Cut, base: Color, named: &impl Fn(Part) -> bool, hanger: Hanger) {
    use Garment::{Apron, Cape, Coat, Hat, Jacket, Overalls, Scarf, Vest};
    let buttoned = matches!(garment, Coat | Jacket | Overalls | Vest | Cape);
    if buttoned && !named(Part::Button) && !named(Part::Zipper) {
        buttons(layer, cut, shaded(base, if is_light(base) { -0.55 } else { 0.45 }), 3.2, hanger);
    }
    if matches!(garment, Coat | Apron) && !named(Part::Pocket) {
        flaps(layer, cut, shaded(base, 0.08), hanger);
    }
    if garment == Hat && !named(Part::Belt) {
        hatband(layer, cut, shaded(base, if is_light(base) { -0.6 } else { 0.5 }), hanger);
    }
    if garment == Scarf && !named(Part::Tassel) {
        tassels(layer, cut, shaded(base, -0.2), 12.0, hanger);
    }
    if matches!(garment, Coat | Jacket | Vest) && !named(Part::Collar) && !named(Part::Hood) {
        lapels(layer, shaded(base, 0.14), hanger);
    }
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
        Garment::Scarf | Garment::Beret => 0xb8433c,
        Garment::Vest => 0x5d6b57,
        Garment::Cape => 0x5b3f8a,
        Garment::Apron => 0xe8dcc6,
        Garment::Beanie => 0x2f7f79,
        Garment::Mittens => 0xc4453f,
        Garment::Gloves => 0x54433a,
        Garment::Hat => 0x7a5a3c,
        Garment::Boots => 0x7b4a2d,
    }
}

fn sew(layer: &mut Layer, cut: &Cut, look: &Look, usual: Color, hanger: Hanger) {
    let base = look.color_or(usual);
    for piece in cut.back.iter().map(|piece| hanger.all(piece)) {
        fabric::fill(layer, &piece, look, usual);
        if look.pattern.is_none() {
            layer.glaze(polygon(&piece), shaded(base, -0.5), 0.25);
        }
        fabric::hem(layer, &piece, base);
    }
    let body = hanger.all(&cut.body);
    fabric::fill(layer, &body, look, usual);
    fabric::hem(layer, &body, base);
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
    use crate::read::parser::read;

    fn layers(text: &str) -> Vec<Layer> {
        let reading = read(text).unwrap();
        let Noun::Garment(garment) = reading.phrases[0].noun else { panic!("{text} is no garment") };
        let parts: Vec<&Phrase> = reading.phrases[1..].iter().collect();
        paint(&reading.phrases[0], garment, &parts, Hanger::new((768.0, 768.0), 1300.0))
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
    fn what_comes_in_pairs_is_drawn_twice() {
        let shapes = |text: &str| layers(text)[0].shapes.clone();
        let bounds = |shape: &linocut_svg::Shape| shape.geometry.bounds().unwrap();
        for text in ["red mittens", "leather gloves", "a pair of boots with brass buckles"] {
            let shapes = shapes(text);
            assert!(shapes.iter().any(|shape| bounds(shape).2 < 768), "{text}");
            assert!(shapes.iter().any(|shape| bounds(shape).0 > 768), "{text}");
        }
    }

    #[test]
    fn sleeves_hoods_and_trims_show() {
        for text in [
            "a dress with long sleeves",
            "a coat with a hood",
            "a blouse with lace cuffs",
            "a straw hat with a blue ribbon",
        ] {
            assert_eq!(layers(text).len(), 2, "{text}");
        }
    }

    #[test]
    fn a_scarf_has_tassels_even_unnamed() {
        assert_eq!(layers("a purple scarf").len(), 1);
        assert_eq!(layers("a purple silk scarf with tassel trim").len(), 2);
    }
}
