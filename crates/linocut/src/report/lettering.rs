//! Text as pixels, in the bundled font, by resvg.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use image::RgbImage;
use resvg::tiny_skia::Pixmap;
use usvg::fontdb::Database;
use usvg::{Options, Transform, Tree};

use super::error::SheetError;

/// Roboto Regular, reduced to Latin, Greek and Cyrillic; Apache-2.0, see `assets/font`.
use linocut_font::ROBOTO as FONT;

/// One line of text.
pub(super) struct Line<'a> {
    /// Left end in pixels.
    pub(super) x: u32,
    /// Base line in pixels.
    pub(super) y: u32,
    /// Height of the font in pixels.
    pub(super) size: u32,
    /// Colour as SVG spells it.
    pub(super) color: &'static str,
    /// The text.
    pub(super) text: &'a str,
}

/// Draws lines of text over an opaque picture. Characters that the font lacks are drawn as a box.
pub(super) fn letter(image: &mut RgbImage, lines: &[Line<'_>]) -> Result<(), SheetError> {
    let (width, height) = image.dimensions();
    let options = Options { fontdb: fonts(), font_family: "Roboto".to_owned(), ..Options::default() };
    let tree = Tree::from_str(&svg(width, height, lines), &options)?;
    let mut pixmap = Pixmap::new(width, height).ok_or(SheetError::Size { width, height })?;
    resvg::render(&tree, Transform::identity(), &mut pixmap.as_mut());
    for (to, from) in image.pixels_mut().zip(pixmap.pixels()) {
        let beneath = u32::from(255 - from.alpha());
        let over = |below: u8, ink: u8| ((u32::from(below) * beneath + 127) / 255) as u8 + ink;
        to.0 = [over(to.0[0], from.red()), over(to.0[1], from.green()), over(to.0[2], from.blue())];
    }
    Ok(())
}

/// The text cut so that about `width` pixels hold it, with an ellipsis where it was cut.
pub(super) fn fitted(text: &str, width: u32, size: u32) -> String {
    // The mean advance of Roboto's lower case is about half its size.
    let most = (width as usize * 2 / size.max(1) as usize).max(2);
    let printable = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    if text.chars().count() <= most {
        return printable.collect();
    }
    printable.take(most - 1).chain(['…']).collect()
}

fn fonts() -> Arc<Database> {
    static FONTS: OnceLock<Arc<Database>> = OnceLock::new();
    let load = || {
        let mut fonts = Database::new();
        fonts.load_font_data(FONT.to_vec());
        Arc::new(fonts)
    };
    Arc::clone(FONTS.get_or_init(load))
}

fn svg(width: u32, height: u32, lines: &[Line<'_>]) -> String {
    let mut svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">"#);
    for Line { x, y, size, color, text } in lines {
        let open = format!(r#"<text x="{x}" y="{y}" font-size="{size}" fill="{color}" xml:space="preserve">"#);
        svg.push_str(&open);
        text.chars().for_each(|c| push_escaped(&mut svg, c));
        svg.push_str("</text>");
    }
    svg + "</svg>"
}

/// Everything that XML might take for something else goes in by number; what it forbids becomes a space.
fn push_escaped(svg: &mut String, c: char) {
    match c {
        '<' | '>' | '&' | '"' | '\'' => drop(write!(svg, "&#{};", u32::from(c))),
        c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => svg.push(' '),
        c => svg.push(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink(text: &str) -> usize {
        let mut image = RgbImage::from_pixel(200, 40, image::Rgb([255; 3]));
        letter(&mut image, &[Line { x: 5, y: 30, size: 20, color: "#000", text }]).unwrap();
        image.pixels().filter(|pixel| pixel.0[0] < 128).count()
    }

    #[test]
    fn longer_text_has_more_ink() {
        assert!(ink("") == 0 && ink("lino") > 50 && ink("linolino") > ink("lino"));
    }

    #[test]
    fn markup_and_control_characters_are_only_text() {
        assert!(ink("<b>&amp;\u{0}\u{ffff}\"'") > 50);
    }

    #[test]
    fn long_text_is_cut() {
        let cut = fitted(&"n".repeat(500), 100, 14);
        assert!(cut.chars().count() <= 15 && cut.ends_with('…'));
        assert_eq!(fitted("short", 100, 14), "short");
    }
}
