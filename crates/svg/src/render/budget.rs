//! Estimates the time and memory that resvg would need for a tree, before it is run.
//!
//! The estimate follows resvg 0.49: where it makes layers and how large, which pixels it paints, how patterns, masks,
//! clip paths and filters are drawn. It errs on the large side.

use usvg::filter::{Filter, Kind};
use usvg::{ClipPath, Group, Node, Pattern, Transform, Tree};

use crate::bounds::BoundError;

/// Most times that each pixel is painted, on average; [`MIN_WORK`] for small pictures.
const MAX_PAINTS: f64 = 4096.0;
const MIN_WORK: f64 = 67_108_864.0;

/// Most memory: so many times the picture's, and so many bytes.
const MAX_PICTURES: f64 = 8.0;
const MIN_MEMORY: f64 = 134_217_728.0;

/// Checks what drawing a tree under a transform onto a picture of `width` x `height` pixels needs.
pub(super) fn check(tree: &Tree, transform: Transform, width: u32, height: u32) -> Result<(), BoundError> {
    let (width, height) = (f64::from(width), f64::from(height));
    let pixels = width * height;
    let mut budget = Budget {
        work: 0.0,
        dashes: 0.0,
        max_work: (MAX_PAINTS * pixels).max(MIN_WORK),
        max_memory: MIN_MEMORY + MAX_PICTURES * pixels * 4.0,
        max_layer: (width * 5.0, height * 5.0),
    };
    budget.group(tree.root(), transform, Canvas { width, height, memory: pixels * 4.0 })
}

/// What is painted on.
#[derive(Clone, Copy)]
pub(super) struct Canvas {
    /// Pixels.
    pub(super) width: f64,
    /// Pixels.
    pub(super) height: f64,
    /// Bytes of it and all below it.
    memory: f64,
}

impl Canvas {
    fn pixels(self) -> f64 {
        self.width * self.height
    }
}

/// What has been spent so far, and the limits.
pub(super) struct Budget {
    work: f64,
    pub(super) dashes: f64,
    max_work: f64,
    max_memory: f64,
    /// Layers reach two pictures beyond each side.
    max_layer: (f64, f64),
}

pub(super) type Checked = Result<(), BoundError>;

impl Budget {
    fn group(&mut self, group: &Group, outer: Transform, canvas: Canvas) -> Checked {
        let transform = outer.pre_concat(group.transform());
        if !group.should_isolate() {
            return self.nodes(group, transform, canvas);
        }
        let layer = self.layer(group, transform, canvas)?;
        self.nodes(group, transform, layer)?;
        for filter in group.filters() {
            self.filter(filter, transform, layer)?;
        }
        if let Some(clip) = group.clip_path() {
            self.clip(clip, transform, layer)?;
        }
        let mut mask = group.mask();
        while let Some(current) = mask {
            let canvas = self.canvas("mask", current.id(), (layer.width, layer.height), layer.memory, 2.5)?;
            self.group(current.root(), transform, canvas)?;
            mask = current.mask();
        }
        Ok(())
    }

    fn nodes(&mut self, group: &Group, transform: Transform, canvas: Canvas) -> Checked {
        group.children().iter().try_for_each(|node| match node {
            Node::Group(group) => self.group(group, transform, canvas),
            Node::Path(path) => self.path(path, transform, canvas),
            Node::Image(_) | Node::Text(_) => Ok(()),
        })
    }

    /// A group's layer: what it covers, as far as resvg draws it.
    fn layer(&mut self, group: &Group, transform: Transform, canvas: Canvas) -> Result<Canvas, BoundError> {
        let bounds = group.layer_bounding_box();
        let (x, y) = transform.get_scale();
        let turned = bounds.to_rect().transform(transform);
        let straight = (bounds.width() * x, bounds.height() * y);
        let size = turned.map_or(straight, |turned| (turned.width().max(straight.0), turned.height().max(straight.1)));
        let mut most = self.max_layer;
        if !group.filters().is_empty() {
            // Such a layer is turned with the group.
            most = (most.0.hypot(most.1), most.0.hypot(most.1));
        }
        let side = |length: f32, most: f64| if length.is_nan() { most } else { (f64::from(length) + 5.0).min(most) };
        self.canvas("layer of group", group.id(), (side(size.0, most.0), side(size.1, most.1)), canvas.memory, 1.0)
    }

