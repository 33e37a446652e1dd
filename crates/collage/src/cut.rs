//! Cuts of garments: outlines on a form 200 units wide and 200 high, centred at x = 0.

use crate::meaning::Garment;
use crate::sketch::Spot;

/// What a garment consists of, in paint order, and where its parts go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut {
    /// Pieces behind the main one, such as sleeves.
    pub(crate) back: Vec<Vec<Spot>>,
    /// The main piece.
    pub(crate) body: Vec<Spot>,
    /// Lines drawn over it: seams and folds.
    pub(crate) seams: Vec<Vec<Spot>>,
    /// Places of buttons.
    pub(crate) buttons: Vec<Spot>,
    /// Top left corners of pockets and their width.
    pub(crate) pockets: Vec<(Spot, f64)>,
    /// Middle of the neck, if it has one.
    pub(crate) neck: Option<Spot>,
    /// Left and right ends of the waist.
    pub(crate) waist: (Spot, Spot),
    /// Ends where tassels hang: left and right.
    pub(crate) ends: Vec<(Spot, Spot)>,
    /// Top of a hat.
    pub(crate) crown: Option<Spot>,
    /// Whether it comes in pairs, of which this is the left one.
    pub(crate) pair: bool,
}

/// The cut of a garment.
pub(crate) fn cut(garment: Garment) -> Cut {
    match garment {
        Garment::Coat => coat(192.0, 60.0),
        Garment::Jacket => coat(138.0, 48.0),
        Garment::Shirt => shirt(),
        Garment::Sweater => sweater(),
        Garment::Dress => dress(),
        Garment::Skirt => skirt(),
        Garment::Pants => pants(196.0),
        Garment::Shorts => pants(124.0),
        Garment::Overalls => overalls(),
        Garment::Scarf => scarf(),
        Garment::Vest => vest(),
        Garment::Cape => cape(),
        Garment::Apron => apron(),
        Garment::Beanie => beanie(),
        Garment::Beret => beret(),
        Garment::Mittens => mittens(),
    }
}

/// The right half from the top middle to the bottom middle, with its mirror image.
fn mirrored(half: &[Spot]) -> Vec<Spot> {
    let left = half.iter().rev().filter(|(x, _)| *x > 0.0).map(|&(x, y)| (-x, y));
    half.iter().copied().chain(left).collect()
}

fn flipped(spots: &[Spot]) -> Vec<Spot> {
    spots.iter().map(|&(x, y)| (-x, y)).collect()
}

fn both_sides(right: &[Spot]) -> Vec<Vec<Spot>> {
    vec![flipped(right), right.to_vec()]
}

