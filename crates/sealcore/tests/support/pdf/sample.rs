//! The documents that the tests start from.

use super::{Doc, Kind, stream};

/// The object numbers of [`sample`].
#[derive(Clone, Copy, Debug)]
pub struct Ids {
    pub catalog: u32,
    pub pages: u32,
    pub page1: u32,
    pub page2: u32,
    pub form: u32,
    /// Inherited from the node of the page tree.
    pub resources: u32,
    pub content1: u32,
    pub content2: u32,
    pub font: u32,
    /// A text field on page 1 with a value.
    pub text_field: u32,
    /// A signature field on page 1 without a value.
    pub empty_field: u32,
    pub text_appearance: u32,
    pub picture: u32,
    pub color_space: u32,
    pub layer: u32,
    /// Behind the font.
    pub encoding: u32,
    /// A note on page 2.
    pub note: u32,
    pub info: u32,
    pub metadata: u32,
    pub structure: u32,
    /// A form XObject that page 2 draws; it has resources of its own.
    pub form_xobject: u32,
    /// A font whose glyphs are drawn by the streams behind it.
    pub drawn_font: u32,
    pub glyph_a: u32,
    pub glyph_b: u32,
    /// A text field on page 2 without a value.
    pub open_field: u32,
}

pub const IDS: Ids = Ids {
    catalog: 1,
    pages: 2,
    page1: 3,
    page2: 4,
    form: 5,
    resources: 6,
    content1: 7,
    content2: 8,
    font: 9,
    text_field: 10,
    empty_field: 11,
    text_appearance: 12,
    picture: 13,
    color_space: 14,
    layer: 15,
    encoding: 16,
    note: 17,
    info: 18,
    metadata: 19,
    structure: 20,
    form_xobject: 21,
    drawn_font: 22,
    glyph_a: 23,
    glyph_b: 24,
    open_field: 25,
};

/// How a page is shown.
#[derive(Clone, Copy, Debug)]
pub struct PageShape {
    pub media: [i32; 4],
    pub crop: Option<[i32; 4]>,
    pub rotate: Option<i32>,
    pub user_unit: Option<f64>,
}

impl Default for PageShape {
    fn default() -> Self {
        Self {
            media: [0, 0, 595, 842],
            crop: None,
            rotate: None,
            user_unit: None,
        }
    }
}

impl PageShape {
    fn entries(&self) -> String {
        let numbers = |values: [i32; 4]| values.map(|value| value.to_string()).join(" ");
        let mut text = format!("/MediaBox [{}]", numbers(self.media));
        if let Some(crop) = self.crop {
            text.push_str(&format!(" /CropBox [{}]", numbers(crop)));
        }
        if let Some(rotate) = self.rotate {
            text.push_str(&format!(" /Rotate {rotate}"));
        }
        if let Some(unit) = self.user_unit {
            text.push_str(&format!(" /UserUnit {unit}"));
        }
        text
    }
}

