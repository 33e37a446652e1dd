//! Elements and attributes: what may stand where, and with which values.

use std::sync::LazyLock;

use super::ids::Kind;
use super::words::Words;

/// What the values of an attribute look like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Type {
    Id,
    Link,
    Paint,
    Color,
    /// One of some words.
    Word(Choice),
    /// A number that is not negative.
    Length,
    /// Any number.
    Number,
    /// Any number, perhaps in percent.
    Coordinate,
    /// A number that is not negative, perhaps in percent.
    Extent,
    /// 0 to 1.
    Share,
    /// 0 to 1, or in percent.
    Offset,
    Path,
    Points,
    Transform,
}

/// Sets of words that values are chosen from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Choice {
    Rule,
    Cap,
    Join,
    Units,
    Spread,
}

/// Attributes by their index, which is also their bit in masks.
pub(super) const ATTRIBUTES: [(&str, Type); 35] = [
    ("fill", Type::Paint),
    ("fill-rule", Type::Word(Choice::Rule)),
    ("fill-opacity", Type::Share),
    ("stroke", Type::Paint),
    ("stroke-width", Type::Length),
    ("stroke-linecap", Type::Word(Choice::Cap)),
    ("stroke-linejoin", Type::Word(Choice::Join)),
    ("stroke-opacity", Type::Share),
    ("opacity", Type::Share),
    ("transform", Type::Transform),
    ("d", Type::Path),
    ("points", Type::Points),
    ("x", Type::Number),
    ("y", Type::Number),
    ("width", Type::Length),
    ("height", Type::Length),
    ("rx", Type::Length),
    ("ry", Type::Length),
    ("cx", Type::Coordinate),
    ("cy", Type::Coordinate),
    ("r", Type::Extent),
    ("x1", Type::Coordinate),
    ("y1", Type::Coordinate),
    ("x2", Type::Coordinate),
    ("y2", Type::Coordinate),
    ("id", Type::Id),
    ("href", Type::Link),
    ("gradientUnits", Type::Word(Choice::Units)),
    ("gradientTransform", Type::Transform),
    ("spreadMethod", Type::Word(Choice::Spread)),
    ("fx", Type::Coordinate),
    ("fy", Type::Coordinate),
    ("offset", Type::Offset),
    ("stop-color", Type::Color),
    ("stop-opacity", Type::Share),
];

/// How a tag may end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ending {
    /// `>`: there is more in it.
    Open,
    /// `/>`.
    Empty,
    /// Either.
    Both,
}

/// An element.
#[derive(Debug)]
pub(super) struct Element {
    pub(super) name: &'static str,
    /// Attributes that it may have, a bit each.
    pub(super) attributes: u64,
    /// Attributes without which it draws nothing.
    pub(super) needed: u64,
    pub(super) ending: Ending,
}

/// Elements by their index. The first is the root.
const ELEMENTS: [(&str, &[&str], &[&str], Ending); 13] = [
    ("svg", &["+"], &[], Ending::Open),
    ("g", &["transform", "opacity", "+"], &[], Ending::Open),
    ("defs", &[], &[], Ending::Open),
    ("linearGradient", &["x1", "y1", "x2", "y2", "*"], &["id"], Ending::Both),
    ("radialGradient", &["cx", "cy", "r", "fx", "fy", "*"], &["id"], Ending::Both),
    ("stop", &["offset", "stop-color", "stop-opacity"], &[], Ending::Empty),
    ("path", &["transform", "opacity", "+"], &["d"], Ending::Empty),
    ("rect", &["x", "y", "rx", "ry", "transform", "opacity", "+"], &["width", "height"], Ending::Empty),
    ("circle", &["cx", "cy", "transform", "opacity", "+"], &["r"], Ending::Empty),
    ("ellipse", &["cx", "cy", "transform", "opacity", "+"], &["rx", "ry"], Ending::Empty),
    ("line", &["x1", "y1", "x2", "y2", "transform", "opacity", "+"], &[], Ending::Empty),
    ("polygon", &["transform", "opacity", "+"], &["points"], Ending::Empty),
    ("polyline", &["transform", "opacity", "+"], &["points"], Ending::Empty),
];
/// What `+` stands for: attributes that are inherited.
const INHERITED: [&str; 8] = [
    "fill",
    "fill-rule",
    "fill-opacity",
    "stroke",
    "stroke-width",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-opacity",
];
/// What `*` stands for: attributes of both gradients.
const GRADIENT: [&str; 4] = ["href", "gradientUnits", "gradientTransform", "spreadMethod"];

/// Indices of elements that hold others.
pub(super) const ROOT: u8 = 0;
pub(super) const GROUP: u8 = 1;
pub(super) const DEFS: u8 = 2;
pub(super) const LINEAR: u8 = 3;
pub(super) const RADIAL: u8 = 4;
/// Index of `href`.
pub(super) const HREF: u8 = 26;

/// Where an element may stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Context {
    /// In the root or a group.
    Body,
    Defs,
    Gradient(Kind),
}

impl Context {
    /// Elements that may stand in it, a bit each. Definitions stand in the root only.
    pub(super) fn elements(self, depth: u8, deepest: u8) -> u64 {
        match self {
            Self::Body => {
                let shapes = 0b1_1111_1100_0000;
                shapes | u64::from(depth < deepest) << 1 | u64::from(depth == 0) << 2
            }
            Self::Defs => 0b11000,
            Self::Gradient(_) => 0b10_0000,
        }
    }
}

/// All tables, made once.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) elements: Vec<Element>,
    pub(super) element_names: Words,
    pub(super) attribute_names: Words,
    pub(super) paints: Words,
    pub(super) colors: Words,
    choices: [Words; 5],
}

impl Tables {
    pub(super) fn choice(&self, choice: Choice) -> &Words {
        &self.choices[choice as usize]
    }
}

pub(super) static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let bits = |names: &[&str]| -> u64 {
        let all = names.iter().flat_map(|name| match *name {
            "+" => INHERITED.to_vec(),
            "*" => GRADIENT.to_vec(),
            name => vec![name],
        });
        let bit = |name: &str| ATTRIBUTES.iter().position(|(own, _)| *own == name).map_or(0, |at| 1 << at);
        all.map(bit).fold(0, |bits, bit| bits | bit)
    };
    let elements: Vec<Element> = ELEMENTS
        .into_iter()
        .map(|(name, own, needed, ending)| Element {
            name,
            attributes: bits(own) | bits(needed),
            needed: bits(needed),
            ending,
        })
        .collect();
    Tables {
        element_names: Words::new(elements.iter().map(|element| element.name)),
        attribute_names: Words::new(ATTRIBUTES.iter().map(|(name, _)| *name)),
        paints: Words::new(super::colors::NAMES.into_iter().chain([NONE, URL])),
        colors: Words::new(super::colors::NAMES),
        choices: [
            Words::new(["nonzero", "evenodd"]),
            Words::new(["butt", "round", "square"]),
            Words::new(["miter", "round", "bevel"]),
            Words::new(["userSpaceOnUse", "objectBoundingBox"]),
            Words::new(["pad", "reflect", "repeat"]),
        ],
        elements,
    }
});

const NONE: &str = "none";
const URL: &str = "url(#";
/// Index of the beginning of a reference among the paints.
pub(super) const URL_WORD: u8 = super::colors::NAMES.len() as u8 + 1;
