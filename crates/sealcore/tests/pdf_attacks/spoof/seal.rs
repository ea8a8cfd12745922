//! The signature dictionary, and what is seen of the seal.

use super::*;

/// The signature dictionary is written again.
pub(super) fn dictionary() -> Vec<Row> {
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
pub(super) fn widget() -> Vec<Row> {
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
