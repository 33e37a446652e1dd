//! A contact sheet: rows of pictures with captions.

use image::{Rgb, RgbImage};
use linocut_raster::{Filter, resize};

use super::error::SheetError;
use super::lettering::{Line, fitted, letter};

/// Space around and between cells, in pixels.
const GAP: u32 = 12;
/// Width of the frame around a marked picture, in pixels.
const FRAME: u32 = 4;
/// Height of the heading in pixels.
const HEADING: u32 = 40;
/// Height of a line of a caption in pixels.
const LINE: u32 = 17;
/// Height of the caption's font in pixels.
const FONT: u32 = 13;
/// Most pixels of a sheet.
const MAX_PIXELS: u64 = 1 << 28;

const PAGE: Rgb<u8> = Rgb([250, 250, 247]);
const MARK: Rgb<u8> = Rgb([214, 73, 51]);

/// A picture with its caption.
#[derive(Clone, Debug)]
pub struct Cell<'a> {
    /// Picture of any size; it is scaled into the cell and keeps its shape.
    pub image: &'a RgbImage,
    /// Lines of the caption; the first is its title. Lines that are too long are cut.
    pub caption: Vec<String>,
    /// Whether the picture gets a frame.
    pub marked: bool,
}

/// Rows of cells under a heading.
#[derive(Clone, Debug)]
pub struct Sheet<'a> {
    /// Heading; cut where it is too long.
    pub heading: String,
    /// Cells, row by row; rows may differ in length.
    pub rows: Vec<Vec<Cell<'a>>>,
    /// Side in pixels of the square that holds a picture, 16 to 1024. 224 suits captions of five words.
    pub side: u32,
}

impl Sheet<'_> {
    /// The sheet as pixels.
    ///
    /// # Errors
    ///
    /// [`SheetError::Side`] for a side out of range, [`SheetError::Size`] for a sheet of more than 2^28 pixels,
    /// [`SheetError::Resize`] for a picture without pixels.
    pub fn draw(&self) -> Result<RgbImage, SheetError> {
        if !(16..=1024).contains(&self.side) {
            return Err(SheetError::Side { side: self.side });
        }
        let (width, height) = self.size()?;
        let mut page = RgbImage::from_pixel(width, height, PAGE);
        let heading = fitted(&self.heading, width - 2 * GAP, 18);
        let mut words = vec![(GAP, HEADING - 12, 18, "#222", heading)];
        for (row, cells) in self.rows.iter().enumerate() {
            for (column, cell) in cells.iter().enumerate() {
                let x = GAP + column as u32 * (self.side + GAP);
                let y = HEADING + row as u32 * self.row_height();
                self.paste(&mut page, cell, x, y)?;
                words.extend(self.caption(cell, x, y + self.side));
            }
        }
        let lines = words.iter().map(|&(x, y, size, color, ref text)| Line { x, y, size, color, text });
        letter(&mut page, &lines.collect::<Vec<_>>())?;
        Ok(page)
    }

    fn size(&self) -> Result<(u32, u32), SheetError> {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0).max(2) as u64;
        let width = u64::from(GAP) + columns * u64::from(self.side + GAP);
        let height = u64::from(HEADING) + self.rows.len() as u64 * u64::from(self.row_height());
        let size = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
        if width.saturating_mul(height) > MAX_PIXELS {
            return Err(SheetError::Size { width: size(width), height: size(height) });
        }
        Ok((size(width), size(height)))
    }

    fn row_height(&self) -> u32 {
        let lines = self.rows.iter().flatten().map(|cell| cell.caption.len()).max().unwrap_or(0);
        self.side + LINE * lines.min(20) as u32 + GAP
    }

    fn paste(&self, page: &mut RgbImage, cell: &Cell<'_>, x: u32, y: u32) -> Result<(), SheetError> {
        let (width, height) = cell.image.dimensions();
        let longest = width.max(height).max(1);
        let scaled = |side: u32| (u64::from(side) * u64::from(self.side) / u64::from(longest)).max(1) as u32;
        let small = resize(cell.image, scaled(width), scaled(height), Filter::Lanczos)?;
        let (dx, dy) = ((self.side - small.width()) / 2, (self.side - small.height()) / 2);
        if cell.marked {
            let side = self.side + 2 * FRAME;
            let frame = RgbImage::from_pixel(side, side, MARK);
            image::imageops::replace(page, &frame, i64::from(x) - i64::from(FRAME), i64::from(y) - i64::from(FRAME));
        }
        image::imageops::replace(page, &small, i64::from(x + dx), i64::from(y + dy));
        Ok(())
    }

    fn caption(&self, cell: &Cell<'_>, x: u32, y: u32) -> Vec<(u32, u32, u32, &'static str, String)> {
        let line = |(i, text): (usize, &String)| {
            let color = if i == 0 { "#222" } else { "#666" };
            (x, y + FRAME + LINE * (i as u32 + 1) - 4, FONT, color, fitted(text, self.side, FONT))
        };
        cell.caption.iter().take(20).enumerate().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(image: &RgbImage, marked: bool, side: u32) -> Result<RgbImage, SheetError> {
        let cell = Cell { image, caption: vec!["title".to_owned(), "more".to_owned()], marked };
        Sheet { heading: "heading".to_owned(), rows: vec![vec![cell.clone(), cell.clone()], vec![cell]], side }.draw()
    }

    #[test]
    fn pictures_keep_their_shape() {
        let wide = RgbImage::from_pixel(200, 100, Rgb([0, 0, 200]));
        let page = sheet(&wide, false, 100).unwrap();
        assert_eq!(page.get_pixel(GAP + 50, HEADING + 50).0, [0, 0, 200]);
        assert_eq!(*page.get_pixel(GAP + 50, HEADING + 5), PAGE);
    }

    #[test]
    fn a_marked_picture_has_a_frame() {
        let image = RgbImage::new(50, 50);
        assert_eq!(*sheet(&image, true, 100).unwrap().get_pixel(GAP - 2, HEADING + 50), MARK);
        assert_eq!(*sheet(&image, false, 100).unwrap().get_pixel(GAP - 2, HEADING + 50), PAGE);
    }

    #[test]
    fn refuses_cells_and_sheets_out_of_range() {
        assert!(matches!(sheet(&RgbImage::new(5, 5), false, 5), Err(SheetError::Side { side: 5 })));
        let image = RgbImage::new(1, 1);
        let row = vec![Cell { image: &image, caption: Vec::new(), marked: false }; 2000];
        let wide = Sheet { heading: String::new(), rows: vec![row; 2], side: 1024 };
        assert!(matches!(wide.draw(), Err(SheetError::Size { .. })));
    }

    #[test]
    fn an_empty_sheet_is_a_heading() {
        let page = Sheet { heading: "nothing".to_owned(), rows: Vec::new(), side: 100 }.draw().unwrap();
        assert_eq!(page.height(), HEADING);
    }
}
