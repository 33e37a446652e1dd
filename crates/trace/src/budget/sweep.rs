//! Visits every vertex once, in parallel bands of rows.
//!
//! A vertex may move in a band only if both its neighbours lie in it too, so bands share nothing that changes. The
//! number of bands does not depend on the number of threads, so neither does the result.

use std::sync::Mutex;

use linocut_core::Stop;
use linocut_svg::Point;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::band::{Band, CELL, Tools};
use super::chain::{Bench, Chain, Ring, Terms};
use super::paint::Paints;
use super::state::State;

/// A run of vertices and where it belongs.
struct Task {
    layer: usize,
    ring: usize,
    /// First index that the run replaces, and the one after the last; `None` for a whole polygon.
    place: Option<(usize, usize)>,
    chain: Chain,
}

/// The work of one band: its tasks and its account.
struct Work<'a> {
    band: Band<'a>,
    tasks: Vec<Task>,
    terms: Terms,
    seed: u64,
}

impl State {
    /// Visits every vertex once, in `bands` bands of rows with `threads` threads.
    pub(crate) fn sweep_vertices(&mut self, terms: &mut Terms, bands: usize, threads: usize, seed: u64, stop: &Stop) {
        let mut rng = Pcg64Mcg::seed_from_u64(seed);
        let cuts = self.cuts(bands, &mut rng);
        let edges: Vec<i32> = std::iter::once(0).chain(cuts.iter().copied()).chain([self.size.1]).collect();
        let mut tasks: Vec<Vec<Task>> = edges.windows(2).map(|_| Vec::new()).collect();
        for (layer, rings) in self.layers.iter_mut().enumerate().skip(1) {
            for (index, ring) in rings.rings.iter_mut().enumerate() {
                deal(&mut tasks, &edges, layer, index, ring);
            }
        }
        let lucky = rng.random_range(0..tasks.len());
        let rooms = rooms(terms.room, tasks.len(), lucky);
        let works: Vec<Work<'_>> = self
            .coverage
            .bands(&cuts)
            .into_iter()
            .zip(tasks)
            .zip(rooms)
            .map(|((band, tasks), room)| Work {
                band,
                tasks,
                terms: terms.with_room(room, rng.random()),
                seed: rng.random(),
            })
            .collect();
        let (paints, size) = (&self.paints, self.size);
        let count = works.len();
        let queue = Mutex::new(works.into_iter().enumerate().rev().collect::<Vec<_>>());
        let done = Mutex::new(Vec::with_capacity(count));
        let run = || {
            while let Some((index, mut work)) = queue.lock().ok().and_then(|mut queue| queue.pop()) {
                work.run(paints, size, stop);
                if let Ok(mut done) = done.lock() {
                    done.push((index, work.tasks, work.terms));
                }
            }
        };
        if threads > 1 && count > 1 {
            std::thread::scope(|scope| {
                for _ in 1..threads.min(count) {
                    scope.spawn(run);
                }
                run();
            });
        } else {
            run();
        }
        let mut done = done.into_inner().unwrap_or_default();
        done.sort_by_key(|(index, ..)| *index);
        let mut parts = Vec::new();
        for (_, tasks, account) in done {
            terms.add(&account);
            parts.extend(tasks);
        }
        self.collect(parts);
    }

    /// Rows at which bands are cut: near equal shares of the height, moved at random.
    fn cuts(&self, bands: usize, rng: &mut Pcg64Mcg) -> Vec<i32> {
        let height = self.size.1;
        let bands = (bands as i32).min(height / 16).max(1);
        let step = height / bands;
        let whole = if self.coverage.cell_weights().is_empty() { 1 } else { CELL as i32 };
        (1..bands).map(|i| (i * step + rng.random_range(-step / 3..=step / 3)) / whole * whole).collect()
    }

    /// Puts the runs back, last ones first, so that indices stay valid.
    fn collect(&mut self, mut parts: Vec<Task>) {
        parts.sort_by_key(|task| std::cmp::Reverse((task.layer, task.ring, task.place)));
        for task in parts {
            let ring = &mut self.layers[task.layer].rings[task.ring];
            match task.place {
                None => *ring = task.chain.ring,
                Some((from, to)) => {
                    let Ring { points, idle } = task.chain.ring;
                    let inner = task.chain.fixed..points.len() - task.chain.fixed;
                    ring.points.splice(from..to, points[inner.clone()].iter().copied());
                    ring.idle.splice(from..to, idle[inner].iter().copied());
                }
            }
        }
    }
}

impl Work<'_> {
    fn run(&mut self, paints: &Paints, size: (i32, i32), stop: &Stop) {
        let mut rng = Pcg64Mcg::seed_from_u64(self.seed);
        let mut tools = Tools::new(size.0 as usize);
        for task in &mut self.tasks {
            if stop.requested() {
                return;
            }
            let mut bench = Bench {
                band: &mut self.band,
                tools: &mut tools,
                paints,
                layer: task.layer,
                size,
                rng: &mut rng,
                terms: &mut self.terms,
                stop,
            };
            bench.improve(&mut task.chain);
        }
    }
}

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

fn deal(tasks: &mut [Vec<Task>], edges: &[i32], layer: usize, index: usize, ring: &mut Ring) {
    let count = ring.points.len();
    let bands: Vec<Option<usize>> = ring.points.iter().map(|&p| band_of(edges, p)).collect();
    if let Some(band) = bands.first().copied().flatten()
        && bands.iter().all(|b| *b == Some(band))
    {
        let ring = Ring { points: std::mem::take(&mut ring.points), idle: std::mem::take(&mut ring.idle) };
        tasks[band].push(Task { layer, ring: index, place: None, chain: Chain::whole(ring) });
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
                    idle: run.map(|i| ring.idle[i]).collect(),
                },
                fixed: 2,
                free: if from == 0 { Some(1) } else { (to == count).then_some(to - from + 1) },
            };
            tasks[band].push(Task { layer, ring: index, place: Some((from + 1, to - 1)), chain });
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
        deal(&mut tasks, &[0, 10, 20], 1, 0, ring);
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
