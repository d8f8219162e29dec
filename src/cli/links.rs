//! What `parlor serve` prints for people: the host's link, the players' link, and that one as a QR code.
//!
//! Opens no browser and asks no one for the machine's name: an address is taken from the routing table.

use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};

use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

/// The links of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Links {
    host: String,
    players: String,
}

impl Links {
    /// Of a server that is bound to `bound`, reached by others at `reached`.
    pub(super) fn new(bound: SocketAddr, reached: IpAddr, key: &str) -> Self {
        let port = bound.port();
        // The host's link is for this machine's own browser, if it can be reached there.
        let own = if bound.ip().is_unspecified() { IpAddr::V4(Ipv4Addr::LOCALHOST) } else { bound.ip() };
        let mut host = format!("http://{}/host#key={}", SocketAddr::new(own, port), fragment(key));
        let players = format!("http://{}", SocketAddr::new(reached, port));
        if reached != own {
            // A page that was opened by an address of this machine alone shows players one that they can reach.
            host.push_str("&players=");
            host.push_str(&fragment(&players));
        }
        Self { host, players: players + "/" }
    }

    /// Writes them down, with the QR code if `picture`.
    pub(super) fn print(&self, out: &mut impl Write, picture: bool) -> io::Result<()> {
        writeln!(out, "host:    {}", self.host)?;
        writeln!(out, "players: {}", self.players)?;
        if picture && let Ok(code) = QrCode::with_error_correction_level(&self.players, EcLevel::L) {
            // Terminals are mostly dark, and a code must be dark on light: so its light modules are what is drawn.
            let drawn = code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build();
            writeln!(out, "\n{drawn}")?;
        }
        out.flush()
    }
}

/// How others in the network reach a server bound to this address: itself, or for "all addresses" the one that this
/// machine would speak from. Sends nothing: connecting a datagram socket only looks at the routing table.
pub(super) fn reached(bound: IpAddr) -> IpAddr {
    if !bound.is_unspecified() {
        return bound;
    }
    let routed = || {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        // RFC 5737: an address that is nobody's.
        socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9))?;
        socket.local_addr()
    };
    routed().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |address: SocketAddr| address.ip())
}

/// RFC 3986 §3.5: what a fragment may hold; all else is percent-encoded.
fn fragment(key: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    key.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(bound: &str, picture: bool) -> String {
        let bound: SocketAddr = bound.parse().expect("an address");
        let mut out = Vec::new();
        Links::new(bound, "192.0.2.7".parse().expect("an address"), "a b/c")
            .print(&mut out, picture)
            .expect("a vector");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn the_hosts_link_has_the_key_in_its_fragment() {
        assert_eq!(
            printed("0.0.0.0:3000", false),
            "host:    http://127.0.0.1:3000/host#key=a%20b%2Fc&players=http%3A%2F%2F192.0.2.7%3A3000\n\
             players: http://192.0.2.7:3000/\n"
        );
        assert!(printed("[::1]:80", false).starts_with("host:    http://[::1]:80/host#key="));
    }

    #[test]
    fn a_terminal_gets_a_picture_of_the_players_link_alone() {
        let text = printed("0.0.0.0:3000", true);
        let picture = text.split("\n\n").nth(1).expect("a code");
        assert!(picture.lines().count() > 10);
        assert_eq!(printed("0.0.0.0:3000", true), text);
    }

    #[test]
    fn an_address_of_its_own_is_kept() {
        let own: IpAddr = "198.51.100.4".parse().expect("an address");
        assert_eq!(reached(own), own);
    }
}
