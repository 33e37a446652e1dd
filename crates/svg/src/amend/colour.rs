//! Colours in the spellings of CSS 4, as comma-separated `rgb` and `rgba`.

use std::str::FromStr;

use roxmltree::Node;

use super::Edits;

/// Attributes that hold colours.
const ATTRIBUTES: [&str; 6] = ["fill", "stroke", "stop-color", "flood-color", "lighting-color", "color"];

const CURRENT: &str = "currentColor";

/// Functions that make a colour.
const FUNCTIONS: [&str; 10] = ["rgb", "rgba", "hsl", "hsla", "hwb", "lab", "lch", "oklab", "oklch", "color"];

/// Amends the attributes of an element.
pub(super) fn amend(node: Node<'_, '_>, edits: &mut Edits) {
    for attribute in node.attributes().filter(|attribute| ATTRIBUTES.contains(&attribute.name())) {
        let range = attribute.range_value();
        if let Some(text) = amended(&node.document().input_text()[range.clone()]) {
            edits.replace(range, text);
        }
    }
}

/// A text of CSS with all colours amended, if there are any.
pub(super) fn amended(text: &str) -> Option<String> {
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(found) = text[at..].find(|c: char| c.is_ascii_alphabetic()) {
        let start = at + found;
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |length| start + length);
        at = end;
        // Part of `#abc`, of `.class` or of a longer name.
        if text[..start].ends_with(|c: char| is_part(c) || matches!(c, '#' | '.')) {
            continue;
        }
        let word = &text[start..end];
        let amended = if text[end..].starts_with('(') {
            let Some(close) = text[end..].find(')') else { break };
            at = end + close + 1;
            function(word, &text[start..at])
        } else {
            keyword(word)
        };
        if let Some(amended) = amended {
            out.push_str(&text[copied..start]);
            out.push_str(&amended);
            copied = at;
        }
    }
    if copied == 0 {
        return None;
    }
    out.push_str(&text[copied..]);
    Some(out)
}

fn is_known(text: &str) -> bool {
    svgtypes::Color::from_str(text).is_ok()
}

fn function(name: &str, call: &str) -> Option<String> {
    if !FUNCTIONS.iter().any(|known| name.eq_ignore_ascii_case(known)) || is_known(call) {
        return None;
    }
    let color = csscolorparser::parse(call).ok()?;
    let [r, g, b, _] = color.to_rgba8();
    let alpha = color.a.clamp(0.0, 1.0);
    Some(if alpha < 1.0 { format!("rgba({r},{g},{b},{alpha})") } else { format!("rgb({r},{g},{b})") })
}

/// Keywords that usvg does not know, or in one spelling only.
fn keyword(word: &str) -> Option<String> {
    if word.eq_ignore_ascii_case("rebeccapurple") {
        return Some("#639".to_owned());
    }
    (word.eq_ignore_ascii_case(CURRENT) && word != CURRENT).then(|| CURRENT.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every spelling of a colour, read by usvg's parser as it is or amended, is what CSS says.
    #[test]
    fn every_spelling_is_read_as_css_says() {
        for (text, expected) in [
            ("rgb(255,0,0)", [255, 0, 0, 255]),
            ("rgb(100%, 0%, 50%)", [255, 0, 128, 255]),
            ("rgb(255 0 0)", [255, 0, 0, 255]),
            ("RGB(300,-5,0)", [255, 0, 0, 255]),
            ("rgba(255, 0, 0, 50%)", [255, 0, 0, 128]),
            ("rgba(255, 0, 0, 100%)", [255, 0, 0, 255]),
            ("rgb(0 0 255 / .25)", [0, 0, 255, 64]),
            ("rgb(0 0 255 / 50%)", [0, 0, 255, 128]),
            ("rgb(0 0 255/50%)", [0, 0, 255, 128]),
            ("rgb(12.6 0 0)", [13, 0, 0, 255]),
            ("hsl(120, 100%, 25%)", [0, 128, 0, 255]),
            ("hsl(120deg 100% 25%)", [0, 128, 0, 255]),
            ("hsl(.5turn 100% 50%)", [0, 255, 255, 255]),
            ("hsla(240, 100%, 50%, .5)", [0, 0, 255, 128]),
            ("hsl(240 100% 50% / 50%)", [0, 0, 255, 128]),
            ("hwb(120 0% 0%)", [0, 255, 0, 255]),
            ("oklch(62.8% 0.2577 29.23)", [255, 0, 0, 255]),
            ("RED", [255, 0, 0, 255]),
            ("#F008", [255, 0, 0, 136]),
            ("Transparent", [0, 0, 0, 0]),
            ("rebeccapurple", [102, 51, 153, 255]),
        ] {
            let read = amended(text).unwrap_or_else(|| text.to_owned());
            let color = svgtypes::Color::from_str(&read).unwrap_or_else(|error| panic!("{text} as {read}: {error}"));
            let found = [color.red, color.green, color.blue, color.alpha];
            let off = found.iter().zip(&expected).map(|(a, b): (&u8, &u8)| a.abs_diff(*b)).max();
            assert!(off <= Some(1), "{text} as {read}: {found:?}");
        }
    }

    #[test]
    fn colours_are_found_inside_of_css() {
        for (new, old) in [
            ("fill:rgba(1, 2, 3, 100%);stroke:red", "fill:rgb(1,2,3);stroke:red"),
            ("url(#a) rgba(1, 2, 3, 50%)", "url(#a) rgba(1,2,3,0.5)"),
            (".rgba{fill:rgba(1, 2, 3, 100%)}", ".rgba{fill:rgb(1,2,3)}"),
            ("currentcolor", "currentColor"),
            ("rebeccapurple", "#639"),
        ] {
            assert_eq!(amended(new).as_deref(), Some(old), "{new}");
        }
    }

    #[test]
    fn what_is_read_already_and_what_is_no_colour_stays() {
        for text in [
            "#FFF",
            "rgb(1,2,3)",
            "none",
            "url(#Red)",
            "currentColor",
            "Blurple",
            "hwb(1 2",
            "hwb(x y z)",
            "xhwb(1 0% 0%)",
        ] {
            assert_eq!(amended(text), None, "{text}");
        }
    }
}
