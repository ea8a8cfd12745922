//! Streams: lengths, filters, and objects inside them.

use super::*;

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
    let start = crate::pdf::write_xref_stream(&mut bytes, 50, &all, "/Size 51 /Root 1 0 R");
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

pub(super) fn streams() -> Vec<Hostile> {
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
            let all = crate::pdf::deflate(format!("{head}{data}").as_bytes());
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
