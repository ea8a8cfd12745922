//! Signature wrapping: the covered bytes and the document that is read drift apart. Every value here holds over what its own
//! ByteRange names, read as a careless verifier reads it.

use super::forge::*;

pub(crate) fn cases(kind: Kind) -> Vec<Case> {
    let mut cases = ranges(kind);
    cases.extend(gaps(kind));
    cases.extend(wrapped(kind));
    cases.push(shared_range(kind));
    cases.push(shared_value(kind));
    cases.push(parallel(kind));
    cases.push(parallel_twice(kind));
    cases
}

fn signed_with(kind: Kind, range: fn(&Gap) -> Vec<i64>) -> Vec<u8> {
    let plan = Plan {
        range,
        ..Plan::seal("Seal1")
    };
    plan.sign(&sample(kind), &cms).doc.bytes
}

type Range = fn(&Gap) -> Vec<i64>;

fn at(value: usize) -> i64 {
    value as i64
}

/// Ranges that are not `[0 a b c]` around /Contents to the end.
fn ranges(kind: Kind) -> Vec<Case> {
    let rows: Vec<(&str, &'static str, Range)> = vec![
        ("two-numbers", "a range of two numbers", |gap| vec![0, at(gap.start)]),
        ("three-numbers", "a range of three numbers", |gap| {
            vec![0, at(gap.start), at(gap.end)]
        }),
        ("six-numbers", "a range of three blocks", |gap| {
            vec![0, 100, 100, at(gap.start) - 100, at(gap.end), at(gap.len - gap.end)]
        }),
        (
            "six-with-hole",
            "a range of three blocks that leaves a page out",
            |gap| vec![0, 100, 1500, at(gap.start) - 1500, at(gap.end), at(gap.len - gap.end)],
        ),
        ("none", "an empty range", |_| Vec::new()),
        ("empty-blocks", "blocks of no bytes", |gap| vec![0, 0, at(gap.len), 0]),
        ("all-zero", "a range of zeros", |_| vec![0, 0, 0, 0]),
        ("negative-start", "the first block starts before the file", |gap| {
            vec![-1, at(gap.start), at(gap.end), at(gap.len - gap.end)]
        }),
        ("negative-length", "the second block has a negative length", |gap| {
            vec![0, at(gap.start), at(gap.end), -10]
        }),
        ("non-zero", "the first block does not start at 0", |gap| {
            vec![15, at(gap.start) - 15, at(gap.end), at(gap.len - gap.end)]
        }),
        ("overlapping", "the blocks overlap", |gap| {
            vec![0, at(gap.end), at(gap.start), at(gap.len - gap.start)]
        }),
        (
            "over-contents",
            "one block over everything, /Contents included, and an empty one",
            |gap| vec![0, at(gap.len), at(gap.len), 0],
        ),
        ("swapped", "the second block before the first", |gap| {
            vec![at(gap.end), at(gap.len - gap.end), 0, at(gap.start)]
        }),
        ("beyond", "the second block ends beyond the file", |gap| {
            vec![0, at(gap.start), at(gap.end), at(gap.len - gap.end) + 1]
        }),
        ("far-beyond", "the second block starts beyond the file", |gap| {
            vec![0, at(gap.start), at(gap.len) + 100, 10]
        }),
        ("huge", "numbers whose sum overflows", |gap| {
            vec![0, at(gap.start), i64::MAX - 5, i64::MAX - 5]
        }),
        ("huge-first", "a first length whose end overflows", |gap| {
            vec![0, i64::MAX, at(gap.end), 10]
        }),
        ("last-bytes-out", "the last bytes are left out", |gap| {
            vec![0, at(gap.start), at(gap.end), at(gap.len - gap.end) - 20]
        }),
        ("xref-out", "the cross-reference is left out", |gap| {
            vec![0, at(gap.start), at(gap.end), 40]
        }),
        ("no-second-block", "the second block is empty", |gap| {
            vec![0, at(gap.start), at(gap.end), 0]
        }),
        (
            "first-revision",
            "the range covers the revision before the signature's only",
            |gap| vec![0, 100, 100, at(gap.original) - 100],
        ),
        ("gap-too-wide-before", "the gap starts before /Contents", |gap| {
            vec![0, at(gap.start) - 10, at(gap.end), at(gap.len - gap.end)]
        }),
        ("gap-too-wide-behind", "the gap ends behind /Contents", |gap| {
            vec![0, at(gap.start), at(gap.end) + 10, at(gap.len - gap.end) - 10]
        }),
        ("gap-one-less", "the brackets of /Contents are covered", |gap| {
            vec![0, at(gap.start) + 1, at(gap.end) - 1, at(gap.len - gap.end) + 1]
        }),
        ("gap-elsewhere", "the gap is somewhere else than /Contents", |gap| {
            vec![0, 200, 300, at(gap.len) - 300]
        }),
    ];
    rows.into_iter()
        .map(|(name, how, range)| {
            // A range of zero or two blocks may be taken for no signature at all.
            let expect = match name {
                // Everything is covered, in a form that ISO 32000 does not describe for one /Contents.
                "six-numbers" => Expect::NotValid,
                "none" | "two-numbers" | "three-numbers" | "all-zero" => Expect::InvalidOrUnsigned,
                _ => Expect::Invalid,
            };
            Case::new(
                format!("swa/range-{name}/{kind:?}"),
                how,
                signed_with(kind, range),
                expect,
            )
        })
        .collect()
}

