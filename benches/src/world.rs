//! Certificate authorities, a maker of seals, signers, a V4 seal and the trust to judge them, all in memory.

use sealcore::asn1::Time;
use sealcore::cert::{CertificateTemplate, Name, Profile, RevocationListTemplate, TrustStore};
use sealcore::error::Result;
use sealcore::key::{KeyAlgorithm, PrivateKey, Signer as _, SoftSigner};
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::ofd::package::Archive;
use sealcore::ofd::{Pages, Placement, SignRequest};
use sealcore::report::{Report, Verdict};
use sealcore::seal::{Generation, Picture, Seal, SealRequest};
use sealcore::verify::VerifyOptions;

const DAY: i64 = 86_400;
/// 2026-11-22T04:00:00Z, in seconds since 1970.
const NOW: i64 = 1_795_320_000;

/// Everything that signing and verifying need besides the document.
pub struct World {
    signer: SoftSigner,
    seal: Seal,
    trust: TrustStore,
    placements: [Placement; 1],
    limits: Limits,
}

impl World {
    /// Draws the keys, issues the certificates and a revocation list, makes the seal.
    ///
    /// # Errors
    /// None, unless the system's random source fails.
    pub fn new() -> Result<Self> {
        let house = House::new(KeyAlgorithm::Sm2)?;
        let maker = house.signer("Maker", Profile::SealMaker)?;
        let signer = house.signer("Signer", Profile::Unit)?;
        // As large as the picture that the peers' seal has.
        let picture = Picture::new("PNG", [b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 1500]].concat(), 40, 40);
        let seal = seal(picture, &signer, &maker)?;
        Ok(Self {
            signer,
            seal,
            trust: house.trust,
            placements: [place()],
            limits: Limits::default(),
        })
    }

    /// Seals `archive` with one stamp and writes it to `output`.
    ///
    /// # Errors
    /// As [`sealcore::ofd::sign`].
    pub fn sign<W: std::io::Write>(&self, archive: &Archive<'_>, output: W) -> Result<W> {
        let request = SignRequest::seal(&self.seal, self.signer.certificate(), now(), &self.placements);
        sealcore::ofd::sign(archive, &request, &self.signer, &self.limits, &Unwatched, output)
    }

    /// Opens, seals, and gives back the sealed document, all in memory.
    ///
    /// # Errors
    /// As [`Archive::open`] and [`Self::sign`].
    pub fn seal_bytes(&self, document: &[u8]) -> Result<Vec<u8>> {
        let archive = Archive::open(document, &self.limits)?;
        self.sign(&archive, Vec::with_capacity(document.len() + 100_000))
    }

    /// What verification is given.
    #[must_use]
    pub fn options(&self) -> VerifyOptions<'_> {
        VerifyOptions::new(&self.trust, now())
    }

    /// Opens and verifies a document in memory.
    ///
    /// # Errors
    /// As [`sealcore::document::Document::verify`].
    pub fn verify_bytes(&self, document: &[u8]) -> Result<Report> {
        let options = self.options();
        sealcore::document::Document::from_bytes(document, &options.limits)?.verify(&options)
    }

    /// Whether a sealed document is valid: asked once before anything is measured.
    ///
    /// # Errors
    /// As [`Self::verify_bytes`].
    pub fn accepts(&self, document: &[u8]) -> Result<bool> {
        Ok(self.verify_bytes(document)?.verdict == Verdict::Valid)
    }

    /// The limits that everything is measured under: the defaults.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }
}

/// An authority and the trust in it.
pub(crate) struct House {
    algorithm: KeyAlgorithm,
    authority: SoftSigner,
    /// The authority as the anchor, with its revocation list.
    pub(crate) trust: TrustStore,
}

impl House {
    /// An authority with a key of this algorithm; so are the keys of those whom it certifies.
    pub(crate) fn new(algorithm: KeyAlgorithm) -> Result<Self> {
        let root = PrivateKey::generate(algorithm, &mut random())?;
        let certificate = template("Root", &root, Profile::Root)?.self_signed(&root, &mut random())?;
        let authority = SoftSigner::new(root, certificate.clone())?;
        let list = RevocationListTemplate {
            this_update: now().plus_seconds(-DAY),
            next_update: now().plus_seconds(30 * DAY),
            number: 1,
            entries: Vec::new(),
        };
        let mut trust = TrustStore::new();
        trust.add_anchor(certificate);
        trust.add_list(list.issue(&authority)?);
        Ok(Self {
            algorithm,
            authority,
            trust,
        })
    }

    pub(crate) fn signer(&self, name: &str, profile: Profile) -> Result<SoftSigner> {
        let key = PrivateKey::generate(self.algorithm, &mut random())?;
        let certificate = template(name, &key, profile)?.issue(&self.authority, &mut random())?;
        SoftSigner::new(key, certificate)
    }
}

/// A V4 seal of `signer`.
pub(crate) fn seal(picture: Picture, signer: &SoftSigner, maker: &SoftSigner) -> Result<Seal> {
    let validity = [
        now().plus_seconds(-DAY),
        now().plus_seconds(-DAY),
        now().plus_seconds(300 * DAY),
    ];
    let request = SealRequest::new(
        Generation::V4,
        "3401000000001",
        "sealcore benches",
        picture,
        signer.certificate(),
        validity,
    );
    request.make(maker)
}

/// Low on the first page.
pub(crate) fn place() -> Placement {
    Placement::At {
        pages: Pages::One(1),
        x_mm: 150.0,
        y_mm: 230.0,
    }
}

pub(crate) fn now() -> Time {
    Time::from_unix(NOW)
}

fn random() -> impl rand_core::CryptoRng {
    rand_core::UnwrapErr(getrandom::SysRng)
}

fn template(name: &str, key: &PrivateKey, profile: Profile) -> Result<CertificateTemplate> {
    Ok(CertificateTemplate {
        subject: Name::parse(&format!("CN={name},O=sealcore benches,C=CN"))?,
        public_key: key.public_key(),
        profile,
        not_before: now().plus_seconds(-100 * DAY),
        not_after: now().plus_seconds(700 * DAY),
        crl_url: None,
    })
}
