//! Sound increments that change what a signature or the document around it seems to be. Each starts from a sealed sample.

mod catalog;
mod form;
mod page;
mod seal;

use super::forge::*;
pub(crate) use form::{fill, text_appearance};
pub(crate) use page::add_note;

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

pub(crate) fn cases(signed: &Signed) -> Vec<Case> {
    let groups = [
        seal::dictionary(),
        seal::widget(),
        form::field(),
        form::form(),
        page::page(),
        page::resources(),
        catalog::catalog(),
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

const EVIL: &[u8] = b"BT /F1 18 Tf 72 560 Td (The buyer pays 999 yuan) Tj ET";

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
