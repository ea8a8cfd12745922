//! What is done to a PDF: sealed or signed in place and verified from its file, and the bare hashing that this is held against.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use sealcore::cert::{Profile, TrustStore};
use sealcore::document::Document;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::key::{KeyAlgorithm, Signer as _, SoftSigner};
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::pdf::{self, Pdf, PictureXObject, SignRequest};
use sealcore::placement::Placement;
use sealcore::report::{Policy, Verdict};
use sealcore::seal::{Picture, Seal};
use sealcore::source::Source;
use sealcore::text;
use sealcore::verify::VerifyOptions;
use sealcore_gm::sm3::Sm3;
use sha2::{Digest as _, Sha256};

use crate::world::{House, now, place, seal};

/// What a pass that does nothing but hashing reads at once.
const PIECE: usize = 256 << 10;

/// A digest and nothing else: the floor under everything that covers a whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Floor {
    /// SM3.
    Sm3,
    /// SHA-256.
    Sha256,
}

impl Floor {
    /// The name in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sm3 => "sm3",
            Self::Sha256 => "sha256",
        }
    }

    /// Hashes bytes in memory.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> [u8; 32] {
        match self {
            Self::Sm3 => Sm3::digest(bytes).into(),
            Self::Sha256 => Sha256::digest(bytes).into(),
        }
    }

    /// Reads a file and hashes it.
    ///
    /// # Errors
    /// As reading it.
    pub fn file(self, path: &Path) -> io::Result<[u8; 32]> {
        let mut file = File::open(path)?;
        let mut piece = vec![0; PIECE];
        match self {
            Self::Sm3 => {
                let mut hasher = Sm3::new();
                read(&mut file, &mut piece, |bytes| hasher.update(bytes))?;
                Ok(hasher.finalize().into())
            }
            Self::Sha256 => {
                let mut hasher = Sha256::new();
                read(&mut file, &mut piece, |bytes| hasher.update(bytes))?;
                Ok(hasher.finalize().into())
            }
        }
    }
}

fn read(file: &mut File, piece: &mut [u8], mut each: impl FnMut(&[u8])) -> io::Result<()> {
    loop {
        let count = file.read(piece)?;
        if count == 0 {
            return Ok(());
        }
        each(piece.get(..count).unwrap_or_default());
    }
}

/// Somebody who signs PDF documents, and the trust to judge it.
pub struct PdfWork {
    /// The name in tables.
    pub name: &'static str,
    /// What its signatures digest the document with.
    pub floor: Floor,
    signer: SoftSigner,
    seal: Option<Seal>,
    /// Made before.
    picture: Option<PictureXObject>,
    placements: Vec<Placement>,
    trust: TrustStore,
    policy: Policy,
    limits: Limits,
}

impl PdfWork {
    /// A V4 seal with a picture on page 1 (SM2 with SM3), the same with the picture's XObject made before, and invisible PAdES
    /// signatures of RSA-3072 and P-256 with SHA-256.
    ///
    /// # Errors
    /// None, unless the system's random source fails.
    pub fn all() -> Result<Vec<Self>> {
        Ok(vec![
            Self::sealing("seal")?,
            Self::sealing("seal-again")?.with_picture_made()?,
            Self::signing("rsa3072", KeyAlgorithm::Rsa3072)?,
            Self::signing("p256", KeyAlgorithm::P256)?,
        ])
    }

    fn sealing(name: &'static str) -> Result<Self> {
        let house = House::new(KeyAlgorithm::Sm2)?;
        let maker = house.signer("Maker", Profile::SealMaker)?;
        let signer = house.signer("Signer", Profile::Unit)?;
        let picture = Picture::new("PNG", ring()?, 40, 40);
        Ok(Self {
            name,
            floor: Floor::Sm3,
            seal: Some(seal(picture, &signer, &maker)?),
            picture: None,
            signer,
            placements: vec![place()],
            trust: house.trust,
            policy: Policy::Seal,
            limits: Limits::default(),
        })
    }

    fn signing(name: &'static str, algorithm: KeyAlgorithm) -> Result<Self> {
        let house = House::new(algorithm)?;
        Ok(Self {
            name,
            floor: Floor::Sha256,
            signer: house.signer("Signer", Profile::Unit)?,
            seal: None,
            picture: None,
            placements: Vec::new(),
            trust: house.trust,
            policy: Policy::Pades,
            limits: Limits::default(),
        })
    }

    fn with_picture_made(mut self) -> Result<Self> {
        let picture = self.seal.as_ref().map(|seal| &seal.picture);
        self.picture = picture
            .map(|picture| PictureXObject::new(picture, &self.limits))
            .transpose()?;
        Ok(self)
    }

    fn request(&self) -> SignRequest<'_> {
        let certificate = self.signer.certificate();
        let mut request = match &self.seal {
            Some(seal) => SignRequest::seal(seal, certificate, now(), &self.placements),
            None => SignRequest::signature(certificate, now()),
        };
        request.picture_xobject = self.picture.as_ref();
        request
    }

    /// Opens the file, and appends a signature to it.
    ///
    /// # Errors
    /// As [`pdf::sign_in_place`].
    pub fn append(&self, path: &Path) -> Result<()> {
        let pdf = Pdf::open(Source::from_path(path)?, &self.limits)?;
        pdf::sign_in_place(&pdf, path, &self.request(), &self.signer, &self.limits, &Unwatched)
    }

    /// Opens a document in memory, and gives what is to be appended to it.
    ///
    /// # Errors
    /// As [`pdf::prepare`] and [`pdf::Session::tail`].
    pub fn tail(&self, document: &[u8]) -> Result<Vec<u8>> {
        let pdf = Pdf::open(document, &self.limits)?;
        let session = pdf::prepare(&pdf, &self.request(), &self.limits, &Unwatched)?;
        session.tail(&self.signer.sign_digest(&session.digest()?)?)
    }

    /// Opens and verifies a file or bytes.
    ///
    /// # Errors
    /// As [`Document::verify`]; [`ErrorKind::Crypto`] when it is not valid.
    pub fn verify<'a>(&self, source: impl Into<Source<'a>>) -> Result<()> {
        let mut options = VerifyOptions::new(&self.trust, now());
        options.policy = self.policy;
        let document = Document::from_bytes(source, &options.limits)?;
        let verdict = document.verify(&options)?.verdict;
        if verdict == Verdict::Valid {
            Ok(())
        } else {
            Err(Error::new(ErrorKind::Crypto, text!("it is not valid", "签名无效")))
        }
    }
}

/// A red ring on transparent ground, 40 mm at 300 dots an inch.
fn ring() -> Result<Vec<u8>> {
    const SIZE: u32 = 472;
    let failed = |_| Error::new(ErrorKind::Io, text!("the picture cannot be written", "无法生成图像"));
    let middle = f64::from(SIZE) / 2.0;
    let mut pixels = Vec::new();
    for row in 0..SIZE {
        for column in 0..SIZE {
            let distance = (f64::from(row) - middle).hypot(f64::from(column) - middle);
            let inside = (0.85..0.98).contains(&(distance / middle));
            pixels.extend([0xd6, 0x1f, 0x26, if inside { 255 } else { 0 }]);
        }
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, SIZE, SIZE);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Eight);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(&pixels).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(bytes)
}
