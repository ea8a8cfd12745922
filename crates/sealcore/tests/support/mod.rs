//! A certificate authority, a maker, a signer, a seal and documents for the tests.
#![allow(dead_code, unreachable_pub, clippy::duplicated_attributes)] // each test file uses its own part

use sealcore::asn1::Time;
use sealcore::cert::{Certificate, CertificateTemplate, Name, Profile, RevocationListTemplate, TrustStore};
use sealcore::key::SoftSigner;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::ofd::package::{Archive, ArchiveWriter, DosTime, Method};
use sealcore::ofd::path::PackagePath;
use sealcore::ofd::{Pages, Placement, SignRequest};
use sealcore::report::Report;
use sealcore::seal::{Generation, Picture, Seal, SealRequest};
use sealcore::verify::VerifyOptions;
use sealcore_gm::sm2::SigningKey;

/// The moment at which everything in the tests happens.
pub fn now() -> Time {
    Time::parse_rfc3339("2026-11-22T04:00:00Z").unwrap()
}

pub const DAY: i64 = 86_400;

/// One red pixel as PNG.
const PICTURE: &[u8] =
    b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\
    \x02\x00\x00\x00\x90\x77\x53\xde\x00\x00\x00\x0c\x49\x44\x41\x54\x78\xda\x63\xb8\x26\xaf\x06\x00\x02\
    \xea\x01\x1c\x17\xa3\xa7\x74\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

pub struct World {
    pub authority: SoftSigner,
    pub maker: SoftSigner,
    pub signer: SoftSigner,
    /// The revocation list of the authority, in DER.
    pub list: Vec<u8>,
    pub trust: TrustStore,
}

fn rng() -> impl rand_core::CryptoRng {
    rand_core::UnwrapErr(getrandom::SysRng)
}

pub fn key() -> SigningKey {
    SigningKey::generate(&mut rng()).unwrap()
}

pub fn template(name: &str, key: &SigningKey, profile: Profile) -> CertificateTemplate {
    CertificateTemplate {
        subject: Name::parse(&format!("CN={name},O=sealcore tests,C=CN")).unwrap(),
        public_key: key.verifying_key().clone().into(),
        profile,
        not_before: now().plus_seconds(-100 * DAY),
        not_after: now().plus_seconds(700 * DAY),
        crl_url: None,
    }
}

impl World {
    pub fn new() -> Self {
        let root = key();
        let certificate = template("Root", &root, Profile::Root)
            .self_signed(&root, &mut rng())
            .unwrap();
        let authority = SoftSigner::new(root, certificate.clone()).unwrap();
        let maker = issue(&authority, "Maker", Profile::SealMaker);
        let signer = issue(&authority, "某单位", Profile::Unit);
        let list = RevocationListTemplate {
            this_update: now().plus_seconds(-DAY),
            next_update: now().plus_seconds(30 * DAY),
            number: 1,
            entries: Vec::new(),
        };
        let mut trust = TrustStore::new();
        trust.add_anchor(certificate);
        let list = list.issue(&authority).unwrap();
        let encoded = list.der().to_vec();
        trust.add_list(list);
        Self {
            authority,
            maker,
            signer,
            list: encoded,
            trust,
        }
    }

    pub fn certificate(&self) -> &Certificate {
        sealcore::key::Signer::certificate(&self.signer)
    }

    pub fn seal(&self, generation: Generation) -> Seal {
        let validity = [
            now().plus_seconds(-DAY),
            now().plus_seconds(-DAY),
            now().plus_seconds(300 * DAY),
        ];
        let picture = Picture::new("PNG", PICTURE.to_vec(), 40, 40);
        SealRequest::new(
            generation,
            "3401000000001",
            "某单位公章",
            picture,
            self.certificate(),
            validity,
        )
        .make(&self.maker)
        .unwrap()
    }

    /// Seals `document` on its first page.
    pub fn sealed(&self, document: &[u8], generation: Generation) -> Vec<u8> {
        let seal = self.seal(generation);
        let placements = [at(Pages::One(1))];
        self.sign(
            document,
            &SignRequest::seal(&seal, self.certificate(), now(), &placements),
        )
        .unwrap()
    }

