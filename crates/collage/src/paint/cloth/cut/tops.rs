//! Cuts of what is worn above the waist.

use super::{Cut, both_sides, mirrored};
use crate::place::spot::Spot;

pub(super) fn coat(hem: f64, flare: f64) -> Cut {
    let half = [
        (0.0, 22.0),
        (15.0, 10.0),
        (44.0, 20.0),
        (52.0, 30.0),
        (45.0, 70.0),
        (44.0, 100.0),
        (flare, hem),
        (0.0, hem + 3.0),
    ];
    let long = hem > 150.0;
    let rows: &[f64] = if long { &[78.0, 104.0, 130.0] } else { &[66.0, 88.0, 110.0] };
    let columns: &[f64] = if long { &[-13.0, 13.0] } else { &[9.0] };
    let pocket = if long { 124.0 } else { 98.0 };
    Cut {
        back: both_sides(&[(40.0, 20.0), (52.0, 23.0), (64.0, 36.0), (86.0, 142.0), (64.0, 150.0), (44.0, 80.0)]),
        body: mirrored(&half),
        seams: vec![
            vec![(0.0, 60.0), (0.0, hem + 2.0)],
            vec![(-15.0, 12.0), (-24.0, 34.0), (0.0, 62.0), (24.0, 34.0), (15.0, 12.0)],
        ],
        buttons: rows.iter().flat_map(|&y| columns.iter().map(move |&x| (x, y))).collect(),
        pockets: vec![((-47.0, pocket), 24.0), ((23.0, pocket), 24.0)],
        neck: Some((0.0, 14.0)),
        waist: ((-44.0, 98.0), (44.0, 98.0)),
        ..Cut::default()
    }
}

pub(super) fn shirt() -> Cut {
    let half = [
        (0.0, 26.0),
        (12.0, 22.0),
        (18.0, 12.0),
        (42.0, 20.0),
        (82.0, 56.0),
        (64.0, 80.0),
        (48.0, 66.0),
        (48.0, 178.0),
        (0.0, 181.0),
    ];
    Cut {
        body: mirrored(&half),
        seams: vec![
            vec![(48.0, 66.0), (46.0, 46.0)],
            vec![(-48.0, 66.0), (-46.0, 46.0)],
            vec![(0.0, 26.0), (0.0, 180.0)],
        ],
        buttons: vec![(0.0, 52.0), (0.0, 84.0), (0.0, 116.0), (0.0, 148.0)],
        pockets: vec![((14.0, 68.0), 24.0)],
        neck: Some((0.0, 16.0)),
        waist: ((-48.0, 140.0), (48.0, 140.0)),
        ..Cut::default()
    }
}

/// A shirt with sleeves down to the wrist.
pub(crate) fn long_sleeved() -> Cut {
    let Cut { back, body, neck, .. } = sweater();
    Cut { back, body, neck, seams: vec![vec![(0.0, 26.0), (0.0, 165.0)]], ..shirt() }
}

pub(super) fn sweater() -> Cut {
    let half = [
        (0.0, 28.0),
        (13.0, 24.0),
        (19.0, 14.0),
        (42.0, 20.0),
        (54.0, 32.0),
        (50.0, 76.0),
        (52.0, 164.0),
        (0.0, 166.0),
    ];
    Cut {
        back: both_sides(&[(40.0, 20.0), (56.0, 26.0), (66.0, 42.0), (88.0, 140.0), (64.0, 148.0), (44.0, 82.0)]),
        body: mirrored(&half),
        seams: vec![
            vec![(-52.0, 150.0), (52.0, 150.0)],
            vec![(-52.0, 157.0), (52.0, 157.0)],
            vec![(-19.0, 15.0), (-10.0, 34.0), (10.0, 34.0), (19.0, 15.0)],
        ],
        buttons: vec![(0.0, 60.0), (0.0, 90.0), (0.0, 120.0)],
        pockets: vec![((-40.0, 112.0), 28.0), ((12.0, 112.0), 28.0)],
        neck: Some((0.0, 20.0)),
        waist: ((-51.0, 140.0), (51.0, 140.0)),
        ..Cut::default()
    }
}

pub(super) fn vest() -> Cut {
    let half = [
        (0.0, 22.0),
        (15.0, 10.0),
        (34.0, 18.0),
        (32.0, 44.0),
        (46.0, 76.0),
        (46.0, 140.0),
        (24.0, 148.0),
        (0.0, 136.0),
    ];
    Cut { body: mirrored(&half), back: Vec::new(), ..coat(138.0, 48.0) }
}

pub(super) fn cape() -> Cut {
    let half = [
        (0.0, 20.0),
        (14.0, 12.0),
        (34.0, 22.0),
        (54.0, 76.0),
        (70.0, 130.0),
        (84.0, 186.0),
        (44.0, 193.0),
        (0.0, 190.0),
    ];
    Cut {
        body: mirrored(&half),
        seams: vec![
            vec![(0.0, 24.0), (-9.0, 190.0)],
            vec![(0.0, 24.0), (9.0, 190.0)],
            vec![(-30.0, 60.0), (-48.0, 188.0)],
            vec![(30.0, 60.0), (48.0, 188.0)],
        ],
        buttons: vec![(0.0, 26.0)],
        neck: Some((0.0, 16.0)),
        waist: ((-50.0, 90.0), (50.0, 90.0)),
        ..Cut::default()
    }
}

/// Long sleeves for what has none.
pub(crate) fn long_sleeves() -> Vec<Vec<Spot>> {
    both_sides(&[(20.0, 6.0), (34.0, 8.0), (46.0, 32.0), (66.0, 122.0), (50.0, 128.0), (28.0, 48.0)])
}
