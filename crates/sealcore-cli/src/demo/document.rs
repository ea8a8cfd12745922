//! The demo's document: three pages of real text, made by code.

use sealcore::asn1::Time;
use sealcore::error::{Error, ErrorKind, Result};
use sealcore::ofd::package::{ArchiveWriter, Method};
use sealcore::ofd::path::PackagePath;
use sealcore::text;

use crate::clock;

const NAMESPACE: &str = "http://www.ofdspec.org/2016";
/// Size of the text in millimetres, and from line to line.
const SIZE: f64 = 4.5;
const LEADING: f64 = 9.0;
const LEFT: f64 = 25.0;
const TOP: f64 = 30.0;

/// The pages: a title and lines. The seal goes where the last page says 盖章处.
const PAGES: [(&str, &[&str]); 3] = [
    (
        "示范采购合同",
        &[
            "甲方（采购方）：示范市示范单位",
            "乙方（供应方）：示例科技有限公司",
            "本合同由 sealcore demo 生成，仅供演示电子印章之用。",
            "This contract was made by sealcore demo, to show electronic seals.",
            "一、甲方向乙方采购电子印章系统一套，规格见第二页。",
            "二、合同总价为人民币壹拾万元整（￥100000.00）。",
            "三、乙方应于合同生效后三十日内完成交付。",
        ],
    ),
    (
        "规格与交付",
        &[
            "四、系统应符合 GB/T 38540-2020 与 GB/T 33190-2016。",
            "五、签章后的文档任何改动均应可被发现。",
            "六、骑缝章覆盖全部页面，每页各占一份。",
            "七、交付物包括程序、文档与测试报告。",
        ],
    ),
    (
        "签署页",
        &[
            "八、本合同一式两份，双方各执一份，自盖章之日起生效。",
            "九、未尽事宜由双方协商解决。",
            "甲方盖章处：",
        ],
    ),
];

/// The document as an OFD package.
///
/// # Errors
/// None that is known; the writer's are passed on.
pub(crate) fn ofd(moment: Time) -> Result<Vec<u8>> {
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
        let bytes = ofd(clock::now()).unwrap();
        let limits = Limits::default();
        let archive = Archive::open(bytes.as_slice(), &limits).unwrap();
        let inspection = sealcore::ofd::inspect(&archive, &limits).unwrap();
        assert_eq!(inspection.documents[0].pages.len(), PAGES.len());
        assert!(
            inspection.findings.is_empty() && inspection.problems.is_empty(),
            "{inspection:?}"
        );
    }
}
