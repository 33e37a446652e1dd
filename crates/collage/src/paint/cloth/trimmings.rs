//! Parts of garments: collars, pockets, buttons, tassels and the like.

use linocut_svg::Color;

use crate::colour::{is_light, shaded};
use crate::paint::cloth::cut::Cut;
use crate::paint::cloth::fabric;
use crate::paint::cloth::hanger::Hanger;
use crate::paint::sketch::{Layer, disc, joined, polygon, polyline, radial, rounded, smooth};
use crate::place::spot::Spot;
use crate::read::colour_words::material_color;
use crate::read::meaning::{Garment, Material, Part};
use crate::read::reading::{Noun, Phrase};

pub(crate) fn lapels(layer: &mut Layer, color: Color, hanger: Hanger) {
    for side in [-1.0, 1.0] {
        let lapel = hanger.all(&[(0.0, 60.0), (side * 15.0, 10.0), (side * 25.0, 13.0), (side * 27.0, 38.0)]);
        layer.fill(polygon(&lapel), color);
        fabric::hem(layer, &lapel, color);
    }
}

/// The layer of a part, if the garment has a place for it.
pub(crate) fn trimming(part: &Phrase, garment: Garment, cut: &Cut, base: Color, hanger: Hanger) -> Option<Layer> {
    let Noun::Part(kind) = part.noun else { return None };
    let mut layer = Layer::new(&part.words);
    let contrast = shaded(base, if is_light(base) { -0.3 } else { 0.3 });
    let color = part.look.color_or(material_color(part.look.material).unwrap_or(contrast));
    match kind {
        Part::Collar if part.look.material == Some(Material::Fur) => fur(&mut layer, cut, part, base, hanger),
        Part::Collar => collar(&mut layer, cut, color, hanger),
        Part::Hood => hood(&mut layer, cut, part.look.color_or(shaded(base, 0.12)), hanger),
        Part::Pocket => pockets(&mut layer, cut, part, part.look.color_or(shaded(base, 0.1)), hanger),
        Part::Button => buttons(&mut layer, cut, color, 6.6, hanger),
        Part::Tassel => tassels(&mut layer, cut, part.look.color_or(shaded(base, 0.18)), 22.0, hanger),
        Part::Belt if garment == Garment::Hat => hatband(&mut layer, cut, color, hanger),
        Part::Belt => belt(&mut layer, cut, color, hanger),
        Part::Zipper => zipper(&mut layer, cut, part.look.color_or(Color::from_hex(0xc8ccd0)), hanger),
        Part::Patch => patches(&mut layer, color, hanger),
        Part::Cuff => cuffs(&mut layer, cut, color, hanger),
        Part::Sleeve if part.look.colors.is_empty() => cuffs(&mut layer, cut, shaded(base, -0.2), hanger),
        Part::Sleeve => sleeves(&mut layer, cut, color, hanger),
        Part::Trim => trim(&mut layer, cut, color, hanger),
        Part::Lining if garment == Garment::Cape => lining(&mut layer, color, hanger),
        Part::Lining => lapels(&mut layer, color, hanger),
        Part::Pompom => pompom(&mut layer, cut, color, hanger),
    }
    Some(layer).filter(|layer| !layer.shapes.is_empty())
}

/// A ring of tufts round the neck.
fn fur(layer: &mut Layer, cut: &Cut, part: &Phrase, base: Color, hanger: Hanger) {
    let Some(neck) = cut.neck else { return };
    let color = part.look.color_or(if is_light(base) { Color::from_hex(0x8c7b6b) } else { Color::from_hex(0xeee6da) });
    let rim = |reach: f64, tuft: f64| -> Vec<Spot> {
        let count = 36;
        (0..count)
            .map(|i| {
                let angle = std::f64::consts::TAU * f64::from(i) / f64::from(count);
                let r = if i % 2 == 0 { reach + tuft } else { reach };
                (neck.0 + 1.2 * r * angle.sin(), neck.1 + 14.0 - r * 0.9 * angle.cos())
            })
            .collect()
    };
    layer.fill(smooth(&hanger.all(&rim(27.0, 3.6)), true), shaded(color, -0.22));
    layer.fill(smooth(&hanger.all(&rim(22.5, 3.4)), true), color);
    layer.fill(smooth(&hanger.all(&rim(17.0, 3.2)), true), shaded(color, 0.25));
    let opening = hanger.all(&[(-12.0, 14.0), (0.0, 10.0), (12.0, 14.0), (8.0, 30.0), (0.0, 44.0), (-8.0, 30.0)]);
    layer.fill(smooth(&opening, true), shaded(base, -0.55));
    let hairs = (0..18).map(|i| {
        let angle = std::f64::consts::TAU * (f64::from(i) + 0.5) / 18.0;
        let at = |r: f64| hanger.at((neck.0 + 1.2 * r * angle.sin(), neck.1 + 14.0 - r * 0.9 * angle.cos()));
        polyline(&[at(21.0), at(26.0)])
    });
    layer.line(joined(hairs), shaded(color, -0.3), 5.0);
}

