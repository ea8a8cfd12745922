//! An authority, a maker, a signer, a time-stamp authority and a seal, all made through the boundary.

use std::ptr::{null, null_mut};

use sealcore::report::Verdict;
use sealcore_system::now;

use super::{c, ok, opened, pdf, taken};
use crate::certificate::*;
use crate::document::*;
use crate::key::*;
use crate::placement::*;
use crate::report::*;
use crate::request::*;
use crate::seal::*;
use crate::seal_request::*;
use crate::sign::*;
use crate::signer::*;
use crate::support::{DAY, document};
use crate::verifier::*;

/// One red pixel as PNG.
pub(super) const PICTURE: &[u8] =
    b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\
    \x02\x00\x00\x00\x90\x77\x53\xde\x00\x00\x00\x0c\x49\x44\x41\x54\x78\xda\x63\xb8\x26\xaf\x06\x00\x02\
    \xea\x01\x1c\x17\xa3\xa7\x74\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// A key with its certificate, and the chain where there is one.
pub(super) struct Holder {
    pub(super) key: *mut sealcore_key,
    pub(super) certificates: Vec<u8>,
    pub(super) signer: *mut sealcore_signer,
}

pub(super) struct House {
    pub(super) root: Holder,
    pub(super) maker: Holder,
    pub(super) unit: Holder,
    pub(super) tsa: Holder,
    pub(super) list: Vec<u8>,
}

impl Holder {
    pub(super) fn new(algorithm: &str, name: &str, profile: &str, issuer: Option<&Self>) -> Self {
        let mut key = null_mut();
        let algorithm = c(algorithm);
        ok(|error| sealcore_key_generate(algorithm.as_ptr(), &raw mut key, error));
        let from = now().unix() - DAY;
        let options = c(&format!(
            "{{\"subject\": \"CN={name},O=sealcore tests,C=CN\", \"profile\": \"{profile}\", \"not_before\": {from}}}"
        ));
        let mut pem = null_mut();
        let by = issuer.map_or(null(), |issuer| issuer.signer.cast_const());
        ok(|error| sealcore_certificate_issue(by, key, null(), 0, options.as_ptr(), &raw mut pem, error));
        let mut certificates = taken(pem);
        certificates.extend(issuer.map(|issuer| issuer.certificates.as_slice()).unwrap_or_default());
        let signer = signer(&pkcs8(key, None), None, &certificates);
        Self {
            key,
            certificates,
            signer,
        }
    }

    pub(super) fn free(self) {
        sealcore_key_free(self.key);
        sealcore_signer_free(self.signer);
    }
}

impl House {
    pub(super) fn new() -> Self {
        let root = Holder::new("sm2", "Root", "root", None);
        let mut list = null_mut();
        ok(|error| sealcore_crl_issue(root.signer, c"{}".as_ptr(), &raw mut list, error));
        Self {
            maker: Holder::new("sm2", "Maker", "maker", Some(&root)),
            unit: Holder::new("sm2", "某单位", "unit", Some(&root)),
            tsa: Holder::new("sm2", "Clock", "tsa", Some(&root)),
            list: taken(list),
            root,
        }
    }

    /// A request for a seal of this generation.
    pub(super) fn seal_request(&self, generation: &str) -> *mut sealcore_seal_request {
        let mut request = null_mut();
        let generation = c(generation);
        ok(|error| {
            sealcore_seal_request_new(
                generation.as_ptr(),
                c"3401000000001".as_ptr(),
                c"某单位公章".as_ptr(),
                &raw mut request,
                error,
            )
        });
        ok(|error| sealcore_seal_request_set_picture(request, null(), PICTURE.as_ptr(), PICTURE.len(), 40, 40, error));
        let unit = &self.unit.certificates;
        ok(|error| sealcore_seal_request_add_signer(request, unit.as_ptr(), unit.len(), 0, error));
        request
    }

