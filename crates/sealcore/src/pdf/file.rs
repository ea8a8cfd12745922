//! A PDF file: its cross-reference chain and its objects, read when asked for, never repaired.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use super::crypt::{Encryption, Permissions, Unlock};
use super::filter;
use super::object::{Dictionary, Object, ObjectId, Stream, StreamData};
use super::parser::{Indirect, Parsed, Parser, Stop, is_space, syntax};
use super::xref::{self, Location, Section, SectionKind};
use crate::error::{Error, ErrorKind, Result};
use crate::limits::{Budget, Limits};
use crate::monitor::{self, Monitor};
use crate::source::Source;
use crate::text;

/// Bytes at the end of a file in which readers look for `startxref`.
const END: usize = 1024;
/// References that lead to references.
const HOPS: usize = 32;
/// Objects that are kept after they were read; what is read again costs time, not memory.
const CACHE: usize = 4096;
/// Memory that kept objects and object streams may take.
const CACHE_BYTES: u64 = 64 << 20;
/// Bytes of one object that cost no more of the budget than they are. Objects may overlap, one in a string of the other, so
/// the time for them is no matter of the file's length; what is longer costs [`OVERLAP`] times as much.
const GRANTED: u64 = 4096;
/// Inflating an object stream costs so much more of the budget than its bytes.
const AGAIN: u64 = 3;
/// Parsing is so much slower than inflating, roundly.
const OVERLAP: u64 = 32;

/// A PDF file that was opened: the chain of its cross-reference sections is in memory, everything else is read when asked
/// for, by any number of threads.
pub struct Pdf<'a> {
    source: Source<'a>,
    /// Bytes of the source that count; all of them unless a broken tail was cut off to look at what is before it.
    length: u64,
    /// Behind `%%EOF` and its line end.
    end: u64,
    /// Oldest first.
    sections: Vec<Section>,
    /// Object numbers, and in what sections at what places they stand; sorted.
    index: Vec<(u32, u32, u32)>,
    /// Nothing for a file that is not encrypted, and while the keys are not yet known.
    encryption: Option<Encryption>,
    limits: Limits,
    budget: Arc<Budget>,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    objects: HashMap<(u64, ObjectId), Kept>,
    /// By offset, and by section where they read differently in another view.
    streams: HashMap<(u64, Option<usize>), Arc<ObjectStream>>,
    /// Memory that both take, about.
    bytes: u64,
}

impl Cache {
    /// Makes room for `bytes` more.
    fn reserve(&mut self, bytes: u64) {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.objects.len() + self.streams.len() >= CACHE || self.bytes > CACHE_BYTES {
            *self = Self {
                bytes,
                ..Self::default()
            };
        }
    }
}

/// An object, and where it ends in the file: behind the data, for a stream.
#[derive(Clone)]
struct Kept {
    object: Arc<Object>,
    end: u64,
}

/// An object stream (7.5.7), decoded.
struct ObjectStream {
    data: Vec<u8>,
    /// Where its data end in the file.
    end: u64,
    /// Object numbers and where the objects begin.
    index: Vec<(u32, usize)>,
    /// Numbers that stand there twice.
    twins: HashSet<u32>,
}

/// What `startxref` says, and where that stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ending {
    /// The offset that it names.
    pub(crate) xref_at: u64,
    /// Behind `%%EOF` and its line end.
    pub(crate) end: u64,
}

impl<'a> Pdf<'a> {
    /// Opens a file that is well-formed as it stands and needs no password.
    ///
    /// # Errors
    /// [`ErrorKind::Pdf`] naming the fault, [`ErrorKind::Limit`], [`ErrorKind::Io`]; [`ErrorKind::Password`] and
    /// [`ErrorKind::Unsupported`] as [`Self::open_with`].
    pub fn open(source: impl Into<Source<'a>>, limits: &Limits) -> Result<Self> {
        Self::open_with(source, limits, &Unlock::None)
    }

    /// As [`Self::open`], for a file that may be encrypted.
    ///
    /// # Errors
    /// As [`Self::open`]; [`ErrorKind::Password`] when `unlock` does not open it, [`ErrorKind::Unsupported`] for encryption
    /// that is not known, [`ErrorKind::Crypto`] and [`ErrorKind::Asn1`] for recipients that cannot be read.
    pub fn open_with(source: impl Into<Source<'a>>, limits: &Limits, unlock: &Unlock<'_>) -> Result<Self> {
        let source = source.into();
        let length = source.len();
        let budget = Arc::new(Budget::new(limits));
        Self::open_prefix(source, length, limits, unlock, &budget).map_err(|(error, _)| error)
    }

