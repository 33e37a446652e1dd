//! SVG to text with tokens.

use roxmltree::{Document, Node, ParsingOptions};

use super::python::{quoted, rounded};
use super::tokens::with_tokens;

/// Deepest nesting of elements.
const MAX_DEPTH: usize = 255;
/// Most XML nodes.
const MAX_NODES: u32 = 200_000;

/// Attributes of shapes that are kept.
const SHAPE_ATTRIBUTES: [&str; 26] = [
    "fill",
    "stroke-width",
    "stroke",
    "opacity",
    "transform",
    "cx",
    "cy",
    "r",
    "rx",
    "ry",
    "width",
    "height",
    "points",
    "x1",
    "y1",
    "x2",
    "y2",
    "x",
    "y",
    "dx",
    "dy",
    "rotate",
    "font-size",
    "textLength",
    "font-style",
    "font-family",
];
/// Those of them that are rounded.
const NUMBERS: [&str; 18] = [
    "cx",
    "cy",
    "rx",
    "ry",
    "r",
    "x1",
    "y1",
    "x2",
    "y2",
    "x",
    "y",
    "dx",
    "dy",
    "rotate",
    "stroke-width",
    "opacity",
    "font-size",
    "textLength",
];
const TEXT_ATTRIBUTES: [&str; 8] = ["x", "y", "dx", "dy", "rotate", "font-size", "textLength", "font-style"];
const SHAPES: [&str; 6] = ["circle", "rect", "ellipse", "polygon", "line", "polyline"];
const GRADIENTS: [&str; 3] = ["linearGradient", "radialGradient", "stop"];
const LINK: &str = "{http://www.w3.org/1999/xlink}href";

/// What is encoded, and how.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EncodeOptions {
    /// Whether a path that is filled with a gradient carries the gradient's definition in place of its attributes. Default: no.
    pub gradients: bool,
    /// Whether shapes other than paths lose their attributes. Default: no.
    pub paths_only: bool,
    /// Whether groups are written. Default: yes.
    pub groups: bool,
    /// Whether the attributes of groups are written for their children too, where they win over the children's own. Without it, groups
    /// have a beginning only, and no attributes. Default: yes.
    pub inherit: bool,
    /// Elements that are left out with all that they hold, by local name. Default: `clipPath`.
    pub ignored_elements: Vec<String>,
    /// Attributes of shapes and gradients that are left out. Default: `clip-path`, `gradientUnits`.
    pub ignored_attributes: Vec<String>,
}

impl Default for EncodeOptions {
    fn default() -> Self {
        Self {
            gradients: false,
            paths_only: false,
            groups: true,
            inherit: true,
            ignored_elements: vec!["clipPath".to_owned()],
            ignored_attributes: vec!["clip-path".to_owned(), "gradientUnits".to_owned()],
        }
    }
}

/// A drawing as LLM4SVG's models know it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Encoded {
    /// An element and its attributes in each line, by their own names.
    pub structure: String,
    /// The same in one line, with tokens.
    pub text: String,
}

/// Why an SVG cannot be encoded.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// It is not well-formed XML, or has a document type or more than 200,000 nodes.
    #[error("not well-formed: {0}")]
    Xml(String),
    /// It states its encoding, which a text has not.
    #[error("the XML declaration states an encoding, which a text in memory does not have")]
    Declaration,
    /// There is a comment or an instruction among its elements.
    #[error("a comment or processing instruction at byte {at} has no token")]
    Comment {
        /// Where it begins.
        at: usize,
    },
    /// An attribute that is rounded is no number.
    #[error("attribute `{attribute}` is `{value}`, expected a number without unit")]
    Number {
        /// Its name.
        attribute: String,
        /// Its value.
        value: String,
    },
    /// A gradient with stops takes the rest from one that is not defined before it.
    #[error("gradient `{gradient}` refers to `{reference}`, which is not defined before it")]
    Reference {
        /// Its id.
        gradient: String,
        /// What it refers to.
        reference: String,
    },
    /// Elements are nested too deeply.
    #[error("elements are nested more than {most} deep")]
    Depth {
        /// The deepest nesting that is read.
        most: usize,
    },
}

/// Encodes an SVG.
///
/// Letters of path commands have tokens if they are small; capital ones stay as `[M]`, which [`decode`](super::decode) leaves in the
/// path data. Coordinates are rounded to two decimals. Make paths relative first.
///
/// # Errors
///
/// [`EncodeError`] for what has no encoding.
///
/// # Source
///
/// LLM4SVG, `llm4svg/data/semantic_tokens.py`, 2025.
pub fn encode(svg: &str, options: &EncodeOptions) -> Result<Encoded, EncodeError> {
    if states_encoding(svg) {
        return Err(EncodeError::Declaration);
    }
    let parsing = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..Default::default() };
    let document = Document::parse_with_options(svg, parsing).map_err(|error| EncodeError::Xml(error.to_string()))?;
    let mut encoder = Encoder { options, structure: String::new(), gradients: Attributes::default() };
    encoder.element(document.root_element(), 0, &Attributes::default())?;
    let text = without_spaces(&with_tokens(&encoder.structure.replace('\n', "")));
    Ok(Encoded { structure: encoder.structure, text })
}

