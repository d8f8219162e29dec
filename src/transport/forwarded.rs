//! Who is behind a proxy, as far as that one is to be believed.
//!
//! Believes nobody by itself: whose word counts is configured.

use std::net::IpAddr;

use http::HeaderMap;

/// The header to which each proxy adds whom it was asked by.
pub(crate) const FORWARDED: &str = "x-forwarded-for";

/// Who is behind `peer`, if that is one of these proxies: the last address of the lists that isn't. What stands before it was
/// written by that one, and may say anything.
pub(crate) fn behind<'a>(
    proxies: &[IpAddr],
    peer: IpAddr,
    forwarded: impl DoubleEndedIterator<Item = &'a str>,
) -> IpAddr {
    let peer = peer.to_canonical();
    if !proxies.contains(&peer) {
        return peer;
    }
    let listed = forwarded.rev().flat_map(|list| list.rsplit(',')).map_while(|item| item.trim().parse::<IpAddr>().ok());
    listed.map(|address| address.to_canonical()).find(|address| !proxies.contains(address)).unwrap_or(peer)
}

/// The same, of a request's headers.
pub(crate) fn behind_request(proxies: &[IpAddr], peer: IpAddr, request: &HeaderMap) -> IpAddr {
    // What is no text says nothing, and ends the search as what is no address does.
    let lists = request.get_all(FORWARDED).iter().map(|list| list.to_str().unwrap_or_default());
    behind(proxies, peer, lists)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(peer: &str, forwarded: &[&'static str], expect: &str) {
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let proxies = [address("10.0.0.1"), address("10.0.0.2")];
        let mut request = HeaderMap::new();
        for list in forwarded {
            request.append(FORWARDED, HeaderValue::from_static(list));
        }
        assert_eq!(behind_request(&proxies, address(peer), &request), address(expect));
    }

    #[test]
    fn only_our_proxies_are_believed() {
        check("192.0.2.1", &["198.51.100.9"], "192.0.2.1");
        check("10.0.0.1", &["198.51.100.9"], "198.51.100.9");
        check("::ffff:10.0.0.1", &["198.51.100.9"], "198.51.100.9");
        check("10.0.0.1", &[], "10.0.0.1");
    }

    #[test]
    fn what_a_client_wrote_itself_is_not_believed() {
        check("10.0.0.1", &["203.0.113.5, 198.51.100.9, 10.0.0.2"], "198.51.100.9");
        check("10.0.0.1", &["203.0.113.5, nonsense"], "10.0.0.1");
        check("10.0.0.1", &["10.0.0.2, 10.0.0.1"], "10.0.0.1");
        check("10.0.0.1", &["203.0.113.5", "198.51.100.9", "10.0.0.2"], "198.51.100.9");
        check("10.0.0.1", &["203.0.113.5", "nonsense"], "10.0.0.1");
    }
}
