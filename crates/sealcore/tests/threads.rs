//! What several threads may use at once: bindings to other languages rest on it.

use sealcore::cert::{Certificate, TrustStore};
use sealcore::document::Document;
use sealcore::error::Error;
use sealcore::key::{KeyFile, SoftSigner};
use sealcore::report::Report;
use sealcore::seal::{PreparedSeal, Seal};
use sealcore::timestamp::{Responder, TimeStampReport};
use sealcore::{ofd, pdf};

fn shared<T: Send + Sync>() {}

#[test]
fn handles_are_shared_between_threads() {
    shared::<Document<'static>>();
    shared::<TrustStore>();
    shared::<Certificate>();
    shared::<Report>();
    shared::<TimeStampReport>();
    shared::<Seal>();
    shared::<PreparedSeal>();
    shared::<ofd::Session>();
    shared::<pdf::Session>();
    shared::<Responder>();
    shared::<KeyFile>();
    shared::<SoftSigner>();
    shared::<Error>();
}