fn states_encoding(svg: &str) -> bool {
    let declaration = svg.strip_prefix("<?xml").and_then(|rest| rest.split_once("?>"));
    declaration.is_some_and(|(declaration, _)| declaration.contains("encoding"))
}

/// Names and values in order, each name once.
#[derive(Clone, Default)]
pub(super) struct Attributes(Vec<(String, String)>);

impl Attributes {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        match self.0.iter_mut().find(|(own, _)| own == name) {
            Some((_, own)) => value.clone_into(own),
            None => self.0.push((name.to_owned(), value.to_owned())),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    fn of(node: Node<'_, '_>) -> Self {
        let mut attributes = Self::default();
        for attribute in node.attributes() {
            let name = match attribute.namespace() {
                Some(namespace) => format!("{{{namespace}}}{}", attribute.name()),
                None => attribute.name().to_owned(),
            };
            attributes.set(&name, attribute.value());
        }
        attributes
    }

    fn updated(&self, other: &Self) -> Self {
        let mut all = self.clone();
        other.iter().for_each(|(name, value)| all.set(name, value));
        all
    }

    /// As Python writes a dictionary.
    fn dictionary(&self) -> String {
        let pairs: Vec<String> =
            self.iter().map(|(name, value)| format!("{}: {}", quoted(name), quoted(value))).collect();
        format!("{{{}}}", pairs.join(", "))
    }
}

struct Encoder<'a> {
    options: &'a EncodeOptions,
    structure: String,
    /// Definitions of gradients by what refers to them.
    gradients: Attributes,
}

impl Encoder<'_> {
    fn element(&mut self, node: Node<'_, '_>, level: usize, inherited: &Attributes) -> Result<(), EncodeError> {
        if level > MAX_DEPTH {
            return Err(EncodeError::Depth { most: MAX_DEPTH });
        }
        let tag = node.tag_name().name();
        if self.options.ignored_elements.iter().any(|ignored| ignored == tag) {
            return Ok(());
        }
        if tag == "g" && self.options.inherit {
            let own = inherited.updated(&Attributes::of(node));
            if self.options.groups {
                self.line(level, &format!("<g> (_{}_)", own.dictionary()));
            }
            self.children(node, level, &own)?;
            if self.options.groups {
                self.line(level, "</g>");
            }
            return Ok(());
        }
        let is_gradient = GRADIENTS.contains(&tag);
        if !is_gradient {
            self.line(level, &format!("<{tag}>"));
        }
        let attributes = Attributes::of(node).updated(inherited);
        match tag {
            "path" => self.path(&attributes, level)?,
            "text" => self.text(node, level),
            _ if SHAPES.contains(&tag) && !self.options.paths_only => self.shape(&attributes, level)?,
            _ if is_gradient => self.gradient(node, &attributes)?,
            _ => {}
        }
        self.children(node, level, inherited)?;
        if tag == "svg" {
            self.line(level, "</svg>");
        }
        Ok(())
    }

    fn children(&mut self, node: Node<'_, '_>, level: usize, inherited: &Attributes) -> Result<(), EncodeError> {
        for child in node.children() {
            if child.is_comment() || child.is_pi() {
                return Err(EncodeError::Comment { at: child.range().start });
            }
            if child.is_element() {
                self.element(child, level + 1, inherited)?;
            }
        }
        Ok(())
    }

    fn path(&mut self, attributes: &Attributes, level: usize) -> Result<(), EncodeError> {
        let Some(data) = attributes.get("d") else { return Ok(()) };
        self.indent(level + 1);
        self.structure.push_str("_d_");
        self.structure.push_str(&path_data(data)?);
        let gradient = attributes.get("fill").and_then(|fill| self.gradients.get(fill));
        match gradient.filter(|_| self.options.gradients).map(str::to_owned) {
            Some(gradient) => {
                self.structure.push('\n');
                self.line(level + 1, &gradient);
            }
            None => {
                for name in ["fill", "stroke", "stroke-linecap", "stroke-width", "opacity"] {
                    if let Some(value) = attributes.get(name).filter(|value| !value.is_empty()) {
                        let is_number = matches!(name, "stroke-width" | "opacity");
                        let value = if is_number { number(name, value)? } else { value.to_owned() };
                        self.structure.push_str(&format!(" _{name}_{value}"));
                    }
                }
                self.structure.push('\n');
            }
        }
        Ok(())
    }

    fn text(&mut self, node: Node<'_, '_>, level: usize) {
        self.indent(level + 1);
        for (name, value) in Attributes::of(node).iter().filter(|(name, _)| TEXT_ATTRIBUTES.contains(name)) {
            self.structure.push_str(&format!("_{name}_{value}"));
        }
        let content = node.first_child().filter(Node::is_text).and_then(|text| text.text()).unwrap_or_default();
        self.structure.push_str(&format!("_text-content_{content}\n"));
    }

    fn shape(&mut self, attributes: &Attributes, level: usize) -> Result<(), EncodeError> {
        self.indent(level + 1);
        for (name, value) in attributes.iter().filter(|(name, _)| is_kept(name, self.options)) {
            let value = if NUMBERS.contains(&name) { number(name, value)? } else { value.to_owned() };
            self.structure.push_str(&format!("_{name}_{value} "));
        }
        self.structure.push('\n');
        Ok(())
    }

    fn gradient(&mut self, node: Node<'_, '_>, attributes: &Attributes) -> Result<(), EncodeError> {
        let Some(id) = attributes.get("id").filter(|id| !id.is_empty()) else { return Ok(()) };
        let is_left_out = |name: &str| {
            name == "gradientUnits" || self.options.ignored_attributes.iter().any(|ignored| ignored == name)
        };
        let kept = attributes.iter().filter(|(name, _)| !is_left_out(name));
        let pairs = kept.map(|(name, value)| format!("_{name}_{}{value}", if name == "id" { "#" } else { "" }));
        let mut definition = format!("<{}> {}", node.tag_name().name(), pairs.collect::<Vec<_>>().join(" "));
        let key = format!("url(#{id})");
        let mut is_defined = true;
        if let Some(link) = attributes.get(LINK).filter(|link| !link.is_empty()) {
            let target = format!("url(#{})", link.rsplit('#').next().unwrap_or_default());
            match self.gradients.get(&target) {
                Some(other) => definition.push_str(other),
                None => is_defined = self.gradients.get(&key).is_some(),
            }
            if self.gradients.get(&target).is_none()
                && let Some(former) = self.gradients.get(&key)
            {
                former.clone_into(&mut definition);
            }
        }
        for stop in node.children().filter(|child| child.is_element() && child.tag_name().name() == "stop") {
            if !is_defined {
                let reference = attributes.get(LINK).unwrap_or_default().to_owned();
                return Err(EncodeError::Reference { gradient: id.to_owned(), reference });
            }
            let own = Attributes::of(stop);
            let pairs = own.iter().filter(|(name, _)| matches!(*name, "offset" | "stop-color"));
            let pairs: Vec<String> = pairs.map(|(name, value)| format!("_{name}_{value}")).collect();
            definition.push_str(&format!("<stop>{} </stop>", pairs.join(" ")));
        }
        if is_defined {
            self.gradients.set(&key, &definition);
        }
        Ok(())
    }

    fn indent(&mut self, level: usize) {
        self.structure.extend(std::iter::repeat_n("  ", level));
    }

    fn line(&mut self, level: usize, text: &str) {
        self.indent(level);
        self.structure.push_str(text);
        self.structure.push('\n');
    }
}

