//! Who may ask.

use crate::client::Served;

#[test]
fn other_hosts_and_origins_are_refused_whatever_they_ask() {
    let served = Served::new();
    let (host, origin) = (served.address.to_string(), served.origin());
    let refused = |method: &str, path: &str, headers: &[(&str, &str)]| {
        let answer = served.send(method, path, headers, b"{}");
        assert_eq!(answer.status, 403, "{method} {path} {headers:?}");
        assert!(!answer.error().is_empty());
        assert_eq!(answer.header("access-control-allow-origin"), None);
    };
    for path in ["/", "/main.js", "/about", "/events", "/pictures/a", "/nothing"] {
        // A name of the attacker's that leads here: DNS rebinding.
        refused("GET", path, &[("Host", "evil.example")]);
        refused("GET", path, &[("Host", &format!("evil.example:{}", served.address.port()))]);
        refused("GET", path, &[("Host", &host), ("Origin", "http://evil.example")]);
        refused("GET", path, &[("Host", &host), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "no-cors")]);
    }
    for path in ["/pictures", "/jobs", "/cancel", "/check", "/png"] {
        refused("POST", path, &[("Host", &host)]);
        refused("POST", path, &[("Host", &host), ("Origin", "null")]);
        refused("POST", path, &[("Host", &host), ("Origin", "http://localhost:1")]);
        refused("POST", path, &[("Host", "evil.example"), ("Origin", "http://evil.example")]);
        refused("POST", path, &[("Host", &host), ("Origin", &origin), ("Sec-Fetch-Site", "same-site")]);
    }
}

#[test]
fn the_page_is_its_own_host_by_address_and_by_name() {
    let served = Served::new();
    let name = format!("localhost:{}", served.address.port());
    assert_eq!(served.get("/").status, 200);
    assert_eq!(served.send("GET", "/", &[("Host", &name)], b"").status, 200);
    let own = format!("http://{name}");
    assert_eq!(served.send("POST", "/check", &[("Host", &name), ("Origin", &own)], b"<svg/>").status, 200);
}

#[test]
fn preflights_get_no_permission() {
    let served = Served::new();
    let host = served.address.to_string();
    let headers = [
        ("Host", host.as_str()),
        ("Origin", "http://evil.example"),
        ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Private-Network", "true"),
    ];
    let answer = served.send("OPTIONS", "/jobs", &headers, b"");
    assert!(answer.status == 403 && !answer.headers.to_lowercase().contains("access-control"), "{}", answer.headers);
}
