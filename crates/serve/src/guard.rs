//! Who may ask: only pages that this server itself has sent, and programs on purpose.

use std::net::{IpAddr, SocketAddr};

use hyper::header::{self, HeaderMap, HeaderName};
use hyper::http::request::Parts;
use hyper::{Method, Uri};

use crate::error::Refusal;

/// Where browsers say whether a request comes from the same site.
const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
/// Where they say that it opens a page.
const MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// Refuses what another site's page has asked a browser for. `local` is the address on which the request came in.
pub(crate) fn check(request: &Parts, local: SocketAddr) -> Result<(), Refusal> {
    let host = host(&request.headers, &request.uri)?;
    if !is_own(host, local) {
        return Err(Refusal::Host(shown(host)));
    }
    match only(&request.headers, &header::ORIGIN) {
        Some(origin) if origin.strip_prefix("http://") == Some(host) => {}
        Some(origin) => return Err(Refusal::Origin(format!("`{}`", shown(origin)))),
        None if request.method == Method::POST => return Err(Refusal::Origin("missing".to_owned())),
        None => {}
    }
    let opens_the_page = request.uri.path() == "/" && only(&request.headers, &MODE) == Some("navigate");
    match only(&request.headers, &SITE) {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) if opens_the_page => Ok(()),
        Some(_) => Err(Refusal::CrossSite),
    }
}

fn host<'a>(headers: &'a HeaderMap, uri: &Uri) -> Result<&'a str, Refusal> {
    // An absolute address in the first line would take precedence over `Host`.
    if let Some(authority) = uri.authority() {
        return Err(Refusal::Host(shown(authority.as_str())));
    }
    let refused = || Refusal::Host("missing, or there several times".to_owned());
    if headers.get_all(header::HOST).iter().count() != 1 {
        return Err(refused());
    }
    only(headers, &header::HOST).ok_or_else(refused)
}

/// Whether `host` is the address, as digits, or `localhost` on this machine. Other names could be anybody's that lead here.
fn is_own(host: &str, local: SocketAddr) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !name.is_empty() && !port.contains(']') => (name, port.parse().ok()),
        _ => (host, Some(80)),
    };
    let here = local.ip().to_canonical();
    let is_here = match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(v6) => v6.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6() && ip.to_canonical() == here),
        None if name.eq_ignore_ascii_case("localhost") => here.is_loopback(),
        None => name.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv4() && ip == here),
    };
    is_here && port == Some(local.port())
}

/// The value of a header that is there once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    // Two values are none of those that are asked for.
    Some(if values.next().is_some() { "several" } else { value.to_str().unwrap_or("not text") })
}

/// At most 100 characters.
fn shown(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    fn checked(method: &str, path: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.body(()).unwrap().into_parts().0, "127.0.0.1:8420".parse().unwrap()).is_ok()
    }

    #[test]
    fn only_the_address_of_the_server_is_its_host() {
        for host in ["127.0.0.1:8420", "localhost:8420", "LOCALHOST:8420"] {
            assert!(checked("GET", "/", &[("host", host)]), "{host}");
        }
        for host in [
            "127.0.0.1",
            "127.0.0.1:8421",
            "127.0.0.2:8420",
            "localhost",
            "evil.example:8420",
            "evil.example",
            "localhost.evil.example:8420",
            "[::1]:8420",
            "[127.0.0.1]:8420",
            "0.0.0.0:8420",
            "",
            ":8420",
            "2130706433:8420",
            "127.0.0.1:8420:8420",
            "127.1:8420",
            "user@127.0.0.1:8420",
        ] {
            assert!(!checked("GET", "/", &[("host", host)]), "{host}");
        }
        assert!(!checked("GET", "/", &[]));
        assert!(!checked("GET", "/", &[("host", "127.0.0.1:8420"), ("host", "evil.example")]));
        assert!(!checked("GET", "http://evil.example/", &[("host", "127.0.0.1:8420")]));
    }

    #[test]
    fn the_addresses_of_version_6_are_hosts_too() {
        let local = "[::1]:8420".parse().unwrap();
        assert!(is_own("[::1]:8420", local) && is_own("localhost:8420", local));
        assert!(!is_own("::1:8420", local) && !is_own("[::2]:8420", local) && !is_own("127.0.0.1:8420", local));
        assert!(is_own("127.0.0.1:8420", "[::ffff:127.0.0.1]:8420".parse().unwrap()));
        assert!(is_own("127.0.0.1", "127.0.0.1:80".parse().unwrap()));
    }

    #[test]
    fn other_origins_are_refused_and_changes_need_one() {
        let host = ("host", "localhost:8420");
        assert!(checked("POST", "/jobs", &[host, ("origin", "http://localhost:8420")]));
        assert!(checked("GET", "/events", &[host, ("origin", "http://localhost:8420")]));
        assert!(!checked("POST", "/jobs", &[host]));
        for origin in [
            "http://evil.example",
            "null",
            "https://localhost:8420",
            "http://localhost",
            "http://127.0.0.1:8420",
            "http://localhost:8420.evil.example",
            "localhost:8420",
            "",
        ] {
            assert!(!checked("POST", "/jobs", &[host, ("origin", origin)]), "{origin}");
            assert!(!checked("GET", "/events", &[host, ("origin", origin)]), "{origin}");
        }
        assert!(!checked("POST", "/jobs", &[host, ("origin", "http://localhost:8420"), ("origin", "null")]));
    }

    #[test]
    fn other_sites_may_link_to_the_page_but_embed_nothing() {
        let host = ("host", "localhost:8420");
        let (cross, navigate) = (("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"));
        assert!(checked("GET", "/", &[host, cross, navigate]));
        assert!(!checked("GET", "/", &[host, cross, ("sec-fetch-mode", "no-cors")]));
        assert!(!checked("GET", "/pictures/a", &[host, cross, navigate]));
        assert!(!checked("GET", "/main.js", &[host, ("sec-fetch-site", "same-site")]));
        assert!(checked("GET", "/main.js", &[host, ("sec-fetch-site", "same-origin")]));
    }
}
