//! Sound increments that change what a signature or the document around it seems to be. Each starts from a sealed sample.

use super::forge::*;

type Edit = fn(&Signed, &mut Update<'_>);

struct Row {
    name: &'static str,
    how: &'static str,
    edit: Edit,
    seal: Expect,
    pades: Expect,
}

fn row(name: &'static str, how: &'static str, edit: Edit) -> Row {
    Row {
        name,
        how,
        edit,
        seal: Expect::Invalid,
        pades: Expect::Invalid,
    }
}

impl Row {
    /// Where no certification forbids it, the policy `pades` may let it pass.
    fn pades(self, pades: Expect) -> Self {
        Self { pades, ..self }
    }

    fn both(self, expect: Expect) -> Self {
        Self {
            seal: expect,
            pades: expect,
            ..self
        }
    }
}

/// The document that the signature of which is attacked starts from: validation material is there already, and a certification.
pub(crate) fn signed(kind: Kind, sign: &dyn Fn(&Doc) -> Signed) -> Signed {
    sign(&sample(kind))
}

pub(crate) fn cases(signed: &Signed) -> Vec<Case> {
    let groups = [
        dictionary(),
        widget(),
        field(),
        form(),
        page(),
        resources(),
        catalog(),
        behind(),
    ];
    let rows = groups.into_iter().flatten();
    rows.map(|row| Case {
        name: format!("spoof/{}/{:?}", row.name, signed.doc.kind),
        how: row.how,
        bytes: signed.then(|update| (row.edit)(signed, update)),
        seal: row.seal,
        pades: row.pades,
    })
    .collect()
}

/// The signature dictionary is written again.
fn dictionary() -> Vec<Row> {
    vec![
        row("dictionary-reason", "another /Reason", |s, u| {
            u.edit(s.dictionary, "Reason", "(I guarantee)")
        }),
        row("dictionary-name", "another /Name", |s, u| {
            u.edit(s.dictionary, "Name", "(The Minister)")
        }),
        row("dictionary-location", "a /Location is added", |s, u| {
            u.edit(s.dictionary, "Location", "(Beijing)")
        }),
        row("dictionary-contact", "a /ContactInfo is added", |s, u| {
            u.edit(s.dictionary, "ContactInfo", "(evil)")
        }),
        row("dictionary-time", "another /M", |s, u| {
            u.edit(s.dictionary, "M", "(D:20200101000000Z)")
        }),
        row("dictionary-contents", "another /Contents", |s, u| {
            u.edit(s.dictionary, "Contents", "<3000>")
        }),
        row("dictionary-contents-zero", "/Contents of zeros", |s, u| {
            u.edit(s.dictionary, "Contents", "<00000000>")
        }),
        row("dictionary-range", "another /ByteRange", |s, u| {
            u.edit(s.dictionary, "ByteRange", "[0 10 20 30]")
        }),
        row("dictionary-subfilter", "another /SubFilter", |s, u| {
            u.edit(s.dictionary, "SubFilter", "/ETSI.RFC3161")
        }),
        row(
            "dictionary-type",
            "the signature becomes a document time stamp",
            |s, u| {
                u.edit(s.dictionary, "Type", "/DocTimeStamp");
            },
        ),
        row(
            "dictionary-same",
            "the dictionary is written again as it was",
            |s, u| {
                let body = s.doc.body(s.dictionary).to_vec();
                u.set(s.dictionary, body);
            },
        )
        .both(Expect::NotValid),
        row("dictionary-reference", "a /Reference with a weaker DocMDP", |s, u| {
            u.edit(s.dictionary, "Reference", "[<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P 3 /V /1.2 >> >>]");
        }),
        row("dictionary-null", "the dictionary becomes null", |s, u| {
            u.set(s.dictionary, "null")
        }),
        row("dictionary-other-type", "the dictionary becomes an array", |s, u| {
            u.set(s.dictionary, "[]")
        }),
    ]
}

/// What is seen of the seal is moved or replaced.
fn widget() -> Vec<Row> {
    vec![
        row("widget-moved", "the seal is moved", |s, u| {
            u.edit(s.field, "Rect", "[72 600 192 720]")
        }),
        row("widget-grown", "the seal covers the page", |s, u| {
            u.edit(s.field, "Rect", "[0 0 595 842]")
        }),
        row("widget-shrunk", "the seal is shrunk to nothing", |s, u| {
            u.edit(s.field, "Rect", "[0 0 0 0]")
        }),
        row(
            "widget-appearance-new",
            "the seal's appearance leads to a new one",
            |s, u| {
                let other = u.add(stream(
                    "/Type /XObject /Subtype /Form /BBox [0 0 120 120]",
                    b"0 0 120 120 re f",
                ));
                u.edit(s.field, "AP", format!("<< /N {other} 0 R >>"));
            },
        ),
        row(
            "widget-appearance-overwritten",
            "the seal's appearance is overwritten",
            |s, u| {
                let other = stream("/Type /XObject /Subtype /Form /BBox [0 0 120 120]", b"0 0 120 120 re f");
                u.set(s.appearance.unwrap(), other);
            },
        ),
        row(
            "widget-appearance-box",
            "the appearance's /BBox cuts the seal off",
            |s, u| {
                u.edit(s.appearance.unwrap(), "BBox", "[0 0 1 1]");
            },
        ),
        row("widget-appearance-matrix", "the appearance gets a /Matrix", |s, u| {
            u.edit(s.appearance.unwrap(), "Matrix", "[-1 0 0 -1 0 0]");
        }),
        row(
            "widget-appearance-states",
            "the appearance becomes one of several states",
            |s, u| {
                let n = s.appearance.unwrap();
                u.edit(s.field, "AP", format!("<< /N << /On {n} 0 R /Off << >> >> >>"));
                u.edit(s.field, "AS", "/Off");
            },
        ),
        row(
            "widget-appearance-removed",
            "the seal's appearance is removed",
            |s, u| u.remove(s.field, "AP"),
        ),
        row("widget-hidden", "the seal is hidden", |s, u| u.edit(s.field, "F", "2")),
        row("widget-no-print", "the seal is not printed any more", |s, u| {
            u.edit(s.field, "F", "128")
        }),
        row("widget-page", "the seal's widget names another page", |s, u| {
            u.edit(s.field, "P", "4 0 R")
        }),
        row("widget-other-page", "the seal is shown on another page", |s, u| {
            u.edit(s.field, "P", "4 0 R");
            let kept = String::from_utf8_lossy(&u.body(IDS.page1)).replace(&format!(" {} 0 R", s.field), "");
            u.set(IDS.page1, kept);
            u.push(IDS.page2, "Annots", &format!("{} 0 R", s.field));
        }),
        row("widget-both-pages", "the seal is shown on a second page too", |s, u| {
            u.push(IDS.page2, "Annots", &format!("{} 0 R", s.field));
        }),
        row("widget-unshown", "the seal is taken off its page", |s, u| {
            let kept = String::from_utf8_lossy(&u.body(IDS.page1)).replace(&format!(" {} 0 R", s.field), "");
            u.set(IDS.page1, kept);
        }),
        row("widget-turned", "the seal is turned by /MK", |s, u| {
            u.edit(s.field, "MK", "<< /R 180 >>")
        }),
        row("widget-layer", "the seal is put on a layer", |s, u| {
            u.edit(s.field, "OC", "15 0 R")
        }),
        row("widget-action", "a click on the seal runs something", |s, u| {
            u.edit(s.field, "A", "<< /S /JavaScript /JS (app.alert\\(1\\)) >>");
        }),
        row("widget-kids", "the field gets a second widget", |s, u| {
            let kid = u.add(format!(
                "<< /Type /Annot /Subtype /Widget /Parent {} 0 R /P 4 0 R /Rect [0 0 100 100] /AP << /N {} 0 R >> >>",
                s.field,
                s.appearance.unwrap()
            ));
            u.edit(s.field, "Kids", format!("[{kid} 0 R]"));
            u.push(IDS.page2, "Annots", &format!("{kid} 0 R"));
        }),
        row(
            "seal-copied",
            "a copy of the seal's picture is put on another page",
            |s, u| {
                let stamp = u.add(format!(
                    "<< /Type /Annot /Subtype /Stamp /P 4 0 R /Rect [300 300 420 420] /F 4 /AP << /N {} 0 R >> >>",
                    s.appearance.unwrap()
                ));
                u.push(IDS.page2, "Annots", &format!("{stamp} 0 R"));
            },
        ),
        row("seal-covered", "an annotation is put over the seal", |_, u| {
            let cover = u.add(stream(
                "/Type /XObject /Subtype /Form /BBox [0 0 120 120]",
                b"1 1 1 rg 0 0 120 120 re f",
            ));
            let stamp = u.add(format!(
                "<< /Type /Annot /Subtype /Stamp /P 3 0 R /Rect [360 120 480 240] /F 4 /AP << /N {cover} 0 R >> >>"
            ));
            u.push(IDS.page1, "Annots", &format!("{stamp} 0 R"));
        }),
    ]
}

/// The field and its way to the signature.
fn field() -> Vec<Row> {
    vec![
        row("field-value-copy", "/V leads to a copy with another /Name", |s, u| {
            let copy = set_path(s.doc.body(s.dictionary), "Name", b"(The Minister)");
            let copy = u.add(copy);
            u.edit(s.field, "V", format!("{copy} 0 R"));
        }),
        row("field-value-new", "/V leads to a dictionary without a value", |s, u| {
            let other = u.add("<< /Type /Sig /Filter /Adobe.PPKLite /Name (The Minister) >>");
            u.edit(s.field, "V", format!("{other} 0 R"));
        }),
        row("field-value-direct", "/V becomes a direct copy", |s, u| {
            let copy = s.doc.body(s.dictionary).to_vec();
            u.edit(s.field, "V", copy);
        }),
        row("field-value-null", "/V becomes null", |s, u| {
            u.edit(s.field, "V", "null")
        }),
        row(
            "field-value-removed",
            "/V is removed: the signature is gone from sight",
            |s, u| u.remove(s.field, "V"),
        ),
        row("field-renamed", "the field is renamed", |s, u| {
            u.edit(s.field, "T", "(Minister)")
        }),
        row("field-type", "the field becomes a text field", |s, u| {
            u.edit(s.field, "FT", "/Tx")
        }),
        row("field-flags", "the field's flags", |s, u| u.edit(s.field, "Ff", "1")),
        row("field-lock", "a /Lock is added to the signed field", |s, u| {
            u.edit(s.field, "Lock", "<< /Type /SigFieldLock /Action /All >>")
        })
        .pades(Expect::Classed),
        row("field-parent", "the field gets a parent with another name", |s, u| {
            let parent = u.add(format!("<< /T (Ministry) /Kids [{} 0 R] >>", s.field));
            u.edit(s.field, "Parent", format!("{parent} 0 R"));
        }),
        row("field-unlisted", "the field is removed from /Fields", |s, u| {
            let kept = String::from_utf8_lossy(&u.body(IDS.form)).replace(&format!(" {} 0 R", s.field), "");
            u.set(IDS.form, kept);
        }),
        row("field-listed-twice", "the field is listed twice", |s, u| {
            u.push(IDS.form, "Fields", &format!("{} 0 R", s.field))
        }),
        row("field-order", "the order of /Fields", |s, u| {
            u.edit(IDS.form, "Fields", format!("[{} 0 R 25 0 R 11 0 R 10 0 R]", s.field))
        })
        .both(Expect::Classed),
        row(
            "field-overwritten",
            "the field is overwritten with another object",
            |s, u| u.set(s.field, "<< /Type /Annot /Subtype /Link /Rect [0 0 1 1] >>"),
        ),
        row("empty-field-renamed", "an empty signature field is renamed", |_, u| {
            u.edit(IDS.empty_field, "T", "(Other)")
        }),
        row("empty-field-moved", "an empty signature field is moved", |_, u| {
            u.edit(IDS.empty_field, "Rect", "[0 0 300 300]")
        }),
        row(
            "empty-field-dressed",
            "an empty signature field is made to look signed",
            |s, u| {
                u.edit(IDS.empty_field, "AP", format!("<< /N {} 0 R >>", s.appearance.unwrap()));
            },
        ),
        row(
            "text-changed",
            "the value and appearance of a text field change",
            |_, u| fill(u, "999 yuan"),
        )
        .pades(Expect::Classed),
        row(
            "text-appearance-alone",
            "a text field looks other than its value",
            |_, u| {
                u.set(IDS.text_appearance, text_appearance("999 yuan"));
            },
        )
        .pades(Expect::NotValid),
        row("text-renamed", "a text field is renamed", |_, u| {
            u.edit(IDS.text_field, "T", "(fee)")
        }),
        row("text-moved", "a text field is moved", |_, u| {
            u.edit(IDS.text_field, "Rect", "[72 700 272 724]")
        }),
        row("text-removed", "a text field is removed", |_, u| {
            u.edit(IDS.form, "Fields", "[11 0 R 25 0 R]");
            u.edit(IDS.page1, "Annots", "[11 0 R]");
            u.free(IDS.text_field);
        }),
        row("text-added", "a text field is added", |_, u| {
            let field = u.add("<< /Type /Annot /Subtype /Widget /FT /Tx /T (extra) /V (999 yuan) /DA (/F1 12 Tf 0 g) /P 3 0 R /Rect [72 700 272 724] /F 4 >>");
            u.push(IDS.form, "Fields", &format!("{field} 0 R"));
            u.push(IDS.page1, "Annots", &format!("{field} 0 R"));
        }),
    ]
}

pub(crate) fn text_appearance(text: &str) -> Vec<u8> {
    stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 200 24] /Resources << /Font << /F1 9 0 R >> >>",
        format!("/Tx BMC BT /F1 12 Tf 2 8 Td ({text}) Tj ET EMC").as_bytes(),
    )
}

