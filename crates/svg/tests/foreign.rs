//! Files of other programs, once read, render the same except for the edges of shapes.

#![cfg(all(feature = "foreign", feature = "render"))]

use std::collections::BTreeSet;

use image::RgbaImage;
use linocut_svg::{Foreign, Lost, Svg, rasterize, read_foreign};

/// Side of the pictures that are compared, in pixels.
const SIDE: u32 = 256;

/// Units of the grid in a pixel.
const FINER: u32 = 8;

fn svg(body: &str) -> String {
    format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 100 100'>{body}</svg>")
}

/// Levels of red, green and blue over white.
fn levels(image: &RgbaImage, x: u32, y: u32) -> [i32; 3] {
    let [r, g, b, a] = image.get_pixel(x, y).0.map(i32::from);
    [r, g, b].map(|level| (level * a + 255 * (255 - a) + 127) / 255)
}

fn difference(a: [i32; 3], b: [i32; 3]) -> i32 {
    (0..3).map(|channel| (a[channel] - b[channel]).abs()).max().unwrap_or(0)
}

/// Whether an edge passes within a pixel.
fn is_edge(image: &RgbaImage, x: u32, y: u32) -> bool {
    let near = |at: u32| at.saturating_sub(1)..=(at + 1).min(SIDE - 1);
    let own = levels(image, x, y);
    near(y).any(|v| near(x).any(|u| difference(own, levels(image, u, v)) > 6))
}

/// Reads a body and compares what it paints; what was read.
fn same(body: &str) -> Foreign {
    let text = svg(body);
    let read = read_foreign(&text, SIDE * FINER).expect("the body can be read");
    let theirs =
        rasterize(&Svg::new(text).expect("the body is well-formed"), SIDE, SIDE).expect("the body can be drawn");
    let ours = rasterize(&read.drawing.write(), SIDE, SIDE).expect("what was written can be drawn");
    let pixels = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
    let other = |&(x, y): &(u32, u32)| difference(levels(&theirs, x, y), levels(&ours, x, y)) > 1;
    let off: Vec<_> = pixels.filter(other).filter(|&(x, y)| !is_edge(&theirs, x, y)).collect();
    assert!(off.is_empty(), "{} pixels, such as {:?}: {body}", off.len(), off.first());
    let painted = theirs.pixels().filter(|pixel| pixel.0[3] > 0).count();
    assert!(painted > 500, "{painted} pixels are painted: {body}");
    read
}

/// Compares what a body paints; nothing is lost.
fn kept(body: &str) -> usize {
    let read = same(body);
    assert_eq!(read.lost, BTreeSet::new(), "{body}");
    read.drawing.shapes.len()
}

const BLOB: &str = "<path fill='#c33' d='M10 50C10 0 90 10 80 50S60 95 40 90 10 80 10 50z'/>";

#[test]
fn clips_that_hold_everything_change_nothing() {
    let plain = read_foreign(&svg(BLOB), 100).unwrap().drawing;
    for clip in
        ["<rect width='100' height='100'/>", "<circle cx='50' cy='50' r='75'/>", "<path d='M-9-9h150v150h-150z'/>"]
    {
        let body = format!("<clipPath id='c'>{clip}</clipPath><g clip-path='url(#c)'>{BLOB}</g>");
        assert_eq!(read_foreign(&svg(&body), 100).unwrap().drawing, plain, "{clip}");
    }
}

