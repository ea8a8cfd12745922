//! Updates that are sound to one reader and something else to another: what MuPDF, Poppler, pdf.js or Acrobat make of twin
//! entries, hidden sections and shared numbers must not be what nobody signed.

use sealcore::report::Changes;

use super::forge::*;

const EVIL: &[u8] = b"BT /F1 18 Tf 72 720 Td (Contract: the buyer pays 999 yuan) Tj ET";

fn seal(base: &Doc) -> Signed {
    Plan::seal("Seal1").sign(base, &cms)
}

/// A file whose first revision says something else: sealed is the second. Gives where the old content stands.
fn revised(kind: Kind) -> (Signed, usize, usize) {
    let first = sample_with(kind, |objects| objects.push((IDS.content1, stream("", EVIL))));
    let old = first.offset_of(IDS.content1);
    let good = sample(kind).body(IDS.content1).to_vec();
    (
        seal(&first.increment(|u| u.set(IDS.content1, &good))),
        old,
        first.startxref,
    )
}

/// A file in which a later definition of the content stands that no section lists.
fn with_orphan(kind: Kind) -> Signed {
    let good = sample(kind);
    let base = good.increment(|u| {
        u.set(IDS.content1, stream("", EVIL));
        u.unlisted.push(IDS.content1);
        u.set(IDS.note, good.body(IDS.note));
    });
    seal(&base)
}

pub(crate) fn cases(kind: Kind) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, how: &'static str, bytes: Vec<u8>| {
        cases.push(Case::invalid(format!("differ/{name}/{kind:?}"), how, bytes));
    };
    sections(kind, &mut add);
    if kind == Kind::Table {
        linearized(kind, &mut add);
        shifted(kind, &mut add);
    }
    objects(kind, &mut add);
    prepared(kind, &mut add);
    fields(kind, &mut add);
    cases
}

type Add<'a> = dyn FnMut(&str, &'static str, Vec<u8>) + 'a;

fn sections(kind: Kind, add: &mut Add<'_>) {
    let (signed, old, first_section) = revised(kind);
    let now = signed.doc.offset_of(IDS.content1);
    let used = |offset| Entry::Used { offset, generation: 0 };
    add(
        "twins-old-first",
        "the cross-reference lists the content twice, the old one first",
        signed.then(|u| u.entries.extend([(IDS.content1, used(old)), (IDS.content1, used(now))])),
    );
    add(
        "twins-old-last",
        "the cross-reference lists the content twice, the old one last",
        signed.then(|u| u.entries.extend([(IDS.content1, used(now)), (IDS.content1, used(old))])),
    );
    // MuPDF reads /XRefStm of a stream too; pdf.js follows /Prev of the stream that a table names.
    let hidden = |u: &mut Update<'_>, index: &str, data: &[u8]| {
        let at = u.doc.bytes.len();
        let entries = format!("/Type /XRef /W [1 4 2] /Size {} /Root 1 0 R {index}", u.doc.size + 9);
        u.add(stream(&entries, data));
        u.trailer("XRefStm", Some(&at.to_string()));
    };
    let row: Vec<u8> = [&[1][..], &(old as u32).to_be_bytes(), &[0, 0]].concat();
    add("second-stream", "/XRefStm beside the section brings the old content", {
        signed.then(|u| {
            if u.kind == Kind::Stream {
                hidden(u, "/Index [7 1]", &row);
            } else {
                hidden(u, &format!("/Index [0 0] /Prev {first_section}"), b"");
            }
        })
    });
    add(
        "section-unused",
        "a cross-reference stream stands in the update as a plain object",
        {
            signed.then(|u| {
                u.add(stream("/Type /XRef /W [1 4 2] /Size 60 /Root 1 0 R /Index [7 1]", &row));
            })
        },
    );
    add(
        "object-stream-unused",
        "an object stream that no section needs holds another page",
        {
            signed.then(|u| {
                u.add(stream(
                    "/Type /ObjStm /N 1 /First 4",
                    b"3 0 << /Type /Page /Parent 2 0 R /Contents 8 0 R >>",
                ));
            })
        },
    );
    let orphan = with_orphan(kind);
    add(
        "entry-beyond-end",
        "an entry that makes readers rebuild the cross-reference",
        {
            orphan.then(|u| {
                let number = u.reserve();
                u.entries.push((number, used(99_999_999)));
            })
        },
    );
    if kind == Kind::Stream {
        add(
            "entry-without-stream",
            "an entry in an object stream that there is not",
            {
                orphan.then(|u| {
                    let number = u.reserve();
                    u.entries.push((
                        number,
                        Entry::Compressed {
                            container: 7777,
                            index: 0,
                        },
                    ));
                })
            },
        );
    } else {
        let bytes = orphan.then(|u| u.set(IDS.note, u.body(IDS.note)));
        let (head, tail) = bytes.split_at(orphan.doc.bytes.len());
        let tail = String::from_utf8_lossy(tail).replace(" n \n", " n    \n");
        add(
            "entry-too-long",
            "the lines of the table are not 20 bytes",
            [head, tail.as_bytes()].concat(),
        );
    }
}