    pub fn sign(&self, document: &[u8], request: &SignRequest<'_>) -> sealcore::error::Result<Vec<u8>> {
        let limits = Limits::default();
        let archive = Archive::open(document, &limits)?;
        sealcore::ofd::sign(&archive, request, &self.signer, &limits, &Unwatched, Vec::new())
    }

    pub fn verify(&self, document: &[u8]) -> sealcore::error::Result<Report> {
        let options = VerifyOptions::new(&self.trust, now());
        sealcore::document::Document::from_bytes(document, &options.limits)?.verify(&options)
    }
}

pub fn issue(authority: &SoftSigner, name: &str, profile: Profile) -> SoftSigner {
    let key = key();
    let certificate = template(name, &key, profile).issue(authority, &mut rng()).unwrap();
    SoftSigner::new(key, certificate).unwrap()
}

pub fn at(pages: Pages) -> Placement {
    Placement::At {
        pages,
        x_mm: 120.0,
        y_mm: 200.0,
    }
}

/// A document with these pages, and a resource file with a picture.
pub fn document(pages: usize) -> Vec<u8> {
    package(&document_files(pages))
}

pub fn document_files(pages: usize) -> Vec<(String, Vec<u8>)> {
    let namespace = "xmlns:ofd=\"http://www.ofdspec.org/2016\"";
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
    let mut list = String::new();
    let mut files = vec![(
        "OFD.xml".to_owned(),
        format!("{head}<ofd:OFD {namespace} Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>0123456789abcdef0123456789abcdef</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>").into_bytes(),
    )];
    for page in 0..pages {
        list.push_str(&format!(
            "<ofd:Page ID=\"{}\" BaseLoc=\"Pages/Page_{page}/Content.xml\"/>",
            page + 10
        ));
        files.push((
            format!("Doc_0/Pages/Page_{page}/Content.xml"),
            format!("{head}<ofd:Page {namespace}><ofd:Content><ofd:Layer ID=\"{}\"><ofd:TextObject ID=\"{}\" Boundary=\"20 20 100 10\" Font=\"3\" Size=\"5\"><ofd:TextCode X=\"0\" Y=\"5\" DeltaX=\"g 6 5\">第{page}页盖章处</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>", page * 2 + 1000, page * 2 + 1001).into_bytes(),
        ));
    }
    files.push((
        "Doc_0/Document.xml".to_owned(),
        format!("{head}<ofd:Document {namespace}><ofd:CommonData><ofd:MaxUnitID>9999</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{list}</ofd:Pages></ofd:Document>").into_bytes(),
    ));
    files.push((
        "Doc_0/PublicRes.xml".to_owned(),
        format!("{head}<ofd:Res {namespace} BaseLoc=\"Res\"><ofd:MultiMedias><ofd:MultiMedia ID=\"5\" Type=\"Image\"><ofd:MediaFile>image.png</ofd:MediaFile></ofd:MultiMedia></ofd:MultiMedias></ofd:Res>").into_bytes(),
    ));
    files.push((
        "Doc_0/Res/image.png".to_owned(),
        (0..5000_u32).map(|n| (n * n % 251) as u8).collect(),
    ));
    files
}

pub fn package(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Vec::new());
    for (name, bytes) in files {
        let path = PackagePath::from_entry_name(name).unwrap();
        writer.add(&path, bytes, Method::Deflated, DosTime::EARLIEST).unwrap();
    }
    writer.finish().unwrap()
}

/// The files of a package, in its order.
pub fn unpack(document: &[u8]) -> Vec<(String, Vec<u8>)> {
    let archive = Archive::open(document, &Limits::default()).unwrap();
    let entries = archive
        .entries()
        .iter()
        .enumerate()
        .filter(|(_, entry)| !entry.is_dir());
    entries
        .map(|(index, entry)| (entry.name().to_owned(), archive.read(index, 1 << 30).unwrap()))
        .collect()
}

/// The package with one file changed.
pub fn with_file(document: &[u8], name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut files = unpack(document);
    change(
        &mut files
            .iter_mut()
            .find(|(other, _)| other == name)
            .unwrap_or_else(|| panic!("no {name}"))
            .1,
    );
    package(&files)
}

/// The codes of all findings.
pub fn codes(report: &Report) -> Vec<&'static str> {
    let all = report
        .findings
        .iter()
        .chain(report.signatures.iter().flat_map(|one| &one.findings));
    all.map(|finding| finding.code.name()).collect()
}
