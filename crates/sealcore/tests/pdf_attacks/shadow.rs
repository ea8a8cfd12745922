//! Shadow attacks: the author prepares a document, a trusted signer signs what is seen, the author swaps what is seen. Each comes
//! in two states: as signed, where nothing has changed yet, and after the swap.

use super::forge::*;

/// What the swap does to what is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Hide,
    Replace,
    HideAndReplace,
}

pub(crate) struct Shadow {
    pub(crate) class: Class,
    pub(crate) name: &'static str,
    /// What a signer should be told before signing; empty where nothing can be seen in advance.
    pub(crate) risk: &'static str,
    prepare: fn(Kind) -> Doc,
    swap: fn(&Signed) -> Vec<u8>,
}

impl Shadow {
    pub(crate) fn prepared(&self, kind: Kind) -> Doc {
        (self.prepare)(kind)
    }

    pub(crate) fn swapped(&self, signed: &Signed) -> Vec<u8> {
        (self.swap)(signed)
    }

    /// Both states, signed by `sign`.
    pub(crate) fn cases(&self, kind: Kind, sign: &dyn Fn(&Doc) -> Signed) -> Vec<Case> {
        let signed = sign(&self.prepared(kind));
        let name = |state: &str| format!("shadow/{:?}/{}/{kind:?}/{state}", self.class, self.name);
        vec![
            Case::new(
                name("signed"),
                "prepared, nothing swapped yet",
                signed.doc.bytes.clone(),
                Expect::NotInvalid,
            ),
            Case::invalid(name("swapped"), "what is seen was swapped", self.swapped(&signed)),
        ]
    }
}

pub(crate) fn all() -> Vec<Shadow> {
    [hide(), replace(), hide_and_replace()].into_iter().flatten().collect()
}

pub(crate) fn cases(kind: Kind, sign: &dyn Fn(&Doc) -> Signed) -> Vec<Case> {
    all().iter().flat_map(|one| one.cases(kind, sign)).collect()
}

// The first object numbers behind those of the sample.
const P1: u32 = 30;
const P2: u32 = 31;
const P3: u32 = 32;

type Objects = Vec<(u32, Vec<u8>)>;

fn put(objects: &mut Objects, number: u32, body: impl AsRef<[u8]>) {
    objects.push((number, body.as_ref().to_vec()));
}

fn edit(objects: &mut Objects, number: u32, path: &str, value: &str) {
    let body = objects.iter().rfind(|(other, _)| *other == number).unwrap().1.clone();
    objects.push((number, set_path(&body, path, value.as_bytes())));
}

/// The text that is to be hidden or shown, drawn in the place of the contract's line.
const EVIL: &[u8] = b"BT /F1 18 Tf 72 720 Td (Contract: the buyer pays 999 yuan) Tj ET";

const WHITE: &[u8] = b"1 1 1 rg 0 0 500 40 re f";

fn white_form() -> Vec<u8> {
    stream("/Type /XObject /Subtype /Form /BBox [0 0 500 40]", WHITE)
}

const EMPTY_FORM: &str = "/Type /XObject /Subtype /Form /BBox [0 0 500 40]";

fn white_picture() -> Vec<u8> {
    let entries = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8";
    stream(entries, &[255])
}

/// Page 1 draws EVIL, a white picture over it, and the line that is seen.
fn covered_by_picture(kind: Kind) -> Doc {
    sample_with(kind, |objects| {
        let drawn = [
            EVIL,
            b"\nq 500 0 0 40 60 705 cm /Cover Do Q\nBT /F1 18 Tf 72 740 Td (Harmless) Tj ET",
        ]
        .concat();
        put(objects, IDS.content1, stream("", &drawn));
        put(objects, P1, white_picture());
        edit(objects, IDS.resources, "XObject/Cover", &format!("{P1} 0 R"));
    })
}