fn is_kept(name: &str, options: &EncodeOptions) -> bool {
    SHAPE_ATTRIBUTES.contains(&name) && !options.ignored_attributes.iter().any(|ignored| ignored == name)
}

fn number(attribute: &str, value: &str) -> Result<String, EncodeError> {
    rounded(value).ok_or_else(|| EncodeError::Number { attribute: attribute.to_owned(), value: value.to_owned() })
}

/// Each letter in brackets, then its numbers. Any letter is a command, so that of an exponent is one, too.
fn path_data(data: &str) -> Result<String, EncodeError> {
    let mut out = String::new();
    let mut rest = data;
    while let Some(at) = rest.find(|c: char| c.is_ascii_alphabetic()) {
        let letter = &rest[at..=at];
        let after = rest[at + 1..].trim_start();
        let is_argument = |c: char| matches!(c, '-' | ',' | '.' | '0'..='9') || c.is_whitespace();
        let end = after.find(|c| !is_argument(c)).unwrap_or(after.len());
        out.push_str(&format!("[{letter}]"));
        if letter != "z" {
            let numbers = numbers(&after[..end]).into_iter().map(|text| number("d", text));
            out.push_str(&numbers.collect::<Result<Vec<_>, _>>()?.join(" "));
            out.push(' ');
        }
        rest = &after[end..];
    }
    Ok(out)
}

/// The numbers in a text of digits, signs, points and separators: a point needs digits behind it.
fn numbers(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.get(from..).unwrap_or_default().iter().take_while(|b| b.is_ascii_digit()).count();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at + usize::from(bytes[at] == b'-');
        let whole = digits(start);
        let point = start + whole;
        let part = if bytes.get(point) == Some(&b'.') { digits(point + 1) } else { 0 };
        let end = if part > 0 { point + 1 + part } else { point };
        if whole + part == 0 {
            at += 1;
            continue;
        }
        found.push(&text[at..end]);
        at = end;
    }
    found
}

/// Without white space around brackets, and with one space behind a digit where there is more.
fn without_spaces(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if matches!(c, '[' | ']') {
            out.truncate(out.trim_end().len());
            out.push(c);
            while chars.next_if(|c| c.is_whitespace()).is_some() {}
        } else if c.is_ascii_digit() && chars.peek().is_some_and(|c| c.is_whitespace()) {
            out.push(c);
            out.push(' ');
            while chars.next_if(|c| c.is_whitespace()).is_some() {}
        } else {
            out.push(c);
        }
    }
    out
}
