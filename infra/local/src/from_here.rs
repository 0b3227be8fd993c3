//! Who may use the local cloud's own addresses: this machine's programs and pages, and no web page that happens to be open in a browser.
//! A foreign page names itself in `Origin`; one that has its own host name resolve to this machine (DNS rebinding) names that in `Host`.

use hyper::{
    HeaderMap, Uri,
    header::{HOST, ORIGIN},
};
use std::net::IpAddr;

/// Whether a request was sent to this machine by its own name, and not by a page from elsewhere.
pub(crate) fn from_here(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let origin = text(ORIGIN).is_none_or(|origin| origin.parse::<Uri>().is_ok_and(|uri| here(uri.host())));
    let host = text(HOST).is_none_or(|host| format!("http://{host}/").parse::<Uri>().is_ok_and(|uri| here(uri.host())));
    origin && host
}

/// Whether a host name is this machine's own: a loopback address, `localhost`, or a name below it (RFC 6761, section 6.3).
fn here(host: Option<&str>) -> bool {
    let Some(host) = host.map(|host| host.trim_end_matches('.').to_ascii_lowercase()) else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn allowed(host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_str(host).unwrap());
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_str(origin).unwrap());
        }
        from_here(&headers)
    }

    #[test]
    fn only_this_machine_is_here() {
        for host in ["127.0.0.1:8787", "localhost", "LOCALHOST:1", "bikes.localhost:8787", "[::1]:8787", "localhost."] {
            assert!(allowed(host, None), "{host}");
            assert!(allowed(host, Some("http://localhost:5173")), "{host}");
        }
        for host in ["evil.example", "localhost.evil.example:8787", "127.0.0.1.evil.example", "10.0.0.1:8787", ""] {
            assert!(!allowed(host, None), "{host}");
        }
        for origin in ["https://evil.example", "null", "http://localhost.evil.example", "http://127.0.0.1@evil.example"]
        {
            assert!(!allowed("127.0.0.1:8787", Some(origin)), "{origin}");
        }
    }
}
