//! The rasteriser as a differentiable operation of a candle graph.

use std::sync::Arc;

use candle_core::{CpuStorage, CustomOp3, DType, Layout, Shape, Tensor, WithDType};
use thiserror::Error;

use crate::raster::picture::Picture;
use crate::raster::rasteriser::Rasteriser;
use crate::raster::scalar::Scalar;
use crate::raster::scene::Scene;
use crate::raster::scene::values::Values;

/// Draws a scene as an operation of a candle graph: gradients flow from the picture to points, colours and opacities.
///
/// Runs on the CPU. The backward pass draws again: nothing is kept in between.
///
/// # Shapes
///
/// - `points`: (points, 2), `colors`: (colours, 3), `opacities`: (opacities), as in [`Values`], all `f32` or all `f64`
/// - returns (3, `height`, `width`), values as in [`Picture`], of the same type
///
/// # Errors
///
/// candle's error; one from this crate is wrapped in it: a [`RasterError`](crate::RasterError) or a [`TensorError`].
pub fn rasterise(
    scene: &Arc<Scene>,
    width: u32,
    height: u32,
    points: &Tensor,
    colors: &Tensor,
    opacities: &Tensor,
) -> candle_core::Result<Tensor> {
    let op = Rasterise { scene: Arc::clone(scene), width, height };
    points.contiguous()?.apply_op3(&colors.contiguous()?, &opacities.contiguous()?, op)
}

#[derive(Debug)]
struct Rasterise {
    scene: Arc<Scene>,
    width: u32,
    height: u32,
}

impl CustomOp3 for Rasterise {
    fn name(&self) -> &'static str {
        "rasterise"
    }

    fn cpu_fwd(
        &self,
        points: &CpuStorage,
        points_layout: &Layout,
        colors: &CpuStorage,
        colors_layout: &Layout,
        opacities: &CpuStorage,
        opacities_layout: &Layout,
    ) -> candle_core::Result<(CpuStorage, Shape)> {
        let layouts = [points_layout, colors_layout, opacities_layout];
        let samples = match (points, colors, opacities) {
            (CpuStorage::F32(points), CpuStorage::F32(colors), CpuStorage::F32(opacities)) => {
                CpuStorage::F32(self.draw(&values([points, colors, opacities], layouts)?)?)
            }
            (CpuStorage::F64(points), CpuStorage::F64(colors), CpuStorage::F64(opacities)) => {
                CpuStorage::F64(self.draw(&values([points, colors, opacities], layouts)?)?)
            }
            _ => return Err(candle_core::Error::wrap(TensorError::Type)),
        };
        Ok((samples, Shape::from((3, self.height as usize, self.width as usize))))
    }

    fn bwd(
        &self,
        points: &Tensor,
        colors: &Tensor,
        opacities: &Tensor,
        _picture: &Tensor,
        by_picture: &Tensor,
    ) -> candle_core::Result<(Option<Tensor>, Option<Tensor>, Option<Tensor>)> {
        let inputs = [points, colors, opacities];
        let [points, colors, opacities] = match by_picture.dtype() {
            DType::F32 => self.pull::<f32>(inputs, by_picture)?,
            DType::F64 => self.pull::<f64>(inputs, by_picture)?,
            _ => return Err(candle_core::Error::wrap(TensorError::Type)),
        };
        Ok((Some(points), Some(colors), Some(opacities)))
    }
}

impl Rasterise {
    fn draw<T: Scalar>(&self, values: &Values<T>) -> candle_core::Result<Vec<T>> {
        let draw = || {
            let mut picture = Picture::new(self.width, self.height)?;
            Rasteriser::new(self.width, self.height)?.draw(&self.scene, values, &mut picture)?;
            Ok(picture.samples().to_vec())
        };
        draw().map_err(|error: crate::RasterError| candle_core::Error::wrap(error))
    }

    fn pull<T: Scalar + WithDType>(
        &self,
        inputs: [&Tensor; 3],
        by_picture: &Tensor,
    ) -> candle_core::Result<[Tensor; 3]> {
        let [points, colors, opacities] = inputs.map(|tensor| tensor.flatten_all()?.to_vec1::<T>());
        let values = grouped(points?, colors?, opacities?);
        let by_picture = by_picture.flatten_all()?.to_vec1::<T>()?;
        let gradient = self.gradient(&values, &by_picture).map_err(candle_core::Error::wrap)?;
        let device = inputs[0].device();
        let tensor = |values: &[T], like: &Tensor| Tensor::from_slice(values, like.shape(), device);
        Ok([
            tensor(gradient.points.as_flattened(), inputs[0])?,
            tensor(gradient.colors.as_flattened(), inputs[1])?,
            tensor(&gradient.opacities, inputs[2])?,
        ])
    }

    fn gradient<T: Scalar>(&self, values: &Values<T>, by_picture: &[T]) -> Result<Values<T>, crate::RasterError> {
        let mut rasteriser = Rasteriser::new(self.width, self.height)?;
        let (mut picture, mut gradient) = (Picture::new(self.width, self.height)?, Values::default());
        rasteriser.forward(&self.scene, values, &mut picture)?;
        picture.samples_mut().iter_mut().zip(by_picture).for_each(|(to, from)| *to = *from);
        rasteriser.backward(&self.scene, values, &picture, &mut gradient)?;
        Ok(gradient)
    }
}

