//! Valid files that ask for too much are refused fast, in little memory, and with an error that says what and where.

#![cfg(all(feature = "foreign", feature = "render"))]

#[path = "../../../fixtures/peak_memory.rs"]
mod peak_memory;

use std::fmt::Debug;
use std::time::{Duration, Instant};

use linocut_svg::{Svg, own_size, rasterize, read_foreign};
use peak_memory::{alone, peak};

/// Time and bytes that a run takes. Other programs may be running: of three times the shortest counts.
fn measured<T>(mut run: impl FnMut() -> T) -> (T, Duration, usize) {
    let (mut shortest, mut least, mut last) = (Duration::MAX, usize::MAX, None);
    for _ in 0..3 {
        let start = Instant::now();
        let (result, before, most) = peak(&mut run);
        shortest = shortest.min(start.elapsed());
        least = least.min(most - before);
        last = Some(result);
    }
    (last.expect("three runs have a result"), shortest, least)
}

/// Runs on a text of some length, within 50 ms and 64 MB for each MB. Without optimisation, four times as long is allowed.
fn refused<T: Debug, E: ToString>(bytes: usize, run: impl FnMut() -> Result<T, E>) -> String {
    refused_within(50, bytes, run)
}

/// Runs on a text of some length, within so many milliseconds and 64 MB for each MB.
fn refused_within<T: Debug, E: ToString>(milliseconds: u64, bytes: usize, run: impl FnMut() -> Result<T, E>) -> String {
    let (result, time, memory) = measured(run);
    let said = result.map(|_| ()).err().map_or_else(|| panic!("{bytes} bytes are not refused"), |e| e.to_string());
    let megabytes = bytes.div_ceil(1 << 20).max(1);
    let allowed = Duration::from_millis(milliseconds * if cfg!(debug_assertions) { 4 } else { 1 }) * megabytes as u32;
    assert!(time <= allowed, "{time:?} for {bytes} bytes: {said}");
    assert!(memory <= (64 << 20) * megabytes, "{memory} bytes for {bytes} bytes: {said}");
    said
}

/// The reader's error for a text.
fn unread(text: &str) -> String {
    refused(text.len(), || read_foreign(text, 384))
}

/// What reader and renderer say of a text, which is the same.
fn undone(text: &str) -> String {
    let said = unread(text);
    if let Ok(svg) = Svg::new(text) {
        assert_eq!(refused(text.len(), || rasterize(&svg, 384, 384)), said);
        assert_eq!(refused(text.len(), || own_size(&svg)), said);
    }
    said
}

/// What the renderer says of a text that the reader takes: it has to read all elements before.
fn undrawn(body: &str) -> String {
    let svg = Svg::new(svg(body)).expect("the body is well-formed");
    let (read, time, _) = measured(|| read_foreign(svg.as_str(), 384));
    assert!(read.is_ok() && time < Duration::from_secs(2), "{time:?}: {read:?}");
    refused_within(500, svg.byte_count(), || rasterize(&svg, 384, 384))
}

/// Draws and reads a text within so many seconds.
fn done(body: &str, seconds: f64) {
    let svg = Svg::new(svg(body)).expect("the body is well-formed");
    let (drawn, time, memory) = measured(|| rasterize(&svg, 384, 384).map(drop));
    assert!(drawn.is_ok(), "{drawn:?}");
    assert!(time.as_secs_f64() < seconds, "{time:?}");
    assert!(memory < 400 << 20, "{memory} bytes");
    assert!(read_foreign(svg.as_str(), 384).is_ok());
}

fn svg(body: &str) -> String {
    format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 384 384'>{body}</svg>")
}

/// Levels of ten uses each of the level before.
fn bomb(levels: usize, element: &str) -> String {
    let level = |n: usize| format!("<g id='a{n}'>{}</g>", format!("<use href='#a{}'/>", n - 1).repeat(10));
    format!("<g id='a0'>{element}</g>{}", (1..=levels).map(level).collect::<String>())
}

