//! Seeds of the targets that read PDF: written by the builder of sealcore's tests, which shares no code with its reader.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // its own input, the same at each call

use std::sync::LazyLock;

use crate::pdf::BETWEEN;
use crate::seeds::{package, ses, signed_data};
use builder::{Doc, IDS, KINDS, Kind, PageShape, Plan, Signed, deflate, one_page, sample};

#[path = "../../crates/sealcore/tests/support/pdf/mod.rs"]
mod builder;

/// Bytes for a signature value.
pub(crate) const ROOM: usize = 2400;

/// Objects that the pieces of an input in [`crate::pdf_parts`] redefine.
const PARTS: [u32; 6] = [
    IDS.catalog,
    IDS.form,
    IDS.page1,
    IDS.text_field,
    IDS.note,
    IDS.text_appearance,
];

pub(crate) fn of(target: &str) -> Vec<Vec<u8>> {
    match target {
        "pdf_object" => OBJECTS.iter().map(|text| text.to_vec()).collect(),
        "pdf_filter" => filtered(),
        "pdf_open" => files(),
        "pdf_encrypted" => ENCRYPTED.iter().map(|file| file.to_vec()).collect(),
        "pdf_verify" => verified(),
        "pdf_contents" => vec![signed_data(b"x"), ses(b"x")],
        "pdf_parts" => vec![parts(&PARTS), parts(&[IDS.form]), Vec::new()],
        "picture" => pictures(),
        "pdf_content" => CONTENTS.iter().map(|text| text.to_vec()).collect(),
        "pdf_cmap" => vec![[CMAP, b"\0\0\x01ab\x80"].concat()],
        "pdf_text" => vec![
            one_page(Kind::Table, PageShape::default()).bytes,
            sample(Kind::Stream).bytes,
        ],
        "pdf_risks" => prepared(),
        "pdf_sign" => unsigned(),
        _ => Vec::new(),
    }
}

const OBJECTS: [&[u8]; 6] = [
    b"12 0 obj << /A [ 1 0 R (abc\\)\\053\\n) /Na#6de true ] /B << /C <00 ff 1> /D null >> >> endobj ",
    b"7 3 obj\r<</Length 5/Filter[/Fl]>>stream\r\nhello\nendstream endobj",
    b"[+17 -98 0 34.5 -.002 4. 12345678901234567890 4294967295 0 R] ",
    b"% a comment\r\n(nested (brackets)\r\n\\\r\nand \\7 \\1234 \\q) ",
    b"<</Type/Sig/ByteRange[0 0000000840 0000000960 0000000240]/Contents<308006092a864886f70d010702a08000>>>",
    b"/Empty/ [[[]]] false",
];

const CONTENTS: [&[u8]; 2] = [
    b"q 1 0 0 1 72 500 cm BT /F1 18 Tf 72 720 Td [(Page) -120 <0041>] TJ (two) ' ET Q\nBI /W 2 /H 2 /BPC 8 ID abcd\nEI /OC /A BDC EMC",
    b"% no operands\n<< /A [1 2] >> /Fm1 Do .5-.25 0 0 rg",
];

const CMAP: &[u8] = b"/CIDInit /ProcSet findresource begin begincmap /WMode 0 def 1 begincodespacerange <00> <80> <8140> <fefe> endcodespacerange 1 beginbfchar <01> <76d67ae0> endbfchar 2 beginbfrange <20> <7e> <0020> <8140> <8142> [<4e00> <4e8c> <4e09>] endbfrange 1 begincidrange <0000> <00ff> 1 endcidrange /GBK-EUC-H usecmap endcmap end";

/// Files with something of every kind that is looked for before signing: below and in the drawing of a page, in the form, in
/// the tree of objects, in an update.
fn prepared() -> Vec<Vec<u8>> {
    const DRAWN: &[u8] = b"BT /F1 18 Tf 72 720 Td (Under) Tj ET 1 g 60 705 300 40 re f q 0.7 0.7 -0.7 0.7 130 600 cm 3 Tr BT /F1 9 Tf (no ink) Tj ET Q\n/OC /L1 BDC 0 0 1 rg 10 10 m 9 9 8 8 7 7 c h f* EMC q 600 0 0 800 0 0 cm /Im1 Do Q /Fm1 Do";
    let edits: [(u32, &str, &str); 12] = [
        (IDS.catalog, "OCProperties/D", "<< /OFF [15 0 R] >>"),
        (
            IDS.catalog,
            "OpenAction",
            "<< /S /URI /URI (http://a) /Next << /S /SubmitForm >> >>",
        ),
        (
            IDS.catalog,
            "Names",
            "<< /Templates << /Names [(a) 4 0 R] >> /EmbeddedFiles << /Names [(a) << /F (a.txt) /EF << /F 19 0 R >> >>] >> >>",
        ),
        (IDS.text_field, "AA", "<< /K << /S /JavaScript /JS (x) >> >>"),
        (IDS.text_field, "V", "(1000 yuan)"),
        (IDS.empty_field, "Rect", "[80 462 200 480]"),
        (IDS.form, "NeedAppearances", "true"),
        (IDS.form, "XFA", "[(a) 19 0 R]"),
        (IDS.note, "F", "36"),
        (IDS.note, "BS", "<< /W 1 /W 2 >>"),
        (IDS.form_xobject, "Ref", "<< /F (x) /Page 0 >>"),
        (
            IDS.picture,
            "Alternates",
            "[<< /Image 13 0 R /DefaultForPrinting true >>]",
        ),
    ];
    (KINDS.into_iter())
        .map(|kind| {
            let base = sample(kind);
            let update = base.increment(|update| {
                update.set(IDS.content1, builder::stream("", DRAWN));
                for (number, path, value) in edits {
                    update.edit(number, path, value);
                }
            });
            let last = update.increment(|update| {
                update.set(IDS.encoding, "<< /Type /Encoding /Differences [48 /nine] >>");
                update.free(IDS.note);
            });
            last.bytes
        })
        .collect()
}