/// Fills the text field as a form filler does.
pub(crate) fn fill(update: &mut Update<'_>, text: &str) {
    update.edit(IDS.text_field, "V", format!("({text})"));
    let appearance = update.add(text_appearance(text));
    update.edit(IDS.text_field, "AP", format!("<< /N {appearance} 0 R >>"));
}

/// The form and what hangs on the catalog beside it.
fn form() -> Vec<Row> {
    vec![
        row("form-removed", "the form is removed from the catalog", |_, u| {
            u.remove(IDS.catalog, "AcroForm")
        }),
        row("form-replaced", "the catalog leads to another form", |_, u| {
            let form = u.add("<< /Fields [] >>");
            u.edit(IDS.catalog, "AcroForm", format!("{form} 0 R"));
        }),
        row("form-emptied", "/Fields is emptied", |_, u| {
            u.edit(IDS.form, "Fields", "[]")
        }),
        row("form-flags", "/SigFlags says that there is no signature", |_, u| {
            u.edit(IDS.form, "SigFlags", "0")
        }),
        row(
            "form-need-appearances",
            "viewers are told to draw the fields anew",
            |_, u| u.edit(IDS.form, "NeedAppearances", "true"),
        ),
        row("form-xfa", "an XFA form is added", |_, u| {
            let xfa = u.add(stream("", b"<xdp:xdp xmlns:xdp=\"http://ns.adobe.com/xdp/\"/>"));
            u.edit(IDS.form, "XFA", format!("{xfa} 0 R"));
        }),
        row("form-calculation", "a calculation order is added", |_, u| {
            u.edit(IDS.form, "CO", "[10 0 R]")
        }),
        row("form-default-font", "the form's own font is swapped", |_, u| {
            u.edit(IDS.form, "DR", "<< /Font << /F1 22 0 R >> >>")
        }),
    ]
}

