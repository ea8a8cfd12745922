//! The generators themselves: their files are what they claim to be, before any verifier is asked.

use std::collections::HashSet;

use super::forge::*;
use super::{differ, hostile, isa, lawful, shadow, spoof, swa, usf};

/// Every case of every generator, on files of this kind.
pub(crate) fn attacks(kind: Kind) -> Vec<Case> {
    let sign: &dyn Fn(&Doc) -> Signed = &|base| Plan::seal("Seal1").sign(base, &cms);
    let signed = sign(&sample(kind));
    [
        shadow::cases(kind, sign),
        isa::cases(&signed),
        swa::cases(kind),
        usf::cases(kind),
        spoof::cases(&signed),
        spoof::with_history(kind),
    ]
    .concat()
}

pub(crate) fn lawful(kind: Kind) -> Vec<lawful::Lawful> {
    lawful::cases(kind, &|base| Plan::seal("Seal1").sign(base, &cms))
}

#[test]
fn no_two_cases_are_one() {
    for kind in KINDS {
        let (mut names, mut files) = (HashSet::new(), HashSet::new());
        for case in attacks(kind) {
            assert!(names.insert(case.name.clone()), "{} twice", case.name);
            let is_prepared = case.name.ends_with("/signed");
            let generator = case.name.split('/').next().unwrap().to_owned();
            assert!(
                files.insert((generator, sm3::digest(&case.bytes))) || is_prepared,
                "{} is another case's file",
                case.name
            );
            assert!(find(&case.bytes, b"%PDF-").is_some(), "{}", case.name);
        }
        assert!(names.len() > 250, "{}", names.len());
    }
}

/// What is said to come after a signature leaves every byte before it.
#[test]
fn increments_leave_the_signed_bytes() {
    for kind in KINDS {
        let signed = sealed(kind);
        for case in spoof::cases(&signed) {
            assert!(case.bytes.starts_with(&signed.doc.bytes), "{}", case.name);
            assert!(case.bytes.len() > signed.doc.bytes.len(), "{}", case.name);
        }
    }
}

/// The wrapping holds what makes it dangerous: its uncovered range names blocks that are, byte for byte, the signed ones.
#[test]
fn wrapped_files_keep_the_signed_blocks() {
    for kind in KINDS {
        let plan = Plan {
            contents_first: true,
            ..Plan::seal("Seal1")
        };
        let plain = plan.sign(&sample(kind), &cms);
        for case in swa::cases(kind)
            .into_iter()
            .filter(|case| case.name.contains("/wrapped-"))
        {
            let at = plain.gap.end + find(&case.bytes[plain.gap.end..], b"/ByteRange [").unwrap() + 12;
            let text: String = case.bytes[at..]
                .iter()
                .map(|byte| char::from(*byte))
                .take_while(|c| *c != ']')
                .collect();
            let range: Vec<usize> = text.split(' ').map(|word| word.parse().unwrap()).collect();
            assert_eq!(range[1], plain.gap.start, "{}", case.name);
            assert_eq!(case.bytes.len(), range[2] + range[3], "{}", case.name);
            // The values of two signings differ, and with them nothing but what the gap holds.
            let gap = plain.gap;
            assert_eq!(case.bytes[..gap.start], plain.doc.bytes[..gap.start], "{}", case.name);
            assert_eq!(case.bytes[range[2]..], plain.doc.bytes[gap.end..], "{}", case.name);
            let startxref = plain.doc.startxref;
            assert!(case.bytes[startxref..].starts_with(b"xref\n"), "{}", case.name);
        }
    }
}

/// A signature is found again in what was written, as in what another signer writes.
#[test]
fn signatures_are_found_by_scanning() {
    for kind in KINDS {
        let signed = sealed(kind);
        let found = Signed::find(&signed.base, signed.doc.bytes.clone());
        assert_eq!(found.field, signed.field);
        assert_eq!(found.dictionary, signed.dictionary);
        assert_eq!(found.appearance, signed.appearance);
        assert_eq!((found.gap.start, found.gap.end), (signed.gap.start, signed.gap.end));
        assert_eq!(found.doc.startxref, signed.doc.startxref);
        assert_eq!(found.doc.size, signed.doc.size);
    }
}

#[test]
fn hostile_files_are_made() {
    let mut names = HashSet::new();
    for one in hostile::all() {
        assert!(names.insert(one.name), "{} twice", one.name);
        assert!(one.bytes().starts_with(b"%PDF-"), "{}", one.name);
    }
}

/// Writes every file for other tools to look at: `PDF_ATTACKS_OUT=DIR cargo test --test pdf_attacks write -- --ignored`.
#[test]
#[ignore = "needs PDF_ATTACKS_OUT"]
fn write_files() {
    let folder = std::path::PathBuf::from(std::env::var_os("PDF_ATTACKS_OUT").expect("PDF_ATTACKS_OUT"));
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(format!("{}.pdf", name.replace('/', "_")));
        std::fs::write(path, bytes).unwrap();
    };
    let turned = PageShape {
        rotate: Some(90),
        crop: Some([50, 50, 500, 800]),
        ..PageShape::default()
    };
    for kind in KINDS {
        write(&format!("base/{kind:?}"), &sample(kind).bytes);
        write(&format!("base/turned/{kind:?}"), &one_page(kind, turned).bytes);
        attacks(kind).iter().for_each(|case| write(&case.name, &case.bytes));
        differ::cases(kind)
            .iter()
            .for_each(|case| write(&case.name, &case.bytes));
        lawful(kind)
            .iter()
            .for_each(|one| write(&one.case.name, &one.case.bytes));
    }
    hostile::all()
        .iter()
        .for_each(|one| write(&format!("hostile/{}", one.name), &one.bytes()));
}