#[test]
fn found_files_are_refused() {
    let _alone = alone();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/constraints/hostile");
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "svg") {
            let text = std::fs::read_to_string(&path).unwrap();
            let (read, time, memory) = measured(|| read_foreign(&text, 384));
            assert!(time < Duration::from_secs(1) && memory < 64 << 20, "{path:?}: {time:?}, {memory} bytes, {read:?}");
            let svg = Svg::new(text.as_str()).unwrap();
            assert!(!refused(text.len(), || rasterize(&svg, 384, 384)).contains("panicked"), "{path:?}");
            count += 1;
        }
    }
    assert!(count >= 2, "{count}");
}

#[test]
fn numbers_beyond_f32_are_refused_where_they_stand() {
    let _alone = alone();
    let said = undone("<svg xmlns='http://www.w3.org/2000/svg'>\n <rect width='1e9' height='1'/></svg>");
    assert_eq!(said, "2:8: `width` of `rect`: number `1e9` is outside -16777216 to 16777216");
    for element in [
        "<path d='M0 0A1e60 1e60 0 0 1 1 3'/>",
        "<circle r='99999999'/>",
        "<g transform='scale(1e300)'/>",
        "<path style='stroke-width:1e20' d='M0 0h1'/>",
        "<style>path{stroke-dasharray:1 1e30}</style><path d='M0 0h1'/>",
        "<rect rx='20000%'/>",
        "<filter id='f'><feTurbulence numOctaves='1000000'/></filter>",
    ] {
        assert!(undone(&svg(element)).contains("is outside"), "{element}");
    }
    assert!(undone("<svg xmlns='http://www.w3.org/2000/svg' width='1e9' height='1e9'/>").contains("`width` of `svg`"));
}

#[test]
fn what_is_no_number_is_left_out() {
    let _alone = alone();
    done("<rect x='NaN' width='inf' height='9'/><path d='M0 0 NaN 9h9'/><g transform='scale(NaN)'/>", 1.0);
}

#[test]
fn relative_sizes_do_not_multiply() {
    let _alone = alone();
    let nested = format!("{}<circle r='1em'/>{}", "<g font-size='1000em'>".repeat(12), "</g>".repeat(12));
    assert!(undone(&svg(&nested)).contains("relative sizes grow"));
    let nested = format!("{}<circle r='1em'/>{}", "<g style='font-size:larger'>".repeat(99), "</g>".repeat(99));
    assert!(undone(&svg(&nested)).contains("relative sizes grow"));
    let nested = format!("{}<circle r='1%'/>{}", "<svg width='9000%'>".repeat(20), "</svg>".repeat(20));
    assert!(undone(&svg(&nested)).contains("relative sizes grow"));
}

#[test]
fn uses_of_uses_are_counted() {
    let _alone = alone();
    let said = undone(&svg(&bomb(9, "<rect width='1' height='1'/>")));
    assert!(said.contains("makes") && said.contains("elements, at most 100000"), "{said}");
    let path = format!("<path d='M0 0{}'/>", "h1".repeat(2000));
    assert!(undone(&svg(&bomb(4, &path))).contains("bytes of attributes"));
    done(&bomb(3, "<rect width='1' height='1'/>"), 3.0);
}

#[test]
fn paint_markers_masks_and_clips_are_counted() {
    let _alone = alone();
    let level = |n: usize| {
        let path = format!("<path d='M0 0h9v9z' fill='url(#p{})'/>", n + 1).repeat(10);
        format!("<pattern id='p{n}' width='9' height='9' patternUnits='userSpaceOnUse'>{path}</pattern>")
    };
    let patterns: String = (0..9).map(level).collect();
    assert!(undone(&svg(&format!("{patterns}<path d='M0 0h9v9z' fill='url(#p0)'/>"))).contains("elements"));
    let marker = format!("<marker id='m'>{}</marker>", "<path d='M0 0h1v1z'/>".repeat(100));
    let path = format!("<path marker-mid='url(#m)' d='M0 0{}'/>", "h1".repeat(2000));
    assert!(undone(&svg(&format!("{marker}{path}"))).contains("`marker-mid` of `path`"));
    let level = |n: usize| {
        format!("<mask id='m{n}'>{}</mask>", format!("<path mask='url(#m{})' d='M0 0h9v9'/>", n + 1).repeat(10))
    };
    let masks: String = (0..9).map(level).collect();
    assert!(undone(&svg(&format!("{masks}<path mask='url(#m0)' d='M0 0h9v9'/>"))).contains("elements"));
}