/// How pages are shown, and which.
fn page() -> Vec<Row> {
    vec![
        row("page-order", "the pages change places", |_, u| {
            u.edit(IDS.pages, "Kids", "[4 0 R 3 0 R]")
        }),
        row("page-removed", "a page is removed", |_, u| {
            u.edit(IDS.pages, "Kids", "[3 0 R]");
            u.edit(IDS.pages, "Count", "1");
        }),
        row("page-added", "a page is added", |_, u| {
            let page = u.add("<< /Type /Page /Parent 2 0 R /Contents 7 0 R >>");
            u.push(IDS.pages, "Kids", &format!("{page} 0 R"));
            u.edit(IDS.pages, "Count", "3");
        }),
        row("page-repeated", "a page is shown twice", |_, u| {
            u.edit(IDS.pages, "Kids", "[3 0 R 4 0 R 3 0 R]");
            u.edit(IDS.pages, "Count", "3");
        }),
        row("page-count", "/Count alone", |_, u| u.edit(IDS.pages, "Count", "1")),
        row("page-node", "the tree gets a node between", |_, u| {
            let node = u.add("<< /Type /Pages /Parent 2 0 R /Kids [4 0 R] /Count 1 /Rotate 90 >>");
            u.edit(IDS.pages, "Kids", format!("[3 0 R {node} 0 R]"));
        }),
        row("page-overwritten", "a page object becomes another page", |_, u| {
            u.set(IDS.page1, "<< /Type /Page /Parent 2 0 R /Contents 8 0 R >>");
        }),
        row("page-media-box", "another MediaBox", |_, u| {
            u.edit(IDS.page1, "MediaBox", "[0 0 595 400]")
        }),
        row(
            "page-inherited-media-box",
            "another MediaBox in the page tree",
            |_, u| u.edit(IDS.pages, "MediaBox", "[0 0 595 400]"),
        ),
        row("page-crop-box", "a CropBox cuts the text off", |_, u| {
            u.edit(IDS.page1, "CropBox", "[0 0 595 400]")
        }),
        row("page-inherited-crop-box", "a CropBox in the page tree", |_, u| {
            u.edit(IDS.pages, "CropBox", "[0 0 595 400]")
        }),
        row("page-rotate", "the page is turned", |_, u| {
            u.edit(IDS.page1, "Rotate", "180")
        }),
        row("page-inherited-rotate", "the page tree is turned", |_, u| {
            u.edit(IDS.pages, "Rotate", "180")
        }),
        row("page-user-unit", "another UserUnit", |_, u| {
            u.edit(IDS.page1, "UserUnit", "10")
        }),
        row("page-contents-replaced", "the contents are overwritten", |_, u| {
            u.set(IDS.content1, stream("", EVIL))
        }),
        row("page-contents-array", "a stream is put behind the contents", |_, u| {
            let more = u.add(stream("", EVIL));
            u.edit(IDS.page1, "Contents", format!("[7 0 R {more} 0 R]"));
        }),
        row(
            "page-contents-array-extended",
            "the contents array is extended",
            |_, u| {
                let more = u.add(stream("", EVIL));
                u.push(IDS.page2, "Contents", &format!("{more} 0 R"));
            },
        ),
        row("page-contents-removed", "the contents are removed", |_, u| {
            u.remove(IDS.page1, "Contents")
        }),
        row(
            "page-contents-external",
            "the contents come from a file outside",
            |_, u| {
                u.set(IDS.content1, stream("/F (http://example.com/x)", b""));
            },
        ),
        row("page-contents-filter", "the same data under another filter", |_, u| {
            let body = set_path(u.body(IDS.content1).as_slice(), "Filter", b"/ASCIIHexDecode");
            u.set(IDS.content1, body);
        }),
        row("page-action", "opening a page runs something", |_, u| {
            u.edit(IDS.page1, "AA", "<< /O << /S /URI /URI (http://example.com) >> >>")
        }),
        row("page-group", "a transparency group is added to a page", |_, u| {
            u.edit(IDS.page1, "Group", "<< /S /Transparency /CS /DeviceCMYK >>")
        }),
        row("page-duration", "a presentation duration", |_, u| {
            u.edit(IDS.page1, "Dur", "1")
        }),
        row("annotation-added", "a note is added", |_, u| add_note(u)).pades(Expect::Invalid),
        row("annotation-changed", "a note's appearance and text change", |_, u| {
            u.edit(IDS.note, "Contents", "(pay 999 yuan)");
            let drawn = u.add(stream(
                "/Type /XObject /Subtype /Form /BBox [0 0 80 40]",
                b"0 0 80 40 re f",
            ));
            u.edit(IDS.note, "AP", format!("<< /N {drawn} 0 R >>"));
        }),
        row("annotation-removed", "a note is removed", |_, u| {
            u.edit(IDS.page2, "Annots", "[25 0 R]")
        }),
        row("annotation-link", "a link is added", |_, u| {
            let link = u.add(
                "<< /Type /Annot /Subtype /Link /Rect [0 0 595 842] /A << /S /URI /URI (http://example.com) >> >>",
            );
            u.push(IDS.page1, "Annots", &format!("{link} 0 R"));
        }),
        row("annotation-order", "the annotations change places", |s, u| {
            u.edit(IDS.page1, "Annots", format!("[{} 0 R 11 0 R 10 0 R]", s.field));
        }),
    ]
}

