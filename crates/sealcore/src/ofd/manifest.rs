//! Signatures.xml: the list of signatures (GB/T 33190, 18.1), read and added to.

use super::path::PackagePath;
use crate::error::{Error, ErrorKind, Result};
use crate::limits::Limits;
use crate::report::{Code, Finding};
use crate::text;
use crate::xml::{Element, Xml, escape};

/// The namespace that new parts are written in.
pub(crate) const NAMESPACE: &str = "http://www.ofdspec.org/2016";

/// A list of signatures.
#[derive(Debug)]
pub(crate) struct Manifest {
    pub(crate) records: Vec<Record>,
    pub(crate) findings: Vec<Finding>,
    /// The largest number that the list, its records or MaxSignId name.
    max_id: u64,
}

/// One entry of the list.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) id: String,
    /// `Type`, `Seal` where it is left out.
    pub(crate) kind: String,
    /// `BaseLoc`: where Signature.xml is.
    pub(crate) base_loc: String,
    /// `Relative`: the signature that this one builds on.
    pub(crate) relative: Option<String>,
}

impl Manifest {
    pub(crate) fn read(xml: &Xml, limits: &Limits) -> Result<Self> {
        let root = xml.root();
        if root.name() != "Signatures" {
            return Err(root.error(text!("the root is not Signatures", "根元素不是 Signatures")));
        }
        let mut manifest = Self {
            records: Vec::new(),
            findings: Vec::new(),
            max_id: 0,
        };
        let mut stated = root.children_named("MaxSignId");
        if let Some(max) = stated.next() {
            manifest.max_id = number(&max.text());
        }
        if stated.next().is_some() {
            manifest.odd(text!("MaxSignId twice", "MaxSignId 出现两次"));
        }
        for element in root.children_named("Signature") {
            limits.check(manifest.records.len() + 1, limits.signatures, "signatures", "签名数")?;
            manifest.record(&element);
        }
        Ok(manifest)
    }

    fn record(&mut self, element: &Element<'_>) {
        let attribute = |name| {
            element
                .attribute(name)
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        let id = attribute("ID").unwrap_or_else(|| {
            self.odd(text!("a signature without ID", "签名缺少 ID"));
            String::new()
        });
        if self.records.iter().any(|other| other.id == id) {
            self.odd(text!("two signatures have the ID “{id}”", "两个签名的 ID 均为“{id}”"));
        }
        self.max_id = self.max_id.max(number(&id));
        let kind = attribute("Type").unwrap_or_else(|| "Seal".to_owned());
        let base_loc = attribute("BaseLoc").unwrap_or_default();
        self.records.push(Record {
            id,
            kind,
            base_loc,
            relative: attribute("Relative"),
        });
    }

    fn odd(&mut self, message: crate::lang::Text) {
        self.findings.push(Finding::new(Code::SignatureListOdd).with(message));
    }

    /// The largest ID in use; stamps take theirs from the same numbers.
    pub(crate) fn max_id(&self) -> u64 {
        self.max_id
    }
}

/// The number in `s001`, `12`, `Sign_3`.
pub(crate) fn number(id: &str) -> u64 {
    let digits = id.trim().trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.parse().unwrap_or(0)
}

/// An ID as the standard recommends it.
pub(crate) fn id(number: u64) -> String {
    format!("s{number:03}")
}

/// The bytes of a list with `record` added and MaxSignId set to `max_id`. What was there keeps its bytes and its order.
pub(crate) fn add(existing: Option<&Xml>, record: &Record, max_id: u64) -> Result<Vec<u8>> {
    let max = id(max_id);
    let Some(xml) = existing else {
        let entry = entry("ofd:", record);
        return Ok(format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:Signatures xmlns:ofd=\"{NAMESPACE}\"><ofd:MaxSignId>{max}</ofd:MaxSignId>{entry}</ofd:Signatures>"
        )
        .into_bytes());
    };
    let root = xml.root();
    let prefix = root.prefix();
    let entry = entry(prefix, record);
    let mut edits = Vec::new();
    let stated = root.child("MaxSignId");
    if let Some(stated) = stated {
        let name = stated.qualified_name();
        edits.push((stated.span(), format!("<{name}>{max}</{name}>")));
    }
    if root.is_empty_tag() {
        let (name, span) = (root.qualified_name(), root.span());
        let tag = xml
            .source()
            .get(span.clone())
            .unwrap_or_default()
            .trim_end_matches("/>")
            .trim_end();
        edits.push((
            span,
            format!("{tag}><{prefix}MaxSignId>{max}</{prefix}MaxSignId>{entry}</{name}>"),
        ));
        return xml.splice(edits);
    }
    let content = root.content_span();
    if stated.is_none() {
        edits.push((
            content.start..content.start,
            format!("<{prefix}MaxSignId>{max}</{prefix}MaxSignId>"),
        ));
    }
    let behind = root
        .children_named("Signature")
        .last()
        .map_or(content.end, |last| last.span().end);
    edits.push((behind..behind, entry));
    xml.splice(edits)
}

