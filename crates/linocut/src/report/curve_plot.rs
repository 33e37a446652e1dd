//! A plot of curves over a logarithmic axis, such as quality over bytes.

use image::{Rgb, RgbImage};
use resvg::tiny_skia::{Color, FillRule, Paint, Path, PathBuilder, Pixmap, Stroke, Transform};

use super::error::SheetError;
use super::lettering::{Line, fitted, letter};

const WIDTH: u32 = 720;
const HEIGHT: u32 = 460;
/// Edges of the plotted area, in pixels.
const LEFT: f32 = 64.0;
const RIGHT: f32 = WIDTH as f32 - 24.0;
const TOP: f32 = 62.0;
const BOTTOM: f32 = HEIGHT as f32 - 54.0;

const PAGE: Rgb<u8> = Rgb([250, 250, 247]);
const GRID: Rgb<u8> = Rgb([222, 222, 216]);
/// Colours of the curves in their order.
const INKS: [Rgb<u8>; 6] = [
    Rgb([214, 73, 51]),
    Rgb([40, 90, 140]),
    Rgb([60, 140, 80]),
    Rgb([120, 120, 116]),
    Rgb([200, 150, 40]),
    Rgb([130, 80, 150]),
];
/// Values that the axes can hold.
const MOST: f64 = 1e12;
const LEAST: f64 = 1e-9;

/// A named curve.
#[derive(Clone, PartialEq, Debug)]
pub struct Curve {
    /// Its name in the legend; cut where it is too long.
    pub name: String,
    /// Points (x, y), joined in this order. Those with x outside 1e-9 to 1e12 or y outside -1e12 to 1e12 are left out.
    pub points: Vec<(f64, f64)>,
}

/// Curves over a logarithmic x axis and a linear y axis, with ticks and a legend.
///
/// `axes` says what x and y are. The axes span all points; there are six colours, a seventh curve begins with the first
/// again.
///
/// # Errors
///
/// [`SheetError::Text`] if the captions cannot be drawn.
pub fn curve_plot(heading: &str, axes: [&str; 2], curves: &[Curve]) -> Result<RgbImage, SheetError> {
    let scale = Scale::over(curves);
    let mut pixmap = Pixmap::new(WIDTH, HEIGHT).ok_or(SheetError::Size { width: WIDTH, height: HEIGHT })?;
    pixmap.fill(color(PAGE));
    let (columns, rows) = (ticks_by_ratio(scale.x), ticks_by_step(scale.y));
    columns
        .iter()
        .for_each(|(x, _)| line(&mut pixmap, &[(scale.column(*x), TOP), (scale.column(*x), BOTTOM)], GRID, 1.0));
    rows.iter().for_each(|(y, _)| line(&mut pixmap, &[(LEFT, scale.row(*y)), (RIGHT, scale.row(*y))], GRID, 1.0));
    for (curve, ink) in curves.iter().zip(INKS.iter().cycle()) {
        draw(&mut pixmap, &scale.places(curve), *ink);
    }
    let legend: Vec<(u32, String)> =
        curves.iter().take(18).zip(0..).map(|(c, i)| (row(i), fitted(&c.name, 240, 14))).collect();
    for ((y, _), ink) in legend.iter().zip(INKS.iter().cycle()) {
        let y = *y as f32 - 5.0;
        draw(&mut pixmap, &[(LEFT + 14.0, y), (LEFT + 26.0, y), (LEFT + 38.0, y)], *ink);
    }
    let mut page = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        pixmap.pixel(x, y).map_or(PAGE, |pixel| Rgb([pixel.red(), pixel.green(), pixel.blue()]))
    });
    let title = fitted(heading, WIDTH - 24, 17);
    let mut lines = vec![
        Line { x: 12, y: 26, size: 17, color: "#222", text: &title },
        Line { x: 12, y: 50, size: 13, color: "#666", text: axes[1] },
        Line { x: before(RIGHT, axes[0]), y: HEIGHT - 12, size: 13, color: "#666", text: axes[0] },
    ];
    lines.extend(columns.iter().map(|(x, text)| {
        let x = scale.column(*x) + text_width(text) / 2.0;
        Line { x: before(x, text), y: BOTTOM as u32 + 19, size: 13, color: "#444", text }
    }));
    lines.extend(rows.iter().map(|(y, text)| {
        let y = scale.row(*y) as u32 + 5;
        Line { x: before(LEFT - 8.0, text), y, size: 13, color: "#444", text }
    }));
    lines.extend(legend.iter().map(|(y, text)| Line { x: LEFT as u32 + 48, y: *y, size: 14, color: "#222", text }));
    letter(&mut page, &lines)?;
    Ok(page)
}