#[test]
fn levels_are_counted_through_references() {
    let _alone = alone();
    let said = undone(&svg(&format!("{}{}", "<g>".repeat(1001), "</g>".repeat(1001))));
    assert!(said.ends_with("`g`: more than 1000 levels"), "{said}");
    assert!(undone(&svg(&format!("{}{}", "<g>".repeat(100_000), "</g>".repeat(100_000)))).contains("1000 levels"));
    let chain = |count: usize| -> String {
        let level = |n: usize| {
            format!("<pattern id='p{n}' width='9' height='9'><path d='M0 0h9v9z' fill='url(#p{})'/></pattern>", n + 1)
        };
        (0..count).map(level).collect()
    };
    assert!(undone(&svg(&format!("{}<path fill='url(#p0)'/>", chain(600)))).contains("1000 levels"));
    let uses: String = (1..600).map(|n| format!("<use id='u{n}' href='#u{}'/>", n - 1)).collect();
    assert!(undone(&svg(&format!("<g id='u0'/>{uses}"))).contains("1000 levels"));
}

#[test]
fn deep_files_need_no_deep_stack() {
    let _alone = alone();
    done(&format!("{}<path d='M0 0h9v9z'/>{}", "<g>".repeat(990), "</g>".repeat(990)), 2.0);
    done(&format!("{}<path d='M0 0h9v9z'/>{}", "<g transform='scale(1.001)'>".repeat(990), "</g>".repeat(990)), 2.0);
    let level = |n: usize| {
        let pattern = format!("<pattern id='p{n}' width='9' height='9' patternUnits='userSpaceOnUse'>");
        format!("{pattern}<path d='M0 0h9v9z' fill='url(#p{})'/></pattern>", n + 1)
    };
    let patterns: String = (0..290).map(level).collect();
    done(
        &format!("{patterns}<pattern id='p290'><path d='M0 0h9v9z'/></pattern><path d='M0 0h9v9z' fill='url(#p0)'/>"),
        3.0,
    );
    let level = |n: usize| format!("<clipPath id='c{n}' clip-path='url(#c{})'><path d='M0 0h9v9z'/></clipPath>", n + 1);
    let clips: String = (0..300).map(level).collect();
    done(
        &format!(
            "{clips}<clipPath id='c300'><path d='M0 0h9v9z'/></clipPath><path clip-path='url(#c0)' d='M0 0h9v9z'/>"
        ),
        3.0,
    );
    let uses: String = (1..300).map(|n| format!("<use id='u{n}' href='#u{}' x='.1'/>", n - 1)).collect();
    done(&format!("<path id='u0' d='M0 0h9v9z'/>{uses}"), 5.0);
    let chain: String = (1..490).map(|n| format!("<use id='u{n}' href='#u{}' x='1'/>", n - 1)).collect();
    let said = undone(&svg(&format!("<path id='u0' d='M0 0h9v9z'/>{chain}")));
    assert!(said.contains("elements"), "{said}");
}

#[test]
fn what_says_none_inherits_no_cycle() {
    let _alone = alone();
    let text = |own: &str| {
        format!(
            "<svg xmlns='http://www.w3.org/2000/svg'><g marker-mid='url(#m)'><marker id='m'{own}>\
             <path d='M0 0h1v1'/></marker></g></svg>"
        )
    };
    let draw = |text: String| rasterize(&Svg::new(text).unwrap(), 16, 16);
    assert!(draw(text(" marker-mid='none'")).is_ok());
    assert!(draw(text("")).unwrap_err().to_string().contains("marker-mid"));
}

