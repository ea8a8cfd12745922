//! Seeds: small well-formed inputs, made by this project's own writers from fixed keys, so that no file of them is kept.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // its own input, the same at each call

use std::convert::Infallible;
use std::time::Duration;

use base64ct::{Base64, Encoding as _};
use rand_core::{TryCryptoRng, TryRng};
use sealcore::algorithm::sm2_value_to_der;
use sealcore::asn1::{Oid, Tag, Time, Writer};
use sealcore::cert::{
    CertificateTemplate, Name, Profile, Request, Revocation, RevocationList, RevocationListTemplate, RevocationReason,
    TrustStore,
};
use sealcore::cms::PreparedSignedData;
use sealcore::digest::DigestAlgorithm;
use sealcore::key::{KeyFile, Signer, SoftSigner, pkcs8, sec1, to_pkcs12};
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::ofd::package::{Archive, ArchiveWriter, DosTime, Method};
use sealcore::ofd::path::PackagePath;
use sealcore::ofd::{Occurrence, Placement, SignRequest, prepare};
use sealcore::oids;
use sealcore::seal::{CertificateList, Extension, Generation, Picture, Seal, SealRequest, TbsSign};
use sealcore::timestamp::{
    AuthorityConfig, ClockRules, GenTime, MessageImprint, Nonce, RandomSerials, Reading, Responder, TimeStampRequest,
    TimeStampResponse, TimeStampToken, TstInfo,
};
use sealcore_gm::sm2::{DEFAULT_ID, SigningKey};
use sealcore_gm::sm3;

use crate::containers::{BETWEEN, PARTS};
use crate::moment;

const GENERATIONS: [Generation; 3] = [Generation::V1, Generation::V4, Generation::V5];
const URIS: [&str; 4] = [
    "pkcs11:token=The%20token;serial=1%2f2;object=财务;id=%01%ff;type=private?module-path=/usr/lib/p.so&pin-value=geheim",
    "pkcs11:slot-id=3?x-sm2-mechanism=0x80000123&x-sm2-format=raw&pin-source=file:/run/pin",
    "sdf:key=1?module-path=/opt/libsdf.so&pin-value=geheim",
    "skf:device=D;application=A;container=C%3b1?module-path=libskf.so",
];
const FOLDER: &str = "/Doc_0/Signs/Sign_0";

/// The seeds of the target with this name; none for a name that is no target's.
#[must_use]
pub fn of(target: &str) -> Vec<Vec<u8>> {
    match target {
        "asn1" => vec![
            seal(Generation::V4).der().to_vec(),
            people().unit.certificate().der().to_vec(),
            tlvs(),
        ],
        "der_seal" => GENERATIONS
            .iter()
            .map(|one| seal(*one).der().to_vec())
            .chain([digest_seal()])
            .collect(),
        "seal_signature" => GENERATIONS
            .iter()
            .map(|one| seal_signature(*one, b"<Signature/>"))
            .collect(),
        "signed_data" => vec![signed_data(b"<Signature/>")],
        "signature_value" => signature_values(),
        "sm2_verify" => sm2_signatures(),
        "zip_door" => vec![
            ofd(&signed_data),
            ofd(&|xml| seal_signature(Generation::V4, xml)),
            package(&[("/a", b"")]),
        ],
        "signatures_xml" => LISTS
            .iter()
            .map(|one| one.as_bytes().to_vec())
            .chain([utf16(LISTS[0])])
            .collect(),
        "signature_xml" => vec![description(&[("/OFD.xml", b"x"), ("/Doc_0/Document.xml", b"y")])],
        "page_scan" => vec![PAGE.into(), utf16(PAGE)],
        "ofd_verify" => vec![
            ofd(&signed_data),
            ofd(&|xml| seal_signature(Generation::V1, xml)),
            ofd(&|xml| seal_signature(Generation::V5, xml)),
        ],
        "ofd_parts" => vec![
            parts(&signed_data),
            parts(&|xml| seal_signature(Generation::V1, xml)),
            parts(&|xml| seal_signature(Generation::V4, xml)),
        ],
        "ofd_sign" => [unsigned().join(BETWEEN), parts(&signed_data)]
            .into_iter()
            .flat_map(|one| [vec![], vec![b'\n'], vec![b'\n'; 2]].map(|tail| [&one[..], &tail[..]].concat()))
            .collect(),
        "sign_session" => sessions(),
        "certificate" => certificates(),
        "revocation_list" => vec![revocation_list()],
        "timestamp_request" => time_stamp_requests(),
        "timestamp_response" => time_stamp_replies(),
        "timestamp_token" => time_stamp_tokens().iter().map(|token| token.der().to_vec()).collect(),
        "key_file" => key_files(),
        "device_uri" => {
            let mut seeds: Vec<_> = URIS.iter().map(|one| one.as_bytes().to_vec()).collect();
            // Three times as long when it is shown, and nearly too long then.
            seeds.push(format!("sdf:?module-path={}", "$".repeat(2_720)).into_bytes());
            seeds
        }
        other => crate::pdf_seeds::of(other),
    }
}

