//! What a signer should know of an OFD before signing: what acts, what is attached, what is there and not seen.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::package::Archive;
use super::parts::Parts;
use super::structure::{Role, Structure};
use crate::error::{Error, ErrorKind, Result};
use crate::lang::Text;
use crate::limits::Limits;
use crate::monitor::{Monitor, Strides};
use crate::report::{Code, Finding, Severity};
use crate::text;
use crate::xml::{as_utf8, local};

/// Findings of one file that are told.
const TOLD: usize = 10;

/// Looks for what a signer should not sign, or should know; the codes are those of [`pdf::risks`](crate::pdf::risks) where
/// they mean the same. `monitor` is told of as many bytes as the entries have, inflated, as they state.
///
/// # Errors
/// [`ErrorKind::Format`] without a readable OFD.xml, [`ErrorKind::Limit`], [`ErrorKind::Io`], [`ErrorKind::Cancelled`].
pub fn risks(archive: &Archive<'_>, limits: &Limits, monitor: &dyn Monitor) -> Result<Vec<Finding>> {
    let strides = Strides::begin(monitor, archive.inflated_size())?;
    let findings = strides.outweighs(look(&Parts::new(archive, limits, &strides)))?;
    strides.finish()?;
    Ok(findings)
}

fn look(parts: &Parts<'_, '_>) -> Result<Vec<Finding>> {
    let (archive, limits) = (parts.archive(), parts.limits());
    let structure = Structure::read(parts)?;
    let mut findings: Vec<Finding> = archive.findings().iter().chain(&structure.findings).cloned().collect();
    findings.retain(|finding| finding.severity() != Severity::Info);
    for (entry, role) in &structure.roles {
        let name = parts.name(*entry);
        let readable = matches!(role, Role::Page | Role::Content) && name.to_ascii_lowercase().ends_with(".xml");
        if !readable {
            continue;
        }
        match parts.bytes(*entry).and_then(|bytes| scan(&bytes, limits)) {
            Ok(found) => findings.extend(found.into_iter().map(|finding| finding.in_part(name.clone()))),
            Err(error) if super::verify::is_fatal(error.kind()) => return Err(error),
            Err(_) => findings.push(Finding::new(Code::RiskUnjudged).in_part(name)),
        }
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity()));
    Ok(findings)
}

fn scan(bytes: &[u8], limits: &Limits) -> Result<Vec<Finding>> {
    let Some(source) = as_utf8(bytes) else {
        return Ok(vec![Finding::new(Code::RiskUnjudged).with(text!(
            "the encoding of the file is not looked into",
            "未检查该编码的文件内容"
        ))]);
    };
    let mut reader = Reader::from_str(source.trim_start_matches('\u{feff}'));
    let mut findings: Vec<Finding> = Vec::new();
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().map_err(|error| {
            Error::new(
                ErrorKind::Xml,
                text!("XML is not well-formed: {error}", "XML 格式不正确：{error}"),
            )
        })?;
        match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                if let Some((code, message)) = judge(tag) {
                    let told = findings.iter().filter(|finding| finding.code == code).count();
                    let finding = Finding::new(code).with(message);
                    if told < TOLD && !findings.contains(&finding) {
                        findings.push(finding);
                    }
                }
                if matches!(event, Event::Start(_)) {
                    depth += 1;
                    limits.check(depth, limits.xml_depth, "levels of XML", "XML 层数")?;
                }
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => return Ok(findings),
            _ => {}
        }
    }
}

