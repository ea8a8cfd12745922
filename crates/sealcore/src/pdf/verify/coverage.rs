//! What a ByteRange covers (ISO 32000-2, 12.8.1), told by bytes: nothing here depends on what a reader makes of the file.

use crate::error::Result;
use crate::hex;
use crate::lang::Text;
use crate::limits::Limits;
use crate::pdf::file::{Pdf, View};
use crate::pdf::object::{Dictionary, Object};
use crate::pdf::parser::is_space;
use crate::pdf::verify::signature::Signature;
use crate::pdf::xref::Location;
use crate::report::{Code, Finding};
use crate::text;

/// Numbers of a ByteRange that are looked at; a lawful one has four.
const BLOCKS: usize = 64;

/// The four numbers of a ByteRange that begins at 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ByteRange {
    /// Where the gap begins.
    pub(crate) gap: u64,
    /// Where it ends.
    pub(crate) resume: u64,
    /// Where the covered bytes end.
    pub(crate) end: u64,
}

/// What a signature covers.
#[derive(Debug)]
pub(crate) struct Covered {
    /// The blocks of bytes that are signed, start and length; empty where they cannot be told.
    pub(crate) blocks: Vec<(u64, u64)>,
    /// The value: the bytes of /Contents.
    pub(crate) contents: Option<Vec<u8>>,
    /// The place of the newest section of the revision that is covered whole.
    pub(crate) section: Option<usize>,
    pub(crate) findings: Vec<Finding>,
}

/// Looks at /ByteRange and /Contents of a signature.
pub(crate) fn judge(pdf: &Pdf<'_>, signature: &Signature) -> Result<Covered> {
    let mut covered = Covered {
        blocks: Vec::new(),
        contents: None,
        section: None,
        findings: Vec::new(),
    };
    let view = pdf.latest();
    let dictionary = &signature.dictionary;
    if let Some(key) = dictionary.duplicate() {
        covered.findings.push(Finding::new(Code::PdfDuplicateKey).with(text!(
            "the signature dictionary has {key} twice",
            "签名字典中 {key} 出现两次"
        )));
    }
    let range = byte_range(&view, dictionary, pdf.len(), &mut covered.blocks);
    match contents(pdf, dictionary, signature.at.is_some())? {
        Ok(bytes) => covered.contents = Some(bytes),
        Err(finding) => covered.findings.push(*finding),
    }
    let range = match range {
        Ok(range) => range,
        Err(finding) => {
            covered.findings.push(*finding);
            return Ok(covered);
        }
    };
    if let Some(entry) = dictionary.entry("Contents")
        && covered.contents.is_some()
        && (entry.span.start, entry.span.end) != (range.gap, range.resume)
    {
        let (start, end) = (entry.span.start, entry.span.end);
        let (gap, resume) = (range.gap, range.resume);
        covered.findings.push(Finding::new(Code::PdfGap).with(text!(
            "the ByteRange leaves out bytes {gap} to {resume}, but /Contents stands at {start} to {end}",
            "ByteRange 排除了字节 {gap} 至 {resume}，而 /Contents 位于 {start} 至 {end}"
        )));
    }
    match revision(pdf, signature, range)? {
        Ok(section) => covered.section = Some(section),
        Err(finding) => covered.findings.push(*finding),
    }
    Ok(covered)
}

type Judged<T> = Result<T, Box<Finding>>;

fn range_fault(message: Text) -> Box<Finding> {
    Box::new(Finding::new(Code::PdfByteRange).with(message))
}

/// Reads /ByteRange. Blocks that lie in the file in their order are given even where the whole is not as it must be, so that
/// the report can say whether what is signed is intact.
fn byte_range(
    view: &View<'_, '_>,
    dictionary: &Dictionary,
    length: u64,
    blocks: &mut Vec<(u64, u64)>,
) -> Judged<ByteRange> {
    let missing = || {
        Box::new(Finding::new(Code::PdfNoValue).with(text!(
            "the signature has no /ByteRange: nothing is signed",
            "签名没有 /ByteRange：未签署任何内容"
        )))
    };
    let value = view.lookup(dictionary, "ByteRange").map_err(|_| missing())?;
    if value.is_null() {
        return Err(missing());
    }
    let unsigned = |item: &Object| item.as_integer().and_then(|value| u64::try_from(value).ok());
    let items = value.as_array().filter(|items| items.len() <= BLOCKS);
    let numbers: Option<Vec<u64>> = items.and_then(|items| items.iter().map(unsigned).collect());
    let numbers = numbers.ok_or_else(|| {
        range_fault(text!(
            "the ByteRange is no array of offsets",
            "ByteRange 不是偏移量数组"
        ))
    })?;
    let mut at = 0;
    for pair in numbers.chunks(2) {
        match pair {
            [start, count] if *start >= at && start.checked_add(*count).is_some_and(|end| end <= length) => {
                blocks.push((*start, *count));
                at = start + count;
            }
            _ => {
                blocks.clear();
                break;
            }
        }
    }
    match numbers.as_slice() {
        [0, first, resume, second] if *first > 0 && first < resume && *second > 0 && !blocks.is_empty() => {
            Ok(ByteRange {
                gap: *first,
                resume: *resume,
                end: resume + second,
            })
        }
        numbers => {
            let shown: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            let shown = shown.join(" ");
            Err(range_fault(text!(
                "the ByteRange {shown} is not two blocks, the first from 0, with a gap between them, in a file of {length} bytes",
                "ByteRange {shown} 不是从 0 开始、中间有间隔的两段，或与 {length} 字节的文件不符"
            )))
        }
    }
}

