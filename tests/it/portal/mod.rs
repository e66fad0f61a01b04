//! Portals for tests: servers on loopback whose answers, delays and faults a test decides, and which remember what
//! they were asked.

pub(crate) mod faults;
mod reply;
mod server;
mod tagdiv;

pub(crate) use reply::{Gate, Reply};
pub(crate) use server::{PortalServer, Request};
pub(crate) use tagdiv::TagdivPortal;