/// What an element does, where that matters to a signer.
fn judge(tag: &BytesStart<'_>) -> Option<(Code, Text)> {
    let name = tag.name();
    let name = local(name.0);
    let id = attribute(tag, "ID").unwrap_or_default();
    let is = |key: &str, values: &[&str]| attribute(tag, key).is_some_and(|value| values.contains(&value.as_str()));
    let off = ["false", "0"];
    Some(match name {
        "TextObject" | "PathObject" | "ImageObject" | "CompositeObject"
            if is("Visible", &off) || is("Alpha", &["0"]) || name == "TextObject" && is_unpainted(tag) =>
        {
            (
                Code::RiskInvisibleContent,
                text!("{name} {id} is there and not seen", "{name} {id} 存在但不可见"),
            )
        }
        "Annot" if is("Visible", &off) => (
            Code::RiskAnnotationHidden,
            text!("the annotation {id} is hidden", "注释 {id} 被隐藏"),
        ),
        "Annot" if is("Print", &off) => (
            Code::RiskAnnotationHidden,
            text!(
                "the annotation {id} is shown on screen only",
                "注释 {id} 仅在屏幕显示，不打印"
            ),
        ),
        "URI" => {
            let address: String = attribute(tag, "URI").unwrap_or_default().chars().take(200).collect();
            (
                Code::RiskLink,
                text!("there is a link to {address}", "存在指向 {address} 的链接"),
            )
        }
        "GotoA" => (
            Code::RiskLink,
            text!("there is a link to an attachment", "存在指向附件的链接"),
        ),
        "Sound" | "Movie" => (
            Code::RiskMultimedia,
            text!("there is an action of type {name}", "存在 {name} 类型的动作"),
        ),
        "Attachment" => {
            let file: String = attribute(tag, "Name").unwrap_or(id).chars().take(100).collect();
            (
                Code::RiskEmbeddedFile,
                text!("a file is attached: {file}", "带有附件：{file}"),
            )
        }
        _ => return None,
    })
}

/// Text that is neither filled, as it is by default, nor stroked.
fn is_unpainted(tag: &BytesStart<'_>) -> bool {
    let is = |key: &str, values: [&str; 2]| attribute(tag, key).is_some_and(|value| values.contains(&value.as_str()));
    is("Fill", ["false", "0"]) && !is("Stroke", ["true", "1"])
}

fn attribute(tag: &BytesStart<'_>, key: &str) -> Option<String> {
    tag.attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| local(attribute.key.0) == key)
        .map(|attribute| attribute.value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(xml: &str) -> Vec<&'static str> {
        let findings = scan(xml.as_bytes(), &Limits::default()).unwrap();
        findings.iter().map(|finding| finding.code.name()).collect()
    }

    #[test]
    fn each_by_its_element() {
        for (xml, code) in [
            (r#"<o:TextObject ID="3" Visible="false"/>"#, "risk-invisible-content"),
            (r#"<o:ImageObject ID="3" Alpha="0"/>"#, "risk-invisible-content"),
            (r#"<o:TextObject ID="3" Fill="false"/>"#, "risk-invisible-content"),
            (r#"<o:Annot ID="3" Visible="false"/>"#, "risk-annotation-hidden"),
            (r#"<o:Annot ID="3" Print="false"/>"#, "risk-annotation-hidden"),
            (r#"<o:URI URI="http://a"/>"#, "risk-link"),
            (r#"<o:GotoA AttachID="1"/>"#, "risk-link"),
            (r#"<o:Movie ResourceID="1"/>"#, "risk-multimedia"),
            (r#"<o:Attachment ID="1" Name="a"/>"#, "risk-embedded-file"),
        ] {
            assert_eq!(names(&format!("<a>{xml}</a>")), [code], "{xml}");
        }
        let plain =
            r#"<a><TextObject ID="1" Alpha="255" Visible="true"/><Annot ID="2"/><PathObject Fill="false"/></a>"#;
        assert_eq!(names(plain), [""; 0]);
    }

    #[test]
    fn hostile_files_end() {
        let limits = Limits::default();
        assert!(scan("<a>".repeat(100_000).as_bytes(), &limits).is_err());
        let many = format!("<a>{}</a>", r#"<TextObject Visible="false"/>"#.repeat(100_000));
        assert_eq!(names(&many).len(), 1);
    }
}
