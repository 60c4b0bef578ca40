//! The vim25 wire: SOAP text out, SOAP text in. No connection, no session and no decision lives here.

pub(crate) mod envelope;
pub(crate) mod fault;
pub(crate) mod layout;
pub(crate) mod names;
pub(crate) mod objects;
pub(crate) mod props;
pub(crate) mod request;
pub(crate) mod scalars;
pub(crate) mod service;
pub(crate) mod source;
pub(crate) mod tasks;
pub(crate) mod tree;
pub(crate) mod xml;
