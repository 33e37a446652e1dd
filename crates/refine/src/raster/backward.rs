//! The backward pass: from the gradient of a picture to the gradient of all values.

use crate::raster::coverage::boundary::edge_gradient;
use crate::raster::error::RasterError;
use crate::raster::paint::colors::{Colors, Flat, Ramped, with_colors};
use crate::raster::paint::uncompose::unpaint;
use crate::raster::picture::Picture;
use crate::raster::polygon::pull;
use crate::raster::rasteriser::{Rasteriser, coat, counts, pixels_per_unit};
use crate::raster::scalar::Scalar;
use crate::raster::scene::values::Values;
use crate::raster::scene::{Layer, Paint, Scene};
use crate::raster::tape::Span;

impl<T: Scalar> Rasteriser<T> {
    /// The gradient of a loss with respect to all values, from its gradient with respect to the picture.
    ///
    /// `scene` and `values` must be those of the last forward pass; `gradient` is overwritten.
    ///
    /// # Errors
    ///
    /// [`RasterError::NoForward`] without such a pass, [`RasterError::Size`] for a picture of another size.
    pub fn backward(
        &mut self,
        scene: &Scene,
        values: &Values<T>,
        by_picture: &Picture<T>,
        gradient: &mut Values<T>,
    ) -> Result<(), RasterError> {
        self.check_size(by_picture)?;
        if self.tape.layers.len() != scene.layers.len() || self.counts != counts(values) {
            return Err(RasterError::NoForward { layers: scene.layers.len() });
        }
        scene.check(values)?;
        gradient.clear_like(values);
        by_picture.interleave(&mut self.pixels);
        for (index, layer) in scene.layers.iter().enumerate().rev() {
            let span = self.tape.layers[index];
            if span.runs.0 < span.runs.1 {
                self.unpaint_layer(scene, layer, &span, values, gradient);
                self.pull_layer(scene, layer, &span, values, gradient);
            }
        }
        Ok(())
    }

    fn unpaint_layer(
        &mut self,
        scene: &Scene,
        layer: &Layer,
        span: &Span<T>,
        values: &Values<T>,
        gradient: &mut Values<T>,
    ) {
        let runs = &self.tape.runs[span.runs.0..span.runs.1];
        let (coat, kept) = (coat(layer, values, span), (&self.tape.windings[..], &self.tape.under[..]));
        with_colors!(&layer.paint, values, self.width as usize, scene.scale.map(f64::from), |colors| {
            let mut colors = colors;
            let by_winding = &mut self.by_winding;
            let by_opacity = unpaint(&mut self.pixels, by_winding, runs, kept, &coat, &mut colors);
            if let Some(index) = layer.opacity {
                gradient.opacities[index] += by_opacity;
            }
            colors.finish(gradient);
        });
    }

    /// From the windings to the polygons' points to the values.
    fn pull_layer(
        &mut self,
        scene: &Scene,
        layer: &Layer,
        span: &Span<T>,
        values: &Values<T>,
        gradient: &mut Values<T>,
    ) {
        let (first, end) = span.points;
        self.by_point.clear();
        self.by_point.resize(end - first, [T::ZERO; 2]);
        let size = [self.width as usize, self.height as usize];
        let points = &self.tape.polygons.points;
        for (from, to) in self.tape.polygons.rings(span.rings) {
            for at in from..to {
                let next = if at + 1 == to { from } else { at + 1 };
                let [start, stop] = edge_gradient(points[at], points[next], size, &self.by_winding);
                add(&mut self.by_point[at - first], start);
                add(&mut self.by_point[next - first], stop);
            }
        }
        let scale = pixels_per_unit(scene);
        pull(layer, &values.points, scale, &mut self.lines, &self.by_point, &mut gradient.points);
    }
}

fn add<T: Scalar>(into: &mut [T; 2], by: [T; 2]) {
    into[0] += by[0];
    into[1] += by[1];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backward_pass_needs_a_forward_pass() {
        let scene = Scene { layers: Vec::new(), background: [1.0; 3], scale: [1.0; 2] };
        let values = Values { points: vec![[1.0, 2.0]], ..Values::<f64>::default() };
        let mut rasteriser = Rasteriser::new(4, 4).unwrap();
        let (mut picture, mut gradient) = (Picture::new(4, 4).unwrap(), Values::default());
        let error = rasteriser.backward(&scene, &values, &picture, &mut gradient).unwrap_err();
        assert_eq!(error, RasterError::NoForward { layers: 0 });
        rasteriser.forward(&scene, &values, &mut picture).unwrap();
        assert!(rasteriser.backward(&scene, &values, &picture, &mut gradient).is_ok());
        let other = Picture::new(5, 4).unwrap();
        let error = rasteriser.backward(&scene, &values, &other, &mut gradient).unwrap_err();
        assert_eq!(error, RasterError::Size { expected: (4, 4), actual: (5, 4) });
    }
}
