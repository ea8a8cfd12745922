//! Increments made here, each with what it is and what is made of it.

use proptest::prelude::*;

use super::*;
use crate::clock::Stopwatch;

/// A signed document: page, text, font, a seal, a text field, a note, a locked strip of a seam seal.
const BASE: &[(u32, &str)] = &[
    (1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Outlines 20 0 R >>"),
    (
        2,
        "<< /Type /Pages /Kids [3 0 R 21 0 R] /Count 2 /MediaBox [0 0 600 800] >>",
    ),
    (
        3,
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 8 0 R /F2 99 0 R >> >> \
         /Annots [6 0 R 7 0 R 9 0 R 13 0 R 14 0 R] >>",
    ),
    (
        4,
        "<< /Length 15 0 R >>\nstream\nBT (pay 100) Tj ET BT (more) Tj ET\nendstream",
    ),
    (
        5,
        "<< /Fields [6 0 R 7 0 R 14 0 R] /SigFlags 3 /DR << /Font << /Helv 8 0 R >> >> >>",
    ),
    (
        6,
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /V 10 0 R /Rect [100 100 200 200] /F 132 /P 3 0 R \
         /AP << /N 11 0 R >> >>",
    ),
    (
        7,
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (text) /V (old) /Rect [0 0 50 20] /P 3 0 R /AP << /N 16 0 R >> >>",
    ),
    (8, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"),
    (9, "<< /Type /Annot /Subtype /Text /Rect [5 5 9 9] /Contents (note) >>"),
    (
        10,
        "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /Contents <00> /ByteRange [0 1 2 3] REFERENCE >>",
    ),
    (
        11,
        "<< /Type /XObject /Subtype /Form /BBox [0 0 100 100] /Length 9 >>\nstream\n0 0 1 1 f\nendstream",
    ),
    (12, "<< /Producer (one) >>"),
    (
        13,
        "<< /Type /Annot /Subtype /Stamp /Rect [590 0 600 90] /F 196 /AP << /N 11 0 R >> >>",
    ),
    (
        14,
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Empty) /Rect [300 100 400 200] /P 3 0 R >>",
    ),
    (15, "34"),
    (
        16,
        "<< /Type /XObject /Subtype /Form /BBox [0 0 50 20] /Length 9 >>\nstream\n1 1 1 1 f\nendstream",
    ),
    (20, "<< /Type /Outlines /Count 0 >>"),
    (21, "<< /Type /Page /Parent 2 0 R /Contents 22 0 R >>"),
    (22, "<< /Length 9 >>\nstream\n0 1 0 1 f\nendstream"),
];

/// Appends a section with these objects; an empty one is freed.
fn append(file: &mut Vec<u8>, objects: &[(u32, &str)], root: &str, previous: Option<usize>) -> usize {
    let mut table = String::from("xref\n");
    if previous.is_none() {
        table += "0 1\n0000000000 65535 f \n";
    }
    for (number, text) in objects {
        if text.is_empty() {
            table += &format!("{number} 1\n0000000000 00001 f \n");
            continue;
        }
        table += &format!("{number} 1\n{:010} 00000 n \n", file.len());
        file.extend_from_slice(format!("{number} 0 obj\n{text}\nendobj\n").as_bytes());
    }
    let at = file.len();
    let previous = previous.map(|at| format!("/Prev {at}")).unwrap_or_default();
    table += &format!("trailer << /Size 200 /Info 12 0 R {root} {previous} >>\nstartxref\n{at}\n%%EOF\n");
    file.extend_from_slice(table.as_bytes());
    at
}

const ROOT: &str = "/Root 1 0 R";

fn with(reference: &str, updates: &[(&[(u32, &str)], &str)]) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let base: Vec<(u32, String)> = BASE
        .iter()
        .map(|(n, text)| (*n, text.replace("REFERENCE", reference)))
        .collect();
    let base: Vec<(u32, &str)> = base.iter().map(|(number, text)| (*number, text.as_str())).collect();
    let mut at = append(&mut file, &base, ROOT, None);
    for (objects, root) in updates {
        at = append(&mut file, objects, root, Some(at));
    }
    file
}

