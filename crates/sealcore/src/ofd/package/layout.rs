//! Compares local headers with the directory and accounts for every byte of the package, since readers that stream see the
//! local headers and never the directory.

use std::borrow::Cow;
use std::ops::Range;

use super::Entry;
use super::directory::Directory;
use super::findings::Findings;
use super::names;
use super::records::{self, Central, Local};
use crate::error::Result;
use crate::report::{Code, Finding};
use crate::source::Source;
use crate::text;

/// Flags that change how an entry is read. Whether a descriptor follows is the local header's affair; the flag for UTF-8
/// matters to names that are not ASCII.
const DECISIVE_FLAGS: u16 = records::FLAG_ENCRYPTED | records::FLAG_STRONG | records::FLAG_MASKED;

/// Reads the local header of every entry, sets where its data are, and reports what the directory does not say.
pub(super) fn check(
    source: &Source<'_>,
    entries: &mut [Entry],
    directory: &Directory,
    findings: &mut Findings,
) -> Result<()> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    order.sort_by_key(|index| entries.get(*index).map(|entry| entry.header_at));
    let starts: Vec<u64> = order
        .iter()
        .filter_map(|index| entries.get(*index))
        .map(|entry| entry.header_at)
        .collect();

    let mut window = Window::new(source);
    let mut covered = 0;
    let mut last = 0;
    for (position, index) in order.into_iter().enumerate() {
        let Some(start) = entries.get(index).map(|entry| entry.header_at) else {
            continue;
        };
        if start < covered {
            // Its header is not read: else many records of the directory could have one long header read many times.
            let [name, owner] = [index, last].map(|index| entries.get(index).map_or("", Entry::name));
            let text = text!(
                "{name} shares bytes with {owner}, from byte {start} on",
                "{name} 与 {owner} 的数据相互重叠，自字节 {start} 起"
            );
            findings.push(Finding::new(Code::PackageOverlap).with(text).in_part(name));
            continue;
        }
        let Some(entry) = entries.get_mut(index) else { continue };
        let Some(record) = directory.bytes.get(entry.record.clone()).and_then(Central::parse) else {
            continue;
        };
        let next = starts.get(position + 1).copied().unwrap_or(directory.start);
        let Some(end) = local(&mut window, entry, &record, next, findings)? else {
            continue;
        };
        unclaimed(source, covered..start.min(directory.start), findings)?;
        if end > directory.start {
            let name = entry.name();
            let text = text!(
                "the data of {name} run into the central directory",
                "{name} 的数据与中央目录重叠"
            );
            findings.push(Finding::new(Code::PackageOverlap).with(text).in_part(name));
        }
        (covered, last) = (end, index);
    }
    unclaimed(source, covered..directory.start, findings)?;
    unclaimed(source, directory.gap.clone(), findings)
}

/// Compares one local header; returns where the entry ends, or `None` when there is no header.
fn local(
    window: &mut Window<'_, '_>,
    entry: &mut Entry,
    record: &Central<'_>,
    next: u64,
    findings: &mut Findings,
) -> Result<Option<u64>> {
    let start = entry.header_at;
    // Room for what most extra fields need; a longer one is read again.
    let guess = records::LOCAL_SIZE + record.name.len() + 64;
    let mut bytes = window.read(start, guess)?;
    let mut found = Local::parse(&bytes);
    if found.is_none() && bytes.starts_with(&records::LOCAL) {
        bytes = window.read(start, records::LOCAL_SIZE + 2 * 0xffff)?;
        found = Local::parse(&bytes);
    }
    let name = entry.name.as_str();
    let mut mismatch = |text| findings.push(Finding::new(Code::PackageHeaderMismatch).with(text).in_part(name));
    let Some(header) = found else {
        mismatch(text!(
            "{name} has no local header at byte {start}",
            "{name} 在字节 {start} 处没有本地文件头"
        ));
        return Ok(None);
    };

    if header.name != record.name {
        let other = names::decode(header.name).text;
        mismatch(text!(
            "{name} is named {other} in its local header",
            "{name} 在本地文件头中名为 {other}"
        ));
    }
    if names::has_other_name(record.extra, name) || names::has_other_name(header.extra, name) {
        mismatch(text!(
            "{name} has another name in its Unicode Path field",
            "{name} 的 Unicode 路径字段中是另一名称"
        ));
    }
    if header.method != record.method {
        let (there, here) = (record.method, header.method);
        mismatch(text!(
            "{name} has compression method {there} in the directory and {here} in its local header",
            "{name} 在目录中的压缩方法为 {there}，在本地文件头中为 {here}"
        ));
    }
    let decisive = if record.name.is_ascii() {
        DECISIVE_FLAGS
    } else {
        DECISIVE_FLAGS | records::FLAG_UTF8
    };
    if (header.flags ^ record.flags) & decisive != 0 {
        mismatch(text!(
            "the flags of {name} in the directory and in its local header disagree",
            "{name} 在目录与本地文件头中的标志不一致"
        ));
    }
    let described = header.flags & records::FLAG_DESCRIPTOR != 0;
    let stated = (header.crc32, header.compressed, header.size);
    let listed = (record.crc32, record.compressed, record.size);
    // With a descriptor, the local values may be left at zero.
    let agrees = |here: u64, there: u64| here == there || described && here == 0;
    if !(agrees(stated.0.into(), listed.0.into()) && agrees(stated.1, listed.1) && agrees(stated.2, listed.2)) {
        mismatch(text!(
            "{name} has another size or checksum in its local header",
            "{name} 在本地文件头中的大小或校验和不同"
        ));
    }

    let data = start.saturating_add(header.length as u64);
    entry.data_at = Some(data);
    let mut end = data.saturating_add(record.compressed);
    if described && end <= next {
        let room = next - end;
        let bytes = window.read(end, records::DESCRIPTOR_SIZE)?;
        match records::descriptor(&bytes, room, record.crc32, record.compressed, record.size) {
            Some(length) => end += length,
            None if stated == listed => {}
            None if room == 0 => findings.push(
                Finding::new(Code::PackageEntryDamaged)
                    .with(text!(
                        "the data descriptor that {name} announces is missing",
                        "{name} 所声明的数据描述符缺失"
                    ))
                    .in_part(name),
            ),
            None => mismatch(text!(
                "{name} has another size or checksum in its data descriptor, or none",
                "{name} 的数据描述符缺失，或其中的大小或校验和不同"
            )),
        }
    }
    Ok(Some(end))
}