/// Poppler and pdf.js begin with the first section of a linearized file, as long as it has the length that it states.
fn linearized(kind: Kind, add: &mut Add<'_>) {
    const LENGTH: usize = 60_000;
    let good = sample(kind);
    let objects: Vec<(u32, Vec<u8>)> = good
        .objects
        .iter()
        .map(|(number, (_, body))| (*number, body.clone()))
        .map(|(number, body)| {
            if number == IDS.content1 {
                (number, stream("", EVIL))
            } else {
                (number, body)
            }
        })
        .collect();
    // The first section lists the whole first revision, and stands behind the first object.
    let mut bytes = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let dictionary = 90;
    bytes.extend_from_slice(
        format!("{dictionary} 0 obj\n<< /Linearized 1 /L {LENGTH} /H [600 20] /O 3 /E 5000 /N 2 /T 5000 >>\nendobj\n")
            .as_bytes(),
    );
    let start = bytes.len();
    let table = |offsets: &[usize]| {
        let lines: String = offsets.iter().map(|at| format!("{at:010} 00000 n \n")).collect();
        let count = offsets.len();
        format!(
            "xref\n0 1\n0000000000 65535 f \n1 {count}\n{lines}trailer\n<< /Size 91 /Root 1 0 R /Info 18 0 R >>\nstartxref\n0\n%%EOF\n"
        )
    };
    let mut at = start + table(&vec![0; objects.len()]).len();
    let mut body = Vec::new();
    let mut offsets = Vec::new();
    for (number, object) in &objects {
        let text = [format!("{number} 0 obj\n").as_bytes(), object, b"\nendobj\n"].concat();
        offsets.push(at);
        at += text.len();
        body.extend(text);
    }
    bytes.extend(table(&offsets).into_bytes());
    bytes.extend(body);
    bytes.extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
    let base = Doc {
        bytes,
        startxref: start,
        size: 91,
        kind: Kind::Table,
        ..good.clone()
    };
    let signed = seal(&base.increment(|u| u.set(IDS.content1, good.body(IDS.content1))));
    let note = signed.doc.body(IDS.note).to_vec();
    let plain = signed.then(|u| u.set(IDS.note, &note)).len();
    let filled = signed.then(|u| {
        u.set(IDS.note, &note);
        let space = LENGTH - plain;
        u.between = b" ".repeat(space - 1);
        u.between.push(b'\n');
    });
    // The offset of the section may have a digit more.
    let filled = if filled.len() == LENGTH {
        filled
    } else {
        let excess = filled.len() - LENGTH;
        signed.then(|u| {
            u.set(IDS.note, &note);
            u.between = b" ".repeat(LENGTH - plain - excess - 1);
            u.between.push(b'\n');
        })
    };
    assert_eq!(filled.len(), LENGTH);
    add(
        "linearized-length",
        "the file grows to the length at which readers begin elsewhere",
        filled,
    );
}

/// A section that begins with 1 where it should with 0 is put right by readers, so that every number leads elsewhere.
fn shifted(kind: Kind, add: &mut Add<'_>) {
    let good = sample(kind);
    let moved = |number: u32| if number == IDS.catalog { 70 } else { number };
    let objects: Vec<(u32, Vec<u8>)> = good
        .objects
        .iter()
        .map(|(number, (_, body))| (moved(*number), body.clone()))
        .collect();
    let base = Doc::new(kind, 70, Some(IDS.info), &objects).increment(|u| {
        u.set(IDS.content1, stream("", EVIL));
        u.unlisted.push(IDS.content1);
        u.set(IDS.note, good.body(IDS.note));
    });
    let bytes = seal(&base).then(|u| {
        u.entries.push((
            1,
            Entry::Free {
                next: 0,
                generation: 65_535,
            },
        ));
        u.set(IDS.pages, u.body(IDS.pages));
    });
    add(
        "numbers-shifted",
        "the table lists from 1 what should stand from 0",
        bytes,
    );
}