/// As [`covered_by_picture`], with a stamp annotation as the cover.
fn covered_by_annotation(kind: Kind) -> Doc {
    sample_with(kind, |objects| {
        put(objects, IDS.content1, stream("", EVIL));
        put(objects, P1, white_form());
        put(
            objects,
            P2,
            format!("<< /Type /Annot /Subtype /Stamp /P 3 0 R /Rect [60 705 560 745] /F 4 /AP << /N {P1} 0 R >> >>"),
        );
        edit(objects, IDS.page1, "Annots", &format!("[10 0 R 11 0 R {P2} 0 R]"));
    })
}

fn covered_by_field(kind: Kind) -> Doc {
    sample_with(kind, |objects| {
        put(objects, IDS.content1, stream("", EVIL));
        put(objects, P1, white_form());
        put(
            objects,
            P2,
            format!(
                "<< /Type /Annot /Subtype /Widget /FT /Tx /Ff 1 /T (cover) /DA (/F1 12 Tf 0 g) /P 3 0 R /Rect [60 705 560 745] /F 4 /AP << /N {P1} 0 R >> >>"
            ),
        );
        edit(objects, IDS.page1, "Annots", &format!("[10 0 R 11 0 R {P2} 0 R]"));
        edit(objects, IDS.form, "Fields", &format!("[10 0 R 11 0 R 25 0 R {P2} 0 R]"));
    })
}

fn covered_by_layer(kind: Kind) -> Doc {
    sample_with(kind, |objects| {
        let drawn = [EVIL, b"\n/OC /OC1 BDC 1 1 1 rg 60 705 500 40 re f EMC"].concat();
        put(objects, IDS.content1, stream("", &drawn));
    })
}

fn covered_by_contents(kind: Kind) -> Doc {
    sample_with(kind, |objects| {
        put(objects, IDS.content1, stream("", EVIL));
        put(objects, P1, stream("", b"1 1 1 rg 60 705 500 40 re f"));
        edit(objects, IDS.page1, "Contents", &format!("[7 0 R {P1} 0 R]"));
    })
}

fn hide() -> Vec<Shadow> {
    let one = |name, risk, prepare, swap| Shadow {
        class: Class::Hide,
        name,
        risk,
        prepare,
        swap,
    };
    vec![
        one(
            "picture-emptied",
            "hidden-content",
            covered_by_picture as fn(Kind) -> Doc,
            (|signed| signed.then(|update| update.set(P1, stream(EMPTY_FORM, b"")))) as fn(&Signed) -> Vec<u8>,
        ),
        one("picture-freed", "hidden-content", covered_by_picture, |signed| {
            signed.then(|update| update.free(P1))
        }),
        one("picture-unnamed", "hidden-content", covered_by_picture, |signed| {
            signed.then(|update| update.remove(IDS.resources, "XObject/Cover"))
        }),
        one(
            "annotation-removed",
            "hidden-content",
            covered_by_annotation,
            |signed| {
                signed.then(|update| {
                    let kept = update.body(IDS.page1);
                    let kept = String::from_utf8_lossy(&kept).replace(&format!(" {P2} 0 R"), "");
                    update.set(IDS.page1, kept);
                })
            },
        ),
        one("annotation-freed", "hidden-content", covered_by_annotation, |signed| {
            signed.then(|update| update.free(P2))
        }),
        one("annotation-flag", "hidden-content", covered_by_annotation, |signed| {
            signed.then(|update| update.edit(P2, "F", "2"))
        }),
        one("annotation-moved", "hidden-content", covered_by_annotation, |signed| {
            signed.then(|update| update.edit(P2, "Rect", "[0 0 1 1]"))
        }),
        one("field-appearance", "hidden-content", covered_by_field, |signed| {
            signed.then(|update| update.set(P1, stream(EMPTY_FORM, b"")))
        }),
        one("field-flag", "hidden-content", covered_by_field, |signed| {
            signed.then(|update| update.edit(P2, "F", "2"))
        }),
        one("layer-off", "optional-content", covered_by_layer, |signed| {
            signed.then(|update| update.edit(IDS.catalog, "OCProperties/D", "<< /Order [15 0 R] /OFF [15 0 R] >>"))
        }),
        one("layer-base-state", "optional-content", covered_by_layer, |signed| {
            signed.then(|update| update.edit(IDS.catalog, "OCProperties/D", "<< /BaseState /OFF >>"))
        }),
        one("contents-shortened", "hidden-content", covered_by_contents, |signed| {
            signed.then(|update| update.edit(IDS.page1, "Contents", "[7 0 R]"))
        }),
        one("contents-freed", "hidden-content", covered_by_contents, |signed| {
            signed.then(|update| update.free(P1))
        }),
    ]
}

