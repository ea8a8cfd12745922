//! How pages are shown, which, and what they draw with.

use super::*;

/// How pages are shown, and which.
pub(super) fn page() -> Vec<Row> {
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

/// What pages draw with, directly and behind several references.
pub(super) fn resources() -> Vec<Row> {
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
