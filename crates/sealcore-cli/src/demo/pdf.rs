//! The demo's document as PDF.

use std::fmt::Write as _;

use super::text::{LEADING, LEFT, PAGES, SIZE, TOP};

/// Points in a millimetre.
const POINT: f64 = 72.0 / 25.4;
/// Height of A4 in millimetres.
const HEIGHT: f64 = 297.0;

/// The document. Its letters are those of a font that readers of Chinese have, so that nothing is embedded.
pub(crate) fn document() -> Vec<u8> {
    let first_page = 6;
    let kids: Vec<String> = (0..PAGES.len())
        .map(|index| format!("{} 0 R", first_page + 2 * index))
        .collect();
    let mut objects = vec![
        "<</Type /Catalog /Pages 2 0 R /Lang (zh-CN)>>".to_owned(),
        format!("<</Type /Pages /Count {} /Kids [{}]>>", PAGES.len(), kids.join(" ")),
        "<</Type /Font /Subtype /Type0 /BaseFont /STSong-Light-UniGB-UCS2-H /Encoding /UniGB-UCS2-H \
         /DescendantFonts [4 0 R]>>"
            .to_owned(),
        // Latin letters are half as wide as Chinese ones, near enough.
        "<</Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo <</Registry (Adobe) \
         /Ordering (GB1) /Supplement 2>> /DW 1000 /W [1 95 500] /FontDescriptor 5 0 R>>"
            .to_owned(),
        "<</Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 \
         /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93>>"
            .to_owned(),
    ];
    for (index, (title, lines)) in PAGES.iter().enumerate() {
        let content = content(title, lines);
        objects.push(format!(
            "<</Type /Page /Parent 2 0 R /MediaBox [0 0 {:.3} {:.3}] /Resources <</Font <</F1 3 0 R>>>> /Contents {} 0 R>>",
            210.0 * POINT,
            HEIGHT * POINT,
            first_page + 2 * index + 1
        ));
        objects.push(format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()));
    }
    file(&objects)
}

fn content(title: &str, lines: &[&str]) -> String {
    let mut content = String::new();
    let mut top = TOP;
    let sized = std::iter::once((title, SIZE * 1.6)).chain(lines.iter().map(|line| (*line, SIZE)));
    for (line, size) in sized {
        let (x, y) = (LEFT * POINT, (HEIGHT - top) * POINT);
        let hex: String = line.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
        // Writing into a String cannot fail.
        let _ = writeln!(content, "BT /F1 {:.2} Tf {x:.2} {y:.2} Td <{hex}> Tj ET", size * POINT);
        top += LEADING * size / SIZE;
    }
    content.truncate(content.trim_end().len());
    content
}

/// Header, objects 1 and up, cross-reference table, trailer.
fn file(objects: &[String]) -> Vec<u8> {
    let mut out = String::from("%PDF-1.7\n");
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        let _ = write!(out, "{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let (size, start) = (objects.len() + 1, out.len());
    let _ = write!(out, "xref\n0 {size}\n0000000000 65535 f \n");
    for offset in offsets {
        let _ = writeln!(out, "{offset:010} 00000 n ");
    }
    let _ = write!(
        out,
        "trailer\n<</Size {size} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    );
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use sealcore::limits::Limits;
    use sealcore::pdf::Pdf;

    #[test]
    fn it_is_a_sound_file() {
        let bytes = super::document();
        let pdf = Pdf::open(&bytes, &Limits::default()).unwrap();
        assert_eq!(pdf.latest().pages().unwrap().len(), super::PAGES.len());
    }
}
