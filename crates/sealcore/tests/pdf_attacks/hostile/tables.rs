//! The cross-reference itself.

use super::*;

pub(super) fn tables() -> Vec<Hostile> {
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
            let data = crate::pdf::deflate(&entry.repeat(MANY));
            xref_stream("/Size 1000000 /W [1 4 2] /Filter /FlateDecode", &data)
        }),
        ("stream-kind-unknown", || xref_stream("/Size 4 /W [1 4 2]", &[9; 28])),
        ("stream-length-self", || {
            let bytes = xref_stream("/Size 4 /W [1 4 2]", &[1; 28]);
            patch(&bytes, b"/Length 28", b"/Length 3 0 R")
        }),
    ])
}
