//! Text with tokens to SVG.

use super::encode::Attributes;
use super::tokens::{END, SHAPES, START, letter, shape};

/// The root element of everything that is decoded.
const ROOT: &str = r#"<svg height="128" width="128" viewBox="0 0 128 128" xmlns="http://www.w3.org/2000/svg">"#;
/// Attributes that every shape but text may have.
const COMMON: [&str; 5] = ["fill", "opacity", "stroke", "stroke-width", "stroke-linecap"];

/// Decodes what a model wrote, whatever it is, exactly as LLM4SVG's own program does.
///
/// The result need not be valid: values are not escaped, text before the first token is lost, elements may be left open, and
/// capital letters of path commands stay in brackets. An element is written when another one or the end follows it and if it has the
/// attributes that it needs; transforms are lost, and gradients as good as. What is lost cannot be told from what was never there, so
/// check the result, or sanitise it.
///
/// # Source
///
/// LLM4SVG, `llm4svg/data/semantic_tokens.py`, 2025.
#[must_use]
pub fn decode(text: &str) -> String {
    let mut decoder = Decoder::default();
    let pieces: Vec<&str> = text.split("[<|").collect();
    for (at, piece) in pieces.iter().enumerate() {
        if let Some((name, content)) = piece.split_once("|>]") {
            let ends = pieces.get(at + 1);
            decoder.token(name.trim(), content.trim(), ends.copied());
        }
    }
    decoder.finish()
}

#[derive(Default)]
struct Decoder {
    out: String,
    /// Open elements.
    open: Vec<&'static str>,
    /// Attributes of open groups.
    groups: Vec<Attributes>,
    /// Attributes of the element that is read.
    attributes: Attributes,
    path: String,
    content: Option<String>,
    has_gradient_id: bool,
}

impl Decoder {
    /// Takes a token with the text behind it; `next` is the next token with its text.
    fn token(&mut self, name: &str, content: &str, next: Option<&str>) {
        // As the reference does: any part of the token's name will do.
        if format!("<|{START}|>").contains(name) {
            self.out.push_str(ROOT);
        } else if format!("<|{END}|>").contains(name) {
            self.out.push_str("</svg>");
        } else if let Some(element) = shape(name) {
            self.begin(element);
            if element == "text" {
                self.content = None;
            }
        } else {
            match name {
                "start_of_g" => {
                    self.open.push("g");
                    self.groups.push(Attributes::default());
                    self.out.push_str("<g>");
                }
                "end_of_g" if self.open.last() == Some(&"g") => {
                    self.open.pop();
                    self.groups.pop();
                    self.out.push_str("</g>");
                }
                "svg_linearGradient" => self.begin("linearGradient"),
                "svg_radialGradient" => self.begin("radialGradient"),
                "svg_stop" => {
                    if matches!(self.open.last(), Some(&("linearGradient" | "radialGradient"))) {
                        self.out.push_str("<stop  />");
                    }
                }
                "svg_path" => {
                    self.path.clear();
                    self.begin("path");
                }
                "end_of_g" => {}
                _ => self.property(name, content, next),
            }
        }
    }

    fn begin(&mut self, element: &'static str) {
        self.attributes = Attributes::default();
        self.open.push(element);
    }

    /// Takes what belongs to the innermost open element, and writes the element if the next token begins another.
    fn property(&mut self, name: &str, content: &str, next: Option<&str>) {
        let Some(&element) = self.open.last() else { return };
        let ends = next.is_some_and(ends_element);
        let (own, needed): (&[&str], &[&str]) = match element {
            "path" => return self.path_part(name, content, ends),
            "text" => return self.text_part(name, content, ends),
            "g" => {
                if let Some(group) = self.groups.last_mut() {
                    set(group, name, content);
                }
                return;
            }
            "linearGradient" | "radialGradient" => return self.gradient_part(element, name, content, next),
            "ellipse" => (&["cx", "cy", "rx", "ry"], &["rx", "ry"]),
            "rect" => (&["width", "height", "x", "y", "rx", "ry"], &["width", "height"]),
            "circle" => (&["r", "cx", "cy"], &["r"]),
            "line" => (&["x1", "y1", "x2", "y2"], &[]),
            _ => (&["points"], &["points"]),
        };
        if own.contains(&name) || COMMON.contains(&name) {
            self.attributes.set(name, content);
        }
        if ends && needed.iter().all(|name| self.attributes.get(name).is_some()) {
            let text = spelled(&self.attributes);
            self.out.push_str(&format!("<{element} {text} />"));
            self.open.pop();
        }
    }

    fn path_part(&mut self, name: &str, content: &str, ends: bool) {
        if name == "path_d" {
            self.path.push_str(content);
        } else if let Some(letter) = letter(name) {
            self.path.push_str(letter);
            self.path.push_str(content);
        } else if COMMON.contains(&name) {
            self.attributes.set(name, content);
        }
        if ends {
            for (name, value) in self.groups.iter().flat_map(Attributes::iter) {
                if self.attributes.get(name).is_none() {
                    self.attributes.set(name, value);
                }
            }
            let text = spelled(&self.attributes);
            self.out.push_str(&format!("<path d=\"{}\" {text} />", self.path));
            self.path.clear();
            self.open.pop();
        }
    }

    fn text_part(&mut self, name: &str, content: &str, ends: bool) {
        if name == "text-content" {
            self.content = Some(content.to_owned());
        } else {
            set(&mut self.attributes, name, content);
        }
        if ends {
            let (text, content) = (spelled(&self.attributes), self.content.as_deref().unwrap_or_default());
            self.out.push_str(&format!("<text {text}>{content}</text>"));
            self.open.pop();
        }
    }

    fn gradient_part(&mut self, element: &str, name: &str, content: &str, next: Option<&str>) {
        set(&mut self.attributes, name, content);
        if name == "id" {
            self.has_gradient_id = !content.is_empty();
        }
        if self.has_gradient_id && next.is_some_and(ends_element) {
            let text = spelled(&self.attributes);
            self.out.push_str(&format!("<{element} {text}>"));
        }
    }

    fn finish(mut self) -> String {
        for element in self.open.iter().rev() {
            if matches!(*element, "g" | "linearGradient" | "radialGradient") {
                self.out.push_str(&format!("</{element}>"));
            }
        }
        self.out
    }
}

fn set(attributes: &mut Attributes, name: &str, content: &str) {
    attributes.set(&name.replace('_', ""), content);
}

/// Attributes as they are written.
fn spelled(attributes: &Attributes) -> String {
    let written = attributes.iter().filter(|(name, _)| *name != "text-content" && !name.starts_with('_'));
    let pairs: Vec<String> = written.map(|(name, value)| format!("{}='{value}'", name.replace('_', "-"))).collect();
    pairs.join(" ")
}

/// Whether a token, or the text behind it, names something that ends an element.
fn ends_element(next: &str) -> bool {
    let others =
        ["svg_path", "svg_linearGradient", "svg_radialGradient", "svg_stop", START, END, "start_of_g", "end_of_g"];
    SHAPES.iter().map(|(token, _)| *token).chain(others).any(|token| next.contains(token))
}
