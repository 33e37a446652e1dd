//! A line with its colour, and how it is drawn at a price.

use image::RgbImage;
use linocut_svg::{Color, Geometry, LineCap, LineJoin, Stroke, Subpath};

use super::center::Center;
use super::conic::conic;
use super::labels::Area;
use super::plane::{along, normal};
use super::spline::{PER_PIXEL, Plan, Price};

/// A line that may become a stroke.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) center: Center,
    pub(super) color: Color,
    pub(super) class: usize,
    /// In units.
    pub(super) width: i32,
    /// Squared error that it explains, once that is known.
    pub(super) gain: f64,
    /// Mean squared difference from what lies beside it, over all channels.
    contrast: f64,
    /// The circle or ellipse that it is.
    oval: Option<Geometry>,
    /// Else, how it is drawn.
    plan: Option<Plan>,
}

/// What a line is drawn as.
#[derive(Clone, Debug)]
pub(super) enum Drawn {
    Oval(Geometry),
    Path(Subpath),
}

impl Line {
    /// A line that is drawn at no lower price of a byte than `least`.
    pub(super) fn new(image: &RgbImage, center: Center, area: &Area, least: f64) -> Self {
        let [r, g, b] = area.color.map(|v| v.round() as u8);
        let color = Color::new(r, g, b);
        let contrast = contrast(image, &center, area.color);
        let oval = conic(&center).map(|(oval, _)| oval);
        let plan = if oval.is_some() { None } else { Some(Plan::new(&center, price(contrast, least))) };
        let width = (PER_PIXEL * center.width).round().max(1.0) as i32;
        Self { center, color, class: area.class, width, gain: 0.0, contrast, oval, plan }
    }

    /// The line at a price for bytes.
    pub(super) fn drawn(&self, byte: f64) -> Option<Drawn> {
        if let Some(oval) = &self.oval {
            return Some(Drawn::Oval(oval.clone()));
        }
        self.plan.as_ref()?.subpath(price(self.contrast, byte)).map(Drawn::Path)
    }

    /// The error that is expected of the line at a price for bytes.
    pub(super) fn miss(&self, byte: f64) -> f64 {
        self.plan.as_ref().map_or(0.0, |plan| plan.miss(price(self.contrast, byte)))
    }

    /// How it is stroked, with the usual ends and corners.
    pub(super) fn stroke(&self) -> Stroke {
        Stroke { paint: self.color.into(), width: self.width, cap: LineCap::Butt, join: LineJoin::Miter }
    }
}

/// Both edges are off by the distance of the line, and a pixel of an edge by that share of the contrast.
const fn price(contrast: f64, byte: f64) -> Price {
    Price { byte, miss: 2.0 * contrast }
}

fn contrast(image: &RgbImage, center: &Center, color: [f32; 3]) -> f64 {
    let points: Vec<_> = center.samples.iter().map(|sample| sample.at).collect();
    let ways = super::center::ways(&points, center.closed, 3);
    let (mut sum, mut count) = (0.0, 0.0);
    for (sample, way) in center.samples.iter().zip(ways) {
        for side in [-1.0, 1.0] {
            let p = along(sample.at, normal(way), side * (0.5 * center.width + 2.0));
            let inside =
                p[0] >= 0.0 && p[1] >= 0.0 && p[0] < f64::from(image.width()) && p[1] < f64::from(image.height());
            if sample.weight == 1.0 && inside {
                let pixel = image.get_pixel(p[0] as u32, p[1] as u32).0;
                sum += (0..3).map(|c| (f64::from(pixel[c]) - f64::from(color[c])).powi(2)).sum::<f64>();
                count += 1.0;
            }
        }
    }
    sum / f64::max(count, 1.0)
}

/// Gives lines of one colour and about one width the same width, which is then said once.
pub(super) fn even_out(lines: &mut [Line]) {
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_by(|&a, &b| {
        (lines[a].class, lines[a].center.width)
            .partial_cmp(&(lines[b].class, lines[b].center.width))
            .unwrap_or(a.cmp(&b))
    });
    let mut from = 0;
    while from < order.len() {
        let (mut sum, mut weight, mut to) = (0.0, 0.0, from);
        while to < order.len() {
            let line = &lines[order[to]];
            let first = &lines[order[from]];
            if line.class != first.class || (weight > 0.0 && line.center.width - sum / weight > EVEN) {
                break;
            }
            let size = line.center.samples.len() as f64;
            sum += size * line.center.width;
            weight += size;
            to += 1;
        }
        let width = (PER_PIXEL * sum / f64::max(weight, 1.0)).round().max(1.0) as i32;
        order[from..to].iter().for_each(|&i| lines[i].width = width);
        from = to;
    }
}

/// Difference of widths in pixels up to which they are one.
const EVEN: f64 = 0.6;
