//! Trees that are none.

use super::*;

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

pub(super) fn trees() -> Vec<Hostile> {
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
