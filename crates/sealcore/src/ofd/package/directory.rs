//! Finds the central directory and reads it whole.
//!
//! Vendors write bytes before and after a package, so the end record is searched for. Where readers could come to different
//! directories, that is a finding.

use std::ops::Range;

use super::findings::Findings;
use super::records::{self, Central, End, End64};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::report::{Code, Finding};
use crate::source::Source;
use crate::text;

/// How far from the end of the file the end record is looked for: first as far as a comment reaches, then farther.
const REACHES: [usize; 2] = [records::END_SIZE + 0xffff, 1 << 20];

/// How many end records are looked at, and how many directories read. Real files have one.
const MAX_ENDS: usize = 1_000;
const MAX_DIRECTORIES: usize = 8;

/// The central directory and what lies around it.
pub(super) struct Directory {
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
    /// Where in `bytes` each record is.
    pub(super) records: Vec<Range<usize>>,
    /// Where in the file it starts.
    pub(super) start: u64,
    /// What is to be added to offsets that the directory states: the length of what was put before the package, if its
    /// offsets were not adjusted.
    pub(super) shift: u64,
    /// What stands between it and the end records; mostly nothing.
    pub(super) gap: Range<u64>,
}

/// A place that an end record gives for the directory.
struct Place {
    start: u64,
    size: u64,
    count: u64,
    shift: u64,
    /// Where the end records begin.
    end: u64,
    wide: bool,
}

impl Directory {
    pub(super) fn find(source: &Source<'_>, limits: &Limits, findings: &mut Findings) -> Result<Self> {
        let mut first_error = None;
        let mut searched = 0;
        let (mut ends, mut directories) = (0, 0);
        for reach in REACHES {
            let at = source.len().saturating_sub(reach as u64);
            let tail = source.read_up_to(at, reach)?;
            // What was searched before is passed over, except for a signature across the border.
            let mut until = tail.len().saturating_sub(searched).saturating_add(3).min(tail.len());
            searched = tail.len();
            while let Some(found) = tail.get(..until).and_then(rfind_end) {
                until = found + 3;
                ends += 1;
                if ends > MAX_ENDS || directories == MAX_DIRECTORIES {
                    break;
                }
                let end_at = at + found as u64;
                let mut seen = Findings::default();
                match Self::from_end(source, end_at, limits, &mut seen, &mut directories) {
                    Ok(Some(directory)) => {
                        if ends > 1 {
                            seen.push(Finding::new(Code::PackageUnlistedEntry).with(text!(
                                "another end record follows the one at byte {end_at}; readers differ in the directory they use",
                                "字节 {end_at} 处的目录结束记录之后还有另一条；不同阅读器会采用不同的目录"
                            )));
                        }
                        findings.append(seen);
                        return Ok(directory);
                    }
                    Ok(None) => {}
                    Err(error) if error.kind() == ErrorKind::Container => first_error = first_error.or(Some(error)),
                    Err(error) => return Err(error),
                }
            }
            if searched as u64 == source.len() {
                break;
            }
        }
        Err(first_error.unwrap_or_else(|| {
            Error::new(
                ErrorKind::Container,
                text!(
                    "no end of a central directory: not a ZIP file, or a truncated one",
                    "找不到中央目录结束记录：不是 ZIP 文件，或文件被截断"
                ),
            )
            .at(source.len())
        }))
    }

    /// The directory that the end record at `end_at` leads to; `None` when that is no end record.
    fn from_end(
        source: &Source<'_>,
        end_at: u64,
        limits: &Limits,
        findings: &mut Findings,
        directories: &mut usize,
    ) -> Result<Option<Self>> {
        let bytes = source.read_up_to(end_at, records::END_SIZE)?;
        let Some(end) = End::parse(&bytes) else {
            return Ok(None);
        };
        let after = end_at + records::END_SIZE as u64 + u64::from(end.comment);
        if after > source.len() {
            return Err(unusable(
                "the comment of the end record is cut off",
                "目录结束记录的注释不完整",
                end_at,
            ));
        }
        let place = Place::of(source, end, end_at, findings)?;
        if place.size > limits.part_bytes {
            return Err(Limits::exceeded(
                "bytes of central directory",
                "中央目录字节数",
                limits.part_bytes,
            ));
        }
        *directories += 1;
        let directory = Self::read(source, &place, limits, findings)?;
        if after < source.len() {
            let count = source.len() - after;
            findings.push(Finding::new(Code::PackageSuffix).with(text!(
                "{count} bytes stand after the package, from byte {after} on",
                "包后有 {count} 个多余字节，自字节 {after} 起"
            )));
        }
        Ok(Some(directory))
    }

    fn read(source: &Source<'_>, place: &Place, limits: &Limits, findings: &mut Findings) -> Result<Self> {
        // `place.size` lies inside the file.
        let mut bytes = vec![0; usize::try_from(place.size).unwrap_or(usize::MAX)];
        source.read_at(place.start, &mut bytes)?;
        let mut records = Vec::new();
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| rest.starts_with(&records::CENTRAL)) {
            let Some(record) = Central::parse(rest) else {
                let position = place.start + at as u64;
                return Err(unusable(
                    "a record of the central directory is cut off",
                    "中央目录中的记录不完整",
                    position,
                ));
            };
            limits.check(
                records.len() + 1,
                limits.entries,
                "entries in the package",
                "包内条目数",
            )?;
            records.push(at..at + record.length);
            at += record.length;
        }
        let listed = records.len() as u64;
        if listed != place.count {
            // Writers without ZIP64 let the count wrap. Otherwise readers that go by the count see fewer entries.
            let wrapped = !place.wide && listed & 0xffff == place.count;
            if listed < place.count && !wrapped {
                let position = place.start + at as u64;
                return Err(unusable(
                    "the central directory ends early",
                    "中央目录提前结束",
                    position,
                ));
            }
            let count = place.count;
            findings.push(Finding::new(Code::PackageHeaderMismatch).with(text!(
                "the end record counts {count} entries, the central directory lists {listed}",
                "目录结束记录计有 {count} 个条目，而中央目录列有 {listed} 个"
            )));
        }
        Ok(Self {
            bytes,
            records,
            start: place.start,
            shift: place.shift,
            gap: place.start + at as u64..place.end,
        })
    }
}

