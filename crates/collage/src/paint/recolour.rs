//! Giving a picture of the archive another colour.

use linocut_svg::{Color, Drawing, Opacity, Paint, Shape, rasterize};

use crate::colour::{from_hsl, hsl};

/// Least saturation of a colour that has a hue to change.
const GREY: f32 = 0.12;

/// Least lightness of a grey that counts as white.
const WHITE: f32 = 0.94;

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
        // Line art is mostly white: then its white is what takes the colour.
        let white_main = grey_main && self.main[2] > WHITE;
        let greys = 0.08..if white_main { 1.1 } else { 0.97 };
        let follows =
            if grey_main { saturation < 0.3 && greys.contains(&lightness) } else { saturation >= GREY && near };
        if !follows {
            return color;
        }
        // Lightness is stretched towards black and white so that shades stay apart.
        let from = if white_main { self.main[2] } else { self.main[2].clamp(0.05, 0.95) };
        let to = self.target[2].clamp(0.07, 0.93);
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

/// Side of the picture in which colours are counted, in pixels.
const COUNTED_SIDE: u32 = 48;

/// The colour that covers most of what is seen; a hue counts more than grey, and black and white least.
fn main_color(shapes: &[Shape]) -> Option<Color> {
    let mut flat = shapes.to_vec();
    flat.iter_mut().for_each(flatten);
    let bounds = flat.iter().filter_map(|shape| shape.geometry.bounds());
    let side = bounds.fold(1, |side, bounds| side.max(bounds.2).max(bounds.3)).unsigned_abs();
    let drawing = Drawing { shapes: flat, ..Drawing::new(side, side) };
    let image = rasterize(&drawing.write(), COUNTED_SIDE, COUNTED_SIDE).ok()?;
    let mut counts: Vec<(Color, f64)> = paints(&drawing.shapes).map(|color| (color, 0.0)).collect();
    for pixel in image.pixels().filter(|pixel| pixel.0[3] == 255) {
        let color = Color::new(pixel.0[0], pixel.0[1], pixel.0[2]);
        if let Some((_, count)) = counts.iter_mut().find(|(c, _)| *c == color) {
            *count += vividness(color);
        }
    }
    counts.into_iter().rev().max_by(|a, b| a.1.total_cmp(&b.1)).map(|(color, _)| color)
}

fn vividness(color: Color) -> f64 {
    let [_, saturation, lightness] = hsl(color);
    if !(0.12..0.94).contains(&lightness) {
        0.3
    } else if saturation < GREY {
        0.6
    } else {
        1.0
    }
}

/// Opaque, in the mean colours of its gradients.
fn flatten(shape: &mut Shape) {
    shape.opacity = Opacity::OPAQUE;
    shape.fill = shape.fill.as_ref().map(|fill| fill.mean_color().into());
    if let Some(stroke) = &mut shape.stroke {
        stroke.paint = stroke.paint.mean_color().into();
    }
}

fn paints(shapes: &[Shape]) -> impl Iterator<Item = Color> {
    let stroke = |shape: &Shape| shape.stroke.as_ref().map(|stroke| stroke.paint.mean_color());
    shapes.iter().flat_map(move |shape| shape.fill.as_ref().map(Paint::mean_color).into_iter().chain(stroke(shape)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use linocut_svg::{Geometry, Point};

    fn shapes(hexes: &[u32]) -> Vec<Shape> {
        let disc = |(i, &hex): (usize, &u32)| {
            Shape::filled(Geometry::circle(Point::new(100, 100), 90 - 20 * i as i32), Color::from_hex(hex))
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
    fn the_main_color_is_the_one_that_is_seen_most() {
        // Two small wheels in one path have a large box.
        let wheels = [Point::new(10, 190), Point::new(190, 190)];
        let wheel = |at: Point| Geometry::polygon(&[at, Point::new(at.x + 9, at.y), Point::new(at.x, at.y + 9)]);
        let mut car = shapes(&[0x20a040]);
        car.push(Shape::filled(crate::paint::sketch::joined(wheels.map(wheel)), Color::from_hex(0xd03020)));
        assert_eq!(main_color(&car), Some(Color::from_hex(0x20a040)));
        recolor(&mut car, Color::from_hex(0x2040c0));
        assert_eq!(colors(&car)[1], Color::from_hex(0xd03020));
    }

    #[test]
    fn silver_takes_the_hue_away() {
        let mut red = shapes(&[0xd03020]);
        recolor(&mut red, Color::from_hex(0xc0c0c0));
        assert!(hsl(colors(&red)[0])[1] < 0.05);
        recolor(&mut [], Color::BLACK);
    }
}
