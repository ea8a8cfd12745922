//! What a time-stamp token says: TSTInfo, RFC 3161, 2.4.2.

use std::fmt;
use std::time::Duration;

use super::request::shortest;
use super::{GenTime, MessageImprint, Nonce};
use crate::asn1::{Oid, Tag, Tlv, Writer};
use crate::cert::Name;
use crate::error::Result;
use crate::text;

/// Extensions of one token that are read.
const MAX_EXTENSIONS: usize = 64;

/// TSTInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TstInfo {
    /// The version; 1 is the only one that is defined.
    pub version: i64,
    /// The policy of the authority.
    pub policy: Oid,
    /// What was stamped.
    pub imprint: MessageImprint,
    /// The number of the token: content octets of the INTEGER.
    pub serial: Vec<u8>,
    /// The time that the authority states.
    pub time: GenTime,
    /// By how much the time may be off.
    pub accuracy: Option<Accuracy>,
    /// Whether the authority's tokens are ordered by their times alone.
    pub ordering: bool,
    /// The nonce of the request.
    pub nonce: Option<Nonce>,
    /// The authority's name, where it is a directory name.
    pub tsa: Option<Name>,
    /// Extensions.
    pub extensions: Vec<TstExtension>,
}

/// An extension of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TstExtension {
    /// What it is.
    pub id: Oid,
    /// Whether a token must not be accepted by who does not know it.
    pub critical: bool,
    /// Its value.
    pub value: Vec<u8>,
}

/// Accuracy: how far genTime may be from the true time, to the microsecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Accuracy {
    seconds: u32,
    micros: u32,
}

impl Accuracy {
    /// The accuracy of this span, rounded up to a microsecond.
    #[must_use]
    pub fn new(span: Duration) -> Self {
        let micros = span.subsec_nanos().div_ceil(1000);
        Self {
            seconds: u32::try_from(span.as_secs() + u64::from(micros / 1_000_000)).unwrap_or(u32::MAX),
            micros: micros % 1_000_000,
        }
    }

    /// The same as a span.
    #[must_use]
    pub fn span(self) -> Duration {
        Duration::new(u64::from(self.seconds), self.micros * 1000)
    }

    /// Writes the SEQUENCE; parts that are zero are left out.
    pub(super) fn write(self, writer: &mut Writer) {
        let (millis, micros) = (self.micros / 1000, self.micros % 1000);
        let tagged = |writer: &mut Writer, number, value: u32| {
            let [.., high, low] = value.to_be_bytes();
            writer.value(Tag::context_primitive(number), shortest(&[0, high, low]));
        };
        writer.sequence(|writer| {
            if self.seconds > 0 {
                writer.integer(i64::from(self.seconds));
            }
            if millis > 0 {
                tagged(writer, 0, millis);
            }
            if micros > 0 {
                tagged(writer, 1, micros);
            }
        });
    }

    fn read(tlv: &Tlv<'_>) -> Result<Self> {
        let out_of_range = || tlv.error(text!("accuracy is out of range", "accuracy 超出范围"));
        let mut members = tlv.children()?;
        let seconds = members.optional(Tag::INTEGER)?.map_or(Ok(0), |seconds| seconds.i64())?;
        let mut part = |number| -> Result<u32> {
            let Some(part) = members.optional(Tag::context_primitive(number))? else {
                return Ok(0);
            };
            match part.content() {
                [low] if *low < 0x80 => Ok(u32::from(*low)),
                [high @ 0..=3, low] => Ok(u32::from(*high) << 8 | u32::from(*low))
                    .and_then(|value| if value < 1000 { Ok(value) } else { Err(out_of_range()) }),
                _ => Err(out_of_range()),
            }
        };
        let (millis, micros) = (part(0)?, part(1)?);
        members.finish()?;
        Ok(Self {
            seconds: u32::try_from(seconds).map_err(|_| out_of_range())?,
            micros: millis * 1000 + micros,
        })
    }
}

/// As in `±0.5 s`.
impl fmt::Display for Accuracy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "±{:?}", self.span())
    }
}

