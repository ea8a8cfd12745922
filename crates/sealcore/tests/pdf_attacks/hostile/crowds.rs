//! Very many of something lawful.

use super::*;

pub(super) fn crowds() -> Vec<Hostile> {
    list(vec![
        ("resources-inherited-often", || {
            let kids: String = (100..30_100).map(|n| format!("{n} 0 R ")).collect();
            let note = "[0 0 0 0]".repeat(20_000);
            let base = sample_with(Kind::Table, |objects| {
                objects.extend((100..30_100).map(|n| (n, b"<< /Type /Page /Parent 2 0 R >>".to_vec())));
                objects.push((3, b"<< /Type /Page /Parent 2 0 R /Annots [] >>".to_vec()));
                objects.push((
                    2,
                    format!("<< /Type /Pages /Kids [{kids}] /Count 1 /Resources << /Note [{note}] >> >>").into_bytes(),
                ));
            });
            retitled(&base)
        }),
        ("widget-listed-often", || {
            let kids = "17 0 R ".repeat(500_000);
            let note = "[0 0 0 0]".repeat(5_000);
            let base = sample_with(Kind::Table, |objects| {
                objects.push((
                    17,
                    format!("<< /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /Note [{note}] >>").into_bytes(),
                ));
                objects.push((25, format!("<< /FT /Tx /T (remark) /Kids [{kids}] >>").into_bytes()));
            });
            retitled(&base)
        }),
        ("value-inherited-often", || {
            let kids: String = (100..30_100).map(|n| format!("{n} 0 R ")).collect();
            let long = "x".repeat(1_000_000);
            let base = sample_with(Kind::Table, |objects| {
                objects.extend((100..30_100).map(|n| {
                    (
                        n,
                        format!("<< /T (f{n}) /Parent 25 0 R /Rect [0 0 9 9] >>").into_bytes(),
                    )
                }));
                objects.push((
                    25,
                    format!("<< /FT /Tx /T ({long}) /V ({long}) /Kids [{kids}] >>").into_bytes(),
                ));
            });
            retitled(&base)
        }),
        ("annotations-shared", || {
            let kids: String = (100..30_100).map(|n| format!("{n} 0 R ")).collect();
            let notes = "17 0 R ".repeat(30_000);
            let base = sample_with(Kind::Table, |objects| {
                objects.extend((100..30_100).map(|n| (n, b"<< /Type /Page /Parent 2 0 R /Annots 90 0 R >>".to_vec())));
                objects.push((90, format!("[{notes}]").into_bytes()));
                objects.push((3, b"<< /Type /Page /Parent 2 0 R /Annots [] >>".to_vec()));
                objects.push((
                    2,
                    format!("<< /Type /Pages /Kids [3 0 R {kids}] /Count 1 >>").into_bytes(),
                ));
            });
            retitled(&base)
        }),
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