    /// Opens the first `length` bytes as if they were all; gives the source back when they cannot be. What it costs is taken
    /// from `budget`, as is what is read later.
    pub(crate) fn open_prefix(
        source: Source<'a>,
        length: u64,
        limits: &Limits,
        unlock: &Unlock<'_>,
        budget: &Arc<Budget>,
    ) -> Result<Self, (Error, Source<'a>)> {
        let mut pdf = Self {
            source,
            length,
            end: length,
            sections: Vec::new(),
            index: Vec::new(),
            encryption: None,
            limits: limits.clone(),
            budget: Arc::clone(budget),
            cache: Mutex::default(),
        };
        match pdf.read_chain().and_then(|()| Encryption::open(&pdf, unlock)) {
            Ok(encryption) => {
                if encryption.is_some() {
                    // What was read on the way to the keys was not decrypted.
                    *pdf.cache() = Cache::default();
                }
                pdf.encryption = encryption;
                Ok(pdf)
            }
            Err(error) => Err((error, pdf.source)),
        }
    }

    fn read_chain(&mut self) -> Result<()> {
        // ISO 32000-2, 7.5.2. Bytes before it would shift every offset for some readers and not for others.
        let header = self.source.read_up_to(0, 8)?;
        if !matches!(&*header, [b'%', b'P', b'D', b'F', b'-', b'0'..=b'9', b'.', b'0'..=b'9']) {
            return Err(syntax(text!(
                "the file does not begin with %PDF- and a version",
                "文件不以 %PDF- 和版本号开头"
            ))
            .at(0));
        }
        let ending = self.ending(self.length)?;
        self.end = ending.end;
        let (mut at, mut seen, mut total) = (ending.xref_at, HashSet::new(), 0usize);
        loop {
            if !seen.insert(at) {
                return Err(syntax(text!(
                    "the cross-reference sections lead in a circle",
                    "交叉引用段形成循环"
                ))
                .at(at));
            }
            let count = seen.len();
            self.limits
                .check(count, self.limits.revisions, "revisions", "修订版本数量")?;
            let section = self.section(at)?;
            // Twins count: a section may name one number a million times.
            total = total.saturating_add(section.rows());
            self.limits.check(total, self.limits.objects, "objects", "对象数量")?;
            let previous = section.previous()?;
            self.sections.push(section);
            match previous {
                Some(previous) => at = previous,
                None => break,
            }
        }
        self.sections.reverse();
        // A file of a thousand revisions would else be asked a thousand times for each object.
        for (section, one) in (0u32..).zip(&self.sections) {
            let places = (0u32..).zip(one.entries());
            self.index
                .extend(places.map(|(place, (number, _))| (number, section, place)));
        }
        self.index.sort_unstable();
        Ok(())
    }

    /// The last `startxref` within the last bytes before `length`, and the `%%EOF` that must follow it.
    pub(crate) fn ending(&self, length: u64) -> Result<Ending> {
        let from = length.saturating_sub(END as u64);
        let bytes = self
            .source
            .read_up_to(from, usize::try_from(length - from).unwrap_or(END))?;
        let missing = || {
            syntax(text!(
                "there is no startxref at the end of the file: it is truncated or something was appended",
                "文件末尾没有 startxref：文件被截断或被追加了内容"
            ))
            .at(from)
        };
        let found = bytes
            .windows(9)
            .rposition(|window| window == b"startxref")
            .ok_or_else(missing)?;
        let rest = bytes.get(found + 9..).unwrap_or_default();
        let digits_at = rest.iter().position(|byte| !is_space(*byte)).unwrap_or(0);
        let digits = rest.get(digits_at..).unwrap_or_default();
        let count = digits.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let broken = |what| syntax(what).at(from + found as u64);
        let xref_at = super::parser::parse_unsigned(digits.get(..count).unwrap_or_default())
            .filter(|_| digits_at > 0)
            .ok_or_else(|| {
                broken(text!(
                    "startxref is not followed by an offset",
                    "startxref 之后没有偏移量"
                ))
            })?;
        let after = digits.get(count..).unwrap_or_default();
        let mark_at = after.iter().position(|byte| !is_space(*byte)).unwrap_or(after.len());
        if mark_at == 0 || !after.get(mark_at..).is_some_and(|rest| rest.starts_with(b"%%EOF")) {
            return Err(broken(text!(
                "startxref is not followed by %%EOF",
                "startxref 之后没有 %%EOF"
            )));
        }
        let line_end = match after.get(mark_at + 5..).unwrap_or_default() {
            [b'\r', b'\n', ..] => 2,
            [b'\r' | b'\n', ..] => 1,
            _ => 0,
        };
        let end = from + (found + 9 + digits_at + count + mark_at + 5 + line_end) as u64;
        Ok(Ending { xref_at, end })
    }

