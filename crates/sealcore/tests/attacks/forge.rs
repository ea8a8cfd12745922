//! Documents and records as a foreign writer, or an attacker, makes them; and what all attacks use.

pub(crate) use super::support::{
    DAY, World, at, codes, document, document_files, issue, now, package, unpack, with_file,
};
pub(crate) use base64ct::{Base64, Encoding as _};
pub(crate) use sealcore::algorithm::sm2_value_to_der;
pub(crate) use sealcore::asn1::{Tag, Time, Writer};
pub(crate) use sealcore::cert::{Certificate, Profile};
pub(crate) use sealcore::cms::PreparedSignedData;
pub(crate) use sealcore::document::Document;
pub(crate) use sealcore::error::ErrorKind;
pub(crate) use sealcore::key::{Signer as _, SoftSigner};
pub(crate) use sealcore::lang::Lang;
pub(crate) use sealcore::limits::Limits;
pub(crate) use sealcore::ofd::package::Archive;
pub(crate) use sealcore::ofd::{Pages, SignRequest};
pub(crate) use sealcore::oids;
pub(crate) use sealcore::report::{Changes, Integrity, Report, Verdict};
pub(crate) use sealcore::seal::{Generation, Picture, Seal, SealRequest, TbsSign};
pub(crate) use sealcore::verify::VerifyOptions;
pub(crate) use sealcore_gm::sm2::DEFAULT_ID;
pub(crate) use sealcore_gm::sm3;
pub(crate) use std::sync::LazyLock;
pub(crate) use std::time::Duration;

pub(crate) static WORLD: LazyLock<World> = LazyLock::new(World::new);

pub(crate) type Files = Vec<(String, Vec<u8>)>;

pub(crate) const NAMESPACE: &str = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";

/// A record as a foreign writer, or an attacker, makes it.
pub(crate) struct Forged<'a> {
    pub(crate) signer: &'a SoftSigner,
    /// `Seal` or `Sign`, as the list states it.
    pub(crate) kind: &'a str,
    /// Seal inside the signed value; SignedData without one.
    pub(crate) seal: Option<&'a Seal>,
    /// What stands behind References in SignedInfo.
    pub(crate) extra: String,
    pub(crate) time: Time,
    /// CheckMethod; the digests are SM3's whatever it says.
    pub(crate) method: &'static str,
}

impl<'a> Forged<'a> {
    pub(crate) fn sign(signer: &'a SoftSigner) -> Self {
        Self {
            signer,
            kind: "Sign",
            seal: None,
            extra: String::new(),
            time: now(),
            method: "SM3",
        }
    }

    pub(crate) fn seal(signer: &'a SoftSigner, seal: &'a Seal) -> Self {
        Self {
            kind: "Seal",
            seal: Some(seal),
            extra: "<ofd:StampAnnot ID=\"77\" PageRef=\"10\" Boundary=\"10 10 40 40\"/>".to_owned(),
            ..Self::sign(signer)
        }
    }

    /// Adds the record, over the files that `covers` chooses.
    pub(crate) fn add(&self, files: &mut Files, covers: impl Fn(&str) -> bool) {
        self.add_in(files, "Doc_0", covers);
    }