pub(crate) fn add_note(update: &mut Update<'_>) {
    let note =
        update.add("<< /Type /Annot /Subtype /Text /P 4 0 R /Rect [500 700 520 720] /F 4 /Contents (a remark) >>");
    update.push(IDS.page2, "Annots", &format!("{note} 0 R"));
}

const EVIL: &[u8] = b"BT /F1 18 Tf 72 560 Td (The buyer pays 999 yuan) Tj ET";

/// What pages draw with, directly and behind several references.
fn resources() -> Vec<Row> {
    vec![
        row("resource-font", "a font is overwritten", |_, u| {
            u.set(IDS.font, "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>")
        }),
        row("resource-font-entry", "a name leads to another font", |_, u| {
            u.edit(IDS.resources, "Font/F1", "22 0 R")
        }),
        row(
            "resource-encoding",
            "the encoding behind a font is overwritten",
            |_, u| {
                u.set(
                    IDS.encoding,
                    "<< /Type /Encoding /Differences [49 /nine /nine /nine] >>",
                );
            },
        ),
        row("resource-glyph", "a glyph behind a font is overwritten", |_, u| {
            u.set(IDS.glyph_a, stream("", b"10 0 0 0 10 10 d1 0 0 1 1 re f"))
        }),
        row(
            "resource-to-unicode",
            "what is copied is other than what is seen",
            |_, u| {
                let map = u.add(stream("", b"/CIDInit /ProcSet findresource begin end"));
                u.edit(IDS.font, "ToUnicode", format!("{map} 0 R"));
            },
        ),
        row("resource-picture", "a picture is overwritten", |_, u| {
            u.set(
                IDS.picture,
                stream(
                    "/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
                    b"\0",
                ),
            );
        }),
        row("resource-picture-entry", "a name leads to another XObject", |_, u| {
            u.edit(IDS.resources, "XObject/Im1", "21 0 R")
        }),
        row("resource-picture-mask", "a picture gets a mask", |_, u| {
            u.edit(IDS.picture, "Mask", "[0 255 0 255 0 255]")
        }),
        row("resource-form", "a form XObject is overwritten", |_, u| {
            u.set(
                IDS.form_xobject,
                stream(
                    "/Type /XObject /Subtype /Form /BBox [0 0 300 60] /Resources 6 0 R",
                    EVIL,
                ),
            );
        }),
        row(
            "resource-form-font",
            "the font inside a form XObject leads elsewhere",
            |_, u| u.edit(IDS.form_xobject, "Resources/Font/F9", "22 0 R"),
        ),
        row("resource-form-matrix", "a form XObject is moved", |_, u| {
            u.edit(IDS.form_xobject, "Matrix", "[1 0 0 1 0 900]")
        }),
        row("resource-color-space", "a color space is overwritten", |_, u| {
            u.set(IDS.color_space, "[/Indexed /DeviceRGB 1 <FFFFFFFFFFFF>]")
        }),
        row(
            "resource-inherited",
            "the page tree leads to other resources",
            |_, u| {
                let body = set_path(&u.body(IDS.resources), "Font/F1", b"22 0 R");
                let other = u.add(body);
                u.edit(IDS.pages, "Resources", format!("{other} 0 R"));
            },
        ),
        row("resource-shadowed", "a page gets resources of its own", |_, u| {
            u.edit(IDS.page1, "Resources", "<< /Font << /F1 22 0 R >> >>")
        }),
        row("resource-removed", "the page tree loses its resources", |_, u| {
            u.remove(IDS.pages, "Resources")
        }),
        row("resource-freed", "a font is freed", |_, u| u.free(IDS.font)),
        row("resource-graphics-state", "a graphics state is added", |_, u| {
            u.edit(IDS.resources, "ExtGState", "<< /G1 << /ca 0 >> >>")
        }),
        row("resource-layer", "a layer is renamed", |_, u| {
            u.edit(IDS.layer, "Name", "(Other)")
        }),
        row("layer-off", "a layer is off by default", |_, u| {
            u.edit(IDS.catalog, "OCProperties/D", "<< /OFF [15 0 R] >>")
        }),
        row("layer-base-state", "every layer is off by default", |_, u| {
            u.edit(IDS.catalog, "OCProperties/D/BaseState", "/OFF")
        }),
        row("layer-usage", "a layer is off when printed", |_, u| {
            u.edit(IDS.layer, "Usage", "<< /Print << /PrintState /OFF >> >>");
            u.edit(
                IDS.catalog,
                "OCProperties/D/AS",
                "[<< /Event /Print /OCGs [15 0 R] /Category [/Print] >>]",
            );
        }),
        row("layers-removed", "/OCProperties is removed", |_, u| {
            u.remove(IDS.catalog, "OCProperties")
        }),
    ]
}

