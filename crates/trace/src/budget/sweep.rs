//! Visits every polygon once, in parallel bands of rows: shifts vertices, deletes polygons, adds new ones, gives some to other
//! layers.
//!
//! A vertex may move in a band only if both its neighbours lie in it too, and a polygon only if all of it does, so bands share
//! nothing that changes. The number of bands does not depend on the number of threads, so neither does the result.

use std::sync::Mutex;

use linocut_core::Stop;
use linocut_svg::Point;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::band::{Band, CELL, Tools};
use super::chain::{Bench, Chain, Terms};
use super::curve::Unit;
use super::paint::{Paint, Paints};
use super::ring::{Change, Ring};
use super::state::{Layer, State};
use super::threads::on_all;

/// What a sweep does, in this order.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Moves {
    /// Visits every vertex.
    pub(crate) vertices: bool,
    /// Whether vertices may become smooth.
    pub(crate) curves: bool,
    /// Deletes polygons that are not worth their bytes.
    pub(crate) deletes: bool,
    /// Adds so many polygons at most.
    pub(crate) additions: usize,
    /// Whether those may be translucent.
    pub(crate) translucent: bool,
    /// Gives polygons to layers of similar colour.
    pub(crate) reassigns: bool,
}

/// In how many bands a sweep works, and with how many threads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shares {
    pub(crate) bands: usize,
    pub(crate) threads: usize,
}

/// A polygon, or a run of its vertices, and where it belongs.
pub(crate) struct Task {
    pub(crate) layer: usize,
    /// Layer and index of the polygon at the start; `None` for a new one.
    origin: Option<(usize, usize)>,
    /// First index that a run replaces, and the one after the last; `None` for a whole polygon.
    place: Option<(usize, usize)>,
    /// Where the polygon before it in its path ends.
    pub(crate) before: Option<Point>,
    /// Whether its layer has no other polygon.
    pub(crate) alone: bool,
    /// Whether the polygon winds in the positive direction.
    pub(crate) winds: bool,
    pub(crate) chain: Chain,
}

impl Task {
    /// A new polygon.
    pub(crate) fn new(layer: usize, chain: Chain) -> Self {
        let winds = chain.ring.winds;
        Self { layer, origin: None, place: None, before: None, alone: false, winds, chain }
    }

    /// Whether it is a whole polygon, and not deleted.
    pub(crate) fn is_whole(&self) -> bool {
        self.place.is_none() && !self.chain.ring.points.is_empty()
    }
}

/// The work of one band: its polygons, its view of the layers, and its account.
pub(crate) struct Crew<'a> {
    pub(crate) band: Band<'a>,
    pub(crate) tools: Tools,
    pub(crate) paints: Paints,
    /// Numbers and paints of all layers but the background, those that this band has added last.
    pub(crate) layers: Vec<(usize, Paint)>,
    /// Where the path of each layer ends, by number.
    pub(crate) pens: Vec<Option<Point>>,
    /// The number of the next new layer, and the step from each to the next.
    pub(crate) fresh: (usize, usize),
    pub(crate) size: (i32, i32),
    pub(crate) unit: Unit,
    /// Whether vertices may become smooth.
    pub(crate) curves: bool,
    pub(crate) rng: Pcg64Mcg,
    pub(crate) terms: Terms,
    pub(crate) stop: Stop,
    pub(crate) tasks: Vec<Task>,
}