fn value_unlike_appearance(kind: Kind) -> Doc {
    sample_with(kind, |objects| edit(objects, IDS.text_field, "V", "(999 yuan)"))
}

fn plain(kind: Kind) -> Doc {
    sample(kind)
}

fn replace() -> Vec<Shadow> {
    let one = |name, risk, prepare, swap| Shadow {
        class: Class::Replace,
        name,
        risk,
        prepare,
        swap,
    };
    vec![
        one(
            "form-appearance",
            "form-value-differs",
            value_unlike_appearance as fn(Kind) -> Doc,
            (|signed| {
                signed.then(|update| {
                    let drawn = b"/Tx BMC BT /F1 12 Tf 2 8 Td (999 yuan) Tj ET EMC";
                    update.set(
                        IDS.text_appearance,
                        stream(
                            "/Type /XObject /Subtype /Form /BBox [0 0 200 24] /Resources << /Font << /F1 9 0 R >> >>",
                            drawn,
                        ),
                    );
                })
            }) as fn(&Signed) -> Vec<u8>,
        ),
        one(
            "form-appearance-dropped",
            "form-value-differs",
            value_unlike_appearance,
            |signed| {
                signed.then(|update| {
                    update.remove(IDS.text_field, "AP");
                    update.edit(IDS.form, "NeedAppearances", "true");
                })
            },
        ),
        one("font-glyphs-swapped", "", plain, |signed| {
            signed.then(|update| update.edit(IDS.drawn_font, "CharProcs", "<< /a 24 0 R /b 23 0 R >>"))
        }),
        one("font-glyph-overwritten", "", plain, |signed| {
            let glyph = signed.doc.body(IDS.glyph_b).to_vec();
            signed.then(|update| update.set(IDS.glyph_a, glyph))
        }),
        one("font-encoding", "", plain, |signed| {
            signed.then(|update| {
                let body = "<< /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [48 /nine /eight] >>";
                update.set(IDS.encoding, body);
            })
        }),
        one("font-replaced", "", plain, |signed| {
            signed.then(|update| update.set(IDS.font, "<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>"))
        }),
        one("font-name-redirected", "", plain, |signed| {
            signed.then(|update| update.edit(IDS.resources, "Font/F1", "22 0 R"))
        }),
        one("overlay-annotation-added", "", plain, |signed| {
            signed.then(|update| {
                let cover = update.add(white_form());
                let stamp = update.add(format!(
                    "<< /Type /Annot /Subtype /FreeText /DA (/F1 18 Tf) /Contents (pays 999 yuan) /P 3 0 R /Rect [60 705 560 745] /F 4 /AP << /N {cover} 0 R >> >>"
                ));
                update.push(IDS.page1, "Annots", &format!("{stamp} 0 R"));
            })
        }),
        one("picture-replaced", "", plain, |signed| {
            signed.then(|update| update.set(IDS.picture, white_picture()))
        }),
    ]
}

/// A second content stream that nothing draws.
fn spare_contents(kind: Kind) -> Doc {
    sample_with(kind, |objects| put(objects, P1, stream("", EVIL)))
}

/// A second page that the page tree does not know.
fn spare_page(kind: Kind) -> Doc {
    sample_with(kind, |objects| {
        put(objects, P1, stream("", EVIL));
        put(
            objects,
            P2,
            format!("<< /Type /Page /Parent 2 0 R /Contents {P1} 0 R >>"),
        );
    })
}

