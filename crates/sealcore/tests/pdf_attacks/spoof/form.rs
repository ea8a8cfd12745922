//! The field and its way to the signature; the form around it.

use super::*;

/// The field and its way to the signature.
pub(super) fn field() -> Vec<Row> {
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
pub(super) fn form() -> Vec<Row> {
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