/// The same numbers at each run: seeds are made anew, and are to be the same.
struct Counter(u64);

impl TryRng for Counter {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        Ok(u32::from_le_bytes(self.0.to_le_bytes()[4..].try_into().unwrap()))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(u64::from(self.try_next_u32()?) << 32 | u64::from(self.try_next_u32()?))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for piece in bytes.chunks_mut(4) {
            let number = self.try_next_u32()?.to_le_bytes();
            piece.copy_from_slice(&number[..piece.len()]);
        }
        Ok(())
    }
}

/// Good enough for keys that protect nothing.
impl TryCryptoRng for Counter {}

struct People {
    root: SoftSigner,
    maker: SoftSigner,
    unit: SoftSigner,
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32]).unwrap()
}

fn template(name: &str, key: &SigningKey, profile: Profile) -> CertificateTemplate {
    CertificateTemplate {
        subject: Name::parse(&format!("CN={name},O=种子,C=CN")).unwrap(),
        public_key: key.verifying_key().clone().into(),
        profile,
        not_before: Time::from_unix(1_600_000_000),
        not_after: Time::from_unix(2_000_000_000),
        crl_url: Some("http://crl.example/1.crl".to_owned()),
    }
}

fn people() -> People {
    let mut random = Counter(1);
    let root_key = key(1);
    let certificate = template("root", &root_key, Profile::Root)
        .self_signed(&root_key, &mut random)
        .unwrap();
    let root = SoftSigner::new(root_key, certificate).unwrap();
    let mut below = |name, number, profile| {
        let key = key(number);
        let certificate = template(name, &key, profile).issue(&root, &mut random).unwrap();
        SoftSigner::new(key, certificate).unwrap()
    };
    let (maker, unit) = (below("maker", 2, Profile::SealMaker), below("unit", 3, Profile::Unit));
    People { root, maker, unit }
}

/// Who signs in the targets that sign, and with what seal.
pub(crate) fn signer_and_seal() -> (SoftSigner, Seal) {
    (people().unit, seal(Generation::V4))
}

fn request(generation: Generation, people: &People) -> SealRequest {
    let validity = [moment(), moment(), Time::from_unix(1_900_000_000)];
    let picture = Picture::new("PNG", crate::pdf_seeds::png(), 40, 40);
    let mut request = SealRequest::new(
        generation,
        "0001",
        "某单位电子印章",
        picture,
        people.unit.certificate(),
        validity,
    );
    request.extensions = vec![Extension {
        id: oids::SM3,
        critical: false,
        value: b"2.1".to_vec(),
    }];
    request
}

fn seal(generation: Generation) -> Seal {
    let people = people();
    request(generation, &people).make(&people.maker).unwrap()
}

fn digest_seal() -> Vec<u8> {
    let people = people();
    let mut request = request(Generation::V4, &people);
    let digest = sm3::digest(people.unit.certificate().der()).to_vec();
    request.property.certificates = CertificateList::Digests(vec![("SM3".to_owned(), digest)]);
    request.make(&people.maker).unwrap().der().to_vec()
}