fn objects(kind: Kind, add: &mut Add<'_>) {
    let signed = seal(&sample(kind));
    add("twin-key", "a page has /Contents twice, the first of another page", {
        signed.then(|u| {
            let body = u.body(IDS.page1);
            let text = String::from_utf8_lossy(&body).replace("/Contents 7 0 R", "/Contents 8 0 R /Contents 7 0 R");
            u.set(IDS.page1, text);
        })
    });
    add("twin-root", "the trailer has /Root twice", {
        signed.then(|u| {
            let body = set_path(u.body(IDS.catalog).as_slice(), "Lang", b"(fr)");
            let other = u.add(body);
            u.trailer("Root", Some(&format!("{other} 0 R /Root 1 0 R")));
        })
    });
    if kind == Kind::Stream {
        add(
            "packed-twice",
            "an object stream holds a page twice, the first another one",
            {
                signed.then(|u| {
                    let good = u.body(IDS.page2);
                    let evil = String::from_utf8_lossy(&good).replace("8 0 R", "7 0 R").into_bytes();
                    let head = format!("4 0 4 {} ", evil.len() + 1);
                    let data = [head.as_bytes(), &evil, b"\n", &good].concat();
                    let container = u.add(stream(&format!("/Type /ObjStm /N 2 /First {}", head.len()), &data));
                    u.entries.push((IDS.page2, Entry::Compressed { container, index: 1 }));
                })
            },
        );
        add("packed-twin-key", "a page in an object stream has /Contents twice", {
            signed.then(|u| {
                let good = String::from_utf8_lossy(&u.body(IDS.page1)).into_owned();
                let evil = good.replace("/Contents 7 0 R", "/Contents 8 0 R /Contents 7 0 R");
                let container = u.add(stream("/Type /ObjStm /N 1 /First 4", format!("3 0 {evil}").as_bytes()));
                u.entries.push((IDS.page1, Entry::Compressed { container, index: 0 }));
            })
        });
    }
}

/// The signed revision waits for an update of something that no reader connects with what is shown.
fn prepared(kind: Kind, add: &mut Add<'_>) {
    let packed = sample(kind).increment(|u| {
        u.kind = Kind::Stream;
        let filter = u.add("null");
        let height = u.reserve();
        let data = format!("{:34}", format!("  {height} 0 1842"));
        let container = u.add(stream(
            &format!("/Type /ObjStm /N 1 /First 7 /Filter {filter} 0 R"),
            data.as_bytes(),
        ));
        u.entries.push((height, Entry::Compressed { container, index: 0 }));
        u.edit(IDS.page1, "MediaBox", format!("[0 0 595 {height} 0 R]"));
    });
    let filter = sample(kind).size;
    if kind == Kind::Stream {
        add("packed-filter", "the filter of an object stream is swapped", {
            seal(&packed).then(|u| u.set(filter, "/RunLengthDecode"))
        });
    }
    let waiting = sample_with(kind, |objects| {
        let page = sample(kind).body(IDS.page1).to_vec();
        objects.push((IDS.page1, set_path(&page, "Resources", b"60 3 R")));
    });
    add(
        "generation",
        "an object comes whose number is used with another generation",
        seal(&waiting).then(|u| u.set(60, "<< /Font << /F1 22 0 R >> >>")),
    );
    let blind = sample_with(kind, |objects| {
        let resources = sample(kind).body(IDS.resources).to_vec();
        objects.push((IDS.resources, set_path(&resources, "X", b"1--2")));
    });
    add(
        "unreadable",
        "a color space changes behind resources that only repairing readers read",
        seal(&blind).then(|u| u.set(IDS.color_space, "[/Indexed /DeviceRGB 1 <FFFFFFFFFFFF>]")),
    );
    let page = sample_with(kind, |objects| {
        let sample = sample(kind);
        let resources = set_path(sample.body(IDS.resources), "XObject", b"3 0 R");
        objects.push((IDS.resources, resources));
        let page = set_path(sample.body(IDS.page1), "PieceInfo", b"13 0 R");
        objects.push((IDS.page1, page));
        objects.push((IDS.content1, stream("", b"q 60 0 0 60 72 520 cm /PieceInfo Do Q")));
    });
    add(
        "page-as-resources",
        "a page that draws its own /PieceInfo gets another",
        seal(&page).then(|u| u.edit(IDS.page1, "PieceInfo", "21 0 R")),
    );
    let perms = sample_with(kind, |objects| {
        let catalog = set_path(sample(kind).body(IDS.catalog), "Perms", b"<< /DocMDP 60 0 R >>");
        objects.push((IDS.catalog, catalog));
        let reference = "<< /TransformMethod /DocMDP /TransformParams << /P 3 /V /1.2 >> >>";
        objects.push((60, format!("<< /Type /Sig /Reference [{reference}] >>").into_bytes()));
    });
    let perms = seal(&perms);
    add(
        "certification-unsigned",
        "a note comes, permitted by a certification that nobody signed",
        perms.then(super::spoof::add_note),
    );
}