/// Base line of a line of the legend.
const fn row(index: u32) -> u32 {
    TOP as u32 + 24 + 20 * index
}

/// Where text has to begin to end at `x`.
fn before(x: f32, text: &str) -> u32 {
    (x - text_width(text)).max(0.0).round() as u32
}

/// About how wide text of 13 px is: a digit of Roboto takes 0.56 of its size.
fn text_width(text: &str) -> f32 {
    text.chars().map(|c| if matches!(c, ',' | '.' | ' ') { 3.4 } else { 7.2 }).sum()
}

/// What the axes span.
struct Scale {
    x: [f64; 2],
    y: [f64; 2],
}

impl Scale {
    fn over(curves: &[Curve]) -> Self {
        let points = || curves.iter().flat_map(|curve| curve.points.iter().copied()).filter(shown);
        let span = |values: &mut dyn Iterator<Item = f64>| {
            values
                .fold(None, |span: Option<[f64; 2]>, v| span.map_or(Some([v; 2]), |[a, b]| Some([a.min(v), b.max(v)])))
        };
        let [left, right] = span(&mut points().map(|(x, _)| x)).unwrap_or([1.0, 10.0]);
        let [low, high] = span(&mut points().map(|(_, y)| y)).unwrap_or([0.0, 1.0]);
        let room = ((high - low) * 0.06).max(low.abs().max(1.0) * 1e-6);
        Self { x: [left / 1.15, right * 1.15], y: [low - room, high + room] }
    }

    fn column(&self, x: f64) -> f32 {
        let [left, right] = self.x;
        LEFT + (RIGHT - LEFT) * ((x / left).ln() / (right / left).ln()) as f32
    }

    fn row(&self, y: f64) -> f32 {
        let [low, high] = self.y;
        BOTTOM - (BOTTOM - TOP) * ((y - low) / (high - low)) as f32
    }

    fn places(&self, curve: &Curve) -> Vec<(f32, f32)> {
        curve.points.iter().filter(|p| shown(p)).map(|&(x, y)| (self.column(x), self.row(y))).collect()
    }
}

fn shown(&(x, y): &(f64, f64)) -> bool {
    (LEAST..=MOST).contains(&x) && (-MOST..=MOST).contains(&y)
}

/// Values 1, 2 and 5 of every decade, or over more than three decades 1 alone, with their labels.
fn ticks_by_ratio([left, right]: [f64; 2]) -> Vec<(f64, String)> {
    let steps: &[f64] = if right / left < 1000.0 { &[1.0, 2.0, 5.0] } else { &[1.0] };
    let decades = left.log10().floor() as i32..=right.log10().ceil() as i32;
    let values = decades.flat_map(|decade| steps.iter().map(move |step| step * 10_f64.powi(decade)));
    values.filter(|x| (left..=right).contains(x)).map(|x| (x, grouped(x))).collect()
}

/// Two to nine round values, with their labels.
fn ticks_by_step([low, high]: [f64; 2]) -> Vec<(f64, String)> {
    let decade = 10_f64.powi(((high - low) / 8.0).log10().floor() as i32);
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|s| s * decade)
        .into_iter()
        .find(|s| (high - low) / s <= 8.0)
        .unwrap_or(decade * 10.0);
    let decimals = (-step.log10().floor()).clamp(0.0, 12.0) as usize;
    let values = ((low / step).ceil() as i64..=(high / step).floor() as i64).map(|i| i as f64 * step);
    values.map(|y| (y, format!("{y:.decimals$}"))).collect()
}

