//! The records of a ZIP file as they stand in its bytes (APPNOTE.TXT 6.3, sections 4.3 to 4.6).

pub(super) const LOCAL: [u8; 4] = *b"PK\x03\x04";
pub(super) const CENTRAL: [u8; 4] = *b"PK\x01\x02";
pub(super) const END: [u8; 4] = *b"PK\x05\x06";
pub(super) const END64: [u8; 4] = *b"PK\x06\x06";
pub(super) const LOCATOR64: [u8; 4] = *b"PK\x06\x07";
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";

pub(super) const LOCAL_SIZE: usize = 30;
pub(super) const END_SIZE: usize = 22;
pub(super) const END64_SIZE: usize = 56;
pub(super) const LOCATOR64_SIZE: usize = 20;
/// The longest data descriptor: signature, CRC, two sizes of 8 bytes.
pub(super) const DESCRIPTOR_SIZE: usize = 24;

/// Values that stand for "see the ZIP64 field".
pub(super) const SATURATED_16: u16 = u16::MAX;
pub(super) const SATURATED_32: u32 = u32::MAX;

pub(super) const EXTRA_ZIP64: u16 = 0x0001;
pub(super) const EXTRA_UNICODE_PATH: u16 = 0x7075;

/// General purpose flags.
pub(super) const FLAG_ENCRYPTED: u16 = 1;
pub(super) const FLAG_DESCRIPTOR: u16 = 1 << 3;
pub(super) const FLAG_STRONG: u16 = 1 << 6;
pub(super) const FLAG_UTF8: u16 = 1 << 11;
pub(super) const FLAG_MASKED: u16 = 1 << 13;

/// Takes little-endian fields off the front.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    fn signature(&mut self, expected: [u8; 4]) -> Option<()> {
        (self.array()? == expected).then_some(())
    }

    fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_le_bytes)
    }

    fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_le_bytes)
    }
}

/// One record of the central directory, ZIP64 resolved.
#[derive(Clone, Copy, Debug)]
pub(super) struct Central<'a> {
    pub(super) made_by: u16,
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) time: u16,
    pub(super) date: u16,
    pub(super) crc32: u32,
    pub(super) compressed: u64,
    pub(super) size: u64,
    pub(super) internal: u16,
    pub(super) external: u32,
    pub(super) offset: u64,
    pub(super) name: &'a [u8],
    pub(super) extra: &'a [u8],
    pub(super) comment: &'a [u8],
    /// Bytes of the whole record.
    pub(super) length: usize,
}

impl<'a> Central<'a> {
    /// The record at the start of `bytes`.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        fields.signature(CENTRAL)?;
        let made_by = fields.u16()?;
        let _needed = fields.u16()?;
        let (flags, method, time, date) = (fields.u16()?, fields.u16()?, fields.u16()?, fields.u16()?);
        let (crc32, compressed, size) = (fields.u32()?, fields.u32()?, fields.u32()?);
        let (name, extra, comment) = (fields.u16()?, fields.u16()?, fields.u16()?);
        let _disk = fields.u16()?;
        let (internal, external, offset) = (fields.u16()?, fields.u32()?, fields.u32()?);
        let name = fields.take(name.into())?;
        let extra = fields.take(extra.into())?;
        let comment = fields.take(comment.into())?;
        let mut wide = Zip64::of(extra);
        Some(Self {
            made_by,
            flags,
            method,
            time,
            date,
            crc32,
            size: wide.widen(size),
            compressed: wide.widen(compressed),
            internal,
            external,
            offset: wide.widen(offset),
            name,
            extra,
            comment,
            length: bytes.len() - fields.0.len(),
        })
    }

    /// The kind of file in the upper half of the attributes, where the maker wrote Unix modes: 0o12 is a link.
    pub(super) fn unix_file_type(&self) -> Option<u32> {
        const UNIX: u16 = 3;
        const DARWIN: u16 = 19;
        matches!(self.made_by >> 8, UNIX | DARWIN).then_some(self.external >> 28)
    }
}

/// One local header, ZIP64 resolved.
#[derive(Clone, Copy, Debug)]
pub(super) struct Local<'a> {
    pub(super) flags: u16,
    pub(super) method: u16,
    pub(super) crc32: u32,
    pub(super) compressed: u64,
    pub(super) size: u64,
    pub(super) name: &'a [u8],
    pub(super) extra: &'a [u8],
    /// Bytes of the header: the data follow.
    pub(super) length: usize,
}

