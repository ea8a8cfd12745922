//! What hangs on the catalog and the trailer.

use super::*;

/// The catalog's other entries.
pub(super) fn catalog() -> Vec<Row> {
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
