//! Files that cost a careless reader time, memory or its stack. Each has to end soon, in an error or a report.

use std::fmt::Write as _;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::forge::*;

pub(crate) struct Hostile {
    pub(crate) name: &'static str,
    make: fn() -> Vec<u8>,
}

impl Hostile {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        (self.make)()
    }
}

pub(crate) fn all() -> Vec<Hostile> {
    [syntax(), chains(), streams(), tables(), trees(), crowds()]
        .into_iter()
        .flatten()
        .collect()
}

fn list(rows: Vec<(&'static str, fn() -> Vec<u8>)>) -> Vec<Hostile> {
    rows.into_iter().map(|(name, make)| Hostile { name, make }).collect()
}

/// The sample with one object replaced.
fn with(number: u32, body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref().to_vec();
    sample_with(Kind::Table, |objects| objects.push((number, body))).bytes
}

/// The sample with a path of an object set.
fn edited(number: u32, path: &str, value: &str) -> Vec<u8> {
    sample(Kind::Table)
        .increment(|update| update.edit(number, path, value))
        .bytes
}

/// Behind a sound file, then its end again.
fn followed(middle: &[u8]) -> Vec<u8> {
    let doc = sample(Kind::Table);
    let end = format!("startxref\n{}\n%%EOF\n", doc.startxref);
    [doc.bytes.as_slice(), middle, end.as_bytes()].concat()
}

const MANY: usize = 1_000_000;

fn syntax() -> Vec<Hostile> {
    list(vec![
        ("header-alone", || b"%PDF-1.7".to_vec()),
        ("header-and-end", || b"%PDF-1.7\nstartxref\n0\n%%EOF\n".to_vec()),
        ("startxref-nothing", || b"%PDF-1.7\nstartxref\n%%EOF\n".to_vec()),
        ("startxref-digits", || {
            format!("%PDF-1.7\nstartxref\n{}\n%%EOF\n", "9".repeat(500)).into_bytes()
        }),
        ("startxref-negative", || b"%PDF-1.7\nstartxref\n-5\n%%EOF\n".to_vec()),
        ("arrays-deep", || {
            edited(
                IDS.catalog,
                "Evil",
                &format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
            )
        }),
        ("dictionaries-deep", || {
            edited(
                IDS.catalog,
                "Evil",
                &format!("{}0{}", "<</A ".repeat(20_000), ">>".repeat(20_000)),
            )
        }),
        ("arrays-open", || followed("[".repeat(MANY).as_bytes())),
        ("dictionaries-open", || followed("<<".repeat(MANY).as_bytes())),
        ("strings-open", || followed("(".repeat(MANY).as_bytes())),
        ("strings-nested", || {
            edited(
                IDS.catalog,
                "Evil",
                &format!("{}{}", "(".repeat(200_000), ")".repeat(200_000)),
            )
        }),
        ("trailer-deep", || {
            let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
            sample(Kind::Table)
                .increment(|update| update.trailer("Evil", Some(&deep)))
                .bytes
        }),
        ("number-long", || edited(IDS.catalog, "Evil", &"9".repeat(MANY))),
        ("name-long", || {
            edited(IDS.catalog, "Evil", &format!("/{}", "a".repeat(MANY)))
        }),
        ("name-escapes", || {
            edited(IDS.catalog, "Evil", &format!("/{}", "#4".repeat(MANY / 2)))
        }),
        ("keys-many", || {
            let keys: String = (0..200_000).fold(String::new(), |mut text, n| {
                let _ = write!(text, "/K{n} {n} ");
                text
            });
            edited(IDS.catalog, "Evil", &format!("<< {keys} >>"))
        }),
        ("keys-same", || {
            edited(IDS.catalog, "Evil", &format!("<< {} >>", "/K 0 ".repeat(200_000)))
        }),
        ("words-obj", || followed("1 0 obj ".repeat(MANY / 4).as_bytes())),
        ("words-endstream", || followed("endstream ".repeat(MANY / 4).as_bytes())),
        ("words-eof", || followed("%%EOF\n".repeat(MANY / 4).as_bytes())),
        ("words-startxref", || {
            followed("startxref\n0\n".repeat(MANY / 8).as_bytes())
        }),
        ("words-startxref-eof", || {
            followed("startxref\n15\n%%EOF\n".repeat(MANY / 16).as_bytes())
        }),
        ("words-trailer", || {
            followed("trailer << >> ".repeat(MANY / 8).as_bytes())
        }),
        ("words-byte-range", || {
            followed("/ByteRange [0 1 2 3] /Contents <00> ".repeat(MANY / 16).as_bytes())
        }),
        ("white-space", || followed(&vec![b' '; 8 * MANY])),
        ("comment-long", || {
            followed(&[b"%".as_slice(), &vec![b'a'; 8 * MANY], b"\n"].concat())
        }),
        ("comments-many", || followed("%\n".repeat(MANY).as_bytes())),
        ("zeros", || [b"%PDF-1.7\n".as_slice(), &vec![0; 8 * MANY]].concat()),
    ])
}

fn previous(change: fn(&mut Update<'_>, i64)) -> Vec<u8> {
    let doc = sample(Kind::Table);
    let plain = doc.increment(|update| update.edit(IDS.info, "Title", "(x)"));
    doc.increment(|update| {
        update.edit(IDS.info, "Title", "(x)");
        change(update, plain.startxref as i64);
    })
    .bytes
}

/// A table at `at` whose trailer is `trailer`, written as the whole file.
fn bare(trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n".to_vec();
    let start = bytes.len();
    bytes.extend_from_slice(b"xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n");
    bytes.extend_from_slice(format!("trailer\n<< /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n").as_bytes());
    bytes
}

fn chains() -> Vec<Hostile> {
    list(vec![
        ("prev-self", || previous(|update, own| update.prev = Some(own))),
        ("prev-loop", || {
            let doc = sample(Kind::Table);
            let first = doc.increment(|update| update.edit(IDS.info, "Title", "(x)"));
            let second = first.increment(|update| update.edit(IDS.info, "Title", "(y)"));
            // The first increment's /Prev names the second's section, which is as long in digits.
            let from = format!("/Prev {}", doc.startxref);
            let to = format!("/Prev {}", second.startxref);
            assert_eq!(from.len(), to.len());
            patch(&second.bytes, from.as_bytes(), to.as_bytes())
        }),
        ("prev-stream-self", || {
            let doc = sample(Kind::Stream);
            let plain = doc.increment(|update| update.edit(IDS.info, "Title", "(x)"));
            doc.increment(|update| {
                update.edit(IDS.info, "Title", "(x)");
                update.prev = Some(plain.startxref as i64);
            })
            .bytes
        }),
        ("prev-real", || bare("/Size 3 /Prev 9.5")),
        ("prev-reference", || bare("/Size 3 /Prev 1 0 R")),
        ("prev-huge", || bare("/Size 3 /Prev 9223372036854775807")),
        ("prev-over", || bare("/Size 3 /Prev 99999999999999999999999")),
        ("prev-negative", || bare("/Size 3 /Prev -1")),
        ("xrefstm-self", || {
            previous(|update, own| update.trailer("XRefStm", Some(&own.to_string())))
        }),
        ("xrefstm-table", || {
            previous(|update, _| {
                let first = update.doc.startxref.to_string();
                update.trailer("XRefStm", Some(&first));
            })
        }),
        ("xrefstm-loop", || {
            // A stream whose /Prev is the table that names it.
            let doc = sample(Kind::Hybrid);
            let stream = doc.increment(|update| {
                update.kind = Kind::Stream;
                update.edit(IDS.info, "Title", "(x)");
                update.prev = Some(0);
                let own = update.doc.bytes.len() as i64 + 400;
                update.trailer("XRefStm", Some(&own.to_string()));
            });
            stream
                .increment(|update| {
                    update.prev = Some(stream.startxref as i64);
                    let at = stream.startxref.to_string();
                    update.trailer("XRefStm", Some(&at));
                    update.edit(IDS.info, "Title", "(y)");
                })
                .bytes
        }),
        ("sections-many", || {
            // Ten thousand sections without objects, each naming the one before.
            let mut bytes = sample(Kind::Table).bytes;
            let mut last = sample(Kind::Table).startxref;
            for _ in 0..10_000 {
                let start = bytes.len();
                let text =
                    format!("xref\n0 0\ntrailer\n<< /Size 30 /Root 1 0 R /Prev {last} >>\nstartxref\n{start}\n%%EOF\n");
                bytes.extend_from_slice(text.as_bytes());
                last = start;
            }
            bytes
        }),
        ("root-self", || bare("/Size 3 /Root 3 0 R")),
        ("references-loop", || {
            sample_with(Kind::Table, |objects| {
                objects.push((30, b"31 0 R".to_vec()));
                objects.push((31, b"30 0 R".to_vec()));
                objects.push((7, b"30 0 R".to_vec()));
                objects.push((5, b"31 0 R".to_vec()));
            })
            .bytes
        }),
        ("references-chain", || {
            sample_with(Kind::Table, |objects| {
                objects.extend((30..50_030).map(|n| (n, format!("{} 0 R", n + 1).into_bytes())));
                objects.push((50_030, b"<< /Fields [] >>".to_vec()));
                objects.push((5, b"30 0 R".to_vec()));
            })
            .bytes
        }),
        ("encrypt-self", || bare("/Size 3 /Encrypt 1 0 R /ID [<00> <00>]")),
        ("encrypt-nothing", || bare("/Size 3 /Encrypt << >>")),
        ("encrypt-length", || {
            bare(
                "/Size 3 /ID [<00> <00>] /Encrypt << /Filter /Standard /V 4 /R 4 /Length 99999999 /P -1 /O <00> /U <00> /CF << /StdCF << /CFM /AESV2 /Length 999999 >> >> /StmF /StdCF /StrF /StdCF >>",
            )
        }),
    ])
}

/// `megabytes` of zeros, deflated.
fn bomb(megabytes: usize) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    let zeros = vec![0; 1 << 20];
    for _ in 0..megabytes {
        encoder.write_all(&zeros).unwrap();
    }
    encoder.finish().unwrap()
}

/// A file of a cross-reference stream alone, with these entries and data.
fn xref_stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n".to_vec();
    let start = bytes.len();
    bytes.extend_from_slice(b"3 0 obj\n");
    bytes.extend_from_slice(&stream(&format!("/Type /XRef /Root 1 0 R {entries}"), data));
    bytes.extend_from_slice(format!("\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
    bytes
}

/// A file whose objects from 4 on are said to stand in object stream 3.
fn object_streams(objects: &[(u32, Vec<u8>)], entries: &[(u32, Entry)]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n".to_vec();
    let mut all = entries.to_vec();
    for (number, body) in objects {
        all.retain(|(other, _)| other != number || entries.iter().any(|(forced, _)| forced == number));
        if !all.iter().any(|(other, _)| other == number) {
            all.push((
                *number,
                Entry::Used {
                    offset: bytes.len(),
                    generation: 0,
                },
            ));
        }
        bytes.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        bytes.extend_from_slice(body);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let start = super::pdf::write_xref_stream(&mut bytes, 50, &all, "/Size 51 /Root 1 0 R");
    bytes.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
    bytes
}

fn skeleton() -> Vec<(u32, Vec<u8>)> {
    vec![
        (1, b"<< /Type /Catalog /Pages 2 0 R /AcroForm 4 0 R >>".to_vec()),
        (2, b"<< /Type /Pages /Kids [] /Count 0 >>".to_vec()),
    ]
}

fn inside(container: u32, index: usize) -> Entry {
    Entry::Compressed { container, index }
}

fn streams() -> Vec<Hostile> {
    list(vec![
        ("length-self", || {
            with(IDS.content1, b"<< /Length 7 0 R >>\nstream\nx\nendstream")
        }),
        ("length-loop", || {
            sample_with(Kind::Table, |objects| {
                objects.push((7, b"<< /Length 8 0 R >>\nstream\nx\nendstream".to_vec()));
                objects.push((8, b"<< /Length 7 0 R >>\nstream\nx\nendstream".to_vec()));
            })
            .bytes
        }),
        ("length-huge", || {
            with(IDS.content1, b"<< /Length 9223372036854775807 >>\nstream\nx\nendstream")
        }),
        ("length-negative", || {
            with(IDS.content1, b"<< /Length -1 >>\nstream\nx\nendstream")
        }),
        ("bomb-contents", || {
            with(IDS.content1, stream("/Filter /FlateDecode", &bomb(512)))
        }),
        ("bomb-metadata", || {
            with(
                IDS.metadata,
                stream("/Type /Metadata /Subtype /XML /Filter /FlateDecode", &bomb(512)),
            )
        }),
        ("bomb-filters", || {
            let inner = bomb(512);
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(&inner).unwrap();
            let outer = encoder.finish().unwrap();
            with(IDS.content1, stream("/Filter [/FlateDecode /FlateDecode]", &outer))
        }),
        ("filters-many", || {
            let filters = "/ASCIIHexDecode ".repeat(100_000);
            with(IDS.content1, stream(&format!("/Filter [{filters}]"), b"3030>"))
        }),
        ("bomb-xref", || {
            xref_stream("/Size 4 /W [1 4 2] /Filter /FlateDecode", &bomb(512))
        }),
        ("bomb-xref-huge-size", || {
            xref_stream("/Size 536870912 /W [1 0 0] /Filter /FlateDecode", &bomb(512))
        }),
        ("bomb-object-stream", || {
            let mut objects = skeleton();
            objects.push((
                3,
                stream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &bomb(512)),
            ));
            object_streams(&objects, &[(4, inside(3, 0))])
        }),
        ("bomb-lzw", || {
            with(
                IDS.content1,
                stream(
                    "/Filter /LZWDecode",
                    &[0x80, 0x0B, 0x60, 0x50, 0x22, 0x0C, 0x0C, 0x85, 0x01].repeat(100_000),
                ),
            )
        }),
        ("bomb-run-length", || {
            with(IDS.content1, stream("/Filter /RunLengthDecode", &[129, 0].repeat(MANY)))
        }),
        ("predictor-columns", || {
            xref_stream(
                "/Size 4 /W [1 4 2] /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 2147483647 >>",
                &bomb(1),
            )
        }),
        ("predictor-columns-over", || {
            xref_stream(
                "/Size 4 /W [1 4 2] /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 9223372036854775807 /Colors 9223372036854775807 /BitsPerComponent 64 >>",
                &bomb(1),
            )
        }),
        ("predictor-zero", || {
            xref_stream(
                "/Size 4 /W [1 4 2] /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 0 /Colors 0 >>",
                &bomb(1),
            )
        }),
        ("object-stream-in-itself", || {
            let mut objects = skeleton();
            objects.push((3, stream("/Type /ObjStm /N 2 /First 8 ", b"3 0 4 0 << /Fields [] >>")));
            object_streams(&objects, &[(3, inside(3, 0)), (4, inside(3, 1))])
        }),
        ("object-streams-in-each-other", || {
            let mut objects = skeleton();
            objects.push((3, stream("/Type /ObjStm /N 1 /First 4", b"5 0 << >>")));
            objects.push((5, stream("/Type /ObjStm /N 1 /First 4", b"3 0 << >>")));
            object_streams(&objects, &[(3, inside(5, 0)), (5, inside(3, 0)), (4, inside(3, 0))])
        }),
        ("object-stream-extends-self", || {
            let mut objects = skeleton();
            objects.push((
                3,
                stream("/Type /ObjStm /N 1 /First 4 /Extends 3 0 R", b"4 0 << /Fields [] >>"),
            ));
            object_streams(&objects, &[(4, inside(3, 0))])
        }),
        ("object-streams-extend-loop", || {
            let mut objects = skeleton();
            objects.push((3, stream("/Type /ObjStm /N 1 /First 4 /Extends 5 0 R", b"6 0 << >>")));
            objects.push((5, stream("/Type /ObjStm /N 1 /First 4 /Extends 3 0 R", b"7 0 << >>")));
            object_streams(&objects, &[(4, inside(3, 0))])
        }),
        ("object-stream-length-inside", || {
            let mut objects = skeleton();
            objects.push((
                3,
                b"<< /Type /ObjStm /N 2 /First 8 /Length 5 0 R >>\nstream\n4 0 5 3 << >> 30\nendstream".to_vec(),
            ));
            object_streams(&objects, &[(4, inside(3, 0)), (5, inside(3, 1))])
        }),
        ("object-stream-first-inside", || {
            let mut objects = skeleton();
            objects.push((3, b"<< /Type /ObjStm /N 5 0 R /First 5 0 R /Length 30 >>\nstream\n4 0 5 3 << >> 30              \nendstream".to_vec()));
            object_streams(&objects, &[(4, inside(3, 0)), (5, inside(3, 1))])
        }),
        ("object-stream-count", || {
            let mut objects = skeleton();
            objects.push((
                3,
                stream("/Type /ObjStm /N 9223372036854775807 /First 4", b"4 0 << /Fields [] >>"),
            ));
            object_streams(&objects, &[(4, inside(3, 0))])
        }),
        ("object-stream-first-beyond", || {
            let mut objects = skeleton();
            objects.push((
                3,
                stream("/Type /ObjStm /N 1 /First 9223372036854775807", b"4 0 << /Fields [] >>"),
            ));
            object_streams(&objects, &[(4, inside(3, 0))])
        }),
        ("object-stream-negative", || {
            let mut objects = skeleton();
            objects.push((3, stream("/Type /ObjStm /N -1 /First -1", b"4 -5 << /Fields [] >>")));
            object_streams(&objects, &[(4, inside(3, 0))])
        }),
        ("object-stream-asked-often", || {
            // One megabyte, deflated, holds what 200 fields refer to one by one.
            let mut objects = skeleton();
            let (mut head, mut data) = (String::new(), String::new());
            for number in 60..20_060 {
                let _ = write!(head, "{number} {} ", data.len());
                let _ = writeln!(data, "<< /FT /Tx /T (f{number}) /Padding ({:>40}) >>", number);
            }
            let all = super::pdf::deflate(format!("{head}{data}").as_bytes());
            objects.push((
                3,
                stream(
                    &format!("/Type /ObjStm /N 20000 /First {} /Filter /FlateDecode", head.len()),
                    &all,
                ),
            ));
            let fields: String = (60..20_060).map(|number| format!("{number} 0 R ")).collect();
            objects.push((4, format!("<< /Fields [{fields}] >>").into_bytes()));
            let entries: Vec<_> = (0..20_000).map(|index| (index as u32 + 60, inside(3, index))).collect();
            object_streams(&objects, &entries)
        }),
    ])
}

fn tables() -> Vec<Hostile> {
    list(vec![
        ("table-million", || {
            let mut bytes = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n".to_vec();
            let start = bytes.len();
            bytes
                .extend_from_slice(b"xref\n0 1000000\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n");
            for _ in 3..MANY {
                bytes.extend_from_slice(b"0000000009 00000 n \n");
            }
            bytes.extend_from_slice(
                format!("trailer\n<< /Size 1000000 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
            );
            bytes
        }),
        ("table-subsections", || {
            let mut bytes = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n".to_vec();
            let start = bytes.len();
            bytes.extend_from_slice(b"xref\n");
            for number in 0..200_000 {
                bytes.extend_from_slice(format!("{number} 1\n0000000009 00000 n \n").as_bytes());
            }
            bytes.extend_from_slice(
                format!("trailer\n<< /Size 200000 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
            );
            bytes
        }),
        ("table-count-huge", || {
            patch(&bare("/Size 3"), b"0 3\n", b"0 4294967295\n")
        }),
        ("table-count-over", || {
            patch(&bare("/Size 3"), b"0 3\n", b"0 99999999999999999999\n")
        }),
        ("table-start-huge", || {
            patch(&bare("/Size 3"), b"0 3\n", b"4294967295 3\n")
        }),
        ("table-negative", || {
            patch(&bare("/Size 3"), b"0000000058", b"-000000058")
        }),
        ("table-offset-over", || {
            patch(&bare("/Size 3"), b"0000000058", b"9999999999")
        }),
        ("table-free-loop", || {
            patch(&bare("/Size 3"), b"0000000000 65535 f", b"0000000000 00000 f")
        }),
        ("size-huge", || bare("/Size 9223372036854775807")),
        ("size-over", || bare("/Size 99999999999999999999999999")),
        ("size-negative", || bare("/Size -1")),
        ("stream-w-eight", || {
            let entry = [[0_u8; 8].as_slice(), &[0xFF; 8], &[0xFF; 8]].concat();
            xref_stream("/Size 4 /W [8 8 8]", &entry.repeat(4))
        }),
        ("stream-w-ones", || xref_stream("/Size 4 /W [8 8 8]", &[0xFF; 96])),
        ("stream-w-wide", || xref_stream("/Size 4 /W [1 200 2]", &[1; 812])),
        ("stream-w-huge", || {
            xref_stream("/Size 4 /W [1 9223372036854775807 2]", &[1; 40])
        }),
        ("stream-w-over", || {
            xref_stream(
                "/Size 4 /W [9223372036854775807 9223372036854775807 9223372036854775807]",
                &[1; 40],
            )
        }),
        ("stream-w-negative", || xref_stream("/Size 4 /W [1 -4 2]", &[1; 40])),
        ("stream-w-zero", || xref_stream("/Size 1000000000 /W [0 0 0]", b"")),
        ("stream-w-short", || xref_stream("/Size 4 /W [1 2]", &[1; 12])),
        ("stream-index-huge", || {
            xref_stream("/Size 4 /W [1 4 2] /Index [0 9223372036854775807]", &[1; 28])
        }),
        ("stream-index-over", || {
            xref_stream(
                "/Size 4 /W [1 4 2] /Index [9223372036854775807 9223372036854775807]",
                &[1; 28],
            )
        }),
        ("stream-index-negative", || {
            xref_stream("/Size 4 /W [1 4 2] /Index [-5 10]", &[1; 70])
        }),
        ("stream-index-odd", || {
            xref_stream("/Size 4 /W [1 4 2] /Index [0]", &[1; 28])
        }),
        ("stream-index-many", || {
            let index = "0 1 ".repeat(MANY / 4);
            xref_stream(&format!("/Size 4 /W [1 4 2] /Index [{index}]"), &[1; 28])
        }),
        ("stream-million", || {
            let entry = [1_u8, 0, 0, 0, 9, 0, 0];
            let data = super::pdf::deflate(&entry.repeat(MANY));
            xref_stream("/Size 1000000 /W [1 4 2] /Filter /FlateDecode", &data)
        }),
        ("stream-kind-unknown", || xref_stream("/Size 4 /W [1 4 2]", &[9; 28])),
        ("stream-length-self", || {
            let bytes = xref_stream("/Size 4 /W [1 4 2]", &[1; 28]);
            patch(&bytes, b"/Length 28", b"/Length 3 0 R")
        }),
    ])
}

/// A chain of nodes that each hold the next twice: 2^`depth` leaves.
fn doubled(depth: u32, node: &dyn Fn(u32, u32) -> String, leaf: &str) -> Vec<(u32, Vec<u8>)> {
    let mut objects: Vec<_> = (0..depth)
        .map(|n| (100 + n, node(100 + n, 101 + n).into_bytes()))
        .collect();
    objects.push((100 + depth, leaf.as_bytes().to_vec()));
    objects
}

fn with_objects(more: Vec<(u32, Vec<u8>)>) -> Vec<u8> {
    sample_with(Kind::Table, |objects| objects.extend(more)).bytes
}

fn trees() -> Vec<Hostile> {
    list(vec![
        ("pages-self", || edited(IDS.pages, "Kids", "[2 0 R]")),
        ("pages-loop", || {
            with_objects(vec![
                (2, b"<< /Type /Pages /Kids [100 0 R] /Count 2 >>".to_vec()),
                (
                    100,
                    b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R 3 0 R] /Count 2 >>".to_vec(),
                ),
            ])
        }),
        ("pages-doubled", || {
            let node = |_: u32, next: u32| format!("<< /Type /Pages /Kids [{next} 0 R {next} 0 R] /Count 4 >>");
            let mut objects = doubled(40, &node, "<< /Type /Page /MediaBox [0 0 10 10] >>");
            objects.push((2, b"<< /Type /Pages /Kids [100 0 R 100 0 R] /Count 4 >>".to_vec()));
            with_objects(objects)
        }),
        ("pages-deep", || {
            let mut objects: Vec<_> = (100..50_100)
                .map(|n| {
                    (
                        n,
                        format!(
                            "<< /Type /Pages /Parent {} 0 R /Kids [{} 0 R] /Count 1 >>",
                            n - 1,
                            n + 1
                        )
                        .into_bytes(),
                    )
                })
                .collect();
            objects.push((
                50_100,
                b"<< /Type /Page /Parent 50099 0 R /MediaBox [0 0 10 10] >>".to_vec(),
            ));
            objects.push((2, b"<< /Type /Pages /Kids [100 0 R] /Count 1 >>".to_vec()));
            with_objects(objects)
        }),
        ("pages-count-huge", || edited(IDS.pages, "Count", "9223372036854775807")),
        ("pages-count-negative", || edited(IDS.pages, "Count", "-1")),
        ("pages-kids-repeated", || {
            edited(IDS.pages, "Kids", &format!("[{}]", "3 0 R ".repeat(300_000)))
        }),
        ("page-parent-self", || edited(IDS.page1, "Parent", "3 0 R")),
        ("page-parent-loop", || {
            let doc = sample(Kind::Table).increment(|update| {
                update.edit(IDS.page1, "Parent", "4 0 R");
                update.edit(IDS.page2, "Parent", "3 0 R");
            });
            doc.bytes
        }),
        ("page-resources-self", || {
            edited(IDS.form_xobject, "Resources", "<< /XObject << /Fm1 21 0 R >> >>")
        }),
        ("page-resources-doubled", || {
            let node = |_: u32, next: u32| {
                let body = stream(
                    &format!(
                        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A {next} 0 R /B {next} 0 R >> >>"
                    ),
                    b"/A Do /B Do",
                );
                String::from_utf8(body).unwrap()
            };
            let mut objects = doubled(40, &node, "null");
            objects.push((6, b"<< /XObject << /Fm1 100 0 R >> >>".to_vec()));
            with_objects(objects)
        }),
        ("field-parent-self", || edited(IDS.text_field, "Parent", "10 0 R")),
        ("field-parent-loop", || {
            let doc = sample(Kind::Table).increment(|update| {
                update.edit(IDS.text_field, "Parent", "25 0 R");
                update.edit(IDS.open_field, "Parent", "10 0 R");
            });
            doc.bytes
        }),
        ("field-kids-self", || edited(IDS.text_field, "Kids", "[10 0 R]")),
        ("field-kids-doubled", || {
            let node = |_: u32, next: u32| format!("<< /T (a) /Kids [{next} 0 R {next} 0 R] >>");
            let mut objects = doubled(40, &node, "<< /FT /Tx /T (leaf) >>");
            objects.push((5, b"<< /Fields [100 0 R 100 0 R] >>".to_vec()));
            with_objects(objects)
        }),
        ("field-kids-deep", || {
            let mut objects: Vec<_> = (100..50_100)
                .map(|n| {
                    (
                        n,
                        format!("<< /T (a) /Kids [{} 0 R] /Parent {} 0 R >>", n + 1, n - 1).into_bytes(),
                    )
                })
                .collect();
            objects.push((50_100, b"<< /FT /Sig /T (leaf) /Parent 50099 0 R >>".to_vec()));
            objects.push((5, b"<< /Fields [100 0 R] >>".to_vec()));
            with_objects(objects)
        }),
        ("names-self", || {
            edited(
                IDS.catalog,
                "Names",
                "<< /JavaScript 1 0 R /Dests << /Kids [1 0 R] >> >>",
            )
        }),
        ("outlines-loop", || {
            let doc = sample(Kind::Table).increment(|update| {
                let item = update.reserve();
                update.set(
                    item,
                    format!("<< /Title (a) /Next {item} 0 R /First {item} 0 R /Prev {item} 0 R /Parent {item} 0 R >>"),
                );
                update.edit(IDS.catalog, "Outlines", format!("{item} 0 R"));
            });
            doc.bytes
        }),
        ("structure-loop", || edited(IDS.structure, "K", "[20 0 R 20 0 R]")),
        ("layers-loop", || {
            edited(IDS.catalog, "OCProperties/D/Order", "[1 0 R [1 0 R]]")
        }),
        ("color-space-self", || {
            with(IDS.color_space, "[/Indexed 14 0 R 1 <0000>]")
        }),
        ("contents-self", || with(IDS.content1, "[7 0 R 7 0 R]")),
        ("form-self", || edited(IDS.form, "Fields", "5 0 R")),
    ])
}

/// Very many of something lawful.
fn crowds() -> Vec<Hostile> {
    list(vec![
        ("revisions", || {
            let mut doc = sealed(Kind::Table).doc;
            let mut bytes = std::mem::take(&mut doc.bytes);
            // By hand: an Update copies the whole file.
            let mut last = doc.startxref;
            for n in 0..5_000 {
                let at = bytes.len();
                let object = format!("18 0 obj\n<< /Title (revision {n}) >>\nendobj\n");
                let start = at + object.len();
                let section = format!(
                    "xref\n18 1\n{at:010} 00000 n \ntrailer\n<< /Size {} /Root 1 0 R /Info 18 0 R /Prev {last} >>\nstartxref\n{start}\n%%EOF\n",
                    doc.size
                );
                bytes.extend_from_slice(object.as_bytes());
                bytes.extend_from_slice(section.as_bytes());
                last = start;
            }
            bytes
        }),
        ("revisions-of-the-pages", || {
            // 3000 pages, and 300 revisions that write the page tree's root again.
            let kids: String = (100..3_100).map(|n| format!("{n} 0 R ")).collect();
            let pages = format!("<< /Type /Pages /Kids [{kids}] /Count 3000 /Resources 6 0 R /MediaBox [0 0 9 9] >>");
            let base = sample_with(Kind::Table, |objects| {
                objects.extend((100..3_100).map(|n| (n, b"<< /Type /Page /Parent 2 0 R /Contents 8 0 R >>".to_vec())));
                objects.push((3, b"<< /Type /Page /Parent 2 0 R /Annots [] >>".to_vec()));
                objects.push((2, pages.clone().into_bytes()));
            });
            let doc = Plan::seal("Seal1").sign(&base, &cms).doc;
            let (mut bytes, mut last) = (doc.bytes, doc.startxref);
            for height in 0..300 {
                let at = bytes.len();
                let pages = pages.replace("[0 0 9 9]", &format!("[0 0 9 {height}]"));
                let object = format!("2 0 obj\n{pages}\nendobj\n");
                let start = at + object.len();
                let section = format!(
                    "xref\n2 1\n{at:010} 00000 n \ntrailer\n<< /Size {} /Root 1 0 R /Prev {last} >>\nstartxref\n{start}\n%%EOF\n",
                    doc.size
                );
                bytes.extend_from_slice(object.as_bytes());
                bytes.extend_from_slice(section.as_bytes());
                last = start;
            }
            bytes
        }),
        ("signature-fields", || {
            let range = "[0 900 9100 400]";
            with_fields(
                5_000,
                &|n| {
                    format!(
                        "<< /Type /Sig /Filter /X /SubFilter /adbe.pkcs7.detached /ByteRange {range} /Contents <3006{n:08}> >>"
                    )
                },
                0,
            )
        }),
        ("signature-fields-over-all", || {
            // Each claims to cover two megabytes: digesting them all, one by one, is a gigabyte.
            with_fields(
                500,
                &|n| {
                    format!(
                        "<< /Type /Sig /Filter /X /SubFilter /adbe.pkcs7.detached /ByteRange [0 {} 2000500 200] /Contents <3006{n:08}> >>",
                        2_000_000 + n
                    )
                },
                2_000_000,
            )
        }),
        ("signature-fields-one-dictionary", || {
            sample_with(Kind::Table, |objects| {
                let fields: String = (100..20_100).map(|n| format!("{n} 0 R ")).collect();
                objects.push((5, format!("<< /Fields [{fields}] /SigFlags 3 >>").into_bytes()));
                objects.push((99, b"<< /Type /Sig /Filter /X /SubFilter /adbe.pkcs7.detached /ByteRange [0 900 9100 400] /Contents <3006> >>".to_vec()));
                objects.extend((100..20_100).map(|n| (n, format!("<< /FT /Sig /T (s{n}) /V 99 0 R >>").into_bytes())));
            })
            .bytes
        }),
        ("fields-same", || {
            edited(IDS.form, "Fields", &format!("[{}]", "10 0 R ".repeat(300_000)))
        }),
        ("annotations-same", || {
            edited(IDS.page1, "Annots", &format!("[{}]", "10 0 R ".repeat(300_000)))
        }),
        ("annotations-many-after-signing", || {
            let signed = sealed(Kind::Table);
            signed.then(|update| {
                let first = update.reserve();
                let mut list = String::new();
                for number in first..first + 20_000 {
                    update.entries.push((
                        number,
                        Entry::Used {
                            offset: signed.doc.offset_of(IDS.note),
                            generation: 0,
                        },
                    ));
                    let _ = write!(list, "{number} 0 R ");
                }
                update.edit(
                    IDS.page1,
                    "Annots",
                    format!("[10 0 R 11 0 R {} 0 R {list}]", signed.field),
                );
            })
        }),
        ("contents-many", || {
            edited(IDS.page1, "Contents", &format!("[{}]", "7 0 R ".repeat(300_000)))
        }),
        ("value-deep", || {
            let contents = format!("<{}>", "3080".repeat(200_000));
            with_fields(
                1,
                &move |_| {
                    format!(
                        "<< /Type /Sig /Filter /X /SubFilter /adbe.pkcs7.detached /ByteRange [0 900 801000 400] /Contents {contents} >>"
                    )
                },
                0,
            )
        }),
        ("value-large", || {
            let contents = format!("<{}>", "30".repeat(8 * MANY));
            with_fields(
                1,
                &move |_| {
                    format!(
                        "<< /Type /Sig /Filter /X /SubFilter /adbe.pkcs7.detached /ByteRange [0 900 801000 400] /Contents {contents} >>"
                    )
                },
                0,
            )
        }),
        ("locks-many", || {
            let names = "(amount) ".repeat(200_000);
            let doc = sealed(Kind::Table).doc.increment(|update| {
                update.edit(
                    IDS.empty_field,
                    "Lock",
                    format!("<< /Type /SigFieldLock /Action /Include /Fields [{names}] >>"),
                );
            });
            doc.bytes
        }),
    ])
}

/// The sample with this many signature fields, and a stream of `padding` bytes.
fn with_fields(count: u32, dictionary: &dyn Fn(u32) -> String, padding: usize) -> Vec<u8> {
    sample_with(Kind::Table, |objects| {
        let fields: String = (0..count).map(|n| format!("{} 0 R ", 100 + 2 * n)).collect();
        objects.push((5, format!("<< /Fields [{fields}] /SigFlags 3 >>").into_bytes()));
        if padding > 0 {
            objects.push((30, stream("", &vec![b'x'; padding])));
        }
        for n in 0..count {
            let field = 100 + 2 * n;
            objects.push((
                field,
                format!("<< /FT /Sig /T (s{n}) /V {} 0 R >>", field + 1).into_bytes(),
            ));
            objects.push((field + 1, dictionary(n).into_bytes()));
        }
    })
    .bytes
}