fn sign(signer: &SoftSigner, message: &[u8]) -> Vec<u8> {
    sm2_value_to_der(&signer.key().sm2().unwrap().sign_message(DEFAULT_ID, message).unwrap())
}

fn seal_signature(generation: Generation, xml: &[u8]) -> Vec<u8> {
    let unit = people().unit;
    let certificate = unit.certificate().der().to_vec();
    let path = format!("{FOLDER}/Signature.xml");
    let tbs = TbsSign::new(
        &seal(generation),
        moment(),
        sm3::digest(xml).to_vec(),
        path,
        certificate.clone(),
    );
    let tbs = tbs.to_der().unwrap();
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.raw(&tbs);
        if generation != Generation::V1 {
            writer.octets(&certificate);
            writer.oid(oids::SM2_WITH_SM3);
        }
        writer.bits(&sign(&unit, &tbs));
    });
    writer.finish()
}

pub(crate) fn signed_data(xml: &[u8]) -> Vec<u8> {
    let People { root, unit, .. } = people();
    let prepared = PreparedSignedData::new(
        &sm3::digest(xml),
        moment(),
        unit.certificate(),
        &[root.certificate().clone()],
    );
    prepared.assemble(&sign(&unit, prepared.signed_bytes()))
}

/// An authority that says the same each time: its clock stands, and so does its randomness.
pub(crate) fn responder() -> Responder {
    let reading = Reading {
        utc: GenTime::from(moment()),
        uncertainty: Duration::ZERO,
        monotonic: Duration::ZERO,
    };
    let root = people().root;
    let key = key(5);
    let certificate = template("stamps", &key, Profile::TimestampAuthority)
        .issue(&root, &mut Counter(5))
        .unwrap();
    let signer = SoftSigner::new(key, certificate).unwrap();
    let policy = Oid::new(&[1, 2, 3, 4]);
    Responder::new(
        AuthorityConfig::new(policy, ClockRules::new(Duration::from_millis(1_500))),
        Box::new(signer),
        Box::new(move || Ok(reading)),
        Box::new(RandomSerials::new(&mut Counter(6))),
        Box::new(|bytes: &mut [u8]| {
            bytes.fill(7);
            Ok(())
        }),
    )
    .unwrap()
}

fn time_stamp_requests() -> Vec<Vec<u8>> {
    let imprint = |algorithm| MessageImprint::of(algorithm, b"data").unwrap();
    vec![
        TimeStampRequest::new(imprint(DigestAlgorithm::Sm3)).to_der(),
        TimeStampRequest::new(imprint(DigestAlgorithm::Sm3))
            .with_certificates(false)
            .with_nonce(Nonce::random(&mut Counter(7)))
            .with_policy(Oid::new(&[1, 2, 3, 4]))
            .to_der(),
        TimeStampRequest::new(imprint(DigestAlgorithm::Sha512)).to_der(),
    ]
}

fn time_stamp_replies() -> Vec<Vec<u8>> {
    let responder = responder();
    let refused = [&b"what is no request"[..]];
    let requests = time_stamp_requests();
    let all = requests.iter().map(|request| &request[..]).chain(refused);
    let reply = |request: &[u8]| {
        let mut reply = Vec::new();
        responder.respond(request, &mut reply);
        reply
    };
    all.map(reply).collect()
}

fn time_stamp_tokens() -> Vec<TimeStampToken> {
    let replies = time_stamp_replies();
    let read = replies.iter().map(|reply| TimeStampResponse::from_der(reply).unwrap());
    read.filter_map(|response| response.token).collect()
}

/// The authority's anchor with its revocation list, and what its tokens say.
pub(crate) fn stamped() -> (TrustStore, Vec<TstInfo>) {
    let mut trust = TrustStore::new();
    trust.add_anchor(people().root.certificate().clone());
    trust.add_list(RevocationList::from_der(&revocation_list()).unwrap());
    (
        trust,
        time_stamp_tokens().iter().map(|token| token.info().clone()).collect(),
    )
}