impl State {
    /// Makes `moves` with every polygon.
    pub(crate) fn sweep(&mut self, terms: &mut Terms, moves: Moves, shares: Shares, seed: u64) {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let cuts = self.cuts(shares.bands, &mut rng);
        let crews = self.crews(terms, moves, &cuts, &mut rng);
        let count = crews.len();
        let moves = Moves { additions: moves.additions.div_ceil(count), ..moves };
        let mut queue: Vec<(usize, Crew<'_>)> = crews.into_iter().enumerate().collect();
        // The largest is taken first, so that no thread waits long for another.
        queue.sort_by_key(|(_, crew)| crew.tasks.iter().map(|task| task.chain.ring.points.len()).sum::<usize>());
        let queue = Mutex::new(queue);
        let done = Mutex::new(Vec::with_capacity(count));
        let run = || {
            while let Some((index, mut crew)) = queue.lock().ok().and_then(|mut queue| queue.pop()) {
                crew.run(moves);
                if let Ok(mut done) = done.lock() {
                    done.push((index, crew.tasks, crew.terms, crew.layers));
                }
            }
        };
        on_all(shares.threads.min(count), run);
        let mut done = done.into_inner().unwrap_or_default();
        done.sort_by_key(|(index, ..)| *index);
        let mut parts = Vec::new();
        let old = self.layers.len();
        for (_, tasks, account, layers) in done {
            terms.add(&account);
            parts.extend(tasks);
            for (number, paint) in layers.into_iter().filter(|(number, _)| *number >= old) {
                let empty = Layer { paint, rings: Vec::new() };
                while self.layers.len() <= number {
                    self.layers.push(empty.clone());
                }
                self.layers[number] = empty;
            }
        }
        self.collect(parts);
        self.mix();
    }

    /// Deals the polygons to a crew for each band.
    fn crews(&mut self, terms: &Terms, moves: Moves, cuts: &[i32], rng: &mut Pcg64Mcg) -> Vec<Crew<'_>> {
        let (width, height) = self.coverage.size();
        let rows = std::iter::once(0).chain(cuts.iter().copied()).chain([height as i32]);
        let edges: Vec<i32> = rows.map(|row| row * self.unit.per_pixel()).collect();
        let mut tasks: Vec<Vec<Task>> = edges.windows(2).map(|_| Vec::new()).collect();
        let pens = (0..self.layers.len()).map(|layer| self.pen(layer)).collect::<Vec<_>>();
        for (number, layer) in self.layers.iter_mut().enumerate().skip(1) {
            deal(&mut tasks, &edges, number, &mut layer.rings);
        }
        let lucky = rng.random_range(0..tasks.len());
        let rooms = rooms(terms.room, tasks.len(), lucky);
        let layers: Vec<(usize, Paint)> = self.layers.iter().map(|layer| layer.paint).enumerate().skip(1).collect();
        let (count, old) = (tasks.len(), self.layers.len());
        let bands = self.coverage.bands(cuts).into_iter().zip(tasks).zip(rooms).enumerate();
        bands
            .map(|(index, ((band, tasks), room))| Crew {
                band,
                tools: Tools::new(width),
                paints: self.paints.clone(),
                layers: layers.clone(),
                pens: pens.clone(),
                fresh: (old + index, count),
                size: self.size,
                unit: self.unit,
                curves: moves.curves,
                rng: Pcg64Mcg::seed_from_u64(rng.random()),
                terms: terms.with_room(room, rng.random()),
                stop: self.stop.clone(),
                tasks,
            })
            .collect()
    }

    /// Rows at which bands are cut: near equal shares of the height, moved at random.
    fn cuts(&self, bands: usize, rng: &mut Pcg64Mcg) -> Vec<i32> {
        let height = self.coverage.size().1 as i32;
        let bands = (bands as i32).min(height / LEAST_ROWS).max(1);
        let step = height / bands;
        let whole = if self.coverage.cell_weights().is_empty() { 1 } else { CELL as i32 };
        (1..bands).map(|i| (i * step + rng.random_range(-step / 3..=step / 3)) / whole * whole).collect()
    }

