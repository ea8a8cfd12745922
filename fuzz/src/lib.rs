//! Fuzz targets: one function per reader of hostile input. Each takes any bytes and panics only when an invariant that it
//! states does not hold. The binaries in `targets/` hand them to libFuzzer; `tests/replay.rs` replays seeds on stable Rust.
#![forbid(unsafe_code)]

mod containers;
mod devices;
mod identities;
pub mod mutate;
mod pdf;
mod pdf_seeds;
pub mod seeds;
mod sm2_signatures;
mod structures;
mod time_stamps;

use sealcore::asn1::Time;
use sealcore::cert::TrustStore;
use sealcore::limits::Limits;
use sealcore::verify::VerifyOptions;

pub use containers::{
    ofd_parts, ofd_sign, ofd_verify, page_scan, sign_session, signature_xml, signatures_xml, was_signed, zip_door,
};
pub use devices::device_uri;
pub use identities::{certificate, key_file, revocation_list};
pub use pdf::{
    could_be_signed, is_intact_in_parts, is_sound, pdf_cmap, pdf_content, pdf_contents, pdf_encrypted, pdf_filter,
    pdf_object, pdf_open, pdf_parts, pdf_risks, pdf_sign, pdf_text, pdf_verify, picture,
};
pub use sm2_signatures::{is_signed, sm2_verify};
pub use structures::{asn1, der_seal, seal_signature, signature_value, signed_data};
pub use time_stamps::{timestamp_request, timestamp_response, timestamp_token, valid_info};

/// A target by its name, which is also that of its binary and of its folder under `corpus/`.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("asn1", asn1),
    ("der_seal", der_seal),
    ("seal_signature", seal_signature),
    ("signed_data", signed_data),
    ("signature_value", signature_value),
    ("sm2_verify", sm2_verify),
    ("zip_door", zip_door),
    ("signatures_xml", signatures_xml),
    ("signature_xml", signature_xml),
    ("page_scan", page_scan),
    ("ofd_verify", ofd_verify),
    ("ofd_parts", ofd_parts),
    ("ofd_sign", ofd_sign),
    ("sign_session", sign_session),
    ("certificate", certificate),
    ("revocation_list", revocation_list),
    ("key_file", key_file),
    ("device_uri", device_uri),
    ("timestamp_request", timestamp_request),
    ("timestamp_response", timestamp_response),
    ("timestamp_token", timestamp_token),
    ("pdf_object", pdf_object),
    ("pdf_filter", pdf_filter),
    ("pdf_open", pdf_open),
    ("pdf_encrypted", pdf_encrypted),
    ("pdf_verify", pdf_verify),
    ("pdf_parts", pdf_parts),
    ("pdf_contents", pdf_contents),
    ("picture", picture),
    ("pdf_content", pdf_content),
    ("pdf_cmap", pdf_cmap),
    ("pdf_text", pdf_text),
    ("pdf_risks", pdf_risks),
    ("pdf_sign", pdf_sign),
];

/// Small enough that no input takes long, large enough for every seed.
fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.entries = 200;
    limits.entry_bytes = 1 << 20;
    limits.inflated_bytes = 8 << 20;
    limits.part_bytes = 1 << 20;
    limits.xml_depth = 32;
    limits.xml_nodes = 5_000;
    limits.signatures = 20;
    limits.references = 200;
    limits.pages = 100;
    limits.objects = 5_000;
    limits.revisions = 50;
    limits.path_steps = 20;
    limits
}

/// The moment at which seeds are valid.
fn moment() -> Time {
    Time::from_unix(1_700_000_000)
}

fn options(trust: &TrustStore) -> VerifyOptions<'_> {
    let mut options = VerifyOptions::new(trust, moment());
    options.limits = limits();
    options
}
