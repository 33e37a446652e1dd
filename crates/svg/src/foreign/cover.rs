//! Covers: where, and with which opacity, clip paths and masks let something show.

use std::rc::Rc;

use kurbo::{BezPath, Rect};

use super::region::{Region, Scissors};
use crate::shape::FillRule;

/// Most pieces of a cover.
pub(super) const MAX_PIECES: usize = 32;

/// A part of the picture that lets the same share show everywhere.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) region: Region,
    pub(super) share: f32,
}

/// Parts of the picture that do not overlap; nothing shows elsewhere. Without parts, everything shows everywhere.
#[derive(Clone, Debug, Default)]
pub(super) struct Cover(Option<Rc<Vec<Piece>>>);

/// An outline where it shows.
pub(super) enum Shown {
    /// All of it.
    Whole(f32),
    /// These parts, inside by the non-zero rule.
    Parts(Vec<(BezPath, f32)>),
}

impl Cover {
    /// Where this cover and another let something show; `None` if that is too much to cut.
    pub(super) fn within(&self, outer: &Self, scissors: &mut Scissors) -> Option<Self> {
        let (Some(own), Some(outer_pieces)) = (&self.0, &outer.0) else {
            return Some(if self.0.is_some() { self.clone() } else { outer.clone() });
        };
        let mut pieces = Vec::new();
        for (a, b) in own.iter().flat_map(|a| outer_pieces.iter().map(move |b| (a, b))) {
            pieces.push(Piece { region: a.region.and(&b.region, scissors)?, share: a.share * b.share });
        }
        Self::of(pieces)
    }

    /// The cover of pieces that do not overlap; `None` if they are too many.
    pub(super) fn of(mut pieces: Vec<Piece>) -> Option<Self> {
        pieces.retain(|piece| piece.share > 0.0 && !piece.region.is_empty());
        (pieces.len() <= MAX_PIECES).then(|| Self(Some(Rc::new(pieces))))
    }

    /// Whether everything shows everywhere.
    pub(super) const fn is_everywhere(&self) -> bool {
        self.0.is_none()
    }

    /// Whether something may show in part.
    pub(super) fn is_translucent(&self) -> bool {
        self.0.iter().any(|pieces| pieces.iter().any(|piece| piece.share < 1.0))
    }

    /// What shows of an outline; `None` if that is too much to cut.
    pub(super) fn shown(&self, outline: &BezPath, rule: FillRule, scissors: &mut Scissors) -> Option<Shown> {
        let Some(pieces) = &self.0 else { return Some(Shown::Whole(1.0)) };
        let bounds = outline.control_box();
        if let Some(share) = share_of(pieces, bounds, scissors)? {
            return Some(Shown::Whole(share));
        }
        let inside = Region::inside(outline, rule, scissors)?;
        let mut parts = Vec::new();
        for piece in pieces.iter() {
            let part = inside.and(&piece.region, scissors)?;
            if !part.is_empty() && part.area() >= inside.area() * (1.0 - 1e-9) {
                return Some(Shown::Whole(piece.share));
            }
            if !part.is_empty() {
                parts.push((part.outline(), piece.share));
            }
        }
        Some(Shown::Parts(parts))
    }
}

/// The share of the piece that holds all of a rectangle.
fn share_of(pieces: &[Piece], bounds: Rect, scissors: &mut Scissors) -> Option<Option<f32>> {
    let rect = Region::rect(bounds);
    for piece in pieces {
        if bounds.is_finite() && rect.without(&piece.region, scissors)?.is_empty() {
            return Some(Some(piece.share));
        }
    }
    Some(None)
}
