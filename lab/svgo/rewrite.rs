//! Reads any SVG and writes it again in as few bytes as this crate can: `rewrite GRID_WIDTH IN.svg OUT.svg [PLAIN.svg]`. The
//! second output is the same drawing in plain words, an absolute path for each shape, for other programs to shorten. With
//! `--simplify TOLERANCE EXACTNESS` before the other arguments, curves are refitted.

#![allow(clippy::print_stderr, reason = "examples talk to the terminal")]

use std::error::Error;
use std::process::ExitCode;

use linocut_svg::{Drawing, FillRule, Paint, Simplify, read_foreign};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (simplify, rest) = match arguments.as_slice() {
        [flag, tolerance, exactness, rest @ ..] if flag == "--simplify" => (Some((tolerance, exactness)), rest),
        rest => (None, rest),
    };
    let (grid, input, output, plain) = match rest {
        [grid, input, output] => (grid, input, output, None),
        [grid, input, output, plain] => (grid, input, output, Some(plain)),
        _ => {
            eprintln!("error: expected [--simplify TOLERANCE EXACTNESS] GRID_WIDTH IN.svg OUT.svg [PLAIN.svg]");
            return ExitCode::from(2);
        }
    };
    let options = simplify.map(|(tolerance, exactness)| read_options(tolerance, exactness)).transpose();
    match options.and_then(|options| rewrite(options, grid, input, output, plain)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {input}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn read_options(tolerance: &str, exactness: &str) -> Result<Simplify, Box<dyn Error>> {
    Ok(Simplify { tolerance: tolerance.parse()?, exactness: exactness.parse()? })
}

fn rewrite(
    options: Option<Simplify>,
    grid: &str,
    input: &str,
    output: &str,
    plain_output: Option<&String>,
) -> Result<(), Box<dyn Error>> {
    let foreign = read_foreign(&std::fs::read_to_string(input)?, grid.parse()?)?;
    for lost in &foreign.lost {
        eprintln!("{input}: not kept: {lost}");
    }
    if let Some(path) = plain_output {
        std::fs::write(path, plain(&foreign.drawing)?)?;
    }
    let drawing = foreign.drawing;
    let short = options.map_or_else(|| drawing.compact(), |options| drawing.simplify(&options));
    Ok(std::fs::write(output, short.write().as_str())?)
}

/// Every shape as a path with absolute coordinates and all its attributes.
fn plain(drawing: &Drawing) -> Result<String, Box<dyn Error>> {
    let paint = |paint: Option<&Paint>| match paint {
        None => Ok("none".to_owned()),
        Some(Paint::Solid(color)) => Ok(format!("#{:06x}", color.to_hex())),
        Some(Paint::Gradient(_)) => Err("plain words for gradients are not known"),
    };
    let (width, height) = (drawing.width, drawing.height);
    let mut text = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">"#);
    for shape in &drawing.shapes {
        let rule = if shape.fill_rule == FillRule::EvenOdd { "evenodd" } else { "nonzero" };
        let fill = paint(shape.fill.as_ref())?;
        let data = shape.geometry.to_bezier().to_svg();
        let opacity = shape.opacity.share();
        text += &format!(r#"<path d="{data}" fill="{fill}" fill-rule="{rule}" opacity="{opacity}""#);
        if let Some(stroke) = &shape.stroke {
            let (color, width) = (paint(Some(&stroke.paint))?, stroke.width);
            let (cap, join) = (format!("{:?}", stroke.cap).to_lowercase(), format!("{:?}", stroke.join).to_lowercase());
            text +=
                &format!(r#" stroke="{color}" stroke-width="{width}" stroke-linecap="{cap}" stroke-linejoin="{join}""#);
        }
        text += "/>";
    }
    Ok(text + "</svg>")
}
