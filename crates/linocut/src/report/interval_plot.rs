//! A plot of paired differences with their 95 % intervals.

use image::{Rgb, RgbImage};

use super::error::SheetError;
use super::lettering::{Line, fitted, letter};
use super::paired::PairedDifference;

const WIDTH: u32 = 720;
const ROW: u32 = 34;
/// Where the labels end and the axis begins, in pixels.
const AXIS: u32 = 220;
/// Room at the right of the axis and above the first row.
const EDGE: u32 = 40;

const PAGE: Rgb<u8> = Rgb([250, 250, 247]);
const LINE: Rgb<u8> = Rgb([190, 190, 184]);
const INK: Rgb<u8> = Rgb([40, 90, 140]);

/// Rows of a label, an interval as a bar and its mean as a block, over an axis that shows zero.
///
/// # Errors
///
/// [`SheetError::Size`] for more than 10,000 rows, [`SheetError::Text`] if the labels cannot be drawn.
pub fn interval_plot(heading: &str, rows: &[(String, PairedDifference)]) -> Result<RgbImage, SheetError> {
    let height = u32::try_from(rows.len()).ok().filter(|rows| *rows <= 10_000);
    let height = height.map(|rows| 2 * EDGE + rows * ROW).ok_or(SheetError::Size { width: WIDTH, height: u32::MAX })?;
    let reach = rows.iter().map(|(_, d)| d.low.abs().max(d.high.abs())).fold(1e-6, f64::max);
    let x = |value: f64| {
        let middle = f64::from(AXIS + (WIDTH - EDGE - AXIS) / 2);
        (middle + value / reach * f64::from((WIDTH - EDGE - AXIS) / 2)).round() as u32
    };
    let mut page = RgbImage::from_pixel(WIDTH, height, PAGE);
    bar(&mut page, x(0.0), EDGE, 1, height - 2 * EDGE, LINE);
    for (row, (_, d)) in rows.iter().enumerate() {
        let y = EDGE + row as u32 * ROW + ROW / 2;
        bar(&mut page, x(d.low), y - 1, (x(d.high) - x(d.low)).max(1), 3, INK);
        bar(&mut page, x(d.mean).saturating_sub(4), y - 4, 9, 9, INK);
    }
    let labels: Vec<String> = rows.iter().map(|(label, _)| fitted(label, AXIS - 24, 14)).collect();
    let ends = [format!("{:+.4}", -reach), format!("{reach:+.4}")];
    let mut lines = vec![
        Line { x: 12, y: 26, size: 17, color: "#222", text: heading },
        Line { x: AXIS, y: height - 14, size: 13, color: "#666", text: &ends[0] },
        Line { x: WIDTH - EDGE - 30, y: height - 14, size: 13, color: "#666", text: &ends[1] },
        Line { x: x(0.0) - 3, y: height - 14, size: 13, color: "#666", text: "0" },
    ];
    lines.extend(labels.iter().enumerate().map(|(row, text)| {
        let y = EDGE + row as u32 * ROW + ROW / 2 + 5;
        Line { x: 12, y, size: 14, color: "#222", text }
    }));
    letter(&mut page, &lines)?;
    Ok(page)
}

fn bar(page: &mut RgbImage, x: u32, y: u32, width: u32, height: u32, color: Rgb<u8>) {
    let block = RgbImage::from_pixel(width.max(1), height.max(1), color);
    image::imageops::replace(page, &block, i64::from(x), i64::from(y));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gains_lie_right_of_zero_and_losses_left() {
        let of = |mean| PairedDifference { mean, low: mean - 0.01, high: mean + 0.01, pairs: 9 };
        let page = interval_plot("border", &[("gain".to_owned(), of(0.1)), ("loss".to_owned(), of(-0.1))]).unwrap();
        let ink = |row: u32, right: bool| {
            let y = EDGE + row * ROW + ROW / 2;
            let middle = AXIS + (WIDTH - EDGE - AXIS) / 2;
            (AXIS..WIDTH).filter(|x| (*x > middle) == right).any(|x| *page.get_pixel(x, y) == INK)
        };
        assert!(ink(0, true) && !ink(0, false) && ink(1, false) && !ink(1, true));
    }

    #[test]
    fn no_rows_are_an_empty_plot() {
        assert_eq!(interval_plot("nothing", &[]).unwrap().dimensions(), (WIDTH, 2 * EDGE));
    }
}