    /// Puts polygons and runs back, last ones first, so that indices stay valid.
    fn collect(&mut self, mut parts: Vec<Task>) {
        parts.sort_by_key(|task| std::cmp::Reverse((task.origin, task.place)));
        for task in parts {
            match (task.origin, task.place) {
                (Some((layer, ring)), Some((from, to))) => {
                    let ring = &mut self.layers[layer].rings[ring];
                    let Ring { points, smooth, idle, .. } = task.chain.ring;
                    let inner = task.chain.fixed..points.len() - task.chain.fixed;
                    ring.points.splice(from..to, points[inner.clone()].iter().copied());
                    ring.smooth.splice(from..to, smooth[inner.clone()].iter().copied());
                    ring.idle.splice(from..to, idle[inner].iter().copied());
                }
                (Some((layer, ring)), None) if layer == task.layer => self.layers[layer].rings[ring] = task.chain.ring,
                _ => self.layers[task.layer].rings.push(task.chain.ring),
            }
        }
        for layer in &mut self.layers {
            layer.rings.retain(|ring| !ring.points.is_empty());
        }
    }
}

impl Crew<'_> {
    fn run(&mut self, moves: Moves) {
        if moves.vertices {
            self.visit_vertices();
        }
        if moves.deletes {
            self.delete_rings();
        }
        if moves.additions > 0 {
            self.add_polygons(moves.additions, moves.translucent);
        }
        if moves.reassigns {
            self.reassign_rings();
        }
    }

    fn visit_vertices(&mut self) {
        let mut tasks = std::mem::take(&mut self.tasks);
        for task in &mut tasks {
            if self.stop.requested() {
                break;
            }
            let mut bench = Bench {
                band: &mut self.band,
                tools: &mut self.tools,
                paints: &self.paints,
                layer: task.layer,
                winds: task.winds,
                size: self.size,
                unit: self.unit,
                curves: self.curves,
                rng: &mut self.rng,
                terms: &mut self.terms,
                stop: &self.stop,
            };
            bench.improve(&mut task.chain);
        }
        self.tasks = tasks;
    }

    /// Change of the error if a layer got an outline or lost it.
    pub(crate) fn try_ring(&mut self, layer: usize, ring: &Ring, change: Change) -> f64 {
        ring.toggled(self.unit, change, &mut self.tools, |toggled, tools| {
            self.band.try_toggle(tools, &self.paints, layer, toggled)
        })
    }

    /// Gives an outline to a layer, or takes it away.
    pub(crate) fn toggle_ring(&mut self, layer: usize, ring: &Ring, change: Change) {
        ring.toggled(self.unit, change, &mut self.tools, |toggled, tools| {
            self.band.toggle(tools, &self.paints, layer, toggled);
        });
    }

    /// The number of a new layer, if there may be one more.
    pub(crate) fn own(&self) -> Option<usize> {
        (self.fresh.0 < self.band.most_layers()).then_some(self.fresh.0)
    }
}

/// Rows that a band has at least on average: in lower ones too few polygons lie whole.
const LEAST_ROWS: i32 = 48;
/// Bytes that a band needs to add anything of use.
const LEAST_ROOM: i32 = 50;

/// The room of each band, so that all together keep within `room`: equal shares, or all for one of them if those were too small.
fn rooms(room: i32, bands: usize, lucky: usize) -> Vec<i32> {
    let share = room / bands as i32;
    let own = |band: usize| {
        if room <= 0 || share >= LEAST_ROOM {
            share
        } else if band == lucky {
            room
        } else {
            0
        }
    };
    (0..bands).map(own).collect()
}

/// The band that a vertex lies in; one on a cut belongs to none.
fn band_of(edges: &[i32], p: Point) -> Option<usize> {
    let last = edges.len() - 2;
    let band = edges[1..].iter().position(|&edge| p.y <= edge).unwrap_or(last);
    (band == last || p.y < edges[band + 1]).then_some(band)
}

