//! Where a connector's sessions are: it may have a port of its own for each.

use std::net::SocketAddr;

use crate::protocol::Marks;

/// The addresses that a connector has spoken from, and the sessions that are there.
#[derive(Clone, Debug, Default)]
pub(super) struct Homes {
    /// In the order in which sessions began there; never empty once something was taken.
    addresses: Vec<SocketAddr>,
    /// By what packets say of the session they are of.
    tags: Vec<(Vec<u8>, SocketAddr)>,
}

impl Homes {
    /// A packet came from there. `false`: its session is elsewhere, or nothing has begun there.
    pub(super) fn take(&mut self, from: SocketAddr, marks: Marks) -> bool {
        let home = self.home(&marks);
        let is_home = match home {
            Some(home) => home == from,
            None => marks.begins || self.addresses.is_empty() || self.addresses.contains(&from),
        };
        if !is_home {
            return false;
        }
        if marks.begins && home.is_none() || self.addresses.is_empty() {
            self.addresses.retain(|known| *known != from);
            self.addresses.push(from);
        }
        if marks.begins || home.is_some() {
            for tag in marks.tags {
                self.tags.retain(|(known, _)| *known != tag);
                self.tags.push((tag, from));
            }
        }
        true
    }

    /// Where a packet goes: to its session, or to the one that began last.
    pub(super) fn to(&self, marks: &Marks) -> Option<SocketAddr> {
        self.home(marks).or_else(|| self.addresses.last().copied())
    }

    /// Whether there is more than one address, so that a packet has to be looked at.
    pub(super) const fn are_several(&self) -> bool {
        self.addresses.len() > 1
    }

    fn home(&self, marks: &Marks) -> Option<SocketAddr> {
        let known = |tag: &Vec<u8>| self.tags.iter().find(|(known, _)| known == tag);
        marks.tags.iter().find_map(known).map(|(_, home)| *home)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 5001);
    const SECOND: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 5002);

    fn marks(begins: bool, tags: &[u8]) -> Marks {
        Marks { begins, tags: tags.iter().map(|tag| vec![*tag]).collect() }
    }

    #[test]
    fn each_session_is_where_it_began() {
        let mut homes = Homes::default();
        assert!(homes.take(FIRST, marks(true, &[1])));
        assert!(homes.take(FIRST, marks(false, &[11, 1])), "the echo, with the peer's tag");
        assert!(!homes.are_several());
        assert!(homes.take(SECOND, marks(true, &[2])));
        assert!(homes.are_several());
        assert_eq!(homes.to(&marks(false, &[11])), Some(FIRST));
        assert_eq!(homes.to(&marks(false, &[2])), Some(SECOND));
        assert_eq!(homes.to(&marks(false, &[9])), Some(SECOND), "of no session");
    }

    #[test]
    fn a_session_does_not_move() {
        let mut homes = Homes::default();
        assert!(homes.take(FIRST, marks(true, &[1])));
        assert!(!homes.take(SECOND, marks(false, &[1])));
        assert!(!homes.take(SECOND, marks(true, &[1])), "INIT again, from another port");
        assert!(!homes.take(SECOND, marks(false, &[9])), "nothing has begun there");
    }

    #[test]
    fn without_tags_the_last_beginning_counts() {
        let mut homes = Homes::default();
        assert!(homes.take(FIRST, marks(true, &[])));
        assert!(homes.take(SECOND, marks(true, &[])));
        assert!(homes.take(FIRST, marks(false, &[])), "late packets of the session before");
        assert_eq!(homes.to(&marks(false, &[])), Some(SECOND));
    }
}
