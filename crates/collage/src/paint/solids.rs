//! Solid geometric bodies (cubes, spheres, pyramids), shaded by face.

use linocut_svg::Color;

use crate::colour::shaded;
use crate::paint::sketch::{Layer, fade, joined, oval, polygon, radial, rect, regular, smooth, turned};
use crate::place::spot::Spot;
use crate::read::meaning::Solid;

/// Draws a body of about `size` units across. Light falls from the upper left.
pub(crate) fn paint(layer: &mut Layer, solid: Solid, center: Spot, size: f64, color: Color) {
    let r = size / 2.0;
    match solid {
        Solid::Cube => cube(layer, center, r, color),
        Solid::Sphere => sphere(layer, center, r, color),
        Solid::Pyramid => pyramid(layer, center, r, color),
        Solid::Cone => cone(layer, center, r, color),
        Solid::Cylinder => cylinder(layer, center, r, color),
        Solid::Prism => prism(layer, center, r, color),
        Solid::Dodecahedron => dodecahedron(layer, center, r, color),
        Solid::Torus => torus(layer, center, r, color),
        Solid::Gem => gem(layer, center, r, color),
    }
}

fn scaled<const N: usize>((x, y): Spot, r: f64, spots: [Spot; N]) -> [Spot; N] {
    spots.map(|(px, py)| (x + px * r, y + py * r))
}

fn cube(layer: &mut Layer, center: Spot, r: f64, color: Color) {
    let at = |spots| polygon(&scaled::<4>(center, r, spots));
    layer.fill(at([(0.0, -1.0), (0.87, -0.5), (0.0, 0.0), (-0.87, -0.5)]), shaded(color, 0.32));
    layer.fill(at([(-0.87, -0.5), (0.0, 0.0), (0.0, 1.0), (-0.87, 0.5)]), color);
    layer.fill(at([(0.87, -0.5), (0.0, 0.0), (0.0, 1.0), (0.87, 0.5)]), shaded(color, -0.32));
}

fn sphere(layer: &mut Layer, (x, y): Spot, r: f64, color: Color) {
    let light = (x - r * 0.3, y - r * 0.35);
    layer.fill(oval((x, y), r, r), radial(light, r * 1.35, &[shaded(color, 0.3), color, shaded(color, -0.4)]));
    let shade = smooth(
        &[
            (x - r * 0.55, y + r * 0.76),
            (x + r * 0.3, y + r * 0.62),
            (x + r * 0.84, y - r * 0.1),
            (x + r * 0.92, y + r * 0.3),
            (x + r * 0.5, y + r * 0.83),
            (x, y + r * 0.96),
        ],
        true,
    );
    layer.glaze(shade, shaded(color, -0.45), 0.45);
    layer.glaze(oval((x - r * 0.36, y - r * 0.42), r * 0.24, r * 0.16), Color::WHITE, 0.75);
}

fn pyramid(layer: &mut Layer, center: Spot, r: f64, color: Color) {
    let at = |spots| polygon(&scaled::<3>(center, r, spots));
    layer.fill(at([(0.0, -0.95), (-0.98, 0.52), (0.22, 0.88)]), shaded(color, 0.16));
    layer.fill(at([(0.0, -0.95), (0.98, 0.42), (0.22, 0.88)]), shaded(color, -0.35));
}

fn cone(layer: &mut Layer, center: Spot, r: f64, color: Color) {
    let [top, left, right, base] = scaled(center, r, [(0.0, -1.0), (-0.68, 0.72), (0.68, 0.72), (0.0, 0.72)]);
    let rim: Vec<Spot> = (0..=8)
        .map(|i| std::f64::consts::PI * f64::from(i) / 8.0)
        .map(|a| (base.0 + r * 0.68 * a.cos(), base.1 + r * 0.24 * a.sin()))
        .collect();
    let body: Vec<Spot> = std::iter::once(top).chain(rim.iter().copied()).collect();
    layer.fill(
        polygon(&body),
        fade(left, right, &[shaded(color, -0.08), shaded(color, 0.34), color, shaded(color, -0.38)]),
    );
    let shade: Vec<Spot> = std::iter::once(top).chain(rim[..4].iter().copied()).collect();
    layer.glaze(polygon(&shade), shaded(color, -0.5), 0.5);
    layer.glaze(polygon(&[top, rim[7], rim[6]]), Color::WHITE, 0.35);
}

