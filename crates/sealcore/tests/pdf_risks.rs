//! What a signer is told before signing: prepared documents each by a code that says so, ordinary ones without alarm.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation
)]

#[path = "support/clock.rs"]
mod clock;
#[allow(dead_code, unused_imports)]
#[path = "pdf_attacks/forge.rs"]
mod forge;
#[path = "support/pdf/mod.rs"]
mod pdf;
#[allow(dead_code)]
#[path = "pdf_attacks/shadow.rs"]
mod shadow;
#[allow(dead_code)]
#[path = "support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clock::Stopwatch;
use pdf::{Doc, IDS, KINDS, Kind, PageShape, one_page, sample, sample_with, set_path, stream};
use proptest::prelude::*;
use sealcore::lang::Lang;
use sealcore::limits::Limits;
use sealcore::monitor::Unwatched;
use sealcore::pdf::{Opened, Pdf, Unlock, risks};
use sealcore::report::{Finding, Severity};

fn find(bytes: &[u8]) -> Vec<Finding> {
    let limits = Limits::default();
    risks(&Pdf::open(bytes, &limits).unwrap(), &limits, &Unwatched).unwrap()
}

fn names(findings: &[Finding], severity: Severity) -> BTreeSet<&'static str> {
    findings
        .iter()
        .filter(|finding| finding.severity() == severity)
        .map(|finding| finding.code.name())
        .collect()
}

fn warnings(bytes: &[u8]) -> BTreeSet<&'static str> {
    names(&find(bytes), Severity::Warning)
}

fn all(bytes: &[u8]) -> BTreeSet<&'static str> {
    find(bytes).iter().map(|finding| finding.code.name()).collect()
}

type Objects = Vec<(u32, Vec<u8>)>;

fn edit(objects: &mut Objects, number: u32, path: &str, value: &str) {
    let body = objects.iter().rfind(|(other, _)| *other == number).unwrap().1.clone();
    objects.push((number, set_path(&body, path, value.as_bytes())));
}

/// Page 1 draws this.
fn drawing(content: &str) -> Doc {
    sample_with(Kind::Table, |objects| {
        objects.push((IDS.content1, stream("", content.as_bytes())));
    })
}

#[test]
fn ordinary_documents_give_no_alarm() {
    for kind in KINDS {
        let none = BTreeSet::new();
        let told = find(&one_page(kind, PageShape::default()).bytes);
        assert_eq!(names(&told, Severity::Warning), none, "{kind:?} {told:?}");
        let told = find(&sample(kind).bytes);
        assert_eq!(names(&told, Severity::Warning), none, "{kind:?} {told:?}");
        let mut expected = BTreeSet::from(["risk-font-not-embedded", "risk-optional-content"]);
        if kind == Kind::Hybrid {
            expected.insert("risk-hybrid-xref");
        }
        assert_eq!(names(&told, Severity::Info), expected, "{kind:?}");
    }
}

#[test]
fn every_prepared_shadow_document_is_noticed() {
    for kind in KINDS {
        for one in shadow::all().iter().filter(|one| !one.risk.is_empty()) {
            let told = find(&one.prepared(kind).bytes);
            let code = format!("risk-{}", one.risk);
            assert!(
                told.iter().any(|finding| finding.code.name() == code),
                "{} {kind:?}: {code} is not among {told:?}",
                one.name
            );
            assert!(told.iter().any(sealcore::pdf::is_serious), "{} {kind:?}", one.name);
        }
    }
}

#[test]
fn messages_say_what_and_where_in_both_languages() {
    let told = find(
        &shadow::all()
            .iter()
            .find(|one| one.name == "field-flag")
            .unwrap()
            .prepared(Kind::Table)
            .bytes,
    );
    let hidden = told
        .iter()
        .find(|finding| finding.code.name() == "risk-hidden-content")
        .unwrap();
    let message = hidden.message(Lang::En);
    assert!(
        message.contains("999 yuan") && message.contains("form field cover") && message.contains("page 1"),
        "{message}"
    );
    assert!(hidden.message(Lang::Zh).contains("表单域 cover"));
}

