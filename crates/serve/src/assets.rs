//! The files of the page, which are part of the program.

use linocut::gallery::STYLE;

const HTML: &str = "text/html; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// A file of the page by its path: its type and its text.
pub(crate) fn asset(path: &str) -> Option<(&'static str, &'static str)> {
    Some(match path {
        "/" => (HTML, include_str!("../page/index.html")),
        "/gallery.css" => (CSS, STYLE),
        "/page.css" => (CSS, include_str!("../page/page.css")),
        "/viewer.css" => (CSS, include_str!("../page/viewer.css")),
        "/tabs.css" => (CSS, include_str!("../page/tabs.css")),
        "/icon.svg" => (SVG, include_str!("../page/icon.svg")),
        "/check.js" => (JS, include_str!("../page/check.js")),
        "/compare.js" => (JS, include_str!("../page/compare.js")),
        "/dom.js" => (JS, include_str!("../page/dom.js")),
        "/draw.js" => (JS, include_str!("../page/draw.js")),
        "/figures.js" => (JS, include_str!("../page/figures.js")),
        "/hub.js" => (JS, include_str!("../page/hub.js")),
        "/main.js" => (JS, include_str!("../page/main.js")),
        "/picture.js" => (JS, include_str!("../page/picture.js")),
        "/save.js" => (JS, include_str!("../page/save.js")),
        "/settings.js" => (JS, include_str!("../page/settings.js")),
        "/stream.js" => (JS, include_str!("../page/stream.js")),
        "/trace.js" => (JS, include_str!("../page/trace.js")),
        "/viewer.js" => (JS, include_str!("../page/viewer.js")),
        "/worker.js" => (JS, include_str!("../page/worker.js")),
        _ => return None,
    })
}
