//! The losses of a run as a drawing.

use linocut_svg::Drawing;

use super::error::TuneError;
use super::run::Step;

/// Sides of the plot, in units, and where its area begins and ends.
const SIDE: (f64, f64) = (960.0, 540.0);
const LEFT: f64 = 110.0;
const RIGHT: f64 = 930.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 480.0;

/// A drawing of the losses: those of all steps, pale, and their running mean; the largest and the smallest beside them, and the number of the
/// last step.
///
/// # Errors
///
/// [`TuneError::Plot`] if there is no step.
pub fn plot(steps: &[Step]) -> Result<Drawing, TuneError> {
    let losses: Vec<f64> = steps.iter().map(|step| step.loss).collect();
    let wrong = |reason: String| TuneError::Plot { reason };
    let (Some(low), Some(high)) = (losses.iter().copied().reduce(f64::min), losses.iter().copied().reduce(f64::max))
    else {
        return Err(wrong("there is no step yet".to_owned()));
    };
    let spread = (high - low).max(1e-6);
    let x = |at: usize| LEFT + (RIGHT - LEFT) * at as f64 / (losses.len() - 1).max(1) as f64;
    let y = |loss: f64| BOTTOM - (BOTTOM - TOP) * (loss - low) / spread;
    let line = |values: &[f64]| {
        let points: Vec<String> =
            values.iter().enumerate().map(|(at, value)| format!("{} {}", x(at).round(), y(*value).round())).collect();
        format!("M{}", points.join("L"))
    };
    let mut mean = losses.first().copied().unwrap_or(0.0);
    let smooth: Vec<f64> = losses
        .iter()
        .map(|loss| {
            mean += 0.1 * (loss - mean);
            mean
        })
        .collect();
    let grid: String = (0..=4)
        .map(|at| format!("M{LEFT} {0}H{RIGHT}", (TOP + (BOTTOM - TOP) * f64::from(at) / 4.0).round()))
        .collect();
    let digits = [
        number(&format!("{high:.2}"), 14.0, TOP - 10.0),
        number(&format!("{low:.2}"), 14.0, BOTTOM - 10.0),
        number(&losses.len().to_string(), RIGHT - 60.0, BOTTOM + 18.0),
    ];
    let (width, height) = SIDE;
    let svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" fill="none"><rect width="{width}" height="{height}" fill="#fff"/><path stroke="#ddd" d="{grid}"/><path stroke="#b9cde8" d="{}"/><path stroke="#1f4e9c" stroke-width="3" d="{}"/><path stroke="#444" stroke-width="2" d="{}"/></svg>"##,
        line(&losses),
        line(&smooth),
        digits.concat()
    );
    Drawing::parse(&svg).map_err(|error| wrong(error.to_string()))
}

/// Which of seven segments a digit has: top, upper left, upper right, middle, lower left, lower right, bottom.
const SEGMENTS: [u8; 10] = [
    0b111_0111, 0b010_0100, 0b101_1101, 0b110_1101, 0b010_1110, 0b110_1011, 0b111_1011, 0b010_0101, 0b111_1111,
    0b110_1111,
];

/// Path data of a number in digits of seven segments, its corner at (x, y).
fn number(text: &str, x: f64, y: f64) -> String {
    let (wide, high, apart) = (10.0, 9.0, 17.0);
    let mut path = String::new();
    let mut at = x;
    for character in text.chars() {
        let Some(digit) = character.to_digit(10) else {
            path += &format!("M{} {}h2", at, y + 2.0 * high);
            at += 7.0;
            continue;
        };
        let lines = [
            (0.0, 0.0, format!("h{wide}")),
            (0.0, 0.0, format!("v{high}")),
            (wide, 0.0, format!("v{high}")),
            (0.0, high, format!("h{wide}")),
            (0.0, high, format!("v{high}")),
            (wide, high, format!("v{high}")),
            (0.0, 2.0 * high, format!("h{wide}")),
        ];
        for (bit, (right, down, line)) in lines.iter().enumerate() {
            if SEGMENTS[digit as usize] >> bit & 1 == 1 {
                path += &format!("M{} {}{line}", at + right, y + down);
            }
        }
        at += apart;
    }
    path
}