    /// A new canvas that takes so many times its pixels.
    fn canvas(&mut self, kind: &str, id: &str, size: (f64, f64), below: f64, times: f64) -> Result<Canvas, BoundError> {
        let (width, height) = size;
        let memory = below + width * height * 4.0 * times;
        if memory > self.max_memory {
            return Err(excess(kind, id, "bytes of layers", memory, self.max_memory));
        }
        self.work(kind, id, width * height * times)?;
        Ok(Canvas { width, height, memory })
    }

    /// Spends pixels.
    pub(super) fn work(&mut self, kind: &str, id: &str, pixels: f64) -> Checked {
        self.work += pixels;
        if self.work <= self.max_work { Ok(()) } else { Err(excess(kind, id, "pixels", self.work, self.max_work)) }
    }

    pub(super) fn pattern(&mut self, pattern: &Pattern, outer: Transform, canvas: Canvas) -> Checked {
        let (x, y) = outer.pre_concat(pattern.transform()).get_scale();
        let size = (f64::from(pattern.rect().width() * x), f64::from(pattern.rect().height() * y));
        let tile = self.canvas("pattern", pattern.id(), size, canvas.memory, 1.0)?;
        self.group(pattern.root(), Transform::from_scale(x, y), tile)
    }

    fn clip(&mut self, clip: &ClipPath, outer: Transform, canvas: Canvas) -> Checked {
        let size = (canvas.width, canvas.height);
        let layer = self.canvas("clip path", clip.id(), size, canvas.memory, 1.5)?;
        self.clip_group(clip.root(), outer.pre_concat(clip.transform()), layer)?;
        clip.clip_path().map_or(Ok(()), |clip| self.clip(clip, outer, layer))
    }

    fn clip_group(&mut self, group: &Group, transform: Transform, canvas: Canvas) -> Checked {
        for node in group.children() {
            match node {
                Node::Path(path) => self.path(path, transform, canvas)?,
                Node::Group(group) => {
                    let transform = transform.pre_concat(group.transform());
                    let mut inner = canvas;
                    if let Some(clip) = group.clip_path() {
                        let size = (canvas.width, canvas.height);
                        inner = self.canvas("clip path", clip.id(), size, canvas.memory, 1.0)?;
                        self.clip(clip, transform, inner)?;
                    }
                    self.clip_group(group, transform, inner)?;
                }
                Node::Image(_) | Node::Text(_) => {}
            }
        }
        Ok(())
    }

    fn filter(&mut self, filter: &Filter, transform: Transform, canvas: Canvas) -> Checked {
        let (x, y) = transform.get_scale();
        let size = (canvas.width, canvas.height);
        let times = filter.primitives().len() as f64 + 4.0;
        let layer = self.canvas("filter", filter.id(), size, canvas.memory, times)?;
        for primitive in filter.primitives() {
            let reach = |radius: f32, scale: f32, side: f64| f64::from(radius * scale).mul_add(2.0, 1.0).min(side);
            let each = match primitive.kind() {
                Kind::Morphology(fe) => reach(fe.radius_x().get(), x, size.0) * reach(fe.radius_y().get(), y, size.1),
                Kind::ConvolveMatrix(fe) => fe.matrix().data().len() as f64,
                Kind::Turbulence(fe) => f64::from(fe.num_octaves()) * 16.0,
                Kind::Merge(fe) => fe.inputs().len() as f64,
                _ => 16.0,
            };
            self.work("filter", filter.id(), canvas.pixels() * each)?;
            if let Kind::Image(fe) = primitive.kind() {
                self.group(fe.root(), transform, layer)?;
            }
        }
        Ok(())
    }
}

/// The error of a limit that an element passes.
pub(super) fn excess(kind: &str, id: &str, what: &'static str, actual: f64, limit: f64) -> BoundError {
    let element = if id.is_empty() { kind.to_owned() } else { format!("{kind} `{}`", crate::bounds::clipped(id)) };
    BoundError::Drawing { element, what, actual, limit }
}