fn signature_values() -> Vec<Vec<u8>> {
    let signature = key(3).sign_digest(&[7; 32]);
    vec![sm2_value_to_der(&signature), signature.to_bytes().to_vec()]
}

/// With the key in both forms, and a signature that is in range and no more.
fn sm2_signatures() -> Vec<Vec<u8>> {
    let (key, e) = (key(3), [7; 32]);
    let point = key.verifying_key().to_sec1();
    let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    let signature = key.sign_digest(&e).to_bytes();
    vec![
        [&point[..], &signature, &e].concat(),
        [&compressed[..], &signature, &e].concat(),
        [&compressed[..], &[1; 64], &e].concat(),
    ]
}

fn tlvs() -> Vec<u8> {
    let mut writer = Writer::new();
    writer.sequence(|writer| {
        writer.integer(-129);
        writer.boolean(true);
        writer.null();
        writer.named_bits(0b11);
        writer.utc_time(moment());
        writer.generalized_time(moment());
        writer.string(Tag::UTF8_STRING, "印章");
        // BER: an indefinite length around a constructed string.
        writer.raw(&[0x24, 0x80, 4, 1, 1, 4, 1, 2, 0, 0]);
    });
    writer.finish()
}

fn certificates() -> Vec<Vec<u8>> {
    let People { root, maker, unit } = people();
    let mut authority = template("authority", &key(4), Profile::Authority { path_len: Some(1) });
    authority.crl_url = None;
    let request = Request::create(&unit.certificate().subject(), unit.key()).unwrap();
    vec![
        root.certificate().der().to_vec(),
        maker.certificate().der().to_vec(),
        authority.issue(&root, &mut Counter(2)).unwrap().der().to_vec(),
        unit.certificate().to_pem().into_bytes(),
        request.der().to_vec(),
        signed_data(b""),
    ]
}

fn revocation_list() -> Vec<u8> {
    let People { root, unit, .. } = people();
    let revocation = Revocation {
        at: moment(),
        reason: Some(RevocationReason(1)),
    };
    let entries = vec![
        (vec![1], revocation),
        (unit.certificate().serial().to_vec(), revocation),
    ];
    let (this_update, next_update) = (moment(), moment().plus_seconds(86_400));
    RevocationListTemplate {
        this_update,
        next_update,
        number: 7,
        entries,
    }
    .issue(&root)
    .unwrap()
    .der()
    .to_vec()
}

fn key_files() -> Vec<Vec<u8>> {
    let People { root, unit, .. } = people();
    let key = unit.key().clone();
    let file = KeyFile {
        key: key.clone(),
        certificate: Some(unit.certificate().clone()),
        chain: vec![root.certificate().clone()],
    };
    vec![
        pkcs8::to_der(&key).unwrap().to_vec(),
        pkcs8::to_pem(&key).unwrap().as_bytes().to_vec(),
        sec1::to_der(key.sm2().unwrap()).to_vec(),
        pkcs8::to_encrypted_der(&key, "密码", 1_000, &mut Counter(3)).unwrap(),
        to_pkcs12(&file, "key", "密码", 1_000, &mut Counter(4)).unwrap(),
    ]
}

const LISTS: [&str; 2] = [
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:Signatures xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:MaxSignId>s002</ofd:MaxSignId><ofd:Signature ID=\"s001\" Type=\"Seal\" BaseLoc=\"/Doc_0/Signs/Sign_0/Signature.xml\"/></ofd:Signatures>",
    "<Signatures xmlns='http://www.ofdspec.org'/>",
];

const PAGE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area><ofd:Template TemplateID=\"2\"/><ofd:Content><ofd:Layer ID=\"3\"><ofd:TextObject ID=\"4\" Boundary=\"10 10 50 10\" Font=\"5\" Size=\"4\"><ofd:TextCode X=\"0\" Y=\"4\" DeltaX=\"g 3 4\">盖章处</ofd:TextCode></ofd:TextObject></ofd:Layer></ofd:Content></ofd:Page>";

const ENTRY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\" Version=\"1.1\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot><ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures></ofd:DocBody></ofd:OFD>";