/// Files to be signed; their lengths say how.
fn unsigned() -> Vec<Vec<u8>> {
    let small = sample(Kind::Table).bytes;
    let ends = ["", "\n", "\n\n"].map(|end| [&small, end.as_bytes()].concat());
    [
        one_page(Kind::Stream, PageShape::default()).bytes,
        sample(Kind::Hybrid).bytes,
    ]
    .into_iter()
    .chain(ends)
    .collect()
}

/// A kind, two parameters, and data: see [`crate::pdf_filter`].
fn filtered() -> Vec<Vec<u8>> {
    let rows = [
        &[2, 1, 2, 3][..],
        &[2, 1, 1, 1],
        &[4, 9, 9, 9],
        &[1, 1, 2, 3],
        &[3, 5, 6, 7],
    ]
    .concat();
    let with = |head: [u8; 3], data: &[u8]| [&head[..], data].concat();
    vec![
        with([5, 0x8c, 3], &deflate(&rows)),
        with([15, 0x82, 2], &deflate(b"abcdefghijkl")),
        with([131, 0, 0], &[0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01]),
        with([2, 0, 0], b"48 65 6c6C 7>"),
        with([3, 0, 0], b"87cUR\nD]i,\"Ebo80z~>"),
        with([4, 0, 0], &[2, b'a', b'b', b'c', 254, b'x', 128]),
    ]
}

/// Every kind of cross-reference, one revision and several.
fn files() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for kind in KINDS {
        let doc = one_page(kind, PageShape::default());
        let second = doc.increment(|update| {
            update.edit(3, "Rotate", "90");
            update.free(5);
        });
        let third = second.increment(|update| {
            update.set_generation(5, 1, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>");
        });
        files.extend([doc.bytes, third.bytes, sample(kind).bytes]);
    }
    files
}

const ENCRYPTED: [&[u8]; 5] = [
    include_bytes!("../../testdata/pdf/encrypted/r3-rc4-128.pdf"),
    include_bytes!("../../testdata/pdf/encrypted/r4-aes.pdf"),
    include_bytes!("../../testdata/pdf/encrypted/r4-aes-clear-metadata.pdf"),
    include_bytes!("../../testdata/pdf/encrypted/r5-aes.pdf"),
    include_bytes!("../../testdata/pdf/encrypted/r6-object-streams.pdf"),
];

fn plan(name: &'static str) -> Plan {
    Plan {
        reserve: ROOM,
        ..Plan::seal(name)
    }
}

fn signed(kind: Kind) -> Signed {
    plan("Seal1").sign(&sample(kind), &|blocks| signed_data(&blocks.concat()))
}

fn verified() -> Vec<Vec<u8>> {
    let table = signed(Kind::Table);
    let sealed = Plan {
        certify: Some(2),
        lock: Some("/Action /Include /Fields [(amount)]"),
        ..plan("Seal1")
    };
    let sealed = sealed.sign(&sample(Kind::Hybrid), &|blocks| ses(&blocks.concat()));
    let twice = Plan::unseen("Approval2");
    let twice = Plan { reserve: ROOM, ..twice }.sign(&table.doc, &|blocks| signed_data(&blocks.concat()));
    let filled = signed(Kind::Stream).then(|update| update.edit(IDS.open_field, "V", "(filled)"));
    vec![table.doc.bytes, sealed.doc.bytes, twice.doc.bytes, filled]
}

/// What [`of_parts`] writes behind.
static SIGNED: LazyLock<Doc> = LazyLock::new(|| signed(Kind::Table).doc);

fn parts(numbers: &[u32]) -> Vec<u8> {
    let pieces: Vec<Vec<u8>> = PARTS
        .iter()
        .map(|number| {
            let is_taken = numbers.contains(number);
            if is_taken {
                SIGNED.body(*number).to_vec()
            } else {
                Vec::new()
            }
        })
        .collect();
    pieces.join(BETWEEN)
}

