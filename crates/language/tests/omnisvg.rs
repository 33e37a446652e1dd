//! OmniSVG's codec against what the published programs make of the same tokens, broken streams included.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use linocut_language::omnisvg::{Decoded, EncodeError, Model, Nothing, decode, encode, encode_svg};
use linocut_svg::{Color, Drawing, Geometry, Point, Shape, Svg};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    op: String,
    name: String,
    model: String,
    tokens: Option<Vec<u32>>,
    svg: Option<String>,
    decoded: Option<String>,
    reason: Option<String>,
    #[serde(default)]
    paths: usize,
    #[serde(default)]
    colors: Vec<i32>,
    #[serde(default)]
    points: usize,
}

impl Case {
    fn model(&self) -> Model {
        if self.model == "4B" { Model::B4 } else { Model::B8 }
    }
}

fn cases(op: &str) -> Vec<Case> {
    let lines = include_str!("../../../fixtures/language/omnisvg-codec.jsonl").lines();
    let cases: Vec<Case> = lines.map(|line| serde_json::from_str(line).unwrap()).collect();
    cases.into_iter().filter(|case| case.op == op).collect()
}

#[test]
fn every_stream_is_decoded_as_the_reference_decodes_it() {
    let cases = cases("decode");
    assert!(cases.len() > 150);
    for case in cases {
        let name = &case.name;
        let found = decode(case.tokens.as_ref().unwrap(), case.model());
        assert_eq!((found.known, found.paths.len()), (case.points, case.paths), "{name}");
        assert_eq!(found.paths.iter().filter_map(|path| path.color).collect::<Vec<_>>(), case.colors, "{name}");
        match (found.svg(), case.reason.as_deref()) {
            (Ok(svg), None) => assert_eq!(Some(svg), case.svg, "{name}"),
            (Err(Nothing::Tokens), Some("no_points")) | (Err(Nothing::Paths { .. }), Some("no_paths")) => {}
            (found, expected) => panic!("{name}: {found:?}, expected {expected:?}"),
        }
    }
}

#[test]
fn every_svg_is_encoded_as_the_reference_encodes_it() {
    let cases = cases("encode");
    assert!(cases.len() > 20);
    for case in cases {
        let found = encode_svg(case.svg.as_ref().unwrap(), case.model());
        match (found, case.tokens) {
            (Ok(found), Some(expected)) => {
                assert_eq!(found, expected, "{}", case.name);
                assert_eq!(decode(&found, Model::B4).svg().ok(), case.decoded, "{}", case.name);
            }
            (Err(EncodeError::Element { .. } | EncodeError::ViewBox { .. }), None) => {}
            (found, expected) => panic!("{}: {found:?}, expected {expected:?}", case.name),
        }
    }
}

#[test]
fn errors_say_what_is_wrong() {
    let error = |body: &str| {
        let svg = format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 200 200'>{body}</svg>");
        encode_svg(&svg, Model::B8).unwrap_err().to_string()
    };
    assert_eq!(error("<circle r='3'/>"), "there are no tokens for `circle`, only for paths");
    assert_eq!(error("<path d='M1'/>"), "path data `M1` cannot be read");
    assert_eq!(encode_svg("<svg/>", Model::B8).unwrap_err().to_string(), "`viewBox` is ``, expected four numbers");
}

#[test]
fn a_drawing_says_what_its_tokens_do_not() {
    let mut drawing = Drawing::new(100, 50);
    drawing.shapes.push(Shape::filled(Geometry::circle(Point::new(25, 25), 10), Color::new(0x11, 0x22, 0x33)));
    drawing.shapes.push(Shape::stroked(Geometry::polyline(&[Point::new(0, 0), Point::new(9, 9)]), Color::BLACK, 3));
    let encoded = encode(&drawing, Model::B4);
    assert_eq!((encoded.left_out, encoded.simplified), (1, 0));
    let svg = decode(&encoded.tokens, Model::B4).svg().unwrap();
    assert!(svg.contains(r##"fill="#112233""##) && svg.contains("M30.0 50.0 A20.0 20.0 0.0 0 1 70.0 50.0"), "{svg}");
}

fn drawings() -> impl Strategy<Value = Drawing> {
    let point = || (0_i32..200, 0_i32..200).prop_map(|(x, y)| Point::new(x, y));
    let shape = (prop::collection::vec(point(), 3..9), 0_u32..4096).prop_map(|(points, hex)| {
        let [r, g, b] = [hex >> 8, hex >> 4 & 15, hex & 15].map(|digit| digit as u8 * 17);
        Shape::filled(Geometry::polygon(&points), Color::new(r, g, b))
    });
    prop::collection::vec(shape, 1..6).prop_map(|shapes| Drawing { shapes, ..Drawing::new(200, 200) })
}

proptest! {
    /// Polygons on the grid in colours of 12 bits come back whole.
    #[test]
    fn polygons_come_back(drawing in drawings(), is_small: bool) {
        let model = if is_small { Model::B4 } else { Model::B8 };
        let encoded = encode(&drawing, model);
        prop_assert_eq!((encoded.left_out, encoded.simplified), (0, 0));
        let back = decode(&encoded.tokens, model).drawing().unwrap();
        prop_assert_eq!(back.shapes.len(), drawing.shapes.len());
        for (found, expected) in back.shapes.iter().zip(&drawing.shapes) {
            prop_assert_eq!(&found.fill, &expected.fill);
            let (Geometry::Path(found), Geometry::Path(expected)) = (&found.geometry, &expected.geometry) else {
                panic!("a polygon is a path");
            };
            // The first subpath, at the corner, has no line.
            let (found, expected) = (&found.subpaths[0], &expected.subpaths[0]);
            prop_assert_eq!((found.start, &found.segments), (expected.start, &expected.segments));
        }
    }

    /// Whatever ids come, there is a drawing that can be written, or an error.
    #[test]
    fn any_stream_is_decoded(ids in prop::collection::vec(151_900_u32..197_100, 0..200), is_small: bool) {
        let found: Decoded = decode(&ids, if is_small { Model::B4 } else { Model::B8 });
        if let Ok(drawing) = found.drawing() {
            prop_assert!(Svg::new(drawing.write().as_str()).is_ok());
        }
    }
}