    /// Reads the section at `at`, and the stream that a hybrid one names.
    fn section(&self, at: u64) -> Result<Section> {
        let mut section = self.plain_section(at).map_err(|error| error.in_part("xref"))?;
        if section.kind == SectionKind::Table
            && let Some(stream_at) = xref::offset(&section.trailer, "XRefStm", at)?
        {
            let stream = self
                .plain_section(stream_at)
                .map_err(|error| error.in_part("XRefStm"))?;
            if stream.kind != SectionKind::Stream {
                return Err(syntax(text!("/XRefStm leads to no stream", "/XRefStm 未指向流")).at(stream_at));
            }
            section.join(&stream);
        }
        Ok(section)
    }

    fn plain_section(&self, at: u64) -> Result<Section> {
        if at >= self.length {
            return Err(syntax(text!(
                "a cross-reference section lies behind the end of the file",
                "交叉引用段位于文件末尾之后"
            ))
            .at(at));
        }
        let head = self.source.read_up_to(at, 32)?;
        let starts_table = head
            .iter()
            .position(|byte| !is_space(*byte))
            .and_then(|start| head.get(start..))
            .is_some_and(|rest| rest.starts_with(b"xref"));
        if starts_table {
            return self.with_parser(at, |parser| {
                parser.take_keyword("xref")?;
                let (entries, trailer) = xref::table(parser, &self.limits)?;
                Ok(Section::new(
                    at,
                    parser.position(),
                    SectionKind::Table,
                    trailer,
                    entries,
                ))
            });
        }
        let read = self.indirect(at)?;
        let (stream, end) = self.stream_of(read, &|_| None)?;
        if !stream.dictionary.is_type("XRef") {
            return Err(syntax(text!(
                "there is neither a cross-reference table nor a stream",
                "此处既无交叉引用表也无交叉引用流"
            ))
            .at(at));
        }
        // More than the entries take is of no use to anybody but an attacker.
        let most = xref::data_limit(&stream.dictionary, &self.limits).min(self.limits.part_bytes);
        let data = self.decode(&stream, self.raw(&stream)?, most, &|object| object.clone())?;
        let entries = xref::stream(&stream, &data, &self.limits).map_err(|error| error.at(at))?;
        Ok(Section::new(at, end, SectionKind::Stream, stream.dictionary, entries))
    }