const DOCUMENT: &str = "<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/><ofd:Page ID=\"8\" BaseLoc=\"Pages/Page_0/Content.xml\"/></ofd:Pages></ofd:Document>";

/// UTF-16 with its mark, as some Windows programs write XML.
fn utf16(text: &str) -> Vec<u8> {
    let text = text.replace("UTF-8", "UTF-16");
    [0xfeff]
        .into_iter()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect()
}

fn description(files: &[(&str, &[u8])]) -> Vec<u8> {
    let references: String = files
        .iter()
        .map(|(path, content)| {
            let digest = Base64::encode_string(&sm3::digest(content));
            format!("<ofd:Reference FileRef=\"{path}\"><ofd:CheckValue>{digest}</ofd:CheckValue></ofd:Reference>")
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:Signature xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:SignedInfo>\
         <ofd:Provider ProviderName=\"seed\" Version=\"1\"/><ofd:SignatureMethod>1.2.156.10197.1.501</ofd:SignatureMethod>\
         <ofd:SignatureDateTime>2023-11-15 06:13:20</ofd:SignatureDateTime>\
         <ofd:References CheckMethod=\"1.2.156.10197.1.401\">{references}</ofd:References>\
         <ofd:StampAnnot ID=\"s002\" PageRef=\"1\" Boundary=\"150 20 40 40\" Clip=\"0 0 8 40\"/>\
         </ofd:SignedInfo><ofd:SignedValue>{FOLDER}/SignedValue.dat</ofd:SignedValue></ofd:Signature>"
    )
    .into_bytes()
}

/// SES_Signature of GB/T 38540 over these bytes.
pub(crate) fn ses(bytes: &[u8]) -> Vec<u8> {
    seal_signature(Generation::V4, bytes)
}

/// A package of these files.
pub(crate) fn package(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Vec::new());
    for (path, content) in files {
        let path = PackagePath::root().resolve(path).unwrap();
        writer.add(&path, content, Method::Deflated, DosTime::EARLIEST).unwrap();
    }
    writer.finish().unwrap()
}

/// The files of a document of one page, shown twice, in the order of [`PARTS`], with the signed value that `sign` makes of Signature.xml.
fn document(sign: &dyn Fn(&[u8]) -> Vec<u8>) -> Vec<Vec<u8>> {
    let mut files: Vec<Vec<u8>> = [ENTRY, DOCUMENT, PAGE, LISTS[0]]
        .map(|text| text.as_bytes().to_vec())
        .into();
    let covered: Vec<(&str, &[u8])> = PARTS
        .iter()
        .copied()
        .zip(files.iter().map(Vec::as_slice))
        .take(3)
        .collect();
    let xml = description(&covered);
    let value = sign(&xml);
    files.extend([xml, value]);
    files
}

fn ofd(sign: &dyn Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let files = document(sign);
    let named: Vec<(&str, &[u8])> = PARTS.iter().copied().zip(files.iter().map(Vec::as_slice)).collect();
    package(&named)
}

fn parts(sign: &dyn Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    document(sign).join(BETWEEN)
}

/// The same document without a signature.
fn unsigned() -> [Vec<u8>; 3] {
    let entry = ENTRY.replace("<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>", "");
    [entry.as_str(), DOCUMENT, PAGE].map(|text| text.as_bytes().to_vec())
}

fn sessions() -> Vec<Vec<u8>> {
    let (signer, seal) = signer_and_seal();
    let files = unsigned();
    let named: Vec<(&str, &[u8])> = PARTS.iter().copied().zip(files.iter().map(Vec::as_slice)).collect();
    let package = package(&named);
    let archive = Archive::open(&package, &Limits::default()).unwrap();
    let placements = [Placement::keyword("盖章", Occurrence::All)];
    let requests = [
        SignRequest::signature(signer.certificate(), moment()),
        SignRequest::seal(&seal, signer.certificate(), moment(), &placements),
    ];
    let session = |request| {
        prepare(&archive, request, &Limits::default(), &Unwatched)
            .unwrap()
            .to_bytes()
    };
    requests.iter().map(session).collect()
}