fn compared(file: Vec<u8>) -> (Comparison, Rules) {
    let pdf = Pdf::open(crate::source::Source::from(file), &Limits::default()).unwrap();
    let signed = pdf.as_of(0);
    let comparison = compare(&signed, &pdf.latest(), &Unwatched).unwrap();
    (comparison, Rules::read(&signed).unwrap())
}

fn certified(p: u8) -> String {
    format!("/Reference [ << /TransformMethod /DocMDP /TransformParams << /P {p} /V /1.2 >> >> ]")
}

const NEW_SIGNATURE: &[(u32, &str)] = &[
    (
        5,
        "<< /Fields [6 0 R 7 0 R 14 0 R 30 0 R] /SigFlags 3 /DR << /Font << /Helv 8 0 R >> >> >>",
    ),
    (
        3,
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 8 0 R /F2 99 0 R >> >> \
         /Annots 33 0 R >>",
    ),
    (
        30,
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Second) /V 31 0 R /Rect [300 300 350 350] /P 3 0 R /AP << /N 32 0 R >> >>",
    ),
    (31, "<< /Type /Sig /Contents <00> /ByteRange [0 1 2 4] >>"),
    (
        32,
        "<< /Type /XObject /Subtype /Form /BBox [0 0 50 50] /Length 9 >>\nstream\n0 0 9 9 f\nendstream",
    ),
    (33, "[6 0 R 7 0 R 9 0 R 13 0 R 14 0 R 30 0 R]"),
];

/// Name, update, its trailer's /Root, class and level of what must be found.
type Case = (
    &'static str,
    &'static [(u32, &'static str)],
    &'static str,
    ChangeClass,
    Level,
);