/// The catalog's other entries.
fn catalog() -> Vec<Row> {
    let gentle = Expect::Classed;
    vec![
        row("catalog-open-action", "opening the file runs something", |_, u| {
            u.edit(IDS.catalog, "OpenAction", "<< /S /JavaScript /JS (app.alert\\(1\\)) >>")
        }),
        row("catalog-open-destination", "the file opens elsewhere", |_, u| {
            u.edit(IDS.catalog, "OpenAction", "[4 0 R /Fit]")
        }),
        row("catalog-actions", "closing the file runs something", |_, u| {
            u.edit(IDS.catalog, "AA", "<< /WC << /S /JavaScript /JS (x) >> >>")
        }),
        row("catalog-javascript", "a script is added by name", |_, u| {
            u.edit(
                IDS.catalog,
                "Names",
                "<< /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >>",
            )
        }),
        row("catalog-embedded", "a file is embedded", |_, u| {
            let file = u.add(stream("/Type /EmbeddedFile", b"evil"));
            u.edit(
                IDS.catalog,
                "Names",
                format!(
                    "<< /EmbeddedFiles << /Names [(a) << /Type /Filespec /F (a.exe) /EF << /F {file} 0 R >> >>] >> >>"
                ),
            );
        }),
        row("catalog-associated-file", "an associated file is added", |_, u| {
            let file = u.add(stream("/Type /EmbeddedFile", b"<invoice/>"));
            u.edit(
                IDS.catalog,
                "AF",
                format!("[<< /Type /Filespec /F (invoice.xml) /AFRelationship /Data /EF << /F {file} 0 R >> >>]"),
            );
        }),
        row("catalog-portfolio", "the file becomes a portfolio", |_, u| {
            u.edit(IDS.catalog, "Collection", "<< /Type /Collection /View /H >>")
        }),
        row("catalog-viewer", "other viewer preferences", |_, u| {
            u.edit(IDS.catalog, "ViewerPreferences", "<< /HideToolbar true >>")
        }),
        row("catalog-page-mode", "another page mode", |_, u| {
            u.edit(IDS.catalog, "PageMode", "/FullScreen")
        }),
        row("catalog-labels", "other page labels", |_, u| {
            u.edit(IDS.catalog, "PageLabels", "<< /Nums [0 << /S /R /St 7 >>] >>")
        }),
        row("catalog-outlines", "bookmarks are added", |_, u| {
            let item = u.reserve();
            let outlines = u.add(format!(
                "<< /Type /Outlines /First {item} 0 R /Last {item} 0 R /Count 1 >>"
            ));
            u.set(
                item,
                format!("<< /Title (Pay 999 yuan) /Parent {outlines} 0 R /Dest [3 0 R /Fit] >>"),
            );
            u.edit(IDS.catalog, "Outlines", format!("{outlines} 0 R"));
        }),
        row("catalog-structure", "the structure tree changes", |_, u| {
            let element = u.add("<< /Type /StructElem /S /P /P 20 0 R /Pg 3 0 R /ActualText (pay 999 yuan) /K 0 >>");
            u.edit(IDS.structure, "K", format!("[{element} 0 R]"));
        }),
        row(
            "catalog-structure-replaced",
            "the catalog leads to another structure tree",
            |_, u| {
                let tree = u.add("<< /Type /StructTreeRoot /K [] /RoleMap << /P /H1 >> >>");
                u.edit(IDS.catalog, "StructTreeRoot", format!("{tree} 0 R"));
            },
        )
        .pades(Expect::NotValid),
        row("catalog-language", "another language", |_, u| {
            u.edit(IDS.catalog, "Lang", "(fr)")
        }),
        row("catalog-version-lower", "a lower /Version", |_, u| {
            u.edit(IDS.catalog, "Version", "/1.2")
        }),
        row("catalog-version-removed", "/Version is removed", |_, u| {
            u.remove(IDS.catalog, "Version")
        })
        .both(gentle),
        row("catalog-extensions", "an extension is declared", |_, u| {
            u.edit(
                IDS.catalog,
                "Extensions",
                "<< /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 >> >>",
            )
        })
        .both(gentle),
        row("catalog-metadata", "the metadata are swapped", |_, u| {
            let other = u.add(stream(
                "/Type /Metadata /Subtype /XML",
                b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>",
            ));
            u.edit(IDS.catalog, "Metadata", format!("{other} 0 R"));
        })
        .both(gentle),
        row(
            "catalog-metadata-overwritten",
            "the metadata are overwritten",
            |_, u| {
                u.set(
                    IDS.metadata,
                    stream(
                        "/Type /Metadata /Subtype /XML",
                        b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"/>",
                    ),
                );
            },
        )
        .both(gentle),
        row("catalog-metadata-broken", "the metadata are no XML any more", |_, u| {
            u.set(IDS.metadata, stream("/Type /Metadata /Subtype /XML", b"no <xml"));
        })
        .both(gentle),
        row("catalog-requirements", "requirements are added", |_, u| {
            u.edit(
                IDS.catalog,
                "Requirements",
                "[<< /Type /Requirement /S /EnableJavaScripts >>]",
            )
        }),
        row("catalog-unknown-key", "a key that nobody knows", |_, u| {
            u.edit(IDS.catalog, "Evil", "<< /A 1 >>")
        }),
        row(
            "catalog-perms-added",
            "a /Perms that names the seal as a certification",
            |s, u| u.edit(IDS.catalog, "Perms", format!("<< /DocMDP {} 0 R >>", s.dictionary)),
        ),
        row("catalog-overwritten", "the catalog becomes another object", |_, u| {
            u.set(IDS.catalog, "<< /Type /Catalog /Pages 2 0 R >>")
        }),
        row("trailer-encrypt", "the file claims to be encrypted", |_, u| {
            let encrypt = u.add("<< /Filter /Standard /V 1 /R 2 /P -4 /O <0000000000000000000000000000000000000000000000000000000000000000> /U <0000000000000000000000000000000000000000000000000000000000000000> >>");
            u.trailer("Encrypt", Some(&format!("{encrypt} 0 R")));
        }),
        row("trailer-id", "another first /ID", |_, u| {
            u.trailer(
                "ID",
                Some("[<ffffffffffffffffffffffffffffffff> <ffffffffffffffffffffffffffffffff>]"),
            )
        })
        .both(Expect::Classed),
        row("trailer-info", "another /Info", |_, u| {
            let info = u.add("<< /Title (Contract over 999 yuan) >>");
            u.trailer("Info", Some(&format!("{info} 0 R")));
        })
        .both(gentle),
        row("info-changed", "another title", |_, u| {
            u.edit(IDS.info, "Title", "(Contract over 999 yuan)")
        })
        .both(gentle),
    ]
}