/// Reports bytes that no entry claims.
fn unclaimed(source: &Source<'_>, gap: Range<u64>, findings: &mut Findings) -> Result<()> {
    if gap.is_empty() {
        return Ok(());
    }
    if let Some(position) = hidden(source, gap.clone())? {
        findings.push(Finding::new(Code::PackageUnlistedEntry).with(text!(
            "an entry or a directory that the central directory does not account for begins at byte {position}",
            "字节 {position} 处有中央目录未列出的条目或另一目录"
        )));
    }
    let (start, count) = (gap.start, gap.end - gap.start);
    findings.push(match start {
        0 => Finding::new(Code::PackagePrefix).with(text!(
            "{count} bytes stand before the package",
            "包前有 {count} 个多余字节"
        )),
        _ => Finding::new(Code::PackageGap).with(text!(
            "{count} bytes that belong to no entry stand inside the package, from byte {start} on",
            "包内有 {count} 个不属于任何条目的字节，自字节 {start} 起"
        )),
    });
    Ok(())
}

/// The first local header or end record in a stretch of the file, wherever in it: some readers search for the next one.
fn hidden(source: &Source<'_>, gap: Range<u64>) -> Result<Option<u64>> {
    let mut carried = Vec::new();
    let mut at = gap.start;
    let mut found = None;
    source.pieces(gap.start, gap.end - gap.start, |piece| {
        // A signature may lie across two pieces.
        let joined: Cow<'_, [u8]> = if carried.is_empty() {
            Cow::Borrowed(piece)
        } else {
            Cow::Owned([&carried, piece].concat())
        };
        let joined_at = at - carried.len() as u64;
        found = records::find(&joined, &[records::LOCAL, records::END]).map(|offset| joined_at + offset as u64);
        at += piece.len() as u64;
        let keep = joined.len().saturating_sub(3);
        let kept = joined.get(keep..).unwrap_or_default().to_vec();
        drop(joined);
        carried = kept;
        Ok(found.is_none())
    })?;
    Ok(found)
}

/// Reads ahead, so that the headers of small entries come with one read for many.
struct Window<'s, 'a> {
    source: &'s Source<'a>,
    at: u64,
    bytes: Vec<u8>,
}

impl<'s, 'a> Window<'s, 'a> {
    const AHEAD: usize = 8 << 10;

    fn new(source: &'s Source<'a>) -> Self {
        Self {
            source,
            at: 0,
            bytes: Vec::new(),
        }
    }

    /// Up to `length` bytes at `at`; fewer at the end of the file.
    fn read(&mut self, at: u64, length: usize) -> Result<Cow<'_, [u8]>> {
        if self.source.bytes().is_some() {
            return self.source.read_up_to(at, length);
        }
        let inside = |window: &Self| {
            let start = usize::try_from(at.checked_sub(window.at)?).ok()?;
            let end = start.checked_add(length)?;
            (end <= window.bytes.len()).then_some(start..end)
        };
        let range = match inside(self) {
            Some(range) => range,
            None => {
                self.bytes = self.source.read_up_to(at, length.max(Self::AHEAD))?.into_owned();
                self.at = at;
                0..length.min(self.bytes.len())
            }
        };
        Ok(Cow::Borrowed(self.bytes.get(range).unwrap_or_default()))
    }
}
