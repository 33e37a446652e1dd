//! Which lines are drawn as strokes, and at what price for bytes.

use image::{Rgb, RgbImage};
use linocut_core::Stop;
use linocut_svg::{Color, Drawing, FillRule, Geometry, LineCap, LineJoin, Path, Shape, Stroke};

use super::beneath::beneath;
use super::ink::Ink;
use super::labels::Labels;
use super::line::{Drawn, Line};
use super::polish::polish;
use super::{RIM, Strokes, hidden};
use crate::picture::mean_color;

/// Share of the error that a line explains that may be left where it is.
const LEFT: f64 = 0.02;
/// The same before lines are moved to where they fit.
const ROUGH: f64 = 0.2;
/// The same where outlines of all lines would take more than a share of the budget.
const LEFT_CROWDED: f64 = 0.15;
const CROWDED: f64 = 0.55;
/// Price at which that is asked.
const DEAR: f64 = 5000.0;
/// Least squared difference between a line and what is beneath it.
const SEEN: f64 = 400.0;
/// The multiple of the error expected of a line at its price that may be left besides.
const ROOM: f64 = 1.0;
/// How often lines are moved at most; what is left out after that leaves the others as they were.
const POLISHED: usize = 2;
/// Bytes by which moved lines may exceed their share.
const MOVED: usize = 20;
/// Reach beyond the edge of a line in which its error is measured, in pixels.
const ZONE: f64 = 5.0;
/// First price of a byte in squared error, the factor to the next, and the number of prices.
pub(super) const CHEAP: f64 = 600.0;
const DEARER: f64 = 2.5;
const PRICES: usize = 11;
/// Bytes of a drawing that shows nothing.
const FRAME: usize = 140;
/// Least and greatest share of the bytes beyond that that strokes may take.
const SHARES: [f64; 2] = [0.3, 0.94];

/// Lines that may become strokes of a picture.
#[derive(Debug)]
pub(super) struct Choice<'a> {
    image: &'a RgbImage,
    labels: &'a Labels,
    lines: Vec<Line>,
}

/// Lines drawn at one price.
#[derive(Clone)]
struct Sheet {
    drawn: Vec<Drawn>,
    /// Groups of lines that share colour and width, bottom first.
    groups: Vec<Vec<usize>>,
    /// How they are stroked, and the error that is expected of them.
    strokes: Vec<Stroke>,
    misses: Vec<f64>,
}

impl Sheet {
    /// Lines by the elements that they are drawn in: each oval by itself, and all others of a group together.
    fn elements(&self) -> Vec<Vec<usize>> {
        let mut elements = Vec::new();
        for group in &self.groups {
            let is_oval = |i: &usize| matches!(self.drawn[*i], Drawn::Oval(_));
            let (ovals, paths): (Vec<usize>, Vec<usize>) = group.iter().copied().partition(is_oval);
            elements.extend(ovals.into_iter().map(|oval| vec![oval]));
            elements.extend(Some(paths).filter(|paths| !paths.is_empty()));
        }
        elements
    }

    fn shape(&self, element: &[usize]) -> Shape {
        let mut subpaths = Vec::new();
        let mut geometry = None;
        for &i in element {
            match &self.drawn[i] {
                Drawn::Path(subpath) => subpaths.push(subpath.clone()),
                Drawn::Oval(oval) => geometry = Some(oval.clone()),
            }
        }
        let geometry = geometry.unwrap_or(Geometry::Path(Path { subpaths }));
        let stroke = self.strokes[element[0]].clone();
        Shape { stroke: Some(stroke), ..Shape::stroked(geometry, Color::BLACK, 1) }
    }

    /// Those of its lines that are kept, in these groups.
    fn only(&self, kept: &[bool], groups: Vec<Vec<usize>>) -> Self {
        let left: Vec<usize> = (0..kept.len()).filter(|&i| kept[i]).collect();
        Self {
            drawn: left.iter().map(|&i| self.drawn[i].clone()).collect(),
            strokes: left.iter().map(|&i| self.strokes[i].clone()).collect(),
            misses: left.iter().map(|&i| self.misses[i]).collect(),
            groups,
        }
    }

    /// Takes over what was made of its elements.
    fn take(&mut self, shapes: Vec<Shape>) {
        for (element, shape) in self.elements().into_iter().zip(shapes) {
            let drawn: Vec<Drawn> = match shape.geometry {
                Geometry::Path(path) => path.subpaths.into_iter().map(Drawn::Path).collect(),
                oval => vec![Drawn::Oval(oval)],
            };
            for (i, drawn) in element.into_iter().zip(drawn) {
                self.drawn[i] = drawn;
                self.strokes[i] = shape.stroke.clone().unwrap_or_else(|| self.strokes[i].clone());
            }
        }
    }
}