#[test]
fn clips_cut() {
    for clip in [
        "<rect x='20' y='30' width='40' height='40'/>",
        "<circle cx='50' cy='50' r='30'/>",
        "<path d='M50 0 100 100H0z'/>",
        "<path clip-rule='evenodd' d='M0 0h100v100H0zM30 30h40v40H30z'/>",
        "<rect width='30' height='100'/><rect x='50' width='20' height='100'/>",
        "<g><rect width='30' height='100'/></g><use href='#u' x='60'/>",
        "<rect width='60' height='100' transform='rotate(20 50 50)'/>",
    ] {
        let clip = format!("<defs><rect id='u' width='20' height='100'/></defs><clipPath id='c'>{clip}</clipPath>");
        assert_eq!(kept(&format!("{clip}<g clip-path='url(#c)'>{BLOB}</g>")), 1);
        kept(&format!(
            "{clip}<g transform='translate(9 5) scale(.8)'><g clip-path='url(#c)'>{BLOB}<circle fill='blue' cx='70' cy='60' r='20'/></g></g>"
        ));
    }
}

#[test]
fn clips_of_clips_and_by_bounds_cut() {
    let clips = concat!(
        "<clipPath id='a'><circle cx='40' cy='50' r='35'/></clipPath>",
        "<clipPath id='b' clip-path='url(#a)'><rect x='20' y='20' width='80' height='50'/></clipPath>",
        "<clipPath id='c' clipPathUnits='objectBoundingBox'><circle cx='.5' cy='.5' r='.4'/></clipPath>",
        "<clipPath id='d'><rect width='100' height='100' clip-path='url(#a)'/></clipPath>",
    );
    for id in ["b", "c", "d"] {
        kept(&format!("{clips}<g clip-path='url(#{id})'>{BLOB}</g>"));
    }
    kept(&format!("{clips}<g clip-path='url(#a)'><g clip-path='url(#c)'>{BLOB}</g></g>"));
    kept("<svg x='10' y='10' width='50' height='50' viewBox='0 0 10 10'><circle r='9' fill='green'/></svg>");
    kept(
        "<symbol id='s' viewBox='0 0 10 10'><circle cx='9' cy='5' r='4'/></symbol><use href='#s' width='60' height='60'/>",
    );
}

#[test]
fn what_is_clipped_away_is_gone() {
    let body =
        format!("<clipPath id='c'><rect width='1' height='1'/></clipPath>{BLOB}<g clip-path='url(#c)'>{BLOB}</g>");
    assert_eq!(kept(&body), 1);
}

#[test]
fn strokes_are_clipped_as_they_are_drawn() {
    let clip = "<clipPath id='c'><circle cx='50' cy='50' r='30'/></clipPath>";
    for line in [
        "<path fill='none' stroke='#36c' stroke-width='9' d='M0 50h100'/>",
        "<path fill='#fc0' stroke='#36c' stroke-width='9' stroke-linejoin='round' d='M20 30h60L50 90z'/>",
        "<path fill='none' stroke='#36c' stroke-width='6' stroke-linecap='round' d='M20 30q30 60 60 0'/>",
    ] {
        kept(&format!("{clip}<g clip-path='url(#c)'>{line}</g>"));
        kept(line);
    }
}

#[test]
fn dashes_and_uneven_strokes_are_drawn() {
    for line in [
        "<path fill='none' stroke='#36c' stroke-width='6' stroke-dasharray='12 7' d='M10 20H90V80H10z'/>",
        "<path fill='none' stroke='#36c' stroke-width='6' stroke-dasharray='1 9' stroke-linecap='round' stroke-dashoffset='3' d='M10 50C10 0 90 0 90 50'/>",
        "<g transform='scale(1 .3)'><circle fill='none' stroke='#36c' stroke-width='12' cx='50' cy='150' r='40'/></g>",
        "<path fill='none' stroke='#36c' stroke-width='8' stroke-miterlimit='20' d='M10 50 90 45 10 40'/>",
        "<path fill='none' stroke='#36c' stroke-width='8' transform='skewX(30)' stroke-linejoin='bevel' d='M0 10 40 10 40 90'/>",
    ] {
        kept(line);
    }
}