/// What stands in the gap is not one string of hexadecimal digits.
fn gaps(kind: Kind) -> Vec<Case> {
    let signed = sealed(kind);
    let change = |from: usize, with: &[u8]| {
        let mut bytes = signed.doc.bytes.clone();
        bytes[from..from + with.len()].copy_from_slice(with);
        bytes
    };
    // Behind the value, among the zeros that fill /Contents up.
    let pad = signed.gap.end - 600;
    let mut cases = vec![
        (
            "closed-early",
            "the string ends early and an object follows inside the gap",
            change(pad, b"> /Evil << /S /URI >> %"),
        ),
        (
            "dictionary-closed-early",
            "the dictionary ends inside the gap, with an object behind it",
            change(
                pad,
                b">>>\nendobj\n7 0 obj\n<< /Length 8 >>\nstream\n1 0 0 RG\nendstream\nendobj\n998 0 obj\n<< /X <",
            ),
        ),
        (
            "nested-string",
            "a literal string inside the digits",
            change(pad, b"(pay 999 yuan)"),
        ),
        (
            "comment",
            "a comment inside the digits",
            change(pad, b"%pay 999 yuan\n"),
        ),
        (
            "non-digits",
            "letters that are no digits inside the string",
            change(pad, b"zzzz"),
        ),
        (
            "range-inside",
            "a second ByteRange inside the gap",
            change(pad, b"> /ByteRange [0 10 20 30] /Contents <"),
        ),
    ];
    // A literal string in place of the digits, and an array around them.
    let literal = |open: &'static str, close: &'static str| {
        let plan = Plan {
            brackets: (open, close),
            ..Plan::seal("Seal1")
        };
        plan.sign(&sample(kind), &cms).doc.bytes
    };
    cases.push((
        "digits-in-parentheses",
        "the digits as a literal string",
        literal("(", ")"),
    ));
    cases.push(("array", "the digits inside an array", literal("[<", ">]")));
    cases.push(("double-brackets", "brackets within brackets", literal("<(<", ">)>")));
    cases
        .into_iter()
        .map(|(name, how, bytes)| {
            Case::new(
                format!("swa/gap-{name}/{kind:?}"),
                how,
                bytes,
                Expect::InvalidOrUnsigned,
            )
        })
        .collect()
}