#[test]
fn cycles_are_named() {
    let _alone = alone();
    for body in [
        "<use id='a' href='#a'/>",
        "<g id='a'><use href='#b'/></g><g id='b'><use href='#c'/></g><g id='c'><use href='#a'/></g>",
        "<pattern id='p' width='9' height='9'><path d='M0 0h9v9z' fill='url(#p)'/></pattern><path d='M0 0h9v9z' fill='url(#p)'/>",
        "<g fill='url(#p)'><pattern id='p' width='9' height='9'><path d='M0 0h9v9z'/></pattern><path d='M0 0h9v9z'/></g>",
        "<g style='fill:url(#p)'><use href='#x'/><g><pattern id='p' width='9' height='9'><g id='x'><path d='M0 0h9v9z'/></g></pattern></g></g>",
        "<linearGradient id='a' href='#b'/><linearGradient id='b' href='#a'/><path fill='url(#a)' d='M0 0h9v9z'/>",
        "<mask id='m'><path mask='url(#m)' d='M0 0h9v9z'/></mask><path mask='url(#m)' d='M0 0h9v9z'/>",
        "<clipPath id='m' clip-path='url(#m)'><path d='M0 0h9v9z'/></clipPath><path clip-path='url(#m)' d='M0 0h9v9z'/>",
        "<marker id='m'><path marker-end='url(#m)' d='M0 0h9v9z'/></marker><path marker-end='url(#m)' d='M0 0h9v9z'/>",
        "<filter id='f'><feImage href='#x'/></filter><path id='x' filter='url(#f)' d='M0 0h9v9z'/>",
        "<style>path{fill:url(#p)}</style><pattern id='p' width='9' height='9'><path d='M0 0h9v9z'/></pattern><path d='M0 0h9v9z'/>",
    ] {
        let said = undone(&svg(body));
        assert!(said.contains("leads back to an element around it"), "{said}: {body}");
    }
}

#[test]
fn coordinates_far_away_are_not_drawn() {
    let _alone = alone();
    for body in [
        format!("<path d='M2 9-2-5-6 7{}z'/>", "h9999999".repeat(10)),
        "<g transform='scale(1e7)'><path d='M1 2 3e3 4 5 6z'/></g>".to_owned(),
        "<path stroke='red' stroke-width='9e6' d='M1 2 3 4 5 6z'/>".to_owned(),
    ] {
        assert!(undrawn(&body).contains("pixels from the corner"), "{body}");
    }
    done(&format!("{}<path d='M1 2 3 4 5 6z'/>{}", "<g transform='scale(1e7)'>".repeat(20), "</g>".repeat(20)), 1.0);
    let tiny = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1e-30 1e-30'><path d='M1 2 3 4 5 6z'/></svg>";
    assert!(refused(tiny.len(), || rasterize(&Svg::new(tiny).unwrap(), 9, 9)).contains("pixels from the corner"));
}

#[test]
fn dashes_are_counted() {
    let _alone = alone();
    let said = undrawn("<path id='p' stroke='red' stroke-dasharray='.001' d='M0 0h384v384'/>");
    assert!(said.starts_with("path `p` asks for 384000 dashes, at most 100000"), "{said}");
    let many = "<path stroke='red' stroke-dasharray='.2' d='M0 0h384v384'/>".repeat(100);
    assert!(undrawn(&many).contains("dashes"));
    done("<path stroke='red' stroke-dasharray='.02' d='M0 0h384v384'/>", 3.0);
}