fn cylinder(layer: &mut Layer, (x, y): Spot, r: f64, color: Color) {
    let (w, h, e) = (r * 0.62, r * 0.78, r * 0.2);
    let shades = [shaded(color, -0.05), shaded(color, 0.3), color, shaded(color, -0.35)];
    layer.fill(oval((x, y + h), w, e), fade((x - w, y), (x + w, y), &shades));
    layer.fill(rect(x - w, y - h, 2.0 * w, 2.0 * h), fade((x - w, y), (x + w, y), &shades));
    layer.glaze(rect(x + w * 0.45, y - h, w * 0.55, 2.0 * h + e * 0.6), shaded(color, -0.5), 0.35);
    layer.fill(oval((x, y - h), w, e), shaded(color, 0.42));
}

fn prism(layer: &mut Layer, center: Spot, r: f64, color: Color) {
    layer.fill(
        polygon(&scaled(center, r, [(-0.3, -0.72), (0.55, -0.9), (1.0, 0.45), (0.3, 0.85)])),
        shaded(color, -0.28),
    );
    layer.fill(polygon(&scaled(center, r, [(-0.3, -0.72), (-0.95, 0.7), (0.3, 0.85)])), shaded(color, 0.2));
}

/// Twelve faces of five sides, seen on one of them: that face, and a ring of five.
fn dodecahedron(layer: &mut Layer, center: Spot, r: f64, color: Color) {
    let tenth = std::f64::consts::PI / 5.0;
    let rim = regular(10, center, r, 0.0);
    let inner = regular(5, center, r * 0.62, 0.0);
    layer.fill(polygon(&rim), shaded(color, -0.5));
    let shades = [0.26, -0.1, -0.38, -0.24, 0.12];
    for i in 0..5 {
        let next = (i + 1) % 5;
        let face = [inner[i], rim[2 * i], rim[2 * i + 1], rim[(2 * i + 2) % 10], inner[next]];
        layer.fill(polygon(&face), shaded(color, shades[i]));
    }
    layer.fill(polygon(&inner), shaded(color, 0.06));
    let edges = (0..5).map(|i| crate::paint::sketch::polyline(&[inner[i], rim[2 * i]]));
    let edges = joined(edges.chain([polygon(&inner), polygon(&turned(&rim, center, 10.0 * tenth))]));
    layer.line(edges, shaded(color, 0.42), (r * 0.022).max(3.0));
}

fn torus(layer: &mut Layer, (x, y): Spot, r: f64, color: Color) {
    layer.line(oval((x, y), r * 0.7, r * 0.5), shaded(color, -0.3), r * 0.5);
    layer.line(oval((x, y - r * 0.04), r * 0.7, r * 0.5), color, r * 0.36);
    layer.line(oval((x, y - r * 0.1), r * 0.7, r * 0.48), shaded(color, 0.4), r * 0.09);
}

fn gem(layer: &mut Layer, center: Spot, r: f64, color: Color) {
    let [a, b, c, d, low] =
        scaled(center, r, [(-0.62, -0.62), (0.62, -0.62), (1.0, -0.12), (-1.0, -0.12), (0.0, 0.95)]);
    let [m, n, k] = scaled(center, r, [(-0.42, -0.12), (0.42, -0.12), (0.0, -0.62)]);
    layer.fill(polygon(&[a, b, c, low, d]), color);
    layer.fill(joined([polygon(&[a, k, m]), polygon(&[k, b, n])]), shaded(color, 0.5));
    layer.fill(polygon(&[k, m, n]), shaded(color, 0.25));
    layer.fill(polygon(&[n, c, low]), shaded(color, -0.36));
    layer.fill(polygon(&[m, n, low]), shaded(color, -0.12));
    layer.fill(polygon(&[d, m, low]), shaded(color, 0.18));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_body_fills_its_box_and_has_several_shades() {
        use Solid::{Cone, Cube, Cylinder, Dodecahedron, Gem, Prism, Pyramid, Sphere, Torus};
        for solid in [Cube, Sphere, Pyramid, Cone, Cylinder, Prism, Dodecahedron, Torus, Gem] {
            let mut layer = Layer::default();
            paint(&mut layer, solid, (500.0, 500.0), 400.0, Color::new(128, 0, 0));
            assert!(layer.shapes.len() >= 2, "{solid:?}");
            let bounds = layer.shapes.iter().filter_map(|shape| shape.geometry.bounds());
            let wide = bounds.fold((1000, 0), |(l, r), b| (l.min(b.0), r.max(b.2)));
            assert!(wide.0 >= 290 && wide.1 <= 710 && wide.1 - wide.0 > 200, "{solid:?} {wide:?}");
        }
    }
}