#[test]
fn covers() {
    let line = "BT /F1 18 Tf 72 720 Td (Secret text) Tj ET\n";
    for (after, hidden) in [
        // A white box, a circle of four curves, and a turned box.
        ("1 g 60 705 300 40 re f", true),
        ("1 g 300 725 m 300 900 0 900 0 725 c 0 600 300 600 300 725 c f", true),
        ("q 0.7 0.7 -0.7 0.7 130 600 cm 1 g 0 0 300 300 re f Q", true),
        // Beside it, an outline, a box cut away, one that is not opaque, one before the text, and the text once more.
        ("1 g 60 405 300 40 re f", false),
        ("1 g 60 705 300 40 re S", false),
        ("q 0 0 10 10 re W n 1 g 60 705 300 40 re f Q", false),
        (
            "1 g 60 705 300 40 re f BT /F1 18 Tf 72 720 Td (Secret text) Tj ET",
            false,
        ),
    ] {
        let told = warnings(&drawing(&format!("{line}{after}")).bytes);
        assert_eq!(told.contains("risk-hidden-content"), hidden, "{after}: {told:?}");
    }
    let told = warnings(&drawing(&format!("1 g 60 705 300 40 re f 0 g {line}")).bytes);
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn text_that_cannot_be_seen() {
    let line = "BT /F1 18 Tf 72 720 Td (Secret text) Tj ET";
    for (content, expected) in [
        (format!("1 g {line}"), Some("risk-invisible-content")),
        (format!("0 0 0 0 k {line}"), Some("risk-invisible-content")),
        (
            format!("1 0 0 rg 60 700 300 60 re f {line}"),
            Some("risk-invisible-content"),
        ),
        (format!("3 Tr {line}"), Some("risk-invisible-content")),
        (
            format!("q 600 0 0 800 0 0 cm /Im1 Do Q 3 Tr {line}"),
            Some("risk-text-layer"),
        ),
        (format!("0 0 1 rg 60 700 300 60 re f 1 g {line}"), None),
        (format!("q 600 0 0 800 0 0 cm /Im1 Do Q 1 g {line}"), None),
    ] {
        let told = all(&drawing(&content).bytes);
        for code in ["risk-invisible-content", "risk-text-layer"] {
            assert_eq!(told.contains(code), expected == Some(code), "{content}: {told:?}");
        }
    }
}

/// The sample with one value changed, and the code that must be told.
#[test]
fn each_code_by_what_it_is_about() {
    let cases: &[(&str, u32, &str, &str)] = &[
        (
            "risk-optional-content-hidden",
            IDS.catalog,
            "OCProperties/D",
            "<< /OFF [15 0 R] >>",
        ),
        (
            "risk-optional-content-hidden",
            IDS.catalog,
            "OCProperties/D",
            "<< /BaseState /OFF >>",
        ),
        (
            "risk-optional-content-hidden",
            IDS.layer,
            "Usage",
            "<< /Print << /PrintState /OFF >> >>",
        ),
        ("risk-annotation-hidden", IDS.note, "F", "2"),
        ("risk-annotation-hidden", IDS.note, "F", "36"),
        ("risk-field-overlap", IDS.empty_field, "Rect", "[80 462 200 480]"),
        ("risk-field-overlap", IDS.text_field, "Rect", "[80 122 200 200]"),
        ("risk-form-value-differs", IDS.text_field, "V", "(1000 yuan)"),
        ("risk-form-value-differs", IDS.text_field, "V", "null"),
        ("risk-need-appearances", IDS.form, "NeedAppearances", "true"),
        ("risk-xfa", IDS.form, "XFA", "[(a) 19 0 R]"),
        ("risk-script", IDS.catalog, "OpenAction", "<< /S /JavaScript /JS (x) >>"),
        (
            "risk-script",
            IDS.catalog,
            "Names",
            "<< /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >>",
        ),
        (
            "risk-script",
            IDS.text_field,
            "AA",
            "<< /K << /S /JavaScript /JS (x) >> >>",
        ),
        ("risk-action", IDS.note, "A", "<< /Type /Action /S /Launch /F (x) >>"),
        (
            "risk-action",
            IDS.catalog,
            "OpenAction",
            "<< /S /SetOCGState /State [/OFF 15 0 R] >>",
        ),
        (
            "risk-action",
            IDS.note,
            "A",
            "<< /S /URI /URI (http://a) /Next << /S /SubmitForm >> >>",
        ),
        ("risk-link", IDS.note, "A", "<< /S /URI /URI (http://a) >>"),
        ("risk-link", IDS.note, "A", "<< /S /GoToR /F (x) /D [0 /Fit] >>"),
        ("risk-external-content", IDS.content2, "F", "(x)"),
        ("risk-external-content", IDS.form_xobject, "Ref", "<< /F (x) /Page 0 >>"),
        (
            "risk-alternate-image",
            IDS.picture,
            "Alternates",
            "[<< /Image 13 0 R /DefaultForPrinting true >>]",
        ),
        (
            "risk-embedded-file",
            IDS.catalog,
            "Names",
            "<< /EmbeddedFiles << /Names [(a) << /F (a.txt) /EF << /F 19 0 R >> >>] >> >>",
        ),
        ("risk-multimedia", IDS.note, "Subtype", "/RichMedia"),
        (
            "risk-hidden-page",
            IDS.catalog,
            "Names",
            "<< /Templates << /Names [(a) 4 0 R] >> >>",
        ),
        ("risk-duplicate-key", IDS.note, "BS", "<< /W 1 /W 2 >>"),
    ];
    for (code, number, path, value) in cases {
        let doc = sample_with(Kind::Table, |objects| edit(objects, *number, path, value));
        let told = all(&doc.bytes);
        assert!(told.contains(code), "{code} by {path} {value}: {told:?}");
    }
}

#[test]
fn values_that_fields_show_differently_and_mean_the_same() {
    let shown = |value: &str, drawn: &str| {
        let doc = sample_with(Kind::Table, |objects| {
            edit(objects, IDS.text_field, "V", value);
            let entries = "/Type /XObject /Subtype /Form /BBox [0 0 200 24] /Resources << /Font << /F1 9 0 R >> >>";
            objects.push((IDS.text_appearance, stream(entries, drawn.as_bytes())));
        });
        warnings(&doc.bytes).contains("risk-form-value-differs")
    };
    assert!(!shown(
        "(two\\rlines of text)",
        "BT /F1 9 Tf (two) Tj 0 -10 Td (lines of) Tj (text) Tj ET"
    ));
    assert!(!shown(
        "<FEFF0031003000300020007900750061006E>",
        "BT /F1 9 Tf [(1) -10 (00) 3 (yuan)] TJ ET"
    ));
    assert!(shown("(1000 yuan)", "BT /F1 9 Tf (100 yuan) Tj ET"));
    assert!(shown("(100 yuan)", "BT /F1 9 Tf ET"));
}

#[test]
fn boxes_that_are_ticked() {
    let ticked = |value: &str, state: &str| {
        let doc = sample_with(Kind::Table, |objects| {
            edit(objects, IDS.text_field, "FT", "/Btn");
            edit(objects, IDS.text_field, "V", value);
            edit(objects, IDS.text_field, "AS", state);
            edit(objects, IDS.text_field, "AP", "<< /N << /Yes 12 0 R /Off 12 0 R >> >>");
        });
        warnings(&doc.bytes).contains("risk-form-value-differs")
    };
    assert!(!ticked("/Yes", "/Yes"));
    assert!(!ticked("/Off", "/Off"));
    assert!(ticked("/Yes", "/Off"));
    assert!(ticked("/Off", "/Yes"));
}

#[test]
fn updates_that_change_what_is_shown() {
    for kind in KINDS {
        let doc = sample(kind);
        let changed = doc.increment(|update| update.set(IDS.content1, stream("", b"BT /F1 9 Tf (x) Tj ET")));
        assert!(warnings(&changed.bytes).contains("risk-page-changed"), "{kind:?}");
        let changed = doc.increment(|update| update.set(IDS.encoding, "<< /Type /Encoding /Differences [48 /nine] >>"));
        assert!(warnings(&changed.bytes).contains("risk-font-changed"), "{kind:?}");
        // A glyph of a drawn font.
        let glyph = doc.body(IDS.glyph_b).to_vec();
        let changed = doc.increment(|update| update.set(IDS.glyph_a, glyph));
        assert!(warnings(&changed.bytes).contains("risk-font-changed"), "{kind:?}");
        // What is said about the document, and the same content once more.
        let same = doc.body(IDS.content1).to_vec();
        let changed = doc.increment(|update| {
            update.set(IDS.info, "<< /Title (Other) >>");
            update.set(IDS.content1, same);
        });
        let told = all(&changed.bytes);
        assert!(told.contains("risk-unsigned-revision"), "{kind:?}");
        assert_eq!(warnings(&changed.bytes), BTreeSet::new(), "{kind:?}");
    }
}

/// A font that waits in the file for one number to be changed.
#[test]
fn a_prepared_font() {
    for kind in KINDS {
        let doc = sample_with(kind, |objects| {
            objects.push((
                30,
                b"<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>".to_vec(),
            ));
        });
        assert!(warnings(&doc.bytes).contains("risk-unreferenced-content"), "{kind:?}");
    }
}

#[test]
fn what_was_in_use_is_left_over_and_not_prepared() {
    let doc = sample(Kind::Table).increment(|update| {
        let appearance = update.add(stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 200 24] /Resources << /Font << /F1 9 0 R >> >>",
            b"BT /F1 12 Tf (5 yuan) Tj ET",
        ));
        update.edit(IDS.text_field, "V", "(5 yuan)");
        update.edit(IDS.text_field, "AP", format!("<< /N {appearance} 0 R >>"));
    });
    assert!(!warnings(&doc.bytes).contains("risk-unreferenced-content"));
}

