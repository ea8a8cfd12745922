//! Tokens, and chains of sections and references.

use super::*;

pub(super) fn syntax() -> Vec<Hostile> {
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

pub(super) fn chains() -> Vec<Hostile> {
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