    pub(crate) fn add_in(&self, files: &mut Files, folder: &str, covers: impl Fn(&str) -> bool) {
        let list = format!("{folder}/Signs/Signatures.xml");
        if position(files, &list).is_none() {
            let ofd = text(files, "OFD.xml");
            let root = format!("<ofd:DocRoot>{folder}/Document.xml</ofd:DocRoot>");
            if !ofd.contains(&format!("<ofd:Signatures>/{list}")) {
                set(
                    files,
                    "OFD.xml",
                    &ofd.replace(&root, &format!("{root}<ofd:Signatures>/{list}</ofd:Signatures>")),
                );
            }
            files.push((
                list.clone(),
                format!("<ofd:Signatures {NAMESPACE}></ofd:Signatures>").into_bytes(),
            ));
        }
        let number = text(files, &list).matches("<ofd:Signature ").count() + 20;
        let path = format!("{folder}/Signs/Sign_{number}/Signature.xml");
        let record = format!(
            "<ofd:Signature ID=\"s{number}\" Type=\"{}\" BaseLoc=\"/{path}\"/>",
            self.kind
        );
        let changed = text(files, &list).replace("</ofd:Signatures>", &format!("{record}</ofd:Signatures>"));
        set(files, &list, &changed);
        let references: String = files
            .iter()
            .filter(|(name, _)| covers(name))
            .map(|(name, bytes)| {
                let digest = Base64::encode_string(&sm3::digest(bytes));
                format!("<ofd:Reference FileRef=\"/{name}\"><ofd:CheckValue>{digest}</ofd:CheckValue></ofd:Reference>")
            })
            .collect();
        let xml = format!(
            "<ofd:Signature {NAMESPACE}><ofd:SignedInfo><ofd:References CheckMethod=\"{}\">{references}</ofd:References>{}</ofd:SignedInfo><ofd:SignedValue>SignedValue.dat</ofd:SignedValue></ofd:Signature>",
            self.method, self.extra
        );
        let value = self.value(xml.as_bytes(), &format!("/{path}"));
        files.push((path, xml.into_bytes()));
        files.push((format!("{folder}/Signs/Sign_{number}/SignedValue.dat"), value));
    }

    pub(crate) fn value(&self, xml: &[u8], path: &str) -> Vec<u8> {
        let digest = sm3::digest(xml);
        let Some(seal) = self.seal else {
            let data = PreparedSignedData::new(&digest, self.time, self.signer.certificate(), &[]);
            return data.assemble(&raw_sign(self.signer, data.signed_bytes()));
        };
        let certificate = self.signer.certificate().der().to_vec();
        let tbs = TbsSign::new(seal, self.time, digest.to_vec(), path.to_owned(), certificate.clone());
        let tbs = tbs.to_der().unwrap();
        let value = raw_sign(self.signer, &tbs);
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.raw(&tbs);
            writer.octets(&certificate);
            writer.oid(oids::SM2_WITH_SM3);
            writer.bits(&value);
        });
        writer.finish()
    }
}

pub(crate) fn raw_sign(signer: &SoftSigner, message: &[u8]) -> Vec<u8> {
    sm2_value_to_der(&signer.key().sm2().unwrap().sign_message(DEFAULT_ID, message).unwrap())
}

pub(crate) fn position(files: &Files, name: &str) -> Option<usize> {
    files.iter().position(|(other, _)| other == name)
}

pub(crate) fn text(files: &Files, name: &str) -> String {
    let index = position(files, name).unwrap_or_else(|| panic!("no {name}"));
    String::from_utf8(files[index].1.clone()).unwrap()
}

pub(crate) fn set(files: &mut Files, name: &str, content: &str) {
    match position(files, name) {
        Some(index) => files[index].1 = content.as_bytes().to_vec(),
        None => files.push((name.to_owned(), content.as_bytes().to_vec())),
    }
}

pub(crate) fn replace(files: &mut Files, name: &str, from: &str, to: &str) {
    let before = text(files, name);
    assert!(before.contains(from), "{name} has no {from}");
    set(files, name, &before.replace(from, to));
}

/// A document that is sealed as several vendors do it: everything but OFD.xml and the list.
pub(crate) fn sealed_without_entry(files: &mut Files) {
    let seal = WORLD.seal(Generation::V4);
    Forged::seal(&WORLD.signer, &seal).add(files, |name| name != "OFD.xml" && !name.contains("/Signs/"));
}

pub(crate) fn verify(files: &Files) -> Report {
    WORLD.verify(&package(files)).unwrap()
}

pub(crate) fn evil_page() -> String {
    format!("<ofd:Page {NAMESPACE}><ofd:Content><ofd:Layer ID=\"900\"/></ofd:Content></ofd:Page>")
}

pub(crate) fn evil_root(pages: &str) -> String {
    format!(
        "<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>"
    )
}

pub(crate) fn is_code(report: &Report, code: &str) -> bool {
    codes(report).contains(&code)
}