#[test]
fn objects_that_are_not_listed() {
    let doc = sample(Kind::Table).increment(|update| {
        update.set(IDS.info, "<< /Title (Other) >>");
        update.before = b"\n7 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n".to_vec();
    });
    assert!(warnings(&doc.bytes).contains("risk-unlisted-object"));
}

#[test]
fn hostile_documents_end_in_time() {
    let text = "BT /F1 1 Tf (aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj ET 0 0 900 900 re f ";
    let deep = "q 0 0 600 800 re W n ".repeat(20_000) + text;
    let many = text.repeat(60_000);
    let points = "0 0 m ".to_owned() + &"1 2 l 3 4 l ".repeat(200_000) + "f " + text;
    let itself = "BT /F1 9 Tf (a) Tj ET /Fm1 Do ".repeat(3_000);
    for content in [deep, many, points, itself.clone()] {
        let doc = sample_with(Kind::Table, |objects| {
            objects.push((IDS.content1, stream("", content.as_bytes())));
            let entries = "/Type /XObject /Subtype /Form /BBox [0 0 300 60] /Resources 6 0 R";
            objects.push((IDS.form_xobject, stream(entries, itself.as_bytes())));
        });
        let started = Stopwatch::start();
        let told = find(&doc.bytes);
        assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
        assert!(
            told.iter().any(|finding| finding.code.name() == "risk-unjudged"),
            "{told:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Content that is hardly content ends, and hides nothing from the rest.
    #[test]
    fn any_content_is_looked_at(content in r"(BT|ET|q|Q|cm|re|f|W|n|Do|/Im1|/Fm1|/F1|Tf|Tj|\(a\)|BI|ID|EI|gs|sh|[0-9.-]{1,4}| |\PC){0,120}") {
        let told = find(&drawing(&content).bytes);
        for finding in &told {
            assert!(!finding.message(Lang::Zh).is_empty());
        }
    }

    /// A box over the middle of the line is found wherever the line is; one beside it is not.
    #[test]
    fn a_box_over_a_line_is_found(x in 20.0..300.0_f64, y in 60.0..780.0_f64, size in 8.0..30.0_f64) {
        let line = format!("BT /F1 {size:.2} Tf {x:.2} {y:.2} Td (secret) Tj ET 1 g");
        let over = format!("{line} {:.2} {:.2} 250 {:.2} re f", x - 5.0, y - 5.0, size + 10.0);
        prop_assert!(warnings(&drawing(&over).bytes).contains("risk-hidden-content"));
        let beside = format!("{line} {:.2} {:.2} 250 {:.2} re f", x - 5.0, y + size + 1.0, size + 10.0);
        prop_assert!(!warnings(&drawing(&beside).bytes).contains("risk-hidden-content"));
    }
}

fn corpus() -> PathBuf {
    PathBuf::from(std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS names the corpus folder"))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "pdf") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// What is told of the unsigned files; nothing of those that are not here. Serious are only those of files that are broken on
/// purpose, and of one that names an object which is not there.
const ORDINARY: &[(&str, &[&str])] = &[
    ("dss__pdf-2.0.pdf", &["risk-font-not-embedded"]),
    ("dss__pdf-xref-streams.pdf", &["risk-link"]),
    (
        "pyHanko__broken-objstream4.pdf",
        &["risk-unreferenced-content", "risk-unlisted-object", "risk-unjudged"],
    ),
    ("pyHanko__broken-objstream5.pdf", &["risk-unreferenced-content"]),
    ("pyHanko__minimal-badxref.pdf", &["risk-font-not-embedded"]),
    (
        "pyHanko__minimal-hybrid-xref-weirdgen.pdf",
        &["risk-font-not-embedded", "risk-hybrid-xref", "risk-unsigned-revision"],
    ),
    ("pyHanko__minimal-startxref-obo3.pdf", &["risk-font-not-embedded"]),
    ("pyHanko__minimal-two-fields-tagged.pdf", &["risk-font-not-embedded"]),
    ("pyHanko__minimal-two-pages.pdf", &["risk-font-not-embedded"]),
    (
        "pyHanko__minimal-with-nonexistent-refs.pdf",
        &["risk-dangling-reference", "risk-font-not-embedded"],
    ),
    ("pyHanko__minimal-with-orphaned-xrefs.pdf", &["risk-font-not-embedded"]),
    ("pyHanko__minimal-xref.pdf", &["risk-font-not-embedded"]),
    ("pyHanko__minimal.pdf", &["risk-font-not-embedded"]),
    ("pyHanko__struct-tree-circular-ref.pdf", &["risk-font-not-embedded"]),
];

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn every_file_of_the_corpus_ends_in_time() {
    let limits = Limits::default();
    let mut told: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let mut looked = 0;
    for path in files(&corpus().join("pdf")) {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(opened) = Opened::open(bytes, &limits, &Unlock::Password("")) else {
            continue;
        };
        let Some(pdf) = opened.pdf() else { continue };
        let started = Stopwatch::start();
        let result = risks(pdf, &limits, &Unwatched);
        let took = started.elapsed();
        assert!(took < Duration::from_secs(2), "{} took {took:?}", path.display());
        looked += 1;
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let findings = result.unwrap_or_default();
        told.insert(name, findings.iter().map(|finding| finding.code.name()).collect());
        if std::env::var_os("SHOW").is_some() {
            println!("{} {took:?}", path.display());
            for finding in &findings {
                println!("    {} {}", finding.code.name(), finding.message(Lang::En));
            }
        }
    }
    assert!(looked > 100, "{looked}");
    // What ordinary documents give, so that false alarms are seen.
    for name in files(&corpus().join("pdf/base-structure"))
        .iter()
        .chain(&files(&corpus().join("pdf/rotation")))
    {
        let name = name.file_name().unwrap().to_string_lossy().into_owned();
        let Some(found) = told.get(&name) else { continue };
        let row = ORDINARY.iter().find(|(file, _)| *file == name);
        let expected: BTreeSet<&str> = row.map_or(&[][..], |(_, codes)| codes).iter().copied().collect();
        assert_eq!(*found, expected, "{name}");
    }
}
