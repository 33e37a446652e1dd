//! Laws that hold for every text: all ways to check agree, and what is sanitised is valid and stays as it is.

use linocut_constraints::{Profile, check, check_bytes, check_svg, sanitise};
use linocut_svg::{BoundError, RenderError, Svg, rasterize};
use proptest::prelude::*;

/// Texts made of pieces of SVG, most of them within an `svg` element.
fn texts() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<g>",
        "</g>",
        "<g id='a'>",
        "<g id='b' fill='url(#p)'>",
        "<path d='M0 0h9v9z' style='fill:red;x:y'/>",
        "<image/>",
        "<a href='x'>",
        "</a>",
        "<use href='#a'/>",
        "<use x:href='#b'/>",
        "<use href='b.svg'/>",
        "<pattern id='p' href='#q'>",
        "</pattern>",
        "<pattern id='q' href='#p'/>",
        "<style>a{}</style>",
        "<!-- c -->",
        "<?p?>",
        "&amp;",
        "&x;",
        "<![CDATA[ ]]>",
        "text",
        " ",
        "\n",
        "é",
        "<rect width='1e99' x='NaN' data-x='1'/>",
        "<rect class='a' id='a' xml:space='preserve'/>",
        "]]>",
        "<",
        ">",
        "'",
        "\0",
        "&#65;",
        "/>",
        "<linearGradient id='p'><stop offset='1'/></linearGradient>",
        "<line marker-end='url(#m)' clip-path='url(#a)'/>",
        "<g fill='url(#p)' marker-mid='url(#m)'>",
        "<marker id='m'><path stroke='url(#q)' d='M0 0h1v1'/></marker>",
        "<symbol id='a'><use href='#b'/></symbol>",
        "<g><svg width='900%' height='16ex' viewBox='0 0 1 1'>",
        "</svg></g>",
        "<circle r='1e8em'/>",
    ]);
    let body = prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat());
    let heads = prop::sample::select(vec![
        "",
        "<svg>",
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink'>",
        "<!DOCTYPE svg><svg xmlns:x='u'>",
        "<?xml version='1.0' encoding='latin1'?><svg xmlns:x='http://www.w3.org/1999/xlink' version='1'>",
    ]);
    (heads, body, any::<bool>()).prop_map(|(head, body, closed)| {
        let balanced = body.matches("<g").count().saturating_sub(body.matches("</g>").count());
        let groups = if closed { "</g>".repeat(balanced) } else { String::new() };
        format!("{head}{body}{groups}{}", if closed { "</svg>" } else { "" })
    })
}

proptest! {
    #[test]
    fn all_ways_to_check_agree(text in texts()) {
        let verdict = check(&text, &Profile::CONTEST);
        prop_assert_eq!(&check_bytes(text.as_bytes(), &Profile::CONTEST), &verdict);
        if let Ok(svg) = Svg::new(text.as_str()) {
            prop_assert_eq!(&check_svg(&svg, &Profile::CONTEST), &verdict);
        }
        if let Ok(valid) = verdict {
            prop_assert_eq!(valid.as_str(), text);
        }
    }

    #[test]
    fn what_is_sanitised_is_valid_once_and_for_all(text in texts()) {
        if let Ok(once) = sanitise(&text, &Profile::CONTEST) {
            prop_assert!(check(once.svg.as_str(), &Profile::CONTEST).is_ok());
            let twice = sanitise(once.svg.as_str(), &Profile::CONTEST);
            prop_assert_eq!(twice.map(|twice| (twice.svg, twice.changes)), Ok((once.svg, vec![])));
        }
    }

    #[test]
    fn what_is_sanitised_has_no_cycles_and_no_more_than_a_renderer_takes(text in texts()) {
        if let Ok(made) = sanitise(&text, &Profile::CONTEST) {
            let drawn = rasterize(made.svg.svg(), 16, 16);
            let is_drawn = !matches!(drawn, Err(RenderError::Bound(ref bound)) if !matches!(bound, BoundError::Drawing { .. }));
            prop_assert!(is_drawn, "{drawn:?}: {}", made.svg.as_str());
        }
    }

    #[test]
    fn what_changes_nothing_is_what_was_valid(text in texts()) {
        if let Ok(made) = sanitise(&text, &Profile::CONTEST) {
            prop_assert_eq!(made.changes.is_empty(), made.svg.as_str() == text);
        }
    }

    #[test]
    fn violations_lie_within_the_text(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u32 + 1;
        if let Err(invalid) = check_bytes(&bytes, &Profile::CONTEST) {
            prop_assert!(!invalid.violations.is_empty());
            prop_assert!(invalid.violations.iter().all(|violation| (1..=lines).contains(&violation.line)));
        }
    }
}