/// Deals the polygons of a layer to the bands that they lie in.
fn deal(tasks: &mut [Vec<Task>], edges: &[i32], layer: usize, rings: &mut [Ring]) {
    let alone = rings.len() == 1;
    let mut before = None;
    for (index, ring) in rings.iter_mut().enumerate() {
        let last = ring.points.last().copied();
        let winds = ring.winds;
        let task = |chain, place| Task { layer, origin: Some((layer, index)), place, before, alone, winds, chain };
        deal_ring(tasks, edges, ring, task);
        before = last;
    }
}

fn deal_ring(
    tasks: &mut [Vec<Task>],
    edges: &[i32],
    ring: &mut Ring,
    task: impl Fn(Chain, Option<(usize, usize)>) -> Task,
) {
    let count = ring.points.len();
    let bands: Vec<Option<usize>> = ring.points.iter().map(|&p| band_of(edges, p)).collect();
    if let Some(band) = bands.first().copied().flatten()
        && bands.iter().all(|b| *b == Some(band))
    {
        tasks[band].push(task(Chain::whole(std::mem::take(ring)), None));
        return;
    }
    let mut from = 0;
    while from < count {
        let to = (from..count).find(|&i| bands[i] != bands[from]).unwrap_or(count);
        if let Some(band) = bands[from]
            && to - from > 2
        {
            let run = (from + count - 1..to + count + 1).map(|i| i % count);
            let chain = Chain {
                ring: Ring {
                    points: run.clone().map(|i| ring.points[i]).collect(),
                    smooth: run.clone().map(|i| ring.smooth[i]).collect(),
                    idle: run.map(|i| ring.idle[i]).collect(),
                    winds: ring.winds,
                    round: None,
                },
                fixed: 2,
                free: if from == 0 { Some(1) } else { (to == count).then_some(to - from + 1) },
            };
            tasks[band].push(task(chain, Some((from + 1, to - 1))));
        }
        from = to;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(points: &[(i32, i32)]) -> Ring {
        Ring::new(points.iter().map(|&(x, y)| Point::new(x, y)).collect())
    }

    /// Band, place and vertices of a task.
    type Part = (usize, Option<(usize, usize)>, Vec<Point>);

    fn dealt(ring: &mut Ring) -> Vec<Part> {
        let mut tasks = [Vec::new(), Vec::new()];
        deal(&mut tasks, &[0, 10, 20], 1, std::slice::from_mut(ring));
        let part = |(band, task): (usize, Task)| (band, task.place, task.chain.ring.points);
        tasks
            .into_iter()
            .enumerate()
            .flat_map(|(band, tasks)| tasks.into_iter().map(move |task| (band, task)))
            .map(part)
            .collect()
    }

    #[test]
    fn a_polygon_in_one_band_goes_there_whole() {
        let parts = dealt(&mut ring(&[(0, 12), (9, 12), (5, 19)]));
        assert_eq!((parts.len(), parts[0].0, parts[0].1), (1, 1, None));
    }

    #[test]
    fn of_a_polygon_across_a_cut_only_inner_vertices_may_move() {
        let mut across = ring(&[(0, 1), (4, 2), (8, 3), (9, 15), (5, 19), (1, 14), (0, 13)]);
        let parts = dealt(&mut across);
        assert_eq!(parts.iter().map(|p| (p.0, p.1)).collect::<Vec<_>>(), [(0, Some((1, 2))), (1, Some((4, 6)))]);
        assert_eq!(parts[0].2.len(), 5);
        assert_eq!(parts[1].2[2..4], across.points[4..6]);
    }

    #[test]
    fn bands_together_keep_within_the_room() {
        assert_eq!(rooms(400, 4, 1), [100; 4]);
        assert_eq!(rooms(100, 4, 2), [0, 0, 100, 0]);
        assert_eq!(rooms(-80, 2, 0), [-40; 2]);
        assert_eq!(rooms(0, 2, 0), [0; 2]);
    }

    #[test]
    fn a_vertex_on_a_cut_stays() {
        assert!(dealt(&mut ring(&[(0, 10), (9, 10), (5, 10)])).is_empty());
    }
}