#[test]
fn layers_share_the_memory() {
    let _alone = alone();
    let nested = |count: usize, open: &str| {
        format!("{}<path d='M-999-999h2999v2999h-2999z'/>{}", open.repeat(count), "</g>".repeat(count))
    };
    assert!(undrawn(&nested(100, "<g opacity='.9'>")).contains("bytes of layers"));
    done(&nested(5, "<g opacity='.9'>"), 3.0);
    let filter = format!("<filter id='f' x='-9' y='-9' width='19' height='19'>{}</filter>", "<feFlood/>".repeat(300));
    assert!(undrawn(&format!("{filter}<path filter='url(#f)' d='M0 0h384v384z'/>")).contains("filter"));
    let pattern =
        "<pattern id='p' width='1e7' height='1e7' patternUnits='userSpaceOnUse'><path d='M0 0h9v9z'/></pattern>";
    assert!(undrawn(&format!("{pattern}<path fill='url(#p)' d='M0 0h9v9z'/>")).starts_with("pattern `p` asks for"));
    let masks = "<mask id='m'><path fill='#fff' d='M0 0h384v384H0z'/></mask>";
    let masked = format!("{masks}{}", nested(100, "<g mask='url(#m)'>"));
    assert!(undrawn(&masked).contains("bytes of layers"));
}

#[test]
fn pixels_are_counted() {
    let _alone = alone();
    assert!(undrawn(&bomb(4, "<path d='M0 0h384v384H0z'/>")).contains("pixels, at most"));
    done(&format!("<path d='M0 0h384v384H0z'/>{}", "<path d='M0 0h384v384H0z'/>".repeat(3000)), 5.0);
    let comb: String = (0..60_000).map(|n| format!("L{} {}", n % 384, n % 2 * 384)).collect();
    done(&format!("<path d='M0 0{comb}'/>"), 5.0);
    let morphology = "<filter id='f'><feMorphology operator='dilate' radius='200'/></filter>";
    assert!(undrawn(&format!("{morphology}<path filter='url(#f)' d='M0 0h384v384z'/>")).contains("pixels, at most"));
}

#[test]
fn text_that_swells_is_refused() {
    let _alone = alone();
    let entities: String =
        (1..10).map(|n| format!("<!ENTITY a{n} '{}'>", format!("&a{};", n - 1).repeat(10))).collect();
    let head = format!("<!DOCTYPE svg [<!ENTITY a0 '{}'>{entities}]>", "ha".repeat(50));
    assert!(unread(&format!("{head}{}", svg("<path id='&a9;'/>"))).contains("bytes in entities"));
    assert!(unread(&format!("{head}{}", svg("&a9;"))).contains("bytes in entities"));
    let long = svg(&format!("<rect id='{}'/>", "x".repeat(17 << 20)));
    assert!(unread(&long).contains("at most 16777216 bytes are read"));
    let many: String = (0..3000).map(|n| format!(" a{n}=''")).collect();
    assert!(undone(&svg(&format!("<g{many}/>"))).contains("attributes of an element"));
    let spaces: String = (0..2000).map(|n| format!("<g xmlns:a{n}='u{n}'/>")).collect();
    assert!(unread(&svg(&spaces)).contains("namespaces"));
    let selectors =
        format!("<style>z {}g{{fill:red}}</style>{}<g/>{}", "* ".repeat(20), "<g>".repeat(100), "</g>".repeat(100));
    assert!(undone(&svg(&selectors)).contains("selectors of style sheets"));
}

#[test]
fn what_is_no_xml_is_said_to_be_none() {
    let _alone = alone();
    for text in [
        "",
        "<svg>",
        "a ]]> b",
        "<svg>\0</svg>",
        "<svg id='\u{1}'/>",
        "<!DOCTYPE svg [<!ENTITY a '&a;'>]><svg>&a;</svg>",
    ] {
        assert!(unread(text).contains("cannot read the SVG"), "{text}");
    }
}

#[test]
fn pictures_inside_are_not_loaded() {
    let _alone = alone();
    let file =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/constraints/hostile/render-panics-in-tiny-skia.svg");
    let inner = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cpath d='M0 0h9v9z'/%3E%3C/svg%3E";
    for href in [file, inner] {
        let text = svg(&format!("<image width='384' height='384' href=\"{href}\"/>"));
        let image = rasterize(&Svg::new(text.as_str()).unwrap(), 16, 16).unwrap();
        assert!(image.pixels().all(|pixel| pixel.0 == [0; 4]));
        assert!(read_foreign(&text, 16).unwrap().lost.contains(&linocut_svg::Lost::Picture));
    }
}
