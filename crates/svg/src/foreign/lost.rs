//! What reading an SVG lost: features that a drawing of flat shapes cannot express.

use std::fmt;

/// A feature of an SVG that a [`Drawing`](crate::Drawing) cannot express.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[non_exhaustive]
pub enum Lost {
    /// A clip path of too many edges: what it clips is drawn whole.
    Clip,
    /// A mask with gradients, or of too many edges: what it masks is drawn whole.
    Mask,
    /// A filter: left out.
    Filter,
    /// A blend mode: drawn as normal.
    Blend,
    /// The opacity of a group whose shapes may overlap: given to each shape.
    GroupOpacity,
    /// A pattern: drawn in grey.
    Pattern,
    /// A line of too many dashes: drawn solid.
    Dashes,
    /// A picture inside the picture: left out.
    Picture,
    /// Text: left out.
    Text,
    /// A selector, rule or value of a style sheet that is not read, such as `:not()`, `@media` or `var()`: left out.
    Style,
    /// A transform of CSS that SVG's attribute cannot say, such as `rotate3d()`: left out.
    Transform,
    /// A line whose width should not scale (`vector-effect`) under transforms that stretch it or that are not known: it scales, or has
    /// the mean of its widths.
    LineWidth,
    /// A gradient that begins at a circle (`fr`) which is not around its centre: begins at a point.
    FocalRadius,
}

impl fmt::Display for Lost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Clip => "clip path",
            Self::Mask => "mask",
            Self::Filter => "filter",
            Self::Blend => "blend mode",
            Self::GroupOpacity => "group opacity",
            Self::Pattern => "pattern",
            Self::Dashes => "dashes",
            Self::Picture => "picture",
            Self::Text => "text",
            Self::Style => "style",
            Self::Transform => "transform",
            Self::LineWidth => "line width",
            Self::FocalRadius => "focal radius",
        })
    }
}