/// Values from the storages of three contiguous tensors.
fn values<T: Scalar>(storages: [&[T]; 3], layouts: [&Layout; 3]) -> candle_core::Result<Values<T>> {
    let [points, colors, _] = layouts.map(Layout::dims);
    if !(matches!(points, [_, 2]) && matches!(colors, [_, 3]) && layouts[2].dims().len() == 1) {
        let shapes = layouts.map(|layout| layout.dims().to_vec());
        return Err(candle_core::Error::wrap(TensorError::Shape { shapes }));
    }
    let read = |i: usize| {
        let (start, end) = layouts[i].contiguous_offsets().unwrap_or_default();
        storages[i][start..end].to_vec()
    };
    Ok(grouped(read(0), read(1), read(2)))
}

fn grouped<T: Scalar>(points: Vec<T>, colors: Vec<T>, opacities: Vec<T>) -> Values<T> {
    Values { points: points.as_chunks().0.to_vec(), colors: colors.as_chunks().0.to_vec(), opacities }
}

/// Why tensors cannot serve as the values of a scene.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TensorError {
    /// The tensors have other or different types.
    #[error("points, colours and opacities must all be f32 or all f64")]
    Type,
    /// The tensors have the wrong shapes.
    #[error("points, colours and opacities have shapes {shapes:?}, expected (n, 2), (n, 3) and (n)")]
    Shape {
        /// The shapes, in this order.
        shapes: [Vec<usize>; 3],
    },
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};
    use linocut_svg::{Color, Drawing, Geometry, Opacity, Point};

    use super::*;
    use crate::model::Model;

    fn model() -> Model {
        let mut drawing = Drawing::new(20, 16);
        let circle = linocut_svg::Shape::filled(Geometry::circle(Point::new(9, 8), 5), Color::from_hex(0x336699));
        let corners = [(2, 1), (17, 4), (8, 15)].map(|(x, y)| Point::new(x, y));
        let triangle = linocut_svg::Shape::filled(Geometry::polygon(&corners), Color::from_hex(0xcc4400));
        drawing.shapes = vec![circle, triangle.with_opacity(Opacity::from_share(0.6))];
        Model::new(&drawing, 30, 24, Color::WHITE).unwrap()
    }

    fn vars(values: &Values<f64>) -> [Var; 3] {
        let device = &Device::Cpu;
        let var = |data: &[f64], shape: &[usize]| {
            Var::from_tensor(&Tensor::from_slice(data, shape, device).unwrap()).unwrap()
        };
        [
            var(values.points.as_flattened(), &[values.points.len(), 2]),
            var(values.colors.as_flattened(), &[values.colors.len(), 3]),
            var(&values.opacities, &[values.opacities.len()]),
        ]
    }

    #[test]
    fn gradients_in_a_graph_are_our_own() {
        let model = model();
        let (scene, values) = (Arc::new(model.scene), model.values.cast::<f64>());
        let [points, colors, opacities] = vars(&values);
        let picture = rasterise(&scene, 30, 24, &points, &colors, &opacities).unwrap();
        assert_eq!(picture.dims(), [3, 24, 30]);
        let loss = picture.sqr().unwrap().sum_all().unwrap();
        let gradients = loss.backward().unwrap();
        let found = |var: &Var| gradients.get(var).unwrap().flatten_all().unwrap().to_vec1::<f64>().unwrap();

        let mut rasteriser = Rasteriser::new(30, 24).unwrap();
        let (mut drawn, mut own) = (Picture::new(30, 24).unwrap(), Values::default());
        rasteriser.forward(&scene, &values, &mut drawn).unwrap();
        assert_eq!(picture.flatten_all().unwrap().to_vec1::<f64>().unwrap(), drawn.samples());
        drawn.samples_mut().iter_mut().for_each(|sample| *sample *= 2.0);
        rasteriser.backward(&scene, &values, &drawn, &mut own).unwrap();
        assert_eq!(found(&points), own.points.as_flattened());
        assert_eq!(found(&colors), own.colors.as_flattened());
        assert_eq!(found(&opacities), own.opacities);
        assert!(own.opacities[0] != 0.0 && own.points[1][0] != 0.0);
    }

    #[test]
    fn views_are_read_as_they_look() {
        let model = model();
        let [points, colors, opacities] = vars(&model.values.cast());
        let turned = points.t().unwrap().contiguous().unwrap().t().unwrap();
        let scene = Arc::new(model.scene);
        let draw = |points: &Tensor| {
            let picture = rasterise(&scene, 30, 24, points, &colors, &opacities).unwrap();
            picture.flatten_all().unwrap().to_vec1::<f64>().unwrap()
        };
        assert_eq!(draw(&turned), draw(&points));
    }

    #[test]
    fn other_shapes_and_types_are_errors() {
        let model = model();
        let (scene, [points, colors, opacities]) = (Arc::new(model.scene), vars(&model.values.cast()));
        assert!(rasterise(&scene, 30, 24, &colors, &points, &opacities).is_err());
        let rough = points.to_dtype(DType::F32).unwrap();
        assert!(rasterise(&scene, 30, 24, &rough, &colors, &opacities).is_err());
        assert!(rasterise(&scene, 0, 24, &points, &colors, &opacities).is_err());
    }
}
