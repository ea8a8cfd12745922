//! The generators themselves: their files are what they claim to be, before any verifier is asked.

use super::forge::*;

/// Writes files for other tools to look at: `PDF_ATTACKS_OUT=DIR cargo test --test pdf_attacks write -- --ignored`.
#[test]
#[ignore = "needs PDF_ATTACKS_OUT"]
fn write_samples() {
    let folder = std::path::PathBuf::from(std::env::var_os("PDF_ATTACKS_OUT").expect("PDF_ATTACKS_OUT"));
    for kind in KINDS {
        let write =
            |name: &str, bytes: &[u8]| std::fs::write(folder.join(format!("{name}-{kind:?}.pdf")), bytes).unwrap();
        write("base", &sample(kind).bytes);
        write(
            "one-page",
            &one_page(
                kind,
                PageShape {
                    rotate: Some(90),
                    ..PageShape::default()
                },
            )
            .bytes,
        );
        write("sealed", &sealed(kind).doc.bytes);
        write("certified", &certified(kind, 2).doc.bytes);
    }
}