/// The bytes of /Contents as they stand in the file: a signature's own value is never encrypted (7.6.2).
fn contents(pdf: &Pdf<'_>, dictionary: &Dictionary, in_file: bool) -> Result<Judged<Vec<u8>>> {
    let none = |message: Text| Ok(Err(Box::new(Finding::new(Code::PdfNoValue).with(message))));
    let Some(entry) = dictionary.entry("Contents").filter(|entry| !entry.value.is_null()) else {
        return none(text!(
            "the signature has no /Contents: there is no value",
            "签名没有 /Contents：没有签名值"
        ));
    };
    if entry.value.as_string().is_none() || !in_file {
        return none(text!(
            "/Contents is no string in the signature dictionary itself",
            "/Contents 不是签名字典中的字符串"
        ));
    }
    let length = entry.span.end.saturating_sub(entry.span.start);
    let limit = pdf.limits().part_bytes;
    if length > limit {
        return Err(Limits::exceeded("bytes in one signature", "单个签名的字节数", limit));
    }
    let raw = pdf
        .source()
        .read_up_to(entry.span.start, usize::try_from(length).unwrap_or(usize::MAX))?;
    let digits = raw.strip_prefix(b"<").and_then(|raw| raw.strip_suffix(b">"));
    let Some(digits) = digits.filter(|digits| hex::extent(digits) == digits.len()) else {
        return none(text!(
            "/Contents is not written in hexadecimal",
            "/Contents 不是十六进制字符串"
        ));
    };
    let bytes = hex::decode(digits);
    if bytes.iter().all(|byte| *byte == 0) {
        return none(text!(
            "/Contents is empty or filled with zeros",
            "/Contents 为空或全为零"
        ));
    }
    Ok(Ok(bytes))
}

/// The section whose revision ends where the covered bytes end.
fn revision(pdf: &Pdf<'_>, signature: &Signature, range: ByteRange) -> Result<Judged<usize>> {
    let end = range.end;
    let partial = |message: Text| Ok(Err(Box::new(Finding::new(Code::PdfCoverage).with(message))));
    let ending = match pdf.ending(end) {
        Ok(ending) => ending,
        Err(_) if parallel(pdf, range) => {
            return partial(text!(
                "the ByteRange takes the original and the last %%EOF alone (a scheme for signing in parallel): what lies between is not covered",
                "ByteRange 仅包含原文和末尾的 %%EOF（并行签名方案）：两者之间的内容未受保护"
            ));
        }
        Err(_) => {
            return partial(text!(
                "the covered bytes end at {end}, which is not the end of a revision",
                "受保护的字节结束于 {end}，不是任何修订版本的末尾"
            ));
        }
    };
    let rest = pdf
        .source()
        .read_up_to(ending.end, usize::try_from(end - ending.end.min(end)).unwrap_or(0))?;
    if !rest.iter().all(|byte| is_space(*byte)) {
        return partial(text!(
            "the covered bytes end at {end}, behind the end of a revision",
            "受保护的字节结束于 {end}，超出修订版本的末尾"
        ));
    }
    let found = pdf
        .sections()
        .iter()
        .position(|section| section.start == ending.xref_at);
    let Some(section) = found else {
        return partial(text!(
            "the revision that ends at {end} is not one of those that the file is made of",
            "结束于 {end} 的修订版本不属于该文件的修订链"
        ));
    };
    let (old, new) = pdf.sections().split_at(section + 1);
    if old
        .iter()
        .any(|one| one.end > end || one.stream_at.is_some_and(|at| at >= end))
    {
        return partial(text!(
            "a cross-reference section of the covered revision lies outside the covered bytes",
            "受保护修订版本的交叉引用段位于受保护字节之外"
        ));
    }
    if new
        .iter()
        .any(|one| one.start < end || one.stream_at.is_some_and(|at| at < end))
    {
        return partial(text!(
            "a later update uses a cross-reference section inside the covered bytes",
            "后续更新使用了受保护字节内的交叉引用段"
        ));
    }
    let outside = old
        .iter()
        .flat_map(|one| one.entries())
        .find(|(_, location)| matches!(location, Location::Offset { at, .. } if *at >= end && *at < pdf.len()));
    if let Some((number, _)) = outside {
        return partial(text!(
            "the covered revision looks for object {number} outside the covered bytes",
            "受保护的修订版本在受保护字节之外查找对象 {number}"
        ));
    }
    let signed = pdf.as_of(section);
    let own = signature.at.filter(|at| *at < range.gap);
    let defined = match signature.id {
        Some(id) => signed.location(id.number).is_some_and(
            |location| matches!(location, Location::Offset { at, generation } if Some(at) == own && generation == id.generation),
        ),
        None => own.is_some(),
    };
    if !defined {
        return partial(text!(
            "the signature dictionary is not part of the revision that it covers",
            "签名字典不属于其所保护的修订版本"
        ));
    }
    Ok(Ok(section))
}

/// A ByteRange whose second block is a last `%%EOF` and nothing else.
fn parallel(pdf: &Pdf<'_>, range: ByteRange) -> bool {
    let length = range.end - range.resume;
    let tail = pdf
        .source()
        .read_up_to(range.resume, usize::try_from(length.min(16)).unwrap_or(16));
    length < 16 && tail.is_ok_and(|tail| tail.trim_ascii() == b"%%EOF")
}

/// Whether two signature dictionaries name the same bytes.
pub(crate) fn same_range(one: &Dictionary, other: &Dictionary) -> bool {
    let numbers = |dictionary: &Dictionary| {
        dictionary
            .get("ByteRange")
            .and_then(Object::as_array)
            .map(<[Object]>::to_vec)
    };
    numbers(one).is_some() && numbers(one) == numbers(other)
}
