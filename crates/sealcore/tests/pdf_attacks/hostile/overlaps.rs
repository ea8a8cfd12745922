//! Bytes that are used many times over: what is read costs more than the file is long.

use super::*;

pub(super) fn overlaps() -> Vec<Hostile> {
    list(vec![
        ("strings-in-strings", || {
            // Each object is a string that holds all that follow.
            let base = sample(Kind::Table);
            let (mut text, mut starts) = (Vec::new(), Vec::new());
            for n in 100..20_100 {
                starts.push((n, text.len()));
                writeln!(text, "{n} 0 obj (").unwrap();
            }
            text.extend(vec![b')'; starts.len()]);
            text.push(b'\n');
            let fields: String = starts.iter().map(|(n, _)| format!("{n} 0 R ")).collect();
            let at = base.bytes.len();
            let listed = base.increment(|update| {
                update.before = text;
                update.entries.extend(starts.iter().map(|(n, start)| {
                    let offset = at + start;
                    (*n, Entry::Used { offset, generation: 0 })
                }));
                update.edit(IDS.form, "Fields", format!("[{fields}]"));
            });
            listed.bytes
        }),
        ("sections-in-strings", || {
            let base = sample(Kind::Table);
            let first = base.bytes.len();
            let padding = "p".repeat(4_000);
            let section = |prev: usize| {
                format!("xref\n0 0\ntrailer\n<< /Root 1 0 R /Size 26 /Prev {prev:010} /P ({padding}) /X (\n")
            };
            let (length, count) = (section(0).len(), 4_000);
            let mut bytes = base.bytes;
            for n in 1..=count {
                let prev = if n == count { base.startxref } else { first + n * length };
                bytes.extend_from_slice(section(prev).as_bytes());
            }
            bytes.extend_from_slice(") >> ".repeat(count).as_bytes());
            bytes.extend_from_slice(format!("\nstartxref\n{first}\n%%EOF\n").as_bytes());
            bytes
        }),
        ("filters-in-object-streams", || {
            // Each object stream asks for eight names that stand in the next one, and the last one is broken.
            let base = sample(Kind::Stream);
            let (levels, names) = (40_u32, 8_u32);
            let id = |level: u32, name: u32| 1_000 + level * 10 + name;
            let doc = base.increment(|update| {
                for level in 0..levels {
                    let refs: String = (0..names).map(|name| format!("{} 0 R ", id(level + 1, name))).collect();
                    let head: String = (0..names)
                        .map(|name| format!("{} {} ", id(level, name), name * 20))
                        .collect();
                    let entries = format!("/Type /ObjStm /N {names} /First {} /Filter [{refs}]", head.len());
                    let body = "/FlateDecode        ".repeat(names as usize);
                    let container = id(level, 9);
                    update.set(container, stream(&entries, format!("{head}{body}").as_bytes()));
                    update.entries.extend((0..names).map(|name| {
                        let index = name as usize;
                        (id(level, name), Entry::Compressed { container, index })
                    }));
                }
                update.edit(IDS.catalog, "AcroForm", format!("{} 0 R", id(0, 0)));
            });
            doc.bytes
        }),
        ("xref-bombs", || {
            let bomb = bomb(60);
            sections(70, "/Index [0 1] /W [1 2 1] /Filter /FlateDecode", &bomb)
        }),
        ("xref-twins", || {
            let index = "0 800 ".repeat(5_000);
            sections(
                300,
                &format!("/Index [{index}] /W [1 0 0] /Filter /FlateDecode"),
                &bomb(4),
            )
        }),
        ("predictor-of-wide-rows", || {
            let parameters = "<< /Predictor 12 /Columns 16777216 /Colors 32 /BitsPerComponent 16 >>";
            let data = super::super::pdf::deflate(&[2, 1, 0, 9, 0]);
            sections(
                500,
                &format!("/W [1 2 1] /Index [0 1] /Filter /FlateDecode /DecodeParms {parameters}"),
                &data,
            )
        }),
        ("predictor-of-narrow-rows", || {
            let entries = "/W [1 2 1] /Index [0 16000000] /Filter /FlateDecode /DecodeParms << /Predictor 12 >>";
            sections(20, entries, &bomb(60))
        }),
        ("names-inherited", || {
            with_heirs(&format!("<< /T ({}) /FT /Tx /Kids KIDS >>", "t".repeat(MANY)))
        }),
        ("values-inherited", || {
            let value = format!("[{}]", "0 ".repeat(100_000));
            with_heirs(&format!("<< /T (t) /FT /Tx /V {value} /Kids KIDS >>"))
        }),
        ("widget-of-many-fields", || {
            let widget = format!("<< /Subtype /Widget /Evil ({}) >>", "w".repeat(MANY));
            with_objects(90_000, &widget, &|n| {
                format!("<< /T (f{n}) /FT /Tx /Kids [90000 0 R 90000 0 R] >>")
            })
        }),
        ("page-listed-often", || {
            let kids = "3 0 R ".repeat(50_000);
            let base = sample_with(Kind::Table, |objects| {
                let page = format!("<< /Type /Page /Parent 2 0 R /Evil ({}) >>", "p".repeat(MANY));
                objects.push((3, page.into_bytes()));
                objects.push((
                    2,
                    format!("<< /Type /Pages /Kids [{kids}] /Count 50000 >>").into_bytes(),
                ));
            });
            retitled(&base)
        }),
        ("resources-of-many-pages", || {
            let kids = "3 0 R ".repeat(50_000);
            let base = sample_with(Kind::Table, |objects| {
                let resources = format!("<< /Evil ({}) >>", "r".repeat(MANY));
                let pages = format!("<< /Type /Pages /Kids [{kids}] /Count 50000 /Resources {resources} >>");
                objects.push((2, pages.into_bytes()));
            });
            retitled(&base)
        }),
        ("values-many", || {
            edited(IDS.catalog, "Evil", &format!("[{}]", "0 ".repeat(12 * MANY)))
        }),
        ("object-streams-many", || {
            // Of 60 MB each, and the fields stand in them by turns.
            let base = sample(Kind::Stream);
            let data = |n: u32| {
                let head = format!("{n} 0 ");
                let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
                encoder.write_all(head.as_bytes()).unwrap();
                encoder.write_all(b"null").unwrap();
                encoder.write_all(&vec![b' '; 60 << 20]).unwrap();
                stream(
                    &format!("/Type /ObjStm /N 1 /First {} /Filter /FlateDecode", head.len()),
                    &encoder.finish().unwrap(),
                )
            };
            let doc = base.increment(|update| {
                for n in 0..12 {
                    update.set(2_000 + n, data(1_000 + n));
                    let container = 2_000 + n;
                    update
                        .entries
                        .push((1_000 + n, Entry::Compressed { container, index: 0 }));
                }
                let fields: String = (0..1_000).map(|n| format!("{} 0 R ", 1_000 + n % 12)).collect();
                update.edit(IDS.form, "Fields", format!("[{fields}]"));
            });
            doc.bytes
        }),
    ])
}