const CASES: &[Case] = &[
    (
        "page content",
        &[(
            4,
            "<< /Length 34 >>\nstream\nBT (pay 900) Tj ET BT (more) Tj ET\nendstream",
        )],
        ROOT,
        ChangeClass::PageContent,
        Level::Never,
    ),
    (
        "length elsewhere",
        &[(15, "16")],
        ROOT,
        ChangeClass::PageContent,
        Level::Never,
    ),
    (
        "font",
        &[(8, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>")],
        ROOT,
        ChangeClass::PageContent,
        Level::Never,
    ),
    (
        "what was missing",
        &[(99, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>")],
        ROOT,
        ChangeClass::PageContent,
        Level::Never,
    ),
    ("freed", &[(4, "")], ROOT, ChangeClass::PageContent, Level::Never),
    (
        "inherited box",
        &[(
            2,
            "<< /Type /Pages /Kids [3 0 R 21 0 R] /Count 2 /MediaBox [0 0 600 80] >>",
        )],
        ROOT,
        ChangeClass::PageContent,
        Level::Never,
    ),
    (
        "pages swapped",
        &[(
            2,
            "<< /Type /Pages /Kids [21 0 R 3 0 R] /Count 2 /MediaBox [0 0 600 800] >>",
        )],
        ROOT,
        ChangeClass::PageContent,
        Level::Never,
    ),
    (
        "rotated",
        &[(21, "<< /Type /Page /Parent 2 0 R /Contents 22 0 R /Rotate 180 >>")],
        ROOT,
        ChangeClass::PageContent,
        Level::Never,
    ),
    (
        "seal moved",
        &[(
            6,
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /V 10 0 R /Rect [100 400 200 500] /F 132 /P 3 0 R /AP << /N 11 0 R >> >>",
        )],
        ROOT,
        ChangeClass::SealAppearance,
        Level::Never,
    ),
    (
        "seal hidden",
        &[(
            6,
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /V 10 0 R /Rect [100 100 200 200] /F 2 /P 3 0 R /AP << /N 11 0 R >> >>",
        )],
        ROOT,
        ChangeClass::SealAppearance,
        Level::Never,
    ),
    (
        "seal drawn anew",
        &[(
            11,
            "<< /Type /XObject /Subtype /Form /BBox [0 0 100 100] /Length 9 >>\nstream\n9 9 1 1 f\nendstream",
        )],
        ROOT,
        ChangeClass::SealAppearance,
        Level::Never,
    ),
    (
        "strip moved",
        &[(
            13,
            "<< /Type /Annot /Subtype /Stamp /Rect [0 0 10 90] /F 196 /AP << /N 11 0 R >> >>",
        )],
        ROOT,
        ChangeClass::SealAppearance,
        Level::Never,
    ),
    (
        "seal taken off the page",
        &[(
            3,
            "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Resources << /Font << /F1 8 0 R /F2 99 0 R >> >> /Annots [7 0 R 9 0 R 13 0 R 14 0 R] >>",
        )],
        ROOT,
        ChangeClass::SealAppearance,
        Level::Never,
    ),
    (
        "seal on another page too",
        &[(21, "<< /Type /Page /Parent 2 0 R /Contents 22 0 R /Annots [6 0 R] >>")],
        ROOT,
        ChangeClass::SealAppearance,
        Level::Never,
    ),
    (
        "reason",
        &[(
            10,
            "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /Contents <00> /ByteRange [0 1 2 3] /Reason (other) >>",
        )],
        ROOT,
        ChangeClass::SignatureDictionary,
        Level::Never,
    ),
    (
        "copied dictionary",
        &[
            (
                6,
                "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal) /V 40 0 R /Rect [100 100 200 200] /F 132 /P 3 0 R /AP << /N 11 0 R >> >>",
            ),
            (
                40,
                "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /Contents <00> /ByteRange [0 1 2 3] >>",
            ),
        ],
        ROOT,
        ChangeClass::SignatureDictionary,
        Level::Never,
    ),
    (
        "field renamed",
        &[(
            6,
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Other) /V 10 0 R /Rect [100 100 200 200] /F 132 /P 3 0 R /AP << /N 11 0 R >> >>",
        )],
        ROOT,
        ChangeClass::Form,
        Level::Never,
    ),
    (
        "field removed",
        &[(
            5,
            "<< /Fields [7 0 R 14 0 R] /SigFlags 3 /DR << /Font << /Helv 8 0 R >> >> >>",
        )],
        ROOT,
        ChangeClass::SignatureDictionary,
        Level::Never,
    ),
    (
        "field of another kind",
        &[(
            7,
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (text) /V (old) /Rect [0 0 50 20] /P 3 0 R /AP << /N 16 0 R >> >>",
        )],
        ROOT,
        ChangeClass::Form,
        Level::Never,
    ),
    (
        "field filled",
        &[(
            7,
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (text) /V (new) /Rect [0 0 50 20] /P 3 0 R /AP << /N 16 0 R >> >>",
        )],
        ROOT,
        ChangeClass::FormFill,
        Level::FormFill,
    ),
    (
        "field moved",
        &[(
            7,
            "<< /Type /Annot /Subtype /Widget /FT /Tx /T (text) /V (old) /Rect [0 0 500 200] /P 3 0 R /AP << /N 16 0 R >> >>",
        )],
        ROOT,
        ChangeClass::Form,
        Level::Never,
    ),
    (
        "text field added",
        &[
            (
                5,
                "<< /Fields [6 0 R 7 0 R 14 0 R 30 0 R] /SigFlags 3 /DR << /Font << /Helv 8 0 R >> >> >>",
            ),
            (30, "<< /FT /Tx /T (more) >>"),
        ],
        ROOT,
        ChangeClass::Form,
        Level::Never,
    ),
    (
        "empty signature field added",
        &[
            (
                5,
                "<< /Fields [6 0 R 7 0 R 14 0 R 30 0 R] /SigFlags 3 /DR << /Font << /Helv 8 0 R >> >> >>",
            ),
            (30, "<< /FT /Sig /T (more) >>"),
        ],
        ROOT,
        ChangeClass::Form,
        Level::Never,
    ),
    (
        "drawn anew by readers",
        &[(
            5,
            "<< /Fields [6 0 R 7 0 R 14 0 R] /SigFlags 3 /NeedAppearances true /DR << /Font << /Helv 8 0 R >> >> >>",
        )],
        ROOT,
        ChangeClass::Form,
        Level::Never,
    ),
    (
        "font of the form replaced",
        &[(
            5,
            "<< /Fields [6 0 R 7 0 R 14 0 R] /SigFlags 3 /DR << /Font << /Helv << /Type /Font /Subtype /Type1 /BaseFont /Courier >> >> >> >>",
        )],
        ROOT,
        ChangeClass::Form,
        Level::Never,
    ),
    (
        "note",
        &[(9, "<< /Type /Annot /Subtype /Text /Rect [5 5 9 9] /Contents (other) >>")],
        ROOT,
        ChangeClass::Annotation,
        Level::Annotation,
    ),
    (
        "further signature",
        NEW_SIGNATURE,
        ROOT,
        ChangeClass::Signature,
        Level::Signature,
    ),
    (
        "empty field signed",
        &[
            (
                14,
                "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Empty) /Rect [300 100 400 200] /P 3 0 R /V 31 0 R /F 132 >>",
            ),
            (31, "<< /Type /Sig /Contents <00> /ByteRange [0 1 2 4] >>"),
        ],
        ROOT,
        ChangeClass::Signature,
        Level::Signature,
    ),
    (
        "empty field signed elsewhere",
        &[
            (
                14,
                "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Empty) /Rect [0 0 600 800] /P 3 0 R /V 31 0 R /F 132 >>",
            ),
            (31, "<< /Type /Sig /Contents <00> /ByteRange [0 1 2 4] >>"),
        ],
        ROOT,
        ChangeClass::Form,
        Level::Never,
    ),
    (
        "time stamp",
        &[
            (
                5,
                "<< /Fields [6 0 R 7 0 R 14 0 R 30 0 R] /SigFlags 3 /DR << /Font << /Helv 8 0 R >> >> >>",
            ),
            (30, "<< /FT /Sig /T (Stamp) /V 31 0 R >>"),
            (31, "<< /Type /DocTimeStamp /Contents <00> /ByteRange [0 1 2 4] >>"),
        ],
        ROOT,
        ChangeClass::DocumentTimestamp,
        Level::Validation,
    ),
    (
        "validation material",
        &[
            (
                1,
                "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Outlines 20 0 R /DSS << /Certs [30 0 R] >> >>",
            ),
            (30, "<< /Length 1 >>\nstream\n0\nendstream"),
        ],
        ROOT,
        ChangeClass::Dss,
        Level::Validation,
    ),
    (
        "something else as material",
        &[
            (
                1,
                "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Outlines 20 0 R /DSS << /Fonts [30 0 R] >> >>",
            ),
            (30, "<< /Length 1 >>\nstream\n0\nendstream"),
        ],
        ROOT,
        ChangeClass::Dss,
        Level::Never,
    ),
    (
        "outlines",
        &[(20, "<< /Type /Outlines /Count 1 >>")],
        ROOT,
        ChangeClass::Catalog,
        Level::Never,
    ),
    (
        "action",
        &[(
            1,
            "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Outlines 20 0 R /OpenAction << /S /JavaScript /JS (x) >> >>",
        )],
        ROOT,
        ChangeClass::Catalog,
        Level::Never,
    ),
    (
        "another catalog",
        &[(50, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Outlines 20 0 R >>")],
        "/Root 50 0 R",
        ChangeClass::Trailer,
        Level::Never,
    ),
    (
        "version lowered",
        &[(
            1,
            "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Outlines 20 0 R /Version /2.0 >>",
        )],
        ROOT,
        ChangeClass::Extension,
        Level::Validation,
    ),
    (
        "information",
        &[(12, "<< /Producer (two) >>")],
        ROOT,
        ChangeClass::Metadata,
        Level::Validation,
    ),
    (
        "font that nothing uses",
        &[(60, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>")],
        ROOT,
        ChangeClass::Unused,
        Level::Never,
    ),
    (
        "remnant that nothing uses",
        &[(60, "<< /A 1 >>")],
        ROOT,
        ChangeClass::Unused,
        Level::Validation,
    ),
    (
        "certification without a signature",
        &[(
            1,
            "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Outlines 20 0 R /Perms << /DocMDP 10 0 R >> >>",
        )],
        ROOT,
        ChangeClass::Permissions,
        Level::Never,
    ),
];

#[test]
fn what_changed_is_told() {
    for (name, update, root, class, level) in CASES {
        let (comparison, rules) = compared(with("", &[(update, root)]));
        let found = comparison
            .changes
            .iter()
            .any(|change| change.class == *class && change.level == *level);
        let worst = comparison.changes.iter().map(|change| change.level).max();
        assert!(found && worst == Some(*level), "{name}: {:#?}", comparison.changes);
        let (changes, findings) = judge(&comparison, &rules, Policy::Pades);
        let forbidden = *level > Level::FormFill;
        assert_eq!(changes == Changes::Forbidden, forbidden, "{name}: {findings:#?}");
        assert_ne!(changes, Changes::None, "{name}");
    }
}

/// What each policy makes of each kind of change under each permission; 0 is none.
#[test]
fn policies() {
    let find = |name: &str| CASES.iter().find(|case| case.0 == name).unwrap();
    let all = [Policy::Seal, Policy::Pades, Policy::PadesP1Strict];
    // For P none, 1, 2, 3: seal, pades, pades-p1-strict; y is permitted.
    let table = [
        ("validation material", ["yyy", "yyn", "yyy", "yyy"]),
        ("time stamp", ["yyy", "yyn", "yyy", "yyy"]),
        ("further signature", ["yyy", "nnn", "yyy", "yyy"]),
        ("field filled", ["nyy", "nnn", "yyy", "yyy"]),
        ("note", ["nnn", "nnn", "nnn", "nyy"]),
        ("information", ["nyy", "nyn", "nyy", "nyy"]),
        ("strip moved", ["nnn", "nnn", "nnn", "nnn"]),
        ("page content", ["nnn", "nnn", "nnn", "nnn"]),
    ];
    for (name, expected) in table {
        let (_, update, root, ..) = find(name);
        for (p, expected) in expected.iter().enumerate() {
            let reference = if p == 0 {
                String::new()
            } else {
                certified(u8::try_from(p).unwrap())
            };
            let (comparison, rules) = compared(with(&reference, &[(update, root)]));
            let got: String = all
                .iter()
                .map(|policy| {
                    if judge(&comparison, &rules, *policy).0 == Changes::Permitted {
                        'y'
                    } else {
                        'n'
                    }
                })
                .collect();
            assert_eq!(&got, expected, "{name} with P={p}");
        }
    }
}

#[test]
fn information_with_a_signature_is_in_order() {
    let mut update = NEW_SIGNATURE.to_vec();
    update.push((12, "<< /Producer (two) >>"));
    let (comparison, rules) = compared(with("", &[(&update, ROOT)]));
    let (changes, findings) = judge(&comparison, &rules, Policy::Seal);
    assert_eq!(changes, Changes::Permitted, "{findings:#?}");
    assert!(
        findings
            .iter()
            .any(|finding| finding.code == crate::report::Code::PdfMetadata)
    );
}

#[test]
fn what_means_the_same_is_permitted() {
    let update: &[(u32, &str)] = &[
        (
            3,
            "<</Annots[6 0 R 7 0 R 9 0 R 13 0 R 14 0 R]/Contents 4 0 R/Parent 2 0 R/Resources<</Font 70 0 R>>/Type/Page>>",
        ),
        (70, "<< /F2 99 0 R /F1 8 0 R >>"),
        (
            2,
            "<< /Type /Pages /Kids [3 0 R 21 0 R] /Count 2 /MediaBox [0 0 600.0 800] /Rotate null >>",
        ),
    ];
    let (comparison, rules) = compared(with("", &[(update, ROOT)]));
    assert!(comparison.changes.is_empty(), "{:#?}", comparison.changes);
    assert_eq!(judge(&comparison, &rules, Policy::Seal).0, Changes::Permitted);
    let (comparison, rules) = compared(with(&certified(1), &[(&[], ROOT)]));
    assert_eq!(judge(&comparison, &rules, Policy::PadesP1Strict).0, Changes::Forbidden);
    let (comparison, rules) = compared(with("", &[]));
    assert_eq!(judge(&comparison, &rules, Policy::PadesP1Strict).0, Changes::None);
}

#[test]
fn locked_fields() {
    let fill = CASES.iter().find(|case| case.0 == "field filled").unwrap();
    for (parameters, locked) in [
        ("/Action /All", true),
        ("/Action /Unknown", true),
        ("/Action /Include /Fields [(text)]", true),
        ("/Action /Include /Fields [(tex)]", false),
        ("/Action /Exclude /Fields [(text)]", false),
        ("/Action /Exclude /Fields [(other)]", true),
    ] {
        let reference = format!("/Reference [ << /TransformMethod /FieldMDP /TransformParams << {parameters} >> >> ]");
        let (comparison, rules) = compared(with(&reference, &[(fill.1, fill.2)]));
        let (changes, findings) = judge(&comparison, &rules, Policy::Pades);
        assert_eq!(changes == Changes::Forbidden, locked, "{parameters}");
        let told = findings
            .iter()
            .any(|finding| finding.code == crate::report::Code::PdfLockedField);
        assert_eq!(told, locked, "{parameters}");
        // A further signature in a field of its own fills none that was locked.
        let (comparison, rules) = compared(with(&reference, &[(NEW_SIGNATURE, ROOT)]));
        assert_eq!(
            judge(&comparison, &rules, Policy::Pades).0,
            Changes::Permitted,
            "{parameters}"
        );
    }
}

#[test]
fn a_signature_over_a_seal_is_told() {
    let code = crate::report::Code::PdfSealCovered;
    for (area, covers) in [
        ("300 300 350 350", false),
        ("150 150 350 350", true),
        ("0 201 600 800", true),
    ] {
        let field = format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Second) /V 31 0 R /Rect [{area}] /P 3 0 R /AP << /N 32 0 R >> >>"
        );
        let mut update = NEW_SIGNATURE.to_vec();
        update[2].1 = &field;
        let (comparison, rules) = compared(with("", &[(&update, ROOT)]));
        let (_, findings) = judge(&comparison, &rules, Policy::Pades);
        assert_eq!(findings.iter().any(|finding| finding.code == code), covers, "{area}");
    }
}

#[test]
fn appearances_and_values() {
    let update: &[(u32, &str)] = &[(
        16,
        "<< /Type /XObject /Subtype /Form /BBox [0 0 50 20] /Length 9 >>\nstream\n9 1 1 1 f\nendstream",
    )];
    let (comparison, rules) = compared(with("", &[(update, ROOT)]));
    let (changes, findings) = judge(&comparison, &rules, Policy::Pades);
    assert_eq!(changes, Changes::Forbidden);
    assert!(
        findings
            .iter()
            .any(|finding| finding.code == crate::report::Code::PdfAppearanceOnly)
    );
}

#[test]
fn rules_that_contradict() {
    let open = |file: Vec<u8>| Pdf::open(crate::source::Source::from(file), &Limits::default()).unwrap();
    let certify = format!("<< /Type /Sig /Contents <00> /ByteRange [0 1 2 4] {} >>", certified(2));
    let mut update = NEW_SIGNATURE.to_vec();
    update[3].1 = &certify;
    for reference in [String::new(), certified(2)] {
        let pdf = open(with(&reference, &[(&update, ROOT)]));
        assert_eq!(contradictions(&pdf.latest()).unwrap().len(), 1);
    }
    let pdf = open(with(&certified(2), &[(NEW_SIGNATURE, ROOT)]));
    assert!(contradictions(&pdf.latest()).unwrap().is_empty());
}

/// Objects of which pages draw, or which lead to these.
const DRAWN: &[u32] = &[2, 3, 4, 8, 21, 22];

proptest! {
    /// Whatever an editor appends is told; what touches the content of a page is forbidden.
    #[test]
    fn no_increment_is_none(
        edits in prop::collection::vec((0..BASE.len(), 0..60usize, prop::char::range('0', 'z')), 1..4),
    ) {
        let mut objects: Vec<(u32, String)> = Vec::new();
        for (place, at, letter) in edits {
            let (number, text) = BASE[place];
            let mut text: Vec<u8> = text.replace("REFERENCE", "").into_bytes();
            let at = at.min(text.len() - 1);
            text[at] = letter as u8;
            objects.push((number, String::from_utf8(text).unwrap()));
        }
        let objects: Vec<(u32, &str)> = objects.iter().map(|(number, text)| (*number, text.as_str())).collect();
        let (comparison, rules) = compared(with("", &[(&objects, ROOT)]));
        for policy in Policy::ALL {
            let (changes, findings) = judge(&comparison, &rules, *policy);
            prop_assert_ne!(changes, Changes::None);
            prop_assert!(!findings.is_empty());
        }
    }

    /// A byte that a page draws from, changed.
    #[test]
    fn drawn_content_is_never_permitted(place in 0..DRAWN.len(), extra in "[A-Z][a-z]{0,3}", value in 1..9u8) {
        let number = DRAWN[place];
        let text = BASE.iter().find(|(known, _)| *known == number).unwrap().1;
        let text = text.replacen("<<", &format!("<< /{extra}X {value}"), 1);
        let (comparison, rules) = compared(with("", &[(&[(number, &text)], ROOT)]));
        for policy in Policy::ALL {
            prop_assert_eq!(judge(&comparison, &rules, *policy).0, Changes::Forbidden);
        }
    }
}

/// Pages that share nothing, ten objects a page: what a signature on a long document costs.
#[test]
fn long_documents_end_soon() {
    let pages = 1_600u32;
    let kids: String = (0..pages).map(|page| format!("{} 0 R ", 100 + page * 3)).collect();
    let mut objects: Vec<(u32, String)> = vec![
        (1, "<< /Type /Catalog /Pages 2 0 R >>".into()),
        (2, format!("<< /Type /Pages /Kids [{kids}] /Count {pages} >>")),
        (12, "<< >>".into()),
    ];
    for page in 0..pages {
        let number = 100 + page * 3;
        let (content, font) = (number + 1, number + 2);
        objects.push((
            number,
            format!(
                "<< /Type /Page /Parent 2 0 R /Contents {content} 0 R /Resources << /Font << /F {font} 0 R >> >> >>"
            ),
        ));
        objects.push((content, "<< /Length 1 >>\nstream\nq\nendstream".into()));
        objects.push((font, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>".into()));
    }
    let objects: Vec<(u32, &str)> = objects.iter().map(|(number, text)| (*number, text.as_str())).collect();
    let mut file = b"%PDF-1.7\n".to_vec();
    let at = append(&mut file, &objects, ROOT, None);
    append(
        &mut file,
        &[(102, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")],
        ROOT,
        Some(at),
    );
    let started = Stopwatch::start();
    let (comparison, _) = compared(file);
    assert_eq!(comparison.changes.len(), 1, "{:#?}", comparison.changes);
    assert_eq!(comparison.changes[0].page, Some(1));
    // Unoptimised, on a machine that does other things besides.
    assert!(
        started.elapsed() < std::time::Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}

/// Parents, kids and references that lead in circles.
#[test]
fn circles_end() {
    let update: &[(u32, &str)] = &[
        (8, "<< /Type /Font /Self 8 0 R /Parent 71 0 R >>"),
        (71, "[71 0 R 72 0 R 8 0 R]"),
        (72, "<< /Next 71 0 R /Prev 72 0 R >>"),
        (20, "20 0 R"),
    ];
    let (comparison, rules) = compared(with("", &[(update, ROOT)]));
    assert_eq!(judge(&comparison, &rules, Policy::Pades).0, Changes::Forbidden);
    for (number, text) in [
        (5u32, "<< /Fields [5 0 R] /Kids [5 0 R] >>"),
        (2, "<< /Type /Pages /Kids [2 0 R] >>"),
        (1, "<< /Type /Catalog /Pages 1 0 R /AcroForm 1 0 R >>"),
        (1, "7"),
        (6, "<< /FT /Sig /T (Seal) /Kids [6 0 R] /V 6 0 R >>"),
    ] {
        let (comparison, rules) = compared(with("", &[(&[(number, text)], ROOT)]));
        assert_eq!(
            judge(&comparison, &rules, Policy::Pades).0,
            Changes::Forbidden,
            "{text}"
        );
    }
}
