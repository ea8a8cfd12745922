//! Writes packages, to any `Write` and without going back: entries taken over as the compressed bytes they were, and new
//! ones. The same calls give the same bytes.

use std::collections::HashSet;
use std::io::Write;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use super::records::{self, Central};
use super::{Archive, Method};
use crate::error::{Error, ErrorKind, Result};
use crate::ofd::path::PackagePath;
use crate::text;

/// A time of an entry: local time in steps of two seconds, from 1980 to 2107.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DosTime {
    date: u16,
    time: u16,
}

/// Writes a package.
#[derive(Debug)]
pub struct ArchiveWriter<W> {
    output: W,
    /// Bytes written.
    at: u64,
    central: Vec<u8>,
    count: u64,
    files: HashSet<PackagePath>,
    folders: HashSet<PackagePath>,
    /// Values from here on go to ZIP64 fields; smaller in tests.
    wide_from: u64,
    many_from: u64,
}

/// What goes into both headers.
struct Record<'r> {
    made_by: u16,
    flags: u16,
    method: u16,
    time: DosTime,
    crc32: u32,
    compressed: u64,
    size: u64,
    internal: u16,
    external: u32,
    name: &'r [u8],
    extra: &'r [u8],
    comment: &'r [u8],
}

impl Record<'_> {
    /// The fields that both headers have in one order.
    fn common(&self, wide: bool) -> impl Iterator<Item = u8> {
        let needed = if wide { NEEDED_64 } else { NEEDED };
        let fields = [needed, self.flags, self.method, self.time.time, self.time.date];
        fields.into_iter().flat_map(u16::to_le_bytes)
    }

    fn length(&self, bytes: &[u8]) -> Result<[u8; 2]> {
        u16::try_from(bytes.len()).map(u16::to_le_bytes).map_err(|_| {
            refused(
                text!("name, extra fields or comment are too long", "名称、扩展字段或注释过长"),
                &String::from_utf8_lossy(self.name),
            )
        })
    }
}

/// Versions needed to extract (APPNOTE.TXT 6.3, 4.4.3): deflate and folders; ZIP64.
const NEEDED: u16 = 20;
const NEEDED_64: u16 = 45;

impl<W: Write> ArchiveWriter<W> {
    /// A package that goes to `output`, from where that stands.
    pub fn new(output: W) -> Self {
        Self {
            output,
            at: 0,
            central: Vec::new(),
            count: 0,
            files: HashSet::new(),
            folders: HashSet::new(),
            wide_from: records::SATURATED_32.into(),
            many_from: records::SATURATED_16.into(),
        }
    }

    /// Takes over an entry with its compressed bytes, name bytes, time and attributes. They are neither inflated nor checked.
    /// A folder that is there already is passed over.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] when the entry's name leads out of the package, or names a file that was written;
    /// [`ErrorKind::Unsupported`] when it is encrypted; [`ErrorKind::Container`] when its data are not there;
    /// [`ErrorKind::Io`] when the output can't be written.
    pub fn copy_raw(&mut self, archive: &Archive<'_>, index: usize) -> Result<()> {
        let (Some(entry), Some(record)) = (archive.entries().get(index), archive.record(index)) else {
            return Err(Error::new(
                ErrorKind::Argument,
                text!("the package has no entry {index}", "包内没有第 {index} 个条目"),
            ));
        };
        if entry.is_encrypted() {
            return Err(Error::new(
                ErrorKind::Unsupported,
                text!("an encrypted entry is not taken over", "不支持转存加密的条目"),
            )
            .in_part(entry.name()));
        }
        let Some(path) = entry.path() else {
            return Err(refused(
                text!("its path leads out of the package", "路径指向包外"),
                entry.name(),
            ));
        };
        if entry.is_dir() {
            if !self.folders.insert(path.clone()) {
                return Ok(());
            }
        } else {
            self.claim(path)?;
        }
        let source = archive.source();
        let data_at = entry
            .data_at
            .filter(|at| at.checked_add(entry.compressed).is_some_and(|end| end <= source.len()));
        let Some(data_at) = data_at else {
            return Err(
                Error::new(ErrorKind::Container, text!("its data are not there", "找不到其数据")).in_part(entry.name()),
            );
        };
        let extra = kept_extra(&record, entry.name());
        self.header(&Record {
            made_by: record.made_by,
            // Sizes are known now, so no descriptor follows.
            flags: record.flags & !records::FLAG_DESCRIPTOR,
            method: record.method,
            time: DosTime {
                date: record.date,
                time: record.time,
            },
            crc32: record.crc32,
            compressed: record.compressed,
            size: record.size,
            internal: record.internal,
            external: record.external,
            name: record.name,
            extra: &extra,
            comment: record.comment,
        })?;
        source.pieces(data_at, entry.compressed, |bytes| {
            self.output.write_all(bytes)?;
            Ok(true)
        })?;
        self.at += entry.compressed;
        Ok(())
    }