/// The wrapping itself: the second block is moved back, and what is put between is not covered. The range stands behind
/// /Contents, so that a new one can stand before it, uncovered.
fn wrapped(kind: Kind) -> Vec<Case> {
    let plan = Plan {
        contents_first: true,
        ..Plan::seal("Seal1")
    };
    let signed = plan.sign(&sample(kind), &cms);
    let wrap = |lead: &dyn Fn(&str) -> Vec<u8>| {
        let gap = signed.gap;
        let bytes = &signed.doc.bytes;
        let objects = [
            b"7 0 obj\n".as_slice(),
            &stream("", b"BT /F1 18 Tf 72 720 Td (Contract: the buyer pays 999 yuan) Tj ET"),
            b"\nendobj\n",
        ]
        .concat();
        // startxref of the second block keeps its number: the attacker's section has to stand there.
        let section_at = signed.doc.startxref;
        let changed = |number: &u32| signed.base.objects.get(number) != signed.doc.objects.get(number);
        let build = |shift: usize| {
            let mut insert = lead(&format!("[0 {} {:010} {}]", gap.start, 0, gap.len - gap.end));
            let offset = gap.end + insert.len();
            insert.extend_from_slice(&objects);
            let mut entries = vec![(IDS.content1, Entry::Used { offset, generation: 0 })];
            // The signature stays where a reader finds it: before the gap, or moved with the second block.
            for number in signed.doc.objects.keys().filter(|number| changed(number)) {
                let old = signed.doc.offset_of(*number);
                let offset = if old > gap.end { old + shift } else { old };
                entries.push((*number, Entry::Used { offset, generation: 0 }));
            }
            entries.sort_by_key(|(number, _)| *number);
            let mut section = Vec::new();
            let trailer = format!(
                "/Size {} /Root {} 0 R /Prev {}",
                signed.doc.size, signed.doc.root, signed.base.startxref
            );
            super::pdf::write_table(&mut section, &entries, Some(&trailer));
            let here = gap.end + insert.len();
            insert.extend(std::iter::repeat_n(b' ', section_at - here));
            insert.extend_from_slice(&section);
            insert.extend_from_slice(b"997 0 obj\n<< /Y <> ");
            insert
        };
        // Entries are of one width: the length does not hang on the offsets.
        let mut insert = build(build(0).len());
        let moved = gap.end + insert.len();
        let text = String::from_utf8_lossy(&insert[..60]).into_owned();
        let place = find(&insert, b" 0000000000 ").unwrap_or_else(|| panic!("no place in {text}")) + 1;
        insert[place..place + 10].copy_from_slice(format!("{moved:010}").as_bytes());
        [&bytes[..gap.end], &insert, &bytes[gap.end..]].concat()
    };
    let range_first = wrap(&|range| format!(" /ByteRange {range} >>\nendobj\n").into_bytes());
    let kept_open = wrap(&|range| format!(" /ByteRange {range} /Evil <<\n>> >>\nendobj\n").into_bytes());
    let name = |name: &str| format!("swa/wrapped-{name}/{kind:?}");
    vec![
        Case::invalid(
            name("moved"),
            "the second block was moved, objects and a section put between",
            range_first,
        ),
        Case::invalid(name("moved-nested"), "the same, with a dictionary inside", kept_open),
    ]
}

/// Two dictionaries with one range and one value.
fn shared_range(kind: Kind) -> Case {
    let signed = sealed(kind);
    let bytes = signed.then(|update| {
        let copy = String::from_utf8_lossy(signed.doc.body(signed.dictionary)).replace("(approval)", "(guarantee)");
        let dictionary = update.add(copy);
        let field = update.add(format!(
            "<< /Type /Annot /Subtype /Widget /FT /Sig /T (Seal2) /V {dictionary} 0 R /P 3 0 R /Rect [0 0 0 0] /F 132 >>"
        ));
        update.push(IDS.form, "Fields", &format!("{field} 0 R"));
        update.push(IDS.page1, "Annots", &format!("{field} 0 R"));
    });
    let how = "a second signature dictionary with the range and value of the first";
    Case::invalid(format!("swa/shared-range/{kind:?}"), how, bytes)
}

/// A new dictionary of its own, whose range is the old one and whose gap is the old /Contents.
fn shared_value(kind: Kind) -> Case {
    let signed = sealed(kind);
    let bytes = signed.then(|update| {
        let copy = signed.doc.body(signed.dictionary).to_vec();
        let dictionary = update.add(set_path(&copy, "Name", b"(Somebody else)"));
        update.edit(signed.field, "V", format!("{dictionary} 0 R"));
    });
    let how = "the field leads to a copy of the dictionary, in a later increment";
    Case::invalid(format!("swa/shared-value/{kind:?}"), how, bytes)
}

/// The scheme of some Chinese vendors by which several people sign side by side: only the original and the final %%EOF are
/// covered.
fn parallel_range(gap: &Gap) -> Vec<i64> {
    vec![0, at(gap.original), at(gap.eof), 5]
}

fn parallel(kind: Kind) -> Case {
    let bytes = signed_with(kind, parallel_range);
    let how = "the range covers the file before the signature, and %%EOF";
    Case::new(format!("swa/parallel/{kind:?}"), how, bytes, Expect::NotValid)
}

fn parallel_twice(kind: Kind) -> Case {
    let plan = Plan {
        range: parallel_range,
        ..Plan::seal("Seal1")
    };
    let first = plan.sign(&sample(kind), &cms);
    let doc = first.doc.increment(|update| update.edit(IDS.page1, "Rotate", "180"));
    let how = "a page was turned after a signature of the parallel scheme";
    Case::invalid(format!("swa/parallel-changed/{kind:?}"), how, doc.bytes)
}
