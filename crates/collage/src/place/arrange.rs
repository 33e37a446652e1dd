//! Places for many things: grids, spirals, rings, heaps and mixtures.

use crate::dice::Dice;
use crate::place::spot::Place;
use crate::place::spot::{SIDE, Spot};

const MIDDLE: Spot = (SIDE / 2.0, SIDE / 2.0);

/// A grid over the whole picture; a chaotic one moves, turns and scales each thing.
pub(crate) fn grid(columns: usize, chaotic: bool, dice: &mut Dice) -> Vec<Place> {
    let cell = SIDE * 0.94 / columns as f64;
    let mut places = Vec::with_capacity(columns * columns);
    for row in 0..columns {
        for column in 0..columns {
            let at = |i: usize| SIDE * 0.03 + cell * (i as f64 + 0.5);
            let (reach, turn) = if chaotic { (cell * 0.13, 0.42) } else { (0.0, 0.0) };
            let center = (at(column) + dice.jitter(reach), at(row) + dice.jitter(reach));
            let scale = if chaotic { dice.between(0.58, 0.98) } else { 0.78 };
            places.push(Place { center, size: cell * scale, turn: dice.jitter(turn) });
        }
    }
    places
}

/// A grid of as many cells, in rows as long as it is high; a last row that is shorter stands in the middle.
pub(crate) fn grid_of(count: usize, chaotic: bool, dice: &mut Dice) -> Vec<Place> {
    let columns = (count as f64).sqrt().ceil() as usize;
    let rows = count.div_ceil(columns);
    let mut places = grid(columns, chaotic, dice);
    places.truncate(count);
    let cell = SIDE * 0.94 / columns as f64;
    let missing = columns * rows - count;
    for (index, place) in places.iter_mut().enumerate() {
        place.center.1 += cell * (columns - rows) as f64 / 2.0;
        if index / columns == rows - 1 {
            place.center.0 += cell * missing as f64 / 2.0;
        }
    }
    places
}

/// A spiral of growing things around the middle, from the inside out.
pub(crate) fn spiral(count: usize, dice: &mut Dice) -> Vec<Place> {
    let start = dice.between(0.0, std::f64::consts::TAU);
    let hand = dice.pick([-1.0, 1.0]);
    (0..count)
        .map(|i| {
            let t = (i as f64 + 0.5) / count as f64;
            let angle = start + hand * (0.15 + t).sqrt() * 1.9 * std::f64::consts::TAU;
            let reach = SIDE * (0.19 + 0.24 * t);
            let center = (MIDDLE.0 + reach * angle.cos(), MIDDLE.1 + reach * angle.sin());
            Place { center, size: SIDE * (0.065 + 0.105 * t), turn: 0.0 }
        })
        .collect()
}

/// A ring around a centre.
pub(crate) fn ring(count: usize, center: Spot, reach: f64, size: f64, dice: &mut Dice) -> Vec<Place> {
    let start = dice.unit();
    let place = |i: usize| {
        let angle = std::f64::consts::TAU * (i as f64 + start) / count as f64;
        Place { center: (center.0 + reach * angle.cos(), center.1 + reach * angle.sin()), size, turn: 0.0 }
    };
    (0..count).map(place).collect()
}

/// Things that overlap like a hand of cards.
pub(crate) fn layered(count: usize, dice: &mut Dice) -> Vec<Place> {
    let lean = dice.pick([-1.0, 1.0]);
    let place = |i: usize| {
        let t = if count > 1 { i as f64 / (count - 1) as f64 - 0.5 } else { 0.0 };
        let center =
            (MIDDLE.0 + lean * t * SIDE * 0.42 + dice.jitter(24.0), MIDDLE.1 + t * SIDE * 0.4 + dice.jitter(24.0));
        Place { center, size: SIDE * 0.36, turn: lean * t * 0.5 }
    };
    (0..count).map(place).collect()
}

/// A level row through the middle.
pub(crate) fn row(count: usize) -> Vec<Place> {
    let step = SIDE * 0.94 / count as f64;
    let at = |i: usize| SIDE * 0.03 + step * (i as f64 + 0.5);
    (0..count).map(|i| Place { center: (at(i), MIDDLE.1), size: (step * 0.9).min(SIDE * 0.5), turn: 0.0 }).collect()
}

/// A row from the upper left to the lower right.
pub(crate) fn diagonal(count: usize) -> Vec<Place> {
    let step = SIDE * 0.9 / count as f64;
    let at = |i: usize| SIDE * 0.05 + step * (i as f64 + 0.5);
    (0..count).map(|i| Place { center: (at(i), at(i)), size: (step * 1.05).min(SIDE * 0.4), turn: 0.0 }).collect()
}

/// One above the other, level and as long as their distance allows.
pub(crate) fn parallel(count: usize) -> Vec<Place> {
    let step = SIDE * 0.9 / count as f64;
    let at = |i: usize| SIDE * 0.05 + step * (i as f64 + 0.5);
    (0..count).map(|i| Place { center: (MIDDLE.0, at(i)), size: (step * 4.6).min(SIDE * 0.88), turn: 0.0 }).collect()
}