/// A second catalog with pages of its own.
fn spare_catalog(kind: Kind) -> Doc {
    sample_with(kind, |objects| {
        put(objects, P1, stream("", EVIL));
        put(
            objects,
            P2,
            "<< /Type /Pages /Kids [33 0 R] /Count 1 /Resources 6 0 R /MediaBox [0 0 595 842] >>",
        );
        put(
            objects,
            33,
            format!("<< /Type /Page /Parent {P2} 0 R /Contents {P1} 0 R /Annots [10 0 R 11 0 R] >>"),
        );
        put(
            objects,
            P3,
            format!("<< /Type /Catalog /Pages {P2} 0 R /AcroForm 5 0 R >>"),
        );
    })
}

/// A second `7 0 obj` inside the data of a stream that nobody reads.
fn spare_object_in_stream(kind: Kind) -> Doc {
    sample_with(kind, |objects| {
        let second = [b"7 0 obj\n".as_slice(), &stream("", EVIL), b"\nendobj\n"].concat();
        put(objects, P1, stream("", &[b"data\n".as_slice(), &second].concat()));
    })
}

/// The page names an object that is not there yet.
fn dangling(kind: Kind) -> Doc {
    sample_with(kind, |objects| edit(objects, IDS.page1, "Contents", "[7 0 R 90 0 R]"))
}

fn dangling_resource(kind: Kind) -> Doc {
    sample_with(kind, |objects| {
        let drawn = [b"BT /F1 18 Tf 72 720 Td (Harmless) Tj ET\n/Late Do".as_slice()].concat();
        put(objects, IDS.content1, stream("", &drawn));
        edit(objects, IDS.resources, "XObject/Late", "90 0 R");
    })
}

fn hide_and_replace() -> Vec<Shadow> {
    let one = |name, risk, prepare, swap| Shadow {
        class: Class::HideAndReplace,
        name,
        risk,
        prepare,
        swap,
    };
    vec![
        one(
            "contents-redirected",
            "unreferenced-content",
            spare_contents as fn(Kind) -> Doc,
            (|signed| signed.then(|update| update.edit(IDS.page1, "Contents", format!("{P1} 0 R"))))
                as fn(&Signed) -> Vec<u8>,
        ),
        one(
            "contents-by-offset",
            "unreferenced-content",
            spare_object_in_stream,
            |signed| {
                let offset = rfind(&signed.base.bytes, b"data\n7 0 obj\n").unwrap() + 5;
                signed.then(|update| {
                    update
                        .entries
                        .push((IDS.content1, Entry::Used { offset, generation: 0 }))
                })
            },
        ),
        one(
            "contents-other-number-by-offset",
            "unreferenced-content",
            spare_contents,
            |signed| {
                // The entry of one object leads to another.
                let offset = signed.base.offset_of(P1);
                signed.then(|update| {
                    update
                        .entries
                        .push((IDS.content1, Entry::Used { offset, generation: 0 }))
                })
            },
        ),
        one("kids-redirected", "unreferenced-content", spare_page, |signed| {
            signed.then(|update| update.edit(IDS.pages, "Kids", format!("[{P2} 0 R 4 0 R]")))
        }),
        one("page-overwritten", "unreferenced-content", spare_page, |signed| {
            let body = signed.doc.body(P2).to_vec();
            signed.then(|update| update.set(IDS.page1, body))
        }),
        one("root-redirected", "unreferenced-content", spare_catalog, |signed| {
            signed.then(|update| update.trailer("Root", Some(&format!("{P3} 0 R"))))
        }),
        one("pages-redirected", "unreferenced-content", spare_catalog, |signed| {
            signed.then(|update| update.edit(IDS.catalog, "Pages", format!("{P2} 0 R")))
        }),
        one("dangling-contents-filled", "dangling-reference", dangling, |signed| {
            signed.then(|update| update.set(90, stream("", EVIL)))
        }),
        one(
            "dangling-resource-filled",
            "dangling-reference",
            dangling_resource,
            |signed| {
                signed.then(|update| {
                    update.set(
                        90,
                        stream(
                            "/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources 6 0 R",
                            EVIL,
                        ),
                    );
                })
            },
        ),
    ]
}
