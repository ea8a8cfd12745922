//! Laws that hold for every change, not for chosen ones only.

use std::sync::LazyLock;

use proptest::prelude::*;
use sealcore::report::{Changes, Severity, Verdict};

use super::{POLICIES, policy, quiet, verify};
use crate::forge::*;

static SIGNED: LazyLock<[Signed; 3]> = LazyLock::new(|| {
    let all = KINDS.map(sealed);
    // Else every change would be caught, for the wrong reason.
    all.iter().for_each(|signed| drop(quiet(signed)));
    all
});

/// Whether the file with this byte changed passes, or is quietly taken for a file that nobody signed.
fn passes(bytes: &[u8]) -> Option<String> {
    let report = verify(bytes, policy("seal")).ok()?;
    let all = report
        .findings
        .iter()
        .chain(report.signatures.iter().flat_map(|one| &one.findings));
    let worst = all.map(|finding| finding.severity()).max();
    let is_caught = match report.verdict {
        Verdict::Invalid => true,
        Verdict::Unsigned => worst >= Some(Severity::Warning),
        Verdict::Valid | Verdict::Indeterminate => false,
    };
    (!is_caught).then(|| format!("{report:#?}"))
}

/// One step of an editor that knows the syntax and nothing else.
#[derive(Clone, Debug)]
enum Step {
    /// An object gets other content.
    Replace(prop::sample::Index, u8),
    /// A key of an object's dictionary gets another value.
    Set(prop::sample::Index, u8, u8),
    /// An object is added, and led to from an existing one.
    Add(prop::sample::Index, u8, u8),
    /// An object is added that nothing leads to.
    AddLoose(u8),
    /// An object is freed.
    Free(prop::sample::Index),
}

fn step() -> impl Strategy<Value = Step> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        (index(), any::<u8>()).prop_map(|(at, what)| Step::Replace(at, what)),
        (index(), any::<u8>(), any::<u8>()).prop_map(|(at, key, what)| Step::Set(at, key, what)),
        (index(), any::<u8>(), any::<u8>()).prop_map(|(at, key, what)| Step::Add(at, key, what)),
        any::<u8>().prop_map(Step::AddLoose),
        index().prop_map(Step::Free),
    ]
}

const KEYS: [&str; 24] = [
    "Contents",
    "Annots",
    "Kids",
    "Count",
    "Resources",
    "Rect",
    "AP",
    "V",
    "T",
    "FT",
    "F",
    "P",
    "MediaBox",
    "Rotate",
    "AcroForm",
    "Pages",
    "Metadata",
    "Names",
    "OpenAction",
    "Encoding",
    "BBox",
    "Fields",
    "ByteRange",
    "Zz",
];

fn content(what: u8) -> Vec<u8> {
    match what % 10 {
        0 => b"null".to_vec(),
        1 => b"[]".to_vec(),
        2 => b"<< >>".to_vec(),
        3 => b"(text)".to_vec(),
        4 => b"42".to_vec(),
        5 => b"/Name".to_vec(),
        6 => format!("{} 0 R", what / 4).into_bytes(),
        7 => format!("[{} 0 R {} 0 R]", what / 8, what / 5).into_bytes(),
        8 => stream("/Type /XObject /Subtype /Form /BBox [0 0 99 99]", b"0 0 99 99 re f"),
        _ => b"<< /Type /Annot /Subtype /Stamp /Rect [0 0 99 99] /P 3 0 R >>".to_vec(),
    }
}

/// A value that may stand inside a dictionary.
fn value(what: u8) -> Vec<u8> {
    let content = content(what);
    if content.ends_with(b"endstream") {
        b"true".to_vec()
    } else {
        content
    }
}

fn take(update: &mut Update<'_>, step: &Step) {
    let pick = |update: &Update<'_>, at: &prop::sample::Index| {
        let numbers: Vec<u32> = update.doc.objects.keys().copied().collect();
        numbers[at.index(numbers.len())]
    };
    let key = |key: u8| KEYS[usize::from(key) % KEYS.len()];
    match step {
        Step::Replace(at, what) => update.set(pick(update, at), content(*what)),
        Step::Set(at, name, what) => {
            let number = pick(update, at);
            if update.body(number).starts_with(b"<<") {
                update.edit(number, key(*name), value(*what));
            } else {
                update.set(number, content(*what));
            }
        }
        Step::Add(at, name, what) => {
            let number = pick(update, at);
            let added = update.add(content(*what));
            if update.body(number).starts_with(b"<<") {
                update.edit(number, key(*name), format!("{added} 0 R"));
            }
        }
        Step::AddLoose(what) => {
            update.add(content(*what));
        }
        Step::Free(at) => {
            let number = pick(update, at);
            let is_freed = update.entries.iter().any(|(other, _)| *other == number);
            let is_written = update.body(number) != update.doc.body(number);
            if !is_freed && !is_written {
                update.free(number);
            }
        }
    }
}

