//! Walks over usvg's tree and turns groups and paths into shapes.

use std::collections::BTreeSet;

use kurbo::{Affine, BezPath};
use usvg::Node;

use super::cover::{Cover, Shown};
use super::layer::{Layer, dots, joined, overlap, plain, sliver, thinness};
use super::lost::Lost;
use super::outline::{affine, bezier, dashed, edge, is_finite, is_plain};
use super::region::Scissors;
use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::opacity::Opacity;
use crate::path::Path;
use crate::shape::{FillRule, Paint, Shape};

/// A read in progress.
pub(super) struct Reader {
    pub(super) drawing: Drawing,
    pub(super) lost: BTreeSet<Lost>,
    /// From the tree's coordinates to the grid's.
    scale: Affine,
    pub(super) scissors: Scissors,
    /// Whether every stroke becomes the area that it paints.
    pub(super) expands_strokes: bool,
}

/// What the groups around a path do to it.
#[derive(Clone)]
pub(super) struct Scope {
    opacity: f32,
    cover: Cover,
}

impl Default for Scope {
    fn default() -> Self {
        Self { opacity: 1.0, cover: Cover::default() }
    }
}

impl Reader {
    pub(super) fn new(drawing: Drawing, scale: Affine) -> Self {
        let (lost, scissors) = (BTreeSet::new(), Scissors::default());
        Self { drawing, lost, scale, scissors, expands_strokes: false }
    }

    pub(super) fn group(&mut self, group: &usvg::Group, outer: &Scope) {
        let scope = self.scope(group, outer);
        for node in group.children() {
            match node {
                Node::Group(inner) => self.group(inner, &scope),
                Node::Path(path) => self.path(path, &scope),
                Node::Image(_) | Node::Text(_) => {}
            }
        }
    }

    fn scope(&mut self, group: &usvg::Group, outer: &Scope) -> Scope {
        let map = self.scale * affine(group.abs_transform());
        let clip = group.clip_path().map(|clip| (self.clipped(clip, map), Lost::Clip));
        let mask = group.mask().map(|mask| (self.masked(mask, map), Lost::Mask));
        let mut scope = Scope { opacity: outer.opacity * group.opacity().get(), cover: outer.cover.clone() };
        let mut is_translucent = group.opacity().get() < 1.0;
        for (own, kind) in clip.into_iter().chain(mask) {
            is_translucent |= own.as_ref().is_some_and(Cover::is_translucent);
            match own.and_then(|own| own.within(&scope.cover, &mut self.scissors)) {
                Some(cover) => scope.cover = cover,
                None => drop(self.lost.insert(kind)),
            }
        }
        let found = [
            (!group.filters().is_empty(), Lost::Filter),
            (group.blend_mode() != usvg::BlendMode::Normal, Lost::Blend),
            (is_translucent && overlap(group), Lost::GroupOpacity),
        ];
        self.lost.extend(found.into_iter().filter(|(found, _)| *found).map(|(_, lost)| lost));
        scope
    }

    fn path(&mut self, path: &usvg::Path, scope: &Scope) {
        let map = self.scale * affine(path.abs_transform());
        let own = bezier(path);
        let outline = map * &own;
        if !path.is_visible() || !is_finite(&outline) {
            return;
        }
        let fill = path.fill().map_or_else(Vec::new, |fill| self.filled(&outline, fill, map, scope));
        let stroke = path.stroke().map_or_else(Vec::new, |stroke| self.stroked(&own, stroke, map, scope));
        let layers = match path.paint_order() {
            usvg::PaintOrder::FillAndStroke => joined(fill, stroke),
            usvg::PaintOrder::StrokeAndFill => stroke.into_iter().chain(fill).collect(),
        };
        let is_translucent = layers.iter().any(|layer| scope.opacity * layer.share < 1.0);
        if is_translucent && path.fill().is_some() && path.stroke().is_some() && layers.len() > 1 {
            self.lost.insert(Lost::GroupOpacity);
        }
        let shapes = layers.into_iter().filter(|layer| layer.shape.geometry.bounds().is_some());
        let opaque = |layer: &Layer| Opacity::from_share(scope.opacity * layer.own * layer.share);
        self.drawing.shapes.extend(shapes.map(|layer| Shape { opacity: opaque(&layer), ..layer.shape }));
    }

    fn filled(&mut self, outline: &BezPath, fill: &usvg::Fill, map: Affine, scope: &Scope) -> Vec<Layer> {
        let rule = match fill.rule() {
            usvg::FillRule::NonZero => FillRule::NonZero,
            usvg::FillRule::EvenOdd => FillRule::EvenOdd,
        };
        let paint = self.paint(fill.paint(), map);
        self.covered(outline, rule, &paint, fill.opacity().get(), scope)
    }

    fn stroked(&mut self, own: &BezPath, stroke: &usvg::Stroke, map: Affine, scope: &Scope) -> Vec<Layer> {
        let lines = dashed(own, stroke).unwrap_or_else(|| {
            self.lost.insert(Lost::Dashes);
            own.clone()
        });
        let (paint, opacity) = (self.paint(stroke.paint(), map), stroke.opacity().get());
        let must_expand = self.expands_strokes || !is_plain(stroke, map);
        if !must_expand && scope.cover.is_everywhere() {
            let layer = |shape, own| Layer { shape, own, share: 1.0, is_whole: true };
            let dots = dots(&lines, stroke, map, &paint).into_iter().map(|dot| layer(dot, opacity));
            let thin = opacity * thinness(stroke, map);
            return std::iter::once(layer(plain(&lines, stroke, map, paint.clone()), thin)).chain(dots).collect();
        }
        let edge = edge(&lines, stroke, map);
        let layers = self.covered(&edge, FillRule::NonZero, &paint, opacity, scope);
        match layers[..] {
            [Layer { own, share, is_whole: true, .. }] if !must_expand => {
                vec![Layer { shape: plain(&lines, stroke, map, paint), own, share, is_whole: true }]
            }
            _ => layers,
        }
    }

    /// What shows of an area.
    fn covered(&mut self, outline: &BezPath, rule: FillRule, paint: &Paint, own: f32, scope: &Scope) -> Vec<Layer> {
        let layer = |outline: &BezPath, fill_rule: FillRule, share: f32, is_whole: bool| {
            let path = Path::from_bezier(outline);
            let (geometry, part) = sliver(outline, &path).unwrap_or((Geometry::Path(path), 1.0));
            let shape = Shape { fill_rule, ..Shape::filled(geometry, paint.clone()) };
            Layer { shape, own: own * part, share, is_whole }
        };
        match scope.cover.shown(outline, rule, &mut self.scissors) {
            Some(Shown::Whole(share)) => vec![layer(outline, rule, share, true)],
            Some(Shown::Parts(parts)) => {
                parts.iter().map(|(part, share)| layer(part, FillRule::NonZero, *share, false)).collect()
            }
            None => {
                self.lost.insert(if scope.cover.is_translucent() { Lost::Mask } else { Lost::Clip });
                vec![layer(outline, rule, 1.0, true)]
            }
        }
    }
}
