//! Encrypted PDF files: those that other programs made (testdata/pdf/encrypted) and those of the corpus.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::cast_possible_truncation
)]

use std::path::{Path, PathBuf};

use sealcore::cert::Certificate;
use sealcore::error::ErrorKind;
use sealcore::limits::Limits;
use sealcore::pdf::crypt::RsaRecipientKey;
use sealcore::pdf::{Object, ObjectId, Pdf, Permissions, Unlock, View};

fn own(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/pdf/encrypted");
    std::fs::read(folder.join(name)).unwrap()
}

fn open<'a>(bytes: &'a [u8], unlock: &Unlock<'_>) -> sealcore::error::Result<Pdf<'a>> {
    Pdf::open_with(bytes, &Limits::default(), unlock)
}

fn refusal(bytes: &[u8], unlock: &Unlock<'_>) -> ErrorKind {
    open(bytes, unlock).unwrap_err().kind()
}

/// Title, page content, metadata and attachment: what testdata/pdf/encrypted files all hold.
fn assert_reads(name: &str, view: &View<'_, '_>) {
    let info = view.lookup(view.trailer(), "Info").unwrap();
    let info = info.as_dictionary().unwrap();
    let title = view.lookup(info, "Title").unwrap();
    assert_eq!(title.as_text().as_deref(), Some("The title"), "{name}");
    let (mut content, mut metadata, mut attachment) = (false, false, false);
    for (id, stream) in streams(view) {
        let data = view
            .stream_data(&stream, id)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        content |= data.starts_with(b"10 10 m 9 9 l");
        metadata |= stream.dictionary.is_type("Metadata") && data.starts_with(b"<?xpacket begin=");
        attachment |= data == b"attached";
    }
    assert!(
        content && metadata && attachment,
        "{name}: {content} {metadata} {attachment}"
    );
}

fn ids(view: &View<'_, '_>) -> Vec<ObjectId> {
    let numbers: std::collections::BTreeSet<u32> = (view.pdf().sections().iter())
        .flat_map(|section| section.entries().map(|(number, _)| number))
        .collect();
    numbers.into_iter().map(ObjectId::new).collect()
}

fn streams(view: &View<'_, '_>) -> Vec<(ObjectId, sealcore::pdf::Stream)> {
    ids(view)
        .into_iter()
        .filter_map(|id| match &*view.get(id).unwrap() {
            Object::Stream(stream) if !stream.dictionary.is_type("XRef") => Some((id, stream.clone())),
            _ => None,
        })
        .collect()
}

/// File, user password, what the user may: print, modify, copy, annotate, fill in, assemble, print well.
const PASSWORDS: [(&str, &str, [bool; 7]); 9] = [
    ("r2-rc4-40.pdf", "user", [false, true, false, false, false, true, false]),
    ("r3-rc4-128.pdf", "user", [true, false, true, false, true, true, true]),
    ("r4-rc4.pdf", "user", [true; 7]),
    ("r4-aes.pdf", "user", [true, false, true, false, false, false, true]),
    ("r4-aes-clear-metadata.pdf", "user", [true; 7]),
    ("r5-aes.pdf", "user", [true; 7]),
    ("r6-aes.pdf", "密码 1", [true, false, true, true, true, true, true]),
    (
        "r6-aes-clear-metadata.pdf",
        "",
        [false, false, true, false, true, true, false],
    ),
    ("r6-object-streams.pdf", "", [true; 7]),
];

fn flags(permissions: Permissions) -> [bool; 7] {
    [
        permissions.print,
        permissions.modify,
        permissions.copy,
        permissions.annotate,
        permissions.fill_forms,
        permissions.assemble,
        permissions.print_high_quality,
    ]
}

