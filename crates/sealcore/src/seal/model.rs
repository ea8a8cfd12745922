use std::ops::Range;

use super::{Extension, Property};
use crate::asn1::Oid;
use crate::report::{Code, PictureInfo, Standard};

/// The structure of a seal or seal signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Generation {
    /// GM/T 0031-2014.
    V1,
    /// GB/T 38540-2020.
    V4,
    /// GM/T 0031-2025.
    V5,
}

impl Generation {
    /// The number that seals of this generation carry as their version.
    #[must_use]
    pub fn version(self) -> i64 {
        match self {
            Self::V1 => 1,
            Self::V4 => 4,
            Self::V5 => 5,
        }
    }

    /// The standard that describes it.
    #[must_use]
    pub fn standard(self) -> Standard {
        match self {
            Self::V1 => Standard::Gmt0031V2014,
            Self::V4 => Standard::Gbt38540,
            Self::V5 => Standard::Gmt0031V2025,
        }
    }

    /// The generation with this name: `v1`, `v4` or `v5`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "v1" => Some(Self::V1),
            "v4" => Some(Self::V4),
            "v5" => Some(Self::V5),
            _ => None,
        }
    }
}

/// SESeal as it was read, with its bytes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Seal {
    pub(super) der: Vec<u8>,
    /// SES_SealInfo inside `der`.
    pub(super) info: Range<usize>,
    /// The maker's certificate and the algorithm as TLVs inside `der`, which V1 signs too.
    pub(super) maker_tlv: Range<usize>,
    pub(super) algorithm_tlv: Range<usize>,
    /// The structure, told by shape.
    pub generation: Generation,
    /// SES_Header ID, `ES`.
    pub header_id: String,
    /// SES_Header version, as stated.
    pub version: i64,
    /// SES_Header Vid: the maker's vendor identifier.
    pub vendor_id: String,
    /// The seal's identifier.
    pub es_id: String,
    /// Name, owner, list of certificates, validity.
    pub property: Property,
    /// The picture.
    pub picture: Picture,
    /// Extensions of the seal.
    pub extensions: Vec<Extension>,
    /// The maker's certificate, DER.
    pub maker: Vec<u8>,
    /// The algorithm of the maker's signature, as stated.
    pub algorithm: Oid,
    /// The octets of the maker's signature value.
    pub(super) value: Vec<u8>,
    pub(super) value_unused: u8,
    /// The time-stamp token over the maker's signature value, V5.
    pub timestamp: Option<Vec<u8>>,
    /// How the encoding departs from the standard.
    pub quirks: Vec<Code>,
}

/// SES_ESPictrueInfo (the standards' spelling).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Picture {
    /// `PNG`, `ofd` and the like, as stated.
    pub kind: String,
    /// The file.
    pub data: Vec<u8>,
    /// Width in millimetres.
    pub width_mm: i64,
    /// Height in millimetres.
    pub height_mm: i64,
}

impl Picture {
    /// A picture of this type and size.
    #[must_use]
    pub fn new(kind: impl Into<String>, data: Vec<u8>, width_mm: i64, height_mm: i64) -> Self {
        Self {
            kind: kind.into(),
            data,
            width_mm,
            height_mm,
        }
    }

    /// The type of picture that `data` is, by its first bytes.
    #[must_use]
    pub fn kind_of(data: &[u8]) -> Option<&'static str> {
        match data {
            [0x89, b'P', b'N', b'G', ..] => Some("PNG"),
            [0xff, 0xd8, 0xff, ..] => Some("JPG"),
            [b'G', b'I', b'F', b'8', ..] => Some("GIF"),
            [b'B', b'M', ..] => Some("BMP"),
            [b'P', b'K', 3, 4, ..] => Some("ofd"),
            _ => {
                let head = data.get(..data.len().min(512))?;
                head.windows(4).any(|window| window == b"<svg").then_some("SVG")
            }
        }
    }

    /// Whether the data is not of the type that is stated.
    #[must_use]
    pub fn is_mislabelled(&self) -> bool {
        let stated = self.kind.trim().to_ascii_lowercase();
        match Self::kind_of(&self.data) {
            Some(found) => {
                let found = found.to_ascii_lowercase();
                stated != found && !(stated == "jpeg" && found == "jpg")
            }
            None => {
                self.data.is_empty()
                    || matches!(stated.as_str(), "png" | "jpg" | "jpeg" | "gif" | "bmp" | "ofd" | "svg")
            }
        }
    }

    pub(crate) fn info(&self) -> PictureInfo {
        PictureInfo {
            kind: self.kind.trim().to_ascii_lowercase(),
            width_mm: self.width_mm,
            height_mm: self.height_mm,
            bytes: self.data.len(),
        }
    }
}

impl Seal {
    /// The seal's bytes, as they were read.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }
}