/// One page with a line of text, and nothing else: no form, no metadata.
pub fn one_page(kind: Kind, shape: PageShape) -> Doc {
    let objects = [
        (1, b"<< /Type /Catalog /Pages 2 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec()),
        (
            3,
            format!(
                "<< /Type /Page /Parent 2 0 R {} /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
                shape.entries()
            )
            .into_bytes(),
        ),
        (4, stream("", b"BT /F1 24 Tf 72 700 Td (One page) Tj ET")),
        (5, b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec()),
    ];
    Doc::new(kind, 1, None, &objects)
}

/// Two pages with everything that an attacker likes to change.
pub fn sample(kind: Kind) -> Doc {
    sample_with(kind, |_| {})
}

/// As [`sample`], with objects added or replaced before it is written.
pub fn sample_with(kind: Kind, change: impl FnOnce(&mut Vec<(u32, Vec<u8>)>)) -> Doc {
    let mut objects = sample_objects();
    change(&mut objects);
    let mut last = std::collections::BTreeMap::new();
    last.extend(objects);
    let objects: Vec<(u32, Vec<u8>)> = last.into_iter().collect();
    Doc::new(kind, IDS.catalog, Some(IDS.info), &objects)
}

const CONTENT1: &[u8] = b"BT /F1 18 Tf 72 720 Td (Contract: the buyer pays 100 yuan) Tj ET
BT /T3 20 Tf 72 680 Td (ab) Tj ET
/OC /OC1 BDC BT /F1 12 Tf 72 640 Td (On a layer) Tj ET EMC
/CS0 cs 1 sc 72 600 40 20 re f
q 60 0 0 60 72 520 cm /Im1 Do Q";

const CONTENT2: &[u8] = b"BT /F1 18 Tf 72 720 Td (Page two: terms) Tj ET\nq 1 0 0 1 72 500 cm /Fm1 Do Q";

const METADATA: &[u8] = br#"<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li xml:lang="x-default">Contract</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"#;

fn sample_objects() -> Vec<(u32, Vec<u8>)> {
    let text = |number: u32, body: &str| (number, body.as_bytes().to_vec());
    let picture: Vec<u8> = (0..8 * 8 * 3_u32).map(|n| (n * 37 % 256) as u8).collect();
    let form = |entries: &str| format!("/Type /XObject /Subtype /Form {entries}");
    vec![
        text(
            1,
            "<< /Type /Catalog /Version /1.7 /Pages 2 0 R /AcroForm 5 0 R /Metadata 19 0 R /StructTreeRoot 20 0 R /MarkInfo << /Marked true >> /Lang (en) /PageLabels << /Nums [0 << /S /D >>] >> /ViewerPreferences << /DisplayDocTitle true >> /OCProperties << /OCGs [15 0 R] /D << /Order [15 0 R] /ON [15 0 R] >> >> >>",
        ),
        text(
            2,
            "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 /Resources 6 0 R /MediaBox [0 0 595 842] >>",
        ),
        text(
            3,
            "<< /Type /Page /Parent 2 0 R /Contents 7 0 R /Annots [10 0 R 11 0 R] /StructParents 0 >>",
        ),
        text(
            4,
            "<< /Type /Page /Parent 2 0 R /Contents [8 0 R] /Annots [17 0 R 25 0 R] /Rotate 0 >>",
        ),
        text(
            5,
            "<< /Fields [10 0 R 11 0 R 25 0 R] /DR << /Font << /F1 9 0 R >> >> /DA (/F1 12 Tf 0 g) >>",
        ),
        text(
            6,
            "<< /Font << /F1 9 0 R /T3 22 0 R >> /XObject << /Im1 13 0 R /Fm1 21 0 R >> /ColorSpace << /CS0 14 0 R >> /Properties << /OC1 15 0 R >> >>",
        ),
        (7, stream("", CONTENT1)),
        (8, stream("", CONTENT2)),
        text(
            9,
            "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding 16 0 R >>",
        ),
        text(
            10,
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /V (100 yuan) /DA (/F1 12 Tf 0 g) /P 3 0 R /Rect [72 460 272 484] /F 4 /AP << /N 12 0 R >> >>",
        ),
        text(
            11,
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Approval) /P 3 0 R /Rect [72 120 192 240] /F 4 >>",
        ),
        (
            12,
            stream(
                &form("/BBox [0 0 200 24] /Resources << /Font << /F1 9 0 R >> >>"),
                b"/Tx BMC BT /F1 12 Tf 2 8 Td (100 yuan) Tj ET EMC",
            ),
        ),
        (
            13,
            stream(
                "/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceRGB /BitsPerComponent 8",
                &picture,
            ),
        ),
        text(14, "[/Indexed /DeviceRGB 1 <00000000AA00>]"),
        text(15, "<< /Type /OCG /Name (Layer) >>"),
        text(16, "<< /Type /Encoding /BaseEncoding /WinAnsiEncoding >>"),
        text(
            17,
            "<< /Type /Annot /Subtype /Square /P 4 0 R /Rect [300 300 380 340] /F 4 /C [0 0 1] /Contents (note) >>",
        ),
        text(18, "<< /Title (Contract) /Producer (tests) >>"),
        (19, stream("/Type /Metadata /Subtype /XML", METADATA)),
        text(20, "<< /Type /StructTreeRoot /K [] >>"),
        (
            21,
            stream(
                &form("/BBox [0 0 300 60] /Resources << /Font << /F9 9 0 R >> >>"),
                b"BT /F9 14 Tf 0 20 Td (Inside a form) Tj ET",
            ),
        ),
        text(
            22,
            "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 10 10] /FontMatrix [0.1 0 0 0.1 0 0] /FirstChar 97 /LastChar 98 /Widths [10 10] /Encoding << /Type /Encoding /Differences [97 /a /b] >> /CharProcs << /a 23 0 R /b 24 0 R >> /Resources << >> >>",
        ),
        (23, stream("", b"10 0 0 0 10 10 d1 1 1 8 8 re f")),
        (24, stream("", b"10 0 0 0 10 10 d1 1 1 m 9 1 l 5 9 l f")),
        text(
            25,
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (remark) /DA (/F1 12 Tf 0 g) /P 4 0 R /Rect [72 400 272 424] /F 4 >>",
        ),
    ]
}