    pub(super) fn seal(&self, generation: &str) -> *mut sealcore_seal {
        let (request, mut seal) = (self.seal_request(generation), null_mut());
        ok(|error| sealcore_seal_make(request, self.maker.signer, &raw mut seal, error));
        sealcore_seal_request_free(request);
        seal
    }

    /// A request for this seal on the last page, for a digital signature without one.
    pub(super) fn request(&self, generation: Option<&str>) -> *mut sealcore_request {
        let mut request = null_mut();
        ok(|error| sealcore_request_new(&raw mut request, error));
        if let Some(generation) = generation {
            let seal = self.seal(generation);
            ok(|error| sealcore_request_set_seal(request, seal, error));
            // The request holds its own.
            sealcore_seal_free(seal);
            ok(|error| sealcore_request_add_place(request, c"last".as_ptr(), 20.0, 200.0, error));
        }
        request
    }

    pub(super) fn sign(
        &self,
        bytes: &[u8],
        request: *const sealcore_request,
        signer: *const sealcore_signer,
    ) -> Vec<u8> {
        let (document, mut signed) = (opened(bytes), null_mut());
        ok(|error| sealcore_sign(document, request, signer, null(), &raw mut signed, error));
        sealcore_document_free(document);
        taken(signed)
    }

    pub(super) fn verdict(&self, bytes: &[u8]) -> Verdict {
        self.report(bytes).0
    }

    /// The verdict, and the report as JSON.
    pub(super) fn report(&self, bytes: &[u8]) -> (Verdict, serde_json::Value) {
        let (mut verifier, document) = (null_mut(), opened(bytes));
        ok(|error| sealcore_verifier_new(&raw mut verifier, error));
        let root = &self.root.certificates;
        ok(|error| sealcore_verifier_add_trust(verifier, root.as_ptr(), root.len(), error));
        ok(|error| sealcore_verifier_add_crl(verifier, self.list.as_ptr(), self.list.len(), error));
        let (mut verdict, mut report, mut json) = (0, null_mut(), null_mut());
        ok(|error| sealcore_verify(verifier, document, null(), &raw mut verdict, &raw mut report, error));
        ok(|error| sealcore_report_json(report, c"x".as_ptr(), 1, &raw mut json, error));
        let json = serde_json::from_slice(&taken(json)).unwrap();
        sealcore_report_free(report);
        sealcore_document_free(document);
        sealcore_verifier_free(verifier);
        let verdict = match verdict {
            SEALCORE_VERDICT_VALID => Verdict::Valid,
            SEALCORE_VERDICT_INVALID => Verdict::Invalid,
            SEALCORE_VERDICT_INDETERMINATE => Verdict::Indeterminate,
            other => panic!("verdict {other}"),
        };
        (verdict, json)
    }

    pub(super) fn free(self) {
        for holder in [self.root, self.maker, self.unit, self.tsa] {
            holder.free();
        }
    }
}

/// An OFD and a PDF.
pub(super) fn documents() -> [Vec<u8>; 2] {
    [document(2), pdf::sample(pdf::Kind::Table).bytes]
}

pub(super) fn pkcs8(key: *const sealcore_key, password: Option<&str>) -> Vec<u8> {
    let (mut pem, password) = (null_mut(), password.map(c));
    let password = password.as_ref().map_or(null(), |password| password.as_ptr());
    ok(|error| sealcore_key_pkcs8(key, password, &raw mut pem, error));
    taken(pem)
}

pub(super) fn signer(key: &[u8], password: Option<&str>, certificates: &[u8]) -> *mut sealcore_signer {
    let (mut signer, password) = (null_mut(), password.map(c));
    let password = password.as_ref().map_or(null(), |password| password.as_ptr());
    ok(|error| {
        sealcore_signer_from_key(
            key.as_ptr(),
            key.len(),
            password,
            certificates.as_ptr(),
            certificates.len(),
            &raw mut signer,
            error,
        )
    });
    signer
}
