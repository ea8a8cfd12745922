//! Incremental saving attacks: something is appended that a tolerant reader shows and a careless verifier does not see.

use super::forge::*;

const EVIL: &[u8] = b"BT /F1 18 Tf 72 720 Td (Contract: the buyer pays 999 yuan) Tj ET";

/// Replaces the content of page 1.
fn evil(update: &mut Update<'_>) {
    update.set(IDS.content1, stream("", EVIL));
}

pub(crate) fn cases(signed: &Signed) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, how: &'static str, bytes: Vec<u8>| {
        cases.push(Case::invalid(format!("isa/{name}/{:?}", signed.doc.kind), how, bytes));
    };
    add(
        "sound",
        "a sound increment replaces the page's content",
        signed.then(evil),
    );
    parts(signed, &mut add);
    chain(signed, &mut add);
    entries(signed, &mut add);
    tails(signed, &mut add);
    copies(signed, &mut add);
    kinds(signed, &mut add);
    cases
}

type Add<'a> = &'a mut dyn FnMut(&str, &'static str, Vec<u8>);

/// Parts of the increment are left out.
fn parts(signed: &Signed, add: Add<'_>) {
    let without = |change: fn(&mut Update<'_>)| {
        signed.then(|update| {
            evil(update);
            change(update);
        })
    };
    add(
        "objects-alone",
        "objects without cross-reference, trailer and end",
        without(|update| {
            update.has_xref = false;
            update.has_startxref = false;
            update.has_eof = false;
        }),
    );
    add(
        "objects-and-end",
        "objects and %%EOF without cross-reference",
        without(|update| {
            update.has_xref = false;
            update.has_startxref = false;
        }),
    );
    add(
        "no-xref",
        "startxref leads to no cross-reference",
        without(|update| update.has_xref = false),
    );
    add(
        "no-trailer",
        "a cross-reference without trailer",
        without(|update| {
            update.kind = Kind::Table;
            update.has_trailer = false;
        }),
    );
    add(
        "no-trailer-no-end",
        "a cross-reference without trailer, startxref and end",
        without(|update| {
            update.kind = Kind::Table;
            update.has_trailer = false;
            update.has_startxref = false;
            update.has_eof = false;
        }),
    );
    add(
        "no-startxref",
        "no startxref",
        without(|update| update.has_startxref = false),
    );
    add(
        "no-eof",
        "everything but %%EOF",
        without(|update| update.has_eof = false),
    );
    add(
        "no-startxref-no-eof",
        "neither startxref nor %%EOF",
        without(|update| {
            update.has_startxref = false;
            update.has_eof = false;
        }),
    );
    // The tail that pyHanko passes: keyword, two trailers, objects, startxref, no %%EOF (variant B of the published attacks).
    let old = signed.doc.startxref;
    let mut tail = Vec::new();
    tail.extend_from_slice(b"xref\n");
    tail.extend_from_slice(format!("trailer\n<< /Size {} /Root 1 0 R >>\n", signed.doc.size).as_bytes());
    tail.extend_from_slice(b"7 0 obj\n");
    tail.extend_from_slice(&stream("", EVIL));
    tail.extend_from_slice(b"\nendobj\n");
    tail.extend_from_slice(format!("trailer\n<< /Size {} /Root 1 0 R >>\n", signed.doc.size).as_bytes());
    tail.extend_from_slice(format!("startxref\n{old}\n").as_bytes());
    let bytes = [signed.doc.bytes.as_slice(), &tail].concat();
    add(
        "b",
        "xref keyword, trailers, objects and startxref to the old section, no %%EOF",
        bytes.clone(),
    );
    add(
        "b-with-end",
        "the same, with %%EOF: startxref skips the increment",
        [bytes.as_slice(), b"%%EOF\n"].concat(),
    );
}

/// /Prev, startxref and /Root.
fn chain(signed: &Signed, add: Add<'_>) {
    let with = |change: &dyn Fn(&mut Update<'_>)| {
        signed.then(|update| {
            evil(update);
            change(update);
        })
    };
    let old = signed.doc.startxref as i64;
    let first = signed.base.startxref as i64;
    add(
        "prev-skips",
        "/Prev skips the signed revision",
        with(&|update| update.prev = Some(first)),
    );
    add(
        "prev-missing",
        "no /Prev: every earlier object is gone or to be found by scanning",
        with(&|update| {
            update.trailer("Prev", None);
        }),
    );
    add("prev-zero", "/Prev 0", with(&|update| update.prev = Some(0)));
    add(
        "prev-off",
        "/Prev a few bytes beside the section",
        with(&|update| update.prev = Some(old + 3)),
    );
    add("prev-negative", "/Prev -1", with(&|update| update.prev = Some(-1)));
    add(
        "prev-beyond",
        "/Prev beyond the end",
        with(&|update| update.prev = Some(1 << 40)),
    );
    add("prev-self", "/Prev names its own section", {
        let found = with(&|_| {});
        let own = rfind(&found, b"startxref\n").unwrap() + 10;
        let told: String = found[own..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .map(|byte| char::from(*byte))
            .collect();
        with(&|update| update.prev = Some(told.parse().unwrap()))
    });
    add(
        "startxref-zero",
        "startxref 0",
        with(&|update| update.startxref = Some(0)),
    );
    add(
        "startxref-old",
        "startxref leads to the signed revision's section",
        with(&|update| update.startxref = Some(old)),
    );
    add(
        "startxref-first",
        "startxref leads to the first revision's section",
        with(&|update| update.startxref = Some(first)),
    );
    add(
        "startxref-beyond",
        "startxref beyond the end",
        with(&|update| update.startxref = Some(1 << 40)),
    );
    add(
        "startxref-gap",
        "startxref leads into /Contents",
        with(&|update| update.startxref = Some(signed.gap.start as i64 + 100)),
    );
    add(
        "root-replaced",
        "a new catalog",
        with(&|update| {
            let mut body = update.body(IDS.catalog);
            body = set_path(&body, "Lang", b"(fr)");
            let root = update.add(body);
            update.trailer("Root", Some(&format!("{root} 0 R")));
        }),
    );
    add("root-without-form", "a new catalog without the form", {
        signed.then(|update| {
            let root = update.add("<< /Type /Catalog /Pages 2 0 R >>");
            update.trailer("Root", Some(&format!("{root} 0 R")));
        })
    });
    add(
        "root-missing",
        "a trailer without /Root",
        with(&|update| update.trailer("Root", None)),
    );
    add(
        "root-direct",
        "/Root is no reference",
        with(&|update| update.trailer("Root", Some("<< /Type /Catalog /Pages 2 0 R >>"))),
    );
    add(
        "size-small",
        "/Size below the object numbers in use",
        with(&|update| update.trailer("Size", Some("5"))),
    );
    add(
        "xrefstm-gap",
        "/XRefStm leads into /Contents",
        with(&|update| {
            update.kind = Kind::Table;
            update.trailer("XRefStm", Some(&(signed.gap.start + 100).to_string()));
        }),
    );
}

/// Entries that delete, reuse, or lead elsewhere.
fn entries(signed: &Signed, add: Add<'_>) {
    add(
        "freed-content",
        "a free entry deletes the page's content",
        signed.then(|update| update.free(IDS.content1)),
    );
    add(
        "freed-field",
        "a free entry deletes the signature's field",
        signed.then(|update| update.free(signed.field)),
    );
    add(
        "freed-dictionary",
        "a free entry deletes the signature dictionary",
        signed.then(|update| update.free(signed.dictionary)),
    );
    add(
        "freed-form",
        "a free entry deletes the form",
        signed.then(|update| update.free(IDS.form)),
    );
    add(
        "freed-page",
        "a free entry deletes a page",
        signed.then(|update| update.free(IDS.page2)),
    );
    if let Some(appearance) = signed.appearance {
        add(
            "freed-appearance",
            "a free entry deletes the seal's appearance",
            signed.then(|update| update.free(appearance)),
        );
    }
    add(
        "other-generation",
        "an object is written again under another generation",
        signed.then(|update| {
            update.set_generation(IDS.content1, 1, stream("", EVIL));
        }),
    );
    add(
        "other-generation-header",
        "the entry's generation is not the object's",
        signed.then(|update| {
            evil(update);
            update.unlisted.push(IDS.content1);
            let offset = signed.doc.bytes.len();
            update
                .entries
                .push((IDS.content1, Entry::Used { offset, generation: 7 }));
        }),
    );
    add(
        "gap-entry",
        "an entry leads into /Contents",
        signed.then(|update| {
            let offset = signed.gap.start + 200;
            update
                .entries
                .push((IDS.content1, Entry::Used { offset, generation: 0 }));
        }),
    );
    add(
        "entry-to-other-object",
        "an entry leads to another object's offset",
        signed.then(|update| {
            let offset = signed.base.offset_of(IDS.content2);
            update
                .entries
                .push((IDS.content1, Entry::Used { offset, generation: 0 }));
        }),
    );
    add(
        "entry-zero",
        "an entry leads to offset 0",
        signed.then(|update| {
            update.entries.push((
                IDS.content1,
                Entry::Used {
                    offset: 0,
                    generation: 0,
                },
            ));
        }),
    );
    add(
        "unlisted",
        "an object that the cross-reference does not list",
        signed.then(|update| {
            evil(update);
            update.unlisted.push(IDS.content1);
        }),
    );
    add(
        "unlisted-among-listed",
        "a listed harmless object and one that is not listed",
        signed.then(|update| {
            evil(update);
            update.unlisted.push(IDS.content1);
            update.add("<< /Harmless true >>");
        }),
    );
    add(
        "twice",
        "an object is written twice, and the first is listed",
        signed.then(|update| {
            update.set(IDS.content1, signed.doc.body(IDS.content1));
            update.between = [b"7 0 obj\n".as_slice(), &stream("", EVIL), b"\nendobj\n"].concat();
        }),
    );
}

/// Bytes that belong to no increment.
fn tails(signed: &Signed, add: Add<'_>) {
    let with = |tail: &[u8]| [signed.doc.bytes.as_slice(), tail].concat();
    let object = [b"7 0 obj\n".as_slice(), &stream("", EVIL), b"\nendobj\n"].concat();
    add("tail-text", "text behind the end", with(b"more text\n"));
    add("tail-comment", "a comment behind the end", with(b"% pay 999 yuan\n"));
    add(
        "tail-comment-object",
        "a comment whose line end a reader may take for none",
        with(&[b"%\r".as_slice(), &object].concat()),
    );
    add("tail-zeros", "zeros behind the end", with(&[0; 512]));
    add("tail-eof", "a second %%EOF", with(b"%%EOF\n"));
    add("tail-header", "a second header", with(b"%PDF-1.7\n"));
    add(
        "tail-header-object",
        "a second header and an object",
        with(&[b"%PDF-1.7\n".as_slice(), &object].concat()),
    );
    add(
        "tail-after-increment",
        "a sound increment with an object behind its end",
        signed.then(|update| {
            update.after = object.clone();
            update.edit(IDS.metadata, "Subtype", "/XML");
        }),
    );
    add(
        "before-increment",
        "an object in a comment before the increment",
        signed.then(|update| {
            update.before = [b"% ".as_slice(), &object].concat();
            update.edit(IDS.info, "Title", "(Contract)");
        }),
    );
    add(
        "between",
        "text between the objects and the cross-reference",
        signed.then(|update| {
            evil(update);
            update.between = b"text that is no object\n".to_vec();
        }),
    );
    add(
        "header-moved",
        "bytes before the header move every offset",
        [b"%PDF-1.3\n".as_slice(), &signed.doc.bytes].concat(),
    );
}

/// The whole document again, behind itself.
fn copies(signed: &Signed, add: Add<'_>) {
    let original = &signed.doc.bytes;
    add(
        "copied",
        "the whole file twice, the same ranges",
        [original.as_slice(), original].concat(),
    );
    let swapped = patch(original, b"/Reason (approval)", b"/Reason (rejected)");
    add(
        "copied-changed",
        "a changed copy behind the file",
        [original.as_slice(), &swapped].concat(),
    );
    let rebuilt = Doc::with_header(
        original,
        if signed.doc.kind == Kind::Stream {
            Kind::Stream
        } else {
            Kind::Table
        },
        signed.doc.root,
        signed.doc.info,
        &signed
            .doc
            .objects
            .iter()
            .map(|(number, (_, body))| {
                let body = if *number == IDS.content1 {
                    stream("", EVIL)
                } else {
                    body.clone()
                };
                (*number, body)
            })
            .collect::<Vec<_>>(),
    );
    add(
        "second-document",
        "a second document with the same signature dictionary and range",
        rebuilt.bytes,
    );
}

/// The cross-reference of another kind than the file's: what readers make of it differs.
fn kinds(signed: &Signed, add: Add<'_>) {
    let other = if signed.doc.kind == Kind::Stream {
        Kind::Table
    } else {
        Kind::Stream
    };
    add(
        "other-kind",
        "an increment with a cross-reference of the other kind",
        signed.then(|update| {
            update.kind = other;
            evil(update);
        }),
    );
    add(
        "hidden-by-hybrid",
        "an object that only /XRefStm of the increment lists",
        {
            let found = signed.doc.increment(|update| {
                update.kind = Kind::Stream;
                evil(update);
            });
            // The section of the same objects again, as a table that leads to the stream.
            found
                .increment(|update| {
                    update.kind = Kind::Table;
                    update.prev = Some(signed.doc.startxref as i64);
                    update.trailer("XRefStm", Some(&found.startxref.to_string()));
                    update.edit(IDS.info, "Title", "(Contract)");
                })
                .bytes
        },
    );
}