fn fields(kind: Kind, add: &mut Add<'_>) {
    let signed = seal(&sample(kind));
    let picture = signed.appearance.unwrap();
    add(
        "value-in-new-field",
        "a new field shows the seal again on another page",
        {
            signed.then(|u| {
            let field = u.add(format!(
                "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal2) /V {} 0 R /P 4 0 R /Rect [300 300 420 420] /F 132 /AP << /N {picture} 0 R >> >>",
                signed.dictionary
            ));
            u.push(IDS.form, "Fields", &format!("{field} 0 R"));
            u.push(IDS.page2, "Annots", &format!("{field} 0 R"));
        })
        },
    );
    add(
        "value-in-empty-field",
        "the empty field of somebody else shows the seal",
        {
            signed.then(|u| {
                u.edit(IDS.empty_field, "V", format!("{} 0 R", signed.dictionary));
                u.edit(IDS.empty_field, "AP", format!("<< /N {picture} 0 R >>"));
            })
        },
    );
    let again = |more: fn(&mut Update<'_>)| {
        let plan = Plan {
            more,
            ..Plan::unseen("Seal2")
        };
        plan.sign(&signed.doc, &cms).doc.bytes
    };
    add(
        "field-as-text",
        "with a further signature comes a field that is free text",
        {
            again(|u| {
                let field = u.add("<< /Type /Annot /Subtype /FreeText /FT /Sig /T (Third) /Rect [72 700 400 740] /DA (/F1 18 Tf) /Contents (999 yuan) /F 4 >>");
                u.push(IDS.form, "Fields", &format!("{field} 0 R"));
                u.push(IDS.page1, "Annots", &format!("{field} 0 R"));
            })
        },
    );
    add(
        "empty-field-with-picture",
        "with a further signature comes an empty field that draws",
        {
            again(|u| {
                let picture = u.add(stream(
                    "/Type /XObject /Subtype /Form /BBox [0 0 400 40]",
                    b"1 1 1 rg 0 0 400 40 re f",
                ));
                let field = u.add(format!("<< /Type /Annot /Subtype /Widget /FT /Sig /T (Third) /P 3 0 R /Rect [72 700 472 740] /F 4 /AP << /N {picture} 0 R >> >>"));
                u.push(IDS.form, "Fields", &format!("{field} 0 R"));
                u.push(IDS.page1, "Annots", &format!("{field} 0 R"));
            })
        },
    );
    add(
        "field-with-script",
        "with a further signature comes a field that runs a script",
        {
            again(|u| {
                let field = u.add("<< /Type /Annot /Subtype /Widget /FT /Sig /T (Third) /P 3 0 R /Rect [0 0 0 0] /F 4 /AA << /PO << /S /JavaScript /JS (app.alert\\(1\\)) >> >> >>");
                u.push(IDS.form, "Fields", &format!("{field} 0 R"));
                u.push(IDS.page1, "Annots", &format!("{field} 0 R"));
            })
        },
    );
}

#[test]
fn readers_that_differ() {
    let mut faults = Vec::new();
    for kind in KINDS {
        let quiet = super::judged::quiet(&sealed(kind));
        for case in cases(kind) {
            faults.extend(
                super::judged::POLICIES
                    .iter()
                    .filter_map(|one| super::judged::fault(&case, one, &quiet)),
            );
        }
    }
    super::judged::none_of(faults);
}

/// Anybody gets a time stamp; one that is seen is no mere validation material.
#[test]
fn a_time_stamp_draws_nothing_where_nothing_may_follow() {
    for (shown, changes) in [(true, Changes::Forbidden), (false, Changes::Permitted)] {
        let plan = if shown {
            Plan::seal("Stamp")
        } else {
            Plan::unseen("Stamp")
        };
        let plan = Plan {
            type_name: Some("/DocTimeStamp"),
            sub_filter: "/ETSI.RFC3161",
            ..plan
        };
        let stamped = plan.sign(&certified(Kind::Table, 1).doc, &cms);
        let report = super::judged::verify(&stamped.doc.bytes, super::judged::policy("pades")).unwrap();
        assert_eq!(report.signatures[0].changes, changes, "{shown}");
    }
}