impl<'a> Choice<'a> {
    pub(super) fn new(image: &'a RgbImage, labels: &'a Labels, lines: Vec<Line>) -> Self {
        Self { image, labels, lines }
    }

    /// The strokes that are worth their bytes.
    pub(super) fn strokes(mut self, budget: usize, stop: &Stop) -> Option<Strokes> {
        let left = self.left(budget);
        self.settle(ROUGH, stop)?;
        let sheet = self.polished(left, budget, stop)?;
        let shapes = self.shapes(&sheet);
        if self.bytes(&shapes) + FRAME > budget {
            return None;
        }
        let rest = beneath(self.image, &self.taken(&self.inks(&sheet), false));
        let size = (self.image.width() as usize, self.image.height() as usize);
        let hidden = hidden(&shapes, size, PER_PIXEL);
        Some(Strokes { shapes, rest, hidden })
    }

    /// Lines within the budget, moved until they show the picture as well as they can; those that do not are left out.
    fn polished(&mut self, left: f64, budget: usize, stop: &Stop) -> Option<Sheet> {
        for round in 0..POLISHED {
            let sheet = self.sheet(CHEAP);
            let (rest, _) = self.errors(&sheet);
            let most = self.most_bytes(budget, &rest);
            let mut sheet = self.within(most, stop)?;
            while let Some(line) = self.dearest(&sheet, most) {
                self.without(&[line]);
                sheet = self.within(most, stop)?;
            }
            let mut shapes = self.shapes(&sheet);
            let ground = beneath(self.image, &self.taken(&self.inks(&sheet), true));
            polish(self.image, &ground, &mut shapes, f64::from(PER_PIXEL), stop);
            sheet.take(shapes);
            loop {
                if self.lines.is_empty() || stop.requested() {
                    return None;
                }
                if let Some(line) = self.dearest(&sheet, most + MOVED) {
                    let kept = self.without(&[line]);
                    sheet = sheet.only(&kept, self.groups());
                    continue;
                }
                let (_, errors) = self.errors(&sheet);
                let fails = |&i: &usize| errors[i].1 > left * errors[i].0 + ROOM * sheet.misses[i];
                let failed: Vec<usize> = (0..errors.len()).filter(fails).collect();
                if failed.is_empty() {
                    return Some(sheet);
                }
                let kept = self.without(&failed);
                if round + 1 < POLISHED {
                    break;
                }
                sheet = sheet.only(&kept, self.groups());
            }
        }
        None
    }

    /// The share of the error that may be left: where the budget is ample, the search shows lines closely as outlines.
    fn left(&mut self, budget: usize) -> f64 {
        let filled: usize = self.sheet(DEAR).drawn.iter().map(outline_bytes).sum();
        if filled as f64 > CROWDED * budget as f64 { LEFT_CROWDED } else { LEFT }
    }

    /// Removes lines that do not show the picture, until all that are left do.
    fn settle(&mut self, left: f64, stop: &Stop) -> Option<()> {
        loop {
            let sheet = self.sheet(CHEAP);
            if self.lines.is_empty() || stop.requested() {
                return None;
            }
            let (_, errors) = self.errors(&sheet);
            let failed: Vec<usize> = (0..errors.len()).filter(|&i| errors[i].1 > left * errors[i].0).collect();
            if failed.is_empty() {
                self.lines.iter_mut().zip(errors).for_each(|(line, (before, after))| line.gain = before - after);
                return Some(());
            }
            self.without(&failed);
        }
    }

    /// Removes lines, and those that pass under what no line shows any more; tells which are kept.
    fn without(&mut self, failed: &[usize]) -> Vec<bool> {
        let mut kept: Vec<bool> = (0..self.lines.len()).map(|i| !failed.contains(&i)).collect();
        loop {
            let shown = |class: &usize| (0..kept.len()).any(|i| kept[i] && self.lines[i].class == *class);
            let stays = |i: usize| kept[i] && self.lines[i].center.under.iter().all(shown);
            let now: Vec<bool> = (0..kept.len()).map(stays).collect();
            if now == kept {
                break;
            }
            kept = now;
        }
        let mut keep = kept.iter();
        self.lines.retain(|_| keep.next().is_some_and(|keep| *keep));
        kept
    }