impl<'a> Local<'a> {
    /// The header at the start of `bytes`.
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        fields.signature(LOCAL)?;
        let _needed = fields.u16()?;
        let (flags, method) = (fields.u16()?, fields.u16()?);
        let _time_and_date = fields.u32()?;
        let (crc32, compressed, size) = (fields.u32()?, fields.u32()?, fields.u32()?);
        let (name, extra) = (fields.u16()?, fields.u16()?);
        let name = fields.take(name.into())?;
        let extra = fields.take(extra.into())?;
        let mut wide = Zip64::of(extra);
        Some(Self {
            flags,
            method,
            crc32,
            size: wide.widen(size),
            compressed: wide.widen(compressed),
            name,
            extra,
            length: bytes.len() - fields.0.len(),
        })
    }
}

/// The ZIP64 field: it holds, in a fixed order, only those values that are saturated in the record.
struct Zip64<'a>(Fields<'a>);

impl<'a> Zip64<'a> {
    fn of(extra: &'a [u8]) -> Self {
        let field = extras(extra).find(|(id, _)| *id == EXTRA_ZIP64);
        Self(Fields(field.map_or(&[], |(_, data)| data)))
    }

    fn widen(&mut self, value: u32) -> u64 {
        match value {
            SATURATED_32 => self.0.u64().unwrap_or(value.into()),
            _ => value.into(),
        }
    }
}

/// The well-formed extra fields, as ID and data.
pub(super) fn extras(extra: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut fields = Fields(extra);
    std::iter::from_fn(move || {
        let id = fields.u16()?;
        let length = fields.u16()?;
        fields.take(length.into()).map(|data| (id, data))
    })
}

/// The name in the Unicode Path field, whether or not its checksum of the other name is right: some readers don't look.
pub(super) fn unicode_path(extra: &[u8]) -> Option<&[u8]> {
    let (_, data) = extras(extra).find(|(id, _)| *id == EXTRA_UNICODE_PATH)?;
    data.get(5..)
}

/// The end record.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) disks: (u16, u16),
    pub(super) entries_here: u16,
    pub(super) entries: u16,
    pub(super) size: u32,
    pub(super) offset: u32,
    pub(super) comment: u16,
}

impl End {
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        fields.signature(END)?;
        Some(Self {
            disks: (fields.u16()?, fields.u16()?),
            entries_here: fields.u16()?,
            entries: fields.u16()?,
            size: fields.u32()?,
            offset: fields.u32()?,
            comment: fields.u16()?,
        })
    }
}

/// The ZIP64 end record, without what may follow its fixed part.
#[derive(Clone, Copy, Debug)]
pub(super) struct End64 {
    /// Bytes of the whole record.
    pub(super) length: u64,
    pub(super) disks: (u32, u32),
    pub(super) entries: u64,
    pub(super) size: u64,
    pub(super) offset: u64,
}

impl End64 {
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut fields = Fields(bytes);
        fields.signature(END64)?;
        let length = fields.u64()?.checked_add(12)?;
        let _versions = fields.u32()?;
        let disks = (fields.u32()?, fields.u32()?);
        let _entries_here = fields.u64()?;
        Some(Self {
            length,
            disks,
            entries: fields.u64()?,
            size: fields.u64()?,
            offset: fields.u64()?,
        })
    }
}

/// Where the ZIP64 locator says that the ZIP64 end record is.
pub(super) fn locator64(bytes: &[u8]) -> Option<u64> {
    let mut fields = Fields(bytes);
    fields.signature(LOCATOR64)?;
    let _disk = fields.u32()?;
    fields.u64()
}

/// The length of the data descriptor at the start of `bytes`, with or without signature and with sizes of 4 or 8 bytes,
/// if there is one that says the same as the directory. Of several readings, the one that fills `room` is right.
pub(super) fn descriptor(bytes: &[u8], room: u64, crc32: u32, compressed: u64, size: u64) -> Option<u64> {
    let fits = |signed: bool, wide: bool| {
        let mut fields = Fields(bytes);
        if signed {
            fields.signature(DESCRIPTOR)?;
        }
        let same = fields.u32()? == crc32
            && if wide {
                (fields.u64()?, fields.u64()?) == (compressed, size)
            } else {
                (u64::from(fields.u32()?), u64::from(fields.u32()?)) == (compressed, size)
            };
        same.then_some((bytes.len() - fields.0.len()) as u64)
    };
    let readings = [
        fits(true, false),
        fits(true, true),
        fits(false, false),
        fits(false, true),
    ];
    let mut fitting = readings.into_iter().flatten().filter(|length| *length <= room);
    let first = fitting.next()?;
    Some(fitting.find(|length| first != room && *length == room).unwrap_or(first))
}

/// Where the first of these signatures is in `bytes`.
pub(super) fn find(bytes: &[u8], signatures: &[[u8; 4]]) -> Option<usize> {
    bytes
        .windows(4)
        .position(|window| signatures.iter().any(|signature| window == signature))
}
