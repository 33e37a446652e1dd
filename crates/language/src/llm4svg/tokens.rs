//! The tokens: what each stands for in the structured text, and its name.

/// Pairs of a piece of the structured text and the token for it, in the order in which they are added to a vocabulary.
const TABLE: [(&str, &str); 58] = [
    ("<path>", "svg_path"),
    ("[m]", "moveto"),
    ("[l]", "lineto"),
    ("[h]", "horizontal_lineto"),
    ("[v]", "vertical_lineto"),
    ("[c]", "curveto"),
    ("[s]", "smooth_curveto"),
    ("[q]", "quadratic_bezier_curve"),
    ("[t]", "smooth_quadratic_bezier_curveto"),
    ("[a]", "elliptical_Arc"),
    ("[z]", "close_the_path"),
    ("<circle>", "svg_circle"),
    ("<rect>", "svg_rect"),
    ("<ellipse>", "svg_ellipse"),
    ("<polygon>", "svg_polygon"),
    ("<line>", "svg_line"),
    ("<polyline>", "svg_polyline"),
    ("<text>", "svg_text"),
    ("<g>", "start_of_g"),
    ("</g>", "end_of_g"),
    ("<linearGradient>", "svg_linearGradient"),
    ("<radialGradient>", "svg_radialGradient"),
    ("<stop>", "svg_stop"),
    ("_id_", "tag_id"),
    ("_d_", "path_d"),
    ("_fill_", "fill"),
    ("_stroke-width_", "stroke-width"),
    ("_stroke-linecap_", "stroke-linecap"),
    ("_stroke_", "stroke"),
    ("_opacity_", "opacity"),
    ("_transform_", "transform"),
    ("_gradientTransform_", "gradientTransform"),
    ("_offset_", "offset"),
    ("_width_", "width"),
    ("_height_", "height"),
    ("_cx_", "cx"),
    ("_cy_", "cy"),
    ("_rx_", "rx"),
    ("_ry_", "ry"),
    ("_r_", "r"),
    ("_points_", "points"),
    ("_x1_", "x1"),
    ("_y1_", "y1"),
    ("_x2_", "x2"),
    ("_y2_", "y2"),
    ("_x_", "x"),
    ("_y_", "y"),
    ("_fr_", "fr"),
    ("_fx_", "fx"),
    ("_fy_", "fy"),
    ("_href_", "href"),
    ("_rotate_", "rotate"),
    ("_font-size_", "font-size"),
    ("_font-style_", "font-style"),
    ("_font-family_", "font-family"),
    ("_text-content_", "text-content"),
    ("</svg>", END),
    ("<svg>", START),
];

/// Name of the token before a drawing.
pub(super) const START: &str = "START_OF_SVG";
/// Name of the token behind a drawing.
pub(super) const END: &str = "END_OF_SVG";

/// The tokens that LLM4SVG adds to a vocabulary, in order: 56 that are part of texts, then the two special ones for the end and the
/// start of a drawing.
pub fn added_tokens() -> impl Iterator<Item = String> {
    TABLE.iter().map(|(_, name)| spelled(name))
}

/// How many of [`added_tokens`] are part of texts; the rest are special.
pub const PLAIN_TOKENS: usize = 56;

fn spelled(name: &str) -> String {
    format!("[<|{name}|>]")
}

/// The text with a token for each piece that has one.
pub(super) fn with_tokens(text: &str) -> String {
    let mut out = String::with_capacity(2 * text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['<', '[', '_']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let known = TABLE.iter().find(|(piece, _)| from.starts_with(piece));
        let taken = match known {
            Some((piece, name)) => {
                out.push_str(&spelled(name));
                piece.len()
            }
            None => {
                out.push_str(&from[..1]);
                1
            }
        };
        rest = &from[taken..];
    }
    out.push_str(rest);
    out
}

/// The element that a token begins, for the tokens of shapes.
pub(super) fn shape(name: &str) -> Option<&'static str> {
    SHAPES.iter().find(|(token, _)| *token == name).map(|(_, element)| *element)
}

/// The letter of a path command.
pub(super) fn letter(name: &str) -> Option<&'static str> {
    let command = TABLE[1..11].iter().find(|(_, token)| *token == name);
    command.map(|(piece, _)| &piece[1..2])
}

/// Tokens of shapes and their elements.
pub(super) const SHAPES: [(&str, &str); 7] = [
    ("svg_circle", "circle"),
    ("svg_rect", "rect"),
    ("svg_ellipse", "ellipse"),
    ("svg_polygon", "polygon"),
    ("svg_line", "line"),
    ("svg_polyline", "polyline"),
    ("svg_text", "text"),
];