    /// Runs `parse` at `at` with as large a window as it needs.
    fn with_parser<T>(&self, at: u64, parse: impl Fn(&mut Parser<'_>) -> Parsed<T>) -> Result<T> {
        let left = self.length.saturating_sub(at);
        let most = left.min(self.limits.part_bytes);
        let mut window = 4096u64.min(most);
        loop {
            let bytes = self
                .source
                .read_up_to(at, usize::try_from(window).unwrap_or(usize::MAX))?;
            let mut parser = Parser::new(&bytes, at, window == left);
            let parsed = parse(&mut parser);
            let used = match parsed {
                Err(Stop::More) => window,
                _ => parser.position().saturating_sub(at),
            };
            self.charge(used)?;
            match parsed {
                Ok(value) => return Ok(value),
                Err(Stop::Bad(error)) => return Err(error),
                Err(Stop::More) if window >= most => {
                    return Err(
                        Limits::exceeded("bytes in one object", "单个对象的字节数", self.limits.part_bytes).at(at),
                    );
                }
                Err(Stop::More) => window = window.saturating_mul(16).min(most),
            }
        }
    }

    /// Takes from the budget what it costs to go through so many bytes of one object, or to copy it.
    pub(crate) fn charge(&self, bytes: u64) -> Result<()> {
        let beyond = bytes.saturating_sub(GRANTED);
        self.budget
            .inflate(bytes.saturating_add(beyond.saturating_mul(OVERLAP)))
    }

    /// The indirect object at `at`, its stream not yet looked at.
    pub(crate) fn indirect(&self, at: u64) -> Result<Indirect> {
        if at >= self.length {
            return Err(syntax(text!(
                "an object lies behind the end of the file",
                "对象位于文件末尾之后"
            ))
            .at(at));
        }
        self.with_parser(at, |parser| parser.indirect())
    }

    /// The stream of an indirect object and where the object ends. `length_at` finds a `/Length` that is a reference.
    pub(crate) fn stream_of(
        &self,
        read: Indirect,
        length_at: &dyn Fn(ObjectId) -> Option<i64>,
    ) -> Result<(Stream, u64)> {
        let id = read.id;
        let no_stream = || syntax(text!("object {id} is no stream", "对象 {id} 不是流"));
        let (Object::Dictionary(dictionary), Some(start)) = (read.value, read.data_at) else {
            return Err(no_stream());
        };
        let length = match dictionary.get("Length") {
            Some(Object::Integer(value)) => Some(*value),
            Some(Object::Reference(id)) => length_at(*id),
            _ => None,
        };
        let end = length
            .and_then(|length| u64::try_from(length).ok())
            .and_then(|length| start.checked_add(length))
            .filter(|end| *end <= self.length)
            .ok_or_else(|| {
                syntax(text!(
                    "the stream of object {id} has no usable /Length",
                    "对象 {id} 的流没有可用的 /Length"
                ))
                .at(start)
            })?;
        let closing = |parser: &mut Parser<'_>| {
            // A comment could hide bytes between the data and the keyword.
            if parser.stands_before_comment()? || !parser.take_keyword("endstream")? {
                return Err(parser.bad(text!(
                    "the stream of object {id} does not end where its /Length says",
                    "对象 {id} 的流未在 /Length 所述位置结束"
                )));
            }
            parser.take_keyword("endobj")?;
            Ok(parser.position())
        };
        if !self
            .source
            .read_up_to(end, 1)?
            .first()
            .is_some_and(|byte| is_space(*byte) || *byte == b'e')
        {
            return Err(syntax(text!(
                "the stream of object {id} does not end where its /Length says",
                "对象 {id} 的流未在 /Length 所述位置结束"
            ))
            .at(end));
        }
        let after = self.with_parser(end, closing)?;
        let data = StreamData::File(start..end);
        Ok((Stream { dictionary, data }, after))
    }

    /// The bytes of a stream as they stand.
    pub(crate) fn raw(&self, stream: &Stream) -> Result<Vec<u8>> {
        match &stream.data {
            StreamData::Memory(bytes) => Ok(bytes.to_vec()),
            StreamData::File(range) => {
                let length = range.end.saturating_sub(range.start);
                if length > self.limits.part_bytes {
                    return Err(Limits::exceeded(
                        "bytes in one stream",
                        "单个流的字节数",
                        self.limits.part_bytes,
                    ));
                }
                self.budget.inflate(length)?;
                let length = usize::try_from(length).unwrap_or(usize::MAX);
                Ok(self.source.read_up_to(range.start, length)?.into_owned())
            }
        }
    }

    /// Undoes the filters of a stream. `resolve` follows references in its dictionary.
    fn decode(&self, stream: &Stream, raw: Vec<u8>, most: u64, resolve: &dyn Fn(&Object) -> Object) -> Result<Vec<u8>> {
        let value = |key: &str| {
            let found = stream.dictionary.get(key);
            found.map_or(Object::Null, |object| deep(object, resolve))
        };
        let mut data = raw;
        for (name, parameters) in filter::chain(&value("Filter"), &value("DecodeParms"))? {
            data = filter::decode(&name, &parameters, &data, most, &self.budget)?;
        }
        Ok(data)
    }

