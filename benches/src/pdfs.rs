//! PDF documents of three sizes, without a clock and without a random source.

use std::fmt::Write as _;

use crate::documents::{Document, XorShift};

/// The three documents: 66 kB, 10.5 MB and 105 MB. Each page has an image of 64 KiB that nothing compresses, as scans are, so
/// that a document is as large as what has to be hashed.
#[must_use]
pub fn pdfs() -> Vec<Document> {
    [("page1", 1), ("pages160", 160), ("pages1600", 1600)]
        .map(|(name, pages)| Document {
            name,
            bytes: pdf(pages),
        })
        .into()
}

/// The smallest of them.
#[must_use]
pub fn one_page() -> Vec<u8> {
    pdf(1)
}

/// 128 by 128 pixels of four bytes.
const IMAGE: usize = 128 * 128 * 4;

/// Catalog, page tree and font, then page, content and image by turns; one cross-reference table.
fn pdf(pages: usize) -> Vec<u8> {
    let mut random = XorShift::new(0x5ea1_c0de);
    let mut writer = Objects::new();
    writer.add("<< /Type /Catalog /Pages 2 0 R >>");
    let mut kids = String::new();
    for page in 0..pages {
        // Writing to a string does not fail.
        let _ = write!(kids, "{} 0 R ", 4 + 3 * page);
    }
    writer.add(&format!("<< /Type /Pages /Kids [{kids}] /Count {pages} >>"));
    writer.add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    for page in 0..pages {
        let (content, image) = (5 + 3 * page, 6 + 3 * page);
        writer.add(&format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R /Resources << /Font << /F1 3 0 R \
             >> /XObject << /Im0 {image} 0 R >> >> >>"
        ));
        let number = page + 1;
        let text =
            format!("BT /F1 12 Tf 72 770 Td (Page {number} of {pages}.) Tj ET q 300 0 0 300 147 300 cm /Im0 Do Q");
        writer.stream("", text.as_bytes());
        let entries =
            "/Type /XObject /Subtype /Image /Width 128 /Height 128 /ColorSpace /DeviceCMYK /BitsPerComponent 8 ";
        writer.stream(entries, &random.noise(IMAGE));
    }
    writer.finish()
}

struct Objects {
    out: Vec<u8>,
    offsets: Vec<usize>,
}

impl Objects {
    fn new() -> Self {
        Self {
            out: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec(),
            offsets: Vec::new(),
        }
    }

    fn open(&mut self) {
        self.offsets.push(self.out.len());
        let number = self.offsets.len();
        self.out.extend(format!("{number} 0 obj\n").into_bytes());
    }

    fn add(&mut self, body: &str) {
        self.open();
        self.out.extend(body.as_bytes());
        self.out.extend(b"\nendobj\n");
    }

    fn stream(&mut self, entries: &str, data: &[u8]) {
        self.open();
        let length = data.len();
        self.out
            .extend(format!("<< {entries}/Length {length} >>\nstream\n").into_bytes());
        self.out.extend(data);
        self.out.extend(b"\nendstream\nendobj\n");
    }

    fn finish(mut self) -> Vec<u8> {
        let (start, size) = (self.out.len(), self.offsets.len() + 1);
        let mut tail = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            let _ = writeln!(tail, "{offset:010} 00000 n ");
        }
        let id = "00112233445566778899aabbccddeeff";
        let _ = write!(
            tail,
            "trailer\n<< /Size {size} /Root 1 0 R /ID [<{id}> <{id}>] >>\nstartxref\n{start}\n%%EOF\n"
        );
        self.out.extend(tail.into_bytes());
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documents_are_what_they_are_said_to_be() {
        let all = pdfs();
        let sizes: Vec<_> = all.iter().map(|one| (one.name, one.bytes.len())).collect();
        for ((name, size), (expected, range)) in sizes.iter().zip([
            ("page1", 66_000..68_000),
            ("pages160", 10_500_000..10_700_000),
            ("pages1600", 105_000_000..107_000_000),
        ]) {
            assert_eq!(*name, expected);
            assert!(range.contains(size), "{name}: {size}");
        }
        assert!(pdf(3) == pdf(3));
    }

    #[test]
    fn every_offset_of_the_table_is_that_of_its_object() {
        let bytes = pdf(2);
        let mut entries = 0;
        let table = bytes.windows(6).rposition(|window| window == b"\nxref\n");
        let lines = table
            .and_then(|start| bytes.get(start..))
            .into_iter()
            .flat_map(|tail| tail.split(|&b| b == b'\n'));
        for (number, line) in lines.skip(4).take_while(|line| line.ends_with(b" n ")).enumerate() {
            let offset = std::str::from_utf8(line)
                .ok()
                .and_then(|text| text.get(..10)?.parse::<usize>().ok());
            let start = format!("{} 0 obj\n", number + 1);
            assert!(
                offset
                    .and_then(|at| bytes.get(at..))
                    .is_some_and(|at| at.starts_with(start.as_bytes()))
            );
            entries += 1;
        }
        assert_eq!(entries, 9);
    }
}
