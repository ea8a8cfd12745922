//! Signature.xml: what a signature protects and where its seal is shown (GB/T 33190, 18.2), read and written.

use base64ct::{Base64, Encoding as _};

use super::manifest::NAMESPACE;
use crate::asn1::{Time, parse_time_text};
use crate::error::Result;
use crate::limits::Limits;
use crate::placement::Boundary;
use crate::text;
use crate::xml::{Xml, escape};

/// Signature.xml as it was read.
#[derive(Debug, Default)]
pub(crate) struct Description {
    pub(crate) provider: Option<String>,
    /// SignatureMethod, as stated.
    pub(crate) method: Option<String>,
    /// SignatureDateTime. Nobody signs it as a time, so it is informational.
    pub(crate) date_time: Option<Time>,
    /// CheckMethod, as stated; the schema's default is MD5.
    pub(crate) check_method: String,
    pub(crate) references: Vec<Reference>,
    pub(crate) stamps: Vec<Stamp>,
    /// `SignedValue`: where the signed value is.
    pub(crate) signed_value: String,
    /// `Seal/BaseLoc`: where the seal file is.
    pub(crate) seal_loc: Option<String>,
    /// `Seal/ImageLoc`, GM/T 0099.
    pub(crate) image_loc: Option<String>,
}

/// A protected file.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) file_ref: String,
    /// The digest; `None` where CheckValue is missing or no Base64.
    pub(crate) check_value: Option<Vec<u8>>,
}

/// StampAnnot: where the seal is shown.
#[derive(Clone, Debug)]
pub(crate) struct Stamp {
    pub(crate) page_ref: String,
    /// `None` where it cannot be read.
    pub(crate) boundary: Option<Boundary>,
    /// The part that is shown, relative to the boundary.
    pub(crate) clip: Option<Boundary>,
}

impl Description {
    pub(crate) fn read(xml: &Xml, limits: &Limits) -> Result<Self> {
        let root = xml.root();
        if root.name() != "Signature" {
            return Err(root.error(text!("the root is not Signature", "根元素不是 Signature")));
        }
        let info = root
            .child("SignedInfo")
            .ok_or_else(|| root.error(text!("SignedInfo is missing", "缺少 SignedInfo")))?;
        let signed_value = root
            .child_text("SignedValue")
            .filter(|loc| !loc.is_empty())
            .ok_or_else(|| root.error(text!("SignedValue is missing", "缺少 SignedValue")))?;
        let mut description = Self {
            signed_value,
            check_method: "MD5".to_owned(),
            ..Self::default()
        };
        description.provider = info.child("Provider").and_then(|provider| {
            let attribute = provider.attribute("ProviderName").map(std::borrow::Cow::into_owned);
            attribute.or_else(|| provider.child_text("ProviderName"))
        });
        description.method = info.child_text("SignatureMethod");
        description.date_time = info
            .child_text("SignatureDateTime")
            .and_then(|text| parse_time_text(&text))
            .map(|(time, _)| time);
        for list in info.children_named("References") {
            if let Some(method) = list.attribute("CheckMethod") {
                description.check_method = method.trim().to_owned();
            }
            for element in list.children_named("Reference") {
                limits.check(
                    description.references.len() + 1,
                    limits.references,
                    "references",
                    "引用数",
                )?;
                description.references.push(Reference {
                    file_ref: element.attribute("FileRef").unwrap_or_default().into_owned(),
                    check_value: element.child_text("CheckValue").and_then(|value| decode_base64(&value)),
                });
            }
        }
        for element in info.children_named("StampAnnot") {
            limits.check(description.stamps.len() + 1, limits.references, "stamps", "印章外观数")?;
            description.stamps.push(Stamp {
                page_ref: element.attribute("PageRef").unwrap_or_default().trim().to_owned(),
                boundary: element.attribute("Boundary").and_then(|text| Boundary::parse(&text)),
                clip: element.attribute("Clip").and_then(|text| Boundary::parse(&text)),
            });
        }
        if let Some(seal) = info.child("Seal") {
            description.seal_loc = seal.child_text("BaseLoc").filter(|loc| !loc.is_empty());
            description.image_loc = seal.child_text("ImageLoc").filter(|loc| !loc.is_empty());
        }
        Ok(description)
    }
}

/// Base64 with any white space inside, padded or not.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let mut compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    while !compact.len().is_multiple_of(4) {
        compact.push('=');
    }
    Base64::decode_vec(&compact).ok().filter(|digest| !digest.is_empty())
}