impl Place {
    fn of(source: &Source<'_>, end: End, end_at: u64, findings: &mut Findings) -> Result<Self> {
        let mut place = Self {
            start: 0,
            size: end.size.into(),
            count: end.entries.into(),
            shift: 0,
            end: end_at,
            wide: false,
        };
        let mut offset = u64::from(end.offset);
        let mut disks = [end.disks.0.into(), end.disks.1.into()];
        let mut here = u64::from(end.entries_here);
        let mut said = None;
        if let Some((end64, at, locator)) = end64_before(source, end_at)? {
            let disagrees = |narrow: u64, saturated: u64, wide: u64| narrow != saturated && narrow != wide;
            if disagrees(end.entries.into(), records::SATURATED_16.into(), end64.entries)
                || disagrees(end.size.into(), records::SATURATED_32.into(), end64.size)
                || disagrees(end.offset.into(), records::SATURATED_32.into(), end64.offset)
            {
                findings.push(Finding::new(Code::PackageHeaderMismatch).with(text!(
                    "the ZIP64 end record and the end record disagree",
                    "ZIP64 目录结束记录与目录结束记录不一致"
                )));
            }
            (place.size, place.count, place.end, place.wide) = (end64.size, end64.entries, at, true);
            (offset, here) = (end64.offset, end64.entries);
            disks = [end64.disks.0, end64.disks.1];
            said = Some(locator);
        }
        if disks != [0, 0] || here != place.count {
            return Err(unusable(
                "the ZIP file is one of several volumes",
                "ZIP 文件为分卷之一",
                end_at,
            ));
        }
        // Readers that follow the offset and readers that count back from the end must come to one directory.
        let counted = place.end.checked_sub(place.size);
        let offset_holds = is_directory(source, offset, place.size, place.end)?;
        match counted {
            Some(counted) if counted >= offset && is_directory(source, counted, place.size, place.end)? => {
                place.start = counted;
                place.shift = counted - offset;
                if place.shift > 0 && place.size > 0 && offset_holds {
                    findings.push(Finding::new(Code::PackageHeaderMismatch).with(text!(
                        "the end record leads to two directories, at bytes {offset} and {counted}",
                        "目录结束记录可指向两个目录，分别在字节 {offset} 和 {counted}"
                    )));
                }
            }
            _ if offset_holds => place.start = offset,
            _ => {
                return Err(unusable(
                    "the end record leads to no central directory",
                    "目录结束记录未指向有效的中央目录",
                    end_at,
                ));
            }
        }
        if said.is_some_and(|said| said.checked_add(place.shift) != Some(place.end)) {
            findings.push(Finding::new(Code::PackageHeaderMismatch).with(text!(
                "the ZIP64 locator leads elsewhere than to the ZIP64 end record",
                "ZIP64 定位记录未指向 ZIP64 目录结束记录"
            )));
        }
        Ok(place)
    }
}

/// Whether a directory of `size` bytes may begin at `start`.
fn is_directory(source: &Source<'_>, start: u64, size: u64, end: u64) -> Result<bool> {
    if start.checked_add(size).is_none_or(|after| after > end) {
        return Ok(false);
    }
    Ok(size == 0 || *source.read_up_to(start, 4)? == records::CENTRAL)
}

/// The ZIP64 end record in front of the end record, its place, and the place that its locator states.
fn end64_before(source: &Source<'_>, end_at: u64) -> Result<Option<(End64, u64, u64)>> {
    let Some(locator_at) = end_at.checked_sub(records::LOCATOR64_SIZE as u64) else {
        return Ok(None);
    };
    let Some(said) = records::locator64(&source.read_up_to(locator_at, records::LOCATOR64_SIZE)?) else {
        return Ok(None);
    };
    // Bytes before the package move the record, so the place in front of the locator goes first.
    for at in [locator_at.checked_sub(records::END64_SIZE as u64), Some(said)]
        .into_iter()
        .flatten()
    {
        let record = End64::parse(&source.read_up_to(at, records::END64_SIZE)?);
        if let Some(record) = record.filter(|record| at.checked_add(record.length) == Some(locator_at)) {
            return Ok(Some((record, at, said)));
        }
    }
    Err(unusable(
        "the ZIP64 end record is missing",
        "缺少 ZIP64 目录结束记录",
        locator_at,
    ))
}

/// Whether an end record's signature stands where one is searched for.
pub(super) fn has_end(source: &Source<'_>) -> Result<bool> {
    for reach in REACHES {
        let tail = source.read_up_to(source.len().saturating_sub(reach as u64), reach)?;
        if rfind_end(&tail).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where the last end record's signature is in `bytes`.
fn rfind_end(bytes: &[u8]) -> Option<usize> {
    bytes.windows(4).rposition(|window| window == records::END)
}

fn unusable(en: &'static str, zh: &'static str, position: u64) -> Error {
    Error::new(ErrorKind::Container, crate::lang::Text::new(en, zh)).at(position)
}