    /// Adds a file. What deflate does not make shorter is stored.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] when `path` is the root, was written before, or is longer than 65535 bytes, or when `method`
    /// is neither stored nor deflated; [`ErrorKind::Io`] when the output can't be written.
    pub fn add(&mut self, path: &PackagePath, content: &[u8], method: Method, time: DosTime) -> Result<()> {
        let name = path.entry_name();
        if name.is_empty() || u16::try_from(name.len()).is_err() {
            return Err(refused(
                text!("a file can't have this path", "文件不能使用该路径"),
                path.as_str(),
            ));
        }
        let deflated = match method {
            Method::Stored => None,
            Method::Deflated => Some(deflate(content)?).filter(|deflated| deflated.len() < content.len()),
            Method::Other(method) => {
                return Err(refused(
                    text!(
                        "compression method {method} can't be written",
                        "不支持写入压缩方法 {method}"
                    ),
                    path.as_str(),
                ));
            }
        };
        self.claim(path)?;

        let data = deflated.as_deref().unwrap_or(content);
        self.header(&Record {
            made_by: NEEDED,
            flags: if name.is_ascii() { 0 } else { records::FLAG_UTF8 },
            method: if deflated.is_some() { 8 } else { 0 },
            time,
            crc32: crc32fast::hash(content),
            compressed: data.len() as u64,
            size: content.len() as u64,
            internal: 0,
            external: 0,
            name: name.as_bytes(),
            extra: &[],
            comment: &[],
        })?;
        self.put(data)
    }

    /// Whether a file with this path was written.
    #[must_use]
    pub fn contains(&self, path: &PackagePath) -> bool {
        self.files.contains(path)
    }

    /// Writes the directory, and gives back the output after flushing it.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] when the output can't be written.
    pub fn finish(mut self) -> Result<W> {
        let (start, size, count) = (self.at, self.central.len() as u64, self.count);
        let central = std::mem::take(&mut self.central);
        self.put(&central)?;
        let mut end = Vec::new();
        if start >= self.wide_from || size >= self.wide_from || count >= self.many_from {
            let at = self.at;
            end.extend(records::END64);
            // The length of what follows this field.
            end.extend((records::END64_SIZE as u64 - 12).to_le_bytes());
            end.extend([NEEDED_64, NEEDED_64].into_iter().flat_map(u16::to_le_bytes));
            end.extend([0_u32; 2].into_iter().flat_map(u32::to_le_bytes));
            end.extend([count, count, size, start].into_iter().flat_map(u64::to_le_bytes));
            end.extend(records::LOCATOR64);
            end.extend(0_u32.to_le_bytes());
            end.extend(at.to_le_bytes());
            end.extend(1_u32.to_le_bytes());
        }
        let count = self.narrow_count(count);
        let [size, start] = [size, start].map(|value| self.narrow(value));
        end.extend(records::END);
        end.extend([0, 0, count, count].into_iter().flat_map(u16::to_le_bytes));
        end.extend([size, start].into_iter().flat_map(u32::to_le_bytes));
        end.extend(0_u16.to_le_bytes());
        self.put(&end)?;
        self.output.flush()?;
        Ok(self.output)
    }

