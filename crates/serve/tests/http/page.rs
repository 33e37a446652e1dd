//! The page's files and the headers that guard it.

use crate::client::Served;

#[test]
fn the_page_and_all_that_it_names_is_there_and_guarded() {
    let served = Served::new();
    let page = served.get("/");
    let text = String::from_utf8(page.body.clone()).unwrap();
    let mut paths: Vec<String> = vec!["/".to_owned(), "/worker.js".to_owned()];
    let mut named = 0;
    while named < paths.len() {
        let answer = served.get(&paths[named]);
        assert_eq!(answer.status, 200, "{}", paths[named]);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"), "{policy}");
        assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("base-uri 'none'"), "{policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cross-origin-resource-policy"), Some("same-origin"));
        let text = String::from_utf8(answer.body).unwrap();
        for outside in ["http://", "https://", "//cdn", "@import", "eval(", "innerHTML", "document.write"] {
            let allowed = outside == "http://"
                && text.matches(outside).count() == text.matches("http://www.w3.org/2000/svg").count();
            assert!(allowed || !text.contains(outside), "{outside} in {}", paths[named]);
        }
        let is_path = |piece: &&str| {
            piece.starts_with('/')
                && piece.contains('.')
                && piece.chars().all(|c| c.is_ascii_lowercase() || "/.".contains(c))
        };
        for piece in text.split('"').filter(is_path) {
            if !paths.iter().any(|path| path == piece) {
                paths.push(piece.to_owned());
            }
        }
        named += 1;
    }
    assert!(named > 15, "{paths:?}");
    for inline in ["<style", " style=", " onclick", " onload", "javascript:", "<script>"] {
        assert!(!text.contains(inline), "{inline}");
    }
}

#[test]
fn nothing_of_the_machine_is_served() {
    let served = Served::new();
    for path in [
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2f..%2fetc/passwd",
        "//etc/passwd",
        "/etc/passwd",
        "/pictures/../../etc/passwd",
        "/pictures/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/pictures/",
        "/.git/config",
        "/main.js/",
        "/src/lib.rs",
        "/index.html",
        "/%00",
        "/\\..\\",
    ] {
        let answer = served.get(path);
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
        assert!(!String::from_utf8_lossy(&answer.body).contains("root:"), "{path}");
    }
}

#[test]
fn other_methods_are_refused() {
    let served = Served::new();
    let (host, origin) = (served.address.to_string(), served.origin());
    for (method, path) in
        [("GET", "/jobs"), ("PUT", "/pictures"), ("DELETE", "/jobs"), ("POST", "/"), ("POST", "/events")]
    {
        let answer = served.send(method, path, &[("Host", &host), ("Origin", &origin)], b"");
        assert_eq!(answer.status, 405, "{method} {path}");
    }
}

#[test]
fn what_is_no_http_is_no_trouble() {
    use std::io::Write;
    let served = Served::new();
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01"[..],
        b"GET\r\n\r\n",
        b"\0\0\0\0",
        b"GET / HTTP/9.9\r\n\r\n",
        b"",
        b"PRI * HTTP/2.0\r\n\r\n",
    ] {
        let mut stream = served.connect();
        stream.write_all(bytes).unwrap();
        drop(stream);
    }
    let mut endless = served.connect();
    let _ = endless.write_all(format!("GET / HTTP/1.1\r\n{}", "X: y\r\n".repeat(100_000)).as_bytes());
    assert_eq!(served.get("/").status, 200);
}
