//! The demo's document as OFD.

use sealcore::asn1::Time;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::ofd::package::{ArchiveWriter, Method};
use sealcore::ofd::path::PackagePath;
use sealcore::text;

use super::text::{LEADING, LEFT, PAGES, SIZE, TOP};
use crate::clock;

const NAMESPACE: &str = "http://www.ofdspec.org/2016";
/// The document as an OFD package.
///
/// # Errors
/// None that is known; the writer's are passed on.
pub(crate) fn document(moment: Time) -> Result<Vec<u8>> {
    let mut parts = vec![
        ("OFD.xml".to_owned(), entry(moment)),
        ("Doc_0/Document.xml".to_owned(), root()),
        ("Doc_0/PublicRes.xml".to_owned(), resources()),
    ];
    for (index, (title, lines)) in PAGES.iter().enumerate() {
        parts.push((
            format!("Doc_0/Pages/Page_{index}/Content.xml"),
            page(index, title, lines),
        ));
    }
    let time = clock::dos_time(moment);
    let mut writer = ArchiveWriter::new(Vec::new());
    for (name, content) in parts {
        let path = PackagePath::from_entry_name(&name)
            .map_err(|_| Error::new(ErrorKind::Argument, text!("{name} is no path", "{name} 不是有效路径")))?;
        writer.add(&path, content.as_bytes(), Method::Deflated, time)?;
    }
    writer.finish()
}

fn entry(moment: Time) -> String {
    let local = moment.local();
    let date = local.split(' ').next().unwrap_or_default();
    // The identifier of a document is a UUID without hyphens; this one follows from its time.
    let id = format!("{:032x}", u128::from(moment.unix().unsigned_abs()));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:OFD xmlns:ofd=\"{NAMESPACE}\" Version=\"1.0\" DocType=\"OFD\"><ofd:DocBody><ofd:DocInfo><ofd:DocID>{id}</ofd:DocID><ofd:Title>{}</ofd:Title><ofd:Author>sealcore</ofd:Author><ofd:CreationDate>{date}</ofd:CreationDate><ofd:Creator>sealcore</ofd:Creator><ofd:CreatorVersion>{}</ofd:CreatorVersion></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        PAGES.first().map_or("", |(title, _)| title),
        env!("CARGO_PKG_VERSION"),
    )
}

fn root() -> String {
    let pages: String = (0..PAGES.len())
        .map(|index| {
            format!(
                "<ofd:Page ID=\"{}\" BaseLoc=\"Pages/Page_{index}/Content.xml\"/>",
                10 + index
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:Document xmlns:ofd=\"{NAMESPACE}\"><ofd:CommonData><ofd:MaxUnitID>9999</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes></ofd:CommonData><ofd:Pages>{pages}</ofd:Pages></ofd:Document>"
    )
}

fn resources() -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:Res xmlns:ofd=\"{NAMESPACE}\" BaseLoc=\"Res\"><ofd:Fonts><ofd:Font ID=\"1\" FontName=\"宋体\" FamilyName=\"宋体\"/></ofd:Fonts></ofd:Res>"
    )
}

fn page(index: usize, title: &str, lines: &[&str]) -> String {
    let mut id = 1000 * (index + 1);
    let mut objects = String::new();
    let mut add = |text: &str, x: f64, y: f64, size: f64| {
        id += 1;
        objects.push_str(&text_object(id + 1, text, x, y, size));
    };
    #[allow(clippy::cast_precision_loss)] // a few lines
    let below = |line: usize| TOP + 20.0 + LEADING * line as f64;
    add(title, (210.0 - width(title, 8.0)) / 2.0, TOP, 8.0);
    for (line, text) in lines.iter().enumerate() {
        // The place of the seal stands apart, with room for it.
        let (x, y) = if text.contains("盖章处") {
            (120.0, 200.0)
        } else {
            (LEFT, below(line))
        };
        add(text, x, y, SIZE);
    }
    add(&format!("{} / {}", index + 1, PAGES.len()), 100.0, 280.0, 3.5);
    let layer = 1000 * (index + 1) + 1;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ofd:Page xmlns:ofd=\"{NAMESPACE}\"><ofd:Area><ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:Area><ofd:Content><ofd:Layer Type=\"Body\" ID=\"{layer}\">{objects}</ofd:Layer></ofd:Content></ofd:Page>"
    )
}

/// One line of text. Each character is placed, so that readers without the font show it alike.
fn text_object(id: usize, text: &str, x: f64, y: f64, size: f64) -> String {
    let advances: Vec<String> = text.chars().map(|c| number(advance(c, size))).collect();
    let deltas = advances.split_last().map_or(&[][..], |(_, rest)| rest).join(" ");
    let deltas = if deltas.is_empty() {
        String::new()
    } else {
        format!(" DeltaX=\"{deltas}\"")
    };
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        "<ofd:TextObject ID=\"{id}\" Boundary=\"{} {} {} {}\" Font=\"1\" Size=\"{size}\"><ofd:TextCode X=\"0\" Y=\"{size}\"{deltas}>{text}</ofd:TextCode></ofd:TextObject>",
        number(x),
        number(y),
        number(width(&text, size)),
        number(size * 1.3),
    )
}

fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| advance(c, size)).sum()
}

fn advance(c: char, size: f64) -> f64 {
    if c.is_ascii() { size / 2.0 } else { size }
}

fn number(value: f64) -> String {
    format!("{}", (value * 1000.0).round() / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use sealcore::limits::Limits;
    use sealcore::ofd::package::Archive;

    #[test]
    fn reads_as_what_it_is() {
        let bytes = document(clock::now()).unwrap();
        let limits = Limits::default();
        let archive = Archive::open(bytes.as_slice(), &limits).unwrap();
        let inspection = sealcore::ofd::inspect(&archive, &limits, &sealcore::monitor::Unwatched).unwrap();
        assert_eq!(inspection.documents[0].pages.len(), PAGES.len());
        assert!(
            inspection.findings.is_empty() && inspection.problems.is_empty(),
            "{inspection:?}"
        );
    }
}