/// The signed file with these objects redefined by an update; an empty piece leaves its object as it was.
pub(crate) fn of_parts(pieces: &[&[u8]]) -> Vec<u8> {
    let all: Vec<(u32, &[u8])> = PARTS
        .into_iter()
        .zip(pieces.iter().copied())
        .filter(|(_, piece)| !piece.is_empty())
        .collect();
    if all.is_empty() {
        return SIGNED.bytes.clone();
    }
    let update = SIGNED.increment(|update| {
        for (number, piece) in all {
            update.set(number, piece);
        }
    });
    update.bytes
}

/// A signed file whose signature has this value.
pub(crate) fn with_value(value: &[u8]) -> Vec<u8> {
    static BLANK: LazyLock<Signed> = LazyLock::new(|| plan("Seal1").sign(&sample(Kind::Table), &|_| Vec::new()));
    let mut bytes = BLANK.doc.bytes.clone();
    let hex: String = value.iter().map(|byte| format!("{byte:02x}")).collect();
    let first = BLANK.gap.start + 1;
    bytes[first..first + hex.len()].copy_from_slice(hex.as_bytes());
    bytes
}

/// A byte for what it is said to be, then the picture.
fn pictures() -> Vec<Vec<u8>> {
    let bmp = [
        &b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x02\0\0\0\x02\0\0\0\x01\0\x18\0"[..],
        &[0; 24],
        b"\0\0\xff\xff\xff\xff\0\0\xff\0\0\0\xff\0\0\0",
    ]
    .concat();
    let jpeg = b"\xff\xd8\xff\xc0\0\x0b\x08\0\x08\0\x08\x01\x01\x11\0\xff\xda\0\x08\x01\x01\0\0\x3f\0\x12\x34\xff\xd9";
    let gif = b"GIF89a\x02\0\x02\0\x80\0\0\xff\0\0\xff\xff\xff!\xf9\x04\x01\0\0\x01\0,\0\0\0\0\x02\0\x02\0\0\x02\x03D\x02\x05\0;";
    let page = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ofd:Page xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:Area><ofd:PhysicalBox>0 0 40 30</ofd:PhysicalBox></ofd:Area><ofd:Content><ofd:Layer ID=\"3\"><ofd:PathObject ID=\"4\" Boundary=\"1 1 30 20\" Stroke=\"true\" Fill=\"true\" LineWidth=\"1\"><ofd:FillColor Value=\"255 0 0\" Alpha=\"99\"/><ofd:AbbreviatedData>M 0 0 L 10 10 B 1 2 3 4 5 6 A 4 4 0 1 0 9 9 C</ofd:AbbreviatedData></ofd:PathObject></ofd:Layer></ofd:Content></ofd:Page>";
    let entry = "<ofd:OFD xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>";
    let document = "<ofd:Document xmlns:ofd=\"http://www.ofdspec.org/2016\"><ofd:CommonData><ofd:MaxUnitID>9</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>0 0 40 30</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages><ofd:Page ID=\"1\" BaseLoc=\"Pages/Page_0/Content.xml\"/></ofd:Pages></ofd:Document>";
    let ofd = package(&[
        ("/OFD.xml", entry.as_bytes()),
        ("/Doc_0/Document.xml", document.as_bytes()),
        ("/Doc_0/Pages/Page_0/Content.xml", page.as_bytes()),
    ]);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' width='40' height='30' viewBox='0 0 40 30'><defs><linearGradient id='g'><stop offset='0' stop-color='red'/><stop offset='1' stop-color='#fff'/></linearGradient></defs><g transform='rotate(30 2 3)'><circle cx='20' cy='15' r='9' fill='url(#g)' stroke='#c00' stroke-dasharray='2 1'/><path d='M1 1h3v4q1 2 3 3t1 1a3 4 20 1 0 5 6z'/></g></svg>";
    [
        (0, png()),
        (1, bmp),
        (2, jpeg.to_vec()),
        (3, gif.to_vec()),
        (4, svg.to_vec()),
        (5, ofd),
    ]
    .into_iter()
    .map(|(kind, data)| [&[kind][..], &data].concat())
    .collect()
}

/// Two pixels by two, with alpha.
pub(crate) fn png() -> Vec<u8> {
    let crc = |data: &[u8]| {
        !data.iter().fold(u32::MAX, |crc, byte| {
            (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
                (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg())
            })
        })
    };
    let chunk = |name: &[u8], data: &[u8]| {
        let body = [name, data].concat();
        let length = u32::try_from(data.len()).unwrap();
        [&length.to_be_bytes()[..], &body, &crc(&body).to_be_bytes()].concat()
    };
    let rows = deflate(&[0, 255, 0, 0, 255, 255, 0, 0, 0, 1, 9, 9, 9, 9, 1, 1, 1, 1]);
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &[0, 0, 0, 2, 0, 0, 0, 2, 8, 6, 0, 0, 0]),
        chunk(b"IDAT", &rows),
        chunk(b"IEND", &[]),
    ]
    .concat()
}