fn collar(layer: &mut Layer, cut: &Cut, color: Color, hanger: Hanger) {
    let Some((x, y)) = cut.neck else { return };
    for side in [-1.0, 1.0] {
        let flap = hanger.all(&[
            (x, y + 8.0),
            (x + side * 15.0, y - 8.0),
            (x + side * 34.0, y + 4.0),
            (x + side * 20.0, y + 30.0),
        ]);
        layer.fill(polygon(&flap), color);
        fabric::hem(layer, &flap, color);
    }
}

/// A hood that lies open on the shoulders.
fn hood(layer: &mut Layer, cut: &Cut, color: Color, hanger: Hanger) {
    let Some((x, y)) = cut.neck else { return };
    let rim = [
        (-46.0, 12.0),
        (-36.0, -9.0),
        (0.0, -16.0),
        (36.0, -9.0),
        (46.0, 12.0),
        (24.0, 34.0),
        (0.0, 42.0),
        (-24.0, 34.0),
    ];
    let grown = |scale: f64| hanger.all(&rim.map(|(dx, dy)| (x + dx * scale, y + 8.0 + (dy - 8.0) * scale)));
    layer.fill(smooth(&grown(1.0), true), color);
    layer.line(smooth(&grown(1.0), true), shaded(color, -0.45), 7.0);
    layer.fill(smooth(&grown(0.66), true), shaded(color, -0.5));
    let cords = [-9.0, 9.0].map(|dx| polyline(&hanger.all(&[(x + dx, y + 38.0), (x + dx * 1.2, y + 66.0)])));
    layer.line(joined(cords), shaded(color, 0.6), hanger.length(2.0));
}

fn sleeves(layer: &mut Layer, cut: &Cut, color: Color, hanger: Hanger) {
    for piece in cut.back.iter().map(|piece| hanger.all(piece)) {
        layer.fill(polygon(&piece), color);
        fabric::hem(layer, &piece, color);
    }
}

/// A line along all edges.
fn trim(layer: &mut Layer, cut: &Cut, color: Color, hanger: Hanger) {
    let edges = cut.back.iter().chain([&cut.body]).map(|piece| polygon(&hanger.all(piece)));
    layer.line(joined(edges.collect::<Vec<_>>()), color, hanger.length(2.6));
}

/// The inside of a cape, seen between its front edges.
fn lining(layer: &mut Layer, color: Color, hanger: Hanger) {
    let opening = hanger.all(&[(0.0, 26.0), (26.0, 189.0), (-26.0, 189.0)]);
    layer.fill(polygon(&opening), color);
    fabric::hem(layer, &opening, color);
}

fn pompom(layer: &mut Layer, cut: &Cut, color: Color, hanger: Hanger) {
    let Some((x, y)) = cut.crown else { return };
    let tuft = |r: f64| {
        let spots = (0..28).map(|i| {
            let (angle, r) = (std::f64::consts::TAU * f64::from(i) / 28.0, if i % 2 == 0 { r } else { r * 0.86 });
            (x + r * angle.sin(), y - r * angle.cos())
        });
        polygon(&hanger.all(&spots.collect::<Vec<_>>()))
    };
    layer.fill(tuft(26.0), shaded(color, -0.2));
    layer.fill(tuft(19.0), shaded(color, 0.15));
}

fn pockets(layer: &mut Layer, cut: &Cut, part: &Phrase, color: Color, hanger: Hanger) {
    let mut places = cut.pockets.clone();
    if let [((x, y), w)] = *places.as_slice()
        && part.plural
        && x > 0.0
    {
        places.push(((-x - w, y), w));
    }
    for ((x, y), w) in places {
        let h = w * 1.05;
        let pocket = hanger.all(&[(x, y), (x + w, y), (x + w, y + h * 0.8), (x + w / 2.0, y + h), (x, y + h * 0.8)]);
        layer.fill(polygon(&pocket), color);
        layer.line(polygon(&pocket), shaded(color, -0.45), 8.0);
        let flap = hanger.all(&[(x, y + h * 0.2), (x + w, y + h * 0.2)]);
        layer.line(polyline(&flap), shaded(color, -0.35), 6.0);
    }
}

