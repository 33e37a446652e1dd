//! Reads the lists of points of polygons and polylines.

use svgtypes::NumberListParser;

use super::path_data::whole;
use crate::point::Point;

/// Reads a list of points; `None` for half a point and for coordinates that are no integers.
pub(super) fn read(list: &str) -> Option<Vec<Point>> {
    let numbers = NumberListParser::from(list).map(|number| whole(number.ok()?)).collect::<Option<Vec<i32>>>()?;
    let (pairs, rest) = numbers.as_chunks();
    rest.is_empty().then(|| pairs.iter().map(|&[x, y]| Point::new(x, y)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_commas_and_blanks_separate() {
        let points = [(0, 0), (10, -5), (-7, 8)].map(|(x, y)| Point::new(x, y));
        assert_eq!(read("0 0,10-5\n-7 , 8").unwrap(), points);
        assert_eq!(read("").unwrap(), []);
    }

    #[test]
    fn refuses_half_a_point_and_fractions() {
        for list in ["1", "1 2 3", "1.5 2", "1 1e20", "1 a", "1;2"] {
            assert!(read(list).is_none(), "{list}");
        }
    }
}