    /// All lines at a price, without those that cannot be drawn.
    fn sheet(&mut self, byte: f64) -> Sheet {
        let drawn: Vec<Option<Drawn>> = self.lines.iter().map(|line| line.drawn(byte)).collect();
        let mut kept = drawn.iter().map(Option::is_some);
        self.lines.retain(|_| kept.next().unwrap_or(false));
        let groups = self.groups();
        let mut strokes: Vec<Stroke> = self.lines.iter().map(Line::stroke).collect();
        for group in &groups {
            let (cap, join) = self.style(group);
            group.iter().for_each(|&i| (strokes[i].cap, strokes[i].join) = (cap, join));
        }
        let misses = self.lines.iter().map(|line| line.miss(byte)).collect();
        Sheet { drawn: drawn.into_iter().flatten().collect(), groups, strokes, misses }
    }

    /// Lines by colour and width, those that pass under others before these.
    fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        for (i, line) in self.lines.iter().enumerate() {
            let same = |group: &&mut Vec<usize>| {
                let first = &self.lines[group[0]];
                (first.class, first.width) == (line.class, line.width)
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push(i),
                None => groups.push(vec![i]),
            }
        }
        let mut ordered = Vec::new();
        while !groups.is_empty() {
            let lies_over = |top: &[usize], group: &[usize]| {
                let class = self.lines[top[0]].class;
                group.iter().any(|&i| self.lines[i].center.under.contains(&class) && self.lines[i].class != class)
            };
            let lowest =
                (0..groups.len()).find(|&i| !(0..groups.len()).any(|j| j != i && lies_over(&groups[i], &groups[j])));
            // Lines that lie over each other in turn are drawn in any order.
            ordered.push(groups.remove(lowest.unwrap_or(0)));
        }
        ordered
    }

    /// Ends and corners of a group: as most of its own free ends are, or else those of all lines.
    fn style(&self, group: &[usize]) -> (LineCap, LineJoin) {
        let own: i32 = group.iter().map(|&i| self.lines[i].center.round).sum();
        let all: i32 = self.lines.iter().map(|line| line.center.round).sum();
        let round = if own == 0 { all > 0 } else { own > 0 };
        if round { (LineCap::Round, LineJoin::Round) } else { (LineCap::Butt, LineJoin::Miter) }
    }

    fn shapes(&self, sheet: &Sheet) -> Vec<Shape> {
        sheet.elements().iter().map(|element| sheet.shape(element)).collect()
    }

    /// Bytes that shapes add to a drawing.
    fn bytes(&self, shapes: &[Shape]) -> usize {
        let (width, height) = (PER_PIXEL * self.image.width() as i32, PER_PIXEL * self.image.height() as i32);
        let background = Shape::filled(Geometry::rect(0, 0, width, height), Color::new(9, 99, 199));
        let background = Shape { fill_rule: FillRule::EvenOdd, ..background };
        let mut drawing = Drawing { shapes: vec![background], ..Drawing::new(width as u32, height as u32) };
        let before = drawing.byte_count();
        drawing.shapes.extend(shapes.iter().cloned());
        drawing.byte_count() - before
    }

    /// What each line covers.
    fn inks(&self, sheet: &Sheet) -> Vec<Ink> {
        let columns = self.image.width() as usize;
        let mut scratch = vec![f32::INFINITY; columns * self.image.height() as usize];
        let ink = |i: usize| Ink::new(&sheet.shape(&[i]), f64::from(PER_PIXEL), ZONE, columns, &mut scratch);
        (0..self.lines.len()).map(ink).collect()
    }

    /// The pixels that lines cover a part of, and those near them that have their colour if `all`.
    fn taken(&self, inks: &[Ink], all: bool) -> Vec<bool> {
        let mut taken = vec![false; (self.image.width() * self.image.height()) as usize];
        for (line, ink) in self.lines.iter().zip(inks) {
            for &(at, distance) in &ink.distances {
                let is_own = || all && self.labels.shows(at as usize, line.class);
                taken[at as usize] |= distance <= 0.5 * ink.width + RIM as f32 || is_own();
            }
        }
        taken
    }

    /// The picture beneath all lines, and for each line the error around it without all strokes and with them.
    fn errors(&self, sheet: &Sheet) -> (RgbImage, Vec<(f64, f64)>) {
        let columns = self.image.width() as usize;
        let inks = self.inks(sheet);
        let rest = beneath(self.image, &self.taken(&inks, true));
        let mut shown: Vec<[f32; 3]> = rest.pixels().map(|pixel| pixel.0.map(f32::from)).collect();
        for &i in sheet.groups.iter().flatten() {
            let Color { r, g, b } = self.lines[i].color;
            for &(at, distance) in &inks[i].distances {
                let cover = inks[i].cover(distance);
                let shown = &mut shown[at as usize];
                for (level, own) in shown.iter_mut().zip([r, g, b]) {
                    *level += cover * (f32::from(own) - *level);
                }
            }
        }
        let squared =
            |a: Rgb<u8>, b: [f32; 3]| (0..3).map(|c| f64::from(f32::from(a.0[c]) - b[c]).powi(2)).sum::<f64>();
        let errors = inks.iter().map(|ink| {
            let (mut inside, mut beneath) = (0.0, 0.0);
            let sums = ink.distances.iter().fold((0.0, 0.0), |(before, after), (at, distance)| {
                let (x, y) = (*at % columns as u32, *at / columns as u32);
                let wanted = *self.image.get_pixel(x, y);
                let missed = squared(wanted, rest.get_pixel(x, y).0.map(f32::from));
                if *distance <= 0.5 * ink.width - 0.5 {
                    inside += 1.0;
                    beneath += missed;
                }
                (before + missed, after + squared(wanted, shown[*at as usize]))
            });
            // What lies between two lines may look like a line, but is there without it.
            if beneath < SEEN * inside { (0.0, f64::INFINITY) } else { sums }
        });
        (rest.clone(), errors.collect())
    }

    /// The lines at the lowest price at which they take no more than these bytes, or at the highest.
    fn within(&mut self, most: usize, stop: &Stop) -> Option<Sheet> {
        let mut price = CHEAP;
        let mut sheet = self.sheet(price);
        for _ in 1..PRICES {
            if stop.requested() {
                return None;
            }
            if self.bytes(&self.shapes(&sheet)) <= most {
                break;
            }
            price *= DEARER;
            sheet = self.sheet(price);
        }
        Some(sheet)
    }

    /// Bytes that strokes may take: what they show of all that there is to show.
    fn most_bytes(&self, budget: usize, rest: &RgbImage) -> usize {
        let mean = mean_color(rest);
        let squared = |a: &Rgb<u8>, b: [u8; 3]| (0..3).map(|c| f64::from(a.0[c].abs_diff(b[c])).powi(2)).sum::<f64>();
        let below: f64 = rest.pixels().map(|pixel| squared(pixel, [mean.r, mean.g, mean.b])).sum();
        let above: f64 = rest.pixels().zip(self.image.pixels()).map(|(rest, own)| squared(rest, own.0)).sum();
        let share = (above / (above + below).max(1.0)).clamp(SHARES[0], SHARES[1]);
        (share * budget.saturating_sub(FRAME) as f64) as usize
    }

    /// Where the lines take too many bytes, the one that shows least for its own, which is to be left to the search.
    fn dearest(&self, sheet: &Sheet, most: usize) -> Option<usize> {
        let all = self.bytes(&self.shapes(sheet));
        let without = |left_out: &dyn Fn(usize) -> bool| {
            let keep = |group: &Vec<usize>| group.iter().copied().filter(|&i| !left_out(i)).collect::<Vec<_>>();
            let groups = sheet.groups.iter().map(keep).filter(|group| !group.is_empty()).collect();
            self.bytes(&self.shapes(&Sheet { groups, ..sheet.clone() }))
        };
        if all <= most {
            return None;
        }
        let worth = |i: &usize| self.lines[*i].gain / all.saturating_sub(without(&|j| j == *i)).max(1) as f64;
        (0..self.lines.len()).min_by(|a, b| worth(a).total_cmp(&worth(b)))
    }
}

/// About the bytes of a line as a filled outline: both of its sides.
fn outline_bytes(drawn: &Drawn) -> usize {
    let Drawn::Path(subpath) = drawn else { return OVAL };
    let bytes = |subpaths| {
        let shapes = vec![Shape::filled(Geometry::Path(Path { subpaths }), Color::BLACK)];
        Drawing { shapes, ..Drawing::new(99, 99) }.byte_count()
    };
    2 * (bytes(vec![subpath.clone()]) - bytes(Vec::new()))
}

/// Units in a pixel.
const PER_PIXEL: i32 = super::spline::PER_PIXEL as i32;
/// Bytes of two outlines of an oval.
const OVAL: usize = 90;