/// A chain of `count` cross-reference streams with these entries and data.
fn sections(count: usize, entries: &str, data: &[u8]) -> Vec<u8> {
    let mut bytes = bare("");
    let mut last = find(&bytes, b"xref\n").unwrap();
    for n in 0..count {
        let start = bytes.len();
        writeln!(bytes, "{} 0 obj", n + 10).unwrap();
        bytes.extend_from_slice(&stream(
            &format!("/Type /XRef /Root 1 0 R /Size 1000 /Prev {last} {entries}"),
            data,
        ));
        bytes.extend_from_slice(b"\nendobj\n");
        last = start;
    }
    write!(bytes, "startxref\n{last}\n%%EOF\n").unwrap();
    bytes
}

/// The sample with 5000 fields, and one object besides.
fn with_objects(number: u32, body: &str, field: &dyn Fn(u32) -> String) -> Vec<u8> {
    let fields: String = (100..5_100).map(|n| format!("{n} 0 R ")).collect();
    let doc = sample_with(Kind::Table, |objects| {
        objects.extend((100..5_100).map(|n| (n, field(n).into_bytes())));
        objects.push((number, body.as_bytes().to_vec()));
        objects.push((IDS.form, format!("<< /Fields [{fields}] >>").into_bytes()));
    });
    doc.bytes
}

/// The sample with a field that has 5000 more below it.
fn with_heirs(parent: &str) -> Vec<u8> {
    let kids: String = (100..5_100).map(|n| format!("{n} 0 R ")).collect();
    let doc = sample_with(Kind::Table, |objects| {
        objects.extend((100..5_100).map(|n| (n, format!("<< /T (k{n}) /Parent 99 0 R >>").into_bytes())));
        objects.push((99, parent.replace("KIDS", &format!("[{kids}]")).into_bytes()));
        objects.push((IDS.form, b"<< /Fields [99 0 R] >>".to_vec()));
    });
    doc.bytes
}
