//! Signers, and what every attack is: a file, what was done to it, and what a verifier has to say.

pub(crate) use super::pdf::{
    Doc, Entry, Gap, IDS, KINDS, Kind, PageShape, Plan, Signed, Update, find, one_page, patch, rfind, sample,
    sample_with, set_path, stream,
};
pub(crate) use super::support::{World, now};
pub(crate) use sealcore::algorithm::sm2_value_to_der;
pub(crate) use sealcore::asn1::Writer;
pub(crate) use sealcore::cms::PreparedSignedData;
pub(crate) use sealcore::key::{Signer as _, SoftSigner};
pub(crate) use sealcore::oids;
pub(crate) use sealcore::seal::{Generation, TbsSign};
pub(crate) use sealcore_gm::sm2::DEFAULT_ID;
pub(crate) use sealcore_gm::sm3;
pub(crate) use std::sync::LazyLock;

pub(crate) static WORLD: LazyLock<World> = LazyLock::new(World::new);

fn raw_sign(signer: &SoftSigner, message: &[u8]) -> Vec<u8> {
    sm2_value_to_der(&signer.key().sm2().unwrap().sign_message(DEFAULT_ID, message).unwrap())
}

/// SignedData with SM2 and SM3 over the covered blocks.
pub(crate) fn cms(blocks: &[&[u8]]) -> Vec<u8> {
    let data = PreparedSignedData::new(&sm3::digest(&blocks.concat()), now(), WORLD.certificate(), &[]);
    data.assemble(&raw_sign(&WORLD.signer, data.signed_bytes()))
}

/// SES_Signature of GB/T 38540 over the covered blocks.
pub(crate) fn ses(blocks: &[&[u8]]) -> Vec<u8> {
    let seal = WORLD.seal(Generation::V4);
    let certificate = WORLD.certificate().der().to_vec();
    let digest = sm3::digest(&blocks.concat()).to_vec();
    let tbs = TbsSign::new(&seal, now(), digest, "ByteRange".to_owned(), certificate.clone());
    let tbs = tbs.to_der().unwrap();
    let value = raw_sign(&WORLD.signer, &tbs);
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.raw(&tbs);
        writer.octets(&certificate);
        writer.oid(oids::SM2_WITH_SM3);
        writer.bits(&value);
    });
    writer.finish()
}

/// The sample, sealed where it is seen.
pub(crate) fn sealed(kind: Kind) -> Signed {
    Plan::seal("Seal1").sign(&sample(kind), &cms)
}

pub(crate) fn certified(kind: Kind, p: u8) -> Signed {
    let plan = Plan {
        certify: Some(p),
        ..Plan::seal("Seal1")
    };
    plan.sign(&sample(kind), &cms)
}

/// What may be said of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expect {
    Valid,
    /// Indeterminate at the worst.
    NotInvalid,
    /// Indeterminate at the best.
    NotValid,
    Invalid,
    /// Invalid, or there is no signature left to speak of, which is said.
    InvalidOrUnsigned,
    /// No rule of this policy decides; only silence is wrong.
    Classed,
}

/// A file after an attack, or after something lawful.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) name: String,
    /// What was done, in a few words.
    pub(crate) how: &'static str,
    pub(crate) bytes: Vec<u8>,
    /// Under the policy `seal`.
    pub(crate) seal: Expect,
    /// Under the policy `pades`.
    pub(crate) pades: Expect,
}

impl Case {
    pub(crate) fn new(name: impl Into<String>, how: &'static str, bytes: Vec<u8>, expect: Expect) -> Self {
        Self {
            name: name.into(),
            how,
            bytes,
            seal: expect,
            pades: expect,
        }
    }

    pub(crate) fn invalid(name: impl Into<String>, how: &'static str, bytes: Vec<u8>) -> Self {
        Self::new(name, how, bytes, Expect::Invalid)
    }

    pub(crate) fn pades(self, pades: Expect) -> Self {
        Self { pades, ..self }
    }
}