fn coat(hem: f64, flare: f64) -> Cut {
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

fn shirt() -> Cut {
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

fn sweater() -> Cut {
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

fn dress() -> Cut {
    let half = [
        (0.0, 34.0),
        (14.0, 28.0),
        (18.0, 6.0),
        (29.0, 6.0),
        (31.0, 34.0),
        (36.0, 44.0),
        (26.0, 84.0),
        (52.0, 140.0),
        (76.0, 188.0),
        (40.0, 195.0),
        (0.0, 192.0),
    ];
    Cut {
        body: mirrored(&half),
        seams: vec![
            vec![(-26.0, 84.0), (0.0, 88.0), (26.0, 84.0)],
            vec![(-10.0, 92.0), (-28.0, 190.0)],
            vec![(10.0, 92.0), (28.0, 190.0)],
        ],
        buttons: vec![(0.0, 50.0), (0.0, 66.0)],
        pockets: vec![((-46.0, 122.0), 22.0), ((24.0, 122.0), 22.0)],
        neck: Some((0.0, 30.0)),
        waist: ((-27.0, 84.0), (27.0, 84.0)),
        ..Cut::default()
    }
}

fn skirt() -> Cut {
    let half = [(0.0, 30.0), (34.0, 28.0), (36.0, 44.0), (60.0, 120.0), (80.0, 168.0), (40.0, 176.0), (0.0, 178.0)];
    Cut {
        body: mirrored(&half),
        seams: vec![
            vec![(-36.0, 44.0), (0.0, 46.0), (36.0, 44.0)],
            vec![(-12.0, 48.0), (-30.0, 174.0)],
            vec![(12.0, 48.0), (30.0, 174.0)],
        ],
        buttons: vec![(0.0, 62.0), (0.0, 88.0), (0.0, 114.0)],
        pockets: vec![((-44.0, 72.0), 24.0), ((20.0, 72.0), 24.0)],
        waist: ((-35.0, 36.0), (35.0, 36.0)),
        ..Cut::default()
    }
}

fn pants(hem: f64) -> Cut {
    let short = hem < 150.0;
    let spread = if short { 60.0 } else { 55.0 };
    let half = [
        (0.0, 8.0),
        (37.0, 6.0),
        (40.0, 20.0),
        (51.0, 66.0),
        (spread, hem),
        (15.0, hem + 2.0),
        (2.0, 82.0),
        (0.0, 80.0),
    ];
    Cut {
        body: mirrored(&half),
        seams: vec![vec![(-40.0, 21.0), (0.0, 23.0), (40.0, 21.0)], vec![(0.0, 23.0), (0.0, 80.0)]],
        buttons: vec![(0.0, 14.5), (0.0, 33.0), (0.0, 51.0)],
        pockets: vec![((-42.0, 36.0), 30.0), ((12.0, 36.0), 30.0)],
        waist: ((-38.0, 14.0), (38.0, 14.0)),
        ..Cut::default()
    }
}

fn overalls() -> Cut {
    let half = [
        (0.0, 34.0),
        (24.0, 34.0),
        (27.0, 68.0),
        (41.0, 76.0),
        (45.0, 116.0),
        (48.0, 196.0),
        (12.0, 198.0),
        (2.0, 124.0),
        (0.0, 122.0),
    ];
    Cut {
        back: both_sides(&[(13.0, 0.0), (25.0, 0.0), (25.0, 46.0), (14.0, 46.0)]),
        body: mirrored(&half),
        seams: vec![
            vec![(-41.0, 78.0), (0.0, 80.0), (41.0, 78.0)],
            vec![(0.0, 80.0), (0.0, 122.0)],
            vec![(-13.0, 46.0), (-13.0, 66.0), (13.0, 66.0), (13.0, 46.0), (-13.0, 46.0)],
        ],
        buttons: vec![(-19.0, 40.0), (19.0, 40.0)],
        pockets: vec![((-38.0, 90.0), 24.0), ((14.0, 90.0), 24.0)],
        waist: ((-40.0, 77.0), (40.0, 77.0)),
        ..Cut::default()
    }
}

fn scarf() -> Cut {
    let loop_rim = [
        (-62.0, 34.0),
        (-44.0, 14.0),
        (0.0, 6.0),
        (44.0, 14.0),
        (62.0, 34.0),
        (52.0, 62.0),
        (20.0, 80.0),
        (-20.0, 80.0),
        (-52.0, 62.0),
    ];
    Cut {
        back: vec![
            vec![(2.0, 62.0), (42.0, 52.0), (66.0, 158.0), (24.0, 168.0)],
            vec![(-34.0, 62.0), (10.0, 66.0), (2.0, 178.0), (-42.0, 174.0)],
        ],
        body: loop_rim.to_vec(),
        seams: vec![vec![(-56.0, 40.0), (0.0, 62.0), (56.0, 40.0)], vec![(-46.0, 58.0), (-8.0, 72.0), (34.0, 70.0)]],
        neck: None,
        waist: ((-50.0, 60.0), (50.0, 60.0)),
        ends: vec![((24.0, 168.0), (66.0, 158.0)), ((-42.0, 174.0), (2.0, 178.0))],
        ..Cut::default()
    }
}

fn vest() -> Cut {
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

fn cape() -> Cut {
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

fn apron() -> Cut {
    let half = [(0.0, 34.0), (24.0, 34.0), (28.0, 66.0), (54.0, 82.0), (60.0, 182.0), (30.0, 190.0), (0.0, 191.0)];
    let tie = [(54.0, 84.0), (78.0, 98.0), (94.0, 124.0), (86.0, 128.0), (72.0, 106.0), (54.0, 96.0)];
    let strap = [
        (-24.0, 36.0),
        (-18.0, 14.0),
        (0.0, 6.0),
        (18.0, 14.0),
        (24.0, 36.0),
        (17.0, 36.0),
        (12.0, 19.0),
        (0.0, 13.0),
        (-12.0, 19.0),
        (-17.0, 36.0),
    ];
    Cut {
        back: [both_sides(&tie), vec![strap.to_vec()]].concat(),
        body: mirrored(&half),
        seams: vec![vec![(-54.0, 86.0), (0.0, 90.0), (54.0, 86.0)]],
        buttons: vec![(-19.0, 40.0), (19.0, 40.0)],
        pockets: vec![((-24.0, 108.0), 48.0)],
        waist: ((-54.0, 88.0), (54.0, 88.0)),
        ..Cut::default()
    }
}

fn beanie() -> Cut {
    let half = [
        (0.0, 46.0),
        (22.0, 49.0),
        (46.0, 62.0),
        (62.0, 84.0),
        (70.0, 116.0),
        (76.0, 128.0),
        (76.0, 164.0),
        (0.0, 168.0),
    ];
    let rib = |x: f64| vec![(x, 130.0), (x, 164.0)];
    Cut {
        body: mirrored(&half),
        seams: [
            vec![vec![(-76.0, 128.0), (0.0, 132.0), (76.0, 128.0)]],
            [-60.0, -45.0, -30.0, -15.0, 0.0, 15.0, 30.0, 45.0, 60.0].map(rib).to_vec(),
        ]
        .concat(),
        waist: ((-76.0, 148.0), (76.0, 148.0)),
        crown: Some((0.0, 40.0)),
        ..Cut::default()
    }
}

fn beret() -> Cut {
    let felt = [
        (-82.0, 100.0),
        (-74.0, 80.0),
        (-46.0, 64.0),
        (-6.0, 58.0),
        (40.0, 62.0),
        (74.0, 76.0),
        (88.0, 96.0),
        (80.0, 114.0),
        (48.0, 126.0),
        (-44.0, 128.0),
        (-72.0, 118.0),
    ];
    Cut {
        back: vec![
            vec![(-48.0, 112.0), (50.0, 112.0), (46.0, 140.0), (-44.0, 140.0)],
            vec![(2.0, 62.0), (4.0, 44.0), (12.0, 45.0), (12.0, 62.0)],
        ],
        body: felt.to_vec(),
        seams: vec![vec![(-60.0, 112.0), (0.0, 104.0), (62.0, 108.0)]],
        waist: ((-46.0, 134.0), (46.0, 134.0)),
        crown: Some((7.0, 46.0)),
        ..Cut::default()
    }
}

fn mittens() -> Cut {
    let palm = [
        (-28.0, 184.0),
        (-28.0, 150.0),
        (-36.0, 110.0),
        (-34.0, 62.0),
        (-24.0, 34.0),
        (-8.0, 22.0),
        (8.0, 22.0),
        (24.0, 34.0),
        (34.0, 64.0),
        (35.0, 96.0),
        (50.0, 80.0),
        (62.0, 78.0),
        (68.0, 88.0),
        (58.0, 112.0),
        (34.0, 138.0),
        (28.0, 150.0),
        (28.0, 184.0),
    ];
    let rib = |x: f64| vec![(x, 154.0), (x, 182.0)];
    Cut {
        body: palm.to_vec(),
        seams: [vec![vec![(-28.0, 150.0), (28.0, 150.0)]], [-16.0, -4.0, 8.0, 20.0].map(rib).to_vec()].concat(),
        buttons: vec![(0.0, 134.0)],
        waist: ((-28.0, 160.0), (28.0, 160.0)),
        pair: true,
        ..Cut::default()
    }
}

/// Long sleeves for what has none.
pub(crate) fn long_sleeves() -> Vec<Vec<Spot>> {
    both_sides(&[(20.0, 6.0), (34.0, 8.0), (46.0, 32.0), (66.0, 122.0), (50.0, 128.0), (28.0, 48.0)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use Garment::{
        Apron, Beanie, Beret, Cape, Coat, Dress, Jacket, Mittens, Overalls, Pants, Scarf, Shirt, Shorts, Skirt,
        Sweater, Vest,
    };

    #[test]
    fn every_cut_fits_the_form() {
        let tops = [Coat, Jacket, Shirt, Sweater, Vest, Cape, Scarf, Beanie, Beret];
        for garment in tops.into_iter().chain([Dress, Skirt, Pants, Shorts, Overalls, Apron, Mittens]) {
            let cut = cut(garment);
            let spots = cut.back.iter().flatten().chain(&cut.body);
            assert!(spots.clone().all(|&(x, y)| x.abs() <= 100.0 && (0.0..=200.0).contains(&y)), "{garment:?}");
            assert!(cut.body.len() >= 6, "{garment:?}");
        }
    }

    #[test]
    fn bodies_are_symmetric() {
        for garment in [Coat, Shirt, Dress, Pants, Overalls, Vest, Cape, Apron, Beanie] {
            let body = cut(garment).body;
            assert!(body.iter().all(|&(x, y)| body.contains(&(-x, y)) || x == 0.0), "{garment:?}");
        }
    }
}
