use crate::asn1::{Oid, Tag, Tlv, Writer};
use crate::error::Result;

/// ExtData: an extension of a seal or of a seal signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// Which extension it is.
    pub id: Oid,
    /// Whether a reader that does not know it must not accept the structure.
    pub critical: bool,
    /// Its value.
    pub value: Vec<u8>,
}

impl Extension {
    /// Reads ExtensionDatas, `SEQUENCE OF ExtData`. The field writes `critical` also where it is FALSE; both forms are read.
    pub(super) fn read_all(list: &Tlv<'_>) -> Result<Vec<Self>> {
        let mut items = list.expect(Tag::SEQUENCE)?.children()?;
        let mut extensions = Vec::new();
        while let Some(item) = items.next()? {
            let mut members = item.expect(Tag::SEQUENCE)?.children()?;
            let id = members.read(Tag::OID)?.oid()?;
            let critical = members
                .optional(Tag::BOOLEAN)?
                .map(|flag| flag.boolean())
                .transpose()?
                .unwrap_or(false);
            let value = members.any()?.octets()?.into_owned();
            extensions.push(Self { id, critical, value });
        }
        Ok(extensions)
    }

    /// Writes ExtensionDatas; `critical` is always present, as every reader of the field expects.
    pub(super) fn write_all(extensions: &[Self], writer: &mut Writer) {
        writer.sequence(|writer| {
            for extension in extensions {
                writer.sequence(|writer| {
                    writer.oid(extension.id);
                    writer.boolean(extension.critical);
                    writer.octets(&extension.value);
                });
            }
        });
    }
}