/// Signature.xml to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewDescription {
    pub(crate) time: Time,
    pub(crate) signed_value: String,
    pub(crate) seal_loc: Option<String>,
    /// Path and SM3 digest of each protected file.
    pub(crate) references: Vec<(String, Vec<u8>)>,
    /// ID, page ID, boundary and clip of each stamp.
    pub(crate) stamps: Vec<NewStamp>,
}

/// StampAnnot to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewStamp {
    pub(crate) id: String,
    pub(crate) page_id: String,
    pub(crate) boundary: Boundary,
    pub(crate) clip: Option<Boundary>,
}

impl NewDescription {
    /// The bytes, in the order that the schema fixes.
    pub(crate) fn to_xml(&self) -> Vec<u8> {
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:Signature xmlns:ofd=\"{NAMESPACE}\"><ofd:SignedInfo>\
             <ofd:Provider ProviderName=\"sealcore\" Version=\"{}\"/>\
             <ofd:SignatureMethod>{}</ofd:SignatureMethod>\
             <ofd:SignatureDateTime>{}</ofd:SignatureDateTime>\
             <ofd:References CheckMethod=\"{}\">",
            env!("CARGO_PKG_VERSION"),
            crate::oids::SM2_WITH_SM3,
            self.time.local(),
            crate::oids::SM3,
        );
        for (path, digest) in &self.references {
            xml.push_str(&format!(
                "<ofd:Reference FileRef=\"{}\"><ofd:CheckValue>{}</ofd:CheckValue></ofd:Reference>",
                escape(path),
                Base64::encode_string(digest),
            ));
        }
        xml.push_str("</ofd:References>");
        for stamp in &self.stamps {
            let clip = stamp.clip.map_or_else(String::new, |clip| format!(" Clip=\"{clip}\""));
            xml.push_str(&format!(
                "<ofd:StampAnnot ID=\"{}\" PageRef=\"{}\" Boundary=\"{}\"{clip}/>",
                escape(&stamp.id),
                escape(&stamp.page_id),
                stamp.boundary,
            ));
        }
        if let Some(seal) = &self.seal_loc {
            xml.push_str(&format!(
                "<ofd:Seal><ofd:BaseLoc>{}</ofd:BaseLoc></ofd:Seal>",
                escape(seal)
            ));
        }
        xml.push_str(&format!(
            "</ofd:SignedInfo><ofd:SignedValue>{}</ofd:SignedValue></ofd:Signature>",
            escape(&self.signed_value)
        ));
        xml.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_and_read_back() {
        let limits = Limits::default();
        let new = NewDescription {
            time: Time::from_unix(1_700_000_000),
            signed_value: "/Doc_0/Signs/Sign_0/SignedValue.dat".into(),
            seal_loc: Some("/Doc_0/Signs/Sign_0/Seal.esl".into()),
            references: vec![("/Doc_0/a & b.xml".into(), vec![7; 32])],
            stamps: vec![NewStamp {
                id: "s002".into(),
                page_id: "1".into(),
                boundary: Boundary::new(10.5, 20.0, 40.0, 40.0),
                clip: Some(Boundary::new(0.0, 0.0, 8.0, 40.0)),
            }],
        };
        let read = Description::read(&Xml::parse(&new.to_xml(), &limits).unwrap(), &limits).unwrap();
        assert_eq!(read.references[0].file_ref, "/Doc_0/a & b.xml");
        assert_eq!(read.references[0].check_value, Some(vec![7; 32]));
        assert_eq!(read.stamps[0].boundary, Some(Boundary::new(10.5, 20.0, 40.0, 40.0)));
        assert_eq!(read.stamps[0].clip, Some(Boundary::new(0.0, 0.0, 8.0, 40.0)));
        assert_eq!(read.seal_loc.as_deref(), Some("/Doc_0/Signs/Sign_0/Seal.esl"));
        assert_eq!(
            (read.date_time, read.check_method.as_str()),
            (Some(new.time), "1.2.156.10197.1.401")
        );
    }

    #[test]
    fn base64_of_the_field() {
        assert_eq!(decode_base64("AQID\n BA==").unwrap(), [1, 2, 3, 4]);
        assert_eq!(decode_base64("AQIDBA").unwrap(), [1, 2, 3, 4]);
        assert_eq!(decode_base64("%%%"), None);
        assert_eq!(decode_base64(""), None);
    }
}
