//! What two programs of a protocol do when they are brought together and no scenario says what.

use std::fmt;

use super::Role;
use crate::journal::HexOctets;
use crate::script::{Command, Notice};

/// What shows that two programs get on with each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encounter {
    /// The packets that somebody who only watches can wait for, in their order, each with the side that sends it.
    pub packets: &'static [(Role, &'static str)],
    /// Packets with which a side says that it does not go on.
    pub refusals: &'static [&'static str],
    /// What the application is told that can be told something, once its session is open.
    pub errands: Vec<Errand>,
    /// Whether what the errands send is sent again until it arrives, so that no weather keeps it from that.
    pub resent: bool,
}

/// Something that an application is told to do, with what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// What it is told.
    pub does: Command,
    /// What it is told then by its protocol.
    pub until: Outcome,
}

/// What an application is told when all goes well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// These octets are delivered to it, in any pieces.
    Octets(HexOctets),
    /// This event, with these values in fields and any in others.
    Told(Notice),
    /// Its session has ended well.
    Closed,
}

impl Errand {
    /// Writes octets, and has them back.
    pub fn echo(does: impl FnOnce(HexOctets) -> Command, length: usize) -> Self {
        let octets = HexOctets(text(length));
        Self { does: does(octets.clone()), until: Outcome::Octets(octets) }
    }

    /// Closes the session.
    pub const fn close() -> Self {
        Self { does: Command::Close, until: Outcome::Closed }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Octets(octets) => write!(f, "its {} octets back", octets.len()),
            Self::Told(notice) => {
                write!(f, "`{}`", notice.event)?;
                let mut fields = notice.fields.iter();
                fields.try_for_each(|(name, value)| write!(f, " {name} {value}"))
            }
            Self::Closed => f.write_str("`closed`"),
        }
    }
}

/// Octets that differ from place to place and can be read in a capture: numbered lines.
fn text(length: usize) -> Vec<u8> {
    let lines =
        (1..).flat_map(|number| format!("this is line {number} of what is echoed\n").into_bytes());
    lines.take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::OptionChoice;
    use crate::protocol::ALL;

    #[test]
    fn every_encounter_is_made_of_what_its_protocol_has() {
        for protocol in ALL {
            let options = OptionChoice::default_for(protocol);
            for talker in Role::ALL {
                let encounter = protocol.encounter(talker, [&options, &options]);
                let is_packet =
                    |name: &str| protocol.packets().iter().any(|spec| spec.name == name);
                assert!(encounter.packets.iter().all(|(_, name)| is_packet(name)), "{encounter:?}");
                assert!(encounter.refusals.iter().all(|name| is_packet(name)), "{encounter:?}");
                for Errand { does, until } in &encounter.errands {
                    if let Command::Do(request) = does {
                        let verb = protocol.verb(&request.verb).unwrap();
                        let known = |name: &str| verb.parameters.iter().any(|it| it.name == name);
                        assert!(
                            request.parameters.iter().all(|(name, _)| known(name)),
                            "{request:?}"
                        );
                    }
                    if let Outcome::Told(notice) = until {
                        let event = protocol.event(&notice.event).unwrap();
                        let known = |name: &str| event.fields.iter().any(|it| it.name == name);
                        assert!(notice.fields.iter().all(|(name, _)| known(name)), "{notice:?}");
                    }
                }
            }
            let errands = protocol.encounter(Role::Connector, [&options, &options]).errands;
            assert_eq!(errands.last(), Some(&Errand::close()), "{}", protocol.name());
        }
    }

    #[test]
    fn what_is_written_is_as_long_as_it_is_to_be_and_differs_from_place_to_place() {
        let octets = text(5000);
        assert_eq!(octets.len(), 5000);
        assert!(octets.starts_with(b"this is line 1 of what"));
        assert_ne!(octets[..2500], octets[2500..]);
    }
}