/// A number with commas between its thousands.
fn grouped(value: f64) -> String {
    let text = format!("{value}");
    if value < 1000.0 {
        return text;
    }
    let mut out = String::new();
    for (place, digit) in text.chars().enumerate() {
        if place > 0 && (text.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A curve with a dot at every point.
fn draw(pixmap: &mut Pixmap, places: &[(f32, f32)], ink: Rgb<u8>) {
    line(pixmap, places, ink, 2.0);
    for &(x, y) in places {
        if let Some(dot) = PathBuilder::from_circle(x, y, 3.5) {
            pixmap.fill_path(&dot, &paint(ink), FillRule::Winding, Transform::identity(), None);
        }
    }
}

fn line(pixmap: &mut Pixmap, places: &[(f32, f32)], ink: Rgb<u8>, width: f32) {
    if let Some(path) = path(places) {
        let stroke = Stroke { width, ..Stroke::default() };
        pixmap.stroke_path(&path, &paint(ink), &stroke, Transform::identity(), None);
    }
}

fn path(places: &[(f32, f32)]) -> Option<Path> {
    let mut path = PathBuilder::new();
    for (i, &(x, y)) in places.iter().enumerate() {
        if i == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
    }
    path.finish()
}

fn paint(ink: Rgb<u8>) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(color(ink));
    paint
}

fn color(Rgb([r, g, b]): Rgb<u8>) -> Color {
    Color::from_rgba8(r, g, b, 255)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: &[(f64, f64)]) -> Curve {
        Curve { name: "curve".to_owned(), points: points.to_vec() }
    }

    /// Rows right of the legend that hold ink of a curve.
    fn rows(page: &RgbImage, ink: Rgb<u8>) -> Vec<u32> {
        let columns = LEFT as u32 + 60..WIDTH;
        (0..HEIGHT).filter(|y| columns.clone().any(|x| *page.get_pixel(x, *y) == ink)).collect()
    }

    #[test]
    fn the_better_curve_lies_higher() {
        let curves = [curve(&[(2e3, 30.0), (4e4, 40.0)]), curve(&[(2e3, 20.0), (4e4, 29.0)])];
        let page = curve_plot("rates", ["bytes", "dB"], &curves).unwrap();
        assert!(rows(&page, INKS[0]).last() < rows(&page, INKS[1]).first());
    }

    #[test]
    fn equal_ratios_are_equal_distances() {
        let scale = Scale::over(&[curve(&[(100.0, 1.0), (10_000.0, 2.0)])]);
        let [a, b, c] = [100.0, 1000.0, 10_000.0].map(|x| scale.column(x));
        assert!((b - a - (c - b)).abs() < 0.01 && b > a + 100.0);
    }

    #[test]
    fn ticks_are_round_and_few() {
        let labels = |ticks: Vec<(f64, String)>| ticks.into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(labels(ticks_by_ratio([1900.0, 41_000.0])), ["2,000", "5,000", "10,000", "20,000"]);
        assert_eq!(labels(ticks_by_ratio([0.5, 2e6])), ["1", "10", "100", "1,000", "10,000", "100,000", "1,000,000"]);
        assert_eq!(labels(ticks_by_step([19.3, 34.2])), ["20", "22", "24", "26", "28", "30", "32", "34"]);
        assert_eq!(labels(ticks_by_step([-0.01, 0.012])), ["-0.010", "-0.005", "0.000", "0.005", "0.010"]);
    }

    #[test]
    fn points_that_no_axis_holds_are_left_out() {
        let good = [(2e3, 20.0), (5e3, 25.0)];
        let mut bad = good.to_vec();
        bad.extend([(0.0, 1.0), (f64::NAN, 1.0), (10.0, f64::INFINITY), (f64::MAX, f64::MIN), (-1.0, 3.0)]);
        let plot = |points: &[(f64, f64)]| curve_plot("", ["x", "y"], &[curve(points)]).unwrap();
        assert_eq!(plot(&bad), plot(&good));
    }

    #[test]
    fn no_points_or_one_are_a_plot_too() {
        for points in [vec![], vec![(7.0, 0.0)], vec![(1e12, 1e12)], vec![(1e-9, -1e12), (1e12, 1e12)]] {
            assert_eq!(curve_plot("few", ["x", "y"], &[curve(&points)]).unwrap().dimensions(), (WIDTH, HEIGHT));
        }
        assert_eq!(curve_plot("none", ["x", "y"], &[]).unwrap().dimensions(), (WIDTH, HEIGHT));
    }
}
