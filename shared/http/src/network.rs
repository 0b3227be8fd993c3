//! The network that a request comes from, for counting what comes from there.

use std::net::IpAddr;

/// Where a request comes from: an IPv4 address, or the network of an IPv6 address, of which a household has 2^64 addresses.
pub fn network(source_ip: Option<&str>) -> String {
    match source_ip.and_then(|text| text.parse().ok()).map(|address: IpAddr| address.to_canonical()) {
        Some(IpAddr::V4(address)) => address.to_string(),
        Some(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::")
        }
        None => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_an_address_or_the_first_half_of_one() {
        assert_eq!(network(Some("192.0.2.7")), "192.0.2.7");
        assert_eq!(network(Some("2001:db8:1:2:3:4:5:6")), "2001:db8:1:2::");
        assert_eq!(network(Some("2001:db8:1:2:ffff::1")), "2001:db8:1:2::");
        assert_eq!((network(Some("nonsense")), network(None)), ("unknown".to_owned(), "unknown".to_owned()));
    }
}
