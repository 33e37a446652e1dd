//! Giving a picture of the archive another colour.

use linocut_svg::{Color, Paint, Shape};

use crate::colors::{from_hsl, hsl};

/// Least saturation of a colour that has a hue to change.
const GREY: f32 = 0.12;

/// How far from the main hue a colour may be to follow it, in degrees.
const HUE_REACH: f32 = 70.0;

/// Recolours the main colours of the shapes: their hue and saturation become those of `target`, and their lightness
/// moves so that the main one gets the target's. Colours of quite another hue, and black and white, stay.
pub(crate) fn recolor(shapes: &mut [Shape], target: Color) {
    let Some(main) = main_color(shapes) else { return };
    let rule = Rule { main: hsl(main), target: hsl(target) };
    for shape in shapes {
        let stroke = shape.stroke.as_mut().map(|stroke| &mut stroke.paint);
        for paint in shape.fill.as_mut().into_iter().chain(stroke) {
            repaint(paint, &rule);
        }
    }
}

struct Rule {
    main: [f32; 3],
    target: [f32; 3],
}

impl Rule {
    fn apply(&self, color: Color) -> Color {
        let [hue, saturation, lightness] = hsl(color);
        let grey_main = self.main[1] < GREY;
        let apart = (hue - self.main[0]).rem_euclid(360.0);
        let near = apart.min(360.0 - apart) <= HUE_REACH;
        let follows =
            if grey_main { saturation < 0.3 && (0.08..0.97).contains(&lightness) } else { saturation >= GREY && near };
        if !follows {
            return color;
        }
        // Lightness is stretched towards black and white so that shades stay apart.
        let (from, to) = (self.main[2].clamp(0.05, 0.95), self.target[2].clamp(0.07, 0.93));
        let moved =
            if lightness <= from { lightness / from * to } else { 1.0 - (1.0 - lightness) / (1.0 - from) * (1.0 - to) };
        let kept = if grey_main { 1.0 } else { (saturation / self.main[1].max(GREY)).clamp(0.6, 1.2) };
        from_hsl([self.target[0], self.target[1] * kept, moved])
    }
}

fn repaint(paint: &mut Paint, rule: &Rule) {
    match paint {
        Paint::Solid(color) => *color = rule.apply(*color),
        Paint::Gradient(gradient) => gradient.stops.iter_mut().for_each(|stop| stop.color = rule.apply(stop.color)),
    }
}

/// The colour that covers most, by the boxes of the shapes; a hue counts more than grey.
fn main_color(shapes: &[Shape]) -> Option<Color> {
    let mut areas: Vec<(Color, f64)> = Vec::new();
    for shape in shapes {
        let (Some(fill), Some(bounds)) = (&shape.fill, shape.geometry.bounds()) else { continue };
        let color = fill.mean_color();
        let [_, saturation, lightness] = hsl(color);
        let vivid = if saturation < GREY || !(0.12..0.9).contains(&lightness) { 0.35 } else { 1.0 };
        let area = f64::from(bounds.2 - bounds.0) * f64::from(bounds.3 - bounds.1) * vivid;
        match areas.iter_mut().find(|(c, _)| *c == color) {
            Some((_, sum)) => *sum += area,
            None => areas.push((color, area)),
        }
    }
    areas.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(color, _)| color)
}

#[cfg(test)]
mod tests {
    use super::*;
    use linocut_svg::{Geometry, Point};

    fn shapes(hexes: &[u32]) -> Vec<Shape> {
        let disc = |(i, &hex): (usize, &u32)| {
            Shape::filled(Geometry::circle(Point::new(0, 0), 90 - 20 * i as i32), Color::from_hex(hex))
        };
        hexes.iter().enumerate().map(disc).collect()
    }

    fn colors(shapes: &[Shape]) -> Vec<Color> {
        shapes.iter().map(|shape| shape.fill.as_ref().unwrap().mean_color()).collect()
    }

    #[test]
    fn the_main_color_becomes_the_target() {
        let mut red = shapes(&[0xd03020, 0xffffff, 0x101010]);
        recolor(&mut red, Color::from_hex(0x2040c0));
        let got = colors(&red);
        let [hue, ..] = hsl(got[0]);
        assert!((hue - 228.0).abs() < 3.0, "{got:?}");
        assert_eq!(got[1..], [Color::WHITE, Color::from_hex(0x101010)]);
    }

    #[test]
    fn shades_stay_apart_and_in_order() {
        let mut shaded = shapes(&[0xd03020, 0xf08070, 0x801810]);
        recolor(&mut shaded, Color::from_hex(0x008080));
        let luma: Vec<f32> = colors(&shaded).into_iter().map(Color::luma).collect();
        assert!(luma[1] > luma[0] && luma[0] > luma[2], "{luma:?}");
    }

    #[test]
    fn silver_takes_the_hue_away() {
        let mut red = shapes(&[0xd03020]);
        recolor(&mut red, Color::from_hex(0xc0c0c0));
        assert!(hsl(colors(&red)[0])[1] < 0.05);
        recolor(&mut [], Color::BLACK);
    }
}
