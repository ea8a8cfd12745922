//! What a page or template says outside its graphics. Pages are the bulk of a document, so they are read as events, without
//! a tree.

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::structure::page_area;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::placement::Boundary;
use crate::text;
use crate::xml::{Xml, as_utf8, local};

/// The area, templates and resources of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PageScan {
    /// The page's own size, in millimetres.
    pub(crate) area: Option<Boundary>,
    /// IDs of the templates that it shows.
    pub(crate) templates: Vec<String>,
    /// Locations of its own resource files.
    pub(crate) resources: Vec<String>,
}

/// The element whose text is wanted.
#[derive(Clone, Copy)]
enum Wanted {
    Area,
    Resource,
}

impl PageScan {
    pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Self> {
        match as_utf8(bytes) {
            Some(source) => Self::from_events(source.trim_start_matches('\u{feff}'), limits),
            None => Self::from_tree(bytes, limits),
        }
    }

    fn from_events(source: &str, limits: &Limits) -> Result<Self> {
        let mut scan = Self::default();
        let mut reader = Reader::from_str(source);
        let mut depth = 0_usize;
        let mut open: Option<(Wanted, usize)> = None;
        let mut text = String::new();
        loop {
            let failed = |message, position| Error::new(ErrorKind::Xml, message).at(position);
            let event = reader.read_event().map_err(|error| {
                failed(
                    text!("XML is not well-formed: {error}", "XML 格式不正确：{error}"),
                    reader.error_position(),
                )
            })?;
            match event {
                Event::Start(tag) => {
                    depth += 1;
                    limits.check(depth, limits.xml_depth, "levels of XML", "XML 层数")?;
                    if let Some(wanted) = scan.element(&tag, depth) {
                        open = Some((wanted, depth));
                        text.clear();
                    }
                }
                Event::Empty(tag) => {
                    scan.element(&tag, depth + 1);
                }
                Event::End(_) => {
                    if let Some((wanted, _)) = open.filter(|(_, level)| *level == depth) {
                        scan.take(wanted, text.trim());
                        open = None;
                    }
                    depth = depth.saturating_sub(1);
                }
                // Text comes in pieces, around comments and references.
                Event::Text(piece) if is_inside(open, depth) => text.push_str(&piece),
                Event::CData(piece) if is_inside(open, depth) => text.push_str(&piece),
                Event::GeneralRef(name) if is_inside(open, depth) => {
                    let reference = format!("&{};", &*name);
                    text.push_str(&unescape(&reference).unwrap_or_default());
                }
                Event::DocType(_) => {
                    let message = text!(
                        "a document type declaration is not allowed",
                        "不允许出现文档类型声明（DTD）"
                    );
                    return Err(failed(message, reader.buffer_position()));
                }
                Event::Eof if depth == 0 => return Ok(scan),
                Event::Eof => {
                    let message = text!("an element is not closed", "元素没有结束标签");
                    return Err(failed(message, reader.buffer_position()));
                }
                _ => {}
            }
        }
    }

    /// Pages in another encoding than UTF-8.
    fn from_tree(bytes: &[u8], limits: &Limits) -> Result<Self> {
        let xml = Xml::parse(bytes, limits)?;
        let root = xml.root();
        Ok(Self {
            area: page_area(&root),
            templates: root
                .children_named("Template")
                .filter_map(|element| element.attribute("TemplateID").map(std::borrow::Cow::into_owned))
                .collect(),
            resources: root.children_named("PageRes").map(|element| element.text()).collect(),
        })
    }

    fn element(&mut self, tag: &BytesStart<'_>, depth: usize) -> Option<Wanted> {
        match (local(tag.name().0), depth) {
            ("Template", 2) => {
                for attribute in tag.attributes().with_checks(false).flatten() {
                    if local(attribute.key.0) == "TemplateID" {
                        let value = unescape(&attribute.value).map_or_else(|_| attribute.value.to_string(), Into::into);
                        self.templates.push(value.trim().to_owned());
                    }
                }
                None
            }
            ("PageRes", 2) => Some(Wanted::Resource),
            ("PhysicalBox", 3) => Some(Wanted::Area),
            _ => None,
        }
    }

    fn take(&mut self, wanted: Wanted, text: &str) {
        match wanted {
            Wanted::Area => self.area = self.area.or_else(|| Boundary::parse(text)),
            Wanted::Resource => self.resources.push(text.to_owned()),
        }
    }
}

/// Whether text at this depth stands directly inside the element whose text is wanted.
fn is_inside(open: Option<(Wanted, usize)>, depth: usize) -> bool {
    open.is_some_and(|(_, level)| level == depth)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_pieces_is_put_together() {
        let page = "<o:Page><o:Area><o:PhysicalBox>0 0 <!-- c -->100 <![CDATA[50]]></o:PhysicalBox></o:Area>\
                    <o:PageRes>a&amp;<!-- -->b.xml</o:PageRes><o:Template TemplateID=\"7\"/><o:Content><o:PageRes>no</o:PageRes></o:Content></o:Page>";
        let expected = PageScan {
            area: Some(Boundary::new(0.0, 0.0, 100.0, 50.0)),
            templates: vec!["7".into()],
            resources: vec!["a&b.xml".into()],
        };
        let limits = Limits::default();
        assert_eq!(PageScan::read(page.as_bytes(), &limits).unwrap(), expected);
        let declared = format!("<?xml version=\"1.0\" encoding=\"GBK\"?>{page}");
        assert_eq!(
            PageScan::read(declared.as_bytes(), &limits).unwrap(),
            expected,
            "the tree reads the same"
        );
        for bad in ["<a>", "<!DOCTYPE a><a/>", "<a></b>"] {
            assert_eq!(
                PageScan::read(bad.as_bytes(), &limits).unwrap_err().kind(),
                ErrorKind::Xml,
                "{bad}"
            );
        }
        assert_eq!(
            PageScan::read("<a>".repeat(1000).as_bytes(), &limits)
                .unwrap_err()
                .kind(),
            ErrorKind::Limit
        );
    }
}
