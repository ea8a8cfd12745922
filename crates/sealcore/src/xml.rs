//! Small XML parts as a tree that knows where each element stands, so that a part can be edited by splicing and what is
//! taken over keeps its bytes. Names are matched by their local part: real files use two namespaces and any prefix.
//!
//! A document type declaration is refused, so no entity but the five of XML is ever expanded.

use std::borrow::Cow;
use std::ops::Range;

use encoding_rs::Encoding;
use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::limits::Limits;
use crate::text;

/// Attributes of one element; the check for duplicates is quadratic in it.
const MAX_ATTRIBUTES: usize = 256;

/// A parsed part.
#[derive(Debug)]
pub(crate) struct Xml {
    source: String,
    encoding: &'static Encoding,
    bom: bool,
    nodes: Vec<Node>,
}

#[derive(Debug)]
struct Node {
    name: Range<usize>,
    attributes: Vec<(Range<usize>, Range<usize>)>,
    whole: Range<usize>,
    content: Range<usize>,
    /// Index behind the last node below this one: children follow their parent.
    end: usize,
    /// Pieces of text directly inside, and whether they are CDATA.
    texts: Vec<(Range<usize>, bool)>,
}

impl Xml {
    /// Parses a part in UTF-8, UTF-16 or the encoding that it declares.
    pub(crate) fn parse(bytes: &[u8], limits: &Limits) -> Result<Self> {
        let (source, encoding, bom) = decode(bytes)?;
        let mut builder = Builder {
            nodes: Vec::new(),
            open: Vec::new(),
            count: 0,
            limits,
        };
        builder.run(&source)?;
        let nodes = builder.nodes;
        if nodes.is_empty() {
            return Err(Error::new(ErrorKind::Xml, text!("there is no element", "没有任何元素")));
        }
        Ok(Self {
            source,
            encoding,
            bom,
            nodes,
        })
    }

    /// The root element.
    pub(crate) fn root(&self) -> Element<'_> {
        Element { xml: self, index: 0 }
    }

    /// The text of the part, decoded.
    pub(crate) fn source(&self) -> &str {
        &self.source
    }

    /// The bytes of the part after `edits`, each a range of [`Self::source`] and what takes its place; encoding and byte
    /// order mark stay as they were.
    pub(crate) fn splice(&self, mut edits: Vec<(Range<usize>, String)>) -> Result<Vec<u8>> {
        // An insertion goes before what is replaced at the same place.
        edits.sort_by_key(|(range, _)| (range.start, range.end));
        let mut edited = String::with_capacity(self.source.len() + 256);
        let mut position = 0;
        for (range, replacement) in &edits {
            edited.push_str(self.source.get(position..range.start).unwrap_or_default());
            edited.push_str(replacement);
            position = range.end;
        }
        edited.push_str(self.source.get(position..).unwrap_or_default());
        let unsupported = || {
            let name = self.encoding.name();
            Error::new(
                ErrorKind::Unsupported,
                text!("cannot add to a part in {name}", "不能向 {name} 编码的文件追加内容"),
            )
        };
        if self.encoding.output_encoding() != self.encoding {
            return Err(unsupported());
        }
        let (encoded, _, lossy) = self.encoding.encode(&edited);
        if lossy {
            return Err(unsupported());
        }
        let mut bytes = if self.bom { vec![0xef, 0xbb, 0xbf] } else { Vec::new() };
        bytes.extend_from_slice(&encoded);
        Ok(bytes)
    }
}

/// One element of an [`Xml`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'x> {
    xml: &'x Xml,
    index: usize,
}