    /// Writes the local header, and keeps the central one for the end.
    fn header(&mut self, record: &Record<'_>) -> Result<()> {
        let central = self.central_header(record, self.at)?;
        let local = self.local_header(record)?;
        self.put(&local)?;
        self.central.extend(central);
        self.count += 1;
        Ok(())
    }

    fn local_header(&self, record: &Record<'_>) -> Result<Vec<u8>> {
        let sizes = [record.size, record.compressed];
        // The local ZIP64 field has both sizes or is not there (APPNOTE.TXT 6.3, 4.5.3).
        let wide = sizes.iter().any(|size| *size >= self.wide_from);
        let extra = zip64(if wide { &sizes } else { &[] });
        let [size, compressed] = sizes.map(|size| if wide { records::SATURATED_32 } else { self.narrow(size) });
        let mut header = records::LOCAL.to_vec();
        header.extend(record.common(wide));
        header.extend([record.crc32, compressed, size].into_iter().flat_map(u32::to_le_bytes));
        header.extend(record.length(record.name)?);
        header.extend(record.length(&extra)?);
        header.extend(record.name);
        header.extend(extra);
        Ok(header)
    }

    fn central_header(&self, record: &Record<'_>, offset: u64) -> Result<Vec<u8>> {
        let values = [record.size, record.compressed, offset];
        let wide: Vec<u64> = values.into_iter().filter(|value| *value >= self.wide_from).collect();
        let mut extra = zip64(&wide);
        extra.extend(record.extra);
        let [size, compressed, offset] = values.map(|value| self.narrow(value));
        let mut header = records::CENTRAL.to_vec();
        header.extend(record.made_by.to_le_bytes());
        header.extend(record.common(!wide.is_empty()));
        header.extend([record.crc32, compressed, size].into_iter().flat_map(u32::to_le_bytes));
        header.extend(record.length(record.name)?);
        header.extend(record.length(&extra)?);
        header.extend(record.length(record.comment)?);
        let disk = 0;
        header.extend([disk, record.internal].into_iter().flat_map(u16::to_le_bytes));
        header.extend([record.external, offset].into_iter().flat_map(u32::to_le_bytes));
        header.extend(record.name);
        header.extend(extra);
        header.extend(record.comment);
        Ok(header)
    }

    fn claim(&mut self, path: &PackagePath) -> Result<()> {
        if self.files.insert(path.clone()) {
            Ok(())
        } else {
            Err(refused(
                text!("the package has a file with this path", "包内已有该路径的文件"),
                path.as_str(),
            ))
        }
    }

    fn put(&mut self, bytes: &[u8]) -> Result<()> {
        self.output.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }

    fn narrow(&self, value: u64) -> u32 {
        u32::try_from(value)
            .ok()
            .filter(|_| value < self.wide_from)
            .unwrap_or(records::SATURATED_32)
    }

    fn narrow_count(&self, count: u64) -> u16 {
        u16::try_from(count)
            .ok()
            .filter(|_| count < self.many_from)
            .unwrap_or(records::SATURATED_16)
    }
}

impl DosTime {
    /// The earliest time that can be stated: 1980-01-01 00:00:00.
    pub const EARLIEST: Self = Self { date: 0x21, time: 0 };

    /// The nearest time that can be stated: cut to two seconds, and to the years 1980 to 2107.
    #[must_use]
    pub fn new(time: jiff::civil::DateTime) -> Self {
        let Ok(years) = u16::try_from(time.year() - 1980) else {
            return Self::EARLIEST;
        };
        if years > 127 {
            return Self {
                date: 127 << 9 | 12 << 5 | 31,
                time: 23 << 11 | 59 << 5 | 29,
            };
        }
        let part = |value: i8| u16::from(value.unsigned_abs());
        Self {
            date: years << 9 | part(time.month()) << 5 | part(time.day()),
            time: part(time.hour()) << 11 | part(time.minute()) << 5 | (part(time.second()) / 2),
        }
    }
}

