//! A time-stamp authority over HTTP, and the client that asks one.

pub(crate) mod audit;
pub(crate) mod authority;
pub(crate) mod client;
pub(crate) mod files;
pub(crate) mod issuer;
pub(crate) mod metrics;
pub(crate) mod options;
mod recorder;
pub(crate) mod server;
pub(crate) mod service;
mod stamper;
mod state;
pub(crate) mod tls;

pub(crate) use recorder::push_line;
pub(crate) use stamper::Stamper;