impl TstInfo {
    /// Reads the content of a token.
    ///
    /// # Errors
    /// [`ErrorKind::Asn1`](crate::error::ErrorKind::Asn1) when it is none.
    pub fn from_der(bytes: &[u8]) -> Result<Self> {
        Self::read(bytes).map_err(|error| error.in_part("TSTInfo"))
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        let mut members = Tlv::parse(bytes)?.expect(Tag::SEQUENCE)?.children()?;
        let version = members.read(Tag::INTEGER)?.i64()?;
        let policy = members.read(Tag::OID)?.oid()?;
        let imprint = MessageImprint::read(&members.read(Tag::SEQUENCE)?)?;
        let serial = members.read(Tag::INTEGER)?.integer()?.to_vec();
        let time = GenTime::from_tlv(&members.read(Tag::GENERALIZED_TIME)?)?;
        let accuracy = members
            .optional(Tag::SEQUENCE)?
            .map(|accuracy| Accuracy::read(&accuracy))
            .transpose()?;
        let ordering = members
            .optional(Tag::BOOLEAN)?
            .map_or(Ok(false), |ordering| ordering.boolean())?;
        let nonce = match members.optional(Tag::INTEGER)? {
            Some(nonce) => Some(
                Nonce::from_content(nonce.integer()?)
                    .ok_or_else(|| nonce.error(text!("the nonce is too long", "nonce 过长")))?,
            ),
            None => None,
        };
        let tsa = members
            .optional(Tag::context(0))?
            .and_then(|name| directory_name(&name));
        let extensions = members
            .optional(Tag::context(1))?
            .map(|list| read_extensions(&list))
            .transpose()?
            .unwrap_or_default();
        members.finish()?;
        Ok(Self {
            version,
            policy,
            imprint,
            serial,
            time,
            accuracy,
            ordering,
            nonce,
            tsa,
            extensions,
        })
    }

    /// TSTInfo in DER, which leaves defaults out.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        writer.sequence(|writer| {
            writer.integer(self.version);
            writer.oid(self.policy);
            self.imprint.write(writer);
            writer.value(Tag::INTEGER, shortest(&self.serial));
            let mut time = Vec::new();
            self.time.push_content(&mut time);
            writer.value(Tag::GENERALIZED_TIME, &time);
            if let Some(accuracy) = self.accuracy {
                accuracy.write(writer);
            }
            if self.ordering {
                writer.boolean(true);
            }
            if let Some(nonce) = &self.nonce {
                writer.value(Tag::INTEGER, nonce.content());
            }
            if let Some(name) = &self.tsa {
                write_tsa(writer, name.der());
            }
            if !self.extensions.is_empty() {
                writer.constructed(Tag::context(1), |writer| {
                    for extension in &self.extensions {
                        extension.write(writer);
                    }
                });
            }
        });
        writer.finish()
    }
}

impl TstExtension {
    fn write(&self, writer: &mut Writer) {
        writer.sequence(|writer| {
            writer.oid(self.id);
            if self.critical {
                writer.boolean(true);
            }
            writer.octets(&self.value);
        });
    }
}

/// `[0]` around GeneralName, which is a CHOICE and so keeps its own tag.
pub(super) fn write_tsa(writer: &mut Writer, name: &[u8]) {
    writer.constructed(Tag::context(0), |writer| {
        writer.constructed(Tag::context(4), |writer| writer.raw(name));
    });
}

fn directory_name(tsa: &Tlv<'_>) -> Option<Name> {
    let general = tsa.only_child().ok()?;
    let name = general.expect(Tag::context(4)).ok()?.only_child().ok()?;
    Some(Name::from_der(name.raw()))
}

fn read_extensions(list: &Tlv<'_>) -> Result<Vec<TstExtension>> {
    let mut members = list.children()?;
    let mut extensions = Vec::new();
    while let Some(member) = members.next()? {
        if extensions.len() == MAX_EXTENSIONS {
            return Err(member.error(text!("too many extensions", "扩展过多")));
        }
        let mut parts = member.expect(Tag::SEQUENCE)?.children()?;
        extensions.push(TstExtension {
            id: parts.read(Tag::OID)?.oid()?,
            critical: parts
                .optional(Tag::BOOLEAN)?
                .map_or(Ok(false), |critical| critical.boolean())?,
            value: parts.any()?.octets()?.into_owned(),
        });
    }
    Ok(extensions)
}