impl<'x> Element<'x> {
    fn node(&self) -> &'x Node {
        // An element is made only for an index that exists.
        #[allow(clippy::indexing_slicing)]
        &self.xml.nodes[self.index]
    }

    fn slice(&self, range: &Range<usize>) -> &'x str {
        self.xml.source.get(range.clone()).unwrap_or_default()
    }

    /// The name with its prefix.
    pub(crate) fn qualified_name(&self) -> &'x str {
        self.slice(&self.node().name)
    }

    /// The prefix with its colon, or nothing.
    pub(crate) fn prefix(&self) -> &'x str {
        let name = self.qualified_name();
        name.find(':').and_then(|colon| name.get(..=colon)).unwrap_or_default()
    }

    /// The name without its prefix.
    pub(crate) fn name(&self) -> &'x str {
        local(self.qualified_name())
    }

    /// The elements directly inside.
    pub(crate) fn children(&self) -> impl Iterator<Item = Element<'x>> + use<'x> {
        let (xml, end) = (self.xml, self.node().end);
        let mut next = self.index + 1;
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let child = Element { xml, index: next };
            next = child.node().end;
            Some(child)
        })
    }

    /// The elements directly inside with this local name.
    pub(crate) fn children_named(&self, name: &'static str) -> impl Iterator<Item = Element<'x>> + use<'x> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The first of [`Self::children_named`].
    pub(crate) fn child(&self, name: &'static str) -> Option<Element<'x>> {
        self.children_named(name).next()
    }

    /// Every element below this one, in document order.
    pub(crate) fn descendants(&self) -> impl Iterator<Item = Element<'x>> + use<'x> {
        let xml = self.xml;
        (self.index + 1..self.node().end).map(move |index| Element { xml, index })
    }

    /// The value of the attribute with this name, or else of one with this local name: a prefix makes it another attribute
    /// to readers that know namespaces.
    pub(crate) fn attribute(&self, name: &str) -> Option<Cow<'x, str>> {
        let attributes = &self.node().attributes;
        let exact = attributes.iter().find(|(key, _)| self.slice(key) == name);
        let (_, value) = exact.or_else(|| attributes.iter().find(|(key, _)| local(self.slice(key)) == name))?;
        let raw = self.slice(value);
        Some(unescape(raw).unwrap_or(Cow::Borrowed(raw)))
    }

    /// The text directly inside, trimmed.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for (range, cdata) in &self.node().texts {
            let raw = self.slice(range);
            match unescape(raw) {
                Ok(unescaped) if !cdata => text.push_str(&unescaped),
                _ => text.push_str(raw),
            }
        }
        let trimmed = text.trim();
        if trimmed.len() == text.len() {
            text
        } else {
            trimmed.to_owned()
        }
    }

    /// The text of the first child with this name; `None` where there is no such child.
    pub(crate) fn child_text(&self, name: &'static str) -> Option<String> {
        self.child(name).map(|child| child.text())
    }

    /// Whether something stands inside that splits its text: comments, CDATA beside text, other elements. Readers differ in
    /// the pieces that they take. One CDATA section for the whole text splits nothing.
    pub(crate) fn is_pieced(&self) -> bool {
        let content = self.slice(&self.node().content).trim();
        let whole = content
            .strip_prefix("<![CDATA[")
            .and_then(|rest| rest.strip_suffix("]]>"));
        whole.unwrap_or(content).contains('<')
    }

    /// Where the element stands in [`Xml::source`], tags included.
    pub(crate) fn span(&self) -> Range<usize> {
        self.node().whole.clone()
    }

    /// Where its content stands; empty and at the end of the tag for `<a/>`.
    pub(crate) fn content_span(&self) -> Range<usize> {
        self.node().content.clone()
    }

    /// Whether it is written as `<a/>`.
    pub(crate) fn is_empty_tag(&self) -> bool {
        let node = self.node();
        node.content.is_empty() && node.content.start == node.whole.end
    }

    /// An error at this element.
    pub(crate) fn error(&self, message: Text) -> Error {
        Error::new(ErrorKind::Xml, message).at(self.node().whole.start as u64)
    }
}

/// `a:b` without its prefix.
pub(crate) fn local(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// `value` as it stands in an attribute or text.
pub(crate) fn escape(value: &str) -> Cow<'_, str> {
    quick_xml::escape::escape(value)
}

fn decode(bytes: &[u8]) -> Result<(String, &'static Encoding, bool)> {
    let (encoding, mark) = match Encoding::for_bom(bytes) {
        Some((encoding, length)) => (encoding, length),
        None => (declared_encoding(bytes).unwrap_or(encoding_rs::UTF_8), 0),
    };
    let body = bytes.get(mark..).unwrap_or_default();
    match encoding.decode_without_bom_handling_and_without_replacement(body) {
        Some(source) => Ok((source.into_owned(), encoding, mark > 0)),
        None => {
            let name = encoding.name();
            Err(Error::new(
                ErrorKind::Xml,
                text!("the text is not {name}", "文本不是 {name} 编码"),
            ))
        }
    }
}