fn entry(prefix: &str, record: &Record) -> String {
    let (id, kind, base_loc) = (escape(&record.id), escape(&record.kind), escape(&record.base_loc));
    let relative = record
        .relative
        .as_ref()
        .map_or_else(String::new, |base| format!(" Relative=\"{}\"", escape(base)));
    format!("<{prefix}Signature ID=\"{id}\" Type=\"{kind}\" BaseLoc=\"{base_loc}\"{relative}/>")
}

/// The bytes of OFD.xml with `<Signatures>` added to the DocBody with this index.
pub(crate) fn announce(ofd: &Xml, document: usize, list: &PackagePath) -> Result<Vec<u8>> {
    let missing = || Error::new(ErrorKind::Xml, text!("OFD.xml has no DocBody", "OFD.xml 缺少 DocBody"));
    let body = ofd.root().children_named("DocBody").nth(document).ok_or_else(missing)?;
    let prefix = body.prefix();
    let behind = body
        .child("Versions")
        .or_else(|| body.child("DocRoot"))
        .map(|element| element.span().end)
        .ok_or_else(|| body.error(text!("a DocBody without DocRoot", "DocBody 缺少 DocRoot")))?;
    if let Some(empty) = body.child("Signatures") {
        return ofd.splice(vec![(
            empty.span(),
            format!("<{prefix}Signatures>{}</{prefix}Signatures>", escape(list.as_str())),
        )]);
    }
    ofd.splice(vec![(
        behind..behind,
        format!("<{prefix}Signatures>{}</{prefix}Signatures>", escape(list.as_str())),
    )])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str) -> Record {
        Record {
            id: id.into(),
            kind: "Seal".into(),
            base_loc: "/Doc_0/Signs/Sign_0/Signature.xml".into(),
            relative: None,
        }
    }

    #[test]
    fn added_records_are_read_back_and_the_rest_keeps_its_bytes() {
        let limits = Limits::default();
        for existing in [
            "<Signatures xmlns=\"http://www.ofdspec.org\"/>",
            "<o:Signatures xmlns:o=\"u\"><o:MaxSignId>7</o:MaxSignId><o:Signature ID=\"s003\" BaseLoc=\"x\"/></o:Signatures>",
            "<Signatures><Signature ID=\"9\" Type=\"Sign\" BaseLoc=\"x\"/>\n<!-- kept --></Signatures>",
            "<o:Signatures xmlns:o=\"u\"><o:Signature ID=\"s001\" BaseLoc=\"x\"/><o:MaxSignId>s002</o:MaxSignId></o:Signatures>",
        ] {
            let before = Xml::parse(existing.as_bytes(), &limits).unwrap();
            let count = Manifest::read(&before, &limits).unwrap().records.len();
            let bytes = add(Some(&before), &record("s010"), 12).unwrap();
            let after = Xml::parse(&bytes, &limits).unwrap();
            let manifest = Manifest::read(&after, &limits).unwrap();
            assert_eq!(manifest.records.len(), count + 1, "{existing}");
            assert_eq!((manifest.records[count].id.as_str(), manifest.max_id()), ("s010", 12));
            assert_eq!(manifest.findings, [], "{existing}");
            assert_eq!(after.root().prefix(), before.root().prefix());
            assert_eq!(
                String::from_utf8(bytes).unwrap().contains("<!-- kept -->"),
                existing.contains("kept")
            );
        }
        let fresh = Xml::parse(&add(None, &record("s001"), 2).unwrap(), &limits).unwrap();
        assert_eq!(Manifest::read(&fresh, &limits).unwrap().records[0].id, "s001");
    }

    #[test]
    fn oddities_are_findings() {
        let xml = Xml::parse(b"<Signatures><MaxSignId>1</MaxSignId><MaxSignId>2</MaxSignId><Signature ID='1'/><Signature ID='1'/><Signature/></Signatures>", &Limits::default()).unwrap();
        let manifest = Manifest::read(&xml, &Limits::default()).unwrap();
        assert_eq!((manifest.records.len(), manifest.findings.len()), (3, 3));
    }

    #[test]
    fn numbers_in_ids() {
        assert_eq!(
            [
                number("s001"),
                number("12"),
                number("Sign_3"),
                number("x"),
                number("s99999999999999999999")
            ],
            [1, 12, 3, 0, 0]
        );
        assert_eq!(id(7), "s007");
    }
}