/// The extra fields of the directory that stay true: not the sizes, which are written anew, and no other name.
fn kept_extra(record: &Central<'_>, name: &str) -> Vec<u8> {
    let other_name = super::names::has_other_name(record.extra, name);
    records::extras(record.extra)
        .filter(|(id, _)| *id != records::EXTRA_ZIP64 && !(other_name && *id == records::EXTRA_UNICODE_PATH))
        .flat_map(|(id, data)| field(id, data))
        .collect()
}

/// The ZIP64 field with these values; nothing when there are none.
fn zip64(values: &[u64]) -> Vec<u8> {
    if values.is_empty() {
        return Vec::new();
    }
    let data: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
    field(records::EXTRA_ZIP64, &data)
}

fn field(id: u16, data: &[u8]) -> Vec<u8> {
    // Data come from a field, or are three values at most.
    let length = u16::try_from(data.len()).unwrap_or(u16::MAX);
    [&id.to_le_bytes(), &length.to_le_bytes(), data].concat()
}

fn deflate(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

fn refused(text: crate::lang::Text, part: &str) -> Error {
    Error::new(ErrorKind::Argument, text).in_part(part)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn path(name: &str) -> PackagePath {
        PackagePath::from_entry_name(name).unwrap()
    }

    #[test]
    fn zip64_records_are_written_and_read() {
        // Bounds of nothing: every value goes to a ZIP64 field.
        let mut writer = ArchiveWriter::new(Vec::new());
        (writer.wide_from, writer.many_from) = (0, 0);
        writer
            .add(&path("a"), b"first", Method::Stored, DosTime::EARLIEST)
            .unwrap();
        writer
            .add(&path("印"), &[7; 1000], Method::Deflated, DosTime::EARLIEST)
            .unwrap();
        let bytes = writer.finish().unwrap();
        let archive = Archive::open(&bytes, &Limits::default()).unwrap();
        assert_eq!(archive.findings(), []);
        assert_eq!(archive.read(0, 100).unwrap(), b"first");
        assert_eq!(archive.read(1, 1000).unwrap(), [7; 1000]);

        let mut oracle = zip::ZipArchive::new(std::io::Cursor::new(&bytes)).unwrap();
        let mut content = Vec::new();
        std::io::copy(&mut oracle.by_name("印").unwrap(), &mut content).unwrap();
        assert_eq!(content, [7; 1000]);

        // Taken over by a writer with the usual bounds, nothing wide remains.
        let mut narrow = ArchiveWriter::new(Vec::new());
        narrow.copy_raw(&archive, 0).unwrap();
        narrow.copy_raw(&archive, 1).unwrap();
        let narrow = narrow.finish().unwrap();
        assert!(narrow.len() < bytes.len() - 100);
        let again = Archive::open(&narrow, &Limits::default()).unwrap();
        assert_eq!(again.findings(), []);
        assert_eq!(again.read(1, 1000).unwrap(), [7; 1000]);
    }

    #[test]
    fn times_are_cut_to_what_can_be_stated() {
        let time = |text: &str| {
            let time = DosTime::new(text.parse().unwrap());
            (time.date, time.time)
        };
        assert_eq!(
            time("2026-11-22T13:45:59"),
            (46 << 9 | 11 << 5 | 22, 13 << 11 | 45 << 5 | 29)
        );
        assert_eq!(
            time("1980-01-01T00:00:00"),
            (DosTime::EARLIEST.date, DosTime::EARLIEST.time)
        );
        assert_eq!(
            time("1979-12-31T23:59:59"),
            (DosTime::EARLIEST.date, DosTime::EARLIEST.time)
        );
        assert_eq!(time("2108-01-01T00:00:00"), time("2107-12-31T23:59:58"));
    }
}