/// The text of a part that says of itself that it is UTF-8, or says nothing.
pub(crate) fn as_utf8(bytes: &[u8]) -> Option<&str> {
    let declared = declared_encoding(bytes).is_none_or(|encoding| encoding == encoding_rs::UTF_8);
    std::str::from_utf8(bytes).ok().filter(|_| declared)
}

fn declared_encoding(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..bytes.len().min(4096))?;
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let head = String::from_utf8_lossy(head);
    let declaration = head.trim_start().strip_prefix("<?xml")?.split("?>").next()?;
    let value = declaration
        .split("encoding")
        .nth(1)?
        .trim_start()
        .strip_prefix('=')?
        .trim_start();
    let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Encoding::for_label(value.split(quote).nth(1)?.as_bytes())
}

struct Builder<'l> {
    nodes: Vec<Node>,
    open: Vec<usize>,
    count: usize,
    limits: &'l Limits,
}

impl Builder<'_> {
    fn run(&mut self, source: &str) -> Result<()> {
        let mut reader = Reader::from_str(source);
        let offset = |reader: &Reader<&[u8]>| usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        loop {
            let start = offset(&reader);
            let event = reader.read_event().map_err(|error| {
                Error::new(
                    ErrorKind::Xml,
                    text!("XML is not well-formed: {error}", "XML 格式不正确：{error}"),
                )
                .at(reader.error_position())
            })?;
            let end = offset(&reader);
            let failed = |message| Error::new(ErrorKind::Xml, message).at(start as u64);
            self.count += 1;
            self.limits
                .check(self.count, self.limits.xml_nodes, "XML nodes", "XML 节点数")?;
            match event {
                Event::Start(tag) => {
                    self.element(source, &tag, start, end)?;
                    self.limits
                        .check(self.open.len() + 1, self.limits.xml_depth, "levels of XML", "XML 层数")?;
                    self.open.push(self.nodes.len() - 1);
                }
                Event::Empty(tag) => self.element(source, &tag, start, end)?,
                Event::End(_) => {
                    let count = self.nodes.len();
                    if let Some(node) = self.open.pop().and_then(|index| self.nodes.get_mut(index)) {
                        node.content.end = start;
                        node.whole.end = end;
                        node.end = count;
                    }
                }
                Event::Text(_) | Event::GeneralRef(_) => self.text(start..end, false),
                Event::CData(_) => self.text(start + "<![CDATA[".len()..end.saturating_sub("]]>".len()), true),
                Event::DocType(_) => {
                    return Err(failed(text!(
                        "a document type declaration is not allowed",
                        "不允许出现文档类型声明（DTD）"
                    )));
                }
                Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
                Event::Eof if self.open.is_empty() => return Ok(()),
                Event::Eof => return Err(failed(text!("an element is not closed", "元素没有结束标签"))),
            }
        }
    }

    fn element(&mut self, source: &str, tag: &BytesStart<'_>, start: usize, end: usize) -> Result<()> {
        let failed = |message| Error::new(ErrorKind::Xml, message).at(start as u64);
        if self.open.is_empty() && !self.nodes.is_empty() {
            return Err(failed(text!("a second root element", "出现第二个根元素")));
        }
        // Slices of an event borrow from the source, so an address tells an offset.
        let range = |part: &str| {
            let from = (part.as_ptr() as usize).checked_sub(source.as_ptr() as usize)?;
            source.get(from..from + part.len()).map(|_| from..from + part.len())
        };
        let mut attributes = Vec::new();
        for attribute in tag.attributes().with_checks(false) {
            let attribute = attribute
                .map_err(|error| failed(text!("XML is not well-formed: {error}", "XML 格式不正确：{error}")))?;
            let key = range(attribute.key.0);
            let value = match &attribute.value {
                Cow::Borrowed(value) => range(value),
                Cow::Owned(_) => None,
            };
            let (Some(key), Some(value)) = (key, value) else {
                return Err(failed(text!("an attribute cannot be located", "无法定位属性")));
            };
            let name = attribute.key.0;
            if attributes
                .iter()
                .any(|(other, _): &(Range<usize>, _)| source.get(other.clone()) == Some(name))
            {
                return Err(failed(text!("attribute {name} twice", "属性 {name} 重复")));
            }
            attributes.push((key, value));
            self.count += 1;
            self.limits.check(
                attributes.len(),
                MAX_ATTRIBUTES,
                "attributes of an element",
                "元素的属性数",
            )?;
        }
        let name = start + 1..start + 1 + tag.name().0.len();
        let end_index = self.nodes.len() + 1;
        self.nodes.push(Node {
            name,
            attributes,
            whole: start..end,
            content: end..end,
            end: end_index,
            texts: Vec::new(),
        });
        Ok(())
    }

    fn text(&mut self, range: Range<usize>, cdata: bool) {
        if let Some(node) = self.open.last().and_then(|index| self.nodes.get_mut(*index)) {
            node.texts.push((range, cdata));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Xml> {
        Xml::parse(text.as_bytes(), &Limits::default())
    }

    #[test]
    fn names_attributes_and_texts() {
        let xml = parse("<?xml version='1.0'?><o:A xmlns:o='u' x:ID=\"1&lt;2\"><o:B> a&amp;b<![CDATA[<&]]></o:B><B/><!-- c --><C><B>no</B></C></o:A>\n").unwrap();
        let root = xml.root();
        assert_eq!(
            (root.name(), root.prefix(), root.attribute("ID").unwrap().as_ref()),
            ("A", "o:", "1<2")
        );
        assert_eq!(
            root.children().map(|child| child.name()).collect::<Vec<_>>(),
            ["B", "B", "C"]
        );
        assert_eq!(root.child_text("B").unwrap(), "a&b<&");
        assert_eq!(root.descendants().filter(|element| element.name() == "B").count(), 3);
        let second = root.children_named("B").nth(1).unwrap();
        assert!(second.is_empty_tag() && !root.is_empty_tag());
        assert_eq!(xml.source().get(second.span()), Some("<B/>"));
        assert_eq!(
            xml.source().get(root.child("C").unwrap().content_span()),
            Some("<B>no</B>")
        );
    }

    #[test]
    fn splices_keep_the_rest() {
        let xml = Xml::parse(b"\xef\xbb\xbf<a><b/>tail</a>", &Limits::default()).unwrap();
        let b = xml.root().child("b").unwrap().span();
        assert_eq!(
            xml.splice(vec![(b, "<b>中</b>".into())]).unwrap(),
            "\u{feff}<a><b>中</b>tail</a>".as_bytes()
        );
    }

    #[test]
    fn declared_encodings() {
        let gbk = [
            &b"<?xml version=\"1.0\" encoding=\"GBK\"?><a>"[..],
            &[0xd6, 0xd0],
            b"</a>",
        ]
        .concat();
        let xml = Xml::parse(&gbk, &Limits::default()).unwrap();
        assert_eq!(xml.root().text(), "中");
        let end = xml.root().content_span().end;
        let edited = xml.splice(vec![(end..end, "中".into())]).unwrap();
        assert_eq!(edited[gbk.len() - 6..gbk.len() - 2], [0xd6, 0xd0, 0xd6, 0xd0]);
        let utf16: Vec<u8> = "\u{feff}<a>中</a>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(Xml::parse(&utf16, &Limits::default()).unwrap().root().text(), "中");
    }

    #[test]
    fn what_is_refused() {
        for bad in [
            "",
            "text",
            "<a>",
            "<a></b>",
            "<a/><b/>",
            "<a b='1' b='2'/>",
            "<a b=1/>",
            "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>",
            "<a>&unclosed</a>",
        ] {
            assert_eq!(parse(bad).unwrap_err().kind(), ErrorKind::Xml, "{bad}");
        }
        assert!(Xml::parse(b"<a>\xff\xfe</a>", &Limits::default()).is_err());
        let deep = "<a>".repeat(1000);
        assert_eq!(parse(&deep).unwrap_err().kind(), ErrorKind::Limit);
        let many: String = (0..300).map(|index| format!(" a{index}='1'")).collect();
        assert_eq!(parse(&format!("<a{many}/>")).unwrap_err().kind(), ErrorKind::Limit);
        let wide = Limits {
            xml_nodes: 10,
            ..Limits::default()
        };
        assert_eq!(
            Xml::parse("<a><b/><b/><b/><b/><b/><b/><b/><b/><b/><b/></a>".as_bytes(), &wide)
                .unwrap_err()
                .kind(),
            ErrorKind::Limit
        );
    }
}