/// Found by [`any_increment_is_classed`]: signatures of two older revisions, and a newest form that cannot be read.
#[test]
fn a_destroyed_form_hides_no_older_signatures() {
    for signed in SIGNED.iter() {
        let form: u32 = signed
            .doc
            .value(1, "AcroForm")
            .split(' ')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let edited = signed.doc.increment(|update| {
            update.edit(signed.dictionary, "Zz", "null");
            update.edit(signed.field, "Zz", "null");
        });
        let destroyed = edited.increment(|update| update.set(form, "/Name"));
        let report = verify(&destroyed.bytes, policy("seal")).unwrap();
        assert!(
            report.verdict == Verdict::Invalid && !report.signatures.is_empty(),
            "{report:#?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_changed_byte_is_caught(kind in 0_usize..3, at in any::<prop::sample::Index>(), flip in 1_u8..=255) {
        let signed = &SIGNED[kind];
        let mut bytes = signed.doc.bytes.clone();
        let covered = bytes.len() - (signed.gap.end - signed.gap.start);
        let at = at.index(covered);
        let at = if at < signed.gap.start { at } else { at + signed.gap.end - signed.gap.start };
        bytes[at] ^= flip;
        let passed = passes(&bytes);
        prop_assert!(passed.is_none(), "byte {at}: {}", passed.unwrap_or_default());
    }

    #[test]
    fn a_changed_length_is_caught(kind in 0_usize..3, at in any::<prop::sample::Index>(), is_longer: bool) {
        let signed = &SIGNED[kind];
        let mut bytes = signed.doc.bytes.clone();
        let at = at.index(bytes.len());
        if is_longer {
            bytes.insert(at, b' ');
        } else {
            // The last line end may be missing without anybody's harm, were it not covered.
            bytes.remove(at);
        }
        let passed = passes(&bytes);
        prop_assert!(passed.is_none(), "byte {at}: {}", passed.unwrap_or_default());
    }

    #[test]
    fn a_cut_file_is_caught(kind in 0_usize..3, at in any::<prop::sample::Index>()) {
        let signed = &SIGNED[kind];
        // Before the signature's increment ends, or the signature was never there.
        let from = signed.gap.original + 1;
        let at = from + at.index(signed.doc.bytes.len() - from);
        let passed = passes(&signed.doc.bytes[..at]);
        prop_assert!(passed.is_none(), "cut at {at}: {}", passed.unwrap_or_default());
    }

    #[test]
    fn any_increment_is_classed(
        kind in 0_usize..3,
        revisions in prop::collection::vec(prop::collection::vec(step(), 1..4), 1..3),
        is_pades: bool,
    ) {
        let signed = &SIGNED[kind];
        let doc = revisions.iter().fold(signed.doc.clone(), |doc, steps| {
            doc.increment(|update| steps.iter().for_each(|step| take(update, step)))
        });
        let name = POLICIES[usize::from(is_pades) % POLICIES.len()];
        // A random editor may well destroy what makes the file a PDF; then the report says so.
        let report = verify(&doc.bytes, policy(name)).map_err(|error| TestCaseError::fail(error.to_string()))?;
        if report.signatures.is_empty() {
            prop_assert!(!report.findings.is_empty() && report.verdict != Verdict::Valid, "{report:#?}");
        }
        for one in &report.signatures {
            prop_assert!(one.changes != Changes::None, "{report:#?}");
        }
    }

    #[test]
    fn any_tail_is_caught(kind in 0_usize..3, tail in prop::collection::vec(any::<u8>(), 1..200)) {
        // A line end alone belongs to the last line.
        prop_assume!(tail != b"\n" && tail != b"\r" && tail != b"\r\n");
        let signed = &SIGNED[kind];
        let passed = passes(&[signed.doc.bytes.as_slice(), &tail].concat());
        prop_assert!(passed.is_none(), "{tail:?}: {}", passed.unwrap_or_default());
    }
}