    /// The bytes of the file.
    #[must_use]
    pub fn source(&self) -> &Source<'a> {
        &self.source
    }

    /// Behind the last `%%EOF` and its line end.
    #[must_use]
    pub fn end(&self) -> u64 {
        self.end
    }

    /// Where the bytes end that were looked at.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether there are none: never, of a file that was opened.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// What reading the file may cost.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The keys of an encrypted file.
    pub(crate) fn encryption(&self) -> Option<&Encryption> {
        self.encryption.as_ref()
    }

    /// Whether the file is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.encryption.is_some()
    }

    /// What the file's encryption permits; everything where it is not encrypted.
    #[must_use]
    pub fn permissions(&self) -> Permissions {
        self.encryption
            .as_ref()
            .map_or(Permissions::OWNER, |encryption| encryption.crypt.permissions())
    }

    /// Whether the permissions were changed by somebody without the key (/Perms of revision 6 contradicts the encryption
    /// dictionary).
    #[must_use]
    pub fn permissions_altered(&self) -> bool {
        self.encryption
            .as_ref()
            .is_some_and(|encryption| encryption.crypt.permissions_altered())
    }

    /// The cross-reference sections, oldest first.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The file as it is.
    #[must_use]
    pub fn latest(&self) -> View<'_, 'a> {
        self.as_of(self.sections.len().saturating_sub(1))
    }

    /// The file as it was when the section with this place, counted from 0, was its newest.
    #[must_use]
    pub fn as_of(&self, section: usize) -> View<'_, 'a> {
        View {
            pdf: self,
            section: section.min(self.sections.len().saturating_sub(1)),
            until: self.length,
            monitor: None,
        }
    }

    fn cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        // What a panic of another thread leaves is whole: entries are put in at once.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Pdf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pdf")
            .field("length", &self.length)
            .field("sections", &self.sections.len())
            .finish_non_exhaustive()
    }
}

/// A value with the references in its arrays and dictionaries resolved one deep: what filters need.
fn deep(object: &Object, resolve: &dyn Fn(&Object) -> Object) -> Object {
    match resolve(object) {
        Object::Array(items) => Object::Array(
            items
                .iter()
                .take(FILTERS)
                .map(|item| deep_dictionary(resolve(item), resolve))
                .collect(),
        ),
        other => deep_dictionary(other, resolve),
    }
}

fn deep_dictionary(object: Object, resolve: &dyn Fn(&Object) -> Object) -> Object {
    match object {
        Object::Dictionary(dictionary) => {
            let mut resolved = Dictionary::new();
            for entry in dictionary.iter().take(PARAMETERS) {
                resolved.push_read(entry.key.clone(), resolve(&entry.value), entry.span.clone());
            }
            Object::Dictionary(resolved)
        }
        other => other,
    }
}

/// Filters and parameters of them that are looked at: no lawful stream has as many.
const FILTERS: usize = 32;
const PARAMETERS: usize = 32;

/// Whether what a stream's data are may be told elsewhere, and so by every revision anew.
fn depends(dictionary: &Dictionary) -> bool {
    fn refers(object: &Object) -> bool {
        match object {
            Object::Reference(_) => true,
            Object::Array(items) => items.iter().any(refers),
            Object::Dictionary(dictionary) => dictionary.iter().any(|entry| refers(&entry.value)),
            _ => false,
        }
    }
    ["Length", "Filter", "DecodeParms"]
        .iter()
        .any(|key| dictionary.get(key).is_some_and(refers))
}

/// A file as of one of its cross-reference sections.
#[derive(Clone, Copy)]
pub struct View<'p, 'a> {
    pdf: &'p Pdf<'a>,
    section: usize,
    /// Objects that end behind it are not read.
    until: u64,
    monitor: Option<&'p dyn Monitor>,
}

impl fmt::Debug for View<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View")
            .field("pdf", self.pdf)
            .field("section", &self.section)
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

/// A value that stands in another object, or that a reference led to.
#[derive(Clone, Debug)]
pub enum Value<'o> {
    /// It stands in the object that was looked at.
    Direct(&'o Object),
    /// A reference led to it.
    Indirect(ObjectId, Arc<Object>),
}

impl Deref for Value<'_> {
    type Target = Object;

    fn deref(&self) -> &Object {
        match self {
            Self::Direct(object) => object,
            Self::Indirect(_, object) => object,
        }
    }
}

impl Value<'_> {
    /// The number under which it stands, where a reference led to it.
    #[must_use]
    pub fn id(&self) -> Option<ObjectId> {
        match self {
            Self::Direct(_) => None,
            Self::Indirect(id, _) => Some(*id),
        }
    }
}

impl<'p, 'a> View<'p, 'a> {
    /// The file.
    #[must_use]
    pub fn pdf(&self) -> &'p Pdf<'a> {
        self.pdf
    }

    /// The place of the newest section that counts, from 0.
    #[must_use]
    pub fn section(&self) -> usize {
        self.section
    }