#[test]
fn even_masks_are_opacity() {
    for (mask, opacity) in [
        ("<rect width='100' height='100' fill='#fff'/>", 1000),
        ("<rect width='100' height='100' fill='#808080'/>", 502),
        ("<rect width='100' height='100' fill='#fff' fill-opacity='.4'/>", 400),
    ] {
        let body = format!("<mask id='m'>{mask}</mask><g mask='url(#m)'>{BLOB}</g>");
        assert_eq!(kept(&body), 1);
        assert_eq!(same(&body).drawing.shapes[0].opacity.thousandths(), opacity);
    }
    let alpha = "<mask id='m' style='mask-type:alpha'><rect width='100' height='100' opacity='.3'/></mask>";
    kept(&format!("{alpha}<g mask='url(#m)'>{BLOB}</g>"));
}

#[test]
fn flat_masks_cut() {
    for mask in [
        "<rect width='100' height='100' fill='#fff'/><circle cx='50' cy='50' r='20'/>",
        "<circle cx='50' cy='50' r='40' fill='#fff'/><rect width='50' height='100' fill='#808080'/>",
        "<path stroke='#fff' stroke-width='20' d='M0 0 100 100'/>",
        "<g clip-path='url(#c)'><rect width='100' height='100' fill='#fff'/></g>",
    ] {
        let clip = "<clipPath id='c'><circle cx='50' cy='50' r='30'/></clipPath>";
        kept(&format!("{clip}<mask id='m'>{mask}</mask><g mask='url(#m)'>{BLOB}</g>"));
    }
    kept(&format!(
        "<mask id='m' x='.2' y='.3' width='.5' height='.4'><rect width='100' height='100' fill='#fff'/></mask><g mask='url(#m)'>{BLOB}</g>"
    ));
}

#[test]
fn opacities_of_groups_are_kept_where_nothing_overlaps() {
    kept("<g opacity='.5'><rect width='40' height='90'/><rect x='50' width='40' height='90'/></g>");
    kept("<g opacity='.5'><rect x='9' y='9' width='60' height='60' fill='red' stroke='blue' stroke-width='9'/></g>");
    kept("<rect x='9' y='9' width='60' height='60' fill='red' stroke='blue' stroke-width='9' stroke-opacity='.5'/>");
}

#[test]
fn what_cannot_be_said_is_reported() {
    let lost = |body: &str| read_foreign(&svg(body), 100).unwrap().lost;
    let gradient = "<linearGradient id='g'><stop stop-color='#fff'/><stop offset='1'/></linearGradient>";
    let fade = format!(
        "{gradient}<mask id='m'><rect width='100' height='100' fill='url(#g)'/></mask><g mask='url(#m)'>{BLOB}</g>"
    );
    assert_eq!(lost(&fade), BTreeSet::from([Lost::Mask]));
    let overlap = "<g opacity='.5'><g><rect width='60' height='90'/><rect x='50' width='40' height='90'/></g></g>";
    assert_eq!(lost(overlap), BTreeSet::from([Lost::GroupOpacity]));
    let both = "<rect opacity='.5' x='9' y='9' width='60' height='60' stroke='blue' stroke-opacity='.5'/>";
    assert_eq!(lost(both), BTreeSet::from([Lost::GroupOpacity]));
    let comb: String = (0..2000).map(|n| format!("L{} {}", n % 97, n * 31 % 89)).collect();
    let clip = format!("<clipPath id='c'><path d='M0 0{comb}'/></clipPath><path clip-path='url(#c)' d='M0 0{comb}'/>");
    assert_eq!(lost(&clip), BTreeSet::from([Lost::Clip]));
    let dashes = "<path fill='none' stroke='red' stroke-dasharray='.01' d='M0 0h99'/>";
    assert_eq!(lost(dashes), BTreeSet::from([Lost::Dashes]));
    assert_eq!(lost("<text>a</text><image href='a.png'/>"), BTreeSet::from([Lost::Picture, Lost::Text]));
    assert_eq!(
        lost("<defs><text>a</text></defs><filter id='f'><feFlood/></filter><path filter='url(#f)' d='M0 0h9v9'/>"),
        BTreeSet::from([Lost::Filter])
    );
}