/// Objects that nothing leads to: no reader shows them, and no lawful step writes them.
fn behind() -> Vec<Row> {
    vec![
        row("object-unreferenced", "an object that nothing leads to", |_, u| {
            u.add("<< /Evil true >>");
        })
        .both(Expect::Classed),
        row(
            "object-unreferenced-page",
            "a page that nothing leads to yet",
            |_, u| {
                u.add("<< /Type /Page /Parent 2 0 R /Contents 7 0 R >>");
            },
        )
        .both(Expect::Classed),
        row("object-rewritten", "an object is written again as it was", |_, u| {
            let body = u.body(IDS.content1);
            u.set(IDS.content1, body);
        })
        .both(Expect::Classed),
        row("object-freed-unused", "a free entry for a number never used", |_, u| {
            let number = u.reserve();
            u.entries.push((number, Entry::Free { next: 0, generation: 1 }));
        })
        .both(Expect::Classed),
    ]
}

/// Attacks on what a certification and validation material leave behind: each needs another start.
pub(crate) fn with_history(kind: Kind) -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name: &str, how: &'static str, bytes: Vec<u8>| {
        cases.push(Case::invalid(format!("spoof/{name}/{kind:?}"), how, bytes));
    };
    let certified = certified(kind, 1);
    add(
        "perms-removed",
        "/Perms is removed",
        certified.then(|u| u.remove(IDS.catalog, "Perms")),
    );
    add(
        "perms-emptied",
        "/Perms is emptied",
        certified.then(|u| u.edit(IDS.catalog, "Perms", "<< >>")),
    );
    add(
        "perms-null",
        "/Perms/DocMDP becomes null",
        certified.then(|u| u.edit(IDS.catalog, "Perms/DocMDP", "null")),
    );
    add(
        "perms-redirected",
        "/Perms leads to another dictionary",
        certified.then(|u| {
            let other = set_path(certified.doc.body(certified.dictionary), "Name", b"(x)");
            let other = u.add(other);
            u.edit(IDS.catalog, "Perms/DocMDP", format!("{other} 0 R"));
        }),
    );
    add(
        "perms-usage-rights",
        "usage rights are added",
        certified.then(|u| {
            u.edit(IDS.catalog, "Perms/UR3", "<< /Type /Sig /Filter /Adobe.PPKLite >>");
        }),
    );
    let weakened = certified.then(|u| {
        let weak = String::from_utf8_lossy(certified.doc.body(certified.dictionary)).replace("/P 1", "/P 3");
        u.set(certified.dictionary, weak);
        add_note(u);
    });
    add(
        "certification-weakened",
        "the certification's /P is raised, and a note added",
        weakened,
    );
    add(
        "certified-filled",
        "a field is filled where P=1",
        certified.then(|u| fill(u, "200 yuan")),
    );
    add("certified-note", "a note is added where P=1", certified.then(add_note));
    let second = super::forge::certified(kind, 2);
    add("certified-2-note", "a note is added where P=2", second.then(add_note));
    add(
        "certified-2-content",
        "the content changes where P=2",
        second.then(|u| u.set(IDS.content1, stream("", EVIL))),
    );
    let third = super::forge::certified(kind, 3);
    add(
        "certified-3-content",
        "the content changes where P=3",
        third.then(|u| u.set(IDS.content1, stream("", EVIL))),
    );
    add(
        "certified-3-seal-moved",
        "the seal is moved where P=3",
        third.then(|u| u.edit(third.field, "Rect", "[0 0 120 120]")),
    );
    add(
        "certified-3-seal-removed",
        "the seal is taken off its page where P=3",
        third.then(|u| u.edit(IDS.page1, "Annots", "[10 0 R 11 0 R]")),
    );
    add("certified-unknown-p", "an unknown P, and a note", {
        let unknown = super::forge::certified(kind, 9);
        unknown.then(add_note)
    });
    let locked = Plan {
        lock: Some("/Action /All"),
        certify: Some(2),
        ..Plan::seal("Seal1")
    }
    .sign(&sample(kind), &cms);
    add(
        "locked-all-filled",
        "a field is filled that FieldMDP locks",
        locked.then(|u| fill(u, "200 yuan")),
    );
    let locked = Plan {
        lock: Some("/Action /Include /Fields [(amount)]"),
        certify: Some(2),
        ..Plan::seal("Seal1")
    };
    let locked = locked.sign(&sample(kind), &cms);
    add(
        "locked-field-filled",
        "the locked field is filled",
        locked.then(|u| fill(u, "200 yuan")),
    );
    let excepted = Plan {
        lock: Some("/Action /Exclude /Fields [(remark)]"),
        certify: Some(2),
        ..Plan::seal("Seal1")
    };
    let excepted = excepted.sign(&sample(kind), &cms);
    add(
        "locked-all-but-one-filled",
        "a field is filled that is not excepted",
        excepted.then(|u| fill(u, "200 yuan")),
    );
    let dss = super::lawful::with_dss(kind);
    add(
        "dss-removed",
        "validation material is removed",
        dss.then(|u| u.remove(IDS.catalog, "DSS")),
    );
    add(
        "dss-emptied",
        "validation material is emptied",
        dss.then(|u| u.edit(IDS.catalog, "DSS", "<< >>")),
    );
    cases
}