    /// The trailer of the newest section.
    #[must_use]
    pub fn trailer(&self) -> &'p Dictionary {
        static EMPTY: Dictionary = Dictionary::new();
        self.pdf
            .sections
            .get(self.section)
            .map_or(&EMPTY, |section| &section.trailer)
    }

    /// Where an object number leads to; `None` when no section names it.
    #[must_use]
    pub fn location(&self, number: u32) -> Option<Location> {
        let newest = u32::try_from(self.section).unwrap_or(u32::MAX);
        let index = &self.pdf.index;
        let behind = index.partition_point(|(other, section, _)| (*other, *section) <= (number, newest));
        let (other, section, place) = index.get(behind.checked_sub(1)?)?;
        if *other != number {
            return None;
        }
        let section = self.pdf.sections.get(usize::try_from(*section).ok()?)?;
        section.at(usize::try_from(*place).ok()?)
    }

    /// The object; [`Object::Null`] when there is none of this number and generation.
    ///
    /// # Errors
    /// [`ErrorKind::Pdf`] when it cannot be read as it stands, [`ErrorKind::Limit`], [`ErrorKind::Io`].
    pub fn get(&self, id: ObjectId) -> Result<Arc<Object>> {
        self.get_within(id, HOPS)
            .map_err(|error| error.in_part(format!("object {id}")))
    }

    fn get_within(&self, id: ObjectId, hops: usize) -> Result<Arc<Object>> {
        self.advance(0)?;
        match self.location(id.number) {
            Some(Location::Offset { at, generation }) if generation == id.generation => self.object_at(at, id, hops),
            Some(Location::InStream { stream, index }) if id.generation == 0 => self.packed(stream, index, id, hops),
            _ => Ok(Arc::new(Object::Null)),
        }
    }

    /// The view in which no object reaches beyond `end`: what comes behind a revision is no part of it, though bytes that are
    /// appended may complete an object that was left open.
    #[must_use]
    pub(crate) fn until(mut self, end: u64) -> Self {
        self.until = end;
        self
    }

    /// The view that tells `monitor` what it reads of the file, and reads no more once that cancelled.
    #[must_use]
    pub(crate) fn watched(mut self, monitor: &'p dyn Monitor) -> Self {
        self.monitor = Some(monitor);
        self
    }

    /// The file as [`Pdf::as_of`] has it, watched as this view is.
    #[must_use]
    pub(crate) fn as_of(&self, section: usize) -> Self {
        Self {
            monitor: self.monitor,
            ..self.pdf.as_of(section)
        }
    }

    /// Tells who watches of bytes that were read beside the objects.
    pub(crate) fn advance(&self, bytes: usize) -> Result<()> {
        match self.monitor {
            Some(monitor) => monitor::advance(monitor, bytes),
            None => Ok(()),
        }
    }

    fn object_at(&self, at: u64, id: ObjectId, hops: usize) -> Result<Arc<Object>> {
        // The same bytes mean the same whatever the view, unless a /Length elsewhere changed.
        let kept = self.pdf.cache().objects.get(&(at, id)).cloned();
        let found = match kept {
            Some(found) => found,
            None => self.read_at(at, id, hops)?,
        };
        self.check_end(found.end, at)?;
        Ok(found.object)
    }

    fn check_end(&self, end: u64, at: u64) -> Result<()> {
        if end <= self.until {
            return Ok(());
        }
        Err(syntax(text!(
            "an object reaches beyond the end of its revision",
            "对象超出其修订版本的末尾"
        ))
        .at(at))
    }

    fn read_at(&self, at: u64, id: ObjectId, hops: usize) -> Result<Kept> {
        let read = self.pdf.indirect(at)?;
        if read.id != id {
            let found = read.id;
            return Err(syntax(text!(
                "object {found} stands where object {id} should be",
                "应为对象 {id} 的位置上是对象 {found}"
            ))
            .at(at));
        }
        let (mut end, weight) = (read.end, read.weight);
        let length = end.saturating_sub(at);
        self.advance(usize::try_from(length).unwrap_or(usize::MAX))?;
        let (mut object, kept) = if read.data_at.is_some() {
            let own = matches!(
                read.value
                    .as_dictionary()
                    .and_then(|dictionary| dictionary.get("Length")),
                Some(Object::Integer(_))
            );
            let length = |length: ObjectId| self.length_of(length, hops);
            let (stream, _) = self.pdf.stream_of(read, &length)?;
            if let StreamData::File(range) = &stream.data {
                end = range.end;
            }
            (Object::Stream(stream), own)
        } else {
            (read.value, true)
        };
        if let Some(encryption) = &self.pdf.encryption {
            encryption.decrypt_strings(id, &mut object)?;
        }
        let found = Kept {
            object: Arc::new(object),
            end,
        };
        if kept {
            let mut cache = self.pdf.cache();
            cache.reserve(weight);
            cache.objects.insert((at, id), found.clone());
        }
        Ok(found)
    }

    /// A `/Length` that is a reference.
    fn length_of(&self, id: ObjectId, hops: usize) -> Option<i64> {
        let hops = hops.checked_sub(1)?;
        match self.location(id.number)? {
            // Read as it is, without its stream: a stream is no length, and might be the one that asks.
            Location::Offset { at, generation } if generation == id.generation => {
                let read = self.pdf.indirect(at).ok()?;
                (read.id == id).then(|| read.value.as_integer()).flatten()
            }
            _ => self.get_within(id, hops).ok()?.as_integer(),
        }
    }

    /// The object with place `index` in an object stream.
    fn packed(&self, stream: u32, index: u32, id: ObjectId, hops: usize) -> Result<Arc<Object>> {
        let Some(Location::Offset { at, generation: 0 }) = self.location(stream) else {
            return Err(syntax(text!(
                "the object stream {stream} is missing",
                "对象流 {stream} 缺失"
            )));
        };
        hops.checked_sub(1).ok_or_else(too_deep)?;
        let packed = self.object_stream(at, ObjectId::new(stream))?;
        let place = usize::try_from(index).unwrap_or(usize::MAX);
        let start = match packed.index.get(place) {
            // Of twins some readers take the first, whatever the cross-reference says.
            Some((number, start)) if *number == id.number && !packed.twins.contains(number) => *start,
            _ => {
                return Err(syntax(text!(
                    "object stream {stream} does not hold object {id} where the cross-reference says",
                    "对象流 {stream} 未在交叉引用所述位置包含对象 {id}"
                )));
            }
        };
        let mut parser = Parser::whole(&packed.data);
        parser.seek(start);
        let parsed = parser.object();
        self.pdf.charge(parser.position().saturating_sub(start as u64))?;
        match parsed {
            Ok(object) => Ok(Arc::new(object)),
            Err(Stop::Bad(error)) => Err(error),
            Err(Stop::More) => Err(syntax(text!("the object stream ends early", "对象流提前结束"))),
        }
    }

    /// The numbers of the objects in an object stream.
    pub(crate) fn packed_numbers(&self, stream: ObjectId) -> Result<Vec<u32>> {
        match self.location(stream.number) {
            Some(Location::Offset { at, generation: 0 }) => {
                let packed = self.object_stream(at, stream)?;
                Ok(packed.index.iter().map(|(number, _)| *number).collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    fn object_stream(&self, at: u64, id: ObjectId) -> Result<Arc<ObjectStream>> {
        // What its data are must not be told in another object stream (7.5.7): that one could ask for two more, and so on.
        const HOPS: usize = 1;
        for section in [None, Some(self.section)] {
            let kept = self.pdf.cache().streams.get(&(at, section)).cloned();
            if let Some(stream) = kept {
                self.check_end(stream.end, at)?;
                return Ok(stream);
            }
        }
        let object = self.object_at(at, id, HOPS)?;
        let number = id.number;
        let broken = || syntax(text!("object stream {number} is broken", "对象流 {number} 有误")).at(at);
        let Object::Stream(stream) = &*object else {
            return Err(broken());
        };
        if !stream.dictionary.is_type("ObjStm") {
            return Err(broken());
        }
        let number = |key: &str| {
            let value = stream.dictionary.get(key).and_then(Object::as_integer);
            value.and_then(|value| usize::try_from(value).ok()).ok_or_else(broken)
        };
        let (count, first) = (number("N")?, number("First")?);
        let data = self.stream_data_within(stream, id, HOPS)?;
        // What is kept of them is bounded, so they may be asked for by turns and inflated each time.
        self.pdf.budget.inflate((data.len() as u64).saturating_mul(AGAIN))?;
        let end = match &stream.data {
            StreamData::File(range) => range.end,
            StreamData::Memory(_) => 0,
        };
        let section = depends(&stream.dictionary).then_some(self.section);
        self.pdf
            .limits
            .check(count, self.pdf.limits.objects, "objects", "对象数量")?;
        let mut index = Vec::new();
        let mut parser = Parser::whole(data.get(..first).ok_or_else(broken)?);
        for _ in 0..count {
            let (Ok(number), Ok(offset)) = (parser.unsigned(), parser.unsigned()) else {
                return Err(broken());
            };
            let number = u32::try_from(number).map_err(|_| broken())?;
            let offset = usize::try_from(offset)
                .ok()
                .and_then(|offset| offset.checked_add(first));
            index.push((
                number,
                offset.filter(|offset| *offset <= data.len()).ok_or_else(broken)?,
            ));
        }
        let mut seen = HashSet::new();
        let twins = index
            .iter()
            .map(|(number, _)| *number)
            .filter(|number| !seen.insert(*number));
        let twins = twins.collect();
        let bytes = data.len() + index.len() * size_of::<(u32, usize)>();
        let stream = Arc::new(ObjectStream {
            data,
            end,
            index,
            twins,
        });
        let mut cache = self.pdf.cache();
        cache.reserve(bytes as u64);
        cache.streams.insert((at, section), Arc::clone(&stream));
        Ok(stream)
    }

    /// Follows references until there is an object.
    ///
    /// # Errors
    /// As [`Self::get`], and for references that lead in a circle.
    pub fn resolve<'o>(&self, object: &'o Object) -> Result<Value<'o>> {
        let Object::Reference(id) = object else {
            return Ok(Value::Direct(object));
        };
        let mut id = *id;
        for _ in 0..HOPS {
            let found = self.get(id)?;
            match &*found {
                Object::Reference(next) => id = *next,
                _ => return Ok(Value::Indirect(id, found)),
            }
        }
        Err(too_deep())
    }

    /// The value of a key, references followed; [`Object::Null`] without one.
    ///
    /// # Errors
    /// As [`Self::resolve`].
    pub fn lookup<'o>(&self, dictionary: &'o Dictionary, key: &str) -> Result<Value<'o>> {
        static NULL: Object = Object::Null;
        match dictionary.get(key) {
            Some(object) => self.resolve(object),
            None => Ok(Value::Direct(&NULL)),
        }
    }

    /// The data of a stream, decrypted and with its filters undone.
    ///
    /// # Errors
    /// As [`Self::get`]; [`ErrorKind::Unsupported`] for filters of pictures.
    pub fn stream_data(&self, stream: &Stream, id: ObjectId) -> Result<Vec<u8>> {
        self.stream_data_within(stream, id, HOPS)
            .map_err(|error| error.in_part(format!("object {id}")))
    }

    fn stream_data_within(&self, stream: &Stream, id: ObjectId, hops: usize) -> Result<Vec<u8>> {
        let hops = hops.checked_sub(1).ok_or_else(too_deep)?;
        let resolve = |object: &Object| match object {
            Object::Reference(id) => {
                let found = self.get_within(*id, hops);
                found.map_or(Object::Null, |object| (*object).clone())
            }
            other => other.clone(),
        };
        let mut raw = self.pdf.raw(stream)?;
        self.advance(raw.len())?;
        if let (Some(encryption), StreamData::File(_)) = (&self.pdf.encryption, &stream.data) {
            let mut direct = Dictionary::new();
            for key in ["Type", "Filter", "DecodeParms"] {
                if let Some(value) = stream.dictionary.get(key) {
                    direct.set(key, deep(value, &resolve));
                }
            }
            if let Cow::Owned(decrypted) = encryption.crypt.decrypt_stream(id, &direct, &raw)? {
                raw = decrypted;
            }
        }
        let decoded = self.pdf.decode(stream, raw, self.pdf.limits.part_bytes, &resolve)?;
        // Cancelled while a filter's parameters were looked up: they were passed over, and nobody may keep what came of it.
        self.advance(0)?;
        Ok(decoded)
    }

    /// The document catalog and its number.
    ///
    /// # Errors
    /// [`ErrorKind::Pdf`] when there is none.
    pub fn catalog(&self) -> Result<(ObjectId, Arc<Object>)> {
        let none = || syntax(text!("there is no document catalog", "没有文档目录（Catalog）"));
        let root = self.trailer().get("Root").ok_or_else(none)?;
        match self.resolve(root).map_err(|error| error.in_part("Root"))? {
            Value::Indirect(id, catalog) if catalog.as_dictionary().is_some() => Ok((id, catalog)),
            _ => Err(none()),
        }
    }
}

fn too_deep() -> Error {
    Error::new(ErrorKind::Pdf, text!("references lead in a circle", "引用形成循环"))
}