/// Slanted pocket flaps.
pub(crate) fn flaps(layer: &mut Layer, cut: &Cut, color: Color, hanger: Hanger) {
    for &((x, y), w) in &cut.pockets {
        let slant = if x < 0.0 { -5.0 } else { 5.0 };
        let flap = hanger.all(&[(x, y - slant), (x + w, y + slant), (x + w, y + slant + 9.0), (x, y - slant + 9.0)]);
        layer.fill(polygon(&flap), color);
        fabric::hem(layer, &flap, color);
    }
}

pub(crate) fn buttons(layer: &mut Layer, cut: &Cut, color: Color, radius: f64, hanger: Hanger) {
    for &spot in &cut.buttons {
        let (center, r) = (hanger.at(spot), hanger.length(radius));
        layer.fill(disc(center, r), shaded(color, -0.45));
        let shine = radial((center.0 - r * 0.3, center.1 - r * 0.3), r * 1.3, &[shaded(color, 0.5), color]);
        layer.fill(disc(center, r * 0.82), shine);
    }
}

pub(crate) fn tassels(layer: &mut Layer, cut: &Cut, color: Color, length: f64, hanger: Hanger) {
    for &(left, right) in &cut.ends {
        let strands = (0..=6).map(|i| {
            let t = f64::from(i) / 6.0;
            let (x, y) = (left.0 + (right.0 - left.0) * t, left.1 + (right.1 - left.1) * t);
            polyline(&hanger.all(&[(x, y - 1.0), (x + (t - 0.5) * 3.0, y + length)]))
        });
        layer.line(joined(strands), shaded(color, -0.3), hanger.length(4.4));
        let knots = (0..=6).map(|i| {
            let t = f64::from(i) / 6.0;
            disc(
                hanger.at((left.0 + (right.0 - left.0) * t, left.1 + (right.1 - left.1) * t + 3.0)),
                hanger.length(3.2),
            )
        });
        layer.fill(joined(knots), color);
    }
}

fn belt(layer: &mut Layer, cut: &Cut, color: Color, hanger: Hanger) {
    let (left, right) = (hanger.at(cut.waist.0), hanger.at(cut.waist.1));
    let h = hanger.length(11.0);
    layer.fill(rounded(left.0, left.1 - h / 2.0, right.0 - left.0, h, 10.0), color);
    let middle = (left.0 + right.0) / 2.0;
    layer.line(rounded(middle - h * 0.6, left.1 - h * 0.65, h * 1.2, h * 1.3, 8.0), Color::from_hex(0xd9b44a), 10.0);
}

/// A band round the crown, above the brim.
pub(crate) fn hatband(layer: &mut Layer, cut: &Cut, color: Color, hanger: Hanger) {
    let ((left, y), (right, _)) = cut.waist;
    let band = [(left, y), (0.0, y + 9.0), (right, y), (right - 3.0, y - 17.0), (0.0, y - 9.0), (left + 3.0, y - 17.0)];
    layer.fill(polygon(&hanger.all(&band)), color);
}

fn zipper(layer: &mut Layer, cut: &Cut, color: Color, hanger: Hanger) {
    let bottom = cut.body.iter().map(|spot| spot.1).fold(0.0, f64::max);
    let top = cut.neck.map_or(20.0, |neck| neck.1 + 10.0);
    layer.line(polyline(&hanger.all(&[(0.0, top), (0.0, bottom)])), shaded(color, -0.4), hanger.length(4.4));
    let teeth = (0..14).map(|i| {
        let y = top + (bottom - top) * (f64::from(i) + 0.5) / 14.0;
        polyline(&hanger.all(&[(-1.6, y), (1.6, y)]))
    });
    layer.line(joined(teeth), color, hanger.length(2.2));
}

fn patches(layer: &mut Layer, color: Color, hanger: Hanger) {
    for side in [-1.0, 1.0] {
        let patch: Vec<Spot> = crate::paint::sketch::regular(8, (side * 72.0, 92.0), 11.0, 0.0);
        let patch = hanger.all(&patch.iter().map(|&(x, y)| (x, y + (y - 92.0) * 0.5)).collect::<Vec<_>>());
        layer.fill(smooth(&patch, true), color);
        layer.line(smooth(&patch, true), shaded(color, -0.4), 6.0);
    }
}

fn cuffs(layer: &mut Layer, cut: &Cut, color: Color, hanger: Hanger) {
    for piece in cut.back.iter().filter(|piece| piece.len() >= 6) {
        let (a, b) = (piece[3], piece[4]);
        let up = |p: Spot| (p.0 * 0.96, p.1 - 16.0);
        layer.fill(polygon(&hanger.all(&[a, b, up(b), up(a)])), color);
    }
}