#[test]
fn user_and_owner_passwords() {
    for (name, user, allowed) in PASSWORDS {
        let bytes = own(name);
        let pdf = open(&bytes, &Unlock::Password(user)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_reads(name, &pdf.latest());
        assert!(pdf.is_encrypted() && !pdf.permissions_altered(), "{name}");
        assert!(!pdf.permissions().owner, "{name}");
        assert_eq!(flags(pdf.permissions()), allowed, "{name}");

        let pdf = open(&bytes, &Unlock::Password("owner")).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_reads(name, &pdf.latest());
        assert_eq!(pdf.permissions(), Permissions::OWNER, "{name}");

        if user.is_empty() {
            // What needs no password opens with a needless one too, but gives no more.
            assert_reads(name, &Pdf::open(&bytes, &Limits::default()).unwrap().latest());
            assert!(!open(&bytes, &Unlock::Password("wrong")).unwrap().permissions().owner);
        } else {
            for unlock in [Unlock::None, Unlock::Password("wrong"), Unlock::Password("")] {
                assert_eq!(refusal(&bytes, &unlock), ErrorKind::Password, "{name}");
            }
        }
    }
}

#[test]
fn recipients() {
    let certificate = Certificate::from_pem_or_der(&own("recipient.cert.pem")).unwrap();
    let key = RsaRecipientKey::from_bytes(&own("recipient.key.pem")).unwrap();
    let unlock = Unlock::Recipient {
        certificate: &certificate,
        key: &key,
    };
    for (name, all) in [
        ("pubkey-s4-rc4-40.pdf", true),
        ("pubkey-s4-rc4.pdf", false),
        ("pubkey-s5-rc4.pdf", true),
        ("pubkey-s5-aes128.pdf", false),
        ("pubkey-s5-aes128-clear-metadata.pdf", true),
        ("pubkey-s5-aes256-oaep.pdf", true),
    ] {
        let bytes = own(name);
        let pdf = open(&bytes, &unlock).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_reads(name, &pdf.latest());
        assert_eq!(
            pdf.permissions() == Permissions::OWNER,
            all,
            "{name}: {:?}",
            pdf.permissions()
        );
        for wrong in [Unlock::None, Unlock::Password("x")] {
            assert_eq!(refusal(&bytes, &wrong), ErrorKind::Password, "{name}");
        }
        // A certificate that is not among the recipients; the key does not matter then.
        let other = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/keys/sm2-cert.pem");
        let other = Certificate::from_pem_or_der(&std::fs::read(other).unwrap()).unwrap();
        let stranger = Unlock::Recipient {
            certificate: &other,
            key: &key,
        };
        assert_eq!(refusal(&bytes, &stranger), ErrorKind::Password, "{name}");
    }
}

#[test]
fn permissions_that_were_changed_are_told() {
    let bytes = own("r6-aes-clear-metadata.pdf");
    let at = bytes.windows(4).position(|window| window == b"/P -").unwrap();
    let mut changed = bytes;
    let digits = changed[at + 4..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    changed[at + 4..at + 4 + digits].fill(b'0');
    changed[at + 4 + digits - 1] = b'4';
    let pdf = open(&changed, &Unlock::None).unwrap();
    assert!(pdf.permissions_altered());
    assert!(!pdf.permissions().print && !pdf.permissions().modify);
}

#[test]
fn an_update_may_not_change_the_encryption() {
    let bytes = own("r6-aes-clear-metadata.pdf");
    let tail = String::from_utf8_lossy(&bytes[bytes.len() - 40..]).into_owned();
    let previous = tail.lines().rev().nth(1).unwrap();
    for encrypt in ["", "/Encrypt null", "/Encrypt 1 0 R"] {
        let mut updated = bytes.clone();
        let at = updated.len();
        updated.extend_from_slice(
            format!("xref\n0 0\ntrailer\n<</Size 10/Root 1 0 R/Prev {previous}{encrypt}>>\nstartxref\n{at}\n%%EOF\n")
                .as_bytes(),
        );
        let error = open(&updated, &Unlock::None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Pdf, "{encrypt}: {error}");
        assert_eq!(error.part(), Some("Encrypt"), "{encrypt}: {error}");
    }
    // The dictionary itself written anew: the same is met, another is not.
    let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
    let start = text.rfind("obj\n<< /CF").unwrap() + 4;
    let number: String = text[..start].lines().last().unwrap().split(' ').next().unwrap().into();
    let dictionary = &text[start..start + text[start..].find("endobj").unwrap()];
    let root = &text[text.rfind("/Root ").unwrap()..][..11];
    for (from, to, opens) in [
        ("", "", true),
        ("/P -", "/P -1", false),
        ("/CFM /AESV3", "/CFM /None", false),
    ] {
        let (mut updated, at) = (bytes.clone(), bytes.len());
        updated.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        updated.extend(
            dictionary
                .replace(from, to)
                .chars()
                .map(|byte| u8::try_from(u32::from(byte)).unwrap()),
        );
        let table = updated.len() + 7;
        updated.extend_from_slice(
            format!(
                "endobj\nxref\n{number} 1\n{at:010} 00000 n \ntrailer\n<</Size 10{root}/Encrypt {number} 0 R\
                 /Prev {previous}>>\nstartxref\n{table}\n%%EOF\n"
            )
            .as_bytes(),
        );
        // The newest trailer has no /ID, which revision 6 does not need.
        match open(&updated, &Unlock::None) {
            Ok(_) => assert!(opens, "{from}"),
            Err(error) => assert!(!opens && error.kind() == ErrorKind::Pdf, "{from}: {error}"),
        }
    }
    assert!(open(&bytes, &Unlock::None).is_ok());
}

fn corpus(name: &str) -> PathBuf {
    Path::new(&std::env::var_os("SEALCORE_CORPUS").expect("SEALCORE_CORPUS is not set"))
        .join("pdf")
        .join(name)
}

/// File, a password, whether it is the owner's. Passwords of pyHanko and DSS stand in their public tests.
const CORPUS: [(&str, Option<&str>, bool); 19] = [
    ("base-structure/pyHanko__minimal-rc4.pdf", Some("usersecret"), false),
    ("base-structure/pyHanko__minimal-rc4.pdf", Some("ownersecret"), true),
    (
        "base-structure/pyHanko__minimal-with-field-rc4.pdf",
        Some("usersecret"),
        false,
    ),
    (
        "base-structure/pyHanko__minimal-with-field-rc4.pdf",
        Some("ownersecret"),
        true,
    ),
    ("base-structure/pyHanko__minimal-aes256.pdf", Some("usersecret"), false),
    ("base-structure/pyHanko__minimal-aes256.pdf", Some("ownersecret"), true),
    (
        "base-structure/pyHanko__minimal-with-field-aes256.pdf",
        Some("usersecret"),
        false,
    ),
    (
        "base-structure/pyHanko__minimal-with-field-aes256.pdf",
        Some("ownersecret"),
        true,
    ),
    (
        "base-structure/pyHanko__minimal-aes256-empty-encrypted-string.pdf",
        Some("secret"),
        true,
    ),
    ("encrypted/dss__open_protected.pdf", Some(" "), true),
    ("encrypted/dss__edition_protected_none.pdf", None, false),
    ("encrypted/dss__edition_protected_none.pdf", Some(" "), true),
    (
        "encrypted/dss__edition_protected_signing_allowed_with_field_signed.pdf",
        None,
        false,
    ),
    (
        "encrypted/dss__edition_protected_signing_allowed_with_field_signed.pdf",
        Some(" "),
        true,
    ),
    ("encrypted/dss__restricted_fields.pdf", None, false),
    ("encrypted/dss__restricted_fields.pdf", Some(" "), false),
    ("encrypted/dss__encrypted.pdf", None, false),
    ("encrypted/dss__encrypted.pdf", Some(" "), false),
    ("encrypted/itext-java__encryptedDoc.pdf", Some("123"), true),
];

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn files_of_the_corpus() {
    for (name, password, owner) in CORPUS {
        let bytes = std::fs::read(corpus(name)).unwrap();
        let unlock = password.map_or(Unlock::None, Unlock::Password);
        let pdf = open(&bytes, &unlock).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(pdf.is_encrypted() && !pdf.permissions_altered(), "{name}");
        assert_eq!(pdf.permissions().owner, owner, "{name}");
        let view = pdf.latest();
        for id in ids(&view) {
            view.get(id).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        for (id, stream) in streams(&view) {
            match view.stream_data(&stream, id) {
                Err(error) if error.kind() != ErrorKind::Unsupported => panic!("{name}: {error}"),
                _ => {}
            }
        }
    }
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn what_the_corpus_permits() {
    for (name, existing, new) in [
        ("encrypted/dss__edition_protected_none.pdf", false, false),
        (
            "encrypted/dss__edition_protected_signing_allowed_with_field_signed.pdf",
            true,
            false,
        ),
        ("encrypted/dss__restricted_fields.pdf", true, false),
        ("encrypted/dss__encrypted.pdf", false, false),
    ] {
        let bytes = std::fs::read(corpus(name)).unwrap();
        let permissions = open(&bytes, &Unlock::None).unwrap().permissions();
        assert_eq!(permissions.sign_existing_field(), existing, "{name}");
        assert_eq!(permissions.add_signature_field(), new, "{name}");
    }
}

#[test]
#[ignore = "needs SEALCORE_CORPUS"]
fn what_does_not_open() {
    for (name, password, kind, part) in [
        (
            "base-structure/pyHanko__minimal-aes256.pdf",
            "wrong",
            ErrorKind::Password,
            "Encrypt",
        ),
        (
            "base-structure/pyHanko__minimal-rc4.pdf",
            "wrong",
            ErrorKind::Password,
            "Encrypt",
        ),
        (
            "encrypted/dss__open_protected.pdf",
            "AAAA",
            ErrorKind::Password,
            "Encrypt",
        ),
        (
            "encrypted/itext-java__encryptedDoc.pdf",
            "",
            ErrorKind::Password,
            "Encrypt",
        ),
        (
            "base-structure/pyHanko__minimal-aes256-malformed-oe.pdf",
            "usersecret",
            ErrorKind::Pdf,
            "Encrypt > OE",
        ),
        (
            "base-structure/pyHanko__minimal-pubkey-aes256.pdf",
            "",
            ErrorKind::Password,
            "Encrypt",
        ),
        (
            "base-structure/pyHanko__minimal-pubkey-rc4-envelope.pdf",
            "",
            ErrorKind::Password,
            "Encrypt",
        ),
        (
            "cms-shape/pyHanko__signed-encrypted-pubkey-with-catalog-ref.pdf",
            "",
            ErrorKind::Password,
            "Encrypt",
        ),
    ] {
        let bytes = std::fs::read(corpus(name)).unwrap();
        let error = open(&bytes, &Unlock::Password(password)).unwrap_err();
        assert_eq!((error.kind(), error.part()), (kind, Some(part)), "{name}: {error}");
    }
}
