//! The size of an element: what reading and drawing it costs, alone and with what is inside and what it refers to.

use super::link::Times;
use super::magnitude;
use crate::style::Property;

/// Bytes that count for an arc, a round element, and one of relative size: their curves have about as many.
const ARC_BYTES: u64 = 128;
const ROUND_BYTES: u64 = 64;
const RELATIVE_BYTES: u64 = 1024;

/// What an element comes to with all that is inside and that it refers to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Size {
    /// Elements with each as often as it is repeated.
    pub(super) total: u64,
    /// Elements, without what paint and markers repeat.
    pub(super) elements: u64,
    /// Vertices of these, at most.
    pub(super) vertices: u64,
    pub(super) bytes: u64,
    /// Elements times levels.
    pub(super) steps: u64,
    /// Elements that are referred to by `url()`.
    pub(super) linked: u64,
    /// Pairs of elements that are compared for cycles.
    pub(super) checks: u64,
    pub(super) levels: usize,
    pub(super) growth: f64,
}

impl Size {
    /// An element alone. Gradients and their stops are no elements to draw.
    pub(super) fn own(name: &str, properties: &[Property<'_>]) -> Self {
        let value =
            |name: &str| properties.iter().rev().find(|property| property.name == name).map(|found| found.value);
        let path = value("d").or_else(|| value("points")).unwrap_or_default();
        let arcs = path.bytes().filter(|byte| matches!(byte, b'a' | b'A')).count() as u64;
        let is_round = matches!(name, "circle" | "ellipse" | "rect");
        let is_relative =
            is_round && ["r", "rx", "ry"].iter().filter_map(|name| value(name)).any(magnitude::is_relative);
        let round = u64::from(is_round) * ROUND_BYTES + u64::from(is_relative) * RELATIVE_BYTES;
        let bytes: u64 = properties.iter().map(|property| property.value.len() as u64).sum();
        let is_drawn = !matches!(name, "linearGradient" | "radialGradient" | "stop");
        let is_frame = matches!(name, "svg" | "symbol" | "use");
        let grows = |name: &str| name == "font-size" || (is_frame && matches!(name, "width" | "height"));
        let sizes = properties.iter().filter(|property| grows(property.name));
        let growth = sizes.map(|size| magnitude::growth(size.name, size.value)).fold(1.0, f64::max);
        Self {
            total: u64::from(is_drawn),
            elements: 1,
            vertices: 2 + path.len() as u64 / 2,
            bytes: bytes + round + arcs * ARC_BYTES,
            levels: 1,
            growth,
            ..Self::default()
        }
    }

    /// With so many steps more.
    pub(super) const fn with_steps(self, steps: usize) -> Self {
        Self { steps: self.steps + steps as u64, ..self }
    }

    /// With a child, or with what a reference leads to.
    pub(super) fn with(self, other: Self, times: Option<Times>) -> Self {
        let count = match times {
            None | Some(Times::Use | Times::Once) => 1,
            Some(Times::Elements) => self.elements,
            Some(Times::Vertices) => self.vertices,
        };
        let is_inside = matches!(times, None | Some(Times::Use));
        let add = |own: u64, more: u64| own.saturating_add(more.saturating_mul(count));
        let inside = |own: u64, more: u64| if is_inside { own.saturating_add(more) } else { own };
        Self {
            total: add(self.total, other.total),
            elements: inside(self.elements, other.elements),
            vertices: inside(self.vertices, other.vertices),
            bytes: add(self.bytes, other.bytes),
            steps: add(self.steps, other.steps.saturating_add(other.total)),
            linked: self.linked.saturating_add(if is_inside { other.linked } else { other.total }),
            checks: add(self.checks, other.checks),
            levels: self.levels.max(other.levels + if times == Some(Times::Use) { 2 } else { 1 }),
            growth: self.growth.max(other.growth),
        }
    }
}