/// A chain through the middle: neighbours overlap by a third.
pub(crate) fn linked(count: usize) -> Vec<Place> {
    let size = SIDE * 0.92 / (1.0 + 0.62 * (count - 1) as f64);
    let at = |i: usize| SIDE * 0.04 + size * (0.5 + 0.62 * i as f64);
    let height = |i: usize| MIDDLE.1 + if i.is_multiple_of(2) { -0.08 } else { 0.08 } * size;
    (0..count).map(|i| Place { center: (at(i), height(i)), size: size.min(SIDE * 0.6), turn: 0.0 }).collect()
}

/// One on top of the other, from the bottom up, each a little out of line.
pub(crate) fn tower(count: usize, dice: &mut Dice) -> Vec<Place> {
    let step = SIDE * 0.88 / count as f64;
    let place = |i: usize| {
        let y = SIDE * 0.94 - step * (i as f64 + 0.5);
        Place { center: (MIDDLE.0 + dice.jitter(step * 0.1), y), size: (step * 1.16).min(SIDE * 0.5), turn: 0.0 }
    };
    (0..count).map(place).collect()
}

/// One inside the other around the middle, from the largest in.
pub(crate) fn concentric(count: usize) -> Vec<Place> {
    (0..count)
        .map(|i| Place { center: MIDDLE, size: SIDE * 0.9 * (1.0 - i as f64 / count as f64), turn: 0.0 })
        .collect()
}

/// Places all over the picture that keep apart, in staggered rows.
pub(crate) fn scattered(rows: usize, turning: bool, dice: &mut Dice) -> Vec<Place> {
    let cell = SIDE / rows as f64;
    let mut places = Vec::new();
    for row in 0..rows {
        let shift = if row % 2 == 0 { 0.4 } else { 0.6 };
        for column in 0..rows {
            let center = (
                (column as f64 + shift) * cell + dice.jitter(cell * 0.1),
                (row as f64 + 0.5) * cell + dice.jitter(cell * 0.1),
            );
            let turn = if turning { dice.jitter(0.5) } else { 0.0 };
            places.push(Place { center, size: cell * dice.between(0.52, 0.66), turn });
        }
    }
    places
}

/// As many places all over the picture that keep apart.
pub(crate) fn scattered_of(count: usize, turning: bool, dice: &mut Dice) -> Vec<Place> {
    let rows = (count as f64).sqrt().ceil() as usize;
    let mut places = scattered(rows, turning, dice);
    while places.len() > count {
        places.swap_remove(dice.whole(0, places.len() - 1));
    }
    places
}

/// Copies within a cell that is `wide` times as wide as high.
pub(crate) fn cluster(count: usize, cell: Place, dice: &mut Dice) -> Vec<Place> {
    if count <= 1 {
        return vec![cell];
    }
    let columns = (count as f64).sqrt().ceil();
    let rows = (count as f64 / columns).ceil();
    let step = cell.size / columns;
    let place = |i: usize| {
        let (row, column) = ((i as f64 / columns).floor(), i as f64 % columns);
        let in_row = (count as f64 - row * columns).min(columns);
        let x = cell.center.0 + (column - (in_row - 1.0) / 2.0) * step;
        let y = cell.center.1 + (row - (rows - 1.0) / 2.0) * step;
        Place { center: (x + dice.jitter(step * 0.06), y + dice.jitter(step * 0.06)), size: step * 0.92, turn: 0.0 }
    };
    (0..count).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lie_in_the_picture() {
        let mut dice = Dice::new(5, 0);
        let all =
            [grid(5, true, &mut dice), spiral(14, &mut dice), layered(5, &mut dice), scattered(4, true, &mut dice)];
        for place in all.iter().flatten() {
            let (x, y) = place.center;
            assert!(x > 0.0 && y > 0.0 && x < SIDE && y < SIDE && place.size > 20.0, "{place:?}");
        }
    }

    #[test]
    fn rows_are_level_towers_rise_and_circles_shrink() {
        assert!(row(6).windows(2).all(|w| w[0].center.0 < w[1].center.0 && w[0].center.1 == w[1].center.1));
        assert!(tower(4, &mut Dice::new(2, 0)).windows(2).all(|w| w[0].center.1 > w[1].center.1));
        assert!(concentric(5).windows(2).all(|w| w[0].size > w[1].size && w[0].center == w[1].center));
    }

    #[test]
    fn grids_and_heaps_have_as_many_as_asked() {
        for count in 1..=25 {
            let dice = &mut Dice::new(3, 0);
            let grid = grid_of(count, false, dice);
            assert_eq!((grid.len(), scattered_of(count, true, dice).len()), (count, count));
            let middle = grid.iter().map(|place| place.center.1).sum::<f64>() / count as f64;
            assert!(count < 3 || (middle - MIDDLE.1).abs() < SIDE * 0.2, "{count}: {middle}");
            assert!(grid.iter().all(|place| place.center.1 < SIDE && place.center.0 < SIDE));
        }
    }

    #[test]
    fn clusters_have_as_many_as_asked() {
        let cell = Place { center: (700.0, 700.0), size: 600.0, turn: 0.0 };
        for count in 1..=10 {
            assert_eq!(cluster(count, cell, &mut Dice::new(0, 0)).len(), count);
        }
    }

    #[test]
    fn a_tidy_grid_is_the_same_for_every_seed() {
        assert_eq!(grid(4, false, &mut Dice::new(1, 0)), grid(4, false, &mut Dice::new(2, 0)));
        assert_ne!(grid(4, true, &mut Dice::new(1, 0)), grid(4, true, &mut Dice::new(2, 0)));
    }
}
