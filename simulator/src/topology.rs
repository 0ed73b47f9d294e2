//! Topology: who has which address, and which link leads from whom to whom.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::{FatesError, LinkId, NodeId};

/// Why nodes cannot be put together in this way.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TopologyError {
    /// There are not so many nodes.
    #[error("there is no node {}", .node.0)]
    Node {
        /// The number that no node has.
        node: NodeId,
    },
    /// Another node has this address.
    #[error("two nodes have the address {address}")]
    Address {
        /// The address they share.
        address: SocketAddr,
    },
    /// A second link in the same direction.
    #[error("a second link, `{name}`, leads from node {} to node {}", .from.0, .to.0)]
    Link {
        /// The second link's name.
        name: String,
        /// Where it begins.
        from: NodeId,
        /// Where it ends.
        to: NodeId,
    },
    /// A second link of the same name: fates could not be told apart.
    #[error("two links have the name `{name}`")]
    Name {
        /// The name they share.
        name: String,
    },
    /// The link cannot obey its schedule.
    #[error(transparent)]
    Fates(#[from] FatesError),
}

/// Where datagrams go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Topology {
    addresses: BTreeMap<SocketAddr, NodeId>,
    links: BTreeMap<(NodeId, NodeId), LinkId>,
}

impl Topology {
    pub(crate) fn attach(
        &mut self,
        node: NodeId,
        address: SocketAddr,
    ) -> Result<(), TopologyError> {
        match self.addresses.insert(address, node) {
            Some(other) if other != node => {
                self.addresses.insert(address, other);
                Err(TopologyError::Address { address })
            }
            Some(_) | None => Ok(()),
        }
    }

    pub(crate) fn connect(
        &mut self,
        from: NodeId,
        to: NodeId,
        link: LinkId,
        name: &str,
    ) -> Result<(), TopologyError> {
        if self.links.contains_key(&(from, to)) {
            return Err(TopologyError::Link { name: name.to_owned(), from, to });
        }
        self.links.insert((from, to), link);
        Ok(())
    }

    /// The node at the end of the way and the link to it.
    pub(crate) fn route(&self, from: NodeId, to: SocketAddr) -> Option<(NodeId, LinkId)> {
        let node = *self.addresses.get(&to)?;
        let link = *self.links.get(&(from, node))?;
        Some((node, link))
    }
}
