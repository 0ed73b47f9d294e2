//! What happened as the other side sees it.

use super::{Party, Received, Sent, Streamed, What};

impl What {
    /// The same with subject and peer in each other's place. All peers are the subject, and the subject is the first peer:
    /// it makes sense where the subject has one other to speak with.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Self::Sent(sent) => Self::Sent(Box::new(Sent { by: sent.by.other(), ..*sent })),
            Self::Received(received) => {
                Self::Received(Received { by: received.by.other(), ..received })
            }
            Self::StreamSent(sent) => Self::StreamSent(mirrored(sent)),
            Self::StreamReceived(received) => Self::StreamReceived(mirrored(received)),
            other => other,
        }
    }
}

impl Party {
    const fn other(self) -> Self {
        match self {
            Self::Subject => Self::Peer(0),
            Self::Peer(_) => Self::Subject,
        }
    }
}

fn mirrored(streamed: Streamed) -> Streamed {
    Streamed { by: streamed.by.other(), peer: 0, ..streamed }
}
